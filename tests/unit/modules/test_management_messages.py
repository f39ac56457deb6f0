# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules of Splunk say about a management URL that does not lead to Splunk."""

from __future__ import annotations

import datetime

from ansible_collections.edgeops.logpush.tests.module_tasks import task

TOKENS = "edgeops.logpush.splunk_hec_token_info"


def test_a_management_url_that_does_not_lead_to_splunk(modules, simulator, empty_splunk):
    # With HEC on, whose certificate can be changed.
    simulator.reset()
    simulator.change_settings(certificate="expired")
    known = {**empty_splunk, "retries": 0}
    run = modules.tasks(
        task(TOKENS, "no port", fails=True, **{**known, "url": "https://127.0.0.2"}),
        task(TOKENS, "closed port", fails=True, **{**known, "url": "https://localhost:9"}),
        task(TOKENS, "no name", fails=True, **{**known, "url": "https://splunk.example.invalid:8089"}),
        task(TOKENS, "expired", fails=True, **{**known, "url": f"https://{simulator.hec_endpoint}"}),
    )
    no_port, closed, expired = (run[title].msg for title in ("no port", "closed port", "expired"))
    assert no_port.startswith(
        "Nothing listens on port 443 of 127.0.0.2. Listing the HEC tokens failed (GET https://127"
    )
    assert no_port.endswith("url has no port, so 443 is used; 8089 is the usual port.")
    assert closed.startswith("Nothing listens on port 9 of localhost. Listing the HEC tokens failed (GET https://local")
    assert closed.endswith("Check url, the server and the network.")
    assert run["no name"].msg.startswith("The name splunk.example.invalid does not resolve: ")
    yesterday = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)
    assert expired.startswith(
        f"The certificate of localhost expired on {yesterday:%Y-%m-%d}: renew it. Listing the HEC"
    )
    assert "ca_path" not in expired
