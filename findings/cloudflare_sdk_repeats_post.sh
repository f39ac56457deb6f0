#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Cloudflare's Python SDK sends a POST up to three times, without an idempotency key, and so makes duplicates.
#
# Expected: only requests that are safe to repeat are repeated; a POST that timed out or failed with 500 raises at
# once.
# What happens: the SDK repeats every method after a timeout, 408, 409, 429 and each 5xx, twice by default. The API
# cannot see that it is the same request: no Idempotency-Key is sent, only a count in a header of the SDK.
# Versions: cloudflare 5.9.0.
# Why it matters: the server may have done the work before the answer was lost. Each repetition of "create Logpush
# job" makes one more job, and each job delivers (and is charged for) every log line again. Use
# Cloudflare(max_retries=0) and look before you repeat.
#
# Output:
#   answered 500: 3 POST, Idempotency-Key: none
#   slower than the timeout: 3 POST, 3 jobs made, Idempotency-Key: none
#   answered 403: 1 POST, Idempotency-Key: none

set -eEuo pipefail
trap 'echo "changed: the command in line $LINENO failed"; exit 1' ERR
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python=${PYTHON:-python3}
"$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 9) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null ||
  { echo "skipped: needs Python 3.9 to 3.13 with venv (PYTHON=python3.12 names one)"; exit 2; }
"$python" -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check cloudflare==5.9.0 ||
  { echo "skipped: pip cannot install the packages"; exit 2; }
venv/bin/pip freeze --all | grep -iE '^(cloudflare)=='
unset "${!CLOUDFLARE_@}"
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1

cat >create.py <<'EOF'
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cloudflare

posts = []
made = []
answer = {}


class Server(BaseHTTPRequestHandler):
    """Makes a job on each POST and answers as the test says."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        posts.append(self.headers.get("Idempotency-Key", "none"))
        if answer["status"] == 200:
            made.append(len(made) + 1)
        time.sleep(answer["seconds"])
        body = json.dumps({"success": answer["status"] == 200, "errors": [], "messages": [], "result": {"id": len(made)}}).encode()
        try:
            self.send_response(answer["status"])
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass  # the client has given up

    def log_message(self, *args):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = cloudflare.Cloudflare(api_token="t" * 40, base_url=f"http://127.0.0.1:{server.server_port}", timeout=0.5)

seen = {}
for name, status, seconds in (("answered 500", 500, 0), ("slower than the timeout", 200, 1.5), ("answered 403", 403, 0)):
    posts.clear()
    made.clear()
    answer.update(status=status, seconds=seconds)
    try:
        client.logpush.jobs.create(zone_id="0" * 32, destination_conf="https://splunk.example.com/", dataset="http_requests")
    except cloudflare.APIError:
        pass
    seen[name] = (len(posts), len(made))
    jobs = f", {len(made)} jobs made" if made else ""
    print(f"{name}: {len(posts)} POST{jobs}, Idempotency-Key: {' '.join(sorted(set(posts)))}")
if seen != {"answered 500": (3, 0), "slower than the timeout": (3, 3), "answered 403": (1, 0)}:
    sys.exit("changed: the SDK sent another number of requests")
EOF
venv/bin/python create.py || exit 1
echo "holds: the SDK repeats a POST and makes duplicates"
