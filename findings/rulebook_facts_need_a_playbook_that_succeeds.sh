#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# ansible-rulebook drops the set_stats of a playbook that fails, also with set_facts: true.
#
# Expected: with set_facts: true, the statistics of a playbook become a fact, so that a rule can react to the number of
# failures that the playbook counted.
# What happens: only a playbook that exits with 0 sets the fact. The same statistics of a playbook that fails after
# set_stats are dropped, and no rule can see that it failed. ansible-rulebook logs the output and exits with 0.
# Versions: ansible-rulebook 1.3.2, drools-jpy 0.4.1, Java 17, ansible-core 2.19.14.
# Why it matters: a rule for failures, such as fact.counts.failed > 0, never fires. Let the playbook succeed in spite
# of its failures (ignore_errors), and publish their number.
#
# Output:
#   a playbook that succeeds: 1 reports
#   a playbook that fails: 0 reports

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

printf 'all:\n  hosts:\n    web:\n      ansible_connection: local\n' >inventory.yml
mkdir playbooks
cat >playbooks/count.yml <<'EOF'
- name: Count failures
  hosts: all
  gather_facts: false
  tasks:
    - name: Publish the number of failures
      ansible.builtin.set_stats:
        data:
          counts: {failed: 1}
    - name: Fail
      ansible.builtin.fail:
        msg: one zone failed
      when: fails
EOF

# Prints how many times the second rule acts after a playbook that fails or succeeds.
reports_if_it_fails() {
  cat >rules.yml <<EOF
- name: Count
  hosts: all
  sources:
    - eda.builtin.generic:
        payload: [{go: true}]
        shutdown_after: 10
  rules:
    - name: Run the playbook
      condition: event.go == true
      action:
        run_playbook:
          name: $folder/playbooks/count.yml
          set_facts: true
          extra_vars:
            fails: $1
    - name: Report failures
      condition: fact.counts.failed > 0
      action:
        debug:
          msg: the rule reports
EOF
  ansible-rulebook --rulebook rules.yml -i inventory.yml >output 2>&1 || { cat output; return 1; }
  echo "$(grep -c '^the rule reports' output || true) reports"
}

succeeds=$(reports_if_it_fails false)
fails=$(reports_if_it_fails true)
echo "a playbook that succeeds: $succeeds"
echo "a playbook that fails: $fails"
grep -q 'one zone failed' output || { cat output; echo "changed: the playbook did not run"; exit 1; }
[ "$succeeds" = "1 reports" ] || { echo "changed: a playbook that succeeds gives $succeeds"; exit 1; }
[ "$fails" = "0 reports" ] || { echo "changed: a playbook that fails gives $fails"; exit 1; }
echo "holds: the statistics of a playbook that fails are dropped"
