# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read HEC tokens."""

from __future__ import annotations

import typing as t

from .._core.errors import OptionError
from .._core.run import Options, RunContext
from .._core.secrets import MASK
from .options import splunk_operation, with_splunk_environment
from .token import management_client
from .token_rules import token_name, with_acknowledgement_warning


@splunk_operation
def read_tokens(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Return the result of the module C(splunk_hec_token_info). Raises CollectionError."""
    options = with_splunk_environment(options)
    if options.get("name") and options.get("names") is not None:
        raise OptionError("name, names", "only one of them can be set")
    given = [options["name"]] if options.get("name") else options.get("names")
    wanted = None if given is None else [token_name(name) for name in given]
    client = management_client(options, context.mask)
    found = list(client.tokens())
    selected = [token for token in found if wanted is None or token.name in wanted]
    result: dict[str, t.Any] = {
        "changed": False,
        "tokens": [{"name": token.name, "app": token.app, **token.settings, "token": MASK} for token in selected],
    }
    if options["with_values"]:
        result["values"] = {token.name: token.value for token in selected if token.value}
    if wanted is not None:
        with_ack = [each.name for each in selected if each.settings["use_ack"]]
        result["warnings"] = [with_acknowledgement_warning(with_ack)] if with_ack else []
    return result
