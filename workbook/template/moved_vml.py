"""Notes and form controls in VML, which often is no well-formed XML."""

import html
import re

from ..ooxml.text_element import escaped
from .moved_references import Book, Place
from .shifts import Steps

_DATA = re.compile(rb"<((?:\w+:)?ClientData)\b[^>]*>.*?</\1\s*>", re.DOTALL)
_NOTE = re.compile(rb"""^<[^>]*\bObjectType\s*=\s*["']Note["']""")
_CELL = re.compile(rb"(<(?:\w+:)?(Row|Column)\s*>\s*)([0-9]+)")
_ANCHOR = re.compile(rb"(<(?:\w+:)?Anchor\s*>)([^<]*)")
_FORMULA = re.compile(rb"(<(?:\w+:)?Fmla(?:Link|Range|Txbx|Pict|Group)\s*>)([^<]*)")
_STAYS, _KEEPS_SIZE = (
    re.compile(rb"<(?:\w+:)?%s\s*(?:/>|>\s*(?:T|t|</))" % name)
    for name in (b"MoveWithCells", b"SizeWithCells")
)


def moved_vml(data: bytes, book: Book, sheet: str) -> bytes:
    """A sheet's VML after the insertions: cells of notes, anchors and formulas of controls."""
    return _DATA.sub(lambda match: _moved(match[0], book, sheet), data)


def _moved(data: bytes, book: Book, sheet: str) -> bytes:
    rows, columns = book.shift(sheet)
    cell: dict[bytes, int] = {}

    def to_cell(match: re.Match[bytes]) -> bytes:
        at = int(match[3])
        moved = (rows if match[2] == b"Row" else columns).moved(at + 1) - 1
        cell[match[2]] = moved - at
        return match[1] + str(moved).encode()

    def to_anchor(match: re.Match[bytes]) -> bytes:
        numbers = match[2].split(b",")
        if len(numbers) != 8:
            return match[0]
        for n, steps, by in ((2, rows, cell.get(b"Row")), (0, columns, cell.get(b"Column"))):
            first, last = int(numbers[n]), int(numbers[n + 4])
            new = _anchored(first, last, steps, by, keeps_size)
            for at, old, value in zip((n, n + 4), (first, last), new, strict=True):
                if value != old:
                    numbers[at] = re.sub(rb"[0-9]+", str(value).encode(), numbers[at])
        return match[1] + b",".join(numbers)

    def to_formula(match: re.Match[bytes]) -> bytes:
        text = match[2].decode("utf-8", "replace")
        moved = book.formula(html.unescape(text), Place(sheet))
        return match[0] if moved == html.unescape(text) else match[1] + escaped(moved)

    is_note = _NOTE.match(data) is not None
    keeps_size = _KEEPS_SIZE.search(data) is not None
    if is_note:
        data = _CELL.sub(to_cell, data)
    if is_note or not _STAYS.search(data):
        data = _ANCHOR.sub(to_anchor, data)
    return _FORMULA.sub(to_formula, data)


def _anchored(
    first: int, last: int, steps: Steps, by: int | None, keeps_size: bool
) -> tuple[int, int]:
    """The first and last row or column of an object, from 0; a note stays beside its cell."""
    if by is not None:
        return first + by, last + by
    start = steps.moved(first + 1) - 1
    return start, last + start - first if keeps_size else steps.moved(last + 1) - 1
