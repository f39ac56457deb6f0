# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The notification policy of an account for jobs that Cloudflare disables: finding it, and the change that it needs.
Pure: no I/O.

An account can have several policies of this type, each with recipients of three kinds. Two policies can have the same name.
"""

from __future__ import annotations

import re
import typing as t

from .._core.errors import CollectionError, OptionError
from .._core.json_types import JsonObject
from .._core.outcome import NO_CHANGE, Plan
from .._core.text import one_line

ALERT_TYPE = "failing_logpush_job_disabled_alert"
DEFAULT_NAME = "Logpush job disabled"
# Option of the module -> kind of recipients in the API.
KINDS = {"emails": "email", "pagerduty": "pagerduty", "webhooks": "webhooks"}
# Set by the API. Everything else is sent back, because a PUT replaces the whole policy.
_READ_ONLY = ("id", "created", "modified")


class Recipient(t.NamedTuple):
    """A recipient: its ID in the API ("" for a webhook that does not exist yet), and how it is shown."""

    id: str
    shown: t.Any


class WantedPolicy(t.NamedTuple):
    """The policy that the user requests. ``recipients`` has an entry for each option that is given."""

    name: str | None
    enabled: bool
    recipients: t.Mapping[str, t.Sequence[Recipient]]


def checked_emails(emails: t.Iterable[t.Any]) -> list[Recipient]:
    """Return the recipients of emails, each address once. Raises OptionError."""
    found: dict[str, Recipient] = {}
    for address in (str(entry).strip() for entry in emails):
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
            raise OptionError("emails", f"{one_line(address)} is not an email address")
        found.setdefault(address.lower(), Recipient(address, address))
    return list(found.values())


def pagerduty_recipients(wanted: t.Iterable[t.Any], services: t.Sequence[JsonObject]) -> list[Recipient]:
    """Return the PagerDuty services with these names or IDs. Raises OptionError for one that the account is not connected
    to."""
    found: dict[str, Recipient] = {}
    for entry in (str(entry) for entry in wanted):
        matching = [one for one in services if entry == one["id"]] or [
            one for one in services if entry == one.get("name")
        ]
        if len(matching) != 1:
            raise OptionError("pagerduty", _no_service(entry, matching, services))
        [service] = matching
        found[service["id"]] = Recipient(service["id"], {"id": service["id"], "name": service.get("name") or ""})
    return list(found.values())


def _no_service(entry: str, matching: t.Sequence[JsonObject], services: t.Sequence[JsonObject]) -> str:
    if matching:
        ids = ", ".join(service["id"] for service in matching)
        return f"{one_line(entry)} is the name of {len(matching)} connected services; set the ID of one of them: {ids}"
    connected = ", ".join(one_line(str(service.get("name") or service["id"])) for service in services)
    return (
        f"the account is not connected to a PagerDuty service with the name or ID {one_line(entry)}; "
        f"{f'it is connected to {connected}' if connected else 'it is connected to none'}. Correct it, or connect the service "
        "in the dashboard under Notifications, Destinations"
    )


def policies_for_jobs(policies: t.Iterable[JsonObject]) -> list[JsonObject]:
    """Return the policies of an account that notify about disabled jobs."""
    return [policy for policy in policies if policy.get("alert_type") == ALERT_TYPE]


def is_alerted(policies: t.Iterable[JsonObject]) -> bool:
    """Return whether one of the policies of an account notifies about disabled jobs."""
    return any(policy.get("enabled") for policy in policies_for_jobs(policies))


def find_policy(policies: t.Sequence[JsonObject], name: str | None, *, adopt: bool) -> JsonObject | None:
    """Return the policy for disabled jobs that the user requests, None if there is none.

    With a name, only the name counts. Without one, it is the policy with the default name. If there is none and ``adopt`` is
    true, it is the only policy of this type: somebody created it in the dashboard. Raises CollectionError if there are
    several.
    """
    ours = policies_for_jobs(policies)
    named = [policy for policy in ours if policy.get("name") == (name or DEFAULT_NAME)]
    if len(named) > 1:
        ids = ", ".join(policy["id"] for policy in named)
        raise CollectionError(
            f"name: the account has {len(named)} policies for disabled Logpush jobs with the name {name or DEFAULT_NAME}: {ids}. "
            "Rename or delete all but one of them in the dashboard under Notifications."
        )
    if named or name or not adopt:
        return named[0] if named else None
    if len(ours) > 1:
        raise CollectionError(
            f"name: the account has {len(ours)} policies for disabled Logpush jobs: {_listed(ours)}. Set name to that of the "
            f"policy to manage, or to a new name to create another one."
        )
    return ours[0] if ours else None


def others_text(policies: t.Sequence[JsonObject]) -> str:
    """Return a warning about the policies for disabled jobs that exist beside a new one; "" if there are none."""
    ours = policies_for_jobs(policies)
    if not ours:
        return ""
    return (
        f"The account already has a policy for disabled Logpush jobs with another name ({_listed(ours)}). Each policy sends its own "
        "notification. To manage the existing one, set name to its name."
    )


def _listed(policies: t.Iterable[JsonObject]) -> str:
    return ", ".join(one_line(str(policy.get("name") or policy["id"])) for policy in policies)


def plan_present(wanted: WantedPolicy, observed: JsonObject | None, shown: t.Mapping[str, t.Any]) -> Plan:
    """Return the plan that brings a policy to the wanted state; ``observed`` is None if there is no policy.

    Kinds of recipients that are not requested keep theirs. ``shown`` is how recipients are shown, by their IDs. Raises
    OptionError if the policy would have no recipient, and CollectionError if the API hides its recipients: an update replaces
    all of them.
    """
    if observed is not None and observed.get("mechanisms") is None and not set(KINDS) <= set(wanted.recipients):
        raise CollectionError(
            f"The API does not show the recipients of policy {one_line(str(observed.get('name') or observed['id']))}, and an update "
            f"would remove those that it does not name. Nothing was changed. Set all of {', '.join(KINDS)} to replace its "
            "recipients, or change the policy in the dashboard under Notifications."
        )
    current = _recipients_of(observed or {}, shown)
    recipients = {**current, **{KINDS[option]: list(each) for option, each in wanted.recipients.items()}}
    if not any(recipients.values()):
        raise OptionError(", ".join(KINDS), "at least one recipient is required")
    target = _shown(wanted.name or (observed or {}).get("name") or DEFAULT_NAME, wanted.enabled, recipients)
    mechanisms = {kind: [{"id": one.id} for one in each] for kind, each in recipients.items()}
    body = {
        **{key: value for key, value in (observed or {}).items() if key not in _READ_ONLY and value is not None},
        "name": target["name"],
        "alert_type": ALERT_TYPE,
        "enabled": wanted.enabled,
        "mechanisms": mechanisms,
    }
    if observed is None:
        return Plan("created", body, target, {}, target)
    before = _shown(observed.get("name") or "", bool(observed.get("enabled")), current)
    changed = [key for key in target if not _is_same(key, before.get(key), target[key], current, recipients)]
    target = {"id": observed["id"], **target}
    if not changed:
        return Plan("unchanged", {}, target, {}, {})
    return Plan(
        "updated",
        body,
        target,
        {key: before[key] for key in changed if key in before},
        {key: target[key] for key in changed},
    )


def plan_absent(observed: JsonObject | None, shown: t.Mapping[str, t.Any]) -> Plan:
    """Return the plan that deletes a policy, if there is one."""
    if observed is None:
        return NO_CHANGE
    target = _shown(observed.get("name") or "", bool(observed.get("enabled")), _recipients_of(observed, shown))
    return Plan("deleted", {}, {"id": observed["id"], **target}, target, {})


def used_webhooks(policy: JsonObject | None) -> set[str]:
    """Return the IDs of the webhooks that a policy sends to."""
    return {one["id"] for one in ((policy or {}).get("mechanisms") or {}).get(KINDS["webhooks"]) or []}


def _recipients_of(policy: JsonObject, shown: t.Mapping[str, t.Any]) -> dict[str, list[Recipient]]:
    mechanisms = policy.get("mechanisms") or {}
    return {
        kind: [Recipient(one["id"], _shown_recipient(kind, one["id"], shown)) for one in each or []]
        for kind, each in mechanisms.items()
    }


def _shown_recipient(kind: str, recipient: str, shown: t.Mapping[str, t.Any]) -> t.Any:
    return recipient if kind == KINDS["emails"] else shown.get(recipient, {"id": recipient})


def _shown(name: str, enabled: bool, recipients: t.Mapping[str, t.Sequence[Recipient]]) -> dict[str, t.Any]:
    """Return a policy as a result shows it. Kinds that the module does not manage are shown under their names in the API."""
    options = {kind: option for option, kind in KINDS.items()}
    return {
        "name": name,
        "enabled": enabled,
        **{option: [] for option in KINDS},
        **{options.get(kind, kind): [one.shown for one in each] for kind, each in recipients.items()},
    }


def _is_same(
    key: str,
    before: t.Any,
    after: t.Any,
    current: t.Mapping[str, t.Sequence[Recipient]],
    recipients: t.Mapping[str, t.Sequence[Recipient]],
) -> bool:
    """Return whether a value stays the same. Recipients are compared as sets of IDs."""
    kind = KINDS.get(key)
    if kind is None:
        return bool(before == after)
    ids = [{one.id.lower() for one in side.get(kind) or []} for side in (current, recipients)]
    return ids[0] == ids[1] and "" not in ids[1]
