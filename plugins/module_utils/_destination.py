# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This module util is PRIVATE to the collection: it may change in any release.

"""The C(splunk://) destination string of a Logpush job and its parts. Pure: no I/O.

The vendor's page on the Splunk destination gives the form
C(splunk://<endpoint>?channel=<GUID>&insecure-skip-verify=<bool>&sourcetype=<name>&header_Authorization=Splunk%20<token>)
(U(https://developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/splunk/)). Jobs made by hand differ in
the order of the parameters, the case of the scheme, the encoding, and carry parameters of their own: so a
destination is parsed into decoded parts, compared by these, and written back with what was not asked to change.
"""

from __future__ import annotations

import re
import typing as t
import uuid
from urllib.parse import quote, unquote, unquote_plus, urlsplit

from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.edgeops.logpush.plugins.module_utils._errors import OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._secrets import MASK, SecretMask

RAW_PATH = "/services/collector/raw"
DEFAULT_SOURCETYPE = "cloudflare:json"

CHANNEL = "channel"
INSECURE_SKIP_VERIFY = "insecure-skip-verify"
SOURCETYPE = "sourcetype"
AUTHORIZATION = "header_Authorization"

# The names of the parts in a mapping (options, results, filters); every other key is a parameter of the string.
PART_NAMES = ("endpoint", "hec_token", "channel", "sourcetype", "insecure_skip_verify")

# The options of a job that hold a secret, or may by mistake.
SECRET_OPTIONS = ("endpoint", "hec_token", "destination_conf")

# Pinned for ever: another value would give every job that is still to be made another channel.
_CHANNEL_NAMESPACE = uuid.UUID("5f0d2b1c-6f5e-5b8e-9d5a-0c9b7d1e4a37")

_SPLUNK_CLOUD_DOMAINS = (".splunkcloud.com", ".splunkcloudgc.com")
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?")
_IPV6 = re.compile(r"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_RAW_PATH = re.compile(r"/services/collector/raw(/1\.0)?/?$")
_SCHEMED_TOKEN = re.compile(r"(?i)splunk(?P<separator>\s+|%20|\+|\Z)(?P<token>.*)", re.DOTALL)
_NOT_A_SECRET_VALUE = re.compile(r"\*+|VALUE_SPECIFIED_IN_NO_LOG_PARAMETER|(?i:redacted|<redacted>|\[redacted\])")
_PARAMETER = re.compile(r"(?:^|[?;])(?P<name>[^?;=]*)=")
_SECRET_WORD = re.compile(r"(?i)secret|token|password|passwd|credential|signature|\bsig\b|key|auth|cookie")
# Any header may hold a credential, so none is shown.
_SECRET_PARAMETER = re.compile(rf"(?i)header_|{_SECRET_WORD.pattern[4:]}")
# The code at the end of a Sumo Logic collector's path is all that a sender needs to have.
_SECRET_PATH = re.compile(r"(?i)(?P<path>/receiver/v1/http/)(?P<code>[^/?#&\s]+)")
# https://developers.cloudflare.com/api/resources/logpush/subresources/jobs/: destination_conf
_LONGEST = 4096


class DestinationError(OptionError):
    """A destination, or a part of one, that cannot be used. The text names the part and the accepted form, and never
    repeats a value that may hold a secret."""


class Destination(t.NamedTuple):
    """A C(splunk://) destination: where to, and the decoded parameters in the order in which they stand."""

    host: str
    port: int
    path: str
    parameters: tuple[tuple[str, str], ...]

    @property
    def endpoint(self) -> str:
        """C(host:port/path), with an IPv6 address in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}{self.path}"

    @property
    def collector(self) -> tuple[str, int]:
        """The collector itself, whatever the path: host, in lower case and without a last dot, and port."""
        return self.host.lower().rstrip("."), self.port

    @property
    def channel(self) -> str | None:
        """The channel GUID as it stands in the string."""
        return self.parameter(CHANNEL)

    @property
    def sourcetype(self) -> str | None:
        """The Splunk source type."""
        return self.parameter(SOURCETYPE)

    @property
    def insecure_skip_verify(self) -> bool:
        """Whether Cloudflare accepts any certificate. The spellings are those of Go's C(strconv.ParseBool), which
        also takes everything else, and no value at all, as false."""
        return (self.parameter(INSECURE_SKIP_VERIFY) or "") in ("1", "t", "T", "true", "TRUE", "True")

    @property
    def hec_token(self) -> str | None:
        """The bare HEC token: the C(Authorization) header without its scheme. Decoded once and no more: a token that
        was encoded twice is a broken job, and must not look like a sound one."""
        authorization = self.parameter(AUTHORIZATION)
        if authorization is None:
            return None
        scheme, separator, token = authorization.strip().partition(" ")
        if scheme.lower() != "splunk":
            return authorization.strip()
        return token.strip() if separator else None

    @property
    def token_is_hidden(self) -> bool:
        """Whether the API masked the token, so that nothing can be said of its value."""
        return bool(_NOT_A_SECRET_VALUE.fullmatch(self.hec_token or ""))

    @property
    def further_parameters(self) -> dict[str, str]:
        """The parameters that are not one of the named parts."""
        known = {_canonical(name) for name in (CHANNEL, INSECURE_SKIP_VERIFY, SOURCETYPE, AUTHORIZATION)}
        first: dict[str, tuple[str, str]] = {}
        for name, value in self.parameters:
            if _canonical(name) not in known:
                first.setdefault(_canonical(name), (name, value))
        return dict(first.values())

    def parameter(self, name: str) -> str | None:
        """The first value of the parameter ``name``, as Go's C(url.Values.Get) gives it."""
        return next((value for key, value in self.parameters if _canonical(key) == _canonical(name)), None)

    def with_parameter(self, name: str, value: str) -> Destination:
        """The same destination with the parameter ``name`` set, in its place where it has one."""
        pairs = list(self.parameters)
        places = [place for place, (key, dummy) in enumerate(pairs) if _canonical(key) == _canonical(name)]
        if places:
            pairs[places[0]] = (pairs[places[0]][0], value)
            pairs = [pair for place, pair in enumerate(pairs) if place not in places[1:]]
        else:
            pairs.append((name, value))
        return self._replace(parameters=tuple(pairs))

    def comparable(self) -> tuple[t.Any, ...]:
        """What two destinations that mean the same have in common."""
        scheme_and_token = self.hec_token, _scheme(self.parameter(AUTHORIZATION))
        return (
            self.host.lower().rstrip("."),
            self.port,
            self.path.rstrip("/"),
            (self.channel or "").lower(),
            self.sourcetype or "",
            self.insecure_skip_verify,
            scheme_and_token,
            tuple(sorted((_canonical(name), value) for name, value in self.further_parameters.items())),
        )

    def encode(self) -> str:
        """The finished string, every value percent-encoded once."""
        query = "&".join(f"{_quote(name)}={_quote(value, name)}" for name, value in self.parameters)
        return f"splunk://{self.endpoint}" + (f"?{query}" if query else "")

    def public(self) -> dict[str, t.Any]:
        """The parts as a result may show them: no token, and no value of a parameter that may be a secret."""
        further = {
            name: MASK if _SECRET_PARAMETER.search(name) else value
            for name, value in sorted(self.further_parameters.items())
        }
        named = {
            "endpoint": self.endpoint,
            "channel": self.channel,
            "sourcetype": self.sourcetype,
            "insecure_skip_verify": self.insecure_skip_verify,
        }
        return {_printable(key): _printable(value) for key, value in {**further, **named}.items()}


def is_splunk(destination_conf: t.Any) -> bool:
    """Whether a job's destination string is one of this collection's kind; C(Splunk://) counts too."""
    return isinstance(destination_conf, str) and destination_conf.strip().lower().startswith("splunk://")


def parse(destination_conf: str, part: str = "destination_conf") -> Destination:
    """Parse a finished destination string, however it is encoded and in whatever order its parameters are.

    Raises DestinationError, which names the option ``part``, for a string that is not a C(splunk://) one.
    """
    if not is_splunk(destination_conf):
        raise DestinationError(part, "must be a string of the form splunk://<host>:<port>/services/collector/raw?...")
    # Half a surrogate pair, as JSON can carry it, cannot be written again.
    text = re.sub("[\ud800-\udfff]", "\ufffd", destination_conf.strip())
    try:
        # urlsplit drops tabs and line breaks silently and would so join what they part
        pieces = urlsplit(text.replace("\t", "%09").replace("\n", "%0A").replace("\r", "%0D"))
        host, port = pieces.hostname, pieces.port
    except ValueError:
        raise DestinationError(part, "the host or the port is malformed") from None
    if not host:
        raise DestinationError(part, "has no host")
    pairs = [piece.partition("=") for piece in pieces.query.split("&") if piece]
    parameters = tuple((_unquote(name), _unquote(value)) for name, dummy, value in pairs)
    # Without a port Logpush goes to that of HTTPS.
    return Destination(host, 443 if port is None else port, pieces.path, parameters)


def parse_endpoint(endpoint: str) -> tuple[str, int, str]:
    """Give host, port and path of the option C(endpoint): C(host), C(host:port) or the whole URL.

    The path C(/services/collector/raw) is filled in (the only one that Logpush can push to), and so is the port: 443
    for a Splunk Cloud host, 8088 elsewhere. Raises DestinationError for anything else.
    """
    text = str(endpoint).strip()
    form = "give it as host, host:port or https://host:port/services/collector/raw"
    scheme, separator, rest = text.partition("://")
    if separator and scheme.lower() not in ("https", "splunk"):
        raise DestinationError("endpoint", f"the scheme must be https, since Logpush pushes over HTTPS only; {form}")
    rest = rest if separator else text
    if "@" in rest or "?" in rest or "#" in rest:
        raise DestinationError(
            "endpoint",
            f"holds more than a host, a port and a path; {form}. The token belongs into hec_token, "
            "a finished splunk:// string into destination_conf",
        )
    if re.search(r"\s", rest) or not rest.isprintable():
        raise DestinationError("endpoint", f"holds a space or a control character; {form}")
    try:
        pieces = urlsplit(f"https://{rest}")
        host, port = pieces.hostname, pieces.port
    except ValueError:
        raise DestinationError("endpoint", f"the host or the port is malformed; {form}") from None
    if not host or not (_HOST.fullmatch(host) or _IPV6.fullmatch(host)) or port == 0:
        raise DestinationError("endpoint", f"has no usable host and port; {form}")
    return host, port or default_port(host), _raw_path(pieces.path)


def default_port(host: str) -> int:
    """The HEC port of a host for which none is given (Splunk: "Set up and use HTTP Event Collector in Splunk Web")."""
    return 443 if is_splunk_cloud(host) else 8088


def is_splunk_cloud(host: str) -> bool:
    """Whether a host belongs to Splunk Cloud."""
    return host.lower().rstrip(".").endswith(_SPLUNK_CLOUD_DOMAINS)


def is_trial(host: str) -> bool:
    """Whether a host is that of a free trial of Splunk Cloud, by its name."""
    return is_splunk_cloud(host) and host.lower().startswith("prd-p-")


def bare_token(hec_token: str, part: str = "hec_token") -> str:
    """Give the bare token for the three spellings that mean the same: the bare token, ``Splunk <token>`` and
    ``Splunk%20<token>``, of which only the last is percent-encoded.

    Raises DestinationError, which names the option ``part`` and not the value, for what cannot be a token.
    """
    text = str(hec_token).strip()
    match = _SCHEMED_TOKEN.fullmatch(text)
    if match:
        token = match.group("token")
        text = token if match.group("separator").isspace() else unquote(token)
    if is_splunk(text):
        raise DestinationError(part, "is a finished string, not a token: it belongs into destination_conf")
    twice = match and _SCHEMED_TOKEN.fullmatch(text)
    if not text or twice or re.search(r"\s", text) or not text.isprintable():
        raise DestinationError(
            part, "must be one word, the value of a HEC token; Splunk <token> and Splunk%20<token> are taken too"
        )
    if re.match(r"(?i)splunk%(25)+20", text):
        raise DestinationError(part, "is encoded twice; give the bare value")
    if re.fullmatch(r"([\"']).+\1", text, re.DOTALL):
        raise DestinationError(part, "has quotes around it; give the bare value")
    if _NOT_A_SECRET_VALUE.fullmatch(text):
        raise DestinationError(part, "is a masked value, not a token: it was read from a result or a log")
    _check_it_is_filled_in(part, text)
    return text


def authorization(hec_token: str) -> str:
    """The value of the C(Authorization) header that HEC wants, not yet encoded: the word Splunk and the bare token."""
    return f"Splunk {bare_token(hec_token)}"


def collector_of(endpoint: str) -> tuple[str, int]:
    """Give the collector of an endpoint, as C(Destination.collector) does. Raises DestinationError."""
    host, port, dummy = parse_endpoint(endpoint)
    return Destination(host, port, "", ()).collector


def encoded_authorization(hec_token: str) -> str:
    """The same as it stands in the destination string: ``Splunk%20<token>``, percent-encoded once."""
    return quote(authorization(hec_token), safe="")


def checked_channel(channel: str) -> str:
    """Give a channel GUID in lower case. Raises DestinationError for anything but a GUID."""
    text = str(channel).strip()
    if not re.fullmatch(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", text):
        raise DestinationError("channel", "must be a GUID such as 9d4b5ce2-3f6c-4a0e-8a36-5d1a0e6c7b11")
    return text.lower()


def checked_sourcetype(sourcetype: str) -> str:
    """Give a source type. Raises DestinationError for one that Splunk could not hold."""
    text = str(sourcetype).strip()
    if not text or re.search(r"\s", text) or not text.isprintable():
        raise DestinationError("sourcetype", "must be one word, such as cloudflare:json")
    _check_it_is_filled_in("sourcetype", text)
    return text


def _check_it_is_filled_in(part: str, text: str) -> None:
    """Refuse what Ansible makes of a value that is no text, and what it leaves of a template in the variables of another
    host where a variable is not defined."""
    if re.search(r"\{\{|\{%", text) or re.fullmatch(r"\[.*\]|\{.*\}", text):
        raise DestinationError(part, "is a list, a mapping, or a template with a variable that is not defined; give one word")


def derive_channel(*names: str) -> str:
    """Give the channel of names that stay (scope, dataset, job name): a UUIDv5.

    The same names give the same GUID in check mode, in a rerun and on any machine, so that no file has to keep it.
    Each name counts with its length, so that no two lists of names run together.
    """
    joined = "".join(f"{len(name)}:{name}" for name in names)
    return str(uuid.uuid5(_CHANNEL_NAMESPACE, joined.encode("utf-8", "backslashreplace").decode("utf-8")))


def build(parts: t.Mapping[str, t.Any], base: Destination | None = None) -> Destination:
    """Make a destination of a mapping of parts, over those of ``base`` where one is given.

    ``parts`` has any of C(endpoint), C(hec_token), C(channel), C(sourcetype), C(insecure_skip_verify); every other key
    is a further parameter; ``None`` means not given. Without ``base`` the endpoint, the token and the channel must be
    there. Raises DestinationError.
    """
    given = {name: value for name, value in parts.items() if value is not None}
    destination = base
    if "endpoint" in given:
        host, port, path = parse_endpoint(given["endpoint"])
        destination = Destination(host, port, path, base.parameters if base else ())
    if destination is None:
        raise DestinationError("endpoint", "is needed for a new destination")
    if base is None:
        given = {"sourcetype": DEFAULT_SOURCETYPE, "insecure_skip_verify": False, **given}
        for name in ("channel", "hec_token"):
            if name not in given:
                raise DestinationError(name, "is needed for a new destination")
    for name, value in _parameters_of(given):
        destination = destination.with_parameter(name, value)
    return destination


def to_parts(destination: Destination) -> dict[str, t.Any]:
    """Give the mapping that C(build) makes the same destination of, token included."""
    named = {
        "endpoint": destination.endpoint,
        "hec_token": destination.hec_token,
        "channel": destination.channel,
        "sourcetype": destination.sourcetype,
        "insecure_skip_verify": destination.insecure_skip_verify,
    }
    return {**destination.further_parameters, **named}


def checked(destination: Destination, part: str = "destination_conf") -> Destination:
    """Give a destination that the user finished as a string, if it has all that Logpush needs.

    Raises DestinationError, which names the option ``part``.
    """
    if destination.port == 0 or not (_HOST.fullmatch(destination.host) or _IPV6.fullmatch(destination.host)):
        raise DestinationError(part, "has no usable host and port")
    if not destination.hec_token:
        raise DestinationError(part, f"has no token: {AUTHORIZATION} must be Splunk%20<token>")
    if destination.token_is_hidden:
        raise DestinationError(part, "has a masked token: it was read from a result or a log")
    if not destination.channel:
        raise DestinationError(part, "has no channel=<GUID>")
    try:
        checked_channel(destination.channel)
    except DestinationError as error:
        raise DestinationError(part, str(error)) from None
    if _scheme(destination.parameter(AUTHORIZATION)) != "splunk":
        # The vendor's page: the value must carry the word Splunk, or HEC answers "Invalid authorization".
        raise DestinationError(part, f"{AUTHORIZATION} must carry the word Splunk: Splunk%20<token>")
    if not _RAW_PATH.search(destination.path):
        raise DestinationError(part, f"the path must be {RAW_PATH}, the only one that takes what Logpush sends")
    if (destination.parameter(INSECURE_SKIP_VERIFY) or "false").lower() not in ("true", "false", "t", "f", "1", "0"):
        raise DestinationError(part, f"{INSECURE_SKIP_VERIFY} must be true or false")
    names = [_canonical(name) for name, dummy in destination.parameters]
    for name in (CHANNEL, INSECURE_SKIP_VERIFY, SOURCETYPE, AUTHORIZATION):
        if names.count(_canonical(name)) > 1:
            raise DestinationError(part, f"has {name} more than once")
    if len(destination.encode()) > _LONGEST:
        raise DestinationError(part, f"is longer than the {_LONGEST} characters that the API takes")
    return destination


def secrets_in(destination_conf: str) -> list[str]:
    """Give every value in a destination string of any kind that is a secret by its name or place, decoded. The value of
    a header that has nothing secret in its name is none: masking it everywhere would garble harmless text."""
    head, dummy, query = str(destination_conf).partition("?")
    userinfo = re.search(r"://([^/]*)@", head)
    found = [_unquote(part) for part in userinfo.group(1).split(":")] if userinfo else []
    found += [unquote(path.group("code")) for path in _SECRET_PATH.finditer(head)]
    for piece in query.split("&"):
        name, dummy, value = piece.partition("=")
        if _SECRET_WORD.search(_unquote(name)):
            text = _unquote(value).strip()
            # behind the word Splunk, Bearer or Basic
            found += [text, text.rpartition(" ")[2]] if " " in text else [text]
            if "+" in value:
                # Not encoded, it may be a space, or be meant.
                found.append(unquote(value, errors="surrogateescape").strip())
    return [text for text in found if text and not _is_scheme(text)]


def redact(destination_conf: str) -> str:
    """Give a destination string of any kind with every value masked that may be a secret. Works on text that does
    not parse, too: what cannot be told apart from a secret is masked."""
    text, fragment, dummy = str(destination_conf).partition("#")
    if not re.match(r"\s*[A-Za-z][A-Za-z0-9+.-]*://", text):
        return MASK if destination_conf else ""
    text = re.sub(r"//[^?]*@", f"//{MASK}@", text)
    text = _SECRET_PATH.sub(rf"\g<path>{MASK}", text)
    pieces = []
    after_secret = False
    for piece in text.split("&"):
        parameters = _PARAMETER.finditer(piece)
        secret = next((found for found in parameters if _SECRET_PARAMETER.search(unquote(found.group("name")))), None)
        if secret:
            after_secret = True
            piece = piece[: secret.end()] + MASK
        elif after_secret and "=" not in piece:
            # the rest of a token that was not encoded and holds an ampersand
            piece = MASK
        pieces.append(piece)
    return "&".join(pieces) + (f"#{MASK}" if fragment else "")


def mask_options(options: t.Mapping[str, t.Any], mask: SecretMask) -> None:
    """Make known to the mask what is secret in the options of a destination, also where a secret stands in the wrong
    one: a finished string given as endpoint, which Ansible would show."""
    hec_token = options.get("hec_token")
    mask.add(hec_token)
    for text in (options.get("destination_conf"), options.get("endpoint")):
        if text and re.search("[@?#]", text):
            mask.add(text, *secrets_in(text))
    try:
        mask.add(bare_token(hec_token or ""))
    except OptionError:
        return


def mask_zones(zones: t.Iterable[t.Mapping[str, t.Any]] | None, mask: SecretMask) -> None:
    """Make known to the mask what is secret in entries of C(zones) that bring options of their jobs, where nobody needs
    these: Ansible shows them as they were given."""
    for zone in zones or ():
        jobs = zone.get("jobs")
        for options in (zone, *(jobs if isinstance(jobs, list) else ())):
            if isinstance(options, dict):
                mask_options({key: str(options[key]) for key in SECRET_OPTIONS if options.get(key)}, mask)


def _parameters_of(given: t.Mapping[str, t.Any]) -> t.Iterator[tuple[str, str]]:
    """The parameters for the parts that are given, in the order of the vendor's page, further ones last."""
    if "channel" in given:
        yield CHANNEL, checked_channel(given["channel"])
    if "insecure_skip_verify" in given:
        yield INSECURE_SKIP_VERIFY, _flag(given["insecure_skip_verify"])
    if "sourcetype" in given:
        yield SOURCETYPE, checked_sourcetype(given["sourcetype"])
    if "hec_token" in given:
        yield AUTHORIZATION, authorization(given["hec_token"])
    for name, value in given.items():
        if name not in PART_NAMES:
            yield str(name), str(value)


def _flag(value: t.Any) -> str:
    # A filter is handed what a survey or an extra variable made of it: the text "false" must not count as true.
    try:
        return "true" if boolean(value) else "false"
    except TypeError:
        raise DestinationError("insecure_skip_verify", "must be true or false") from None


def _raw_path(path: str) -> str:
    if path in ("", "/"):
        return RAW_PATH
    if not _RAW_PATH.search(path):
        raise DestinationError(
            "endpoint", f"the path must be {RAW_PATH}, the only one that takes what Logpush sends; leave it out"
        )
    return path.rstrip("/")


def _canonical(name: str) -> str:
    # Header names have no case; the names of the other parameters do.
    return name.lower() if name.lower().startswith("header_") else name


def _is_scheme(value: str) -> bool:
    # The word of a header without its token; masked as a secret it would vanish from every message.
    return value.strip().lower() in ("splunk", "basic", "bearer")


def _scheme(authorization_value: str | None) -> str:
    scheme, separator, dummy = (authorization_value or "").strip().partition(" ")
    return scheme.lower() if separator else ""


def _unquote(text: str) -> str:
    # surrogateescape: bytes that are not UTF-8 come back as they were when the string is written again
    return unquote_plus(text, errors="surrogateescape")


def _quote(text: str, parameter: str = "") -> str:
    # The vendor's own examples leave the colon of cloudflare:json as it is; in a header value nothing is left.
    return quote(text, safe="" if parameter.lower().startswith("header_") else ":", errors="surrogateescape")


def _printable(value: t.Any) -> t.Any:
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value
