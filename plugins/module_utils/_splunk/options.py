# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The options that the Splunk modules share: argument spec, environment variables, clients."""

from __future__ import annotations

import base64
import functools
import re
import typing as t

from .._core.connection import TRANSPORT_SPEC, http_client
from .._core.environment import first_variable
from .._core.errors import CollectionError, OptionError
from .._core.http import Http
from .._core.run import Options, Run, RunContext
from .._core.secrets import SecretMask
from .cloud import DEFAULT_URL, SplunkCloud
from .enterprise import SplunkEnterprise
from .management_url import check_management_url, management_url, missing_url_advice
from .topology_rules import MANAGEMENT_PORT

PLAIN_HTTP = (
    "url begins with http://, so the credentials are sent without encryption. Splunk's management port 8089 uses TLS unless "
    "server.conf has enableSplunkdSSL = false. Use https://."
)

# The key of the name that messages give the option of the URL, if that is not C(url).
URL_OPTION = "url_option"

SPLUNK_SPEC: dict[str, t.Any] = {
    "url": {"type": "str"},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "auth_token": {"type": "str", "no_log": True},
    **TRANSPORT_SPEC,
}
# The options that reach HEC tokens, on both platforms.
TOKEN_CONNECTION_SPEC: dict[str, t.Any] = {
    **SPLUNK_SPEC,
    "platform": dict(type="str", choices=["enterprise", "cloud"], default="enterprise"),
    "stack": dict(type="str"),
    "wait_timeout": dict(type="int", default=600),
}
# The same as one option of a module that also has the options of Cloudflare.
IN_SPLUNK_SPEC: dict[str, t.Any] = {
    "splunk": dict(type="dict", options={**TOKEN_CONNECTION_SPEC, "app": dict(type="str")}, apply_defaults=True),
}


def with_splunk_environment(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the options with those that environment variables add. An option wins over its variable, and credentials in
    options win over all credentials in variables. Raises OptionError for a URL that names a collector."""
    completed = dict(options)
    check_management_url(completed.get("url"))
    completed["url"] = management_url(completed.get("url"), completed.get("platform"))
    if not any(completed.get(key) for key in ("auth_token", "username", "password")):
        completed["auth_token"] = first_variable("SPLUNK_AUTH_TOKEN")
    if not completed.get("auth_token"):
        completed["username"] = completed.get("username") or first_variable("SPLUNK_USERNAME")
        completed["password"] = completed.get("password") or first_variable("SPLUNK_PASSWORD")
    return completed


def splunk_operation(run: Run) -> Run:
    """Return the operation of a module for Splunk, with the check that all of them share: a warning about a URL without TLS,
    which is shown with a failure as well. The options that reach Splunk are those of the module, or those in its option
    C(splunk), or the options C(nodes)."""

    @functools.wraps(run)
    def checked(options: Options, context: RunContext) -> dict[str, t.Any]:
        warning = _plain_http(options)
        if not warning:
            return run(options, context)
        try:
            result = run(options, context)
        except CollectionError as error:
            error.details.setdefault("warnings", []).append(warning)
            raise
        return {**result, "warnings": [*(result.get("warnings") or []), warning]}

    return checked


def _plain_http(options: Options) -> str:
    """Return the warning about the first URL of the management API without TLS, "" if there is none."""
    for name, url in _urls_of(options):
        if str(url or "").strip().lower().startswith("http://"):
            return PLAIN_HTTP.replace("url", name, 1)
    return ""


def _urls_of(options: Options) -> list[tuple[str, t.Any]]:
    """Return the URLs of the management API with the names of their options: those of several nodes, or the one of an instance."""
    nodes = options.get("nodes")
    if nodes:
        return [
            (f"nodes[{number}].url", node.get("url"))
            for number, node in enumerate(nodes)
            if isinstance(node, t.Mapping)
        ]
    return [("url", with_splunk_environment(options.get("splunk") or options).get("url"))]


def enterprise_client(options: t.Mapping[str, t.Any], mask: SecretMask) -> SplunkEnterprise:
    """Return a client of the management API for the result of C(with_splunk_environment). Raises OptionError."""
    return SplunkEnterprise(management_http(options, mask), options.get("app") or "splunk_httpinput", mask)


def management_http(options: t.Mapping[str, t.Any], mask: SecretMask) -> Http:
    """Return the connection to the management API for the result of C(with_splunk_environment). Raises OptionError."""
    headers = _credentials(options, mask)
    if not options.get("url"):
        raise OptionError(
            "url",
            f"is required: the management URL, such as https://splunk.example.com:8089. {missing_url_advice()}",
        )
    name = options.get(URL_OPTION) or "url"
    return http_client(options, name, options["url"], headers, mask, usual_port=MANAGEMENT_PORT)


def cloud_client(options: t.Mapping[str, t.Any], mask: SecretMask) -> SplunkCloud:
    """Return a client of ACS for the result of C(with_splunk_environment). With a user name and password it first
    requests an ephemeral token from ACS. Raises OptionError, SplunkError, NoAnswerError."""
    headers = _credentials(options, mask)
    stack, url, wait = options.get("stack"), options.get("url") or DEFAULT_URL, options["wait_timeout"]
    if not stack or "/" in stack or "." in stack:
        raise OptionError("stack", "must be the name of the stack: acme for acme.splunkcloud.com")
    if wait < 1:
        raise OptionError("wait_timeout", "must be at least 1 second")
    client = SplunkCloud(http_client(options, "url", url, headers, mask), stack, wait, mask=mask)
    if options.get("auth_token"):
        return client
    token = client.short_lived_token(options["username"])
    mask.add(token)
    headers = {"Authorization": f"Bearer {token}"}
    return SplunkCloud(http_client(options, "url", url, headers, mask), stack, wait, mask=mask)


def _credentials(options: t.Mapping[str, t.Any], mask: SecretMask) -> dict[str, str]:
    """Return the header that authenticates a request, and add its secrets to the mask. Raises OptionError."""
    username, password, token = (options.get(key) for key in ("username", "password", "auth_token"))
    mask.add(password, token)
    if token:
        token = token.strip()
        if not re.fullmatch(r"[\x21-\x7e]+", token):
            raise OptionError("auth_token", "must be one word: the token alone, without Bearer")
        return {"Authorization": f"Bearer {token}"}
    if username and password:
        basic = base64.b64encode(f"{username}:{password}".encode()).decode("ascii")
        mask.add(basic)
        return {"Authorization": f"Basic {basic}"}
    raise OptionError(
        "username, password, auth_token",
        "are not set. Set auth_token, or username and password. You can also set the environment variables "
        "SPLUNK_AUTH_TOKEN, or SPLUNK_USERNAME and SPLUNK_PASSWORD",
    )
