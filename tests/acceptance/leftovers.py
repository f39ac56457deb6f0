# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find and remove the objects that runs of the acceptance tests created, by their names. Nothing else is changed."""

from __future__ import annotations

import typing as t
import urllib.parse

import requests
import urllib3

from .compare import OURS
from .place import Place, SettingsError

JOB_SLOTS = 4
TIMEOUT = 90


class Leftovers:
    """The jobs, policies, HEC tokens and source types of this and of earlier runs at one place."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.session = requests.Session()
        # No netrc entry either: the headers here are the credentials.
        self.session.trust_env = not place.api_url.startswith("http://127.0.0.1")
        if place.management_verify is False:
            # The user turned verification off, and the warning would appear in the middle of the report.
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        self.zone_id = self._zone_id()

    def _zone_id(self) -> str:
        found = self._cloudflare("GET", "/zones", params={"name": self.place.zone})
        if len(found) != 1:
            raise SettingsError(f"ACCEPTANCE_ZONE: the API token sees no zone {self.place.zone}")
        return str(found[0]["id"])

    def refuse_a_full_zone(self) -> None:
        """Raise SettingsError if there is no free job slot."""
        jobs = self._cloudflare("GET", f"/zones/{self.zone_id}/logpush/jobs")
        if len(jobs) >= JOB_SLOTS:
            raise SettingsError(
                f"{self.place.zone} has {len(jobs)} Logpush jobs, and {JOB_SLOTS} are allowed: name a zone with one free"
            )

    def remove(self) -> list[str]:
        """Remove all leftovers, even if some fail, and return what was removed. Raises SettingsError with those that
        were not."""
        removed, failed = [], []
        for title, path, remove in self._found(failed):
            try:
                remove(path)
                removed.append(title)
            except (SettingsError, requests.RequestException) as error:
                failed.append(f"{title}: {type(error).__name__}")
        if failed:
            raise SettingsError(f"At the {self.place.name} side there may be something left: " + "; ".join(failed))
        return removed

    def _found(self, failed: list[str]) -> list[tuple[str, str, t.Callable[[str], t.Any]]]:
        found: list[tuple[str, str, t.Callable[[str], t.Any]]] = []
        for part, look in (
            ("zone", self._jobs),
            ("account", self._account_jobs),
            ("notifications", self._policies),
            ("management", self._tokens),
            ("management", self._source_types),
            ("cloud", self._acs),
            ("cloud", self._acs_indexes),
        ):
            if part in self.place.parts:
                try:
                    found += look()
                except (SettingsError, requests.RequestException, ValueError, KeyError) as error:
                    failed.append(f"{part}: {type(error).__name__}")
        return found

    def _jobs(self, scope: str = "") -> list[tuple[str, str, t.Callable[[str], t.Any]]]:
        path = f"{scope or f'/zones/{self.zone_id}'}/logpush/jobs"
        jobs = self._cloudflare("GET", path)
        return [
            (f"job {job['name']}", f"{path}/{job['id']}", lambda path: self._cloudflare("DELETE", path))
            for job in jobs
            if OURS.match(job.get("name") or "")
        ]

    def _account_jobs(self) -> list[tuple[str, str, t.Callable[[str], t.Any]]]:
        return self._jobs(f"/accounts/{self.place.account_id}")

    def _policies(self) -> list[tuple[str, str, t.Callable[[str], t.Any]]]:
        path = f"/accounts/{self.place.account_id}/alerting/v3/policies"
        return [
            (f"policy {policy['name']}", f"{path}/{policy['id']}", lambda path: self._cloudflare("DELETE", path))
            for policy in self._cloudflare("GET", path)
            if OURS.match(policy.get("name") or "")
        ]

    def _source_types(self) -> list[tuple[str, str, t.Callable[[str], t.Any]]]:
        path = "/servicesNS/nobody/search/configs/conf-props"
        reply = self._management("GET", f"{path}?output_mode=json&count=0&search=edgeops-acceptance-")
        return [
            (
                f"source type {entry['name']}",
                f"{path}/{urllib.parse.quote(entry['name'], safe='')}",
                lambda path: self._management("DELETE", path),
            )
            for entry in reply.json()["entry"]
            if OURS.match(entry["name"])
        ]

    def _tokens(self) -> list[tuple[str, str, t.Callable[[str], t.Any]]]:
        reply = self._management("GET", "/services/data/inputs/http?output_mode=json&count=0")
        return [
            (
                f"HEC token {entry['name']}",
                f"/servicesNS/nobody/{entry['acl']['app']}/data/inputs/http/"
                + urllib.parse.quote(entry["name"].removeprefix("http://"), safe=""),
                lambda path: self._management("DELETE", path),
            )
            for entry in reply.json()["entry"]
            if OURS.match(entry["name"])
        ]

    def _acs(self) -> list[tuple[str, str, t.Callable[[str], t.Any]]]:
        path = f"/{self.place.stack}/adminconfig/v2/inputs/http-event-collectors"
        document = self._cloud("GET", f"{path}?count=100").json()
        tokens = document.get("http-event-collectors") or document.get("http_event_collectors") or []
        names = [token["spec"]["name"] for token in tokens]
        return [
            (f"HEC token {name}", f"{path}/{name}", lambda path: self._cloud("DELETE", path))
            for name in names
            if OURS.match(name)
        ]

    def _acs_indexes(self) -> list[tuple[str, str, t.Callable[[str], t.Any]]]:
        path = f"/{self.place.stack}/adminconfig/v2/indexes"
        names: list[str] = []
        # Past the end of the list, the answer is null.
        while page := self._cloud("GET", f"{path}?count=100&offset={len(names)}").json():
            names += [index["name"] for index in page]
        return [
            (f"index {name}", f"{path}/{name}", lambda path: self._cloud("DELETE", path))
            for name in names
            if OURS.match(name)
        ]

    def _cloudflare(self, method: str, path: str, **more: t.Any) -> t.Any:
        headers = {"Authorization": f"Bearer {self.place.api_token}"}
        reply = self.session.request(method, self.place.api_url + path, auth=_Headers(headers), timeout=TIMEOUT, **more)
        try:
            document = reply.json()
        except ValueError:
            document = {}
        if not reply.ok or not document.get("success"):
            codes = [str(error.get("code")) for error in document.get("errors") or []]
            raise SettingsError(
                f"{method} {path.split('?', maxsplit=1)[0]}: status {reply.status_code}, error {' '.join(codes) or 'unknown'}"
            )
        return document["result"] or []

    def _management(self, method: str, path: str) -> requests.Response:
        place = self.place
        auth: t.Any = (place.username, place.password)
        if place.auth_token:
            auth = _Headers({"Authorization": f"Bearer {place.auth_token}"})
        return self._checked(method, place.management_url.rstrip("/") + path, auth, place.management_verify)

    def _cloud(self, method: str, path: str) -> requests.Response:
        auth = _Headers({"Authorization": f"Bearer {self.place.acs_token}"})
        body = {} if method == "DELETE" else None
        return self._checked(method, self.place.acs_url.rstrip("/") + path, auth, True, json=body)

    def _checked(self, method: str, url: str, auth: t.Any, verify: bool | str, **more: t.Any) -> requests.Response:
        reply = self.session.request(method, url, auth=auth, verify=verify, timeout=TIMEOUT, **more)
        if not reply.ok:
            raise SettingsError(f"{method}: status {reply.status_code}")
        return reply


class _Headers(requests.auth.AuthBase):
    """Credentials as headers, which an entry of a netrc file does not replace."""

    def __init__(self, headers: dict[str, str]) -> None:
        self.headers = headers

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(self.headers)
        return request
