# pylint: disable=unused-import  # pylint adds imports of the standard library's http to every file of this name
# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Send HTTP requests to one base URL, with timeouts, a limited number of retries, and within the rate limit.

The caller says whether a request may be repeated when it is not known whether it was carried out: a POST that creates an
object must not be.
"""

from __future__ import annotations

import copy
import json
import random
import re
import ssl
import traceback
import typing as t
from urllib.parse import urlencode, urlsplit

from .clock import Clock
from .errors import CollectionError, failed_call
from .json_types import parsed_json
from .quota import retry_after
from .rate_limit import RateBudget
from .text import one_line
from .transport import (
    AnswerEncodingError,
    AnswerTooLargeError,
    ContextAdapter,
    Deadline,
    DeadlineAdapter,
    Deadlines,
    OwnRootsAdapter,
    expiry_date,
    read_body,
)

REQUESTS_IMPORT_ERROR: str | None = None
try:
    import requests
    import urllib3
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()

if t.TYPE_CHECKING or REQUESTS_IMPORT_ERROR is None:
    from requests.auth import AuthBase
else:
    # Without the library, this file can still be imported, so that a module can report that the library is missing.
    AuthBase = object

_USER_AGENT = "edgeops.logpush (Ansible collection)"
_CONNECT_TIMEOUT = 10.0
_LONGEST_QUOTE = 2000
_FIRST_BACKOFF = 0.5
_LONGEST_BACKOFF = 30.0
LARGEST_ANSWER = 64 * 1024 * 1024
# The size limit for an answer that reports an error.
_LARGEST_ERROR = 1024 * 1024
_CERTIFICATE_REFUSED = re.compile(r"(?i)certificate.verify.failed|doesn't match")
_NEVER_SENT = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError")


class NoAnswerError(CollectionError):
    """No complete answer arrived. ``cause`` is the reason, ``call`` the request, ``next_step`` the advice. ``sent`` is false
    if the request cannot have reached the server. ``permanent`` is true if another attempt cannot succeed."""

    def __init__(self, cause: str, call: str, next_step: str, *, sent: bool, permanent: bool = False) -> None:
        super().__init__(failed_call(call, cause=cause, next_step=next_step))
        self.cause = cause
        self.call = call
        self.next_step = next_step
        self.sent = sent
        self.permanent = permanent

    def of(self, doing: str, next_step: str = "") -> NoAnswerError:
        """Return the same error with the purpose of the request and one more step for the user."""
        error = NoAnswerError(self.cause, self.call, self.next_step, sent=self.sent, permanent=self.permanent)
        steps = f"{self.next_step} {next_step}".strip()
        error.args = (failed_call(self.call, doing, self.cause, next_step=steps),)
        return error


class Reply(t.NamedTuple):
    """A complete answer, whatever its status."""

    method: str
    url: str
    status: int
    headers: t.Mapping[str, str]
    text: str
    quote: t.Callable[[str], str] = one_line

    def data(self) -> t.Any:
        """Return the body, parsed as JSON. Raises ValueError if it is not JSON that can be processed."""
        return parsed_json(self.text)

    def quoted(self, text: str) -> str:
        """Return text from the server in a form that a message may quote."""
        return _shortened(self.quote(text))


class Body(t.NamedTuple):
    """The body of a request. ``type`` is the value of C(Content-Type) and ``encoding`` that of C(Content-Encoding); a header
    is not sent if its value is None."""

    content: bytes
    type: str | None
    encoding: str | None = None


def json_body(data: t.Any) -> Body:
    """Return a body with data as JSON."""
    return Body(json.dumps(data).encode("ascii"), "application/json")


def _as_it_is(reply: Reply) -> Reply:
    return reply


def form_body(fields: t.Mapping[str, str]) -> Body:
    """Return a body with the fields of a form."""
    return Body(urlencode(fields).encode("ascii"), "application/x-www-form-urlencoded")


class HeaderAuth(AuthBase):
    """Credentials as request headers.

    This is an auth object and not a header of the session, because C(requests) replaces C(Authorization) with an
    entry of the user's netrc file for the host, unless a request has an auth object.
    """

    def __init__(self, headers: t.Mapping[str, str]) -> None:
        self.headers = dict(headers)

    def __call__(self, request: t.Any) -> t.Any:
        request.headers.update(self.headers)
        return request


class Http:
    """A pool of connections to one base URL."""

    def __init__(
        self,
        base_url: str,
        auth_headers: t.Mapping[str, str],
        timeout: float = 60,
        retries: int = 4,
        verify: bool | str | ssl.SSLContext = True,
        clock: Clock = Clock(),
        url_option: str = "api_url",
        connections: int = 1,
        largest_answer: int = LARGEST_ANSWER,
        quote: t.Callable[[str], str] = one_line,
        url_hint: str = "",
    ) -> None:
        """Prepare a session. Call this after a fork, never before it, because connections must not be shared.

        ``timeout`` is in seconds, for each complete answer. ``largest_answer`` is in bytes. ``quote`` prepares text from the
        server for a message. ``retries`` is the number of repetitions. ``verify`` is false for no verification of
        certificates, the path of a CA bundle, or a context that verifies them and the names in them. ``url_option`` is the
        option that messages refer to, and ``url_hint`` what to do if the server cannot be reached, if that is known.
        ``connections`` is the number of threads that send at the same time.
        """
        self.base_url = base_url.rstrip("/")
        self._url_option = url_option
        self._url_hint = url_hint
        self._timeout = (min(_CONNECT_TIMEOUT, timeout), timeout)
        self._retries = retries
        self._largest_answer = largest_answer
        self._quote = quote
        self._verify = True if isinstance(verify, ssl.SSLContext) else verify
        self._clock = clock
        self.budget = RateBudget(clock)
        self._headers: dict[str, str] = {
            "User-Agent": _USER_AGENT,
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
        }
        self._interpret: t.Callable[[Reply], Reply] = _as_it_is
        self._deadlines = Deadlines()
        self._session = requests.Session()
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, _adapter(verify, connections))
        self._session.trust_env = False
        # The proxy and the CA bundle of the environment, read by the first request.
        self._from_environment: dict[str, t.Any] = {}
        self._session.auth = HeaderAuth(auth_headers)
        # Each request brings its own. C(requests) needs a tenth of its time to merge them with empty ones of the session.
        self._session.headers = self._session.params = self._session.proxies = None  # type: ignore[assignment]
        if verify is False:
            # The user has turned verification off, and the warning would appear in the middle of Ansible's output.
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def beside(self, headers: t.Mapping[str, str], interpret: t.Callable[[Reply], Reply] = _as_it_is) -> Http:
        """Return a client over the same connections for requests that have a rate limit of their own.

        ``headers`` are sent with each of its requests. ``interpret`` returns an answer with the status and the C(retry-after)
        that its content means, for an API that reports failures with HTTP 200.
        """
        other = copy.copy(self)
        other.budget = self.budget.beside()
        other._headers = {**self._headers, **headers}
        other._interpret = interpret
        return other

    def send(
        self,
        method: str,
        path: str,
        query: t.Mapping[str, str] | None = None,
        body: Body | None = None,
        repeat: bool = True,
    ) -> Reply:
        """Send one request, repeat it if that is allowed and useful, and return the last answer, whatever its status.

        A request that got a 429 is always repeated, because it was not carried out. Other failures are repeated if
        ``repeat`` is true, or if the request cannot have reached the server. Raises NoAnswerError if the last attempt got
        no complete answer.
        """
        for attempt in range(self._retries + 1):
            last = attempt == self._retries
            number = self.budget.take()
            try:
                reply = self._send_once(method, path, query, body)
            except BaseException as error:
                # For any exception, because other threads wait for the answer to this request.
                self.budget.lost(number)
                if not isinstance(error, NoAnswerError):
                    raise
                if last or error.permanent or (error.sent and not repeat):
                    raise
                self._clock.sleep(_backoff(attempt))
                continue
            interpreted = self._interpret(reply)
            self.budget.answered(number, interpreted.status, interpreted.headers)
            if last or not _worth_repeating(interpreted, repeat, attempt):
                return reply
            if interpreted.status != 429 or not self.budget.is_closed:
                self._clock.sleep(retry_after(interpreted.headers) or _backoff(attempt))
        raise AssertionError("the last attempt returns or raises")

    def _send_once(self, method: str, path: str, query: t.Mapping[str, str] | None, body: Body | None) -> Reply:
        url = f"{self.base_url}/{path.lstrip('/')}"
        headers = {**self._headers, **({"Content-Type": body.type} if body and body.type else {})}
        if body and body.encoding:
            headers["Content-Encoding"] = body.encoding
        response = None
        with Deadline(self._timeout[1], self._deadlines) as deadline:
            try:
                response = self._session.request(
                    method,
                    url,
                    params=query,
                    data=body.content if body else None,
                    headers=headers,
                    timeout=self._timeout,
                    # Following a redirect would send the credentials to another host.
                    allow_redirects=False,
                    stream=True,
                    **self._settings(),
                )
                with response:
                    text = self._body(method, url, response)
            except NoAnswerError:
                raise
            except Exception as error:
                if deadline.expired:
                    raise self._too_late(method, url, "answer" if response is None else "complete answer") from None
                raise self._no_answer(method, url, error) from None
            if deadline.expired:
                # The end of the connection looks like the end of a body without a length.
                raise self._too_late(method, url)
        return Reply(method, url, response.status_code, response.headers, text, self._quote)

    def _settings(self) -> dict[str, t.Any]:
        """Return the proxies and the verification of certificates for all requests. C(requests) would read the environment
        for each request, which costs a tenth of its time."""
        if not self._from_environment:
            merged = requests.Session().merge_environment_settings(
                self.base_url, {}, stream=True, verify=self._verify, cert=None
            )
            self._from_environment = {"proxies": merged["proxies"], "verify": merged["verify"]}
        return self._from_environment

    def _body(self, method: str, url: str, response: requests.Response) -> str:
        """Return the text of a body. Raises NoAnswerError if it is too large or cannot be decoded."""
        is_error = response.status_code >= 300
        limit = min(_LARGEST_ERROR, self._largest_answer) if is_error else self._largest_answer
        call = f"{method} {url} answered HTTP {response.status_code}"
        try:
            return read_body(response, limit).decode("utf-8", "replace")
        except AnswerEncodingError as error:
            cause = one_line(str(error))
            raise NoAnswerError(cause[:1].upper() + cause[1:], call, "Run this again.", sent=True) from None
        except AnswerTooLargeError:
            size = f"{limit // 1024 // 1024} MB" if limit >= 1024 * 1024 else f"{limit // 1024} KB"
            raise NoAnswerError(
                f"The answer is too large (more than {size})",
                call,
                f"Check {self._url_option}, and whether there is a proxy in between.",
                sent=True,
                permanent=True,
            ) from None

    def _too_late(self, method: str, url: str, what: str = "complete answer") -> NoAnswerError:
        return NoAnswerError(
            f"No {what} within {self._timeout[1]:g} seconds",
            f"{method} {url}",
            "Run this again, or raise timeout.",
            sent=True,
        )

    def _no_answer(self, method: str, url: str, error: Exception) -> NoAnswerError:
        """Return the error for a failure of the transport, with its cause and what to do. Raises the exception again if it
        is of another kind."""
        if isinstance(error, urllib3.exceptions.ReadTimeoutError):
            return self._too_late(method, url)
        if isinstance(error, requests.exceptions.ReadTimeout):
            return self._too_late(method, url, "answer")
        cause, next_step, sent, permanent = self._failure(error)
        return NoAnswerError(cause, f"{method} {url}", next_step, sent=sent, permanent=permanent)

    def _failure(self, error: Exception) -> tuple[str, str, bool, bool]:
        """Return the cause of a transport failure, the advice, whether the request can have reached the server, and whether
        a retry is pointless."""
        if not isinstance(error, (requests.exceptions.RequestException, urllib3.exceptions.ProtocolError)):
            if not isinstance(error, (OSError, urllib3.exceptions.HTTPError, UnicodeError, ValueError)):
                raise error
            # A missing CA file raises OSError; a URL that cannot be parsed raises one of the others.
            return f"The request could not be sent: {error}", "", False, True
        # It can contain the first line of an answer that is not HTTP, and the words of a proxy.
        text = _shortened(self._quote(_innermost(error)))
        if isinstance(error, ValueError) or "InvalidURL(" in repr(error):
            # requests reports every URL that it cannot parse like this, and api_url is already checked. With urllib3 1 the
            # URL of a proxy is parsed later, by the standard library.
            proxy = "the proxy in the environment (http_proxy, https_proxy, all_proxy): it must be http://host:port"
            next_step = f"Check {self._url_option}, and {proxy}."
            return f"The request could not be sent: {text}", next_step, False, True
        if isinstance(error, requests.exceptions.SSLError):
            return self._tls_failure(text)
        if isinstance(error, requests.exceptions.ProxyError):
            # urllib3 1 also raises this for a connection through the proxy that broke later.
            sent = not any(name in repr(error) for name in (*_NEVER_SENT, "Tunnel connection failed"))
            return f"The proxy named in the environment does not answer: {text}", "", sent, False
        if any(name in repr(error) for name in _NEVER_SENT):
            return self._unreachable(text), self._reaching, False, False
        return f"The connection broke before the complete answer arrived: {text}", "Run this again.", True, False

    def _tls_failure(self, text: str) -> tuple[str, str, bool, bool]:
        host, port = self._address
        if not _CERTIFICATE_REFUSED.search(text):
            return f"The TLS handshake with {host} failed: {text}", f"Check {self._url_option}.", True, True
        if "certificate has expired" in text:
            date = expiry_date(host, port, self._timeout[0])
            when = f" on {date}" if date else ""
            return f"The certificate of {host} expired{when}: renew it", "", False, True
        next_step = (
            f"Check {self._url_option}. If the server or a proxy in between uses a private CA, set ca_path to the "
            "certificate of that CA, or the environment variable REQUESTS_CA_BUNDLE to a file that has it."
        )
        return f"The certificate of {host} is not accepted: {text}", next_step, False, True

    def _unreachable(self, text: str) -> str:
        """Return why no connection could be opened."""
        host, port = self._address
        if "refused" in text:
            return f"Nothing listens on port {port} of {host}"
        if re.search(r"(?i)name.*(not known|resolution)|resolve|nodename|getaddrinfo", text):
            return f"The name {host} does not resolve: {text}"
        if "timed out" in text:
            return f"{host} did not accept a connection to port {port} within {self._timeout[0]:g} seconds"
        return f"{host} cannot be reached on port {port}: {text}"

    @property
    def _reaching(self) -> str:
        """Return the advice for a server that cannot be reached."""
        return self._url_hint or f"Check {self._url_option}, the server and the network."

    @property
    def _address(self) -> tuple[str, int]:
        pieces = urlsplit(self.base_url)
        return pieces.hostname or "", pieces.port or (443 if pieces.scheme == "https" else 80)


def _adapter(verify: bool | str | ssl.SSLContext, connections: int) -> DeadlineAdapter:
    if isinstance(verify, ssl.SSLContext):
        return ContextAdapter(verify, pool_maxsize=connections)
    return (
        OwnRootsAdapter(pool_maxsize=connections)
        if isinstance(verify, str)
        else DeadlineAdapter(pool_maxsize=connections)
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


def _worth_repeating(reply: Reply, repeat: bool, attempt: int) -> bool:
    if reply.status == 429:
        return True
    if reply.status == 504 and reply.method != "GET":
        # Cloudflare sends this after it waited for the destination. A retry seldom helps.
        return repeat and attempt == 0
    return repeat and reply.status >= 500


def _backoff(attempt: int) -> float:
    """Return the seconds to wait after a failed attempt; the first attempt is 0.

    They double with each attempt and vary at random, so that clients that failed together do not retry together.
    """
    return min(_FIRST_BACKOFF * 2.0**attempt, _LONGEST_BACKOFF) * random.uniform(0.75, 1.25)


def _innermost(error: BaseException) -> str:
    """Return the text of the first cause of an error; the errors around it only repeat that a request failed."""
    reason = getattr(error, "reason", None)
    if isinstance(reason, BaseException):
        return _innermost(reason)
    inner = next((arg for arg in error.args if isinstance(arg, BaseException)), None)
    if inner is not None:
        return _innermost(inner)
    # urllib3 begins the text with the repr of its own objects: "<...Connection object at 0x7f...>: Failed to ..."
    return (
        re.sub(r"^(.*object at 0x[0-9a-f]+>|\w*Connection\w*\(.*?\)):\s*", "", str(error)).rstrip(".")
        or type(error).__name__
    )
