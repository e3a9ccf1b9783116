"""Conversion between the values of cells and those of the engine.

First every cell that a host passes is normalised to a float, a text, a truth value or None. Then
each argument is converted either to numbers, with an error message for each invalid cell, or to a
table. The rule for each kind of cell is in docs/functions.md.
"""

import datetime
import decimal
import difflib
import functools
import itertools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..engine.calculators.one_site import outside
from ..engine.errors import DomainError, ShorewiseError
from ..engine.reading.amounts import amount
from ..engine.reading.numerals import instead

Cell = float | str | bool | None
Rows = tuple[tuple[Cell, ...], ...]
Place = Callable[[int, int], str]  # names the cell in a row and column, for messages

MARK = "Shorewise: "  # the start of every message in a cell
_HUGE = 1e300  # larger whole numbers become infinite
_LISTED = 40  # options that a message lists
_SHOWN = 40  # characters of an invalid value that a message quotes
_BLOCK = 4_096  # rows that are compared at once
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
    signs : array of object, shape (row, column), or None
        The sign of a currency beside each number, "" for none; None if none has any.
    """

    values: np.ndarray
    faults: np.ndarray | None = None
    signs: np.ndarray | None = None

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
        values, faults, signs = self.values.reshape(rows, 1, -1), self.faults, self.signs
        if faults is not None:
            items = np.moveaxis(faults.reshape(values.shape), 2, 0)
            faults = first_fault([*items], (rows, 1))
        if signs is not None:
            items = np.moveaxis(signs.reshape(values.shape), 2, 0)
            signs = functools.reduce(_both_signs, items)
        return Numbers(values, faults, signs)


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
    cells = plain_rows(cells)
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


def plain_rows(cells: Any) -> Any:
    """An argument with lists in place of an array."""
    return _tidied(cells).tolist() if isinstance(cells, np.ndarray) else cells


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
    unit: str | None = None,
    place: Place | None = None,
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
    unit : str, optional
        The unit in which texts such as "8 %" are read; without it every text is invalid.
    place : callable, optional
        Names a cell in messages; by default ``name`` does.

    Returns
    -------
    Numbers, shape (row, column)
    """
    if {float} == set(map(type, itertools.chain.from_iterable(rows))):
        values, faults, signs = np.array(rows), None, None
        wrong = outside(values, *limits)
    else:
        values = np.full((len(rows), len(rows[0])), np.nan)
        faults, signs = np.full(values.shape, "", object), np.full(values.shape, "", object)
        empty = np.zeros(values.shape, bool)
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if cell is None:
                    empty[r, c] = True
                    if default is None:
                        named = place(r, c) if place else name
                        faults[r, c] = f"{MARK}{named} is empty; it must be {allowed}"
                elif type(cell) is float:
                    values[r, c] = cell
                else:
                    found = number_of(cell, limits, kind, unit)
                    values[r, c], signs[r, c] = found.number, found.sign
                    if found.fault:
                        named = place(r, c) if place else name
                        is_error = cell in ERRORS
                        faults[r, c] = cell if is_error else f"{MARK}{named} is {found.fault}"
        if default is not None:
            values[empty] = default
        wrong = outside(values, *limits) & (faults == "") & ~empty
        signs = signs if (signs != "").any() else None
    if wrong.any():
        faults = np.full(values.shape, "", object) if faults is None else faults
        for r, c in np.argwhere(wrong).tolist():
            named = name if place is None else place(r, c)
            given = _given(rows[r][c], values[r, c])
            faults[r, c] = f"{MARK}{named} is {given}; it must be {allowed}"
            values[r, c] = np.nan
    return Numbers(values, faults, signs)


class CellNumber(NamedTuple):
    """The number of a cell, the sign of a currency beside it, and what is wrong with it, or ""."""

    number: float
    sign: str = ""
    fault: str = ""


def number_of(
    cell: Cell, limits: tuple[float, float, bool], kind: str = "a number", unit: str | None = None
) -> CellNumber:
    """The number of a cell that holds a text or a truth value.

    Parameters
    ----------
    cell : str or bool
    limits : tuple of float, float, bool
        As for :func:`numbers`: only numbers within them are suggested.
    kind : str
        What the cell must hold, for the fault.
    unit : str, optional
        The unit in which a text is read; without it every text is invalid.
    """
    why = ""
    if isinstance(cell, str) and unit is not None:
        found = amount(cell, unit)
        if found.number is not None:
            return CellNumber(float(found.number), found.sign)
        why = found.refused
    text = "the text " if isinstance(cell, str) else ""
    why = why or instead(cell, *limits)
    return CellNumber(np.nan, fault=f"{text}{shown(cell)}; it must be {kind}{why}")


def _given(cell: Cell, number: float) -> str:
    """A number as messages quote it, with the text that stands for it."""
    text = f"{number:,.10g}"
    return f"{shown(cell)} ({text})" if isinstance(cell, str) else text


def _both_signs(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The signs of two amounts of each case, with a space between them if there are two."""
    both = np.where((one != "") & (other != "") & (one != other), one + " " + other, one + other)
    return np.where(one == other, one, both)


def words(
    name: str,
    rows: Rows,
    options: Sequence[str],
    default: int | None = None,
    allowed: str = "",
    place: Place | None = None,
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
    place : callable, optional
        Names a cell in messages; by default ``name`` does.

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
                named = place(r, c) if place else name
                faults[r, c] = f"{MARK}{named} is {shown(cell)}{_hint(cell, options, allowed)}"
    return Numbers(values, faults)


class Listed(NamedTuple):
    """The items of a list in one row, and the place of each in its range."""

    rows: Rows
    place: Place


def side_by_side(lists: dict[str, Rows]) -> dict[str, Listed]:
    """Lists as rows of the same length, without the items that are empty in every list.

    Parameters
    ----------
    lists : dict of str to rows
        Arguments by name.

    Returns
    -------
    dict of str to Listed
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
    items = [*zip(*flat.values(), strict=True)]
    kept = [n for n, item in enumerate(items) if any(cell is not None for cell in item)] or [0]

    def placed(name: str) -> Place:
        within, width = place_in(name, lists[name]), len(lists[name][0])
        return lambda _, item: within(*divmod(kept[item], width))

    return {
        name: Listed((tuple(cells[n] for n in kept),), placed(name)) for name, cells in flat.items()
    }


def place_in(name: str, rows: Rows) -> Place:
    """Places in a range as messages name them, by its name alone if it is a single cell."""
    if len(rows) == 1 == len(rows[0]):
        return lambda _row, _column: name
    return lambda row, column: f"{name}, row {row + 1}, column {column + 1}"


def filled_rows(cells: Any) -> int:
    """Number of rows of a range up to the last that is not blank; quick for whole columns."""
    if not isinstance(cells, (list, tuple)):
        return 1
    count = len(cells)
    while count >= _BLOCK:  # equal blocks are compared in C
        last = cells[count - 1]
        if not _is_blank(last) or [*cells[count - _BLOCK : count]] != [last] * _BLOCK:
            break
        count -= _BLOCK
    while count and _is_blank(cells[count - 1]):
        count -= 1
    return count


def without_blank_columns(rows: Sequence[Any]) -> Sequence[Any]:
    """Rows without the blank columns at their end; the first column stays."""
    if not all(isinstance(row, (list, tuple)) and row for row in rows):
        return rows
    if not _is_blank(rows[0][-1]) or len({len(row) for row in rows}) > 1:
        return rows
    width = max(1, *map(filled_rows, rows))
    return [row[:width] for row in rows]


def _is_blank(row: Any) -> bool:
    row = row if isinstance(row, (list, tuple)) else (row,)
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in row)


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
