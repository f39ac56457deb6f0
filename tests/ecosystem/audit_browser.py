# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of 1,000 zones in a browser, and helpers for its tests."""

from __future__ import annotations

import datetime
import time

import headless
import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._audit import findings as audit
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.page import page
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.checks import Check

from .browser import forget_requests, requested_urls, until

NOW = datetime.datetime(2026, 11, 22, 10, tzinfo=datetime.timezone.utc)
POLICY = audit.Policy(NOW)
HOSTILE = [
    "<img src=x onerror=window.harmed=1>",
    '"></script><script>window.harmed=1</script>',
    "<!--<script>",
    "\u202emoc.elpmaxe\u202c.example",
    "مثال.example",
    "a" * 300 + ".example",
    "__proto__",
    "${window.harmed=1}",
    "javascript:window.harmed=1",
]


def conf(host="hec.example.com:8088"):
    """Return a destination string."""
    return (
        f"splunk://{host}/services/collector/raw?channel=9d4b5ce2-3f6c-4a0e-8a36-5d1a0e6c7b11&insecure-skip-verify=false"
        "&sourcetype=cloudflare:json&header_Authorization=Splunk%200a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
    )


def rows_of(number, name, datasets, **fields):
    """Return the rows of a zone with jobs that deliver. The fields replace those of the first job."""
    jobs = [
        {
            "id": number * 10 + place,
            "dataset": dataset,
            "name": name,
            "enabled": True,
            "destination_conf": conf(),
            "last_complete": "2026-11-22T09:55:00Z",
            **({} if place else fields),
        }
        for place, dataset in enumerate(datasets)
    ]
    planned = [audit.PlannedJob(job["dataset"], None, job["id"], host=name) for job in jobs]
    return audit.scope_rows(
        {"where": name, "zone": name, "zone_id": f"{number:032x}", "host": name}, jobs, planned, POLICY
    )


def report_of(rows):
    """Return a report with a collector whose certificate expires soon."""
    certificate = {"expiry": "2026-12-01T10:00:00Z", "days_left": 9, "issuer": f"CN={HOSTILE[0]}"}
    check = Check("certificate", True, HOSTILE[1], "Renew it.")
    found = audit.collector_findings(check, certificate, POLICY)
    collectors = [
        {
            "where": "hec.example.com:8088",
            "jobs": len(rows),
            "certificate": certificate,
            "findings": found,
            "detail": "",
        }
    ]
    return {
        "generated": "2026-11-22T10:00:00Z",
        "summary": audit.summary(rows, collectors),
        "rows": rows,
        "collectors": collectors,
    }


@pytest.fixture(scope="session")
def thousand(tmp_path_factory):
    """Return the page of 1,000 zones, some with problems, some with hostile names."""
    datasets = ["http_requests", "firewall_events", "dns_logs", "nel_reports", "spectrum_events"]
    failing = {
        "last_error": "2026-11-22T09:59:00Z",
        "error_message": f"error uploading to https: status:503 {HOSTILE[0]}",
    }
    rows = []
    for number in range(1000):
        name = HOSTILE[number] if number < len(HOSTILE) else f"zone{number}.example.com"
        fields = failing if number < len(HOSTILE) or number % 50 == 0 else {}
        rows += rows_of(number, name, datasets[: 2 + number % 4], **fields)
    drift = audit.PlannedJob(
        "http_requests",
        None,
        7,
        "updated",
        {"destination": {"sourcetype": "old"}},
        {"destination": {"sourcetype": HOSTILE[0]}},
    )
    place = {
        "where": "drift.example.com",
        "zone": "drift.example.com",
        "zone_id": "d" * 32,
        "host": "drift.example.com",
    }
    job = {
        "id": 7,
        "dataset": "http_requests",
        "enabled": True,
        "destination_conf": conf(),
        "last_complete": "2026-11-22T09:00:00Z",
    }
    rows += audit.scope_rows(place, [job], [drift, audit.PlannedJob("dns_logs", None, None, "created")], POLICY)
    rows += audit.unreadable({"where": "account", "account_id": "a" * 32, "host": "account"}, "HTTP 403", POLICY)
    path = tmp_path_factory.mktemp("page") / "audit.html"
    path.write_text(page(report_of(rows)), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def browser():
    """Return a headless browser that logs its requests."""
    with headless.chromium() as driver:
        yield driver


@pytest.fixture
def opened(browser, thousand):
    """Return the browser with the page. After the test, check that the page sent no request and ran no foreign script."""
    forget_requests(browser)
    browser.get(thousand.as_uri())
    browser.execute_script("localStorage.clear()")
    resize(browser, 1360, 860)
    yield browser
    assert set(requested_urls(browser)) <= {thousand.as_uri()}
    assert browser.execute_script("return window.harmed") is None
    assert browser.get_log("browser") == []


def find(browser, selector):
    return browser.find_element("css selector", selector)


def texts(browser, selector):
    """Return the texts of all elements, which is faster than one by one."""
    return browser.execute_script(
        "return [...document.querySelectorAll(arguments[0])].map((each) => each.textContent)", selector
    )


def scroll_to_the_end(browser):
    """Scroll down in the matrix until no more rows appear, and return their number."""
    rows = 0
    while rows < (now := len(texts(browser, "#view-zones tbody tr"))):
        rows = now
        browser.execute_script(
            "const box = document.querySelector('#view-zones > .card'); box.scrollTop = box.scrollHeight; box.scrollIntoView(false)"
        )
        time.sleep(0.2)
    return rows


def show_zones(browser):
    """Open the view of the zones."""
    find(browser, "#tab-zones").click()
    until(lambda: texts(browser, ".matrix tbody tr"))


def resize(browser, width, height=844):
    """Set the size of the window."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
