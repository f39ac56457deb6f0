# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The meaning of each cause of findings, and the steps that remove it, as the audit page shows them. Pure: no I/O."""

from __future__ import annotations

import typing as t

from .._core.report import counted
from . import findings as audit
from .commands import Limit, limit, playbook, probe
from .error_advice import error_advice
from .to_do import Cause, scopes_of
from .wording import number

_REPAIR = "Enable all jobs of these zones that Cloudflare disabled, if their collector works"
_PROBE_NEEDS = "needs SPLUNK_HEC_TOKEN in the environment, and writes a test event"


class Step(t.NamedTuple):
    """A step: what to do, and the command that does it, or "" if no command does."""

    text: str
    command: str = ""


class Remedy(t.NamedTuple):
    """A cause in words: a title with its numbers, what it means in one sentence, and the steps that remove it."""

    title: str
    meaning: str
    steps: list[Step]


_MEANINGS = {
    "unreadable": "Nothing is known about the jobs of these zones.",
    "auto_disabled": "Splunk gets no logs from a disabled job, and Cloudflare never sends the missed ones.",
    "failing": "Splunk gets no logs from these jobs. Cloudflare disables a job after a day of failures.",
    "losing": "Cloudflare never sends a dropped batch again. Its logs are not in Splunk.",
    "no_job": "Splunk gets no logs from these zones.",
    "missing": "Splunk gets no logs of these datasets.",
    "refused": "The inventory requests something that a rollout cannot apply.",
    "duplicate": "Splunk indexes every event of these jobs more than once.",
    "drift": "The jobs are not what the inventory requests.",
    "certificate": "Cloudflare delivers only to a collector with a valid certificate, unless a job skips verification.",
    "batch_size": "An OpenTelemetry Collector answers 200 and drops the end of a batch that is too large.",
    "stale": "These jobs report no error, but their last delivery is older than logpush_audit_max_age.",
    "insecure": "Anyone between Cloudflare and the collector can read the logs and the HEC token.",
    "no_figures": "It is not known whether Cloudflare loses logs of these jobs.",
    "retrying": "Cloudflare repeats a failed upload for some time, and then drops the batch.",
    "silent": "This is usual for zones without traffic.",
    "unreachable": "Only the certificate could not be checked. Cloudflare may still reach the collector.",
    "quiet": "This is usual for zones without traffic.",
    "unmanaged": "Another team may use these jobs. A rollout leaves them unchanged.",
    "legacy": "Cloudflare has deprecated options of these jobs.",
    "opentelemetry": "Logs reach Splunk through this collector.",
    "no_alert": "Cloudflare notifies nobody when it disables a job of these accounts.",
}


def remedy(cause: Cause, place: int, inventory: t.Sequence[str] = ()) -> Remedy:
    """Return a cause in words. C(place) distinguishes its file of hosts from those of other causes; C(inventory) are
    the sources for the commands."""
    hosts = None
    # A command for some of the zones would look like one for all of them.
    if cause.rows and all(row.get("host") for row in cause.rows):
        hosts = limit((row["host"] for row in cause.rows), f"logpush-{place}-{cause.kind.replace('_', '-')}.txt")
    steps = [step for step in _STEPS[cause.kind](_Case(cause, hosts, inventory)) if step.text]
    with_file = [index for index, step in enumerate(steps) if hosts and hosts.option in step.command]
    if hosts and hosts.file_command and with_file:
        names = counted(hosts.file_command.count("\n") - 1, "host")
        steps.insert(with_file[0], Step(f"Write the names of the {names} to a file:", hosts.file_command))
    return Remedy(_title(cause), _MEANINGS[cause.kind], steps)


def _title(cause: Cause) -> str:
    rows = cause.rows
    jobs, zones, collector = counted(len(rows), "job"), scopes_of(rows), cause.collector
    one = len(rows) == 1
    if cause.kind in ("certificate", "unreachable", "opentelemetry") and cause.collectors:
        found = f"{collector}: {cause.first_finding['msg']}"
        return f"{found} {jobs} cannot deliver." if rows else found
    at = f" at {collector}" if collector else ""
    because = f": {cause.reason}" if cause.reason else ""
    return {
        "unreadable": f"The jobs of {zones} cannot be read",
        "auto_disabled": f"Cloudflare disabled {jobs}{at}{because}",
        "failing": f"{jobs} cannot deliver{f' to {collector}' if collector else ''}{because}",
        "losing": f"Cloudflare dropped batches of {jobs}{at}{because}",
        "retrying": f"Cloudflare repeats uploads of {jobs}{at}{because}",
        "silent": f"Cloudflare uploads nothing for {jobs}",
        "no_figures": f"The uploads of {zones} cannot be read",
        "no_job": f"{zones} {'has' if len(set(map(audit.scope_key, rows))) == 1 else 'have'} no job",
        "missing": f"{jobs} {'is' if one else 'are'} missing",
        "refused": f"A rollout would fail for {jobs}",
        "duplicate": f"{jobs} {'pushes' if one else 'push'} the same logs as another job",
        "drift": f"{jobs} {'differs' if one else 'differ'} from the inventory. {cause.reason}",
        "batch_size": f"{jobs}{at} can lose the end of large batches",
        "stale": f"{jobs} {'has' if one else 'have'} not delivered for a long time",
        "insecure": f"{jobs}{at} {'does' if one else 'do'} not verify the certificate",
        "quiet": f"{jobs} delivered nothing in the last day",
        "unmanaged": f"{jobs} {'is' if one else 'are'} not in the inventory",
        "legacy": f"{jobs} {'uses' if one else 'use'} deprecated options",
        "no_alert": f"{counted(len(rows), 'account')} {'has' if one else 'have'} no notification for disabled jobs",
    }.get(cause.kind, cause.first_finding["msg"])


class _Case(t.NamedTuple):
    """A cause, and the hosts for its commands: None if there is no command that is limited to its zones."""

    cause: Cause
    hosts: Limit | None
    inventory: t.Sequence[str]

    def run(self, text: str, name: str, *options: str) -> Step:
        """Return the step that runs a playbook."""
        if self.hosts is None:
            return Step(f"{text}.")
        return Step(f"{text}:", playbook(name, self.inventory, self.hosts, *options))

    def rollout(self, text: str = "Roll out") -> Step:
        """Return the step that makes the jobs what the inventory requests."""
        return self.run(text, "rollout")

    def test(self, text: str) -> Step:
        """Return the step that checks the collector, as Cloudflare connects to it for the jobs of the cause."""
        skips = [row["destination"].get("insecure_skip_verify") for row in self.cause.rows]
        unverified = self.cause.kind != "insecure" and bool(skips) and all(skips)
        command = probe(self.cause.collector, "insecure_skip_verify=true" if unverified else "")
        return Step(f"{text} ({_PROBE_NEEDS}):", command) if command else Step(f"{text}.")

    @property
    def message(self) -> str:
        """The message of a finding with this cause."""
        return self.cause.first_finding["msg"]

    @property
    def advice(self) -> Step:
        """The advice of a finding with this cause."""
        return Step(self.cause.first_finding["advice"])


def _failing(case: _Case) -> t.Iterator[Step]:
    yield from _before_delivery(case)
    yield case.run("Wait until the jobs deliver", "verify")


def _losing(case: _Case) -> t.Iterator[Step]:
    yield case.advice
    yield case.test("Check the collector")
    text = "After an hour, audit the uploads of this hour"
    yield case.run(text, "audit", "-e logpush_audit_delivery_window=3600")


def _no_figures(case: _Case) -> t.Iterator[Step]:
    yield Step(case.message)
    yield case.run("Audit these zones again", "audit", "-e logpush_audit_delivery=true")


def _auto_disabled(case: _Case) -> t.Iterator[Step]:
    yield from _before_delivery(case)
    yield case.run(_REPAIR, "repair")


def _before_delivery(case: _Case) -> t.Iterator[Step]:
    """Yield how to remove the error."""
    yield Step(error_advice(case.cause.rows[0]["error"]))
    yield from _differences(case)
    yield case.test("Check the collector")


def _differences(case: _Case) -> t.Iterator[Step]:
    """Yield the rollout of the jobs that also differ from the inventory, which can be why they fail."""
    different = [
        finding["msg"]
        for row in case.cause.rows
        for finding in row["findings"]
        if finding["kind"] == "drift" and row.get("action") != "enabled"
    ]
    if different:
        verb = "differs" if len(different) == 1 else "differ"
        yield case.rollout(
            f"{number(len(different))} of these jobs also {verb} from the inventory. {different[0]} Roll out"
        )


def _certificate(case: _Case) -> t.Iterator[Step]:
    yield case.advice
    yield from _differences(case)
    yield case.test("Check the collector again")
    states = {row["state"] for row in case.cause.rows}
    if "auto_disabled" in states:
        yield case.run(_REPAIR, "repair")
    if states:
        yield case.run("Wait until the jobs deliver", "verify")


def _unreadable(case: _Case) -> t.Iterator[Step]:
    yield Step(case.message)
    yield case.run("Audit these zones again", "audit")


def _missing(case: _Case) -> t.Iterator[Step]:
    if case.cause.reason:
        yield Step(f"Correct the inventory. Rollout would fail: {case.cause.reason.rstrip('.')}.")
    yield case.rollout()


def _refused(case: _Case) -> t.Iterator[Step]:
    yield Step(case.message)
    yield case.rollout("Correct the inventory, then roll out")


def _duplicate(case: _Case) -> t.Iterator[Step]:
    yield Step("Request one of the jobs in the inventory, and no other.")
    text = (
        "See what a rollout with logpush_prune would change. It deletes every job of these zones that no host requests, if the "
        "job pushes to a collector of a requested one"
    )
    yield case.run(text, "rollout", "-e logpush_prune=true", "--check")
    yield case.run("If every change and deletion is right, roll out", "rollout", "-e logpush_prune=true")


def _drift(case: _Case) -> t.Iterator[Step]:
    yield case.rollout("If the jobs are right, correct the inventory. Otherwise roll out")


def _batch_size(case: _Case) -> t.Iterator[Step]:
    yield Step(
        "Set splunk_logpush_max_upload_bytes: 10000000 in the inventory. Or raise max_request_body_size of the receiver in the "
        "collector, and set splunk_hec_max_request_body_size to the same number of bytes."
    )
    yield case.rollout()


def _insecure(case: _Case) -> t.Iterator[Step]:
    yield case.test("Install a publicly trusted certificate on the collector, and check it")
    yield case.rollout("Set splunk_logpush_insecure_skip_verify: false in the inventory, then roll out")


def _unmanaged(case: _Case) -> t.Iterator[Step]:
    yield Step("Delete those that nobody needs.")
    text = "Write all jobs of these zones as variables of their hosts, and copy those of the others into the inventory"
    yield case.run(text, "export", "-e logpush_export_dir=exported_host_vars")


def _legacy(case: _Case) -> t.Iterator[Step]:
    yield case.advice
    yield case.rollout("Change the inventory, then roll out")


def _no_alert(case: _Case) -> t.Iterator[Step]:
    text = "Name those who may read the HEC token, which a notification can contain. Then create the notification"
    yield case.run(text, "alerts", "-e logpush_alert_emails=...")


def _only_advice(case: _Case) -> t.Iterator[Step]:
    yield case.advice


_STEPS: dict[str, t.Callable[[_Case], t.Iterator[Step]]] = {
    "unreadable": _unreadable,
    "auto_disabled": _auto_disabled,
    "failing": _failing,
    "losing": _losing,
    "no_job": _missing,
    "missing": _missing,
    "refused": _refused,
    "duplicate": _duplicate,
    "drift": _drift,
    "certificate": _certificate,
    "batch_size": _batch_size,
    "stale": _only_advice,
    "insecure": _insecure,
    "no_figures": _no_figures,
    "retrying": _losing,
    "silent": _only_advice,
    "unreachable": _only_advice,
    "quiet": _only_advice,
    "unmanaged": _unmanaged,
    "legacy": _legacy,
    "opentelemetry": _only_advice,
    "no_alert": _no_alert,
}
