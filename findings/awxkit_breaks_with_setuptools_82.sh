#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The client of AWX does not start in a fresh environment: it needs a module that setuptools 82 removed.
#
# Expected: "pip install awxkit" brings everything that "awx --help" needs.
# What happens: awxkit imports pkg_resources and requires any setuptools. pip installs the newest, which has no
# pkg_resources, and the command ends with ModuleNotFoundError. Python 3.11 hides this, for its venv still brings an
# old setuptools.
# Versions: awxkit 24.6.1 (the newest) works with setuptools 81.0.0 and fails with 82.0.0.
# Why it matters: jobs that configure AWX by "awx import" broke from one day to the next. Pin "setuptools<82" beside
# awxkit.
#
# Output:
#   setuptools 81.0.0: works
#   setuptools 82.0.0: ModuleNotFoundError: No module named 'pkg_resources'

set -eEuo pipefail
trap 'echo "changed: the command in line $LINENO failed"; exit 1' ERR
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python=${PYTHON:-python3}
"$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 9) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null ||
  { echo "skipped: needs Python 3.9 to 3.13 with venv (PYTHON=python3.12 names one)"; exit 2; }
"$python" -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check awxkit==24.6.1 setuptools==81.0.0 ||
  { echo "skipped: pip cannot install the packages"; exit 2; }
venv/bin/pip freeze --all | grep -iE '^(awxkit|setuptools)=='
export HOME=$folder

# Prints how the client starts.
start() {
  if venv/bin/awx --help >output 2>&1; then echo works; else tail -n 1 output; fi
}

before=$(start)
venv/bin/pip install --quiet --disable-pip-version-check setuptools==82.0.0 ||
  { echo "skipped: pip cannot install the packages"; exit 2; }
venv/bin/pip check || { echo "changed: pip sees the conflict"; exit 1; }
after=$(start)
echo "setuptools 81.0.0: $before"
echo "setuptools 82.0.0: $after"
[ "$before" = works ] || { echo "changed: awxkit 24.6.1 does not start with setuptools 81"; exit 1; }
case $after in
  *pkg_resources*) echo "holds: awxkit needs pkg_resources" ;;
  *) echo "changed: with setuptools 82 it says: $after"; exit 1 ;;
esac
