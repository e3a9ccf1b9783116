"""Series: like formulas along a row or a column, and what stands among them."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from .facts import Facts, Grid, is_link, is_number
from .rule import Place

_GAP_MAX = 4  # cells between two formulas of one series
_TWINS_MIN = 4  # formulas that two lines share if they are to be alike
_SHARE_MIN = 0.6  # of the cells from its first to its last that a series has


class Series(NamedTuple):
    """Cells of one formula, in R1C1 notation, along a row or, with ``down``, a column.

    ``line`` is the number of the row or column, ``members`` are positions along it, in order.
    """

    down: bool
    line: int
    pattern: str
    members: tuple[int, ...]

    def place(self, position: int, aside: int = 0) -> Place:
        """A cell of the line, or of a line beside it."""
        line = self.line + aside
        return (position, line) if self.down else (line, position)

    def between(self) -> list[int]:
        """Positions from first to last that are not of the series."""
        inside = set(self.members)
        return [n for n in range(self.members[0], self.members[-1]) if n not in inside]


def all_series(facts: Facts, grid: Grid) -> Iterator[Series]:
    """Every series of a sheet that outweighs what stands in it: rows first, then columns."""
    for down in (False, True):
        lines: dict[int, list[tuple[int, str]]] = {}
        for place in sorted(grid.formulas):
            line, position = (place[1], place[0]) if down else place
            if is_of_series(facts, grid, place, down):
                lines.setdefault(line, []).append((position, grid.pattern(place)))
        for line, cells in lines.items():
            if len(cells) > 1:
                yield from _of_line(down, line, sorted(cells))


def _of_line(down: bool, line: int, cells: list[tuple[int, str]]) -> Iterator[Series]:
    patterns: dict[str, list[int]] = {}
    for position, pattern in cells:
        patterns.setdefault(pattern, []).append(position)
    for pattern, positions in patterns.items():
        start = 0
        for n, (before, after) in enumerate([*pairwise(positions), (positions[-1], 1 << 30)]):
            if after - before <= _GAP_MAX:
                continue
            members = tuple(positions[start : n + 1])
            start = n + 1
            if len(members) > 1 and len(members) >= _SHARE_MIN * (members[-1] - members[0] + 1):
                yield Series(down, line, pattern, members)


def unlike_twins(grid: Grid) -> Iterator[tuple[Place, Place]]:
    """Pairs of cells that differ in two rows, or columns, beside each other that are alike else.

    One of the two, at least, is a formula, the other one or a typed number. Where a third line
    shows which of them is usual, the pair is left to its series.
    """
    for down in (False, True):
        lines: dict[int, dict[int, str]] = {}
        for place in grid.formulas:
            line, position = (place[1], place[0]) if down else place
            if place not in grid.anchors and not grid.is_text(place):
                lines.setdefault(line, {})[position] = grid.pattern(place)
        for line, cells in lines.items():
            other = lines.get(line + 1, {})
            alike = sum(other.get(position) == pattern for position, pattern in cells.items())
            if alike < _TWINS_MIN:
                continue
            here = Series(down, line, "", ())
            unlike = [
                position
                for position in sorted({*cells, *other})
                if cells.get(position) != other.get(position)
                and (position in cells or is_typed(grid, here.place(position)))
                and (position in other or is_typed(grid, here.place(position, 1)))
            ]
            for position in unlike if len(unlike) <= max(1, alike // 8) else ():
                before, one, two, after = (here.place(position, n) for n in (-1, 0, 1, 2))
                usual = [
                    position in known and grid.pattern(there) == known[position]
                    for known, there in ((cells, before), (other, after))
                ]
                if not any(usual):
                    yield one, two


def is_of_series(facts: Facts, grid: Grid, place: Place, down: bool = False) -> bool:
    """Whether a cell holds a formula that is neither a label nor a total of its row or column."""
    formula = grid.formulas.get(place)
    if formula is None or not formula.pieces or place in grid.anchors or place in grid.table_heads:
        return False
    if place[1] <= grid.unit_column(place[0]) or (
        is_link(formula) and shows_text(facts, grid, place)
    ):
        return False
    return not sums_line(facts, grid, place, down)


def sums_line(facts: Facts, grid: Grid, place: Place, down: bool) -> bool:
    """Whether a formula takes in several cells of its own row or column at once."""
    for _, areas in facts.references(grid, place):
        for area in areas:
            if area.sheet != grid.number:
                continue
            if down and area.left <= place[1] <= area.right and area.top != area.bottom:
                return True
            if not down and area.top <= place[0] <= area.bottom and area.left != area.right:
                return True
    return False


def shows_text(facts: Facts, grid: Grid, place: Place) -> bool:
    """Whether a cell shows a text; a link without cached value shows what it links to."""
    for _ in range(9):
        if place not in grid.uncached or not is_link(grid.formulas[place]):
            break
        areas = facts.references(grid, place)[0][1]
        if not areas:
            break
        grid, place = facts.grids[areas[0].sheet], (areas[0].top, areas[0].left)
    return grid.is_text(place)


def run_length(grid: Grid, place: Place, down: bool, most: int) -> int:
    """How many cells in a row or column of one formula, up to a most, a cell is one of."""
    pattern, found = grid.pattern(place), 1
    for step in (-1, 1):
        n = step
        while found < most:
            there = (place[0] + n * down, place[1] + n * (not down))
            if grid.pattern(there) != pattern:
                break
            found, n = found + 1, n + step
    return found


def is_typed(grid: Grid, place: Place) -> bool:
    """Whether a number was typed into a cell."""
    return is_number(grid.constants.get(place))
