"""Workbooks that call the functions, computed without Excel: for scripts and servers.

:mod:`shorewise.workbook.recalc` computes; this module registers the functions with it.
"""

from pathlib import Path
from typing import Any

from ..workbook.ooxml.cell_values import ErrorValue
from ..workbook.recalc import CellFunction, RecalculatedFile, Registry, recalculate_file
from . import coerce
from .calling import Function, call
from .functions import FUNCTIONS

__all__ = ["calc", "registry"]


def calc(
    path: str | Path, output: str | Path | None = None, *, force: bool = False
) -> RecalculatedFile:
    """Compute the cells of a workbook that depend on the functions, and write their values.

    Parameters
    ----------
    path : path
        An .xlsx or .xlsm file, whoever made it.
    output : path, optional
        Where the computed workbook is written; by default over the original.
    force : bool
        Whether an existing file may be replaced, the original included.

    Returns
    -------
    RecalculatedFile
        What was written, how many cells were computed, and which were not, with the reasons.

    Raises
    ------
    WorkbookError
        As :func:`~shorewise.workbook.recalc.recalculate_file`.
    """
    return recalculate_file(path, output, registry=registry, force=force)


def registry() -> Registry:
    """All functions, as recalculation calls them."""
    return {one.name: _cell_function(one) for one in FUNCTIONS}


def _cell_function(function: Function) -> CellFunction:
    def called(*cells: Any) -> Any:
        result = call(function, *cells)
        if isinstance(result, list):
            return [[_cell_value(cell) for cell in row] for row in result]
        return _cell_value(result)

    broadcasts = tuple(parameter.shape == "each" for parameter in function.parameters)
    return CellFunction(called, broadcasts, not function.each or bool(function.labels))


def _cell_value(cell: coerce.Cell) -> Any:
    """A result as a cell holds it: what reads as an error of Excel is one."""
    return ErrorValue(cell) if isinstance(cell, str) and cell in coerce.ERRORS else cell
