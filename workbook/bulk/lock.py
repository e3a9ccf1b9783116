"""A lock file, so that only one run at a time writes to a folder."""

import contextlib
import os
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from ..errors import WorkbookError


@contextlib.contextmanager
def exclusive_lock(path: Path) -> Iterator[Callable[[], None]]:
    """An exclusive lock on a file, which is released whenever its process ends.

    Parameters
    ----------
    path : Path
        The lock file, removed afterwards. Its folder is created if necessary.

    Yields
    ------
    callable
        Raises WorkbookError if the lock file has been removed or replaced, since another run may
        then have written to the folder.

    Raises
    ------
    WorkbookError
        Another run holds the lock, or the file cannot be written.
    """
    import filelock  # takes 25 ms, and only runs need it

    if os.path.exists(path) and not os.path.isfile(path):
        raise WorkbookError(f"{path}: a folder, device or pipe, which nothing replaces; remove it")
    lock = filelock.FileLock(path, timeout=0, thread_local=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with warnings.catch_warnings():
            # On file systems without locks, the file contains the id of the process that holds it.
            warnings.filterwarnings("ignore", "flock not supported")
            lock.acquire()
        held = os.stat(path)
    except filelock.Timeout:
        raise WorkbookError(
            f"{path}: held by another run writing there; wait until it ends"
        ) from None
    except OSError as error:
        lock.release()
        reason = error.strerror or error
        if isinstance(error, FileExistsError):
            reason = "it is not a folder; name another"
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
        # Removed while locked, so that no other run's file is removed. On Windows, which does not
        # remove open files, releasing the lock removes it.
        with contextlib.suppress(OSError):
            if is_ours():
                path.unlink()
        lock.release()
