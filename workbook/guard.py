"""A look at a workbook from outside before anything parses it.

Refuses, from the zip's directory and a scan in small pieces, what could exhaust memory, reach
outside the file, or is not ours. A workbook that is only looked at, not trusted, may be anybody's.
"""

import re
import stat
import struct
import zipfile
import zlib
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from openpyxl.utils import range_boundaries

from .errors import WorkbookError

_FILE_MAX = 32 << 20
_ENTRIES_MAX, _LIST_MAX = 400, 100_000
# The largest scenario's workbook has 380,000 cells in 37 MB; refused files cost a scan, no more.
_TOTAL_MAX = 64 << 20
_CELLS_MAX = 600_000
_RATIO_MAX, _RATIO_FROM = 50, 1 << 20
_PIECE = 1 << 16
_DIRECTORY_MAX = 1 << 20  # of workbook.xml and of each list of relationships
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# An XML part in UTF-8 holds none of these: a DTD, or the NUL bytes of UTF-16.
_FORBIDDEN = {b"<!DOCTYPE": "a DTD", b"<!ENTITY": "an XML entity", b"\x00": "text not in UTF-8"}
_LONGEST = max(map(len, _FORBIDDEN))
_XML = (".xml", ".rels", ".vml")
_OTHER = (".bin", ".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".svg")
# A reader makes every cell of a block that is merged, linked or commented, also of A1:XFD1048576.
_BLOCK = re.compile(
    rb"<(?:\w+:)?(?:mergeCell|hyperlink|comment)\s"
    rb"""(?:[^<>"']|"[^"]*"|'[^']*')*?\bref\s*=\s*["']([^"':]+:[^"']+)["']"""
)
_BLOCK_MARKS = (b"mergeCell ", b"hyperlink ", b"comment ")
_END = struct.Struct("<4s4H2LH")  # a zip's last record: entries, size and place of the list


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
    _inspect(path, understood)


def inspect_any(path: str | Path) -> None:
    """Raise unless a file is a workbook, anybody's, that is safe to parse.

    It may have macros and links, which a reader must leave alone.

    Raises
    ------
    WorkbookError
        Not readable, not a workbook, too large, not UTF-8 or with a DTD.
    """
    _inspect(path, None)


def _inspect(path: str | Path, understood: int | None) -> None:
    try:
        status = Path(path).stat()
        if not stat.S_ISREG(status.st_mode):
            raise WorkbookError(f"{path}: not a file")
        if status.st_size > _FILE_MAX:
            raise WorkbookError(
                f"{path}: {status.st_size:,} bytes; workbooks up to {_FILE_MAX:,} are read"
            )
        _inspect_list(path)
        with zipfile.ZipFile(path) as archive:
            _inspect_parts(path, archive, understood)
    except OSError as error:
        raise WorkbookError(f"{path}: {error.strerror or error}") from None
    except zipfile.BadZipFile:
        raise WorkbookError(f"{path}: not an Excel workbook (.xlsx), or damaged") from None
    except (RuntimeError, EOFError, ValueError, zlib.error) as error:
        raise WorkbookError(f"{path}: encrypted or damaged ({error})") from None


def _inspect_list(path) -> None:
    """Refuse a zip whose list of entries is long before anything reads that list."""
    with open(path, "rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - (1 << 16) - _END.size))
        tail = file.read()
    start = tail.rfind(b"PK\x05\x06")
    if start < 0 or len(tail) - start < _END.size:
        raise zipfile.BadZipFile
    _, _, _, _, entries, list_size, _, _ = _END.unpack_from(tail, start)
    if entries > _ENTRIES_MAX or list_size > _LIST_MAX:
        raise WorkbookError(f"{path}: {entries:,} parts; up to {_ENTRIES_MAX} are read")


def _inspect_parts(path, archive: zipfile.ZipFile, understood: int | None) -> None:
    """Refuse what is not safe and, where a version is given, what is not ours."""
    ours = understood is not None
    entries = archive.infolist()
    if len(entries) > _ENTRIES_MAX:
        raise WorkbookError(f"{path}: {len(entries):,} parts; up to {_ENTRIES_MAX} are read")
    if (total := sum(entry.file_size for entry in entries)) > _TOTAL_MAX:
        raise WorkbookError(f"{path}: unpacks to {total:,} bytes; up to {_TOTAL_MAX:,} are read")
    for entry in entries:
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise WorkbookError(
                f"{path}: {entry.filename} is packed in a way Excel does not use; refused"
            )
        if entry.file_size > max(_RATIO_FROM, _RATIO_MAX * entry.compress_size):
            raise WorkbookError(f"{path}: {entry.filename} is packed too tightly: a zip bomb?")
        name = entry.filename.lower()
        if ours and name.startswith("xl/externallinks/"):
            raise WorkbookError(f"{path}: has links to other workbooks; remove them and save again")
        if ours and name.endswith("vbaproject.bin"):
            raise WorkbookError(f"{path}: has macros; save it as .xlsx without them")
    names = {entry.filename for entry in entries}
    if len(names) != len(entries):
        raise WorkbookError(f"{path}: has two parts of the same name")
    if "xl/workbook.xml" not in names:
        raise WorkbookError(f"{path}: not an Excel workbook (.xlsx)")
    cells = 0
    for entry in entries:
        cells += _scan(path, archive, entry)
        if ours and not entry.filename.lower().endswith((*_XML, *_OTHER, "/")):
            raise WorkbookError(f"{path}: {entry.filename} is no part of a workbook")
        if cells > _CELLS_MAX:
            raise WorkbookError(f"{path}: more than {_CELLS_MAX:,} cells; refused")
        if ours and entry.filename.endswith(".rels"):
            for relation in _parsed(path, archive, entry):
                outside = relation.get("TargetMode", "").lower() == "external"
                if outside and not relation.get("Type", "").endswith("/hyperlink"):
                    raise WorkbookError(
                        f"{path}: {entry.filename} reaches outside the file; refused"
                    )
    for entry in entries:
        cells += _blocks(archive.read(entry))
        if cells > _CELLS_MAX:
            raise WorkbookError(f"{path}: {entry.filename} merges or links too many cells; refused")
    if understood is not None:
        _check_format(path, archive, understood)


def _check_format(path, archive: zipfile.ZipFile, understood: int) -> None:
    """Whether the workbook carries our mark, of the layout we read."""
    names = _parsed(path, archive, archive.getinfo("xl/workbook.xml")).iter(f"{_MAIN}definedName")
    found = next((n.text for n in names if n.get("name") == "shorewise_format"), None)
    if found is None:
        raise WorkbookError(f"{path}: not a workbook made by Shorewise")
    if found != str(understood):
        raise WorkbookError(
            f"{path}: made by another version of Shorewise (layout {found[:9]}, "
            f"not {understood}); make it again from its scenario"
        )


def _parsed(path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Element:
    if entry.file_size > _DIRECTORY_MAX:
        raise WorkbookError(f"{path}: {entry.filename} has {entry.file_size:,} bytes; too many")
    try:
        return fromstring(archive.read(entry))
    except (ParseError, DefusedXmlException) as error:
        raise WorkbookError(f"{path}: {entry.filename} is damaged: {error}") from None


def _scan(path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> int:
    """Look for what is forbidden in a part of XML; about how many cells any part has."""
    cells = 0
    forbidden = _FORBIDDEN if entry.filename.lower().endswith(_XML) else {}
    with archive.open(entry) as part:
        tail = b""
        while piece := part.read(_PIECE):
            window = tail + piece
            for mark, meaning in forbidden.items():
                if mark in window:
                    raise WorkbookError(f"{path}: {entry.filename} holds {meaning}; refused")
            cells += piece.count(b"<c")
            tail = piece[-_LONGEST:]
    return cells


def _blocks(data: bytes) -> int:
    """How many cells a part merges, links or comments as blocks."""
    cells = 0
    if any(mark in data for mark in _BLOCK_MARKS):
        for block in _BLOCK.findall(data):
            try:
                left, top, right, bottom = range_boundaries(block.decode())
            except ValueError:
                continue  # no block to anybody
            columns = (right or 1 << 14) - (left or 1) + 1
            cells += max(columns, 1) * max((bottom or 1 << 20) - (top or 1) + 1, 1)
    return cells
