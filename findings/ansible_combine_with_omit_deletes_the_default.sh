#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# combine() with a value that is omitted deletes the value that it should leave alone.
#
# Expected: omit means "not set", so the default 0.5 remains where a zone says "{{ answer | default(omit) }}".
# What happens: omit is a value like any other while filters run. combine() overwrites the default with it, and only
# then is the key dropped: the option is missing. default(0.5, true) does not replace an omit either.
# Versions: ansible-core 2.19.14; 2.18 deletes the default too.
# Why it matters: roles merge layers of options (defaults, group, host, survey) by combine(). An unanswered question
# then removes the default of a lower layer, without an error. Let a module or action plugin merge the layers, or
# leave the key out.
#
# Output:
#   {"name": "job"}
#   the rate is still omitted

set -eEuo pipefail
trap 'echo "changed: the command in line $LINENO failed"; exit 1' ERR
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python=${PYTHON:-python3}
"$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null ||
  { echo "skipped: needs Python 3.11 to 3.13 with venv (PYTHON=python3.12 names one)"; exit 2; }
"$python" -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ansible-core==2.19.14 ||
  { echo "skipped: pip cannot install the packages"; exit 2; }
venv/bin/pip freeze --all | grep -iE '^(ansible.core)=='
unset "${!ANSIBLE_@}"
export HOME=$folder LC_ALL=C.UTF-8

cat >merge.yml <<'EOF'
- hosts: localhost
  gather_facts: false
  vars:
    defaults: {name: job, sample_rate: 0.5}
    zone: {sample_rate: "{{ answer | default(omit) }}"}
  tasks:
    - ansible.builtin.set_fact:
        merged: "{{ defaults | combine(zone) }}"
        rate: "{{ zone.sample_rate | default(0.5, true) }}"
    - ansible.builtin.copy:
        dest: "{{ playbook_dir }}/merged.json"
        content: "{{ merged | to_json }}"
    - ansible.builtin.copy:
        dest: "{{ playbook_dir }}/rate"
        content: "{{ rate | default('the rate is still omitted') }}"
EOF

venv/bin/ansible-playbook -i localhost, -c local -e "ansible_python_interpreter=$folder/venv/bin/python" merge.yml >output 2>&1 ||
  { cat output; echo "changed: the playbook fails"; exit 1; }
merged=$(cat merged.json)
rate=$(cat rate)
printf '%s\n' "$merged" "$rate"
[ "$merged" = '{"name": "job"}' ] || { echo "changed: combine() with omit gives $merged"; exit 1; }
[ "$rate" = 'the rate is still omitted' ] || { echo "changed: default() turns omit into $rate"; exit 1; }
echo "holds: combine() with omit deletes the default"
