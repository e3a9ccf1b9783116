"""One rule for each kind of cell, for every argument of every function."""

import datetime
import decimal
import math

import numpy as np
import pytest

from shorewise import udfs
from shorewise.engine.model import Model
from shorewise.udfs import coerce
from shorewise.udfs.calling import DATE, MONTH
from shorewise.udfs.functions import FUNCTIONS
from tests.support.for_each import for_each
from tests.support.recorded_calls import recorded_calls

EACH = [
    pytest.param(one, place, id=f"{one.name}-{parameter.name}")
    for one in FUNCTIONS
    if one.each
    for place, parameter in enumerate(one.parameters)
    if parameter.shape in ("each", "months") and not parameter.options
]
PLAIN = [
    pytest.param(None, None, id="none"),
    pytest.param("", None, id="empty-text"),
    pytest.param(" \t", None, id="spaces"),
    pytest.param(0, 0.0, id="zero"),
    pytest.param(7, 7.0, id="whole"),
    pytest.param(True, True, id="true"),
    pytest.param(np.bool_(False), False, id="numpy-false"),
    pytest.param(np.int64(7), 7.0, id="numpy-whole"),
    pytest.param(np.float32(0.5), 0.5, id="numpy-float"),
    pytest.param(np.str_("x"), "x", id="numpy-text"),
    pytest.param(" x ", "x", id="text"),
    pytest.param(10**400, math.inf, id="no-float"),
    # Excel's calendar: 1 March 1900 is day 61, 1 January 2027 day 46388.
    pytest.param(datetime.date(1900, 3, 1), 61.0, id="first-right-day"),
    pytest.param(datetime.datetime(2027, 1, 1, 12), 46_388.5, id="noon"),
    pytest.param(
        datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC), 46_388.0, id="date-of-com"
    ),
    pytest.param(np.datetime64("2027-01-01"), 46_388.0, id="numpy-date"),
    pytest.param(np.datetime64("2027-01-01T12", "ns"), 46_388.5, id="numpy-and-pandas-moment"),
    # What COM hands over: currency as a decimal, errors as numbers (xlwings, cell_errors).
    pytest.param(decimal.Decimal("60000.25"), 60_000.25, id="com-currency"),
    pytest.param(-2_146_826_281, "#DIV/0!", id="com-div"),
    pytest.param(-2_146_826_246, "#N/A", id="com-na"),
    pytest.param(-2_146_826_273, "#VALUE!", id="com-value"),
    pytest.param(-2_146_826_243, "#SPILL!", id="com-spill"),
]  # fmt: skip


def with_cell(function, place, cell):
    """The example with another cell in one place."""
    arguments = [*function.example] + [None] * len(function.parameters)
    return [*arguments[:place], cell, *arguments[place + 1 : len(function.parameters)]]


@pytest.mark.parametrize(("cell", "expected"), PLAIN)
def test_a_cell_of_any_host_becomes_a_plain_value(cell, expected):
    for range_ in (cell, [cell], [[cell]], ((cell,),), np.array([cell])):
        ((found,),) = coerce.normalize("salary", range_)
        assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize("nothing", [[], [[]], (), None], ids=repr)
def test_an_empty_range_counts_as_an_empty_cell(nothing):
    assert coerce.normalize("salary", nothing) == ((None,),)


def test_an_array_becomes_a_list_of_rows():
    assert coerce.normalize("salary", np.array([1.0, 2.0])) == ((1.0,), (2.0,))
    assert coerce.normalize("salary", np.array([[1, 2]])) == ((1.0, 2.0),)


def test_rows_of_different_lengths_return_one_message():
    expected = "Shorewise: salary has rows of different lengths; it must be a number or a range"
    assert udfs.SHORE_LOADED_COST([[1, 2], [3]]) == expected


@for_each(("function", "place"), EACH)
@pytest.mark.parametrize("cell", [True, "x"], ids=repr)
def test_a_value_that_is_not_a_number_is_refused_wherever_a_number_is_needed(function, place, cell):
    found = getattr(udfs, function.name)(*with_cell(function, place, cell))
    shown = "TRUE" if cell is True else "the text 'x'"
    parameter = function.parameters[place]
    month = "a month such as 2027-01, or a date in it, from 2000-01 to 2099-12"
    needed = {MONTH: month, DATE: "a date"}.get(parameter.unit, "a number")
    assert found == f"Shorewise: {parameter.name} is {shown}; it must be {needed}"


@for_each(("function", "place"), EACH)
@pytest.mark.parametrize("cell", [math.nan, math.inf, -math.inf], ids=repr)
def test_an_infinite_or_missing_number_is_refused_in_one_line(function, place, cell):
    found = getattr(udfs, function.name)(*with_cell(function, place, cell))
    parameter = function.parameters[place]
    assert found == f"Shorewise: {parameter.name} is {cell}; it must be {parameter.allowed}"


@for_each(("function", "place"), EACH)
def test_an_empty_cell_counts_as_an_omitted_argument(function, place):
    call, parameter = getattr(udfs, function.name), function.parameters[place]
    for empty in (None, "", " ", [[None]]):
        found = call(*with_cell(function, place, empty))
        if parameter.optional:
            named = zip(function.parameters, function.example, strict=False)
            given = {p.name: cell for p, cell in named if p is not parameter}
            assert found == call(**given)
        else:
            text = f"Shorewise: {parameter.name} is empty; it must be {parameter.allowed}"
            assert found == text


@for_each(("function", "place"), EACH)
def test_the_ends_of_a_range_are_allowed_and_values_beyond_return_a_message(function, place):
    call, parameter = getattr(udfs, function.name), function.parameters[place]
    low, high, whole = parameter.limits
    step = 1 if whole else max(abs(high), 1) * 1e-6
    for end, beyond in ((low, low - step), (high, high + step)):
        at_end = call(*with_cell(function, place, end))
        texts = [at_end] if isinstance(at_end, str) else []
        # A day may be refused for its other end, but no number that is within its own bounds.
        assert not any(f"{parameter.name} is {end:,.10g}; it must be {parameter.allowed}" in text
                       for text in texts)  # fmt: skip
        if abs(end) < 1e300:
            out = call(*with_cell(function, place, beyond))
            shown = f"{beyond:,.10g}"
            text = f"Shorewise: {parameter.name} is {shown}; it must be {parameter.allowed}"
            assert out == text


@pytest.mark.parametrize("error", sorted(coerce.ERRORS))
def test_every_excel_error_is_passed_through(error):
    assert udfs.SHORE_TRAVEL_COST(error) == error
    assert udfs.SHORE_COMPARE([["salary", error]]) == error


def test_true_is_not_confused_with_a_cached_1():
    assert udfs.SHORE_TRAVEL_COST(1) == 375
    assert udfs.SHORE_TRAVEL_COST(True) == "Shorewise: travel_trips is TRUE; it must be a number"


def test_small_ranges_that_broadcast_to_many_cells_are_not_cached():
    row = [[5_000 + n for n in range(100)]]
    column = [[n] for n in range(1, 101)]
    with recorded_calls(Model.evaluate) as calls:
        for repeat in range(1, 3):
            assert len(udfs.SHORE_TRAVEL_COST(row, column)) == 100
            udfs.SHORE_LOADED_COST(row, others=[["trip_cost", *row[0]]])
            assert len(calls) == 2 * repeat


def test_cached_results_cannot_be_changed_by_the_caller():
    first = udfs.SHORE_TRAVEL_COST([[1], [2]])
    first[0][0] = "spoiled"
    assert udfs.SHORE_TRAVEL_COST([[1], [2]]) == [[375], [750]]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda one: one.name)
def test_results_are_floats_texts_booleans_or_rows_of_them(function):
    result = getattr(udfs, function.name)(*function.example)
    rows = result if isinstance(result, list) else [[result]]
    assert {type(cell) for row in rows for cell in row} <= {float, str, bool}
    assert len({len(row) for row in rows}) in (1, 2)
