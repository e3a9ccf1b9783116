"""Formulas and addresses as they read after rows or columns were inserted, or copied elsewhere.

Texts within formulas, names, structured references and references to other workbooks stay.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from openpyxl.utils import column_index_from_string, get_column_letter

from ..errors import WorkbookError
from ..ooxml.cell_references import LAST_COLUMN, LAST_ROW, SHEET, Area, unquoted
from ..ooxml.formula_tokens import LONGEST, references
from .shifts import Shift, Steps, shift

_CORNER = r"(\$?)([A-Za-z]{1,3})?(\$?)([0-9]{1,7})?"
_REFERENCE = re.compile(rf"({SHEET})?{_CORNER}(?:(:){_CORNER})?")
_STAYS = shift([])
# LibreOffice saves SUM(B4:B4) as SUM(B4): a cell that a function adds up alone is a list of one.
_LISTED = re.compile(
    r"(?<![\w.])(?:AVERAGE|COUNT|COUNTA|MAX|MEDIAN|MIN|PRODUCT|STDEV|SUM|SUMSQ|VAR)\(\s*$", re.I
)
_LONGEST_CALL = 40  # characters from a function's name to its argument


class Place(NamedTuple):
    """What references of a formula, or an address, mean where they stand.

    Attributes
    ----------
    sheet : str
        The sheet that references without one mean, in lower case.
    cells : (int, int, int, int) or None
        The cells of the formula, whose relative references stay as far from them as they are.
    is_name : bool
        Whether relative references are counted from any cell, as those of defined names are.
    grows : bool
        Whether a range grows that ends where something is inserted.
    lines_grow : bool
        Also one of a single row by rows, or of a single column by columns.
    cells_grow : bool
        Also a single cell, which then becomes a range.
    """

    sheet: str
    cells: Area | None = None
    is_name: bool = False
    grows: tuple[bool, bool] = (True, True)
    lines_grow: bool = True
    cells_grow: bool = False


class Book:
    """The sheets of a workbook in their order, and what is inserted in each.

    Parameters
    ----------
    titles : sequence of str
    shifts : dict of str to Shift
        By titles in lower case.
    """

    def __init__(self, titles: Sequence[str], shifts: Mapping[str, Shift]):
        self._order = {title.casefold(): n for n, title in enumerate(titles)}
        self._titles = [title.casefold() for title in titles]
        self._shifts = shifts

    def shift(self, sheet: str) -> Shift:
        """What is inserted in a sheet, named in lower case."""
        return self._shifts.get(sheet, _STAYS)

    def is_moved(self, sheet: str) -> bool:
        """Whether anything is inserted in a sheet, named in lower case."""
        return sheet in self._shifts

    def _sheets(self, prefix: str | None, own: str) -> list[str]:
        """The sheets of a reference, in lower case; none where it means no cells that move."""
        if prefix is None:
            return [own] if own in self._shifts else []
        sheet = unquoted(prefix).removeprefix("[0]").casefold()
        if "[" in sheet or "\\" in sheet:
            return []
        first, _, last = sheet.partition(":")
        if not last:
            return [first] if first in self._shifts else []
        ends = sorted(self._order.get(one, -1) for one in (first, last))
        sheets = self._titles[ends[0] : ends[1] + 1] if ends[0] >= 0 else []
        return sheets if any(one in self._shifts for one in sheets) else []

    def formula(self, text: str, place: Place) -> str:
        """A formula after the insertions.

        Raises
        ------
        WorkbookError
            A reference that cannot follow.
        """
        if place.sheet not in self._shifts and "!" not in text:
            return text
        if len(text) > LONGEST:
            raise WorkbookError(f"has {len(text):,} characters; Excel takes 8,192")

        def follow(match: re.Match[str], is_end: bool) -> str:
            listed = place._replace(cells_grow=True) if _is_list(match) else place
            return self._reference(match[0], listed, is_end)

        return _replaced(text, follow)

    def areas(self, text: str, place: Place) -> str:
        """Addresses of the place's sheet, one or several with spaces between them."""
        if place.sheet not in self._shifts:
            return text
        return re.sub(r"[^\s,]+", lambda match: self._reference(match[0], place, False), text)

    def location(self, text: str, place: Place) -> str:
        """The target of a hyperlink within the workbook, whose title some write without quotes."""
        sheet, mark, cells = text.rpartition("!")
        title = unquoted(sheet).casefold() if mark else place.sheet
        return sheet + mark + self.areas(cells, place._replace(sheet=title))

    def _reference(self, text: str, place: Place, is_end: bool) -> str:
        found = _REFERENCE.fullmatch(text)
        sheets = self._sheets(found[1], place.sheet) if found else []
        if not found or not sheets:
            return text
        answers = {self._cells(found, self.shift(one), place, is_end) for one in sheets}
        if len(answers) > 1:
            raise WorkbookError(
                f"reads {text} of several sheets, of which only some get new rows or columns; "
                "refer to each of the sheets by itself"
            )
        return (found[1] or "") + answers.pop()

    def _cells(self, found: re.Match[str], to: Shift, place: Place, is_end: bool) -> str:
        """The text of a reference's cells after the insertions of one sheet."""
        _, *corners = found.groups()
        is_range = corners[4] is not None
        ends = [corners[:4], corners[5:] if is_range else corners[:4]]
        own = self.shift(place.sheet)
        axes = [
            _Axis(to.columns, own.columns, _side(place.cells, 1), own is to, place.grows[1]),
            _Axis(to.rows, own.rows, _side(place.cells, 0), own is to, place.grows[0]),
        ]
        columns = [(not end[0], column_index_from_string(end[1]) if end[1] else 0) for end in ends]
        rows = [(not end[2], int(end[3] or 0)) for end in ends]
        if not all(n <= last for n, last in ((columns[0][1], LAST_COLUMN), (rows[0][1], LAST_ROW))):
            return found[0].removeprefix(found[1] or "")  # a name
        is_single = not is_range and not place.cells_grow
        moved = [
            axis.ends(two, place, is_single=is_single, is_end=is_end)
            for axis, two in zip(axes, (columns, rows), strict=True)
        ]
        new = [
            f"{end[0]}{_letters(end[1], column)}{end[2]}{row or ''}"
            for end, column, row in zip(ends, *moved, strict=True)
        ]
        return new[0] if not is_range and new[0] == new[1] else ":".join(new)


def _is_list(reference: re.Match[str]) -> bool:
    """Whether a function that takes lists has a reference as its only argument."""
    before = reference.string[max(0, reference.start() - _LONGEST_CALL) : reference.start()]
    after = reference.string[reference.end() :]
    return _LISTED.search(before) is not None and after.lstrip().startswith(")")


def copied(text: str, down: int, right: int = 0) -> str:
    """A formula as it reads so many rows below its cell, and so many columns to the right of it."""

    def follow(match: re.Match[str], _: bool) -> str:
        found = _REFERENCE.fullmatch(match[0])
        if found is None:
            return match[0]
        sheet, *corners = found.groups()
        ends = [_shifted(corners[:4], down, right)]
        if corners[4]:
            ends.append(_shifted(corners[5:], down, right))
        return "#REF!" if None in ends else (sheet or "") + ":".join(filter(None, ends))

    return _replaced(text, follow)


def reads_line(text: str, direction: int, at: int) -> bool:
    """Whether a formula reads, without dollar sign, a row (0) or column (1) of its own sheet."""
    for match in references(text):
        found = _REFERENCE.fullmatch(match[0])
        if found is None or found[1]:
            continue
        corners = found.groups()[1:]
        for fixed_column, letters, fixed_row, digits in (corners[:4], corners[5:]):
            row = int(digits) if digits and not fixed_row else 0
            column = column_index_from_string(letters) if letters and not fixed_column else 0
            if (row, column)[direction] == at:
                return True
    return False


class _Axis(NamedTuple):
    """How positions along an axis of the sheet that a reference means move."""

    to: Steps
    own: Steps  # of the formula's sheet
    cells: tuple[int, int] | None  # first and last of the formula's cells
    is_same: bool  # whether the reference means the formula's own sheet
    grows: bool

    def ends(
        self, two: list[tuple[bool, int]], place: Place, *, is_single: bool, is_end: bool
    ) -> list[int]:
        """First and last position, each given with whether it is relative; 0 stays."""
        first, last = two[0][1], two[1][1]
        later = 0 if first > last else 1
        grows = self.grows and (place.lines_grow or first != last)
        found = []
        for n, (is_relative, at) in enumerate(two):
            at_end = is_end if is_single else n == later
            found.append(self._one(at, is_relative, place, grows=grows and at_end))
        if min(found) > self.to.last:
            raise WorkbookError(
                f"refers to row or column {min(first, last):,}, which would move off the sheet; "
                "insert fewer"
            )
        return [min(at, self.to.last) for at in found]

    def _one(self, at: int, is_relative: bool, place: Place, *, grows: bool) -> int:
        if not at or (is_relative and place.is_name):
            return at
        if not is_relative or self.cells is None:
            return self.to.grown(at) if grows else self.to.moved(at)
        first, last = self.cells
        distance = at - first
        distances = {
            self._image(cell, cell + distance, grows=grows) - self.own.moved(cell)
            for cell in (first, last)
            if 1 <= cell + distance <= self.to.last
        }
        return self.own.moved(first) + (distances.pop() if len(distances) == 1 else distance)

    def _image(self, cell: int, at: int, *, grows: bool) -> int:
        """Where a position stands to which the formula of a cell refers."""
        is_of_own_line = cell == at and (self.is_same or cell in self.own.counts)
        return self.to.grown(at) if grows and not is_of_own_line else self.to.moved(at)


def _side(cells: Area | None, n: int) -> tuple[int, int] | None:
    return None if cells is None else (cells[n], cells[n + 2])


def _letters(old: str | None, column: int) -> str:
    """A column's letters, as they were written if it has not moved."""
    if not old or column_index_from_string(old) == column:
        return old or ""
    return get_column_letter(column)


def _shifted(corner: list[str], down: int, right: int) -> str | None:
    """A corner of a copied reference, None off the sheet."""
    fixed_column, letters, fixed_row, digits = corner
    column = column_index_from_string(letters) + (0 if fixed_column else right) if letters else 1
    row = int(digits) + (0 if fixed_row else down) if digits else 1
    if not (1 <= column <= LAST_COLUMN and 1 <= row <= LAST_ROW):
        return None
    return f"{fixed_column}{_letters(letters, column)}{fixed_row}{row if digits else ''}"


def _replaced(text: str, follow: Callable[[re.Match[str], bool], str]) -> str:
    """A formula with other references; the second argument says whether a range ends with it."""
    pieces, done = [], 0
    for match in references(text):
        is_end = text[done : match.start()].rstrip().endswith(":")
        pieces += [text[done : match.start()], follow(match, is_end)]
        done = match.end()
    return "".join([*pieces, text[done:]])
