# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens on several nodes behind a load balancer: generated runs that configure and rotate them, with faults, hostile answers and
kills at any node. The rule that must always hold: no token that a job uses is disabled, deleted or replaced on any node.

A short campaign, the same in every run, is part of the tests. A long one with different sequences:

    python -m pytest -s tests/unit/campaign/test_node_campaign.py --hypothesis-profile deep
"""

from __future__ import annotations

import collections
import functools
import json
import os
import sys
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.run import execute
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.token_rotation import rotate_token
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.nodes import manage_nodes
from ansible_collections.edgeops.logpush.tests.secret_spellings import spellings
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.campaign import expectations, lies
from ansible_collections.edgeops.logpush.tests.unit.campaign.lies import Lie
from ansible_collections.edgeops.logpush.tests.unit.campaign.sequences import Size, run_sequences
from ansible_collections.edgeops.logpush.tests.unit.campaign.stored_jobs import StoredJobs
from ansible_collections.edgeops.logpush.tests.unit.campaign.wire import Kill, Killed, Wire
from ansible_collections.edgeops.logpush.tests.unit.conftest import NEVER_INHERITED
from ansible_collections.edgeops.logpush.tests.unit.contexts import context
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

ZONES = {f"{number:032x}": f"zone{number}.example.com" for number in (1, 2)}
VALUE = "0a1b2c3d-{:04d}-4a6b-8c7d-9e0f1a2b3c4d"
OTHERS, SPARE = VALUE.format(9001), VALUE.format(9002)
# The options of splunk_hec_nodes that this campaign does not vary.
PROVISIONING: dict[str, t.Any] = {
    **dict.fromkeys(("port", "enable_ssl", "server_cert", "ssl_password", "index", "indexes", "sourcetype", "source")),
    **dict.fromkeys(("host", "description", "like", "token", "token_env", "sourcetypes")),
    "manage_settings": False,
    "create_index": False,
    "recreate": False,
    "app": "splunk_httpinput",
    "concurrency": 3,
}


class Trouble(t.NamedTuple):
    """The trouble of one run: faults, a hostile answer of a node (C(node)), a kill."""

    faults: list[dict[str, t.Any]]
    lie: Lie | None
    kill: Kill | None
    node: int


_faults = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(("reset", "html", "status", "empty", "truncated", "not_json")),
        "side": st.just("splunk"),
        "path": st.sampled_from(["data/inputs", "data/inputs", "/search/", "server/info"]),
        "method": st.sampled_from([None, "GET", "POST", "DELETE"]),
        "moment": st.sampled_from(["before", "after"]),
        "skip": st.integers(0, 6),
        "times": st.sampled_from([1, 2, None]),
        "node": st.integers(1, 3),
    }
)
_lies = st.one_of(
    *(
        st.builds(Lie, st.just(about), st.sampled_from(kinds), st.booleans(), st.booleans())
        for about, kinds in (("tokens", lies.TOKENS), ("token writes", lies.TOKENS), ("searches", lies.SEARCHES))
    )
)
_kills = st.builds(Kill, st.integers(1, 60), st.booleans())
troubles = st.one_of(
    st.builds(Trouble, st.lists(_faults, min_size=1, max_size=2), st.none(), st.one_of(st.none(), _kills), st.just(0)),
    st.builds(Trouble, st.just([]), _lies, st.one_of(st.none(), st.none(), _kills), st.integers(1, 3)),
    st.builds(Trouble, st.just([]), st.none(), _kills, st.just(0)),
)
nodes = st.integers(1, 3)


class NodeCampaign(StoredJobs, RuleBasedStateMachine):
    """The actions of a user and of administrators of single nodes."""

    counted: t.ClassVar[collections.Counter[str]] = collections.Counter()

    def __init__(self, wire: Wire, simulator: Simulator) -> None:
        super().__init__()
        self.wire, self.simulator = wire, simulator
        self.values = {f"token-{number}": VALUE.format(number) for number in (1, 2)}
        self.names = ["token-1", "token-2"]
        tokens = [{"name": name, "token": value} for name, value in {**self.values, "others": OTHERS}.items()]
        zones = [{"id": zone, "name": name} for zone, name in ZONES.items()]
        simulator.reset(zones=zones, nodes=[{"hec_tokens": tokens}] * 3, settings={"hec_metrics_seconds": 60.0})
        for zone in ZONES:
            simulator.add_job(
                zone_id=zone,
                enabled=True,
                dataset="http_requests",
                name="web",
                destination_conf=self.conf(VALUE.format(1)),
            )
        self.counted["sequences"] += 1

    # Runs

    @rule(troubles=st.lists(troubles, max_size=3), settle=st.sampled_from([0, 60]), made=st.booleans())
    def rotate(self, troubles: list[Trouble], settle: int, made: bool) -> None:
        """Rotate the token, with trouble first and without it at the end. With C(made), another user creates a job with the old token
        in between."""
        for trouble in troubles:
            self.rotation(settle, trouble)
            if made and self.states(self.names[0]) == ["enabled"] * 3:
                conf, zone = self.conf(self.values[self.names[0]]), min(ZONES)
                self.simulator.add_job(
                    zone_id=zone, enabled=True, dataset="dns_logs", name="late", destination_conf=conf
                )
                made = False
        for dummy in range(3):
            result = self.rotation(settle, None)
            if not result["failed"]:
                break
        assert not result["failed"] and self.states(self.names[0]) == [None] * 3, result
        self.counted["rotations"] += 1
        self.begin_the_next_rotation()

    @rule(trouble=st.one_of(st.none(), troubles), recreate=st.booleans(), given=st.booleans())
    def configure_the_spare_token(self, trouble: Trouble | None, recreate: bool, given: bool) -> None:
        """Create a token that no job uses on all nodes, or change it there."""
        before = self.on_nodes("spare")
        options = {"name": "spare", "recreate": recreate, "token": SPARE if given else None}
        result = self.run(manage_nodes, self.provisioning(options), trouble, changeable={"spare"})
        after = self.on_nodes("spare")
        if not recreate:
            assert all(now == was for now, was in zip(after, before) if was), (before, after, result)
        known = {value for value in before if value}
        if len(known) <= 1 and not given:
            assert {value for value in after if value} <= known or not known, (before, after, result)
        if result and not result["failed"]:
            assert len(set(after)) == 1 and after[0], (after, result)

    @rule(node=nodes, state=st.sampled_from(["absent", "another value", "disabled"]))
    def change_the_spare_token(self, node: int, state: str) -> None:
        """Change the token of one node, as its administrator does."""
        tokens = [token for token in self.tokens_of(node) if token["name"] != "spare"]
        if state != "absent":
            value = VALUE.format(9100 + node) if state == "another value" else SPARE
            tokens.append({"name": "spare", "token": value, "disabled": state == "disabled"})
        self.simulator.change_node(node, hec_tokens=tokens)

    @rule(trouble=troubles)
    def configure_the_token_in_use(self, trouble: Trouble) -> None:
        """Configure the nodes again, which changes nothing about the token that the jobs use."""
        self.run(manage_nodes, self.provisioning({"name": self.names[0], "recreate": True}), trouble, changeable=set())

    # Rules that must hold

    def run(
        self,
        what: t.Callable[..., t.Any],
        options: dict[str, t.Any],
        trouble: Trouble | None,
        changeable: t.Collection[str],
    ) -> dict[str, t.Any]:
        """Run an operation, and check its effects. Return its result, empty if it was killed."""
        self.counted["runs"] += 1
        before = [self.tokens_of(node) for node in (1, 2, 3)]
        if trouble:
            told = trouble.lie.faults(ZONES, self.jobs(), self.tokens_of(trouble.node)) if trouble.lie else []
            self.simulator.set_faults(*trouble.faults, *({**fault, "node": trouble.node} for fault in told))
            self.counted["lies"] += trouble.lie is not None
        self.simulator.wipe_requests()
        result: dict[str, t.Any] = {}
        try:
            with self.wire.run(trouble.kill if trouble else None, impatient=False):
                outcome = execute(what, options, context(diff=True))
                result = {**outcome.result, "failed": outcome.failed}
        except Killed:
            self.counted["kills"] += 1
        self.counted["faults"] += sum(bool(request["fault"]) for request in self.simulator.requests())
        self.simulator.set_faults()
        shown = json.dumps({key: value for key, value in result.items() if key != "hec_token"})
        for secret in (*self.values.values(), OTHERS, SPARE, self.simulator.splunk_password):
            assert not any(spelling in shown for spelling in spellings(secret)), result
        assert "This is a bug" not in shown, result
        used = {name for name, value in self.values.items() if self.users(value)}
        for number, tokens in enumerate(before):
            after = {token["name"]: token for token in self.tokens_of(number + 1)}
            for token in tokens:
                if token["name"] not in changeable or token["name"] in used:
                    now = after.get(token["name"])
                    assert now and (now["token"], now["disabled"]) == (token["token"], token["disabled"]), (
                        token,
                        result,
                    )
        return result

    def rotation(self, settle: int, trouble: Trouble | None) -> dict[str, t.Any]:
        """Run a rotation while jobs push every minute."""
        old, new = self.names
        before = self.states(old)
        self.simulator.change_settings(clock_offset=self.wire.slept)
        self.simulator.push()

        def pass_a_minute(slept: float) -> None:
            self.simulator.change_settings(clock_offset=slept)
            self.simulator.push()

        self.wire.meanwhile = pass_a_minute
        options = {
            "api_url": self.simulator.api_url,
            "api_token": self.simulator.api_token,
            "validate_certs": True,
            "timeout": 5,
            "retries": 1,
            "concurrency": 1,
            "zones": [{"zone_id": zone} for zone in ZONES],
            "old_name": old,
            "new_name": new,
            "splunk": self.connection,
            "nodes": self.nodes,
            "endpoint": self.simulator.hec_endpoint,
            "waves": ["1", "100%"],
            "verify_timeout": 120,
            "verify_interval": 30,
            "settle": settle,
            "grace": settle,
            "delete": True,
            "unused": False,
            "complete": False,
        }
        try:
            result = self.run(rotate_token, options, trouble, changeable={old})
        finally:
            self.wire.meanwhile = None
        assert self.refused_jobs() == set(), result
        states = self.states(old)
        only_reads = trouble and not trouble.kill and trouble.lie and trouble.lie.about != "token writes"
        # A run that was killed may have left the nodes in different states.
        if only_reads and "enabled" in states and len(set(before)) == 1:
            assert set(states) == {"enabled"}, (states, result)
        if result and not result["failed"]:
            assert states == [None] * 3 and self.on_nodes(new) == [self.values[new]] * 3, (states, result)
        return result

    def begin_the_next_rotation(self) -> None:
        """Let all nodes have the token to which the next rotation moves the jobs."""
        name = f"token-{len(self.values) + 1}"
        self.values[name] = VALUE.format(len(self.values) + 1)
        self.names = [self.names[1], name]
        options = {"name": name, "like": self.names[0], "token": self.values[name]}
        result = self.run(manage_nodes, self.provisioning(options), None, changeable={name})
        assert not result["failed"] and self.on_nodes(name) == [self.values[name]] * 3, result

    # The nodes

    @property
    def connection(self) -> dict[str, t.Any]:
        """The options of a connection to a node, except its URL."""
        return {
            "username": self.simulator.splunk_username,
            "password": self.simulator.splunk_password,
            "ca_path": self.simulator.ca_file,
            "validate_certs": True,
            "platform": "enterprise",
            "auth_token": None,
            "timeout": 5,
            "retries": 1,
        }

    @property
    def nodes(self) -> list[dict[str, str]]:
        """The nodes, in the form of options."""
        return [{"url": node["management_url"]} for node in self.simulator.nodes]

    def provisioning(self, options: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return the options of splunk_hec_nodes."""
        return {**PROVISIONING, **self.connection, "nodes": self.nodes, **options}

    def tokens_of(self, node: int) -> list[dict[str, t.Any]]:
        """Return the tokens of a node."""
        return list(self.simulator.state()["nodes"][node - 1]["hec_tokens"])

    def on_nodes(self, name: str) -> list[str | None]:
        """Return the value of a token on each node, None where it does not exist."""
        found = ({token["name"]: token["token"] for token in self.tokens_of(node)} for node in (1, 2, 3))
        return [tokens.get(name) for tokens in found]

    def states(self, name: str) -> list[str | None]:
        """Return the state of a token on each node, None where it does not exist."""
        found = ({token["name"]: token["disabled"] for token in self.tokens_of(node)} for node in (1, 2, 3))
        return [("disabled" if tokens[name] else "enabled") if name in tokens else None for tokens in found]

    def users(self, value: str) -> list[int]:
        """Return the jobs that use a token."""
        return [job_id for job_id, job in self.jobs().items() if expectations.carries(job, value)]


@pytest.fixture(scope="module")
def wire_and_nodes() -> t.Iterator[tuple[Wire, Simulator]]:
    """Return a simulator with three nodes, and the way to it."""
    python = os.environ.get("SIMULATOR_PYTHON", sys.executable)
    running = Simulator(push_interval=0, python=python, options=["--topology", "nodes"])
    with running as simulator, pytest.MonkeyPatch.context() as patch:
        for name in filter(NEVER_INHERITED.match, list(os.environ)):
            patch.delenv(name)
        patch.setenv("no_proxy", "127.0.0.1,localhost")
        urls = (simulator.api_url, *(node["management_url"] for node in simulator.nodes))
        yield Wire(urls, patch), simulator


def test_campaign_on_nodes(wire_and_nodes: tuple[Wire, Simulator]) -> None:
    campaign = functools.partial(NodeCampaign, *wire_and_nodes)
    run_sequences(campaign, short=Size(3, 6), deep=Size(300, 25), counted=NodeCampaign.counted)
