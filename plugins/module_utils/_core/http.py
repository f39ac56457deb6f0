# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The one room that sends: a C(requests) session with timeouts, bounded retries and the rate limit in view.

It knows nothing of what is sent. Whether a request may be repeated after an answer that does not tell its fate is the
caller's to say: a POST that creates something may not.
"""

from __future__ import annotations

import json
import random
import re
import ssl
import traceback
import typing as t
from urllib.parse import urlencode

from .clock import Clock
from .errors import CollectionError
from .rate_limit import RateBudget, retry_after

try:
    import requests
    import requests.adapters
    import requests.auth
    import urllib3
    import urllib3.util.ssl_
except ImportError:
    REQUESTS_IMPORT_ERROR: str | None = traceback.format_exc()
    _AUTH_BASE: t.Any = object
    _ADAPTER_BASE: t.Any = object
else:
    REQUESTS_IMPORT_ERROR = None
    _AUTH_BASE = requests.auth.AuthBase
    _ADAPTER_BASE = requests.adapters.HTTPAdapter

_USER_AGENT = "edgeops.logpush (Ansible collection)"
_CONNECT_TIMEOUT = 10.0
_FIRST_BACKOFF = 0.5
_LONGEST_BACKOFF = 30.0
_CERTIFICATE_REFUSED = re.compile(r"(?i)certificate.verify.failed|doesn't match")
_NEVER_SENT = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError")


class NoAnswerError(CollectionError):
    """No whole answer came. ``sent`` is false where the request cannot have reached the server; ``permanent`` is true
    where another try cannot do better."""

    def __init__(self, message: str, sent: bool, permanent: bool = False) -> None:
        super().__init__(message)
        self.sent = sent
        self.permanent = permanent


class Reply(t.NamedTuple):
    """A whole answer, whatever its status."""

    method: str
    url: str
    status: int
    headers: t.Mapping[str, str]
    text: str

    def data(self) -> t.Any:
        """Return the body as data. Raises ValueError where it is not JSON."""
        return json.loads(self.text)


class Body(t.NamedTuple):
    """What a request carries. ``type`` is that of C(Content-Type), None to say nothing of it; ``encoding`` is that of
    C(Content-Encoding), where there is one."""

    content: bytes
    type: str | None
    encoding: str | None = None


def json_body(data: t.Any) -> Body:
    """Return a body that carries data as JSON."""
    return Body(json.dumps(data).encode("ascii"), "application/json")


def form_body(fields: t.Mapping[str, str]) -> Body:
    """Return a body that carries the fields of a form."""
    return Body(urlencode(fields).encode("ascii"), "application/x-www-form-urlencoded")


class HeaderAuth(_AUTH_BASE):
    """Credentials as request headers.

    As an auth object, not as session headers: C(requests) otherwise replaces C(Authorization) by an entry of the
    user's netrc file for the host.
    """

    def __init__(self, headers: t.Mapping[str, str]) -> None:
        self.headers = dict(headers)

    def __call__(self, request: t.Any) -> t.Any:
        request.headers.update(self.headers)
        return request


class _OwnRootsAdapter(_ADAPTER_BASE):
    """Takes the certificates of private authorities as they are, under every Python.

    From Python 3.13 on, certificates that lack the extensions of RFC 5280 are refused, and those that Splunk makes for itself
    do lack them. Go, and so Logpush, takes them, as does Python up to 3.12
    (U(https://docs.python.org/3/whatsnew/3.13.html#ssl)).
    """

    def init_poolmanager(self, *args: t.Any, **kwargs: t.Any) -> None:
        """Make the pool of connections."""
        super().init_poolmanager(*args, ssl_context=_lenient_context(), **kwargs)

    def proxy_manager_for(self, proxy: str, **kwargs: t.Any) -> t.Any:
        """Return the pool of connections through a proxy."""
        return super().proxy_manager_for(proxy, ssl_context=_lenient_context(), **kwargs)


def _lenient_context() -> ssl.SSLContext:
    context = urllib3.util.ssl_.create_urllib3_context()
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


class Http:
    """A pool of connections to one base URL."""

    def __init__(
        self,
        base_url: str,
        auth_headers: t.Mapping[str, str],
        timeout: float = 60,
        retries: int = 4,
        verify: bool | str = True,
        clock: Clock = Clock(),
        url_option: str = "api_url",
        connections: int = 1,
    ) -> None:
        """``timeout`` is in seconds, for each answer; ``retries`` counts repetitions; ``verify`` is false for no
        verification of certificates, or the path of a CA bundle; ``url_option`` is the option that messages send the
        user to; ``connections`` is how many threads send at the same time. To be made after a fork, never before."""
        self.base_url = base_url.rstrip("/")
        self._url_option = url_option
        self._timeout = (min(_CONNECT_TIMEOUT, timeout), timeout)
        self._retries = retries
        self._verify = verify
        self._clock = clock
        self.budget = RateBudget(clock)
        self._session = requests.Session()
        for scheme in ("https://", "http://"):
            adapter = _OwnRootsAdapter if isinstance(verify, str) else requests.adapters.HTTPAdapter
            self._session.mount(scheme, adapter(pool_maxsize=connections))
        self._session.auth = HeaderAuth(auth_headers)
        self._session.headers.update({"User-Agent": _USER_AGENT, "Accept": "application/json"})
        if verify is False:
            # The user asked for it; the warning would land in the middle of Ansible's output.
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def send(
        self,
        method: str,
        path: str,
        query: t.Mapping[str, str] | None = None,
        body: Body | None = None,
        repeat: bool = True,
    ) -> Reply:
        """Send one request and give the answer, after as many repetitions as are allowed and make sense.

        A 429 is always waited out, since it was not carried out. Other failures are repeated when ``repeat`` is true,
        or when the request cannot have reached the server. The last answer is given whatever its status. Raises
        NoAnswerError where there is none.
        """
        for attempt in range(self._retries + 1):
            last = attempt == self._retries
            number = self.budget.take()
            try:
                reply = self._send_once(method, path, query, body)
            except BaseException as error:
                # Whatever it is, or others would wait for this answer.
                self.budget.lost()
                if not isinstance(error, NoAnswerError):
                    raise
                if last or error.permanent or (error.sent and not repeat):
                    raise
                self._clock.sleep(_backoff(attempt))
                continue
            self.budget.answered(number, reply.status, reply.headers)
            if last or not _worth_repeating(reply, repeat, attempt):
                return reply
            if reply.status != 429 or not self.budget.is_closed:
                self._clock.sleep(retry_after(reply.headers) or _backoff(attempt))
        raise AssertionError("the last attempt returns or raises")

    def _send_once(self, method: str, path: str, query: t.Mapping[str, str] | None, body: Body | None) -> Reply:
        url = f"{self.base_url}/{path.lstrip('/')}"
        headers = {"Content-Type": body.type} if body and body.type else {}
        if body and body.encoding:
            headers["Content-Encoding"] = body.encoding
        try:
            response = self._session.request(
                method,
                url,
                params=query,
                data=body.content if body else None,
                headers=headers,
                timeout=self._timeout,
                # With each request, not on the session: REQUESTS_CA_BUNDLE would win over the session's setting.
                verify=self._verify,
                # A redirect would carry the credentials to another host.
                allow_redirects=False,
            )
        except requests.exceptions.RequestException as error:
            raise self._no_answer(method, url, error) from None
        except (OSError, urllib3.exceptions.HTTPError, UnicodeError, ValueError) as error:
            # A CA file that is not there is an OSError, a URL that cannot be parsed may be any of the others.
            raise NoAnswerError(f"{method} {url} could not be sent: {error}", False, permanent=True) from None
        text = response.content.decode("utf-8", "replace")
        return Reply(method, url, response.status_code, response.headers, text)

    def _no_answer(self, method: str, url: str, error: Exception) -> NoAnswerError:
        """Put a failure of the transport into words."""
        text = _innermost(error)
        call = f"{method} {url}"
        if isinstance(error, requests.exceptions.SSLError) and not _CERTIFICATE_REFUSED.search(text):
            return NoAnswerError(
                f"{call}: TLS with the server fails: {text}. See {self._url_option}.", True, permanent=True
            )
        if isinstance(error, requests.exceptions.SSLError):
            return NoAnswerError(
                f"{call}: the certificate of the server was not accepted: {text}. See {self._url_option}; where the server "
                "or a proxy in between has a CA of its own, name that CA in ca_path.",
                sent=False,
                permanent=True,
            )
        if isinstance(error, requests.exceptions.ProxyError):
            # urllib3 1 also says so of a connection through the proxy that broke later.
            sent = not any(name in repr(error) for name in (*_NEVER_SENT, "Tunnel connection failed"))
            return NoAnswerError(f"{call}: the proxy named in the environment does not answer: {text}.", sent)
        if isinstance(error, requests.exceptions.ReadTimeout):
            return NoAnswerError(
                f"{call}: no answer within {self._timeout[1]:g} seconds. Run this again, or raise timeout.", sent=True
            )
        sent = not any(name in repr(error) for name in _NEVER_SENT)
        if not sent:
            return NoAnswerError(
                f"{call}: the server cannot be reached: {text}. See {self._url_option} and the network.", sent=False
            )
        return NoAnswerError(
            f"{call}: the connection broke before the whole answer was there: {text}. Run this again.", sent=True
        )


def _worth_repeating(reply: Reply, repeat: bool, attempt: int) -> bool:
    if reply.status == 429:
        return True
    if reply.status == 504 and reply.method != "GET":
        # Cloudflare waits for the destination before it answers this; the same wrong host will not do better.
        return repeat and attempt == 0
    return repeat and reply.status >= 500


def _backoff(attempt: int) -> float:
    """Seconds to wait after the failed attempt with this number: doubling, with jitter, so that many hosts that fail
    together do not come back together."""
    return min(_FIRST_BACKOFF * 2**attempt, _LONGEST_BACKOFF) * random.uniform(0.75, 1.25)


def _innermost(error: BaseException) -> str:
    """The text of the first cause: those around it only say once more that a request failed."""
    reason = getattr(error, "reason", None)
    if isinstance(reason, BaseException):
        return _innermost(reason)
    inner = next((arg for arg in error.args if isinstance(arg, BaseException)), None)
    if inner is not None:
        return _innermost(inner)
    # urllib3 puts the repr of its own objects in front: "<...Connection object at 0x7f...>: Failed to ..."
    return (
        re.sub(r"^(.*object at 0x[0-9a-f]+>|HTTPS?Connection\w*\(.*?\)):\s*", "", str(error)).rstrip(".")
        or type(error).__name__
    )
