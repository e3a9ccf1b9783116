"""Series: like formulas along a row or a column, and what stands among them."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from ..ooxml.cell_references import Position
from .facts import Facts, Grid, is_link, is_number

_GAP_MAX = 4  # cells between two formulas of one series
_SHARED_MIN = 4  # formulas that two lines share if they are to be alike
_SHARE_MIN = 0.6  # of the cells from its first to its last that a series has


class Series(NamedTuple):
    """Cells of one formula, in R1C1 notation, along a row or, with ``down``, a column.

    ``line`` is the number of the row or column, ``members`` are indices along it, in order.
    """

    down: bool
    line: int
    pattern: str
    members: tuple[int, ...]

    def position(self, index: int, aside: int = 0) -> Position:
        """A cell of the line, or of a line beside it."""
        line = self.line + aside
        return (index, line) if self.down else (line, index)

    def between(self) -> list[int]:
        """Positions from first to last that are not of the series."""
        inside = set(self.members)
        return [n for n in range(self.members[0], self.members[-1]) if n not in inside]


def all_series(facts: Facts, grid: Grid) -> Iterator[Series]:
    """Every series of a sheet that outweighs what stands in it: rows first, then columns."""
    for down in (False, True):
        lines: dict[int, list[tuple[int, str]]] = {}
        for position in sorted(grid.formulas):
            line, index = (position[1], position[0]) if down else position
            if is_of_series(facts, grid, position, down):
                lines.setdefault(line, []).append((index, grid.pattern(position)))
        for line, cells in lines.items():
            if len(cells) > 1:
                yield from _of_line(down, line, sorted(cells))


def _of_line(down: bool, line: int, cells: list[tuple[int, str]]) -> Iterator[Series]:
    patterns: dict[str, list[int]] = {}
    for index, pattern in cells:
        patterns.setdefault(pattern, []).append(index)
    for pattern, indices in patterns.items():
        start = 0
        for n, (before, after) in enumerate([*pairwise(indices), (indices[-1], 1 << 30)]):
            if after - before <= _GAP_MAX:
                continue
            members = tuple(indices[start : n + 1])
            start = n + 1
            if len(members) > 1 and len(members) >= _SHARE_MIN * (members[-1] - members[0] + 1):
                yield Series(down, line, pattern, members)


def differing_pairs(grid: Grid) -> Iterator[tuple[Position, Position]]:
    """Pairs of cells that differ in two rows, or columns, beside each other that are alike else.

    One of the two, at least, is a formula, the other one or a typed number. Where a third line
    shows which of them is usual, the pair is left to its series.
    """
    for down in (False, True):
        lines: dict[int, dict[int, str]] = {}
        for position in grid.formulas:
            line, index = (position[1], position[0]) if down else position
            if position not in grid.anchors and not grid.is_text(position):
                lines.setdefault(line, {})[index] = grid.pattern(position)
        for line, cells in lines.items():
            other = lines.get(line + 1, {})
            alike = sum(other.get(index) == pattern for index, pattern in cells.items())
            if alike < _SHARED_MIN:
                continue
            here = Series(down, line, "", ())
            unlike = [
                index
                for index in sorted({*cells, *other})
                if cells.get(index) != other.get(index)
                and (index in cells or is_typed(grid, here.position(index)))
                and (index in other or is_typed(grid, here.position(index, 1)))
            ]
            for index in unlike if len(unlike) <= max(1, alike // 8) else ():
                before, one, two, after = (here.position(index, n) for n in (-1, 0, 1, 2))
                usual = [
                    index in known and grid.pattern(there) == known[index]
                    for known, there in ((cells, before), (other, after))
                ]
                if not any(usual):
                    yield one, two


def is_of_series(facts: Facts, grid: Grid, position: Position, down: bool = False) -> bool:
    """Whether a cell holds a formula that is neither a label nor a total of its row or column."""
    formula = grid.formulas.get(position)
    if (
        formula is None
        or not formula.pieces
        or position in grid.anchors
        or position in grid.data_table_formulas
    ):
        return False
    if position[1] <= grid.unit_column(position[0]) or (
        is_link(formula) and shows_text(facts, grid, position)
    ):
        return False
    return not sums_line(facts, grid, position, down)


def sums_line(facts: Facts, grid: Grid, position: Position, down: bool) -> bool:
    """Whether a formula takes in several cells of its own row or column at once."""
    for _, areas in facts.references(grid, position):
        for area in areas:
            if area.sheet != grid.number:
                continue
            if down and area.left <= position[1] <= area.right and area.top != area.bottom:
                return True
            if not down and area.top <= position[0] <= area.bottom and area.left != area.right:
                return True
    return False


def shows_text(facts: Facts, grid: Grid, position: Position) -> bool:
    """Whether a cell shows a text; a link without cached value shows what it links to."""
    for _ in range(9):
        if position not in grid.uncached or not is_link(grid.formulas[position]):
            break
        areas = facts.references(grid, position)[0][1]
        if not areas:
            break
        grid, position = facts.grids[areas[0].sheet], (areas[0].top, areas[0].left)
    return grid.is_text(position)


def run_length(grid: Grid, position: Position, down: bool, most: int) -> int:
    """How many cells in a row or column of one formula, up to a most, a cell is one of."""
    pattern, found = grid.pattern(position), 1
    for step in (-1, 1):
        n = step
        while found < most:
            there = (position[0] + n * down, position[1] + n * (not down))
            if grid.pattern(there) != pattern:
                break
            found, n = found + 1, n + step
    return found


def is_typed(grid: Grid, position: Position) -> bool:
    """Whether a number was typed into a cell."""
    return is_number(grid.constants.get(position))
