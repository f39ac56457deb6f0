# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of options that all modules for Splunk's management APIs share."""

from __future__ import annotations


class ModuleDocFragment:
    """The management URL, credentials and connection."""

    DOCUMENTATION = r"""
options:
  url:
    description:
      - The URL of the management API, such as V(https://splunk.example.com:8089). With V(http://), credentials are sent without
        encryption, and there is a warning.
      - For Splunk Cloud, the base URL of the Admin Config Service (ACS), V(https://admin.splunk.com) if not set.
        FedRAMP stacks have V(https://admin.splunkcloudgc.com).
      - If not set, E(SPLUNK_URL) is used.
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
    description: Whether to verify the certificate of the management API.
    type: bool
    default: true
  ca_path:
    description: A file of CA certificates in PEM format to trust instead of the default ones.
    type: path
  timeout:
    description: The number of seconds to wait for a whole answer.
    type: int
    default: 60
  retries:
    description: How often to repeat a request that got no answer or failed at Splunk.
    type: int
    default: 4
requirements:
  - requests
"""
