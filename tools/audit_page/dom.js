// Copyright (c) 2026 edgeops.logpush contributors
// SPDX-License-Identifier: BSD-2-Clause

// Elements of the page, and tables that grow while the reader scrolls.

const ROWS_AT_A_TIME = 150;

/**
 * Return a new element. Attributes whose name begins with "on" are event listeners; those that are false, null or undefined
 * are not set. Children that are neither elements nor strings are skipped.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} attributes
 * @param {...unknown} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => typeof child === "string" || child instanceof Node));
  return element;
}

/** Return text in which characters that are invisible, or change the direction of writing, are shown as code points. */
export function printable(text) {
  return String(text).replace(
    // deno-lint-ignore no-control-regex -- control characters are what it looks for
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g,
    (letter) => `\u27e8U+${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}\u27e9`,
  );
}

/**
 * Return an element with text that comes from an API or a user, such as the name of a zone or an error message.
 *
 * @param {unknown} text
 * @param {"span" | "div" | "p" | "dd" | "code"} tag
 */
export function untrusted(text, tag = "span") {
  return make(tag, { class: "untrusted" }, printable(text));
}

/** The rows of a long table. Only the first ones are made; the rest follows when the reader scrolls near the end. */
export class GrowingRows {
  /** @param {(item: any) => HTMLElement} build Makes the row of an item. */
  constructor(build) {
    this.build = build;
    this.items = [];
    this.made = 0;
    this.body = make("tbody", {});
    this.box = make("div", { class: "card scroll", onscroll: () => this.growIfNearEnd() });
  }

  /** Show these items in place of those before. */
  show(items) {
    this.items = items;
    this.made = 0;
    this.body.replaceChildren();
    this.box.scrollTop = 0;
    this.grow(ROWS_AT_A_TIME);
  }

  /** Make so many further rows. */
  grow(count) {
    this.body.append(...this.items.slice(this.made, this.made + count).map(this.build));
    this.made = Math.min(this.items.length, this.made + count);
  }

  /** Make further rows if the last one is not far below the window. */
  growIfNearEnd() {
    if (this.box.scrollTop + 2 * this.box.clientHeight > this.box.scrollHeight) this.grow(ROWS_AT_A_TIME);
  }

  /** Make all rows, for printing. */
  complete() {
    this.grow(this.items.length);
  }
}
