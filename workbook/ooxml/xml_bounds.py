"""A streaming scan of untrusted XML, before a parser builds a tree from it.

Memory use is constant: expat reads a part in pieces, and only counts are kept.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import IO, NamedTuple
from xml.etree.ElementTree import Element, ParseError, fromstring
from xml.parsers import expat

from ..errors import WorkbookError

PIECE = 1 << 16
# Byte sequences that are refused in UTF-8 parts. In UTF-16 parts expat reports the DTD.
_FORBIDDEN = {b"<!DOCTYPE": "a DTD", b"<!ENTITY": "an XML entity", b"\x00": "text not in UTF-8"}
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_LONGEST = max(map(len, _FORBIDDEN))
_TAG_MAX = 1 << 18  # bytes; Excel's longest tags, of validations with many ranges, have 100 KB
_DEPTH_MAX = 256
_ROW_MAX = 1 << 14  # cells
_SMALL_MAX = 300_000  # elements of a part read as a tree, or of a sheet outside its cells
_SHEET_MAX, _STRINGS_MAX = 4_000_000, 1_500_000
_ROWS_MAX = 1 << 20


class Counts(NamedTuple):
    """Numbers of elements and of sheet cells in an XML part."""

    elements: int
    cells: int


class _LimitError(Exception):
    """A part exceeds a limit; the message says which."""


def scan(pieces: Iterable[bytes], *, kind: str = "", only_utf8: bool = False) -> Counts:
    """Count elements and cells of an XML part; raise unless it is safe to parse.

    Parameters
    ----------
    pieces : iterable of bytes
    kind : {"", "sheet", "strings"}
        Sheets and shared strings may have more elements than other parts.
    only_utf8 : bool
        Whether UTF-16 is refused.

    Raises
    ------
    WorkbookError
        The part is malformed, in a wrong encoding, has a DTD, or exceeds a limit on elements, cells
        in a row, depth, or bytes of a tag.
    """
    look = _Counter(is_sheet=kind == "sheet")
    most = {"sheet": _SHEET_MAX, "strings": _STRINGS_MAX}.get(kind, _SMALL_MAX)
    done, tail, forbidden = 0, b"", _FORBIDDEN
    try:
        for piece in pieces:
            window = tail + piece
            if not done and piece.startswith(_UTF16) and not only_utf8:
                forbidden = {}
            for mark, meaning in forbidden.items():
                if mark in window:
                    raise _LimitError(f"holds {meaning}; refused")
            tail = piece[-_LONGEST:]
            look.parser.Parse(piece, False)
            done += len(piece)
            # Checked once per piece, since a check for each element would be slower.
            if done - look.parser.CurrentByteIndex > _TAG_MAX:
                raise _LimitError(f"has a tag or comment of more than {_TAG_MAX:,} bytes; refused")
            if look.elements > most:
                raise _LimitError(f"has over {most:,} elements; refused")
            if kind == "sheet" and look.elements - look.inside > _SMALL_MAX:
                raise _LimitError(
                    f"has more than {_SMALL_MAX:,} elements beside its cells; refused"
                )
            if look.rows > _ROWS_MAX:
                raise _LimitError(f"has over {_ROWS_MAX:,} rows; refused")
            if len(look.open) > _DEPTH_MAX:
                raise _LimitError(f"nests elements deeper than {_DEPTH_MAX}; refused")
        look.parser.Parse(b"", True)
    except _LimitError as error:
        raise WorkbookError(str(error)) from None
    except (expat.ExpatError, LookupError, ValueError) as error:  # LookupError: unknown encoding
        raise WorkbookError(f"is damaged: {error}") from None
    return Counts(look.elements, look.cells)


class _Counter:
    """Expat handlers that count elements, with a faster one for the rows of a sheet."""

    def __init__(self, *, is_sheet: bool):
        self.parser = parser = expat.ParserCreate()
        self.open: list[str] = []
        self.elements = self.inside = self.cells = self.rows = self._in_row = 0
        parser.StartElementHandler = self._start_of_sheet if is_sheet else self._start
        parser.EndElementHandler = self.open.remove  # the order of equal names does not matter
        parser.StartDoctypeDeclHandler = self._declared

    def _start(self, name: str, _: dict[str, str]) -> None:
        self.elements += 1
        self.open.append(name)

    def _start_of_sheet(self, name: str, _: dict[str, str]) -> None:
        self.elements += 1
        self.open.append(name)
        if name.endswith("sheetData"):
            self.parser.StartElementHandler = self._start_in_rows

    def _start_in_rows(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.open) == 1:  # after the rows
            self.parser.StartElementHandler = self._start_of_sheet
            self._start_of_sheet(name, attributes)
            return
        self.elements += 1
        self.inside += 1
        self.open.append(name)
        if name == "c" or name.endswith(":c"):
            self.cells += 1
            self._in_row += 1
            if self._in_row > _ROW_MAX:
                raise _LimitError(f"has a row of more than {_ROW_MAX:,} cells; refused")
        elif len(self.open) == 3:
            self.rows += 1
            self._in_row = 0

    def _declared(self, *_: object) -> None:
        raise _LimitError("holds a DTD; refused")


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    """Read a file in pieces of 64 KB."""
    return iter(lambda: file.read(PIECE), b"")


def tree(data: bytes) -> Element:
    """Parse a small part after checking that it is safe.

    Raises
    ------
    WorkbookError
        As :func:`scan`.
    """
    scan(data[start : start + PIECE] for start in range(0, len(data), PIECE))
    try:
        return fromstring(data)
    except ParseError as error:
        raise WorkbookError(f"is damaged: {error}") from None


def in_utf8(data: bytes) -> bytes:
    """Convert a part to UTF-8 if it is in UTF-16.

    Raises
    ------
    WorkbookError
        The part is damaged.
    """
    if not data.startswith(_UTF16):
        return data
    try:
        return _DECLARATION.sub("", data.decode("utf-16"), count=1).encode()
    except UnicodeError:
        raise WorkbookError("is damaged: not in UTF-16") from None


def local(tag: str) -> str:
    """An element's or attribute's name without its namespace."""
    return tag.rpartition("}")[2]
