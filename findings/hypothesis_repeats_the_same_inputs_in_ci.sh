#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Hypothesis tests the same inputs in every run once it sees that it runs in CI.
#
# Expected: each run of CI tries other random inputs, so that many runs find what one does not.
# What happens: where CI (or a variable of a known CI service) is set, Hypothesis loads the profile "ci" by itself:
# derandomize is on, the database of examples and the deadline are off. Every run tries the same inputs until the test
# or Hypothesis itself changes.
# Versions: hypothesis 6.170.15.
# Why it matters: nightly runs "with generated inputs" find nothing new, and pass as many times as they are repeated.
# Load a profile of your own with derandomize=False, or run such jobs with another profile.
#
# Output:
#   without CI: 2 different runs of 2
#   CI=true: 1 different runs of 2, derandomize=True database=None deadline=None

set -eEuo pipefail
trap 'echo "changed: the command in line $LINENO failed"; exit 1' ERR
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python=${PYTHON:-python3}
"$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null ||
  { echo "skipped: needs Python 3.10 to 3.13 with venv (PYTHON=python3.12 names one)"; exit 2; }
"$python" -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check hypothesis==6.170.15 ||
  { echo "skipped: pip cannot install the packages"; exit 2; }
venv/bin/pip freeze --all | grep -iE '^(hypothesis)=='
unset CI "${!GITHUB_@}" "${!GITLAB_@}" "${!BUILDKITE@}" "${!CIRCLE@}" "${!TEAMCITY@}" "${!TF_@}" "${!JENKINS@}" "${!TRAVIS@}"

cat >inputs.py <<'EOF'
from hypothesis import given, settings
from hypothesis import strategies as st

seen = []


@given(st.lists(st.integers()))
def collect(numbers):
    seen.append(numbers)


collect()
now = settings()
with open("settings", "w", encoding="utf-8") as file:
    file.write(f"derandomize={now.derandomize} database={now.database} deadline={now.deadline}")
print(seen)
EOF

# Prints how many of two runs differ, with some variables set.
different_runs() {
  for _ in 1 2; do
    env "$@" venv/bin/python inputs.py | cksum
  done | sort -u | wc -l | tr -d ' '
}

here=$(different_runs)
ci=$(different_runs CI=true)
echo "without CI: $here different runs of 2"
echo "CI=true: $ci different runs of 2, $(cat settings)"
[ "$here $ci" = "2 1" ] || { echo "changed: $here and $ci runs differ"; exit 1; }
echo "holds: in CI every run tries the same inputs"
