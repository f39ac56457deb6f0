#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HEC as a whole."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_hec_settings
short_description: Switch the HTTP Event Collector of Splunk on or off, and set its port, TLS and certificate
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Manages the settings of the HTTP Event Collector (HEC) as a whole, on Splunk Enterprise. It is off on a fresh one.
  - They are read first. Only what differs is written, in one request.
  - Splunk Cloud manages them itself.
options:
  enabled:
    description:
      - Whether HEC is on.
    type: bool
    default: true
  port:
    description:
      - The port of HEC. Splunk's own default is 8088.
    type: int
  enable_ssl:
    description:
      - Whether HEC speaks TLS. Logpush pushes over TLS only.
    type: bool
  dedicated_io_threads:
    description:
      - The number of threads that take connections.
    type: int
  max_sockets:
    description:
      - The number of connections at once. V(0) lets Splunk choose, a negative number is no limit.
    type: int
  max_threads:
    description:
      - The number of threads that work. V(0) lets Splunk choose, a negative number is no limit.
    type: int
  use_deployment_server:
    description:
      - Whether HEC tokens are written where the deployment server hands them out to other instances.
    type: bool
  server_cert:
    description:
      - The path of the certificate that HEC presents, on the host of Splunk. A PEM file with the certificate, its key and
        the chain. Splunk's own default is C($SPLUNK_HOME/etc/auth/server.pem), which Cloudflare does not trust.
      - Only the path is set, and compared as text with the one that Splunk has. Put the file there before, with
        C(ansible.builtin.copy) for one. Splunk reads it when it opens the port of HEC, so a renewed file under the same
        path is taken up with a restart, too, and this module does not see it.
    type: str
  ssl_password:
    description:
      - The passphrase of the key in O(server_cert). Splunk's own default is C(password), which a key without a
        passphrase does not mind.
      - Splunk keeps it encrypted and never returns it, so it cannot be compared. O(ssl_password_mode) says when it is sent.
    type: str
  ssl_password_mode:
    description:
      - When O(ssl_password) is sent.
      - With V(on_change), together with O(server_cert), if that differs from the one that Splunk has.
      - With V(always), in every run, which then reports a change and, while HEC is on, RV(restart_required). For a new passphrase
        under the same path.
    type: str
    default: on_change
    choices: [on_change, always]
extends_documentation_fragment:
  - edgeops.logpush.attributes
  - edgeops.logpush.attributes.actiongroup_splunk
  - edgeops.logpush.splunk
seealso:
  - module: edgeops.logpush.splunk_hec_token
  - module: edgeops.logpush.splunk_hec_probe
"""

EXAMPLES = r"""
- name: Switch HEC on
  edgeops.logpush.splunk_hec_settings:
    url: https://splunk.example.com:8089
    username: admin
    password: "{{ splunk_password }}"

- name: Let HEC speak TLS on another port
  edgeops.logpush.splunk_hec_settings:
    url: https://splunk.example.com:8089
    auth_token: "{{ splunk_auth_token }}"
    port: 8443
    enable_ssl: true

- name: Let HEC present a certificate that Cloudflare trusts
  edgeops.logpush.splunk_hec_settings:
    url: https://splunk.example.com:8089
    auth_token: "{{ splunk_auth_token }}"
    server_cert: /opt/splunk/etc/auth/hec.pem
    ssl_password: "{{ splunk_hec_key_passphrase }}"
"""

RETURN = r"""
action:
  description:
    - What was done, or would be done in check mode.
  returned: success
  type: str
  sample: enabled
  choices: [enabled, disabled, updated, unchanged]
settings:
  description:
    - The settings, as they are after the run, or would be in check mode. The passphrase is not among them.
  returned: success
  type: dict
  sample:
    enabled: true
    port: 8088
    enable_ssl: true
    dedicated_io_threads: 2
    max_sockets: 0
    max_threads: 0
    use_deployment_server: false
    server_cert: /opt/splunk/etc/auth/hec.pem
restart_required:
  description:
    - Whether Splunk takes the change up only after a restart.
  returned: success
  type: bool
  sample: false
diff:
  description:
    - The settings that change; the passphrase is masked.
  returned: success
  type: dict
  sample:
    before:
      enabled: false
    after:
      enabled: true
"""

from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._splunk.options import SPLUNK_SPEC
from ..module_utils._splunk.settings import manage_settings

DEFINITION = ModuleDefinition(
    argument_spec={
        **SPLUNK_SPEC,
        "enabled": dict(type="bool", default=True),
        "port": dict(type="int"),
        "enable_ssl": dict(type="bool"),
        "dedicated_io_threads": dict(type="int"),
        "max_sockets": dict(type="int"),
        "max_threads": dict(type="int"),
        "use_deployment_server": dict(type="bool"),
        "server_cert": dict(type="str"),
        "ssl_password": dict(type="str", no_log=True),
        "ssl_password_mode": dict(type="str", choices=["on_change", "always"], default="on_change", no_log=False),
    },
    run=manage_settings,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
