#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Cloudflare's Python SDK asks for one page more than there are: a list ends for it with an empty page.
#
# Expected: the iteration over zones.list() stops after the last page, because each answer says in result_info how many
# pages and entries there are. Looking one zone up by its name is one request.
# What happens: the SDK does not read total_pages, total_count or count. It asks for the next page until one is empty,
# also if a page has fewer entries than per_page. The lookup of one zone costs two requests, and a list of two pages
# three.
# Versions: cloudflare 5.9.0.
# Why it matters: a tool that looks up each of 1,000 zones by name sends 2,000 requests and not 1,000, and Cloudflare
# allows 1,200 in five minutes. Take the first page only (client.zones.list(name=...).result) where one entry is
# expected.
#
# Output:
#   one zone by its name: pages asked for: 1 2, total_pages: 1
#   3 zones, 2 on a page: pages asked for: 1 2 3, total_pages: 2
#   one zone by its name, .result: pages asked for: 1, total_pages: 1

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

cat >pages.py <<'EOF'
import json
import math
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import cloudflare

ZONES = [{"id": f"{number:032x}", "name": f"zone{number}.example.com"} for number in range(3)]
asked = []
total_pages = []


class Server(BaseHTTPRequestHandler):
    """Lists zones in pages, with the counts that Cloudflare's API sends."""

    def do_GET(self):
        query = parse_qs(urlsplit(self.path).query)
        page, size = int(query.get("page", ["1"])[0]), int(query.get("per_page", ["20"])[0])
        zones = [zone for zone in ZONES if zone["name"] in query.get("name", [zone["name"]])]
        shown = zones[(page - 1) * size : page * size]
        asked.append(page)
        total_pages.append(math.ceil(len(zones) / size))
        info = {
            "page": page,
            "per_page": size,
            "count": len(shown),
            "total_count": len(zones),
            "total_pages": total_pages[-1],
        }
        answer = {"success": True, "errors": [], "messages": [], "result": shown, "result_info": info}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = cloudflare.Cloudflare(api_token="t" * 40, base_url=f"http://127.0.0.1:{server.server_port}")

seen = []
for name, read, zones in (
    ("one zone by its name", lambda: list(client.zones.list(name="zone1.example.com")), 1),
    ("3 zones, 2 on a page", lambda: list(client.zones.list(per_page=2)), 3),
    ("one zone by its name, .result", lambda: client.zones.list(name="zone1.example.com").result, 1),
):
    asked.clear()
    found = read()
    if len(found) != zones:
        sys.exit(f"changed: {len(found)} zones and not {zones}")
    seen.append(list(asked))
    print(f"{name}: pages asked for: {' '.join(map(str, asked))}, total_pages: {total_pages[-1]}")
if seen != [[1, 2], [1, 2, 3], [1]]:
    sys.exit("changed: the SDK asked for other pages")
EOF
venv/bin/python pages.py || exit 1
echo "holds: the SDK asks for a page after the last one"
