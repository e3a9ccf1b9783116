"""Cells of a sheet that has a table, with what its rows alone do not say: merges, sums, hiding."""

import contextlib
import re
from collections.abc import Generator, Iterable, Iterator
from typing import Any

from ..ooxml.cell_references import LAST_COLUMN, Area, address, area_of
from ..ooxml.load import Hidden, part_opened, rows
from ..ooxml.package import Package, SheetPart
from ..ooxml.structured_references import tables
from .table_frames import FaultyCell, MergedCell

_SHOWN = 80  # characters of a formula
_PIECE, _LONGEST = 1 << 20, 1 << 9  # bytes read at once, and of an element
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?\bref=["']([A-Z0-9$]+:[A-Z0-9$]+)["']""")

Numbered = tuple[int, dict[int, Any]]  # a row's number, and its cells by column


def cells_of(package: Package, sheet: SheetPart, hidden: Hidden) -> Generator[Numbered, None, None]:
    """Rows of a sheet with their values by column.

    The totals row of a table of Excel is left out. A cell that is merged with one before it is a
    :class:`.MergedCell`.

    Parameters
    ----------
    package : Package
    sheet : SheetPart
    hidden : Hidden
        Receives what is hidden.
    """
    with contextlib.closing(rows(package, sheet, unsaved=_unsaved, hidden=hidden)) as found:
        yield from _with_merged(_without_sums(found, package, sheet), _merged(package, sheet))


def _unsaved(formula: str) -> FaultyCell:
    """The faulty cell for a formula without a cached value."""
    return FaultyCell(
        formula[:_SHOWN], "a formula with its value saved: open the workbook in Excel and save it"
    )


def _without_sums(
    found: Iterable[Numbered], package: Package, sheet: SheetPart
) -> Iterator[Numbered]:
    sums = [
        (table.area[2] - table.totals_rows, table.area)
        for table in tables(package.parts, {sheet.title: sheet.part}).values()
        if table.totals_rows
    ]
    for number, cells in found:
        for last, (_, left, bottom, right) in sums:
            if last < number <= bottom:
                cells = {n: cell for n, cell in cells.items() if not left <= n <= right}
        yield number, cells


def _merged(package: Package, sheet: SheetPart) -> list[Area]:
    """Areas of merged cells, from the top; they stand behind the rows in the file."""
    found: list[Area] = []
    if not sheet.part:
        return found
    with part_opened(package, sheet.part) as file:
        rest = b""
        while piece := file.read(_PIECE):
            text = rest + piece
            last = 0
            for match in _MERGED.finditer(text) if b"mergeCell" in text else ():
                last = match.end()
                with contextlib.suppress(TypeError, ValueError):  # no area of a sheet
                    found.append(area_of(match[1].decode()))
            rest = text[max(last, len(text) - _LONGEST) :]
    return sorted(found)


def _with_merged(found: Iterable[Numbered], areas: list[Area]) -> Iterator[Numbered]:
    waiting = areas[::-1]
    current: list[Area] = []
    width = 0
    for number, cells in found:
        width = max(width, *cells, 0)
        while waiting and waiting[-1][0] <= number:
            current.append(waiting.pop())
        current = [area for area in current if number <= area[2]]
        if len(current) > LAST_COLUMN:
            raise ValueError("its merged cells overlap; save it anew in a spreadsheet program")
        for top, left, _, right in current:
            allowed = (
                f"a cell of its own; it is merged with {address((top, left) * 2)}: unmerge the "
                "cells and fill in each"
            )
            covered = range(left + (number == top), min(right, width) + 1)
            cells |= dict.fromkeys(covered, MergedCell("", allowed))
        yield number, cells
