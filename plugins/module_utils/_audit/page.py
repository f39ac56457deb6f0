# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The report of an audit as one HTML page that needs nothing else. Pure: no I/O.

Names of zones and texts of errors come from elsewhere and may be hostile. They stand in the page as data only, in a block
of JSON that no tag can end, and its script makes text nodes of them. Besides, the policy of the page lets nothing run but
that very script, and nothing load at all.
"""

from __future__ import annotations

import base64
import hashlib
import json
import typing as t

from . import findings as audit
from .html_assets import SCRIPT, STYLE
from .table import headline

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>Logpush audit</title>
<style>{style}</style>
</head>
<body>
<noscript><p>This report shows itself with JavaScript, which is switched off here.</p></noscript>
<div id="app"></div>
<script type="application/json" id="report">{data}</script>
<script>{script}</script>
</body>
</html>
"""


def page(report: t.Mapping[str, t.Any]) -> str:
    """Return the page."""
    policy = (
        f"default-src 'none'; script-src '{_digest(SCRIPT)}'; style-src '{_digest(STYLE)}'; base-uri 'none'; "
        "form-action 'none'"
    )
    shown = {
        "generated": report["generated"],
        "headline": headline(report),
        "summary": report["summary"],
        "states": audit.STATES,
        "kinds": list(audit.KINDS),
        "rows": [_without_blanks(row) for row in report["rows"]],
        "collectors": [_without_blanks(row) for row in report["collectors"]],
    }
    return _PAGE.format(policy=policy, style=STYLE, script=SCRIPT, data=_embedded(shown))


def _embedded(value: t.Any) -> str:
    """Return JSON that may stand within a script element: nothing in it can end that, or begin a comment."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _digest(content: str) -> str:
    """Return how a content security policy names an inline script or style."""
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode('utf-8')).digest()).decode('ascii')}"


def _without_blanks(row: audit.Row) -> dict[str, t.Any]:
    """Return a row without what is empty, which is most of it: thousands of them are in the page."""
    return {key: value for key, value in row.items() if value not in (None, "", {}, [])}
