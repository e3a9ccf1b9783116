"""What is of before in a workbook whose cells have new values: formulas, and pivot tables."""

from collections.abc import Collection
from typing import NamedTuple

from ..ooxml.package import Package
from ..ooxml.zip_writer import zipped
from ..recalc.dependents import array_areas, dependents, filled_by, reaches_of
from ..recalc.source_workbook import Cell, SourceWorkbook
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


def stale_cells(package: Package, changed: Collection[Cell]) -> StaleCells:
    """What depends on cells that have changed, in formulas and pivot tables.

    Raises
    ------
    WorkbookError
        The package is damaged.
    """
    book = SourceWorkbook(zipped(package.parts))
    reaches, areas = reaches_of(book), array_areas(book)
    found = StaleCells(set(), set(), [], set())
    waiting = pivots_of(package)
    while True:
        formulas = dependents(reaches, areas, {*changed, *found.shown})
        found = found._replace(formulas=formulas, filled=filled_by(book, formulas))
        cells = {*changed, *found.filled, *found.shown}
        new = [one for one in waiting if one.shows(cells)]
        if not new:
            return found
        waiting = [one for one in waiting if one not in new]
        found.pivots.extend(new)
        for one in new:
            found.shown.update(Cell(one.title, at) for at in book.cells_in(one.title, one.area))
