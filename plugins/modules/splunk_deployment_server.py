#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clients of a deployment server."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_deployment_server
short_description: Reload an app of a Splunk deployment server and wait for its clients
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - A deployment server offers the apps in its folder C(etc/deployment-apps) to the clients in their server classes. It reads the files
    again only after a reload.
  - Reloads the server classes of an app, waits until each of their clients has downloaded the current version, and reports the
    clients. The app must be in a server class, in C(serverclass.conf) of the deployment server.
  - If the server does not know the app or any server class of it, all server classes are reloaded, because the class may be
    new. Otherwise only the classes of the app are reloaded, with all apps in them, and changes of other classes wait for their
    own reload. If you add the app to another class, run C(splunk reload deploy-server) on the deployment server once.
  - A client has the current version if it has phoned home since the reload and installed the app after that. A client that has
    installed nothing since the reload already had the current version if it has phoned home twice.
  - If the app was in no server class before the reload, the module also waits, for at most 150 seconds, until the running clients have
    phoned home, because the server may learn only then which of them are in the new class.
  - A deployment server configures indexers without a cluster, and heavy forwarders. The peers of an indexer cluster get their
    configuration from M(edgeops.logpush.splunk_cluster_bundle).
options:
  state:
    description:
      - With V(reloaded), the server classes of the app are reloaded.
    type: str
    default: reloaded
    choices: [reloaded]
  app:
    description:
      - The name of the app, which is the name of its folder in C(etc/deployment-apps).
    type: str
    required: true
  wait_timeout:
    description:
      - The maximum number of seconds to wait until all clients have downloaded the app. If a client has not, the task fails and names
        it. Clients phone home once a minute, unless C(phoneHomeIntervalInSecs) in C(deploymentclient.conf) says otherwise.
    type: int
    default: 600
extends_documentation_fragment:
  - edgeops.logpush.attributes
  - edgeops.logpush.attributes.actiongroup_splunk
  - edgeops.logpush.splunk
attributes:
  check_mode:
    details:
      - In check mode nothing is reloaded, so a new version of the app in the files is not noticed. The clients are reported as the
        server knows them. If the server does not know the app yet, the task reports a change and warns.
notes:
  - The user needs the capabilities C(list_deployment_server) and C(edit_deployment_server).
  - Splunk's page about this is I(Deployment endpoint descriptions).
seealso:
  - module: edgeops.logpush.splunk_cluster_bundle
"""

EXAMPLES = r"""
- name: Let the indexers download the app with the HEC token
  edgeops.logpush.splunk_deployment_server:
    url: https://deployment.example.com:8089
    auth_token: "{{ splunk_auth_token }}"
    app: edgeops_logpush_hec
    wait_timeout: 900
"""

RETURN = r"""
action:
  description:
    - V(reloaded) if a client downloaded the app, or if its content on the server is new. In check mode, if a client has not
      downloaded the app.
  returned: success
  type: str
  sample: reloaded
  choices: [reloaded, unchanged]
app:
  description:
    - The name of the app.
  returned: success
  type: str
  sample: edgeops_logpush_hec
server_classes:
  description:
    - The server classes of the app.
  returned: success
  type: list
  elements: str
  sample: [hec]
clients:
  description:
    - The clients in the server classes of the app.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The host name of the client.
      type: str
    downloaded:
      description: Whether the client has the current version of the app.
      type: bool
    last_phone_home:
      description: When the client last phoned home, in UTC. Null if the server does not say.
      type: str
    msg:
      description: Why the client does not have it.
      type: str
      returned: if RV(clients[].downloaded) is false
  sample:
    - name: hf1.example.com
      downloaded: true
      last_phone_home: "2026-11-28T20:00:00Z"
diff:
  description:
    - The clients that downloaded the app. In check mode, those that have not.
  returned: success
  type: dict
  sample:
    before:
      hf1.example.com: old
    after:
      hf1.example.com: current
"""

from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._splunk.deployment_server import reload_app
from ..module_utils._splunk.options import SPLUNK_SPEC

DEFINITION = ModuleDefinition(
    argument_spec={
        **SPLUNK_SPEC,
        "state": dict(type="str", choices=["reloaded"], default="reloaded"),
        "app": dict(type="str", required=True),
        "wait_timeout": dict(type="int", default=600),
    },
    run=reload_app,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
