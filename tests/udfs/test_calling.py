"""Ranges broadcast, each cell for itself, all in one evaluation."""

import inspect
import subprocess
import sys
import typing

import numpy as np
import pytest

from shorewise import udfs
from shorewise.engine.model import Model
from shorewise.udfs.functions import FUNCTIONS
from tests.support.recorded_calls import recorded_calls

LINES = ("SHORE_BREAKDOWN", "SHORE_WATERFALL")
NUMBERS = [
    one for one in FUNCTIONS
    if one.each and one.parameters[0].shape == "each" and not one.parameters[0].options
    and one.name not in LINES
]  # fmt: skip


@pytest.mark.parametrize("function", NUMBERS, ids=lambda one: one.name)
def test_each_cell_of_a_range_equals_a_call_with_that_cell(function):
    call, (first, *rest) = getattr(udfs, function.name), function.example
    cells = [first, None, "x", "#N/A", first * 1.5]
    assert call([[cell] for cell in cells], *rest) == [[call(cell, *rest)] for cell in cells]
    assert call([cells], *rest) == [[call(cell, *rest) for cell in cells]]


def test_rows_of_the_others_argument_follow_the_rows_of_the_other_arguments():
    others = [["trip_cost"], [1_000], [2_000]]
    found = udfs.SHORE_LOADED_COST([[60_000], [80_000]], others=others)
    alone = [
        [udfs.SHORE_LOADED_COST(salary, others=[["trip_cost", cost]])]
        for salary, cost in ((60_000, 1_000), (80_000, 2_000))
    ]
    assert found == alone


def test_a_column_of_100_000_rows_is_one_evaluation():
    column = np.linspace(20_000, 90_000, 100_000).reshape(-1, 1).tolist()
    with recorded_calls(Model.evaluate) as calls:
        found = udfs.SHORE_LOADED_COST(column)
    assert len(calls) == 1
    assert len(found) == 100_000
    assert found[12_345][0] == udfs.SHORE_LOADED_COST(column[12_345])


def test_a_repeated_small_call_is_computed_once():
    with recorded_calls(Model.evaluate) as calls:
        assert udfs.SHORE_LOADED_COST(61_234.5) == udfs.SHORE_LOADED_COST([[61_234.5]])
    assert len(calls) == 1


def test_cash_flows_of_a_comparison_reproduce_its_measures():
    sites = [["name", "salary"], ["A", 60_000], ["B", 45_000]]
    flows = [row[1:] for row in udfs.SHORE_CASHFLOW(sites)[2:]]
    shown = udfs.SHORE_COMPARE(
        sites, measures=[["break_even_month", "discounted_payback_month", "npv"]]
    )[2:]
    rate = 0.10  # the default
    assert udfs.SHORE_BREAK_EVEN(flows) == [pytest.approx([row[1]], rel=1e-12) for row in shown]
    assert udfs.SHORE_PAYBACK(flows, 0, rate) == [[row[2]] for row in shown]
    assert udfs.SHORE_NPV(flows, 0, rate) == [pytest.approx([row[3]], rel=1e-12) for row in shown]


def test_dates_in_settings_may_be_excel_serial_dates():
    sites = [["name", "time_zone"], ["Onshore", "America/New_York"], ["A", "Europe/Warsaw"]]
    for start in ("2027-01", 46_388):
        found = udfs.SHORE_CASHFLOW(sites, None, [["start_month", start], ["horizon_months", 6]])
        assert found[0] == ["plan", 1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("start", [-1, 0, 1, 12, 2_027, 36_160, 73_051, 1e9])
def test_a_year_or_an_implausible_serial_date_is_refused(start):
    wrong = udfs.SHORE_CASHFLOW([["salary"], [60_000]], None, [["start_month", start]])
    assert wrong == (
        f"Shorewise: settings, row 1, column 2 (start_month) is {start:,.10g}; it must be a date "
        "from 1999 to 2099, or a text like '2027-01': to Excel a year typed alone is a day of 1905"
    )


def test_the_statutory_rate_of_a_site_may_be_given_in_a_table():
    found = udfs.SHORE_COMPARE([["salary", "statutory_rate"], [60_000, 0.1]], measures="npv")
    more = udfs.SHORE_COMPARE([["salary", "statutory_rate"], [60_000, 0.2]], measures="npv")
    assert found[2][1] > more[2][1]


@pytest.mark.parametrize(
    ("sites", "plans", "words"),
    [
        (
            [["name", "heads"], ["A", "eight"]],
            None,
            "sites, row 2, column 2 (heads of A) is the text 'eight'",
        ),
        ([["name", "heads"], ["A", -3]], None, "sites, row 2, column 2 (heads of A at A) is -3"),
        (
            [["name"], ["A"]],
            [["", "A"], ["Near", "x"]],
            "plans, row 2, column 2 (heads of Near at A) is",
        ),
        ([["name"], ["A"]], [["", "A"], ["Near", None]], "plans, row 2 (Near): plan 'Near' has no"),
        ([["name"], ["A"]], [["Near"], ["A"]], "plans must name sites in its first row"),
    ],
    ids=["text", "below-0", "text-of-a-plan", "no-heads", "no-sites"],
)
def test_invalid_heads_return_a_message_about_their_plan(sites, plans, words):
    for name in ("SHORE_COMPARE", "SHORE_CASHFLOW", "SHORE_RECOMMEND", "SHORE_TORNADO"):
        assert words in getattr(udfs, name)(sites, plans)


UNKNOWN_OTHER = (
    "others, row 1, column 1 is 'zzz', which is not an input of a site; the first row or the first "
    "column must have the names (of an Excel table, select Table1[#All])"
)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("SHORE_LOADED_COST", {"salary": 1, "others": [["zzz", 1]]},
         UNKNOWN_OTHER),
        ("SHORE_COMPARE", {"sites": [["salary"], [60_000]], "measures": "zzz"},
         "measures, row 1, column 1 is 'zzz', which is not a line of a plan"),
        ("SHORE_FIT", {"ambiguity": 4, "collaboration": 5, "criticality": 3,
                       "change_frequency": 4, "others": [["zzz", 1]]},
         UNKNOWN_OTHER),
    ],
)  # fmt: skip
def test_an_unknown_name_returns_a_message(name, arguments, message):
    assert getattr(udfs, name)(**arguments) == f"Shorewise: {message}"


def test_a_truth_value_is_not_treated_as_a_misspelt_word():
    found = udfs.SHORE_SOLVE("salary", True, 9, [["salary"], [60_000]])
    assert found.startswith("Shorewise: measure is TRUE; it must be net_saving, npv, ")


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda one: one.name)
def test_xlwings_sees_a_plain_function(function):
    python = getattr(udfs, function.name)
    assert python.__name__ == function.name
    assert python.__doc__ == function.does
    assert inspect.getmodule(python) is udfs
    hints = typing.get_type_hints(python)
    assert set(hints.values()) == {list}
    assert [*hints] == [*inspect.signature(python).parameters, "return"]


def test_arguments_go_by_name_in_python():
    assert udfs.SHORE_TRAVEL_COST(6, team_size=4) == 4_500
    with pytest.raises(TypeError):
        udfs.SHORE_TRAVEL_COST()


def test_start_up_imports_only_what_the_functions_use():
    script = """
import sys, types
stub = types.ModuleType("xlwings")
stub.func = lambda **options: lambda function: function
stub.arg = lambda *name, **options: lambda function: function
sys.modules["xlwings"] = stub  # which itself imports pandas where it is installed
import shorewise.udfs
heavy = {"pandas", "openpyxl", "click", "rich", "currency_converter", "shorewise.workbook"}
heavy |= {"scipy", "matplotlib"}
print(sorted(heavy & set(sys.modules)))
"""
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert run.stdout.strip() == "[]"


def test_an_excel_error_takes_precedence_over_a_message():
    wrong = [["zzz", 1]]
    assert udfs.SHORE_LOADED_COST("#N/A", others=wrong) == "#N/A"
    assert udfs.SHORE_LOADED_COST(60_000, others=[*wrong, ["trip_cost", "#REF!"]]) == "#REF!"
    assert udfs.SHORE_COMPARE([["salary"], [0]], None, [["currency", "#DIV/0!"]]) == "#DIV/0!"


IN_RUPEES = [["currency", "INR"], ["competitor_price", 4e7], ["training_target", 2e5]]
RISKS_IN_RUPEES = [
    [f"risk.{name}.cost", cost]
    for name, cost in (("Customer churn", 8e6), ("Legal exposure", 4e7), ("Failed audit", 4e6))
]
ONCE = ["salary", "workspace_cost", "equipment_cost", "tools_cost"]
ABROAD = [
    "trip_cost", "access_cost", "audit_trail_cost", "traceability_cost", "incident_cost",
    "audit_cost", "process_development_cost", "management_infrastructure_cost",
]  # fmt: skip
SITES_IN_RUPEES = [
    ["name", "statutory_rate", *ONCE, *ABROAD],
    ["Onshore", 0.1, 1.5e7, 5e5, 3e5, 3e5, *[None] * len(ABROAD)],
    ["Pune", 0.12, 3e6, 2e5, 2e5, 2e5, *[1e5] * len(ABROAD)],
]


def test_tables_that_set_all_amounts_may_be_in_any_currency():
    settings = [*IN_RUPEES, *RISKS_IN_RUPEES]
    found = udfs.SHORE_COMPARE(SITES_IN_RUPEES, None, settings, "fully_loaded_cost")
    assert found[0] == ["plan", "fully_loaded_cost"]
    assert found[2][1] > 1e6


def test_the_cost_of_a_risk_can_be_set():
    plain, dearer = (
        udfs.SHORE_COMPARE([["salary"], [60_000]], None, settings, "risk_adjusted_cost")
        for settings in (None, [["risk.Failed audit.cost", 1_050_000]])
    )
    # 2 % a year of a million more, shared by the plan's onshore-equivalent heads: sized to 8.
    assert dearer[2][1] - plain[2][1] == pytest.approx(20_000 / 8)


def test_tables_ask_for_all_missing_figures_of_a_country():
    sites = [["name", "location"], ["Onshore", "US"], ["Krakow", "PL"]]
    assert udfs.SHORE_COMPARE(sites, None, None, "npv") == (
        "Shorewise: sites, row 3 (Krakow): attrition_rate, wage_inflation: no figure was found for "
        "Poland; set them"
    )
