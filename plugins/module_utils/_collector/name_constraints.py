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
_LOCAL_PART = re.compile(
    r'"(?:[^"\\\x00\t\n\r\x80-\uffff]|\\[^\x00\n\r\x80-\uffff])*"'
    r"|(?!\.)(?:(?!\.[.@])(?:[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.]|\\[\x00-\x7f]))+(?=@)"
)


class NameConstraints(t.NamedTuple):
    """The names that a CA may issue certificates for (None: any of that kind), and those that it may not, by their kind.
    ``has_other_kinds`` is whether it constrains names that Go does not compare."""

    permitted: dict[int, list[bytes]]
    excluded: dict[int, list[bytes]]
    has_other_kinds: bool


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
    sides: dict[int, dict[int, list[bytes]]] = {_PERMITTED: {}, _EXCLUDED: {}}
    has_other_kinds = False
    for side, bases in subtrees.items():
        for base in bases:
            if base.tag in _KINDS:
                _check_constraint(base.tag, base.content)
                sides[side].setdefault(base.tag, []).append(base.content)
            else:
                has_other_kinds = True
    return NameConstraints(sides[_PERMITTED], sides[_EXCLUDED], has_other_kinds)


def constraint_problem(constraints: NameConstraints, names: Names) -> str:
    """Return why a CA with these constraints may not issue a certificate with these names, in Go's words; "" if it may."""
    for address in names.addresses:
        problem = _address_problem(constraints, address)
        if problem:
            return problem
    for name in names.dns_names:
        if not is_domain_name(name):
            return f'x509: cannot parse dnsName "{name}"'
        problem = _domain_problem(constraints, _DNS_NAME, name, name)
        if problem:
            return problem
    for uri in names.uris:
        problem = _domain_problem(constraints, _URI, uri, _uri_host(uri))
        if problem:
            return problem
    for email in names.emails:
        problem = _email_problem(constraints, email)
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
    """Return whether Go takes a text for a name of a domain. A constraint may begin with a dot."""
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


def _problem(constraints: NameConstraints, kind: int, name: str, matches: t.Callable[[bytes], bool]) -> str:
    permitted, excluded = constraints.permitted.get(kind), constraints.excluded.get(kind, [])
    if permitted and not any(map(matches, permitted)):
        return f'{_KINDS[kind]} "{name}" is not permitted by any constraint'
    found = next(filter(matches, excluded), None)
    return "" if found is None else f'{_KINDS[kind]} "{name}" is excluded by constraint "{_shown(kind, found)}"'


def _address_problem(constraints: NameConstraints, address: str) -> str:
    packed = ipaddress.ip_address(address).packed
    return _problem(constraints, _IP_ADDRESS, address, lambda base: _is_in(packed, base))


def _domain_problem(constraints: NameConstraints, kind: int, name: str, domain: str) -> str:
    excluded = constraints.excluded.get(kind, [])
    problem = _problem(constraints, kind, name, lambda base: _is_below(domain, base.decode("ascii")))
    if not problem and domain.startswith("*."):
        # A wildcard stands for a name that is excluded.
        rest = domain[1:].lower()
        covered = [base for base in excluded if base.decode("ascii").lower().partition(".")[2] == rest[1:]]
        if covered:
            return f'{_KINDS[kind]} "{name}" is excluded by constraint "{covered[0].decode("ascii")}"'
    return problem


def _email_problem(constraints: NameConstraints, email: str) -> str:
    local, _at, domain = email.rpartition("@")
    mailbox = (local, domain.lower())

    def matches(base: bytes) -> bool:
        text = base.decode("ascii")
        base_local, at, base_domain = text.rpartition("@")
        return mailbox == (base_local, base_domain.lower()) if at else _is_below(domain, text)

    return _problem(constraints, _EMAIL, email, matches)


def _is_below(name: str, domain: str) -> bool:
    """Return whether a name is a domain or in it. A leading dot excludes the domain itself; "" is every name."""
    name, domain = name.lower(), domain.lower()
    if not domain:
        return True
    return name.endswith(domain) if domain.startswith(".") else name == domain or name.endswith(f".{domain}")


def _is_in(address: bytes, network: bytes) -> bool:
    base, mask = network[: len(network) // 2], network[len(network) // 2 :]
    return len(address) == len(base) and all(a & m == b & m for a, b, m in zip(address, base, mask))


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


def _shown(kind: int, base: bytes) -> str:
    if kind != _IP_ADDRESS:
        return asn1.shown(base.decode("ascii"))
    half = len(base) // 2
    prefix = bin(int.from_bytes(base[half:], "big")).count("1")
    return f"{ipaddress.ip_address(base[:half])}/{prefix}"
