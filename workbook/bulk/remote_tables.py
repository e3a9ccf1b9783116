"""Tables in object stores and at other URLs that fsspec can open."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ...engine.errors import install
from ..errors import WorkbookError

_CHUNK = 8 << 20  # bytes


@contextlib.contextmanager
def local_copy(url: str, origin: str) -> Iterator[str]:
    """A temporary copy of a file at a URL, since all kinds but text need to be read out of order.

    Parameters
    ----------
    url : str
        Any that fsspec can open.
    origin : str
        Its name in messages.

    Raises
    ------
    WorkbookError
        fsspec is not installed, or cannot read the URL.
    """
    try:
        import fsspec
    except ImportError:
        raise WorkbookError(f"{origin}: needs: {install('remote')}") from None
    with tempfile.TemporaryDirectory(prefix="shorewise-") as folder:
        path = Path(folder, url.rpartition("/")[2])
        try:
            with fsspec.open(url, "rb") as source, open(path, "wb") as copy:
                shutil.copyfileobj(source, copy, _CHUNK)
        except FileNotFoundError:
            raise WorkbookError(f"{origin}: no such file") from None
        except Exception as error:  # libraries raise errors of various types
            reason = str(error).strip().partition("\n")[0] or type(error).__name__
            raise WorkbookError(f"{origin}: cannot be read: {reason}") from None
        yield str(path)
