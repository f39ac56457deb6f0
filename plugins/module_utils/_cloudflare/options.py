# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The options that the Cloudflare modules share: their argument spec, their environment, their client."""

from __future__ import annotations

import re
import typing as t

from ansible.module_utils.basic import env_fallback

from .._core.connection import TRANSPORT_SPEC, http_client
from .._core.environment import first_variable
from .._core.errors import OptionError
from .._core.secrets import SecretMask
from .client import Cloudflare

DEFAULT_API_URL = "https://api.cloudflare.com/client/v4"

CLOUDFLARE_SPEC: dict[str, t.Any] = {
    "api_token": dict(type="str", no_log=True),
    "api_email": dict(type="str"),
    "api_key": dict(type="str", no_log=True),
    "api_url": dict(type="str", default=DEFAULT_API_URL, fallback=(env_fallback, ["CLOUDFLARE_BASE_URL"])),
    **TRANSPORT_SPEC,
}

# Read here and not by env_fallback, which cannot tell an option from the environment: an api_email and api_key of the
# task must win over the CLOUDFLARE_API_TOKEN that a Tower credential injects, and a destination_conf over its HEC
# token.
_TOKEN_VARIABLES = ("CLOUDFLARE_API_TOKEN", "CLOUDFLARE_TOKEN")


def with_credentials(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the options with the credentials of Cloudflare that the environment adds to them."""
    completed = {key: None if value == "" and key != "kind" else value for key, value in options.items()}
    if not any(completed.get(key) for key in ("api_token", "api_email", "api_key")):
        completed["api_token"] = first_variable(*_TOKEN_VARIABLES)
    if not completed.get("api_token"):
        completed["api_email"] = completed.get("api_email") or first_variable("CLOUDFLARE_EMAIL")
        completed["api_key"] = completed.get("api_key") or first_variable("CLOUDFLARE_API_KEY")
    return completed


def cloudflare_client(options: t.Mapping[str, t.Any], mask: SecretMask, connections: int = 1) -> Cloudflare:
    """Return a client of the API for the shared options, as C(with_credentials) gives them, that so many threads may use
    at the same time. Raises OptionError."""
    mask.add(options.get("api_token"), options.get("api_key"))
    url = options.get("api_url") or DEFAULT_API_URL
    return Cloudflare(http_client(options, "api_url", url, _credentials(options), connections))


def _credentials(options: t.Mapping[str, t.Any]) -> dict[str, str]:
    """The headers that authenticate a request."""
    token = (options.get("api_token") or "").strip()
    email, key = options.get("api_email"), options.get("api_key")
    if token:
        if not re.fullmatch(r"[\x21-\x7e]+", token):
            raise OptionError("api_token", "must be one word: the token alone, without Bearer")
        return {"Authorization": f"Bearer {token}"}
    if email and key:
        if not re.fullmatch(r"[\x21-\x7e]+", key.strip()) or not re.fullmatch(r"[\x21-\x7e]+", email.strip()):
            raise OptionError("api_email, api_key", "must be one word each")
        return {"X-Auth-Email": email.strip(), "X-Auth-Key": key.strip()}
    if email or key:
        raise OptionError("api_email, api_key", "go together: only one of them is set")
    raise OptionError(
        "api_token",
        "is needed: set it, or CLOUDFLARE_API_TOKEN in the environment of the task, or api_email and api_key",
    )
