"""Rows of a table as data frames, without blank rows, and with a record of faulty cells.

``frame.attrs`` contains the row numbers in the table, and the faults of the frame.
"""

import math
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

ID, NAME = "scenario", "name"
TOO_WIDE = "its rows have more cells than its head, the first row, which must name every column"
BELOW_A_GAP = "it is below an empty row and sets no input, like a note; delete it, or move it up"
_NOTES = "shorewise"  # key in a frame's attributes
_PLAIN_KINDS = "iufbM"  # kinds of dtypes without faulty cells: numbers, booleans, dates
_SHOWN = 80  # characters of a faulty value
_CONTAINERS = (bytes, bytearray, memoryview, list, tuple, dict, set, frozenset, np.ndarray,
               pd.Series, pd.DataFrame)  # fmt: skip


class FaultyCell(NamedTuple):
    """A substitute for the value of an invalid cell: its text, and what is allowed."""

    value: str
    allowed: str


class Fault(NamedTuple):
    """A faulty cell, with its row's position in the frame; a faulty row if ``column`` is empty."""

    position: int
    column: str
    value: str
    allowed: str


class Notes(NamedTuple):
    """Row numbers and faults of a frame.

    Attributes
    ----------
    numbers : sequence of int
        Number of each row in the table, from 1, including blank rows.
    faults : tuple of Fault
    """

    numbers: Sequence[int]
    faults: tuple[Fault, ...] = ()

    def __deepcopy__(self, _memo: dict[int, Any]) -> "Notes":
        return self  # pandas copies the attributes of a frame with every operation


def take_notes(frame: pd.DataFrame, first: int) -> Notes:
    """Remove and return the notes of a frame; by default rows are numbered from ``first``."""
    found = frame.attrs.pop(_NOTES, None)
    return found or Notes(range(first, first + len(frame)))


def is_blank(cell: Any) -> bool:
    """Whether a cell is empty or contains only spaces."""
    if isinstance(cell, str):
        return not cell.strip()
    if isinstance(cell, (float, Decimal)):
        return math.isnan(cell) if isinstance(cell, float) else cell.is_nan()
    return cell is None or cell is pd.NA or cell is pd.NaT


def plain(cell: Any) -> Any:
    """The cell, or a :class:`FaultyCell` if it is neither a number nor a valid text."""
    kind = type(cell)
    if kind is float or (kind is str and cell.isascii()) or cell is None:
        return cell
    if isinstance(cell, _CONTAINERS) or (isinstance(cell, Decimal) and cell.is_snan()):
        return FaultyCell(_shown(repr(cell)), "a number or a text")
    try:
        str(cell).encode()
    except UnicodeEncodeError:
        return FaultyCell(_shown(str(cell)), "a text in valid Unicode")
    except ValueError:  # an integer with thousands of digits
        return FaultyCell("a huge number", "a number or a text of fewer digits")
    return cell


def _shown(text: str) -> str:
    return text[:_SHOWN].encode(errors="backslashreplace").decode()


def framed(
    rows: Iterable[tuple],
    size: int,
    *,
    first: int = 1,
    delimited: bool = False,
    read: Callable[[tuple], tuple] | None = None,
) -> Iterator[pd.DataFrame]:
    """Rows of a sheet or text file as data frames, without blank rows; the first row is the head.

    Parameters
    ----------
    rows : iterable of tuple
        Cells of each row, including blank rows.
    size : int
        Number of rows per frame.
    first : int
        Number of the first row, as shown by spreadsheet programs.
    delimited : bool
        Whether a short row is an error, as in a text file; otherwise its last cells are empty.
    read : callable, optional
        Converts the cells of a row that set inputs to values or :class:`FaultyCell`.

    Yields
    ------
    DataFrame

    Raises
    ------
    ValueError
        The text file is empty, or a value has no head.
    """
    numbered = enumerate(rows, first)
    head = _Head.of(next((row for _, row in numbered if not all(map(is_blank, row))), ()))
    if head is None:
        if delimited:
            raise ValueError("it is empty")
        return
    table = _Table(head, delimited, read)
    for number, row in numbered:
        table.add(number, row)
        if len(table.rows) == size:
            yield table.taken()
    if table.rows:
        yield table.taken()


class _Head:
    """The head of a table.

    Attributes
    ----------
    width : int
        Number of cells up to the last one with a name.
    named : list of int
        Positions of the cells with a name.
    names : list of str
        Their names.
    inputs : list of int
        Names of inputs, without those of the id and the title.
    """

    def __init__(self, cells: list[str]):
        self.width = len(cells)
        self.named = [n for n, name in enumerate(cells) if name]
        self.names = [cells[n] for n in self.named]
        self.inputs = [n for n, name in enumerate(self.names) if name not in (ID, NAME)]
        self._unnamed = [n for n, name in enumerate(cells) if not name]
        # An additional item, so that a single column also gives a tuple.
        self._pick = operator.itemgetter(*self.named, self.named[0])

    @classmethod
    def of(cls, row: tuple) -> "_Head | None":
        """The head in a row; None if it has no names."""
        cells = ["" if is_blank(cell) else str(cell).strip() for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        return cls(cells) if cells else None

    def cells(self, row: tuple) -> tuple:
        """The cells of a row in columns with a name.

        Raises
        ------
        ValueError
            A value is in a column without a name.
        """
        if len(row) > self.width and not all(map(is_blank, row[self.width :])):
            raise ValueError(TOO_WIDE)
        if len(row) < self.width:
            row = (*row, *[""] * (self.width - len(row)))
        unnamed = next((n for n in self._unnamed if not is_blank(row[n])), None)
        if unnamed is not None:
            raise ValueError(f"column {unnamed + 1} of its head is empty")
        return self._pick(row)[:-1]


class _Table:
    """Rows of a table, collected for a frame.

    Parameters
    ----------
    head : _Head
    delimited, read
        As for :func:`framed`.
    """

    def __init__(self, head: _Head, delimited: bool, read: Callable[[tuple], tuple] | None):
        self._head, self._delimited, self._read = head, delimited, read
        self._below_a_gap = False
        self._start()

    def _start(self) -> None:
        self.rows: list[tuple] = []
        self._numbers: list[int] = []
        self._faults: list[Fault] = []

    def taken(self) -> pd.DataFrame:
        """Remove the collected rows, and return them as a frame."""
        frame = pd.DataFrame(self.rows, columns=self._head.names, dtype=object)
        frame = _noted(frame, Notes(tuple(self._numbers), tuple(self._faults)))
        self._start()
        return frame

    def add(self, number: int, row: tuple) -> None:
        """Add a row, unless it is blank."""
        if all(map(is_blank, row)):
            self._below_a_gap = True
            return
        cells = given = self._head.cells(row)
        if self._read:
            cells = self._values(cells)
        if self._read or not self._delimited:
            cells = self._without_faulty(cells)
        fault = self._fault_of_row(given, len(row))
        if fault:
            self._faults.append(Fault(len(self.rows), "", "", fault))
        else:
            self._below_a_gap = False
        self.rows.append(cells)
        self._numbers.append(number)

    def _values(self, cells: tuple) -> tuple:
        """Cells with those that set inputs converted by ``read``."""
        assert self._read
        found, inputs = list(cells), self._head.inputs
        for n, cell in zip(inputs, self._read(tuple(cells[n] for n in inputs)), strict=True):
            found[n] = cell
        return tuple(found)

    def _without_faulty(self, cells: tuple) -> tuple:
        """Cells with faulty ones blanked and recorded as faults."""
        found = [cell if isinstance(cell, FaultyCell) else plain(cell) for cell in cells]
        for n, cell in enumerate(found):
            if isinstance(cell, FaultyCell):
                self._faults.append(Fault(len(self.rows), self._head.names[n], *cell))
                found[n] = ""
        return tuple(found)

    def _fault_of_row(self, cells: tuple, length: int) -> str:
        """Description of an error of a whole row; "" if there is none."""
        if self._below_a_gap and all(is_blank(cells[n]) for n in self._head.inputs):
            return BELOW_A_GAP
        if self._delimited and length < self._head.width:
            some = f"{length} of {self._head.width} cells"
            return f"it ends after {some}; empty cells need delimiters too"
        return ""


def without_blanks(frames: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Frames of a source with typed cells, such as a database, without blank rows.

    In a table with a single column, an empty cell is kept as a row, since it was stored on purpose.
    """
    first, below_a_gap = 1, False
    for frame in frames:
        for name in frame.columns:
            if isinstance(plain(str(name)), FaultyCell):
                raise ValueError(f"column {_shown(str(name))} is not valid Unicode")
        blank = _blank_rows(frame) if frame.shape[1] > 1 else np.zeros(len(frame), bool)
        faults: list[Fault] = []
        if below_a_gap or blank.any():
            inputs = [n for n, name in enumerate(frame.columns) if name not in (ID, NAME)]
            unset = _blank_rows(frame.iloc[:, inputs])
            position = 0
            for is_gap, sets_nothing in zip(blank.tolist(), unset.tolist(), strict=True):
                below_a_gap = is_gap or (below_a_gap and sets_nothing)
                if below_a_gap and not is_gap:
                    faults.append(Fault(position, "", "", BELOW_A_GAP))
                position += not is_gap
        numbers = np.flatnonzero(~blank) + first
        first += len(frame)
        if len(numbers):
            kept = frame if len(numbers) == len(frame) else frame.iloc[~blank]
            kept, faulty = _plain_frame(kept)
            yield _noted(kept, Notes(tuple(numbers.tolist()), (*faults, *faulty)))


def _plain_frame(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Fault]]:
    """A frame of :func:`plain` cells, and the faults of the others."""
    faults = []
    changed = {}
    for n, name in enumerate(frame.columns):
        cells = frame.iloc[:, n]
        if cells.dtype.kind in _PLAIN_KINDS or _is_utf8(cells.dtype):
            continue
        given = cells.tolist()
        found = [plain(cell) for cell in given]
        if all(map(operator.is_, given, found)):
            continue
        for position, cell in enumerate(found):
            if isinstance(cell, FaultyCell):
                faults.append(Fault(position, str(name), *cell))
                found[position] = None
        changed[n] = pd.Series(found, cells.index, dtype=object)
    if not changed:
        return frame.copy(deep=False), faults
    columns = [changed.get(n, frame.iloc[:, n]) for n in range(frame.shape[1])]
    return pd.concat(columns, axis=1, keys=frame.columns), faults


def _is_utf8(dtype: Any) -> bool:
    """Whether a column has texts of Arrow, which are always valid UTF-8."""
    return isinstance(dtype, pd.StringDtype) and dtype.storage == "pyarrow"


def _blank_rows(frame: pd.DataFrame) -> np.ndarray:
    """Whether each row is blank; stops reading columns when no row can be blank."""
    blank = np.ones(len(frame), bool)
    for n in range(frame.shape[1]):
        if not blank.any():
            break
        rows = np.flatnonzero(blank)
        cells = frame.iloc[rows, n]
        if cells.dtype.kind in _PLAIN_KINDS:
            blank[rows] = cells.isna().to_numpy(bool)
        else:
            blank[rows] = np.fromiter(map(is_blank, cells), bool, len(rows))
    return blank


def _noted(frame: pd.DataFrame, notes: Notes) -> pd.DataFrame:
    frame.attrs[_NOTES] = notes
    return frame
