"""Every host of the functions shows the same: the table of calls through each of them."""

import io
import re

import formualizer
import numpy as np
import pytest
from openpyxl import load_workbook

from shorewise import udfs
from shorewise.engine.calculators.catalogue import CATALOGUE
from shorewise.engine.calculators.one_site import site_values
from shorewise.udfs.functions import FUNCTIONS
from shorewise.udfs.recalculation import registry
from shorewise.workbook.recalc.evaluator import register
from tests.support import com_host, com_long_calls
from tests.support.addin_server import NO_KEY
from tests.support.formula_packages import package
from tests.support.function_calls import CALLS, COST, STAFF, TWO, by_scenario, same
from tests.support.host_answers import (
    by_com,
    by_formualizer,
    by_ironcalc,
    by_office_js,
    by_python_engine,
    long_calls_by_com,
    streams_by_lite,
)
from tests.support.host_process import counted_evaluations
from tests.support.recalculation import calculated

ROWS = 100_000
ENTRIES = {entry.name: entry for entry in CATALOGUE}
COLUMN = [[50_000 + row / 2] for row in range(ROWS)]
HOSTS = [
    pytest.param(by_com, id="com"),
    pytest.param(
        by_office_js,
        id="office-js",
        marks=pytest.mark.skipif(NO_KEY, reason="xlwings' Office.js needs XLWINGS_LICENSE_KEY"),
    ),
]


CONSTANTS = [(call.function, call.arguments) for call in CALLS]
RANGES = [
    (name, [x if isinstance(x, (list, tuple)) else [[x]] for x in arguments])
    for name, arguments in CONSTANTS
]
# Where the names of a workbook, which need no add-in, differ: docs/functions.md has the same table.
EMPTY_IS_0 = "an empty cell is 0"
NO_ANSWER = "an error where no answer exists"
NO_CHECK = "sizes and huge numbers are not checked"
TEXT_IS_NO_NUMBER = "a text is no number"
NAMES_DIFFER = {
    "percent-text": ("#N/A", TEXT_IS_NO_NUMBER),
    "loaded-one-cell": (by_scenario(COST, statutory_rate=0), EMPTY_IS_0),
    "gap-in-a-list": (0.1, EMPTY_IS_0),
    "concentration-none": ("#DIV/0!", NO_ANSWER),
    "lists-apart": ("#VALUE!", NO_CHECK),
    "too-large": (-1e308, NO_CHECK),
    "empty": ("#VALUE!", "IronCalc's error for a missing argument"),
}


@pytest.fixture(scope="module")
def answered():
    """Each host's answers: constants as arguments, then ranges, then a long column."""
    known = {}

    def answers(host):
        if host not in known:
            known[host] = host([*CONSTANTS, *RANGES, ("SHORE_LOADED_COST", [COLUMN])])
        return known[host]

    return answers


def differing(shown):
    """Calls that show something else than the table says, constants first, then ranges."""
    return [
        (call.function, call.id, found)
        for call, found in zip([*CALLS, *CALLS], shown, strict=True)
        if not same(found, call.expected, call.tolerance)
    ]


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("host", HOSTS)
def test_every_call_shows_the_same_in_this_host(host, answered):
    assert differing(answered(host).shown[:-1]) == []


@pytest.mark.soak
def test_every_call_shows_the_same_in_formualizer():
    assert differing(by_formualizer([*CONSTANTS, *RANGES]).shown) == []


def first(value):
    """The first cell of a result."""
    return value[0][0] if isinstance(value, list) else value


@pytest.mark.soak
def test_every_call_shows_the_same_in_pycel():
    shown = by_python_engine("pycel", [*CONSTANTS, *RANGES]).shown
    assert [
        (call.function, call.id, found)
        for call, found in zip([*CALLS, *CALLS], shown, strict=True)
        if not same(found, first(call.expected), call.tolerance)
    ] == []


@pytest.mark.soak
def test_every_call_that_omits_nothing_between_commas_shows_the_same_in_formulas():
    full = [call for call in CALLS if None not in call.arguments]  # formulas passes 0 for it
    assert {call.function for call in full} >= {one.name for one in FUNCTIONS} - {"SHORE_SIMULATE"}
    shown = by_python_engine("formulas", [(call.function, call.arguments) for call in full]).shown
    assert [
        (call.function, call.id, found)
        for call, found in zip(full, shown, strict=True)
        if not same(found, first(call.expected), call.tolerance)
    ] == []


def test_formualizer_passes_0_for_omitted_arguments_and_errors_as_errors():
    given = []
    workbook = formualizer.Workbook()
    workbook.add_sheet("S")
    workbook.register_function("GIVEN", lambda *cells: given.append(cells))
    workbook.set_formula("S", 1, 1, "=GIVEN(,Z9,,NA(),)")
    workbook.evaluate_all()
    assert given == [(0.0, None, 0.0, {"type": "Error", "kind": "Na"}, 0.0)]


@pytest.mark.parametrize(
    ("rows", "first"), [(10_000, 1), (10_001, {"type": "Error", "kind": "Spill"})]
)
def test_formualizer_spills_at_most_10_000_cells(rows, first):
    workbook = formualizer.Workbook()
    workbook.add_sheet("S")
    workbook.register_function("ONES", lambda: [[1]] * rows)
    workbook.set_formula("S", 1, 1, "=ONES()")
    workbook.evaluate_all()
    assert workbook.get_value("S", 1, 1) == first


def has_range(call):
    """Whether a range stands in the place of one number."""
    entry = ENTRIES[call.function]
    return any(
        np.size(given) > 1 and not argument.listed
        for given, argument in zip(call.arguments, entry.arguments, strict=False)
    )


def in_names(call):
    """What a name of the workbook shows, as IronCalc computes it."""
    if call.id in NAMES_DIFFER:
        return NAMES_DIFFER[call.id][0]
    if has_range(call):
        return "#VALUE!"  # IronCalc does not spill a call of a name
    shown = first(call.expected)
    return "#N/A" if str(shown).startswith("Shorewise: ") else shown


def test_every_call_shows_the_same_without_an_add_in():
    calls = [
        call
        for call in CALLS
        if call.function in ENTRIES and len(call.arguments) <= len(ENTRIES[call.function].arguments)
    ]
    shown = by_ironcalc([(call.function, call.arguments) for call in calls]).shown
    assert {call.function for call in calls} == ENTRIES.keys()
    assert {call.id for call in calls} >= NAMES_DIFFER.keys()
    assert [
        (call.function, call.id, found)
        for call, found in zip(calls, shown, strict=True)
        if not same(found, in_names(call), call.tolerance)
    ] == []


def costs_of_column():
    """The column's costs by the engine."""
    salary = {"salary": np.array(COLUMN)[:, 0]}
    return np.asarray(site_values(salary, ["fully_loaded_cost"])["fully_loaded_cost"])


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("host", HOSTS)
def test_a_column_of_100_000_rows_is_one_evaluation(host, answered):
    found = answered(host)
    assert found.evaluations[-1] == 1
    assert max(found.evaluations) == 1
    assert np.array(found.shown[-1])[:, 0] == pytest.approx(costs_of_column(), rel=1e-12)


@pytest.mark.soak
def test_a_column_of_100_000_rows_is_one_evaluation_in_formualizer():
    workbook = formualizer.Workbook()
    register(workbook, registry())
    sheet = workbook.sheet("S")
    sheet.set_values_batch(1, 1, ROWS, 1, COLUMN)
    sheet.set_formula(1, 2, f"=SUM(SHORE_LOADED_COST(A1:A{ROWS}))")  # spills 10,000 at most
    with counted_evaluations() as done:
        workbook.evaluate_all()
    assert len(done) == 1
    assert workbook.get_value("S", 1, 2) == pytest.approx(costs_of_column().sum(), rel=1e-12)


@pytest.fixture(scope="module")
def in_excel():
    return long_calls_by_com()


@pytest.mark.soak
def test_cells_of_long_functions_do_not_wait_in_excel(in_excel):
    sites, waiting = com_long_calls.SITES, [["computing ..."]]
    drawn = udfs.SHORE_SIMULATE(sites, None, None, 50_000)
    assert in_excel["equal"] == [[waiting, drawn, 2]] * 2
    assert in_excel["edited"] == [waiting, udfs.SHORE_SIMULATE(sites, None, None, 64, 2)]
    shares = udfs.SHORE_SOBOL(sites, None, None, None, "npv", 1_024)
    assert in_excel["busy"] == [waiting, shares, 0]
    assert in_excel["emptied"] == [1, 1]


@pytest.mark.soak
def test_long_functions_of_a_scenario_cell_give_what_the_tables_then_give_in_excel(in_excel):
    sites, waiting, draws = com_long_calls.SITES, [["computing ..."]], com_long_calls.DRAWS
    drawn = udfs.SHORE_SIMULATE(sites, None, None, draws, 4)
    assert in_excel["scenario"] == [[waiting, drawn]] * 3
    assert in_excel["begun"] == 1
    assert in_excel["shares"] == udfs.SHORE_SOBOL(sites, None, None, "Krakow", "npv", 64)
    dearer = udfs.SHORE_SIMULATE(com_long_calls.DEARER, None, None, draws, 5)
    *meanwhile, answer = in_excel["scenario changed"]
    assert (meanwhile, answer) == ([waiting] * len(meanwhile), dearer)
    [[lost]] = in_excel["lost"]
    assert lost.endswith("is not known here any more: recalculate all cells (Ctrl+Alt+F9)")
    again = udfs.SHORE_SIMULATE(com_long_calls.ELSEWHERE, None, None, 64, 6)
    assert in_excel["known again"] == again


def test_the_add_in_imports_the_vba_and_help_of_the_golden_file(answered):
    vba, helps = answered(by_com).imported
    assert vba == com_host.GOLDEN.read_text()
    assert helps == {
        one.name: [one.does, "Shorewise", [p.help for p in one.parameters] or None]
        for one in FUNCTIONS
    }


@pytest.mark.soak
@pytest.mark.skipif(NO_KEY, reason="xlwings' Office.js needs XLWINGS_LICENSE_KEY")
def test_long_functions_stream_their_progress_in_xlwings_lite():
    found = streams_by_lite()
    expected = udfs.SHORE_SIMULATE(com_long_calls.SITES, None, None, 20_000)
    for stream in found["streams"]:
        *progress, answer = stream
        assert answer == expected
        fractions = [re.fullmatch(r"computing, (\d+) %", text)[1] for ((text,),) in progress]
        assert len(fractions) >= 2
        assert [*map(int, fractions)] == sorted(map(int, fractions))
    assert len(found["streams"]) == 2
    assert found["begun"] == 1
    assert found["meanwhile"] == [[udfs.SHORE_TRAVEL_COST(6)]]
    assert [stream[-1] for stream in found["scenario"]] == [expected] * 2
    assert [stream[-1] for stream in found["changed"]] == [
        [["Shorewise: this scenario is not known here any more: recalculate all cells "
          "(Ctrl+Alt+F9)"]],
        udfs.SHORE_SIMULATE(com_long_calls.DEARER, None, None, 20_000),
    ]  # fmt: skip
    long = {one.name for one in FUNCTIONS if one.long}
    assert {*found["streaming"]} == long


@pytest.mark.skipif(NO_KEY, reason="xlwings' Office.js needs XLWINGS_LICENSE_KEY")
def test_office_js_receives_every_function_with_its_arguments(answered):
    told = answered(by_office_js).imported["functions"]
    assert {one["name"]: [p["name"] for p in one.get("parameters", ())] for one in told} == {
        one.name: [p.name for p in one.parameters] for one in FUNCTIONS
    }
    assert {one["result"]["dimensionality"] for one in told} == {"matrix"}


SHOWN = udfs.SHORE_SCENARIO(TWO, STAFF)
CHAIN = [
    ("SHORE_SCENARIO", [TWO, STAFF]),
    ("SHORE_RESULT", [SHOWN, "npv", "Far"]),
    ("SHORE_NPV", [SHOWN, "Far"]),
    ("SHORE_COMPARE", [SHOWN, "npv"]),
    ("SHORE_SIMULATE", [SHOWN, 64]),
    ("SHORE_SOBOL", [SHOWN, "Far", "npv", 16, 7]),  # the seed where a word has choices
    ("SHORE_STATEMENT", [SHOWN, "quarter", "Far", "down", "dates"]),
]


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("host", HOSTS)
def test_a_scenario_cell_stands_for_its_tables_in_this_host(host):
    table = udfs.SHORE_COMPARE(TWO, STAFF, None, "npv")
    text, *found = host(CHAIN).shown
    assert text == SHOWN
    drawn = udfs.SHORE_SIMULATE(TWO, STAFF, None, 64)
    shares = udfs.SHORE_SOBOL(TWO, STAFF, None, "Far", "npv", 16, 7)
    quarters = udfs.SHORE_STATEMENT(TWO, STAFF, None, "quarter", "Far", "down", "dates")
    assert same(found, [table[3][1], table[3][1], table, drawn, shares, quarters], 0)


def test_a_scenario_cell_stands_for_its_tables_in_a_recalculated_workbook():
    cells = {
        "A1": "=SHORE_SCENARIO(Sites!A1:B3,Plans!A1:D3)",
        "A2": '=SHORE_SET(A1,"salary",50000)',
        "B1": '=SHORE_RESULT(A1,"npv","Far")',
        "B2": '=SHORE_NPV(A2,"Far")',
        "B3": '=SHORE_IRR(A1,"Far")*2',
    }
    others = {
        name: {f"{'ABCD'[c]}{r}": cell for r, row in enumerate(rows, 1)
               for c, cell in enumerate(row)}
        for name, rows in (("Sites", TWO), ("Plans", STAFF))
    }  # fmt: skip
    data, count, left = calculated(package(cells, others=others.items()))
    assert (count, left) == (len(cells), [])
    found = load_workbook(io.BytesIO(data), data_only=True)["S"]
    changed = udfs.SHORE_SET(udfs.SHORE_SCENARIO(TWO, STAFF), "salary", 50_000)
    assert [found[cell].value for cell in ("A1", "A2")] == [SHOWN, changed]
    assert found["B1"].value == pytest.approx(udfs.SHORE_NPV(SHOWN, "Far"), rel=1e-12)
    assert found["B2"].value == pytest.approx(udfs.SHORE_NPV(changed, "Far"), rel=1e-12)
    assert found["B3"].value == pytest.approx(2 * udfs.SHORE_IRR(SHOWN, "Far"), rel=1e-12)
