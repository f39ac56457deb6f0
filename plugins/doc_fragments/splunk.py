# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of options that all modules for Splunk's management APIs share."""

from __future__ import annotations

import re
import textwrap

_CONNECTION = r"""
  url:
    description:
      - The URL of the management API, such as V(https://splunk.example.com:8089). If it begins with V(http://), credentials are
        sent unencrypted, and the task warns.
      - For Splunk Cloud, the base URL of the Admin Config Service (ACS). The default is V(https://admin.splunk.com). FedRAMP
        stacks use V(https://admin.splunkcloudgc.com).
      - If not set, E(SPLUNK_MANAGEMENT_URL) is used.
      - If that is not set either, E(SPLUNK_URL) is used, except for Splunk Cloud. It is ignored if it is the URL of a collector,
        because the callback plugin C(community.general.splunk) uses the same variable for one.
      - The URL of a collector (port 8088, or the path C(/services/collector)) is refused, so that management credentials are not
        sent there.
    type: str
  username:
    description:
      - The user to log in as.
      - If not set and there is no O(auth_token), E(SPLUNK_USERNAME) is used.
    type: str
  password:
    description:
      - The password of O(username).
      - If not set and there is no O(auth_token), E(SPLUNK_PASSWORD) is used.
    type: str
  auth_token:
    description:
      - A Splunk authentication token (a JWT, not a HEC token), instead of O(username) and O(password).
      - If not set, E(SPLUNK_AUTH_TOKEN) is used, unless O(username) or O(password) is set.
    type: str
  validate_certs:
    description:
      - Whether to verify the TLS certificate of the management API.
    type: bool
    default: true
  ca_path:
    description:
      - The path of a PEM file with CA certificates to trust instead of the default ones.
    type: path
  timeout:
    description:
      - The maximum number of seconds to wait for a complete response.
    type: int
    default: 60
  retries:
    description:
      - How many times to repeat a request that got no response or failed with a server error.
    type: int
    default: 4
"""
_PLATFORM = r"""
  platform:
    description:
      - The Splunk product. Splunk Enterprise is managed through its management API, and Splunk Cloud through ACS.
    type: str
    choices: [enterprise, cloud]
    default: enterprise
  stack:
    description:
      - The name of the Splunk Cloud stack, such as V(acme) for C(acme.splunkcloud.com).
    type: str
  wait_timeout:
    description:
      - The maximum number of seconds to wait until a change is visible on Splunk Cloud.
    type: int
    default: 600
"""


def _suboptions(option: str, documented: str) -> str:
    """Return the documentation of options as that of suboptions of an option."""
    return textwrap.indent(re.sub(r"\bO\(", f"O({option}.", documented), " " * 4)


class ModuleDocFragment:
    """The management URL, credentials and connection (C(DOCUMENTATION)), and what the modules for HEC tokens add."""

    DOCUMENTATION: str = "options:" + _CONNECTION + "requirements:\n  - requests\n"

    # For both kinds of Splunk
    PLATFORM: str = "options:" + _PLATFORM

    # For a module whose other options belong to Cloudflare
    IN_SPLUNK: str = r"""
options:
  splunk:
    description:
      - The connection to the management API of Splunk, with the options of M(edgeops.logpush.splunk_hec_token).
    type: dict
    suboptions:
      app:
        description:
          - The app of new tokens. This module does not use it.
        type: str
""" + _suboptions("splunk", _PLATFORM.strip("\n") + _CONNECTION)
