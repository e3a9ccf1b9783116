"""Cells whose green error triangle in Excel is suppressed because they are intended.

There are two kinds: formulas over a range with other numbers next to it, such as a total of months
next to an opening balance; and text that looks like a number, such as the name of a plan.
"""

import re
from collections.abc import Iterable, Sequence

from ..layout.references import Text
from ..layout.sheet import Formula, Row, Sheet, block

_RANGE = re.compile(
    r"(?<![!\w$])\$?[A-Z]{1,3}\$?[0-9]+:\$?[A-Z]{1,3}\$?[0-9]+"
)  # on the formula's own sheet
_NUMBER = re.compile(r"\s*[-+(]*[^\w\s]?\s*[0-9][0-9.,]*(?:[eE][-+]?[0-9]+)?\s*%?\)?\s*")
_AREAS_MAX = 500  # per element; the Open XML SDK accepts 256 elements on a sheet
# Styles of cells that hold free text, such as names.
_FREE = ("input", "input text", "input line", "input choice", "stamp", "fact")
_BEFORE = re.compile(
    r"<(?:drawing|legacyDrawing|legacyDrawingHF|picture|tableParts|extLst)\b|</work"
)


def ignored_errors(sheet: Sheet) -> str:
    """The ``ignoredErrors`` element of a sheet; "" if no cell needs it.

    Parameters
    ----------
    sheet : Sheet

    Returns
    -------
    str
        XML as in ECMA-376 part 1, 18.3.1.51.
    """
    ranges, texts = set(), set()
    for where, cell in sheet.cells.items():
        content = cell.content
        if isinstance(content, Formula):
            if _RANGE.search(content.text):
                ranges.add(where)
        elif cell.style in _FREE:
            if isinstance(content, (str, Text)):
                texts.add(where)
        elif isinstance(content, str) and _NUMBER.fullmatch(content):
            texts.add(where)
    found = [*_listed(ranges, "formulaRange"), *_listed(texts, "numberStoredAsText")]
    if sheet.more and not sheet.static:  # whose texts are known, and none looks like a number
        found += _below(sheet, sheet.more)
    return f"<ignoredErrors>{''.join(found)}</ignoredErrors>" if found else ""


def put_ignored(tail: str, element: str) -> str:
    """Insert an ``ignoredErrors`` element at its position in the XML after a sheet's rows."""
    at = _BEFORE.search(tail)
    assert at is not None  # every sheet has an end tag
    return tail[: at.start()] + element + tail[at.start() :]


def _below(sheet: Sheet, rows: Sequence[Row]) -> list[str]:
    """The text columns of a long list, whose names can look like numbers."""
    first = max(row for row, _ in sheet.cells)
    # A row for all: those below have the same columns of texts.
    texts = {(first, n) for n, one in enumerate(rows[-1].contents, 1) if isinstance(one, str)}
    return _listed(texts, "numberStoredAsText", 1 + len(rows))


def _listed(cells: Iterable[tuple[int, int]], kind: str, high: int = 1) -> list[str]:
    areas = _areas(cells, high)
    parts = (areas[n : n + _AREAS_MAX] for n in range(0, len(areas), _AREAS_MAX))
    return [f'<ignoredError sqref="{" ".join(part)}" {kind}="1"/>' for part in parts]


def _areas(cells: Iterable[tuple[int, int]], high: int = 1) -> list[str]:
    """Rectangles that cover exactly the given cells: runs along rows, merged if equal.

    Cells of a single row may stand for so many rows from there on.
    """
    runs: list[tuple[int, int, int]] = []  # row, first column, columns
    for row, column in sorted(cells):
        if runs and runs[-1][0] == row and sum(runs[-1][1:]) == column:
            runs[-1] = (row, runs[-1][1], runs[-1][2] + 1)
        else:
            runs.append((row, column, 1))
    heights: dict[tuple[int, int, int], int] = {}
    below: dict[tuple[int, int, int], tuple[int, int, int]] = {}
    for row, column, columns in runs:
        top = below.pop((row, column, columns), (row, column, columns))
        heights[top] = row - top[0] + high
        below[row + 1, column, columns] = top
    return [
        block(row, column, rows, columns).replace("$", "")
        for (row, column, columns), rows in heights.items()
    ]
