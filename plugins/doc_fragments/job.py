# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the options of a job, made from the same table as the argument spec."""

from __future__ import annotations

import json
import typing as t

from ..module_utils._logpush.job_option import JobOption
from ..module_utils._logpush.job_options import JOB_OPTIONS, OUTPUT_OPTIONS


def documented(options: t.Iterable[JobOption], with_defaults: bool = False) -> dict[str, t.Any]:
    """Return the documentation of options. Options in a layer have no defaults, because a default would hide the layers
    below."""
    return {option.name: _documented(option, with_defaults) for option in options}


def _documented(option: JobOption, with_defaults: bool) -> dict[str, t.Any]:
    kept = ("type", "elements", "choices", *(["default"] if with_defaults else []))
    entry = {"description": list(option.description), **{key: option.spec[key] for key in kept if key in option.spec}}
    if "options" in option.spec:
        entry["suboptions"] = documented(OUTPUT_OPTIONS)
    return entry


class ModuleDocFragment:
    """The options of one job."""

    # JSON is YAML. The annotation keeps ansible-test from reading this as literal text.
    DOCUMENTATION: str = json.dumps({"options": documented(JOB_OPTIONS, with_defaults=True)})
