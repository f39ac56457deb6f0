# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The options that all Cloudflare modules share: argument spec, environment variables, and the client made of them."""

from __future__ import annotations

import re
import typing as t

from ansible.module_utils.basic import env_fallback

from .._core.connection import TRANSPORT_SPEC, http_client
from .._core.environment import first_variable
from .._core.errors import OptionError
from .._core.secrets import SecretMask
from .client import Cloudflare
from .token_check import TokenCheck

DEFAULT_API_URL = "https://api.cloudflare.com/client/v4"

CLOUDFLARE_SPEC: dict[str, t.Any] = {
    "api_token": dict(type="str", no_log=True),
    "api_email": dict(type="str"),
    "api_key": dict(type="str", no_log=True),
    "api_url": dict(type="str", default=DEFAULT_API_URL, fallback=(env_fallback, ["CLOUDFLARE_BASE_URL"])),
    **TRANSPORT_SPEC,
}

# Not read by env_fallback, which hides whether a value comes from the task or from the environment: api_email and api_key
# of the task win over the CLOUDFLARE_API_TOKEN that a Tower credential sets.
_TOKEN_VARIABLES = ("CLOUDFLARE_API_TOKEN", "CLOUDFLARE_TOKEN")


def with_credentials(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the options, completed with credentials from environment variables."""
    completed = dict(options)
    if not any(completed.get(key) for key in ("api_token", "api_email", "api_key")):
        completed["api_token"] = first_variable(*_TOKEN_VARIABLES)
    if not completed.get("api_token"):
        completed["api_email"] = completed.get("api_email") or first_variable("CLOUDFLARE_EMAIL")
        completed["api_key"] = completed.get("api_key") or first_variable("CLOUDFLARE_API_KEY")
    return completed


def cloudflare_client(options: t.Mapping[str, t.Any], mask: SecretMask, connections: int = 1) -> Cloudflare:
    """Return a client for options that C(with_credentials) returned. ``connections`` is the number of threads that use the
    client at the same time. ``mask`` receives the credentials and the secrets that the API returns. Raises OptionError."""
    mask.add(options.get("api_token"), options.get("api_key"))
    url = options.get("api_url") or DEFAULT_API_URL
    http = http_client(options, "api_url", url, _credentials(options), mask, connections)
    return Cloudflare(http, mask, TokenCheck(http, (options.get("api_token") or "").strip()))


def _credentials(options: t.Mapping[str, t.Any]) -> dict[str, str]:
    """Return the headers that authenticate a request. Raises OptionError."""
    token = (options.get("api_token") or "").strip()
    email, key = options.get("api_email"), options.get("api_key")
    if token:
        if not re.fullmatch(r"[\x21-\x7e]+", token):
            raise OptionError("api_token", "must be one word: the token only, without Bearer")
        return {"Authorization": f"Bearer {token}"}
    if email and key:
        if not re.fullmatch(r"[\x21-\x7e]+", key.strip()) or not re.fullmatch(r"[\x21-\x7e]+", email.strip()):
            raise OptionError("api_email, api_key", "must each be one word")
        return {"X-Auth-Email": email.strip(), "X-Auth-Key": key.strip()}
    if email or key:
        raise OptionError("api_email, api_key", "must be set together; only one of them is set")
    raise OptionError(
        "api_token",
        "is required. Set api_token or the CLOUDFLARE_API_TOKEN environment variable, or set api_email and api_key, or "
        "CLOUDFLARE_EMAIL and CLOUDFLARE_API_KEY",
    )
