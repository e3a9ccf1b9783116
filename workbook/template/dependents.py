"""The formulas of a template that depend on what is filled in."""

from collections.abc import Collection

from ..ooxml.cell_references import positions_in
from ..ooxml.zip_writer import zipped
from ..recalc.reach import Readers, closure, reach
from ..recalc.source_workbook import Cell, SourceWorkbook


def dependent_cells(parts: dict[str, bytes], filled: Collection[Cell]) -> set[Cell]:
    """Cells whose value may change with some others, by a formula of theirs or of an array.

    Parameters
    ----------
    parts : dict of str to bytes
        The parts of a package.
    filled : collection of Cell

    Raises
    ------
    WorkbookError
        The package is damaged.
    """
    book = SourceWorkbook(zipped(parts))
    reaches = {cell: reach(book, cell) for cell in book.formulas}
    readers = Readers()
    for cell, one in reaches.items():
        for title, area in dict.fromkeys(one.areas):
            readers.add(title, area, cell)
    areas = {cell: one.area for cell, one in book.formulas.items()}
    anywhere = {cell for cell, one in reaches.items() if one.anything}
    found = closure(readers, {*filled, *anywhere}, areas)
    return {
        Cell(cell.title, position)
        for cell in anywhere | found.keys()
        for position in (cell.position, *positions_in(areas[cell]))
    } - {*filled}
