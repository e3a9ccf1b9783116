"""A lock file that lets one run at a time write to a folder."""

import contextlib
import os
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from ..errors import WorkbookError


@contextlib.contextmanager
def exclusive_lock(path: Path) -> Iterator[Callable[[], None]]:
    """An exclusive lock on a file, which ends with the process that holds it, however that ends.

    Parameters
    ----------
    path : Path
        The lock file. Its folder is created if need be; the file is removed afterwards.

    Yields
    ------
    callable
        Raises WorkbookError once the lock file has been removed or replaced: from then on another
        run may write to the same folder.

    Raises
    ------
    WorkbookError
        Another run holds the lock, or the file cannot be written.
    """
    import filelock  # 25 ms, needed by runs only

    lock = filelock.FileLock(path, timeout=0, thread_local=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with warnings.catch_warnings():
            # Where the file system has no locks, the file names the process that holds it.
            warnings.filterwarnings("ignore", "flock not supported")
            lock.acquire()
        held = os.stat(path)
    except filelock.Timeout:
        raise WorkbookError(
            f"{path}: held by another run that writes there; wait until it ends"
        ) from None
    except OSError as error:
        lock.release()
        reason = error.strerror or error
        raise WorkbookError(f"{path.parent}: cannot be written: {reason}") from None

    def is_ours() -> bool:
        try:
            return os.path.samestat(held, os.stat(path))
        except FileNotFoundError:
            return False

    def check() -> None:
        if not is_ours():
            raise WorkbookError(
                f"{path}: this lock file was removed while a run held it, so another run may have "
                "written there; run the same command again to verify and complete the reports"
            )

    try:
        yield check
    finally:
        # While the lock is held, so that no other run's file is removed; on Windows, which keeps
        # an open file, releasing the lock removes it.
        with contextlib.suppress(OSError):
            if is_ours():
                path.unlink()
        lock.release()
