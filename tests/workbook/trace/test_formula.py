"""Formula text: how it reads, what engines we did not write compute from it, what is refused."""

import inspect
import math
import re

import numpy as np
import pytest
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName

from shorewise.engine import axes
from shorewise.engine.axes import (
    BASELINE,
    LAST_MONTH,
    MONTH,
    ONSHORE,
    ROLE,
    SITE,
    TENURE,
    running_total,
    total,
    whole_cents,
)
from shorewise.engine.rates_of_return import internal_rate, modified_internal_rate
from shorewise.workbook.trace.cells import Cells, Reference, UnsupportedFunctionError
from shorewise.workbook.trace.formula import Place, Target, Writer
from shorewise.workbook.trace.numpy_functions import is_supported
from tests.support.spreadsheet_engines import by_formualizer, by_ironcalc

RELATIVE = 1e-12  # the engines' exp and power differ from NumPy's in the last digit
PLAN, NUMBER_ROW, OPENING, FIRST = 1, 4, 4, 5
SIZES = {"plan": 2, "site": 5, "role": 2, "month": 4, "tenure": 12}
LETTERS = ["", *map(get_column_letter, range(1, 30))]
RNG = np.random.default_rng(20270101)


def block(row, over, across="site"):
    """A block on Data, or on Months where months run along the columns."""
    sheet, column = {"site": ("Data", FIRST), "month": ("Months", 7)}.get(across, ("Data", OPENING))
    stacked = tuple((axis, SIZES[axis]) for axis in over if axis != across)
    return Place(sheet, row, stacked, across, column, SIZES.get(across, 1)), over


def noise(*over):
    return RNG.normal(0, 2, axes.shape_of(over, SIZES))


def sites(*values):
    return np.array(values).reshape(1, 1, -1, 1, 1)


# Where everything stands, over which axes, and its values.
DATA = {
    "a": (*block(6, ("site",)), noise("site")),
    "b": (*block(7, ("site",)), noise("site")),
    "c": (*block(8, ("site",)), noise("site")),
    "u": (*block(9, ("site",)), 0.5 + np.abs(noise("site"))),
    "v": (*block(10, ("site",)), 0.5 + np.abs(noise("site"))),
    "k": (*block(11, ("site",)), sites(-7, 0, 7, 3, -3)),
    "j": (*block(12, ("site",)), sites(2, 2, -2, 3, -4)),
    "p": (*block(13, ("site",)), sites(True, True, False, False, True)),
    "q": (*block(14, ("site",)), sites(True, False, True, False, True)),
    "r": (*block(15, ("site",)), sites(True, True, True, False, False)),
    "n": (*block(16, ("site",)), sites(1, 2, 7, 11, 12)),
    "x": (*block(20, ("site", "role")), noise("site", "role")),
    "y": (*block(22, ("site", "role")), noise("site", "role")),
    "weight": (*block(24, ("role",), None), noise("role")),
    "heads": (*block(26, ("plan", "site", "role")), noise("plan", "site", "role")),
    "fee": (*block(30, ("plan",), None), noise("plan")),
    "ramp": (*block(32, ("site", "tenure")), RNG.random((1, 1, 5, 1, 12))),
    "rate": (Place("Data", 44, column=OPENING, name="rate"), (), np.full((1,) * 5, 0.1)),
    "ok": (*block(46, ("plan",), None), np.ones((1, 2, 1, 1, 1), bool)),
    "month": (*block(4, ("month",), "month"), np.arange(1, 5).reshape(1, 1, 1, 1, 4)),
    "level": (*block(10, ("site", "month"), "month"), noise("site", "month")),
    "step": (*block(20, ("site", "month"), "month"), RNG.integers(1, 13, (1, 1, 5, 1, 4))),
    "flow": (*block(49, ("plan", "month"), "month"), noise("plan", "month")),
}
PLACES = {name: place for name, (place, _, _) in DATA.items()}

# Keyed by the text expected, with names in place of addresses: minimal brackets, same order.
ELEMENTWISE = {
    "a": lambda a: a,
    "a+b-c": lambda a, b, c: a + b - c,
    "a+(b+c)": lambda a, b, c: a + (b + c),
    "(a+b)/(u*v)": lambda a, b, u, v: (a + b) / (u * v),
    "a-(b-c)": lambda a, b, c: a - (b - c),
    "a--b": lambda a, b: a - (-b),
    "a*-b": lambda a, b: a * -b,
    "a/u*v": lambda a, u, v: (a / u) * v,
    "u^b": lambda u, b: u**b,
    "u^-b": lambda u, b: u**-b,
    "u^(v^a)": lambda u, v, a: u**v**a,
    "u^b^c": lambda u, b, c: (u**b) ** c,
    "2^(-a/u)": lambda a, u: 2 ** (-a / u),
    "-(a^2)": lambda a: -(a**2),
    "-a^2": lambda a: (-a) ** 2,
    "-1^n": lambda n: (-1) ** n,
    "-(a+b)": lambda a, b: -(a + b),
    "-(a/u)": lambda a, u: -(a / u),
    "-3-a*-0.5+-2.5": lambda a: -3 - a * -0.5 + -2.5,
    "a*1E-09+1E+15": lambda a: a * 1e-9 + 1e15,
    "a*(1+rate)": lambda a, rate: a * (1 + rate),
    "(k=j)*a": lambda k, j, a: (k == j) * a,
    "(k<>j)*a": lambda k, j, a: (k != j) * a,
    "k<j": lambda k, j: k < j,
    "(k<=j)*a": lambda k, j, a: (k <= j) * a,
    "k>j": lambda k, j: k > j,
    "(k>=j)*a": lambda k, j, a: (k >= j) * a,
    "ABS(a-b)": lambda a, b: np.abs(a - b),
    "INT(a)": lambda a: np.floor(a),
    "-INT(-(a+b))": lambda a, b: np.ceil(a + b),
    "-INT(-a)^2": lambda a: np.ceil(a) ** 2,
    "-(-INT(-(-a)))": lambda a: -np.ceil(-a),
    "INT(k/j)": lambda k, j: k // j,
    "INT((k+j)/(j*n))": lambda k, j, n: (k + j) // (j * n),
    "SQRT((u/v)^n)": lambda u, v, n: np.sqrt((u / v) ** n),
    "EXP(a)": lambda a: np.exp(a),
    "LN(u)": lambda u: np.log(u),
    "MIN(a,b)-MAX(b,c)": lambda a, b, c: np.minimum(a, b) - np.maximum(b, c),
    "MIN(1,MAX(-1,a))": lambda a: np.clip(a, -1, 1),
    "MIN(u,MAX(b,a))": lambda a, b, u: np.clip(a, b, u),
    "MIN(1,MAX(2,a))": lambda a: np.clip(a, 2, 1),
    "IF(a>b,a+c,a*c)": lambda a, b, c: np.where(a > b, a + c, a * c),
    'IF(a>b,a,"n/a")': lambda a, b: np.where(a > b, a, np.nan),
    "IF(p,TRUE,q)": lambda p, q: np.where(p, True, q),
    "2*IF(AND(p,a>b),a,b)-1": lambda a, b, p: 2 * np.where(p & (a > b), a, b) - 1,
    "ROUND(a*rate,2)": lambda a, rate: whole_cents(a * rate),
    "NOT(p)": lambda p: np.logical_not(p),
    "NOT(AND(p,q))": lambda p, q: np.logical_not(p & q),
    "AND(p,q,r)": lambda p, q, r: p & q & r,
    "OR(p,q,r)": lambda p, q, r: p | (q | r),
    "OR(AND(p,q),r)": lambda p, q, r: (p & q) | r,
    "AND(p,OR(q,r))": lambda p, q, r: p & (q | r),
    "AND(a>b,b>c)": lambda a, b, c: np.logical_and(a > b, b > c),
    "OR(k,j-2)": lambda k, j: np.logical_or(k, j - 2),
}


def along(function, axis, array):
    return function(array, axis=axis, keepdims=True)


PLACED = {
    "column-times-row": lambda a, weight: a * weight,
    "onshore": lambda x: x / x[ONSHORE],
    "baseline": lambda heads: heads - heads[BASELINE],
    "last-month": lambda flow: flow[LAST_MONTH] * 2,
    "rows-along-columns": lambda fee: 1 - fee,
    "sum": lambda a: total(a, SITE),
    "sum-down": lambda x: total(x, ROLE),
    "sum-of-block": lambda heads: total(heads, SITE, ROLE),
    "sum-of-product": lambda heads, x: total(heads * x, SITE, ROLE),
    "sum-of-rows": lambda heads, x: total(heads * x, ROLE) / 12,
    "sum-of-row-times-block": lambda x, a: total(x * a, SITE, ROLE),
    "sum-of-column-times-block": lambda x, weight: total(x * weight, SITE, ROLE),
    "sum-with-single": lambda a, b, rate: total(a * rate + b, SITE),
    "sum-with-onshore": lambda x, y: total(x * y[ONSHORE], SITE, ROLE),
    "sum-of-rest": lambda ramp: total(1 - ramp, TENURE),
    "sum-where-more": lambda a, b, c: total((a > b) * c, SITE),
    "sum-where-true": lambda p, a: total(p * a, SITE),
    "sum-of-quotients": lambda a, b, u: total((a - b) / u**2, SITE),
    "sum-used-again": lambda a, b: b / total(a, SITE),
    "lowest": lambda a: along(np.min, SITE, a),
    "highest": lambda flow: along(np.max, MONTH, flow),
    "highest-along-columns": lambda level: along(np.max, MONTH, level),
    "lowest-along-columns": lambda level: along(np.min, MONTH, level),
    "highest-of-expression": lambda a, b: along(np.max, SITE, a + b),
    "lowest-of-expression": lambda a, b: along(np.min, SITE, a - b),
    "last-month-where-less": lambda flow, month: along(np.max, MONTH, (flow < 0) * month),
    "highest-of-product-along-columns": lambda level, step: along(np.max, MONTH, level * step),
    "lowest-of-product-along-columns": lambda level, step: along(np.min, MONTH, level * step),
    "sum-along-columns": lambda level: total(level, MONTH),
    "sum-of-products-along-columns": lambda level, step: total(level * step, MONTH),
    "sum-of-differences-along-columns": lambda level, step: total(level - step, MONTH) * 2,
    "all": lambda p: along(np.all, SITE, p),
    "all-of-two": lambda p, q: along(np.all, SITE, p & q),
    "any": lambda r: along(np.any, SITE, r),
    "lookup": lambda ramp, n: np.take_along_axis(ramp, n - 1, axis=TENURE),
    "lookup-2": lambda ramp, k: np.take_along_axis(ramp, np.clip(k, 2, 12) - 2, axis=TENURE),
    "lookup-by-month": lambda ramp, step: np.take_along_axis(ramp, step - 1, axis=TENURE),
    "running-total": lambda flow: np.cumsum(flow, axis=MONTH),
    "running-difference": lambda a, b: np.cumsum(a - b, axis=SITE),
    "running-product": lambda flow, rate: np.cumsum(flow * rate, axis=MONTH),
    "running-total-or-0": lambda flow, rate: running_total(flow, rate / 1e9),
    "running-total-of-0": lambda flow, rate: running_total(flow - 1.5 * flow / 1.5, rate / 1e9),
}
CASES = ELEMENTWISE | PLACED


def traced(function):
    references = [
        Reference(name, DATA[name][1], DATA[name][2].shape, DATA[name][2].dtype)
        for name in inspect.signature(function).parameters
    ]
    return function(*references)


def written(function, target, places=PLACES):
    return Writer(places, NUMBER_ROW, target).formula(traced(function))


def row_of(sheet, row, over=(), across=None, **at):
    """The row of a block at some position, such as site=2."""
    column = {"Months": 7, "Summary": 3}.get(sheet, FIRST if across else OPENING)
    stacked = tuple((axis, SIZES[axis]) for axis in over)
    return Target(Place(sheet, row, stacked, across, column, SIZES.get(across, 1)), row, at)


def targets(name, cells, row):
    """Rows on Cases: sites or months along the columns, the rest as rows."""
    varying = [axis for axis, size in zip(SIZES, cells.shape[1:], strict=False) if size > 1]
    columns = ("plan",) if name == "rows-along-columns" else ("site", "month")
    across = next((axis for axis in columns if axis in varying), None)
    over = [axis for axis in varying if axis != across]
    for offset, position in enumerate(np.ndindex(*(SIZES[axis] for axis in over))):
        place = Place("Cases", row + offset, (), across, FIRST, SIZES.get(across, 1))
        yield Target(place, row + offset, dict(zip(over, position, strict=True)))


@pytest.fixture(scope="module")
def computed(tmp_path_factory):
    """Results of two engines, and the cells of each case with the index of their value."""
    workbook, cells_of, row = Workbook(), {}, NUMBER_ROW + 1
    sheets = {name: workbook.create_sheet(name) for name in ("Data", "Months", "Cases")}
    for place, _, value in DATA.values():
        contents = np.moveaxis(value, 2, -1) if place.column_axis == "site" else value
        for offset, content in enumerate(contents.ravel().tolist()):
            down, right = divmod(offset, place.columns)
            sheets[place.sheet].cell(place.row + down, place.column + right, content)
    workbook.defined_names["rate"] = DefinedName("rate", attr_text="Data!$D$44")
    workbook.defined_names["site_numbers"] = DefinedName(
        "site_numbers", attr_text="Months!$D$10:$D$14"
    )
    workbook.defined_names["beyond_all_figures"] = DefinedName(
        "beyond_all_figures", attr_text="Months!$D$20"
    )
    sheets["Months"].cell(20, 4, 1e300)
    for number in range(5):
        sheets["Cases"].cell(NUMBER_ROW, FIRST + number, number + 1)
        sheets["Months"].cell(10 + number, 4, number + 1)
    for name, function in CASES.items():
        cells_of[name], cells = {}, traced(function)
        for target in targets(name, cells, row):
            text, row = Writer(PLACES, NUMBER_ROW, target).formula(cells), target.row + 1
            sheets["Cases"].cell(target.row, OPENING, 0)  # where a running total starts
            for item in range(target.place.columns):
                here = {**target.at, target.place.column_axis: item}
                moved = "=" + text.format(*LETTERS[item:])
                cell = sheets["Cases"].cell(target.row, FIRST + item, moved)
                index = (0, *(here.get(axis, 0) for axis in list(SIZES)[:4]))
                cells_of[name]["Cases", cell.coordinate] = index
    path = str(tmp_path_factory.mktemp("formula") / "cases.xlsx")
    workbook.save(path)
    wanted = [cell for cells in cells_of.values() for cell in cells]
    return cells_of, {oracle: oracle(path, wanted) for oracle in (by_ironcalc, by_formualizer)}


def agrees(found, expected):
    if isinstance(expected, bool) or isinstance(found, bool):
        return found is expected
    if not isinstance(found, (int, float)):
        return found == "n/a" and math.isnan(expected)
    return math.isclose(found, expected, rel_tol=RELATIVE)


@pytest.mark.parametrize("oracle", [by_ironcalc, by_formualizer])
@pytest.mark.parametrize("name", CASES)
def test_a_formula_has_the_value_that_numpy_computes(computed, name, oracle):
    cells_of, results = computed
    function = CASES[name]
    array = function(*(DATA[name][2] for name in inspect.signature(function).parameters))
    pairs = {c: (results[oracle][c], array[index].item()) for c, index in cells_of[name].items()}
    assert {cell: pair for cell, pair in pairs.items() if not agrees(*pair)} == {}


def functions_in(cells):
    args = cells.args if isinstance(cells, Cells) else ()
    return {getattr(cells, "function", None)}.union(*map(functions_in, args))


def test_every_supported_function_has_a_test_case():
    supported = {f for f in vars(np).values() if callable(f) and is_supported(f)}
    assert supported - set().union(*(functions_in(traced(f)) for f in CASES.values())) == set()


@pytest.mark.parametrize("expected", ELEMENTWISE)
def test_a_formula_reads_as_if_written_by_hand(expected):
    rows = {name: f"{{5}}${place.row}" for name, place in PLACES.items() if len(name) == 1}
    text = re.sub(r'"[^"]*"|\b[a-z]\b', lambda m: rows.get(m[0], m[0]), expected)
    assert written(ELEMENTWISE[expected], SITE_ROW) == text


SITE_ROW = row_of("Data", 60, across="site")
ROLE_ROW = row_of("Data", 62, ("role",), "site", role=1)
PLAN_ROW = row_of("Data", 65, ("plan",), "site", plan=1)
PLAN_MONTHS = row_of("Months", 61, ("plan",), "month", plan=1)
SITE_MONTHS = row_of("Months", 72, ("site",), "month", site=2)
PLAN_CELL = row_of("Checks", 8, ("plan",), plan=1)
SUMMARY = row_of("Summary", 9, across="plan")

# {5} is E in the first cell of a row, F in the second, and so on.
TEXTS = {
    "both-move": (lambda x, y: x - y, ROLE_ROW, "{5}21-{5}23"),
    "fixed-row": (lambda x, a: x * (1 + a), ROLE_ROW, "{5}21*(1+{5}$6)"),
    "fixed-column": (lambda x, weight: x * weight, ROLE_ROW, "{5}21*$D25"),
    "other-sheet": (lambda level, a: level + a, SITE_MONTHS, "{7}12+Data!$G$6"),
    "fixed-column-elsewhere": (lambda fee: fee, PLAN_MONTHS, "Data!$D31"),
    "sum-block": (lambda heads: total(heads, SITE, ROLE), PLAN_CELL, "SUM(Data!E28:I29)"),
    "sum-product": (CASES["sum-of-product"], PLAN_CELL, "SUMPRODUCT(Data!E28:I29,Data!E$20:I$21)"),
    "sum-down-rows": (CASES["sum-of-rows"], PLAN_ROW, "SUMPRODUCT({5}28:{5}29,{5}$20:{5}$21)/12"),
    "sum-expression": (CASES["sum-of-rest"], SITE_ROW, "SUMPRODUCT(1-{5}$32:{5}$43)"),
    "lowest": (lambda flow: along(np.min, MONTH, flow), PLAN_CELL, "MIN(Months!G50:J50)"),
    "all": (lambda ok: along(np.all, PLAN, ok), row_of("Data", 48), "AND(D$46:D$47)"),
    "onshore": (lambda x: x / x[ONSHORE], ROLE_ROW, "{5}21/$E21"),
    "onshore-as-row": (lambda level: level[ONSHORE], SITE_MONTHS, "{7}$10"),
    "baseline": (lambda heads: heads[BASELINE], ROLE_ROW, "{5}27"),
    "last-month": (lambda flow: flow[LAST_MONTH], PLAN_CELL, "Months!J50"),
    "last-of-last": (lambda flow: flow[LAST_MONTH][:, :, :, :, :1], PLAN_CELL, "Months!J50"),
    "lookup": (CASES["lookup"], SITE_ROW, "INDEX({5}$32:{5}$43,{5}$16)"),
    "lookup-2": (CASES["lookup-2"], SITE_ROW, "INDEX({5}$32:{5}$43,MIN(12,MAX(2,{5}$11))-2+1)"),
    "lookup-by-month": (CASES["lookup-by-month"], SITE_MONTHS, "INDEX(Data!$G$32:$G$43,{7}22)"),
    "running-total": (CASES["running-total"], PLAN_MONTHS, "{6}61+{7}50"),
    "running-difference": (CASES["running-difference"], SITE_ROW, "{4}60+({5}$6-{5}$7)"),
    "running-product": (CASES["running-product"], PLAN_MONTHS, "{6}61+{7}50*rate"),
    "internal-rate": (
        lambda flow: internal_rate(flow),
        PLAN_CELL,
        "IRR(Months!G50:J50,0)",
    ),
    "modified-internal-rate": (
        lambda flow, rate, u: modified_internal_rate(flow, rate, u[ONSHORE]),
        PLAN_CELL,
        "MIRR(Months!G50:J50,rate,Data!E$9)",
    ),
    "rows-along-columns": (lambda fee: fee, SUMMARY, "INDEX(Data!$D$30:$D$31,{3}$4)"),
    "sum-along": (
        CASES["sum-along-columns"],
        SITE_ROW,
        "SUMPRODUCT((site_numbers={5}$4)*Months!$G$10:$J$14)",
    ),
    "lowest-along": (
        CASES["lowest-along-columns"],
        SITE_ROW,
        "SUMPRODUCT(SMALL(Months!$G$10:$J$14+(site_numbers<>{5}$4)*beyond_all_figures,1))",
    ),
    "last-month-along": (CASES["last-month"], SUMMARY, "INDEX(Months!$J$49:$J$50,{3}$4)*2"),
}


@pytest.mark.parametrize(("function", "target", "expected"), TEXTS.values(), ids=TEXTS)
def test_an_address_is_relative_only_if_it_moves(function, target, expected):
    assert written(function, target) == expected


def test_a_value_of_the_only_plan_is_a_single_cell():
    alone = PLACES | {"fee": Place("Data", 30, (("plan", 1),), None, OPENING)}
    assert written(lambda fee: fee, SUMMARY, alone) == "Data!$D$30"


REFUSED = {
    "where-in-sum": lambda a, b: total(np.where(a > b, a, b), SITE),
    "minimum-in-sum": lambda a: total(np.minimum(a, 0), SITE),
    "clip-in-sum": lambda a: total(np.clip(a, 0, 1), SITE),
    "and-in-sum": lambda p, q, a: total((p & q) * a, SITE),
    "sum-in-sum": lambda x: total(total(x, ROLE), SITE),
    "lookup-in-sum": lambda ramp, n: total(np.take_along_axis(ramp, n - 1, axis=TENURE), SITE),
    "running-total-in-sum": lambda a: total(np.cumsum(a, axis=SITE), SITE),
    "running-total-nested": lambda a: 1 + np.cumsum(a, axis=SITE),
    "running-total-or-0-nested": lambda flow, rate: 1 + running_total(flow, rate),
    "running-total-or-0-of-sites": lambda a, rate: running_total(a, rate),
    "running-total-across": lambda x: np.cumsum(x, axis=ROLE),
    "sum-without-keepdims": lambda a: np.sum(a, axis=SITE),
    "sum-by-axis-from-the-end": lambda a: along(np.sum, SITE - 5, a),
    "sum-over-all-axes": lambda a: along(np.sum, None, a),
    "transposed-sum": lambda a, level: total(a * level, SITE),
    "rows-apart": lambda heads: total(heads, SITE, PLAN),
    "blocks-along-columns": lambda heads: total(heads, SITE, ROLE),
    "and-of-integers": lambda k, j: k & j,
    "or-of-integers": lambda k, j: k | j,
    "and-of-integers-in-and": lambda k, j, p: np.logical_and(k & j, p),
    "all-of-and-of-integers": lambda k, j: along(np.all, SITE, k & j),
    "all-of-comparison": lambda a, b: along(np.all, SITE, a < b),
    "any-of-not": lambda p: along(np.any, SITE, np.logical_not(p)),
    "sum-of-truths": lambda p: total(p, SITE),
    "sum-of-comparison": lambda a, b: total(a < b, SITE),
    "highest-truth": lambda p: along(np.max, SITE, p),
    "truth-plus-truth": lambda p, q: p + q,
    "truth-times-truth": lambda p, q: p * q,
    "greater-truth": lambda p, q: np.maximum(p, q),
    "truth-equals-number": lambda p, k: p == k,
    "internal-rate-of-expression": lambda flow: internal_rate(flow - 1),
    "internal-rate-in-sum": lambda flow: total(internal_rate(flow), PLAN),
    "modified-rate-of-expression": lambda flow, rate: modified_internal_rate(-flow, rate, rate),
    "option": lambda a: np.clip(a, min=0, max=1),
}


@pytest.mark.parametrize("function", REFUSED.values(), ids=REFUSED)
def test_a_line_that_excel_would_compute_differently_is_refused(function):
    target = SUMMARY if function is REFUSED["blocks-along-columns"] else SITE_ROW
    with pytest.raises(
        UnsupportedFunctionError, match=r"^(np|running_total|\w*internal_rate|a sum|the rows).*; "
    ):
        written(function, target)  # what it was; and what to do
