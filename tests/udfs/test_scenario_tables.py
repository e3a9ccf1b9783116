"""Tables in cells: empty rows and columns inside or beside them are skipped."""

import itertools

import pytest

from shorewise import udfs

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


def test_a_value_below_an_empty_head_is_a_message():
    wrong = [[*row, cell] for row, cell in zip(SITES, (None, 7, None), strict=True)]
    assert str(udfs.SHORE_COMPARE(wrong)).startswith("Shorewise: sites has ")
