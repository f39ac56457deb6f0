# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Write several files of a folder together, so that a reader never sees a partly written file, and no scratch file is ever in
the folder."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import typing as t

from .clock import Clock
from .errors import CollectionError
from .files import Permissions, write_new

# The seconds to wait for another run that writes the same folder, which takes far less.
_PATIENCE = 30.0


class FolderWriter:
    """Replaces or removes a folder, or files in it. Everything is prepared in a scratch folder elsewhere in the same file
    system, and only complete files are moved.

    A lock prevents two of them from writing the same folder at the same time: the second one waits for the first. Raises
    CollectionError and OSError.
    """

    def __init__(self, folder: str, scratch: str, clock: Clock) -> None:
        """Create a writer of C(folder). C(scratch) is the path of its scratch folder, which this process creates. What an
        interrupted run left there is removed."""
        self._folder = folder
        self._scratch = scratch
        self._clock = clock
        self._lock = -1

    @property
    def scratch_exists(self) -> bool:
        """Whether an interrupted run of this user has left its scratch folder, or another run of this user is writing."""
        try:
            return os.lstat(self._scratch).st_uid == os.geteuid()
        except FileNotFoundError:
            return False

    def __enter__(self) -> FolderWriter:
        """Create the scratch folder, and lock it."""
        end = self._clock.now() + _PATIENCE
        while not self._is_taken():
            if self._clock.now() >= end:
                raise CollectionError(f"Another run is writing {self._folder}. Run this again when it is done.")
            self._clock.sleep(0.1)
        for name in os.listdir(self._scratch):
            path = os.path.join(self._scratch, name)
            if os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path)
            else:
                os.unlink(path)
        return self

    def __exit__(self, *dummy: object) -> None:
        """Remove the scratch folder."""
        shutil.rmtree(self._scratch, ignore_errors=True)
        os.close(self._lock)

    def _is_taken(self) -> bool:
        """Create the scratch folder if there is none, and return whether this process has its lock now."""
        with contextlib.suppress(FileExistsError):
            os.mkdir(self._scratch, 0o700)
        try:
            lock = os.open(self._scratch, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except FileNotFoundError:  # the other run has removed it
            return False
        mine = os.fstat(lock)
        try:
            if mine.st_uid != os.geteuid() or stat.S_IMODE(mine.st_mode) & 0o077:
                raise CollectionError(
                    f"{self._scratch} exists and belongs to somebody else. Remove it if no other program uses it, then run this "
                    "again."
                )
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.path.samestat(mine, os.stat(self._scratch)):
                raise FileNotFoundError
        except (BlockingIOError, FileNotFoundError):
            os.close(lock)
            return False
        except BaseException:
            os.close(lock)
            raise
        self._lock = lock
        return True

    def own(self, folders: t.Iterable[str], permissions: Permissions) -> None:
        """Set the owner and the group of some of the folders. Their mode stays."""
        for name in folders:
            os.chown(os.path.join(self._folder, name), permissions.owner, permissions.group, follow_symlinks=False)

    def write(self, files: t.Mapping[str, bytes], permissions: Permissions, folder_mode: int) -> None:
        """Write files of the folder, in the given order. The folders that are missing get C(folder_mode).

        A folder that does not exist appears in one step. In one that exists, either all files are replaced, or those that
        were replaced before an error are restored.
        """
        if not os.path.lexists(self._folder):
            whole = os.path.join(self._scratch, "whole")
            _make_folder(whole, permissions._replace(mode=folder_mode))
            for name, content in files.items():
                _make_folders(whole, name, permissions._replace(mode=folder_mode))
                write_new(os.path.join(whole, name), content, 0o600, permissions)
            os.rename(whole, self._folder)
            return
        prepared = []
        for number, (name, content) in enumerate(files.items()):
            scratch = os.path.join(self._scratch, str(number))
            write_new(f"{scratch}.new", content, 0o600, permissions)
            prepared.append((name, scratch))
        with contextlib.ExitStack() as undo:
            for name, scratch in prepared:
                made = _make_folders(self._folder, name, permissions._replace(mode=folder_mode))
                for path in made:
                    undo.callback(os.rmdir, path)
                undo.callback(self._put(name, scratch))
            undo.pop_all()

    def remove(self) -> None:
        """Remove the folder. It disappears in one step; its files are removed with the scratch folder."""
        os.rename(self._folder, os.path.join(self._scratch, "gone"))

    def _put(self, name: str, scratch: str) -> t.Callable[[], None]:
        """Move a prepared file to its place, and return what restores the file that was there."""
        path = os.path.join(self._folder, name)
        if not os.path.lexists(path):
            os.rename(f"{scratch}.new", path)
            return lambda: os.unlink(path)
        try:
            os.link(path, f"{scratch}.old", follow_symlinks=False)
        except OSError:  # not every file system has hard links
            shutil.copy2(path, f"{scratch}.old", follow_symlinks=False)
        os.replace(f"{scratch}.new", path)
        return lambda: os.replace(f"{scratch}.old", path)


def scratch_beside(folder: str, name: str) -> str:
    """Return the path of a scratch folder for a folder in C(folder): next to C(folder) if that is the same file system and can be
    written, otherwise in it."""
    beside = os.path.dirname(folder)
    same = os.stat(beside).st_dev == os.stat(folder).st_dev and os.access(beside, os.W_OK | os.X_OK)
    return os.path.join(beside if same else folder, name)


def _make_folders(base: str, name: str, permissions: Permissions) -> list[str]:
    """Create the folders of a file that are missing, and return those that it has created."""
    made = []
    path = base
    for part in os.path.dirname(name).split("/"):
        path = os.path.join(path, part)
        if not os.path.isdir(path):
            _make_folder(path, permissions)
            made.append(path)
    return made


def _make_folder(path: str, permissions: Permissions) -> None:
    os.mkdir(path, 0o700)
    try:
        os.chown(path, permissions.owner, permissions.group)
        os.chmod(path, permissions.mode)
    except OSError:
        os.rmdir(path)
        raise
