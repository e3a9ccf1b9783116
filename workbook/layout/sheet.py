"""Sheets as data: cells, widths, validation rules and charts, for :mod:`.render`."""

import datetime
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from openpyxl.utils import get_column_letter, range_boundaries

from ..languages.language import ENGLISH, Language, language_of
from .references import Ref, Replaced, Text

Plain = float | int | str | bool | datetime.date | None
Value = Plain | Ref | Text  # content of a cell: a value, or a reference to one


class Formula(NamedTuple):
    """A formula without its equals sign, and its value according to the engine.

    Where ``when`` refers to a flag, the cell has the formula in scenarios in which it is 1, and in
    the others the value alone, as if typed over the formula.
    """

    text: str
    value: Any
    when: Ref | None = None


class DataTable(NamedTuple):
    """An Excel data table: results for different values of one or two input cells.

    ``row_cell`` is the input cell for the values along the top, "" if there are none;
    ``column_cell`` is that for the values down the side.
    """

    area: str
    row_cell: str
    column_cell: str
    value: Value

    def places(self) -> Iterator[tuple[int, int]]:
        """Row and column of each cell in the table."""
        left, top, right, bottom = range_boundaries(self.area)
        return itertools.product(range(top, bottom + 1), range(left, right + 1))


class CellLink(NamedTuple):
    """A hyperlink to a cell of the same workbook, such as ``Board!A1``."""

    reference: str


class FileLink(NamedTuple):
    """A hyperlink to a file, by its path relative to the workbook."""

    path: str


class Cell(NamedTuple):
    """Content, style, number format and hyperlink of a cell."""

    content: Formula | DataTable | Value
    style: str
    number_format: str = "General"
    link: CellLink | FileLink | None = None


class Row(NamedTuple):
    """A row styled like the row above: its contents, and the file linked from its first cell.

    None leaves a cell empty.
    """

    contents: tuple[float | str | None, ...]
    link: FileLink | None = None


class Rule(NamedTuple):
    """Data validation that rejects invalid entries.

    ``kind`` is Excel's: decimal, whole, date or textLength; both bounds are allowed. A list offers
    the whole numbers between them, or the cells of ``choices``, a defined name.
    """

    cells: str
    kind: str
    lowest: float
    highest: float
    title: str
    message: str
    choices: str = ""


class Mark(NamedTuple):
    """Cells that get a fill where a formula, written for the first of them, is true.

    ``fill`` is a fill of the theme; ``text`` a text colour of the theme in which the cells are
    bold, or "" to leave the text as it is.
    """

    cells: str
    formula: str
    fill: str = "own"
    text: str = ""


class Series(NamedTuple):
    """A series of a chart: cells and contents of its name and values.

    ``look`` is "" for the next colour of the theme, or hidden, total, gain or loss for a part of a
    waterfall. Series of points have x values of their own, and all their y values are 0.
    """

    name_cell: str
    name: str | Text
    value_cells: str
    values: Sequence[float | Ref]
    look: str = ""
    x_cells: str = ""
    xs: tuple[float | Ref, ...] = ()


class Chart(NamedTuple):
    """An Excel chart; ``kind`` is one of those in :mod:`.native_charts`.

    A curve has numeric x values, and may have series of points. Categories that are numbers are
    shown in per cent.
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
    categories: Sequence[str | Text | float]
    series: list[Series]
    title_cell: str = ""  # cell of the title, if it is linked
    y_title_cell: str = ""  # the same of the title of the y axis


@dataclass
class Sheet:
    """A sheet of a workbook.

    Attributes
    ----------
    cells : dict of (int, int) to Cell
        By row and column, both from 1.
    more : sequence of Row
        Rows below the last of ``cells``, a compact form for long lists.
    static : bool
        Whether it is the same in every workbook: constants only. It is written once in a process.
    widths : dict of int to int
        Column widths, in characters.
    heights : dict of int to int
        Row heights, in lines of text; 1 by default.
    freeze : str
        First cell that scrolls, or "".
    head_rows, head_columns : int
        Rows and columns repeated on every printed page.
    filter : str
        Range of the column headings of a list with a filter, or "".
    marks : list of Mark
        Conditional fills.
    true_false : list of str
        Ranges of checks, which are coloured by result.
    one_page, portrait : bool
        Whether all is printed on one page, and in portrait format.
    pages_tall : int
        Number of pages down, 0 for as many as there are.
    levels : dict of int to int
        Depth of the groups that a row belongs to, by row; all groups are closed.
    group_heads : set of int
        Rows that stay visible above a closed group.
    hidden : bool
        Whether it is hidden until a user unhides it.
    pages_wide, print_columns : int
        Number of pages across, and number of columns to print, 0 for all.
    print_cells : str
        Range to print, "" for all.
    """

    title: str
    colour: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    more: Sequence[Row] = ()
    static: bool = False
    widths: dict[int, int] = field(default_factory=dict)
    heights: dict[int, int] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    true_false: list[str] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    freeze: str = ""
    filter: str = ""
    head_rows: int = 0
    head_columns: int = 0
    one_page: bool = False
    portrait: bool = False
    pages_tall: int = 0
    levels: dict[int, int] = field(default_factory=dict)
    group_heads: set[int] = field(default_factory=set)
    hidden: bool = False
    pages_wide: int = 1
    print_columns: int = 0
    print_cells: str = ""

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

    def all_cells(self) -> Iterator[tuple[tuple[int, int], Cell]]:
        """Every cell with its row and column, those of ``more`` too."""
        yield from self.cells.items()
        last = max(row for row, _ in self.cells) if self.more else 0
        for row, one in enumerate(self.more, last + 1):
            for column, content in enumerate(one.contents, 1):
                yield (row, column), self.cells[last, column]._replace(content=content)

    def computed(self) -> dict[str, Any]:
        """Values of all formulas and of the first cells of data tables, by address."""
        return {
            f"{get_column_letter(column)}{row}": (
                Replaced(cell.content.value, cell.content.when)
                if isinstance(cell.content, Formula) and cell.content.when
                else cell.content.value
            )
            for (row, column), cell in self.cells.items()
            if isinstance(cell.content, (Formula, DataTable))
        }

    def group(self, first: int, last: int) -> None:
        """Close a group of rows below a row that heads it; groups may hold others."""
        for row in range(first, last + 1):
            self.levels[row] = self.levels.get(row, 0) + 1
        self.group_heads.add(first - 1)

    def topic(self, row: int, title: Formula | Value, last: int, first: int = 1) -> None:
        """Put the heading of a topic, with a fill from the first to the last column."""
        for column in range(first, last + 1):
            self.put(row, column, title if column == first else None, "topic")


@dataclass
class Book:
    """A workbook: sheets, defined names of cells and functions, comments of names, language."""

    title: str | Text
    sheets: list[Sheet]
    names: dict[str, str]
    comments: dict[str, str] = field(default_factory=dict)
    language: Language = field(default_factory=lambda: language_of(ENGLISH))

    def formulas(self) -> dict[tuple[str, str], Formula]:
        """Every formula by sheet and address."""
        return {
            (sheet.title, f"{get_column_letter(column)}{row}"): cell.content
            for sheet in self.sheets
            for (row, column), cell in sheet.cells.items()
            if isinstance(cell.content, Formula)
        }


def serial(date: datetime.date) -> int:
    """Serial number of a date in Excel: days since 1899-12-30."""
    return date.toordinal() - datetime.date(1899, 12, 30).toordinal()


def block(row: int, column: int, rows: int = 1, columns: int = 1) -> str:
    """Absolute address of a block, such as ``$E$6:$H$9``."""
    first = f"${get_column_letter(column)}${row}"
    last = f"${get_column_letter(column + columns - 1)}${row + rows - 1}"
    return first if first == last else f"{first}:{last}"
