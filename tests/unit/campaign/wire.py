# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection between a run and the API, on which the run can be killed, and a clock without real waits."""

from __future__ import annotations

import contextlib
import threading
import time
import typing as t

import pytest
import requests
from ansible_collections.edgeops.logpush.plugins.module_utils._core.clock import Clock

# Longer than every answer of the simulator, and shorter than a request that hangs on purpose.
PATIENCE, IMPATIENCE = 10.0, 0.25
MINUTE = 60.0


class Killed(BaseException):
    """The run is killed, as by a signal: no code of the run may catch this and continue."""


class Kill(t.NamedTuple):
    """The point at which a run is killed: the number of the request, and whether that request is carried out
    first."""

    at: int
    sent: bool


class Life:
    """One run, from its start until it ends or is killed. Its threads share it."""

    def __init__(self, kill: Kill | None, timeout: float) -> None:
        self.timeout = timeout
        self._kill = kill
        self._lock = threading.Lock()
        self._requests = self._under_way = 0
        self._dead = False

    def send(self, request: t.Callable[..., requests.Response], *args: t.Any, **more: t.Any) -> requests.Response:
        """Sends a request. Raises Killed if the run is killed already, or by this request."""
        with self._lock:
            self._requests += 1
            if self._kill and self._requests == self._kill.at:
                self._dead = True
            if self._dead and not (self._kill and self._kill.sent and self._requests == self._kill.at):
                raise Killed
            self._under_way += 1
        try:
            answer = request(*args, **{**more, "timeout": self.timeout})
        finally:
            with self._lock:
                self._under_way -= 1
        if self._dead:
            raise Killed
        return answer

    def bury(self) -> None:
        """Wait until all requests of the run have ended."""
        while self._under_way:
            time.sleep(0.01)


class Wire:
    """Handles all requests to some URLs, and time that passes immediately.

    ``meanwhile`` is called after each minute of a wait with the seconds that have passed since the first run.
    """

    def __init__(self, urls: t.Sequence[str], patch: pytest.MonkeyPatch) -> None:
        self._life = Life(None, PATIENCE)
        self.slept = 0.0
        self.meanwhile: t.Callable[[float], t.Any] | None = None
        straight = requests.Session.request

        def request(session: requests.Session, method: str, url: str, **more: t.Any) -> requests.Response:
            if not url.startswith(tuple(urls)):
                return straight(session, method, url, **more)
            # A session belongs to the run that created it, even if that was killed and another one is running.
            life = session.__dict__.setdefault("life_of_run", self._life)
            return life.send(straight, session, method, url, **more)

        patch.setattr(requests.Session, "request", request)
        patch.setattr(Clock, "sleep", self._sleep)
        patch.setattr(Clock, "now", lambda clock: time.monotonic() + self.slept)
        patch.setattr(Clock, "wall", lambda clock: time.time() + self.slept)

    def _sleep(self, seconds: float) -> None:
        while self.meanwhile and seconds > 0:
            step = min(seconds, MINUTE)
            self.slept, seconds = self.slept + step, seconds - step
            self.meanwhile(self.slept)
        self.slept += max(0.0, seconds)
        # This thread may wait for another one.
        time.sleep(0.0005)

    @contextlib.contextmanager
    def run(self, kill: Kill | None, impatient: bool) -> t.Iterator[None]:
        """Treat everything in the block as one run."""
        self._life = Life(kill, IMPATIENCE if impatient else PATIENCE)
        try:
            yield
        finally:
            self._life.bury()
            self._life = Life(None, PATIENCE)
