/* Copyright (c) 2026 edgeops.logpush contributors */
/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Code and tables that are wider than the page scroll sideways. The keyboard scrolls only what it can focus. */
function makeScrollable() {
  for (const box of document.querySelectorAll("pre, .table-wrapper")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

/* Sphinx gives its captions no level, and sphinx_antsibull_ext gives its links an attribute that does not exist. */
function correctRoles() {
  for (const caption of document.querySelectorAll(".caption[role=heading]")) caption.ariaLevel = "2";
  for (const link of document.querySelectorAll("[aria-role]")) link.removeAttribute("aria-role");
}

addEventListener("load", makeScrollable);
addEventListener("resize", makeScrollable);
addEventListener("load", correctRoles);
