#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A play with a list of patterns changes the batches of a later play with serial.
#
# Expected: "serial: 1" runs a play on one host after the other, whatever an earlier play of the same run had as its hosts.
# What happens: after a play with "hosts: [web, web2]", the batch of web2 in a play with "hosts: web" and "serial: 1" runs on
# every host of web, so hosts run the tasks twice, and all at the same time. The manager of the inventory caches the hosts of
# a pattern under the words of the pattern, the limit and the batch in one row, so that it cannot tell [web, web2] from web in
# the batch web2. With "hosts: web:web2" as the pattern of the first play, all is well.
# Versions: ansible-core 2.19.14.
# Why it matters: rolling updates take more machines out of service than they may. Join patterns with a colon, not in a list.
#
# Output:
#   after hosts: [web, web2]: web1 | web1 web2 web3 | web3
#   after hosts: web:web2: web1 | web2 | web3

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

cat >inventory.yml <<'EOF'
web:
  hosts:
    web1:
    web2:
    web3:
EOF
cat >update.yml <<'EOF'
- name: Look at all hosts
  hosts: "{{ first }}"
  gather_facts: false
  connection: local
  tasks:
    - ansible.builtin.debug:
- name: Update one host after the other
  hosts: web
  serial: 1
  gather_facts: false
  connection: local
  tasks:
    - ansible.builtin.debug:
        msg: "batch: {{ ansible_play_batch | join(' ') }}"
      run_once: true
EOF

# Prints the hosts of each batch after a first play with these hosts.
batches_after() {
  venv/bin/ansible-playbook -i inventory.yml update.yml -e "{\"first\": $1}" >output
  sed -n 's/.*"batch: \(.*\)".*/\1/p' output | paste -sd '|' | sed 's/|/ | /g'
}

list=$(batches_after '["web", "web2"]')
text=$(batches_after '"web:web2"')
echo "after hosts: [web, web2]: $list"
echo "after hosts: web:web2: $text"
[ "$list" = "web1 | web1 web2 web3 | web3" ] || { echo "changed: the second batch was one of three hosts"; exit 1; }
[ "$text" = "web1 | web2 | web3" ] || { echo "changed: each batch was one host"; exit 1; }
echo "holds: a batch of serial 1 has three hosts"
