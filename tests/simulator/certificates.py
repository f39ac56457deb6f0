# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The TLS certificates of collector and management port, issued by a CA that exists as long as the simulator runs."""

from __future__ import annotations

import datetime
import pathlib
import ssl

import trustme
from cryptography.hazmat.primitives import serialization

NAMES = ("localhost", "127.0.0.1", "::1")
WRONG_NAME = "SplunkServerDefaultCert"
EXPIRED_SINCE = datetime.timedelta(days=1)
KINDS = ("valid", "wrong_host", "expired", "untrusted")


class Certificates:
    """Make valid and invalid server certificates, and the trust settings of clients."""

    def __init__(self, ca_file: pathlib.Path) -> None:
        self.authority = trustme.CA()
        self.ca_file = ca_file
        self.authority.cert_pem.write_to_path(str(ca_file))
        self.server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.management_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._presented: dict[ssl.SSLContext, str] = {}
        self.use("valid", self.server_context)
        self.use("valid", self.management_context)

    def use(self, kind: str, context: ssl.SSLContext) -> None:
        """Present a certificate of this kind (one of ``KINDS``) on a port from now on."""
        if self._presented.get(context) == kind:
            return
        self._presented[context] = kind
        now = datetime.datetime.now(datetime.timezone.utc)
        if kind == "valid":
            leaf = self.authority.issue_cert(*NAMES)
        elif kind == "wrong_host":
            leaf = self.authority.issue_cert(WRONG_NAME, common_name=WRONG_NAME)
        elif kind == "expired":
            leaf = self.authority.issue_cert(
                *NAMES, not_before=now - datetime.timedelta(days=30), not_after=now - EXPIRED_SINCE
            )
        else:
            leaf = trustme.CA().issue_cert(*NAMES)
        leaf.configure_cert(context)

    def client_context(self, trust_files: list[str]) -> ssl.SSLContext:
        """Return a context that trusts what Logpush trusts: the public roots, the simulator's CA, and the named files."""
        context = ssl.create_default_context()
        for file in (str(self.ca_file), *trust_files):
            context.load_verify_locations(cafile=file)
        return context


def write_certificate(file: pathlib.Path, passphrase: str) -> str:
    """Write a file for a collector's ``serverCert``, with an encrypted key, and return its certificate."""
    leaf = trustme.CA().issue_cert(*NAMES)
    certificate = leaf.cert_chain_pems[0].bytes()
    key = serialization.load_pem_private_key(leaf.private_key_pem.bytes(), None)
    encryption = serialization.BestAvailableEncryption(passphrase.encode())
    file.write_bytes(
        certificate + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    )
    return certificate.decode()


def careless_context() -> ssl.SSLContext:
    """Return a client context that checks nothing, for ``insecure-skip-verify=true``."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
