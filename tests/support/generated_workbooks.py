"""Workbooks of scenarios of every shape, made once, and what their sheets hold."""

import functools
import io
import itertools
import zipfile

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.formula import DataTableFormula

from shorewise.engine import Scenario
from tests.support.paths import HYBRID
from tests.support.sample_scenarios import random_data, random_scenario
from tests.support.soak import SOAK
from tests.support.written_workbooks import written

# In the order of the tabs: those to read first, inputs behind them, and hidden ones.
FRONT = (
    "Board", "Inputs", "Cost per head", "Cash and P&L", "Bridge", "Scenarios", "Sensitivity",
    "Assumptions", "Checks", "About",
)  # fmt: skip
BACK = ("Rules", "Governance", "Law changes")
HIDDEN = (
    "Results", "Live", "Statutory", "Costs", "Waterfall", "Timeline", "Changes", "Statement",
    "Quarters", "Tax", "Returns", "Quote", "Risk", "Fit", "Evidence", "Audit", "Lines", "Sources",
    "Countries", "Law", "Functions", "Guide", "Checklists",
)  # fmt: skip
PLAN_SHEETS = ("Board", "Cost per head", "Cash and P&L")  # with a column for each plan
OUTPUTS = (*PLAN_SHEETS, "Bridge", "Scenarios", "About", "Law changes", "Guide", "Results")
STATIC = ("Countries", "Law")  # the same in every workbook
REFERENCE = ("Audit", "Sensitivity", "Lines", "Sources", *STATIC, "Functions")
INPUT_SHEETS = ("Inputs", "Rules", "Checklists", "Assumptions", "Governance")
CALCULATIONS = (
    "Live", "Statutory", "Costs", "Waterfall", "Timeline", "Changes", "Statement", "Quarters",
    "Tax", "Returns", "Quote", "Risk", "Fit", "Evidence", "Checks",
)  # fmt: skip
NUMBER_ROW, HEAD_ROW = 4, 5
SHAPES = {
    "one-of-each": lambda n: n["plan"] == n["site"] == n["role"] == 1,
    "ten-years": lambda n: n["month"] == 120,
    "one-site": lambda n: n["site"] == 1 < n["plan"],
    "one-plan": lambda n: n["plan"] == 1 < n["site"],
    "half-a-year": lambda n: n["month"] == 6,
    "many": lambda n: n["plan"] == n["site"] == 4 and n["role"] == 3,
}
FEW = ("over-a-year", "one-of-each", "one-plan", "half-a-year")  # the small ones
CASES = ("default", "hybrid", *FEW[:1], *SHAPES) if SOAK else FEW


def sizes(data):
    lists = {axis: len(data[f"{axis}s"]) for axis in ("plan", "site", "role")}
    return lists | {"month": data["horizon_months"]}


def scenario_of(case):
    if case == "default":
        return Scenario.default()
    if case == "over-a-year":  # the default but for its length
        data = Scenario.default().to_dict() | {"horizon_months": 13}
        return Scenario.from_dict(data, case)
    if case == "hybrid":
        return Scenario.from_toml(HYBRID)
    fits = SHAPES[case]
    return random_scenario(next(s for s in itertools.count() if fits(sizes(random_data(s)))))


class Made:
    """The workbook of a scenario, opened when a test asks for it."""

    def __init__(self, scenario):
        self.scenario, self.data = scenario, written(scenario)

    @functools.cached_property
    def parts(self):
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    @functools.cached_property
    def live(self):
        return load_workbook(io.BytesIO(self.data))

    @functools.cached_property
    def cached(self):
        return load_workbook(io.BytesIO(self.data), data_only=True)


@functools.cache
def made(case):
    return Made(scenario_of(case))


def filled(file, titles):
    for title in titles:
        for row in file.live[title].iter_rows():
            yield from ((title, cell) for cell in row if cell.value is not None)


def formulas(file, titles=(*OUTPUTS, *INPUT_SHEETS, *CALCULATIONS, *REFERENCE)):
    """Text of every formula, by sheet, row and column."""
    return {
        # A call of one of the workbook's functions is stored as an array formula.
        (title, cell.row, cell.column): getattr(cell.value, "text", cell.value)[1:]
        for title, cell in filled(file, titles)
        if cell.data_type == "f" and not isinstance(cell.value, DataTableFormula)
    }


def unlocked(file):
    return {
        (sheet.title, cell.row, cell.column)
        for sheet in file.live
        for row in sheet.iter_rows()
        for cell in row
        if not cell.protection.locked
    }


def area(cells):
    left, top, right, bottom = range_boundaries(cells.replace("$", ""))
    return list(itertools.product(range(top, bottom + 1), range(left, right + 1)))


def block(file, name):
    sheet, cells = file.live.defined_names[name].attr_text.split("!")
    return [(sheet, *place) for place in area(cells)]
