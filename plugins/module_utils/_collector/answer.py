# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What a look at a collector found: how a request was answered, and a finding for the user. Pure: no I/O."""

from __future__ import annotations

import typing as t


class Answer(t.NamedTuple):
    """How a request was answered. ``status`` is 0 where no answer came, and ``text`` says why; ``code`` is None where
    the answer is not one of a HEC."""

    status: int
    code: int | None = None
    text: str = ""
    html: bool = False
    location: str = ""
    has_ack_id: bool = False
    """Whether it carries the number under which the sender could ask for an acknowledgement."""
    has_acks: bool = False
    """Whether it tells of acknowledgements."""

    @property
    def is_hec(self) -> bool:
        """Whether a HEC has answered, and has something at this path."""
        return self.has_acks or (self.code is not None and self.code != 404 and self.status not in (404, 405))

    @property
    def is_success(self) -> bool:
        """Whether it is a success without a code: something else than Splunk takes events here."""
        return self.status == 200 and self.code is None and not self.html

    def said(self) -> str:
        """The answer in words."""
        if not self.status:
            return self.text
        if self.code is not None:
            return f"The collector answers HTTP {self.status}, code {self.code}: {self.text.rstrip('.') or 'no text'}."
        if self.location:
            return f"The answer is HTTP {self.status}, a redirect to {self.location}."
        kind = "a web page" if self.html else "a body that is not that of a HEC"
        return f"The answer is HTTP {self.status} with {kind}."
