#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# build_ignore of galaxy.yml looks like .gitignore and matches differently, without a warning.
#
# Expected: "scratch/" leaves out a folder, "docs/*.md" only the files directly in docs, "**/*.log" all logs,
# "/notes.txt" the file at the top.
# What happens: each pattern is compared with the whole relative path by fnmatch. "scratch/" and "/notes.txt" match
# nothing, "**/*.log" misses the log at the top, and "docs/*.md" also takes the pages of all subfolders out.
# Versions: ansible-core 2.19.14.
# Why it matters: files that should stay out are published with the collection, and documentation is missing in it.
# Check the list of files of the archive in a test.
#
# Output:
#   README.md
#   notes.txt
#   scratch/draft
#   top.log

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

mkdir -p collection/docs/guide collection/scratch collection/logs
cd collection
cat >galaxy.yml <<'EOF'
namespace: acme
name: logs
version: 1.0.0
readme: README.md
authors: [Acme]
build_ignore:
  - scratch/
  - docs/*.md
  - '**/*.log'
  - /notes.txt
EOF
touch README.md notes.txt top.log logs/deep.log scratch/draft docs/index.md docs/guide/start.md

../venv/bin/ansible-galaxy collection build . >/dev/null 2>&1
seen=$(tar tzf acme-logs-1.0.0.tar.gz | grep -vE '/$|^(FILES|MANIFEST)\.json$' | LC_ALL=C sort)
echo "$seen"
[ "$seen" = "$(printf '%s\n' README.md notes.txt scratch/draft top.log)" ] || { echo "changed: the archive holds other files"; exit 1; }
echo "holds: build_ignore compares the whole path by fnmatch"
