# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Notices about the jobs that requests refer to, as one warning for each kind. Pure: no I/O."""

from __future__ import annotations

import typing as t

from .._core.results import first_of

# A job was created beside others; nothing was removed or disabled, although there are other jobs; a job reaches its collector
# through https:// and stays so; a job keeps its port, because the endpoint has none; a sentence about anything else.
BESIDE, LEFT_ALONE, THROUGH_HTTPS, NO_PORT = "beside", "left_alone", "through_https", "no_port"
SENTENCE = "sentence"

_TEXTS = {
    BESIDE: (
        "A job was created (in check mode: would be created) beside other Splunk jobs of the same dataset, which are not known "
        "to be yours and are left alone. To use one of them, select it with name or job_id."
    ),
    LEFT_ALONE: (
        "Nothing was removed or disabled, because no Splunk job of the dataset matches the request: none has the "
        "requested name or, without a name, none was created here or pushes to the requested collector. To select "
        "another job, use name or job_id."
    ),
    THROUGH_HTTPS: (
        "A job reaches its collector through https:// and is left that way. To convert it to a splunk:// "
        "destination, select it with name or job_id, and set endpoint."
    ),
}


class Notice(t.NamedTuple):
    """A kind of notice about one request, and descriptions of the jobs that it is about; for a port, the requested collector
    and the one of the job; for a sentence, the sentence."""

    kind: str
    about: tuple[str, ...] = ()


def job_warnings(notices: t.Iterable[Notice], zone: str) -> list[str]:
    """Return the warnings for the requests of one scope: each with the jobs that it is about, and with the zone, because
    Ansible shows equal warnings of several zones once."""
    warnings = []
    for notice in notices:
        listed = "" if notice.kind in (NO_PORT, SENTENCE) else "; ".join(notice.about)
        warnings.append(f"{_text(notice)} The jobs: {listed}." if listed else _text(notice))
    return [f"{text} Zones: {zone}." for text in dict.fromkeys(warnings)]


def run_warnings(notices: t.Iterable[tuple[str, Notice]]) -> list[str]:
    """Return one warning of each kind for a run, with the zones that it is about: the first five, then a count.

    ``notices`` has each notice with the name of its zone, in the order of the zones.
    """
    zones: dict[str, dict[str, None]] = {}
    for zone, notice in notices:
        zones.setdefault(_text(notice), {})[zone] = None
    return [f"{text} Zones: {first_of(list(named), ', ')}." for text, named in zones.items()]


def _text(notice: Notice) -> str:
    if notice.kind == SENTENCE:
        return notice.about[0]
    return _port_warning(notice) if notice.kind == NO_PORT else _TEXTS[notice.kind]


def _port_warning(notice: Notice) -> str:
    requested, _space, kept = notice.about[0].partition(" ")
    return (
        f"The endpoint has no port, and the default would be {requested}, but the job pushes to {kept} and keeps that port. "
        f"Write the port: {kept}."
    )
