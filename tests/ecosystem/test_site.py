# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation site in a browser: search, width of a phone, contrast, keyboard, and no request to another
site."""

from __future__ import annotations

import functools
import http.server
import threading

import filelock
import pytest
from tasks.docs_site import render
from tasks.workspace import workspace

from .browser import axe_findings, forget_requests, needs_browser, requested_urls, set_color_scheme, set_size, until
from .needs import needs_python_package

pytestmark = needs_browser

PHONE = (390, 844)
DESKTOP = (1360, 860)
GUIDE = "plugins/docsite/guide_first_zone.html"
MODULE = "plugins/splunk_logpush_job_module.html"
PLAYBOOK = "plugins/docsite/playbook_rollout.html"
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files, and prints nothing."""

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="session")
def built(tmp_path_factory, worker_id):
    """Build the site, once for all processes of pytest, and return its folder."""
    root = tmp_path_factory.getbasetemp()
    root = root if worker_id == "master" else root.parent
    site = root / "site"
    with filelock.FileLock(root / "site.lock"):
        if not site.exists():
            folder = tmp_path_factory.mktemp("site")
            with workspace() as own:
                render(own, folder / "source", folder / "html", "html")
            (folder / "html").rename(site)
    return site


@pytest.fixture(scope="session")
def site(built):
    """Serve the site, and return its address."""
    handler = functools.partial(QuietHandler, directory=str(built))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def opened(browser, site):
    """Return a function that opens a page of the site. After the test, check that the browser requested nothing from elsewhere
    and has no error in its console."""
    forget_requests(browser)

    def open_page(name, size=DESKTOP):
        set_size(browser, *size)
        browser.get(site + name)
        return browser

    yield open_page
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    set_color_scheme(browser, "")
    assert [url for url in requested_urls(browser) if not url.startswith((site, "data:"))] == []
    assert [entry for entry in browser.get_log("browser") if entry["level"] != "INFO"] == []


def test_the_search_finds_a_module_first(opened):
    browser = opened("index.html")
    browser.find_element("css selector", ".sidebar-search").send_keys("splunk_logpush_job\ue007")
    found = until(lambda: browser.find_elements("css selector", "#search-results li a"))
    assert found[0].get_attribute("href").partition("?")[0].endswith(MODULE)
    found[0].click()
    assert browser.find_element("css selector", "h1").text.startswith("splunk_logpush_job")


def test_a_module_starts_with_an_example_to_copy(opened):
    browser = opened(MODULE)
    first = browser.find_element("css selector", "article div[class*=highlight-]")
    assert "edgeops.logpush.splunk_logpush_job:" in first.text
    assert first.location["y"] < DESKTOP[1] / 2
    assert first.find_element("css selector", "button.copybtn").get_attribute("data-tooltip") == "Copy"


def test_what_a_command_prints_has_no_copy_button(opened):
    browser = opened(GUIDE)
    assert browser.find_elements("css selector", ".highlight-console .copybtn") != []
    assert browser.find_elements("css selector", ".highlight-text .copybtn") == []


@pytest.mark.parametrize(("page", "section"), [(GUIDE, "Guides"), (PLAYBOOK, "Playbooks"), (MODULE, "Modules")])
def test_the_sidebar_shows_where_you_are(opened, page, section):
    browser = opened(page)
    (current,) = browser.find_elements("css selector", ".sidebar-tree .current-page > a")
    assert current.is_displayed() and current.get_attribute("href").endswith("#")
    parents = browser.find_elements("css selector", ".sidebar-tree li.toctree-l1.current > a")
    assert [parent.text for parent in parents] == [section]


@pytest.fixture(scope="session")
def pages(built):
    """Return the names of all pages of the site."""
    names = sorted(path.relative_to(built).as_posix() for path in built.rglob("*.html"))
    assert len(names) > 80
    return names


@SIZES
def test_no_page_scrolls_sideways(opened, pages, size):
    wider = {}
    for page in pages:
        found = opened(page, size).execute_script(
            """const page = document.documentElement;
            const scrolls = (each) => ["auto", "scroll", "hidden"].includes(getComputedStyle(each).overflowX);
            const inside = (each) => each && (scrolls(each) || inside(each.parentElement));
            const wider = [...document.querySelectorAll("article *")]
              .filter((each) => each.getBoundingClientRect().right > page.clientWidth + 1 && !inside(each.parentElement))
              .map((each) => each.outerHTML.slice(0, 200));
            return page.scrollWidth > page.clientWidth ? ["the page", ...wider] : wider;"""
        )
        if found:
            wider[page] = found
    assert wider == {}


@needs_python_package("axe_playwright_python")
@pytest.mark.parametrize(("scheme", "size"), [("light", DESKTOP), ("dark", PHONE)], ids=["light", "dark"])
def test_the_pages_are_accessible(opened, pages, scheme, size):
    problems = {}
    for page in pages:
        browser = opened(page, size)
        set_color_scheme(browser, scheme)
        if found := axe_findings(browser):
            problems[page] = found
    assert problems == {}


def test_the_colors_follow_the_system_and_the_switch(opened):
    browser = opened("index.html")

    def colors():
        script = "return [...arguments].map((each) => getComputedStyle(document.querySelector(each)))"
        styles = browser.execute_script(
            f"{script}.map((style) => style.backgroundColor + style.fill)", "body", "svg .work"
        )
        return tuple(styles)

    seen = {}
    for scheme in ("light", "dark"):
        set_color_scheme(browser, scheme)
        seen[scheme] = colors()
    assert not set(seen["light"]) & set(seen["dark"])
    # From the system's colors, dark now, to light ones.
    browser.find_element("css selector", ".theme-toggle-content .theme-toggle").click()
    assert colors() == seen["light"]
    browser.execute_script("localStorage.clear()")
