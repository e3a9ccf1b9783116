"""Rows of a table, a partition at a time, and which of them have an earlier row's file name."""

from collections.abc import Collection, Iterator
from typing import NamedTuple
from unicodedata import normalize

import numpy as np
import pandas as pd

from ...engine.errors import DomainError
from ..errors import WorkbookError
from .columns import ID, file_name, ids_of
from .tables import frames, origin_of

PARTITION = 1_000  # rows


class Rows(NamedTuple):
    """Some rows of a table.

    Attributes
    ----------
    first : int
        Number of the first in the table, from 1.
    frame : DataFrame
    repeated : tuple of int
        Positions in the frame of those whose file name an earlier row of the table has.
    """

    first: int
    frame: pd.DataFrame
    repeated: tuple[int, ...]


class Names:
    """File names so far, as sorted hashes: 8 bytes a name, three times that while they grow.

    Of a million names two hash alike once in forty million tables, of a billion in forty.
    """

    def __init__(self):
        self._known: list[np.ndarray] = []  # each more than twice as long as the next

    def repeated(self, ids: list[str]) -> tuple[int, ...]:
        """Positions of ids whose file name was there before.

        Windows and macOS see no case in names, macOS no difference between ways to write an accent.
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


def rows_of(
    source,
    size: int = PARTITION,
    *,
    query: str | None = None,
    limit: int | None = None,
    only: Collection[str] = (),
) -> Iterator[Rows]:
    """Rows of each partition: ``size`` of them, or one of those that ``only`` names.

    Raises
    ------
    WorkbookError
        A table that cannot be read or has no rows, or an id that is not there.
    DomainError
        A limit below 1.
    """
    if limit is not None and limit < 1:
        raise DomainError(f"limit is {limit}; it must be 1 or more")
    first, missing, names = 1, set(only), Names()
    for frame in frames(source, size, query=query):
        if limit is not None:
            frame = frame.iloc[: limit - first + 1]
        if not len(frame):
            break
        # Without ids the rows are numbered, so that no two are alike.
        ids = ids_of(frame, first) if only or ID in frame.columns else []
        repeated = names.repeated(ids) if ID in frame.columns else ()
        if only:
            for n, one in enumerate(ids):
                if one in only:
                    missing.discard(one)
                    yield Rows(first + n, frame.iloc[n : n + 1], (0,) if n in repeated else ())
        else:
            yield Rows(first, frame, repeated)
        first += len(frame)
    if first == 1:
        raise WorkbookError(f"{origin_of(source)}: no rows")
    if missing:
        raise WorkbookError(f"{origin_of(source)}: no scenario is called {min(missing)!r}")
