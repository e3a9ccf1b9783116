"""Series: cells along a row or column with the same formula in R1C1 notation."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from ..ooxml.cell_references import Position
from .facts import Facts, Grid, is_link, is_number

_GAP_MAX = 4  # cells between two formulas of one series
_SHARED_MIN = 4  # equal formulas from which two lines count as alike
_SHARE_MIN = 0.6  # share of the cells from first to last that belong to the series


class Series(NamedTuple):
    """Cells with the same R1C1 formula along a row or, if ``down``, along a column.

    ``line`` is the number of the row or column; ``members`` are ascending indices along it.
    """

    down: bool
    line: int
    pattern: str
    members: tuple[int, ...]

    def position(self, index: int, aside: int = 0) -> Position:
        """Position of a cell on the line, or on the line ``aside`` rows or columns further."""
        line = self.line + aside
        return (index, line) if self.down else (line, index)

    def between(self) -> list[int]:
        """Indices between the first and the last member that are not members."""
        inside = set(self.members)
        return [n for n in range(self.members[0], self.members[-1]) if n not in inside]


def all_series(facts: Facts, grid: Grid) -> Iterator[Series]:
    """Every series of a sheet that fills most of its span: rows first, then columns."""
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
    """Pairs of differing cells in two adjacent rows or columns that are otherwise alike.

    At least one cell of a pair is a formula, the other a formula or a typed number. If a third
    line shows which of them is the exception, the pair is left to the rules on series.
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
    """Whether a cell has a formula that is neither a label nor a total of its row or column."""
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
    """Whether a formula refers to a range of its own row or column, as a total does."""
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
    """Whether a cell displays text; a link without a cached value displays its target."""
    for _ in range(9):
        if position not in grid.uncached or not is_link(grid.formulas[position]):
            break
        areas = facts.references(grid, position)[0][1]
        if not areas:
            break
        grid, position = facts.grids[areas[0].sheet], (areas[0].top, areas[0].left)
    return grid.is_text(position)


def run_length(grid: Grid, position: Position, down: bool, most: int) -> int:
    """Length of the run of equal formulas through a cell, counted up to ``most``."""
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
