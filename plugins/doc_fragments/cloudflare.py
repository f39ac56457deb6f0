# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of options that all Cloudflare modules share."""

from __future__ import annotations


class ModuleDocFragment:
    """Credentials and connection (C(DOCUMENTATION)), and the scope of a module for one zone or account (C(SCOPE))."""

    DOCUMENTATION = r"""
options:
  api_token:
    description:
      - An API token with the permission C(Logs Edit) for the zone or the account. Zero Trust datasets also need
        C(Zero Trust PII Read), and looking up a zone by its name needs C(Zone Read).
      - If not set, the environment variables E(CLOUDFLARE_API_TOKEN) and E(CLOUDFLARE_TOKEN) are used, in this
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
    description:
      - Whether to verify the certificate of the API.
    type: bool
    default: true
  ca_path:
    description:
      - A file of CA certificates in PEM format to trust instead of the default ones, for example those of a proxy.
    type: path
  timeout:
    description:
      - The number of seconds to wait for a whole answer.
      - Do not set it too low. The API pushes a test event to Splunk before it answers a create or an update.
    type: int
    default: 60
  retries:
    description:
      - How often to repeat a request that got no answer, exceeded the rate limit, or failed at Cloudflare.
      - Before the request that creates a job is repeated, the jobs are listed to find out whether it was created.
    type: int
    default: 4
requirements:
  - requests
"""

    SCOPE = r"""
options:
  zone_id:
    description:
      - The id of the zone. Exactly one of O(zone_id), O(zone) and O(account_id) must be set.
    type: str
  zone:
    description:
      - The name of the zone, such as V(example.com). Looking it up takes one more request and the permission
        C(Zone Read).
    type: str
  account_id:
    description:
      - The id of the account, for datasets of the account.
    type: str
"""
