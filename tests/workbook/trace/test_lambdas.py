"""Functions without an add-in: what a LAMBDA computes is what the engine's lines compute."""

import inspect
import math
import re
import shutil

import numpy as np
import pytest
from openpyxl import Workbook
from openpyxl.utils import FORMULAE
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from shorewise import udfs
from shorewise.engine import default_model, take
from shorewise.engine.calculators.catalogue import CATALOGUE, PREFIX, Entry
from shorewise.engine.declaration import Input
from shorewise.engine.errors import DomainError
from shorewise.engine.rates_of_return import internal_rate, modified_internal_rate
from shorewise.workbook import check, describe, workbook_bytes
from shorewise.workbook.trace.cells import UnsupportedFunctionError
from shorewise.workbook.trace.lambdas import functions, traced
from tests.support.paths import FUNCTIONS_PAGE
from tests.support.sample_scenarios import small_scenario
from tests.support.spreadsheet_engines import by_ironcalc, converted, unpaged, values_in
from tests.support.written_workbooks import default_book

SETS = 200
EXCEL_2007 = ("IF", "AND", "NA", "INT", "ROUND", "SUM", "SUMPRODUCT")
RELATIVE = 1e-12  # the engines' power and NumPy's differ in the last digit, as do orders of sums
SHARES = {"fraction", "factor"}  # differences from 1, which may be all but 0: 1e-12 of that 1
BY_NAME = {function.entry.name: function for function in functions()}
SHORE = [pytest.param(entry, id=entry.name) for entry in CATALOGUE]


def likely(rng, entry, argument):
    """A number that the argument may have, most within its usual range."""
    declared = argument.declared
    if not isinstance(declared, Input):
        return float(rng.uniform(0.3, 3) * np.mean(entry.example(argument)))
    low, high = declared.low, declared.high
    if low is None or rng.random() < 0.1:
        low, high = max(declared.lowest, -120_000), min(declared.highest, 120_000)
    if declared.whole:
        return int(rng.integers(low, min(high, 120) + 1))
    return float(rng.uniform(low, high))


def sets(entry):
    """Random arguments of a function: a row a set, lists of three, some omitted."""
    rng = np.random.default_rng(CATALOGUE.index(entry))
    given, omitted = {}, {}
    for argument in entry.arguments:
        many = [[likely(rng, entry, argument) for _ in range(3)] for _ in range(SETS)]
        omitted[argument.name] = rng.random(SETS) < 0.3 if argument.optional else np.zeros(SETS)
        if argument.listed:
            given[argument.name] = np.array(many)
        else:
            chosen = np.array(many)[:, 0]
            default = entry.default(argument) if argument.optional else 0
            given[argument.name] = np.where(omitted[argument.name], default, chosen)
    for site in ("", "onshore_"):
        start, end = f"{site}work_start", f"{site}work_end"
        if start in given:  # a day ends after its start
            omitted[end] = omitted[start]
            lasts = np.where(omitted[start], 9, rng.uniform(0.5, 24, SETS))
            given[end] = given[start] + lasts
    return given, omitted


def written(value):
    """An argument as a formula holds it: a list as an array constant."""
    if np.ndim(value):
        return "{" + ";".join(map(written, value)) + "}"
    return repr(float(value))


def workbook():
    """An empty workbook with all names of a real one, so that a clash of names would show."""
    empty = Workbook()
    for sheet in default_book().sheets:
        empty.create_sheet(sheet.title)
    for name, text in default_book().names.items():
        empty.defined_names[name] = DefinedName(name, attr_text=text)
    return empty


@pytest.fixture(scope="module")
def computed(tmp_path_factory):
    """What IronCalc computes: each function on random sets, one set a row."""
    book = workbook()
    wanted = {}
    for column, entry in enumerate(CATALOGUE, 1):
        given, omitted = sets(entry)
        for row in range(SETS):
            words = (
                "" if omitted[name][row] else written(values[row]) for name, values in given.items()
            )
            cell = book.active.cell(row + 1, column, f"={entry.name}({','.join(words)})")
            wanted[entry.name, row] = (book.active.title, cell.coordinate)
    path = str(tmp_path_factory.mktemp("lambdas") / "sets.xlsx")
    book.save(path)
    found = by_ironcalc(path, wanted.values())
    return {key: found[cell] for key, cell in wanted.items()}


@pytest.mark.parametrize("entry", SHORE)
def test_a_lambda_equals_the_engine_on_random_arguments(computed, entry):
    result = entry.result
    absolute = RELATIVE if result.unit in SHARES else 0
    for row, value in enumerate(entry.compute(sets(entry)[0]).tolist()):
        found = computed[entry.name, row]
        if math.isnan(value):
            assert found == result.missing
        else:
            assert math.isclose(found, value, rel_tol=RELATIVE, abs_tol=absolute), (row, found)


def test_trailing_arguments_may_be_omitted(tmp_path):
    book, expected = workbook(), {}
    for row, entry in enumerate(CATALOGUE, 1):
        book.active.cell(row, 1, f"={entry.call}")
        given = {a.name: [entry.example(a)] for a in entry.arguments}
        expected[book.active.title, f"A{row}"] = entry.compute(given).item()
    book.save(tmp_path / "short.xlsx")
    found = by_ironcalc(str(tmp_path / "short.xlsx"), expected)
    assert found == pytest.approx(expected, rel=RELATIVE)


@pytest.mark.parametrize("entry", SHORE)
def test_a_lambda_takes_the_same_arguments_and_gives_the_same_as_the_add_in(entry):
    add_in = getattr(udfs, entry.name)
    names = [argument.name for argument in entry.arguments]
    parameters = list(inspect.signature(add_in).parameters.values())
    assert [one.name for one in parameters[: len(names)]] == names
    assert {one.name for one in parameters[len(names) :]} <= {"others"}
    optional = [one.default is None for one in parameters[: len(names)]]
    assert optional == [argument.optional for argument in entry.arguments]
    given, _ = sets(entry)
    listed = any(argument.listed for argument in entry.arguments)
    expected = entry.compute(given).tolist()
    if listed:
        found = [add_in(*(given[name][row].tolist() for name in names)) for row in range(SETS)]
    else:
        found = [row[0] for row in add_in(*(given[name] for name in names))]
    missing = entry.result.missing
    assert found == [missing if math.isnan(value) else value for value in expected]


@pytest.mark.parametrize(
    "name",
    ["SHORE_LOADED_COST", "SHORE_NET_SAVING", "SHORE_OVERLAP_HOURS", "SHORE_REWORK"],
)
def test_a_column_of_arguments_spills_a_column_of_results(name, tmp_path):
    entry = BY_NAME[name].entry
    required = [argument for argument in entry.arguments if not argument.optional]
    given = {argument.name: sets(entry)[0][argument.name][:5] for argument in required}
    book = workbook()
    sheet = book.active
    for column, values in enumerate(given.values(), 1):
        for row, value in enumerate(values.tolist(), 1):
            sheet.cell(row, column, value)
    columns = ",".join(f"{letter}1:{letter}5" for letter in "ABC"[: len(given)])
    sheet["E1"] = ArrayFormula("E1:E5", f"={name}({columns})")
    book.save(tmp_path / "column.xlsx")
    wanted = [(sheet.title, f"E{row}") for row in range(1, 6)]
    found = by_ironcalc(str(tmp_path / "column.xlsx"), wanted)
    # openpyxl writes 16 digits of each argument.
    assert list(found.values()) == pytest.approx(entry.compute(given).tolist(), rel=1e-12)


def at_the_ends():
    """Each function with one argument at an end of its range, the others as in the example."""
    for entry in CATALOGUE:
        example = {argument.name: entry.example(argument) for argument in entry.arguments}
        for argument in entry.arguments:
            if isinstance(argument.declared, Input):
                for end in (argument.declared.lowest, argument.declared.highest):
                    value = (float(end),) * len(example[argument.name]) if argument.listed else end
                    yield entry, example | {argument.name: value}


def test_a_lambda_equals_the_engine_at_the_ends_of_each_range(tmp_path):
    book, expected = workbook(), {}
    for row, (entry, given) in enumerate(at_the_ends(), 1):
        call = f"={entry.name}({','.join(map(written, given.values()))})"
        book.active.cell(row, 1, call)
        try:
            value = entry.compute({name: [value] for name, value in given.items()}).item()
        except DomainError:  # a day that does not end after its start
            value = "#N/A"
        expected[book.active.title, f"A{row}"] = call, value, entry.result.missing
    book.save(tmp_path / "ends.xlsx")
    found = by_ironcalc(str(tmp_path / "ends.xlsx"), expected)
    for cell, (call, value, missing) in expected.items():
        if isinstance(value, str) or math.isnan(value):
            assert found[cell] == (value if isinstance(value, str) else missing), call
        else:
            assert math.isclose(found[cell], value, rel_tol=RELATIVE, abs_tol=1e-12), call
    assert len(expected) > 200


def test_a_limit_that_no_valid_argument_reaches_is_omitted():
    text = BY_NAME["SHORE_ONSHORE_COST"].text
    assert "onshore_statutory_cap_1" in text  # 184,500 a year
    assert "onshore_statutory_cap_2" not in text  # none
    assert "floor" not in text


OUT_OF_RANGE = [
    "SHORE_LOADED_COST(60000,20)",
    "SHORE_LOADED_COST(0)",
    "SHORE_LOADED_COST(60000,,,,,,,0.95)",
    "SHORE_DISCOUNT_FACTOR(1.5)",
    "SHORE_BREAK_EVEN(100,-1)",
    "SHORE_EXPECTED_WEEKS({0.5;1.5},{1;1})",
    "SHORE_COVERED_HOURS(5.5,-5,18,3)",
    "SHORE_COVERED_HOURS(0,0,,,22,6)",
    "SHORE_OVERLAP_HOURS(0,0,0,36,0,36)",
    "SHORE_FOLLOW_THE_SUN(0,0,18,18)",
]
AT_THE_END = [
    "SHORE_LOADED_COST(1)",
    "SHORE_LOADED_COST(60000,1,1,2,1,3,24,0.9)",
    "SHORE_DISCOUNT_FACTOR(1,0)",
    "SHORE_EXPECTED_WEEKS({0;1},{0;52})",
    "SHORE_OVERLAP_HOURS(0,0,12,36,0,24)",
]


@pytest.mark.parametrize(("calls", "refused"), [(OUT_OF_RANGE, True), (AT_THE_END, False)])
def test_an_argument_outside_its_range_is_an_error_but_not_one_at_its_end(calls, refused, tmp_path):
    book = workbook()
    for row, call in enumerate(calls, 1):
        book.active.cell(row, 1, f"={call}")
    book.save(tmp_path / "ranges.xlsx")
    wanted = [(book.active.title, f"A{row}") for row in range(1, len(calls) + 1)]
    found = by_ironcalc(str(tmp_path / "ranges.xlsx"), wanted).values()
    assert [value == "#N/A" for value in found] == [refused] * len(calls)
    assert refused or all(isinstance(value, float) for value in found)


# As Excel shows it: without the prefixes of the file.
TEXTS = {
    "SHORE_HEADLINE_SAVING": "LAMBDA(salary_,onshore_salary_,"
    "IF((salary_>=1)*(salary_<=1E+12)*(onshore_salary_>=1)*(onshore_salary_<=1E+12),"
    "1-salary_/onshore_salary_,NA()))",
    "SHORE_DISCOUNT_FACTOR": "LAMBDA(month_,[discount_rate_],LET(used_discount_rate,"
    "IF(ISOMITTED(discount_rate_),0.1,discount_rate_),"
    "IF((month_>=1)*(month_<=1200)*(month_=INT(month_))*(used_discount_rate>=0)*"
    "(used_discount_rate<=1),(1+used_discount_rate)^(-month_/12),NA())))",
    "SHORE_BREAK_EVEN": "LAMBDA(monthly_saving_,[setup_cost_],LET(used_setup_cost,"
    "IF(ISOMITTED(setup_cost_),0,setup_cost_),IF(used_setup_cost>=0,"
    'IF(monthly_saving_>0,used_setup_cost/monthly_saving_,"none"),NA())))',
    "SHORE_OUTPUT": "LAMBDA(productivity_,communication_share_,rework_end_,"
    "IF((productivity_>=0.05)*(productivity_<=3)*(rework_end_>=0)*(rework_end_<=0.9),"
    "productivity_*(1-communication_share_)*(1-rework_end_),NA()))",
    "SHORE_EXPECTED_WEEKS": "LAMBDA(risk_probability_,risk_weeks_,"
    "IF(AND(risk_probability_>=0,risk_probability_<=1)*AND(risk_weeks_>=0,risk_weeks_<=52),"
    "SUMPRODUCT(risk_probability_,risk_weeks_),NA()))",
    "SHORE_CONCENTRATION": "LAMBDA(site_heads_,LET(plan_heads,SUM(site_heads_),"
    "SUMPRODUCT((site_heads_/plan_heads)^2)))",
    "SHORE_STATUTORY": "LAMBDA(charge_pay_,statutory_rate_,[statutory_cap_],[statutory_exempt_],"
    "[statutory_floor_],[statutory_flat_],[statutory_base_],LET("
    "statutory_maximum_1_,1E+18,statutory_minimum_1_,0,"
    "used_statutory_cap,IF(ISOMITTED(statutory_cap_),1E+18,statutory_cap_),"
    "used_statutory_floor,IF(ISOMITTED(statutory_floor_),0,statutory_floor_),"
    "used_statutory_base,IF(ISOMITTED(statutory_base_),1,statutory_base_),"
    "charged_pay_1,IF(statutory_rate_>0,charge_pay_*used_statutory_base,0),"
    "rule_base_1_a,IF(used_statutory_floor>charged_pay_1,used_statutory_floor,charged_pay_1),"
    "rule_base_1,IF(used_statutory_cap<rule_base_1_a,used_statutory_cap,rule_base_1_a),"
    "used_statutory_exempt,IF(ISOMITTED(statutory_exempt_),0,statutory_exempt_),"
    "charge_before_bounds_1_a,rule_base_1-used_statutory_exempt,"
    "used_statutory_flat,IF(ISOMITTED(statutory_flat_),0,statutory_flat_),"
    "charge_before_bounds_1,statutory_rate_*IF(0>charge_before_bounds_1_a,0,"
    "charge_before_bounds_1_a)+used_statutory_flat,"
    "charge_on_pay_1_a,IF(statutory_minimum_1_>charge_before_bounds_1,statutory_minimum_1_,"
    "charge_before_bounds_1),"
    "charge_on_pay_1,IF(statutory_maximum_1_<charge_on_pay_1_a,statutory_maximum_1_,"
    "charge_on_pay_1_a),"
    "IF((statutory_rate_>=0)*(statutory_rate_<=1)*(used_statutory_cap>=0)*"
    "(used_statutory_exempt>=0)*(used_statutory_floor>=0)*(used_statutory_flat>=0)*"
    "(used_statutory_base>=0)*(used_statutory_base<=2),charge_on_pay_1,NA())))",
}


def shown(text):
    text = re.sub(r"_xlop\.(\w+)", r"[\1]", text)
    return text.replace("_xlfn.", "").replace("_xlpm.", "")


@pytest.mark.parametrize("name", TEXTS)
def test_a_lambda_reads_like_the_lines_it_is_traced_from(name):
    assert shown(BY_NAME[name].text) == TEXTS[name]


@pytest.mark.parametrize("entry", SHORE)
def test_a_lambda_is_within_the_limits_of_excel(entry):
    text = BY_NAME[entry.name].text
    pairs = re.findall(r"_xlfn\.LET\(", text)
    assert len(text) <= 8_192
    assert len(entry.arguments) <= 253
    assert len(pairs) <= 1
    assert len(set(local_names(text))) <= 126 + len(entry.arguments)
    assert len(entry.does) <= 255  # shown beside the name


def local_names(text):
    return re.findall(r"_xl[po]m?p?\.(\w+)", text)


@pytest.mark.parametrize("entry", SHORE)
def test_no_local_name_is_a_cell_address_a_function_or_a_defined_name(entry):
    taken = {name.lower() for name in (*FORMULAE, *default_book().names, "r", "c")}
    for name in set(local_names(BY_NAME[entry.name].text)):
        assert name not in taken
        assert not re.fullmatch(r"[a-z]{1,3}\d+|r\d*c\d*", name), name


@pytest.mark.parametrize("entry", SHORE)
def test_every_argument_has_an_effect_and_required_ones_come_first(entry):
    text = BY_NAME[entry.name].text
    optional = [argument.optional for argument in entry.arguments]
    assert optional == sorted(optional)
    for argument in entry.arguments:
        assert text.count(f".{argument.name}_") >= 2, argument.name


@pytest.mark.parametrize("entry", SHORE)
def test_new_functions_and_local_names_have_the_prefixes_of_the_file_format(entry):
    bare = re.sub(r'"[^"]*"|_xl(?:fn|pm|op)\.\w+', "", BY_NAME[entry.name].text)
    assert set(re.findall(r"[A-Za-z_]\w*", bare)) <= {*EXCEL_2007, "E"}


def test_lambda_names_are_unique_and_have_the_prefix():
    names = [entry.name for entry in CATALOGUE]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(rf"{PREFIX}[A-Z_]+", name) for name in names)


def test_the_default_in_a_lambda_is_that_of_the_engine():
    inside = BY_NAME["SHORE_NET_SAVING"].inside
    values = default_model().evaluate(BY_NAME["SHORE_NET_SAVING"].entry.defaults, 1, [])
    assert inside["workplace"] == take(values, "workplace", site=1, role=0)
    assert inside["onshore_statutory_cap_1"] == take(values, "statutory_cap", site=0, rule=0)
    assert inside["onshore_benefits_rate"] == take(values, "benefits_rate", site=0)


REFUSED = {
    "lookup": Entry("SHORE_X", "", "ramp_share", "month"),
    "running-total": Entry("SHORE_X", "", "cumulative", "saving"),
    "lowest": Entry("SHORE_X", "", "peak_funding", "cumulative_cash"),
    "list-beside-none": Entry("SHORE_X", "", "expected_weeks", "risk_weeks*"),
    "condition-of-two": Entry("SHORE_X", "", "transferred", "month transfer_month"),
}


RATES = {
    "IRR": lambda monthly_saving: internal_rate(monthly_saving),
    "MIRR": lambda monthly_saving: modified_internal_rate(monthly_saving, 0.1, 0.1),
}


@pytest.mark.parametrize("name", RATES)
def test_a_rate_of_return_is_refused_in_a_lambda(name):
    entry = Entry("SHORE_X", "", RATES[name], "monthly_saving", unit="fraction")
    with pytest.raises(UnsupportedFunctionError, match=f"{name} in SHORE_X has no elementwise"):
        traced(entry)


@pytest.mark.parametrize("entry", REFUSED.values(), ids=REFUSED)
def test_a_line_that_no_lambda_can_express_is_refused(entry):
    with pytest.raises(UnsupportedFunctionError):
        traced(entry)


def test_every_function_has_an_example_on_its_sheet():
    formulas = default_book().formulas().items()
    called = [f.text.partition("(")[0] for (s, _), f in formulas if s == "Functions"]
    assert called[2:] == [entry.name for entry in CATALOGUE]


@pytest.mark.parametrize("entry", SHORE)
def test_the_documentation_lists_the_function_with_its_example(entry):
    result = entry.compute({a.name: [entry.example(a)] for a in entry.arguments}).item()
    assert f"`={entry.call}` gives {result:,.7g}" in FUNCTIONS_PAGE.read_text().splitlines()


NO_LIBREOFFICE = not shutil.which("soffice")


@pytest.mark.skipif(NO_LIBREOFFICE, reason="LibreOffice is not installed; .ci/run installs it")
def test_a_program_without_lambda_shows_errors_only_in_calls_and_passes_the_check(tmp_path):
    book = unpaged(describe(small_scenario()))
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook_bytes(book))
    saved, formulas = converted(path, "xlsx"), book.formulas()
    found = values_in(saved, formulas)
    errors = {cell for cell, value in found.items() if str(value).startswith(("#", "Err:"))}
    assert errors == {cell for cell, f in formulas.items() if f.text.startswith(PREFIX)}
    assert check(saved) == []
