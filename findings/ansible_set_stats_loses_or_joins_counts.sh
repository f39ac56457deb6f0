#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# set_stats with aggregate drops the counts of some hosts, and ansible-core 2.18 joins computed counts like text.
#
# Expected: aggregate adds the numbers of all hosts, converts them, or fails where one is not a number.
# What happens: a value whose type differs from that of the first host is dropped without a word: the text "30" and
# the float 40.0 do not count. And a number that an expression computes is text before ansible-core 2.19, so 10, 20,
# 30 and 40 become "10203040"; from 2.19 on they become 100.
# Versions: ansible-core 2.18.19 and 2.19.14.
# Why it matters: a workflow of AWX reads the counts of set_stats. Answers to a survey and values of INI inventories
# are text. Count in one place (a plugin, or one task that runs once) and publish one number.
#
# Output:
#   [core 2.18.19] { "computed": "10203040", "records": 30}
#   [core 2.19.14] { "computed": 100, "records": 30}

set -eEuo pipefail
trap 'echo "changed: the command in line $LINENO failed"; exit 1' ERR
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python=${PYTHON:-python3}
"$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null ||
  { echo "skipped: needs Python 3.11 to 3.13 with venv (PYTHON=python3.12 names one)"; exit 2; }
"$python" -m venv old
old/bin/pip install --quiet --disable-pip-version-check ansible-core==2.18.19 ||
  { echo "skipped: pip cannot install the packages"; exit 2; }
old/bin/pip freeze --all | grep -iE '^(ansible.core)=='
"$python" -m venv new
new/bin/pip install --quiet --disable-pip-version-check ansible-core==2.19.14 ||
  { echo "skipped: pip cannot install the packages"; exit 2; }
new/bin/pip freeze --all | grep -iE '^(ansible.core)=='
unset "${!ANSIBLE_@}"
export HOME=$folder LC_ALL=C.UTF-8 ANSIBLE_SHOW_CUSTOM_STATS=true

cat >inventory.yml <<'EOF'
all:
  hosts:
    zone1: {count: 10}
    zone2: {count: 20}
    zone3: {count: "30"}
    zone4: {count: 40.0}
EOF
cat >count.yml <<'EOF'
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.set_stats:
        aggregate: true
        data:
          records: "{{ count }}"
          computed: "{{ count | int + 0 }}"
EOF

# Prints the statistics of one version. One fork keeps the hosts in order.
statistics() {
  "$1/bin/ansible-playbook" -f 1 -i inventory.yml count.yml 2>&1 | sed -n 's/.*RUN: //p'
}

for version in old new; do
  statistics "$version" | tee "$version.json"
done
"$python" - <<'EOF' || exit 1
import json
import sys

seen = {version: json.load(open(f"{version}.json", encoding="utf-8")) for version in ("old", "new")}
expected = {"old": {"records": 30, "computed": "10203040"}, "new": {"records": 30, "computed": 100}}
if seen != expected:
    sys.exit(f"changed: {seen} instead of {expected}")
EOF
echo "holds: set_stats drops the text and the float, and 2.18 joins computed numbers"
