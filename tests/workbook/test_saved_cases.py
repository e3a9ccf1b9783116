"""Saved cases: up to three sets of levels of drivers, beside base, optimistic and pessimistic."""

import pytest

from shorewise.engine import Scenario, ScenarioError, results, take
from shorewise.workbook import compare, describe, read
from tests.support.engine_differences import differing
from tests.support.sample_scenarios import small_data, small_scenario
from tests.support.spreadsheet_engines import by_formualizer, by_ironcalc

LEVELS = [
    {"name": "salary", "saved_1": 1.2},
    {"name": "attrition_rate", "saved_1": 1.5, "saved_3": 0.5},
]
SAVED = {"saved_cases": ["Dear team", "Not moved"], "cases": LEVELS}


def by_hand(**levels):
    """The small scenario with figures of its site abroad multiplied, as somebody would edit it."""
    data = small_data()
    _, abroad = data["sites"]
    abroad["salary"] = {
        role: pay * levels.get("salary", 1) for role, pay in abroad["salary"].items()
    }
    abroad["attrition_rate"] *= levels.get("attrition_rate", 1)
    return Scenario.from_dict(data)


def test_a_saved_case_has_the_results_of_its_levels_entered_by_hand():
    found = results(small_scenario(**SAVED), small_scenario(**SAVED).evaluate())
    expected = {
        "Dear team": by_hand(salary=1.2, attrition_rate=1.5),
        "Saved case 3": by_hand(attrition_rate=0.5),
    }
    for plan, of_plan in enumerate(found["plans"]):
        assert [*of_plan["cases"]] == ["base", "optimistic", "pessimistic", *expected]
        for name, edited in expected.items():
            npv = take(edited.evaluate(), "npv", plan=plan).item()
            assert of_plan["cases"][name]["npv"] == pytest.approx(npv, rel=1e-12, abs=1e-6)


def test_a_saved_case_that_is_chosen_is_in_force():
    chosen = small_scenario(**SAVED, case_number="saved case 1").evaluate()
    expected = by_hand(salary=1.2, attrition_rate=1.5).evaluate()
    assert take(chosen, "npv", plan=1) == pytest.approx(take(expected, "npv", plan=1), rel=1e-12)


def scenarios_sheet(scenario):
    sheet = next(one for one in describe(scenario).sheets if one.title == "Scenarios")
    return {at: getattr(cell.content, "value", cell.content) for at, cell in sheet.cells.items()}


def test_sheet_scenarios_shows_the_saved_cases_that_move_a_driver():
    cells, head = scenarios_sheet(small_scenario(**SAVED)), 5
    names = [cells.get((head, column)) for column in range(4, 18)]
    assert names == [
        "Base", "Optimistic", "Pessimistic", None, "Dear team", " ", "Saved case 3", None,
        "Optimistic less base", "Pessimistic less base", None, "Dear team less base", " ",
        "Saved case 3 less base",
    ]  # fmt: skip
    row = next(r for (r, c), value in cells.items() if value == "Mid")  # of its NPV
    dear = take(by_hand(salary=1.2, attrition_rate=1.5).evaluate(), "npv", plan=1).item()
    assert cells[row, 8] == pytest.approx(dear, rel=1e-9)
    assert cells[row, 15] == pytest.approx(dear - cells[row, 4], rel=1e-9)
    assert cells[row, 9] == cells[row, 16] == " "


def test_the_banner_names_a_saved_case():
    chosen = small_scenario(**SAVED, case_number="saved case 1")
    assert scenarios_sheet(chosen)[2, 1].startswith("Dear team case: ")


def test_formulas_with_saved_cases_equal_the_engine(tmp_path):
    chosen = small_scenario(**SAVED, case_number="saved case 3")
    assert differing(chosen, tmp_path, by_ironcalc, by_formualizer) == []


def test_saved_cases_are_read_as_they_were_entered(tmp_path):
    scenario = small_scenario(**SAVED, case_number="saved case 3")
    assert read(compare(scenario, tmp_path / "saved.xlsx")) == scenario
    assert scenario.saved_cases == ("Dear team", "Not moved", "Saved case 3")


REFUSED = {
    "four": (["A", "B", "C", "D"], "saved_cases has 4 names; there are at most 3"),
    "twice": (["A", "a"], "name is 'a', as another case is called"),
    "base": (["Base"], "name is 'Base', as another case is called"),
    "long": (["x" * 61], "1 to 60"),
    "number": ([1], "name is 1; it must be"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_names_that_cannot_be_are_refused(case):
    names, message = REFUSED[case]
    with pytest.raises(ScenarioError, match=message):
        small_scenario(saved_cases=names)
