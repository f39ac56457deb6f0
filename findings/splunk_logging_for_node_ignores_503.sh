#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Splunk's own client for Node.js, with maxRetries: 3, does not repeat what the collector refused with 503.
#
# Expected: maxRetries covers "Server is busy", the usual reason to send a batch again, and the callback receives an
# error.
# What happens: maxRetries counts failed connections only. A batch that was refused is sent once and dropped. The
# callback receives err=null; only the status and the body tell, and the error handler of the logger.
# Versions: splunk-logging 0.11.1 (npm), the newest.
# Why it matters: a sender that looks at err alone, as callbacks of Node.js do, counts lost events as delivered.
#
# Output:
#   POST /services/collector/event/1.0
#   err=null status=503 code=9
#   requests: 1

set -eEuo pipefail
trap 'echo "changed: the command in line $LINENO failed"; exit 1' ERR
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

command -v node >/dev/null || { echo "skipped: needs Node.js"; exit 2; }
command -v npm >/dev/null || { echo "skipped: needs npm"; exit 2; }

npm install --silent --no-audit --no-fund --prefix . splunk-logging@0.11.1 ||
  { echo "skipped: npm cannot install the package"; exit 2; }
echo "node $(node --version), splunk-logging $(node -p 'require("splunk-logging/package.json").version')"
cat >send.js <<'EOF'
const http = require("http");
const { Logger } = require("splunk-logging");

let requests = 0;
const collector = http.createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    requests += 1;
    console.log(`${request.method} ${request.url}`);
    response.writeHead(503, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ text: "Server is busy", code: 9 }));
  });
});

collector.listen(0, "127.0.0.1", () => {
  const url = `http://127.0.0.1:${collector.address().port}`;
  const logger = new Logger({ token: "00000000-0000-0000-0000-000000000000", url, maxRetries: 3 });
  logger.error = () => {};
  logger.send({ message: "one" }, (error, response, body) => {
    console.log(`err=${error} status=${response.statusCode} code=${body.code}`);
    // Retries of this client come within seconds.
    setTimeout(() => {
      console.log(`requests: ${requests}`);
      collector.close();
      process.exit(error === null && requests === 1 ? 0 : 1);
    }, 5000);
  });
});
EOF
NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 node send.js || { echo "changed: the client repeats the batch or reports an error"; exit 1; }
echo "holds: maxRetries does not cover 503"
