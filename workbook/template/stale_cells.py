"""What is of before in a workbook whose cells have new values: formulas, pivot tables, charts."""

from collections.abc import Collection
from typing import NamedTuple

from ..layout.sheet import Plain
from ..ooxml.cell_references import Position
from ..ooxml.cell_values import SheetXml
from ..ooxml.package import Package, to_transitional
from ..ooxml.zip_writer import zipped
from ..recalc.dependents import array_areas, dependents, filled_by, reaches_of, reading
from ..recalc.source_workbook import Cell, SourceWorkbook
from .chart_caches import UnknownError, kept_cells, shows, with_values
from .contents import drawn_parts, shared_texts
from .pivots import Pivot, pivots_of


class StaleCells(NamedTuple):
    """Cells whose values are of before.

    Attributes
    ----------
    formulas : set of Cell
    filled : set of Cell
        The cells of these, and those that arrays among them fill.
    pivots : list of Pivot
    shown : set of Cell
        The cells of the pivot tables.
    """

    formulas: set[Cell]
    filled: set[Cell]
    pivots: list[Pivot]
    shown: set[Cell]


def stale_cells(
    package: Package, changed: Collection[Cell] = (), model: Collection[str] = ()
) -> StaleCells:
    """What depends on cells that have changed, in formulas and pivot tables.

    Parameters
    ----------
    package : Package
    changed : collection of Cell
    model : collection of str
        Titles of sheets of which all cells have changed, and whose formulas are not read.

    Raises
    ------
    WorkbookError
        The package is damaged.
    """
    book = SourceWorkbook(zipped(package.parts), model)
    reaches, areas = reaches_of(book), array_areas(book)
    found = StaleCells(set(), set(), [], set())
    waiting = pivots_of(package)
    first = {*changed, *reading(reaches, model)}
    while True:
        formulas = dependents(reaches, areas, {*first, *found.shown})
        found = found._replace(formulas=formulas, filled=filled_by(book, formulas))
        cells = {*first, *found.filled, *found.shown}
        new = [one for one in waiting if one.shows(cells)]
        if not new:
            return found
        waiting = [one for one in waiting if one not in new]
        found.pivots.extend(new)
        for one in new:
            found.shown.update(Cell(one.title, at) for at in book.cells_in(one.title, one.area))


def emptied(parts: dict[str, bytes], cells: Collection[Cell]) -> dict[str, bytes]:
    """The parts of a workbook in which some cells show nothing."""
    package = Package(parts)
    found = dict(parts)
    for sheet in package.grids:
        positions = [cell.position for cell in cells if cell.title == sheet.title]
        if positions:
            xml = SheetXml(to_transitional(parts[sheet.part]), shared_texts(package))
            found[sheet.part] = xml.filled(dict.fromkeys(positions))
    return found


def charts_of(package: Package, changed: Collection[Cell]) -> dict[str, bytes]:
    """The parts of charts that show some cells, with what these hold now; nothing of empty ones."""
    texts = shared_texts(package)
    titles = {sheet.title.casefold(): sheet for sheet in package.grids if sheet.part}
    sheets: dict[str, SheetXml] = {}

    def read(written: str, position: Position) -> Plain:
        sheet = titles.get(written.casefold())
        if sheet is None:
            raise UnknownError
        if sheet.title not in sheets:
            xml = to_transitional(package.parts[sheet.part])
            sheets[sheet.title] = SheetXml(xml, texts)
        value = sheets[sheet.title].value(position)
        if value is None and Cell(sheet.title, position) in changed:
            raise UnknownError
        return value

    found = {}
    for part in drawn_parts(package):
        xml = package.parts[part]
        kept = [one for one in kept_cells(xml) if shows(one, changed)]
        if kept:
            found[part] = with_values(xml, kept, read)
    return found
