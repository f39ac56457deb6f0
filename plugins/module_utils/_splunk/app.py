# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Write an app of Splunk with HEC, tokens, indexes and source types to a folder of this host, or remove it."""

from __future__ import annotations

import contextlib
import typing as t
import uuid

from .._core.errors import CollectionError
from .._core.files import Permissions
from .._core.folders import FolderWriter, scratch_beside
from .._core.results import first_of
from .._core.run import Options, RunContext
from .app_folder import MANAGED_FOLDERS, AppFolder, requested_permissions, shown_permissions
from .app_plan import AppPlan, plan_app
from .app_request import FILES, AppRequest, requested_app, requested_app_name
from .conf_file import ConfFile


class _Change(t.NamedTuple):
    """A plan for an app, the files to write (those with another text, owner, group or mode), and the folders with another
    owner or group."""

    plan: AppPlan
    files: dict[str, bytes]
    folders: list[str]
    permissions: Permissions
    before: dict[str, t.Any]
    after: dict[str, t.Any]

    @property
    def writes(self) -> bool:
        """Whether anything is different."""
        return bool(self.files or self.folders)


def manage_app(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Return the result of the module C(splunk_hec_app). Raises CollectionError."""
    with _file_errors():
        return _manage(options, context)


def _manage(options: Options, context: RunContext) -> dict[str, t.Any]:
    context.mask.add(*(token.get("token") for token in options.get("tokens") or []))
    if options["state"] == "absent":
        return _remove(options, context)
    request = requested_app(options)
    folder = AppFolder(options["dest"], request.name)
    change = _change(request, folder, options, context)
    writer = _writer(folder, context)
    if (change.writes or writer.scratch_exists) and not context.check_mode:
        with writer:
            # Another run may have written the app in between.
            folder = AppFolder(options["dest"], request.name)
            change = _change(request, folder, options, context)
            writer.own(change.folders, change.permissions)
            writer.write(change.files, change.permissions, _folder_mode(change.permissions))
    action = "created" if not folder.exists else "updated" if change.writes else "unchanged"
    result = {
        **_result(folder, action, change.before, change.after),
        "files": sorted(change.plan.texts),
        "warnings": change.plan.warnings,
    }
    if options["return_tokens"]:
        unknown = change.plan.made if context.check_mode else ()
        result["hec_tokens"] = {name: value for name, value in change.plan.values.items() if name not in unknown}
    return result


def _remove(options: Options, context: RunContext) -> dict[str, t.Any]:
    name = requested_app_name(options)
    folder = AppFolder(options["dest"], name)
    files = _removable_files(folder)
    writer = _writer(folder, context)
    if (folder.exists or writer.scratch_exists) and not context.check_mode:
        with writer:
            # Another run may have written the app in between.
            folder = AppFolder(options["dest"], name)
            files = _removable_files(folder)
            if folder.exists:
                writer.remove()
    if not folder.exists:
        return {**_result(folder, "unchanged", {}, {}), "files": []}
    return {**_result(folder, "deleted", {"files": files}, {}), "files": []}


def _removable_files(folder: AppFolder) -> list[str]:
    """Return the files of an app, which may not exist. Raises CollectionError if one of them is not written by this module."""
    if not folder.exists:
        return []
    foreign = folder.foreign()
    if foreign:
        raise CollectionError(
            f"The app {folder.name} has files that this module does not write: {first_of(foreign, ', ')}. Move them to another "
            "app or remove them, then run this again. Nothing was removed.",
            files=foreign,
        )
    return sorted(folder.texts())


def _change(request: AppRequest, folder: AppFolder, options: Options, context: RunContext) -> _Change:
    permissions = requested_permissions(options, folder)
    texts, surroundings = folder.texts(), folder.surroundings()
    context.mask.learn(*_tokens_in(texts.values()), *_tokens_in(surroundings.local.values()))
    context.mask.learn(*(s.get("token") for other in surroundings.others for s in other.inputs.values()))
    plan = plan_app(request, texts, surroundings, lambda: str(uuid.uuid4()))
    context.mask.add(*plan.values.values())
    existing = {name: folder.permissions_of(name) for name in (*MANAGED_FOLDERS, *plan.texts)}
    expected = {
        # The mode of a folder stays.
        name: permissions._replace(mode=found.mode) if found and name in MANAGED_FOLDERS else permissions
        for name, found in existing.items()
    }
    wrong = {name: found for name, found in existing.items() if found and found != expected[name]}
    before: dict[str, t.Any] = dict(plan.before)
    after: dict[str, t.Any] = dict(plan.after)
    if wrong:
        before["permissions"] = {name or ".": shown_permissions(found) for name, found in wrong.items()}
        after["permissions"] = {name or ".": shown_permissions(expected[name]) for name in wrong}
    files = {
        name: plan.texts[name].encode("utf-8", "surrogateescape")
        for name in FILES
        if name in plan.texts and (name in wrong or plan.texts[name] != texts.get(name))
    }
    return _Change(plan, files, [name for name in MANAGED_FOLDERS if name in wrong], permissions, before, after)


def _tokens_in(texts: t.Iterable[str]) -> t.Iterator[str]:
    """Yield the values of tokens in files, and other settings that hold a secret."""
    for text in texts:
        for settings in ConfFile(text).stanzas().values():
            for key, value in settings.items():
                if key == "token" or key.lower().endswith("password"):
                    yield value


@contextlib.contextmanager
def _file_errors() -> t.Iterator[None]:
    """Raise CollectionError for an error of the file system."""
    try:
        yield
    except OSError as error:
        name = f" {error.filename}" if isinstance(error.filename, str) else ""
        raise CollectionError(
            f"The file or folder{name} cannot be read or written: {error.strerror}. The app is as it was."
        ) from None


def _writer(folder: AppFolder, context: RunContext) -> FolderWriter:
    return FolderWriter(folder.path, scratch_beside(folder.dest, f".{folder.name}.edgeops_logpush"), context.clock)


def _folder_mode(permissions: Permissions) -> int:
    """Return the mode of new folders: who may read the files may enter the folders."""
    return permissions.mode | (permissions.mode & 0o444) >> 2


def _result(folder: AppFolder, action: str, before: dict[str, t.Any], after: dict[str, t.Any]) -> dict[str, t.Any]:
    header = f"app {folder.name}"
    diff = {"before_header": header, "after_header": header, "before": before, "after": after}
    return {"changed": action != "unchanged", "action": action, "path": folder.shown, "diff": diff}
