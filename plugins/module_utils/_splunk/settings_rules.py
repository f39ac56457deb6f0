# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The settings of HEC as a whole: what they should be, and what has to change. Pure: no I/O."""

from __future__ import annotations

import typing as t

from .._core.errors import OptionError
from .._core.outcome import Plan, action_of
from .._core.secrets import MASK
from .values import Settings

HEC_SETTINGS = (
    "enabled",
    "port",
    "enable_ssl",
    "dedicated_io_threads",
    "max_sockets",
    "max_threads",
    "use_deployment_server",
    "server_cert",
)


# splunkd reads these when it opens the port.
_SETTINGS_OF_THE_PORT = (
    "port",
    "enable_ssl",
    "dedicated_io_threads",
    "max_sockets",
    "max_threads",
    "server_cert",
    "ssl_password",
)


def wanted_settings(options: t.Mapping[str, t.Any]) -> Settings:
    """Check the options of HEC as a whole and give those that are managed. Raises OptionError."""
    wanted = {key: options[key] for key in HEC_SETTINGS if options.get(key) is not None}
    if not 1 <= wanted.get("port", 8088) <= 65535:
        raise OptionError("port", "must be from 1 to 65535")
    # Not so max_sockets and max_threads: less than 0 means no limit there (inputs.conf).
    if wanted.get("dedicated_io_threads", 0) < 0:
        raise OptionError("dedicated_io_threads", "must be 0 or more")
    path = wanted.get("server_cert", "")
    if not path.isprintable() or path != path.strip():
        raise OptionError(
            "server_cert",
            "must be the path of a file on the host of Splunk, not what the file holds, without a space at its ends",
        )
    passphrase = options.get("ssl_password") or ""
    # Splunk would cut the spaces off, and so the key would not open.
    if not passphrase.isprintable() or passphrase != passphrase.strip():
        raise OptionError("ssl_password", "must be one line, without a space at its ends")
    if passphrase and not path and options["ssl_password_mode"] == "on_change":
        raise OptionError(
            "ssl_password", "is sent when server_cert changes: give server_cert, too, or ssl_password_mode: always"
        )
    return wanted


def passphrase_to_send(options: t.Mapping[str, t.Any], wanted: t.Mapping[str, t.Any], observed: Settings) -> str | None:
    """Return the passphrase of the key of HEC, if it is to be sent: nobody can read the one that Splunk has, so that of a
    certificate that is there already counts as right unless the user says otherwise."""
    other_certificate = "server_cert" in wanted and wanted["server_cert"] != observed.get("server_cert")
    return options.get("ssl_password") if other_certificate or options["ssl_password_mode"] == "always" else None


def plan_settings(wanted: t.Mapping[str, t.Any], observed: Settings, passphrase: str | None = None) -> Plan:
    """Plan what makes HEC as a whole what it should be. ``passphrase`` is sent whatever Splunk has, and not shown."""
    changes = {key: value for key, value in wanted.items() if observed.get(key) != value}
    before, after, settings = {key: observed.get(key) for key in changes}, dict(changes), {**observed, **changes}
    if passphrase:
        changes["ssl_password"] = passphrase
        before, after = {**before, "ssl_password": f"{MASK} (old)"}, {**after, "ssl_password": f"{MASK} (new)"}
    return Plan(action_of(changes), changes, settings, before, after)


def restart_needed(plan: Plan) -> bool:
    """Whether splunkd takes the change up only after a restart: a port that stays open stays as it is."""
    open_all_along = plan.target["enabled"] and "enabled" not in plan.body
    return open_all_along and any(key in plan.body for key in _SETTINGS_OF_THE_PORT)
