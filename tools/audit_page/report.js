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

function searchText(...values) {
  return values.filter(Boolean).join("\n").toLowerCase();
}

function findingTexts(findings) {
  return findings.flatMap((finding) => [kindLabel(finding.kind), finding.msg]);
}

for (const zone of report.zones) {
  zone.rows = zone.cells.flatMap((cell) => cell.rows);
  for (const row of zone.rows) {
    row.findings ??= [];
    row.needsAttention = row.findings.some(isProblem);
    row.searchText = searchText(
      zone.where,
      row.host,
      row.zone_id,
      row.account_id,
      row.dataset,
      row.name,
      row.job_id,
      stateOf(row.state).label,
      row.error,
      row.endpoint,
      ...findingTexts(row.findings),
    );
  }
}

export const zonesByName = [...report.zones].sort((one, two) => one.where.localeCompare(two.where));
export const zonesByUrgency = [...zonesByName].sort((one, two) => one.rank - two.rank);

const collectorFindings = report.collectors.flatMap((collector) =>
  (collector.findings ?? []).map((finding) => ({
    finding,
    collector,
    where: collector.where,
    what: "collector",
    searchText: searchText(collector.where, ...findingTexts([finding])),
  }))
);
const jobFindings = report.zones.flatMap((zone) =>
  zone.rows.flatMap((row) =>
    row.findings.map((finding) => ({ finding, zone, row, where: zone.where, what: row.title ?? "" }))
  )
);

/** All findings, the most urgent first. */
export const findings = [...collectorFindings, ...jobFindings].sort((one, two) =>
  Number(isProblem(two.finding)) - Number(isProblem(one.finding)) ||
  kinds[one.finding.kind].rank - kinds[two.finding.kind].rank
);
