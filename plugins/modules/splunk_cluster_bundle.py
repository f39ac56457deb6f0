#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The configuration bundle of an indexer cluster."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_cluster_bundle
short_description: Validate, apply or roll back the configuration bundle of an indexer cluster
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - The peers of an indexer cluster get their configuration from the folder C(etc/manager-apps) of the cluster manager, as one bundle.
    Write the files first, for example with M(edgeops.logpush.splunk_hec_app). This module then lets the manager validate the bundle
    and push it, and waits until it is active on every peer.
  - Waits for a push or a rolling restart that is in progress, and never cancels it.
  - Nothing is applied if the bundle is not valid, if it needs a rolling restart and O(allow_restart=false), if a peer is not C(Up), or
    if the cluster is in maintenance mode.
  - If a peer fails after the bundle was applied, the module rolls back to the bundle that was active before, and fails. It does not
    roll back while peers still restart, nor if another bundle has become active in the meantime.
  - If a run is interrupted, the next run waits for the push that it finds, and continues.
options:
  state:
    description:
      - With V(validated), the manager builds a bundle of its files and the peers check it. The result says whether the bundle is new
        and whether applying it needs a rolling restart. The configuration of the peers stays as it is.
      - With V(applied), the bundle is validated and then pushed, unless it is active already.
      - With V(rolled_back), the previous bundle becomes active again. If the active bundle is already the result of a rollback,
        nothing changes. The files in C(etc/manager-apps) stay as they are, so correct them before the next V(applied).
    type: str
    default: applied
    choices: [validated, applied, rolled_back]
  allow_restart:
    description:
      - Whether a bundle that needs a rolling restart of the peers may be applied.
      - Splunk cannot check this for a rollback. A rollback can restart the peers, whatever the value of this option.
    type: bool
    default: false
  wait_timeout:
    description:
      - The maximum number of seconds to wait for everything together. A rolling restart can need several minutes for each peer. A
        rollback after a failure may take as long again.
    type: int
    default: 1800
extends_documentation_fragment:
  - edgeops.logpush.attributes
  - edgeops.logpush.attributes.actiongroup_splunk
  - edgeops.logpush.splunk
attributes:
  check_mode:
    details:
      - The bundle is validated in check mode too, because only the manager can compare it with the active one. A validation does not
        change the configuration of the peers.
notes:
  - The user needs the capabilities C(list_indexer_cluster) and C(edit_indexer_cluster).
  - Splunk's pages about this are I(Update common peer configurations and apps) and I(Cluster endpoint descriptions).
seealso:
  - module: edgeops.logpush.splunk_deployment_server
"""

EXAMPLES = r"""
- name: Check whether the files of the manager need a rolling restart
  edgeops.logpush.splunk_cluster_bundle:
    url: https://manager.example.com:8089
    auth_token: "{{ splunk_auth_token }}"
    state: validated
  register: bundle

- name: Apply the bundle
  edgeops.logpush.splunk_cluster_bundle:
    url: https://manager.example.com:8089
    auth_token: "{{ splunk_auth_token }}"
    allow_restart: true
    wait_timeout: 3600

- name: Return to the previous bundle
  edgeops.logpush.splunk_cluster_bundle:
    url: https://manager.example.com:8089
    auth_token: "{{ splunk_auth_token }}"
    state: rolled_back
"""

RETURN = r"""
action:
  description:
    - The action that was taken, or would be taken in check mode.
    - After a failure, V(rolled_back) if the bundle was rolled back.
  returned: success
  type: str
  sample: applied
  choices: [applied, rolled_back, unchanged]
checksum:
  description:
    - The checksum of the bundle that was validated, applied or made active by the rollback. If there is nothing new, it is the
      checksum of the active bundle.
  returned: success
  type: str
  sample: A83F8C3C1139EA6AFCFD6CAC4B01B260
active_checksum:
  description:
    - The checksum of the bundle that is active at the end. It differs from RV(checksum) if the bundle is new and was not applied.
  returned: success
  type: str
  sample: A83F8C3C1139EA6AFCFD6CAC4B01B260
restart_required:
  description:
    - Whether applying the bundle needs a rolling restart of the peers, or has caused one.
  returned: success
  type: bool
  sample: false
peers:
  description:
    - The peers at the end of the run.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The name of the peer.
      type: str
    status:
      description: The status that the manager reports, C(Up) for a peer that works.
      type: str
    checksum:
      description: The checksum of the bundle that is active on the peer.
      type: str
  sample:
    - name: idx1
      status: Up
      checksum: A83F8C3C1139EA6AFCFD6CAC4B01B260
diff:
  description:
    - The checksums of the bundle and of each peer, before and after.
  returned: success
  type: dict
  sample:
    before:
      checksum: 14310A4AABD23E85BBD4559C4A3B59F8
      peers:
        idx1: 14310A4AABD23E85BBD4559C4A3B59F8
    after:
      checksum: A83F8C3C1139EA6AFCFD6CAC4B01B260
      peers:
        idx1: A83F8C3C1139EA6AFCFD6CAC4B01B260
"""

from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._splunk.cluster_bundle import manage_bundle
from ..module_utils._splunk.options import SPLUNK_SPEC

DEFINITION = ModuleDefinition(
    argument_spec={
        **SPLUNK_SPEC,
        "state": dict(type="str", choices=["validated", "applied", "rolled_back"], default="applied"),
        "allow_restart": dict(type="bool", default=False),
        "wait_timeout": dict(type="int", default=1800),
    },
    run=manage_bundle,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
