"""Rules about rows and columns of equal formulas: exceptions, typed numbers and gaps in them."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

from openpyxl.utils import get_column_letter

from ..ooxml.cell_references import Position
from .facts import Facts, Grid
from .rule import Options, Violation, in_cell, rule
from .series import (
    Series,
    all_series,
    differing_pairs,
    is_of_series,
    is_typed,
    run_length,
    sums_line,
)

_LONG = 6  # members from which two typed lines are not yet a line of inputs
_SHOWN_MAX = 60  # characters of a formula


@rule(
    "SW01",
    "Formula differs from its neighbours",
    "write one formula for the whole row or column and copy it across",
    "FAST 2.01-03; ICAEW 12",
)
def one_formula_a_row(facts: Facts, _: Options) -> Iterator[Violation]:
    """Formulas that differ, in R1C1 notation, from those around them.

    High: within a row or column of equal formulas. Medium: at its end, if an adjacent row or
    column continues; or an empty cell within it. Low: any other change of formula in a row. Labels,
    totals, the formulas of data tables and formulas that recur in the other direction are exempt.
    """
    for grid in facts.grids:
        found = _worst_by_cell(facts, grid, _differing)
        for pair in differing_pairs(grid):
            for one in _of_pair(grid, pair):
                found.setdefault((one.row, one.column), one)
        for one in _unlike_row(facts, grid):
            found.setdefault((one.row, one.column), one)
        yield from found.values()


def _worst_by_cell(
    facts: Facts,
    grid: Grid,
    look: Callable[[Facts, Grid, Series], Iterator[tuple[Position, Violation]]],
) -> dict[Position, Violation]:
    """Violations in the series of a sheet: the first of each cell, or a later one that is high."""
    worst: dict[Position, Violation] = {}
    for series in all_series(facts, grid):
        for position, one in look(facts, grid, series):
            if position not in worst or one.severity == "high":
                worst[position] = one
    return worst


def _differing(facts: Facts, grid: Grid, series: Series) -> Iterator[tuple[Position, Violation]]:
    members, what = series.members, _shown(grid, series)
    inside = series.between()
    enough = len(members) > (2 if series.down else 1)
    others = Counter(grid.pattern(series.position(n)) for n in inside)
    for index in inside if enough else ():
        position = series.position(index)
        if position in grid.formulas:
            confirmed = run_length(grid, position, not series.down, 3) >= min(len(members), 3)
            again = others[grid.pattern(position)] > max(1, len(members) // 8)
            if not (
                confirmed
                or again
                or position in grid.anchors
                or grid.is_text(position)
                or sums_line(facts, grid, position, series.down)
            ):
                yield (
                    position,
                    in_cell(grid, position, f"formula differs from {what}", "high", f"{what}"),
                )
        elif grid.is_empty(position) and len(members) > 3 and _is_left_out(grid, series, index):
            yield (
                position,
                in_cell(grid, position, f"empty cell within {what}", "medium", f"empty {what}"),
            )
    if len(members) < 3:
        return
    for index, step in ((members[-1] + 1, -1), (members[0] - 1, 1)):
        position = series.position(index)
        if (
            is_of_series(facts, grid, position, series.down)
            and not grid.is_text(position)
            and run_length(grid, position, not series.down, 3) < 2
            and run_length(grid, position, series.down, 2) < 2
            and not _refers_to(facts, grid, series.position(members[0]), position)
            and _is_confirmed(grid, series, index, step)
        ):
            yield position, in_cell(grid, position, f"formula differs from {what}", "medium", what)


def _of_pair(grid: Grid, pair: tuple[Position, Position]) -> Iterator[Violation]:
    """Both formulas of a two-line table, unless one belongs to a series in the other direction."""
    down = pair[0][1] == pair[1][1]
    ends = zip((-1, 1), pair, strict=True)
    outside = [(row + n * down, column + n * (not down)) for n, (row, column) in ends]
    if any(position in grid.formulas for position in outside) or not all(
        position in grid.computing for position in pair
    ):
        return
    odd = [position for position in pair if run_length(grid, position, not down, 2) < 2]
    for position in odd:
        what = "formulas differ in two otherwise equal lines"
        yield in_cell(grid, position, what, "medium", f"{what} {pair}")


def _shown(grid: Grid, series: Series) -> str:
    """A description of a series, with its first formula."""
    position = series.position(series.members[0])
    text = grid.formulas[position].text
    text = text if len(text) <= _SHOWN_MAX else text[: _SHOWN_MAX - 3] + "..."
    cell = f"{get_column_letter(position[1])}{position[0]}"
    return f"the {'column' if series.down else 'row'}'s formula, in {cell}: ={text}"


def _is_left_out(grid: Grid, series: Series, index: int) -> bool:
    """Whether an adjacent line has a number where the series has an empty cell."""
    for aside in (-1, 1):
        beside = [not grid.is_empty(series.position(n, aside)) for n in series.members]
        if all(beside) and series.position(index, aside) in grid.numbers:
            return True
    return False


def _is_confirmed(grid: Grid, series: Series, index: int, step: int) -> bool:
    """Whether the formulas of an adjacent line continue to an index where the series ends."""
    for aside in (-1, 1):
        there = grid.pattern(series.position(index, aside))
        if there and all(
            grid.pattern(series.position(index + n * step, aside)) == there for n in (1, 2)
        ):
            return True
    return False


def _refers_to(facts: Facts, grid: Grid, position: Position, target: Position) -> bool:
    return any(
        area.sheet == grid.number and area.contains(target)
        for _, areas in facts.references(grid, position)
        for area in areas
    )


def _unlike_row(facts: Facts, grid: Grid) -> Iterator[Violation]:
    """Differing formulas in a row that are not columns of a list."""
    for row, columns in grid.rows.items():
        across = [c for c in columns if is_of_series(facts, grid, (row, c))]
        for run in _runs(across):
            patterns = [grid.pattern((row, c)) for c in run]
            usual, often = Counter(patterns).most_common(1)[0]
            first = get_column_letter(run[patterns.index(usual)])
            for column, pattern in zip(run, patterns, strict=True):
                position = (row, column)
                if pattern != usual and run_length(grid, position, True, often + 1) <= often:
                    yield in_cell(
                        grid, position, f"formula differs from that in column {first}", "low"
                    )


def _runs(columns: list[int]) -> Iterator[list[int]]:
    """Runs of adjacent columns."""
    run = columns[:1]
    for before, column in pairwise(columns):
        if column == before + 1:
            run.append(column)
        else:
            yield run
            run = [column]
    if run:
        yield run


@rule(
    "SW12",
    "Number typed over a formula",
    "copy the formula from the cell beside it; put an override in an input row of its own",
    "FAST 2.01-03; ICAEW 14",
    "high",
)
def typed_over(facts: Facts, _: Options) -> Iterator[Violation]:
    """Typed numbers within a row or column of equal formulas, or at its end.

    At an end only if a total includes the number, or if adjacent formulas continue. Lines of inputs
    that cross formulas, opening balances, and actual figures before a forecast are not reported.
    """
    for grid in facts.grids:
        found = _worst_by_cell(facts, grid, _typed)
        for pair in differing_pairs(grid):
            for position in pair:
                if position in grid.formulas or _is_of_typed_run(grid, pair, position):
                    continue
                text = f"{_value(grid, position)} typed where the adjacent line has a formula"
                found.setdefault(position, in_cell(grid, position, text, "medium", f"typed {pair}"))
        yield from found.values()


def _is_of_typed_run(grid: Grid, pair: tuple[Position, Position], position: Position) -> bool:
    """Whether a number was typed before or after a cell, along its line of the pair."""
    down = pair[0][0] == pair[1][0]  # two columns
    return any(
        is_typed(grid, (position[0] + n * down, position[1] + n * (not down))) for n in (-1, 1)
    )


def _typed(facts: Facts, grid: Grid, series: Series) -> Iterator[tuple[Position, Violation]]:
    members, what = series.members, _shown(grid, series)
    for index in series.between():
        position = series.position(index)
        if is_typed(grid, position) and not _is_input_line(grid, series, index):
            text = f"{_value(grid, position)} typed between equal formulas, over {what}"
            yield position, in_cell(grid, position, text, "high", f"typed {what}")
    if len(members) < 3:
        return
    for index, step in ((members[-1] + 1, -1), (members[0] - 1, 1)):
        position = series.position(index)
        if not is_typed(grid, position) or is_typed(grid, series.position(index - step)):
            continue
        after = series.position(index - step)
        summed = step < 0 and _refers_to_both(facts, grid, after, position, series)
        ends = grid.is_empty(after) or summed
        beside = _is_confirmed(grid, series, index, step)
        if (
            ends
            and (summed or beside)
            and not _refers_to(facts, grid, series.position(members[0]), position)
        ):
            text = f"{_value(grid, position)} typed at the end of equal formulas, over {what}"
            yield (
                position,
                in_cell(grid, position, text, "high" if summed else "medium", f"typed {what}"),
            )


def _value(grid: Grid, position: Position) -> str:
    value = grid.constants[position]
    return f"{value:,.10g}" if isinstance(value, (int, float)) else str(value)


def _refers_to_both(
    facts: Facts, grid: Grid, total: Position, position: Position, series: Series
) -> bool:
    """Whether a formula has a range that includes a cell and the last member of a series."""
    last = series.position(series.members[-1])
    return total in grid.formulas and any(
        area.sheet == grid.number and area.contains(position) and area.contains(last)
        for _, areas in facts.references(grid, total)
        for area in areas
    )


def _is_input_line(grid: Grid, series: Series, index: int) -> bool:
    """Whether a typed cell belongs to a line of inputs that crosses lines of formulas."""
    around = [max(n for n in series.members if n < index)]
    around.append(min(n for n in series.members if n > index))
    run = 1
    for step in (-1, 1):
        aside = step
        while (
            run < 3
            and is_typed(grid, series.position(index, aside))
            and all(series.position(n, aside) in grid.formulas for n in around)
        ):
            run, aside = run + 1, aside + step
    return run >= (3 if len(series.members) >= _LONG else 2)
