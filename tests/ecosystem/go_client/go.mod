// Copyright (c) 2026 edgeops.logpush contributors
// SPDX-License-Identifier: GPL-3.0-or-later

module edgeops.example/go_client

go 1.24
