# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The connection options that all modules share, and the HTTP client made of them."""

from __future__ import annotations

import os
import typing as t
from urllib.parse import urlsplit

from .errors import OptionError
from .http import Http
from .secrets import SecretMask

TRANSPORT_SPEC: dict[str, t.Any] = {
    "validate_certs": dict(type="bool", default=True),
    "ca_path": dict(type="path"),
    "timeout": dict(type="int", default=60),
    "retries": dict(type="int", default=4),
}
# More would keep a task waiting for hours, as the wait before each retry is up to a minute.
_MOST_RETRIES = 100
_LONGEST_TIMEOUT = 86400


def http_client(
    options: t.Mapping[str, t.Any],
    url_option: str,
    url: str,
    auth_headers: t.Mapping[str, str],
    mask: SecretMask,
    connections: int = 1,
    usual_port: int | None = None,
) -> Http:
    """Return an HTTP client for a base URL and the options C(validate_certs), C(ca_path), C(timeout) and C(retries).

    ``url_option`` is the option that the URL comes from, for messages. ``mask`` masks secrets in text of the server that
    messages quote. ``connections`` is the number of threads that send at the same time. ``usual_port`` is the port that most
    such servers listen on, if that is not the default one. Raises OptionError.
    """
    try:
        pieces = urlsplit(url)
        valid = pieces.scheme in ("https", "http") and pieces.hostname and "@" not in pieces.netloc and pieces.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise OptionError(url_option, "must be a whole URL, https://host or https://host:port, without a user")
    hint = ""
    if usual_port and pieces.port is None:
        used = 443 if pieces.scheme == "https" else 80
        hint = f"{url_option} has no port, so {used} is used; {usual_port} is the usual port."
    if options["timeout"] < 1:
        raise OptionError("timeout", "must be at least 1 second")
    if options["timeout"] > _LONGEST_TIMEOUT:
        raise OptionError("timeout", f"must be at most {_LONGEST_TIMEOUT} seconds")
    if not 0 <= options["retries"] <= _MOST_RETRIES:
        raise OptionError("retries", f"must be from 0 to {_MOST_RETRIES}")
    verify: bool | str = options["validate_certs"]
    if verify and options.get("ca_path"):
        verify = options["ca_path"]
        if not os.path.exists(verify):
            raise OptionError("ca_path", f"{verify} does not exist; set it to a file of CA certificates in PEM format")
    return Http(
        url,
        auth_headers,
        options["timeout"],
        options["retries"],
        verify,
        url_option=url_option,
        connections=connections,
        quote=mask.quoted,
        url_hint=hint,
    )
