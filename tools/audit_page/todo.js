// Copyright (c) 2026 edgeops.logpush contributors
// SPDX-License-Identifier: BSD-2-Clause

// What to do: a card for each cause of findings, with its steps, its commands and its jobs.

import { commandBox } from "./copy.js";
import { openDetails } from "./details.js";
import { GrowingList, make, untrusted } from "./dom.js";
import { causeMatches, isFiltered, rowMatches } from "./filter.js";
import { isProblem, kindLabel, numberText, report, stateBadge, stateOf } from "./report.js";
import { uploadBar, uploadsText } from "./uploads.js";

// The number of jobs that are shown without a click.
const UNFOLDED_JOBS = 5;

function stepItem(step) {
  return make("li", {}, untrusted(step.text, "p"), step.command && commandBox(step.command));
}

function jobItem(row) {
  return make(
    "li",
    {},
    make(
      "button",
      { type: "button", class: "open", onclick: () => openDetails(row.zone, [row]) },
      stateBadge(row.state),
      untrusted(row.zone.where),
    ),
    row.dataset && untrusted(row.dataset),
    make("span", { class: "soft" }, jobState(row)),
    hasFailures(row) && uploadBar(row.uploads),
    hasFailures(row) && make("span", { class: "soft" }, uploadsText(row.uploads)),
    row.also && make("span", { class: "tag note" }, `also: ${row.also}`),
  );
}

function hasFailures(row) {
  return Boolean(row.uploads && (row.uploads[2] || row.uploads[3]));
}

function jobState(row) {
  const { label } = stateOf(row.state);
  if (!row.age) return label;
  return row.age === "never" ? `${label}, never delivered` : `${label}, last delivery ${row.age} ago`;
}

/** The card of a cause. It is made once; a filter changes which jobs it lists. */
class Card {
  constructor(cause, number) {
    this.cause = cause;
    this.summary = make("summary", {});
    const list = make("ul", { class: "jobs" });
    this.list = new GrowingList(list, jobItem);
    this.rows = cause.rows;
    this.folded = make("details", { class: "affected" }, this.summary, list, this.list.end);
    this.folded.addEventListener("toggle", () => this.fill());
    this.folded.hidden = !cause.rows.length;
    const title = make("h3", { id: `cause-${number}` });
    title.append(
      make("span", { class: `tag ${cause.level}` }, kindLabel(cause.kind)),
      untrusted(cause.title),
    );
    this.element = make(
      "article",
      { class: `card cause ${cause.level}`, "aria-labelledby": title.id },
      title,
      make("p", { class: "soft" }, untrusted(cause.meaning)),
      make("ol", { class: "steps" }, ...(cause.steps ?? []).map(stepItem)),
      this.folded,
    );
  }

  /** Show the jobs that match the filter. Return whether there is anything to show. */
  show() {
    const { cause } = this;
    const filtered = isFiltered();
    this.rows = filtered ? cause.rows.filter(rowMatches) : cause.rows;
    this.element.hidden = filtered && !this.rows.length && (!cause.collectors.length || !causeMatches(cause));
    if (this.element.hidden) return false;
    const some = this.rows.length < cause.rows.length;
    this.summary.textContent = some ? `${numberText(this.rows.length)} of ${cause.affected}` : cause.affected;
    this.folded.open = this.rows.length <= UNFOLDED_JOBS;
    this.filled = null;
    this.fill();
    return true;
  }

  /** Make the list of jobs if it is unfolded. */
  fill() {
    if (!this.folded.open || this.filled === this.rows) return;
    this.filled = this.rows;
    this.list.show(this.rows);
  }

  /** Unfold everything, for printing. */
  complete() {
    this.folded.open = true;
    this.fill();
    this.list.complete();
  }
}

const cards = report.causes.map((cause, number) => new Card(cause, number));
const urgent = cards.filter((card) => isProblem(card.cause));
const others = cards.filter((card) => !isProblem(card.cause));

const nothingToDo = make(
  "p",
  { class: "card nothing", hidden: urgent.length > 0 },
  make("strong", {}, "Nothing to do."),
  report.zones.length ? " No job and no collector needs attention." : " No zone was audited.",
);
const nothingMatches = make("p", { class: "card nothing", hidden: true }, "Nothing matches the filter.");
const hint = make("p", { class: "soft hint", hidden: !urgent.length }, report.hint);
const notes = make(
  "details",
  { class: "notes" },
  make("summary", {}, `For information: ${report.totals.notes}`),
  ...others.map((card) => card.element),
);
notes.open = !urgent.length;

export const toDo = make(
  "div",
  { class: "todo" },
  nothingToDo,
  hint,
  ...urgent.map((card) => card.element),
  nothingMatches,
  notes,
);

/** Show the causes that match the filter. Return how many there are, in words. */
export function showToDo() {
  const shown = urgent.filter((card) => card.show()).length;
  const notesShown = others.filter((card) => card.show()).length;
  notes.hidden = !notesShown;
  nothingMatches.hidden = !isFiltered() || shown + notesShown > 0;
  return shown < urgent.length ? `${numberText(shown)} of ${report.totals.causes}` : report.totals.causes;
}

/** Unfold everything, for printing. */
export function completeToDo() {
  notes.open = true;
  for (const card of cards) card.complete();
}
