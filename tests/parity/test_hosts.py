"""Every host of the functions shows the same: the table of calls through each of them."""

import os

import numpy as np
import pytest

from shorewise.engine.site import site_values
from shorewise.udfs.functions import FUNCTIONS
from tests.parity import com
from tests.parity.hosts import by_com, by_office_js
from tests.udfs.calls import CALLS
from tests.udfs.test_calls import same

ROWS = 100_000
COLUMN = [[50_000 + row / 2] for row in range(ROWS)]
NO_KEY = not os.environ.get("XLWINGS_LICENSE_KEY") and not os.environ.get("SHOREWISE_TEST_ALL")
HOSTS = [
    pytest.param(by_com, id="com"),
    pytest.param(
        by_office_js,
        id="office-js",
        marks=pytest.mark.skipif(NO_KEY, reason="xlwings' Office.js needs XLWINGS_LICENSE_KEY"),
    ),
]


def cells(argument):
    """An argument as a range, where the table has a constant."""
    return argument if isinstance(argument, list) else [[argument]]


@pytest.fixture(scope="module")
def answered():
    """Each host's answers: constants as arguments, then ranges, then a long column."""
    known = {}

    def answers(host):
        if host not in known:
            constants = [(call.function, call.arguments) for call in CALLS]
            ranges = [(name, [*map(cells, arguments)]) for name, arguments in constants]
            known[host] = host([*constants, *ranges, ("SHORE_LOADED_COST", [COLUMN])])
        return known[host]

    return answers


@pytest.mark.parametrize("host", HOSTS)
def test_every_call_shows_the_same(host, answered):
    shown = answered(host).shown[:-1]
    assert [
        (call.function, call.id, found)
        for call, found in zip([*CALLS, *CALLS], shown, strict=True)
        if not same(found, call.expected, call.tolerance)
    ] == []


@pytest.mark.parametrize("host", HOSTS)
def test_a_column_of_100_000_rows_is_one_evaluation(host, answered):
    expected = site_values({"salary": np.array(COLUMN)[:, 0]}, ["fully_loaded_cost"])
    found = answered(host)
    assert found.evaluations[-1] == 1
    assert max(found.evaluations) == 1
    assert np.array(found.shown[-1])[:, 0] == pytest.approx(
        np.asarray(expected["fully_loaded_cost"]), rel=1e-12
    )


def test_the_add_in_imports_the_vba_and_the_help_that_were_kept(answered):
    vba, helps = answered(by_com).imported
    assert vba == com.GOLDEN.read_text()
    assert helps == {
        one.name: [one.does, "Shorewise", [p.help for p in one.parameters] or None]
        for one in FUNCTIONS
    }


@pytest.mark.skipif(NO_KEY, reason="xlwings' Office.js needs XLWINGS_LICENSE_KEY")
def test_office_js_is_told_every_function_with_its_arguments(answered):
    told = answered(by_office_js).imported["functions"]
    assert {one["name"]: [p["name"] for p in one.get("parameters", ())] for one in told} == {
        one.name: [p.name for p in one.parameters] for one in FUNCTIONS
    }
    assert {one["result"]["dimensionality"] for one in told} == {"matrix"}
