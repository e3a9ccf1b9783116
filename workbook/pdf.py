"""Workbooks as PDF files, printed by LibreOffice where it is installed."""

import functools
import io
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from .errors import WorkbookError
from .ooxml.zip_writer import zipped

_PROGRAMS = ("soffice", "libreoffice")
_FRONT = 7  # sheets from Board to Sensitivity, the first of a comparison workbook
_BOOK = "xl/workbook.xml"
_SHEET = re.compile(rb"(<sheet\s[^>]*?)\s*/>")
_STATE = re.compile(rb'\sstate="[^"]*"')
_SECONDS = 120  # for the first workbook, and a quarter of it for each further one
_MISSING = (
    "PDF files are printed by LibreOffice, which is not installed, or not found as soffice on the "
    "path; install it, or do without PDF files"
)


def printer() -> str:
    """The path of LibreOffice.

    Raises
    ------
    WorkbookError
        It is not installed.
    """
    found = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if found is None:
        raise WorkbookError(_MISSING)
    return found


def with_print_set(data: bytes) -> bytes:
    """A comparison workbook of which only the sheets for readers are visible, for printing.

    These are Board to Sensitivity; the sheets behind them stay in the workbook.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheets = iter(range(1, 1_000))

    def hidden(match: re.Match[bytes]) -> bytes:
        shown = b"visible" if next(sheets) <= _FRONT else b"hidden"
        return b'%s state="%s"/>' % (_STATE.sub(b"", match[1]).rstrip(), shown)

    parts[_BOOK] = _SHEET.sub(hidden, parts[_BOOK])
    return zipped(parts)


@functools.cache
def _profile() -> tempfile.TemporaryDirectory:
    """A profile of this process, apart from the user's own: a LibreOffice that is open may stay."""
    return tempfile.TemporaryDirectory(prefix="shorewise-libreoffice-")


def printed(books: Sequence[bytes], suffix: str = ".xlsx") -> list[bytes]:
    """The visible sheets of each workbook as a PDF, all printed by one process.

    Parameters
    ----------
    books : sequence of bytes
    suffix : str
        Their ending.

    Raises
    ------
    WorkbookError
        LibreOffice is not installed, or cannot print one of them.
    """
    program = printer()
    with tempfile.TemporaryDirectory(prefix="shorewise-pdf-") as folder:
        files = [Path(folder, f"{number}{suffix}") for number in range(len(books))]
        for file, data in zip(files, books, strict=True):
            file.write_bytes(data)
        command = [
            program,
            f"-env:UserInstallation={Path(_profile().name).as_uri()}",
            *("-headless", "-norestore", "-convert-to", "pdf", "-outdir", folder),
            *map(str, files),
        ]
        try:
            seconds = _SECONDS + _SECONDS // 4 * len(files)
            done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
        except subprocess.TimeoutExpired:
            raise WorkbookError(f"LibreOffice took more than {seconds} seconds to print") from None
        except OSError as error:
            raise WorkbookError(f"{program}: {error.strerror or error}") from None
        found = [file.with_suffix(".pdf") for file in files]
        if missing := [file.name for file in found if not file.is_file()]:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            why = f": {said[-1]}" if said else ""
            raise WorkbookError(f"LibreOffice printed no {missing[0]}{why}")
        return [file.read_bytes() for file in found]
