# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Sentences about the size of Logpush batches, for messages. Pure: no I/O.

Source: Cloudflare's page about the options of a job
(U(https://developers.cloudflare.com/logs/logpush/logpush-job/api-configuration/)).
"""

from __future__ import annotations

TOO_LARGE = "A proxy in front of the collector refuses request bodies of this size (HTTP 413)"
RAISE_LIMIT = (
    "Raise the proxy's limit for request bodies (client_max_body_size in nginx, LimitRequestBody in Apache). A batch of "
    "Logpush has up to 100,000 records, which can be tens of megabytes compressed, and far more without compression. To limit "
    "batches, set max_upload_bytes (at least 5000000, uncompressed) or max_upload_records (at least 1000)."
)
