# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pictures for the README and the site: the plan of a rollout and the page of an audit, from runs on the
simulator.

They are the same in every run: IDs are derived from names, and times are moved to a fixed moment.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import io
import json
import re
import subprocess
import sys
import typing as t
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]

import headless  # noqa: E402
from ecosystem.browser import set_color_scheme, set_size  # noqa: E402
from rich import _export_format, console, terminal_theme, text  # noqa: E402
from simulator.process import Simulator  # noqa: E402
from tasks.environment import CHECKOUT  # noqa: E402
from tasks.workspace import Workspace, workspace  # noqa: E402

IMAGES = CHECKOUT / "docs/images"
API = "https://api.cloudflare.com/client/v4"
ENDPOINT = "splunk.example.com:8088"
MOMENT = datetime.datetime(2026, 11, 30, 8, tzinfo=datetime.UTC)
TIME = re.compile(r"(\d{4}-\d\d-\d\d)([T ])(\d\d:\d\d:\d\d)")
COLUMNS = 124
PAGE = (1200, 840)

Color = tuple[int, int, int]
# The state of each job, by zone and dataset.
Zones = t.Mapping[str, t.Mapping[str, str]]
# Background and text of the terminal, and the eight colors of ANSI.
TERMINALS: dict[str, list[Color]] = {
    "light": [
        (255, 255, 255),
        (31, 35, 40),
        (31, 35, 40),
        (179, 38, 30),
        (27, 107, 47),
        (122, 89, 0),
        (11, 92, 173),
        (122, 31, 162),
        (0, 104, 120),
        (89, 99, 110),
    ],
    "dark": [
        (22, 27, 34),
        (230, 237, 243),
        (139, 148, 158),
        (255, 154, 144),
        (126, 224, 143),
        (227, 193, 90),
        (108, 182, 255),
        (224, 163, 255),
        (118, 227, 234),
        (230, 237, 243),
    ],
}

# What each job needs in the plan: its zone, its dataset, and what differs from the inventory.
REQUESTED = ("http_requests", "firewall_events")
PLANNED = {
    "www.example.com": {"http_requests": "same", "firewall_events": "missing"},
    "shop.example.com": {"http_requests": "changed", "firewall_events": "same"},
    "api.example.com": {"http_requests": "same", "firewall_events": "disabled"},
    "blog.example.com": {"http_requests": "same", "firewall_events": "same", "dns_logs": "same"},
    "docs.example.com": {"http_requests": "missing", "firewall_events": "missing"},
    "media.example.net": {"http_requests": "same", "firewall_events": "same"},
}
# A host of the inventory with a misspelled name.
MISTAKEN = "blog.exmaple.net"
# The audit has more zones, whose jobs deliver, with these exceptions.
AUDITED: dict[str, dict[str, str]] = {
    **{
        f"{name}.{domain}": dict.fromkeys(REQUESTED, "same")
        for domain in ("example.com", "example.net", "example.org")
        for name in ("www", "shop", "api", "blog", "docs", "media")
    },
    "shop.example.com": {"http_requests": "failing", "firewall_events": "failing"},
    "api.example.com": {"http_requests": "same", "firewall_events": "auto_disabled"},
    "docs.example.com": {"http_requests": "changed", "firewall_events": "missing"},
    "blog.example.org": {"http_requests": "same", "firewall_events": "disabled"},
    "media.example.org": {"http_requests": "pending", "firewall_events": "same"},
}


def main() -> None:
    """Write the pictures, light and dark, and print their sizes."""
    IMAGES.mkdir(exist_ok=True)
    with workspace() as own, Simulator(push_interval=0) as simulator:
        plan = plan_of_a_rollout(own, simulator)
        page = page_of_an_audit(own, simulator)
        for scheme, colors in TERMINALS.items():
            (IMAGES / f"plan-{scheme}.svg").write_text(terminal(plan, colors), encoding="utf-8")
        with headless.chromium() as browser:
            set_size(browser, *PAGE)
            browser.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
            for scheme in TERMINALS:
                set_color_scheme(browser, scheme)
                browser.get(page.as_uri())
                png = browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})["data"]
                (IMAGES / f"audit-{scheme}.png").write_bytes(base64.b64decode(png))
    for path in sorted(IMAGES.iterdir()):
        print(f"{path} {path.stat().st_size / 1000:.0f} kB")


def plan_of_a_rollout(own: Workspace, simulator: Simulator) -> str:
    """Return the terminal contents of a rollout in check mode: the command and the plan."""
    make_world(simulator, PLANNED, ENDPOINT)
    options = ["--check", "-e", "logpush_prune=true"]
    output = run_playbook(own, simulator, [*PLANNED, MISTAKEN], ENDPOINT, "edgeops.logpush.rollout", *options)
    lines = output.splitlines()
    first = next((number for number, line in enumerate(lines) if "Logpush rollout, " in line), None)
    last = next((number for number, line in enumerate(lines) if "Apply exactly this" in line), None)
    if first is None or last is None:
        raise SystemExit(f"This rollout shows no plan:\n{output}")
    command = " ".join(["ansible-playbook -i inventory.yml edgeops.logpush.rollout", *options])
    # Some fonts reach below the last line, where the picture ends.
    return "\n".join([f"$ {command}", "", *lines[first : last + 1], " "])


def page_of_an_audit(own: Workspace, simulator: Simulator) -> Path:
    """Return the page of an audit, with the address and times of the documentation in place of the simulator's."""
    make_world(simulator, AUDITED, simulator.hec_endpoint)
    deliver_for_a_day(simulator)
    page = own.scratch / "audit.html"
    options = {"logpush_audit_html": str(page), "logpush_audit_ca_path": simulator.ca_file}
    run_playbook(own, simulator, AUDITED, simulator.hec_endpoint, "edgeops.logpush.audit", "-e", json.dumps(options))
    text = page.read_text(encoding="utf-8").replace(simulator.hec_endpoint, ENDPOINT).replace(simulator.api_url, API)
    page.write_text(with_fixed_times(text), encoding="utf-8")
    return page


def deliver_for_a_day(simulator: Simulator) -> None:
    """Let the jobs push every half hour of the last day, until two hours ago also those that fail now. Of one job, Cloudflare
    drops batches. Then give each job the state again that it had before."""
    before = {job["id"]: job["stored"] for job in simulator.jobs()}
    faults = [
        {"kind": "silent", "zone": zone, "dataset": dataset}
        for zone, jobs in AUDITED.items()
        for dataset, state in jobs.items()
        if state in ("pending", "auto_disabled")
    ]
    faults.append({"kind": "drop", "zone": "www.example.net", "dataset": "http_requests", "share": 0.1})
    simulator.change_settings(push_faults=faults, events_per_push=20)
    simulator.push_at(82800, rounds=43, interval=1800)
    simulator.change_settings(push_faults=[*faults, {"kind": "silent", "zone": "shop.example.com"}])
    simulator.push_at(5400, rounds=3, interval=1800)
    for job_id, stored in before.items():
        simulator.change_job(job_id, **stored)


def with_fixed_times(page: str) -> str:
    """Return the page of an audit with its times moved to the moment of the pictures."""
    generated = TIME.search(page.partition('"generated":')[2])
    assert generated is not None
    later = MOMENT - time_of(generated)
    return TIME.sub(lambda found: (time_of(found) + later).strftime(f"%Y-%m-%d{found[2]}%H:%M:%S"), page)


def time_of(found: re.Match[str]) -> datetime.datetime:
    """Return a time that was found in a text."""
    return datetime.datetime.fromisoformat(f"{found[1]}T{found[3]}+00:00")


def zone_id(name: str) -> str:
    """Return the ID of a zone."""
    return hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()


def make_world(simulator: Simulator, zones: Zones, endpoint: str) -> None:
    """Fill the simulator with zones and their jobs."""
    account = {"account_id": simulator.account_id, "account_name": "Example Industries"}
    simulator.reset(
        zones=[{"id": zone_id(name), "name": name, **account} for name in zones],
    )
    # Half a minute keeps the ages in minutes the same, however long the run takes.
    now = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=30)
    for name, jobs in zones.items():
        for number, (dataset, state) in enumerate(jobs.items()):
            if state != "missing":
                simulator.add_job(
                    zone_id=zone_id(name),
                    dataset=dataset,
                    name=name,
                    destination_conf=destination_conf(simulator.hec_token, endpoint, state),
                    **status_of(state, now, age=1 + (len(name) + number) % 7),
                )


def destination_conf(token: str, endpoint: str, state: str) -> str:
    """Return the destination of a job."""
    sourcetype = "cloudflare" if state == "changed" else "cloudflare:json"
    return (
        f"splunk://{endpoint}/services/collector/raw?channel=9d4b5ce2-3f6c-4a0e-8a36-5d1a0e6c7b11"
        f"&insecure-skip-verify=false&sourcetype={sourcetype}&header_Authorization=Splunk%20{token}"
    )


def rfc3339(time: datetime.datetime) -> str:
    """Return a time as Cloudflare writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def status_of(state: str, now: datetime.datetime, age: int) -> dict[str, t.Any]:
    """Return the fields of the API for the health of a job that delivered some minutes ago."""
    if state == "pending":
        return {"enabled": True}
    minutes_ago = rfc3339(now - datetime.timedelta(minutes=age))
    if state not in ("failing", "auto_disabled"):
        return {"enabled": state != "disabled", "last_complete": minutes_ago}
    hours = 2 if state == "failing" else 27
    return {
        "enabled": state == "failing",
        "last_complete": rfc3339(now - datetime.timedelta(hours=hours)),
        "last_error": minutes_ago,
        "error_message": "error uploading to https: status:503, Server is busy",
    }


def host(name: str) -> dict[str, t.Any]:
    """Return the variables of a zone."""
    return {} if name == MISTAKEN else {"zone_id": zone_id(name)}


def run_playbook(
    own: Workspace, simulator: Simulator, zones: t.Iterable[str], endpoint: str, playbook: str, *options: str
) -> str:
    """Run a playbook in a terminal with colors, and return its output."""
    variables = {
        "splunk_logpush_endpoint": endpoint,
        "splunk_logpush_datasets": list(REQUESTED),
        "splunk_logpush_sourcetype": "cloudflare:json",
    }
    hosts = {"cloudflare_zones": {"vars": variables, "hosts": {name: host(name) for name in zones}}}
    (own.scratch / "inventory.yml").write_text(json.dumps(hosts), encoding="utf-8")
    environment = {
        **own.environment,
        "ANSIBLE_FORCE_COLOR": "true",
        "COLUMNS": str(COLUMNS),
        "CLOUDFLARE_API_TOKEN": simulator.api_token,
        "CLOUDFLARE_BASE_URL": simulator.api_url,
        "SPLUNK_HEC_TOKEN": simulator.hec_token,
    }
    environment.pop("NO_COLOR")
    program = Path(sys.executable).with_name("ansible-playbook")
    command = [program, "-i", "inventory.yml", playbook, *options]
    # A zone that fails, fails the run.
    done = subprocess.run(command, cwd=own.scratch, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    return done.stdout.replace(simulator.api_url, API)


def terminal(output: str, colors: t.Sequence[Color]) -> str:
    """Return a picture (SVG) of what a terminal shows, which loads no font."""
    screen = console.Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    screen.print(text.Text.from_ansi(output))
    background, foreground, *ansi = colors
    theme = terminal_theme.TerminalTheme(background, foreground, list(ansi))
    layout = re.sub(r"\s*@font-face \{\{.*?\}\}", "", _export_format.CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    layout = layout.replace("Fira Code, monospace", "ui-monospace, Menlo, Consolas, monospace")
    picture = screen.export_svg(title="Check mode", theme=theme, code_format=layout, unique_id="plan")
    if 'url("http' in picture:
        raise SystemExit("The picture of the plan loads something. Adapt terminal() to the layout of rich.")
    # Visible on a white page, too.
    return picture.replace("rgba(255,255,255,0.35)", "#8b949e")


if __name__ == "__main__":
    main()
