"""Rules of cells beside each other: rows of formulas, numbers among them, labels and units."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from openpyxl.utils import get_column_letter

from .facts import Facts, Grid, is_date, is_link, is_number
from .rule import Found, Options, Place, at, rule

_NUMBER = re.compile(r"[-+]?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?([eE][-+]?\d+)?%?|[-+]?\d+,\d+%?")
_ROW_OF_FORMULAS = 3  # so many of one pattern before a typed number make it look overwritten


@rule(
    "SW01",
    "More than one formula in a row",
    "write one formula that holds for the whole row and copy it along",
    "FAST 2.01-03; ICAEW 12",
)
def one_formula_a_row(facts: Facts, _: Options) -> Iterator[Found]:
    """Neighbours in a row whose formulas differ in R1C1 notation.

    Labels, totals of the row itself and heads of data tables are left out, and columns that run
    down a list: the same formula stands below it more often than beside it.
    """
    for grid in facts.grids:
        for row, columns in grid.rows.items():
            across = [c for c in columns if _is_of_series(facts, grid, (row, c))]
            for run in _runs(across):
                patterns = [grid.pattern((row, c)) for c in run]
                usual, often = Counter(patterns).most_common(1)[0]
                first = get_column_letter(run[patterns.index(usual)])
                for column, pattern in zip(run, patterns, strict=True):
                    if pattern != usual and not _runs_down(grid, (row, column), often):
                        yield at(
                            grid, (row, column), f"formula differs from that in column {first}"
                        )


def _runs(columns: list[int]) -> Iterator[list[int]]:
    """Columns beside each other."""
    run = columns[:1]
    for before, column in pairwise(columns):
        if column == before + 1:
            run.append(column)
        else:
            yield run
            run = [column]
    if run:
        yield run


def _is_of_series(facts: Facts, grid: Grid, place: Place) -> bool:
    """Whether a cell holds a formula that is neither a label nor a total of its row."""
    formula = grid.formulas.get(place)
    if formula is None or not formula.pieces or place in grid.anchors or place in grid.table_heads:
        return False
    if place[1] <= grid.unit_column(place[0]) or (
        is_link(formula) and shows_text(facts, grid, place)
    ):
        return False
    return not any(
        area.sheet == grid.number
        and area.top <= place[0] <= area.bottom
        and area.left != area.right
        for _, areas in facts.references(grid, place)
        for area in areas
    )


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


def _runs_down(grid: Grid, place: Place, often: int) -> bool:
    """Whether more cells than so many above each other have a cell's pattern."""
    pattern, (row, column) = grid.pattern(place), place
    top = bottom = row
    while bottom - top < often and grid.pattern((top - 1, column)) == pattern:
        top -= 1
    while bottom - top < often and grid.pattern((bottom + 1, column)) == pattern:
        bottom += 1
    return bottom - top >= often


@rule(
    "SW10",
    "Number stored as text",
    "type it again as a number",
    "practice",
)
def numbers_as_text(facts: Facts, _: Options) -> Iterator[Found]:
    """Texts that read as numbers between numbers, or at the end of a row or column of them."""
    for grid in facts.grids:
        for place, value in grid.constants.items():
            if not (isinstance(value, str) and _reads_as_number(value)):
                continue
            for down, across in ((1, 0), (0, 1)):
                before = [(place[0] - n * down, place[1] - n * across) for n in (1, 2)]
                after = (place[0] + down, place[1] + across)
                if before[0] in grid.numbers and (
                    after in grid.numbers or (before[1] in grid.numbers and grid.is_empty(after))
                ):
                    yield at(grid, place, "number stored as text")
                    break


def _reads_as_number(text: str) -> bool:
    bare = text.strip()
    return any(letter.isdigit() for letter in bare) and _NUMBER.fullmatch(bare) is not None


@rule(
    "SW12",
    "Number typed over a formula",
    "copy the row's formula into the cell; an override belongs into an input row of its own",
    "FAST 2.01-03; ICAEW 14",
)
def typed_over(facts: Facts, _: Options) -> Iterator[Found]:
    """Typed numbers amid a row of one formula, or at its end, below or above formulas."""
    for grid in facts.grids:
        for row, columns in grid.rows.items():
            typed = [c for c in columns if is_number(grid.constants.get((row, c)))]
            for run in _runs(typed):
                left, right = (row, run[0] - 1), (row, run[-1] + 1)
                if left not in grid.formulas:
                    continue
                if grid.pattern(left) == grid.pattern(right):
                    for column in run:
                        yield at(grid, (row, column), "number typed amid a row of formulas")
                elif grid.is_empty(right) and _is_overwritten(grid, (row, run[0])):
                    yield at(grid, (row, run[0]), "number typed at the end of a row of formulas")


def _is_overwritten(grid: Grid, place: Place) -> bool:
    """Whether formulas of one pattern lead to a cell, and go on above or below it."""
    row, column = place
    series = {grid.pattern((row, column - n)) for n in range(1, _ROW_OF_FORMULAS + 1)}
    beside = [
        (grid.pattern((r, column - 1)), grid.pattern((r, column))) for r in (row - 1, row + 1)
    ]
    return len(series) == 1 and any(left and left == here for left, here in beside)


@rule(
    "SW13",
    "Row of numbers without a unit",
    "write the unit into the column of units",
    "FAST 2.01-01; SMART",
)
def units(facts: Facts, _: Options) -> Iterator[Found]:
    """Empty units beside numbers, where a column is headed Unit or Units."""
    for grid in facts.grids:
        for row, column in _lines(grid):
            numbers = [c for c in grid.rows[row] if c > column and (row, c) in grid.numbers]
            if all(is_date(grid.values.get((row, c))) for c in numbers):
                continue
            if not str(grid.values.get((row, column), "")).strip() and (
                (row, column) not in grid.uncached
            ):
                yield at(grid, (row, column), "no unit beside numbers")


def _lines(grid: Grid) -> Iterator[tuple[int, int]]:
    """Rows below a head that says Unit, each with the column of units.

    A table with heads of its own, after an empty row, has its units above its columns.
    """
    heads = {row for row, _ in grid.unit_heads}
    inside = False
    for row, columns in grid.rows.items():
        if row in heads:
            inside = True
            continue
        unit = grid.unit_column(row)
        texts = [c for c in columns if isinstance(grid.values.get((row, c)), str)]
        after_gap = row - 1 not in grid.rows
        if after_gap and len(texts) > 2 and len(texts) == len(columns) and unit in texts:
            inside = False
        if inside and unit:
            yield row, unit


@rule(
    "SW14",
    "Two rows of the same label",
    "tell them apart by their labels; refer to a line instead of computing it again",
    "FAST 3.05",
)
def labels(facts: Facts, _: Options) -> Iterator[Found]:
    """Rows whose labels, all columns before the units, are alike though their contents are not.

    A row counts that holds a number, a formula or an open cell.

    Without a column of units: rows of formulas in one block, labels before the first number.
    """
    for grid in facts.grids:
        yield from _alike(grid, list(_with_units(grid)))
        for block in _blocks(grid):
            yield from _alike(grid, block)


Line = tuple[int, tuple[Any, ...], tuple[str, ...]]  # row, labels, formulas


def _with_units(grid: Grid) -> Iterator[Line]:
    before: tuple[Any, ...] = ()
    last = 0
    for row, column in _lines(grid):
        found = tuple(_shown(grid, (row, c)) for c in range(1, column))
        if row == last + 1:  # an empty first label goes on from the row above
            empty = next((n for n, label in enumerate(found) if label), len(found))
            if 0 < empty < len(found):
                found = (*before[:empty], *found[empty:])
        before, last = found, row
        right = [c for c in grid.rows[row] if c > column]
        holds = any((row, c) in grid.formulas or (row, c) in grid.numbers for c in right)
        if any(found) and (holds or any((row, c) in grid.unlocked for c in right)):
            yield row, found, _contents(grid, row, right)


def _blocks(grid: Grid) -> Iterator[list[Line]]:
    """Rows of formulas without a column of units, in blocks between rows without numbers."""
    block: list[Line] = []
    for row, columns in grid.rows.items():
        numbers = [c for c in columns if (row, c) in grid.numbers]
        if grid.unit_column(row) or not numbers or row - 1 not in grid.rows:
            yield block
            block = []
        if grid.unit_column(row) or not numbers:
            continue
        found = tuple(_shown(grid, (row, c)) for c in columns if c < numbers[0])
        if any(found) and any((row, c) in grid.computing for c in numbers):
            block.append((row, found, _contents(grid, row, numbers)))
    yield block


def _alike(grid: Grid, lines: list[Line]) -> Iterator[Found]:
    first: dict[tuple[Any, ...], Line] = {}
    for line in lines:
        row, found, contents = line
        known = first.setdefault(tuple(str(label).casefold() for label in found), line)
        if known is not line and not (contents and contents == known[2]):
            column = next(c for c in grid.rows[row] if (row, c) in grid.values)
            yield at(grid, (row, column), f"same label as row {known[0]}")


def _contents(grid: Grid, row: int, columns: list[int]) -> tuple[str, ...]:
    """Formulas of a row; nothing where it has others than formulas."""
    formulas = [grid.formulas.get((row, c)) for c in columns if (row, c) in grid.numbers]
    return tuple(f.text for f in formulas if f) if all(formulas) else ()


def _shown(grid: Grid, place: Place) -> Any:
    value = grid.values.get(place, "")
    if place in grid.uncached:
        value = f"={grid.formulas[place].text}"
    return value.strip() if isinstance(value, str) else value
