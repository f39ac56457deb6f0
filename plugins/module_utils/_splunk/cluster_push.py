# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Wait for an indexer cluster: until it is idle, until a bundle is checked, until every peer has it."""

from __future__ import annotations

import typing as t

from .._core.clock import Clock
from .._core.errors import CollectionError
from .._core.http import NoAnswerError
from .._core.results import first_of
from . import cluster_rules as rules
from .answers import SplunkError
from .cluster_answers import Look, Peer
from .cluster_client import ClusterManager
from .cluster_rules import Steady, Validation

# Seconds between two looks. The pause grows while the peers restart, which takes minutes.
_PAUSE = 1.0
_LONGEST_PAUSE = 10.0
# The looks that must show the same before it counts: a push is idle for a moment between its phases.
_LOOKS = 6
# The same for the result of a check, which turns true a few seconds after the checksums show that the check has ended.
_LOOKS_FOR_CHECK = 8
# The looks after which a push has not begun, unless the manager has refused it.
_LOOKS_FOR_BEGIN = 20
# A proxy answers so in place of the manager, which may have the request and go on.
_NO_ANSWER_OF_MANAGER = (502, 504)


class PushFailed(CollectionError):
    """A bundle is not active on every peer, and waiting is of no use. ``look`` is the last look at the cluster."""

    def __init__(self, message: str, look: Look) -> None:
        super().__init__(message)
        self.look = look


class Watch:
    """Looks at the cluster again and again, for at most the wait timeout of the task."""

    def __init__(self, client: ClusterManager, clock: Clock, wait_timeout: float) -> None:
        self._client = client
        self._clock = clock
        self._wait_timeout = wait_timeout
        self._deadline = clock.now() + wait_timeout

    @property
    def is_over(self) -> bool:
        """Whether the wait timeout has passed."""
        return self._clock.now() >= self._deadline

    def timeout_note(self) -> str:
        """Return the words for the end of the wait."""
        return f"within {self._wait_timeout:g} seconds"

    def looks(self) -> t.Iterator[Look]:
        """Yield one look after the other until the wait timeout has passed; at least one."""
        pause = _PAUSE
        while True:
            look = self._client.look()
            yield look
            if self.is_over:
                return
            self._clock.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE) if look.manager.restarting else _PAUSE

    def until_idle(self) -> Look:
        """Wait for a push that somebody else has begun and for peers that restart, and return the last look. Raises
        CollectionError."""
        steady = Steady(_LOOKS)
        for look in self.looks():
            # Splunk turns maintenance mode on during a push, and off a moment after its end.
            is_over = rules.is_consistent(look) and not look.manager.maintenance
            is_idle = rules.is_idle(look) and not rules.arriving(look)
            if (is_over and is_idle) or steady.shows(look.manager if is_idle else None):
                return look
        if rules.is_idle(look):
            return look
        raise CollectionError(
            f"Somebody else's push did not end {self.timeout_note()}: {rules.activity(look)} It goes on, and nothing else was "
            "changed. Run this again later, or raise wait_timeout."
        )

    def validate(self, send: t.Callable[[], str], before: Look) -> tuple[Look, str]:
        """Return the last look before the validation, and what the validation returns. It is refused while another push is in
        progress: wait for that, and try again. Raises CollectionError."""
        while True:
            try:
                return before, send()
            except NoAnswerError as error:
                # To validate twice changes nothing.
                if not error.sent or error.permanent or self.is_over:
                    raise
                self._clock.sleep(_PAUSE)
            except SplunkError:
                if rules.is_idle(self._client.look()) or self.is_over:
                    raise
            before = self.until_idle()

    def until_checked(self, checksum: str, before: Look) -> Validation | None:
        """Wait until the check of a bundle has a steady result, and return it; None if the manager has checked another bundle in
        the meantime. Raises CollectionError for an invalid bundle."""
        steady, invalid, superseded = Steady(_LOOKS_FOR_CHECK), Steady(_LOOKS), Steady(_LOOKS)
        begin = self._clock.now()
        end: float | None = None
        for look in self.looks():
            causes = rules.rejections(look, checksum, before) if rules.is_idle(look) else []
            if invalid.shows(causes or None):
                raise CollectionError(
                    f"Bundle {checksum} is not valid: {first_of(causes)}. Nothing was applied. Correct the files in the folder "
                    "manager-apps of the manager, and run this again.",
                    checksum=checksum,
                    active_checksum=look.manager.active.checksum,
                    peers=rules.shown(look),
                )
            if superseded.shows(rules.is_superseded(look, checksum, before) or None):
                return None
            is_checked = rules.is_checked(look, checksum) and not causes
            now = self._clock.now()
            end = now if end is None and is_checked else end
            # The longer the check of a large bundle takes, the later its result may be.
            is_due = end is not None and now - end >= end - begin
            if steady.shows(_result_of_check(look) if is_checked else None) and is_due:
                return Validation(checksum, rules.needs_restart(look), look.manager.remarks, tuple(rules.not_up(look)))
        raise CollectionError(
            f"The check of bundle {checksum} has no steady result {self.timeout_note()}: {_activity(look)}. Nothing was applied. Run "
            "this again later, or raise wait_timeout."
        )

    def until_applied_by_others(self, before: Look) -> Look:
        """Wait until every peer has the active bundle, which an earlier push has made active. Raises CollectionError."""
        checksum = before.manager.active.checksum
        for look in self.looks():
            if rules.has_applied(look, checksum):
                return look
        missing = [*rules.behind(look, checksum), *rules.not_up(look)]
        raise CollectionError(
            f"Bundle {checksum} is active on the manager, but these peers did not have it {self.timeout_note()}: "
            f"{rules.names_of(list(dict.fromkeys(missing)))}. Look at splunkd.log there, and run this again."
        )


class Push:
    """One push of a bundle to all peers."""

    _NAME = "The push of"
    _GOES_ON = "It goes on, and nothing was rolled back."

    def __init__(
        self,
        watch: Watch,
        send: t.Callable[[], None],
        before: Look,
        checksum: str,
        patient_with: t.Sequence[Peer] = (),
    ) -> None:
        """``send`` starts the push of the bundle ``checksum``. ``before`` is the last look at the cluster. ``patient_with`` are the
        peers that did not work before; the push succeeds without them."""
        self._watch = watch
        self._send = send
        self._before = before
        self._checksum = checksum
        self._patient_with = {peer.id for peer in patient_with}
        self._name = f"{self._NAME} bundle {checksum}"
        self.restarted = False

    def run(self) -> Look | None:
        """Start the push, wait until every peer has the bundle, and return the last look. Return None if it never began: another
        push was in the way, or the request got lost. Raises PushFailed, CollectionError."""
        doubt: CollectionError | None = None
        try:
            self._send()
        except NoAnswerError as error:
            if not error.sent:
                raise
            doubt = error
        except SplunkError as error:
            doubt = error
        is_refused = doubt is not None and not _is_lost(doubt)
        unchanged, failing = Steady(_LOOKS if is_refused else _LOOKS_FOR_BEGIN), Steady(_LOOKS)
        was_busy = False
        for look in self._looks():
            active, idle = look.manager.active.checksum, rules.is_idle(look)
            was_busy = was_busy or not idle
            self.restarted = self.restarted or look.manager.restarting
            if self._is_done(look):
                return look
            # A peer that is down may come back, but a peer that reports an error does not.
            reported = rules.rejections(look, self._checksum, self._before) if idle else []
            if failing.shows(reported or None):
                raise self._failed(look)
            if unchanged.shows(active if idle and active != self._checksum else None):
                self._refuse_repetition(look, doubt, was_busy)
                return None
        return self._too_late(look)

    def _refuse_repetition(self, look: Look, doubt: CollectionError | None, was_busy: bool) -> None:
        """Raise PushFailed or CollectionError for a push that did not begin, unless it may be tried again."""
        if doubt is None:
            raise PushFailed(f"The manager accepted bundle {self._checksum}, but did not make it active.", look)
        if (
            not _is_lost(doubt)
            and not was_busy
            and look.manager.active.checksum == self._before.manager.active.checksum
        ):
            raise doubt

    def _looks(self) -> t.Iterator[Look]:
        try:
            yield from self._watch.looks()
        except CollectionError as error:
            raise CollectionError(
                f"{error} {self._name} was requested before, and its result is not known. Run this again to wait for its end.",
                **error.details,
            ) from None

    def _is_done(self, look: Look) -> bool:
        return rules.has_applied(self._without_patients(look), self._checksum) and not self._failures(look)

    def _too_late(self, look: Look) -> t.NoReturn:
        if rules.is_idle(look) and look.manager.active.checksum == self._checksum and self._failures(look):
            raise self._failed(look)
        raise CollectionError(
            f"{self._name} did not end {self._watch.timeout_note()}: {_progress(look, self._checksum)}. {self._GOES_ON} Run this again "
            "to wait for its end, or raise wait_timeout.",
            active_checksum=look.manager.active.checksum,
            peers=rules.shown(look),
        )

    def _failed(self, look: Look) -> PushFailed:
        if look.manager.active.checksum != self._checksum:
            causes = rules.rejections(look, self._checksum, self._before)
            return PushFailed(f"Bundle {self._checksum} was rejected: {first_of(causes)}.", look)
        failures = self._failures(look) or rules.rejections(look, self._checksum, self._before)
        return PushFailed(f"Bundle {self._checksum} does not work on every peer: {first_of(failures)}.", look)

    def _failures(self, look: Look) -> list[str]:
        return rules.failed_peers(self._without_patients(look), self._checksum, self._without_patients(self._before))

    def _without_patients(self, look: Look) -> Look:
        return look._replace(peers=tuple(peer for peer in look.peers if peer.id not in self._patient_with))


class Rollback(Push):
    """The push of the previous bundle."""

    _NAME = "The rollback to"
    _GOES_ON = "It goes on."


def _is_lost(doubt: CollectionError) -> bool:
    """Return whether it is not known whether the manager got a request."""
    return isinstance(doubt, NoAnswerError) or (
        isinstance(doubt, SplunkError) and doubt.status in _NO_ANSWER_OF_MANAGER
    )


def _result_of_check(look: Look) -> tuple[t.Any, ...]:
    """Return all that the result of a check depends on."""
    answers = tuple((peer.id, peer.checked, peer.needs_restart) for peer in look.peers)
    return (look.manager.needs_restart, look.manager.remarks, answers)


def _progress(look: Look, checksum: str) -> str:
    """Return where a push stands."""
    missing = list(dict.fromkeys([*rules.behind(look, checksum), *rules.not_up(look)]))
    doing = _activity(look)
    return f"{doing}, and these peers do not have it: {rules.names_of(missing)}" if missing else doing


def _activity(look: Look) -> str:
    """Return what the manager does at present."""
    return "the manager is idle" if rules.is_idle(look) else f'the manager reports "{rules.activity(look)}"'
