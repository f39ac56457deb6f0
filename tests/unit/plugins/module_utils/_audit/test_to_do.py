# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to do after an audit: one entry for each cause, in which each job counts once, with commands that can be run."""

from __future__ import annotations

import argparse
import shlex
import subprocess
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible_collections.edgeops.logpush.plugins.module_utils._audit import findings as audit
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.commands import limit, probe
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.remedies import _MEANINGS, _STEPS, remedy
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.to_do import Cause, attention, causes
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.inventory_variables import KNOWN_NAMES
from ansible_collections.edgeops.logpush.tests.unit.audit_reports import POLICY, job, report_of, unchanged
from ansible_collections.edgeops.logpush.tests.unit.strategies import WHOLE_CONF

ROOT = Path(__file__).resolve().parents[5]
REFUSED = "error uploading to https: status:403"
EXPIRED = (
    "x509: certificate has expired or is not yet valid: current time 2026-11-22T07:00:00Z is after 2026-10-01T00:00:00Z"
)
DRIFT = audit.PlannedJob(
    "http_requests", None, 1, "updated", {"destination": {"sourcetype": "a"}}, {"destination": {"sourcetype": "b"}}
)
ENABLED = audit.PlannedJob("http_requests", None, 1, "enabled", {"enabled": False}, {"enabled": True})
MISSING = audit.PlannedJob("dns_logs", None, None, "created")
INSECURE = WHOLE_CONF.replace("verify=false", "verify=true")


def failing(error: str = REFUSED, **fields: t.Any) -> dict[str, t.Any]:
    """Return a job that fails."""
    return job(last_error="2026-11-22T09:59:00Z", error_message=error, **fields)


def zone(name: str, jobs: t.Sequence[dict[str, t.Any]], *planned: audit.PlannedJob) -> list[audit.Row]:
    """Return the rows of a zone, which its own host represents."""
    place = {"where": name, "zone": name, "zone_id": f"id-of-{name}", "host": name}
    return audit.scope_rows(place, jobs, planned or [unchanged()], POLICY)


def collector(kind: str = "certificate") -> audit.Row:
    """Return a collector whose certificate has expired."""
    found = {
        "kind": kind,
        "level": "problem",
        "msg": "The certificate has expired.",
        "advice": "Renew the certificate.",
    }
    return {"where": "hec.example.com:8088", "jobs": 2, "certificate": {}, "findings": [found]}


def found(*rows: audit.Row, collectors: t.Sequence[audit.Row] = ()) -> list[Cause]:
    return causes(report_of(list(rows), collectors))


def commands(cause: Cause) -> list[str]:
    return [step.command for step in remedy(cause, 1).steps if step.command]


def test_a_job_with_several_findings_counts_once() -> None:
    row = zone("a.example.com", [failing(destination_conf=INSECURE)], DRIFT)
    assert {finding["kind"] for finding in row[0]["findings"]} == {"failing", "drift", "insecure"}
    [cause] = found(*row)
    assert (cause.kind, len(cause.rows)) == ("failing", 1)
    assert attention(report_of(row)) == "1 job needs attention."


def test_two_requests_for_the_same_job_count_once() -> None:
    ambiguous = audit.PlannedJob("http_requests", None, error="jobs: dataset http_requests is given more than once")
    rows = zone("a.example.com", [job()], ambiguous, ambiguous)
    assert [[finding["kind"] for finding in row["findings"]] for row in rows] == [["refused"]]


def test_the_host_of_a_job_is_the_one_that_requests_it() -> None:
    rows = zone("a.example.com", [job()], DRIFT._replace(host="team-a"), MISSING._replace(host="team-b"))
    assert [row["host"] for row in rows] == ["team-a", "team-b"]
    assert [command for cause in found(*rows) for command in commands(cause)] == [
        "ansible-playbook -i inventory edgeops.logpush.rollout --limit team-b",
        "ansible-playbook -i inventory edgeops.logpush.rollout --limit team-a",
    ]


def test_causes_are_grouped_by_reason_and_collector_and_ordered() -> None:
    elsewhere = WHOLE_CONF.replace("hec.example.com", "hec.example.net")
    rows = [
        *zone("a.example.com", [job()], DRIFT),
        *zone("b.example.com", [failing()]),
        *zone("c.example.com", [failing()]),
        *zone("d.example.com", [failing(destination_conf=elsewhere)]),
        *zone("e.example.com", [failing("status:503")]),
        *zone("f.example.com", [failing(enabled=False)], ENABLED),
        *zone("g.example.com", [], MISSING),
        *zone("h.example.com", [job(last_complete="2026-11-01T00:00:00Z")]),
        *audit.unreadable({"where": "i.example.com", "zone_id": "9", "host": "i"}, "i.example.com: HTTP 403", POLICY),
    ]
    ordered = found(*rows)
    assert [(cause.kind, cause.size) for cause in ordered] == [
        ("unreadable", 1),
        ("auto_disabled", 1),
        ("failing", 2),
        ("failing", 1),
        ("failing", 1),
        ("no_job", 1),
        ("drift", 1),
        ("quiet", 1),
    ]
    assert remedy(ordered[2], 1).title == "2 jobs cannot deliver to hec.example.com:8088: Splunk refuses the HEC token"
    assert (
        remedy(ordered[6], 1).title == "1 job differs from the inventory. Rollout would change destination.sourcetype."
    )
    assert remedy(ordered[4], 1).title == "1 job cannot deliver to hec.example.com:8088: HTTP 503"
    assert attention(report_of(rows, [collector()])) == (
        "7 jobs, 1 zone that cannot be read and 1 collector need attention."
    )


def test_a_job_named_like_a_field_differs_in_this_field() -> None:
    [cause] = found(*zone("sourcetype", [job(name="destination")], DRIFT))
    assert remedy(cause, 1).title.endswith("Rollout would change destination.sourcetype.")


def test_jobs_that_fail_because_of_a_certificate_are_with_the_certificate() -> None:
    rows = [*zone("a.example.com", [failing(EXPIRED)]), *zone("b.example.com", [failing()])]
    first, second = found(*rows, collectors=[collector()])
    assert (first.kind, first.collector, len(first.rows)) == ("certificate", "hec.example.com:8088", 1)
    assert second.kind == "failing"
    words = remedy(first, 1)
    assert words.title == "hec.example.com:8088: The certificate has expired. 1 job cannot deliver."
    assert [step.text for step in words.steps] == [
        "Renew the certificate.",
        "Check the collector again (needs SPLUNK_HEC_TOKEN in the environment, and writes a test event):",
        "Wait until the jobs deliver:",
    ]
    # Cloudflare has already disabled some of them.
    [both] = found(
        *rows[:1], *zone("c.example.com", [failing(EXPIRED, enabled=False)], ENABLED), collectors=[collector()]
    )
    assert len(both.rows) == 2 and [command.split()[3] for command in commands(both)[1:]] == [
        "edgeops.logpush.repair",
        "edgeops.logpush.verify",
    ]
    # Perhaps a job should push to another collector.
    [moved] = found(*zone("a.example.com", [failing(EXPIRED)], DRIFT), collectors=[collector()])
    assert remedy(moved, 1).steps[1].text == (
        "1 of these jobs also differs from the inventory. Rollout would change destination.sourcetype. Roll out:"
    )
    # If the collectors are not checked, the error of the jobs is the cause.
    [alone] = found(*rows[:1])
    assert alone.kind == "failing" and "expired on 2026-10-01" in remedy(alone, 1).title


def test_a_job_that_fails_and_differs_is_rolled_out_first() -> None:
    [cause] = found(*zone("a.example.com", [failing()], DRIFT))
    names = [command.split()[3] for command in commands(cause) if command.startswith("ansible-playbook")]
    assert names == ["edgeops.logpush.rollout", "edgeops.logpush.verify"]
    [disabled] = found(*zone("a.example.com", [failing(enabled=False)], ENABLED))
    assert [command for command in commands(disabled) if "playbook" in command] == [
        "ansible-playbook -i inventory edgeops.logpush.repair --limit a.example.com"
    ]


def test_many_hosts_are_in_a_file() -> None:
    rows = [row for number in range(8) for row in zone(f"z{number}.example.com", [], MISSING)]
    [cause] = found(*rows)
    written, run = commands(cause)
    assert run == "ansible-playbook -i inventory edgeops.logpush.rollout --limit @logpush-1-no-job.txt"
    lines = written.split("\n")
    assert lines[0] == "cat > logpush-1-no-job.txt <<'END_OF_HOSTS'" and lines[-1] == "END_OF_HOSTS"
    assert lines[1:-1] == [f"z{number}.example.com" for number in range(8)]
    assert remedy(cause, 1).steps[0].text == "Write the names of the 8 hosts to a file:"


def test_without_hosts_there_is_no_command_for_some_of_the_zones() -> None:
    rows = [row for row in zone("a.example.com", [], MISSING) for row in [{**row, "host": ""}]]
    [cause] = found(*rows, *zone("b.example.com", [], MISSING))
    assert commands(cause) == [] and [step.text for step in remedy(cause, 1).steps] == ["Roll out."]


def test_commands_name_the_inventory_of_the_run() -> None:
    [cause] = found(*zone("a.example.com", [], MISSING))
    [step] = remedy(cause, 1, ["zones.yml", "/etc/my zones"]).steps
    assert step.command == (
        "ansible-playbook -i zones.yml -i '/etc/my zones' edgeops.logpush.rollout --limit a.example.com"
    )
    [step] = remedy(cause, 1, ["-zones", "a.example.com,"]).steps
    assert step.command.startswith("ansible-playbook -i ./-zones -i a.example.com, edgeops")


def test_a_collector_is_checked_as_the_jobs_connect_to_it() -> None:
    unverified = zone("a.example.com", [failing(destination_conf=INSECURE)])
    [cause] = found(*unverified)
    [command] = [command for command in commands(cause) if command.startswith("ansible ")]
    assert command.endswith("-a 'endpoint=hec.example.com:8088 insecure_skip_verify=true'")
    [mixed] = found(*unverified, *zone("b.example.com", [failing()]))
    assert not [command for command in commands(mixed) if "insecure" in command]
    # Its certificate is to become valid.
    [insecure] = [each for each in found(*zone("a.example.com", [job(destination_conf=INSECURE)])) if each.rows]
    assert insecure.kind == "insecure" and commands(insecure)[0].endswith("-a endpoint=hec.example.com:8088")


def test_a_step_says_which_jobs_its_command_changes() -> None:
    [duplicate] = found(*zone("a.example.com", [job(), job(id=2)]))
    words = [step.text for step in remedy(duplicate, 1).steps]
    assert "deletes every job of these zones that no host requests" in words[1] and len(words) == 3
    [disabled] = found(*zone("a.example.com", [failing(enabled=False)], ENABLED))
    assert remedy(disabled, 1).steps[-1].text.startswith("Enable all jobs of these zones that Cloudflare disabled")


@pytest.mark.parametrize(
    ("host", "pattern"),
    [
        ("a.example.com", "a.example.com"),
        ("-e", "'~-e\\Z'"),
        ("$(reboot)", r"'~\x24\x28reboot\x29\Z'"),
        ("!all", r"'~\x21all\Z'"),
        ("END_OF_HOSTS", r"'~END_OF_HOSTS\Z'"),
    ],
)
def test_a_hostile_host_is_only_a_pattern(host: str, pattern: str) -> None:
    found_limit = limit([host], "x")
    assert found_limit and found_limit.option == f"--limit {pattern}"


# Some of them are alike, and some mean something in a pattern.
HOSTS = (
    *(
        "a b",
        "a-b",
        "a_b",
        "a.b",
        "aXb",
        "a,b",
        "a:b",
        "a b;c'd",
        "$(reboot)",
        "-e",
        "xe",
        "c",
        "c\n",
        "h[0]",
        "h[1:3]",
        "h0",
        "*",
    ),
    *(
        "!all",
        "~c",
        "@c",
        "&c",
        "\\d",
        "5",
        "\u00fc.example.com",
        "u.example.com",
        "\U0001f600",
        "END_OF_HOSTS",
        "#c",
        ".c",
    ),
)


@pytest.fixture(scope="module")
def hosts_of() -> t.Callable[[str], list[str]]:
    """Return what Ansible makes of a limit, in an inventory that also has a group with a name like that of a host."""
    inventory = InventoryManager(DataLoader(), sources="localhost,")
    for group in ("all_zones", "a;b"):
        inventory.add_group(group)
    for host in HOSTS:
        inventory.add_host(host, group="all_zones")
    inventory.add_host("another", group="a;b")

    def hosts(limited: str) -> list[str]:
        inventory.subset(limited)
        inventory.clear_caches()
        return [host.name for host in inventory.get_hosts(["all_zones", "~a;b"])]

    return hosts


@pytest.mark.parametrize("host", HOSTS)
def test_a_command_is_for_the_named_host_alone(hosts_of: t.Callable[[str], list[str]], host: str) -> None:
    one = limit([host], "x")
    assert one and hosts_of(shlex.split(one.option)[1]) == [host]
    others = [other for other in HOSTS if other != host]
    some = limit(others[:4], "x")
    assert some and hosts_of(shlex.split(some.option)[1]) == others[:4]


def test_the_file_of_hosts_has_the_named_hosts_alone(
    hosts_of: t.Callable[[str], list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    many = limit([host for host in HOSTS if host != "c"], "hosts.txt")
    assert many
    subprocess.run(["sh", "-c", many.file_command], check=True)
    assert hosts_of(shlex.split(many.option)[1]) == [host for host in HOSTS if host != "c"]


def test_a_hostile_collector_is_in_no_command() -> None:
    assert probe("hec.example.com:8088; reboot") == "" and probe("$(reboot):1") == ""
    assert probe("[2001:db8::1]:8088/team") == (
        "ansible localhost -m edgeops.logpush.splunk_hec_probe -a 'endpoint=[2001:db8::1]:8088/team'"
    )


def every_cause() -> list[Cause]:
    """Return a cause of each kind."""
    [row] = zone("a.example.com", [failing()], DRIFT)
    kinds = []
    for kind in audit.KINDS:
        level = audit.PROBLEM if kind in audit.PROBLEM_KINDS else audit.NOTE
        finding = {"kind": kind, "level": level, "msg": "Found.", "advice": "Do this."}
        kinds.append(Cause(kind, level, "why", "hec.example.com:8088", [{**row, "findings": [finding]}], []))
    return kinds


def test_every_kind_has_words_and_steps() -> None:
    assert set(_MEANINGS) == set(_STEPS) == set(audit.KINDS)
    for cause in every_cause():
        words = remedy(cause, 1)
        assert words.title and words.meaning.endswith(".") and words.steps, cause.kind
        for step in words.steps:
            assert step.text.endswith(":" if step.command else "."), (cause.kind, step.text)


def test_every_command_exists() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("-i")
    parser.add_argument("playbook")
    parser.add_argument("--limit")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("-e", action="append", default=[])
    for command in {command for cause in every_cause() for command in commands(cause)}:
        program, *words = shlex.split(command)
        if program == "ansible":
            assert words[:2] == ["localhost", "-m"] and words[3] == "-a"
            module = words[2].rpartition(".")[2]
            documentation = (ROOT / "plugins/modules" / f"{module}.py").read_text(encoding="utf-8")
            options = yaml.safe_load(documentation.split('DOCUMENTATION = r"""')[1].split('"""')[0])["options"]
            assert words[4].partition("=")[0] in options
            continue
        assert program == "ansible-playbook"
        parsed = parser.parse_args(words)
        assert (ROOT / "playbooks" / f"{parsed.playbook.rpartition('.')[2]}.yml").is_file()
        assert parsed.limit == "a.example.com"
        assert {each.partition("=")[0] for each in parsed.e} <= KNOWN_NAMES
