"""Rows of a table as data frames, without blank rows, and with a record of faulty cells.

``frame.attrs`` contains the row numbers in the table, the faults of the frame, and kept cells.
"""

import datetime
import itertools
import math
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from ...engine.reading.consistency import shown
from ...engine.reading.text_tables import HEAD_ROWS, decimal_of, head_position

if TYPE_CHECKING:
    from .column_names import ColumnNames, Taken

ID, NAME = "scenario", "name"
TOO_WIDE = "its rows have more cells than its head, the first row, which must name every column"
BELOW_A_GAP = "it is below an empty row and sets no input, like a note; delete it, or move it up"
_NO_WIDTH = "\u200b\u2060\ufeff"
_NOTES = "shorewise"  # key in a frame's attributes
_PLAIN_KINDS = "iufbM"  # kinds of dtypes without faulty cells: numbers, booleans, dates
_SHOWN = 80  # characters of a faulty value
_SAMPLE_ROWS = 1_000  # for the detection of the head and of the decimal sign
_NO_CELLS = (bytes, bytearray, memoryview, list, tuple, dict, set, frozenset, np.ndarray,
             pd.Series, pd.DataFrame, complex)  # fmt: skip


OnUnset = Callable[[Sequence[int]], None]


class FaultyCell(NamedTuple):
    """A substitute for the value of an invalid cell: its text, and what is allowed."""

    value: str
    allowed: str


class MergedCell(FaultyCell):
    """A cell without a value of its own: it counts as blank where nothing needs one."""


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
    kept : tuple of tuple of str
        Cells of each row that are copied to the results.
    decimal : str
        Decimal sign of numbers that are texts; "" if it is not known.
    """

    numbers: Sequence[int]
    faults: tuple[Fault, ...] = ()
    kept: tuple[tuple[str, ...], ...] = ()
    decimal: str = ""

    def __deepcopy__(self, _memo: dict[int, Any]) -> "Notes":
        return self  # pandas copies the attributes of a frame with every operation


def take_notes(frame: pd.DataFrame, first: int) -> Notes:
    """Remove and return the notes of a frame; by default rows are numbered from ``first``."""
    found = frame.attrs.pop(_NOTES, None)
    return found or Notes(range(first, first + len(frame)))


def is_blank(cell: Any) -> bool:
    """Whether a cell is empty or contains only spaces, also those without width."""
    if isinstance(cell, str):
        return not cell.strip().strip(_NO_WIDTH)
    if isinstance(cell, (float, Decimal)):
        return math.isnan(cell) if isinstance(cell, float) else cell.is_nan()
    return cell is None or cell is pd.NA or cell is pd.NaT or isinstance(cell, MergedCell)


def plain(cell: Any) -> Any:
    """The cell, or a :class:`FaultyCell` if it is neither a number nor a valid text."""
    kind = type(cell)
    if kind is float or (kind is str and cell.isascii()) or cell is None:
        return cell
    if isinstance(cell, _NO_CELLS) or (isinstance(cell, Decimal) and cell.is_snan()):
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


class Detected(NamedTuple):
    """What was found in the first rows of a table.

    Attributes
    ----------
    decimal : str
        Decimal sign of numbers that are texts; "" if none has one.
    above : int
        Number of the last row above the head that is no part of the table; 0 if there is none.
    renamed : tuple of str
        Heads that have another name than their column.
    """

    decimal: str
    above: int = 0
    renamed: tuple[str, ...] = ()


def framed(
    rows: Iterable[tuple],
    size: int,
    *,
    first: int = 1,
    delimited: bool = False,
    names: "ColumnNames | None" = None,
    decimal: str | None = None,
    on_detected: Callable[[Detected], None] | None = None,
    on_unset: OnUnset | None = None,
) -> Iterator[pd.DataFrame]:
    """Rows of a sheet or text file as data frames, without blank rows and rows above the head.

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
    names : ColumnNames, optional
        Names that heads may have; by default every head is its column's name.
    decimal : str, optional
        Decimal sign of numbers that are texts; by default detected.
    on_detected : callable, optional
        Called with what was found in the first rows.
    on_unset : callable, optional
        Called at the end with the numbers of rows that set no input, if there are any.

    Yields
    ------
    DataFrame

    Raises
    ------
    ValueError
        The text file is empty, a value has no head, or numbers have different decimal signs.
    """
    numbered = enumerate(rows, first)
    sample = [*itertools.islice(_from_first(numbered), _SAMPLE_ROWS)]
    filled = [(n, row) for n, (_, row) in enumerate(sample) if not _is_blank(row)][:HEAD_ROWS]
    if not filled:
        if delimited:
            raise ValueError("it is empty")
        return
    texts = [[_text(cell) for cell in row] for _, row in filled]
    at = filled[head_position(texts, names.known if names else None)][0]
    head = _Head(sample[at][1], names)
    if decimal is None:
        decimal = _decimal(head, sample[at + 1 :])
    if on_detected:
        above = sample[at - 1][0] if at else 0
        on_detected(Detected(decimal, above, head.renamed))
    table = _Table(head, delimited, decimal)
    for number, row in itertools.chain(sample[at + 1 :], numbered):
        table.add(number, row)
        if len(table.rows) == size:
            yield table.taken()
    if table.rows:
        yield table.taken()
    if on_unset and table.unset:
        on_unset(table.unset)


def _from_first(numbered: Iterable[tuple[int, tuple]]) -> Iterator[tuple[int, tuple]]:
    """Numbered rows from the first that is not blank."""
    return itertools.dropwhile(lambda one: _is_blank(one[1]), numbered)


def _is_blank(row: Sequence[Any]) -> bool:
    return all(map(is_blank, row))


def _text(cell: Any) -> str:
    """A cell as text, "" if it is blank; whole numbers and days without zeros behind them."""
    if is_blank(cell):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        cell = cell.date()
    return _shown(cell.value) if isinstance(cell, FaultyCell) else str(cell).strip()


def _has_numbers(name: str, names: "ColumnNames | None") -> bool:
    """Whether a column has numbers, of which a decimal sign may be told, and no months or words."""
    return name not in (ID, NAME) and (names is None or names.has_numbers(name))


def _decimal(head: "_Head", rows: Iterable[tuple[int, tuple]]) -> str:
    """The decimal sign of numbers that are texts; "" if it is not known."""
    return decimal_of(
        (number, n, cell)
        for number, row in rows
        for n, cell in enumerate(row[: head.width])
        if isinstance(cell, str) and n in head.may_be_numbers
    )


class _Head:
    """The head of a table.

    Attributes
    ----------
    width : int
        Number of cells up to the last one with a name.
    names : tuple of str
        Names of the columns that set something.
    inputs : list of int
        Positions among them, without those of the id and the title.
    may_be_numbers : set of int
        Positions of their cells in a row.
    kept : tuple of int
        Positions of the cells that are copied to the results.
    renamed : tuple of str
        Heads that have another name than their column.
    decisive : int or None
        Position of the first input's cell in a row; None where rows need a closer look.
    """

    def __init__(self, row: tuple, names: "ColumnNames | None"):
        cells = [_text(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        self.width = len(cells)
        named = [n for n, name in enumerate(cells) if name]
        heads = [cells[n] for n in named]
        taken: Taken | None = names.taken(heads) if names else None
        positions = [named[n] for n in taken.positions] if taken else named
        self.names = taken.names if taken else tuple(heads)
        self.kept = tuple(named[n] for n in taken.kept) if taken else ()
        self.renamed = taken.renamed if taken else ()
        self.inputs = [n for n, name in enumerate(self.names) if name not in (ID, NAME)]
        self.may_be_numbers = {
            positions[n] for n in self.inputs if _has_numbers(self.names[n], names)
        }
        self._unnamed = [n for n, name in enumerate(cells) if not name]
        # Where a text in it is no blank, the usual row of a text file is beyond doubt.
        self.decisive = positions[self.inputs[0]] if self.inputs else None
        if self._unnamed or self.kept:
            self.decisive = None
        # An additional item, so that a single column also gives a tuple.
        self._pick_named = operator.itemgetter(*named, named[0])
        self._pick = operator.itemgetter(*positions, positions[0])

    def cells(self, number: int, row: tuple) -> tuple[tuple, tuple[str, ...]]:
        """The cells of a row that set something, and the texts of those that are kept.

        Raises
        ------
        ValueError
            A value is in a column without a name.
        """
        if len(row) > self.width:
            beyond = next((cell for cell in row[self.width :] if not is_blank(cell)), None)
            if beyond is not None:
                raise ValueError(f"{TOO_WIDE}: row {number} has {shown(_text(beyond))} there")
        if len(row) < self.width:
            row = (*row, *[""] * (self.width - len(row)))
        picked = self._pick_named(row)[:-1]
        if len(row) - row.count("") == len(picked) - picked.count(""):  # fast, in wide tables
            unnamed = None
        else:
            unnamed = next((n for n in self._unnamed if not is_blank(row[n])), None)
        if unnamed is not None:
            raise ValueError(
                f"column {unnamed + 1} of its head is empty, but row {number} has "
                f"{shown(_text(row[unnamed]))} there; name the column, or empty it"
            )
        return self.picked(row), tuple(_text(row[n]) for n in self.kept)

    def picked(self, row: tuple) -> tuple:
        """The cells of a row that set something."""
        return self._pick(row)[:-1]


class _Table:
    """Rows of a table, collected for a frame.

    Parameters
    ----------
    head : _Head
    delimited, decimal
        As for :func:`framed`.
    """

    def __init__(self, head: _Head, delimited: bool, decimal: str):
        self._head, self._delimited, self._decimal = head, delimited, decimal
        self._below_a_gap = False
        self.unset: list[int] = []
        self._start()

    def _start(self) -> None:
        self.rows: list[tuple] = []
        self._numbers: list[int] = []
        self._faults: list[Fault] = []
        self._kept: list[tuple[str, ...]] = []

    def taken(self) -> pd.DataFrame:
        """Remove the collected rows, and return them as a frame."""
        frame = pd.DataFrame(self.rows, columns=list(self._head.names), dtype=object)
        kept = tuple(self._kept) if self._head.kept else ()
        notes = Notes(tuple(self._numbers), tuple(self._faults), kept, self._decimal)
        self._start()
        return _noted(frame, notes)

    def add(self, number: int, row: tuple) -> None:
        """Add a row, unless it is blank in the columns that count."""
        decisive = self._head.decisive
        if (
            self._delimited
            and decisive is not None
            and len(row) == self._head.width
            and not is_blank(row[decisive])
        ):  # the usual row, in a fifth of the time
            self._below_a_gap = False
            self.rows.append(self._head.picked(row))
            self._numbers.append(number)
            self._kept.append(())
            return
        if _is_blank(row):
            self._below_a_gap = True
            return
        cells, kept = self._head.cells(number, row)
        if not any(kept) and _is_blank(cells):
            self._below_a_gap = True
            return
        fault = self._fault_of_row(cells, len(row))
        inputs = self._head.inputs
        is_unset = bool(inputs) and is_blank(cells[inputs[0]])  # fast, where the first is filled
        is_unset = is_unset and all(is_blank(cells[n]) for n in inputs)
        if not self._delimited:
            cells = self._without_faulty(cells)
        if fault:
            self._faults.append(Fault(len(self.rows), "", "", fault))
        else:
            self._below_a_gap = False
            if is_unset:
                self.unset.append(number)
        self.rows.append(cells)
        self._numbers.append(number)
        self._kept.append(kept)

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


def without_blanks(
    frames: Iterable[pd.DataFrame],
    names: "ColumnNames | None" = None,
    decimal: str | None = None,
    on_detected: Callable[[Detected], None] | None = None,
    on_unset: OnUnset | None = None,
) -> Iterator[pd.DataFrame]:
    """Frames of a source with typed cells, such as a database, without blank rows.

    In a table with a single column, an empty cell is kept as a row, since it was stored on purpose.
    ``names``, ``decimal``, ``on_detected`` and ``on_unset`` are as for :func:`framed`.
    """
    first, below_a_gap, head = 1, False, None
    unset_rows: list[int] = []
    for frame in frames:
        for name in frame.columns:
            if isinstance(plain(str(name)), FaultyCell):
                raise ValueError(f"column {_shown(str(name))} is not valid Unicode")
        if head is None:
            head = _TypedHead(frame, names, decimal, first)
            if on_detected:
                on_detected(Detected(head.decimal, 0, head.renamed))
        blank = head.blank_rows(frame) if frame.shape[1] > 1 else np.zeros(len(frame), bool)
        texts = head.kept_texts(frame)
        frame = head.of(frame)
        faults: list[Fault] = []
        inputs = [n for n, name in enumerate(frame.columns) if name not in (ID, NAME)]
        unset = _blank_rows(frame.iloc[:, inputs]) if inputs else np.zeros(len(frame), bool)
        if below_a_gap or blank.any():
            position = 0
            for is_gap, sets_nothing in zip(blank.tolist(), unset.tolist(), strict=True):
                below_a_gap = is_gap or (below_a_gap and sets_nothing)
                if below_a_gap and not is_gap:
                    faults.append(Fault(position, "", "", BELOW_A_GAP))
                position += not is_gap
        numbers = np.flatnonzero(~blank) + first
        noted = {int(numbers[one.position]) for one in faults}
        unset_rows += set((np.flatnonzero(unset & ~blank) + first).tolist()) - noted
        first += len(frame)
        if len(numbers):
            kept = frame if len(numbers) == len(frame) else frame.iloc[~blank]
            kept, faulty = _plain_frame(kept)
            texts = [one for one, gap in zip(texts, blank.tolist(), strict=False) if not gap]
            notes = Notes(tuple(numbers.tolist()), (*faults, *faulty), tuple(texts), head.decimal)
            yield _noted(kept, notes)
    if on_unset and unset_rows:
        on_unset(sorted(unset_rows))


class _TypedHead:
    """The columns of typed frames, from the first of them.

    Attributes
    ----------
    decimal : str
        Decimal sign of numbers that are texts; "" if it is not known.
    renamed : tuple of str
        Columns that have another name than the model's.
    """

    def __init__(
        self, frame: pd.DataFrame, names: "ColumnNames | None", decimal: str | None, first: int
    ):
        heads = [str(name) for name in frame.columns]
        self._taken = names.taken(heads) if names else None
        self.renamed = self._taken.renamed if self._taken else ()
        self.decimal = decimal if decimal is not None else self._sign(self.of(frame), first, names)

    def of(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The columns of a frame that set something, by their names in the model."""
        if self._taken is None:
            return frame
        if [*frame.columns] == [*self._taken.names]:
            return frame
        return frame.iloc[:, list(self._taken.positions)].set_axis([*self._taken.names], axis=1)

    def kept_texts(self, frame: pd.DataFrame) -> list[tuple[str, ...]]:
        """Texts of the columns that are kept."""
        if self._taken is None or not self._taken.kept:
            return []
        columns = [map(_text, map(plain, frame.iloc[:, n].tolist())) for n in self._taken.kept]
        return [*zip(*columns, strict=True)]

    def blank_rows(self, frame: pd.DataFrame) -> np.ndarray:
        """Whether each row is blank in the columns that count."""
        if self._taken is None:
            return _blank_rows(frame)
        return _blank_rows(frame.iloc[:, [*self._taken.positions, *self._taken.kept]])

    @staticmethod
    def _sign(frame: pd.DataFrame, first: int, names: "ColumnNames | None") -> str:
        columns = [n for n, name in enumerate(frame.columns) if _has_numbers(str(name), names)]
        texts = frame.iloc[:_SAMPLE_ROWS, columns].select_dtypes(["object", "string"])
        if not texts.shape[1]:
            return ""
        head = _Head(tuple(f"column {n}" for n in range(texts.shape[1])), None)
        return _decimal(head, enumerate(texts.itertuples(index=False, name=None), first))


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
