# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of the campaign without a run: changes of the inventory and in the dashboard."""

from __future__ import annotations

import typing as t

from ansible_collections.edgeops.logpush.tests.unit.campaign import inputs
from ansible_collections.edgeops.logpush.tests.unit.campaign.inputs import PLACES, SLOTS, ZONES
from ansible_collections.edgeops.logpush.tests.unit.campaign.rotation_steps import OTHER_TOKEN, RotationSteps
from ansible_collections.edgeops.logpush.tests.unit.campaign.wish import Wish
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

Job = t.Dict[str, t.Any]
Jobs = t.Dict[int, Job]


class InventorySteps(RotationSteps):
    """Changes the inventory, and jobs in the dashboard."""

    inventory: dict[str, dict[str, Wish]]
    is_troubled: bool
    may_be_double: bool
    is_misled: bool
    named: int

    # Changes of the inventory

    @initialize(slots=st.sets(st.tuples(inputs.zones, inputs.slots), min_size=2))
    def begin_with(self, slots: set[tuple[str, str]]) -> None:
        """Request some jobs at the start."""
        for zone, slot in sorted(slots):
            self.inventory[zone][slot] = Wish(*SLOTS[slot], {})

    @rule(zone=inputs.zones, slot=inputs.slots, options=inputs.job_options, web=inputs.web_options)
    def ask_for_a_job(self, zone: str, slot: str, options: dict[str, t.Any], web: dict[str, t.Any]) -> None:
        """Request a job, or change the request."""
        options = dict(options)
        if slot in ("web", "api"):
            output = {**options.get("output_options", {}), **{key: web[key] for key in ("field_names",) if key in web}}
            options.update(
                {key: web[key] for key in ("filter",) if key in web}, **({"output_options": output} if output else {})
            )
        wish = self.inventory[zone].setdefault(slot, Wish(*SLOTS[slot], {}))
        kept = {key: wish.options[key] for key in ("kind", "recreate") if key in wish.options}
        wish.options, wish.present = {**options, **kept}, True

    @rule(zone=inputs.zones, slot=inputs.slots)
    def want_a_job_no_more(self, zone: str, slot: str) -> None:
        """Request that a job is absent."""
        wish = self.inventory[zone].setdefault(slot, Wish(*SLOTS[slot], {}))
        wish.present, wish.job_id = False, None

    @rule(zone=inputs.zones, slot=inputs.slots)
    def forget_a_job(self, zone: str, slot: str) -> None:
        """Remove a job from the inventory: the job stays until a run prunes it."""
        self.inventory[zone].pop(slot, None)

    @rule(zone=inputs.zones, slot=inputs.slots, rename=st.booleans())
    def name_a_job_by_its_id(self, zone: str, slot: str, rename: bool) -> None:
        """Select a job by its ID from now on, with or without another name."""
        wish, jobs = self.inventory[zone].get(slot), self.jobs(zone)
        if wish is None or not wish.present or len(found := self.meant(zone, wish, jobs)) != 1:
            return
        wish.job_id = found[0]
        if rename and wish.name and not self.is_troubled:
            self.named += 1
            wish.name = f"{slot}-{self.named}"

    @rule(zone=inputs.zones, slot=inputs.slots)
    def name_a_job_by_its_name(self, zone: str, slot: str) -> None:
        """Remove the ID again, once the job has its requested state."""
        if slot in self.inventory[zone] and not self.is_troubled:
            self.inventory[zone][slot].job_id = None

    @rule(zone=inputs.zones, slot=st.sampled_from(["web", "api"]), kind=st.sampled_from(["", "edge"]))
    def change_the_kind(self, zone: str, slot: str, kind: str) -> None:
        """Request another kind, which requires a new job."""
        wish = self.inventory[zone].get(slot)
        if wish and not self.is_troubled:
            wish.options.update(kind=kind, recreate=True)

    @rule(zone=inputs.zones)
    def change_the_dataset(self, zone: str) -> None:
        """Request another dataset for a job, which requires a new job."""
        wish, jobs = self.inventory[zone].get("firewall"), self.jobs(zone)
        if wish is None or not wish.present or self.is_troubled or len(found := self.meant(zone, wish, jobs)) != 1:
            return
        other = "nel_reports" if wish.dataset == "firewall_events" else "firewall_events"
        if not any(job["dataset"] == other for job in jobs.values()):
            wish.dataset, wish.job_id = other, found[0]
            wish.options["recreate"] = True

    # Changes in the dashboard

    @rule(
        zone=inputs.zones,
        slot=inputs.slots,
        form=inputs.adopted_forms,
        whose=st.sampled_from(["new", "old", "others"]),
        scheme=st.sampled_from(["splunk", "splunk", "https"]),
    )
    def make_a_job_that_is_wanted(self, zone: str, slot: str, form: dict[str, t.Any], whose: str, scheme: str) -> None:
        """Create a job by hand that the inventory also requests, or will request."""
        token = {"new": self.token, "old": self.other_token, "others": OTHER_TOKEN}[whose]
        wish = self.inventory[zone].get(slot) or Wish(*SLOTS[slot], {})
        if not self.meant(zone, wish, self.jobs(zone)) and not self.is_troubled:
            conf = self.conf(token, channel="" if token == OTHER_TOKEN else "11111111-2222-4333-8444-555555555555")
            conf = conf.replace("splunk", scheme, 1)
            job = {"enabled": True, "name": wish.name or "by-hand", "dataset": wish.dataset, "destination_conf": conf}
            self.simulator.add_job(zone_id=zone, **{**job, **form})

    @rule(
        zone=inputs.places,
        what=inputs.strangers,
        dataset=inputs.stranger_datasets,
        called=inputs.stranger_names,
        more=inputs.adopted_forms,
    )
    def make_a_job_of_others(self, zone: str, what: str, dataset: str, called: str, more: dict[str, t.Any]) -> None:
        """Create a job that the inventory does not request."""
        if self.is_troubled and what.startswith("here"):
            return
        self.named += 1
        conf = self.foreign_conf(what)
        name = f"others-{self.named}"
        if called == "zone" and dataset != "http_requests":
            name = PLACES[zone]
        elif called == "slot" and (dataset != "http_requests" or what in ("bucket", "webhook")):
            name = "web"
        job = {"enabled": True, **more, "dataset": dataset, "name": name, "destination_conf": conf}
        self.simulator.add_job(zone_id=zone, **job)

    @rule(zone=inputs.zones, pick=inputs.choices, edit=inputs.dashboard_edits)
    def edit_a_job(self, zone: str, pick: int, edit: dict[str, t.Any]) -> None:
        """Change a job."""
        if not self.is_misled and (job_id := self.picked(zone, pick)) is not None:
            self.simulator.change_job(job_id, **edit)

    @rule(zone=inputs.zones, pick=inputs.choices)
    def delete_a_job(self, zone: str, pick: int) -> None:
        """Deletes a job."""
        if (job_id := self.picked(zone, pick)) is not None:
            self.delete(job_id)

    @rule(zone=inputs.zones, pick=inputs.choices)
    def fail_for_a_day(self, zone: str, pick: int) -> None:
        """Let Cloudflare disable a job that has failed for too long."""
        if not self.is_misled and (job_id := self.picked(zone, pick)) is not None:
            self.simulator.change_job(
                job_id, enabled=False, last_error="2026-01-01T00:00:00Z", error_message="no route"
            )

    # Existing jobs

    @property
    def placed_wishes(self) -> list[tuple[str, Wish]]:
        """All requests of the inventory, with the zones."""
        return [(zone, wish) for zone, wishes in self.inventory.items() for wish in wishes.values()]

    @property
    def wishes(self) -> list[Wish]:
        """All requests of the inventory."""
        return [wish for dummy, wish in self.placed_wishes]

    def meant(self, zone: str, wish: Wish, jobs: Jobs) -> list[int]:
        """Return the IDs of the jobs of a zone that a request refers to."""
        claimed = {
            other.job_id for place, other in self.placed_wishes if place == zone and other is not wish and other.job_id
        }
        free = {job_id: job for job_id, job in jobs.items() if job_id not in claimed}
        return wish.meant(zone, ZONES[zone], free, self.here)

    def stored(self, zone: str, wish: Wish, jobs: Jobs) -> list[Job]:
        """Return the jobs of a zone that a request refers to."""
        return [jobs[job_id] for job_id in self.meant(zone, wish, jobs)]

    def picked(self, zone: str, pick: int) -> int | None:
        """Return one of the jobs of a zone to change in the dashboard, except those that may exist twice."""
        jobs = sorted(self.jobs(zone))
        return None if self.may_be_double or not jobs else jobs[pick % len(jobs)]
