# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The names that a CA may issue certificates for (RFC 5280, 4.2.1.10), by the rules of Go. Pure: no I/O."""

from __future__ import annotations

import ipaddress
import re
import typing as t

from . import der as asn1
from .der import DerError

_PERMITTED, _EXCLUDED = 0xA0, 0xA1
# The kinds of names that Go compares, by the tag of a GeneralName.
_EMAIL, _DNS_NAME, _URI, _IP_ADDRESS = 0x81, 0x82, 0x86, 0x87
_KINDS = {_IP_ADDRESS: "IP address", _DNS_NAME: "DNS name", _URI: "URI", _EMAIL: "email address"}
_Value = t.TypeVar("_Value", str, bytes)
_LOCAL_PART = re.compile(
    r'"(?:[^"\\\x00\t\n\r\x80-\uffff]|\\[^\x00\n\r\x80-\uffff])*"'
    r"|(?!\.)(?:(?!\.[.@])(?:[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.]|\\[\x00-\x7f]))+(?=@)"
)


class NameConstraints(t.NamedTuple):
    """The names that a CA may issue certificates for (empty: any of that kind), and those that it may not, by their kind.
    ``has_other_kinds`` is whether it constrains names that Go does not compare."""

    permitted: dict[int, Bases]
    excluded: dict[int, Bases]
    has_other_kinds: bool


class Bases:
    """The constraints of one kind on one side. There may be thousands, so a name is not compared with each of them."""

    def __init__(self) -> None:
        # Domains and mailboxes, in lower case where case does not matter, with their original spelling.
        self._texts: dict[str, str] = {}
        # Domains that a wildcard can match, by the part after their first label.
        self._parents: dict[str, str] = {}
        self._networks: dict[int, list[tuple[int, int, bytes]]] = {4: [], 16: []}

    def add(self, kind: int, base: bytes) -> None:
        """Add a constraint that Go reads."""
        if kind == _IP_ADDRESS:
            half = len(base) // 2
            number, mask = (int.from_bytes(part, "big") for part in (base[:half], base[half:]))
            self._networks[half].append((number & mask, mask, base))
            return
        text = base.decode("ascii")
        self._texts.setdefault(_mailbox(text) if "@" in text else text.lower(), text)
        self._parents.setdefault(text.lower().partition(".")[2], text)

    def network_with(self, address: bytes) -> str | None:
        """Return the network that an address is in, None if there is none."""
        number = int.from_bytes(address, "big")
        found = next((base for net, mask, base in self._networks[len(address)] if number & mask == net), None)
        return None if found is None else _network(found)

    def domain_with(self, name: str) -> str | None:
        """Return the domain that a name is or is in, None if there is none. A domain with a leading dot does not include
        itself; "" is every name."""
        labels = name.lower().split(".")
        parents = [".".join(labels[start:]) for start in range(1, len(labels))]
        candidates = [name.lower(), *(spelling for parent in parents for spelling in (parent, f".{parent}")), ""]
        return next((self._texts[candidate] for candidate in candidates if candidate in self._texts), None)

    def domain_of_wildcard(self, name: str) -> str | None:
        """Return the domain that a wildcard can match, None if there is none."""
        rest = name.lower().partition(".")[2]
        return self._parents.get(rest) if name.startswith("*.") and rest else None

    def mailbox_or_domain_with(self, email: str) -> str | None:
        """Return the mailbox or the domain that covers an e-mail address, None if there is none."""
        mailbox = self._texts.get(_mailbox(email))
        return mailbox if mailbox is not None else self.domain_with(email.rpartition("@")[2])


class Names(t.NamedTuple):
    """The names in a certificate that constraints apply to."""

    addresses: t.Sequence[str]
    dns_names: t.Sequence[str]
    uris: t.Sequence[str]
    emails: t.Sequence[str]


def read_constraints(value: bytes) -> NameConstraints:
    """Return the constraints in an extension. Raises DerError, in Go's words, for those that Go does not read."""
    invalid = "invalid NameConstraints extension"
    try:
        parts = {part.tag: part.content for part in asn1.elements(asn1.only(value, asn1.SEQUENCE).content)}
        subtrees = {
            side: [next(asn1.elements(member.content)) for member in asn1.elements(parts.get(side, b""))]
            for side in (_PERMITTED, _EXCLUDED)
        }
    except (ValueError, StopIteration):
        raise DerError(invalid) from None
    if set(parts) - {_PERMITTED, _EXCLUDED}:
        raise DerError(invalid)
    if not any(subtrees.values()):
        raise DerError("empty name constraints extension")
    sides: dict[int, dict[int, Bases]] = {_PERMITTED: {}, _EXCLUDED: {}}
    has_other_kinds = False
    for side, bases in subtrees.items():
        for base in bases:
            if base.tag in _KINDS:
                _check_constraint(base.tag, base.content)
                sides[side].setdefault(base.tag, Bases()).add(base.tag, base.content)
            else:
                has_other_kinds = True
    return NameConstraints(sides[_PERMITTED], sides[_EXCLUDED], has_other_kinds)


def constraint_problem(constraints: NameConstraints, names: Names) -> str:
    """Return why a CA with these constraints may not issue a certificate with these names, in Go's words; "" if it may."""
    for address in names.addresses:
        packed = ipaddress.ip_address(address).packed
        problem = _problem(constraints, _IP_ADDRESS, address, Bases.network_with, packed)
        if problem:
            return problem
    for name in names.dns_names:
        problem = (
            f'x509: cannot parse dnsName "{name}"' if not is_domain_name(name) else _dns_problem(constraints, name)
        )
        if problem:
            return problem
    for uri in names.uris:
        problem = _problem(constraints, _URI, uri, Bases.domain_with, _uri_host(uri))
        if problem:
            return problem
    for email in names.emails:
        problem = _problem(constraints, _EMAIL, email, Bases.mailbox_or_domain_with, email)
        if problem:
            return problem
    return ""


def unusable_name(names: Names) -> str:
    """Return why Go cannot compare the names of a certificate with any constraint, in Go's words; "" if it can."""
    for uri in names.uris:
        host = _uri_host(uri)
        if not host:
            return f'URI with empty host ("{uri}") cannot be matched against constraints'
        if host.startswith("[") or _is_address(host):
            return f'URI with IP ("{uri}") cannot be matched against constraints'
    for email in names.emails:
        if not _is_mailbox(email):
            return f'cannot parse rfc822Name "{email}"'
    return ""


def is_domain_name(name: str, *, is_constraint: bool = False) -> bool:
    """Return whether Go accepts a text as a domain name. A constraint may begin with a dot."""
    if not name:
        return True
    labels = (name[1:] if is_constraint and name.startswith(".") else name).split(".")
    return all(labels) and all(33 <= ord(letter) <= 126 for letter in name)


def _check_constraint(kind: int, base: bytes) -> None:
    """Raise DerError for a constraint that Go does not read."""
    if kind == _IP_ADDRESS:
        if len(base) not in (8, 32):
            raise DerError(f"IP constraint contained value of length {len(base)}")
        mask = int.from_bytes(base[len(base) // 2 :], "big")
        bits = 4 * len(base)
        if mask and (mask | (mask - 1)) != (1 << bits) - 1:
            raise DerError(f"IP constraint contained invalid mask {base[len(base) // 2 :].hex()}")
        return
    if max(base, default=0) > 127:
        raise DerError(f"invalid constraint value: {asn1.shown(base.decode('utf-8', 'replace'))}")
    text = base.decode("ascii")
    if kind == _URI and _is_address(text):
        raise DerError(f'failed to parse URI constraint "{text}": cannot be IP address')
    is_mailbox = kind == _EMAIL and "@" in text
    if not (_is_mailbox(text) if is_mailbox else is_domain_name(text, is_constraint=True)):
        name = {_DNS_NAME: "dnsName", _EMAIL: "rfc822Name", _URI: "URI"}[kind]
        raise DerError(f'failed to parse {name} constraint "{asn1.shown(text)}"')


def _problem(
    constraints: NameConstraints, kind: int, name: str, cover: t.Callable[[Bases, _Value], str | None], value: _Value
) -> str:
    """Return why a name is not allowed. ``cover`` returns the constraint that covers the value to compare, None for none."""
    permitted, excluded = constraints.permitted.get(kind), constraints.excluded.get(kind)
    if permitted and cover(permitted, value) is None:
        return f'{_KINDS[kind]} "{name}" is not permitted by any constraint'
    found = cover(excluded, value) if excluded else None
    return "" if found is None else f'{_KINDS[kind]} "{name}" is excluded by constraint "{asn1.shown(found)}"'


def _dns_problem(constraints: NameConstraints, name: str) -> str:
    problem = _problem(constraints, _DNS_NAME, name, Bases.domain_with, name)
    excluded = constraints.excluded.get(_DNS_NAME)
    found = excluded.domain_of_wildcard(name) if excluded and not problem else None
    return problem if found is None else f'DNS name "{name}" is excluded by constraint "{found}"'


def _mailbox(text: str) -> str:
    """Return a mailbox in the form in which two are compared: only the domain may be in any case."""
    local, at, domain = text.rpartition("@")
    return f"{local}{at}{domain.lower()}"


def _is_mailbox(text: str) -> bool:
    found = _LOCAL_PART.match(text)
    if not found or text[found.end() : found.end() + 1] != "@":
        return False
    domain = text[found.end() + 1 :]
    return bool(domain) and is_domain_name(domain)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _uri_host(uri: str) -> str:
    """Return the host of a URI without its port, in lower case; "" if it has none."""
    found = re.match(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//([^/?#]*)", uri)
    host = found.group(1).rpartition("@")[2].lower() if found else ""
    return re.sub(r":[^:\]]*$", "", host)


def _network(base: bytes) -> str:
    half = len(base) // 2
    prefix = bin(int.from_bytes(base[half:], "big")).count("1")
    return f"{ipaddress.ip_address(base[:half])}/{prefix}"
