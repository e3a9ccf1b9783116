"""The central test: the engine equals recalculation by engines we did not write.

Every formula cell of workbooks of random scenarios and shapes, built with poisoned caches so that a
value that was not recalculated shows.
"""

import os
import shutil

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from shorewise.engine import Scenario, take
from shorewise.engine.drivers import CASES, DRIVERS
from shorewise.engine.uncertainty.goal_seek import solve
from shorewise.workbook import (
    check,
    compare,
    describe,
    read,
    workbook_bytes,
)
from shorewise.workbook.layout.sheet import DataTable
from shorewise.workbook.stale_outputs import same
from tests.support.engine_differences import (
    POISON,
    by_cached_values,
    calls,
    differences,
    differing,
    poisoned,
    within,
)
from tests.support.paths import ROOT
from tests.support.sample_scenarios import eight_data, random_scenario, small_scenario
from tests.support.soak import SOAK
from tests.support.spreadsheet_engines import (
    HYPERFORMULA,
    all_converted,
    by_formualizer,
    by_gnumeric,
    by_hyperformula,
    by_ironcalc,
    by_libreoffice,
    converted,
    unpaged,
    values_in,
    without_tables,
)

# Scenarios that each run has: with waves and without, of a team that is replaced, planned or added,
# sized by heads and by output, from six months to ten years, the first.
QUICK = (850, 2, 4, 6, 9, 10, 31)
SCENARIOS = int(os.environ.get("SHOREWISE_SCENARIOS", "0"))
SEEDS = [*QUICK, *(seed for seed in range(SCENARIOS) if seed not in QUICK)]


def test_formulas_that_an_engine_cannot_compute_are_on_one_sheet_only():
    book = describe(small_scenario())
    left_out = book.formulas().keys() - within(by_formualizer, book).keys()
    assert {sheet for sheet, _ in left_out} == {"Functions"}
    assert within(by_ironcalc, book).keys() == book.formulas().keys()


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_formula_cell_of_random_scenarios_equals_the_engine(seed, tmp_path):
    assert differing(random_scenario(seed), tmp_path, by_ironcalc, by_formualizer) == []


@pytest.mark.soak
def test_a_setup_repaid_exactly_is_repaid_in_every_engine(tmp_path):
    team = Scenario.from_dict(eight_data(), "eight")
    for month in (12, 36):
        highest = solve(team, "salary", "break_even_month", month, 1).values[0]
        scenario = Scenario.from_dict(eight_data(salary=highest), "eight")
        assert take(scenario.evaluate(), "break_even_month_whole", plan=1).item() == month
        assert differing(scenario, tmp_path, by_ironcalc, by_formualizer) == []


@pytest.mark.soak
def test_pay_between_two_brackets_is_charged_by_one_of_them_in_every_engine(tmp_path):
    brackets = [
        {"line": "Low", "rate": 0.03, "to_pay": 99_999.99},
        {"line": "High", "rate": 0.05, "from_pay": 100_000},
    ]
    places = {"Exact": 100_000, "Above": 99_999.996, "Below": 99_999.994, "Far": 80_000}
    data = {
        "currency": "USD", "horizon_months": 12, "sizing": "heads", "roles": ["Engineer"],
        "sites": [
            {"name": name, "salary": pay, "extra_months": 0, "statutory": brackets}
            for name, pay in places.items()
        ],
        "plans": [{"name": name, "heads": {name: 1}} for name in places],
    }  # fmt: skip
    scenario = Scenario.from_dict(data, "brackets")
    charges = take(scenario.evaluate(), "statutory_charges").reshape(-1)
    assert charges == pytest.approx([5_000, 4_999.9998, 2_999.99982, 2_400])
    assert differing(scenario, tmp_path, by_ironcalc, by_formualizer) == []


needs_libreoffice = pytest.mark.skipif(
    not shutil.which("soffice") and not os.environ.get("SHOREWISE_TEST_ALL"),
    reason="LibreOffice is not installed; .ci/run installs it",
)


def by_one_libreoffice(folder, books, wanted) -> dict:
    """Values of the wanted cells of each book, a package by name, recalculated in one go."""
    for name, data in books.items():
        (folder / f"{name}.xlsx").write_bytes(data)
    made = all_converted([folder / f"{name}.xlsx" for name in books], "xlsx")
    return {name: values_in(path, wanted[name]) for name, path in zip(books, made, strict=True)}


@needs_libreoffice
def test_every_formula_cell_equals_the_engine_in_libreoffice(tmp_path):
    scenarios = {"default": Scenario.default()}
    if SOAK:
        ten_years = random_scenario(850)
        scenarios |= {"ten-years": ten_years, "hybrid": hybrid(), "largest": random_scenario(50)}
    books = {n: unpaged(without_tables(describe(one))) for n, one in scenarios.items()}
    expected = {name: within(by_libreoffice, book) for name, book in books.items()}
    packages = {name: poisoned(book) for name, book in books.items()}
    found = by_one_libreoffice(tmp_path, packages, expected)
    assert {name: differences(found[name], expected[name]) for name in books} == {
        name: [] for name in books
    }


needs_gnumeric = pytest.mark.skipif(
    not shutil.which("ssconvert") and not os.environ.get("SHOREWISE_TEST_ALL"),
    reason="Gnumeric is not installed; .ci/run installs it",
)
needs_hyperformula = pytest.mark.skipif(
    not (HYPERFORMULA.is_dir() and shutil.which("node"))
    and not os.environ.get("SHOREWISE_TEST_ALL"),
    reason="HyperFormula is not installed; `make validators` installs it",
)
FURTHER = [
    pytest.param(by_gnumeric, marks=needs_gnumeric),
    pytest.param(by_hyperformula, marks=needs_hyperformula),
]
# What each engine cannot compute, as docs/limits.md says: by the kind of cell.
NOT_COMPUTED = {
    by_ironcalc: set(),
    by_formualizer: {"calls"},
    by_libreoffice: {"calls"},
    by_gnumeric: {"calls"},
    by_hyperformula: {"calls"},
}


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("oracle", FURTHER)
@pytest.mark.parametrize("case", [10, *["default", "hybrid", 0, 3, 50] * SOAK])
def test_every_formula_cell_equals_the_engine_in_further_programs(case, oracle, tmp_path):
    named = {"default": Scenario.default, "hybrid": hybrid}
    scenario = named[case]() if case in named else random_scenario(case)
    assert differing(scenario, tmp_path, oracle) == []


def hybrid():
    return Scenario.from_toml("examples/hybrid.toml")


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("oracle", [by_ironcalc, by_formualizer, *FURTHER])
def test_the_documentation_lists_what_a_program_cannot_compute(oracle, tmp_path):
    book = without_tables(describe(small_scenario()))
    path = tmp_path / "poisoned.xlsx"
    path.write_bytes(poisoned(book))
    formulas = book.formulas()
    found = oracle(str(path), formulas)
    wrong = {c for c, formula in formulas.items() if not same(found[c], formula.value)}
    kinds = {"calls" if calls(formulas[cell]) else "others" for cell in wrong}
    assert kinds == NOT_COMPUTED[oracle]
    names = {by_ironcalc: "IronCalc", by_formualizer: "formualizer"}
    names |= {by_gnumeric: "Gnumeric", by_hyperformula: "HyperFormula"}
    limits = (ROOT / "docs" / "limits.md").read_text("utf-8")
    (row,) = [line for line in limits.splitlines() if line.startswith(f"| {names[oracle]} ")]
    assert ("LAMBDA" in row) == ("calls" in kinds)


def table_cells(sheet):
    """Place and value of every cell that a data table of the sheet fills."""
    for cell in list(sheet.cells.values()):
        if isinstance(cell.content, DataTable):
            for place in cell.content.places():
                content = sheet.cells[place].content
                yield place, content.value if isinstance(content, DataTable) else content


@pytest.mark.soak
@needs_libreoffice
def test_data_tables_equal_the_engine_in_libreoffice(tmp_path):
    books, expected = {}, {}
    for case in (1, 3):
        scenario = small_scenario(case_number=case)
        book = unpaged(describe(scenario))
        [sheet] = [sheet for sheet in book.sheets if sheet.title == "Sensitivity"]
        filled = dict(table_cells(sheet))
        assert len(filled) == (2 * len(DRIVERS) + 25 + 4 * len(CASES)) * len(scenario.plans)
        for place in filled:
            cell = sheet.cells[place]
            table = isinstance(cell.content, DataTable)
            wrong = cell.content._replace(value=POISON) if table else POISON
            sheet.cells[place] = cell._replace(content=wrong)
        books[case] = workbook_bytes(book)
        expected[case] = {
            ("Sensitivity", f"{get_column_letter(column)}{row}"): value
            for (row, column), value in filled.items()
        }
    assert expected[1] != expected[3]
    found = by_one_libreoffice(tmp_path, books, expected)
    assert [differences(found[case], expected[case]) for case in books] == [[], []]


@pytest.mark.soak
@needs_libreoffice
def test_a_workbook_can_be_printed(tmp_path):
    pages = 'pdf:calc_pdf_Export:{"PageRange":{"type":"string","value":"1-9"}}'
    book = compare(small_scenario(), tmp_path / "book.xlsx")
    printed = converted(book, "pdf" if SOAK else pages)
    assert printed.read_bytes().startswith(b"%PDF-")


def test_a_cell_that_was_not_recalculated_would_be_noticed(tmp_path):
    scenario = small_scenario()
    assert len(differing(scenario, tmp_path, by_cached_values)) == len(
        describe(scenario).formulas()
    )


@pytest.mark.soak
@needs_libreoffice
def test_a_workbook_recalculated_by_another_program_agrees_with_the_engine(tmp_path):
    data = Scenario.from_toml("examples/hybrid.toml").to_dict() | {"horizon_months": 6}
    path = tmp_path / "edited.xlsx"
    path.write_bytes(workbook_bytes(unpaged(describe(Scenario.from_dict(data, "hybrid")))))
    workbook = load_workbook(path)
    sheet, cells = workbook.defined_names["salary"].attr_text.split("!")
    second = workbook[sheet][cells.replace("$", "")][1][1]  # of the second role at the second site
    second.value = 81_000
    workbook.save(path)
    saved = converted(path, "xlsx")
    assert take(read(saved).values, "salary", site=1, role=1) == 81_000
    assert check(saved) == []
