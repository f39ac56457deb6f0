#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# splunk-sdk sends a parameter that is None as the text "None".
#
# Expected: None means "not set" and is left out, as requests and httpx do.
# What happens: every value becomes text: None becomes "None" and False becomes "False".
# Versions: splunk-sdk 2.1.1.
# Why it matters: service.post("data/inputs/http", name="cf", index=options.get("index")) creates a HEC token whose
# index is called "None", and its events are refused or end in the last-chance index. Leave out what is not set.
#
# Output:
#   splunk-sdk: index=None&name=cf&useACK=False
#   requests:   name=cf&useACK=False

set -eEuo pipefail
trap 'echo "changed: the command in line $LINENO failed"; exit 1' ERR
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python=${PYTHON:-python3}
"$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 9) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null ||
  { echo "skipped: needs Python 3.9 to 3.13 with venv (PYTHON=python3.12 names one)"; exit 2; }
"$python" -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check splunk-sdk==2.1.1 requests==2.32.5 ||
  { echo "skipped: pip cannot install the packages"; exit 2; }
venv/bin/pip freeze --all | grep -iE '^(splunk.sdk|requests)=='
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1

cat >post.py <<'EOF'
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests
import splunklib.client

bodies = []


class Server(BaseHTTPRequestHandler):
    """Keeps the body of each POST."""

    def do_POST(self):
        bodies.append("&".join(sorted(self.rfile.read(int(self.headers["Content-Length"])).decode().split("&"))))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
service = splunklib.client.Service(scheme="http", host="127.0.0.1", port=server.server_port, token="Splunk token")
service.post("data/inputs/http", name="cf", index=None, useACK=False)
requests.post(f"http://127.0.0.1:{server.server_port}/", data={"name": "cf", "index": None, "useACK": False}, timeout=10)
print(f"splunk-sdk: {bodies[0]}\nrequests:   {bodies[1]}")
if bodies != ["index=None&name=cf&useACK=False", "name=cf&useACK=False"]:
    sys.exit("changed: the bodies were other ones")
EOF
venv/bin/python post.py || exit 1
echo "holds: splunk-sdk sends None as text"
