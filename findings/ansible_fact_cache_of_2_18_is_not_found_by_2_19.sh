#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# ansible-core 2.19 renamed the files of the fact cache: older facts are not found, and ansible-runner finds none at
# all.
#
# Expected: the jsonfile cache holds one file for each host, named like the host, that every version and
# ansible-runner read.
# What happens: from 2.19 on the file is named s1_HOST. Facts that 2.18 cached are not found: no warning, the fact is
# just undefined. get_fact_cache() of ansible-runner opens HOST and returns an empty dictionary.
# Versions: ansible-core 2.18.19 and 2.19.14, ansible-runner 2.4.3.
# Why it matters: after an upgrade of the execution environment everything kept by set_fact with cacheable is gone,
# and tools around ansible-runner see no facts. Do not keep state such as a channel GUID in the fact cache.
#
# Output:
#   2.18 after 2.18: channel abc
#   2.19 after 2.18: channel not found
#   2.19 after 2.19: channel abc
#   files: s1_web1 web1
#   ansible-runner with 2.18: {'channel': 'abc'} from ['web1']
#   ansible-runner with 2.19: {} from ['s1_web1']

set -eEuo pipefail
trap 'echo "changed: the command in line $LINENO failed"; exit 1' ERR
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python=${PYTHON:-python3}
"$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null ||
  { echo "skipped: needs Python 3.11 to 3.13 with venv (PYTHON=python3.12 names one)"; exit 2; }
"$python" -m venv old
old/bin/pip install --quiet --disable-pip-version-check ansible-core==2.18.19 ansible-runner==2.4.3 ||
  { echo "skipped: pip cannot install the packages"; exit 2; }
old/bin/pip freeze --all | grep -iE '^(ansible.core|ansible.runner)=='
"$python" -m venv new
new/bin/pip install --quiet --disable-pip-version-check ansible-core==2.19.14 ansible-runner==2.4.3 ||
  { echo "skipped: pip cannot install the packages"; exit 2; }
new/bin/pip freeze --all | grep -iE '^(ansible.core|ansible.runner)=='
unset "${!ANSIBLE_@}"
export HOME=$folder LC_ALL=C.UTF-8

mkdir -p project inventory
cat >project/facts.yml <<'EOF'
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.set_fact: {channel: abc, cacheable: true}
      when: (write | default('no')) == 'yes'
    - ansible.builtin.debug:
        msg: channel {{ channel | default('not found') }}
EOF
echo web1 >inventory/hosts
cat >read.py <<'EOF'
import os
import sys

import ansible_runner

done = ansible_runner.run(private_data_dir=sys.argv[1], playbook="facts.yml", extravars={"write": "yes"}, fact_cache_type="jsonfile", quiet=True)
print(done.get_fact_cache("web1"), "from", sorted(os.listdir(done.config.fact_cache)))
EOF

# Prints what a version finds in the cache; further arguments go to ansible-playbook.
found_by() {
  ANSIBLE_CACHE_PLUGIN=jsonfile ANSIBLE_CACHE_PLUGIN_CONNECTION=$folder/cache \
    "$1/bin/ansible-playbook" -i inventory project/facts.yml "${@:2}" 2>&1 | sed -n 's/.*"msg": "\(.*\)"/\1/p'
}

# Prints what ansible-runner returns with a version.
read_by_runner() {
  mkdir "runner-$1"
  cp -r project inventory "runner-$1"
  PATH="$folder/$1/bin:$PATH" "$1/bin/python" read.py "$folder/runner-$1"
}

found_by old -e write=yes >/dev/null
{
  echo "2.18 after 2.18: $(found_by old)"
  echo "2.19 after 2.18: $(found_by new)"
  found_by new -e write=yes >/dev/null
  echo "2.19 after 2.19: $(found_by new)"
  echo "files: $(cd cache && echo *)"
  echo "ansible-runner with 2.18: $(read_by_runner old)"
  echo "ansible-runner with 2.19: $(read_by_runner new)"
} | tee seen
cat >expected <<'EOF'
2.18 after 2.18: channel abc
2.19 after 2.18: channel not found
2.19 after 2.19: channel abc
files: s1_web1 web1
ansible-runner with 2.18: {'channel': 'abc'} from ['web1']
ansible-runner with 2.19: {} from ['s1_web1']
EOF
diff expected seen || { echo "changed: the lines above differ"; exit 1; }
echo "holds: facts cached by 2.18 are lost for 2.19, and ansible-runner reads none of 2.19"
