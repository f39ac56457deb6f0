# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulator of Cloudflare's Logpush API and of Splunk's HTTP Event Collector (HEC), in one program.

Started without arguments (``PYTHONPATH=tests python -m simulator``) it has the account, the five zones, the API token and
the HEC token of ``state.DEFAULT_CONFIG``. README.md in this folder describes the rest.
"""
