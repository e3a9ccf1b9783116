"""Recalculation, without Excel, of workbooks that call the functions.

:mod:`shorewise.workbook.recalc` computes the cells; this module gives it the functions.
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
    """Recalculate the cells of a workbook that depend on the functions, and write their values.

    Parameters
    ----------
    path : path
        An .xlsx or .xlsm file, written by any program.
    output : path, optional
        Path of the recalculated workbook; by default the original is replaced.
    force : bool
        Whether an existing file may be replaced, the original included.

    Returns
    -------
    RecalculatedFile
        The path written, the number of cells computed, and the cells not computed with reasons.

    Raises
    ------
    WorkbookError
        Under the conditions of :func:`~shorewise.workbook.recalc.recalculate_file`.
    """
    return recalculate_file(path, output, registry=registry, force=force)


def registry() -> Registry:
    """All functions by name, in the form that recalculation calls."""
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
    """The value of a cell, with the text of an Excel error turned into that error."""
    return ErrorValue(cell) if isinstance(cell, str) and cell in coerce.ERRORS else cell
