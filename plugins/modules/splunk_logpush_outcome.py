#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the action C(splunk_logpush_outcome), which passes the result of a run to the hosts of its zones."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_logpush_outcome
short_description: Report the result of a run for each host (internal to the playbooks and roles)
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Internal to the playbooks and roles of this collection. Use the playbooks, or O(rollout) in your own playbook that manages many
    zones in one task.
  - With O(rollout), reports the result of one host. The host is changed or failed like the jobs of its zone, with their messages or
    differences. A failed zone is then a failed host in the recap, for C(--limit @file.retry), and when Tower relaunches on failed
    hosts. If the run could not start, every host fails, and the first one shows the message.
  - With O(collect), prints the report of the run, returns the hosts that must report, and publishes the counts of the run as statistics,
    as M(ansible.builtin.set_stats) does. In check mode, the counts include C(check_mode=true), and the ID of the plan of a rollout is
    published as C(logpush_expected_plan), so that the next rollout of a workflow applies exactly this plan.
  - Sends no request and changes nothing.
options:
  rollout:
    description:
      - The name of the variable in which the run was registered with C(run_once), so that every host has it. It is the name and not
        the value, because Ansible would evaluate the value again for each host.
      - The run must be a task with M(edgeops.logpush.splunk_logpush_rollout), M(edgeops.logpush.splunk_logpush_verify),
        M(edgeops.logpush.splunk_logpush_repair) or M(edgeops.logpush.splunk_logpush_audit). Its zones must have a C(host).
      - Exactly one of O(rollout), O(collect), O(text), O(token), O(failure) and O(values) is required.
    type: str
  collect:
    description:
      - The name of the variable in which the run was registered.
      - The task fails if a zone failed that is not a host of the play.
    type: str
  operation:
    description:
      - The name under which the report is stored and the statistics are published. Required with O(collect).
    type: str
  earlier:
    description:
      - The RV(reports) of earlier batches and operations of the same playbook run.
    type: dict
    default: {}
  only_failures:
    description:
      - With O(rollout), whether a host without a failure reports nothing, because its zone is already in the report.
    type: bool
    default: false
  report_every_host:
    description:
      - Whether every zone reports as a host, and not only those that failed. A boolean.
    type: raw
  failed_hosts:
    description:
      - The maximum number of zones that fail as hosts. The report contains the reasons for all failures, and a rerun includes the other
        zones.
    type: int
    default: 500
  fail_on_change:
    description:
      - Whether a run in check mode fails if something would change. A boolean.
    type: raw
  drift:
    description:
      - With O(rollout), a message with which the host fails if it has no failure of its own.
    type: str
    default: ""
  fail_on_problems:
    description:
      - Whether hosts fail if an audit found problems. Only a plain no, such as V(false), prevents that.
    type: raw
    default: true
  steps:
    description:
      - With O(collect), the earlier steps of the workflow in Tower or AWX, such as V([provision, rollout, verify]). Each step must have
        passed on its counts in an extra variable, C(logpush_provision), C(logpush_rollout) or C(logpush_verify).
      - A step without counts, with counts of a check run only, or with failures in its counts is a problem that belongs to no host.
      - If the list is empty, only failures in the counts are problems. If this option is not set, the counts are not checked.
    type: list
    elements: str
  values:
    description:
      - The values of variables to check against O(types). If one is invalid, the task fails with a message of one line.
    type: dict
  types:
    description:
      - The types of O(values), in the form of a module's argument spec.
    type: dict
    default: {}
  compare_names:
    description:
      - With O(values), whether to warn about each variable of the host whose name is probably a misspelled name of this
        collection's variables. Of several hosts in a play, only the first is checked.
    type: bool
    default: false
  topology:
    description:
      - With O(values), the variables that describe a Splunk installation and must fit together, C(splunk_hec_platform),
        C(splunk_hec_topology), C(splunk_hec_nodes), C(splunk_hec_endpoint), C(splunk_hec_port), C(splunk_hec_token_name),
        C(splunk_hec_removed_tokens) and C(splunk_hec_sourcetypes).
    type: dict
  text:
    description:
      - Text, or a list of lines, to print if the stdout callback writes text for people. It is always in the result.
    type: raw
  token:
    description:
      - The name of the variable in which a task with M(edgeops.logpush.splunk_hec_token) was registered.
      - Shows the differences and warnings that the C(no_log) of that task hides, without the value of the token.
    type: str
  failure:
    description:
      - A message with which the task fails, on one line. If it is empty, the task does nothing.
    type: str
  checked_playbook:
    description:
      - With O(failure), the playbook of this collection whose variables are checked first. The task fails if one of them has a value
        of a wrong type, and names it.
    type: str
  checked_hosts:
    description:
      - With O(checked_playbook), the hosts of the zones. The variables of the first one are checked, besides those of localhost.
    type: list
    elements: str
    default: []
  no_host:
    description:
      - With O(checked_playbook), the message with which the task fails if O(checked_hosts) is empty. If it is empty, too, the task
        does not fail.
    type: str
attributes:
  check_mode:
    support: full
    description:
      - Reports what the run would change.
  diff_mode:
    support: full
    description:
      - Reports the differences of the run.
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
- name: Apply the Logpush jobs of all hosts of the play
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
    - The results of the run for the jobs of the zone.
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
    - The differences, a list with O(rollout), and a single difference with O(token).
  returned: with O(rollout), in diff mode, and with O(token)
  type: raw
  sample: []
report:
  description:
    - The report of the run as text.
  returned: with O(collect) and O(text)
  type: str
  sample: |-
    Logpush rollout, 1 zone, plan c3a91f02
      = 1 job unchanged
    1 unchanged.
nodes:
  description:
    - The entries of C(splunk_hec_nodes), each with its C(endpoint).
  returned: with O(topology)
  type: list
  elements: dict
  sample:
    - url: https://idx1.example.com:8089
      endpoint: idx1.example.com:8088
removed_tokens:
  description:
    - The names in C(splunk_hec_removed_tokens).
  returned: with O(topology)
  type: list
  elements: str
  sample: [cloudflare]
reports:
  description:
    - The stored reports, by operation. Each has the name of the registered variable (C(result)), the C(hosts) that must report, the
      number of all failed hosts (C(failed_hosts)), and the C(counts) of all batches.
    - C(other_problems) are the problems that belong to no host, and C(concerned) the hosts that push to the collectors with these
      problems. C(drift) is the message if something would change. C(every_host) is true if every host reports. C(any_host) is a host of
      the batch that reports for a run that was skipped.
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
