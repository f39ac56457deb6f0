#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the action C(splunk_logpush_outcome), which passes the result of a run to the hosts of its zones."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_logpush_outcome
short_description: Pass the result of a run over many zones to their hosts (internal to the playbooks and roles)
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Internal to the playbooks of this collection. Use the playbooks, or O(rollout) in a playbook of your own that works on many
    zones in one task.
  - With O(rollout), reports the result of a host. It is changed or fails as the jobs of its zone did, with their messages, or
    with their differences. So a zone that failed is a failed host in the recap, for C(--limit @file.retry) and for Tower's relaunch on
    failed hosts. If the run could not start, every host fails, and the first one with its message.
  - With O(collect), prints the report of the run, returns which hosts must report, and publishes the counts of the run as statistics, as
    C(ansible.builtin.set_stats) does. In check mode, these counts have C(check_mode=true), and the id of the plan of a rollout is
    published as C(logpush_expected_plan), so that the next rollout of a workflow applies exactly this plan.
  - Sends no request and changes nothing itself.
options:
  rollout:
    description:
      - The name of the variable that the run was registered in, with C(run_once), so that every host has it. The name and
        not the value, because Ansible would template the value again for each host.
      - The zones of the run must have their C(host).
      - Takes the result of M(edgeops.logpush.splunk_logpush_rollout), M(edgeops.logpush.splunk_logpush_verify),
        M(edgeops.logpush.splunk_logpush_repair) or M(edgeops.logpush.splunk_logpush_audit).
      - Exactly one of O(rollout), O(collect), O(text), O(token), O(failure) and O(values) is required.
    type: str
  collect:
    description:
      - The name of the variable that the run was registered in.
      - Fails if a zone failed that is not a host of the play.
    type: str
  operation:
    description:
      - The name under which the report is kept and the statistics are published. Required with O(collect).
    type: str
  earlier:
    description:
      - The C(reports) that O(collect) returned for earlier batches and operations of the same playbook run.
    type: dict
    default: {}
  only_failures:
    description:
      - With O(rollout), whether a host without a failure reports nothing, for its zone is a row of the report.
    type: bool
    default: false
  report_every_host:
    description:
      - Whether every zone reports as a host, and not only those that failed. A boolean.
    type: raw
  failed_hosts:
    description:
      - The number of zones that fail as hosts, at most. The report has the reasons of all of them, and a rerun takes up the rest.
    type: int
    default: 500
  fail_on_change:
    description:
      - Whether a run in check mode fails if something would change. A boolean.
    type: raw
  drift:
    description:
      - With O(rollout), the message with which a host fails that has no failure of its own.
    type: str
    default: ""
  fail_on_problems:
    description:
      - Whether the problems that an audit found fail their hosts. Only a plain no, such as V(false), prevents that.
    type: raw
    default: true
  steps:
    description:
      - With O(collect), the steps of the workflow in Tower or AWX that this run ends, such as V([provision, rollout, verify]). Each must
        have passed on its counts, in the extra variable C(logpush_provision), C(logpush_rollout) or C(logpush_verify).
      - A step without counts, one with only the counts of a check run, and one whose counts have failures, is a problem that belongs to
        no host. With V([]), only failures are.
        Without this option, neither is.
    type: list
    elements: str
  values:
    description:
      - Values of variables to check against O(types). The task fails with what is wrong, on one line.
    type: dict
  types:
    description:
      - The types of O(values), in the form of an argument spec of a module.
    type: dict
    default: {}
  compare_names:
    description:
      - With O(values), whether to warn about each variable of the host whose name is probably a misspelt name of this
        collection's variables. Of several hosts in a play, only the first is checked.
    type: bool
    default: false
  text:
    description:
      - Text to print for people, or its lines. It is printed if the stdout callback writes text for people, and is in the result
        with every callback.
    type: raw
  token:
    description:
      - The name of the variable that a task with M(edgeops.logpush.splunk_hec_token) was registered in.
      - Shows the difference and the warnings of that task, which its C(no_log) hides. The value of the token is not shown.
    type: str
  failure:
    description:
      - A message with which the task fails, in one line of output. If it is empty, the task does nothing.
    type: str
attributes:
  check_mode:
    support: full
    description:
      - Reports what the run would change.
  diff_mode:
    support: full
    description:
      - Reports the differences that the run found.
  action:
    support: full
    description:
      - Runs on the controller and needs no connection to the host.
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

- name: Report the zone's result
  edgeops.logpush.splunk_logpush_outcome:
    rollout: logpush_rollout
"""

RETURN = r"""
jobs:
  description:
    - The entries of the run for the jobs of the zone.
  returned: with O(rollout), if no job of the zone failed
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
  description:
    - The differences. With O(token), it is one difference.
  returned: with O(rollout), in diff mode, and with O(token)
  type: raw
  sample: []
report:
  description:
    - The report of the run for people.
  returned: with O(collect) and O(text)
  type: str
  sample: |-
    Logpush rollout, 1 zone, plan c3a91f02
      = 1 job unchanged
    1 unchanged.
reports:
  description:
    - By operation, the name of the registered variable (C(result)), the C(hosts) that must report, the number of all hosts that
      failed (C(failed_hosts)), and the C(counts) of all batches.
    - Also the problems that belong to no host (C(other_problems)), hosts that push to the collectors with these problems
      (C(concerned)), C(fail_on_problems), the message of a run in which something would change (C(drift)), and whether every host
      reports (C(every_host)). C(any_host) is a host of the batch, which reports for a run that was skipped.
  returned: with O(collect)
  type: dict
  sample:
    rollout:
      result: splunk_logpush_rollout_result
      hosts: [example.com]
      failed_hosts: 0
      counts: {scopes: 5, created: 1}
      other_problems: []
      concerned: []
      fail_on_problems: true
      drift: ""
      every_host: false
      any_host: example.com
"""
