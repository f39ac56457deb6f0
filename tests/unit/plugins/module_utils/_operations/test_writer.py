# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bringing one scope to its requested state, against the simulator of the API, with every kind of answer."""

from __future__ import annotations

import contextlib
import json
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.presets import PRESETS
from ansible_collections.edgeops.logpush.tests.unit.reconciled_zone import ZONE, Zone

UNKNOWN_FATES = ("reset", "html", "status", "empty", "truncated", "not_json", "hang", "null_result")


# Number of requests


def test_a_new_job_takes_two_requests(scope: Zone) -> None:
    result = scope.present()
    assert scope.asked == ["GET", "POST"]
    assert (result["action"], result["changed"], result["job"]["enabled"]) == ("created", True, True)
    assert [job["name"] for job in scope.jobs.values()] == [ZONE]


def test_an_unchanged_job_takes_one_request(scope: Zone) -> None:
    scope.present()
    scope.simulator.wipe_requests()
    result = scope.present()
    assert scope.asked == ["GET"]
    assert (result["action"], result["changed"], result["diff"]) == ("unchanged", False, {"before": {}, "after": {}})


def test_a_changed_job_takes_two_requests(scope: Zone) -> None:
    scope.present()
    scope.simulator.wipe_requests()
    assert scope.reconcile(enabled=False)["action"] == "disabled"
    assert scope.asked == ["GET", "PUT"]


def test_a_deleted_job_takes_two_requests_and_none_the_second_time(scope: Zone) -> None:
    scope.add_job()
    assert scope.reconcile(state="absent")["action"] == "deleted"
    assert scope.reconcile(state="absent")["action"] == "unchanged"
    assert scope.asked == ["GET", "DELETE", "GET"]
    assert scope.jobs == {}


def test_checking_field_names_takes_one_more_request(scope: Zone) -> None:
    scope.present(output_options={"field_names": ["RayID"]})
    assert scope.asked == ["GET", "GET", "POST"]
    scope.simulator.wipe_requests()
    scope.present(output_options={"field_names": ["RayID"]})
    assert scope.asked == ["GET"]


def test_check_mode_only_reads(scope: Zone) -> None:
    job_id = scope.add_job(enabled=False)
    scope.simulator.set_read_only()
    predicted = [
        scope.present(check_mode=True, dataset="dns_logs")["action"],
        scope.reconcile(check_mode=True)["action"],
        scope.reconcile(check_mode=True, state="absent")["action"],
        scope.reconcile(check_mode=True, job_id=job_id, dataset="dns_logs", recreate=True)["action"],
    ]
    scope.simulator.set_read_only(False)
    assert predicted == ["created", "enabled", "deleted", "replaced"]
    assert set(scope.asked) == {"GET"}


def test_check_mode_tells_what_the_run_then_does(scope: Zone) -> None:
    predicted = scope.present(check_mode=True)
    done = scope.present()
    assert predicted["diff"] == done["diff"]
    assert predicted["job"]["destination"] == done["job"]["destination"]


# Interrupted changes are completed


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"enabled": False},
        {"filter": {"where": {"key": "ClientCountry", "operator": "in", "value": ["ca", "us"]}}},
        {
            "output_options": {
                "field_names": ["RayID", "ClientIP"],
                "sample_rate": 0.5,
                "record_prefix": "",
                "batch_prefix": "",
            }
        },
        {"output_options": {"field_names": ["*"], "output_type": "csv", "CVE-2021-44228": False}},
        {"logpull_options": "fields=RayID&timestamps=rfc3339"},
        {
            "max_upload_bytes": 0,
            "max_upload_records": 1000,
            "frequency": "low",
            "filter_attack_traffic": False,
            "kind": "",
        },
        {"insecure_skip_verify": True, "sourcetype": "other:json"},
        {"kind": "edge"},
    ],
    ids=str,
)
def test_a_rerun_changes_nothing(scope: Zone, options: dict[str, t.Any]) -> None:
    assert scope.present(**options)["action"] == "created"
    assert scope.present(**options)["action"] == "unchanged"
    assert len(scope.jobs) == 1


@pytest.mark.parametrize(
    "options",
    [
        {"output_options": {"field_names": []}},
        {"output_options": {"sample_rate": 1}},
        {"filter": {}},
        {"max_upload_records": 0},
        {"name": "new-name", "frequency": "high"},
        {"insecure_skip_verify": True},
        {"logpull_options": "fields=RayID"},
    ],
    ids=str,
)
@pytest.mark.parametrize("old_form", [True, False])
def test_a_rerun_of_an_adoption_changes_nothing(scope: Zone, options: dict[str, t.Any], old_form: bool) -> None:
    where = '{"where":{"key":"RayID","operator":"eq","value":"x"}}'
    form = (
        {"logpull_options": "fields=RayID,ClientIP&sample=0.5"}
        if old_form
        else {"output_options": {"field_names": ["RayID"], "sample_rate": 0.5}}
    )
    job_id = scope.add_job(filter=where, max_upload_records=1000, name="by-hand", frequency="low", **form)
    assert scope.reconcile(job_id=job_id, **options)["action"] == "updated"
    assert scope.reconcile(job_id=job_id, **options)["action"] == "unchanged"


def test_a_job_without_a_channel_gets_one_that_stays(scope: Zone) -> None:
    conf = scope.simulator.destination_conf().replace("channel=11111111-2222-4333-8444-555555555555&", "")
    job_id = scope.add_job(destination_conf=conf)
    assert scope.present()["action"] == "updated"
    assert "channel=" in scope.jobs[job_id]["destination_conf"]
    assert scope.present()["action"] == "unchanged"


# A creation with an unknown result


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("kind", UNKNOWN_FATES)
def test_a_creation_of_unknown_fate_makes_one_job(scope: Zone, kind: str, moment: str) -> None:
    scope.simulator.set_faults({"kind": kind, "method": "POST", "moment": moment})
    assert scope.present()["action"] == "created"
    assert len(scope.jobs) == 1
    assert scope.asked.count("POST") == (1 if moment == "after" else 2)
    assert scope.present()["action"] == "unchanged"


@pytest.mark.parametrize("kind", UNKNOWN_FATES)
def test_two_creations_of_unknown_fate_make_one_job(scope: Zone, kind: str) -> None:
    scope.simulator.set_faults(
        {"kind": kind, "method": "POST", "moment": "before"}, {"kind": kind, "method": "POST", "moment": "after"}
    )
    assert scope.present()["action"] == "created"
    assert len(scope.jobs) == 1


@pytest.mark.parametrize("kind", ["reset", "html"])
def test_a_creation_that_comes_late_leaves_one_job(scope: Zone, kind: str) -> None:
    # The job exists, but the list does not show it before the second one is created.
    empty = {"kind": "status", "status": 200, "method": "GET", "body": {"success": True, "result": [], "errors": []}}
    scope.simulator.set_faults({"kind": kind, "method": "POST", "moment": "after"}, {**empty, "skip": 1, "times": 2})
    scope.present()
    assert scope.asked.count("POST") == 2
    assert len(scope.jobs) == 1
    assert scope.present()["action"] == "unchanged"


def test_a_creation_that_comes_late_and_takes_the_last_place_is_found(scope: Zone) -> None:
    scope.simulator.change_settings(job_limit=1)
    empty = {"kind": "status", "status": 200, "method": "GET", "body": {"success": True, "result": [], "errors": []}}
    scope.simulator.set_faults({"kind": "reset", "method": "POST", "moment": "after"}, {**empty, "skip": 1, "times": 2})
    assert scope.present()["action"] == "created"
    assert len(scope.jobs) == 1


def test_a_creation_that_fails_for_good_is_an_error_and_makes_none(scope: Zone) -> None:
    scope.simulator.set_faults({"kind": "reset", "method": "POST", "times": None})
    with pytest.raises(CollectionError, match="The second attempt did not create the job either"):
        scope.present()
    assert scope.asked.count("POST") == 2
    assert scope.jobs == {}


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_job_that_was_there_is_not_taken_for_the_new_one(scope: Zone, moment: str) -> None:
    scope.present(name="first")
    scope.simulator.set_faults({"kind": "reset", "method": "POST", "moment": moment})
    scope.present(name="second")
    assert sorted(job["name"] for job in scope.jobs.values()) == ["first", "second"]


def test_a_creation_that_is_refused_is_not_repeated(scope: Zone) -> None:
    with pytest.raises(CollectionError, match="refuses the HEC token|did not take it"):
        scope.present(hec_token="wrong-token")
    assert scope.asked == ["GET", "POST"]


def test_a_list_that_is_null_once_is_asked_for_again(scope: Zone) -> None:
    scope.present()
    scope.simulator.set_faults({"kind": "null_result", "method": "GET"})
    assert scope.present()["action"] == "unchanged"
    assert len(scope.jobs) == 1


def test_a_list_that_stays_null_is_an_error(scope: Zone) -> None:
    scope.simulator.set_faults({"kind": "null_result", "method": "GET", "times": None})
    with pytest.raises(CollectionError, match="a list of jobs, but it contains null"):
        scope.reconcile(state="absent")


@pytest.mark.parametrize("kind", ["reset", "html", "status", "empty", "truncated", "not_json"])
def test_a_broken_list_is_asked_for_again_and_never_taken_for_empty(scope: Zone, kind: str) -> None:
    scope.present()
    scope.simulator.set_faults({"kind": kind, "method": "GET", "times": 2})
    with contextlib.suppress(CollectionError):
        assert scope.present()["action"] == "unchanged"
    assert len(scope.jobs) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"success": True, "result": {}},
        {"success": True, "result": "x"},
        {"success": False, "errors": None},
        {"success": True, "result": [None, 5, "x", {}, {"id": None}]},
        [],
        None,
        {"success": "yes", "result": []},
    ],
)
def test_a_list_of_garbage_is_an_error_in_words(scope: Zone, body: t.Any) -> None:
    scope.simulator.set_faults(
        {"kind": "status", "status": 200, "method": "GET", "times": None, "body": json.dumps(body)}
    )
    with pytest.raises(CollectionError, match="Listing the Logpush jobs of zone"):
        scope.reconcile(state="absent")


# The same job created twice: by two simultaneous runs, or by a request that was carried out long after its run ended


def test_a_job_that_was_made_twice_is_one_again_after_the_next_run(scope: Zone) -> None:
    first = scope.present()["job"]["id"]
    scope.add_job(**scope.jobs[first])
    assert scope.present(check_mode=True)["diff"]["after"] == {"other_jobs": []}
    assert len(scope.jobs) == 2
    assert scope.present()["action"] == "replaced"
    assert list(scope.jobs) == [first]
    assert scope.present()["action"] == "unchanged"


def test_a_change_of_a_job_that_was_made_twice_leaves_one(scope: Zone) -> None:
    first = scope.present()["job"]["id"]
    scope.add_job(**scope.jobs[first])
    scope.simulator.wipe_requests()
    assert scope.present(max_upload_records=1000)["action"] == "replaced"
    assert scope.asked == ["GET", "PUT", "DELETE"]
    assert [job["max_upload_records"] for job in scope.jobs.values()] == [1000]


def test_a_job_that_was_made_twice_is_removed_whole(scope: Zone) -> None:
    first = scope.present()["job"]["id"]
    scope.add_job(**scope.jobs[first])
    assert scope.reconcile(state="absent")["action"] == "deleted"
    assert scope.jobs == {}


# Updates and removals may be repeated


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("kind", ["reset", "html", "empty", "truncated", "not_json", "hang"])
def test_an_update_of_unknown_fate_is_repeated(scope: Zone, kind: str, moment: str) -> None:
    job_id = scope.add_job()
    scope.simulator.set_faults({"kind": kind, "method": "PUT", "moment": moment})
    assert scope.reconcile(enabled=False)["action"] == "disabled"
    assert not scope.jobs[job_id]["enabled"]


@pytest.mark.parametrize("kind", ["reset", "html", "empty", "hang"])
def test_a_removal_of_unknown_fate_is_repeated_and_gone_is_as_good(scope: Zone, kind: str) -> None:
    scope.add_job()
    scope.simulator.set_faults({"kind": kind, "method": "DELETE", "moment": "after"})
    assert scope.reconcile(state="absent")["action"] == "deleted"
    assert scope.jobs == {}


# Refusals before a write


def test_a_misspelled_field_is_refused_before_the_write(scope: Zone) -> None:
    with pytest.raises(CollectionError, match="ClientIp .did you mean ClientIP"):
        scope.present(output_options={"field_names": ["ClientIp"]})
    assert "POST" not in scope.asked


def test_a_misspelled_field_is_sent_where_nobody_wants_it_checked(scope: Zone) -> None:
    scope.present(output_options={"field_names": ["ClientIp"]}, validate_fields=False)
    assert scope.asked == ["GET", "POST"]


def test_every_field_is_resolved_and_stays(scope: Zone) -> None:
    scope.present(output_options={"field_names": ["*"]})
    (job,) = scope.jobs.values()
    assert len(job["output_options"]["field_names"]) > 50
    assert scope.present(output_options={"field_names": ["*"]})["action"] == "unchanged"


def test_a_preset_is_what_the_dataset_offers_of_it(scope: Zone) -> None:
    fields = {"output_options": {"field_names": ["@splunk_app", "BotScore", "RayID"]}}
    predicted = scope.reconcile(check_mode=True, **{**scope.destination, **fields})
    assert scope.present(**fields)["diff"] == predicted["diff"]
    (job,) = scope.jobs.values()
    names = job["output_options"]["field_names"]
    assert names[0] == "EdgeStartTimestamp" and names[-1] == "BotScore" and len(set(names)) == len(names)
    assert "OriginIP" in names and "ZoneID" not in names
    assert scope.warnings == [
        "@splunk_app: dataset http_requests does not offer ZoneID here, so they are left out. Zones: shop.example.com."
    ]
    assert scope.present(**fields)["action"] == "unchanged"
    assert scope.warnings == []


def test_a_preset_that_is_there_whole_needs_no_look(scope: Zone) -> None:
    names = list(PRESETS["splunk_app"]["http_requests"].fields)
    scope.add_job(output_options={"field_names": names[::-1], "output_type": "csv"})
    assert scope.present(output_options={"field_names": ["@splunk_app"]})["action"] == "unchanged"
    assert scope.asked == ["GET"]


def test_names_beside_a_preset_are_checked_as_ever(scope: Zone) -> None:
    with pytest.raises(CollectionError, match="ClientIp .did you mean ClientIP"):
        scope.present(output_options={"field_names": ["@splunk_app", "ClientIp"]})
    assert scope.asked == ["GET", "GET"]


def test_two_jobs_that_fit_are_not_guessed_at(scope: Zone) -> None:
    scope.add_job(name="one")
    scope.add_job(name="two")
    with pytest.raises(CollectionError, match="Select one with name or job_id"):
        scope.present(enabled=False)
    assert scope.present(enabled=False, name="two")["action"] == "disabled"


def test_a_job_id_that_is_not_there_is_an_error_for_present_and_none_for_absent(scope: Zone) -> None:
    with pytest.raises(CollectionError, match="^job_id: "):
        scope.present(job_id=99)
    assert scope.reconcile(job_id=99, state="absent")["action"] == "unchanged"


def test_a_job_is_not_removed_by_its_id_when_it_has_another_name(scope: Zone) -> None:
    job_id = scope.add_job(name="shop")
    with pytest.raises(CollectionError, match="^job_id: .*another name"):
        scope.reconcile(job_id=job_id, name="other", state="absent")
    assert list(scope.jobs) == [job_id]
    assert scope.reconcile(job_id=job_id, name="shop", state="absent")["action"] == "deleted"


def test_a_new_job_without_a_collector_is_refused(scope: Zone) -> None:
    with pytest.raises(OptionError, match="endpoint"):
        scope.reconcile()
    assert scope.asked == ["GET"]


def test_jobs_that_go_elsewhere_are_not_touched(scope: Zone) -> None:
    other = scope.add_job(destination_conf="s3://bucket/key?region=eu", name=ZONE)
    assert scope.present()["action"] == "created"
    assert scope.reconcile(state="absent")["action"] == "deleted"
    assert list(scope.jobs) == [other]


# Secrets


def test_tokens_of_every_job_in_the_zone_are_masked(scope: Zone) -> None:
    scope.add_job(dataset="dns_logs", destination_conf=scope.simulator.destination_conf("token-of-another%2Bjob"))
    scope.present()
    assert "token-of-another" not in scope.mask.text("it was token-of-another+job token-of-another%2Bjob")


def test_no_result_holds_a_token(scope: Zone) -> None:
    results = [
        scope.present(),
        scope.reconcile(sourcetype="other"),
        scope.reconcile(kind="edge", recreate=True),
        scope.reconcile(state="absent"),
    ]
    assert [result["action"] for result in results] == ["created", "updated", "replaced", "deleted"]
    assert scope.simulator.hec_token not in json.dumps(results)
    assert "destination_conf" not in json.dumps(results)


def test_the_reason_is_told_where_nobody_can_look_whether_a_job_was_made(scope: Zone) -> None:
    scope.simulator.set_faults(
        {"kind": "reset", "method": "POST", "moment": "after"},
        {"kind": "status", "method": "GET", "skip": 1, "times": None},
    )
    with pytest.raises(
        CollectionError, match="Creating .*Then: .*Listing .*it lists the jobs before it creates one"
    ) as error:
        scope.present(retries=0)
    assert "connection broke" in str(error.value)
    scope.simulator.set_faults()
    assert scope.present()["action"] == "unchanged" and len(scope.jobs) == 1


def test_a_job_that_cannot_be_disabled_comes_with_the_way_out(scope: Zone) -> None:
    scope.add_job(destination_conf=scope.simulator.destination_conf("wrong-token"))
    with pytest.raises(
        CollectionError,
        match="1002.*even when a job is disabled. Correct the destination, or remove the job with state: absent",
    ):
        scope.reconcile(enabled=False)
