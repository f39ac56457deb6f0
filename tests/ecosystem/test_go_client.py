# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Go itself, in which Cloudflare's Logpush is written, confirms what the tests of the probe expect."""

from __future__ import annotations

import contextlib
import json
import pathlib
import subprocess

from ansible_collections.edgeops.logpush.tests.unit.setup_server import pem, served
from ansible_collections.edgeops.logpush.tests.unit.tls_setups import VERDICTS, go_verdicts, go_words, setups

from .needs import needs

CLIENT = pathlib.Path(__file__).with_name("go_client")


@needs("go", hint="https://go.dev/dl/")
def test_go_still_says_the_same_about_every_setup(tmp_path: pathlib.Path) -> None:
    """If the messages of Go differ, the file of verdicts is written again, so that git shows the difference."""
    with contextlib.ExitStack() as stack:
        asked = []
        for name, setup in setups().items():
            port = stack.enter_context(served(setup, tmp_path))
            asked.append({"name": name, "port": port, "host": setup.host, "roots": pem(setup.roots)})
        command = ["go", "run", "."]
        answer = subprocess.run(
            command, cwd=CLIENT, input=json.dumps(asked), capture_output=True, text=True, check=False, timeout=300
        )
    assert answer.returncode == 0, answer.stderr
    says = {name: go_words(words) for name, words in json.loads(answer.stdout).items()}
    known = go_verdicts() if VERDICTS.exists() else {}
    changed = {
        name: {"before": known.get(name), "now": says.get(name)}
        for name in {**known, **says}
        if known.get(name) != says.get(name)
    }
    if changed:
        VERDICTS.write_text(json.dumps(says, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    assert not changed, f"Go says something else; {VERDICTS.name} now has it: {json.dumps(changed, indent=2)}"
