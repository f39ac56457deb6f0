# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of an audit in a browser: 1,000 zones, hostile names, keyboard, colors, print."""

from __future__ import annotations

import base64
import datetime
import json
import os
import time

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._audit import findings as audit
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.page import page
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.checks import Check

from .needs import find_program, needs, needs_python_package

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = find_program(*BROWSERS)
HINT = "Debian: apt-get install chromium chromium-driver"
pytestmark = [needs(*BROWSERS, hint=HINT), needs("chromedriver", hint=HINT), needs_python_package("selenium")]

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
SEVERAL_SECONDS = 10.0


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
    planned = [audit.PlannedJob(job["dataset"], None, job["id"]) for job in jobs]
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


@pytest.fixture(scope="module")
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
    place = {"where": "drift.example.com", "zone": "drift.example.com", "zone_id": "d" * 32}
    job = {
        "id": 7,
        "dataset": "http_requests",
        "enabled": True,
        "destination_conf": conf(),
        "last_complete": "2026-11-22T09:00:00Z",
    }
    rows += audit.scope_rows(place, [job], [drift, audit.PlannedJob("dns_logs", None, None, "created")], POLICY)
    rows += audit.unreadable({"where": "account", "account_id": "a" * 32}, "HTTP 403", POLICY)
    path = tmp_path_factory.mktemp("page") / "audit.html"
    path.write_text(page(report_of(rows)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser():
    """Return a headless browser that logs its requests."""
    from selenium import webdriver  # noqa: PLC0415 (only this fixture needs it)

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    for argument in ("--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1360,860"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    driver = webdriver.Chrome(
        options=options, service=webdriver.ChromeService(executable_path=find_program("chromedriver"))
    )
    yield driver
    driver.quit()


@pytest.fixture
def opened(browser, thousand):
    """Return the browser with the page. After the test, check that the page sent no request and ran no foreign script."""
    browser.get("about:blank")
    browser.get_log("performance")
    browser.get_log("browser")
    browser.get(thousand.as_uri())
    browser.execute_script("localStorage.clear()")
    yield browser
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    assert set(asked) <= {thousand.as_uri()}
    assert browser.execute_script("return window.harmed") is None
    assert browser.get_log("browser") == []


def find(browser, selector):
    return browser.find_element("css selector", selector)


def texts(browser, selector):
    """Return the texts of all elements, which is faster than one by one."""
    return browser.execute_script(
        "return [...document.querySelectorAll(arguments[0])].map((each) => each.textContent)", selector
    )


def scroll_to_the_end(browser, view="#view-matrix"):
    """Scroll down until no more rows appear, and return their number."""
    rows = 0
    while rows < (now := len(texts(browser, f"{view} tbody tr"))):
        rows = now
        browser.execute_script(
            "const box = document.querySelector(arguments[0]); box.scrollTop = box.scrollHeight", f"{view} .scroll"
        )
        time.sleep(0.2)
    return rows


def until(condition):
    """Wait until a condition holds, and return its value."""
    end = time.monotonic() + SEVERAL_SECONDS
    while not (value := condition()):
        assert time.monotonic() < end, "the condition did not become true"
        time.sleep(0.05)
    return value


def test_a_thousand_zones_open_fast(opened):
    timing = "const entry = performance.getEntriesByType('navigation')[0]; return entry.loadEventEnd"
    # Generous, because the machine may be busy.
    assert 0 < opened.execute_script(timing) < 5000
    assert texts(opened, ".controls .count") == ["1,002 zones and accounts"]
    assert texts(opened, ".matrix thead th")[1:] == [
        "http_requests",
        "firewall_events",
        "dns_logs",
        "nel_reports",
        "spectrum_events",
    ]
    # Rows far below the window do not exist yet.
    assert len(texts(opened, ".matrix tbody tr")) < 200
    assert scroll_to_the_end(opened) == 1002
    # The most urgent zones come first, each with a sign besides its color.
    assert texts(opened, ".matrix tbody tr:first-child") == ["account account?unreadable"]
    assert "\u2715failing" in texts(opened, ".cell.failing") and "\u27135 min" in texts(opened, ".cell.delivering")


def test_search_and_filters(opened):
    search = find(opened, "#search")
    search.send_keys("zone100.")
    until(lambda: texts(opened, ".matrix tbody th") == ["zone100.example.com"])
    assert texts(opened, ".controls .count") == ["1 of 1,002 zones and accounts"]
    search.clear()
    search.send_keys("503 zone9")
    until(lambda: texts(opened, ".matrix tbody th") == ["zone900.example.com", "zone950.example.com"])
    assert len(texts(opened, ".cell.faded")) > 0
    search.clear()
    search.send_keys("nothing like it")
    until(lambda: find(opened, "#view-matrix .nothing").is_displayed())
    search.send_keys("\ue009a\ue000\ue003")
    find(opened, ".chip[data-state=missing]").click()
    until(lambda: texts(opened, ".matrix tbody th") == ["drift.example.com"])
    find(opened, ".chip[data-state=missing]").click()
    opened.execute_script(
        "const kind = document.querySelector('#kind'); kind.value = 'drift'; kind.dispatchEvent(new Event('change'))"
    )
    until(lambda: texts(opened, ".matrix tbody th") == ["drift.example.com"])
    opened.execute_script(
        "const kind = document.querySelector('#kind'); kind.value = ''; kind.dispatchEvent(new Event('change'))"
    )
    find(opened, "#urgent").click()
    until(lambda: len(texts(opened, ".matrix tbody tr")) == 2 + len(HOSTILE) + 19)
    opened.execute_script(
        "const one = document.querySelector('#dataset'); one.value = 'dns_logs'; one.dispatchEvent(new Event('change'))"
    )
    until(lambda: texts(opened, ".matrix thead th")[1:] == ["dns_logs"])


def test_details_on_click_and_by_keyboard(opened):
    search = find(opened, "#search")
    search.send_keys("drift.example")
    until(lambda: texts(opened, ".matrix tbody th") == ["drift.example.com"])
    find(opened, ".cell.delivering").click()
    shown = find(opened, "dialog").text
    assert "destination.sourcetype" in shown and "Rollout would change" in shown and HOSTILE[0] in shown
    find(opened, "body").send_keys("\ue00c")
    until(lambda: not find(opened, "dialog").is_displayed())
    opened.switch_to.active_element.send_keys("/")
    assert opened.switch_to.active_element == search
    search.clear()
    search.send_keys("zone10")
    until(lambda: len(texts(opened, ".matrix tbody tr")) == 11)
    opened.execute_script("document.querySelector('.matrix .cell[tabindex=\"0\"]').focus()")
    opened.switch_to.active_element.send_keys("\ue014")
    assert opened.switch_to.active_element.get_attribute("aria-label").split(", ")[1] == "firewall_events"
    opened.switch_to.active_element.send_keys("\ue015")
    assert opened.execute_script("return document.querySelectorAll('.matrix .cell[tabindex=\"0\"]').length") == 1
    opened.switch_to.active_element.send_keys("\ue007")
    until(lambda: "firewall_events" in find(opened, "dialog").text)


def test_hostile_names_are_shown_as_text(opened):
    names = texts(opened, ".matrix tbody th")
    for name in HOSTILE:
        assert name.replace("\u202e", "⟨U+202E⟩").replace("\u202c", "⟨U+202C⟩") in names
    find(opened, "#tab-findings").click()
    until(lambda: len(texts(opened, "#view-findings tbody tr")) > 20)
    find(opened, "#tab-collectors").click()
    assert HOSTILE[0] in find(opened, "#view-collectors").text
    assert opened.execute_script("return document.querySelectorAll('img, iframe, link, #app script, a').length") == 0
    # A long name widens neither the column nor the page.
    assert opened.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    find(opened, "#tab-matrix").click()
    assert find(opened, ".matrix tbody th").size["width"] < 400


def test_light_and_dark(opened):
    def background():
        return opened.execute_script("return getComputedStyle(document.body).backgroundColor")

    seen = {}
    for system in ("light", "dark"):
        opened.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": system}]}
        )
        until(lambda wanted=system: opened.execute_script("return document.documentElement.dataset.theme") == wanted)
        seen[system] = background()
    assert seen["light"] != seen["dark"]
    find(opened, "#theme").click()
    assert (background(), find(opened, "#theme").get_attribute("aria-label")) == (seen["light"], "Colors: light")
    opened.refresh()
    assert background() == seen["light"]
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_states_have_enough_contrast(opened, theme):
    """The states have a contrast of 4.5 : 1 (WCAG AA) in both themes."""
    opened.execute_script("document.documentElement.dataset.theme = arguments[0]", theme)
    colors = opened.execute_script(
        """const box = document.createElement("div"); document.body.append(box); const found = {};
        for (const state of ["delivering", "pending", "failing", "auto_disabled", "disabled", "missing", "unreadable"]) {
          box.className = "cell " + state; const style = getComputedStyle(box);
          found[state] = [style.color, style.backgroundColor].map((color) => color.match(/[0-9]+/g).map(Number));
        } box.remove(); return found;"""
    )

    def luminance(color):
        parts = [part / 255 for part in color[:3]]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for state, (ink, back) in colors.items():
        dark, light = sorted([luminance(ink), luminance(back)])
        assert (light + 0.05) / (dark + 0.05) >= 4.5, state


def test_print_contains_everything_except_the_controls(opened):
    opened.execute_script("dispatchEvent(new Event('beforeprint'))")
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    for part, shown in (
        ("#view-matrix", True),
        ("#view-findings", True),
        ("#view-collectors", True),
        (".controls", False),
        ("#theme", False),
    ):
        assert find(opened, part).is_displayed() is shown, part
    assert len(texts(opened, ".matrix tbody tr")) == 1002 and len(texts(opened, "#view-findings tbody tr")) > 20
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    printed = opened.execute_cdp_cmd("Page.printToPDF", {"printBackground": True, "preferCSSPageSize": True})
    assert base64.b64decode(printed["data"]).startswith(b"%PDF")


def test_a_healthy_and_an_empty_report(browser, tmp_path):
    for name, rows in (("healthy", rows_of(1, "a.example.com", ["dns_logs"])), ("empty", [])):
        path = tmp_path / f"{name}.html"
        report = {
            "generated": "2026-11-22T10:00:00Z",
            "summary": audit.summary(rows, []),
            "rows": rows,
            "collectors": [],
        }
        path.write_text(page(report), encoding="utf-8")
        browser.get(path.as_uri())
        assert "Nothing needs attention" in find(browser, ".overview.healthy").text
        assert browser.get_log("browser") == []
