/* Copyright (c) 2026 edgeops.logpush contributors */
/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Code and tables that are wider than the page scroll sideways. The keyboard scrolls what it can focus. */
function makeScrollable() {
  for (const box of document.querySelectorAll("pre, .table-wrapper")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}
addEventListener("load", makeScrollable);
addEventListener("resize", makeScrollable);
