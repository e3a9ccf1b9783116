"""Tables in cells: empty rows and columns inside or beside them are skipped."""

import itertools

import pytest

from shorewise import udfs
from shorewise.engine import Scenario, take

SITES = [["name", "salary", "overlap_hours"], ["Krakow", 80_000, 3], ["Pune", 40_000, 0]]
DOWN = [list(column) for column in zip(*SITES, strict=True)]
PLANS = [[None, "Onshore", "Krakow"], ["Stay", 8, None], ["Go", 2, 6]]
UNNAMED = [[None, "Onshore", "Krakow"], [None, 8, None], [None, 2, 6]]
SETTINGS = [["horizon_months", 24], ["discount_rate", 0.08]]
MEASURES = [["net_saving", "npv"]]
OTHERS = [["local_management_rate", 0.15], ["trip_cost", 4_500]]


def with_gaps(rows):
    """A table with an empty row or column before, between and behind its own, and with all."""
    width = len(rows[0])
    for at in range(len(rows) + 1):
        yield [*rows[:at], [None] * width, *rows[at:]]
    for at in range(width + 1):
        yield [[*row[:at], None, *row[at:]] for row in rows]
    gap = [None] * (2 * width + 3)
    sparse = [[None, *itertools.chain(*([cell, None] for cell in row)), "", " "] for row in rows]
    yield [gap, *itertools.chain(*([row, gap] for row in sparse)), gap, gap]


CALLS = [
    ("SHORE_COMPARE", (SITES, PLANS, SETTINGS, MEASURES)),
    ("SHORE_COMPARE", (DOWN, UNNAMED, SETTINGS, MEASURES)),
    ("SHORE_CASHFLOW", (SITES, PLANS, SETTINGS)),
    ("SHORE_RECOMMEND", (SITES, None, SETTINGS)),
    ("SHORE_TORNADO", (SITES, PLANS, SETTINGS)),
    ("SHORE_SOLVE", ("salary", "break_even_month", 9, SITES, None, SETTINGS)),
    ("SHORE_LOADED_COST", (60_000, None, None, None, None, None, None, None, OTHERS)),
]


@pytest.mark.parametrize(("name", "arguments"), CALLS)
def test_empty_rows_and_columns_of_a_table_change_nothing(name, arguments):
    function = getattr(udfs, name)
    expected = function(*arguments)
    assert "Shorewise:" not in str(expected)
    for n, argument in enumerate(arguments):
        if isinstance(argument, list):
            for rows in with_gaps(argument):
                assert function(*arguments[:n], rows, *arguments[n + 1 :]) == expected, rows


def test_plans_without_names_beside_an_empty_column_are_numbered():
    found = udfs.SHORE_COMPARE(SITES, UNNAMED, None, MEASURES)
    assert [row[0] for row in found[1:]] == ["Plan 1", "Plan 2"]
    named = [[None, *row] for row in PLANS]
    assert [row[0] for row in udfs.SHORE_COMPARE(SITES, named)[1:]] == ["Stay", "Go"]


def test_a_value_below_an_empty_heading_returns_a_message():
    wrong = [[*row, cell] for row, cell in zip(SITES, (None, 7, None), strict=True)]
    assert udfs.SHORE_COMPARE(wrong) == (
        "Shorewise: sites, row 1, column 4 is empty, but sites, row 2, column 4 is 7; each line of "
        "values needs a heading of its own, and merged cells are one"
    )


@pytest.mark.parametrize("decision", ["replace", "instead", "add"])
@pytest.mark.parametrize("sizing", ["heads", "output"])
def test_decision_sizing_and_criterion_are_set_and_shown_by_their_words(decision, sizing):
    settings = [["decision", f" {decision.title()}"], ["sizing", sizing], ["criterion", "npv"]]
    settings.append(["billing_rate", 100])
    names = [["decision", "sizing", "criterion", "npv"]]
    found = udfs.SHORE_COMPARE([["salary"], [60_000]], None, settings, names)
    assert [row[1:4] for row in found[1:]] == [[decision, sizing, "npv"]] * 2
    data = {
        "decision": decision,
        "sizing": sizing,
        "billing_rate": 100,
        "sites": [{"name": "Onshore"}, {"name": "Site 1", "salary": 60_000}],
        "plans": [
            {"name": "All onshore", "heads": {"Onshore": 8}},
            {"name": "Site 1", "heads": {"Site 1": 8}},
        ],
    }
    values = Scenario.from_dict(data, "same").evaluate()
    assert found[2][4] == pytest.approx(take(values, "npv", plan=1).item())


def test_a_word_that_is_no_decision_is_refused_with_those_there_are():
    found = udfs.SHORE_RECOMMEND([["salary"], [60_000]], None, [["decision", "outsource"]])
    text = "settings, row 1, column 2 (decision) is 'outsource'; it must be one of replace (0), "
    assert text in str(found)


@pytest.mark.parametrize(
    ("criterion", "words"),
    [
        ("npv", "highest NPV after risk"),
        ("risk_adjusted_cost", "lowest cost after risk"),
        ("peak_funding", "lowest peak funding"),
    ],
)
def test_the_recommendation_in_cells_names_the_criterion_and_the_figures(criterion, words):
    sites = [["name", "salary"], ["Krakow", 40_000], ["Pune", 30_000]]
    found = udfs.SHORE_RECOMMEND(sites, None, [["criterion", criterion]])
    rows = {row[0]: row[1:] for row in found}
    assert rows["criterion"][0].startswith(words)
    assert rows["figure"] == ["Proposed", "All onshore", "Krakow", "Pune"]
    compared = udfs.SHORE_COMPARE(sites, None, None, [["npv_risk_adjusted", "break_even_month"]])
    for number, name in enumerate(("npv_risk_adjusted", "break_even_month"), 1):
        assert rows[name][1:] == [row[number] for row in compared[1:]]
