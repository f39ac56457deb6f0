// Copyright (c) 2026 edgeops.logpush contributors
// SPDX-License-Identifier: BSD-2-Clause

// The matrix: a row for each zone or account, a column for each dataset. In a narrow window, a card for each zone.

import { openDetails } from "./details.js";
import { GrowingList, make, printable, untrusted } from "./dom.js";
import { filter, isFiltered, rowMatches } from "./filter.js";
import { numberText, report, signOf, stateBadge, zonesByName, zonesByUrgency } from "./report.js";
import { shortText, sumOfUploads, uploadBar, uploadsLegend, uploadsText } from "./uploads.js";

const STEPS = {
  ArrowUp: { rows: -1, columns: 0 },
  ArrowDown: { rows: 1, columns: 0 },
  ArrowLeft: { rows: 0, columns: -1 },
  ArrowRight: { rows: 0, columns: 1 },
};

// As in media.css.
const showsCards = matchMedia("(max-width: 700px)");

let columns = report.datasets;

function cellButton(cell, zone) {
  const faded = isFiltered() && !cell.rows.some(rowMatches);
  const uploads = sumOfUploads(cell.rows);
  const words = [cell.summary, uploads && uploadsText(uploads)].filter(Boolean).join(", ");
  return make(
    "button",
    {
      type: "button",
      class: `cell ${faded ? "faded" : cell.state}`,
      tabindex: "-1",
      title: printable([cell.dataset, words].filter(Boolean).join(": ")),
      "aria-label": printable([zone.where, cell.dataset, words].filter(Boolean).join(", ")),
      onclick: () => openDetails(zone, cell.rows),
    },
    make("span", { class: "mark", "aria-hidden": "true" }, signOf(cell.state)),
    make(
      "span",
      { class: "words" },
      make("span", { class: "word" }, cell.text),
      cell.reason && make("span", { class: "reason" }, printable(cell.reason)),
      uploads && make("span", { class: "figures" }, shortText(uploads)),
      uploads && uploadBar(uploads),
    ),
    cell.badge && make("span", { class: cell.badge === "i" ? "more note" : "more" }, cell.badge),
  );
}

function matrixCell(dataset, cell, zone) {
  const attributes = { role: "gridcell", "data-label": printable(dataset), class: cell ? null : "without" };
  if (cell) return make("td", attributes, cellButton(cell, zone));
  const dash = make("span", { class: "empty", "aria-hidden": "true" }, "\u00b7");
  return make("td", attributes, dash, make("span", { class: "unseen" }, "no job"));
}

function zoneRow(zone, place) {
  const name = make(
    "th",
    { class: "zone", scope: "row", role: "rowheader", title: printable(zone.where) },
    untrusted(zone.where),
  );
  if (zone.is_account) name.append(make("span", { class: "soft" }, " account"));
  const row = make("tr", { role: "row", "aria-rowindex": place + 2 }, name);
  const whole = zone.cells.find((cell) => !cell.dataset);
  if (whole) {
    const width = Math.max(1, columns.length);
    row.append(make("td", { role: "gridcell", colspan: width, "aria-colspan": width }, cellButton(whole, zone)));
    return row;
  }
  const cells = new Map(zone.cells.map((cell) => [cell.dataset, cell]));
  row.append(...columns.map((dataset) => matrixCell(dataset, cells.get(dataset), zone)));
  return row;
}

const body = make("tbody", { role: "rowgroup" });
const rows = new GrowingList(body, zoneRow);
const head = make("tr", { role: "row", "aria-rowindex": "1" });
const table = make(
  "table",
  { class: "matrix", role: "grid", "aria-label": "Zones and datasets" },
  make("thead", { role: "rowgroup" }, head),
  body,
);
const nothing = make("p", { class: "nothing", hidden: true }, "No zone or account matches.");

export const matrix = make(
  "div",
  { class: "card", role: "region", "aria-label": "Zones and their jobs" },
  table,
  nothing,
  rows.end,
);

const presentStates = report.states.filter((state) => state.count).reverse();

/** What the signs mean. */
export const legend = make(
  "details",
  { class: "legend" },
  make("summary", {}, "What the signs mean"),
  make(
    "ul",
    {},
    ...presentStates.map((state) =>
      make("li", {}, stateBadge(state.name), make("b", {}, state.label), `: ${state.meaning}`)
    ),
  ),
  make(
    "p",
    {},
    "A time is the age of the last delivery. \u0394: differs from the inventory. 2\u00d7: two jobs. !: other findings. " +
      "i: notes. The arrow keys move between cells, Enter shows the details.",
  ),
  report.totals.uploads && uploadsLegend(report.window),
);

/** Show the zones and accounts that match the filter. Return how many there are, in words. */
export function showMatrix() {
  columns = filter.dataset ? [filter.dataset] : report.datasets;
  const titles = columns.length ? columns : [""];
  head.replaceChildren(
    make("th", { class: "zone", scope: "col", role: "columnheader" }, "Zone or account"),
    ...titles.map((dataset) => make("th", { scope: "col", role: "columnheader" }, untrusted(dataset || "Jobs"))),
  );
  table.style.minWidth = `${minimumWidth()}rem`;
  fit();
  const zones = (filter.order === "name" ? zonesByName : zonesByUrgency).filter((zone) => zone.rows.some(rowMatches));
  table.setAttribute("aria-rowcount", String(zones.length + 1));
  rows.show(zones);
  matrix.scrollTop = 0;
  const first = body.querySelector("button");
  if (first) first.tabIndex = 0;
  table.hidden = !zones.length;
  nothing.hidden = zones.length > 0;
  return zones.length < report.zones.length
    ? `${numberText(zones.length)} of ${report.totals.scopes}`
    : report.totals.scopes;
}

function minimumWidth() {
  return 16 + 8 * columns.length;
}

/** Let the matrix scroll by itself if it has too many columns for the window, otherwise scroll with the page. */
function fit() {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const scrolls = !showsCards.matches && minimumWidth() * rem > matrix.clientWidth;
  matrix.classList.toggle("scroll", scrolls);
  matrix.tabIndex = scrolls ? 0 : -1;
}

addEventListener("resize", fit);

/** Make all rows, for printing. */
export function completeMatrix() {
  rows.complete();
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

/** Return the cell that a key leads to, or null. */
function targetOf(cell, event) {
  const step = STEPS[event.key];
  if (step) {
    if (!cell.closest("tr").nextElementSibling) rows.grow(1);
    return neighbor(cell, step);
  }
  const own = event.ctrlKey ? body.querySelectorAll("button") : cell.closest("tr").querySelectorAll("button");
  return { Home: own[0], End: own[own.length - 1] }[event.key] ?? null;
}

body.addEventListener("keydown", (event) => {
  const cell = event.target instanceof Element && event.target.closest("button");
  if (!cell || !(event.key in STEPS || event.key === "Home" || event.key === "End")) return;
  event.preventDefault();
  const target = targetOf(cell, event);
  if (!target) return;
  // Only one cell is reached with Tab, so that Tab leaves the matrix.
  cell.tabIndex = -1;
  target.tabIndex = 0;
  target.focus();
  target.scrollIntoView({ block: "nearest", inline: "nearest" });
});
