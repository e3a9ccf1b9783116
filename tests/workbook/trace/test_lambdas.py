"""Functions without an add-in: what a LAMBDA computes is what the engine's lines compute."""

import functools
import inspect
import math
import os
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from openpyxl.utils import FORMULAE

from shorewise import udfs
from shorewise.engine import Scenario, default_model, take
from shorewise.engine.axes import shape_of
from shorewise.engine.calculators.catalogue import CATALOGUE, PREFIX, Entry
from shorewise.engine.calculators.employment import employer_cost
from shorewise.engine.declaration import Input, day_of
from shorewise.engine.errors import DomainError
from shorewise.engine.locations import locations
from shorewise.engine.rates_of_return import internal_rate, modified_internal_rate
from shorewise.workbook import check, describe, workbook_bytes
from shorewise.workbook.layout.derived import has_live_example
from shorewise.workbook.layout.sheet import Formula, Sheet
from shorewise.workbook.trace.cells import UnsupportedFunctionError
from shorewise.workbook.trace.lambdas import EMPLOYER_COST, Figure, functions, others, traced
from tests.support.paths import FUNCTIONS_PAGE
from tests.support.sample_scenarios import random_scenario, small_data, small_scenario
from tests.support.spreadsheet_engines import (
    HYPERFORMULA,
    all_converted,
    by_formualizer,
    by_hyperformula,
    by_ironcalc,
    converted,
    unpaged,
    values_in,
    without_tables,
)
from tests.support.written_workbooks import default_book

SETS = 12
EXCEL_2007 = (
    "IF", "AND", "NA", "INT", "ROUND", "SUM", "SUMPRODUCT", "INDEX", "IFERROR", "ISNUMBER", "MMULT",
    "TRANSPOSE", "MAX", "DAY", "COLUMNS",
)  # fmt: skip
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


# Workbooks with figures of their own: three sites, roles, charges, the case in force.
SCENARIOS = {"small": small_scenario, "random": lambda: random_scenario(1)}
MODEL = default_model()
LIVE = {line.live_of: name for name, line in MODEL.lines.items() if line.live_of}


def computed_by(engine, scenario, calls, tmp_path):
    """What an engine computes for calls on a sheet of a scenario's workbook."""

    def sheet_of(_context):
        sheet = Sheet("Calls", "output")
        for row, call in enumerate(calls, 1):
            sheet.put(row, 1, Formula(call, 0), "calculation")
        return sheet

    book = without_tables(describe(scenario, more=[sheet_of]))
    path = tmp_path / "calls.xlsx"
    path.write_bytes(workbook_bytes(book))
    return [*engine(str(path), [("Calls", f"A{row}") for row in range(1, len(calls) + 1)]).values()]


@functools.cache
def base(name):
    scenario = SCENARIOS[name]()
    return scenario, scenario.evaluate()


def by_engine(name, entry, given, site=None, location=None):
    """What the engine gives for a site of a scenario with some figures replaced.

    ``given`` are arguments by name; in place of the site's own figures, those of a location.
    """
    scenario, known = base(name)
    sizes, site = scenario.sizes, min(1, scenario.sizes["site"] - 1) if site is None else site
    if not has_live_example(entry):
        own = {
            a.name: known[a.name].item()
            for a in entry.arguments
            if a.optional and entry.follows and isinstance(entry.line, str)
        }
        found = {n: value for n, value in {**own, **given}.items() if value is not None}
        return entry.compute({n: [value] for n, value in found.items()}).item()
    put = {}

    def replace(target, at_site, value):
        array = put.setdefault(target, np.array(known[target], float))
        if "site" in MODEL.axes[target]:
            array[:, :, at_site, 0] = value
        elif "role" in MODEL.axes[target]:
            array[:, :, :, 0] = value
        else:
            array[...] = value

    if location:
        extra = location.facts["extra_months"]
        replace("extra_months", site, extra)
        replace("fx_rate", site, location.fx_rate)
        replace("productive_hours", site, location.facts["productive_hours"])
        if location.facts["attrition_rate"] is not None:
            replace("live_attrition_rate", site, location.facts["attrition_rate"])
    for argument in entry.arguments:
        if argument.name in given and argument.name != "statutory_rate":
            value, target = given[argument.name], argument.declared.name
            at_site = 0 if argument.at.get("site") == 0 else site
            if target == "month":
                put["month"] = np.full((1,) * 5, float(value))
            else:
                replace(
                    "overlap" if target == "overlap_hours" else LIVE.get(target, target),
                    at_site,
                    value,
                )
    inputs = {n: array for n, array in known.items() if n not in MODEL.lines}
    if "statutory_rate" in given:
        charges = MODEL.evaluate({**inputs, **put}, 1, ["statutory_charges"])
        put["statutory_charges"] = np.array(charges["statutory_charges"])
        extra = put.get("extra_months", known["extra_months"]) / 12
        pay = given["salary"] * (1 + known["shift_premium"] + extra)[0, 0, site, 0, 0]
        replace("statutory_charges", site, pay * given["statutory_rate"])
    if location and "statutory_rate" not in given and "salary" in given:
        pay = np.array([given["salary"] * location.fx_rate])
        cost = employer_cost(pay, location, scenario.start_month)
        replace("statutory_charges", site, cost.charges.sum() / location.fx_rate)
    for target, value in entry.fixed.items():
        put[target] = np.full(shape_of(MODEL.axes[target], sizes), value)
    months = 1 if "month" in put else scenario.horizon_months
    inputs |= {} if "month" in put else {"month": known["month"]}
    found = MODEL.evaluate({**inputs, **put}, months, [str(entry.line)])[str(entry.line)]
    at = min(1, found.shape[1] - 1), min(site, found.shape[2] - 1)
    return found[0, at[0], at[1], 0, 0].item()


def calls_of(name):
    """A call of each function for each of its random sets, and what it must give."""
    scenario, _ = base(name)
    for entry in CATALOGUE:
        given, omitted = sets(entry)
        by_site = BY_NAME[entry.name].by_site
        for row in range(SETS):
            here = {n: v[row].tolist() for n, v in given.items() if not omitted[n][row]}
            words = ["" if omitted[n][row] else written(v[row]) for n, v in given.items()]
            site = 1 + row % len(scenario.sites)  # one abroad; the last is omitted
            if by_site and site < len(scenario.sites):
                words.append(f'"{scenario.sites[site]}"')
            at = site if by_site and site < len(scenario.sites) else None
            yield entry, f"{entry.name}({','.join(words)})", here, at


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_lambda_equals_the_engine_with_the_figures_of_its_workbook(name, tmp_path):
    cases = [*calls_of(name)]
    found = computed_by(by_ironcalc, base(name)[0], [call for _, call, *_ in cases], tmp_path)
    for (entry, call, given, site), value in zip(cases, found, strict=True):
        assert_same(entry, value, by_engine(name, entry, given, site), call)


def assert_same(entry, value, expected, call):
    if math.isnan(expected):
        assert value == entry.result.missing, call
    else:
        absolute = RELATIVE if entry.result.unit in SHARES else 0
        assert isinstance(value, float), (call, value)
        assert math.isclose(value, expected, rel_tol=RELATIVE, abs_tol=absolute), (call, expected)


COUNTRIES = ("PL", "Poland", "in", "MX-CMX", "BR")  # by code or name, in any letter case


@pytest.mark.soak
def test_a_country_gives_its_figures_as_the_engine_has_them(tmp_path):
    known = {word: place for place in locations().values() for word in (place.iso, place.country)}
    known |= {"in": known["IN"]}
    cases = []
    for word in COUNTRIES:
        for name in ("SHORE_LOADED_COST", "SHORE_LOADED_RATE", "SHORE_DIRECT_COST"):
            for salary in (9_000.0, 60_000.0, 250_000.0):
                entry = BY_NAME[name].entry
                commas = "," * len(entry.arguments)
                expected = by_engine("small", entry, {"salary": salary}, location=known[word])
                cases.append((entry, f'{name}({salary}{commas}"{word}")', expected))
    found = computed_by(by_ironcalc, base("small")[0], [case[1] for case in cases], tmp_path)
    for (entry, call, expected), value in zip(cases, found, strict=True):
        assert_same(entry, value, expected, call)


@pytest.mark.soak
def test_a_country_gives_what_the_add_in_gives_for_it(tmp_path):
    """The second site has the declared defaults, which the add-in starts from."""
    start = day_of(base("small")[0].start_month)
    calls, expected = [], []
    for code in ("PL", "PT", "BR"):
        calls.append(f'SHORE_LOADED_COST(60000,,,,0.12,,,,"{code}")')
        table = [["location", code], ["start_month", start]]
        given = (60_000, None, None, None, 0.12, None, None, None, table)
        expected.append(udfs.SHORE_LOADED_COST(*given))
    found = computed_by(by_ironcalc, base("small")[0], calls, tmp_path)
    assert found == pytest.approx(expected, rel=RELATIVE)


def test_the_cost_of_an_employer_is_that_of_the_add_in_in_every_country(tmp_path):
    months = [day_of("2026-11"), day_of("2027-07") + 14]
    cases = [
        (pay, code, month)
        for number, code in enumerate(locations())
        for pay in (20_000, 3_000_000)
        for month in months[number % 2 :][:1]
    ]
    calls = [f'SHORE_EMPLOYER_COST({pay},"{code}",{month})' for pay, code, month in cases]
    found = computed_by(by_ironcalc, base("small")[0], calls, tmp_path)
    answered = 0
    for case, value in zip(cases, found, strict=True):
        pay, code, month = case
        expected = udfs.SHORE_EMPLOYER_COST(pay, code, month)
        if isinstance(expected, str):
            assert value == "#N/A", (case, expected)
        else:
            assert value == pytest.approx(expected, rel=RELATIVE), case
            answered += 1
    assert answered > len(cases) / 2


@pytest.mark.soak
def test_a_site_with_a_country_stands_for_it_and_the_first_month_is_the_law(tmp_path):
    data = small_data()
    set_here = {"attrition_rate": 0.1, "wage_inflation": 0.05}
    data["sites"][1] = {"name": "Krakow", "location": "Poland"} | set_here
    data["plans"] = [
        {"name": "All onshore", "heads": {"Onshore": 4}},
        {"name": "Abroad", "heads": {"Krakow": 4}},
    ]
    scenario = Scenario.from_dict(data)
    name = scenario.sites[1]
    calls = [
        f'SHORE_EMPLOYER_COST(60000,"{name}")',
        f'SHORE_EMPLOYER_COST(60000,"{scenario.sites[0]}")',
    ]
    found = computed_by(by_ironcalc, scenario, calls, tmp_path)
    poland, start = locations()["PL"], scenario.start_month
    assert found[0] == pytest.approx(employer_cost(60_000, poland, start).total.item())
    assert str(found[1]).startswith("#")  # a site without a country


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


@pytest.mark.soak
@pytest.mark.parametrize(
    "name",
    ["SHORE_LOADED_COST", "SHORE_NET_SAVING", "SHORE_OVERLAP_HOURS", "SHORE_REWORK"],
)
def test_a_column_of_arguments_spills_a_column_of_results(name, tmp_path):
    entry = BY_NAME[name].entry
    required = [argument.name for argument in entry.arguments if not argument.optional]
    given = {argument: sets(entry)[0][argument][:5] for argument in required}
    columns = ",".join("{" + ";".join(map(written, values)) + "}" for values in given.values())
    calls = [f"INDEX({name}({columns}),{row},1)" for row in range(1, 6)]
    found = computed_by(by_ironcalc, base("small")[0], calls, tmp_path)
    for row, value in enumerate(found):
        here = {argument: values[row].item() for argument, values in given.items()}
        assert_same(entry, value, by_engine("small", entry, here), calls[row])


def test_a_row_of_salaries_is_refused_where_charges_are_a_row_too(tmp_path):
    calls = ["SUM(SHORE_LOADED_COST({60000,70000}))", "SUM(SHORE_LOADED_COST({60000;70000}))"]
    found = computed_by(by_ironcalc, base("small")[0], calls, tmp_path)
    assert found[0] == "#N/A"
    assert isinstance(found[1], float)


def at_the_ends():
    """Each function with one argument at an end of its range, the others as in the example."""
    for entry in CATALOGUE:
        example = {argument.name: entry.example(argument) for argument in entry.arguments}
        for argument in entry.arguments:
            if isinstance(argument.declared, Input):
                for end in (argument.declared.lowest, argument.declared.highest):
                    value = (float(end),) * len(example[argument.name]) if argument.listed else end
                    yield entry, example | {argument.name: value}


@pytest.mark.soak
def test_a_lambda_equals_the_engine_at_the_ends_of_each_range(tmp_path):
    cases = []
    for entry, given in at_the_ends():
        call = f"{entry.name}({','.join(map(written, given.values()))})"
        try:
            entry.compute({name: [value] for name, value in given.items()})
        except DomainError:  # a day that does not end after its start
            cases.append((entry, call, "#N/A"))
        else:
            cases.append((entry, call, by_engine("small", entry, given)))
    found = computed_by(by_ironcalc, base("small")[0], [case[1] for case in cases], tmp_path)
    for (entry, call, expected), value in zip(cases, found, strict=True):
        if isinstance(expected, str) or math.isnan(expected):
            assert value == (expected if isinstance(expected, str) else entry.result.missing), call
        else:
            assert math.isclose(value, expected, rel_tol=RELATIVE, abs_tol=1e-12), call
    assert len(cases) > 200


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
    'SHORE_LOADED_COST(60000,,,,,,,,"Atlantis")',
    'SHORE_LOADED_COST(60000,,,,,,,,"US")',  # no figure of hours was found
    'SHORE_TRAVEL_COST(2,,,"Atlantis")',
    'SHORE_EMPLOYER_COST(60000,"Atlantis")',
    'SHORE_EMPLOYER_COST(-1,"PL")',
]
AT_THE_END = [
    "SHORE_LOADED_COST(1)",
    "SHORE_LOADED_COST(60000,1,1,2,1,3,24,0.9)",
    "SHORE_DISCOUNT_FACTOR(1,0)",
    "SHORE_EXPECTED_WEEKS({0;1},{0;52})",
    "SHORE_OVERLAP_HOURS(0,0,12,36,0,24)",
]


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize(("calls", "refused"), [(OUT_OF_RANGE, True), (AT_THE_END, False)])
def test_an_argument_outside_its_range_is_an_error_but_not_one_at_its_end(calls, refused, tmp_path):
    found = computed_by(by_ironcalc, base("small")[0], calls, tmp_path)
    assert [value == "#N/A" for value in found] == [refused] * len(calls)
    assert refused or all(isinstance(value, float) for value in found)


# As Excel shows it: without the prefixes of the file, and with names in place of cells.
TEXTS = {
    "SHORE_TRAVEL_COST": "LAMBDA(travel_trips_,[trip_cost_],[team_size_],[site_],LET("
    "site_number,<site_number>,country_row,<country_row>,site_at,<site_at>,"
    "used_trip_cost,IF(ISOMITTED(trip_cost_),<live_trip_cost there>,trip_cost_),"
    "used_team_size,IF(ISOMITTED(team_size_),<team_size there>,team_size_),"
    "IF((travel_trips_>=0)*(travel_trips_<=10000)*(used_trip_cost>=0)*(used_trip_cost<=1E+12)*"
    "(used_team_size>=1)*(used_team_size<=10000),travel_trips_*used_trip_cost/used_team_size,"
    "NA())))",
    "SHORE_HEADLINE_SAVING": "LAMBDA(salary_,onshore_salary_,"
    "IF((salary_>=1)*(salary_<=1E+12)*(onshore_salary_>=1)*(onshore_salary_<=1E+12),"
    "1-salary_/onshore_salary_,NA()))",
    "SHORE_DISCOUNT_FACTOR": "LAMBDA(month_,[discount_rate_],LET(used_discount_rate,"
    "IF(ISOMITTED(discount_rate_),<live_discount_rate>,discount_rate_),"
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


def cells(leaf):
    """A leaf as the tests name it: a figure at the site, or onshore."""
    site = {0: " onshore", 1: " there"}.get(getattr(leaf, "site", None), "")
    return f"<{leaf.name}{site}>"


def shown(text):
    text = re.sub(r"_xlop\.(\w+)", r"[\1]", text)
    return text.replace("_xlfn.", "").replace("_xlpm.", "")


@pytest.mark.parametrize("name", TEXTS)
def test_a_lambda_reads_like_the_lines_it_is_traced_from(name):
    assert shown(BY_NAME[name].text(cells)) == TEXTS[name]


NAMES = (*(entry.name for entry in CATALOGUE), *others())
NAME_MAX = 7_992  # characters that Excel takes in a name, fewer than in a formula


def text_of(name):
    """The LAMBDA of a name as the default workbook has it."""
    return default_book().names[name]


def local_names(text):
    return re.findall(r"_xl[po]m?p?\.(\w+)", text)


@pytest.mark.parametrize("name", NAMES)
def test_a_lambda_is_within_the_limits_of_excel(name):
    text = text_of(name)
    assert len(text) <= NAME_MAX
    assert text.count("_xlfn.LET(") <= 1
    assert len(set(local_names(text))) <= 126 + 11
    assert len(default_book().comments.get(name, "")) <= 255  # shown beside the name


def test_the_longest_lambda_of_the_largest_shape_is_within_the_limit():
    """Addresses take more characters where there are more rows and columns."""
    text, at_most = text_of("SHORE_LOADED_RATE"), 0
    for row in re.findall(r"\$[A-Z]+\$\d+", text):
        at_most += max(0, len("$ZZ$99999") - len(row))
    assert len(text) + at_most <= NAME_MAX


@pytest.mark.parametrize("name", NAMES)
def test_no_local_name_is_a_cell_address_a_function_or_a_defined_name(name):
    taken = {one.lower() for one in (*FORMULAE, *default_book().names, "r", "c")}
    for local in set(local_names(text_of(name))):
        assert local not in taken
        assert not re.fullmatch(r"[a-z]{1,3}\d+|r\d*c\d*", local), local


@pytest.mark.parametrize("entry", SHORE)
def test_every_argument_has_an_effect_and_required_ones_come_first(entry):
    text = text_of(entry.name)
    optional = [argument.optional for argument in entry.arguments]
    assert optional == sorted(optional)
    for argument in entry.arguments:
        assert text.count(f".{argument.name}_") >= 2, argument.name


@pytest.mark.parametrize("name", NAMES)
def test_new_functions_and_local_names_have_the_prefixes_of_the_file_format(name):
    bare = re.sub(r'"[^"]*"|_xl(?:fn|pm|op)\.\w+|\w+!\$[A-Z$0-9:]+', "", text_of(name))
    words = set(re.findall(r"[A-Za-z_]\w*", bare))
    assert words <= {*EXCEL_2007, "E", *default_book().names}


def test_lambda_names_are_unique_and_have_the_prefix():
    names = [entry.name for entry in CATALOGUE]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(rf"{PREFIX}[A-Z_]+", name) for name in names)


def test_figures_inside_are_those_of_the_site_in_the_case_in_force():
    def figures(node):
        here = {(node.name, node.site)} if isinstance(node, Figure) else set()
        return here.union(*map(figures, getattr(node, "parts", ())))

    found = figures(BY_NAME["SHORE_NET_SAVING"].whole)
    assert {("workplace", 1), ("live_benefits_rate", 1), ("productive_hours", 0)} <= found
    assert not {"salary", "attrition_rate", "statutory_rate"} & {name for name, _ in found}


# What engines that read the file make of a call with its optional arguments as they are stored.
# None of the last three evaluates LAMBDA at all: they show an error, and no wrong number.
TAKES = {
    "ironcalc": (by_ironcalc, True),
    "formualizer": (by_formualizer, False),
    "hyperformula": (by_hyperformula, False),
    "libreoffice": (lambda path, wanted: values_in(converted(Path(path), "xlsx"), wanted), False),
    "libreoffice-25": (
        lambda path, wanted: values_in(
            all_converted([Path(path)], "xlsx", soffice=os.environ["SHOREWISE_SOFFICE_CURRENT"])[0],
            wanted,
        ),
        False,
    ),
}
OPTIONAL = (
    "SHORE_DISCOUNT_FACTOR(12)",  # omitted: the workbook's rate
    "SHORE_DISCOUNT_FACTOR(12,0.25)",
    "SHORE_GROWTH(25,,0.1)",  # omitted between commas
    "SHORE_TRAVEL_COST(2,,8)",
)


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("engine", TAKES)
def test_an_engine_takes_optional_arguments_as_they_are_stored_or_shows_an_error(engine, tmp_path):
    missing = {
        "libreoffice": not shutil.which("soffice"),
        "libreoffice-25": not os.environ.get("SHOREWISE_SOFFICE_CURRENT"),
        "hyperformula": not HYPERFORMULA.is_dir(),
    }
    if missing.get(engine):
        pytest.skip(f"{engine} is not installed")
    by, takes = TAKES[engine]
    found = computed_by(by, small_scenario(discount_rate=0.25), OPTIONAL, tmp_path)
    if not takes:
        assert all(re.match("#|Err:|.*'Error'", str(value)) for value in found), found
        return
    scenario = small_scenario(discount_rate=0.25)
    trip = take(scenario.values, "trip_cost", site=1).item()
    wages = take(scenario.values, "wage_inflation", site=1).item()
    assert found[:2] == pytest.approx([0.8, 0.8])
    assert found[2] == pytest.approx(((1 + wages) * 1.1) ** 2)
    assert found[3] == pytest.approx(2 * trip / 8)


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
    assert [one for one in called if one in NAMES] == [*BY_NAME, EMPLOYER_COST]


@pytest.mark.parametrize("entry", SHORE)
def test_the_documentation_lists_the_function_with_its_example(entry):
    result = entry.compute({a.name: [entry.example(a)] for a in entry.arguments}).item()
    assert f"`={entry.call}` gives {result:,.7g}" in FUNCTIONS_PAGE.read_text().splitlines()


NO_LIBREOFFICE = not shutil.which("soffice")


@pytest.mark.soak
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
