"""Recalculation by engines that we did not write, compared with our own."""

from dataclasses import replace

from openpyxl import load_workbook

from shorewise.engine.calculators.catalogue import PREFIX
from shorewise.workbook import (
    describe,
)
from shorewise.workbook.ooxml.compilation import stamp
from shorewise.workbook.rendering.render import package
from shorewise.workbook.stale_outputs import same
from tests.support.spreadsheet_engines import (
    by_ironcalc,
    without_tables,
)

POISON = 987_654.25


def poisoned(book) -> bytes:
    """The book's package with a wrong value in every formula cell."""
    book.sheets = [unrolled(sheet) for sheet in book.sheets]
    wrong = {s.title: dict.fromkeys(s.computed(), POISON) for s in book.sheets}
    return stamp(package(book), wrong)


def unrolled(sheet):
    """A sheet of countries with its rows as cells, which is what openpyxl writes; others as is."""
    if not sheet.static:
        return sheet
    cells = {at: cell for at, cell in sheet.all_cells() if cell.content is not None}
    return replace(sheet, cells=cells, more=(), static=False)


def within(oracle, book) -> dict:
    """Values of the formulas an oracle can compute: only IronCalc knows LAMBDA."""
    knows_lambda = oracle is by_ironcalc or oracle is by_cached_values
    return {c: f.value for c, f in book.formulas().items() if knows_lambda or not calls(f)}


def calls(formula) -> bool:
    """Whether a formula calls one of the workbook's own functions."""
    return formula.text.startswith(PREFIX)


def differences(found, expected) -> list:
    """Cells whose values differ: what was found, and what was expected."""
    return [
        (cell, found[cell], value)
        for cell, value in expected.items()
        if not same(found[cell], value)
    ]


def differing(scenario, folder, *oracles) -> list:
    """Formula cells of a scenario's book in which an oracle and the engine differ."""
    return differing_in(describe(scenario), folder, *oracles)


def differing_in(book, folder, *oracles) -> list:
    """The same of any book."""
    book = without_tables(book)
    path = folder / "poisoned.xlsx"
    path.write_bytes(poisoned(book))
    return [
        (oracle.__name__, *difference)
        for oracle in oracles
        for expected in [within(oracle, book)]
        for difference in differences(oracle(str(path), expected), expected)
    ]


def by_cached_values(path: str, wanted) -> dict:
    cached = load_workbook(path, data_only=True)
    return {(sheet, cell): cached[sheet][cell].value for sheet, cell in wanted}
