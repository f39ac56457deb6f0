#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# "ansible-creator add plugin action" rewrites galaxy.yml: comments, license header, quotes and order of lines are
# gone.
#
# Expected: the command adds the files of a new plugin, and at most one line to galaxy.yml.
# What happens: it loads galaxy.yml and writes it again as plain YAML.
# Versions: ansible-creator 26.10.0.
# Why it matters: the SPDX header and the reasons in comments are lost with the next commit, and REUSE then fails for
# a file that nobody edited. Restore galaxy.yml after the command.
#
# Output:
#   comments before: 2, after: 0

set -eEuo pipefail
trap 'echo "changed: the command in line $LINENO failed"; exit 1' ERR
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python=${PYTHON:-python3}
"$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null ||
  { echo "skipped: needs Python 3.11 to 3.13 with venv (PYTHON=python3.12 names one)"; exit 2; }
"$python" -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ansible-creator==26.10.0 ||
  { echo "skipped: pip cannot install the packages"; exit 2; }
venv/bin/pip freeze --all | grep -iE '^(ansible.creator)=='
unset "${!ANSIBLE_@}"
export HOME=$folder LC_ALL=C.UTF-8 PATH="$folder/venv/bin:$PATH"

# Prints the number of comments in galaxy.yml.
comments() {
  grep -c '#' acme/galaxy.yml || true
}

ansible-creator init collection acme.logs acme >/dev/null 2>&1
cat >acme/galaxy.yml <<'EOF'
# SPDX-License-Identifier: GPL-3.0-or-later
namespace: acme
name: logs
version: 1.0.0  # set by the release
readme: README.md
authors:
  - Acme
EOF
before=$(comments)
ansible-creator add plugin action sample acme >/dev/null 2>&1
after=$(comments)
cat acme/galaxy.yml
echo "comments before: $before, after: $after"
[ -e acme/plugins/action/sample.py ] || { echo "changed: no plugin was added"; exit 1; }
[ "$before $after" = "2 0" ] || { echo "changed: galaxy.yml keeps comments"; exit 1; }
echo "holds: adding a plugin removes the comments of galaxy.yml"
