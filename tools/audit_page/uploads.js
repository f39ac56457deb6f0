// Copyright (c) 2026 edgeops.logpush contributors
// SPDX-License-Identifier: BSD-2-Clause

// What Cloudflare uploaded for jobs, in words and as a bar.

import { make } from "./dom.js";
import { numberText } from "./report.js";

// The parts of a bar, in the order of the numbers.
const PARTS = ["accepted", "repeated", "lost"];

/** Return the sums of the uploads of some jobs: records, accepted, repeated and lost; null without figures. */
export function sumOfUploads(rows) {
  const known = rows.map((row) => row.uploads).filter(Boolean);
  return known.length ? [0, 1, 2, 3].map((place) => known.reduce((sum, each) => sum + each[place], 0)) : null;
}

function counted(count, noun) {
  return `${numberText(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Return uploads in words. */
export function uploadsText(uploads) {
  const [records, accepted, repeated, lost] = uploads;
  if (!accepted && !repeated && !lost) return "nothing uploaded";
  return [
    `${counted(records, "record")} in ${counted(accepted, "upload")}`,
    repeated && `${numberText(repeated)} repeated`,
    lost && `${numberText(lost)} lost`,
  ].filter(Boolean).join(", ");
}

/** Return uploads in a few words, for a cell. */
export function shortText(uploads) {
  const [records, accepted, repeated, lost] = uploads;
  if (!accepted && !repeated && !lost) return "nothing uploaded";
  return [lost && `${numberText(lost)} lost`, counted(records, "record")].filter(Boolean).join(", ");
}

/** Return a part of a bar, or its sample for a legend. */
function barPart(name, count = 1) {
  const part = make("span", { class: name });
  part.style.flexGrow = String(count);
  return part;
}

/** Return a bar of uploads, or null if there are none. Without a label, the text beside it says the same. */
export function uploadBar(uploads, label = "") {
  const counts = uploads.slice(1);
  if (!counts.some(Boolean)) return null;
  const parts = PARTS.map((name, place) => counts[place] && barPart(name, counts[place])).filter(Boolean);
  const attributes = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
  return make("span", { class: "uploads", ...attributes }, ...parts);
}

/** What the parts of a bar mean. */
export function uploadsLegend(window) {
  const samples = PARTS.flatMap((name) => [
    make("span", { class: "uploads sample", "aria-hidden": "true" }, barPart(name)),
    `${name} `,
  ]);
  return make("p", { class: "uploads-legend" }, `A bar shows the uploads of ${window}: `, ...samples);
}
