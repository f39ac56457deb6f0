# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that every module for Cloudflare shares."""

from __future__ import annotations


class ModuleDocFragment:
    """Credentials and transport (C(DOCUMENTATION)), and the scope of a module for one zone or account (C(SCOPE))."""

    DOCUMENTATION = r"""
options:
  api_token:
    description:
      - An API token with the permission C(Logs Edit) for the zone or the account. Datasets of Zero Trust need
        C(Zero Trust PII Read) besides, and a zone that is given by its name needs C(Zone Read).
      - If not set, the environment variables E(CLOUDFLARE_API_TOKEN) and E(CLOUDFLARE_TOKEN) are looked at, in this
        order, unless O(api_email) or O(api_key) is set.
    type: str
  api_email:
    description:
      - The e-mail address of the user that O(api_key) belongs to. Prefer O(api_token), which can be limited to what
        is needed.
      - If not set, and no token is found, E(CLOUDFLARE_EMAIL) is used.
    type: str
  api_key:
    description:
      - The global API key of the user O(api_email).
      - If not set, and no token is found, E(CLOUDFLARE_API_KEY) is used.
    type: str
  api_url:
    description:
      - The base URL of the API.
      - If not set, E(CLOUDFLARE_BASE_URL) is used.
    type: str
    default: https://api.cloudflare.com/client/v4
  validate_certs:
    description: Whether to verify the certificate of the API.
    type: bool
    default: true
  ca_path:
    description: A file of CA certificates in PEM form to trust instead of the usual ones, as a proxy may need it.
    type: path
  timeout:
    description:
      - The number of seconds to wait for an answer.
      - Keep it long. The API itself pushes a test event into Splunk before it answers a create or an update.
    type: int
    default: 60
  retries:
    description:
      - How often to repeat a request that found no answer, hit the rate limit, or failed on the side of Cloudflare.
      - The request that creates a job is never repeated blindly. The jobs are listed first.
    type: int
    default: 4
requirements:
  - requests
"""

    SCOPE = r"""
options:
  zone_id:
    description: The id of the zone. Exactly one of O(zone_id), O(zone) and O(account_id) must be set.
    type: str
  zone:
    description:
      - The name of the zone, such as V(example.com). It is looked up, with one request more, and with the permission
        C(Zone Read).
    type: str
  account_id:
    description: The id of the account, for datasets of the account.
    type: str
"""
