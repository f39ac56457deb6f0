// Copyright (c) 2026 edgeops.logpush contributors
// SPDX-License-Identifier: BSD-2-Clause

// The list of collectors, with their certificates.

import { make, untrusted } from "./dom.js";
import { report } from "./report.js";

const COLUMNS = ["Collector", "Jobs", "Certificate", "Valid until", "Details"];

function message(finding) {
  return [untrusted(finding.msg, "div"), finding.advice && make("div", { class: "soft" }, untrusted(finding.advice))];
}

function cell(label, ...children) {
  return make("td", { role: "cell", "data-label": label }, ...children);
}

function collectorRow(collector) {
  const messages = collector.findings ? collector.findings.flatMap(message) : [untrusted(collector.detail ?? "")];
  return make(
    "tr",
    { role: "row" },
    make("th", { scope: "row", role: "rowheader" }, untrusted(collector.where)),
    cell("Jobs", collector.jobs),
    cell("Certificate", make("span", { class: `tag ${collector.status.level}` }, collector.status.label)),
    cell("Valid until", collector.valid_until),
    cell(
      "Details",
      make(
        "div",
        {},
        ...messages,
        collector.issuer && make("div", { class: "soft" }, "Issued by ", untrusted(collector.issuer)),
      ),
    ),
  );
}

function collectorTable() {
  const titles = COLUMNS.map((title) => make("th", { scope: "col", role: "columnheader" }, title));
  return make(
    "table",
    { class: "list", role: "table", "aria-label": "Collectors" },
    make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, ...titles)),
    make("tbody", { role: "rowgroup" }, ...report.collectors.map(collectorRow)),
  );
}

export const collectorList = report.collectors.length
  ? make("div", { class: "card" }, collectorTable())
  : make("p", { class: "card nothing" }, "No collector was checked.");
