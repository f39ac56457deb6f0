#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a HEC is ready for Logpush."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_hec_probe
short_description: Check whether a Splunk HTTP Event Collector is ready for Cloudflare Logpush
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Checks everything that Logpush needs from an HTTP Event Collector (HEC), and reports each problem and how to fix it.
  - It looks at the name, the address and the port of the collector, at TLS and the certificate, at the health, the
    token and its indexer acknowledgement, and sends a test event, compressed, to the path that Logpush pushes to.
  - If the token is accepted, an empty request with a random token shows whether the collector checks tokens at all. Splunk counts
    it as a failed authentication.
  - An empty request for a path that no collector has shows whether Splunk or an OpenTelemetry Collector answers. Such a collector
    can lose a part of each batch although it answers 200. The check C(software) says what the jobs and the collector need then. If
    O(max_upload_bytes) is not set, this is a warning and not a failure.
  - One run reports every problem that can be checked. Checks that depend on a failed one are marked as not checked.
  - The checks of TLS and of the certificate follow the rules of Go, in which Logpush is written, and not those of OpenSSL. What is
    refused has the words that Cloudflare will say.
  - The token is sent only to a server whose certificate OpenSSL verifies, too, unless O(insecure_skip_verify) is V(true).
  - The collector is probed from where the module runs. Whether firewalls admit Cloudflare, too, cannot be seen from
    there.
options:
  endpoint:
    description:
      - The HEC of Splunk, as C(host), C(host:port) or the whole URL, as for
        M(edgeops.logpush.splunk_logpush_job).
      - The path C(/services/collector/raw) is added where it is missing, also behind a path. The port is V(443) in a URL with
        C(https://) and for a host of Splunk Cloud (except a free trial), and V(8088) for any other host without a port.
      - Another path of the collector, such as C(/services/collector/event), is a finding. The probe goes on with the right one.
      - If not set, E(SPLUNK_HEC_ENDPOINT) is used.
    type: str
  hec_token:
    description:
      - The HEC token. The bare token, C(Splunk <token>) and C(Splunk%20<token>) mean the same.
      - If not set, E(SPLUNK_HEC_TOKEN) is used.
    type: str
  channel:
    description:
      - The channel of the test event, a GUID.
      - If not set, one is derived from O(endpoint), the same in every run.
    type: str
  sourcetype:
    description:
      - The source type of the test event.
    type: str
    default: cloudflare:json
  index:
    description:
      - The index that the jobs name (O(edgeops.logpush.splunk_logpush_job#module:index)). The test event is sent to it, so the
        check C(event) fails if the HEC token does not allow it.
      - If not set, the HEC token decides.
    type: str
  max_upload_bytes:
    description:
      - The O(edgeops.logpush.splunk_logpush_job#module:max_upload_bytes) of the jobs, V(0) if a job does not set it.
      - If an OpenTelemetry Collector answers, V(0) and more than O(max_request_body_size) are a failure of the check C(software).
      - If not set, the probe does not know it, and warns.
    type: int
  max_request_body_size:
    description:
      - The C(max_request_body_size) of the HEC receiver of an OpenTelemetry Collector, in bytes. It cannot be seen from outside.
      - If not set, it is its default, 20971520 (20 MiB). With a larger value, jobs without O(max_upload_bytes) are accepted.
      - Other software is not concerned.
    type: int
  insecure_skip_verify:
    description:
      - Whether Logpush will accept any names, dates and issuer of a certificate. A problem of those is reported, but is not a failure.
      - Logpush still has to read every certificate that the server sends, and to agree on a version of TLS, a cipher suite and a kind
        of key. What prevents that is a failure.
      - The token is then sent to any server that answers.
    type: bool
    default: false
  ca_path:
    description:
      - A file of CA certificates in PEM form to trust instead of the public roots, for private test set-ups. Cloudflare
        trusts public roots only.
      - With it, an address that Cloudflare cannot reach is reported, but is not a failure.
    type: path
  event:
    description:
      - The test event, as a mapping or as text.
      - If not set, it has the current time in C(EdgeStartTimestamp), by which Splunk dates the events of Logpush, and
        a C(content) that names this module.
    type: raw
  send_event:
    description:
      - Whether to send the test event.
      - Without it, everything else is checked, and nothing is written to an index.
    type: bool
    default: true
  fail_when_not_ready:
    description:
      - Whether the task fails where the collector is not ready. The return values are the same in either case.
    type: bool
    default: true
  timeout:
    description:
      - The number of seconds to wait for each whole answer.
      - Logpush itself waits 5 seconds for a connection and for TLS, and 10 seconds for the collector.
    type: int
    default: 10
requirements:
  - requests
attributes:
  check_mode:
    support: full
    description:
      - Sends no test event. All else is checked.
  diff_mode:
    support: none
    description:
      - Changes nothing, so there is nothing to show.
  idempotent:
    support: full
    description:
      - Changes nothing. Each run leaves a test event in Splunk, unless O(send_event) is V(false).
notes:
  - A request is sent once. For a collector that is yet starting, use C(until) on the task.
  - A proxy named in the environment (C(https_proxy)) is used, unless C(no_proxy) names the host.
seealso:
  - module: edgeops.logpush.splunk_logpush_job
  - module: edgeops.logpush.splunk_hec_token
  - module: edgeops.logpush.splunk_hec_settings
  - name: Enable Splunk
    description: The vendor's page on the destination, with what it asks of a collector.
    link: https://developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/splunk/
"""

EXAMPLES = r"""
- name: Stop here unless the collector is ready for Logpush
  edgeops.logpush.splunk_hec_probe:
    endpoint: http-inputs-acme.splunkcloud.com
    hec_token: "{{ splunk_logpush_hec_token }}"

- name: Only report, and write nothing to Splunk
  edgeops.logpush.splunk_hec_probe:
    endpoint: splunk.example.com:8088
    hec_token: "{{ splunk_logpush_hec_token }}"
    send_event: false
    fail_when_not_ready: false
  register: probe

- name: Show what is wrong
  ansible.builtin.debug:
    msg: "{{ probe.checks | selectattr('ok', 'eq', false) }}"

- name: Wait for a collector that is starting
  edgeops.logpush.splunk_hec_probe:
    endpoint: splunk.example.com
    hec_token: "{{ splunk_logpush_hec_token }}"
  register: probe
  until: probe is succeeded
  retries: 10
  delay: 15

- name: Probe an OpenTelemetry Collector in front of Splunk
  edgeops.logpush.splunk_hec_probe:
    endpoint: otel.example.com:8088
    hec_token: "{{ splunk_logpush_hec_token }}"
    max_upload_bytes: 10000000

- name: Probe a test installation with a CA of its own
  edgeops.logpush.splunk_hec_probe:
    endpoint: splunk.internal:8088
    hec_token: "{{ splunk_logpush_hec_token }}"
    ca_path: /etc/pki/internal-ca.pem
    event:
      message: Hello
"""

RETURN = r"""
ready:
  description:
    - Whether Logpush can push to this collector. No check is V(false), and the token is accepted.
  returned: success, or when the collector is not ready
  type: bool
  sample: false
msg:
  description:
    - What is wrong, the cause first, and what to do.
  returned: when the collector is not ready
  type: str
  sample: >-
    The collector answers HTTP 403, code 1: Token disabled (splunk.example.com:8088 is not ready for Logpush). Enable the token:
    Settings > Data inputs > HTTP Event Collector, or splunk_hec_token with enabled: true. Also check that HEC itself is enabled.
checks:
  description:
    - What was found, in the order in which a push meets it.
  returned: success, or when the collector is not ready
  type: list
  elements: dict
  sample:
    - name: tcp
      ok: true
      detail: Port 8088 is open.
      advice: ""
    - name: token
      ok: false
      detail: "The collector answers HTTP 403, code 1: Token disabled."
      advice: "Enable the token: Settings > Data inputs > HTTP Event Collector, or splunk_hec_token with enabled: true."
    - name: event
      ok:
      detail: "Not checked: see token."
      advice: ""
  contains:
    name:
      description:
        - What was checked.
      returned: always
      type: str
      choices: [dns, public_address, host_name, port, tcp, tls, certificate, health, path, software, token,
        acknowledgement, event]
    ok:
      description:
        - Whether it is as Logpush needs it, or null where nothing can be said.
      returned: always
      type: bool
    detail:
      description:
        - What was found.
      returned: always
      type: str
    advice:
      description:
        - What to do, or what to know. Empty where there is nothing.
      returned: always
      type: str
certificate:
  description:
    - The certificate that the collector presents, trusted or not. Empty where none could be read.
  returned: success, or when the collector is not ready
  type: dict
  sample:
    subject: CN=SplunkServerDefaultCert, O=SplunkUser
    names: []
    issuer: C=US, ST=CA, L=San Francisco, O=Splunk, CN=SplunkCommonCA, emailAddress=support@splunk.com
    not_before: "2026-03-01T10:00:00Z"
    expiry: "2029-02-28T10:00:00Z"
    days_left: 832
    matches: false
    trusted: false
  contains:
    subject:
      description:
        - Whom it is for.
      returned: when it could be read
      type: str
    names:
      description:
        - The host names and IP addresses that it is for (its subject alternative names).
      returned: when it could be read
      type: list
      elements: str
    issuer:
      description:
        - Who has issued it.
      returned: when it could be read
      type: str
    not_before:
      description:
        - From when on it is valid.
      returned: when it could be read
      type: str
    expiry:
      description:
        - Until when it is valid.
      returned: when it could be read
      type: str
    days_left:
      description:
        - How many days it is still valid. Negative where it has expired.
      returned: when it could be read
      type: int
    matches:
      description:
        - Whether it is for the host of the endpoint.
      returned: when it could be read
      type: bool
    trusted:
      description:
        - Whether its chain leads to a public root, or to one in O(ca_path).
      returned: when it could be read
      type: bool
"""

from ..module_utils._collector.probe import probe
from ..module_utils._collector.target import PROBE_SPEC
from ..module_utils._core.module import ModuleDefinition, run_module

DEFINITION = ModuleDefinition(
    argument_spec=PROBE_SPEC,
    run=probe,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
