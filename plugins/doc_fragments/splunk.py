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
      - The URL of the management API, such as V(https://splunk.example.com:8089). With V(http://), credentials are sent without
        encryption, and there is a warning.
      - For Splunk Cloud, the base URL of the Admin Config Service (ACS), V(https://admin.splunk.com) if not set.
        FedRAMP stacks have V(https://admin.splunkcloudgc.com).
      - If not set, E(SPLUNK_MANAGEMENT_URL) is used.
      - If that is not set either, E(SPLUNK_URL) is used, but not for Splunk Cloud. The callback C(community.general.splunk) uses
        E(SPLUNK_URL) for the URL of a collector. A URL in it that names a collector is ignored.
      - A URL that names a collector (port 8088, or the path C(/services/collector)) is refused, because the credentials of the
        management would be sent there.
    type: str
  username:
    description:
      - The user to log in as.
      - If not set, and no O(auth_token) is found, E(SPLUNK_USERNAME) is used.
    type: str
  password:
    description:
      - The password of O(username).
      - If not set, and no O(auth_token) is found, E(SPLUNK_PASSWORD) is used.
    type: str
  auth_token:
    description:
      - An authentication token of Splunk (a JWT, not a HEC token), instead of O(username) and O(password).
      - If not set, E(SPLUNK_AUTH_TOKEN) is used, unless O(username) or O(password) is set.
    type: str
  validate_certs:
    description:
      - Whether to verify the certificate of the management API.
    type: bool
    default: true
  ca_path:
    description:
      - A file of CA certificates in PEM format to trust instead of the default ones.
    type: path
  timeout:
    description:
      - The number of seconds to wait for a whole answer.
    type: int
    default: 60
  retries:
    description:
      - How often to repeat a request that got no answer or failed at Splunk.
    type: int
    default: 4
"""
_PLATFORM = r"""
  platform:
    description:
      - Whether Splunk is reached by the management API of Splunk Enterprise, or by ACS of Splunk Cloud.
    type: str
    choices: [enterprise, cloud]
    default: enterprise
  stack:
    description:
      - The name of the stack of Splunk Cloud, V(acme) for C(acme.splunkcloud.com).
    type: str
  wait_timeout:
    description:
      - The number of seconds to wait until a change is visible on Splunk Cloud.
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
      - How to reach the management of Splunk, as in M(edgeops.logpush.splunk_hec_token).
    type: dict
    suboptions:
      app:
        description:
          - The app for new tokens; not used here.
        type: str
""" + _suboptions("splunk", _PLATFORM.strip("\n") + _CONNECTION)
