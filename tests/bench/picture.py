# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The picture of the benchmark: seconds by number of zones, one line for each way, both scales logarithmic. No I/O."""

from __future__ import annotations

import math
import typing as t
import xml.etree.ElementTree as ET

from .figures import Row

# Colors that people with color blindness can distinguish. Each way also has its own mark.
STYLES = {
    "uri": ("#d55e00", "uri tasks"),
    "sdk": ("#8a6d00", "SDK, one by one"),
    "sdk_threads": ("#0072b2", "SDK, thread pool"),
    "bare": ("#7f7f7f", "bare requests loop"),
    "tofu": ("#56b4e9", "OpenTofu"),
    "role": ("#b0578d", "our role per host"),
    "rollout": ("#007a5a", "our playbook rollout"),
    "task": ("#4d4d4d", "our task splunk_logpush_rollout"),
}
FLOOR_STYLE = ("#999999", "floor: nothing can be faster")
WIDTH, HEIGHT = 960, 520
TOP, BOTTOM = 50, 380
PANELS = {"create": (70, 460), "unchanged": (550, 940)}
TICK_SECONDS = {0.1: "0.1 s", 1: "1 s", 10: "10 s", 60: "1 min", 600: "10 min", 3600: "1 h"}
TITLES = {"create": "Creating the jobs", "unchanged": "Rerun without changes"}

Point = t.Tuple[float, float]


class Scale:
    """Maps a number of a range to a position in the picture, by its logarithm."""

    def __init__(self, lowest: float, highest: float, begin: float, end: float) -> None:
        self.lowest, self.highest = lowest, highest
        self._begin, self._per_decade = begin, (end - begin) / math.log10(highest / lowest)

    def __call__(self, value: float) -> float:
        return self._begin + self._per_decade * math.log10(value / self.lowest)


def picture_of(rows: t.Sequence[Row]) -> str:
    """Return the picture as SVG: a panel for creating and one for the unchanged rerun."""
    rows = [row for row in rows if not row.measured.failure and row.measured.seconds > 0]
    svg = empty_picture("Seconds that a rollout takes, by the number of zones, for each way")
    if rows:
        seconds = [row.measured.seconds for row in rows] + [row.floor for row in rows if row.floor]
        zones = [row.measured.zones for row in rows]
        down = Scale(*_widened(min(seconds), max(seconds)), BOTTOM, TOP)
        for run, (left, right) in PANELS.items():
            across = Scale(*_widened(min(zones), max(zones)), left, right)
            _draw_panel(svg, run, [row for row in rows if row.measured.run == run], across, down)
        scaled = any(row.measured.scaled for row in rows)
        further = [("", "#222222", "extrapolated from fewer zones", "7 5")] if scaled else []
        draw_legend(svg, {row.measured.way for row in rows}, [*further, ("", *FLOOR_STYLE, "2 4")])
    return text_of(svg)


def empty_picture(title: str) -> ET.Element:
    """Return an SVG with a title and a white background."""
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {WIDTH} {HEIGHT}",
            "width": str(WIDTH),
            "height": str(HEIGHT),
            "font-family": "Helvetica, Arial, DejaVu Sans, sans-serif",
            "font-size": "13",
            "fill": "#222222",
            "role": "img",
        },
    )
    ET.SubElement(svg, "title").text = title
    _add(svg, "rect", width=WIDTH, height=HEIGHT, fill="#ffffff")
    return svg


def text_of(svg: ET.Element) -> str:
    """Return an SVG as text."""
    ET.indent(svg)
    return ET.tostring(svg, encoding="unicode") + "\n"


def draw_frame(svg: ET.Element, run: str, across: Scale, zones: t.Sequence[int]) -> None:
    """Draw the title and the axes of a panel, with a tick for each number of zones."""
    left, right = PANELS[run]
    _text(svg, (left + right) / 2, TOP - 20, TITLES[run], weight="bold", anchor="middle")
    _text(svg, (left + right) / 2, BOTTOM + 40, "zones", anchor="middle")
    for number in zones:
        _line(svg, [(across(number), BOTTOM), (across(number), BOTTOM + 5)], "#222222", width=1)
        _text(svg, across(number), BOTTOM + 20, f"{number:,}", anchor="middle")
    _line(svg, [(left, TOP), (left, BOTTOM), (right, BOTTOM)], "#222222", width=1)


def draw_level(svg: ET.Element, panel: tuple[float, float], y: float, label: str) -> None:
    """Draw a line across a panel for a value, with its label."""
    _line(svg, [(panel[0], y), (panel[1], y)], "#dddddd", width=1)
    _text(svg, panel[0] - 8, y + 4, label, anchor="end")


def draw_way(svg: ET.Element, way: str, points: t.Sequence[Point]) -> None:
    """Draw the line of a way with its marks."""
    color = STYLES[way][0]
    _line(svg, points, color)
    for point in points:
        _mark(svg, way, point, color)


def _widened(lowest: float, highest: float) -> tuple[float, float]:
    """Leave some space beside the first and the last point."""
    return lowest / 1.4, highest * 1.4


def _draw_panel(svg: ET.Element, run: str, rows: t.Sequence[Row], across: Scale, down: Scale) -> None:
    for seconds, label in TICK_SECONDS.items():
        if down.lowest <= seconds <= down.highest:
            draw_level(svg, PANELS[run], down(seconds), label)
    draw_frame(svg, run, across, sorted({row.measured.zones for row in rows}))
    floors = {row.measured.zones: row.floor for row in rows if row.measured.way in ("rollout", "task") and row.floor}
    _line(svg, [(across(zones), down(floor)) for zones, floor in sorted(floors.items())], FLOOR_STYLE[0], dashes="2 4")
    for way, (color, _name) in STYLES.items():
        own = sorted((row.measured for row in rows if row.measured.way == way), key=lambda one: one.zones)
        points = [(across(one.zones), down(one.seconds)) for one in own]
        measured = [point for point, one in zip(points, own) if not one.scaled]
        draw_way(svg, way, measured)
        _line(svg, points[len(measured) - 1 :], color, dashes="7 5")


def draw_legend(svg: ET.Element, ways: t.Collection[str], further: t.Sequence[tuple[str, str, str, str]] = ()) -> None:
    """Name the lines that are drawn, in columns. ``further`` lines have no way: "", color, name and dashes."""
    entries = [*((way, *style, "") for way, style in STYLES.items() if way in ways), *further]
    for number, (way, color, name, dashes) in enumerate(entries):
        x, y = 70 + 290 * (number // 4), BOTTOM + 66 + 20 * (number % 4)
        _line(svg, [(x, y), (x + 34, y)], color, dashes=dashes)
        if way:
            _mark(svg, way, (x + 17, y), color)
        _text(svg, x + 42, y + 4, name)


def _mark(svg: ET.Element, way: str, point: Point, color: str) -> None:
    """Draw the mark of a way: ours are filled, the others hollow; round, square or a diamond by their order."""
    x, y = point
    ours = way in ("role", "rollout", "task")
    style = {"fill": color if ours else "#ffffff", "stroke": color, "stroke-width": 2}
    shape = list(STYLES).index(way) % 3
    if shape == 0:
        _add(svg, "circle", cx=x, cy=y, r=4.5, **style)
    else:
        turned = {"transform": f"rotate(45 {x:.1f} {y:.1f})"} if shape == 1 else {}
        _add(svg, "rect", x=x - 4, y=y - 4, width=8, height=8, **style, **turned)


def _line(svg: ET.Element, points: t.Sequence[Point], color: str, width: float = 2, dashes: str = "") -> None:
    if len(points) > 1:
        text = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dashed = {"stroke-dasharray": dashes} if dashes else {}
        _add(svg, "polyline", points=text, fill="none", stroke=color, **{"stroke-width": width}, **dashed)


def _text(svg: ET.Element, x: float, y: float, text: str, anchor: str = "start", weight: str = "normal") -> None:
    element = _add(svg, "text", x=x, y=y, **{"text-anchor": anchor, "font-weight": weight})
    element.text = text


def _add(svg: ET.Element, kind: str, **attributes: t.Any) -> ET.Element:
    return ET.SubElement(
        svg,
        kind,
        {name: f"{value:.1f}" if isinstance(value, float) else str(value) for name, value in attributes.items()},
    )
