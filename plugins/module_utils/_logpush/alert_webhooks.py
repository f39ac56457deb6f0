# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The webhooks that receive notifications: finding the existing one of a URL, and the change that it needs. Pure: no I/O.

The path and the query of a URL can be a credential (Slack, Discord), so only its host is shown. The API returns no secret, so it
cannot be compared. A PUT replaces a webhook as a whole, and the vendor does not say what happens to a secret that it does not
contain, so a webhook is never changed without its secret.
"""

from __future__ import annotations

import re
import typing as t
from urllib.parse import SplitResult, urlsplit

from .._core.errors import OptionError
from .._core.json_types import JsonObject
from .._core.outcome import Plan
from .._core.text import one_line

_PORTS = {"http": 80, "https": 443}
# Shorter parts of a URL are words, and occur in other texts.
_SHORTEST_SECRET_PART = 8


class Webhook(t.NamedTuple):
    """A webhook that the user requests."""

    url: str
    name: str | None = None
    secret: str | None = None

    @property
    def place(self) -> str:
        """The host of the URL, and its port if that is not the usual one."""
        return place_of(self.url)

    @property
    def body(self) -> JsonObject:
        """The webhook to send, if it has no name yet."""
        body = {"name": self.name or self.place, "url": self.url, "secret": self.secret}
        return {key: value for key, value in body.items() if value}


def checked_webhooks(entries: t.Iterable[t.Mapping[str, t.Any]]) -> list[Webhook]:
    """Return the webhooks of an option, each checked. Raises OptionError."""
    webhooks: list[Webhook] = []
    for number, entry in enumerate(entries):
        option = f"webhooks[{number}]"
        webhook = Webhook(str(entry["url"]).strip(), entry.get("name"), entry.get("secret"))
        _check_url(f"{option}.url", webhook.url)
        if webhook.secret and not re.fullmatch(r"[\x21-\x7e]+", webhook.secret):
            raise OptionError(
                f"{option}.secret", "must be one word of printable ASCII characters, because it is sent as a header"
            )
        if any(is_same_url(webhook.url, other.url) for other in webhooks):
            raise OptionError(f"{option}.url", "is the URL of another webhook in the list")
        webhooks.append(webhook)
    return webhooks


def _check_url(option: str, url: str) -> None:
    parts = _parts(url)
    if parts is None or parts.scheme not in _PORTS or not parts.hostname or re.search(r"\s", url):
        raise OptionError(option, "must be a whole URL, https://host/path")
    if "@" in parts.netloc:
        raise OptionError(option, "must not contain a user; Cloudflare authenticates with the secret of the webhook")


def place_of(url: t.Any) -> str:
    """Return the host of a URL for people, and its port if that is not the usual one; "" if the text is not a URL."""
    parts = _parts(url)
    if parts is None or not parts.hostname:
        return ""
    port = _port(parts)
    return one_line(parts.hostname if port == _PORTS.get(parts.scheme) else f"{parts.hostname}:{port}")


def secret_parts(url: t.Any) -> list[str]:
    """Return the parts of a URL that may be a credential: the whole of it, and its path and query."""
    parts = _parts(url)
    if parts is None:
        return []
    found = [parts.path.strip("/"), parts.query, *parts.path.split("/"), f"{parts.path}?{parts.query}"]
    return [text for text in dict.fromkeys(found) if len(text) >= _SHORTEST_SECRET_PART]


def is_same_url(one: t.Any, other: t.Any) -> bool:
    """Return whether two URLs are the same, in any spelling of the scheme, the host and the port."""
    first, second = _parts(one), _parts(other)
    return first is not None and second is not None and _comparable(first) == _comparable(second)


def existing_webhook(wanted: Webhook, webhooks: t.Sequence[JsonObject], used: t.Container[str]) -> JsonObject | None:
    """Return the webhook of the account with the URL of the wanted one: one of those with the IDs in ``used`` if possible,
    otherwise the first; None if there is none."""
    same = [webhook for webhook in webhooks if is_same_url(webhook.get("url"), wanted.url)]
    return next((webhook for webhook in same if webhook["id"] in used), same[0] if same else None)


def plan_webhook(wanted: Webhook, observed: JsonObject | None, *, update_secret: bool) -> Plan:
    """Return the plan that creates or changes a webhook. ``update_secret`` is true if the secret of an existing webhook is to
    be sent again."""
    if observed is None:
        after = {"name": wanted.body["name"], "host": wanted.place, **({"secret": "set"} if wanted.secret else {})}
        return Plan("created", wanted.body, dict(after), {}, after)
    before, after = {}, {}
    if wanted.secret and _has_other_name(wanted, observed):
        before["name"], after["name"] = observed.get("name"), wanted.name
    if update_secret and wanted.secret:
        before["secret"], after["secret"] = "unknown", "set"
    target = {"name": after.get("name", observed.get("name") or ""), "host": wanted.place}
    if not after:
        return Plan("unchanged", {}, target, {}, {})
    body = {"name": target["name"] or wanted.place, "url": wanted.url, "secret": wanted.secret}
    return Plan("updated", body, target, before, after)


def kept_name_text(wanted: Webhook, observed: JsonObject | None) -> str:
    """Return a warning about a webhook that keeps a name that differs from the wanted one; "" if there is none."""
    if observed is None or wanted.secret or not _has_other_name(wanted, observed):
        return ""
    return (
        f"The webhook at {wanted.place} keeps its name {one_line(str(observed.get('name')))}: it is changed as a whole, and its secret is "
        f"not known. Set its secret to give it the name {one_line(wanted.name or '')}."
    )


def unencrypted_text(wanted: Webhook) -> str:
    """Return a warning about a webhook without encryption; "" for any other."""
    if not wanted.url.lower().startswith("http:"):
        return ""
    return (
        f"The webhook at {wanted.place} has a URL without encryption. A notification contains the destination of the job, which can "
        "have the HEC token in it. Use https."
    )


def _has_other_name(wanted: Webhook, observed: JsonObject) -> bool:
    return bool(wanted.name) and wanted.name != observed.get("name")


def _parts(url: t.Any) -> SplitResult | None:
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        # A port that is not a number raises ValueError only when it is read.
        return parts if parts is not None and (parts.port is None or parts.port > 0) else None
    except ValueError:
        return None


def _port(parts: SplitResult) -> int | None:
    return parts.port or _PORTS.get(parts.scheme)


def _comparable(parts: SplitResult) -> tuple[t.Any, ...]:
    return parts.scheme, parts.hostname, _port(parts), parts.path or "/", parts.query
