# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The C(splunk://) destination string of a Logpush job and its parts. Pure: no I/O.

Cloudflare's page on the Splunk destination gives the form
C(splunk://<endpoint>?channel=<GUID>&insecure-skip-verify=<bool>&sourcetype=<name>&header_Authorization=Splunk%20<token>)
(U(https://developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/splunk/)). Jobs made by hand differ
in the order of the parameters, the case of the scheme and the encoding, and have further parameters. So a destination
is parsed into decoded parts and compared by these. When it is written, the parts that the request does not name stay
as they are.
"""

from __future__ import annotations

import functools
import re
import typing as t
from urllib.parse import quote, urlsplit

from ansible.module_utils.parsing.convert_bool import boolean

from .._core.errors import OptionError
from .._core.secrets import MASK, is_secret_parameter, unquote_parameter
from .._splunk.hec_request import (
    DEFAULT_SOURCETYPE,
    RAW_PATH,
    Collector,
    Endpoint,
    checked_channel,
    checked_index,
    checked_sourcetype,
    collector_at,
    has_port,
    is_https_collector,
    is_raw_path,
    is_splunk,
    is_usable_host,
    parse_endpoint,
    same_collector,
)
from .._splunk.token_rules import authorization, bare_token, is_masked_value

CHANNEL = "channel"
INSECURE_SKIP_VERIFY = "insecure-skip-verify"
SOURCETYPE = "sourcetype"
INDEX = "index"
AUTHORIZATION = "header_Authorization"
KNOWN_PARAMETERS = (CHANNEL, INSECURE_SKIP_VERIFY, SOURCETYPE, INDEX, AUTHORIZATION)

# The names of the parts in a mapping (options, results, filters). Every other key is a parameter of the string. A parameter
# with the name of a part has an equals sign behind its name there.
DESTINATION_PARTS = ("endpoint", "hec_token", "channel", "sourcetype", "insecure_skip_verify", "index")


# https://developers.cloudflare.com/api/resources/logpush/subresources/jobs/: destination_conf
_LONGEST = 4096

_SURROGATE = re.compile("[\ud800-\udfff]")


class Destination(t.NamedTuple):
    """A destination at a collector: its address, and its decoded parameters in their order.

    ``scheme`` is C(https) for a job that reaches HEC as an HTTP endpoint in general.
    """

    host: str
    port: int
    path: str
    parameters: tuple[tuple[str, str], ...]
    scheme: str = "splunk"

    @property
    def endpoint(self) -> str:
        """C(host:port/path), with an IPv6 address in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}{self.path}"

    @property
    def collector(self) -> Collector:
        """The collector that the job pushes to, in one spelling."""
        return collector_at(self.host, self.port, self.path)

    @property
    def server(self) -> tuple[str, int]:
        """The host and the port, which present one certificate for all collectors behind them."""
        return self.collector[:2]

    @property
    def channel(self) -> str | None:
        """The channel GUID as written in the string."""
        return self.parameter(CHANNEL)

    @property
    def sourcetype(self) -> str | None:
        """The Splunk source type."""
        return self.parameter(SOURCETYPE)

    @property
    def splunk_index(self) -> str | None:
        """The Splunk index; None if the HEC token decides."""
        return self.parameter(INDEX)

    @property
    def insecure_skip_verify(self) -> bool:
        """Whether Cloudflare accepts any certificate. The spellings of true are those of Go's
        C(strconv.ParseBool); everything else means false."""
        return (self.parameter(INSECURE_SKIP_VERIFY) or "") in ("1", "t", "T", "true", "TRUE", "True")

    @property
    def hec_token(self) -> str | None:
        """The bare HEC token: the C(Authorization) header without its scheme. It is decoded once only: a job whose token was
        encoded twice does not work, and must not appear to work."""
        authorization = self.parameter(AUTHORIZATION)
        if authorization is None:
            return None
        scheme, separator, token = authorization.strip().partition(" ")
        if scheme.lower() != "splunk":
            return authorization.strip()
        return token.strip() if separator else None

    @property
    def token_is_hidden(self) -> bool:
        """Whether the API hides the token, so that its value is not known."""
        return is_masked_value(self.hec_token or "")

    @property
    def further_parameters(self) -> dict[str, str]:
        """The parameters that are not one of the named parts."""
        known = {_canonical(name) for name in KNOWN_PARAMETERS}
        first: dict[str, tuple[str, str]] = {}
        for name, value in self.parameters:
            if _canonical(name) not in known:
                first.setdefault(_canonical(name), (name, value))
        return dict(first.values())

    def parameter(self, name: str) -> str | None:
        """Return the first value of the parameter ``name``, as Go's C(url.Values.Get) does."""
        return next((value for key, value in self.parameters if _canonical(key) == _canonical(name)), None)

    def with_parameter(self, name: str, value: str) -> Destination:
        """Return the same destination with one parameter ``name`` of this value: at the place of the first one that it has,
        otherwise at the end."""
        replaced = False
        pairs: list[tuple[str, str]] = []
        for key, old in self.parameters:
            if _canonical(key) != _canonical(name):
                pairs.append((key, old))
            elif not replaced:
                pairs.append((key, value))
                replaced = True
        return self._replace(parameters=tuple(pairs if replaced else [*pairs, (name, value)]))

    def comparable(self) -> tuple[t.Any, ...]:
        """Return a value that is equal for equivalent destinations."""
        scheme_and_token = self.hec_token, _scheme(self.parameter(AUTHORIZATION))
        return (
            self.scheme,
            self.collector[:2],
            self.path.rstrip("/"),
            (self.channel or "").lower(),
            self.sourcetype or "",
            self.splunk_index or "",
            self.insecure_skip_verify,
            scheme_and_token,
            tuple(sorted((_canonical(name), value) for name, value in self.further_parameters.items())),
        )

    def encode(self) -> str:
        """Return the complete string, with every value percent-encoded once."""
        query = "&".join(f"{_quote(name)}={_quote(value, name)}" for name, value in self.parameters)
        return f"{self.scheme}://{self.endpoint}" + (f"?{query}" if query else "")

    def public(self) -> dict[str, t.Any]:
        """Return the parts for a result: without the token, and without values of parameters that may be secrets."""
        shown = {
            printable(part): public_value(part, value) for part, value in to_parts(self).items() if part != "hec_token"
        }
        return {**shown, "scheme": self.scheme} if self.scheme != "splunk" else shown


@functools.lru_cache(maxsize=1024)
def parse(destination_conf: str, part: str = "destination_conf") -> Destination:
    """Return the parts of a complete destination string, whatever its encoding and the order of its parameters are.

    Cached, because the rules about a job parse its destination repeatedly. Raises OptionError, which names the option
    ``part``, for a string that is not a C(splunk://) one.
    """
    if not is_splunk(destination_conf):
        raise OptionError(part, "must be a string of the form splunk://<host>:<port>/services/collector/raw?...")
    return _parsed(destination_conf, part)


def parse_observed(destination_conf: str) -> Destination:
    """Return the parts of the destination of a job that exists: a C(splunk://) one, or the C(https://) address of a
    collector. Raises OptionError for any other destination."""
    return (
        _parsed(destination_conf, "destination_conf")
        if is_https_collector(destination_conf)
        else parse(destination_conf)
    )


@functools.lru_cache(maxsize=1024)
def _parsed(destination_conf: str, part: str) -> Destination:
    # Half a surrogate pair, which JSON can contain, cannot be written again.
    text = _SURROGATE.sub("\ufffd", destination_conf.strip())
    try:
        # urlsplit drops tabs and line breaks silently, and would join what they separate.
        pieces = urlsplit(text.replace("\t", "%09").replace("\n", "%0A").replace("\r", "%0D"))
        host, port = pieces.hostname, pieces.port
    except ValueError:
        raise OptionError(part, "the host or the port is malformed") from None
    if not host:
        raise OptionError(part, "has no host")
    pairs = [piece.partition("=") for piece in pieces.query.split("&") if piece]
    parameters = tuple((unquote_parameter(name), unquote_parameter(value)) for name, dummy, value in pairs)
    # Without a port Logpush uses 443.
    return Destination(host, 443 if port is None else port, pieces.path, parameters, pieces.scheme.lower())


class RequestedDestination(t.NamedTuple):
    """The destination that options request: a complete one, or the parts that are set. None means "not set".

    ``default_port`` is true if the port of ``address`` is the default because the user wrote none. ``convert`` is true if a
    job that reaches its collector through C(https://) may become a C(splunk://) one.
    """

    complete: Destination | None = None
    address: Endpoint | None = None
    hec_token: str | None = None
    channel: str | None = None
    sourcetype: str | None = None
    insecure_skip_verify: bool | None = None
    splunk_index: str | None = None
    further: tuple[tuple[str, str], ...] = ()
    default_port: bool = False
    convert: bool = False

    @classmethod
    def from_string(cls, destination_conf: str) -> RequestedDestination:
        """Return the request for a complete destination string. Raises OptionError."""
        return cls(complete=checked(parse(destination_conf)))

    @property
    def collector(self) -> Collector | None:
        """The requested collector; None if the request has none."""
        if self.complete:
            return self.complete.collector
        return collector_at(*self.address) if self.address else None

    @property
    def creates(self) -> bool:
        """Whether a new job can have this destination: an address and a token are set."""
        return bool(self.complete or (self.address and self.hec_token))

    @property
    def given_channel(self) -> str | None:
        """The requested channel, in lower case; None if the request has none."""
        channel = self.complete.channel if self.complete else self.channel
        return channel.lower() if channel else None

    def keeps_port_of(self, observed: Destination) -> bool:
        """Return whether a job pushes to another port of the requested host and path, and the request has only the default
        port: a port that the user did not write must not redirect a job."""
        requested = self.collector
        if not self.default_port or requested is None or same_collector(requested, observed.collector):
            return False
        return same_collector(requested._replace(port=observed.port), observed.collector)

    def at_port(self, port: int) -> RequestedDestination:
        """Return the request with another port."""
        return self._replace(address=self.address._replace(port=port)) if self.address else self

    @property
    def further_names(self) -> list[str]:
        """The names of the requested parameters that are not one of the named parts."""
        return list(self.complete.further_parameters if self.complete else dict(self.further))

    def over(self, base: Destination) -> Destination:
        """Return the requested destination; parts that are not set are those of ``base``.

        The scheme of ``base`` stays unless its conversion is requested. A job that reaches the same collector through
        C(https://) keeps its path, too.
        """
        scheme = "splunk" if self.convert else base.scheme
        if self.complete:
            return self.complete._replace(scheme=scheme)
        destination = base._replace(scheme=scheme)
        keeps_address = scheme == "https" and same_collector(self.collector, base.collector)
        if self.address is not None and not keeps_address:
            destination = _at(self.address, base.parameters)._replace(scheme=scheme)
        for name, value in self._parameters():
            destination = destination.with_parameter(name, value)
        return destination

    def new(self) -> Destination:
        """Return the requested destination for a new job. Raises OptionError if a part is missing that has no default."""
        if self.complete:
            return self.complete
        if self.address is None:
            raise OptionError("endpoint", "is required for a new destination")
        for name in ("channel", "hec_token"):
            if getattr(self, name) is None:
                raise OptionError(name, "is required for a new destination")
        completed = self._replace(
            sourcetype=self.sourcetype or DEFAULT_SOURCETYPE, insecure_skip_verify=bool(self.insecure_skip_verify)
        )
        return completed.over(_at(self.address, ()))

    def with_default_channel(self, channel: str | None) -> RequestedDestination:
        """Return the request with a channel, if it has none."""
        return self if self.complete or self.channel else self._replace(channel=channel)

    def with_default_sourcetype(self, sourcetype: str | None) -> RequestedDestination:
        """Return the request with a source type, if it has none."""
        return self if self.complete or self.sourcetype else self._replace(sourcetype=sourcetype)

    def _parameters(self) -> t.Iterator[tuple[str, str]]:
        """The parameters that are set, in the order of Cloudflare's page, further ones last."""
        if self.channel is not None:
            yield CHANNEL, self.channel
        if self.insecure_skip_verify is not None:
            yield INSECURE_SKIP_VERIFY, "true" if self.insecure_skip_verify else "false"
        if self.sourcetype is not None:
            yield SOURCETYPE, self.sourcetype
        if self.splunk_index is not None:
            yield INDEX, self.splunk_index
        if self.hec_token is not None:
            yield AUTHORIZATION, authorization(self.hec_token)
        yield from self.further


def _at(address: Endpoint, parameters: tuple[tuple[str, str], ...]) -> Destination:
    return Destination(address.host, address.port, address.path, parameters)


def requested_destination(parts: t.Mapping[str, t.Any]) -> RequestedDestination:
    """Return the destination that a mapping of parts requests, each part checked.

    ``parts`` has any of C(DESTINATION_PARTS); every other key is a further parameter, without an equals sign at its end (see
    C(to_parts)); None means "not set". Raises OptionError.
    """
    given = {name: value for name, value in parts.items() if value is not None}
    checks: dict[str, t.Callable[[t.Any], t.Any]] = {
        "hec_token": bare_token,
        "channel": checked_channel,
        "sourcetype": checked_sourcetype,
        INDEX: checked_index,
        "insecure_skip_verify": _boolean,
    }
    address = parse_endpoint(given["endpoint"]) if "endpoint" in given else None
    default_port = address is not None and not has_port(given["endpoint"])
    checked_parts = {_attribute(name): check(given[name]) for name, check in checks.items() if name in given}
    further = tuple(
        (_without_equals_sign(str(name)), str(value)) for name, value in given.items() if name not in DESTINATION_PARTS
    )
    return RequestedDestination(address=address, further=further, default_port=default_port, **checked_parts)


def build(parts: t.Mapping[str, t.Any], base: Destination | None = None) -> Destination:
    """Return the destination of a mapping of parts (see C(requested_destination)), over those of ``base`` if that is given.

    Without ``base`` the endpoint, the token and the channel must be set. Raises OptionError.
    """
    requested = requested_destination(parts)
    return requested.over(base) if base else requested.new()


def to_parts(destination: Destination) -> dict[str, t.Any]:
    """Return the mapping that C(build) makes the same destination of, token included. A parameter of the string with the
    name of a part, such as C(endpoint), has an equals sign at the end of its key: C(endpoint=)."""
    further = {
        f"{name}=" if name in (*DESTINATION_PARTS, "scheme") or name.endswith("=") else name: value
        for name, value in destination.further_parameters.items()
    }
    named = {part: getattr(destination, _attribute(part)) for part in DESTINATION_PARTS}
    # Few destinations name an index.
    return {**further, **{part: value for part, value in named.items() if part != INDEX or value is not None}}


def _attribute(part: str) -> str:
    # A tuple has a method index.
    return "splunk_index" if part == INDEX else part


def _without_equals_sign(key: str) -> str:
    return key[:-1] if key.endswith("=") else key


def checked(destination: Destination, part: str = "destination_conf") -> Destination:
    """Return a destination that the user gave as a complete string, if it has everything that Logpush needs.

    Raises OptionError, which names the option ``part``.
    """
    if destination.port == 0 or not is_usable_host(destination.host):
        raise OptionError(part, "has no usable host and port")
    if not destination.hec_token:
        raise OptionError(part, f"has no token: {AUTHORIZATION} must be Splunk%20<token>")
    if destination.token_is_hidden:
        raise OptionError(part, "has a masked token: it was read from a result or a log")
    if not destination.channel:
        raise OptionError(part, "has no channel=<GUID>")
    try:
        checked_channel(destination.channel)
    except OptionError as error:
        raise OptionError(part, str(error)) from None
    if _scheme(destination.parameter(AUTHORIZATION)) != "splunk":
        # Cloudflare's page: the value must contain the word Splunk, or HEC answers "Invalid authorization".
        raise OptionError(part, f"{AUTHORIZATION} must contain the word Splunk: Splunk%20<token>")
    if not is_raw_path(destination.path):
        raise OptionError(part, f"the path must be {RAW_PATH}, the only one that accepts Logpush's batches")
    if (destination.parameter(INSECURE_SKIP_VERIFY) or "false").lower() not in ("true", "false", "t", "f", "1", "0"):
        raise OptionError(part, f"{INSECURE_SKIP_VERIFY} must be true or false")
    names = [_canonical(name) for name, dummy in destination.parameters]
    for name in KNOWN_PARAMETERS:
        if names.count(_canonical(name)) > 1:
            raise OptionError(part, f"has {name} more than once")
    if len(destination.encode()) > _LONGEST:
        raise OptionError(part, f"is longer than the {_LONGEST} characters that the API accepts")
    return destination


def _boolean(value: t.Any) -> bool:
    # Surveys and extra variables turn booleans into text: the text "false" must not count as true.
    try:
        return bool(boolean(value))
    except TypeError:
        raise OptionError("insecure_skip_verify", "must be true or false") from None


def _canonical(name: str) -> str:
    # Header names have no case; the names of the other parameters do.
    return name.lower() if name.lower().startswith("header_") else name


def _scheme(authorization_value: str | None) -> str:
    scheme, separator, dummy = (authorization_value or "").strip().partition(" ")
    return scheme.lower() if separator else ""


def _quote(text: str, parameter: str = "") -> str:
    # Cloudflare's own examples leave the colon of cloudflare:json as it is; a header value is encoded completely.
    return quote(text, safe="" if parameter.lower().startswith("header_") else ":", errors="surrogateescape")


def public_value(part: str, value: t.Any) -> t.Any:
    """Return the value of a part (see C(to_parts)) as a result may show it."""
    is_secret = part == "hec_token" or (part not in DESTINATION_PARTS and is_secret_parameter(part))
    return MASK if is_secret and value is not None else printable(value)


def printable(value: t.Any) -> t.Any:
    """Return text without what cannot be printed; anything else unchanged."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value
