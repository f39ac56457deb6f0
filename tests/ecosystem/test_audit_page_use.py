# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of an audit in use: what to do, commands to copy, phone, keyboard and screen reader."""

from __future__ import annotations

import pytest

from .audit_browser import find, resize, show_zones, texts
from .browser import axe_findings, needs_browser, until
from .needs import needs_python_package

pytestmark = needs_browser


def test_what_to_do_comes_first_and_a_job_counts_once(opened):
    assert find(opened, "#view-todo").is_displayed() and not find(opened, "#view-zones").is_displayed()
    assert texts(opened, ".overview h2") == [
        "30 jobs, 1 zone or account that cannot be read and 1 collector need attention."
    ]
    # The drift of a job that is missing another one is a cause of its own, and each job has one cause.
    assert texts(opened, ".cause.problem h3 .untrusted") == [
        "The jobs of 1 zone or account cannot be read",
        "28 jobs cannot deliver to hec.example.com:8088: HTTP 503",
        "1 job is missing",
        "1 job differs from the inventory. Rollout would change destination.sourcetype.",
        "hec.example.com:8088: The certificate expires in 9 days.",
    ]
    counts = texts(opened, ".cause.problem .affected:not([hidden]) summary")
    assert counts == ["1 zone or account", "28 jobs in 28 zones", "1 job in 1 zone", "1 job in 1 zone"]
    assert texts(opened, ".controls .count") == ["5 things to do"]
    # Many jobs are folded, few are not.
    folded = "return [...document.querySelectorAll('.affected:not([hidden])')].map((each) => each.open)"
    assert opened.execute_script(folded) == [True, False, True, True]


def test_which_jobs_fail_takes_two_clicks(opened):
    find(opened, ".cause:nth-of-type(2) summary").click()
    until(lambda: len(texts(opened, ".cause:nth-of-type(2) .jobs li")) >= 25)
    find(opened, ".cause:nth-of-type(2) .jobs .open").click()
    assert "status:503" in find(opened, "dialog").text and "last delivery" in find(opened, "dialog").text.lower()


def test_a_filter_narrows_down_what_to_do(opened):
    find(opened, "#search").send_keys("zone900.")
    until(lambda: texts(opened, ".controls .count") == ["1 of 5 things to do"])
    assert texts(opened, ".cause:not([hidden]) .jobs .untrusted") == ["zone900.example.com", "http_requests"]
    assert texts(opened, ".cause:not([hidden]) .affected summary") == ["1 of 28 jobs in 28 zones"]
    find(opened, "#search").send_keys("nothing like it")
    until(lambda: texts(opened, ".todo > .nothing:not([hidden])") == ["Nothing matches the filter."])
    find(opened, "#clear").click()
    until(lambda: texts(opened, ".controls .count") == ["5 things to do"])
    find(opened, ".chip[data-state=missing]").click()
    until(lambda: texts(opened, ".cause:not([hidden]) h3 .tag") == ["missing"])


@pytest.mark.parametrize("has_clipboard", [True, False])
def test_a_command_is_copied(opened, has_clipboard):
    opened.execute_cdp_cmd(
        "Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    )
    if not has_clipboard:
        opened.execute_script(
            "Object.defineProperty(Navigator.prototype, 'clipboard', {get: () => undefined, configurable: true})"
        )
    command = texts(opened, ".cause:nth-of-type(3) .command code")[0]
    assert command == "ansible-playbook -i inventory edgeops.logpush.rollout --limit drift.example.com"
    find(opened, ".cause:nth-of-type(3) .copy").click()
    until(lambda: texts(opened, ".cause:nth-of-type(3) .copy") == ["Copied"])
    assert "The command is copied." in texts(opened, "[role=status]")
    assert opened.switch_to.active_element.text == "Copied"
    search = find(opened, "#search")
    search.send_keys("\ue009v\ue000")
    until(lambda: search.get_attribute("value") == command)


@needs_python_package("axe_playwright_python")
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(opened, theme, width):
    def check(where):
        assert axe_findings(opened, "best-practice") == [], where

    resize(opened, width)
    opened.execute_script("document.documentElement.dataset.theme = arguments[0]", theme)
    check("what to do")
    opened.execute_script("for (const each of document.querySelectorAll('details')) each.open = true")
    check("unfolded")
    find(opened, "#tab-zones").click()
    check("matrix")
    find(opened, "#search").send_keys("503 zone9")
    check("filtered matrix")
    opened.execute_script("document.querySelector('.matrix .cell').click()")
    check("details")
    find(opened, "dialog .sheet-head button").click()
    find(opened, "#tab-todo").click()
    check("filtered list of what to do")
    find(opened, "#tab-collectors").click()
    check("collectors")
    resize(opened, 1360)


def focused(browser):
    """Return the accessible name of the focused element, and whether its focus is visible."""
    return browser.execute_script(
        "const one = document.activeElement; return [one.id || one.getAttribute('aria-label') || one.textContent,"
        " getComputedStyle(one).outlineStyle !== 'none']"
    )


def test_everything_is_reached_with_the_keyboard_in_order(opened):
    names = []
    for _key in range(21):
        opened.switch_to.active_element.send_keys("\ue004")
        name, is_visible = focused(opened)
        assert is_visible, name
        names.append(name)
    chips = texts(opened, ".chip")
    controls = ["search", "dataset", "kind", "urgent"]
    start = ["print", "theme", *chips, "tab-todo", *controls]
    assert names[: len(start)] == start
    # The first card: its command, the button that copies it, and its zones.
    assert names[len(start) : len(start) + 5] == [
        "Command",
        "Copy the command",
        "1 zone or account",
        "?account",
        "Command",
    ]
    find(opened, "#tab-todo").send_keys("\ue014")
    assert focused(opened)[0] == "tab-zones" and find(opened, "#view-zones").is_displayed()
    opened.switch_to.active_element.send_keys("\ue010")
    assert focused(opened)[0] == "tab-collectors"
    opened.switch_to.active_element.send_keys("\ue014")
    assert focused(opened)[0] == "tab-todo"


def test_a_screen_reader_hears_the_structure(opened):
    assert texts(opened, "h1") == ["Logpush audit"] and len(texts(opened, "header, main")) == 2
    find(opened, "#tab-zones").click()
    grid = find(opened, "[role=grid]")
    assert grid.get_attribute("aria-rowcount") == "1003"
    assert len(texts(opened, "[role=grid] [role=row] > [role=rowheader]")) > 20
    cell = find(opened, ".cell.failing").get_attribute("aria-label")
    assert cell.endswith("http_requests, failing, last delivery 5 min ago, last error 60 s ago, HTTP 503")
    find(opened, "#search").send_keys("zone900.")
    until(lambda: texts(opened, ".controls [role=status]") == ["1 of 1,002 zones and accounts"])
    assert grid.get_attribute("aria-rowcount") == "2"


def test_every_dataset_is_on_a_phone(opened):
    resize(opened, 390)
    show_zones(opened)
    find(opened, "#search").send_keys("zone103.")
    until(lambda: texts(opened, ".matrix tbody th") == ["zone103.example.com"])
    boxes = opened.execute_script(
        "return [...document.querySelectorAll('.matrix tbody .cell')].map((each) => each.getBoundingClientRect()"
        ".toJSON()).map((box) => [box.left, box.right, box.width])"
    )
    assert len(boxes) == 5 and all(left >= 0 and right <= 390 and width > 100 for left, right, width in boxes)
    labels = "return [...document.querySelectorAll('.matrix tbody td')].map((each) => getComputedStyle(each, '::before').content)"
    assert [text.strip('"') for text in opened.execute_script(labels)] == texts(opened, ".matrix thead th")[1:]
    for tab in ("todo", "zones", "collectors"):
        find(opened, f"#tab-{tab}").click()
        assert opened.execute_script("return document.documentElement.scrollWidth <= innerWidth"), tab
    resize(opened, 1360)
