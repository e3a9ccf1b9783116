"""Columns of a table of scenarios: what each one moves, and what is not allowed in it."""

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

from shorewise.engine import INPUTS, Scenario, take
from shorewise.engine.evidence import FIGURES
from shorewise.engine.grades import GRADES
from shorewise.engine.lists import LISTS
from shorewise.workbook import WorkbookError
from shorewise.workbook.bulk.columns import Columns, file_name
from tests.support.sample_scenarios import random_scenario, small_scenario
from tests.support.soak import seeds

DATA = {
    "name": "Base",
    "horizon_months": 12,
    "sizing": "heads",
    "roles": ["ML engineer", "QA"],
    "sites": [{"name": "Home"}, {"name": "St. Gallen 2.0"}],
    "plans": [
        {"name": "Stay", "heads": {"Home": {"QA": 4}}},
        {"name": "Go v1.5", "heads": {"St. Gallen 2.0": {"QA": 4, "ML engineer": 1}}},
    ],
    "risks": [{"name": "Failed audit", "cost": 5}],
    "extra_costs": [{"name": "Lead", "amount": 7}],
}
BASE = Scenario.from_dict(DATA, "base")


def blocks_of(table, base=BASE, first=1):
    frame = pd.DataFrame(table)
    return Columns(list(frame.columns), base, "table").blocks(frame, first)


def alone(table, base=BASE):
    """The scenario of a table of one row."""
    (block,), problems = blocks_of({name: [value] for name, value in table.items()}, base)
    assert problems == []
    return block.scenario(0)


def wrong(table, base=BASE):
    """Row, column, value and what is allowed of each problem."""
    return [(one.row, one.column, one.value, one.allowed) for one in blocks_of(table, base)[1]]


@pytest.mark.parametrize(
    ("column", "name", "index"),
    [
        ("discount_rate", "discount_rate", np.s_[...]),
        ("site.St. Gallen 2.0.management_rate", "management_rate", np.s_[0, 0, 1]),
        ("site.St. Gallen 2.0.salary", "salary", np.s_[0, 0, 1]),
        ("site.Home.salary.ML engineer", "salary", np.s_[0, 0, 0, 0]),
        ("role.ML engineer.ambiguity", "ambiguity", np.s_[0, 0, 0, 0]),
        ("plan.Go v1.5.heads.St. Gallen 2.0.QA", "heads", np.s_[0, 1, 1, 1]),
        ("risk.Failed audit.cost", "risk_cost", np.s_[0, 0, :, 0]),
        ("extra.Lead.amount.Home", "extra_amount", np.s_[0, 0, 0, 0]),
    ],
)
def test_a_column_sets_its_own_values_and_no_others(column, name, index):
    expected = {key: array.copy() for key, array in BASE.values.items()}
    expected[name][index] = 0.5 if name == "discount_rate" else 2
    found = alone({column: "0.5" if name == "discount_rate" else "2"}).values
    assert found.keys() == expected.keys()
    graded = {*expected} - {"figure_basis"}  # what a column sets is its own figure: see below
    for key in graded:
        array = expected[key]
        np.testing.assert_array_equal(found[key], array, key)
    assert (expected[name] != BASE.values[name]).any()


def test_what_a_row_sets_is_its_own_figure_unless_it_states_a_grade():
    assert grade_of({"discount_rate": ""}) == "assumption"
    assert grade_of({"site.St. Gallen 2.0.management_rate": "0.3"}) == "own"
    stated = {"site.St. Gallen 2.0.grades.management": "official"}
    assert grade_of(stated | {"site.St. Gallen 2.0.management_rate": "0.3"}) == "official"
    assert grade_of({"site.St. Gallen 2.0.management_rate": ""}) == "assumption"


def grade_of(row):
    """The grade of management overhead at the second site."""
    at = {"site": 1, "figure": [*FIGURES].index("management")}
    return GRADES[int(take(alone(row).values, "figure_basis", **at))]


def test_the_name_of_an_only_role_may_be_omitted():
    data = DATA | {"roles": ["QA"], "plans": [{"name": "Stay", "heads": {"Home": 4}}]}
    base = Scenario.from_dict(data, "base")
    assert alone({"plan.Stay.heads.Home": 7}, base).values["heads"].ravel().tolist() == [7, 0]


def test_choices_may_be_written_as_words_as_in_a_scenario_file():
    column = "extra.Lead.basis"
    data = DATA | {"extra_costs": [DATA["extra_costs"][0] | {"basis": "one-off"}]}
    expected = Scenario.from_dict(data, "one-off").values["extra_basis"]
    np.testing.assert_array_equal(alone({column: "one-off"}).values["extra_basis"], expected)
    assert wrong({column: ["now and then"]})[0][3].startswith("one of per head (0), ")


@pytest.mark.parametrize("empty", ["", "  ", None, float("nan")])
def test_an_empty_cell_keeps_the_value_of_the_base(empty):
    table = {"scenario": ["a", "b"], "discount_rate": [empty, "0.3"], "name": [empty, "Named"]}
    (block,), problems = blocks_of(table | {"horizon_months": [empty, empty]})
    assert problems == []
    assert block.scenario(0).values["discount_rate"].item() == 0.1
    assert block.scenario(1).values["discount_rate"].item() == 0.3
    assert [block.scenario(n).name for n in (0, 1)] == ["Base, a", "Named"]


@pytest.mark.parametrize("empty", ["", None, float("nan"), pd.NA])
def test_a_scenario_without_an_id_is_named_by_its_row(empty):
    (block,), _ = blocks_of({"scenario": ["a", empty, 7.0]}, first=41)
    assert block.ids == ["a", "42", "7"]


PER_CENT = "between 0 and 1; if a percentage is meant, write "
MONTH = "a month like '2027-01', from 2000-01 to 2099-12"


@pytest.mark.parametrize(
    ("column", "value", "allowed"),
    [
        ("discount_rate", "much", "between 0 and 1"),
        ("discount_rate", "1.01", f"{PER_CENT}1.01% or 0.0101"),
        ("discount_rate", "-1e-9", "between 0 and 1"),
        ("discount_rate", "inf", "between 0 and 1"),
        ("discount_rate", "1e999", "between 0 and 1"),
        ("discount_rate", "nan", "between 0 and 1, or empty to keep the value of the base"),
        ("discount_rate", "NaN", "between 0 and 1, or empty to keep the value of the base"),
        ("discount_rate", "0.1_0", "between 0 and 1: write 0.1"),
        ("horizon_months", "48 months", "a whole number between 6 and 120: write 48"),
        ("break_even_limit", "2.5", "a whole number between 1 and 120"),
        ("site.Home.salary", "0", "1 or more, up to 1e+12"),
        ("horizon_months", "5", "a whole number between 6 and 120"),
        ("horizon_months", "²", "a whole number between 6 and 120"),
        ("horizon_months", "9" * 5000, "a whole number between 6 and 120"),
        ("horizon_months", "twelve", "a whole number between 6 and 120"),
        ("currency", "euro", "three capital letters, like USD"),
        ("start_month", "2027-13", MONTH),
        ("start_month", "2027", MONTH),
        ("start_month", "46388", MONTH),
        ("start_month", "1905-07", f"{MONTH}: to Excel a year typed alone is a day of 1905"),
    ],
)
def test_an_invalid_value_is_a_problem_of_its_row_only(column, value, allowed):
    table = {"scenario": ["a", "b"], column: [value, ""]}
    assert wrong(table) == [(1, column, value, allowed)]
    (block,), _ = blocks_of(table)
    assert block.ids == ["b"]


@pytest.mark.parametrize("value", [True, np.inf, -np.inf, 2.0])
def test_a_value_of_the_wrong_type_is_a_problem(value):
    assert wrong({"discount_rate": [value]})[0][2] == str(value)


def test_48_point_0_is_a_whole_number_of_months():
    (block,), problems = blocks_of({"horizon_months": ["48.0"]})
    assert (block.base.horizon_months, problems) == (48, [])


def test_columns_of_many_types_give_the_same_numbers():
    for kind in (str, float, object, "Float64", "float32"):
        series = pd.Series([0.25, 0.5]).astype(kind)
        (block,), _ = blocks_of({"discount_rate": series})
        assert block.values["discount_rate"].ravel().tolist() == [0.25, 0.5]


def test_work_must_not_end_before_it_starts():
    table = {"site.Home.work_start": ["9", "20"], "site.Home.work_end": ["17", "17"]}
    assert wrong(table) == [(2, "work_end", "", "after work_start")]


def test_waves_of_a_row_must_agree():
    data = DATA | {"plans": [DATA["plans"][0], dict(DATA["plans"][1])]}
    waves = [{"month": 1, "share": 0.5}, {"month": 4, "share": 0.5, "end": 9}]
    data["plans"][1]["waves"] = waves
    base, wave = Scenario.from_dict(data, "base"), "plan.Go v1.5.waves.St. Gallen 2.0"
    table = {
        f"{wave}.1.share": ["0.25", "0.75", "0.25"],
        f"{wave}.2.share": ["0.75", "0.75", "0.75"],
        f"{wave}.2.month": ["9", "3", "10"],
    }
    assert wrong(table, base) == [
        (2, "waves", "", "shares that add up to 1 at each site"),
        (3, "waves", "", "an end that is 0 or not before its month"),
    ]
    (block,), _ = blocks_of(table, base)
    assert take(block.scenario(0).values, "wave_share", plan=1, site=1).tolist() == [0.25, 0.75]


def test_every_plan_must_have_heads():
    column = "plan.Stay.heads.Home.QA"
    assert wrong({column: ["0", "1"]}) == [(1, "heads", "", "some heads in every plan")]


@pytest.mark.parametrize("name", ["x" * 61, "a\x00b", "\u200b", "_x0041_"])
def test_a_name_that_a_workbook_cannot_hold_is_a_problem(name):
    assert [one[1] for one in wrong({"name": [name, "fine"]})] == ["name"]
    assert [one[1] for one in wrong({"scenario": [name, "fine"]})] == ["scenario"]


def test_the_id_is_in_the_title_even_with_a_long_name():
    base = Scenario.from_dict(DATA | {"name": "n" * 58}, "long")
    assert alone({"scenario": "S1"}, base).name == "S1"


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        ("S1", "S1"),
        ("CON", "_CON"),
        ("com1.x", "_com1.x"),
        ("COM¹", "_COM¹"),
        ("console", "console"),
        ("CON .txt", "_CON .txt"),
        ("nul  .", "_nul"),
        ("CONIN$", "_CONIN$"),
        ("conout$.a.b", "_conout$.a.b"),
        ("CONIN", "CONIN"),
        ("COM10", "COM10"),
        ("S#1", "S_1"),
        ("../up", ".._up"),
        ("/etc/passwd", "_etc_passwd"),
        ("a. .", "a"),
        ("..", "_"),
        ('a/b\\c:d*e?f"g<h>i|j', "a_b_c_d_e_f_g_h_i_j"),
        ("München", "München"),
    ],
)
def test_file_names_are_valid_on_windows(one, expected):
    assert file_name(one) == expected


def test_rows_are_grouped_into_blocks_of_one_shape():
    table = {
        "scenario": ["a", "b", "c", "d"],
        "horizon_months": ["12", 24.0, "", 24],
        "currency": ["", "USD", None, "USD"],
        "start_month": ["2030-04", "2031-01-01", "2030-04", pd.Timestamp(2031, 1, 1)],
    }
    found, problems = blocks_of(table)
    assert problems == []
    shapes = {
        tuple(block.ids): (b.horizon_months, b.currency, b.start_month)
        for block in found
        for b in [block.base]
    }
    assert shapes == {
        ("a",): (12, "USD", "2030-04"),
        ("c",): (12, "USD", "2030-04"),
        ("b", "d"): (24, "USD", "2031-01"),
    }


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (["discont_rate"], "column 'discont_rate' names no input; did you mean discount_rate?"),
        (["site.Nowhere.salary"], "names no input"),
        (["site.Home.management_rate"], "names no input"),
        (["plan.Stay.heads.St. Gallen 2.0.QA"], "names no input"),
        (["salary"], "names no input"),
        ([0], "column 0 names no input"),
        (["discount_rate", "discount_rate"], "is there twice"),
        (["discount_rate", "discount_rate.1"], "column 'discount_rate' is there twice"),
    ],
)
def test_a_column_that_names_no_input_is_an_error(columns, message):
    with pytest.raises(WorkbookError, match=r"^table: ") as caught:
        Columns(columns, BASE, "table")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def _moves(base, data):
    """Name of every column of a scenario, its input, and a function that sets it in plain data."""

    def setter(table, key):
        return lambda value: table.__setitem__(key, value)

    for entry in INPUTS:
        if not entry.axes:
            yield entry.name, entry, setter(data, entry.name)
        elif entry.axes == ("role",):
            for role in base.roles:
                yield f"role.{role}.{entry.name}", entry, setter(data[entry.name], role)
        elif entry.axes in (("site",), ("site", "role")):
            for site in data["sites"][int(entry.fixed_onshore) :]:
                name = f"site.{site['name']}.{entry.name}"
                if entry.axes == ("site",):
                    yield name, entry, setter(site, entry.name)
                else:
                    for role in base.roles:
                        yield f"{name}.{role}", entry, setter(site[entry.name], role)
    entry = next(one for one in INPUTS if one.name == "heads")
    for p, plan in enumerate(data["plans"]):
        for site in base.sites[: 1 if p == 0 else None]:
            for role in base.roles:
                heads = plan["heads"].setdefault(site, {})
                yield f"plan.{plan['name']}.heads.{site}.{role}", entry, setter(heads, role)
    for listed in LISTS:
        for row in data[listed.key]:
            for entry in INPUTS:
                if entry.axes[-1:] == (listed.axis,) and "site" not in entry.axes:
                    field = entry.name.removeprefix(f"{listed.axis}_")
                    yield f"{listed.axis}.{row['name']}.{field}", entry, setter(row, field)


_WITHIN_HORIZON = ("failure_month", "parallel_months")  # refused past it
# Numbers of grades: rows that state them have a test of their own.
GRADED = {
    "figure_basis", "figure_expires", "figure_status", "statutory_grade", "statutory_current_to",
    "discount_grade", "widen_secondary", "widen_assumptions", "evidence_month",
}  # fmt: skip
_WITH_OTHERS = (
    "work_start",
    "work_end",
    "months_counted",
    "presentation_rate",
)  # refused by what others are


@pytest.mark.parametrize("seed", seeds(range(12)))
def test_a_row_gives_the_same_scenario_as_its_plain_data(seed):
    base = random_scenario(seed)
    rng = np.random.default_rng(seed)
    data = base.to_dict()
    row = {}
    for name, entry, change in _moves(base, data):
        if entry.name in _WITH_OTHERS or entry.name in GRADED or rng.random() > 0.4:
            continue
        lowest = 1 if entry.name == "heads" else entry.lowest
        draw = rng.integers if entry.whole else rng.uniform
        highest = min(entry.highest, lowest + 1000)
        if entry.name in _WITHIN_HORIZON:
            highest = min(highest, base.horizon_months)
        value = np.asarray(draw(lowest, highest)).item()
        change(value)
        row[name] = repr(value)
    assert len(row) > 20
    expected = Scenario.from_dict(data | {"name": f"{base.name}, 1"}, "plain data")
    found = alone(row, base)
    for field in fields(Scenario):
        if field.name not in ("values", "unset"):
            assert getattr(found, field.name) == getattr(expected, field.name)
    for name, array in expected.values.items():
        if name not in ("figure_basis", "statutory_grade"):  # plain data states every grade
            np.testing.assert_array_equal(found.values[name], array, name)


LOCATED = {"attrition_rate": 0.2, "wage_inflation": 0.05}  # what was not found for Poland


@pytest.mark.parametrize("country", ["PL", "poland"])
def test_a_location_brings_what_a_scenario_file_takes_from_it(country):
    site, column = "St. Gallen 2.0", "site.St. Gallen 2.0"
    data = DATA | {"sites": [{"name": "Home"}, {"name": site, "location": "PL", **LOCATED}]}
    expected = Scenario.from_dict(data, "located")
    figures = {f"{column}.{name}": [value] for name, value in LOCATED.items()}
    (block,), problems = blocks_of({f"{column}.location": [country], **figures})
    found = block.scenario(0)
    assert problems == []
    assert (found.locations, found.rule_names) == (expected.locations, expected.rule_names)
    other = [
        name
        for name, array in expected.values.items()
        if not np.array_equal(found.values[name], array) and not name.startswith("driver_")
    ]
    assert other == []
    np.testing.assert_array_equal(found.evaluate()["npv"], expected.evaluate()["npv"])


def test_all_figures_that_a_country_lacks_are_listed_at_once():
    data = DATA | {"sites": [{"name": "Home"}, {"name": "Far"}, {"name": "Near"}]}
    data["plans"] = [DATA["plans"][0], {"name": "Go", "heads": {"Far": {"QA": 4}}}]
    base = Scenario.from_dict(data, "base")
    table = {
        "scenario": ["a", "b", "c", "d"],
        "site.Far.location": ["PL", "Atlantis", "", "PL"],
        "site.Near.location": ["RO", "", "", ""],
        "site.Far.attrition_rate": ["", "", "", "20 %"],
        "site.Far.wage_inflation": ["", "", "", "0.05"],
    }
    far, near = (
        (
            "beside what was not found for Poland; fill in site.Far.attrition_rate, "
            "site.Far.wage_inflation"
        ),
        "site.Near.attrition_rate, site.Near.wage_inflation",
    )
    found = wrong(table, base)
    assert [(row, column) for row, column, *_ in found] == [
        (1, "site.Far.location"),
        (1, "site.Near.location"),
        (2, "site.Far.location"),
    ]
    assert found[0][3] == far
    assert found[1][3].endswith(f"Romania; fill in {near}")
    assert found[2][3].startswith("a country's code or name, such as PL")
    table["discount_rate"] = ["2", "2", "", ""]  # wrong cells of the same rows are listed too
    found = [(row, column) for row, column, *_ in wrong(table, base)]
    assert found == [
        (1, "discount_rate"), (1, "site.Far.location"), (1, "site.Near.location"),
        (2, "discount_rate"), (2, "site.Far.location"),
    ]  # fmt: skip
    (whole,) = (one for one in blocks_of(table, base)[0] if one.ids == ["d"])
    assert whole.scenario(0).locations == ("", "PL", "")


def test_a_charge_that_the_country_of_a_row_does_not_have_must_stay_empty():
    sites = [{"name": "Home"}, {"name": "Far", "location": "PL", **LOCATED}]
    data = DATA | {
        "sites": sites,
        "plans": [DATA["plans"][0], {"name": "Go", "heads": {"Far": {"QA": 4}}}],
    }
    base = Scenario.from_dict(data, "base")
    charge = base.rule_names[1][0]
    column = f"site.Far.statutory.{charge}.rate"
    table = {"site.Far.location": ["", "US", "US"], column: ["0.1", "0.1", ""]}
    table |= {f"site.Far.{name}": [value] * 3 for name, value in LOCATED.items()}
    assert wrong(table, base) == [
        (2, column, "0.1", "empty: the country of the row has no such charge")
    ]
    first, third = (block.scenario(0) for block in blocks_of(table, base)[0])
    assert take(first.values, "statutory_rate", site=1, rule=0) == 0.1
    assert third.locations[1] == "US"


def test_a_rate_of_no_currency_is_an_error():
    with pytest.raises(WorkbookError, match="presentation_rate is the rate of no currency"):
        alone({"presentation_rate": "0.9"}, small_scenario())
    base = small_scenario(presentation_currency="EUR", presentation_rate=0.5)
    assert alone({"presentation_rate": "0.9"}, base).values["presentation_rate"].item() == 0.9
