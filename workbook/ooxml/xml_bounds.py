"""A streaming look at XML that anybody may have written, before a parser builds anything of it.

Memory stays flat: expat reads a part in pieces, and nothing but counts is kept.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import IO, NamedTuple
from xml.etree.ElementTree import Element, ParseError, fromstring
from xml.parsers import expat

from ..errors import WorkbookError

PIECE = 1 << 16
# An XML part in UTF-8 holds none of these: a DTD, or NUL bytes. Of UTF-16, expat tells the DTD.
_FORBIDDEN = {b"<!DOCTYPE": "a DTD", b"<!ENTITY": "an XML entity", b"\x00": "text not in UTF-8"}
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_LONGEST = max(map(len, _FORBIDDEN))
_TAG_MAX = 1 << 18  # bytes from < to >; Excel's longest, of a validation of many ranges, has 100 KB
_DEPTH_MAX = 256
_ROW_MAX = 1 << 14  # cells
_SMALL_MAX = 300_000  # elements of a part that is read as a tree, or of a sheet beside its cells
_SHEET_MAX, _STRINGS_MAX = 4_000_000, 1_500_000
_ROWS_MAX = 1 << 20


class Counts(NamedTuple):
    """What a part of XML holds: elements, and those that are cells of a sheet."""

    elements: int
    cells: int


class _LimitError(Exception):
    """Why a part is refused."""


def scan(pieces: Iterable[bytes], *, kind: str = "", only_utf8: bool = False) -> Counts:
    """Raise unless a part is XML that is safe to parse.

    Parameters
    ----------
    pieces : iterable of bytes
    kind : {"", "sheet", "strings"}
        Sheets and lists of texts may have more elements than others.
    only_utf8 : bool
        Whether UTF-16 is refused.

    Raises
    ------
    WorkbookError
        Malformed, not in UTF-8, with a DTD, or beyond a limit: of elements, cells of a row,
        depth, or bytes of a tag.
    """
    look = _Look(is_sheet=kind == "sheet")
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
            # Once a piece, which cannot go far beyond: a check for each element would take longer.
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
    except (expat.ExpatError, LookupError, ValueError) as error:  # also an unknown encoding
        raise WorkbookError(f"is damaged: {error}") from None
    return Counts(look.elements, look.cells)


class _Look:
    """Handlers of expat that count: one for the rows of a sheet, one for everything else."""

    def __init__(self, *, is_sheet: bool):
        self.parser = parser = expat.ParserCreate()
        self.open: list[str] = []
        self.elements = self.inside = self.cells = self.rows = self._in_row = 0
        parser.StartElementHandler = self._start_of_sheet if is_sheet else self._start
        parser.EndElementHandler = self.open.remove  # which of equal names does not matter
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
    """A file a piece at a time."""
    return iter(lambda: file.read(PIECE), b"")


def tree(data: bytes) -> Element:
    """The tree of a small part that is safe to parse.

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
    """A part in UTF-8 that may be in UTF-16.

    Raises
    ------
    WorkbookError
        Damaged.
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
