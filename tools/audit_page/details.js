// Copyright (c) 2026 edgeops.logpush contributors
// SPDX-License-Identifier: BSD-2-Clause

// The dialog with the details of the jobs in a cell.

import { make, untrusted } from "./dom.js";
import { deliveryText, destinationOf, kindLabel, stateBadge, stateOf } from "./report.js";
import { uploadBar, uploadsText } from "./uploads.js";

const sheet = make("div", { class: "sheet" });

export const dialog = make("dialog", { "aria-labelledby": "details-title" }, sheet);
dialog.addEventListener("click", (event) => {
  // A click outside the sheet hits the dialog itself.
  if (event.target === dialog) dialog.close();
});

function findingBox(finding) {
  return make(
    "div",
    { class: `finding ${finding.level}` },
    make("p", {}, make("span", { class: `tag ${finding.level}` }, kindLabel(finding.kind))),
    untrusted(finding.msg, "p"),
    finding.advice && make("p", { class: "advice" }, untrusted(finding.advice)),
  );
}

function changesTable(changes) {
  const titles = ["Field", "Is", "Should be"];
  return make(
    "table",
    { class: "changes" },
    make("caption", {}, "What a rollout would change"),
    make("thead", {}, make("tr", {}, ...titles.map((title) => make("th", { scope: "col" }, title)))),
    make(
      "tbody",
      {},
      ...changes.map(([field, before, after]) =>
        make(
          "tr",
          {},
          make("td", {}, untrusted(field)),
          make("td", {}, untrusted(before, "code")),
          make("td", {}, untrusted(after, "code")),
        )
      ),
    ),
  );
}

function jobSection(row) {
  const state = stateOf(row.state);
  const [endpoint, sourcetype] = destinationOf(row);
  const facts = [
    ["Job", [row.job_id, row.name].filter(Boolean).join(", ")],
    ["State", `${state.label}: ${state.meaning}`],
    ["Last delivery", row.last_delivery],
    ["Uploads", row.uploads && uploadsText(row.uploads)],
    ["Delivery", deliveryText(row)],
    ["Last error", row.last_error],
    ["Error", row.error],
    ["Rollout would fail", row.refusal],
    ["Endpoint", endpoint],
    ["Source type", sourcetype],
    ["Channel", row.channel],
    ["Zone ID", row.zone.zone_id],
    ["Account ID", row.zone.account_id],
    ["Inventory host", row.host],
  ].filter(([, value]) => value);
  return [
    make("h3", {}, stateBadge(row.state), untrusted(row.dataset || "Jobs")),
    row.uploads && uploadBar(row.uploads, `Uploads: ${uploadsText(row.uploads)}`),
    ...row.findings.map(findingBox),
    row.changes && changesTable(row.changes),
    make("dl", {}, ...facts.flatMap(([name, value]) => [make("dt", {}, name), untrusted(value, "dd")])),
  ];
}

/** Show some jobs of a zone or account. */
export function openDetails(zone, rows) {
  const closeButton = make("button", { type: "button", class: "plain-button", onclick: () => dialog.close() }, "Close");
  sheet.replaceChildren(
    make("div", { class: "sheet-head" }, make("h2", { id: "details-title" }, untrusted(zone.where)), closeButton),
    ...rows.flatMap(jobSection).filter(Boolean),
  );
  dialog.showModal();
  dialog.scrollTop = 0;
}
