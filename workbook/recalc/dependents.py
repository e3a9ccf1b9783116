"""The formulas of a workbook whose values may change with some of its cells."""

from collections.abc import Collection, Iterable, Mapping

from ..ooxml.cell_references import Area
from .reach import Reach, Readers, closure, reach
from .source_workbook import Cell, SourceWorkbook


def reaches_of(book: SourceWorkbook) -> dict[Cell, Reach]:
    """What each formula of a workbook may read."""
    return {cell: reach(book, cell) for cell in book.formulas}


def array_areas(book: SourceWorkbook) -> dict[Cell, Area]:
    """What each formula of several cells fills."""
    return {cell: one.area for cell, one in book.formulas.items() if one.area[:2] != one.area[2:]}


def readers_of(reaches: Mapping[Cell, Reach], cells: Iterable[Cell]) -> Readers:
    """An index of what some formulas read."""
    readers = Readers()
    for cell in cells:
        for title, area in dict.fromkeys(reaches[cell].areas):
            readers.add(title, area, cell)
    return readers


def reading(reaches: Mapping[Cell, Reach], titles: Collection[str]) -> set[Cell]:
    """The formulas that read a cell of some sheets."""
    return {cell for cell, one in reaches.items() if any(title in titles for title, _ in one.areas)}


def dependents(
    reaches: Mapping[Cell, Reach], areas: dict[Cell, Area], changed: Collection[Cell]
) -> set[Cell]:
    """Formulas that are among some cells, depend on one of them, or may read any cell.

    Parameters
    ----------
    reaches : dict of Cell to Reach
        What each formula of the workbook may read.
    areas : dict of Cell to area
        What formulas of several cells fill.
    changed : collection of Cell
    """
    start = {*changed, *(cell for cell, one in reaches.items() if one.anything)}
    found = closure(readers_of(reaches, reaches), start, areas)
    return (start & reaches.keys()) | found.keys()


def filled_by(book: SourceWorkbook, formulas: Iterable[Cell]) -> set[Cell]:
    """The cells of some formulas, and those that are there of all that arrays fill."""
    found = {*formulas}
    for cell, area in array_areas(book).items():
        if cell in found:
            found |= {Cell(cell.title, position) for position in book.cells_in(cell.title, area)}
    return found
