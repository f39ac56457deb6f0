# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read the folder of an app of Splunk and the other apps beside it, and find out who its files belong to."""

from __future__ import annotations

import grp
import os
import pwd
import stat
import typing as t

from .._core.errors import CollectionError, OptionError
from .._core.files import Permissions
from .app_request import FILES
from .app_surroundings import OtherApp, Surroundings
from .conf_file import ConfFile, Settings

_LARGEST = 20 * 1024 * 1024
_LOCAL_FILES = tuple(f"local/{name}.conf" for name in ("app", "inputs", "indexes", "props"))
_COPIES = ("peer-apps", "slave-apps")
MANAGED_FOLDERS = ("", "default", "metadata")


class AppFolder:
    """The folder of an app, which may not exist."""

    def __init__(self, dest: str, name: str) -> None:
        """Find the folder. Raises OptionError, CollectionError."""
        self.dest = os.path.realpath(dest)
        # As the user knows it.
        self.shown = os.path.join(os.path.abspath(dest), name)
        if not os.path.isdir(self.dest):
            raise OptionError(
                "dest",
                f"{dest} is not a folder on this host. Set it to the folder that holds the apps: etc/manager-apps (before Splunk "
                "9: etc/master-apps), etc/deployment-apps or etc/shcluster/apps in the folder of Splunk",
            )
        # Under its own name, or that of a link to it.
        self._kinds = {os.path.basename(path) for path in (self.dest, os.path.abspath(dest))}
        if self._kinds.intersection(_COPIES):
            raise OptionError(
                "dest",
                f"{dest} is the copy that a peer has of the apps of its cluster manager, and the manager replaces it. Use "
                "etc/manager-apps on the manager",
            )
        self.name = name
        self.path = os.path.join(self.dest, name)
        self.exists = os.path.lexists(self.path)
        for folder in (*MANAGED_FOLDERS, "local"):
            path = os.path.join(self.path, folder).rstrip("/")
            if os.path.lexists(path) and not stat.S_ISDIR(os.lstat(path).st_mode):
                raise CollectionError(f"{path} is a link or a file, and must be a folder. Nothing was written.")

    @property
    def owner(self) -> os.stat_result:
        """The attributes of the folder that holds the apps."""
        return os.stat(self.dest)

    def texts(self) -> dict[str, str]:
        """Return the texts of the files that the module writes, by their names."""
        return self._texts(FILES)

    def surroundings(self) -> Surroundings:
        """Return what the app depends on."""
        others, unread = [], []
        for name in sorted(os.listdir(self.dest)):
            path = os.path.join(self.dest, name)
            if name == self.name or name.startswith(".") or not os.path.isdir(path):
                continue
            try:
                others.append(_other_app(path, name))
            except CollectionError:
                unread.append(name)
        shared = "deployment-apps" not in self._kinds
        return Surroundings(self._texts(_LOCAL_FILES), others, shared, unread)

    def foreign(self) -> list[str]:
        """Return the names of the files in the folder that the module does not write."""
        found = []
        for place, folders, files in os.walk(self.path, onerror=_raise):
            inside = os.path.relpath(place, self.path)
            names = [os.path.normpath(os.path.join(inside, name)) for name in files]
            names += [
                os.path.normpath(os.path.join(inside, name))
                for name in folders
                if os.path.islink(os.path.join(place, name))
            ]
            found += [name for name in names if name not in FILES]
        return sorted(found)

    def permissions_of(self, name: str) -> Permissions | None:
        """Return the owner, group and mode of a file or folder of the app; None if there is none."""
        try:
            found = os.lstat(os.path.join(self.path, name))
        except FileNotFoundError:
            return None
        return Permissions(found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode))

    def _texts(self, names: t.Iterable[str]) -> dict[str, str]:
        texts = {name: _text(os.path.join(self.path, name)) for name in names}
        return {name: text for name, text in texts.items() if text is not None}


def requested_permissions(options: t.Mapping[str, t.Any], folder: AppFolder) -> Permissions:
    """Return the owner, the group and the mode that the files get. Raises OptionError if this user cannot set them."""
    owner = _number(options, "owner", folder.owner.st_uid, lambda name: pwd.getpwnam(name).pw_uid)
    group = _number(options, "group", folder.owner.st_gid, lambda name: grp.getgrnam(name).gr_gid)
    mode = _mode(options["mode"])
    user = os.geteuid()
    advice = "Run the task as root or as this user (become, become_user). Nothing was written"
    if user not in (0, owner):
        raise OptionError("owner", f"user {_user(user)} cannot give files to {_user(owner)}. {advice}")
    if user != 0 and group not in (os.getegid(), *os.getgroups()):
        raise OptionError(
            "group", f"user {_user(user)} is not a member of group {_group(group)}, so cannot set it. {advice}"
        )
    return Permissions(owner, group, mode)


def shown_permissions(permissions: Permissions) -> str:
    """Return an owner, a group and a mode as text."""
    return f"{_user(permissions.owner)}:{_group(permissions.group)} {permissions.mode:04o}"


def _raise(error: OSError) -> None:
    raise error


def _mode(mode: str) -> int:
    try:
        number = int(mode, 8)
    except ValueError:
        number = -1
    owner, group, others = number >> 6, number >> 3 & 7, number & 7
    if owner not in (4, 6) or group & ~owner or group & 1 or others not in (0, 4):
        raise OptionError(
            "mode", 'must be a mode in octal digits that lets the owner read, in quotes, such as "0600" or "0640"'
        )
    return number


def _number(options: t.Mapping[str, t.Any], option: str, default: int, of: t.Callable[[str], int]) -> int:
    name = options.get(option)
    if name is None:
        return default
    try:
        return of(name)
    except KeyError:
        if name.isdigit():
            return int(name)
        raise OptionError(option, f"{name} does not exist on this host") from None


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


def _text(path: str) -> str | None:
    """Return the text of a file, None if there is none. A link is refused: it could lead to any file of this host."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CollectionError(f"{path} cannot be read: {error.strerror}. Nothing was written.") from None
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise CollectionError(f"{path} is not a file. Nothing was written.")
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise CollectionError(f"{path} has more than {_LARGEST} bytes. Nothing was written.")
    return content.decode("utf-8", "surrogateescape")


def _other_app(path: str, name: str) -> OtherApp:
    return OtherApp(
        name,
        inputs=_merged(path, "inputs"),
        indexes=_merged(path, "indexes"),
        props=_merged(path, "props"),
        http_in_local=_merged(path, "inputs", ["local"]).get("http", {}),
    )


def _merged(path: str, conf: str, folders: t.Sequence[str] = ("default", "local")) -> dict[str, Settings]:
    """Return the stanzas of a file of an app, those in C(local) over those in C(default)."""
    stanzas: dict[str, Settings] = {}
    for folder in folders:
        text = _text(os.path.join(path, folder, f"{conf}.conf"))
        for name, settings in ConfFile(text or "").stanzas().items():
            stanzas.setdefault(name, {}).update(settings)
    return stanzas
