// Copyright (c) 2026 edgeops.logpush contributors
// SPDX-License-Identifier: BSD-2-Clause

// The list of findings and the list of collectors.

import { openDetails } from "./details.js";
import { GrowingRows, make, untrusted } from "./dom.js";
import { findingMatches } from "./filter.js";
import { findings, kindLabel, numberText, report } from "./report.js";

function listTable(columns, body) {
  const titles = columns.map(([title, width]) => make("th", { scope: "col", class: width }, title));
  return make("table", { class: "list" }, make("thead", {}, make("tr", {}, ...titles)), body);
}

function message(finding) {
  return [untrusted(finding.msg, "div"), finding.advice && make("div", { class: "advice" }, untrusted(finding.advice))];
}

function findingRow(entry) {
  const open = () => openDetails(entry.zone, [entry.row]);
  const name = untrusted(entry.where);
  return make(
    "tr",
    {},
    make("td", {}, make("span", { class: `tag ${entry.finding.level}` }, kindLabel(entry.finding.kind))),
    make(
      "td",
      {},
      entry.row ? make("button", { type: "button", class: "open", onclick: open }, name) : name,
      make("div", { class: "advice" }, untrusted(entry.what)),
    ),
    make("td", {}, ...message(entry.finding)),
  );
}

export const findingRows = new GrowingRows(findingRow);
const nothing = make("p", { class: "nothing", hidden: true }, "No finding matches.");
findingRows.box.append(
  listTable([["Finding", "narrow"], ["Where", "wide"], ["What, and what to do", null]], findingRows.body),
  nothing,
);

/** Show the findings that match the filter. Return how many there are, in words. */
export function showFindings() {
  const shown = findings.filter(findingMatches);
  findingRows.show(shown);
  nothing.hidden = shown.length > 0;
  return shown.length < findings.length
    ? `${numberText(shown.length)} of ${report.totals.findings}`
    : report.totals.findings;
}

function collectorRow(collector) {
  const messages = collector.findings ? collector.findings.flatMap(message) : [untrusted(collector.detail ?? "")];
  return make(
    "tr",
    {},
    make("td", {}, untrusted(collector.where)),
    make("td", {}, collector.jobs),
    make("td", {}, make("span", { class: `tag ${collector.status.level}` }, collector.status.label)),
    make("td", {}, collector.valid_until),
    make(
      "td",
      {},
      ...messages,
      collector.issuer && make("div", { class: "advice" }, "Issued by ", untrusted(collector.issuer)),
    ),
  );
}

const collectorColumns = [
  ["Collector", "wide"],
  ["Jobs", null],
  ["Certificate", "narrow"],
  ["Valid until", "narrow"],
  ["Details", null],
];
export const collectorList = make(
  "div",
  { class: "card scroll" },
  report.collectors.length
    ? listTable(collectorColumns, make("tbody", {}, ...report.collectors.map(collectorRow)))
    : make("p", { class: "nothing" }, "No collector was checked."),
);
