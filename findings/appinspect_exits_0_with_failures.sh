#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# splunk-appinspect exits with 0 although its report counts failures.
#
# Expected: a linter with failures exits with another status than 0.
# What happens: the exit status says only that the inspection ran to its end. An app with an [http://...] stanza in
# inputs.conf, which Splunk Cloud does not allow, is reported as a failure, and the status is 0.
# Versions: splunk-appinspect 4.3.1.
# Why it matters: "splunk-appinspect inspect app.tar.gz" as a step of CI never fails. Write the report as JSON
# (--output-file, --data-format json) and read summary.failure and summary.error.
#
# Output:
#   exit status 0, summary: error 0, failure 1

set -eEuo pipefail
trap 'echo "changed: the command in line $LINENO failed"; exit 1' ERR
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python=${PYTHON:-python3}
"$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 9) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null ||
  { echo "skipped: needs Python 3.9 to 3.13 with venv (PYTHON=python3.12 names one)"; exit 2; }
"$python" -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check splunk-appinspect==4.3.1 ||
  { echo "skipped: pip cannot install the packages"; exit 2; }
venv/bin/pip freeze --all | grep -iE '^(splunk.appinspect)=='
export HOME=$folder

mkdir -p hecapp/default hecapp/metadata
cat >hecapp/default/app.conf <<'EOF'
[install]
is_configured = 0
[package]
id = hecapp
[ui]
is_visible = 0
label = HEC app
[launcher]
author = Acme
description = A token of the HTTP Event Collector
version = 1.0.0
[id]
name = hecapp
version = 1.0.0
EOF
cat >hecapp/default/inputs.conf <<'EOF'
[http://cloudflare]
disabled = 0
token = 11111111-2222-3333-4444-555555555555
index = cloudflare
EOF
printf '[]\naccess = read : [ * ], write : [ sc_admin ]\n' >hecapp/metadata/default.meta
tar czf hecapp.tar.gz hecapp

venv/bin/python -c 'import magic' 2>/dev/null || { echo "skipped: needs libmagic"; exit 2; }
status=0
venv/bin/splunk-appinspect inspect hecapp.tar.gz --included-tags cloud --data-format json --output-file report.json >output 2>&1 || status=$?
[ -e report.json ] || { cat output; echo "changed: there is no report"; exit 1; }
summary=$("$python" -c 'import json; found = json.load(open("report.json"))["summary"]; print("error", found["error"], "failure", found["failure"])')
echo "exit status $status, summary: ${summary/ failure/, failure}"
[ "$status" = 0 ] || { echo "changed: the exit status is $status"; exit 1; }
[ "$summary" = "error 0 failure 1" ] || { echo "changed: the summary is $summary"; exit 1; }
echo "holds: the exit status is 0 with a failure"
