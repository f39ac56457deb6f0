// Copyright (c) 2026 edgeops.logpush contributors
// SPDX-License-Identifier: BSD-2-Clause

// Copies text to the clipboard, also where the browser has no clipboard for the page.

import { make } from "./dom.js";

const FEEDBACK_MS = 2500;

/** A live region, which a screen reader reads out. */
export const announcement = make("div", { class: "unseen", role: "status" });

/** Copy text, and return whether that worked. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // A page of a server without TLS has no clipboard.
    return copySelection(text);
  }
}

function copySelection(text) {
  const before = document.activeElement;
  const area = make("textarea", { class: "unseen", readonly: true, "aria-hidden": "true", tabindex: "-1" });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return done;
}

/** Return a box with a command, and a button that copies it. */
export function commandBox(command) {
  const code = make("code", {}, command);
  const button = make(
    "button",
    {
      type: "button",
      class: "plain-button copy",
      "aria-label": "Copy the command",
      onclick: async () => {
        const done = await copy(command);
        if (!done) getSelection().selectAllChildren(code);
        button.textContent = done ? "Copied" : "Press Ctrl+C";
        announcement.textContent = done ? "The command is copied." : "The command is selected. Press Control C.";
        setTimeout(() => {
          button.textContent = "Copy";
          announcement.textContent = "";
        }, FEEDBACK_MS);
      },
    },
    "Copy",
  );
  return make(
    "div",
    { class: "command" },
    make("pre", { tabindex: "0", role: "group", "aria-label": "Command" }, code),
    button,
  );
}
