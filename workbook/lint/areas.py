"""Rectangular areas of cells, and a pool of cells that yields each of them once."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from ..ooxml.cell_references import Position

Cell = tuple[int, int, int]  # sheet, row, column


class Area(NamedTuple):
    """A rectangle of cells on one worksheet; ``sheet`` is the sheet's number, from 0."""

    sheet: int
    top: int
    left: int
    bottom: int
    right: int

    @property
    def is_single(self) -> bool:
        """Whether the area is one cell."""
        return self.top == self.bottom and self.left == self.right

    def contains(self, position: Position) -> bool:
        """Whether a position on the same sheet is inside the area."""
        return self.top <= position[0] <= self.bottom and self.left <= position[1] <= self.right

    def among(self, columns: Collection[int]) -> list[int]:
        """Those of the given columns that the area covers, iterating over the smaller set."""
        if self.right - self.left >= len(columns):
            return [c for c in columns if self.left <= c <= self.right]
        return [c for c in range(self.left, self.right + 1) if c in columns]


class Pool:
    """A set of cells from which areas are taken, each cell at most once.

    Each column keeps its rows in order, with a union-find structure that leads from any row to the
    next one not yet taken, so that large overlapping areas cost little.
    """

    def __init__(self, cells: Iterable[Cell]):
        self._rows: dict[int, dict[int, list[int]]] = {}
        for sheet, row, column in sorted(cells):
            self._rows.setdefault(sheet, {}).setdefault(column, []).append(row)
        self._next = {
            (sheet, column): list(range(len(rows) + 1))
            for sheet, columns in self._rows.items()
            for column, rows in columns.items()
        }

    def take(self, area: Area) -> Iterator[Cell]:
        """Cells of an area that have not been taken yet; takes them."""
        columns = self._rows.get(area.sheet, {})
        for column in area.among(columns):
            rows, ahead = columns[column], self._next[area.sheet, column]
            n = self._find(ahead, bisect_left(rows, area.top))
            while n < len(rows) and rows[n] <= area.bottom:
                ahead[n] = n + 1
                yield area.sheet, rows[n], column
                n = self._find(ahead, n + 1)

    @staticmethod
    def _find(ahead: list[int], n: int) -> int:
        last = n
        while ahead[last] != last:
            last = ahead[last]
        while ahead[n] != last:
            ahead[n], n = last, ahead[n]
        return last

    def left(self) -> Iterator[Cell]:
        """Cells that have not been taken."""
        for sheet, columns in self._rows.items():
            for column, rows in columns.items():
                ahead = self._next[sheet, column]
                yield from ((sheet, row, column) for n, row in enumerate(rows) if ahead[n] == n)
