# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of source types: what Splunk can use is accepted, also what Python's regular expressions lack."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.props_settings import check_settings

RIGHT = [
    ("TIME_PREFIX", r'"(?:EdgeStartTimestamp|Datetime)"\s*:\s*"?'),
    ("TIME_PREFIX", r"(?i)\btime\K="),
    ("TIME_PREFIX", r"^(?>[^,]*+,){3}\h*"),
    ("TIME_PREFIX", r"(?<=a|bcd)x"),
    ("TIME_PREFIX", r"[[:alpha:]]+\R\Q(\E"),
    ("TIME_PREFIX", r"\x{2f}\p{L}++(?|a|b)"),
    ("LINE_BREAKER", r"([\r\n]+)"),
    ("LINE_BREAKER", r"\\([\r\n]+)(?={)"),
    ("LINE_BREAKER", r"(?<gap>\n)"),
    ("EXTRACT-ray", r'"RayID":"(?<ray>[^"]+)" in _raw'),
    ("EXTRACT-ray", r"(?P<ray>\w+)"),
    ("SEDCMD-ip", r"s/\d+\.\d+/x/g"),
    ("TRANSFORMS-drop", "setnull"),
    ("EVAL-x", "if(a==1, 2, 3)"),
    ("FIELDALIAS-src", "ClientIP AS src"),
    ("TRUNCATE", "0"),
    ("SHOULD_LINEMERGE", "False"),
    ("KV_MODE", "json"),
    ("TZ", "UTC"),
    ("TIME_FORMAT", "%Y-%m-%dT%H:%M:%S.%9NZ"),
    ("description", "With ; and # inside"),
]
WRONG = [
    ("TIME_PREFIX", "(unclosed", "settings.TIME_PREFIX: is not a valid regular expression: "),
    ("TIME_PREFIX", "*a", "settings.TIME_PREFIX: is not a valid regular expression: "),
    ("TIME_PREFIX", "[a", "settings.TIME_PREFIX: is not a valid regular expression: "),
    ("LINE_BREAKER", r"[\r\n]+", "settings.LINE_BREAKER: must have a group"),
    ("LINE_BREAKER", r"(?:\n)", "settings.LINE_BREAKER: must have a group"),
    ("LINE_BREAKER", r"\(\n\)", "settings.LINE_BREAKER: must have a group"),
    ("EVENT_BREAKER", r"(?=\n)", "settings.EVENT_BREAKER: must have a group"),
    ("EXTRACT-ray", r"RayID=(\w+)", "settings.EXTRACT-ray: must have a named group"),
    ("TRUNCATE", "many", "settings.TRUNCATE: must be a whole number"),
    ("SHOULD_LINEMERGE", "never", "settings.SHOULD_LINEMERGE: must be true or false"),
    ("KV_MODE", "yaml", "settings.KV_MODE: must be "),
    ("TIME_FORMATS", "%s", "Did you mean TIME_FORMAT?"),
    ("line_breaker", r"([\r\n]+)", "Did you mean LINE_BREAKER?"),
    ("x\ny", "1", "is not a setting of props.conf"),
    ("EVAL-a\x00", "1", "is not a setting of props.conf"),
    ("EVAL-\ud800", "1", "is not a setting of props.conf"),
    ("TZ", "UTC ", "must not begin or end with a space"),
    ("TIME_PREFIX", "a\\\\", "must not end with a backslash"),
    ("description", "two\nlines", "must be one line"),
]


@pytest.mark.parametrize(("key", "value"), RIGHT)
def test_what_splunk_can_use_is_accepted(key: str, value: str) -> None:
    check_settings("settings", {key: value})


@pytest.mark.parametrize(("key", "value", "message"), WRONG)
def test_what_splunk_would_ignore_is_refused(key: str, value: str, message: str) -> None:
    with pytest.raises(OptionError) as failed:
        check_settings("settings", {key: value})
    assert message in str(failed.value)
