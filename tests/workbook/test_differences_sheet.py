"""The workbook of the differences between two scenarios."""

import pytest
from openpyxl import load_workbook

from shorewise.engine import Scenario
from shorewise.engine.differences.comparison import MEASURES, compare_scenarios
from shorewise.workbook.differences import differences_sheet, write
from shorewise.workbook.layout.sheet import Formula
from shorewise.workbook.lint import lint
from tests.support.sample_scenarios import small_data
from tests.support.spreadsheet_engines import by_formualizer

HYBRID = Scenario.from_toml("examples/hybrid.toml")


def second():
    """The example with figures, heads, a choice and a risk changed."""
    data = HYBRID.to_dict()
    data["sites"][1]["salary"]["ML engineer"] = 88_000
    data["risks"][0] = {"name": "=1+1", "probability": 0.3, "weeks": 4}
    data |= {"discount_rate": 0.12, "decision": "instead", "name": "=Version 2"}
    data["plans"][3]["heads"]["Krakow"]["QA engineer"] = 3
    return Scenario.from_dict(data)


@pytest.fixture(scope="module")
def found():
    return compare_scenarios(HYBRID, second())


def labelled(worksheet):
    """Rows by their label."""
    return {cell.value: cell.row for cell in worksheet["A"] if cell.value}


def test_the_totals_are_live_sums_that_equal_the_changes(found, tmp_path):
    path = write(found, tmp_path / "diff.xlsx")
    formulas, values = load_workbook(path).active, load_workbook(path, data_only=True).active
    rows = labelled(values)
    total, change = rows["Sum of the effects"], rows["Change: B less A"]
    column = 6
    for plan in found.plans.values():
        for measure in MEASURES:
            assert formulas.cell(total, column).value.startswith("=SUM(")
            assert values.cell(total, column).value == pytest.approx(plan.change[measure])
            assert values.cell(change, column).value == pytest.approx(plan.change[measure])
            assert values.cell(total + 1, column).value is True
            column += 1
    assert values.cell(total, column).value is None


def test_both_values_of_each_input_stand_beside_its_effects(found, tmp_path):
    sheet = load_workbook(write(found, tmp_path / "diff.xlsx")).active
    rows = labelled(sheet)
    row = rows["site.Krakow.salary.ML engineer"]
    assert [cell.value for cell in sheet[row][1:5]] == ["Salary", "USD/year", 80_000, 88_000]
    assert [cell.value for cell in sheet[rows["decision"]][3:5]] == ["replace", "instead"]
    effect = found.plans["Nearshore"].parts["site.Krakow.salary.ML engineer"]["npv"]
    assert sheet.cell(row, 6).value == pytest.approx(effect)


def test_another_engine_computes_the_same_values(found, tmp_path):
    sheet = differences_sheet(found)
    path = write(found, tmp_path / "diff.xlsx")
    computed = {("Differences", address): value for address, value in sheet.computed().items()}
    again = by_formualizer(str(path), list(computed))
    assert {cell: again[cell] for cell in computed} == pytest.approx(computed)


def test_names_never_become_formulas(found, tmp_path):
    sheet = load_workbook(write(found, tmp_path / "diff.xlsx")).active
    texts = [cell for row in sheet.iter_rows() for cell in row if "=1+1" in str(cell.value)]
    assert texts
    assert {cell.data_type for cell in texts} == {"s"}


def test_the_workbook_keeps_the_rules_of_good_models(found, tmp_path):
    path = write(found, tmp_path / "diff.xlsx")
    assert lint(path, ignore=["SW19"]) == []  # one sheet, with its check below its total


def test_a_change_without_an_answer_has_words_and_no_total(tmp_path):
    data = small_data()
    dear = Scenario.from_dict(data | {"horizon_months": 36, "discount_rate": 0.2})
    found = compare_scenarios(Scenario.from_dict(data), dear)
    sheet = differences_sheet(found)
    column = 6 + [*MEASURES].index("break_even_month")
    texts = [cell.content for (_, at), cell in sheet.cells.items() if at == column and cell.content]
    assert "none" in texts
    assert not any(isinstance(content, Formula) for content in texts)
    assert write(found, tmp_path / "diff.xlsx").exists()


def test_scenarios_without_a_difference_give_a_sheet_that_says_so(tmp_path):
    path = write(compare_scenarios(HYBRID, HYBRID), tmp_path / "diff.xlsx")
    assert load_workbook(path).active["A3"].value == "No number differs."
