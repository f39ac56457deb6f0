#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Three libraries for Splunk's .conf files read a stanza that is there twice in three ways.
#
# Expected: the settings of both are merged, as Splunk does.
# What happens: ksconf refuses the file, the reader of splunk-appinspect keeps only the last one and loses the token in the
# first, and addonfactory-splunk-conf-parser-lib merges them.
# Versions: ksconf 0.13.10, splunk-appinspect 4.3.1, addonfactory-splunk-conf-parser-lib 1.0.0.
# Why it matters: a tool that reads inputs.conf with one of them and writes it again can remove the value of a HEC token, and
# a check of the file sees other settings than Splunk uses. Refuse a file with a repeated stanza.
#
# Output:
#   ksconf: DuplicateStanzaException
#   splunk-appinspect: description
#   addonfactory: description, index, token

set -eEuo pipefail
trap 'echo "changed: the command in line $LINENO failed"; exit 1' ERR
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python=${PYTHON:-python3}
"$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null ||
  { echo "skipped: needs Python 3.11 to 3.13 with venv (PYTHON=python3.12 names one)"; exit 2; }
"$python" -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check splunk-appinspect==4.3.1 ksconf==0.13.10 \
  addonfactory-splunk-conf-parser-lib==1.0.0 || { echo "skipped: pip cannot install the packages"; exit 2; }
venv/bin/pip freeze --all | grep -iE '^(splunk.appinspect|ksconf|addonfactory.splunk.conf.parser.lib)=='
export HOME=$folder

cat >inputs.conf <<'EOF'
[http://cloudflare]
token = 11111111-2222-3333-4444-555555555555
index = cloudflare

[http]
disabled = 0

[http://cloudflare]
description = Logs of Cloudflare
EOF
cat >read.py <<'EOF'
def with_ksconf(name):
    from ksconf.conf.parser import parse_conf

    return parse_conf("inputs.conf")[name]


def with_appinspect(name):
    from splunk_appinspect.configuration_parser import configuration_lexer, parse
    from splunk_appinspect.inputs_configuration_file import InputsConfigurationFile

    with open("inputs.conf", "rb") as file:
        found = parse(file, InputsConfigurationFile(), configuration_lexer)
    return [key for key, value, line in found.get_section(name).items()]


def with_addonfactory(name):
    from addonfactory_splunk_conf_parser_lib import TABConfigParser

    parser = TABConfigParser()
    parser.read("inputs.conf")
    return [key for key in dict(parser.items(name)) if key != "__name__"]


for label, read in (("ksconf", with_ksconf), ("splunk-appinspect", with_appinspect), ("addonfactory", with_addonfactory)):
    try:
        print(f"{label}: {', '.join(sorted(read('http://cloudflare')))}")
    except Exception as error:
        print(f"{label}: {type(error).__name__}")
EOF
seen=$(venv/bin/python read.py)
echo "$seen"
expected='ksconf: DuplicateStanzaException
splunk-appinspect: description
addonfactory: description, index, token'
[ "$seen" = "$expected" ] || { echo "changed: the libraries read something else"; exit 1; }
echo "holds: one refuses the file, one keeps the last stanza, one merges them"
