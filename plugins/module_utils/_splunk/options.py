# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The options that the Splunk modules share: their argument spec, their environment, their clients."""

from __future__ import annotations

import base64
import re
import typing as t

from .._core.connection import TRANSPORT_SPEC, http_client
from .._core.environment import first_variable
from .._core.errors import OptionError
from .._core.secrets import SecretMask
from .cloud import DEFAULT_URL, SplunkCloud
from .enterprise import SplunkEnterprise

SPLUNK_SPEC: dict[str, t.Any] = {
    "url": dict(type="str"),
    "username": dict(type="str"),
    "password": dict(type="str", no_log=True),
    "auth_token": dict(type="str", no_log=True),
    **TRANSPORT_SPEC,
}

_CLEARED_BY_EMPTY_TEXT = ("sourcetype", "source", "host", "description")


def with_splunk_environment(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the options with what the environment adds to them. An option that is given wins, and so does another
    option that stands for the same. Empty text and empty variables count as not given, but for the settings of a token
    that are cleared so."""
    completed = {
        key: None if value == "" and key not in _CLEARED_BY_EMPTY_TEXT else value for key, value in options.items()
    }
    completed["url"] = completed.get("url") or first_variable("SPLUNK_URL")
    if not any(completed.get(key) for key in ("auth_token", "username", "password")):
        completed["auth_token"] = first_variable("SPLUNK_AUTH_TOKEN")
    if not completed.get("auth_token"):
        completed["username"] = completed.get("username") or first_variable("SPLUNK_USERNAME")
        completed["password"] = completed.get("password") or first_variable("SPLUNK_PASSWORD")
    return completed


def enterprise_client(options: t.Mapping[str, t.Any], mask: SecretMask) -> SplunkEnterprise:
    """Return a client of the management API for the options as C(with_splunk_environment) gives them. Raises
    OptionError."""
    headers = _credentials(options, mask)
    if not options.get("url"):
        raise OptionError(
            "url", "is needed: the management URL, such as https://splunk.example.com:8089, or SPLUNK_URL"
        )
    http = http_client(options, "url", options["url"], headers)
    return SplunkEnterprise(http, options.get("app") or "splunk_httpinput")


def cloud_client(options: t.Mapping[str, t.Any], mask: SecretMask) -> SplunkCloud:
    """Return a client of ACS for the options as C(with_splunk_environment) gives them; with a user name and password it
    first asks ACS for a short-lived token. Raises OptionError, SplunkError, NoAnswerError."""
    headers = _credentials(options, mask)
    stack, url, wait = options.get("stack"), options.get("url") or DEFAULT_URL, options["wait_timeout"]
    if not stack or "/" in stack or "." in stack:
        raise OptionError("stack", "must be the name of the stack: acme for acme.splunkcloud.com")
    if wait < 1:
        raise OptionError("wait_timeout", "must be at least 1 second")
    client = SplunkCloud(http_client(options, "url", url, headers), stack, wait)
    if options.get("auth_token"):
        return client
    token = client.short_lived_token(options["username"])
    mask.add(token)
    return SplunkCloud(http_client(options, "url", url, {"Authorization": f"Bearer {token}"}), stack, wait)


def _credentials(options: t.Mapping[str, t.Any], mask: SecretMask) -> dict[str, str]:
    """The header that authenticates a request."""
    username, password, token = (options.get(key) for key in ("username", "password", "auth_token"))
    mask.add(password, token)
    if token:
        token = token.strip()
        if not re.fullmatch(r"[\x21-\x7e]+", token):
            raise OptionError("auth_token", "must be one word: the token alone, without Bearer")
        return {"Authorization": f"Bearer {token}"}
    if username and password:
        basic = base64.b64encode(f"{username}:{password}".encode("utf-8")).decode("ascii")
        mask.add(basic)
        return {"Authorization": f"Basic {basic}"}
    raise OptionError(
        "username, password, auth_token",
        "set auth_token, or username and password; or SPLUNK_AUTH_TOKEN, or SPLUNK_USERNAME and SPLUNK_PASSWORD",
    )
