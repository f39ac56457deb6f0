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
      - An API token with the permission C(Logs Edit) for the zone or the account. Zero Trust datasets also require
        C(Zero Trust PII Read). Looking up a zone by its name requires C(Zone Read).
      - If not set, the environment variable E(CLOUDFLARE_API_TOKEN) is used, and then E(CLOUDFLARE_TOKEN), unless O(api_email)
        or O(api_key) is set.
    type: str
  api_email:
    description:
      - The email address of the user who owns O(api_key). Prefer O(api_token), because its permissions can be limited.
      - If not set and there is no API token, E(CLOUDFLARE_EMAIL) is used.
    type: str
  api_key:
    description:
      - The global API key of the user O(api_email).
      - If not set and there is no API token, E(CLOUDFLARE_API_KEY) is used.
    type: str
  api_url:
    description:
      - The base URL of the Cloudflare API.
      - If not set, E(CLOUDFLARE_BASE_URL) is used.
    type: str
    default: https://api.cloudflare.com/client/v4
  validate_certs:
    description:
      - Whether to verify the TLS certificate of the API.
    type: bool
    default: true
  ca_path:
    description:
      - The path of a PEM file with CA certificates to trust instead of the default ones, for example those of a proxy.
    type: path
  timeout:
    description:
      - The maximum number of seconds to wait for a complete response.
      - Do not set this too low. The API pushes a test event to Splunk before it responds to a create or update request.
    type: int
    default: 60
  retries:
    description:
      - How many times to repeat a request that got no response, exceeded the rate limit, or failed with a server error.
      - Before a request that creates a job is repeated, the jobs are listed to check whether the job already exists.
    type: int
    default: 4
requirements:
  - requests
"""

    SCOPE = r"""
options:
  zone_id:
    description:
      - The ID of the zone. Exactly one of O(zone_id), O(zone) and O(account_id) must be set.
    type: str
  zone:
    description:
      - The name of the zone, such as V(example.com). Looking it up takes one more request and requires the permission
        C(Zone Read).
    type: str
  account_id:
    description:
      - The ID of the account, for account datasets.
    type: str
"""
