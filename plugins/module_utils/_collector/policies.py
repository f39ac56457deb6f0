# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The policies that CAs require of the certificates below them (RFC 5280, 6.1, and RFC 9618). Pure: no I/O."""

from __future__ import annotations

import typing as t

from .certificate import Certificate
from .extensions import PolicyRules

_ANY = bytes.fromhex("551d2000")


class _Limits:
    """How many more certificates may follow before a rule applies. Zero: it applies."""

    def __init__(self, certificates: int) -> None:
        self.explicit = self.mapping = self.any = certificates + 1

    def step(self) -> None:
        """Count one certificate."""
        self.explicit, self.mapping, self.any = (
            max(0, number - 1) for number in (self.explicit, self.mapping, self.any)
        )

    def tighten(self, rules: PolicyRules) -> None:
        """Apply the limits that a CA sets."""
        self.explicit = _smaller(self.explicit, rules.require_explicit)
        self.mapping = _smaller(self.mapping, rules.inhibit_mapping)
        self.any = _smaller(self.any, rules.inhibit_any)


def policies_are_valid(chain: t.Sequence[Certificate]) -> bool:
    """Return whether the certificates of a chain, from the server's to the root, have the policies that its CAs require."""
    below_root = list(reversed(chain[:-1]))
    limits = _Limits(len(below_root))
    # The policies that the next certificate may have. None: no policy is allowed.
    expected: set[bytes] | None = {_ANY}
    for position, certificate in enumerate(below_root):
        rules = certificate.extensions.policy_rules
        is_last = position == len(below_root) - 1
        is_self_issued = certificate.raw_issuer == certificate.raw_subject
        if not rules.policies:
            expected = None
        if expected is None and not limits.explicit:
            return False
        if expected is not None:
            expected = _accepted(expected, rules, keep_any=limits.any > 0 or (is_self_issued and not is_last))
        if is_last:
            limits.explicit = 0 if rules.require_explicit == 0 else max(0, limits.explicit - 1)
            break
        if rules.mappings and expected is not None:
            if limits.mapping and any(_ANY in mapping for mapping in rules.mappings):
                return False
            expected = _mapped(expected, rules, is_allowed=limits.mapping > 0)
        if not is_self_issued:
            limits.step()
        limits.tighten(rules)
    return bool(limits.explicit or expected)


def _accepted(expected: set[bytes], rules: PolicyRules, *, keep_any: bool) -> set[bytes]:
    """Return the policies of a certificate that those above it expect."""
    own = {policy for policy in rules.policies if policy != _ANY and (policy in expected or _ANY in expected)}
    return own | expected if _ANY in rules.policies and keep_any else own


def _mapped(expected: set[bytes], rules: PolicyRules, *, is_allowed: bool) -> set[bytes]:
    """Return the policies that a CA expects below it, after its mappings to other policies."""
    mapped = {issuer for issuer, _subject in rules.mappings}
    kept = expected - mapped
    if not is_allowed:
        return kept
    return kept | {subject for issuer, subject in rules.mappings if issuer in expected or _ANY in expected}


def _smaller(number: int, limit: int | None) -> int:
    return number if limit is None or limit < 0 else min(number, limit)
