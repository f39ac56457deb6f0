# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Let start_server.py start a program of Ansible.

python tests/e2e/start_client.py ADDRESS PROGRAM ARGUMENT ...: with the files, the folder and the environment of this process

This file imports little, because its own start counts.
"""

from __future__ import annotations

import json
import os
import socket
import sys


def start(address: str, command: list[str], cwd: str, env: dict[str, str], files: list[int]) -> int:
    """Start a program with these files as its stdin, stdout and stderr. Wait for it, and return its exit status."""
    order = json.dumps({"command": command, "cwd": cwd, "env": env}).encode()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(address)
        socket.send_fds(connection, [order[:1]], files)
        connection.sendall(order[1:])
        connection.shutdown(socket.SHUT_WR)
        return int(connection.makefile().read())


if __name__ == "__main__":
    sys.exit(start(sys.argv[1], sys.argv[2:], os.getcwd(), dict(os.environ), [0, 1, 2]))
