#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# HTTPAdapter(max_retries=3) of requests also repeats requests that were answered, and sleeps as long as the answer
# says.
#
# Expected: max_retries covers failed connections only, as the documentation of HTTPAdapter says, and timeout=1 keeps
# one call short.
# What happens: urllib3 honors Retry-After on its own for 413, 429 and 503, although status_forcelist is empty. GET,
# PUT and DELETE are sent four times. The sleep is not part of the timeout; urllib3 2.8 limits it to six hours.
# Versions: requests 2.34.2 with urllib3 2.8.0.
# Why it matters: Cloudflare answers 429 and HEC 503 with Retry-After. A client that counts its own attempts, paces
# requests or promises an end within a time sends up to four times as much, or stands still. Set max_retries=0, or
# Retry(respect_retry_after_header=False).
#
# Output:
#   GET 503: 1 request(s), sleeps none
#   GET 503 with Retry-After: 4 request(s), sleeps 3600 3600 3600
#   PUT 429 with Retry-After: 4 request(s), sleeps 3600 3600 3600
#   POST 429 with Retry-After: 1 request(s), sleeps none
#   GET 500 with Retry-After: 1 request(s), sleeps none

set -eEuo pipefail
trap 'echo "changed: the command in line $LINENO failed"; exit 1' ERR
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python=${PYTHON:-python3}
"$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null ||
  { echo "skipped: needs Python 3.10 to 3.13 with venv (PYTHON=python3.12 names one)"; exit 2; }
"$python" -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check requests==2.34.2 urllib3==2.8.0 ||
  { echo "skipped: pip cannot install the packages"; exit 2; }
venv/bin/pip freeze --all | grep -iE '^(requests|urllib3)=='
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1

cat >retries.py <<'EOF'
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

received = []


class Server(BaseHTTPRequestHandler):
    """Answers /STATUS with that status, and with Retry-After where the query asks for it."""

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        received.append(self.command)
        status, _, retry_after = self.path.strip("/").partition("?")
        self.send_response(int(status))
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_PUT = do_GET

    def log_message(self, *args):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
session = requests.Session()
session.mount("http://", requests.adapters.HTTPAdapter(max_retries=3))
sleeps = []
time.sleep = sleeps.append  # nobody waits for hours here

seen = {}
for method, status, retry_after in (("GET", 503, ""), ("GET", 503, "?3600"), ("PUT", 429, "?3600"), ("POST", 429, "?3600"), ("GET", 500, "?3600")):
    received.clear()
    sleeps.clear()
    session.request(method, f"http://127.0.0.1:{server.server_port}/{status}{retry_after}", timeout=1)
    name = f"{method} {status}" + (" with Retry-After" if retry_after else "")
    waits = [int(seconds) for seconds in sleeps if seconds > 1]
    seen[name] = (len(received), waits)
    print(f"{name}: {len(received)} request(s), sleeps {' '.join(map(str, waits)) or 'none'}")
if seen != {
    "GET 503": (1, []),
    "GET 503 with Retry-After": (4, [3600] * 3),
    "PUT 429 with Retry-After": (4, [3600] * 3),
    "POST 429 with Retry-After": (1, []),
    "GET 500 with Retry-After": (1, []),
}:
    sys.exit("changed: requests were sent another number of times")
EOF
venv/bin/python retries.py || exit 1
echo "holds: max_retries repeats answered GET and PUT requests"
