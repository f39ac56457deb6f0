# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The management URL of Splunk, from an option or from the environment. The URL of a collector is refused."""

from __future__ import annotations

from .._core.environment import first_variable
from .._core.errors import OptionError
from .hec_request import is_collector_url

VARIABLE = "SPLUNK_MANAGEMENT_URL"
# The callback community.general.splunk uses this variable too, for the URL of a collector.
SHARED_VARIABLE = "SPLUNK_URL"


def management_url(url: str | None, platform: str | None) -> str | None:
    """Return the URL of the management API, or of ACS on Splunk Cloud; None if there is none."""
    found = url or first_variable(VARIABLE)
    if found or platform == "cloud":
        return found
    shared = first_variable(SHARED_VARIABLE)
    return None if shared and is_collector_url(shared) else shared


def check_management_url(url: str | None) -> None:
    """Check the result of C(management_url), given the option. Raises OptionError if it names a collector, because the
    management credentials would be sent there."""
    for name, value in (("url", url), (VARIABLE, first_variable(VARIABLE))):
        if value:
            if is_collector_url(value):
                raise OptionError(
                    name,
                    "names an HTTP Event Collector (port 8088 or the path /services/collector), which must not receive "
                    "the management credentials. Set it to the management URL, such as https://splunk.example.com:8089",
                )
            return


def missing_url_advice() -> str:
    """Return the advice how to set the management URL, if there is none."""
    advice = f"Set url or the {VARIABLE} environment variable"
    if first_variable(SHARED_VARIABLE):
        advice += f". {SHARED_VARIABLE} is ignored, because it names the HTTP Event Collector of the callback community.general.splunk"
    return advice
