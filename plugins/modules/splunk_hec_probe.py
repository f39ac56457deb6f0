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
  - Checks everything that Logpush needs from an HTTP Event Collector (HEC), and reports each problem with its solution.
  - Checks the host name, the address, the port, TLS, the certificate, the health of HEC, the HEC token, and indexer
    acknowledgement. Then it sends a test event, compressed, to the path that Logpush uses.
  - If the token is accepted, the module also sends an empty request with a random token, to find out whether the collector checks
    tokens at all. Splunk counts this request as a failed authentication.
  - The module detects an OpenTelemetry Collector with an empty request to a path that HEC does not have. An OpenTelemetry
    Collector can lose a part of each batch although it responds with HTTP 200. The check C(software) reports what to change in
    the jobs and in the collector. It is only a warning if O(max_upload_bytes) is not set.
  - One run reports all problems. A check that depends on a failed check is reported as not checked.
  - TLS and certificates are checked by the rules of Go, in which Logpush is written, and not by those of OpenSSL. The messages
    are those of Cloudflare.
  - The token is sent only if OpenSSL also accepts the certificate, unless O(insecure_skip_verify=true).
  - Behind a load balancer, a token that only some nodes know is accepted in one request and refused in the next. With O(endpoints), the
    module also asks each node at its own address, compares the nodes, and delivers through the load balancer several times.
  - The module connects from the host that it runs on. It cannot find out whether a firewall admits Cloudflare.
options:
  endpoint:
    description:
      - The HEC endpoint, as C(host), C(host:port) or a complete URL, as in M(edgeops.logpush.splunk_logpush_job).
      - The path C(/services/collector/raw) is appended if it is missing. The default port is V(443) in a URL with C(https://) and
        for a Splunk Cloud host (except for a free trial), and V(8088) for any other host.
      - Any other path of HEC, such as C(/services/collector/event), is reported as a problem. The other checks then use the
        correct path.
      - If not set, E(SPLUNK_HEC_ENDPOINT) is used.
    type: str
  endpoints:
    description:
      - The nodes behind the load balancer O(endpoint), each with the address at which this machine reaches its HEC, in the forms of
        O(endpoint). A node that speaks plain HTTP behind a load balancer with TLS is written as C(http://host:port), and is then sent
        the token without TLS.
      - Every node has to answer, to accept the token and the test event, and to have no indexer acknowledgement. If the nodes
        differ, the message names them, and RV(nodes) has the checks of each node.
      - Cloudflare does not see the certificates of the nodes, so they are no failure. But the token is sent only to a node that proves
        its identity, with a certificate for its own host or for the host of O(endpoint), from a CA that is trusted
        (O(endpoints_ca_path)). If a node does not, the module warns, and only the deliveries through the load balancer show whether it knows the token.
    type: list
    elements: str
  endpoints_ca_path:
    description:
      - The path of a PEM file with CA certificates to trust for O(endpoints), in addition to those that are trusted for O(endpoint).
    type: path
  endpoints_validate_certs:
    description:
      - Whether a node must prove its identity before it is sent the token. With V(false), or with O(insecure_skip_verify=true), the
        token is sent to any server that answers at O(endpoints).
    type: bool
    default: true
  deliveries:
    description:
      - The number of deliveries through the load balancer, if O(endpoints) is set. The test event of O(endpoint) is the first of them.
      - Each delivery has a connection of its own. Use a multiple of the number of nodes. A load balancer that always sends a client to
        the same node (by its address) shows only that node.
      - Each delivery writes one event. In check mode and with O(send_event=false), the requests are empty. They show whether the token
        is accepted, and write nothing.
    type: int
    default: 10
  hec_token:
    description:
      - The HEC token. The bare token, C(Splunk <token>) and C(Splunk%20<token>) are equivalent.
      - If not set, E(SPLUNK_HEC_TOKEN) is used.
    type: str
  channel:
    description:
      - The channel of the test event, a GUID.
      - If not set, it is derived from O(endpoint) and is the same in every run.
    type: str
  sourcetype:
    description:
      - The source type of the test event.
    type: str
    default: cloudflare:json
  index:
    description:
      - The index of the jobs (O(edgeops.logpush.splunk_logpush_job#module:index)). The test event is sent to this index, so that the
        check C(event) fails if the HEC token does not allow it.
      - If not set, the test event goes to the default index of the HEC token.
    type: str
  max_upload_bytes:
    description:
      - The O(edgeops.logpush.splunk_logpush_job#module:max_upload_bytes) of the jobs. Set it to V(0) if a job does not limit its
        batches.
      - It matters only for an OpenTelemetry Collector. The check C(software) fails if this is V(0) or larger than
        O(max_request_body_size), and warns if it is not set.
    type: int
  max_request_body_size:
    description:
      - The C(max_request_body_size) of the HEC receiver of an OpenTelemetry Collector, in bytes. The module cannot read it from the
        collector. It does not matter for other software.
      - If not set, the default of the receiver is assumed, 20971520 (20 MiB). If you set a larger value, jobs without
        O(max_upload_bytes) are accepted.
    type: int
  insecure_skip_verify:
    description:
      - Whether the jobs accept any certificate. Wrong names, dates and issuers are then reported as advice and not as problems.
      - Logpush still has to read all certificates of the server and to agree with it on a TLS version, a cipher suite and a key
        type. Anything that prevents this is a problem.
      - The token is then sent to any server that responds.
    type: bool
    default: false
  ca_path:
    description:
      - The path of a PEM file with CA certificates to trust instead of the public ones, for test installations. Cloudflare trusts
        only public CAs.
      - If set, an address that Cloudflare cannot reach is reported as advice and not as a problem.
    type: path
  event:
    description:
      - The test event, as a mapping or as text.
      - If not set, the event has the current time in C(EdgeStartTimestamp), from which Splunk reads the time of Logpush events, and
        a C(content) that names this module.
    type: raw
  send_event:
    description:
      - Whether to send the test event, also in each of the O(deliveries) and to each of the O(endpoints). With V(false), nothing is
        written to an index.
    type: bool
    default: true
  fail_when_not_ready:
    description:
      - Whether the task fails if the collector is not ready. The return values are the same in both cases.
    type: bool
    default: true
  timeout:
    description:
      - The maximum number of seconds to wait for each complete response.
      - Logpush itself waits 5 seconds for the connection and TLS, and 10 seconds for the response.
    type: int
    default: 10
requirements:
  - requests
attributes:
  check_mode:
    support: full
    description:
      - Makes all checks except the test event.
  diff_mode:
    support: none
    description:
      - This module changes nothing.
  idempotent:
    support: full
    description:
      - This module changes nothing. Each run writes a test event to Splunk, unless O(send_event=false).
notes:
  - No request is repeated. Use C(until) on the task to wait for a collector that is starting.
  - The proxy of the environment variable C(https_proxy) is used, unless C(no_proxy) contains the host.
seealso:
  - module: edgeops.logpush.splunk_logpush_job
  - module: edgeops.logpush.splunk_hec_token
  - module: edgeops.logpush.splunk_hec_settings
  - name: Enable Splunk
    description: Cloudflare's documentation of Splunk as a Logpush destination.
    link: https://developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/splunk/
"""

EXAMPLES = r"""
- name: Check that the collector is ready for Logpush
  edgeops.logpush.splunk_hec_probe:
    endpoint: http-inputs-acme.splunkcloud.com
    hec_token: "{{ splunk_logpush_hec_token }}"

- name: Report problems without failing, and write nothing to Splunk
  edgeops.logpush.splunk_hec_probe:
    endpoint: splunk.example.com:8088
    hec_token: "{{ splunk_logpush_hec_token }}"
    send_event: false
    fail_when_not_ready: false
  register: probe

- name: Show the problems
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

- name: Check a load balancer and the nodes behind it
  edgeops.logpush.splunk_hec_probe:
    endpoint: hec.example.com:443
    endpoints:
      - idx1.example.com:8088
      - idx2.example.com:8088
    endpoints_ca_path: /etc/pki/internal-ca.pem
    hec_token: "{{ splunk_logpush_hec_token }}"

- name: Check an OpenTelemetry Collector in front of Splunk
  edgeops.logpush.splunk_hec_probe:
    endpoint: otel.example.com:8088
    hec_token: "{{ splunk_logpush_hec_token }}"
    max_upload_bytes: 10000000

- name: Check a test installation with a private CA
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
    - Whether Logpush can push to this collector. That is the case if no check failed and the token is accepted.
  returned: success, or if the collector is not ready
  type: bool
  sample: false
msg:
  description:
    - The problems, beginning with the cause, and how to solve them.
  returned: if the collector is not ready
  type: str
  sample: >-
    The collector answers HTTP 403, code 1: Token disabled (splunk.example.com:8088 is not ready for Logpush). Enable the token:
    Settings > Data inputs > HTTP Event Collector, or splunk_hec_token with enabled: true. Also check that HEC itself is enabled.
checks:
  description:
    - The results of all checks, in the order in which a push depends on them.
  returned: success, or if the collector is not ready
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
        - The name of the check. Those from C(nodes) on are made only with O(endpoints).
      returned: always
      type: str
      choices: [dns, public_address, host_name, port, tcp, tls, certificate, health, path, software, token,
        acknowledgement, event, nodes, node_certificates, node_tokens, node_acknowledgement, node_events, deliveries]
    ok:
      description:
        - V(true) if the check passed, V(false) if it failed, and V(null) if it could not be made or has no clear result.
      returned: always
      type: bool
    detail:
      description:
        - The finding.
      returned: always
      type: str
    advice:
      description:
        - How to solve the problem, or other advice. Empty if there is none.
      returned: always
      type: str
nodes:
  description:
    - What was seen of each node in O(endpoints), in their order.
  returned: if O(endpoints) is set
  type: list
  elements: dict
  sample:
    - endpoint: idx3.example.com:8088
      ready: false
      checks:
        - name: token
          ok: false
          detail: "The collector answers HTTP 403, code 4: Invalid token."
          advice: Set hec_token to the value of a token that exists on this collector.
      certificate:
        subject: CN=idx3.example.com
        days_left: 832
        matches: true
        trusted: true
  contains:
    endpoint:
      description:
        - The host and the port of the node.
      returned: always
      type: str
    ready:
      description:
        - Whether no check of the node failed and the node accepts the token.
      returned: always
      type: bool
    checks:
      description:
        - The checks of the node, in the form of RV(checks).
      returned: always
      type: list
      elements: dict
    certificate:
      description:
        - The certificate of the node, in the form of RV(certificate).
      returned: always
      type: dict
certificate:
  description:
    - The certificate of the collector, whether it is trusted or not. Empty if no certificate could be read.
  returned: success, or if the collector is not ready
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
        - The subject of the certificate.
      returned: if the certificate could be read
      type: str
    names:
      description:
        - The host names and IP addresses that the certificate is valid for (its subject alternative names).
      returned: if the certificate could be read
      type: list
      elements: str
    issuer:
      description:
        - The issuer of the certificate.
      returned: if the certificate could be read
      type: str
    not_before:
      description:
        - The beginning of its validity.
      returned: if the certificate could be read
      type: str
    expiry:
      description:
        - The end of its validity.
      returned: if the certificate could be read
      type: str
    days_left:
      description:
        - The number of days until the certificate expires. Negative if it has expired.
      returned: if the certificate could be read
      type: int
    matches:
      description:
        - Whether the certificate is valid for the host of the endpoint.
      returned: if the certificate could be read
      type: bool
    trusted:
      description:
        - Whether the certificate was issued by a public CA, or by one in O(ca_path), directly or through intermediates.
      returned: if the certificate could be read
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
