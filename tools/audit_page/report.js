// Copyright (c) 2026 edgeops.logpush contributors
// SPDX-License-Identifier: BSD-2-Clause

// The report that is embedded in the page. Python has written all its words, durations and totals.

import { make } from "./dom.js";

export const report = JSON.parse(document.getElementById("report").textContent);

const SIGNS = {
  delivering: "\u2713",
  pending: "\u2026",
  failing: "\u2715",
  auto_disabled: "\u2297",
  disabled: "\u2013",
  missing: "\u2205",
  unreadable: "?",
  none: "\u00b7",
};

const states = Object.fromEntries(report.states.map((state) => [state.name, state]));
const kinds = Object.fromEntries(report.kinds.map((kind, rank) => [kind.name, { ...kind, rank }]));

/** Return the label and the meaning of a state. */
export function stateOf(name) {
  return states[name];
}

/** Return the label of a kind of finding. */
export function kindLabel(name) {
  return kinds[name].label;
}

/** Return the label and the meaning of the delivery of a job, "" if it was not read. */
export function deliveryText(row) {
  const name = row.delivery ?? (row.uploads?.[1] ? "delivering" : "");
  return name ? report.deliveries[name].join(": ") : "";
}

/** Return whether a finding needs attention. */
export function isProblem(finding) {
  return finding.level === "problem";
}

/** Return the character that stands for a state besides its color. */
export function signOf(state) {
  return SIGNS[state];
}

/** Return a round badge with the sign of a state. */
export function stateBadge(state) {
  return make("span", { class: `sign ${state}`, "aria-hidden": "true" }, SIGNS[state]);
}

/** Return a number as the page shows it. */
export function numberText(number) {
  return number.toLocaleString("en");
}

for (const zone of report.zones) {
  zone.rows = [];
  for (const cell of zone.cells) {
    cell.dataset ??= "";
    for (const row of cell.rows) {
      row.zone = zone;
      row.dataset = cell.dataset;
      row.state ??= cell.state;
      row.host ??= zone.host;
      row.findings = (row.findings ?? []).map((number) => report.findings[number]);
      row.needsAttention = row.findings.some(isProblem);
      zone.rows.push(row);
    }
  }
}

export const zonesByUrgency = report.zones;
export const zonesByName = [...report.zones].sort((one, two) => one.name_order - two.name_order);

for (const cause of report.causes) {
  cause.rows = (cause.rows ?? []).map(([zone, place]) => report.zones[zone].rows[place]);
  cause.collectors ??= [];
}

function findingText(finding) {
  finding.searchText ??= `${kindLabel(finding.kind)}\n${finding.msg}`;
  return finding.searchText;
}

/** Return the text of a row that is searched, in lower case. It is made at the first search, so that the page opens fast. */
export function searchTextOf(row) {
  const { zone } = row;
  row.searchText ??= [
    zone.where,
    row.host,
    zone.zone_id,
    zone.account_id,
    row.dataset,
    row.name,
    row.job_id,
    stateOf(row.state).label,
    row.error,
    row.refusal,
    destinationOf(row)[0],
    ...row.findings.map(findingText),
  ].filter(Boolean).join("\n").toLowerCase();
  return row.searchText;
}

/** Return the endpoint and the source type of a job. */
export function destinationOf(row) {
  return report.destinations[row.destination] ?? [];
}
