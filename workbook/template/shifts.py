"""Where rows and columns of a sheet stand after others were inserted."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Literal, NamedTuple

from ..errors import WorkbookError
from ..ooxml.cell_references import LAST_COLUMN, LAST_ROW


class Insertion(NamedTuple):
    """New rows below a row of a sheet, or new columns to the right of a column.

    Attributes
    ----------
    sheet : str
        Its title, in any case.
    axis : {"row", "column"}
    after : int
        From 1, as the original file has it: this row is repeated, and its style copied.
    count : int
    """

    sheet: str
    axis: Literal["row", "column"]
    after: int
    count: int  # type: ignore[assignment] # the method of tuples of that name is not needed


class Steps:
    """Insertions along one axis of a sheet.

    Parameters
    ----------
    counts : sequence of (int, int)
        Positions after which something is inserted, from 1, each with how much.
    last : int
        The last position that a sheet has.
    """

    def __init__(self, counts: Iterable[tuple[int, int]], last: int):
        added: dict[int, int] = {}
        for after, count in counts:
            added[after] = added.get(after, 0) + count
        self.counts = dict(sorted(added.items()))
        self.last = last
        self._afters = list(self.counts)
        self._totals = [0, *accumulate(self.counts.values())]

    def moved(self, at: int) -> int:
        """Where a position stands now."""
        return at + self._totals[bisect_left(self._afters, at)]

    def grown(self, at: int) -> int:
        """Where a range that ended at a position ends now: new ones after it belong to it."""
        return at + self._totals[bisect_right(self._afters, at)]

    def is_between(self, first: int, last: int) -> bool:
        """Whether something is inserted inside a range: before its last position."""
        return any(first <= after < last for after in self.counts)


class Shift(NamedTuple):
    """Insertions in one sheet."""

    rows: Steps
    columns: Steps


def shift(insertions: Sequence[Insertion]) -> Shift:
    """The insertions of one sheet together.

    Raises
    ------
    WorkbookError
        An insertion outside of what Excel's sheets have.
    """
    counts: dict[str, list[tuple[int, int]]] = {"row": [], "column": []}
    lasts = {"row": LAST_ROW, "column": LAST_COLUMN}
    for one in insertions:
        last = lasts[one.axis]
        if one.count < 1 or not 1 <= one.after < last or one.after + one.count > last:
            raise WorkbookError(
                f"{one.count:,} {one.axis}s after {one.axis} {one.after:,} of sheet {one.sheet}: "
                f"at least 1 is inserted, after a {one.axis} from 1, and a sheet has {last:,}"
            )
        counts[one.axis].append((one.after, one.count))
    return Shift(Steps(counts["row"], LAST_ROW), Steps(counts["column"], LAST_COLUMN))
