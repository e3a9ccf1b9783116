"""What charts keep of the cells that they show, so that they are right before Excel opens them."""

import html
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple
from xml.sax.saxutils import escape

from openpyxl.utils.datetime import to_excel

from ..layout.sheet import Plain
from ..ooxml.cell_references import (
    Area,
    Position,
    holds,
    number_of_cells,
    parse_reference,
    positions_in,
)
from ..ooxml.cell_values import ErrorValue
from ..recalc.source_workbook import Cell

_MOST = 20_000  # cells of a reference whose values are kept
_KEPT = re.compile(
    rb"<(?P<p>(?:\w+:)?)(?P<kind>num|str)Ref>\s*<(?P=p)f>(?P<text>[^<]*)</(?P=p)f>"
    rb"(?P<cache>\s*<(?P=p)(?P=kind)Cache>.*?</(?P=p)(?P=kind)Cache>)?",
    re.DOTALL,
)
_FORMAT = re.compile(rb"<(?:\w+:)?formatCode>[^<]*</(?:\w+:)?formatCode>")


class UnknownError(Exception):
    """A cell whose value is not known: a formula that Excel is to compute."""


class KeptCells(NamedTuple):
    """A reference of a chart: where what it keeps begins and ends, and the cells.

    Attributes
    ----------
    start, end : int
        Of what is kept, in the XML of the chart; equal where it keeps nothing.
    prefix, kind, form : bytes
        Prefix of its elements, "num" or "str", and the element of its number format.
    title : str
        The sheet.
    area : (int, int, int, int)
    """

    start: int
    end: int
    prefix: bytes
    kind: bytes
    form: bytes
    title: str
    area: Area


def kept_cells(xml: bytes) -> list[KeptCells]:
    """The references of a chart to cells of one sheet, in the order of its XML."""
    found = []
    for match in _KEPT.finditer(xml):
        target = parse_reference(html.unescape(match["text"].decode()).strip())
        if target is None or not target.sheet or number_of_cells(target.area) > _MOST:
            continue
        cache = match["cache"] or b""
        start = match.end() - len(cache)
        form = _FORMAT.search(cache)
        found.append(
            KeptCells(
                start, match.end(), match["p"], match["kind"], form[0] if form else b"",
                target.sheet, target.area,
            )
        )  # fmt: skip
    return found


def shows(kept: KeptCells, cells: Iterable[Cell]) -> bool:
    """Whether a reference of a chart holds one of some cells."""
    title = kept.title.casefold()
    return any(cell.title.casefold() == title and holds(kept.area, cell.position) for cell in cells)


def with_values(xml: bytes, kept: list[KeptCells], read: Callable[[str, Position], Plain]) -> bytes:
    """A chart that keeps the values of its cells; nothing of cells that are not known.

    Parameters
    ----------
    xml : bytes
    kept : list of KeptCells
        What :func:`kept_cells` returned of it.
    read : callable
        The value of a cell by the title of its sheet and its position; raises UnknownError.
    """
    pieces, done = [], 0
    for one in kept:
        pieces += [xml[done : one.start], _cache(one, read)]
        done = one.end
    return b"".join([*pieces, xml[done:]])


def _cache(one: KeptCells, read: Callable[[str, Position], Plain]) -> bytes:
    try:
        values = [read(one.title, position) for position in positions_in(one.area)]
    except UnknownError:
        return b""
    p, kind = one.prefix, one.kind
    points = b"".join(
        b'<%spt idx="%d"><%sv>%s</%sv></%spt>' % (p, number, p, text, p, p)
        for number, value in enumerate(values)
        if (text := _text(value, kind))
    )
    count = b'<%sptCount val="%d"/>' % (p, len(values))
    return b"<%s%sCache>%s%s%s</%s%sCache>" % (p, kind, one.form, count, points, p, kind)


def _text(value: Plain, kind: bytes) -> bytes:
    """What is kept of a cell; nothing of an empty one, or of a text among numbers."""
    if value is None or isinstance(value, ErrorValue):
        return b""
    if isinstance(value, str):
        return escape(value).encode() if kind == b"str" else b""
    number = float(value) if isinstance(value, (int, float)) else float(to_excel(value))
    return (f"{number:.15g}" if kind == b"str" else repr(number)).encode()
