"""The boundary between cells and arrays: the only place that knows what a cell may hold."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..engine.errors import DomainError, ShorewiseError

NO_ANSWER = "none"  # what a cell shows where no answer exists


def table(name: str, cells: Any) -> np.ndarray | None:
    """Numbers of one argument, or None where it was left out.

    Parameters
    ----------
    name : str
        The argument, for error messages.
    cells : scalar, list, list of lists or None
        What Excel hands over. An omitted argument, an empty cell or an empty text is left out.

    Returns
    -------
    array, shape (row, column), or None
        NaN for an empty cell inside a range.

    Raises
    ------
    DomainError
        A text, a truth value, or rows of different lengths.
    """
    if isinstance(cells, np.ndarray):
        cells = cells.tolist()
    rows = cells if isinstance(cells, (list, tuple)) else [cells]
    rows = [list(row) if isinstance(row, (list, tuple)) else [row] for row in rows]
    if len({len(row) for row in rows}) != 1:
        raise DomainError(f"{name} has rows of different lengths; it must be a number or a range")
    if all(_is_empty(cell) for row in rows for cell in row):
        return None
    return np.array([[_number(name, cell) for cell in row] for row in rows], dtype=float)


def column(name: str, cells: Any) -> np.ndarray | None:
    """Numbers of a single cell, or of a range of one row or column, one below the other."""
    numbers = table(name, cells)
    if numbers is not None and 1 not in numbers.shape:
        raise DomainError(
            f"{name} has {numbers.shape[1]} columns; it must be one row or one column"
        )
    return None if numbers is None else numbers.reshape(-1)


def text(cells: Any) -> str:
    """A text argument; empty where it was left out."""
    while isinstance(cells, (list, tuple)):
        cells = cells[0] if cells else ""
    return "" if cells is None else str(cells).strip()


def in_cells(answer: Callable[..., np.ndarray], *args: Any) -> Any:
    """Call a function and give its answer, or its error in one line, back to the cells.

    One number comes back as a number, several as a column that spills.
    """
    try:
        numbers = np.atleast_1d(answer(*args))
    except ShorewiseError as error:
        return f"Shorewise: {error}"
    cells = [NO_ANSWER if number != number else number for number in numbers.tolist()]
    return cells[0] if len(cells) == 1 else [[cell] for cell in cells]


def _is_empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _number(name: str, cell: Any) -> float:
    if _is_empty(cell):
        return np.nan
    if isinstance(cell, (bool, np.bool_)) or not isinstance(cell, (int, float, np.number)):
        raise DomainError(f"{name} is {str(cell)[:40]!r}; it must be a number")
    return float(cell)
