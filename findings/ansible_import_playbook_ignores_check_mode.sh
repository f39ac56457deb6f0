#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# import_playbook accepts check_mode and environment, and does nothing with them.
#
# Expected: the keywords apply to the imported plays, as they do on import_tasks, or ansible-playbook refuses them as
# it refuses other keywords that an object does not have.
# What happens: ansible-playbook accepts them without a warning. The imported plays run for real and without the
# environment. The same is true for diff, no_log, become, run_once, throttle, ignore_errors and others. Only vars,
# when and tags have an effect.
# Versions: ansible-core 2.19.14; 2.16 to 2.21 behave the same.
# Why it matters: a collection that ships playbooks is used through import_playbook. "check_mode: true" there protects
# nothing. Use --check, or set the keyword in the play itself.
#
# Output:
#   on the import: the task wrote stage=
#   on the play:   the task wrote nothing

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

cat >change.yml <<'EOF'
- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.shell: echo "stage=$STAGE" > "{{ playbook_dir }}/written"
EOF
cat >import.yml <<'EOF'
- ansible.builtin.import_playbook: change.yml
  check_mode: true
  environment:
    STAGE: test
EOF
cat >play.yml <<'EOF'
- hosts: localhost
  check_mode: true
  gather_facts: false
  tasks:
    - ansible.builtin.shell: echo "stage=$STAGE" > "{{ playbook_dir }}/written"
EOF

# Prints what the task of a playbook wrote.
written_by() {
  rm -f written
  venv/bin/ansible-playbook -i localhost, -c local -e "ansible_python_interpreter=$folder/venv/bin/python" "$1" >output 2>&1
  if grep -qE 'WARN|ERROR' output; then cat output; fi
  if [ -e written ]; then cat written; else echo nothing; fi
}

on_import=$(written_by import.yml)
on_play=$(written_by play.yml)
echo "on the import: the task wrote $on_import"
echo "on the play:   the task wrote $on_play"
[ "$on_play" = nothing ] || { echo "changed: check_mode on a play wrote $on_play"; exit 1; }
[ "$on_import" = stage= ] || { echo "changed: with check_mode and environment on import_playbook, the task wrote $on_import"; exit 1; }
echo "holds: import_playbook ignores check_mode and environment"
