# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The variables that replace the secrets of exported jobs. Pure: no I/O."""

from __future__ import annotations

import itertools
import typing as t

from .._core.errors import CollectionError
from .._core.secrets import MASK
from .yaml_writer import Template

# Shorter text is not treated as a secret: it would occur everywhere.
SHORTEST_SECRET = 4

TOKEN, OTHER = "token", "other"


class SecretVariables:
    """A variable for each secret, numbered in the order in which the export first uses them.

    Register the secrets of all jobs before exporting any: the channel of one job can be the token of another.
    """

    def __init__(self, hec_token_variable: str, other_variable: str = "splunk_logpush_secret") -> None:
        """The arguments are the names of the first variable for a HEC token and for any other secret. Further ones have
        a number after the name."""
        self._base_names = {TOKEN: hec_token_variable, OTHER: other_variable}
        self._kinds: dict[str, str] = {}
        self._endpoints: dict[str, dict[str, None]] = {}
        self._names: dict[str, str] = {}

    def register(self, secret: str, kind: str, endpoint: str) -> None:
        """Remember a secret of a job that pushes to this endpoint. C(kind) is C(TOKEN) or C(OTHER)."""
        self._kinds.setdefault(secret, kind)
        self._endpoints.setdefault(secret, {})[endpoint] = None

    def name_of(self, secret: str) -> str:
        """Return the name of the variable for a registered secret."""
        if secret not in self._names:
            base = self._base_names[self._kinds[secret]]
            candidates = itertools.chain([base], (f"{base}_{number}" for number in itertools.count(2)))
            taken = set(self._names.values())
            self._names[secret] = next(name for name in candidates if name not in taken)
        return self._names[secret]

    def endpoints(self) -> dict[str, list[str]]:
        """Return the names of the variables that the export uses, each with the endpoints of its secret."""
        return {name: list(self._endpoints[secret]) for secret, name in self._names.items()}

    def replaced_in(self, value: t.Any) -> t.Any:
        """Return a value with a reference to a variable in place of each text that is a secret. Raises CollectionError if
        a secret is only a part of a text."""
        if isinstance(value, t.Mapping):
            return {key: self.replaced_in(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.replaced_in(item) for item in value]
        if not isinstance(value, str) or isinstance(value, Template):
            return value
        secrets = self._long_secrets()
        if value in secrets:
            return Template(f"{{{{ {self.name_of(value)} }}}}")
        if any(secret in value for secret in secrets):
            raise CollectionError("contains a secret")
        return value

    def masked(self, text: str) -> str:
        """Return text for people: on one line, and with every secret masked."""
        for secret in sorted(self._long_secrets(), key=len, reverse=True):
            text = text.replace(secret, MASK)
        return "".join(character if character.isprintable() else "?" for character in text)

    def _long_secrets(self) -> list[str]:
        return [secret for secret in self._kinds if len(secret) >= SHORTEST_SECRET]
