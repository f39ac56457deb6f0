# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This module util is PRIVATE to the collection: it may change in any release.

"""A module whose options describe jobs."""

from __future__ import annotations

from ansible_collections.edgeops.logpush.plugins.module_utils._job_options import with_option_names
from ansible_collections.edgeops.logpush.plugins.module_utils._module import DiscreetModule


class JobModule(DiscreetModule):
    """A module with the options of a job, which takes them under the names of the API, too."""

    def _load_params(self) -> None:
        super()._load_params()
        self.params = with_option_names(self.params)
