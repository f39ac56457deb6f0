# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HEC tokens in the deployment repository: with ``useDeploymentServer = 1``, splunkd writes tokens to a file there, for the clients
of the deployment server, and HEC itself does not use them (Splunk: inputs.conf.spec).
"""

from __future__ import annotations

import os
import pathlib
import typing as t

from .splunk_state import HecToken

INPUTS = "etc/deployment-apps/splunk_httpinput/local/inputs.conf"


def write_tokens(splunk_home: pathlib.Path, tokens: t.Iterable[HecToken]) -> None:
    """Write the tokens of the repository, each as a stanza of inputs.conf."""
    path = splunk_home / INPUTS
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(path.name + ".new")
    half.write_text("\n".join(_stanza(token) for token in tokens), encoding="utf-8")
    os.replace(half, path)


def _stanza(token: HecToken) -> str:
    settings = {
        "disabled": int(token.disabled),
        "token": token.token,
        "index": token.index,
        "indexes": ",".join(token.indexes),
        "sourcetype": token.sourcetype,
        "source": token.source,
        "description": token.description,
        "useACK": int(token.useACK),
    }
    lines = [f"{name} = {value}" for name, value in settings.items() if value != ""]
    return "\n".join([f"[http://{token.name}]", *lines, ""])
