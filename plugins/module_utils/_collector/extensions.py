# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read the extensions of a certificate (RFC 5280, 4.2) as Go does, and find what Go does not read. Pure: no I/O."""

from __future__ import annotations

import dataclasses
import ipaddress
import itertools
import re
import typing as t

from . import der as asn1
from .der import DerError, Element
from .name_constraints import NameConstraints, is_domain_name, read_constraints

_AUTHORITY_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1"
_CA_ISSUERS = "1.3.6.1.5.5.7.48.2"
# Tags of a GeneralName.
EMAIL, DNS_NAME, URI, IP_ADDRESS = 0x81, 0x82, 0x86, 0x87
_CERT_SIGN = 5
_INVALID_DOMAIN = "invalid domain"
_SERVER_USAGES = ("1.3.6.1.5.5.7.3.1", "2.5.29.37.0")


class Flaw(t.NamedTuple):
    """A part of a certificate that Go cannot read: Go's message, and a description (``what``) for the user."""

    words: str
    what: str


class ExtensionError(ValueError):
    """An extension that Go does not read."""

    def __init__(self, words: str, what: str) -> None:
        super().__init__(words)
        self.flaw = Flaw(words, what)


class PolicyRules(t.NamedTuple):
    """The policies of a certificate, and what it requires of those below it. A number is None if it is not given."""

    policies: tuple[bytes, ...] = ()
    mappings: tuple[tuple[bytes, bytes], ...] = ()
    require_explicit: int | None = None
    inhibit_mapping: int | None = None
    inhibit_any: int | None = None


@dataclasses.dataclass
class Extensions:
    """The content of the extensions of a certificate. A value is None, or empty, if the extension is missing.

    ``unhandled`` are the critical extensions that Go does not process. ``may_sign`` is false if the key usage does not
    allow to sign certificates, ``serves`` if the extended key usage does not allow a server.
    """

    dns_names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    uris: tuple[str, ...] = ()
    alternative_names: bytes | None = None
    is_ca: bool | None = None
    path_length: int | None = None
    may_sign: bool = True
    serves: bool = True
    key_id: bytes = b""
    issuer_key_id: bytes = b""
    issuer_is_published: bool = False
    constraints: NameConstraints | None = None
    policy_rules: PolicyRules = dataclasses.field(default_factory=PolicyRules)
    unhandled: tuple[str, ...] = ()
    flaw: Flaw | None = None


def read_extensions(data: bytes | None) -> Extensions:
    """Return the content of the extensions of a certificate; ``data`` is their list. C(flaw) is the first part that Go does
    not accept; the rest is read as far as possible. Raises DerError."""
    found = Extensions()
    extensions: dict[str, tuple[bool, bytes]] = {}
    for member in asn1.members(data) if data else []:
        oid, critical, value = _extension(member)
        if oid in extensions:
            _note(
                found, f'certificate contains duplicate extension with OID "{oid}"', f"it has the extension {oid} twice"
            )
        extensions.setdefault(oid, (critical, value))
    for oid, (critical, value) in extensions.items():
        reader = _READERS.get(oid)
        handled = False
        if reader:
            words, what, read = reader
            try:
                handled = read(found, value, critical)
            except ExtensionError as error:
                _note(found, *error.flaw)
            except ValueError:
                _note(found, f"invalid {words}", f"its {what} is malformed")
        if critical and not handled:
            found.unhandled += (oid,)
    return found


def _note(found: Extensions, words: str, what: str) -> None:
    """Keep the first flaw: Go stops there."""
    found.flaw = found.flaw or Flaw(words, what)


def _extension(member: Element) -> tuple[str, bool, bytes]:
    parts = list(itertools.islice(asn1.elements(asn1.inside(member)), 3))
    oid = asn1.oid_of(parts[0]) if parts else ""
    critical = len(parts) > 1 and parts[1].tag == asn1.BOOLEAN and asn1.boolean(parts[1])
    value = next((part for part in parts[1:3] if part.tag != asn1.BOOLEAN), None)
    if not oid or value is None or value.tag != asn1.OCTET_STRING:
        raise DerError("an extension in it is malformed")
    return oid, critical, value.content


def _read_alternative_names(found: Extensions, value: bytes, _critical: bool) -> bool:
    found.alternative_names = value
    # Lists first: there may be thousands.
    dns_names: list[str] = []
    emails: list[str] = []
    uris: list[str] = []
    addresses: list[str] = []
    for name in asn1.members(value):
        text = asn1.shown(name.content.decode("utf-8", "replace"))
        is_ascii = max(name.content, default=0) < 128
        if name.tag == DNS_NAME:
            dns_names.append(text)
            if not is_ascii:
                _note(found, "SAN dNSName is malformed", f'its subject alternative name "{text}" is not ASCII')
        elif name.tag == EMAIL:
            emails.append(text)
            if not is_ascii:
                _note(found, "SAN rfc822Name is malformed", f'its e-mail address "{text}" is not ASCII')
        elif name.tag == URI:
            uris.append(text)
            problem = _uri_problem(name.content.decode("latin-1"))
            if not is_ascii:
                _note(found, "SAN uniformResourceIdentifier is malformed", f'its URI "{text}" is not ASCII')
            elif problem:
                parsing = "" if problem == _INVALID_DOMAIN else f'parse "{text}": '
                words = f'cannot parse URI "{text}": {parsing}{problem}'
                _note(found, words, f'its URI "{text}" is malformed ({problem})')
        elif name.tag == IP_ADDRESS:
            addresses += _read_address(found, name.content)
    found.dns_names, found.emails, found.uris = tuple(dns_names), tuple(emails), tuple(uris)
    found.addresses = tuple(addresses)
    return bool(dns_names or emails or uris or addresses)


def _read_address(found: Extensions, content: bytes) -> list[str]:
    """Return the address, as the only one of a list, or an empty list for a flaw."""
    if len(content) in (4, 16):
        return [str(ipaddress.ip_address(content))]
    what = f"an IP address among its subject alternative names has {len(content)} bytes instead of 4 or 16"
    if len(content) in (8, 32):
        what += ": it is a network, not an address"
    _note(found, f"cannot parse IP address of length {len(content)}", what)
    return []


def _uri_problem(uri: str) -> str:
    """Return why Go does not parse a URI, "" if it does. These are the rules that a certificate may break."""
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in uri):
        return "invalid control character in URL"
    if re.search(r"%(?![0-9A-Fa-f]{2})", uri.partition("?")[0]):
        return "invalid URL escape"
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", uri)
    if uri.startswith(":"):
        return "missing protocol scheme"
    rest = (uri[scheme.end() :] if scheme else uri).partition("#")[0].partition("?")[0]
    if not rest.startswith("/") and not scheme and ":" in rest.partition("/")[0]:
        return "first path segment in URL cannot contain colon"
    if not rest.startswith("//"):
        return ""
    return _authority_problem(rest[2:].partition("/")[0])


def _authority_problem(authority: str) -> str:
    """Return why Go does not accept a text as the user, the host and the port of a URI, "" if it does."""
    user, _at, host = authority.rpartition("@")
    bare = re.sub(r"^\[[^]]*\]", "", host)
    wrong = re.search(r"""(?!%[89A-Fa-f][0-9A-Fa-f])[^A-Za-z0-9._~!$&'()*+,;=:<>"\-\[\]\x80-\xff]""", host)
    if not re.fullmatch(r"[A-Za-z0-9._:~!$&'()*+,;=%@-]*", user):
        return "net/url: invalid userinfo"
    if bare.startswith("["):
        return "missing ']' in host"
    port = re.search(r":(.*)$", bare)
    if port and not re.fullmatch("[0-9]*", port.group(1)):
        return f'invalid port ":{port.group(1)}" after host'
    if wrong:
        return f'invalid character "{wrong.group()}" in host name'
    return "" if is_domain_name(host) else _INVALID_DOMAIN


def _read_basic_constraints(found: Extensions, value: bytes, _critical: bool) -> bool:
    members = asn1.members(value)
    found.is_ca = False
    if members and members[0].tag == asn1.BOOLEAN:
        found.is_ca = asn1.boolean(members.pop(0))
    if members and members[0].tag == asn1.INTEGER:
        found.path_length = asn1.integer(members[0])
        if not 0 <= found.path_length < 2**63:
            raise DerError("a path length is negative")
    return True


def _read_key_usage(found: Extensions, value: bytes, _critical: bool) -> bool:
    usage, _unused = asn1.bits(asn1.first(value, asn1.BIT_STRING))
    named = int.from_bytes(usage[:2].ljust(2, b"\0"), "big") >> 7
    # Nine usages have a name. Go treats a key usage without any of them as absent.
    found.may_sign = not named or bool(named >> (8 - _CERT_SIGN) & 1)
    return True


def _read_extended_usage(found: Extensions, value: bytes, _critical: bool) -> bool:
    usages = [asn1.oid_of(usage) for usage in asn1.members(value)]
    found.serves = not usages or any(usage in _SERVER_USAGES for usage in usages)
    return True


def _read_constraints(found: Extensions, value: bytes, _critical: bool) -> bool:
    try:
        found.constraints = read_constraints(value)
    except DerError as error:
        raise ExtensionError(str(error), f"its name constraints are malformed ({error})") from None
    return not found.constraints.has_other_kinds


def _read_key_id(found: Extensions, value: bytes, critical: bool) -> bool:
    _check_not_critical("subject key identifier", critical)
    found.key_id = asn1.first(value, asn1.OCTET_STRING).content
    return True


def _read_issuer_key_id(found: Extensions, value: bytes, critical: bool) -> bool:
    _check_not_critical("authority key identifier", critical)
    identifier = next(asn1.elements(asn1.first(value, asn1.SEQUENCE).content), None)
    if identifier and identifier.tag == 0x80:
        found.issuer_key_id = identifier.content
    return True


def _check_not_critical(name: str, critical: bool) -> None:
    if critical:
        raise ExtensionError(f"{name} incorrectly marked critical", f"its {name} is marked as critical")


def _read_crl_points(_found: Extensions, value: bytes, _critical: bool) -> bool:
    for point in asn1.members(value):
        if point.tag != asn1.SEQUENCE:
            raise DerError("a distribution point is malformed")
        for name in list(asn1.elements(point.content))[:1]:
            if name.tag == 0xA0:
                # The names of one point, relative to its issuer or complete. Go reads only complete ones.
                asn1.first(name.content, 0xA0)
    return True


def _read_information_access(found: Extensions, value: bytes, critical: bool) -> bool:
    _check_not_critical("authority info access", critical)
    for description in asn1.members(value):
        method, *location = asn1.elements(description.content)
        is_uri = bool(location) and location[0].tag == URI
        found.issuer_is_published |= asn1.oid_of(method) == _CA_ISSUERS and is_uri
    return True


def _read_policies(found: Extensions, value: bytes, _critical: bool) -> bool:
    policies = tuple(asn1.first(member.content, asn1.OID).content for member in asn1.members(value))
    if len(set(policies)) < len(policies):
        raise ExtensionError("invalid certificate policies", "it has a policy twice")
    found.policy_rules = found.policy_rules._replace(policies=policies)
    return True


def _read_policy_mappings(found: Extensions, value: bytes, _critical: bool) -> bool:
    mappings = []
    for member in asn1.members(value):
        issuer, subject = list(asn1.elements(member.content))[:2]
        mappings.append((issuer.content, subject.content))
    found.policy_rules = found.policy_rules._replace(mappings=tuple(mappings))
    return True


def _read_policy_constraints(found: Extensions, value: bytes, _critical: bool) -> bool:
    given = {member.tag: asn1.integer(member, member.tag) for member in asn1.members(value)}
    found.policy_rules = found.policy_rules._replace(require_explicit=given.get(0x80), inhibit_mapping=given.get(0x81))
    return True


def _read_inhibit_any(found: Extensions, value: bytes, _critical: bool) -> bool:
    found.policy_rules = found.policy_rules._replace(inhibit_any=asn1.integer(asn1.first(value, asn1.INTEGER)))
    return True


_Read = t.Callable[[Extensions, bytes, bool], bool]
# For each extension that Go processes: its name in Go's messages, its usual name, and the function that reads it.
_READERS: dict[str, tuple[str, str, _Read]] = {
    "2.5.29.14": ("subject key identifier", "subject key identifier", _read_key_id),
    "2.5.29.15": ("key usage", "key usage", _read_key_usage),
    "2.5.29.17": ("subject alternative names", "list of subject alternative names", _read_alternative_names),
    "2.5.29.19": ("basic constraints", "basicConstraints", _read_basic_constraints),
    "2.5.29.30": ("NameConstraints extension", "list of name constraints", _read_constraints),
    "2.5.29.31": ("CRL distribution points", "list of CRL distribution points", _read_crl_points),
    "2.5.29.32": ("certificate policies", "list of certificate policies", _read_policies),
    "2.5.29.33": ("policy mappings extension", "list of policy mappings", _read_policy_mappings),
    "2.5.29.35": ("authority key identifier", "authority key identifier", _read_issuer_key_id),
    "2.5.29.36": ("policy constraints extension", "policy constraints", _read_policy_constraints),
    "2.5.29.37": ("extended key usages", "extended key usage", _read_extended_usage),
    "2.5.29.54": ("inhibit any policy extension", "inhibitAnyPolicy", _read_inhibit_any),
    _AUTHORITY_INFORMATION_ACCESS: ("authority info access", "authority information access", _read_information_access),
}
# The usual names of critical extensions that Go does not process.
_OTHER_EXTENSIONS = {
    "2.5.29.16": "private key usage period",
    "2.5.29.17": "subject alternative names without a name that Go knows",
    "2.5.29.18": "issuer alternative names",
    "2.5.29.30": "name constraints of another kind than domain, IP address, e-mail address and URI",
    "2.16.840.1.113730.1.1": "Netscape certificate type",
    "2.16.840.1.113730.1.13": "Netscape comment",
    "1.3.6.1.5.5.7.1.24": "TLS feature (must-staple)",
    "1.3.6.1.4.1.311.20.2": "Microsoft certificate template name",
    "1.3.6.1.4.1.311.21.7": "Microsoft certificate template",
    "1.3.6.1.4.1.11129.2.4.3": "certificate transparency poison of a precertificate",
}


def extension_name(oid: str) -> str:
    """Return the usual name of a critical extension that Go does not process."""
    return f"{oid}, {_OTHER_EXTENSIONS[oid]}" if oid in _OTHER_EXTENSIONS else oid
