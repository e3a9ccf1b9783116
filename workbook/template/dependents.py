"""The formulas of a template that depend on what is filled in."""

from collections.abc import Collection

from ..ooxml.zip_writer import zipped
from ..recalc.reach import Readers, closure, reach
from ..recalc.source_workbook import Cell, SourceWorkbook


def dependent_formulas(parts: dict[str, bytes], filled: Collection[Cell]) -> set[Cell]:
    """Formula cells whose value may change with some cells, these themselves not among them.

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
    return (anywhere | found.keys()) - {*filled}
