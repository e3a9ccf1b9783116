"""Files that only their user can have written, in a private folder of the user."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def read_private(path: Path, size_max: int) -> bytes:
    """The content of a file.

    Raises
    ------
    OSError
        It cannot be read, is larger than ``size_max``, or anybody else may have written it.
    """
    if not is_private_folder(path.parent):
        raise PermissionError(path.parent)
    # Neither follow a link nor wait for the writer of a pipe.
    flags = ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")
    handle = os.open(path, os.O_RDONLY | sum(getattr(os, flag, 0) for flag in flags))
    with open(handle, "rb") as file:
        status = os.fstat(handle)
        if not _is_private(status, stat.S_ISREG) or status.st_size > size_max:
            raise PermissionError(path)
        return file.read()


def is_private_folder(path: Path) -> bool:
    """Whether a path is a folder that only this user can write; OSError if there is none."""
    return _is_private(os.lstat(path), stat.S_ISDIR)


def _is_private(status: os.stat_result, is_kind: Callable[[int], bool]) -> bool:
    """Whether only this user can write a file or folder; on Windows the profile is private."""
    if not is_kind(status.st_mode):
        return False
    if os.name == "nt":
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & _OTHERS_WRITE
