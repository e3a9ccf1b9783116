"""Rows of cells as frames: without blank rows and columns, and with what is wrong in them listed.

A frame carries its notes in ``frame.attrs``: the number of each row in the table, and its faults.
"""

import math
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

ID, NAME = "scenario", "name"
TOO_WIDE = "its rows have more cells than its head"
BELOW_A_GAP = (
    "it stands below an empty row and moves nothing, as a note would; delete it, or move it up"
)
_NOTES = "shorewise"  # key in a frame's attributes
_PLAIN_KINDS = "iufbM"  # of dtypes whose cells need no look: numbers, truth values, moments
_SHOWN = 80  # characters of what is wrong
_CONTAINERS = (bytes, bytearray, memoryview, list, tuple, dict, set, frozenset, np.ndarray,
               pd.Series, pd.DataFrame)  # fmt: skip


class FaultyCell(NamedTuple):
    """A cell that cannot be used, in place of its value: what stands there, and what is allowed."""

    value: str
    allowed: str


class Fault(NamedTuple):
    """A faulty cell by its position in a frame; a faulty row where ``column`` is empty."""

    position: int
    column: str
    value: str
    allowed: str


class Notes(NamedTuple):
    """What a frame says beside its cells.

    Attributes
    ----------
    numbers : sequence of int
        Number of each row in the table, from 1; blank rows count.
    faults : tuple of Fault
    """

    numbers: Sequence[int]
    faults: tuple[Fault, ...] = ()

    def __deepcopy__(self, _memo):
        return self  # pandas copies a frame's attributes whenever it makes another of it


def take_notes(frame: pd.DataFrame, first: int) -> Notes:
    """Notes of a frame, taken from it; without any its rows are numbered from ``first``."""
    found = frame.attrs.pop(_NOTES, None)
    return found or Notes(range(first, first + len(frame)))


def is_blank(cell: Any) -> bool:
    """Whether a cell holds nothing, or only spaces."""
    if isinstance(cell, str):
        return not cell.strip()
    if isinstance(cell, (float, Decimal)):
        return math.isnan(cell) if isinstance(cell, float) else cell.is_nan()
    return cell is None or cell is pd.NA or cell is pd.NaT


def plain(cell: Any) -> Any:
    """A cell that counts as its text does; a :class:`FaultyCell` where that is none of use."""
    kind = type(cell)
    if kind is float or (kind is str and cell.isascii()) or cell is None:
        return cell
    if isinstance(cell, _CONTAINERS) or (isinstance(cell, Decimal) and cell.is_snan()):
        return FaultyCell(_shown(repr(cell)), "a number or a text")
    try:
        str(cell).encode()
    except UnicodeEncodeError:
        return FaultyCell(_shown(str(cell)), "a text of whole characters, which UTF-8 can hold")
    except ValueError:  # a whole number of thousands of digits
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
    """Frames of rows as a sheet or a text file holds them, the head first.

    A value beyond the head, or below an empty cell of it, is a ValueError that says so.

    Parameters
    ----------
    rows : iterable of tuple
        Blank ones among them.
    size : int
        Rows of a frame.
    first : int
        The number of the first row, as a spreadsheet program shows it.
    delimited : bool
        Whether a row has a cell for each column unless it was cut short, as in a text file.
    read : callable, optional
        Gives the cells of a row that move inputs, some perhaps as :class:`FaultyCell`.
    """
    numbered = enumerate(rows, first)
    head = next((row for _, row in numbered if not all(map(is_blank, row))), ())
    names = [("" if is_blank(cell) else str(cell).strip()) for cell in head]
    while names and not names[-1]:
        names.pop()
    if not names:
        if delimited:
            raise ValueError("it is empty")
        return
    width, named = len(names), [n for n, name in enumerate(names) if name]
    columns = [names[n] for n in named]
    moving = [n for n, name in enumerate(columns) if name not in (ID, NAME)]
    # One more, so that a single column gives a tuple too.
    pick = operator.itemgetter(*named, named[0])
    kept: list[tuple] = []
    numbers: list[int] = []
    faults: list[Fault] = []
    below_a_gap = False

    def frame() -> pd.DataFrame:
        found = pd.DataFrame(kept, columns=columns, dtype=object)
        return _noted(found, Notes(tuple(numbers), tuple(faults)))

    for number, row in numbered:
        if all(map(is_blank, row)):
            below_a_gap = True
            continue
        length = len(row)
        if length > width and not all(map(is_blank, row[width:])):
            raise ValueError(TOO_WIDE)
        if length < width:
            row = (*row, *[""] * (width - length))
        cells = pick(row)[:-1]
        if len(named) < width:
            wrong = [n for n in range(width) if not names[n] and not is_blank(row[n])]
            if wrong:
                raise ValueError(f"column {wrong[0] + 1} of its head is empty")
        if read:
            cells = _read(cells, moving, read)
        if read or not delimited:
            cells = tuple(map(_usable, cells))
            for n, cell in enumerate(cells):
                if isinstance(cell, FaultyCell):
                    faults.append(Fault(len(kept), columns[n], *cell))
            cells = tuple("" if isinstance(cell, FaultyCell) else cell for cell in cells)
        if below_a_gap and all(is_blank(row[named[n]]) for n in moving):
            faults.append(Fault(len(kept), "", "", BELOW_A_GAP))
        elif delimited and length < width:
            said = f"it ends after {length} of {width} cells; empty ones need delimiters too"
            faults.append(Fault(len(kept), "", "", said))
        else:
            below_a_gap = False
        kept.append(cells)
        numbers.append(number)
        if len(kept) == size:
            yield frame()
            kept, numbers, faults = [], [], []
    if kept:
        yield frame()


def _usable(cell: Any) -> Any:
    return cell if isinstance(cell, FaultyCell) else plain(cell)


def _read(cells: tuple, moving: list[int], read: Callable[[tuple], tuple]) -> tuple:
    found = list(cells)
    for n, cell in zip(moving, read(tuple(cells[n] for n in moving)), strict=True):
        found[n] = cell
    return tuple(found)


def without_blanks(frames: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Frames from a database, a file with types or Python, without rows that hold nothing.

    In a single column an empty cell is a row: somebody has put it there.
    """
    first, below_a_gap = 1, False
    for frame in frames:
        for name in frame.columns:
            if isinstance(plain(str(name)), FaultyCell):
                raise ValueError(f"column {_shown(str(name))} is no text that UTF-8 can hold")
        blank = _blank_rows(frame) if frame.shape[1] > 1 else np.zeros(len(frame), bool)
        faults: list[Fault] = []
        if below_a_gap or blank.any():
            moving = [n for n, name in enumerate(frame.columns) if name not in (ID, NAME)]
            still = _blank_rows(frame.iloc[:, moving])
            position = 0
            for is_gap, moves_nothing in zip(blank.tolist(), still.tolist(), strict=True):
                below_a_gap = is_gap or (below_a_gap and moves_nothing)
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
    """A frame of :func:`plain` cells, and those that are none."""
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
    """Whether cells of a type are texts that Arrow holds: whole characters for sure."""
    return isinstance(dtype, pd.StringDtype) and dtype.storage == "pyarrow"


def _blank_rows(frame: pd.DataFrame) -> np.ndarray:
    """Whether each row holds nothing; columns are looked at only as long as one may."""
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
