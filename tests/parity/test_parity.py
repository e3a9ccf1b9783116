"""The central test: the engine equals recalculation by engines we did not write.

Every formula cell of workbooks of random scenarios and shapes, built with poisoned caches so that a
value that was not recalculated shows.
"""

import os
import shutil

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from shorewise.engine import Scenario
from shorewise.engine.catalogue import PREFIX
from shorewise.engine.drivers import DRIVERS
from shorewise.workbook import check, compare, describe, read, workbook_bytes
from shorewise.workbook.check import same
from shorewise.workbook.render import package
from shorewise.workbook.sheet import DataTable
from shorewise.workbook.stamp import stamp, values
from tests.parity.oracles import (
    by_formualizer,
    by_ironcalc,
    by_libreoffice,
    converted,
    without_tables,
)
from tests.scenarios import random_scenario

SCENARIOS, BATCH = int(os.environ.get("SHOREWISE_SCENARIOS", "50")), 10
POISON = 987_654.25


def poisoned(book) -> bytes:
    """The book's package with a wrong value in every formula cell."""
    wrong = {s.title: dict.fromkeys(values(s.cells), POISON) for s in book.sheets}
    return stamp(package(book), wrong)


def within(oracle, book) -> dict:
    """Formula cells that an oracle can compute: formualizer and LibreOffice 7.4 know no LAMBDA."""
    knows_lambda = oracle not in (by_formualizer, by_libreoffice)
    return {c: f for c, f in book.formulas().items() if knows_lambda or not calls(f)}


def calls(formula) -> bool:
    """Whether a formula calls one of the workbook's own functions."""
    return formula.text.startswith(PREFIX)


def differing(scenario, folder, *oracles) -> list:
    """Formula cells in which an oracle and the engine differ."""
    book = without_tables(describe(scenario))
    path = folder / "poisoned.xlsx"
    path.write_bytes(poisoned(book))
    return [
        (oracle.__name__, cell, found[cell], formula.value, formula.text)
        for oracle in oracles
        for formulas in [within(oracle, book)]
        for found in [oracle(str(path), formulas)]
        for cell, formula in formulas.items()
        if not same(found[cell], formula.value)
    ]


def test_what_an_engine_cannot_compute_stands_on_one_sheet():
    book = describe(random_scenario(1))
    left_out = book.formulas().keys() - within(by_formualizer, book).keys()
    assert {sheet for sheet, _ in left_out} == {"Functions"}
    assert within(by_ironcalc, book) == book.formulas()


@pytest.mark.parametrize("first", range(0, SCENARIOS, BATCH))
def test_every_formula_cell_of_random_scenarios_equals_the_engine(first, tmp_path):
    for seed in range(first, first + BATCH):
        found = differing(random_scenario(seed), tmp_path, by_ironcalc, by_formualizer)
        assert found == [], f"seed {seed}"


NO_LIBREOFFICE = not shutil.which("soffice") and not os.environ.get("SHOREWISE_TEST_ALL")


@pytest.mark.skipif(NO_LIBREOFFICE, reason="LibreOffice is not installed; .ci/run installs it")
@pytest.mark.parametrize("case", ["default", "hybrid", 3, 50])
def test_every_formula_cell_equals_the_engine_in_libreoffice(case, tmp_path):
    scenario = {
        "default": Scenario.default,
        "hybrid": lambda: Scenario.from_toml("examples/hybrid.toml"),
    }.get(case, lambda: random_scenario(case))()
    assert differing(scenario, tmp_path, by_libreoffice) == []


def table_cells(sheet):
    """Place and value of every cell that a data table of the sheet fills."""
    for cell in list(sheet.cells.values()):
        if isinstance(cell.content, DataTable):
            for place in cell.content.places():
                content = sheet.cells[place].content
                yield place, content.value if isinstance(content, DataTable) else content


@pytest.mark.skipif(NO_LIBREOFFICE, reason="LibreOffice is not installed; .ci/run installs it")
@pytest.mark.parametrize("case", [1, 3])
def test_data_tables_equal_the_engine_in_libreoffice(case, tmp_path):
    data = Scenario.default().to_dict() | {"case_number": case}
    book = describe(Scenario.from_dict(data, "case"))
    [sheet] = [sheet for sheet in book.sheets if sheet.title == "Sensitivity"]
    expected = dict(table_cells(sheet))
    for place in expected:
        cell = sheet.cells[place]
        table = isinstance(cell.content, DataTable)
        wrong = cell.content._replace(value=POISON) if table else POISON
        sheet.cells[place] = cell._replace(content=wrong)
    path = tmp_path / "tables.xlsx"
    path.write_bytes(workbook_bytes(book))
    cells = [("Sensitivity", f"{get_column_letter(c)}{r}") for r, c in expected]
    found = by_libreoffice(str(path), cells)
    assert len(expected) == 2 * len(DRIVERS) + 25
    assert [
        (c, found[c], v)
        for c, v in zip(cells, expected.values(), strict=True)
        if not same(found[c], v)
    ] == []


@pytest.mark.skipif(NO_LIBREOFFICE, reason="LibreOffice is not installed; .ci/run installs it")
def test_a_book_can_be_printed(tmp_path):
    printed = converted(compare(Scenario.default(), tmp_path / "book.xlsx"), "pdf")
    assert printed.read_bytes().startswith(b"%PDF-")


def by_cached_values(path: str, wanted) -> dict:
    cached = load_workbook(path, data_only=True)
    return {(sheet, cell): cached[sheet][cell].value for sheet, cell in wanted}


def test_a_cell_that_was_not_recalculated_would_be_seen(tmp_path):
    scenario = random_scenario(1)
    assert len(differing(scenario, tmp_path, by_cached_values)) == len(
        describe(scenario).formulas()
    )


@pytest.mark.skipif(NO_LIBREOFFICE, reason="LibreOffice is not installed; .ci/run installs it")
def test_a_book_edited_and_recalculated_elsewhere_still_agrees_with_the_engine(tmp_path):
    path = compare(Scenario.from_toml("examples/hybrid.toml"), tmp_path / "edited.xlsx")
    workbook = load_workbook(path)
    workbook["Sites"]["F8"] = 81_000  # salary of the second role at the second site
    workbook.save(path)
    by_libreoffice(str(path), [])
    saved = tmp_path / "recalculated" / "edited.xlsx"
    assert read(saved).values["salary"][0, 0, 1, 1, 0] == 81_000
    assert check(saved) == []
