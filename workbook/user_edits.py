"""What a user has added to a comparison workbook beside its inputs: sheets, cells, names, notes."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from openpyxl.worksheet.worksheet import Worksheet

from .description import FORMAT
from .joint import joint_of
from .layout.sheet import Book, DataTable, Formula, Sheet
from .ooxml.load import Loaded, open_package
from .ooxml.package import Package
from .ooxml.safe_open import inspect
from .own_titles import OWN_TITLES, RUNNING_TITLES
from .stale_outputs import (
    Difference,
    address_of,
    formula_text,
    is_input,
    plain_value,
    same,
    shown_value,
)

_DRAWN = ("chart", "chartEx")
_NOTES = ("comments", "threadedComment")


class UserEdits(NamedTuple):
    """What a user has added or changed that is no input.

    Attributes
    ----------
    cells : tuple of Difference
        Cells with another formula or text than the workbook was written with, and cells that were
        empty; ``expected`` is what it was written with.
    names : tuple of str
        Defined names.
    others : tuple of str
        Comments, charts and pictures on the workbook's own sheets, in words.
    """

    cells: tuple[Difference, ...]
    names: tuple[str, ...]
    others: tuple[str, ...]

    def sentences(self, most: int = 20) -> Iterator[str]:
        """What there is, one line each, of many cells the first ones."""
        for one in self.cells[:most]:
            yield f"{one.cell}: {one.what} {one.found}; the workbook was made with {one.expected}"
        if (more := len(self.cells) - most) > 0:
            yield f"{more:,} more cells that are no inputs were edited; shorewise check lists them"
        for name in self.names:
            yield f"the defined name {name}"
        yield from self.others


def sheets_of_users(path: str | Path) -> list[str]:
    """Titles of the sheets that a user has added to a comparison workbook.

    Raises
    ------
    WorkbookError
        Not a workbook of ours, or not safe to open.
    """
    inspect(path, FORMAT)
    with open_package(path) as package:
        joint = joint_of(package)
        prefix = joint.prefix if joint else ""
        ours = {f"{prefix}{title}" for title in (*OWN_TITLES, *RUNNING_TITLES)}
        return [title for title in sheet_titles(package) if title not in ours]


def sheet_titles(package: Package) -> list[str]:
    """Titles of all sheets of a workbook, of charts as sheets too."""
    return [sheet.title for sheet in package.sheets]


def user_edits(path: str | Path, loaded: Loaded, book: Book) -> UserEdits:
    """What a user has added or changed on the sheets of an opened workbook that is no input.

    Values of formulas that are out of date, widths, formats and print settings do not count.

    Parameters
    ----------
    path : path
        The workbook, inspected.
    loaded : Loaded
    book : Book
        What it was written from: see :func:`.stale_outputs.described_again`.
    """
    live, cached = loaded.formulas, loaded.values
    cells = [
        one
        for sheet in book.sheets
        if sheet.title in live.sheetnames
        for one in _cells(sheet, live[sheet.title], cached[sheet.title])
    ]
    names = [name for name in live.defined_names if name not in book.names]
    with open_package(path) as package:
        others = tuple(_others(package, book))
    names = [name for name in names if not name.casefold().startswith("_xl")]
    return UserEdits(tuple(cells), tuple(names), others)


def _cells(sheet: Sheet, live: Worksheet, cached: Worksheet) -> Iterator[Difference]:
    """Cells of a sheet that a user has filled or changed."""
    described = dict(sheet.all_cells())
    tables = [
        position
        for cell in described.values()
        if isinstance(cell.content, DataTable)
        for position in cell.content.places()
    ]
    computed = {*tables}
    # Existing cells only: iter_rows() would walk the whole grid to a note in XFD1048576.
    for position in sorted({*live._cells, *described} - computed):
        address = address_of(sheet.title, *position)
        found = live._cells.get(position)
        content = found.value if found is not None else None
        formula = formula_text(content) if found is not None and found.data_type == "f" else None
        cell = described.get(position)
        expected = cell.content if cell is not None else None
        is_entered = cell is not None and is_input(cell)
        made = f"={expected.text}" if isinstance(expected, Formula) else shown_value(expected)
        if formula is not None:
            if isinstance(expected, Formula) and formula == expected.text:
                continue
            if is_entered:
                value = cached._cells[position].value if position in cached._cells else None
                made = f"{made}; {'no value was saved' if value is None else 'its value stays'}"
            yield Difference(address, "formula", f"={formula}", made)
        elif isinstance(expected, Formula):
            if not is_entered:
                yield Difference(address, "formula", shown_value(content), made)
        elif not is_entered:
            value = plain_value(content)
            if value in (None, "") and expected in (None, ""):
                continue
            if not same(value, plain_value(expected)):
                yield Difference(address, "value", shown_value(value), made)


def _others(package: Package, book: Book) -> Iterator[str]:
    """Comments, charts and pictures that a user has put on the workbook's own sheets."""
    described = {sheet.title: sheet for sheet in book.sheets}
    for part in package.grids:
        if part.title not in described or not part.part:
            continue
        if package.related(part.part, *_NOTES):
            yield f"comments on sheet {part.title}"
        drawings = package.related(part.part, "drawing")
        charts = sum(len(package.related(one, *_DRAWN)) for one in drawings)
        drawn = sum(len(package.tree(one)) for one in drawings)
        more = charts - len(described[part.title].charts)
        if more > 0:
            yield f"{'a chart' if more == 1 else f'{more} charts'} on sheet {part.title}"
        if drawn > charts and part.title != "About":  # there may be a logo
            yield f"pictures or shapes on sheet {part.title}"
