# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Write a file atomically, so that a reader never sees a partly written file, and report errors of the file system."""

from __future__ import annotations

import contextlib
import errno
import os
import typing as t
import uuid

from .errors import CollectionError, OptionError


@contextlib.contextmanager
def write_errors() -> t.Iterator[None]:
    """Raise CollectionError, which says "cannot be written" and the reason, for an error of the file system."""
    try:
        yield
    except OSError as error:
        raise CollectionError(f"cannot be written: {error.strerror}") from None
    except ValueError as error:  # text that UTF-8 cannot express, or a path with a null character
        raise CollectionError(f"cannot be written: {type(error).__name__}") from None


@contextlib.contextmanager
def read_errors(option: str, path: str) -> t.Iterator[None]:
    """Raise OptionError for an error of the file system with the file or folder that an option names."""
    try:
        yield
    except OSError as error:
        raise OptionError(option, f"{path} cannot be read: {error.strerror}") from None


class Permissions(t.NamedTuple):
    """The owner, the group and the mode of a file, in numbers."""

    owner: int
    group: int
    mode: int


def write_atomically(path: str, text: str, mode: int) -> None:
    """Replace the file C(path) with one that has this text, in UTF-8 and with line feeds, in a single step.

    The text goes to a scratch file in the same folder, which then takes the place of the file. A symbolic link is followed:
    the file that it names is replaced. A folder or a device is refused, because it would be replaced too. C(mode) are the
    permissions of the new file, less those that the umask of the process takes away. On failure the old file stays as it is
    and no scratch file remains. Raises OSError, and UnicodeEncodeError for text that UTF-8 cannot express.
    """
    content = text.encode("utf-8")
    path = os.path.realpath(path)
    if os.path.exists(path) and not os.path.isfile(path):
        raise OSError(errno.EINVAL, "it is not a file")
    scratch = os.path.join(os.path.dirname(path), f".{uuid.uuid4().hex}.new")
    try:
        write_new(scratch, content, mode)
        os.replace(scratch, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(scratch)
        raise


def write_new(path: str, content: bytes, mode: int, permissions: Permissions | None = None) -> None:
    """Write a file that does not exist yet. C(mode) are its permissions, less those that the umask takes away;
    C(permissions) are set exactly, before the file has any content, and then the content is on the disk before the function
    returns. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(descriptor, "wb") as file:
        if permissions:
            os.fchown(descriptor, permissions.owner, permissions.group)
            os.fchmod(descriptor, permissions.mode)
        file.write(content)
        if permissions:
            file.flush()
            # After a power failure, some file systems have a renamed file without its content.
            os.fsync(descriptor)
