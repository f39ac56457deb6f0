// Copyright (c) 2026 edgeops.logpush contributors
// SPDX-License-Identifier: BSD-2-Clause

// The matrix: a row for each zone or account, a column for each dataset.

import { openDetails } from "./details.js";
import { GrowingRows, make, printable, untrusted } from "./dom.js";
import { filter, isFiltered, rowMatches } from "./filter.js";
import { numberText, report, signOf, zonesByName, zonesByUrgency } from "./report.js";

const STEPS = {
  ArrowUp: { rows: -1, columns: 0 },
  ArrowDown: { rows: 1, columns: 0 },
  ArrowLeft: { rows: 0, columns: -1 },
  ArrowRight: { rows: 0, columns: 1 },
};

let columns = report.datasets;

function cellButton(cell, zone) {
  const faded = isFiltered() && !cell.rows.some(rowMatches);
  return make(
    "button",
    {
      type: "button",
      class: `cell ${cell.state}${faded ? " faded" : ""}`,
      tabindex: "-1",
      title: printable([cell.dataset, cell.summary].filter(Boolean).join(": ")),
      "aria-label": printable([zone.where, cell.dataset, cell.summary].filter(Boolean).join(", ")),
      onclick: () => openDetails(zone, cell.rows),
    },
    make("span", { class: "mark", "aria-hidden": "true" }, signOf(cell.state)),
    make("span", { class: "word" }, cell.text),
    cell.badge && make("span", { class: cell.badge === "i" ? "more note" : "more" }, cell.badge),
  );
}

function zoneRow(zone) {
  const name = make("th", { class: "zone", scope: "row", title: printable(zone.where) }, untrusted(zone.where));
  if (zone.is_account) name.append(make("span", { class: "kind" }, " account"));
  const whole = zone.cells.find((cell) => !cell.dataset);
  if (whole) {
    const width = Math.max(1, columns.length);
    return make("tr", {}, name, make("td", { colspan: width }, cellButton(whole, zone)));
  }
  const cells = columns.map((dataset) => {
    const cell = zone.cells.find((each) => each.dataset === dataset);
    const empty = () => make("span", { class: "empty", "aria-hidden": "true" }, "\u00b7");
    return make("td", {}, cell ? cellButton(cell, zone) : empty());
  });
  return make("tr", {}, name, ...cells);
}

export const matrixRows = new GrowingRows(zoneRow);
const head = make("tr", {});
const table = make(
  "table",
  { class: "matrix", "aria-label": "Zones and datasets" },
  make("thead", {}, head),
  matrixRows.body,
);
const nothing = make("p", { class: "nothing", hidden: true }, "No zone or account matches.");
matrixRows.box.append(table, nothing);

export const legend = make(
  "p",
  { class: "legend" },
  "A time is the age of the last delivery. \u0394: differs from the inventory. 2\u00d7: two jobs. !: other findings. " +
    "i: notes. The arrow keys move between cells, Enter shows the details.",
);

/** Show the zones and accounts that match the filter. Return how many there are, in words. */
export function showMatrix() {
  columns = filter.dataset ? [filter.dataset] : report.datasets;
  const titles = columns.length ? columns : [""];
  head.replaceChildren(
    make("th", { class: "zone", scope: "col" }, "Zone or account"),
    ...titles.map((dataset) => make("th", { scope: "col" }, untrusted(dataset))),
  );
  table.style.minWidth = `${17 + 7.5 * columns.length}rem`;
  const zones = (filter.order === "name" ? zonesByName : zonesByUrgency).filter((zone) => zone.rows.some(rowMatches));
  matrixRows.show(zones);
  const first = matrixRows.body.querySelector("button");
  if (first) first.tabIndex = 0;
  nothing.hidden = zones.length > 0;
  return zones.length < report.zones.length
    ? `${numberText(zones.length)} of ${report.totals.scopes}`
    : report.totals.scopes;
}

/** Return the next cell with a button in the direction of an arrow key, or null at the edge. */
function neighbor(cell, step) {
  let row = cell.closest("tr");
  let column = [...row.children].indexOf(cell.closest("td"));
  for (;;) {
    if (step.rows) row = step.rows < 0 ? row.previousElementSibling : row.nextElementSibling;
    column += step.columns;
    if (!row || column < 1) return null;
    // A zone without datasets has a single cell, which spans all columns.
    const box = row.children[row.children.length === 2 && step.rows ? 1 : column];
    if (!box) return null;
    const target = box.querySelector("button");
    if (target) return target;
  }
}

matrixRows.body.addEventListener("keydown", (event) => {
  const cell = event.target instanceof Element && event.target.closest("button");
  const step = STEPS[event.key];
  if (!cell || !step) return;
  event.preventDefault();
  if (!cell.closest("tr").nextElementSibling) matrixRows.grow(1);
  const target = neighbor(cell, step);
  if (!target) return;
  // Only one cell is reached with Tab, so that Tab leaves the matrix.
  cell.tabIndex = -1;
  target.tabIndex = 0;
  target.focus();
  target.scrollIntoView({ block: "nearest", inline: "nearest" });
});
