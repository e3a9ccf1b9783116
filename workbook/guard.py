"""A look at a workbook from outside before anything parses it.

Refuses, from the zip's directory and a scan in small pieces, what could exhaust memory, reach
outside the file, or is not ours.
"""

import re
import zipfile
import zlib
from pathlib import Path

from .errors import WorkbookError

_FILE_MAX = 32 << 20
_ENTRIES_MAX = 400
_TOTAL_MAX = 96 << 20
_RATIO_MAX, _RATIO_FROM = 100, 1 << 20
_PIECE = 1 << 16
_OURS = re.compile(rb'<definedName name="shorewise_format"[^>]*>([0-9]{1,6})</definedName>')
_EXTERNAL = re.compile(rb'<Relationship\b[^>]*TargetMode\s*=\s*["\']External["\'][^>]*>')
# An XML part in UTF-8 holds none of these: a DTD, or the NUL bytes of UTF-16.
_FORBIDDEN = {b"<!DOCTYPE": "a DTD", b"<!ENTITY": "an XML entity", b"\x00": "text not in UTF-8"}
_LONGEST = max(map(len, _FORBIDDEN))


def inspect(path: str | Path, understood: int) -> None:
    """Raise unless a file is a workbook of ours that is safe to parse.

    Parameters
    ----------
    path : path
    understood : int
        Version of the workbook's layout that we read.

    Raises
    ------
    WorkbookError
        Not readable, not a workbook, too large, not UTF-8, with a DTD, external links or macros,
        or not made by Shorewise.
    """
    try:
        if (size := Path(path).stat().st_size) > _FILE_MAX:
            raise WorkbookError(f"{path}: {size:,} bytes; workbooks up to {_FILE_MAX:,} are read")
        with zipfile.ZipFile(path) as archive:
            _inspect_parts(path, archive, understood)
    except OSError as error:
        raise WorkbookError(f"{path}: {error.strerror or error}") from None
    except zipfile.BadZipFile:
        raise WorkbookError(f"{path}: not an Excel workbook (.xlsx), or damaged") from None
    except (RuntimeError, NotImplementedError, EOFError, ValueError, zlib.error) as error:
        raise WorkbookError(f"{path}: encrypted or damaged ({error})") from None


def _inspect_parts(path, archive: zipfile.ZipFile, understood: int) -> None:
    entries = archive.infolist()
    if len(entries) > _ENTRIES_MAX:
        raise WorkbookError(f"{path}: {len(entries):,} parts; up to {_ENTRIES_MAX} are read")
    if (total := sum(entry.file_size for entry in entries)) > _TOTAL_MAX:
        raise WorkbookError(f"{path}: unpacks to {total:,} bytes; up to {_TOTAL_MAX:,} are read")
    for entry in entries:
        if entry.file_size > max(_RATIO_FROM, _RATIO_MAX * entry.compress_size):
            raise WorkbookError(f"{path}: {entry.filename} is packed too tightly: a zip bomb?")
        name = entry.filename.lower()
        if name.startswith("xl/externallinks/"):
            raise WorkbookError(f"{path}: has links to other workbooks; remove them and save again")
        if name.endswith("vbaproject.bin"):
            raise WorkbookError(f"{path}: has macros; save it as .xlsx without them")
    names = {entry.filename for entry in entries}
    if len(names) != len(entries):
        raise WorkbookError(f"{path}: has two parts of the same name")
    if "xl/workbook.xml" not in names:
        raise WorkbookError(f"{path}: not an Excel workbook (.xlsx)")
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels")):
            _scan(path, archive, entry)
    found = _OURS.search(archive.read("xl/workbook.xml"))
    if not found:
        raise WorkbookError(f"{path}: not a workbook made by Shorewise")
    if int(found[1]) != understood:
        raise WorkbookError(
            f"{path}: made by another version of Shorewise (layout {int(found[1])}, "
            f"not {understood}); make it again from its scenario"
        )


def _scan(path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    relations = b""
    with archive.open(entry) as part:
        tail = b""
        while piece := part.read(_PIECE):
            window = tail + piece
            for mark, meaning in _FORBIDDEN.items():
                if mark in window:
                    raise WorkbookError(f"{path}: {entry.filename} holds {meaning}; refused")
            tail = piece[-_LONGEST:]
            if entry.filename.endswith(".rels"):
                relations += piece
    for relation in _EXTERNAL.findall(relations):
        if b"/hyperlink" not in relation:
            raise WorkbookError(f"{path}: {entry.filename} reaches outside the file; refused")
