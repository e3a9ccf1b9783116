"""Rules of cells beside each other: rows of formulas, numbers among them, labels and units."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from ..ooxml.cell_references import Position
from .areas import Cell, Pool
from .facts import Facts, Grid, is_date
from .rule import Options, Violation, in_cell, rule

_NUMBER = re.compile(
    r"[-+\u2212]?(?:[0-9]{1,3}(?:[,.'\u2019][0-9]{3})+|[0-9]+)?(?:[.,][0-9]*)?"
    r"(?:[eE][-+]?[0-9]{1,3})?%?-?"
)
_SPACES = re.compile(r"(?<=[0-9])\s(?=[0-9]{3}(?![0-9]))|\s(?=%)|(?<![0-9])\s|\s(?![0-9])")
_CURRENCY = re.compile(r"(?:[$\u20ac\u00a3\u00a5\u20b9]|USD|EUR|GBP|INR|CHF|JPY)", re.IGNORECASE)
_LONGEST_NUMBER = 32  # characters
_SUMS = frozenset({"AVERAGE", "SUBTOTAL", "SUM", "SUMIF", "SUMIFS", "SUMPRODUCT", "MAX", "MIN"})


@rule(
    "SW10",
    "Number stored as text",
    "type it again as a number; sums leave out texts",
    "practice",
    "high",
)
def numbers_as_text(facts: Facts, _: Options) -> Iterator[Violation]:
    """Every text that reads as a number, in a column or row of numbers.

    A column of texts alone counts where a formula reckons with it, or where its texts have
    decimals, separators, signs or currencies; else it holds codes. Years and codes in heads,
    and numbers with zeros before them, are texts.
    """
    alone: list[Cell] = []  # texts that no number stands beside
    for grid in facts.grids:
        texts = {
            position: value
            for position, value in grid.constants.items()
            if isinstance(value, str) and reads_as_number(value)
        }
        found = set(_texts_in_rows(grid, texts))
        for run in _runs_of(grid, texts, True):
            here = [position for position in run if position in texts]
            if here[0] == run[0] and _is_heading(grid, texts, run[0]):
                del here[0]
            amounts = sum(not texts[position].strip().isdigit() for position in here)
            if any(position not in texts for position in run) or 1 < len(here) < 2 * amounts:
                found.update(here)
            else:
                alone += ((grid.number, *position) for position in here if position not in found)
        for position in found:
            yield _text(grid, position)
    for number, row, column in _used_in_arithmetic(facts, alone) if alone else ():
        yield _text(facts.grids[number], (row, column))


def _text(grid: Grid, position: Position) -> Violation:
    shown = str(grid.constants[position]).strip()
    return in_cell(grid, position, f"'{shown}' is stored as text, not as a number", cause="text")


def _texts_in_rows(grid: Grid, texts: dict[Position, str]) -> Iterator[Position]:
    """Texts right of a number in a row of them, where no other text stands above or below."""
    for run in _runs_of(grid, texts, False):
        for row, column in run[1:]:
            position, codes = (row, column), [(row + n, column) in texts for n in (-1, 1)]
            if position in texts and run[0] not in texts and not any(codes):
                yield position


def _used_in_arithmetic(facts: Facts, texts: list[Cell]) -> Iterator[Cell]:
    """Those of some cells that formulas add up or reckon with."""
    pool = Pool(texts)
    for grid, position, formula in facts.formulas():
        if formula.operators or not _SUMS.isdisjoint(formula.functions):
            for operand, areas in facts.references(grid, position):
                if operand.function in _SUMS or operand.arithmetic:
                    for area in areas:
                        yield from pool.take(area)


def _runs_of(grid: Grid, texts: dict[Position, str], down: bool) -> Iterator[list[Position]]:
    """Cells below or beside each other that are numbers or read as such, with a text among them."""
    seen: set[Position] = set()
    for position in sorted(texts):
        if position in seen:
            continue
        run = [position]
        for step in (-1, 1):
            n = step
            while True:
                there = (position[0] + n * down, position[1] + n * (not down))
                if there not in texts and there not in grid.numbers:
                    break
                run.append(there)
                n += step
        seen.update(run)
        yield sorted(run)


def _is_heading(grid: Grid, texts: dict[Position, str], position: Position) -> bool:
    """Whether a text on top of a column stands in a row of heads."""
    above = grid.values.get((position[0] - 1, position[1]))
    year = re.fullmatch(r"(19|20)[0-9]{2}", texts[position].strip())
    beside = [(position[0], position[1] + n) for n in (-1, 1)]
    heads = [isinstance(grid.constants.get(p), str) for p in beside]
    if year:
        return any(heads) or not any(p in grid.numbers for p in beside)
    return not isinstance(above, str) and any(heads)


@lru_cache(maxsize=1 << 16)
def reads_as_number(text: str) -> bool:
    """Whether a text reads as a number or an amount, other than a code with zeros before it."""
    if len(text) > _LONGEST_NUMBER:
        return False
    bare = _SPACES.sub("", text.strip().strip("'"))
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1]
    bare = _CURRENCY.sub("", bare, count=1)
    if re.match(r"0[0-9]", bare) or not any(letter in "0123456789" for letter in bare):
        return False
    return _NUMBER.fullmatch(bare) is not None


@rule(
    "SW13",
    "Row of numbers without a unit",
    "write the unit into the column of units",
    "FAST 2.01-01; SMART",
)
def units(facts: Facts, _: Options) -> Iterator[Violation]:
    """Empty units beside numbers, where a column is headed Unit or Units.

    The column must hold units: texts in most of these rows. One that counts units sold does not.
    """
    for grid in facts.grids:
        given: dict[int, int] = {}
        empty: dict[int, list[int]] = {}
        for row, column in _rows_with_units(grid):
            numbers = [c for c in grid.rows[row] if c > column and (row, c) in grid.numbers]
            if all(is_date(grid.values.get((row, c))) for c in numbers):
                continue
            shown = grid.values.get((row, column), "")
            if (row, column) in grid.uncached or (isinstance(shown, str) and shown.strip()):
                given[column] = given.get(column, 0) + 1
            elif shown == "" or isinstance(shown, str):
                empty.setdefault(column, []).append(row)
        for column, rows in empty.items():
            if len(rows) <= given.get(column, 0):
                for row in rows:
                    yield in_cell(grid, (row, column), "no unit beside numbers")


def _rows_with_units(grid: Grid) -> Iterator[tuple[int, int]]:
    """Rows below a head that says Unit, each with the column of units.

    A table with heads of its own, after an empty row, has its units above its columns.
    """
    heads = {row for row, _ in grid.unit_headings}
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
def labels(facts: Facts, _: Options) -> Iterator[Violation]:
    """Rows whose labels, all columns before the units, are alike though their contents are not.

    A row counts that holds a number, a formula or an open cell. Only sheets with a column of units
    are looked at: elsewhere rows of one label mostly stand below different headings.
    """
    for grid in facts.grids:
        yield from _alike(grid, list(_labelled_rows(grid)))


Line = tuple[int, tuple[Any, ...], tuple[str, ...]]  # row, labels, formulas


def _labelled_rows(grid: Grid) -> Iterator[Line]:
    before: tuple[Any, ...] = ()
    last = 0
    for row, column in _rows_with_units(grid):
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


def _alike(grid: Grid, lines: list[Line]) -> Iterator[Violation]:
    first: dict[tuple[Any, ...], Line] = {}
    for line in lines:
        row, found, contents = line
        known = first.setdefault(tuple(str(label).casefold() for label in found), line)
        if known is not line and not (contents and contents == known[2]):
            column = next(c for c in grid.rows[row] if (row, c) in grid.values)
            yield in_cell(grid, (row, column), f"same label as row {known[0]}", cause="label")


def _contents(grid: Grid, row: int, columns: list[int]) -> tuple[str, ...]:
    """Formulas of a row; nothing where it has others than formulas."""
    formulas = [grid.formulas.get((row, c)) for c in columns if (row, c) in grid.numbers]
    return tuple(f.text for f in formulas if f) if all(formulas) else ()


def _shown(grid: Grid, position: Position) -> Any:
    value = grid.values.get(position, "")
    if position in grid.uncached:
        value = f"={grid.formulas[position].text}"
    return value.strip() if isinstance(value, str) else value
