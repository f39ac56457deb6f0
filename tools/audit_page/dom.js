// Copyright (c) 2026 edgeops.logpush contributors
// SPDX-License-Identifier: BSD-2-Clause

// Elements of the page, and lists that grow while the reader scrolls.

const FIRST_ITEMS = 25;
const ITEMS_AT_A_TIME = 40;

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
 * @param {"span" | "div" | "p" | "dd" | "code" | "h3"} tag
 */
export function untrusted(text, tag = "span") {
  return make(tag, { class: "untrusted" }, printable(text));
}

/** A long list. Only its first items are made; the rest follows when the reader scrolls near the end. */
export class GrowingList {
  /**
   * @param {HTMLElement} body Takes the elements of the items.
   * @param {(item: any, place: number) => HTMLElement} build Makes the element of an item.
   */
  constructor(body, build) {
    this.body = body;
    this.build = build;
    this.items = [];
    this.made = 0;
    this.end = make("div", { class: "end", "aria-hidden": "true" });
    this.observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      this.grow(ITEMS_AT_A_TIME);
      this.observe();
    }, { rootMargin: "600px" });
  }

  /** Show these items in place of those before. */
  show(items) {
    this.items = items;
    this.made = 0;
    this.body.replaceChildren();
    this.grow(FIRST_ITEMS);
    this.observe();
  }

  /** Watch the end of the list anew: an observer only reports when the end comes into view. */
  observe() {
    this.observer.disconnect();
    this.observer.observe(this.end);
  }

  /** Make this many further items. */
  grow(count) {
    const items = this.items.slice(this.made, this.made + count);
    this.body.append(...items.map((item, index) => this.build(item, this.made + index)));
    this.made += items.length;
    this.end.hidden = this.made === this.items.length;
  }

  /** Make all items, for printing. */
  complete() {
    this.grow(this.items.length);
  }
}
