"""Workbooks as PDF files, printed by LibreOffice where it is installed."""

import functools
import io
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from .atomic_write import atomic_write, refuse_existing
from .errors import WorkbookError
from .ooxml.part_edit import Node, PartEdit
from .ooxml.zip_writer import zipped

_PROGRAMS = ("soffice", "libreoffice")
_FRONT = 7  # sheets from Board to Sensitivity, the first of a comparison workbook
_BOOK = "xl/workbook.xml"
_AREA = "_xlnm.Print_Area"
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
    book = PartEdit(parts[_BOOK])
    for number, sheet in enumerate(_inside(book.root, "sheets")):
        book.set(sheet, {"state": "visible" if number < _FRONT else "hidden"})
    for name in _inside(book.root, "definedNames"):
        # LibreOffice prints what has a print area, hidden or not.
        if name.attributes["name"] == _AREA and int(name.attributes["localSheetId"]) >= _FRONT:
            book.remove(name)
    return zipped(parts | {_BOOK: book.result()})


def _inside(root: Node, name: str) -> list[Node]:
    """The children of a child of the root."""
    found = root.one(name)
    return found.children if found else []


def refuse_pdf(workbook: str | Path, *, force: bool) -> None:
    """Raise where a workbook could not be printed to a PDF beside it."""
    printer()
    refuse_existing(_beside(workbook), force=force)


def print_beside(workbook: str | Path, *, force: bool, is_ours: bool) -> Path:
    """Print a workbook to a PDF of the same name.

    Parameters
    ----------
    workbook : path
    force : bool
        Whether an existing PDF may be replaced.
    is_ours : bool
        Whether it is a comparison workbook, of which the sheets for readers are printed.
    """
    data = Path(workbook).read_bytes()
    (pdf,) = printed([with_print_set(data) if is_ours else data], Path(workbook).suffix)
    return atomic_write(_beside(workbook), pdf, force=force)


def _beside(workbook: str | Path) -> Path:
    return Path(workbook).with_suffix(".pdf")


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
