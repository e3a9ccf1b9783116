"""Formulas of a sheet without a value saved beside them: nobody has computed them yet."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping

from defusedxml.ElementTree import iterparse
from openpyxl.utils.cell import coordinate_to_tuple

from .grid import FaultyCell

_ANY = re.compile(rb"<(?:\w+:)?f[\s>/]")
_SHOWN = 80  # characters of a formula
ALLOWED = "a formula with its value saved: open the workbook in Excel and save it"


def unsaved_formulas(xml: bytes) -> dict[tuple[int, int], str]:
    """Formulas of a sheet's XML without a value, by row and column from 1."""
    found: dict[tuple[int, int], str] = {}
    if not _ANY.search(xml):
        return found
    row = column = 0
    for event, element in iterparse(io.BytesIO(xml), events=("start", "end")):
        name = element.tag.rpartition("}")[2]
        if event == "start" and name == "row":
            row, column = int(element.get("r", row + 1)), 0
        elif event == "end" and name == "c":
            at = element.get("r")
            row, column = coordinate_to_tuple(at.replace("$", "")) if at else (row, column + 1)
            parts = {part.tag.rpartition("}")[2]: part for part in element}
            # An empty text is a value; an empty number is none.
            saved = "v" in parts and (parts["v"].text or element.get("t") == "str")
            if "f" in parts and not saved:
                found[row, column] = f"={(parts['f'].text or '')[:_SHOWN]}"
        elif event == "end" and name == "row":
            element.clear()
    return found


def with_faults(
    rows: Iterable[tuple],
    unsaved: Mapping[tuple[int, int], str],
    top: int,
    left: int,
    right: int,
) -> Iterator[tuple]:
    """Rows of some columns, from one row on, with a fault in place of each unsaved formula."""
    columns: dict[int, list[int]] = {}
    for row, column in unsaved:
        if left <= column <= right:
            columns.setdefault(row, []).append(column)
    for number, given in enumerate(rows, top):
        if number not in columns:
            yield given
            continue
        last = max(columns[number]) - left
        cells = [*given, *[None] * (last + 1 - len(given))]
        for column in columns[number]:
            cells[column - left] = FaultyCell(unsaved[number, column], ALLOWED)
        yield tuple(cells)
