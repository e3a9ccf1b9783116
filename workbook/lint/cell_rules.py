"""Rules about cell contents: numbers stored as text, units, labels."""

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
_VERSION = re.compile(r"\b(?:version|release|revision)", re.IGNORECASE)
_LONGEST_NUMBER = 32  # characters
_SUMS = frozenset({"AVERAGE", "SUBTOTAL", "SUM", "SUMIF", "SUMIFS", "SUMPRODUCT", "MAX", "MIN"})


@rule(
    "SW10",
    "Number stored as text",
    "enter it again as a number: sums ignore text",
    "practice",
    "high",
)
def numbers_as_text(facts: Facts, _: Options) -> Iterator[Violation]:
    """Texts that read as numbers, in a column or row of numbers.

    A column of nothing but such texts counts if a formula calculates with it, or if most of its
    texts have decimals, separators, signs or currencies; otherwise it is taken to hold codes.
    Years and codes in headings, numbers with leading zeros, and versions are text: as numbers 1.1
    and 1.10 would be the same.
    """
    alone: list[Cell] = []  # texts without numbers beside them
    for grid in facts.grids:
        texts = {
            position: value
            for position, value in grid.constants.items()
            if isinstance(value, str) and reads_as_number(value)
        }
        found = set(_texts_in_rows(grid, texts))
        for run in _runs_of(grid, texts, True):
            if _is_version(grid, run[0]):
                continue
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


def _is_version(grid: Grid, first: Position) -> bool:
    """Whether a column of texts stands below a heading that calls them versions."""
    above = grid.constants.get((first[0] - 1, first[1]))
    return isinstance(above, str) and bool(_VERSION.search(above))


def _text(grid: Grid, position: Position) -> Violation:
    shown = str(grid.constants[position]).strip()
    return in_cell(grid, position, f"'{shown}' is stored as text, not as a number", cause="text")


def _texts_in_rows(grid: Grid, texts: dict[Position, str]) -> Iterator[Position]:
    """Texts to the right of a number in a row, with no other such text above or below."""
    for run in _runs_of(grid, texts, False):
        for row, column in run[1:]:
            position, codes = (row, column), [(row + n, column) in texts for n in (-1, 1)]
            if position in texts and run[0] not in texts and not any(codes):
                yield position


def _used_in_arithmetic(facts: Facts, texts: list[Cell]) -> Iterator[Cell]:
    """Those of the given cells that formulas sum or calculate with."""
    pool = Pool(texts)
    for grid, position, formula in facts.formulas():
        if formula.operators or not _SUMS.isdisjoint(formula.functions):
            for operand, areas in facts.references(grid, position):
                if operand.function in _SUMS or operand.arithmetic:
                    for area in areas:
                        yield from pool.take(area)


def _runs_of(grid: Grid, texts: dict[Position, str], down: bool) -> Iterator[list[Position]]:
    """Runs of adjacent cells that hold numbers or texts that read so, with at least one text."""
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
    """Whether a text at the top of a column belongs to a row of headings."""
    above = grid.values.get((position[0] - 1, position[1]))
    year = re.fullmatch(r"(19|20)[0-9]{2}", texts[position].strip())
    beside = [(position[0], position[1] + n) for n in (-1, 1)]
    heads = [isinstance(grid.constants.get(p), str) for p in beside]
    if year:
        return any(heads) or not any(p in grid.numbers for p in beside)
    return not isinstance(above, str) and any(heads)


@lru_cache(maxsize=1 << 16)
def reads_as_number(text: str) -> bool:
    """Whether a text reads as a number or amount and is not a code with leading zeros."""
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
    "enter the unit in the column of units",
    "FAST 2.01-01; SMART",
)
def units(facts: Facts, _: Options) -> Iterator[Violation]:
    """Rows of numbers with no unit in the column headed Unit or Units.

    The column must hold text in most of these rows; a column of units sold does not.
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
                    yield in_cell(grid, (row, column), "numbers without a unit")


def _rows_with_units(grid: Grid) -> Iterator[tuple[int, int]]:
    """Rows below a heading Unit or Units, each with the number of the column of units.

    A table with its own headings, after an empty row, is taken to have its units there.
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
    "Two rows with the same label",
    "give each row its own label; refer to a row instead of computing it twice",
    "FAST 3.05",
)
def labels(facts: Facts, _: Options) -> Iterator[Violation]:
    """Rows with equal labels (all columns before the units) but different contents.

    Rows count if they hold a number, a formula or an unlocked cell. Only sheets with a column of
    units are examined: elsewhere rows with the same label are mostly below different headings.
    """
    for grid in facts.grids:
        yield from _alike(grid, list(_labelled_rows(grid)))


Line = tuple[int, tuple[Any, ...], tuple[str, ...]]  # row, labels, formulas


def _labelled_rows(grid: Grid) -> Iterator[Line]:
    before: tuple[Any, ...] = ()
    last = 0
    for row, column in _rows_with_units(grid):
        found = tuple(_shown(grid, (row, c)) for c in range(1, column))
        if row == last + 1:  # an empty first label repeats that of the row above
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
    """Formulas of a row's numbers; empty if any of the numbers was typed."""
    formulas = [grid.formulas.get((row, c)) for c in columns if (row, c) in grid.numbers]
    return tuple(f.text for f in formulas if f) if all(formulas) else ()


def _shown(grid: Grid, position: Position) -> Any:
    value = grid.values.get(position, "")
    if position in grid.uncached:
        value = f"={grid.formulas[position].text}"
    return value.strip() if isinstance(value, str) else value
