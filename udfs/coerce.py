"""Conversion between the values of cells and those of the engine.

First every cell that a host passes is normalised to a float, a text, a truth value or None. Then
each argument is converted either to numbers, with an error message for each invalid cell, or to a
table. The rule for each kind of cell is in docs/functions.md.
"""

import datetime
import decimal
import difflib
import itertools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..engine.calculators.one_site import outside
from ..engine.errors import DomainError, ShorewiseError
from ..engine.reading.numerals import instead

Cell = float | str | bool | None
Rows = tuple[tuple[Cell, ...], ...]

MARK = "Shorewise: "  # the start of every message in a cell
_HUGE = 1e300  # larger whole numbers become infinite
_LISTED = 40  # options that a message lists
_SHOWN = 40  # characters of an invalid value that a message quotes
_SHORT = 2  # characters of the longest option of a list that is given whole
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
    """A result that cells show unchanged: an Excel error in an argument, or a message."""


class Numbers(NamedTuple):
    """The numbers of one argument.

    Attributes
    ----------
    values : array, shape (row, column), or (row, column, item)
        NaN where a cell is not a valid number.
    faults : array of object, shape (row, column), or None
        An Excel error or a message for each invalid cell, "" for a valid one; None if all are
        valid.
    """

    values: np.ndarray
    faults: np.ndarray | None = None

    def items(self, rows: int) -> "Numbers":
        """The same numbers with the items of each case along a third axis.

        Parameters
        ----------
        rows : int
            Number of cases, which divides the number of cells.

        Returns
        -------
        Numbers, shape (row, 1, item)
        """
        values, faults = self.values.reshape(rows, 1, -1), self.faults
        if faults is not None:
            items = np.moveaxis(faults.reshape(values.shape), 2, 0)
            faults = first_fault([*items], (rows, 1))
        return Numbers(values, faults)


def normalize(name: str, cells: Any) -> Rows:
    """Rows of normalised cells from an argument as an Excel host or Python passes it.

    Parameters
    ----------
    name : str
        The argument, for error messages.
    cells : scalar, list, list of lists, array or None
        A flat list is a column; an omitted argument is one empty cell.

    Returns
    -------
    tuple of tuples
        At least one row, all of the same length: floats, texts, truth values, and None for an
        empty cell.

    Raises
    ------
    DomainError
        Rows of different lengths.
    """
    if isinstance(cells, np.ndarray):
        cells = _tidied(cells).tolist()
    if not isinstance(cells, (list, tuple)):
        return ((_normal(cells),),)
    rows = tuple(
        tuple([cell if type(cell) is float else _normal(cell) for cell in row])
        if isinstance(row, (list, tuple))
        else (_normal(row),)
        for row in cells
    )
    if len({len(row) for row in rows}) > 1:
        raise DomainError(f"{name} has rows of different lengths; it must be a number or a range")
    return rows if rows and rows[0] else ((None,),)


def _tidied(values: Any) -> Any:
    """NumPy values with times in microseconds, since Python turns finer ones into integers."""
    return values.astype("datetime64[us]") if values.dtype.kind == "M" else values


def _normal(cell: Any) -> Cell:
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
    kind: str = "a number",
) -> Numbers:
    """The numbers of an argument, cell by cell.

    Parameters
    ----------
    name : str
    rows : tuple of tuples
        What :func:`normalize` returned.
    limits : tuple of float, float, bool
        Lowest, highest, and whether only whole numbers are allowed.
    allowed : str
        Description of the limits, for messages.
    default : float, optional
        The number for an empty cell; without it an empty cell is invalid.
    kind : str
        What a cell must hold, for messages.

    Returns
    -------
    Numbers, shape (row, column)
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
                    faults[r, c] = _not_a_number(name, cell, limits, kind)
        if default is None:
            faults[empty] = f"{MARK}{name} is empty; it must be {allowed}"
        else:
            values[empty] = default
        wrong = outside(values, *limits) & (faults == "") & ~empty
    if wrong.any():
        faults = np.full(values.shape, "", object) if faults is None else faults
        for at in zip(*np.nonzero(wrong), strict=True):
            faults[at] = f"{MARK}{name} is {values[at]:,.10g}; it must be {allowed}"
            values[at] = np.nan
    return Numbers(values, faults)


def words(
    name: str,
    rows: Rows,
    options: Sequence[str],
    default: int | None = None,
    allowed: str = "",
) -> Numbers:
    """The words of an argument, cell by cell, as indices into the options.

    Parameters
    ----------
    name : str
    rows : tuple of tuples
        What :func:`normalize` returned.
    options : sequence of str
        The allowed words.
    default : int, optional
        The index for an empty cell; without it an empty cell is invalid.
    allowed : str
        Description of the options, for messages; by default all of them.

    Returns
    -------
    Numbers, shape (row, column)
    """
    known = {option.lower(): index for index, option in enumerate(options)}
    values = np.full((len(rows), len(rows[0])), np.nan)
    faults = np.full(values.shape, "", object)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            index = default if cell is None else known.get(str(cell).lower())
            if index is not None:
                values[r, c] = index
            elif cell in ERRORS:
                faults[r, c] = cell
            else:
                faults[r, c] = f"{MARK}{name} is {shown(cell)}{_hint(cell, options, allowed)}"
    return Numbers(values, faults)


def side_by_side(lists: dict[str, Rows]) -> dict[str, Rows]:
    """Lists as rows of the same length, without the items that are empty in every list.

    Parameters
    ----------
    lists : dict of str to rows
        Arguments by name.

    Returns
    -------
    dict of str to rows
        One row for each list.

    Raises
    ------
    DomainError
        The lists have different lengths.
    """
    flat = {name: [*itertools.chain.from_iterable(rows)] for name, rows in lists.items()}
    if len({len(cells) for cells in flat.values()}) > 1:
        sizes = ", ".join(f"{name} {len(cells)}" for name, cells in flat.items())
        raise DomainError(
            f"lists have different lengths: {sizes}; they must have the same number of cells"
        )
    items = [item for item in zip(*flat.values(), strict=True) if any(c is not None for c in item)]
    items = items or [(None,) * len(flat)]
    return {name: (cells,) for name, cells in zip(flat, zip(*items, strict=True), strict=True)}


def table(rows: Rows, *, grid: bool = False) -> Rows:
    """A range as a table, without its empty rows and columns.

    Parameters
    ----------
    rows : rows
    grid : bool
        Whether the first row and the first column hold names. An empty column before numbers then
        counts as the first column, with the names omitted.

    Returns
    -------
    rows

    Raises
    ------
    CellError
        A cell holds an Excel error.
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


def columns_by_name(name: str, rows: Rows, known: Mapping[str, Any]) -> dict[str, list]:
    """The values of a table by name, with the names in its first row or in its first column.

    If the first column holds only known names, the names are read from there. Otherwise they are
    read from the first row if it holds only texts; or if it holds texts and empty cells, and more
    known names than the first column.

    Parameters
    ----------
    name : str
        Name of the argument, for messages.
    rows : rows
        The table, without empty rows and columns.
    known : mapping of str
        Its keys are the known names.

    Returns
    -------
    dict of str to list of cells

    Raises
    ------
    DomainError
        A name is not a text or occurs twice, or values have no name.
    """
    if not rows:
        return {}
    down = all(isinstance(row[0], str) and row[0] in known for row in rows)
    head = rows[0]
    across = all(isinstance(cell, str) for cell in head) or (
        all(cell is None or isinstance(cell, str) for cell in head)
        and sum(cell in known for cell in head) > sum(row[0] in known for row in rows)
    )
    columns = list(zip(*rows, strict=True)) if across and not down else list(rows)
    found: dict[str, list] = {}
    for key, *values in columns:
        if key is None and all(value is None for value in values):
            continue
        if not isinstance(key, str):
            raise DomainError(f"{name} has {shown(key)} in place of a name")
        if key in found:
            raise DomainError(f"{name} names {key[:40]!r} twice")
        if not values:
            raise DomainError(f"{name} has no value for {key[:40]!r}")
        found[key] = values
    return found


def shown(cell: Cell) -> str:
    """The value of a cell as messages quote it."""
    if cell is None:
        return "empty"
    if isinstance(cell, bool):
        return str(cell).upper()
    return f"{cell:,.10g}" if isinstance(cell, float) else repr(cell[:_SHOWN])


def _hint(cell: Cell, options: Sequence[str], allowed: str) -> str:
    """The end of a message about an unknown word: the most similar option, or what is allowed.

    Of few short options, such as "FY", all: one letter of them makes another word.
    """
    given = cell.lower() if isinstance(cell, str) else ""
    known = {o.lower(): o for o in options}
    near = difflib.get_close_matches(given, [*known], 1) if max(map(len, options)) > _SHORT else []
    if near:
        return f"; did you mean {known[near[0]]}?"
    if len(options) > _LISTED and allowed:
        return f"; it must be {allowed}"
    return f"; it must be one of {', '.join(options)}"


def _not_a_number(name: str, cell: Cell, limits: tuple[float, float, bool], kind: str) -> str:
    if cell in ERRORS:
        return str(cell)
    text = "the text " if isinstance(cell, str) else ""
    return f"{MARK}{name} is {text}{shown(cell)}; it must be {kind}{instead(cell, *limits)}"


def first_fault(faults: Sequence[np.ndarray | None], shape: tuple[int, ...]) -> np.ndarray:
    """The first error of each case: an Excel error if there is one, else a message.

    Parameters
    ----------
    faults : sequence of array of object, or None
        Errors of each argument, as in :class:`Numbers`.
    shape : tuple of int
        Number of rows and columns of the result.

    Returns
    -------
    array of object
        "" for a valid case.
    """
    found = np.full(shape, "", object)
    for errors in (False, True):
        for one in reversed(faults):
            if one is not None:
                is_fault = np.isin(one, [*ERRORS]) if errors else (one != "")
                found = np.where(is_fault, one, found)
    return found


def cells(values: Any, missing: str) -> Any:
    """Results as values of cells: floats, texts and truth values.

    Parameters
    ----------
    values : scalar, array or nested list
    missing : str
        The text for NaN.
    """
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
