# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The collector as a sender sees it: its address, its TLS, its answers. Other files interpret them.

Requests are sent by C(_core/http). The sockets here show what an HTTP client does not: how far a connection gets, and the
certificates of a server that is not trusted.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import re
import socket
import ssl
import typing as t
from urllib.parse import SplitResult, unquote, urlsplit

from .._core.errors import CollectionError, OptionError
from .._core.http import Body, Http, NoAnswerError, Reply
from .._core.secrets import SecretMask
from .._core.transport import Deadline
from .answer import PIPELINE_ERROR, Answer
from .certificate import CertificateError, parse
from .certificate_chain import Roots
from .tls import NameMismatchError, Shaken, any_context, go_context, read_bundle, shake_hands, verifying_context
from .tls_record import TLS_1_2, Alert
from .tls_rules import (
    GO_CIPHERS,
    GO_CURVES,
    GO_GROUPS,
    GO_SCHEMES,
    TlsDefect,
    group_name,
    scheme_name,
    version_name,
)

# _core/http reports the missing library.
with contextlib.suppress(ImportError):
    import requests.utils

# The user agent of Logpush: a firewall in front of the collector may depend on it.
_USER_AGENT = "Go-http-client/2.0"
_LONGEST_QUOTE = 200
_PROXY_ANSWER = 8192
# HEC answers with a line of JSON.
_LARGEST_ANSWER = 256 * 1024
# The seconds after which a server that does not answer a handshake may be one without TLS.
_PATIENCE = 1.0


class ConnectError(CollectionError):
    """A connection that could not be opened."""


class TlsError(CollectionError):
    """A handshake that fails. ``defect`` is why, and ``what`` the version, cipher suite, curve, signature or kind of key that
    was seen, or the reason in words."""

    def __init__(self, defect: TlsDefect, what: str = "") -> None:
        super().__init__(what)
        self.defect = defect
        self.what = what


class Handshake(t.NamedTuple):
    """A handshake without verification: the certificates that the server sends, in DER form, its own first, and the version of
    TLS. ``error`` is why Go would end the handshake after that, None if it would not. ``hides_chain`` is true if this Python shows
    only the first certificate."""

    chain: tuple[bytes, ...]
    version: str
    error: TlsError | None = None
    hides_chain: bool = False


class Collector:
    """A host and a port where a collector should be."""

    def __init__(
        self,
        host: str,
        port: int,
        timeout: float,
        ca_path: str | None,
        mask: SecretMask,
        *,
        further_roots: str | None = None,
        also_named: str = "",
        is_plain: bool = False,
    ) -> None:
        """``timeout`` is in seconds, for each whole step; ``ca_path`` is a file or a folder of CA certificates to trust
        instead of the public roots, and ``further_roots`` one of CA certificates to trust as well. ``also_named`` is another name that
        the certificate may have: a node may have that of the load balancer in front of it. ``is_plain`` is whether to send requests
        without TLS. Raises OptionError if ``ca_path`` cannot be used."""
        self.host = host
        self.port = port
        self._timeout = timeout
        self._also_named = also_named
        self._is_plain = is_plain
        self.roots = _read_roots(ca_path or requests.utils.DEFAULT_CA_BUNDLE_PATH, *filter(None, [further_roots]))
        self._verifying: ssl.SSLContext | None = None
        self._mask = mask
        self.url = f"https://{f'[{host}]' if ':' in host else host}:{port}"
        proxies = requests.utils.get_environ_proxies(self.url)
        self._proxy = _proxy(requests.utils.select_proxy(self.url, proxies))

    @property
    def proxy(self) -> str:
        """The proxy that environment variables set for the host, without its credentials; "" if there is none."""
        return f"{self._proxy.hostname}:{self._proxy.port or 80}" if self._proxy else ""

    def addresses(self) -> list[str]:
        """Return the IP addresses of the host. Raises ConnectError if its name does not resolve."""
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise ConnectError(_reason(error, self._timeout)) from None
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    def connect(self) -> socket.socket:
        """Return an open connection, through the proxy if there is one. Raises ConnectError."""
        address = (self._proxy.hostname, self._proxy.port or 80) if self._proxy else (self.host, self.port)
        try:
            connection = socket.create_connection(address, self._timeout)
        except (OSError, UnicodeError, OverflowError) as error:
            raise ConnectError(_reason(error, self._timeout)) from None
        if self._proxy:
            try:
                with self._deadline(connection):
                    self._tunnel(connection, self._proxy)
            except OSError as error:
                connection.close()
                raise ConnectError(f"the proxy refuses the connection: {_reason(error, self._timeout)}") from None
        return connection

    def handshake(self) -> Handshake:
        """Return the result of a TLS handshake as Go makes it, which accepts any certificate. Raises TlsError, ConnectError."""
        shaken = self._shake(go_context(), min(_PATIENCE, self._timeout))
        if shaken.timed_out and not shaken.transcript.has_answered:
            if self._speaks_plain_http():
                raise TlsError(TlsDefect.PLAIN_HTTP)
            if self._timeout > _PATIENCE:
                shaken = self._shake(go_context())
        if shaken.version and not shaken.error:
            shaken = self._with_curve_of_go(shaken)
        seen = shaken.transcript
        if shaken.error or seen.alert:
            # OpenSSL itself may refuse a certificate that it cannot read. The certificate explains more than OpenSSL's
            # error.
            if seen.certificates and not seen.alert:
                return Handshake(seen.certificates, "TLS", TlsError(TlsDefect.OTHER, self._reason_of(shaken)))
            raise self._failure(shaken)
        is_known = seen.scheme in (0, *GO_SCHEMES)
        error = None if is_known else TlsError(TlsDefect.NO_SIGNATURE, scheme_name(seen.scheme))
        return Handshake(seen.certificates or (shaken.certificate,), shaken.version, error, not seen.certificates)

    def verify(self, root: bytes | None = None) -> str:
        """Return why OpenSSL does not verify the server with this root, in DER form (None: with all roots), "" if it does. The
        requests that follow are sent to a server that is verified in the same way."""
        try:
            roots = self.roots.certificates if root is None else [root]
            context = verifying_context(self.host, roots, self._also_named)
            with self.connect() as connection, self._deadline(connection), context.wrap_socket(
                connection, server_hostname=self._server_name()
            ):
                self._verifying = context
                return ""
        except ssl.SSLCertVerificationError as error:
            return str(error.verify_message)
        except NameMismatchError as error:
            return str(error)
        except (OSError, ValueError, ConnectError) as error:
            return _reason(error, self._timeout)

    def choose_roots(self) -> None:
        """Trust only those roots that can end the chain which the server sends: OpenSSL takes 30 ms to read all public roots. Raises
        ConnectError, also for a server that does not answer."""
        shaken = self._shake(go_context())
        if shaken.timed_out:
            raise ConnectError(_reason(socket.timeout(), self._timeout))
        try:
            sent = [parse(der) for der in shaken.transcript.certificates]
        except CertificateError:
            return
        names = {name for certificate in sent for name in (certificate.raw_subject, certificate.raw_issuer)}
        if names:
            roots = [root.der for name in names for root in self.roots.named(name)]
            self._verifying = verifying_context(self.host, roots, self._also_named)

    def get(self, path: str, *, verified: bool) -> Answer:
        """Return the answer for a path, requested without the token. ``verified`` is whether to refuse a certificate that
        is not trusted, here and below."""
        return self._send(self._http(None, verified=verified), "GET", path)

    def post(
        self, path: str, query: t.Mapping[str, str], content: bytes, token: str | None, *, verified: bool
    ) -> Answer:
        """Return the answer to a POST request, with the token unless it is None."""
        return self._send(self._http(token, verified=verified), "POST", path, query, Body(content, None))

    def push(self, path: str, query: t.Mapping[str, str], content: bytes, token: str, *, verified: bool) -> Answer:
        """Return the answer to a batch that is sent as Logpush does: compressed, without a content type."""
        batch = Body(gzip.compress(content), None, "gzip")
        return self._send(self._http(token, verified=verified), "POST", path, query, batch)

    def _http(self, token: str | None, *, verified: bool) -> Http:
        # As bytes, because a token may contain any character.
        secret: dict[str, t.Any] = {"Authorization": f"Splunk {token}".encode()} if token else {}
        return Http(
            self.url.replace("https://", "http://", 1) if self._is_plain else self.url,
            {"User-Agent": _USER_AGENT, **secret},
            timeout=self._timeout,
            # The probe reports the state of now: a busy collector is a result.
            retries=0,
            verify=self._verification() if verified else False,
            url_option="endpoint",
            largest_answer=_LARGEST_ANSWER,
        )

    def _send(
        self,
        http: Http,
        method: str,
        path: str,
        query: t.Mapping[str, str] | None = None,
        body: Body | None = None,
    ) -> Answer:
        try:
            return self._answer(http.send(method, path, query, body, repeat=False))
        except NoAnswerError as error:
            return Answer(0, text=str(error))

    def _answer(self, reply: Reply) -> Answer:
        """Return the relevant parts of an answer. Only the text of a HEC is kept: another server may echo the token."""
        try:
            data = reply.data()
        except (ValueError, RecursionError):
            data = None
        text = PIPELINE_ERROR if data == PIPELINE_ERROR else ""
        data = data if isinstance(data, dict) else {"text": text}
        code = data.get("code")
        content_type = reply.headers.get("Content-Type") or ""
        return Answer(
            reply.status,
            code if isinstance(code, int) and not isinstance(code, bool) else None,
            self._quoted(data.get("text")),
            html="html" in content_type.lower() or reply.text.lstrip()[:1] == "<",
            location=self._quoted((reply.headers.get("Location") or "").partition("?")[0]),
            has_ack_id=data.get("ackId") is not None,
            has_acks=isinstance(data.get("acks"), dict),
        )

    def _quoted(self, text: t.Any) -> str:
        # Masked before it is cut, because the mask does not recognize half a token.
        words = self._mask.quoted(" ".join(text.split())) if isinstance(text, str) else ""
        return words[:_LONGEST_QUOTE]

    @contextlib.contextmanager
    def _deadline(self, connection: socket.socket) -> t.Iterator[None]:
        """End a connection if the block takes longer than the timeout. Raises socket.timeout then."""
        with Deadline(self._timeout) as deadline:
            deadline.watch(connection)
            try:
                yield
            except OSError:
                if deadline.expired:
                    raise socket.timeout from None
                raise

    def _verification(self) -> ssl.SSLContext:
        """Return the context of the last verification. Without one, it trusts all roots of the bundle."""
        if self._verifying is None:
            self._verifying = verifying_context(self.host, self.roots.certificates, self._also_named)
        return self._verifying

    def _shake(self, context: ssl.SSLContext, timeout: float = 0) -> Shaken:
        """Return the result of a handshake, within the timeout of the collector or a shorter one."""
        with self.connect() as connection, Deadline(timeout or self._timeout) as deadline:
            deadline.watch(connection)
            shaken = shake_hands(context, connection, self._server_name())
            return shaken._replace(error=socket.timeout()) if shaken.error and deadline.expired else shaken

    def _with_curve_of_go(self, shaken: Shaken) -> Shaken:
        """Return a handshake with a curve that Go has, even if the server prefers one that only OpenSSL has."""
        if shaken.transcript.group in (0, *GO_GROUPS):
            return shaken
        for curve in GO_CURVES:
            other = self._shake(go_context(curve))
            if other.version:
                return other
        raise TlsError(TlsDefect.NO_CURVE, f"the curve {group_name(shaken.transcript.group)}")

    def _failure(self, shaken: Shaken) -> TlsError:
        """Return why Go's handshake fails. A second handshake, which offers more than Go, finds out what the server
        supports."""
        seen = shaken.transcript
        if seen.wants_client_certificate and seen.alert:
            return TlsError(TlsDefect.CLIENT_CERTIFICATE)
        if seen.alert == Alert.UNRECOGNIZED_NAME:
            return TlsError(TlsDefect.NO_SUCH_NAME, self.host)
        if not shaken.timed_out and not seen.has_answered and self._speaks_plain_http():
            return TlsError(TlsDefect.PLAIN_HTTP)
        if seen.alert in (Alert.HANDSHAKE_FAILURE, Alert.PROTOCOL_VERSION) or seen.version:
            other = self._shake(any_context())
            if 0 < other.transcript.version < TLS_1_2:
                return TlsError(TlsDefect.OLD_VERSION, version_name(other.transcript.version))
            if other.cipher and other.cipher not in GO_CIPHERS.split(":"):
                return TlsError(TlsDefect.NO_SUITE, f"{other.cipher} with {other.version.replace('v', ' ')}")
            if other.transcript.alert in (Alert.HANDSHAKE_FAILURE, Alert.PROTOCOL_VERSION):
                return TlsError(TlsDefect.NOTHING_IN_COMMON)
        return TlsError(TlsDefect.OTHER, self._reason_of(shaken))

    def _reason_of(self, shaken: Shaken) -> str:
        return _reason(shaken.error, self._timeout) if shaken.error else "handshake failure"

    def _server_name(self) -> str:
        return self.host.rstrip(".")

    def _speaks_plain_http(self) -> bool:
        """Return whether the server answers a request without TLS. A server with TLS may answer, too, to complain about
        that."""
        request = (
            f"GET /services/collector/health HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nConnection: close\r\n\r\n"
        )
        try:
            with self.connect() as connection:
                connection.settimeout(min(_PATIENCE, self._timeout))
                connection.sendall(request.encode("ascii"))
                answer = connection.recv(4096)
        except (OSError, ConnectError):
            return False
        complains = re.match(rb"HTTP/1\.\d 400 ", answer) and re.search(rb"(?i)https|ssl|tls", answer)
        return answer.startswith(b"HTTP/") and not complains

    def _tunnel(self, connection: socket.socket, proxy: SplitResult) -> None:
        """Request a connection to the collector from a proxy (RFC 9110, 9.3.6). Raises OSError if it refuses."""
        _scheme, _slashes, authority = self.url.partition("//")
        lines = [f"CONNECT {authority} HTTP/1.1", f"Host: {authority}"]
        if proxy.username:
            credentials = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
            lines.append("Proxy-Authorization: Basic " + base64.b64encode(credentials.encode()).decode("ascii"))
        connection.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
        answer = b""
        while b"\r\n\r\n" not in answer:
            received = connection.recv(1024)
            answer += received
            if not received or len(answer) > _PROXY_ANSWER:
                raise OSError("its answer is not that of a proxy")
        status = re.match(rb"HTTP/1\.\d (\d{3})", answer)
        if not status or status.group(1) != b"200":
            raise OSError(f"it answers HTTP {status.group(1).decode('ascii')}" if status else "it does not speak HTTP")


def check_roots(option: str, roots: str | None) -> None:
    """Check that a file or a folder of CA certificates can be used, if there is one. Raises OptionError, which names the
    option."""
    try:
        if roots:
            _read_roots(roots)
    except OptionError as error:
        raise OptionError(option, error.problem) from None


def _read_roots(*paths: str) -> Roots:
    """Return the roots of CA bundles. Raises OptionError."""
    roots = []
    for path in paths:
        try:
            roots += read_bundle(path)
        except (OSError, ValueError):
            problem = f"cannot read {path}; set it to a file of CA certificates in PEM format"
            raise OptionError("ca_path", problem) from None
    return Roots(roots)


def _proxy(url: str | None) -> SplitResult | None:
    """Return the parts of the URL of a proxy. Raises OptionError for a kind of proxy that is not supported."""
    if not url:
        return None
    try:
        pieces = urlsplit(url if "://" in url else f"http://{url}")
        usable = pieces.scheme == "http" and pieces.hostname and pieces.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise OptionError(
            "https_proxy", "the proxy in the environment must be http://host:port; or add the host to no_proxy"
        )
    return pieces


def _reason(error: Exception, timeout: float) -> str:
    """Return a failure as text, without the error numbers of the operating system."""
    if isinstance(error, ssl.SSLError) and error.reason:
        if "EOF" in error.reason:
            return "the server closes the connection"
        return error.reason.replace("_", " ").lower()
    if isinstance(error, socket.timeout):
        return f"no answer within {timeout:g} seconds"
    if isinstance(error, (ConnectionError, ssl.SSLError)) and not isinstance(error, ConnectionRefusedError):
        return "the server closes the connection"
    return str(getattr(error, "strerror", None) or error).rstrip(".") or type(error).__name__
