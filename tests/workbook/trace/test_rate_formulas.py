"""Rates of return as formulas: what each engine that we did not write computes from them.

All five compute both functions. ``IRR`` starts from 0: from its default guess, 10 % a period,
LibreOffice finds no rate of 0.6 % a month over five years and HyperFormula none below 0 over ten.
Where Shorewise gives no answer since several rates may exist, ``IRR`` shows one of them, and
two programs show a number for flows of one sign (``SHOWN``); so a line asks for a rate only where
:func:`has_one_positive_rate` holds.
"""

import os
import shutil

import numpy as np
import pytest
from openpyxl import Workbook

from shorewise.engine.rates_of_return import internal_rate, modified_internal_rate
from shorewise.workbook.trace.cells import Reference
from shorewise.workbook.trace.formula import Place, Target, Writer
from tests.support.spreadsheet_engines import (
    HYPERFORMULA,
    by_formualizer,
    by_gnumeric,
    by_hyperformula,
    by_ironcalc,
    by_libreoffice,
)

# Excel's IRR is exact to 0.00001 per cent, by its documentation, and the engines follow it; MIRR is
# a formula, of which LibreOffice saves 15 digits.
TOLERANCE = {"irr": 1e-7, "mirr": 1e-12}
FIRST, MONTHS, NONE = 8, 120, "none"
RATES = (0.005, 0.01)


def saving(setup, month, months, *last):
    """A setup and the same saving in each month after it; 0 up to the end of the horizon."""
    flows = [setup, *[month] * months, *last]
    return flows + [0] * (MONTHS - len(flows))


ROWS = {
    "five-years-at-0.6-per-cent": saving(-1_000, 20, 59),
    "a-tenth-a-month": saving(-316_687, 33_000, 119),
    "ten-years-just-above-0": saving(-1_000, 9, 119),
    "ten-years-below-0": saving(-1_000, 3, 119),
    "three-years-below-0": saving(-1_000, 20, 35),
    "cost-at-the-end": saving(-257_000, 12_000, 60, -100_000),
    "second-setup": saving(-257_000, 30_000, 6, -500_000, *[40_000] * 90),
    "half-a-month": saving(-1_000, 500, 35),
    "starts-in-month-13": [0] * 12 + saving(-257_000, 30_000, 60)[:-12],
    "nearly-all-lost": saving(-1_000, 0, 117, 100),
    "never-spends": saving(10, 10, 119),
    "never-earns": saving(-10, -10, 119),
    "nothing": saving(0, 0, 119),
}
# What a program shows where there is no rate, if not an error.
SHOWN = {
    (by_ironcalc, "never-earns", "mirr"): -1,
    (by_gnumeric, "nothing", "irr"): 0,
}
FLOWS = np.array(list(ROWS.values()), float).reshape(1, len(ROWS), 1, 1, MONTHS)
LINES = {
    "irr": lambda flow: internal_rate(flow),
    "mirr": lambda flow: modified_internal_rate(flow, *RATES),
}


def installed(name, *, missing):
    reason = f"{name} is not installed"
    return pytest.mark.skipif(missing and not os.environ.get("SHOREWISE_TEST_ALL"), reason=reason)


ENGINES = [
    by_ironcalc,
    by_formualizer,
    pytest.param(
        by_libreoffice, marks=installed("LibreOffice", missing=not shutil.which("soffice"))
    ),
    pytest.param(by_gnumeric, marks=installed("Gnumeric", missing=not shutil.which("ssconvert"))),
    pytest.param(
        by_hyperformula, marks=installed("HyperFormula", missing=not HYPERFORMULA.exists())
    ),
]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A workbook with a flow and its rates in each row, and the cell of each rate."""
    workbook, cells = Workbook(), {}
    sheet = workbook.active
    sheet.title = "Flows"
    axes = (("plan", len(ROWS)),)
    places = {"flow": Place("Flows", 1, axes, "month", FIRST, MONTHS)}
    for number, (name, flows) in enumerate(ROWS.items()):
        for column, flow in enumerate(flows, FIRST):
            sheet.cell(number + 1, column, flow)
        for column, (line, function) in enumerate(LINES.items(), 1):
            target = Target(Place("Flows", 1, axes, None, column), number + 1, {"plan": number})
            reference = Reference("flow", ("plan", "month"), FLOWS.shape, np.float64)
            text = Writer(places, 1, target, NONE).formula(function(reference))
            cell = sheet.cell(number + 1, column, "=" + text)
            cells[name, line] = ("Flows", cell.coordinate)
    path = str(tmp_path_factory.mktemp("rates") / "rates.xlsx")
    workbook.save(path)
    return path, cells


@pytest.mark.soak(keep=2)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_rate_of_return_has_the_value_of_the_engine_in_every_program(book, engine):
    path, cells = book
    found = engine(path, [*cells.values()])
    wrong = {}
    for line, function in LINES.items():
        expected = function(FLOWS)
        for row, name in enumerate(ROWS):
            rate, value = expected[0, row].item(), found[cells[name, line]]
            none = SHOWN.get((engine, name, line), NONE)
            shown = none if np.isnan(rate) else pytest.approx(rate, rel=0, abs=TOLERANCE[line])
            if value != shown:
                wrong[name, line] = value, rate
    assert wrong == {}
