"""Division of a table into partitions, with detection of repeated file names."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple
from unicodedata import normalize

import numpy as np
import pandas as pd

from ...engine.errors import DomainError
from ..errors import WorkbookError
from .column_names import ColumnNames
from .columns import file_name, ids_of, quoted, refuse_repeated
from .row_sources import Source, frames, origin_of
from .table_frames import ID, Fault, take_notes
from .table_options import DETECTED, TableOptions

PARTITION = 1_000  # rows, at most
_PARTITIONS = 128  # at least, where each has enough work: for many processes, and for progress
STAMPED, FILLED = 32, 256  # workbooks, and templates, that are enough work for a partition
_DRAWS = 2_048  # likewise
_LONG = 32 * PARTITION  # rows of a longer table, where their number is not known


class Rows(NamedTuple):
    """The rows of a partition.

    Attributes
    ----------
    frame : DataFrame
    repeated : tuple of int
        Positions in the frame of rows with the same file name as an earlier row of the table.
    numbers : tuple of int
        Number of each row in the table, from 1, including blank rows.
    faults : tuple of Fault
        Invalid cells and rows, found on reading.
    kept : tuple of tuple of str
        Cells of each row that are copied to the results.
    decimal : str
        Decimal sign of numbers that are texts; "" if it is not known.
    """

    frame: pd.DataFrame
    repeated: tuple[int, ...]
    numbers: tuple[int, ...]
    faults: tuple[Fault, ...]
    kept: tuple[tuple[str, ...], ...] = ()
    decimal: str = ""


def partition_size(rows: int | None, workbook_rows: int, draws: int) -> int:
    """Number of rows of a partition: 1,000, or a power of two below.

    It depends on the table and on what is made of a row, never on the number of processes, so that
    a run can be resumed with more of them, on any machine.

    Parameters
    ----------
    rows : int or None
        Number of rows of the table; None if it is not known.
    workbook_rows : int
        Rows whose workbooks are enough work: :data:`STAMPED`, :data:`FILLED`, or 0 without any.
    draws : int
        Draws of the simulation of each row; 0 for none.
    """
    enough = [PARTITION]
    if workbook_rows:
        enough.append(workbook_rows)
    if draws:
        enough.append(max(1, _DRAWS // draws))
    wanted = max(min(enough), (_LONG if rows is None else rows) // _PARTITIONS)
    return PARTITION if wanted >= PARTITION else 1 << (wanted.bit_length() - 1)


def cut(table: Iterable[Rows], size: int) -> Iterator[Rows]:
    """The rows in pieces of at most ``size``."""
    for rows in table:
        for start in range(0, len(rows.frame), size):
            end = start + size
            yield Rows(
                rows.frame.iloc[start:end],
                tuple(n - start for n in rows.repeated if start <= n < end),
                rows.numbers[start:end],
                tuple(
                    one._replace(position=one.position - start)
                    for one in rows.faults
                    if start <= one.position < end
                ),
                rows.kept[start:end],
                rows.decimal,
            )


class FileNames:
    """The set of all file names so far, as sorted hashes of 8 bytes.

    It takes up to 24 bytes per name while it grows. The probability of a collision is 1 in 40
    million for a million names, and 1 in 40 for a billion names.
    """

    def __init__(self) -> None:
        self._known: list[np.ndarray] = []  # each over twice as long as the next

    def repeated(self, ids: list[str]) -> tuple[int, ...]:
        """Positions of ids with a file name that is in the set already.

        Windows and macOS ignore case in file names, and macOS also Unicode normalisation.
        """
        names = np.array([normalize("NFC", file_name(one)).casefold() for one in ids], object)
        keys = pd.util.hash_array(names, categorize=False)
        new = np.isin(np.arange(len(keys)), np.unique(keys, return_index=True)[1])
        for known in self._known:
            nearest = np.minimum(np.searchsorted(known, keys), len(known) - 1)
            new &= known[nearest] != keys
        fresh = np.sort(keys[new])
        while self._known and len(self._known[-1]) <= 2 * len(fresh):
            fresh = np.concatenate([self._known.pop(), fresh])
            fresh.sort(kind="stable")  # fast for two sorted halves
        if len(fresh):
            self._known.append(fresh)
        return tuple(np.flatnonzero(~new).tolist())


def _with_faulty_marked(ids: list[str], faults: tuple[Fault, ...]) -> list[str]:
    """Ids with invalid ones replaced, so that they never equal a file name."""
    for one in faults:
        if one.column == ID:
            ids = [*ids[: one.position], f"\0{ids[one.position]}", *ids[one.position + 1 :]]
    return ids


def rows_of(
    source: Source,
    size: int = PARTITION,
    *,
    query: str | None = None,
    limit: int | None = None,
    only: Collection[str] = (),
    options: TableOptions = DETECTED,
    names: ColumnNames | None = None,
    on_note: Callable[[str], None] | None = None,
) -> Iterator[Rows]:
    """Rows of each partition: ``size`` rows, or a single row for each id in ``only``.

    Raises
    ------
    WorkbookError
        The table cannot be read, has no rows, or does not contain an id.
    DomainError
        A limit below 1.
    """
    if limit is not None and limit < 1:
        raise DomainError(f"limit is {limit}; it must be 1 or more")
    next_number, taken, missing, known = 1, 0, set(only), FileNames()
    for frame in frames(source, size, query=query, options=options, names=names, on_note=on_note):
        refuse_repeated([*frame.columns], origin_of(source))
        all_numbers, all_faults, kept, decimal = take_notes(frame, next_number)
        frame = frame if limit is None else frame.iloc[: limit - taken]
        if not len(frame):
            break
        numbers = tuple(all_numbers[: len(frame)])
        faults = tuple(one for one in all_faults if one.position < len(frame))
        next_number, taken = numbers[-1] + 1, taken + len(frame)
        # Without ids the rows are numbered, so that all differ.
        ids = ids_of(frame, numbers) if only or ID in frame.columns else []
        repeated = known.repeated(_with_faulty_marked(ids, faults)) if ID in frame.columns else ()
        if not only:
            yield Rows(frame, repeated, numbers, faults, kept[: len(frame)], decimal)
        for n, one in enumerate(ids if only else ()):
            if one in only:
                missing.discard(one)
                again = (0,) if n in repeated else ()
                wrong = tuple(one._replace(position=0) for one in faults if one.position == n)
                row = slice(n, n + 1)
                yield Rows(frame.iloc[row], again, numbers[row], wrong, kept[row], decimal)
    if not taken:
        raise WorkbookError(f"{origin_of(source)}: no rows")
    if missing:
        raise WorkbookError(f"{origin_of(source)}: no scenario is called {quoted(min(missing))}")
