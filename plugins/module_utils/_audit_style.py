# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This module util is PRIVATE to the collection: it may change in any release.

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
