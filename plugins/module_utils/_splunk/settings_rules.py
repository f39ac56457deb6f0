# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The rules for the settings of HEC as a whole: the options, and the plan that applies them. Pure: no I/O."""

from __future__ import annotations

import typing as t

from .._core.errors import OptionError
from .._core.outcome import Plan, action_of
from .._core.secrets import MASK
from .values import HecSettings, SomeSettings

# The options for HEC as a whole that a file of Splunk can contain as well.
HEC_SPEC: dict[str, t.Any] = {
    "enabled": dict(type="bool", default=True),
    "port": dict(type="int"),
    "enable_ssl": dict(type="bool"),
    "dedicated_io_threads": dict(type="int"),
    "max_sockets": dict(type="int"),
    "max_threads": dict(type="int"),
    "server_cert": dict(type="str"),
}

_SETTINGS = (
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
_READ_WHEN_PORT_OPENS = (
    "port",
    "enable_ssl",
    "dedicated_io_threads",
    "max_sockets",
    "max_threads",
    "server_cert",
    "ssl_password",
)


class RequestedSettings(t.NamedTuple):
    """The settings of HEC as a task requests them.

    ``settings`` are the managed settings. ``passphrase`` is that of the key of HEC, None if it is not managed;
    ``passphrase_mode`` says when to send it (C(on_change), C(always)).
    """

    settings: SomeSettings
    passphrase: str | None
    passphrase_mode: str


def requested_settings(options: t.Mapping[str, t.Any]) -> RequestedSettings:
    """Return the settings that the options of C(splunk_hec_settings) request. Raises OptionError."""
    settings = {key: options[key] for key in _SETTINGS if options.get(key) is not None}
    if not 1 <= settings.get("port", 8088) <= 65535:
        raise OptionError("port", "must be from 1 to 65535")
    # max_sockets and max_threads may be negative, which means no limit (inputs.conf).
    if settings.get("dedicated_io_threads", 0) < 0:
        raise OptionError("dedicated_io_threads", "must be 0 or more")
    path = settings.get("server_cert", "")
    if not path.isprintable() or path != path.strip():
        raise OptionError(
            "server_cert",
            "must be the path of a file on the host of Splunk, not the content of the file, without a space at its ends",
        )
    passphrase = options.get("ssl_password")
    mode = options.get("ssl_password_mode") or "on_change"
    # Splunk would remove the spaces, and the passphrase would not open the key.
    if passphrase and (not passphrase.isprintable() or passphrase != passphrase.strip()):
        raise OptionError("ssl_password", "must be one line, without a space at its ends")
    if passphrase and not path and mode == "on_change":
        raise OptionError(
            "ssl_password", "is sent only when server_cert changes: set server_cert too, or ssl_password_mode: always"
        )
    return RequestedSettings(settings, passphrase, mode)


def plan_present(wanted: RequestedSettings, observed: HecSettings) -> Plan:
    """Return the plan that applies the requested settings. The passphrase is always sent and never shown."""
    current: dict[str, t.Any] = {**observed}
    changes = {key: value for key, value in wanted.settings.items() if current[key] != value}
    target = {**current, **changes}
    before, after = {key: current[key] for key in changes}, dict(changes)
    if _sends_passphrase(wanted, observed):
        changes["ssl_password"] = wanted.passphrase
        before, after = {**before, "ssl_password": f"{MASK} (old)"}, {**after, "ssl_password": f"{MASK} (new)"}
    return Plan(action_of(changes), changes, target, before, after)


def restart_required(plan: Plan) -> bool:
    """Return whether splunkd applies the plan only after a restart, because an open port keeps its settings."""
    stays_open = plan.target["enabled"] and "enabled" not in plan.body
    return stays_open and any(key in plan.body for key in _READ_WHEN_PORT_OPENS)


def _sends_passphrase(wanted: RequestedSettings, observed: HecSettings) -> bool:
    """Return whether to send the passphrase. Splunk never shows it, so the passphrase of an unchanged certificate counts as
    right, unless the user decides otherwise."""
    if not wanted.passphrase:
        return False
    changes_certificate = wanted.settings.get("server_cert", observed["server_cert"]) != observed["server_cert"]
    return changes_certificate or wanted.passphrase_mode == "always"
