#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A task with delegate_to runs on the controller if the play sets ansible_connection: local.
#
# Expected: delegate_to uses the connection of the host that it names, as the documentation of delegation says.
# What happens: variables of the play win against variables of every host in the inventory, also against those of the host that a
# task is delegated to. So the task runs on the controller, and Ansible reports "ok: [localhost -> manager(192.0.2.1)]". The same
# is true for ansible_become and ansible_python_interpreter. The keyword "connection: local" of the play behaves as expected:
# the variables of the host win.
# Versions: ansible-core 2.19.14; 2.16 and 2.18 behave the same.
# Why it matters: collections that talk to an API set these variables, because a host of the inventory represents an object of the
# API. A file that such a playbook writes with delegate_to ends up on the controller, without an error. Set the three
# variables again on the task, from hostvars of the host.
#
# Output:
#   variable of the play: ran here as ok: [localhost -> manager(127.0.0.1)]
#   keyword of the play:  unreachable
#   variable of the task: unreachable

set -eEuo pipefail
trap 'echo "changed: the command in line $LINENO failed"; exit 1' ERR
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python=${PYTHON:-python3}
"$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null ||
  { echo "skipped: needs Python 3.11 to 3.13 with venv (PYTHON=python3.12 names one)"; exit 2; }
command -v ssh >/dev/null || { echo "skipped: needs ssh"; exit 2; }
"$python" -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ansible-core==2.19.14 ||
  { echo "skipped: pip cannot install the packages"; exit 2; }
venv/bin/pip freeze --all | grep -iE '^(ansible.core)=='
unset "${!ANSIBLE_@}"
export HOME=$folder LC_ALL=C.UTF-8

# Nothing listens on port 1, so a task that reaches the host fails.
cat >inventory.yml <<'EOF'
all:
  hosts:
    manager: {ansible_connection: ssh, ansible_host: 127.0.0.1, ansible_port: 1}
EOF
play() {
  cat >"$1.yml" <<EOF
- hosts: localhost
  gather_facts: false
  $2
  tasks:
    - ansible.builtin.ping:
      delegate_to: manager
      vars: $3
EOF
}
play variable 'vars: {ansible_connection: local}' '{}'
play keyword 'connection: local' '{}'
play task 'vars: {ansible_connection: local}' '{ansible_connection: "{{ hostvars.manager.ansible_connection }}"}'

# Prints where the task of a playbook ran.
result_of() {
  venv/bin/ansible-playbook -i inventory.yml -e "ansible_python_interpreter=$folder/venv/bin/python" "$1.yml" >output 2>&1 || true
  if grep -q UNREACHABLE output; then echo unreachable; else echo "ran here as $(grep -E '^(ok|fatal)' output)"; fi
}

variable=$(result_of variable)
keyword=$(result_of keyword)
task=$(result_of task)
echo "variable of the play: $variable"
echo "keyword of the play:  $keyword"
echo "variable of the task: $task"
[[ $variable == "ran here as ok: [localhost -> manager"* ]] || { echo "changed: a variable of the play no longer wins: $variable"; exit 1; }
[ "$keyword" = unreachable ] || { echo "changed: the keyword of the play wins, too: $keyword"; exit 1; }
[ "$task" = unreachable ] || { echo "changed: variables of the task do not win: $task"; exit 1; }
echo "holds: variables of the play redirect delegated tasks to the controller"
