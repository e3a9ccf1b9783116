"""References to cells in A1 notation, as formulas in files write them: 'My sheet'!$A$1:B9."""

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

from openpyxl.utils import get_column_letter, range_boundaries

Position = tuple[int, int]  # row and column, from 1
Area = tuple[int, int, int, int]  # first row and column, last row and column, from 1

LAST_ROW, LAST_COLUMN = 1 << 20, 1 << 14

# Every pattern reads each character once: formulas may be anybody's.
# A sheet of the same or another workbook, or several: First:Last!
_OTHER_BOOK = r"\[[^\]\[]*+\][\w.]*+(?::[\w.]++)?+"
SHEET = rf"(?:'(?:[^']|'')*+'|{_OTHER_BOOK}|[\w.]++(?::[\w.]++)?+)!"
NO_MORE = r"(?![\w.(!\[\\?])"  # what follows a reference is none of these
_CELL, _COLUMN, _ROW = r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}", r"\$?[A-Za-z]{1,3}", r"\$?[0-9]{1,7}"
AREA = rf"{_CELL}(?::{_CELL}{NO_MORE})?+|{_COLUMN}:{_COLUMN}|{_ROW}:{_ROW}"
_PARTS = re.compile(
    rf"({SHEET})?(?:(\$?)([A-Za-z]{{1,3}}))?(?:(\$?)([0-9]{{1,7}}))?"
    rf"(:(?:(\$?)([A-Za-z]{{1,3}}))?(?:(\$?)([0-9]{{1,7}}))?)?"
)
_REFERENCE = re.compile(rf"(?:{SHEET})?(?:{AREA})")


class Reference(NamedTuple):
    """A reference to cells.

    Attributes
    ----------
    sheet : str
        "" for the sheet of the formula; "First:Last" for several.
    area : (int, int, int, int)
        First row and column, last row and column, from 1.
    fixed : (bool, bool, bool, bool)
        Which of them are absolute, so that they stay when the formula is copied to another cell.
    """

    sheet: str
    area: Area
    fixed: tuple[bool, bool, bool, bool]

    @property
    def is_one_cell(self) -> bool:
        """Whether it refers to one cell, also when the formula is copied: not A$1:A1."""
        return (self.area[:2], self.fixed[:2]) == (self.area[2:], self.fixed[2:])

    @property
    def is_whole(self) -> bool:
        """Whether it refers to whole columns or whole rows."""
        top, left, bottom, right = self.area
        return (top, bottom) == (1, LAST_ROW) or (left, right) == (1, LAST_COLUMN)

    def moved(self, down: int, right: int) -> Area:
        """The area after the formula is copied so many rows down and columns to the right."""
        if not (down or right):
            return self.area
        sizes = (LAST_ROW, LAST_COLUMN, LAST_ROW, LAST_COLUMN)
        top, left, bottom, last = (
            at if stays else (at + by - 1) % size + 1
            for at, stays, by, size in zip(
                self.area, self.fixed, (down, right, down, right), sizes, strict=True
            )
        )
        return min(top, bottom), min(left, last), max(top, bottom), max(left, last)

    def in_r1c1(self, row: int, column: int) -> str:
        """The reference in R1C1 notation, as a formula in some cell means it."""
        top, left, bottom, right = (
            f"{letter}{at}" if is_fixed else f"{letter}[{at - here}]"
            for letter, at, is_fixed, here in zip(
                "RCRC", self.area, self.fixed, (row, column, row, column), strict=True
            )
        )
        if self.area[::2] == (1, LAST_ROW):
            top = bottom = ""
        elif self.area[1::2] == (1, LAST_COLUMN):
            left = right = ""
        first, last = top + left, bottom + right
        sheet = f"{self.sheet}!" if self.sheet else ""
        return sheet + (first if first == last else f"{first}:{last}")


@functools.lru_cache(1 << 16)
def parse_reference(text: str) -> Reference | None:
    """A reference from its text; None for any other text, or beyond the last row or column."""
    if not _REFERENCE.fullmatch(text):
        return None
    found = _PARTS.fullmatch(text)
    assert found is not None
    sheet, *rest = found.groups()
    first = _corner(rest[:4], 1, 1)
    last = first if rest[4] is None else _corner(rest[5:], LAST_ROW, LAST_COLUMN)
    (top, top_fixed, left, left_fixed), (bottom, bottom_fixed, right, right_fixed) = first, last
    if top > bottom:
        top, bottom, top_fixed, bottom_fixed = bottom, top, bottom_fixed, top_fixed
    if left > right:
        left, right, left_fixed, right_fixed = right, left, right_fixed, left_fixed
    if not (1 <= top <= bottom <= LAST_ROW and 1 <= left <= right <= LAST_COLUMN):
        return None
    return Reference(
        unquoted(sheet or ""),
        (top, left, bottom, right),
        (top_fixed, left_fixed, bottom_fixed, right_fixed),
    )


def _corner(found: list[str | None], row: int, column: int) -> tuple[int, bool, int, bool]:
    """Row and column, each with whether it is fixed; those of a whole row or column are."""
    fixed_column, letters, fixed_row, digits = found
    number = 0
    for letter in (letters or "").upper():
        number = number * 26 + ord(letter) - 64
    return (
        int(digits) if digits else row,
        bool(fixed_row) or not digits,
        number or column,
        bool(fixed_column) or not letters,
    )


def unquoted(prefix: str) -> str:
    """The sheet that a reference's prefix names, with or without its exclamation mark."""
    sheet = prefix.removesuffix("!")
    return sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet


def address(area: Area) -> str:
    """An area in A1 notation, such as B2 or B2:C5."""
    first, last = (f"{get_column_letter(c)}{r}" for r, c in (area[:2], area[2:]))
    return first if first == last else f"{first}:{last}"


def area_of(text: str) -> Area:
    """The area of a text such as B2 or B2:C5."""
    left, top, right, bottom = map(int, range_boundaries(text))
    return top, left, bottom, right


def number_of_cells(area: Area) -> int:
    """How many cells an area has."""
    return (area[2] - area[0] + 1) * (area[3] - area[1] + 1)


def positions_in(area: Area) -> Iterator[Position]:
    """The rows and columns of an area's cells, row by row."""
    top, left, bottom, right = area
    return ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))


def holds(area: Area, position: Position) -> bool:
    """Whether a cell is in an area."""
    return area[0] <= position[0] <= area[2] and area[1] <= position[1] <= area[3]
