# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The attributes of modules in their documentation: check mode, diff mode, idempotence, action groups."""

from __future__ import annotations


class ModuleDocFragment:
    """The attributes of a module that changes something."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    support: full
    description:
      - Returns the same result as a run that changes something, and changes nothing.
  diff_mode:
    support: full
    description:
      - Shows what changes, or would change in check mode, with every secret masked.
  idempotent:
    support: full
    description:
      - A second run with the same options changes nothing.
"""

    ACTIONGROUP_CLOUDFLARE = r"""
options: {}
attributes:
  action_group:
    description:
      - Use C(group/edgeops.logpush.cloudflare) in C(module_defaults) to set the shared options once.
    support: full
    membership:
      - edgeops.logpush.cloudflare
"""

    ACTIONGROUP_SPLUNK = r"""
options: {}
attributes:
  action_group:
    description:
      - Use C(group/edgeops.logpush.splunk) in C(module_defaults) to set the shared options once.
    support: full
    membership:
      - edgeops.logpush.splunk
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    support: full
    description:
      - Only reads, with and without check mode.
  diff_mode:
    support: none
    description:
      - Changes nothing, so there is nothing to show.
  idempotent:
    support: full
    description:
      - Changes nothing.
"""
