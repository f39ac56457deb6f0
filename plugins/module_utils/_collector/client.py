# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The collector as a sender sees it: its address, its TLS, its answers. What they mean is judged elsewhere.

The requests go through the HTTP room. The sockets here are for what a client of HTTP does not tell: how far a
connection gets, and the certificate of a server that is not trusted.
"""

from __future__ import annotations

import base64
import gzip
import os
import re
import socket
import ssl
import typing as t
from urllib.parse import SplitResult, unquote, urlsplit

from .._core.errors import CollectionError, OptionError
from .._core.http import Body, Http, NoAnswerError, Reply
from .._core.secrets import SecretMask
from .answer import Answer

try:
    import requests.certs
    import requests.utils
except ImportError:
    # The HTTP room reports it.
    pass

# What Logpush says it is; a firewall in front of the collector may go by it.
_USER_AGENT = "Go-http-client/2.0"
_LONGEST_QUOTE = 200
_PROXY_ANSWER = 8192
# The format of ssl's internal certificate objects that Python 3.10 to 3.12 give a chain in
_ENCODING_DER = 2


class ConnectError(CollectionError):
    """A connection that could not be opened."""


class TlsError(CollectionError):
    """A handshake that failed. ``plain_http`` says that the server speaks HTTP without TLS."""

    def __init__(self, message: str, plain_http: bool) -> None:
        super().__init__(message)
        self.plain_http = plain_http


class Handshake(t.NamedTuple):
    """A handshake that succeeded without any verification: the certificate and those that came with it, in DER form
    (``chain`` is None where this Python does not tell), and the version of TLS."""

    certificate: bytes
    chain: tuple[bytes, ...] | None
    version: str


class Collector:
    """A host and a port where a collector should be."""

    def __init__(self, host: str, port: int, timeout: float, ca_path: str | None, mask: SecretMask) -> None:
        """``timeout`` is in seconds, for each step; ``ca_path`` is a file or a folder of CA certificates to trust
        instead of the public roots. Raises OptionError for one that cannot be used."""
        self.host = host
        self.port = port
        self._timeout = timeout
        self._roots = ca_path or requests.certs.where()
        self._verifying = _context(self._roots)
        self._mask = mask
        self.url = f"https://{f'[{host}]' if ':' in host else host}:{port}"
        proxies = requests.utils.get_environ_proxies(self.url)
        self._proxy = _proxy(requests.utils.select_proxy(self.url, proxies))

    @property
    def proxy(self) -> str:
        """The proxy of the environment that leads to the host, without its credentials; "" where there is none."""
        return f"{self._proxy.hostname}:{self._proxy.port or 80}" if self._proxy else ""

    def addresses(self) -> list[str]:
        """Return the IP addresses of the host. Raises ConnectError where its name does not resolve."""
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise ConnectError(_reason(error, self._timeout)) from None
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    def connect(self) -> socket.socket:
        """Open a connection, through the proxy where there is one. Raises ConnectError."""
        place = (self._proxy.hostname, self._proxy.port or 80) if self._proxy else (self.host, self.port)
        try:
            connection = socket.create_connection(place, self._timeout)
        except (OSError, UnicodeError, OverflowError) as error:
            raise ConnectError(_reason(error, self._timeout)) from None
        if self._proxy:
            try:
                self._tunnel(connection, self._proxy)
            except OSError as error:
                connection.close()
                raise ConnectError(f"the proxy does not let it through: {_reason(error, self._timeout)}") from None
        return connection

    def handshake(self) -> Handshake:
        """Do a TLS handshake that accepts any certificate. Raises TlsError, ConnectError."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        # Go, and so Logpush, takes no older one.
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        problem = ""
        with self.connect() as connection:
            try:
                with context.wrap_socket(connection, server_hostname=self._server_name()) as secure:
                    der = secure.getpeercert(binary_form=True) or b""
                    return Handshake(der, _sent_chain(secure), secure.version() or "TLS")
            except (OSError, ValueError) as error:
                problem = _reason(error, self._timeout)
        raise TlsError(problem, self._speaks_plain_http())

    def verify(self) -> tuple[int, str]:
        """Let OpenSSL verify the certificate, whatever its names are. Give 0 where it is trusted, else OpenSSL's code
        and words; -1 where the handshake failed otherwise."""
        try:
            with self.connect() as connection:
                with self._verifying.wrap_socket(connection, server_hostname=self._server_name()):
                    return 0, ""
        except ssl.SSLCertVerificationError as error:
            return error.verify_code, error.verify_message
        except (OSError, ValueError, ConnectError) as error:
            return -1, _reason(error, self._timeout)

    def get(self, path: str, verified: bool) -> Answer:
        """Ask for a path, without the token."""
        return self._ask(self._http(None, verified), "GET", path)

    def post(self, path: str, query: t.Mapping[str, str], content: bytes, token: str | None, verified: bool) -> Answer:
        """Post to a path, with the token where one is given."""
        return self._ask(self._http(token, verified), "POST", path, query, Body(content, None))

    def push(self, path: str, query: t.Mapping[str, str], content: bytes, token: str, verified: bool) -> Answer:
        """Post a batch as Logpush does: compressed, and with no word on what it holds."""
        batch = Body(gzip.compress(content), None, "gzip")
        return self._ask(self._http(token, verified), "POST", path, query, batch)

    def _http(self, token: str | None, verified: bool) -> Http:
        # As bytes, since a token may have any letters.
        secret = {"Authorization": f"Splunk {token}".encode("utf-8")} if token else {}
        return Http(
            self.url,
            {"User-Agent": _USER_AGENT, **secret},
            timeout=self._timeout,
            # A probe tells how it is now: that the collector is busy is a finding.
            retries=0,
            verify=self._roots if verified else False,
            url_option="endpoint",
        )

    def _ask(
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
        """Return what counts of an answer. Only the words of a HEC are kept: whatever else answers may echo the token."""
        try:
            data = reply.data()
        except (ValueError, RecursionError):
            data = None
        data = data if isinstance(data, dict) else {}
        code = data.get("code")
        kind = reply.headers.get("Content-Type") or ""
        return Answer(
            reply.status,
            code if isinstance(code, int) and not isinstance(code, bool) else None,
            self._quoted(data.get("text")),
            html="html" in kind.lower() or reply.text.lstrip()[:1] == "<",
            location=self._quoted((reply.headers.get("Location") or "").partition("?")[0]),
            has_ack_id=data.get("ackId") is not None,
            has_acks=isinstance(data.get("acks"), dict),
        )

    def _quoted(self, text: t.Any) -> str:
        # Masked before it is cut: half a token would not be known as one.
        words = self._mask.text(" ".join(text.split())) if isinstance(text, str) else ""
        return "".join(letter if letter.isprintable() else "\ufffd" for letter in words[:_LONGEST_QUOTE])

    def _server_name(self) -> str:
        return self.host.rstrip(".")

    def _speaks_plain_http(self) -> bool:
        """Whether the server answers a request without TLS. One that has TLS may answer, too, but to say just that."""
        request = (
            f"GET /services/collector/health HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nConnection: close\r\n\r\n"
        )
        try:
            with self.connect() as connection:
                connection.sendall(request.encode("ascii"))
                answer = connection.recv(4096)
        except (OSError, ConnectError):
            return False
        complains = re.match(rb"HTTP/1\.\d 400 ", answer) and re.search(rb"(?i)https|ssl|tls", answer)
        return answer.startswith(b"HTTP/") and not complains

    def _tunnel(self, connection: socket.socket, proxy: SplitResult) -> None:
        """Ask a proxy for a connection to the collector (RFC 9110, 9.3.6). Raises OSError."""
        place = self.url.partition("//")[2]
        lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
        if proxy.username:
            credentials = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
            lines.append("Proxy-Authorization: Basic " + base64.b64encode(credentials.encode("utf-8")).decode("ascii"))
        connection.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
        answer = b""
        while b"\r\n\r\n" not in answer:
            received = connection.recv(1024)
            answer += received
            if not received or len(answer) > _PROXY_ANSWER:
                raise OSError("it does not answer as a proxy does")
        status = re.match(rb"HTTP/1\.\d (\d{3})", answer)
        if not status or status.group(1) != b"200":
            raise OSError(f"it answers HTTP {status.group(1).decode('ascii')}" if status else "it speaks no HTTP")


def _context(roots: str) -> ssl.SSLContext:
    """Return what verifies certificates by these roots, but looks at no names. Raises OptionError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    try:
        context.load_verify_locations(**{"capath" if os.path.isdir(roots) else "cafile": roots})
    except (OSError, ValueError):
        raise OptionError("ca_path", f"cannot read {roots}; name a file of CA certificates in PEM form") from None
    return context


def _proxy(url: str | None) -> SplitResult | None:
    """Return the parts of the URL of a proxy. Raises OptionError for one of a kind that is not known here."""
    if not url:
        return None
    try:
        pieces = urlsplit(url if "://" in url else f"http://{url}")
        usable = pieces.scheme == "http" and pieces.hostname and pieces.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise OptionError(
            "https_proxy", "the proxy of the environment must be http://host:port; or name the host in no_proxy"
        )
    return pieces


def _sent_chain(connection: ssl.SSLSocket) -> tuple[bytes, ...] | None:
    """Return the certificates that the server has sent, as far as this Python tells: a method since 3.13, one inside of
    it since 3.10."""
    for place in (connection, getattr(connection, "_sslobj", None)):
        chain = getattr(place, "get_unverified_chain", None)
        if chain is not None:
            sent = chain() or ()
            return tuple(item if isinstance(item, bytes) else bytes(item.public_bytes(_ENCODING_DER)) for item in sent)
    return None


def _reason(error: Exception, timeout: float) -> str:
    """Put a failure into words, without the numbers of the operating system."""
    if isinstance(error, ssl.SSLError) and error.reason:
        if "EOF" in error.reason:
            return "the server closes the connection"
        return error.reason.replace("_", " ").lower()
    if isinstance(error, socket.timeout):
        return f"no answer within {timeout:g} seconds"
    if isinstance(error, (ConnectionError, ssl.SSLError)) and not isinstance(error, ConnectionRefusedError):
        return "the server closes the connection"
    return str(getattr(error, "strerror", None) or error).rstrip(".") or type(error).__name__
