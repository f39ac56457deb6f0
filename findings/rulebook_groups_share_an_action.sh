#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# In ansible-rulebook, groups of "throttle: once_after" that end together share one action without "event", and a
# template with "event" then ends the whole rulebook with exit status 0.
#
# Expected: group_by_attributes runs the action once for each group, with the first event of the group as "event".
# What happens: with one group, the action has "event". With two groups whose times end together, the action runs once
# and has "events" with m_0 and m_1, but no "event". "{{ event.account }}" is then an undefined variable, which ends
# ansible-rulebook: events that arrive later are not handled, and the exit status is 0.
# Versions: ansible-rulebook 1.3.2, drools-jpy 0.4.1, Java 17, ansible-core 2.19.14.
# Why it matters: a rulebook that handles alerts by account works in every test with one account, and stops for good
# when two accounts have an alert at the same time. Handle both:
# {{ (events.values() if events is defined else [event]) | map(attribute='account') | list }}
#
# Output:
#   one account: rc 0, act for one, act for later
#   two accounts: rc 0,
#   two accounts, with both names: rc 0, act for one two, act for later

set -eEuo pipefail
trap 'echo "changed: the command in line $LINENO failed"; exit 1' ERR
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

command -v java >/dev/null || { echo "skipped: needs Java 17 or newer"; exit 2; }

python=${PYTHON:-python3}
"$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null ||
  { echo "skipped: needs Python 3.11 to 3.13 with venv (PYTHON=python3.12 names one)"; exit 2; }
"$python" -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ansible-rulebook==1.3.2 drools-jpy==0.4.1 ansible-core==2.19.14 ||
  { echo "skipped: pip cannot install the packages"; exit 2; }
venv/bin/pip freeze --all | grep -iE '^(ansible.rulebook|drools.jpy|ansible.core)=='
unset "${!ANSIBLE_@}"
export HOME=$folder LC_ALL=C.UTF-8 PATH="$folder/venv/bin:$PATH"

printf 'all:\n  hosts:\n    localhost:\n' >inventory.yml

# Prints the exit status and what the action of a rule did, for alerts of these accounts and a later one.
actions_for() {
  cat >rules.yml <<EOF
- name: Alerts
  hosts: all
  sources:
    - eda.builtin.generic:
        payload: [$1]
        shutdown_after: 10
    - eda.builtin.generic:
        payload: [{account: later}]
        startup_delay: 5
        shutdown_after: 10
  rules:
    - name: One action for each account
      condition: event.account is defined
      throttle:
        once_after: 1 seconds
        group_by_attributes: [event.account]
      action:
        debug:
          msg: "act for $2"
EOF
  local status=0
  ansible-rulebook --rulebook rules.yml -i inventory.yml >output 2>&1 || status=$?
  echo "rc $status, $(grep '^act for' output | paste -sd, | sed 's/,/, /g' || true)"
}

accounts="{{ (events.values() if events is defined else [event]) | map(attribute='account') | sort | join(' ') }}"
one=$(actions_for '{account: one}' '{{ event.account }}')
two=$(actions_for '{account: one}, {account: two}' '{{ event.account }}')
cp output output-of-two
both=$(actions_for '{account: one}, {account: two}' "$accounts")
echo "one account: $one"
echo "two accounts: $two"
echo "two accounts, with both names: $both"
[ "$one" = "rc 0, act for one, act for later" ] || { cat output; echo "changed: one account gives $one"; exit 1; }
grep -q "'event' is undefined" output-of-two || { cat output-of-two; echo "changed: event is defined"; exit 1; }
[ "$two" = "rc 0, " ] || { cat output-of-two; echo "changed: two accounts give $two"; exit 1; }
[ "$both" = "rc 0, act for one two, act for later" ] || { cat output; echo "changed: both names give $both"; exit 1; }
echo "holds: groups that end together share an action without event"
