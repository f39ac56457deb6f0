#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The JSON formatter of python-splunk-logging leaves out fields that are 0 or false.
#
# Expected: prune_keys, on by default and documented as dropping "empty values", drops None, "" and empty lists.
# What happens: it drops everything that Python takes for false: status 0, success false, ratio 0.0 too.
# Versions: python-splunk-logging 1.2.0.
# Why it matters: in Splunk the field is missing in just those events that count: "failed=0" and "failed is missing"
# are different searches. stats avg(failed) is too high. Pass prune_keys=False.
#
# Output:
#   {"zone": "example.com", "changed": true}

set -eEuo pipefail
trap 'echo "changed: the command in line $LINENO failed"; exit 1' ERR
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python=${PYTHON:-python3}
"$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null ||
  { echo "skipped: needs Python 3.11 to 3.13 with venv (PYTHON=python3.12 names one)"; exit 2; }
"$python" -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check python-splunk-logging==1.2.0 ||
  { echo "skipped: pip cannot install the packages"; exit 2; }
venv/bin/pip freeze --all | grep -iE '^(python.splunk.logging)=='

cat >format.py <<'EOF'
import json
import logging
import sys

from splunk_logging.formatters import JsonFormatter

event = {"zone": "example.com", "changed": True, "failed": 0, "ok": False, "ratio": 0.0, "note": None}
text = JsonFormatter().format(logging.makeLogRecord({"msg": event}))
print(text)
if json.loads(text) != {"zone": "example.com", "changed": True}:
    sys.exit("changed: the formatter keeps other fields")
if json.loads(JsonFormatter(prune_keys=False).format(logging.makeLogRecord({"msg": event}))) != event:
    sys.exit("changed: prune_keys=False does not keep all fields")
EOF
venv/bin/python format.py || exit 1
echo "holds: 0 and false are dropped"
