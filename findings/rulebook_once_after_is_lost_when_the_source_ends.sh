#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# ansible-rulebook drops what "throttle: once_after" has collected when the event source ends, with exit status 0.
#
# Expected: at the end of the source the rule acts at once on what it has collected, or after the rest of the window:
# the log announces a graceful shutdown with a delay of 60 seconds.
# What happens: the engine is disposed a fraction of a second later. No action runs, no line says so. With a source
# that stays for longer than the window, the same rule acts.
# Versions: ansible-rulebook 1.3.2, drools-jpy 0.4.1, Java 17.
# Why it matters: grouped alerts (one page for all failing jobs) vanish whenever a source is restarted or reaches its
# end, as sources in tests do. Keep the source alive for longer than the window (shutdown_after of
# eda.builtin.generic), or do not group.
#
# Output:
#   the source ends at once: rc 0, 0 actions
#   the source stays for 5 s: rc 0, 1 actions

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

# Prints the exit status and how often the action ran, for a source that stays for some seconds.
actions_with() {
  cat >rules.yml <<EOF
- name: Alerts
  hosts: all
  sources:
    - eda.builtin.generic:
        payload: [{job: http_requests}, {job: http_requests}]
        shutdown_after: $1
  rules:
    - name: One page for all alerts
      condition: event.job is defined
      throttle:
        once_after: 1 seconds
        group_by_attributes: [event.job]
      action:
        debug:
          msg: the rule acts
EOF
  local status=0
  ansible-rulebook --rulebook rules.yml -i inventory.yml >output 2>&1 || status=$?
  echo "rc $status, $(grep -c 'the rule acts' output || true) actions"
}

ends=$(actions_with 0)
stays=$(actions_with 5)
echo "the source ends at once: $ends"
echo "the source stays for 5 s: $stays"
[ "$stays" = "rc 0, 1 actions" ] || { cat output; echo "changed: the rule does not act after its window"; exit 1; }
[ "$ends" = "rc 0, 0 actions" ] || { echo "changed: the end of the source gives $ends"; exit 1; }
echo "holds: once_after is lost at the end of the source"
