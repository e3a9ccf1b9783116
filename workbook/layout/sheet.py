"""A sheet as data: cells, widths, rules and charts, to be rendered by :mod:`.render`."""

import datetime
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from openpyxl.utils import get_column_letter, range_boundaries

from .references import Ref, Text

Plain = float | int | str | bool | datetime.date | None
Value = Plain | Ref | Text  # what a cell shows: itself, or a reference to it


class Formula(NamedTuple):
    """A live formula, without its equals sign, and the value the engine gives it."""

    text: str
    value: Any


class DataTable(NamedTuple):
    """The first cell of a table that a spreadsheet fills by moving one or two cells.

    ``row_cell`` takes the values along the top ("" for none), ``column_cell`` those down the side.
    """

    area: str
    row_cell: str
    column_cell: str
    value: Value

    def places(self) -> Iterator[tuple[int, int]]:
        """Row and column of every cell that it fills."""
        left, top, right, bottom = range_boundaries(self.area)
        return itertools.product(range(top, bottom + 1), range(left, right + 1))


class CellLink(NamedTuple):
    """A hyperlink to a cell of the same workbook, such as ``Summary!A1``."""

    reference: str


class FileLink(NamedTuple):
    """A hyperlink to a file, by its path relative to the workbook."""

    path: str


class Cell(NamedTuple):
    """What stands in a cell, how it looks, and what a click on it opens."""

    content: Formula | DataTable | Value
    style: str
    number_format: str = "General"
    link: CellLink | FileLink | None = None


class Row(NamedTuple):
    """A row that looks like the one above: its contents, and the file its first cell opens."""

    contents: tuple[float | str, ...]
    link: FileLink | None = None


class Rule(NamedTuple):
    """Data validation that blocks.

    ``kind`` is Excel's: decimal, whole, date or textLength; both bounds are allowed.
    """

    cells: str
    kind: str
    lowest: float
    highest: float
    title: str
    message: str


class Series(NamedTuple):
    """One series of a chart: where its name and values stand, and what they are.

    ``look`` is "" for the next colour, or hidden, total or step for a part of a waterfall. Series
    of points have places of their own along x; their values are all 0.
    """

    name_cell: str
    name: str | Text
    value_cells: str
    values: Sequence[float | Ref]
    look: str = ""
    x_cells: str = ""
    xs: tuple[float | Ref, ...] = ()


class Chart(NamedTuple):
    """A native chart; ``kind`` is one of those of :mod:`.charts`.

    A curve has numbers along x, and may have series of points.
    """

    kind: str
    title: str | Text
    summary: str
    anchor: str
    width_cm: float
    height_cm: float
    x_title: str
    y_title: str | Text
    number_format: str
    category_cells: str
    categories: Sequence[str | Text]
    series: list[Series]
    title_cell: str = ""  # where the title stands, if it is live


@dataclass
class Sheet:
    """One sheet.

    Attributes
    ----------
    cells : dict of (int, int) to Cell
        By row and column, both from 1.
    more : list of Row
        Rows below the last of ``cells``, for a list too long for a cell each.
    widths : dict of int to int
        Column widths, in characters.
    heights : dict of int to int
        Row heights, in lines of text; 1 where not given.
    freeze : str
        First cell that scrolls, or "".
    head_rows, head_columns : int
        Rows and columns repeated on every printed page.
    filter : str
        Range with the heads of a list to be filtered, or "".
    true_false : list of str
        Ranges of checks, coloured by their result.
    one_page, portrait, pages_wide, print_columns
        All on one printed page; upright; pages across; how many columns to print, 0 for all.
    """

    title: str
    colour: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    more: list[Row] = field(default_factory=list)
    widths: dict[int, int] = field(default_factory=dict)
    heights: dict[int, int] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    true_false: list[str] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    freeze: str = ""
    filter: str = ""
    head_rows: int = 0
    head_columns: int = 0
    one_page: bool = False
    portrait: bool = False
    pages_wide: int = 1
    print_columns: int = 0

    def put(
        self,
        row: int,
        column: int,
        content: Formula | DataTable | Value,
        style: str,
        number_format: str = "General",
        link: CellLink | FileLink | None = None,
    ) -> None:
        """Put a cell."""
        self.cells[row, column] = Cell(content, style, number_format, link)

    def computed(self) -> dict[str, Any]:
        """Value of each formula, and of the first cell of each data table, by address."""
        return {
            f"{get_column_letter(column)}{row}": cell.content.value
            for (row, column), cell in self.cells.items()
            if isinstance(cell.content, (Formula, DataTable))
        }

    def topic(self, row: int, title: Formula | Value, last: int, first: int = 1) -> None:
        """Put a title of topics over columns, all filled."""
        for column in range(first, last + 1):
            self.put(row, column, title if column == first else None, "topic")


@dataclass
class Book:
    """Sheets, defined names (name to cells or function), and what comments say of names."""

    title: str | Text
    sheets: list[Sheet]
    names: dict[str, str]
    comments: dict[str, str] = field(default_factory=dict)

    def formulas(self) -> dict[tuple[str, str], Formula]:
        """Every formula by sheet and address."""
        return {
            (sheet.title, f"{get_column_letter(column)}{row}"): cell.content
            for sheet in self.sheets
            for (row, column), cell in sheet.cells.items()
            if isinstance(cell.content, Formula)
        }


def serial(date: datetime.date) -> int:
    """A date as Excel counts it, from 1899-12-30."""
    return date.toordinal() - datetime.date(1899, 12, 30).toordinal()


def block(row: int, column: int, rows: int = 1, columns: int = 1) -> str:
    """Absolute address of a block, such as ``$E$6:$H$9``."""
    first = f"${get_column_letter(column)}${row}"
    last = f"${get_column_letter(column + columns - 1)}${row + rows - 1}"
    return first if first == last else f"{first}:{last}"
