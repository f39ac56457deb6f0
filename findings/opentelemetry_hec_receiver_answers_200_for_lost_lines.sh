#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The HEC receiver of the OpenTelemetry Collector answers 200 with {"text": "Success", "code": 0} although it has lost a
# part of the batch.
#
# Expected: a line that is too long for the receiver is cut off or refused, the lines after it arrive, and a body that
# is larger than max_request_body_size is refused (413). In any case the sender can see that something is missing.
# What happens: at /services/collector/raw with the default splitting (line), a line of 64 KiB or more ends the batch:
# that line and everything after it is lost. An uncompressed body that is larger than max_request_body_size (default
# 20 MiB) is lost from that byte on, and the line in which it ends arrives cut off. Both are answered 200. With
# splitting: none, the first batch arrives whole, and the second one is refused.
# Versions: splunkhecreceiver 0.157.0 (OpenTelemetry Collector Contrib).
# Why it matters: Logpush, and every other sender of HEC, takes 200 as "delivered" and does not send the batch again. A
# single long line (a large request header or cookie in http_requests) costs thousands of other events. Use
# splitting: none, and limit the batches of the sender below max_request_body_size.
#
# Output:
#   splitting: line, 3 short lines: 3 of 3 lines arrived, answered 200
#   splitting: line, the second of 3 lines has 70000 bytes: 1 of 3 lines arrived, answered 200
#   splitting: line, 3 lines, and the limit is within the second one: 2 of 3 lines arrived, answered 200
#   splitting: none, 3 short lines: 3 of 3 lines arrived, answered 200
#   splitting: none, the second of 3 lines has 70000 bytes: 3 of 3 lines arrived, answered 200
#   splitting: none, 3 lines, and the limit is within the second one: 0 of 3 lines arrived, answered 500

set -eEuo pipefail
trap 'echo "changed: the command in line $LINENO failed"; exit 1' ERR
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

command -v go >/dev/null || { echo "skipped: needs Go 1.25 or newer"; exit 2; }
export GOPATH="$folder/go" GOCACHE="$folder/cache" GOMODCACHE="$folder/go/mod" GOFLAGS=-modcacherw GOWORK=off
export GOTOOLCHAIN=local CGO_ENABLED=0
contrib=github.com/open-telemetry/opentelemetry-collector-contrib
cat >go.mod <<END
module example.test/receiver

go 1.25.0

require (
	$contrib/receiver/splunkhecreceiver v0.157.0
	go.opentelemetry.io/collector/component/componenttest v0.157.0
	go.opentelemetry.io/collector/consumer/consumertest v0.157.0
	go.opentelemetry.io/collector/receiver/receivertest v0.157.0
)
END
cat >main.go <<'END'
package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"

	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/splunkhecreceiver"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/receiver/receivertest"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// send returns how many lines of a batch arrive at the consumer behind the receiver, and the status of the answer.
func send(splitting splunkhecreceiver.SplittingStrategy, limit int64, batch string) (int, int) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	address := free.Addr().String()
	check(free.Close())

	factory := splunkhecreceiver.NewFactory()
	config := factory.CreateDefaultConfig().(*splunkhecreceiver.Config)
	config.NetAddr.Endpoint = address
	config.Splitting = splitting
	config.MaxRequestBodySize = limit
	sink := new(consumertest.LogsSink)
	receiver, err := factory.CreateLogs(context.Background(), receivertest.NewNopSettings(factory.Type()), config, sink)
	check(err)
	check(receiver.Start(context.Background(), componenttest.NewNopHost()))
	defer func() { check(receiver.Shutdown(context.Background())) }()

	answer, err := http.Post("http://"+address+"/services/collector/raw", "text/plain", strings.NewReader(batch))
	check(err)
	defer answer.Body.Close()
	lines := 0
	for _, logs := range sink.AllLogs() {
		records := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
		for i := 0; i < records.Len(); i++ {
			lines += len(strings.Fields(records.At(i).Body().Str()))
		}
	}
	return lines, answer.StatusCode
}

func main() {
	short := "{\"RayID\":1}\n{\"RayID\":2}\n{\"RayID\":3}\n"
	long := "{\"RayID\":1}\n{\"Cookies\":\"" + strings.Repeat("c", 70000-14) + "\"}\n{\"RayID\":3}\n"
	seen := ""
	for _, splitting := range []splunkhecreceiver.SplittingStrategy{"line", "none"} {
		for _, batch := range []struct {
			name, text string
			limit      int64
		}{
			{"3 short lines", short, 0},
			{"the second of 3 lines has 70000 bytes", long, 0},
			{"3 lines, and the limit is within the second one", short, 18},
		} {
			lines, status := send(splitting, batch.limit, batch.text)
			fmt.Printf("splitting: %s, %s: %d of 3 lines arrived, answered %d\n", splitting, batch.name, lines, status)
			seen += fmt.Sprintf("%d/%d ", lines, status)
		}
	}
	if seen != "3/200 1/200 2/200 3/200 3/200 0/500 " {
		fmt.Println("changed:", seen)
		os.Exit(1)
	}
}
END
go list -mod=mod -deps . >/dev/null 2>&1 || { echo "skipped: go cannot download the modules"; exit 2; }
go list -m -f '{{.Path}} {{.Version}}' "$contrib/receiver/splunkhecreceiver"
go build -mod=mod -o receiver .
./receiver
echo "holds: the receiver answers 200 for lines that it has lost"
