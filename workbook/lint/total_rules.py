"""The rule about totals that leave out an adjacent cell."""

from collections.abc import Iterator

from openpyxl.utils import get_column_letter

from ..ooxml.cell_references import Position, parse_reference
from .areas import Area
from .facts import Facts, Grid
from .rule import Options, Violation, in_cell, rule
from .series import is_typed

_SUMS = frozenset({"AVERAGE", "COUNT", "MAX", "MIN", "PRODUCT", "SUBTOTAL", "SUM"})
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


@rule(
    "SW28",
    "Total leaves out a neighbour",
    "extend the range to the first and last line of the total",
    "practice",
    "high",
)
def short_totals(facts: Facts, _: Options) -> Iterator[Violation]:
    """Sums of a range that ends before, or starts after, a cell of the same kind.

    Cells to which the formula refers elsewhere, totals, and years above a column do not count.
    """
    for grid in facts.grids:
        for position, formula in grid.formulas.items():
            if _SUMS.isdisjoint(formula.functions) or position in grid.anchors:
                continue
            for operand, areas in facts.references(grid, position):
                if operand.function in _SUMS and len(areas) == 1 and parse_reference(operand.text):
                    found = _left_out(facts, grid, position, areas[0])
                    if found:
                        yield found


def _left_out(facts: Facts, grid: Grid, position: Position, area: Area) -> Violation | None:
    if area.sheet != grid.number or area.is_single:
        return None
    for down in (True, False):
        line, index = (position[1], position[0]) if down else position
        low, high = (area.top, area.bottom) if down else (area.left, area.right)
        sides = (area.left, area.right) if down else (area.top, area.bottom)
        if sides != (line, line) or low <= index <= high:
            continue

        def cell(n: int, down: bool = down, line: int = line) -> Position:
            return (n, line) if down else (line, n)

        # First between the range and the total, then beyond the other end of the range.
        near = range(high + 1, index) if index > high else range(index + 1, low)
        ends = (high, low) if index > high else (low, high)
        step = 1 if index > high else -1
        if 0 < len(near) <= 3 and all(_alike(grid, cell(ends[0]), cell(n)) for n in near):
            return _found(facts, grid, position, [cell(n) for n in near], True)
        far = cell(ends[1] - step)
        beyond = cell(ends[1] - 2 * step)
        if (
            _alike(grid, cell(ends[1]), far)
            and not _is_heading(grid, far, down)
            and not _alike(grid, cell(ends[1]), beyond)
        ):
            return _found(facts, grid, position, [far], False)
    return None


def _alike(grid: Grid, inside: Position, outside: Position) -> bool:
    """Whether both cells hold typed numbers, or the same formula that is not a total."""
    if is_typed(grid, inside):
        return is_typed(grid, outside)
    formula = grid.formulas.get(outside)
    return (
        formula is not None
        and grid.pattern(inside) == grid.pattern(outside)
        and _SUMS.isdisjoint(formula.functions)
    )


def _is_heading(grid: Grid, position: Position, down: bool) -> bool:
    """Whether a typed number looks like a year or month number that heads its column."""
    value = grid.constants.get(position)
    if not isinstance(value, (int, float)):
        return value is not None
    if value == int(value) and _FIRST_YEAR <= value <= _LAST_YEAR:
        return True
    row, column = position
    beside = [(row, column + n) if down else (row + n, column) for n in (-1, 1)]
    return any(grid.constants.get(p) in (value - 1, value + 1) for p in beside)


def _found(
    facts: Facts, grid: Grid, position: Position, cells: list[Position], near: bool
) -> Violation | None:
    """The violation of a total, unless its formula or the next total refers to the cells."""
    own = _areas(facts, grid, position)
    if any(area.contains(cell) for area in own for cell in cells) or _is_next_block(
        facts, grid, position, cells, own
    ):
        return None
    first, last = (f"{get_column_letter(c)}{r}" for r, c in (cells[0], cells[-1]))
    names = first if first == last else f"{first}:{last}"
    beside = [(position[0], position[1] + n) for n in (-1, 1)]
    if cells[0][0] == position[0]:
        beside = [(position[0] + n, position[1]) for n in (-1, 1)]
    usual = any(grid.pattern(there) == grid.pattern(position) for there in beside)
    severity = "medium" if usual or not near else "high"
    cause = f"total leaves out a neighbour {grid.pattern(position)}"
    return in_cell(grid, position, f"total leaves out {names}", severity, cause)


def _areas(facts: Facts, grid: Grid, position: Position) -> list[Area]:
    """Areas of the same sheet to which a formula refers."""
    found = (area for _, areas in facts.references(grid, position) for area in areas)
    return [area for area in found if area.sheet == grid.number]


def _is_next_block(
    facts: Facts, grid: Grid, position: Position, cells: list[Position], own: list[Area]
) -> bool:
    """Whether the next total is that of the cells: totals of several blocks stand together."""
    down = (cells[0][0] < position[0]) - (cells[0][0] > position[0])
    across = (cells[0][1] < position[1]) - (cells[0][1] > position[1])
    following = (position[0] + down, position[1] + across)
    if following not in grid.formulas or _SUMS.isdisjoint(grid.formulas[following].functions):
        return False
    ends = [end for area in own for end in ((area.top, area.left), (area.bottom, area.right))]
    return any(
        all(map(area.contains, cells)) and not any(map(area.contains, ends))
        for area in _areas(facts, grid, following)
    )
