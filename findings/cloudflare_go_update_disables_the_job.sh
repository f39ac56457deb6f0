#!/usr/bin/env bash
# Copyright (c) 2026 edgeops.logpush contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The first generation of Cloudflare's Go library (v0, which many exporters and tools still use) switches a Logpush job
# off, and empties its name and its dataset, when one of its other values is updated.
#
# Expected: UpdateLogpushJob sends the values that are given. Fields that are not given are left out, as the library
# does for kind, frequency and the upload limits, and a limit of 0, which removes it at Cloudflare, can be sent.
# What happens: enabled, name, dataset and destination_conf have no omitempty. The PUT that changes one value always
# contains the other three, as "enabled": false and empty texts. The upload limits do have omitempty, so a limit can be
# set, but never removed.
# Versions: cloudflare-go 0.119.0.
# Why it matters: a script that only gives a job a new token or another upload limit stops the logs of the zone. Read
# the job, change the copy, and send all of its fields. The second generation (cloudflare-go/v2 and later) sends what is
# set.
#
# Output:
#   new upload limit: PUT {"dataset":"","enabled":false,"name":"","destination_conf":"","max_upload_records":1000}
#   no upload limit: PUT {"dataset":"http_requests","enabled":true,"name":"logs","destination_conf":"https://logs.example.com"}

set -eEuo pipefail
trap 'echo "changed: the command in line $LINENO failed"; exit 1' ERR
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

command -v go >/dev/null || { echo "skipped: needs Go 1.22 or newer"; exit 2; }
export GOPATH="$folder/go" GOCACHE="$folder/cache" GOMODCACHE="$folder/go/mod" GOFLAGS=-modcacherw GOWORK=off
export GOTOOLCHAIN=local CGO_ENABLED=0
cat >go.mod <<'END'
module example.test/update

go 1.22

require github.com/cloudflare/cloudflare-go v0.119.0
END
cat >main.go <<'END'
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/cloudflare/cloudflare-go"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	body := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, err := io.ReadAll(r.Body)
		check(err)
		body = r.Method + " " + strings.TrimSpace(string(sent))
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"success": true, "errors": [], "messages": [], "result": {"id": 7}}`)
	}))
	defer server.Close()

	api, err := cloudflare.NewWithAPIToken(strings.Repeat("t", 40), cloudflare.BaseURL(server.URL))
	check(err)
	zone := cloudflare.ZoneIdentifier(strings.Repeat("0", 32))
	whole := cloudflare.UpdateLogpushJobParams{
		ID: 7, Dataset: "http_requests", Enabled: true, Name: "logs", DestinationConf: "https://logs.example.com",
		MaxUploadRecords: 0,
	}
	for _, update := range []struct {
		name, expected string
		params         cloudflare.UpdateLogpushJobParams
	}{
		{
			"new upload limit",
			`PUT {"dataset":"","enabled":false,"name":"","destination_conf":"","max_upload_records":1000}`,
			cloudflare.UpdateLogpushJobParams{ID: 7, MaxUploadRecords: 1000},
		},
		{
			"no upload limit",
			`PUT {"dataset":"http_requests","enabled":true,"name":"logs","destination_conf":"https://logs.example.com"}`,
			whole,
		},
	} {
		check(api.UpdateLogpushJob(context.Background(), zone, update.params))
		fmt.Printf("%s: %s\n", update.name, body)
		if body != update.expected {
			fmt.Println("changed: the library sent another body")
			os.Exit(1)
		}
	}
}
END
go list -mod=mod -deps . >/dev/null 2>&1 || { echo "skipped: go cannot download the modules"; exit 2; }
go list -m -f '{{.Path}} {{.Version}}' github.com/cloudflare/cloudflare-go
go build -mod=mod -o update .
./update
echo "holds: an update of one value disables the job"
