#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Clients of Splunk's HTTP Event Collector repeat a batch on "503 server is busy" and lose it on "429 queue is at
# capacity".
#
# Expected: a client that keeps a batch when Splunk is busy keeps it as well when Splunk says so by the newer answer.
# What happens: Splunk answered a full queue with 503 code 9, and newer versions do so with 429 code 26 ("HEC queue is
# at capacity and cannot process any more requests"). All three clients know only the first answer: they repeat the
# batch after 503, and send it once where the answer is 429. Two raise an exception, one prints a traceback, and none
# keeps the events.
# Versions: hass-splunk 0.2.0, python-splunk-logging 1.2.0, splunk-handler 3.0.0.
# Why it matters: an upgrade of Splunk turns back-pressure into loss. Whoever writes a sender must treat 429 like 503.
#
# Output:
#   hass-splunk: 503 sent 2 times, 429 sent 1 times
#   python-splunk-logging: 503 sent 2 times, 429 sent 1 times
#   splunk-handler: 503 sent 2 times, 429 sent 1 times

set -eEuo pipefail
trap 'echo "changed: the command in line $LINENO failed"; exit 1' ERR
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python=${PYTHON:-python3}
"$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null ||
  { echo "skipped: needs Python 3.11 to 3.13 with venv (PYTHON=python3.12 names one)"; exit 2; }
"$python" -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check hass-splunk==0.2.0 aiohttp==3.14.5 python-splunk-logging==1.2.0 splunk-handler==3.0.0 ||
  { echo "skipped: pip cannot install the packages"; exit 2; }
venv/bin/pip freeze --all | grep -iE '^(hass.splunk|aiohttp|python.splunk.logging|splunk.handler)=='
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1

cat >send.py <<'EOF'
import asyncio
import json
import logging
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import aiohttp
from hass_splunk import SplunkPayloadError, hass_splunk
import httpx
from splunk_handler import SplunkHandler
from splunk_logging.forwarders import HecForwarder

SUCCESS = (200, {"text": "Success", "code": 0})
BUSY = (503, {"text": "Server is busy", "code": 9})
FULL = (429, {"text": "HEC queue is at capacity and cannot process any more requests", "code": 26})
answers = []
received = []


class Collector(BaseHTTPRequestHandler):
    """Gives the answers of the test, then success."""

    def do_POST(self):
        received.append(self.rfile.read(int(self.headers["Content-Length"])))
        status, said = answers.pop(0) if answers else SUCCESS
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
threading.Thread(target=server.serve_forever, daemon=True).start()


def by_hass_splunk():
    async def send():
        async with aiohttp.ClientSession() as session:
            client = hass_splunk(session, "token", "127.0.0.1", server.server_port, use_ssl=False)
            try:
                await client.queue({"event": "one"})
            except SplunkPayloadError:
                await client.send()

    asyncio.run(send())


def by_python_splunk_logging():
    with HecForwarder("127.0.0.1", server.server_port, "token", use_ssl=False) as client:
        try:
            client.forward_event({"event": "one"})
        except httpx.HTTPStatusError:
            pass


def by_splunk_handler():
    handler = SplunkHandler(
        host="127.0.0.1", port=server.server_port, token="token", index="main", protocol="http", verify=False, retry_backoff=0.1, flush_interval=0
    )
    logger = logging.getLogger("one")
    logger.addHandler(handler)
    logger.warning("one")
    handler.force_flush()
    handler.force_flush()
    logger.removeHandler(handler)
    handler.close()


seen = {}
for name, send in (("hass-splunk", by_hass_splunk), ("python-splunk-logging", by_python_splunk_logging), ("splunk-handler", by_splunk_handler)):
    for status, answer in ((503, BUSY), (429, FULL)):
        received.clear()
        answers[:] = [answer]
        send()
        seen[name, status] = len(received)
    print(f"{name}: 503 sent {seen[name, 503]} times, 429 sent {seen[name, 429]} times")
if any(times != (2 if status == 503 else 1) for (name, status), times in seen.items()):
    sys.exit("changed: the clients send a batch another number of times")
EOF
venv/bin/python send.py >output 2>&1 || { cat output; exit 1; }
grep " sent " output
echo "holds: three clients repeat a batch on 503 and drop it on 429"
