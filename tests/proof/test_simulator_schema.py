# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The answers of the simulated API follow Cloudflare's OpenAPI document. The document is kept beside the checkout,
not in it; without it, the tests are skipped.
"""

from __future__ import annotations

import json
import pathlib
import typing as t

import jsonschema
import pytest
import referencing
import referencing.jsonschema
from proof_client import SHOP, Api
from simulator import jobs
from simulator.datasets import DATASETS

DOCUMENT = pathlib.Path(__file__).parents[3] / "shared/reference/cloudflare-logpush-openapi.json"
# Real replies carry these although the document's job has no such property.
UNDOCUMENTED = {"filter", "time_created", "transformer_id"}

pytestmark = pytest.mark.skipif(
    not DOCUMENT.exists(), reason="Cloudflare's OpenAPI document is not beside the checkout"
)


class Contract:
    """Checks answers against the response schemas of the document."""

    def __init__(self, document: dict[str, t.Any]) -> None:
        self.document = document
        resource = referencing.Resource(document, referencing.jsonschema.DRAFT202012)
        self.registry: referencing.Registry = referencing.Registry().with_resource("openapi:", resource)

    def check(self, method: str, path: str, status: int, answer: t.Any) -> None:
        """Raises ValidationError if an answer to an operation does not match its schema."""
        responses = self.document["paths"][path][method.lower()]["responses"]
        key = str(status) if str(status) in responses else f"{status // 100}XX"
        assert key in responses, f"{method} {path} has no {status}"
        place = "/".join(part.replace("~", "~0").replace("/", "~1") for part in ("paths", path, method.lower()))
        schema = {"$ref": f"openapi:#/{place}/responses/{key}/content/application~1json/schema"}
        jsonschema.Draft202012Validator(schema, registry=self.registry).validate(answer)


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract(json.loads(DOCUMENT.read_text(encoding="utf-8")))


def conversation(api: Api) -> t.Iterator[tuple[str, str, str, t.Any]]:
    """Return requests: method, path in the document, requested path, body."""
    good = api.simulator.destination_conf()
    job = {
        "destination_conf": good,
        "dataset": "http_requests",
        "enabled": True,
        "name": "shop",
        "filter": '{"where":{"key":"ClientCountry","operator":"eq","value":"de"}}',
        "max_upload_records": 1000,
        "max_upload_bytes": 0,
        "output_options": {"field_names": ["RayID"], "timestamp_format": "rfc3339", "CVE-2021-44228": True},
    }
    account_job = {"destination_conf": good, "dataset": "audit_logs"}
    for scope, scope_id, body in (("zone", SHOP, job), ("account", api.simulator.account_id, account_job)):
        template, real = f"/{scope}s/{{{scope}_id}}", f"/{scope}s/{scope_id}"
        dataset = body["dataset"]
        job_id = 1001 if scope == "zone" else 1002
        yield "POST", template + "/logpush/jobs", real + "/logpush/jobs", body
        yield "POST", template + "/logpush/jobs", real + "/logpush/jobs", {"destination_conf": "nonsense"}
        yield "GET", template + "/logpush/jobs", real + "/logpush/jobs", None
        yield "GET", template + "/logpush/jobs/{job_id}", f"{real}/logpush/jobs/{job_id}", None
        yield "PUT", template + "/logpush/jobs/{job_id}", f"{real}/logpush/jobs/{job_id}", {"enabled": False}
        yield "PUT", template + "/logpush/jobs/{job_id}", f"{real}/logpush/jobs/{job_id}", {"kind": "edge"}
        for what in ("fields", "jobs"):
            path = f"/logpush/datasets/{{dataset_id}}/{what}"
            yield "GET", template + path, f"{real}/logpush/datasets/{dataset}/{what}", None
        for path in ("/logpush/ownership", "/logpush/validate/destination", "/logpush/validate/destination/exists"):
            yield "POST", template + path, real + path, {"destination_conf": good}
        challenge = {"destination_conf": good, "ownership_challenge": "0000"}
        yield "POST", template + "/logpush/ownership/validate", real + "/logpush/ownership/validate", challenge
        options = {"logpull_options": "fields=RayID", "dataset": dataset}
        yield "POST", template + "/logpush/validate/origin", real + "/logpush/validate/origin", options
        yield "DELETE", template + "/logpush/jobs/{job_id}", f"{real}/logpush/jobs/{job_id}", None
        yield "GET", template + "/logpush/jobs/{job_id}", f"{real}/logpush/jobs/{job_id}", None
    yield "GET", "/zones", "/zones?per_page=5&order=name", None
    yield "GET", "/zones", "/zones?per_page=1000", None
    yield "GET", "/zones/{zone_id}", f"/zones/{SHOP}", None
    yield "GET", "/zones/{zone_id}", "/zones/nowhere", None
    yield "GET", "/user/tokens/verify", "/user/tokens/verify", None
    yield "GET", "/accounts/{account_id}/tokens/verify", f"/accounts/{api.simulator.account_id}/tokens/verify", None


def test_every_answer_of_a_conversation_fits_its_schema(api: Api, contract: Contract) -> None:
    statuses = set()
    for method, template, path, body in conversation(api):
        answer = api.ask(method, path, body)
        statuses.add(answer.status_code)
        contract.check(method, template, answer.status_code, answer.json())
    # 401: the API token belongs to a user, so its account cannot verify it.
    assert statuses == {200, 400, 401, 404}


def test_a_job_has_no_invented_properties(api: Api, contract: Contract) -> None:
    known = set(contract.document["components"]["schemas"]["logpush_logpush_job"]["properties"])
    job = api.created(
        name="shop",
        enabled=True,
        filter='{"where":{"key":"ClientIP","operator":"eq","value":"192.0.2.1"}}',
        filter_attack_traffic=True,
        logpull_options="fields=RayID",
        max_upload_interval_seconds=30,
        ownership_challenge="0000",
        output_options={"sample_rate": 0.1},
    )
    assert set(job) - known <= UNDOCUMENTED
    assert {
        "id",
        "dataset",
        "destination_conf",
        "enabled",
        "kind",
        "frequency",
        "last_complete",
        "last_error",
        "error_message",
    } <= set(job)


def test_the_datasets_are_those_of_the_document(contract: Contract) -> None:
    assert sorted(contract.document["components"]["schemas"]["logpush_dataset"]["enum"]) == list(DATASETS)


def test_output_options_are_those_of_the_document(contract: Contract) -> None:
    known = set(contract.document["components"]["schemas"]["logpush_output_options"]["properties"])
    assert known == {*jobs.OUTPUT_FLAGS, *jobs.OUTPUT_TEXTS, *jobs.OUTPUT_CHOICES, "field_names", "sample_rate"}
