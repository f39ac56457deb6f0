# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The settings of HEC in a new Splunk Enterprise, as the collection reads them."""

from __future__ import annotations

NEW_HEC_SETTINGS = {
    "enabled": False,
    "port": 8088,
    "enable_ssl": True,
    "dedicated_io_threads": 2,
    "max_sockets": 0,
    "max_threads": 0,
    "use_deployment_server": False,
    "server_cert": "$SPLUNK_HOME/etc/auth/server.pem",
}
