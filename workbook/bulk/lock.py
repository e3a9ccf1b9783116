"""One run at a time in a folder."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from ..errors import WorkbookError


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a lock file; the system lets go of it when the process ends, however it ends.

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
    try:
        yield
    finally:
        # While it is held, so that nobody else's goes. Windows keeps it, which does no harm.
        with contextlib.suppress(OSError):
            path.unlink()
        os.close(handle)


def _opened(path: Path) -> int:
    """The file, opened and held."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _hold(handle)
            if os.path.samestat(os.fstat(handle), os.stat(path)):
                return handle
        except (BlockingIOError, PermissionError):
            os.close(handle)
            raise WorkbookError(
                f"{path}: held by another run that writes there; wait until it ends"
            ) from None
        except FileNotFoundError:
            pass
        os.close(handle)  # who held it has removed it since


def _hold(handle: int) -> None:
    """Raise where another process holds a file."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
