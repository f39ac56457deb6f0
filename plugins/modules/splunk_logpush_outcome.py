#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a rollout did to the zone of a host. Documentation only: the action of this name does it."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_logpush_outcome
short_description: Show on a host what a rollout did to its zone
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Is changed or fails as the jobs of the zone did in M(edgeops.logpush.splunk_logpush_rollout), with their messages and
    differences. So a zone that failed is a host that failed, for the recap, C(--limit @file.retry) and Tower's relaunch on
    failed hosts. Where the rollout could not begin, every host fails with its message.
  - Asks nobody anything and changes nothing itself.
options:
  rollout:
    description:
      - The name of the variable that the rollout was registered in, with C(run_once), so that every host has it. The name,
        not the value, for a value is worked through anew on each host.
      - The zones of the rollout must have had their C(host).
    type: str
    required: true
attributes:
  check_mode:
    support: full
    description: Shows what the rollout would change.
  diff_mode:
    support: full
    description: Shows the differences that the rollout found.
  action:
    support: full
    description: Runs on the controller, whatever the host is.
seealso:
  - module: edgeops.logpush.splunk_logpush_rollout
  - plugin: edgeops.logpush.logpush_zones
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Roll out to every host of the play
  edgeops.logpush.splunk_logpush_rollout:
    zones: "{{ ansible_play_batch | edgeops.logpush.logpush_zones(hostvars) }}"
  run_once: true
  register: logpush_rollout
  failed_when: false

- name: Show what became of the zone
  edgeops.logpush.splunk_logpush_outcome:
    rollout: logpush_rollout
"""

RETURN = r"""
jobs:
  description: The entries of the rollout for the jobs of the zone.
  returned: always
  type: list
  elements: dict
  sample:
    - zone_id: 023e105f4ecef8ad9ca31a8372d0c353
      dataset: http_requests
      job_id: 1234567
      action: created
      changed: true
      failed: false
diff:
  description: What changed.
  returned: in diff mode
  type: list
  elements: dict
  sample: []
"""
