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
      - Predicts the result without changing anything.
  diff_mode:
    support: full
    description:
      - Shows what changed, or would change in check mode, with secrets masked.
  idempotent:
    support: full
    description:
      - When the task is run twice with the same options, the second run changes nothing.
"""

    ACTIONGROUP_CLOUDFLARE = r"""
options: {}
attributes:
  action_group:
    description:
      - Use C(group/edgeops.logpush.cloudflare) in C(module_defaults) to set the connection options of all Cloudflare modules.
    support: full
    membership:
      - edgeops.logpush.cloudflare
"""

    ACTIONGROUP_SPLUNK = r"""
options: {}
attributes:
  action_group:
    description:
      - Use C(group/edgeops.logpush.splunk) in C(module_defaults) to set the connection options of all Splunk modules.
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
      - This module only reads.
  diff_mode:
    support: none
    description:
      - This module changes nothing.
  idempotent:
    support: full
    description:
      - This module changes nothing.
"""
