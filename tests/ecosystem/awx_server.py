# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""As much of the API of AWX as its own two clients need to make objects: awxkit and the collection awx.awx.

It keeps what they send by AWX's rules: fields that it does not know are dropped, a PUT resets the fields that it leaves out, names
are unique within an organization, references must lead to existing objects, a playbook must be in the project, a
survey must be valid, and a schedule must answer it. The clients are third-party programs; the objects that they
create are read from C(objects).
"""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
import typing as t

from aiohttp import web

from .awx_checks import check_field, check_object, check_type_in_use
from .awx_kinds import (
    APPROVAL,
    BY_PATH,
    EDGES,
    KINDS,
    NUMBER,
    PROMPTS,
    ROOT,
    TEMPLATES,
    TEXT,
    TOKEN,
    Fields,
    Kind,
    Refused,
)
from .awx_surveys import check_prompts, checked_survey, passed_defaults, problems_of_answers


class AwxServer:
    """Serves the API on its own port, in a thread, until the context manager ends."""

    def __init__(self, playbooks: t.Collection[str], inventories: t.Collection[str]) -> None:
        self.playbooks, self.inventories = playbooks, inventories
        self.objects: dict[int, Fields] = {}
        self.surveys: dict[int, Fields] = {}
        self.attached: dict[tuple[int, str], list[int]] = {}
        self.requests: list[tuple[str, str]] = []
        self.url = ""
        self._numbers = itertools.count(1)
        # The objects of a new AWX.
        galaxy = self.create("credential_type", {"name": "Ansible Galaxy/Automation Hub API Token", "kind": "galaxy"})
        galaxy["managed"] = True
        self.create("credential", {"name": "Ansible Galaxy", "credential_type": galaxy["id"]})

    def __enter__(self) -> AwxServer:
        ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(self, *exception: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def writes(self) -> list[tuple[str, str]]:
        """Return the requests that may have changed something."""
        return [request for request in self.requests if request[0] not in ("GET", "OPTIONS")]

    # --- Its contents, for tests

    def named(self, kind: str, name: str) -> Fields:
        """Return the one object of a kind with this name."""
        [found] = [
            entry for entry in self.objects.values() if entry["type"] == kind and name == self._label(entry["id"])
        ]
        return found

    def held(self) -> dict[str, t.Any]:
        """Return everything, with names in place of IDs."""
        return {f"{entry['type']}: {self._label(number)}": self._told(number) for number, entry in self.objects.items()}

    def links(self, number: int, relation: str) -> list[str]:
        """Return the names of the objects that are attached to an object."""
        return sorted(self._label(other) for other in self.attached.get((number, relation), []))

    def _told(self, number: int) -> Fields:
        entry = self.objects[number]
        kind = KINDS[entry["type"]]
        told = {field: entry[field] for field in kind.fields}
        told.update({field: entry[field] and self._label(entry[field]) for field in kind.points})
        told.update({relation: self.links(number, relation) for relation in kind.attached})
        return {**told, "survey": self.surveys.get(number, {})}

    def _label(self, number: int) -> str:
        entry = self.objects[number]
        if "identifier" in entry:
            # Two workflows can have nodes of the same name.
            return f"{entry['identifier']} of {self._label(entry['workflow_job_template'])}"
        return str(entry["name"])

    # --- The rules

    def survey_of(self, template: Fields) -> Fields:
        """Return the survey of a template; empty if it has none or the survey is disabled."""
        return self.surveys.get(template["id"], {}) if template.get("survey_enabled") else {}

    def extra_vars(self, template: Fields, answers: Fields, *, launched_by_workflow: bool = False) -> Fields:
        """Return the extra variables of a job. Raises Refused if the answers are invalid."""
        survey = self.survey_of(template)
        problems = problems_of_answers(survey, answers, needs_required=not launched_by_workflow)
        if problems:
            raise Refused(variables_needed_to_start="; ".join(problems))
        asked = {question["variable"] for question in survey.get("spec", [])}
        # Answers without a question are ignored, without an error.
        taken = {name: answer for name, answer in answers.items() if name in asked}
        return {**json.loads(template["extra_vars"] or "{}"), **passed_defaults(survey), **taken}

    def create(self, name: str, given: Fields) -> Fields:
        kind = KINDS[name]
        missing = [field for field in kind.required if given.get(field) in (None, "")]
        if missing:
            raise Refused(**{missing[0]: "This field is required."})
        entry: Fields = {"type": name, "managed": False, "organization": None, **kind.empty()}
        entry.update(dict.fromkeys(kind.points))
        return self._store({**entry, "id": next(self._numbers)}, given, "POST")

    def _store(self, entry: Fields, given: Fields, method: str) -> Fields:
        kind = KINDS[entry["type"]]
        known = {field: value for field, value in given.items() if field in kind.fields or field in kind.points}
        # Text that is null is empty.
        known = {
            field: "" if value is None and kind.fields.get(field) == TEXT else value for field, value in known.items()
        }
        for field, value in known.items():
            check_field(self.objects, kind, field, value)
        before = self.objects.get(entry["id"], {})
        entry = {**entry, **known}
        check_object(self.objects, entry, self.playbooks, self.inventories)
        check_type_in_use(self.objects, before, entry)
        self._check_prompts(entry, given, method)
        entry["organization"] = self._organization(entry)
        for other in self.objects.values():
            if (
                other["type"] == entry["type"]
                and other["id"] != entry["id"]
                and all(other.get(field) == entry.get(field) for field in kind.unique)
            ):
                raise Refused(__all__=f"{entry['type']} with this {' and '.join(kind.unique)} already exists.")
        self.objects[entry["id"]] = entry
        return entry

    def _check_prompts(self, entry: Fields, given: Fields, method: str) -> None:
        """A POST and a PUT contain all answers of a template, and so does a PATCH that contains some."""
        if entry["type"] not in ("schedule", "workflow_job_template_node") or not entry["unified_job_template"]:
            return
        if method == "PATCH" and not {"extra_data", *PROMPTS} & set(given):
            return
        # The launch of a workflow can answer for its nodes.
        needs_required = entry["type"] == "schedule"
        template = self.objects[entry["unified_job_template"]]
        check_prompts(template, self.survey_of(template), entry, needs_required=needs_required)

    def _organization(self, entry: Fields) -> t.Any:
        """The organization of a template is that of its project; the organization of a source is that of its
        inventory."""
        owner = {"job_template": "project", "inventory_source": "inventory"}.get(entry["type"])
        return self.objects[entry[owner]]["organization"] if owner else entry.get("organization")

    # --- The API

    def _serve(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application(middlewares=[self._answer])
        app.router.add_route("*", "/{path:.*}", self._route)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)

        async def start() -> None:
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            ready.set()

        self._loop.run_until_complete(start())
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    @web.middleware
    async def _answer(
        self, request: web.Request, handler: t.Callable[..., t.Awaitable[web.Response]]
    ) -> web.StreamResponse:
        self.requests.append((request.method, request.path))
        try:
            is_open = request.path in ("/api/", f"{ROOT}/")
            if not is_open and request.headers.get("Authorization") != f"Bearer {TOKEN}":
                return web.json_response({"detail": "Authentication credentials were not provided."}, status=401)
            response = await handler(request)
        except Refused as refused:
            response = web.json_response(refused.errors, status=400)
        response.headers.update({"X-API-Product-Name": "AWX", "X-API-Product-Version": "24.6.1"})
        return response

    async def _route(self, request: web.Request) -> web.Response:
        if request.path == "/api/":
            return web.json_response({"available_versions": {"v2": f"{ROOT}/"}, "current_version": f"{ROOT}/"})
        if request.path == f"{ROOT}/":
            # Their names are equal to the paths, with one exception.
            names = {kind.path: kind.path for kind in KINDS.values()} | {"inventories": "inventory"}
            return web.json_response({name: f"{ROOT}/{path}/" for path, name in names.items()})
        path, number, relation = [*request.path.removeprefix(f"{ROOT}/").strip("/").split("/"), "", ""][:3]
        given = await request.json() if request.can_read_body else {}
        if path == "unified_job_templates" and not number:
            return self._list(request, [entry for entry in self.objects.values() if entry["type"] in TEMPLATES])
        if path not in BY_PATH or (number and int(number) not in self.objects):
            raise web.HTTPNotFound
        if not number:
            return self._of_kind(request, BY_PATH[path], given)
        if relation:
            return self._related(request, self.objects[int(number)], relation, given)
        return self._of_one(request, self.objects[int(number)], given)

    def _of_kind(self, request: web.Request, name: str, given: Fields) -> web.Response:
        if request.method == "OPTIONS":
            return _options(KINDS[name])
        if request.method == "POST":
            return web.json_response(self._shown(self.create(name, given)), status=201)
        return self._list(request, [entry for entry in self.objects.values() if entry["type"] == name])

    def _of_one(self, request: web.Request, entry: Fields, given: Fields) -> web.Response:
        if request.method == "PUT":
            missing = [field for field in KINDS[entry["type"]].required if field not in given]
            if missing:
                raise Refused(**{missing[0]: "This field is required."})
            # References to other objects are kept.
            entry = {**entry, **KINDS[entry["type"]].empty()}
        if request.method in ("PUT", "PATCH"):
            entry = self._store(entry, given, request.method)
        return web.json_response(self._shown(entry))

    def _related(self, request: web.Request, entry: Fields, relation: str, given: Fields) -> web.Response:
        if relation == "survey_spec":
            if request.method == "OPTIONS":
                return _allowed({})
            if request.method == "POST":
                self.surveys[entry["id"]] = checked_survey(given)
            return web.json_response(self.surveys.get(entry["id"], {}))
        if relation == "launch" and request.method == "POST":
            return web.json_response({"extra_vars": self.extra_vars(entry, given.get("extra_vars", {}))}, status=201)
        if relation == "workflow_nodes" and request.method == "OPTIONS":
            return _options(KINDS["workflow_job_template_node"])
        if relation == "workflow_nodes":
            nodes = [node for node in self.objects.values() if node.get("workflow_job_template") == entry["id"]]
            if request.method == "GET":
                return self._list(request, nodes)
            return self._of_kind(request, "workflow_job_template_node", {**given, "workflow_job_template": entry["id"]})
        if relation == "create_approval_template":
            return self._approval(request, entry, given)
        return self._attachment(request, entry, relation, given)

    def _attachment(self, request: web.Request, entry: Fields, relation: str, given: Fields) -> web.Response:
        attached = KINDS[entry["type"]].attached
        if relation not in attached:
            raise web.HTTPNotFound
        if request.method == "OPTIONS":
            return _options(KINDS[attached[relation]], attaches=True)
        there = self.attached.setdefault((entry["id"], relation), [])
        if request.method == "GET":
            return self._list(request, [self.objects[number] for number in there])
        if relation == "labels" and "id" not in given:
            # An existing one is attached.
            same = [
                label for label in self.objects.values() if label["type"] == "label" and given.items() <= label.items()
            ]
            label = same[0] if same else self.create("label", given)
            there.append(label["id"])
            return web.Response(status=204) if same else web.json_response(self._shown(label), status=201)
        self._attach(entry, relation, there, given)
        return web.Response(status=204)

    def _approval(self, request: web.Request, node: Fields, given: Fields) -> web.Response:
        """The template of an approval is made by its node, and replaces its earlier template."""
        if request.method == "OPTIONS":
            return _options(KINDS[APPROVAL])
        before = self.objects.get(node["unified_job_template"])
        if before and before["type"] == APPROVAL:
            del self.objects[before["id"]]
        approval = self.create(APPROVAL, given)
        self.objects[node["id"]] = {**node, "unified_job_template": approval["id"]}
        return web.json_response(self._shown(approval), status=201)

    def _attach(self, entry: Fields, relation: str, there: list[int], given: Fields) -> None:
        other = self.objects.get(given["id"])
        if other is None or other["type"] != KINDS[entry["type"]].attached[relation]:
            raise Refused(id="Object does not exist.")
        if given.get("disassociate"):
            there.remove(other["id"])
        elif relation == "credentials" and other["credential_type"] in [
            self.objects[number]["credential_type"] for number in there
        ]:
            raise Refused(error="Cannot assign multiple credentials of one type.")
        elif relation in EDGES and self._is_joined_otherwise(entry, relation, other):
            raise Refused(Error="Relationship not allowed.")
        elif other["id"] not in there:
            there.append(other["id"])

    def _is_joined_otherwise(self, entry: Fields, relation: str, other: Fields) -> bool:
        return any(other["id"] in self.attached.get((entry["id"], edge), []) for edge in EDGES if edge != relation)

    def _list(self, request: web.Request, entries: t.Sequence[Fields]) -> web.Response:
        either = {field: value for field, value in request.query.items() if field.startswith("or__")}
        for field, value in request.query.items():
            if field not in either:
                entries = [entry for entry in entries if str(entry.get(field)) == value]
        if either:
            found = [(field.removeprefix("or__"), value) for field, value in either.items()]
            entries = [entry for entry in entries if any(str(entry.get(field)) == value for field, value in found)]
        results = [self._shown(entry) for entry in entries]
        return web.json_response({"count": len(results), "next": None, "previous": None, "results": results})

    def _shown(self, entry: Fields) -> Fields:
        kind = KINDS[entry["type"]]
        url = f"{ROOT}/{kind.path}/{entry['id']}/"
        pointed = {**kind.points, "organization": "organization"}
        related = {field: self._url(entry[field]) for field in pointed if entry.get(field)}
        related.update({relation: f"{url}{relation}/" for relation in kind.attached})
        if "survey_enabled" in kind.fields:
            related["survey_spec"] = f"{url}survey_spec/"
        if entry["type"] == "workflow_job_template":
            related["workflow_nodes"] = f"{url}workflow_nodes/"
        if entry["type"] == "workflow_job_template_node":
            related["create_approval_template"] = f"{url}create_approval_template/"
        extra = {"status": "successful", "scm_revision": "0" * 40} if entry["type"] == "project" else {}
        # Secrets are never returned.
        inputs = {"inputs": dict.fromkeys(entry["inputs"], "$encrypted$")} if entry["type"] == "credential" else {}
        shown = {**entry, **extra, **inputs, "url": url, "related": related, "summary_fields": {}}
        if entry["type"] == "inventory_source":
            # The answer does not contain its organization, although a search can use it.
            del shown["organization"], related["organization"]
        return shown

    def _url(self, number: int) -> str:
        return f"{ROOT}/{KINDS[self.objects[number]['type']].path}/{number}/"


def _options(kind: Kind, attaches: bool = False) -> web.Response:
    """The keys of a POST: the fields of a new object or, to attach an object, its ID."""
    post = {"id": {"type": NUMBER, "required": False}} if attaches else {}
    post |= {field: {"type": form, "required": field in kind.required} for field, form in kind.fields.items()}
    post.update({field: {"type": "id", "required": field in kind.required} for field in kind.points})
    return _allowed(post)


def _allowed(post: Fields) -> web.Response:
    body = {"actions": {"POST": post}, "search_fields": ["name"], "description": ""}
    return web.json_response(body, headers={"Allow": "GET, POST, HEAD, OPTIONS"})
