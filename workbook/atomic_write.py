"""Files written atomically: a reader finds the old file or the new one, never a part of it."""

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from .errors import WorkbookError


def refuse_kind(path: str | Path) -> None:
    """Raise where a file's name is not that of a workbook."""
    if Path(path).suffix.lower() != ".xlsx":
        raise WorkbookError(f"{path}: the name of a workbook must end in .xlsx")


def refuse_existing(path: str | Path, *, force: bool) -> None:
    """Raise where a file exists and must not be replaced, or cannot be."""
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        folder = Path(path).parent
        if not folder.is_dir():
            raise WorkbookError(f"{path}: cannot be written: there is no folder {folder}") from None
        return
    except (OSError, ValueError) as error:
        raise _cannot(path, error) from None
    if stat.S_ISDIR(status.st_mode) or Path(path).is_dir():
        raise WorkbookError(f"{path}: a folder; name a file")
    if _is_device(path):
        raise WorkbookError(f"{path}: a device or pipe, which nothing replaces; name a file")
    if not force:
        raise WorkbookError(f"{path}: exists already; force=True replaces it", parameters=["force"])


def _is_device(path: str | Path) -> bool:
    """Whether a path leads to something other than a file, a folder, or nothing yet."""
    try:
        mode = os.stat(path).st_mode
    except OSError:  # a link to nothing, or one that goes round: writing says what is wrong
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def atomic_write(
    path: str | Path, data: bytes, *, force: bool = False, private: bool = False
) -> Path:
    """Write a file under a temporary name beside it, then rename it.

    Parameters
    ----------
    path : path
        An existing file is replaced only with ``force``.
    data : bytes
    private : bool
        Whether its owner alone may read it.

    Returns
    -------
    Path
        The file, resolved.

    Raises
    ------
    WorkbookError
        A file that is there already or cannot be written.
    """
    refuse_existing(path, force=force)
    target = Path(path).resolve()
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise _cannot(path, error) from None
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if not private:  # as the temporary file is
            os.chmod(temporary, _mode(target))
        os.replace(temporary, target)
    except OSError as error:
        raise _cannot(path, error) from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
    return target


def _mode(target: Path) -> int:
    """Permissions of the file that is replaced, or those of a new one."""
    with contextlib.suppress(FileNotFoundError):
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _cannot(path: str | Path, error: Exception) -> WorkbookError:
    return WorkbookError(f"{path}: cannot be written: {getattr(error, 'strerror', None) or error}")
