#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# ansible-playbook exits with 4 where one host is unreachable, no matter how many hosts failed.
#
# Expected: the exit statuses 2 (failed hosts) and 4 (unreachable hosts) are bits, so a run with both exits with 6.
# What happens: 4 wins. The failed host does not show in the exit status.
# Versions: ansible-core 2.19.14, the same in 2.18.
# Why it matters: a pipeline or wrapper that takes 4 for "the network, try again" hides real failures. Read the recap,
# the JSON callback or the events of ansible-runner.
#
# Output:
#   a host failed: 2
#   a host is unreachable: 4
#   one failed, another is unreachable: 4

set -eEuo pipefail
trap 'echo "changed: the command in line $LINENO failed"; exit 1' ERR
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

command -v ssh >/dev/null || { echo "skipped: needs the program ssh"; exit 2; }

python=${PYTHON:-python3}
"$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null ||
  { echo "skipped: needs Python 3.11 to 3.13 with venv (PYTHON=python3.12 names one)"; exit 2; }
"$python" -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ansible-core==2.19.14 ||
  { echo "skipped: pip cannot install the packages"; exit 2; }
venv/bin/pip freeze --all | grep -iE '^(ansible.core)=='
unset "${!ANSIBLE_@}"
export HOME=$folder LC_ALL=C.UTF-8

cat >inventory.yml <<'EOF'
all:
  hosts:
    failing: {ansible_connection: local, refuse: true}
    healthy: {ansible_connection: local, refuse: false}
    # Nothing listens on this port.
    unreachable: {ansible_connection: ssh, ansible_host: 127.0.0.1, ansible_port: 1, refuse: false}
EOF
cat >check.yml <<'EOF'
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.fail:
      when: refuse
    - ansible.builtin.raw: "true"
EOF

# Prints the exit status of a run on some hosts.
status_of() {
  local status=0
  venv/bin/ansible-playbook -i inventory.yml check.yml --limit "$1" >output 2>&1 || status=$?
  echo "$status"
}

failed=$(status_of failing,healthy)
unreachable=$(status_of unreachable,healthy)
both=$(status_of failing,unreachable,healthy)
echo "a host failed: $failed"
echo "a host is unreachable: $unreachable"
echo "one failed, another is unreachable: $both"
[ "$failed $unreachable $both" = "2 4 4" ] || { echo "changed: the exit statuses were 2, 4 and 4"; exit 1; }
echo "holds: the exit status is 4 although a host failed"
