#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# python-hcl2 4, 7 and 8 read the same Terraform file in three ways.
#
# Expected: a parser of HCL returns the values that Terraform sees: say "hi"\n (a backslash and an n) for the quoted
# string of the file below, and the lines of the heredoc as they stand, without their indentation.
# What happens: 4 leaves escapes in quoted strings and reads the heredoc right but for its last line feed. 7 undoes \"
# but turns \\n into a backslash and a line feed, and undoes escapes in heredocs too, where HCL has none. 8 returns
# source text: strings with their quotes, a heredoc with its marks and indentation, names of blocks with quotes, and
# extra keys such as __is_block__.
# Versions: python-hcl2 4.3.5, 7.3.1, 8.1.4.
# Why it matters: Logpush filters are JSON, full of \" and often in heredocs. A tool that adopts jobs from Terraform
# reads a wrong filter with one version and fails with another. Pin one major version and decode its form.
#
# Output:
#   4.3.5 ['x', 'y'] 'say \\"hi\\"\\\\n' 'say "hi" \\n\ntwo'
#   7.3.1 ['x', 'y'] 'say "hi"\\\n' 'say "hi" \n\ntwo'
#   8.1.4 ['"x"', '"y"'] '"say \\"hi\\"\\\\n"' '"<<-EOT\n    say "hi" \\n\n    two\n  EOT"'

set -eEuo pipefail
trap 'echo "changed: the command in line $LINENO failed"; exit 1' ERR
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python=${PYTHON:-python3}
"$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 9) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null ||
  { echo "skipped: needs Python 3.9 to 3.13 with venv (PYTHON=python3.12 names one)"; exit 2; }
"$python" -m venv four
four/bin/pip install --quiet --disable-pip-version-check python-hcl2==4.3.5 ||
  { echo "skipped: pip cannot install the packages"; exit 2; }
four/bin/pip freeze --all | grep -iE '^(python.hcl2)=='
"$python" -m venv seven
seven/bin/pip install --quiet --disable-pip-version-check python-hcl2==7.3.1 ||
  { echo "skipped: pip cannot install the packages"; exit 2; }
seven/bin/pip freeze --all | grep -iE '^(python.hcl2)=='
"$python" -m venv eight
eight/bin/pip install --quiet --disable-pip-version-check python-hcl2==8.1.4 ||
  { echo "skipped: pip cannot install the packages"; exit 2; }
eight/bin/pip freeze --all | grep -iE '^(python.hcl2)=='

cat >main.tf <<'EOF'
resource "x" "y" {
  quoted = "say \"hi\"\\n"
  heredoc = <<-EOT
    say "hi" \n
    two
  EOT
}
EOF
cat >read.py <<'EOF'
from importlib.metadata import version

import hcl2

with open("main.tf", encoding="utf-8") as file:
    [(kind, named)] = hcl2.load(file)["resource"][0].items()
[(name, resource)] = named.items()
print(version("python-hcl2"), [kind, name], repr(resource["quoted"]), repr(resource["heredoc"]))
EOF
cat >expected <<'EOF'
4.3.5 ['x', 'y'] 'say \\"hi\\"\\\\n' 'say "hi" \\n\ntwo'
7.3.1 ['x', 'y'] 'say "hi"\\\n' 'say "hi" \n\ntwo'
8.1.4 ['"x"', '"y"'] '"say \\"hi\\"\\\\n"' '"<<-EOT\n    say "hi" \\n\n    two\n  EOT"'
EOF
for venv in four seven eight; do
  "$venv/bin/python" read.py
done | tee seen
diff expected seen || { echo "changed: the lines above differ"; exit 1; }
echo "holds: three versions return three values"
