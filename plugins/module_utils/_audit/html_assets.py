# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The looks of the page of an audit."""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light;
  --page: #f5f6f8; --card: #ffffff; --line: #dfe3e8; --ink: #1b1f24; --soft: #5b6672; --accent: #2457c5;
  --shadow: 0 1px 2px rgba(20, 30, 50, .06), 0 4px 16px rgba(20, 30, 50, .06);
  --delivering: #0f7a43; --delivering-back: #e1f4e8;
  --pending: #1f5fae; --pending-back: #e4eefb;
  --failing: #b3201c; --failing-back: #fce1df;
  --auto_disabled: #ffffff; --auto_disabled-back: #a3211d;
  --disabled: #5b6672; --disabled-back: #e9ecf0;
  --missing: #9a4d00; --missing-back: #fff1de;
  --unreadable: #6d2aa0; --unreadable-back: #f2e6fb;
  --none: #5b6672; --none-back: transparent;
}
:root[data-theme="dark"] {
  color-scheme: dark;
  --page: #11151a; --card: #191f26; --line: #2c353f; --ink: #e7ebef; --soft: #9aa7b4; --accent: #86aaff;
  --shadow: 0 1px 2px rgba(0, 0, 0, .4);
  --delivering: #6fdc9c; --delivering-back: #14321f;
  --pending: #8dbdff; --pending-back: #16294a;
  --failing: #ff9a94; --failing-back: #461a1a;
  --auto_disabled: #ffffff; --auto_disabled-back: #b52c27;
  --disabled: #a5b0bb; --disabled-back: #262e37;
  --missing: #ffc071; --missing-back: #3b2810;
  --unreadable: #d6a8fb; --unreadable-back: #33204a;
  --none: #9aa7b4;
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif;
}
[hidden] { display: none !important; }
button, input, select { font: inherit; color: inherit; }
button { cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
noscript p { padding: 2rem; }
#app { display: flex; flex-direction: column; height: 100vh; max-width: 1600px; margin: 0 auto; padding: 1.25rem 1.5rem; }
#app > * { flex: none; }
.outside { unicode-bidi: isolate; overflow-wrap: anywhere; }

header { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin-bottom: 1rem; }
h1 { font-size: 1.35rem; margin: 0; letter-spacing: -.01em; }
header time { color: var(--soft); }
header .tools { margin-left: auto; display: flex; gap: .5rem; }
.plain-button { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .35rem .75rem; }
.plain-button:hover { border-color: var(--soft); }

.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; box-shadow: var(--shadow); }
.overview { padding: 1rem 1.25rem; margin-bottom: 1rem; }
.overview p { margin: 0 0 .75rem; font-size: 1.05rem; font-weight: 600; }
.overview p::before { content: "\\2715"; color: var(--failing); margin-right: .5rem; }
.overview.calm p::before { content: "\\2713"; color: var(--delivering); }
.bar { display: flex; height: 10px; border-radius: 5px; overflow: hidden; gap: 2px; margin-bottom: .75rem; }
.bar span { min-width: 4px; background: var(--delivering); }
.bar .pending { background: var(--pending); }
.bar .failing { background: var(--failing); }
.bar .auto_disabled { background: var(--auto_disabled-back); }
.bar .disabled { background: var(--disabled); opacity: .5; }
.bar .missing { background: var(--missing); }
.bar .unreadable { background: var(--unreadable); }
.chips { display: flex; flex-wrap: wrap; gap: .4rem; }
.chip {
  display: inline-flex; align-items: center; gap: .45rem; padding: .25rem .7rem .25rem .3rem; border-radius: 999px;
  border: 1px solid var(--line); background: transparent;
}
.chip:hover { border-color: var(--soft); }
.chip[aria-pressed="true"] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.chip b { font-variant-numeric: tabular-nums; }
.sign {
  display: inline-grid; place-items: center; width: 1.45rem; height: 1.45rem; border-radius: 999px; font-weight: 700; line-height: 1;
  color: var(--delivering); background: var(--delivering-back);
}

.controls { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; margin-bottom: .75rem; }
.controls input[type="search"] {
  flex: 1 1 16rem; min-width: 10rem; padding: .45rem .75rem; border: 1px solid var(--line); border-radius: 8px;
  background: var(--card);
}
.controls select { padding: .4rem .5rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); max-width: 16rem; }
.controls label { display: inline-flex; gap: .4rem; align-items: center; white-space: nowrap; }
.count { color: var(--soft); font-variant-numeric: tabular-nums; white-space: nowrap; }
[role="tablist"] { display: flex; gap: .25rem; border-bottom: 1px solid var(--line); margin-bottom: .75rem; }
[role="tab"] { border: 0; background: none; padding: .5rem .9rem; color: var(--soft); border-bottom: 2px solid transparent; margin-bottom: -1px; }
[role="tab"][aria-selected="true"] { color: var(--ink); font-weight: 600; border-bottom-color: var(--accent); }
#app > .view { flex: 1 1 0; min-height: 20rem; display: flex; flex-direction: column; }
.view > h2 { display: none; }
.nothing { padding: 2rem; text-align: center; color: var(--soft); margin: 0; }

.legend { margin: .6rem 0 0; color: var(--soft); font-size: .85rem; flex: none; }
.scroll { overflow: auto; max-height: 100%; }
table { border-collapse: separate; border-spacing: 0; width: 100%; }
.matrix { table-layout: fixed; }
thead th {
  position: sticky; top: 0; z-index: 2; background: var(--card); border-bottom: 1px solid var(--line); text-align: left;
  font-weight: 600; font-size: .8rem; color: var(--soft); padding: .6rem .5rem; overflow-wrap: anywhere; vertical-align: bottom;
}
.matrix .zone { position: sticky; left: 0; z-index: 1; background: var(--card); width: 17rem; }
.matrix thead .zone { z-index: 3; padding-left: 1rem; }
.matrix tbody th {
  text-align: left; font-weight: 500; padding: .15rem .5rem .15rem 1rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
}
.matrix td { padding: .15rem .2rem; }
.matrix tbody tr:hover th, .matrix tbody tr:hover td { background: color-mix(in srgb, var(--accent) 7%, var(--card)); }
.matrix .kind { color: var(--soft); font-weight: 400; font-size: .8rem; }
.cell {
  display: flex; align-items: center; gap: .35rem; width: 100%; border: 1px solid transparent; border-radius: 7px;
  padding: .2rem .45rem; text-align: left; white-space: nowrap; overflow: hidden; font-size: .85rem;
}
.cell:hover { border-color: currentColor; }
.cell .mark { font-weight: 700; width: 1em; text-align: center; flex: none; }
.cell .word { overflow: hidden; text-overflow: ellipsis; font-variant-numeric: tabular-nums; }
.cell .more { margin-left: auto; font-weight: 700; flex: none; font-size: .78rem; border: 1px solid currentColor; border-radius: 4px; padding: 0 .25rem; }
.cell .more.note { border-style: dotted; font-weight: 400; }
.cell.faded { opacity: .28; }
.empty { display: block; text-align: center; color: var(--line); }
.cell, .sign, .tag { color: var(--none); background: var(--none-back); }
.delivering { color: var(--delivering); background: var(--delivering-back); }
.pending { color: var(--pending); background: var(--pending-back); }
.failing { color: var(--failing); background: var(--failing-back); }
.auto_disabled { color: var(--auto_disabled); background: var(--auto_disabled-back); }
.disabled { color: var(--disabled); background: var(--disabled-back); }
.missing { color: var(--missing); background: var(--missing-back); }
.cell.missing { border: 1px dashed currentColor; }
.unreadable { color: var(--unreadable); background: var(--unreadable-back); }
.tag { display: inline-block; border-radius: 6px; padding: .05rem .5rem; font-size: .8rem; font-weight: 600; white-space: nowrap; }
.tag.problem { color: var(--failing); background: var(--failing-back); }
.tag.note { color: var(--disabled); background: var(--disabled-back); }

.list td { padding: .55rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; }
.list td:first-child, .list th:first-child { padding-left: 1rem; }
.list tbody tr:last-child td { border-bottom: 0; }
.list .advice { color: var(--soft); margin-top: .15rem; }
.list .open { border: 0; background: none; padding: 0; color: var(--accent); text-align: left; font-weight: 500; }
.list .open:hover { text-decoration: underline; }
.list .narrow { width: 9.5rem; }
.list .wide { width: 20rem; }

dialog {
  border: 0; border-left: 1px solid var(--line); margin: 0 0 0 auto; height: 100vh; max-height: 100vh; width: min(36rem, 100vw);
  max-width: 100vw; padding: 0; background: var(--card); color: var(--ink); box-shadow: -8px 0 32px rgba(0, 0, 0, .2);
}
dialog::backdrop { background: rgba(10, 15, 25, .35); }
.sheet { padding: 1.25rem 1.5rem 2rem; }
.sheet-head { display: flex; gap: 1rem; align-items: flex-start; margin-bottom: .5rem; }
.sheet-head h2 { margin: 0; font-size: 1.15rem; }
.sheet-head button { margin-left: auto; flex: none; }
.sheet h3 { font-size: .95rem; margin: 1.5rem 0 .5rem; display: flex; gap: .5rem; align-items: center; }
.finding { border-left: 3px solid var(--failing); padding: .1rem 0 .1rem .75rem; margin: .6rem 0; }
.finding.note { border-color: var(--line); }
.finding p { margin: .2rem 0; }
.finding .advice { color: var(--soft); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: .5rem 0; }
dt { color: var(--soft); }
dd { margin: 0; min-width: 0; }
.difference { font-size: .85rem; margin-top: .4rem; }
.difference th, .difference td { text-align: left; padding: .3rem .4rem; border-bottom: 1px solid var(--line); vertical-align: top; }
.difference th { position: static; font-size: .8rem; }
code { font: .85em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }

@media (max-width: 700px) {
  #app { padding: .75rem; }
  .matrix .zone { width: 10rem; }
  .list .wide { width: 12rem; }
}
@media print {
  @page { size: A4 landscape; margin: 12mm; }
  :root { --page: #ffffff; --shadow: none; }
  :root { font-size: 11px; }
  body { font-size: 10px; }
  #app, #app > .view { display: block !important; height: auto; max-width: none; padding: 0; }
  header .tools, .controls, [role="tablist"], dialog { display: none !important; }
  .view > h2 { display: block; font-size: 14px; margin: 16px 0 6px; }
  .card { border: 0; box-shadow: none; }
  .overview { padding: 0; }
  .legend { margin: .6rem 0 0; color: var(--soft); font-size: .85rem; flex: none; }
.scroll { overflow: visible; max-height: none; }
  thead th, .matrix .zone { position: static; }
  tr { break-inside: avoid; }
  .cell.faded { opacity: 1; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""


SCRIPT = r"""
"use strict";
(() => {
const report = JSON.parse(document.getElementById("report").textContent);
const SIGNS = {
  delivering: "\u2713", pending: "\u2026", failing: "\u2715", auto_disabled: "\u2297", disabled: "\u2013", missing: "\u2205",
  unreadable: "?", none: "\u00b7",
};
const WORDS = {
  delivering: "delivering", pending: "pending", failing: "failing", auto_disabled: "auto-disabled", disabled: "disabled",
  missing: "missing", unreadable: "unreadable", none: "no job",
};
const MEANINGS = {
  delivering: "The last push succeeded", pending: "Enabled, and never pushed yet", failing: "The last push failed",
  auto_disabled: "Cloudflare switched it off after a day of failures", disabled: "Switched off",
  missing: "Asked for, and not there", unreadable: "The jobs cannot be read", none: "No job is there, and none is asked for",
};
const CHUNK = 150;

// --- Making elements

const make = (tag, attributes, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
};
// What turns the direction of writing, or cannot be seen, is shown by its number.
const plain = (text) => String(text).replace(
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g,
  (letter) => "\u27e8U+" + letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0") + "\u27e9");
const outside = (text, tag = "span") => make(tag, {class: "outside"}, plain(text));
const numbered = (count, one, many) => count.toLocaleString("en") + " " + (count === 1 ? one : many);
const duration = (seconds) => seconds < 90 ? seconds + " s" : seconds < 5400 ? Math.round(seconds / 60) + " min"
  : seconds < 172800 ? Math.round(seconds / 3600) + " h" : Math.round(seconds / 86400) + " days";
const spoken = (kind) => WORDS[kind] || kind.replace(/_/g, " ");
const sign = (state) => make("span", {class: "sign " + state, "aria-hidden": "true"}, SIGNS[state]);

// --- The report, prepared once

const stateRank = Object.fromEntries(report.states.map((state, rank) => [state, rank]));
const kindRank = Object.fromEntries(report.kinds.map((kind, rank) => [kind, rank]));
const isProblem = (finding) => finding.level === "problem";
const zones = new Map();
const datasetCounts = new Map();
for (const row of report.rows) {
  row.findings = row.findings || [];
  row.urgent = row.findings.some(isProblem);
  row.text = [row.where, row.host, row.zone_id, row.account_id, row.dataset, row.name, row.job_id, WORDS[row.state], row.error,
    row.destination && row.destination.endpoint, ...row.findings.flatMap((finding) => [spoken(finding.kind), finding.msg]),
  ].filter(Boolean).join("\n").toLowerCase();
  const key = row.zone_id || row.account_id || row.where;
  if (!zones.has(key)) zones.set(key, {where: row.where, isAccount: !row.zone && Boolean(row.account_id), rows: []});
  zones.get(key).rows.push(row);
  if (row.dataset) datasetCounts.set(row.dataset, (datasetCounts.get(row.dataset) || 0) + 1);
}
const datasets = [...datasetCounts.keys()].sort((one, two) => datasetCounts.get(two) - datasetCounts.get(one) || (one < two ? -1 : 1));
for (const zone of zones.values()) {
  zone.rows.sort((one, two) => stateRank[one.state] - stateRank[two.state]);
  const worst = zone.rows.flatMap((row) => row.findings.filter(isProblem).map((finding) => kindRank[finding.kind]));
  zone.rank = Math.min(100, ...worst);
}
const byName = [...zones.values()].sort((one, two) => one.where.localeCompare(two.where));
const byUrgency = [...byName].sort((one, two) => one.rank - two.rank);
const findings = [
  ...report.collectors.flatMap((row) => (row.findings || []).map((finding) => ({row, finding, isCollector: true}))),
  ...report.rows.flatMap((row) => row.findings.map((finding) => ({row, finding}))),
].sort((one, two) => isProblem(two.finding) - isProblem(one.finding) || kindRank[one.finding.kind] - kindRank[two.finding.kind]);
for (const entry of findings) {
  entry.text = entry.isCollector ? [entry.row.where, spoken(entry.finding.kind), entry.finding.msg].join("\n").toLowerCase() : entry.row.text;
}

// --- What is asked for

const wanted = {words: [], states: new Set(), dataset: "", kind: "", urgent: false, order: "urgency"};
const fits = (row) => (!wanted.states.size || wanted.states.has(row.state))
  && (!wanted.dataset || row.dataset === wanted.dataset || !row.dataset)
  && (!wanted.kind || row.findings.some((finding) => finding.kind === wanted.kind))
  && (!wanted.urgent || row.urgent)
  && wanted.words.every((word) => row.text.includes(word));
const isFiltered = () => wanted.words.length || wanted.states.size || wanted.dataset || wanted.kind || wanted.urgent;

// --- Putting many rows into a table: those that can be seen, and more when somebody comes near their end

const fill = (body, items, build) => {
  let next = 0;
  body.more = (many = CHUNK) => {
    body.append(...items.slice(next, next + many).map(build));
    next = Math.min(items.length, next + many);
  };
  body.finish = () => body.more(items.length);
  body.replaceChildren();
  const box = body.closest(".scroll");
  if (box) box.scrollTop = 0;
  body.more();
};
const scrolling = (body, ...children) => make("div", {class: "card scroll", onscroll: (event) => {
  const box = event.currentTarget;
  if (box.scrollTop + 2 * box.clientHeight > box.scrollHeight) body.more();
}}, ...children);

// --- The matrix

const cellOf = (rows, zone) => {
  const row = rows[0];
  const shown = rows.filter(fits);
  const problems = rows.flatMap((each) => each.findings).filter((finding) => isProblem(finding) && finding.kind !== row.state);
  const kinds = new Set(problems.map((finding) => finding.kind).filter((kind) => kind !== "no_job" && kind !== "missing"));
  const notes = rows.some((each) => each.findings.some((finding) => !isProblem(finding)));
  const word = row.state === "delivering" && row.age !== undefined ? duration(row.age) : WORDS[row.state];
  const badge = rows.length > 1 ? rows.length + "\u00d7" : kinds.has("drift") && kinds.size === 1 ? "\u0394" : kinds.size ? "!" : "";
  const told = [WORDS[row.state], ...(rows.length > 1 ? [rows.length + " jobs"] : []), ...[...kinds].map(spoken)].join(", ");
  return make("button", {
    type: "button", class: "cell " + row.state + (isFiltered() && !shown.length ? " faded" : ""), tabindex: "-1",
    title: plain([row.dataset, told].filter(Boolean).join(": ")),
    "aria-label": plain([zone.where, row.dataset, told, row.state === "delivering" ? "last delivery " + word + " ago" : ""].filter(Boolean).join(", ")),
    onclick: () => openDetails(zone, rows),
  },
  make("span", {class: "mark", "aria-hidden": "true"}, SIGNS[row.state]), make("span", {class: "word"}, word),
  badge ? make("span", {class: "more"}, badge) : notes ? make("span", {class: "more note"}, "i") : null);
};
const matrixRow = (zone) => {
  const whole = zone.rows.filter((row) => !row.dataset);
  const name = make("th", {class: "zone", scope: "row", title: plain(zone.where)}, outside(zone.where));
  if (zone.isAccount) name.append(make("span", {class: "kind"}, " account"));
  if (whole.length) return make("tr", {}, name, make("td", {colspan: String(Math.max(1, shownDatasets.length))}, cellOf(whole, zone)));
  return make("tr", {}, name, ...shownDatasets.map((dataset) => {
    const rows = zone.rows.filter((row) => row.dataset === dataset);
    return make("td", {}, rows.length ? cellOf(rows, zone) : make("span", {class: "empty", "aria-hidden": "true"}, "\u00b7"));
  }));
};
let shownDatasets = datasets;
const matrixHead = make("tr");
const matrixBody = make("tbody");
const matrixNothing = make("p", {class: "nothing", hidden: true}, "No zone fits.");
const matrixTable = make("table", {class: "matrix", "aria-label": "Zones and datasets"}, make("thead", {}, matrixHead), matrixBody);
const showMatrix = () => {
  shownDatasets = wanted.dataset ? [wanted.dataset] : datasets;
  matrixHead.replaceChildren(make("th", {class: "zone", scope: "col"}, "Zone or account"),
    ...(shownDatasets.length ? shownDatasets : [""]).map((dataset) => make("th", {scope: "col"}, outside(dataset))));
  matrixTable.style.minWidth = (17 + 7.5 * shownDatasets.length) + "rem";
  const items = (wanted.order === "name" ? byName : byUrgency).filter((zone) => zone.rows.some(fits));
  fill(matrixBody, items, matrixRow);
  const first = matrixBody.querySelector(".cell");
  if (first) first.tabIndex = 0;
  matrixNothing.hidden = items.length > 0;
  count.textContent = numbered(items.length, "zone", "zones") + (items.length < zones.size ? " of " + zones.size.toLocaleString("en") : "");
};
// Arrow keys go from cell to cell; Tab goes on behind the matrix.
matrixBody.addEventListener("keydown", (event) => {
  const cell = event.target.closest(".cell");
  const step = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]}[event.key];
  if (!cell || !step) return;
  event.preventDefault();
  let line = cell.closest("tr");
  if (!line.nextElementSibling) matrixBody.more();
  let place = [...line.children].indexOf(cell.closest("td"));
  let target = null;
  do {
    if (step[0]) line = step[0] < 0 ? line.previousElementSibling : line.nextElementSibling;
    else place += step[1];
    const box = line && line.children[line.children.length === 2 && step[0] ? 1 : place];
    if (!box || place < 1) return;
    target = box.querySelector(".cell");
  } while (!target);
  cell.tabIndex = -1;
  target.tabIndex = 0;
  target.focus();
  target.scrollIntoView({block: "nearest", inline: "nearest"});
});

// --- The findings

const findingRow = (entry) => {
  const {row, finding, isCollector} = entry;
  const place = isCollector ? outside(row.where) : make("button", {
    type: "button", class: "open", onclick: () => openDetails({where: row.where}, [row]),
  }, outside(row.where));
  const what = isCollector ? "collector" : [row.dataset, row.name, row.job_id ? "job " + row.job_id : ""].filter(Boolean).join(" \u00b7 ");
  return make("tr", {},
    make("td", {}, make("span", {class: "tag " + finding.level}, spoken(finding.kind))),
    make("td", {}, place, make("div", {class: "advice"}, outside(what))),
    make("td", {}, outside(finding.msg, "div"), finding.advice ? make("div", {class: "advice"}, outside(finding.advice)) : null));
};
const findingBody = make("tbody");
const findingNothing = make("p", {class: "nothing", hidden: true}, "No finding fits.");
const showFindings = () => {
  const items = findings.filter((entry) => (!wanted.kind || entry.finding.kind === wanted.kind)
    && (!wanted.urgent || isProblem(entry.finding))
    && (entry.isCollector ? !wanted.states.size && !wanted.dataset && wanted.words.every((word) => entry.text.includes(word)) : fits(entry.row)));
  fill(findingBody, items, findingRow);
  findingNothing.hidden = items.length > 0;
  if (tab === "findings") count.textContent = numbered(items.length, "finding", "findings");
};

// --- The collectors

const collectorRow = (row) => {
  const certificate = row.certificate || {};
  const urgent = (row.findings || []).some(isProblem);
  const days = certificate.days_left;
  const state = !certificate.expiry ? make("span", {class: "tag note"}, "not seen") : urgent
    ? make("span", {class: "tag problem"}, "\u2715 see to it") : make("span", {class: "tag delivering"}, "\u2713 sound");
  return make("tr", {},
    make("td", {}, outside(row.where)),
    make("td", {}, String(row.jobs)),
    make("td", {}, state),
    make("td", {}, certificate.expiry ? certificate.expiry.slice(0, 10) + (days >= 0 ? ", in " + numbered(days, "day", "days") : ", expired") : "\u2013"),
    make("td", {}, ...((row.findings || []).length ? row.findings.map((finding) => make("div", {}, outside(finding.msg, "div"),
      finding.advice ? make("div", {class: "advice"}, outside(finding.advice)) : null)) : [outside(row.detail || "")]),
    certificate.issuer ? make("div", {class: "advice"}, "Issued by ", outside(certificate.issuer)) : null));
};
const collectorBody = make("tbody", {}, ...report.collectors.map(collectorRow));

// --- The details of a cell

const sheet = make("div", {class: "sheet"});
const details = make("dialog", {"aria-labelledby": "details-title"}, sheet);
details.addEventListener("click", (event) => { if (event.target === details) details.close(); });
const written = (value) => value === undefined || value === null ? "\u2013" : typeof value === "object" ? JSON.stringify(value) : String(value);
const difference = (row) => {
  const lines = [];
  for (const field of new Set([...Object.keys(row.before || {}), ...Object.keys(row.after || {})])) {
    const [old, now] = [(row.before || {})[field], (row.after || {})[field]];
    const isObject = (value) => value && typeof value === "object" && !Array.isArray(value);
    if ((field === "destination" || field === "output_options") && (isObject(old) || isObject(now))) {
      for (const part of new Set([...Object.keys(old || {}), ...Object.keys(now || {})])) {
        lines.push([field + "." + part, (old || {})[part], (now || {})[part]]);
      }
    } else lines.push([field, old, now]);
  }
  return make("table", {class: "difference"},
    make("thead", {}, make("tr", {}, ...["Field", "Is", "Should be"].map((title) => make("th", {scope: "col"}, title)))),
    make("tbody", {}, ...lines.map(([field, old, now]) => make("tr", {}, make("td", {}, outside(field)),
      make("td", {}, outside(written(old), "code")), make("td", {}, outside(written(now), "code"))))));
};
const jobDetails = (row) => {
  const destination = row.destination || {};
  const ago = row.age === undefined ? "" : " (" + duration(row.age) + " before this audit)";
  const facts = [
    ["Job", row.job_id && [row.job_id, row.name].filter(Boolean).join(", ")],
    ["State", WORDS[row.state] + ": " + MEANINGS[row.state].toLowerCase()],
    ["Last delivery", row.last_complete ? row.last_complete + ago : row.job_id && "never"],
    ["Last error", row.last_error], ["Error", row.error],
    ["Pushes to", destination.endpoint], ["Source type", destination.sourcetype], ["Channel", destination.channel],
    ["Zone id", row.zone_id], ["Account id", row.account_id], ["Inventory host", row.host],
  ].filter(([, value]) => value);
  return [
    make("h3", {}, sign(row.state), outside(row.dataset || "Jobs")),
    ...row.findings.map((finding) => make("div", {class: "finding " + finding.level},
      make("p", {}, make("span", {class: "tag " + finding.level}, spoken(finding.kind))), outside(finding.msg, "p"),
      finding.advice ? make("p", {class: "advice"}, outside(finding.advice)) : null)),
    ...(row.action && row.action !== "unchanged" && row.action !== "created" && row.action !== "deleted" ? [difference(row)] : []),
    make("dl", {}, ...facts.flatMap(([name, value]) => [make("dt", {}, name), outside(value, "dd")])),
  ];
};
const openDetails = (zone, rows) => {
  sheet.replaceChildren(
    make("div", {class: "sheet-head"}, make("h2", {id: "details-title"}, outside(zone.where)),
      make("button", {type: "button", class: "plain-button", onclick: () => details.close()}, "Close")),
    ...rows.flatMap(jobDetails));
  details.showModal();
  details.scrollTop = 0;
};

// --- The page

const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");
let theme = "auto";
try { theme = localStorage.getItem("logpush-audit-theme") || "auto"; } catch (error) { /* a browser that keeps nothing */ }
const themeButton = make("button", {type: "button", class: "plain-button", id: "theme", onclick: () => {
  const order = system.matches ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
  theme = order[(order.indexOf(theme) + 1) % 3];
  try { localStorage.setItem("logpush-audit-theme", theme); } catch (error) { /* as above */ }
  showTheme();
}});
const showTheme = () => {
  root.dataset.theme = theme === "auto" ? (system.matches ? "dark" : "light") : theme;
  themeButton.textContent = {auto: "\u25d0 Auto", light: "\u25cb Light", dark: "\u25cf Dark"}[theme];
  themeButton.setAttribute("aria-label", "Colours: " + theme);
};
system.addEventListener("change", showTheme);

const count = make("span", {class: "count", role: "status"});
const search = make("input", {type: "search", id: "search", placeholder: "Search zones, datasets, errors, ids \u2026   ( / )", "aria-label": "Search",
  autocomplete: "off", spellcheck: "false", oninput: () => {
    wanted.words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    show();
  }});
const choice = (id, label, first, options, set) => make("select", {id, "aria-label": label, onchange: (event) => { set(event.target.value); show(); }},
  ...(first ? [make("option", {value: ""}, first)] : []), ...options.map(([value, text]) => make("option", {value}, plain(text))));
const datasetChoice = choice("dataset", "Dataset", "All datasets", datasets.map((name) => [name, name]), (value) => { wanted.dataset = value; });
const kindsThere = report.kinds.filter((kind) => report.summary.kinds[kind]);
const kindChoice = choice("kind", "Finding", "All findings", kindsThere.map((kind) => [kind, spoken(kind) + " (" + report.summary.kinds[kind] + ")"]),
  (value) => { wanted.kind = value; });
const orderChoice = choice("order", "Order", "", [["urgency", "Worst first"], ["name", "By name"]], (value) => { wanted.order = value; });
const urgentBox = make("input", {type: "checkbox", id: "urgent", onchange: (event) => { wanted.urgent = event.target.checked; show(); }});
const there = report.states.filter((state) => report.summary[state]).reverse();
const chips = there.map((state) => make("button", {type: "button", class: "chip", "data-state": state, "aria-pressed": "false", title: MEANINGS[state],
  onclick: (event) => {
    const isOn = wanted.states.has(state);
    if (isOn) wanted.states.delete(state); else wanted.states.add(state);
    event.currentTarget.setAttribute("aria-pressed", String(!isOn));
    show();
  }}, sign(state), make("span", {}, WORDS[state]), make("b", {}, report.summary[state].toLocaleString("en"))));
const bar = make("div", {class: "bar", "aria-hidden": "true"}, ...there.map((state) => {
  const part = make("span", {class: state});
  part.style.flexGrow = report.summary[state];
  return part;
}));

const listTable = (titles, body) => make("table", {class: "list"},
  make("thead", {}, make("tr", {}, ...titles.map(([title, width]) => make("th", {scope: "col", class: width}, title)))), body);
const view = (name, title, ...children) => make("section", {
  class: "view", id: "view-" + name, role: "tabpanel", "aria-labelledby": "tab-" + name, hidden: name !== "matrix",
}, make("h2", {}, title), ...children);
const views = {
  matrix: view("matrix", "Zones and datasets", scrolling(matrixBody, matrixTable, matrixNothing),
    make("p", {class: "legend"}, "A time is the age of the last delivery. \u0394: differs from the inventory. 2\u00d7: two jobs. "
      + "!: other findings. i: notes. Arrow keys go from cell to cell, Enter shows the details.")),
  findings: view("findings", "Findings", scrolling(findingBody,
    listTable([["Finding", "narrow"], ["Where", "wide"], ["What, and what to do", ""]], findingBody), findingNothing)),
  collectors: view("collectors", "Collectors", make("div", {class: "card scroll"}, report.collectors.length
    ? listTable([["Collector", "wide"], ["Jobs", ""], ["Certificate", "narrow"], ["Valid until", "narrow"], ["Details", ""]], collectorBody)
    : make("p", {class: "nothing"}, "No collector was looked at."))),
};
let tab = "matrix";
const tabTitles = {
  matrix: "Matrix", findings: "Findings (" + findings.length.toLocaleString("en") + ")",
  collectors: "Collectors (" + report.collectors.length + ")",
};
const tabs = Object.fromEntries(Object.entries(tabTitles).map(([name, title]) => [name, make("button", {type: "button", role: "tab", id: "tab-" + name,
  "aria-controls": "view-" + name, onclick: () => choose(name)}, title)]));
const choose = (name) => {
  tab = name;
  for (const [each, view] of Object.entries(views)) {
    view.hidden = each !== name;
    tabs[each].setAttribute("aria-selected", String(each === name));
    tabs[each].tabIndex = each === name ? 0 : -1;
  }
  controls.hidden = name === "collectors";
  orderChoice.hidden = name !== "matrix";
  show();
};
const tabList = make("div", {role: "tablist", "aria-label": "Views", onkeydown: (event) => {
  const names = Object.keys(tabs);
  const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
  if (!step) return;
  const name = names[(names.indexOf(tab) + step + names.length) % names.length];
  choose(name);
  tabs[name].focus();
}}, ...Object.values(tabs));
const controls = make("div", {class: "controls"}, search, datasetChoice, kindChoice, orderChoice,
  make("label", {}, urgentBox, "Needs attention"), count);
const show = () => {
  if (tab === "findings") showFindings(); else showMatrix();
};
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !details.open && !/^(INPUT|SELECT)$/.test(event.target.tagName)) {
    event.preventDefault();
    search.focus();
  }
});
addEventListener("beforeprint", () => {
  if (details.open) details.close();
  showMatrix();
  matrixBody.finish();
  showFindings();
  findingBody.finish();
  root.dataset.theme = "light";
});
addEventListener("afterprint", () => { showTheme(); show(); });

const summary = report.summary;
document.getElementById("app").append(
  make("header", {}, make("h1", {}, "Logpush audit"),
    make("time", {datetime: report.generated}, report.generated.replace("T", " ").replace("Z", " UTC")),
    make("span", {class: "count"}, numbered(summary.scopes, "zone or account", "zones and accounts") + ", " + numbered(summary.jobs, "job", "jobs")),
    make("div", {class: "tools"}, make("button", {type: "button", class: "plain-button", id: "print", onclick: () => print()}, "Print"), themeButton)),
  make("section", {class: "card overview" + (summary.problems ? "" : " calm"), "aria-label": "Overview"},
    make("p", {}, report.headline), bar, make("div", {class: "chips", role: "group", "aria-label": "Show states"}, ...chips)),
  tabList, controls, ...Object.values(views), details);
showTheme();
choose("matrix");
})();
"""
