# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Load the plugins that the templates of a task need, in the main process, not in the worker of each host."""

from __future__ import annotations

import contextlib

from ansible.plugins.loader import filter_loader, test_loader

# One name from each file that the splunk_logpush role uses.
_FILTERS = ("ansible.builtin.default", "edgeops.logpush.logpush_zones")
_TESTS = ("ansible.builtin.defined",)


def load_template_plugins() -> None:
    """Load the filters and tests of the roles. A worker inherits them. Without this, each worker loads them again, which
    doubles the time of a task."""
    # A program that imports this file without the collection loader, such as an import check, does not need them.
    with contextlib.suppress(KeyError):
        for name in _FILTERS:
            filter_loader.get(name)
        for name in _TESTS:
            test_loader.get(name)
