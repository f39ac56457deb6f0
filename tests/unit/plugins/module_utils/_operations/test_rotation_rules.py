# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a HEC token may be retired."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._operations import rotation_rules as rules
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.hec_request import collector_of

OLD, NEW, OTHER = (f"0a1b2c3d-{number}-4a6b-8c7d-9e0f1a2b3c4d" for number in ("1111", "2222", "3333"))
COLLECTOR = "splunk://splunk.example.com:8088/services/collector/raw?channel=c&header_Authorization=Splunk%20"
HIDDEN = f"{COLLECTOR}********"


def job(token=NEW, zone="a", job_id=1, is_named=True, destination=None):
    """Return a job of a zone in the form of a rotation's search."""
    found = {"id": job_id, "dataset": "dns_logs", "destination_conf": destination or COLLECTOR + token}
    return rules.SeenJob(zone, f"{zone}.example.com", is_named, found)


def against(*jobs, failed=(), **more):
    """Return the reasons against the retirement."""
    options = {"unused": False, **more}
    return rules.objections(rules.Look(list(jobs), list(failed), [], []), OLD, NEW, **options)


def test_all_evidence():
    assert against(job(), job(OTHER, job_id=2)) == []


@pytest.mark.parametrize("jobs", [[], [job(OTHER)]])
def test_a_job_must_use_the_new_token(jobs):
    assert against(*jobs) == ["no job uses either token. If that is right, set splunk_hec_rotation_unused: true"]
    assert against(*jobs, unused=True) == []


def test_consent_is_no_reason_to_ignore_a_job():
    [reason] = against(job(OLD), unused=True)
    assert reason.startswith("1 job with the old token: a.example.com dns_logs job 1.")


def test_a_hidden_token_counts_at_the_collector_of_the_tokens_or_anywhere_if_none_is_known():
    hidden = job(zone="b", job_id=7, destination=HIDDEN.replace("splunk.example.com", "other.example.com"))
    assert against(job(), hidden) == []
    for jobs in ([hidden], [job(OTHER), hidden]):
        [reason] = against(*jobs, unused=True)
        assert reason.startswith("1 job whose HEC token cannot be read: b.example.com dns_logs job 7.")
    assert against(hidden, collectors=[collector_of("splunk.example.com")], unused=True) == []


def test_the_advice_depends_on_where_the_job_is():
    assert "Run this again to move them" in against(job(OLD))[0]
    elsewhere = job(job_id=2, destination=f"https://hooks.example.com/in?token={OLD}")
    for jobs in ([elsewhere], [job(OLD), elsewhere]):
        assert "This run cannot move them" in against(*jobs)[0]
    assert "Add the zone or account to the inventory" in against(job(OLD, is_named=False))[0]


def test_every_reason_is_listed():
    found = against(job(OLD), job(zone="b", job_id=7, destination=HIDDEN), failed=["c: 403"], known=[("a", 9)])
    assert [reason.partition(":")[0] for reason in found] == [
        "the jobs of 1 zone or account could not be listed",
        "1 job with the old token",
        "1 job whose HEC token cannot be read",
        "1 job that used one of the tokens before, missing in the list now",
    ]


def test_jobs_with_the_same_id_in_two_zones_are_two_jobs():
    first, second = job(OLD, zone="A"), job(OLD, zone="b")
    [reason] = against(first, second, moving={rules.job_key("a", 1)})
    assert "1 job with the old token: b.example.com" in reason
    [reason] = against(job(zone="a"), known=[rules.job_key("A", 1), rules.job_key("b", 1)])
    assert reason.startswith("1 job that used one of the tokens before")


@pytest.mark.parametrize(
    "waves, batches",
    [
        (["2", "100%"], [[0, 1], [2, 3, 4]]),
        (["1"], [[0], [1], [2], [3], [4]]),
        (["1%", "50%"], [[0], [1, 2], [3, 4]]),
        (["0", "200%"], [[0], [1, 2, 3, 4]]),
        ([], [[0, 1, 2, 3, 4]]),
    ],
)
def test_waves(waves, batches):
    assert rules.in_waves(range(5), waves) == batches


@pytest.mark.parametrize("wave", ["many", "-1", "1.5", "%", "", "٣"])
def test_other_sizes_of_waves_are_refused(wave):
    with pytest.raises(OptionError, match="waves: must be numbers of zones"):
        rules.in_waves(range(5), [wave])
