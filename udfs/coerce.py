"""The boundary between cells and the engine: the only place that knows what a cell may hold.

First every cell becomes plain: a float, a text, a truth value or None, whatever a host hands over.
Then an argument becomes numbers with what is wrong beside them, cell by cell, or a table. There is
one rule for each kind of cell: docs/functions.md.
"""

import datetime
import decimal
import difflib
import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..engine.calculators.one_site import outside
from ..engine.errors import DomainError, ShorewiseError
from ..engine.reading.numerals import instead

Cell = float | str | bool | None
Rows = tuple[tuple[Cell, ...], ...]

MARK = "Shorewise: "  # starts every message in a cell
_HUGE = 1e300  # a whole number from here on is infinite
_SHOWN = 40  # characters of a wrong value in a message
_FIRST_DAY = datetime.datetime(1899, 12, 30)  # day 0 of Excel's calendar, after February 1900
# Excel's errors by their number in VBA; COM adds the number to _COM_ERROR.
_COM_ERROR = -2_146_828_288
_ERRORS = {
    2000: "#NULL!",
    2007: "#DIV/0!",
    2015: "#VALUE!",
    2023: "#REF!",
    2029: "#NAME?",
    2036: "#NUM!",
    2042: "#N/A",
    2043: "#GETTING_DATA",
    2045: "#SPILL!",
    2046: "#CONNECT!",
    2047: "#BLOCKED!",
    2048: "#UNKNOWN!",
    2049: "#FIELD!",
    2050: "#CALC!",
}
_COM_ERRORS = {_COM_ERROR + number: text for number, text in _ERRORS.items()}
ERRORS = frozenset(_ERRORS.values()) | {"#BUSY!", "#EXTERNAL!", "#PYTHON!"}


class CellError(ShorewiseError):
    """What becomes the result as it is: an error of Excel in an argument, or a message."""


class Numbers(NamedTuple):
    """One argument.

    Attributes
    ----------
    values : array
        Its numbers; NaN where it has none.
    faults : array of object, or None
        What is wrong instead, or an empty text; None altogether where nothing is.
    """

    values: np.ndarray
    faults: np.ndarray | None = None

    def items(self, rows: int) -> "Numbers":
        """The cells of each row as the items of one case, along a third axis."""
        values, faults = self.values.reshape(rows, 1, -1), self.faults
        if faults is not None:
            items = np.moveaxis(faults.reshape(values.shape), 2, 0)
            faults = first_fault([*items], (rows, 1))
        return Numbers(values, faults)


def plain(name: str, cells: Any) -> Rows:
    """Rows of plain cells, whatever an Excel host or Python hands over for an argument.

    Parameters
    ----------
    name : str
        The argument, for error messages.
    cells : scalar, list, list of lists, array or None
        A flat list is a column. An argument left out is one empty cell.

    Raises
    ------
    DomainError
        Rows of different lengths.
    """
    if isinstance(cells, np.ndarray):
        cells = _tidied(cells).tolist()
    if not isinstance(cells, (list, tuple)):
        return ((_plain(cells),),)
    rows = tuple(
        tuple([cell if type(cell) is float else _plain(cell) for cell in row])
        if isinstance(row, (list, tuple))
        else (_plain(row),)
        for row in cells
    )
    if len({len(row) for row in rows}) > 1:
        raise DomainError(f"{name} has rows of different lengths; it must be a number or a range")
    return rows if rows and rows[0] else ((None,),)


def _tidied(values: Any) -> Any:
    """NumPy's values, moments to the microsecond: finer ones become integers in Python."""
    return values.astype("datetime64[us]") if values.dtype.kind == "M" else values


def _plain(cell: Any) -> Cell:
    if isinstance(cell, np.generic):
        cell = _tidied(cell).item()
    if cell is None or isinstance(cell, bool):
        return cell
    if isinstance(cell, int) and cell in _COM_ERRORS:
        return _COM_ERRORS[cell]
    if isinstance(cell, int):
        return float(cell) if abs(cell) < _HUGE else np.inf
    if isinstance(cell, float):
        return cell
    if isinstance(cell, decimal.Decimal):  # COM: a cell formatted as currency
        return float(cell)
    if isinstance(cell, datetime.datetime):
        return (cell.replace(tzinfo=None) - _FIRST_DAY) / datetime.timedelta(days=1)
    if isinstance(cell, datetime.date):
        return float((cell - _FIRST_DAY.date()).days)
    text = str(cell).strip()
    return text or None


def numbers(
    name: str,
    rows: Rows,
    limits: tuple[float, float, bool],
    allowed: str,
    default: float | None = None,
) -> Numbers:
    """Numbers of an argument, each cell for itself.

    Parameters
    ----------
    name : str
    rows : tuple of tuples
        What :func:`plain` returned.
    limits : tuple of float, float, bool
        Lowest, highest, and whether only whole numbers are allowed.
    allowed : str
        The same in words, for messages.
    default : float, optional
        Stands for an empty cell; without it an empty cell is a fault.
    """
    if {float} == set(map(type, itertools.chain.from_iterable(rows))):
        values, faults = np.array(rows), None
        wrong = outside(values, *limits)
    else:
        values = np.full((len(rows), len(rows[0])), np.nan)
        faults = np.full(values.shape, "", object)
        empty = np.zeros(values.shape, bool)
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if cell is None:
                    empty[r, c] = True
                elif type(cell) is float:
                    values[r, c] = cell
                else:
                    faults[r, c] = _no_number(name, cell, limits)
        if default is None:
            faults[empty] = f"{MARK}{name} is empty; it must be {allowed}"
        else:
            values[empty] = default
        wrong = outside(values, *limits) & (faults == "") & ~empty
    if wrong.any():
        faults = np.full(values.shape, "", object) if faults is None else faults
        for place in zip(*np.nonzero(wrong), strict=True):
            faults[place] = f"{MARK}{name} is {values[place]:,.10g}; it must be {allowed}"
            values[place] = np.nan
    return Numbers(values, faults)


def words(name: str, rows: Rows, options: Sequence[str], default: int | None = None) -> Numbers:
    """Words of an argument as their places among the options, each cell for itself."""
    known = {option.lower(): place for place, option in enumerate(options)}
    values = np.full((len(rows), len(rows[0])), np.nan)
    faults = np.full(values.shape, "", object)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            place = default if cell is None else known.get(str(cell).lower())
            if place is not None:
                values[r, c] = place
            elif cell in ERRORS:
                faults[r, c] = cell
            else:
                faults[r, c] = f"{MARK}{name} is {shown(cell)}{_hint(cell, options)}"
    return Numbers(values, faults)


def side_by_side(lists: dict[str, Rows]) -> dict[str, Rows]:
    """Lists that belong together as rows of as many cells, without what is empty in all of them.

    Raises
    ------
    DomainError
        Lists of different lengths.
    """
    flat = {name: [*itertools.chain.from_iterable(rows)] for name, rows in lists.items()}
    if len({len(cells) for cells in flat.values()}) > 1:
        sizes = ", ".join(f"{name} {len(cells)}" for name, cells in flat.items())
        raise DomainError(f"lists must have as many cells: {sizes}")
    items = [item for item in zip(*flat.values(), strict=True) if any(c is not None for c in item)]
    items = items or [(None,) * len(flat)]
    return {name: (cells,) for name, cells in zip(flat, zip(*items, strict=True), strict=True)}


def table(rows: Rows, *, grid: bool = False) -> Rows:
    """A range as a table, without its empty rows and columns, wherever they stand.

    Parameters
    ----------
    rows : rows
    grid : bool
        Whether names stand in the first row and in the first column. An empty column before numbers
        is then the first: the names are left out.

    Raises
    ------
    CellError
        It has an error of Excel.
    """
    for cell in itertools.chain.from_iterable(rows):
        if cell in ERRORS:
            raise CellError(str(cell))
    filled = [row for row in rows if any(cell is not None for cell in row)]
    columns = [*zip(*filled, strict=True)]
    kept = [n for n, column in enumerate(columns) if any(cell is not None for cell in column)]
    if grid and kept and kept[0] and isinstance(columns[kept[0]][0], str):
        below = columns[kept[0]][1:]
        if not any(isinstance(cell, str) for cell in below):
            kept.insert(0, 0)
    return tuple(tuple(row[n] for n in kept) for row in filled)


def shown(cell: Cell) -> str:
    """A wrong value, as a message shows it."""
    if cell is None:
        return "empty"
    if isinstance(cell, bool):
        return str(cell).upper()
    return f"{cell:,.10g}" if isinstance(cell, float) else repr(cell[:_SHOWN])


def _hint(cell: Cell, options: Sequence[str]) -> str:
    """What it must be: the option most like it, or all."""
    given = cell.lower() if isinstance(cell, str) else ""
    near = difflib.get_close_matches(given, [o.lower() for o in options], 1)
    return f"; did you mean {near[0]}?" if near else f"; it must be one of {', '.join(options)}"


def _no_number(name: str, cell: Cell, limits: tuple[float, float, bool]) -> str:
    if cell in ERRORS:
        return str(cell)
    kind = "the text " if isinstance(cell, str) else ""
    return f"{MARK}{name} is {kind}{shown(cell)}; it must be a number{instead(cell, *limits)}"


def first_fault(faults: Sequence[np.ndarray | None], shape: tuple[int, ...]) -> np.ndarray:
    """What is wrong with each case: Excel's errors first, then the first argument's message."""
    found = np.full(shape, "", object)
    for errors in (False, True):
        for one in reversed(faults):
            if one is not None:
                is_fault = np.isin(one, [*ERRORS]) if errors else (one != "")
                found = np.where(is_fault, one, found)
    return found


def cells(values: Any, missing: str) -> Any:
    """Results as cells hold them: floats, texts, truth values."""
    return [[_cell(value, missing) for value in row] for row in values]


def _cell(value: Any, missing: str) -> Cell:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if isinstance(value, float) and value != value:
        return missing
    if value in (np.inf, -np.inf):
        return "#NUM!"
    return value
