#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HEC as a whole."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_hec_settings
short_description: Manage the settings of the Splunk HTTP Event Collector
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Enables or disables the HTTP Event Collector (HEC) of a Splunk Enterprise instance, and sets its port, TLS and certificate. On a
    new instance, HEC is disabled.
  - Reads the settings first, and writes only those that differ, in one request.
  - On Splunk Cloud, Splunk manages these settings.
  - Before it writes, the module looks at the kind of instance. It warns on a member of a cluster, a cluster manager, a deployment server
    and a client of a deployment server, and names the C(splunk_hec_topology) to choose. It refuses a universal forwarder.
options:
  enabled:
    description:
      - Whether HEC is enabled.
    type: bool
    default: true
  port:
    description:
      - The port of HEC. The default of Splunk is 8088.
    type: int
  enable_ssl:
    description:
      - Whether HEC uses TLS. Logpush requires TLS.
    type: bool
  dedicated_io_threads:
    description:
      - The number of threads that accept connections.
    type: int
  max_sockets:
    description:
      - The maximum number of simultaneous connections. With V(0), Splunk chooses the number. With a negative number, there is no
        limit.
    type: int
  max_threads:
    description:
      - The maximum number of threads for requests. With V(0), Splunk chooses the number. With a negative number, there is no limit.
    type: int
  use_deployment_server:
    description:
      - Whether HEC writes its configuration to the repository of the deployment server, which distributes it to other instances.
      - With V(true), this instance does not use HEC tokens that are created from then on. The module warns if it is set and
        this option is not given, and whenever it writes settings while it is set.
    type: bool
  server_cert:
    description:
      - The path, on the Splunk host, of a PEM file with the certificate of HEC, its private key and the chain. The default of Splunk is
        C($SPLUNK_HOME/etc/auth/server.pem), a certificate that Cloudflare does not trust.
      - The module only sets the path. Copy the file to the host first, for example with M(ansible.builtin.copy).
      - Splunk reads the file when it opens the port of HEC. If you renew the file under the same path, restart Splunk. The module does
        not detect this change.
    type: str
  ssl_password:
    description:
      - The passphrase of the private key in O(server_cert). The default of Splunk is C(password), which also works for a key without a
        passphrase.
      - Splunk never returns the passphrase, so the module cannot compare it. O(ssl_password_mode) determines when it is sent.
    type: str
  ssl_password_mode:
    description:
      - When to send O(ssl_password).
      - With V(on_change), it is sent only if O(server_cert) differs from the path in Splunk.
      - With V(always), it is sent in every run. Use this to set a new passphrase for the same path. Every run then reports a change, and
        RV(restart_required) if HEC is enabled.
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
- name: Enable HEC
  edgeops.logpush.splunk_hec_settings:
    url: https://splunk.example.com:8089
    username: admin
    password: "{{ splunk_password }}"

- name: Enable HEC with TLS on another port
  edgeops.logpush.splunk_hec_settings:
    url: https://splunk.example.com:8089
    auth_token: "{{ splunk_auth_token }}"
    port: 8443
    enable_ssl: true

- name: Use a certificate that Cloudflare trusts
  edgeops.logpush.splunk_hec_settings:
    url: https://splunk.example.com:8089
    auth_token: "{{ splunk_auth_token }}"
    server_cert: /opt/splunk/etc/auth/hec.pem
    ssl_password: "{{ splunk_hec_key_passphrase }}"
"""

RETURN = r"""
action:
  description:
    - The action that was taken, or would be taken in check mode.
  returned: success
  type: str
  sample: enabled
  choices: [enabled, disabled, updated, unchanged]
settings:
  description:
    - The settings after the run. In check mode, the settings that the run would leave. The passphrase is not included.
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
    - Whether Splunk must be restarted to apply the change.
  returned: success
  type: bool
  sample: false
diff:
  description:
    - The settings that changed, with the passphrase masked.
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
from ..module_utils._splunk.settings_rules import HEC_SPEC

DEFINITION = ModuleDefinition(
    argument_spec={
        **SPLUNK_SPEC,
        **HEC_SPEC,
        "use_deployment_server": dict(type="bool"),
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
