# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the page of an audit shows about the uploads of jobs, in a browser: numbers, bars, and words for both."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.delivery_findings import (
    delivery_columns,
    no_columns,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.page import page
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.delivery_health import JobDelivery, UploadGroup

from .audit_browser import POLICY, conf, find, report_of, resize, rows_of, show_zones, texts
from .browser import axe_findings, needs_browser, until
from .needs import needs_python_package

pytestmark = needs_browser

ACCEPTED = UploadGroup(200, True, 117, 1_234_567)
UPLOADS = {
    "healthy": [ACCEPTED],
    "losing": [ACCEPTED, UploadGroup(1201, True, 2), UploadGroup(403, True, 1)],
    "retrying": [ACCEPTED, UploadGroup(503, False, 12)],
    "silent": [],
    "unknown": None,
}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return the page of five zones, each with a job that delivers in another way."""
    rows = []
    for number, (name, groups) in enumerate(UPLOADS.items(), 1):
        last = {"last_complete": "2026-11-20T09:55:00Z"} if name == "silent" else {}
        [row] = rows_of(number, f"{name}.example.com", ["http_requests"], **last)
        job = {"id": row["job_id"], "destination_conf": conf()}
        known = groups is not None
        columns = delivery_columns(job, row, JobDelivery(tuple(groups)), POLICY) if known else no_columns("unknown")
        rows.append({**row, **columns})
    hint = "The uploads of 1 of 5 zones and accounts cannot be read: <b>no permission</b>."
    path = tmp_path_factory.mktemp("page") / "audit.html"
    path.write_text(page({**report_of(rows), "delivery_window": 86400, "delivery_hint": hint}), encoding="utf-8")
    return path


@pytest.fixture
def shown(browser, written):
    """Return the browser with the page."""
    browser.get(written.as_uri())
    resize(browser, 1360, 860)
    yield browser
    assert browser.get_log("browser") == []


def parts(browser, selector):
    """Return the classes of the parts of each bar with their share of its width, in percent."""
    return browser.execute_script(
        """return [...document.querySelectorAll(arguments[0])].map((bar) => [...bar.children].map((part) =>
        [part.className, Math.round(100 * part.offsetWidth / bar.offsetWidth)]))""",
        selector,
    )


def test_the_totals_are_at_the_top(shown):
    assert find(shown, ".overview .totals").text == (
        "In the last 24 hours: 3,703,701 records in 351 uploads, 3 batches lost. Jobs: 1 delivering, 1 silent, 1 retrying, 1 losing."
    )
    assert "cannot be read: <b>no permission</b>." in find(shown, ".overview").text
    [drawn] = parts(shown, ".overview .totals .uploads")
    assert [name for name, _share in drawn] == ["accepted", "repeated", "lost"] and drawn[0][1] > 90


def test_a_cell_shows_age_records_and_a_bar_and_says_the_same(shown):
    show_zones(shown)
    assert [text for text in texts(shown, ".cell .figures") if "lost" in text] == ["3 lost, 1,234,567 records"]
    assert sorted(map(len, parts(shown, ".cell .uploads"))) == [1, 2, 2]
    labels = {
        label.partition(".")[0]: label
        for label in shown.execute_script(
            "return [...document.querySelectorAll('.cell')].map((each) => each.getAttribute('aria-label'))"
        )
    }
    assert labels["losing"].endswith(
        "delivering, losing, last delivery 5 min ago, 1,234,567 records in 117 uploads, 3 lost"
    )
    assert labels["retrying"].endswith("1,234,567 records in 117 uploads, 12 repeated")
    assert labels["silent"].endswith("nothing uploaded") and labels["unknown"].endswith("last delivery 5 min ago")


def test_the_details_have_figures_a_bar_with_a_name_and_the_finding(shown):
    show_zones(shown)
    find(shown, "#search").send_keys("losing.")
    until(lambda: texts(shown, ".matrix tbody th") == ["losing.example.com"])
    find(shown, ".cell").click()
    words = "1,234,567 records in 117 uploads, 3 lost"
    drawn = find(shown, "dialog .uploads")
    assert (drawn.get_attribute("role"), drawn.get_attribute("aria-label")) == ("img", f"Uploads: {words}")
    text = find(shown, "dialog").text
    assert words in text and "losing: Cloudflare dropped batches" in text and "3 of 120 batches" in text
    assert "2026-11-22T09:55:00Z (5 min before this audit)" in text


def test_a_thing_to_do_has_the_bar_of_each_job(shown):
    assert texts(shown, ".cause.problem h3 .tag") == ["losing", "certificate"]
    [drawn] = parts(shown, ".cause.problem .jobs .uploads")
    assert [name for name, _share in drawn] == ["accepted", "lost"]
    assert "117 uploads, 3 lost" in find(shown, ".cause.problem .jobs").text


def test_a_small_part_is_visible_and_the_parts_differ_without_color(shown):
    show_zones(shown)
    seen = shown.execute_script(
        """return [...document.querySelectorAll('.cell .uploads span')].map((part) =>
        [part.className, part.offsetWidth, part.offsetHeight, getComputedStyle(part).backgroundImage])"""
    )
    assert all(width >= 4 and height >= 4 for _name, width, height, _pattern in seen)
    assert len({(name, pattern) for name, _width, _height, pattern in seen}) == 3
    assert len({pattern for _name, _width, _height, pattern in seen}) == 3


@needs_python_package("axe_playwright_python")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_bars(shown, theme):
    shown.execute_script("document.documentElement.dataset.theme = arguments[0]", theme)
    shown.execute_script("for (const each of document.querySelectorAll('details')) each.open = true")
    assert axe_findings(shown, "best-practice") == []
    show_zones(shown)
    assert axe_findings(shown, "best-practice") == []
    find(shown, ".cell").click()
    assert axe_findings(shown, "best-practice") == []


def test_the_bars_fit_on_a_phone(shown):
    resize(shown, 390)
    show_zones(shown)
    assert shown.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    assert all(sum(share for _name, share in drawn) > 90 for drawn in parts(shown, ".cell .uploads"))
    resize(shown, 1360)
