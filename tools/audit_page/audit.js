// Copyright (c) 2026 edgeops.logpush contributors
// SPDX-License-Identifier: BSD-2-Clause

// The page of an audit: an overview, controls, and three views of the report.

import { collectorList } from "./collectors.js";
import { announcement } from "./copy.js";
import { dialog } from "./details.js";
import { make, printable, untrusted } from "./dom.js";
import { filter, isFiltered } from "./filter.js";
import { completeMatrix, legend, matrix, showMatrix } from "./matrix.js";
import { report, stateBadge } from "./report.js";
import { showPrintTheme, showTheme, themeButton } from "./theme.js";
import { completeToDo, showToDo, toDo } from "./todo.js";
import { uploadBar } from "./uploads.js";

const count = make("span", { class: "count", role: "status" });

// --- Controls

function choice(id, label, options, choose) {
  const select = make(
    "select",
    { id, "aria-label": label },
    ...options.map(([value, text]) => make("option", { value }, printable(text))),
  );
  select.addEventListener("change", () => {
    choose(select.value);
    show();
  });
  return select;
}

const search = make("input", {
  type: "search",
  id: "search",
  placeholder: "Search zones, datasets, errors, IDs \u2026   ( / )",
  "aria-label": "Search",
  autocomplete: "off",
  spellcheck: "false",
  oninput: () => {
    filter.words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    show();
  },
});
const datasetChoice = choice(
  "dataset",
  "Dataset",
  [["", "All datasets"], ...report.datasets.map((name) => [name, name])],
  (value) => filter.dataset = value,
);
const kindChoice = choice(
  "kind",
  "Finding",
  [["", "All findings"], ...report.kinds.filter((kind) => kind.option).map((kind) => [kind.name, kind.option])],
  (value) => filter.kind = value,
);
const orderChoice = choice(
  "order",
  "Order",
  [["urgency", "Most urgent first"], ["name", "By name"]],
  (value) => filter.order = value,
);
const onlyProblems = make("input", {
  type: "checkbox",
  id: "urgent",
  onchange: () => {
    filter.onlyProblems = onlyProblems.checked;
    show();
  },
});
const clearButton = make(
  "button",
  { type: "button", class: "plain-button", id: "clear", onclick: clearFilter },
  "Clear",
);
const controls = make(
  "div",
  { class: "controls", role: "search", "aria-label": "Filter" },
  search,
  datasetChoice,
  kindChoice,
  orderChoice,
  make("label", {}, onlyProblems, "Needs attention"),
  clearButton,
  count,
);

function clearFilter() {
  search.value = datasetChoice.value = kindChoice.value = "";
  onlyProblems.checked = false;
  Object.assign(filter, { words: [], dataset: "", kind: "", onlyProblems: false });
  filter.states.clear();
  for (const chip of chips) chip.setAttribute("aria-pressed", "false");
  show();
  search.focus();
}

// --- Overview

const presentStates = report.states.filter((state) => state.count).reverse();

function stateChip(state) {
  const chip = make(
    "button",
    {
      type: "button",
      class: "chip",
      "data-state": state.name,
      "aria-pressed": "false",
      title: state.meaning,
      onclick: () => {
        if (!filter.states.delete(state.name)) filter.states.add(state.name);
        chip.setAttribute("aria-pressed", String(filter.states.has(state.name)));
        show();
      },
    },
    stateBadge(state.name),
    make("span", {}, state.label),
    make("b", {}, state.count_text),
  );
  return chip;
}

const chips = presentStates.map(stateChip);

function barPart(state) {
  const part = make("span", { class: state.name });
  part.style.flexGrow = String(state.count);
  return part;
}

const overview = make(
  "section",
  { class: report.healthy ? "card overview healthy" : "card overview", "aria-label": "Overview" },
  make("h2", {}, report.headline),
  make("div", { class: "bar", "aria-hidden": "true" }, ...presentStates.map(barPart)),
  report.totals.uploads && make("p", { class: "totals" }, uploadBar(report.uploads), report.totals.uploads),
  report.totals.hint && untrusted(report.totals.hint, "p"),
  make("div", { class: "chips", role: "group", "aria-label": "Show states" }, ...chips),
);

// --- Views and their tabs

function view(name, title, ...children) {
  const panel = { class: "view", id: `view-${name}`, role: "tabpanel", "aria-labelledby": `tab-${name}` };
  const tab = { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `view-${name}` };
  return {
    name,
    panel: make("section", panel, make("h2", { class: "unseen" }, title), ...children),
    tab: make("button", { ...tab, onclick: () => choose(name) }, title),
  };
}

const views = [
  view("todo", report.tabs.todo, toDo),
  view("zones", report.tabs.zones, matrix, legend),
  view("collectors", report.tabs.collectors, collectorList),
];
let chosen = "todo";

function show() {
  clearButton.hidden = !isFiltered();
  if (chosen === "zones") count.textContent = showMatrix();
  else if (chosen === "todo") count.textContent = showToDo();
}

function choose(name) {
  chosen = name;
  for (const each of views) {
    each.panel.hidden = each.name !== name;
    each.tab.setAttribute("aria-selected", String(each.name === name));
    each.tab.tabIndex = each.name === name ? 0 : -1;
  }
  controls.hidden = name === "collectors";
  orderChoice.hidden = name !== "zones";
  show();
}

const tabList = make("div", {
  role: "tablist",
  "aria-label": "Views",
  onkeydown: (event) => {
    const position = views.findIndex((each) => each.name === chosen);
    const target = { ArrowLeft: position - 1, ArrowRight: position + 1, Home: 0, End: -1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const next = views[(target + views.length) % views.length];
    choose(next.name);
    next.tab.focus();
  },
}, ...views.map((each) => each.tab));

// --- Keyboard and printing

addEventListener("keydown", (event) => {
  const isTyping = event.target instanceof Element && event.target.matches("input, select");
  if (event.key === "/" && !dialog.open && !isTyping) {
    event.preventDefault();
    search.focus();
  }
});
addEventListener("beforeprint", () => {
  dialog.close();
  showMatrix();
  completeMatrix();
  showToDo();
  completeToDo();
  showPrintTheme();
});
addEventListener("afterprint", () => {
  showTheme();
  show();
});

// --- The page

const printButton = make(
  "button",
  { type: "button", class: "plain-button", id: "print", onclick: () => print() },
  "Print",
);
const header = make(
  "header",
  {},
  make("h1", {}, "Logpush audit"),
  make("time", { datetime: report.generated }, report.generated_text),
  make("span", { class: "count" }, `${report.totals.scopes}, ${report.totals.jobs}`),
  make("div", { class: "tools" }, printButton, themeButton),
);
document.getElementById("app").append(
  header,
  make("main", {}, overview, tabList, controls, ...views.map((each) => each.panel)),
  announcement,
  dialog,
);
showTheme();
choose(chosen);
