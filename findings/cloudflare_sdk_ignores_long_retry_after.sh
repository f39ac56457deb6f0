#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Cloudflare's Python SDK ignores a Retry-After of more than 60 seconds and repeats the request after half a second.
#
# Expected: after 429 with "Retry-After: 300" the SDK waits five minutes, or raises at once.
# What happens: only a Retry-After up to 60 is honored. For a longer one the SDK falls back to its own backoff (0.5
# s, then 1 s), and raises RateLimitError after three requests within two seconds.
# Versions: cloudflare 5.9.0.
# Why it matters: Cloudflare allows 1,200 requests in five minutes, and then answers 429 for the next five minutes, so
# waits above 60 s are to be expected. A long run over many zones ends at the first 429, after two more requests.
# Handle 429 yourself.
#
# Output:
#   Retry-After 2:   waits of 2.0 2.0 s
#   Retry-After 61:  waits of 0.5 0.9 s
#   Retry-After 300: waits of 0.4 0.8 s

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

cat >list.py <<'EOF'
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cloudflare

times = []
retry_after = []


class Server(BaseHTTPRequestHandler):
    """Answers every request with 429."""

    def do_GET(self):
        times.append(time.monotonic())
        body = b'{"success": false, "errors": [{"code": 971, "message": "rate limited"}], "messages": [], "result": null}'
        self.send_response(429)
        self.send_header("Retry-After", retry_after[-1])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = cloudflare.Cloudflare(api_token="t" * 40, base_url=f"http://127.0.0.1:{server.server_port}")

seen = {}
for seconds in ("2", "61", "300"):
    times.clear()
    retry_after.append(seconds)
    try:
        client.logpush.jobs.list(zone_id="0" * 32)
    except cloudflare.RateLimitError:
        pass
    waits = [later - earlier for earlier, later in zip(times, times[1:])]
    seen[seconds] = waits
    print(f"{f'Retry-After {seconds}:':<16} waits of {' '.join(f'{wait:.1f}' for wait in waits)} s")
if len(seen["2"]) != 2 or min(seen["2"]) < 2:
    sys.exit("changed: a short Retry-After is not honored")
if any(len(seen[seconds]) != 2 or max(seen[seconds]) > 30 for seconds in ("61", "300")):
    sys.exit("changed: a long Retry-After is honored, or ends the request")
EOF
venv/bin/python list.py || exit 1
echo "holds: a Retry-After above 60 s is ignored"
