// Copyright (c) 2026 edgeops.logpush contributors
// SPDX-License-Identifier: BSD-2-Clause

// What the reader has chosen to see.

import { isProblem, searchTextOf } from "./report.js";

export const filter = { words: [], states: new Set(), dataset: "", kind: "", onlyProblems: false, order: "urgency" };

/** Return whether the reader has narrowed the view down. */
export function isFiltered() {
  return filter.words.length > 0 || filter.states.size > 0 ||
    Boolean(filter.dataset || filter.kind || filter.onlyProblems);
}

function matchesWords(text) {
  return filter.words.every((word) => text.includes(word));
}

/** Return whether a row of the report is to be shown. */
export function rowMatches(row) {
  return (!filter.states.size || filter.states.has(row.state)) &&
    (!filter.dataset || !row.dataset || row.dataset === filter.dataset) &&
    (!filter.kind || row.findings.some((finding) => finding.kind === filter.kind)) &&
    (!filter.onlyProblems || row.needsAttention) &&
    (!filter.words.length || matchesWords(searchTextOf(row)));
}

/** Return whether a cause at a collector is to be shown: a collector belongs to no state and no dataset. */
export function causeMatches(cause) {
  return (!filter.kind || cause.kind === filter.kind) && (!filter.onlyProblems || isProblem(cause)) &&
    !filter.states.size && !filter.dataset &&
    matchesWords([cause.title, ...cause.collectors].join("\n").toLowerCase());
}
