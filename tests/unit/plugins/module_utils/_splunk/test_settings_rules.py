# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The settings of HEC as a whole: the refused options, and the requests of a plan."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.outcome import Plan
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.settings_rules import (
    plan_present,
    requested_settings,
    restart_required,
)
from ansible_collections.edgeops.logpush.tests.unit.new_hec_settings import NEW_HEC_SETTINGS
from hypothesis import given
from hypothesis import strategies as st

settings_of_hec = st.fixed_dictionaries(
    {"enabled": st.booleans()},
    optional={
        "port": st.integers(1, 65535),
        "enable_ssl": st.booleans(),
        "dedicated_io_threads": st.integers(0, 64),
        "max_sockets": st.integers(-1, 64),
        "max_threads": st.integers(-1, 64),
        "server_cert": st.sampled_from([NEW_HEC_SETTINGS["server_cert"], "/opt/splunk/etc/auth/hec.pem"]),
    },
)


def planned(wanted: t.Mapping[str, t.Any], observed: t.Mapping[str, t.Any]) -> Plan:
    """Return the plan for options and the settings that Splunk has."""
    return plan_present(requested_settings(wanted), t.cast(t.Any, observed))


@given(settings_of_hec, settings_of_hec)
def test_applied_settings_leave_nothing_to_do(wanted: dict[str, t.Any], observed: dict[str, t.Any]) -> None:
    observed = {**NEW_HEC_SETTINGS, **observed}
    plan = planned(wanted, observed)
    assert plan.target == {**observed, **wanted}
    assert not planned(wanted, {**observed, **plan.body}).writes
    assert all(observed[key] != value for key, value in plan.body.items())


@pytest.mark.parametrize(
    ("wanted", "observed", "needed"),
    [
        ({"enabled": True}, {"enabled": False}, False),
        ({"enabled": True, "port": 8443}, {"enabled": True}, True),
        ({"enabled": True, "enable_ssl": False}, {"enabled": True}, True),
        ({"enabled": True, "max_threads": 4}, {"enabled": True}, True),
        ({"enabled": True, "server_cert": "/hec.pem"}, {"enabled": True}, True),
        ({"enabled": True, "server_cert": "/hec.pem"}, {"enabled": False}, False),
        # The port opens now or stays closed, so the new settings apply.
        ({"enabled": True, "port": 8443}, {"enabled": False}, False),
        ({"enabled": False, "port": 8443}, {"enabled": False}, False),
        ({"enabled": False, "port": 8443}, {"enabled": True}, False),
    ],
)
def test_an_open_port_changes_at_a_restart(wanted: dict[str, t.Any], observed: dict[str, t.Any], needed: bool) -> None:
    assert restart_required(planned(wanted, {**NEW_HEC_SETTINGS, **observed})) is needed


@pytest.mark.parametrize(
    ("wrong", "option"),
    [
        ({"port": 0}, "port"),
        ({"port": 65536}, "port"),
        ({"dedicated_io_threads": -1}, "dedicated_io_threads"),
        ({"server_cert": "-----BEGIN CERTIFICATE-----\nMII"}, "server_cert"),
        ({"server_cert": "/hec.pem "}, "server_cert"),
        ({"server_cert": "/hec.pem", "ssl_password": "two\nlines"}, "ssl_password"),
        ({"server_cert": "/hec.pem", "ssl_password": " opens"}, "ssl_password"),
        ({"ssl_password": "opens", "ssl_password_mode": "on_change"}, "ssl_password"),
    ],
)
def test_wrong_settings_are_named(wrong: dict[str, t.Any], option: str) -> None:
    with pytest.raises(OptionError) as caught:
        requested_settings(wrong)
    assert caught.value.option == option


@pytest.mark.parametrize(
    ("mode", "path", "sent"),
    [
        ("on_change", "/other.pem", True),
        ("on_change", "/hec.pem", False),
        ("always", "/other.pem", True),
        ("always", "/hec.pem", True),
        ("always", None, True),
    ],
)
def test_a_passphrase_is_sent_unseen_and_never_shown(mode: str, path: str | None, sent: bool) -> None:
    given = {"enabled": True, "server_cert": path, "ssl_password": "opens", "ssl_password_mode": mode}
    plan = planned(given, {**NEW_HEC_SETTINGS, "enabled": True, "server_cert": "/hec.pem"})
    assert (plan.body.get("ssl_password"), plan.writes) == (("opens", True) if sent else (None, False))
    assert restart_required(plan) is sent
    assert "opens" not in repr((plan.target, plan.before, plan.after)) and "ssl_password" not in plan.target
    assert (plan.before != plan.after) is sent


def test_without_a_passphrase_none_is_sent() -> None:
    for mode in ("on_change", "always"):
        given = {"server_cert": "/hec.pem", "ssl_password": None, "ssl_password_mode": mode}
        assert planned(given, NEW_HEC_SETTINGS).body == {"server_cert": "/hec.pem"}
