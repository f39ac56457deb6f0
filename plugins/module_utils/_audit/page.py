# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The report of an audit as one HTML page that loads nothing. Pure: no I/O.

Names of zones and error messages come from elsewhere and may be hostile. The page contains them only as data, in a block of
JSON that no tag can end, and its script shows them as text nodes. In addition, the content security policy of the page
allows only its own script and style sheet, and no request.
"""

from __future__ import annotations

import base64
import hashlib
import json
import typing as t

from .html_assets import SCRIPT, STYLE
from .page_data import page_data

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
<noscript><p>This report needs JavaScript, which is disabled in this browser.</p></noscript>
<div id="app"></div>
<script type="application/json" id="report">{data}</script>
<script>{script}</script>
</body>
</html>
"""


def page(report: t.Mapping[str, t.Any]) -> str:
    """Return the HTML page of a report."""
    policy = (
        f"default-src 'none'; script-src '{_digest(SCRIPT)}'; style-src '{_digest(STYLE)}'; base-uri 'none'; "
        "form-action 'none'"
    )
    return _PAGE.format(policy=policy, style=STYLE, script=SCRIPT, data=_embedded(page_data(report)))


def _embedded(value: t.Any) -> str:
    """Return JSON for a script element, in which nothing can end the element or begin a comment."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _digest(content: str) -> str:
    """Return the source expression of a content security policy for an inline script or style sheet."""
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode('utf-8')).digest()).decode('ascii')}"
