"""Functions in cells: called from Python, and inside a calculation engine."""

import inspect
import json

import formualizer
import numpy as np
import pytest

from shorewise import udfs
from shorewise.engine import Scenario, results, take

FUNCTIONS = [getattr(udfs, name) for name in udfs.__all__]
MID, FAR, NEAR = 142_674.79, 129_324.85, 148_037.19  # domain/model.md section 1
FAR_SITE = (40_000, 0.12, 0.08, 0.25, 0.171, 1 / 1.22, 0, 0.10)
FAR_OTHERS = [["local_management_rate", 0.15], ["trip_cost", 4_500]]
# Settings of the reference tables
REFERENCE = [["distance_loss", 0], ["vacancy_months", 0], ["onshore_vacancy_months", 0],
             ["successor_transfer", 0]]  # fmt: skip
ALONE = [None] * 7  # no argument beside the salary
# name, arguments, what model.md and conformance_cases.md print, tolerance: half the last digit
CALLS = [
    pytest.param("SHORE_LOADED_COST", (60_000, *ALONE, REFERENCE), MID, 0.005, id="model-md-1-mid"),
    pytest.param(
        "SHORE_LOADED_COST", (*FAR_SITE, FAR_OTHERS + REFERENCE), FAR, 0.005, id="model-md-1-far"
    ),
    pytest.param(
        "SHORE_OVERHEAD",
        (60_000, "total", *ALONE, REFERENCE),
        MID - 90_600,
        0.005,
        id="model-md-1-all-overhead",
    ),
    pytest.param("SHORE_OVERHEAD", (60_000, "security"), 1_200, 0.005, id="model-md-1-security"),
    pytest.param("SHORE_BREAK_EVEN", (1_400_000 / 12, 420_000), 3.6, 1e-9, id="c09-otis"),
    pytest.param("SHORE_BREAK_EVEN", ([[300, 400, 500]], 1_000), 2.6, 1e-9, id="c06-payback"),
]
MESSAGES = [
    pytest.param("SHORE_LOADED_COST", (-1,), "salary is -1; it must be 1 or more", id="bound"),
    pytest.param("SHORE_LOADED_COST", ("abc",), "salary is the text 'abc'; it must be", id="text"),
    pytest.param("SHORE_LOADED_COST", (True,), "salary is TRUE; it must be a number", id="truth"),
    pytest.param(
        "SHORE_LOADED_COST", (60_000, 1.5), "statutory_rate is 1.5; it must be", id="rate"
    ),
    pytest.param("SHORE_OVERHEAD", (60_000, "travell"), "did you mean travel?", id="part"),
    pytest.param("SHORE_BREAK_EVEN", (100, -5), "setup_cost is -5", id="negative-setup"),
]


def by_python(name, arguments):
    return getattr(udfs, name)(*arguments)


def by_formualizer(name, arguments):
    """Called from a cell of a calculation engine; ranges stand in cells of their own."""
    workbook = formualizer.Workbook()
    workbook.add_sheet("S")
    for function in FUNCTIONS:
        workbook.register_function(function.__name__, function)
    texts, row = [], 1
    for argument in arguments:
        if isinstance(argument, list):
            columns = "CDEFGH"[: len(argument[0])]
            texts.append(f"C{row}:{columns[-1]}{row + len(argument) - 1}")
            for values in argument:
                for column, value in enumerate(values, 3):
                    workbook.set_value("S", row, column, value)
                row += 1
        else:
            text = json.dumps(argument)
            omitted = "Z99"  # an empty cell
            texts.append(
                omitted if argument is None else text.upper() if argument is True else text
            )
    workbook.set_formula("S", 40, 1, f"={name}({','.join(texts)})")
    workbook.evaluate_all()
    first, second = workbook.get_value("S", 40, 1), workbook.get_value("S", 41, 1)
    return first if second is None else [[first], [second]]


@pytest.mark.parametrize("host", [by_python, by_formualizer], ids=lambda host: host.__name__)
@pytest.mark.parametrize(("name", "arguments", "expected", "tolerance"), CALLS)
def test_a_cell_shows_the_value_of_the_reference_model(host, name, arguments, expected, tolerance):
    assert host(name, arguments) == pytest.approx(expected, abs=tolerance)


@pytest.mark.parametrize("host", [by_python, by_formualizer], ids=lambda host: host.__name__)
@pytest.mark.parametrize(("name", "arguments", "message"), MESSAGES)
def test_an_error_comes_back_as_one_short_line(host, name, arguments, message):
    answer = host(name, arguments)
    assert message in answer
    assert answer.startswith("Shorewise: ")
    assert "\n" not in answer
    assert len(answer) <= 200


@pytest.mark.parametrize("host", [by_python, by_formualizer], ids=lambda host: host.__name__)
def test_a_column_of_salaries_spills_a_column_of_costs(host):
    answer = host("SHORE_LOADED_COST", ([[60_000], [80_000]],))
    alone = [[udfs.SHORE_LOADED_COST(60_000)], [udfs.SHORE_LOADED_COST(80_000)]]
    assert answer == alone


@pytest.mark.parametrize("host", [by_python, by_formualizer], ids=lambda host: host.__name__)
def test_a_plan_that_never_breaks_even_says_so(host):
    assert host("SHORE_BREAK_EVEN", ([[100, 100, 0], [500, 500, 0]], 1_000)) == [["none"], [2.0]]


def test_parts_of_the_overhead_add_up_to_its_total():
    parts = ["management_overhead", "travel", "security", "attrition"]
    parts += ["contract_management", "extra_costs", "working_hours"]
    parts += ["productivity", "communication", "rework"]
    total = sum(udfs.SHORE_OVERHEAD(47_000, part) for part in parts)
    assert udfs.SHORE_OVERHEAD(47_000) == pytest.approx(total, rel=1e-12)


def test_a_cell_shows_the_same_number_as_the_workbook():
    scenario = Scenario.default()
    plans = results(scenario, scenario.evaluate())["plans"]
    assert udfs.SHORE_LOADED_COST(60_000) == pytest.approx(
        plans[1]["fully_loaded_cost"],
        rel=1e-12,  # heads sized to the output are no whole number
    )
    assert udfs.SHORE_LOADED_COST(*FAR_SITE, FAR_OTHERS) == pytest.approx(
        plans[2]["fully_loaded_cost"], rel=1e-12
    )
    assert udfs.SHORE_OVERHEAD(60_000, "rework") == pytest.approx(
        plans[1]["overhead"]["rework"], rel=1e-12
    )


def test_break_even_of_the_timeline_row_equals_that_of_the_workbook():
    scenario = Scenario.default()
    values = scenario.evaluate()
    rows = take(values, "saving", plan=slice(1, None)).tolist()
    expected = take(values, "break_even_month", plan=slice(1, None))
    assert np.allclose(np.ravel(udfs.SHORE_BREAK_EVEN(rows)), expected, rtol=1e-12)


def test_the_present_value_of_savings_and_setup_is_the_npv_of_the_workbook():
    scenario = Scenario.default()
    values = scenario.evaluate()
    saving, npv = take(values, "saving", plan=slice(1, None)), take(values, "npv")[1:]
    assert udfs.SHORE_NPV(saving.tolist()) == [pytest.approx([one], rel=1e-12) for one in npv]
    setup = take(values, "setup_cost", plan=slice(1, None))
    before_setup = saving.copy()
    before_setup[:, 0] += setup
    found = udfs.SHORE_NPV(before_setup.tolist(), [[one] for one in setup])
    assert found == [pytest.approx([one], rel=1e-12) for one in npv]


@pytest.mark.parametrize("empty", [None, "", " ", [[None]], [[""]]], ids=repr)
def test_an_omitted_argument_takes_the_declared_default(empty):
    assert udfs.SHORE_LOADED_COST(60_000, empty) == udfs.SHORE_LOADED_COST(60_000, 0.20)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_help_texts_fit_the_length_that_excel_shows(function):
    names = list(inspect.signature(function).parameters)
    assert 0 < len(function.__doc__) <= 255
    assert sum(map(len, names)) + 2 * len(names) <= 254
