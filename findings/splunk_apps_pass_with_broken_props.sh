#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Neither splunk-appinspect nor ksconf finds a misspelled key or a broken regular expression in props.conf.
#
# Expected: a linter for Splunk apps knows the keys of props.conf.spec and compiles regular expressions.
# What happens: an app with a regular expression without its closing parenthesis, a misspelled TIME_FORMAT, a LINE_BREAKER
# without a group, a number that is none and a boolean that is none passes all 252 checks of splunk-appinspect, run without
# tags, and ksconf check.
# Versions: splunk-appinspect 4.3.1, ksconf 0.13.10.
# Why it matters: Splunk ignores such a setting and guesses the time of each event and where it ends. An app that both tools
# accept can store events with wrong times. Check the keys and the regular expressions of a source type separately.
#
# Output:
#   appinspect: error 0, failure 0, warning 0
#   ksconf: 1 files were parsed successfully.

set -eEuo pipefail
trap 'echo "changed: the command in line $LINENO failed"; exit 1' ERR
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python=${PYTHON:-python3}
"$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null ||
  { echo "skipped: needs Python 3.11 to 3.13 with venv (PYTHON=python3.12 names one)"; exit 2; }
"$python" -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check splunk-appinspect==4.3.1 ksconf==0.13.10 pylibmagic==0.5.0 ||
  { echo "skipped: pip cannot install the packages"; exit 2; }
venv/bin/pip freeze --all | grep -iE '^(splunk.appinspect|ksconf)=='
export HOME=$folder
# The library that splunk-appinspect loads, from a package.
library=$(dirname "$(find venv -name magic.mgc)")
export LD_LIBRARY_PATH=$folder/$library MAGIC=$folder/$library/magic.mgc

mkdir -p types/default types/metadata
cat >types/default/app.conf <<'EOF'
[install]
is_configured = 0
[package]
id = types
check_for_updates = false
[ui]
is_visible = 0
label = Source types
[launcher]
author = Acme
description = Source types
version = 1.0.0
[id]
name = types
version = 1.0.0
EOF
cat >types/default/props.conf <<'EOF'
[cloudflare:json]
TIME_PREFIX = "(?:EdgeStartTimestamp"\s*:
TIME_FROMAT = %Y-%m-%dT%H:%M:%SZ
LINE_BREAKER = [\r\n]+
TRUNCATE = many
SHOULD_LINEMERGE = never
EOF
printf '[]\naccess = read : [ * ], write : [ sc_admin ]\nexport = system\n' >types/metadata/default.meta
tar czf types.tar.gz types

venv/bin/splunk-appinspect inspect types.tar.gz --data-format json --output-file report.json >output 2>&1
summary=$("$python" -c 'import json; found = json.load(open("report.json"))["summary"]; print(", ".join(f"{key} {found[key]}" for key in ("error", "failure", "warning")))')
echo "appinspect: $summary"
parsed=$(venv/bin/ksconf check types/default/props.conf 2>&1 | grep -o '[0-9]* files were parsed successfully.')
echo "ksconf: $parsed"
[ "$summary" = "error 0, failure 0, warning 0" ] || { echo "changed: splunk-appinspect reports something"; exit 1; }
[ "$parsed" = "1 files were parsed successfully." ] || { echo "changed: ksconf reports something"; exit 1; }
echo "holds: five mistakes in props.conf pass both"
