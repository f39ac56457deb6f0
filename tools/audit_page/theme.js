// Copyright (c) 2026 edgeops.logpush contributors
// SPDX-License-Identifier: BSD-2-Clause

// Light and dark colors: those of the system, or those that the reader chose on this computer.

import { make } from "./dom.js";

const KEY = "logpush-audit-theme";
const LABELS = { auto: "\u25d0 Auto", light: "\u25cb Light", dark: "\u25cf Dark" };
const root = document.documentElement;
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

let theme = storedTheme();

// A browser that stores nothing for a local file throws.
function storedTheme() {
  try {
    return localStorage.getItem(KEY) || "auto";
  } catch {
    return "auto";
  }
}

function storeTheme() {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The choice lasts as long as the page is open.
  }
}

export const themeButton = make("button", {
  type: "button",
  class: "plain-button",
  id: "theme",
  onclick: () => {
    const order = systemIsDark.matches ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
    theme = order[(order.indexOf(theme) + 1) % order.length];
    storeTheme();
    showTheme();
  },
});

/** Apply the chosen colors. */
export function showTheme() {
  const system = systemIsDark.matches ? "dark" : "light";
  root.dataset.theme = theme === "auto" ? system : theme;
  themeButton.textContent = LABELS[theme];
  themeButton.setAttribute("aria-label", `Colors: ${theme}`);
}

/** Apply the colors for paper. */
export function showPrintTheme() {
  root.dataset.theme = "light";
}

systemIsDark.addEventListener("change", showTheme);
