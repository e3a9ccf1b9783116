"""One run at a time in a folder."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from ..errors import WorkbookError


@contextlib.contextmanager
def alone(path: Path) -> Iterator[Callable[[], None]]:
    """Hold a lock file; the system lets go of it when the process ends, however it ends.

    Yields
    ------
    callable
        Raises WorkbookError once the lock file was removed or replaced: from then on another run
        may write there too.

    Raises
    ------
    WorkbookError
        A file that another run holds, or that cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = _opened(path)
    except OSError as error:
        raise WorkbookError(f"{path.parent}: cannot be written: {error.strerror}") from None

    def check() -> None:
        if not _is_at(handle, path):
            raise WorkbookError(
                f"{path}: this lock file was removed while a run held it, so another run may have "
                "written there; run the same command again to verify and complete the reports"
            )

    try:
        yield check
    finally:
        # While it is held, so that nobody else's goes. Windows keeps it, which does no harm.
        with contextlib.suppress(OSError):
            if _is_at(handle, path):
                path.unlink()
        os.close(handle)


def _opened(path: Path) -> int:
    """The file, opened and held."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _hold(handle)
            if _is_at(handle, path):
                return handle
        except (BlockingIOError, PermissionError):
            os.close(handle)
            raise WorkbookError(
                f"{path}: held by another run that writes there; wait until it ends"
            ) from None
        os.close(handle)  # who held it has removed it since


def _is_at(handle: int, path: Path) -> bool:
    """Whether an open file is the one at a path."""
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path))
    except FileNotFoundError:
        return False


def _hold(handle: int) -> None:
    """Raise where another process holds a file."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
