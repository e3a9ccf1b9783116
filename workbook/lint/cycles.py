"""Circular references, found by a depth-first search over the precedents of each formula.

Ranges are never expanded: each cell is visited once, from the first formula that refers to it.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator

from ..ooxml.cell_references import Position
from .areas import Area, Cell, Pool
from .facts import Facts, Grid
from .formulas import Operand

# Functions that use the address of a reference, not its value.
_ADDRESSES = {
    "AREAS", "CELL", "COLUMN", "COLUMNS", "FORMULATEXT", "ISFORMULA", "ISREF", "ROW", "ROWS",
    "SHEET", "SHEETS", "TABLE",
}  # fmt: skip
# Functions that take a single value in every argument; "" means outside of any function.
_SINGLE = {
    "", "ABS", "DATE", "EDATE", "EOMONTH", "EXP", "IF", "IFERROR", "IFNA", "INT", "ISBLANK",
    "ISERROR", "ISNUMBER", "ISTEXT", "LEFT", "LEN", "LN", "LOG", "MID", "MOD", "MONTH", "NOT",
    "POWER", "RIGHT", "ROUND", "ROUNDDOWN", "ROUNDUP", "SIGN", "SQRT", "TEXT", "TRUNC", "YEAR",
}  # fmt: skip
# Functions that evaluate whole ranges, cell by cell.
_ARRAYS = {
    "AGGREGATE", "FILTER", "INDEX", "LAMBDA", "LET", "LOOKUP", "MAP", "MMULT", "SORTBY",
    "SUMPRODUCT", "XLOOKUP",
}  # fmt: skip


class _Path:
    """Cells on the current path of the search, indexed so that an area can be looked up."""

    def __init__(self) -> None:
        self.cells: list[Cell] = []
        self.depth: dict[Cell, int] = {}
        self._rows: dict[tuple[int, int], list[int]] = {}
        self._columns: dict[int, set[int]] = {}

    def push(self, cell: Cell) -> None:
        sheet, row, column = cell
        self.depth[cell] = len(self.cells)
        self.cells.append(cell)
        insort(self._rows.setdefault((sheet, column), []), row)
        self._columns.setdefault(sheet, set()).add(column)

    def pop(self) -> None:
        sheet, row, column = self.cells.pop()
        rows = self._rows[sheet, column]
        rows.pop(bisect_left(rows, row))
        if not rows:
            self._columns[sheet].discard(column)

    def first_in(self, area: Area) -> Cell | None:
        for column in area.among(self._columns.get(area.sheet, ())):
            rows = self._rows[area.sheet, column]
            n = bisect_left(rows, area.top)
            if n < bisect_right(rows, area.bottom):
                return area.sheet, rows[n], column
        return None


def is_address(operand: Operand) -> bool:
    """Whether a formula uses only the address of a reference."""
    return operand.function in _ADDRESSES or (
        operand.function == "OFFSET" and operand.argument == 0
    )


def precedents(facts: Facts, grid: Grid, position: Position) -> list[Area]:
    """Areas whose values a cell's formula depends on directly."""
    found = []
    for operand, areas in facts.references(grid, position):
        if is_address(operand):
            continue
        for area in areas:
            area = _intersected(grid, position, operand, area)
            # INDEX(A:A,ROW()-1) in column A reads one cell, which is taken not to be its own.
            looks_up = operand.function == "INDEX" and operand.argument == 0
            if (
                looks_up
                and area.sheet == grid.number
                and area.contains(position)
                and not area.is_single
            ):
                continue
            found.append(area)
    return found


def _intersected(grid: Grid, position: Position, operand: Operand, area: Area) -> Area:
    """The cell that implicit intersection picks from a row or column; else the whole area.

    ``=Sales*2`` in column D, where Sales is the whole of row 5, reads D5. Array formulas, and
    arguments that take a range, read the whole area.
    """
    single = operand.function in _SINGLE or (operand.arithmetic and operand.function not in _ARRAYS)
    if area.is_single or not single or position in grid.anchors:
        return area
    row, column = position
    if area.top == area.bottom and area.left <= column <= area.right:
        return area._replace(left=column, right=column)
    if area.left == area.right and area.top <= row <= area.bottom:
        return area._replace(top=row, bottom=row)
    return area


def cycles(facts: Facts) -> Iterator[list[Cell]]:
    """Circular references, each as its cells in the order in which they refer to each other."""
    anchors: dict[Cell, Position] = {}  # cell -> position of the formula that fills it
    for grid in facts.grids:
        anchors |= {(grid.number, *position): position for position in grid.formulas}
        anchors |= {(grid.number, *position): anchor for position, anchor in grid.filled.items()}
    pool = Pool(anchors)

    def areas_of(cell: Cell) -> list[Area]:
        grid = facts.grids[cell[0]]
        return precedents(facts, grid, anchors[cell])

    for sheet, row, column in sorted(anchors):
        for cell in pool.take(Area(sheet, row, column, row, column)):
            yield from _walk(cell, areas_of, pool)


def _walk(start: Cell, areas_of: Callable[[Cell], list[Area]], pool: Pool) -> Iterator[list[Cell]]:
    """Cycles found by a depth-first search from a cell through unvisited cells."""
    path = _Path()

    def enter(cell: Cell) -> tuple[Iterator[Cell], list[Cell]]:
        path.push(cell)
        areas = areas_of(cell)
        # The path stays the same while the precedents are visited, so one check suffices.
        for area in areas:
            met = path.first_in(area)
            if met is not None:
                return _cells_of(pool, areas), path.cells[path.depth[met] :]
        return _cells_of(pool, areas), []

    ways, cycle = enter(start)
    stack = [ways]
    if cycle:
        yield cycle
    while stack:
        cell = next(stack[-1], None)
        if cell is None:
            stack.pop()
            path.pop()
            continue
        ways, cycle = enter(cell)
        stack.append(ways)
        if cycle:
            yield cycle


def _cells_of(pool: Pool, areas: list[Area]) -> Iterator[Cell]:
    for area in areas:
        yield from pool.take(area)
