"""Scenario files: what is wrong is named in one line, and what is right is read completely."""

import datetime
import functools
import tomllib
from dataclasses import replace

import numpy as np
import pytest
import tomli_w

from shorewise.engine import INPUTS, Scenario, ScenarioError, take
from tests.support.for_each import for_each
from tests.support.sample_scenarios import random_data, random_scenario
from tests.support.soak import seeds

GOOD = """
name = "Test"
currency = "USD"
horizon_months = 36
start_month = "2027-01"
discount_rate = 0.10
roles = ["Engineer"]

[[sites]]
name = "Onshore"

[[sites]]
name = "Krakow"
salary = 50_000
attrition_rate = 0.12
lead_time_months = 2
ramp = [0.5, 0.75]

[[plans]]
name = "All onshore"
heads.Onshore = 8

[[plans]]
name = "Near"
heads.Krakow = 4
"""
RATE, LEAD, RAMP = "attrition_rate = 0.12", "lead_time_months = 2", "ramp = [0.5, 0.75]"
PAY, BASE, NEAR = "salary = 50_000", "heads.Onshore = 8", "heads.Krakow = 4"
NAME, HORIZON, START = 'name = "Test"', "horizon_months = 36", 'start_month = "2027-01"'
CURRENCY, DISCOUNT, ROLES = 'currency = "USD"', "discount_rate = 0.10", 'roles = ["Engineer"]'
SITE, PLAN = 'name = "Krakow"', 'name = "Near"'
FRACTION, WHOLE = "between 0 and 1", "a whole number between 0 and 60"
MONTHS, TEXT = "a whole number between 6 and 120", "1 to 60 characters"

# What is replaced in GOOD, by what, and what the message says: key, value, what is allowed.
WRONG = {
    "above-range": (RATE, "attrition_rate = 1.2", "'Krakow'", "attrition_rate is 1.2", FRACTION),
    "below-range": (RATE, "attrition_rate = -0.1", "attrition_rate is -0.1", FRACTION),
    "text-for-number": (RATE, 'attrition_rate = "high"', "is 'high'; it must be a number, between"),
    "bool-for-number": (RATE, "attrition_rate = true", "attrition_rate is True", FRACTION),
    "list-for-number": (RATE, "attrition_rate = [0.1]", "attrition_rate is [0.1]", FRACTION),
    "date-for-number": (RATE, "attrition_rate = 2027-01-01", "attrition_rate is ", FRACTION),
    "table-for-number": (RATE, "attrition_rate = {Engineer = 0}", "attrition_rate is {", FRACTION),
    "nan": (RATE, "attrition_rate = nan", "attrition_rate is nan", FRACTION),
    "inf": (RATE, "attrition_rate = inf", "attrition_rate is inf", FRACTION),
    "minus-inf": (RATE, "attrition_rate = -inf", "attrition_rate is -inf", FRACTION),
    "money": (PAY, "salary = 0", "salary is 0", "1 or more, up to 1e+12"),
    "money-of-a-role": (PAY, "salary = {Engineer = -1}", "salary of 'Engineer' is -1", "1 or more"),
    "general-number": (DISCOUNT, "discount_rate = 1.5", "discount_rate is 1.5", FRACTION),
    "general-bool": (DISCOUNT, "discount_rate = true", "discount_rate is True", FRACTION),
    "not-whole": (LEAD, "lead_time_months = 3.5", "lead_time_months is 3.5", WHOLE),
    "whole-nan": (LEAD, "lead_time_months = nan", "lead_time_months is nan", WHOLE),
    "whole-inf": (LEAD, "lead_time_months = inf", "lead_time_months is inf", WHOLE),
    "whole-of-24-digits": (LEAD, f"lead_time_months = 1{'0' * 23}", "lead_time_months is ", WHOLE),
    "money-of-400-digits": (PAY, f"salary = {'9' * 400}", "salary is ", "1 or more"),
    "unknown-key": (DISCOUNT, "discount_rat = 0", "'discount_rat'", "did you mean discount_rate?"),
    "unknown-key-unlike-any": (DISCOUNT, "zzz = 0.1", "'zzz'", "allowed are name, currency"),
    "unknown-site-key": (RATE, "atrition_rate = 0.1", "'Krakow'", "did you mean attrition_rate?"),
    "unknown-plan-key": (NEAR, f"{NEAR}\nhead = 4", "'Near'", "'head'", "did you mean heads?"),
    "unknown-role-in-salary": (PAY, "salary = {Enginer = 5}", "salary", "'Enginer'", "Engineer?"),
    "unknown-site-in-heads": (NEAR, "heads.Cracow = 4", "'Near'", "'Cracow'", "mean Krakow?"),
    "unknown-role-in-heads": (NEAR, "heads.Krakow = {Enginer = 4}", "'Enginer'", "Engineer?"),
    "site-key-at-top": (DISCOUNT, RATE, "attrition_rate varies by site", "[[sites]]"),
    "heads-at-top": (DISCOUNT, "heads = 4", "heads varies by plan", "plans.heads"),
    "set-onshore": ('"Onshore"', '"Onshore"\nmanagement_rate = 0', "management_rate", "'Onshore'"),
    "baseline-elsewhere": (BASE, f"{BASE}\n{NEAR}", "'All onshore'", "only at 'Onshore'"),
    "plan-with-0-heads": (NEAR, "heads.Krakow = 0", "'Near'", "no heads", "must have some"),
    "plan-without-heads": (NEAR, "", "'Near'", "no heads", "must have some"),
    "heads-not-a-table": (NEAR, "heads = 4", "'Near'", "heads is 4", "a table of heads by site"),
    "negative-heads": (NEAR, "heads.Krakow = -4", "'Engineer' at 'Krakow' is -4", "0 and 100,000"),
    "nan-heads": (NEAR, "heads.Krakow = nan", "'Engineer' at 'Krakow' is nan", "0 and 100,000"),
    "horizon-5": (HORIZON, "horizon_months = 5", "horizon_months is 5", MONTHS),
    "horizon-121": (HORIZON, "horizon_months = 121", "horizon_months is 121", MONTHS),
    "horizon-36.5": (HORIZON, "horizon_months = 36.5", "horizon_months is 36.5", MONTHS),
    "horizon-unit": (HORIZON, "horizon_months = '36 months'", f"{MONTHS}: write 36"),
    "per-cent": (RATE, "attrition_rate = '8%'", "is '8%'; it must be", f"{FRACTION}: write 0.08"),
    "decimal-comma": (RATE, "attrition_rate = '0,085'", f"{FRACTION}: write 0.085"),
    "horizon-true": (HORIZON, "horizon_months = true", "horizon_months is True", MONTHS),
    "horizon-text": (HORIZON, 'horizon_months = "36"', "horizon_months is '36'", MONTHS),
    "month-13": (START, 'start_month = "2027-13"', "start_month is '2027-13'", "like '2027-01'"),
    "month-of-1-digit": (START, 'start_month = "2027-1"', "start_month is '2027-1'", "'2027-01'"),
    "month-in-1999": (START, 'start_month = "1999-12"', "start_month is '1999-12'", "from 2000-01"),
    "month-is-a-year": (START, "start_month = 2027", "start_month is 2027;", "from 2000-01 to"),
    "month-of-1905": (START, 'start_month = "1905-07"', "'1905-07'", "a year typed alone is a day"),
    "month-is-a-date": (START, "start_month = 2027-01-01", "start_month is ", "like '2027-01'"),
    "month-of-wide-digits": (START, 'start_month = "20\uff12\uff17-01"', "start_month is"),
    "prepared-by-nobody": (NAME, NAME + '\nprepared_by = " "', "prepared_by is ' '", "some show"),
    "prepared-in-words": (NAME, NAME + '\nprepared_on = "today"', "prepared_on is 'today'", "date"),
    "prepared-in-1850": (NAME, NAME + "\nprepared_on = 1850-01-01", "1850-01-01", "2000 to 2099"),
    "currency-in-small-letters": (CURRENCY, 'currency = "usd"', "currency is 'usd'", "like USD"),
    "currency-of-2-letters": (CURRENCY, 'currency = "US"', "currency is 'US'", "three capital"),
    "currency-not-a-text": (CURRENCY, "currency = 840", "currency is 840", "a text"),
    "same-site-twice": (SITE, 'name = "Onshore"', "'Onshore'", "twice", "names must differ"),
    "same-plan-twice": (PLAN, 'name = "All onshore"', "'All onshore'", "twice", "must differ"),
    "same-role-twice": (ROLES, 'roles = ["QA", "QA"]', "roles", "'QA'", "twice", "must differ"),
    "same-but-for-spaces": (SITE, 'name = " Onshore "', "Onshore", "twice", "names must differ"),
    "site-without-name": (SITE, "", "sites[1]", "name is missing"),
    "plan-without-name": (PLAN, "", "plans[1]", "name is missing"),
    "control-character": (NAME, 'name = "a\\u0007b"', "name is 'a\\x07b'", "control characters"),
    "nul": (SITE, 'name = "a\\u0000b"', "sites", "'a\\x00b'", "control characters"),
    "new-line": (PLAN, 'name = "a\\nb"', "plans", "'a\\nb'", "control characters"),
    "line-separator": (NAME, 'name = "a\\u2028b"', "name is 'a\\u2028b'", "control characters"),
    "excel-code": (NAME, 'name = "a_x0041_"', "name is 'a_x0041_'", "codes like _x0041_"),
    "excel-code-in-a-role": (ROLES, 'roles = ["_x0041_"]', "roles", "'_x0041_'", "codes like"),
    "61-characters": (NAME, f'name = "{"n" * 61}"', f"name is '{'n' * 61}'", TEXT),
    "empty-name": (NAME, 'name = ""', "name is empty", TEXT),
    "blank-name": (SITE, 'name = "  "', "sites", "'  '", TEXT),
    "name-not-a-text": (NAME, "name = 7", "name is 7", "a text"),
    "role-not-a-text": (ROLES, "roles = [7]", "roles", "is 7", "a text"),
    "no-roles": (ROLES, "roles = []", "roles is []", "one entry at least"),
    "roles-not-a-list": (ROLES, 'roles = "Engineer"', "roles is 'Engineer'", "a list"),
    "heads-without-role": (ROLES, 'roles = ["QA", "PM"]', "'Onshore' is 8", "heads by role"),
    "ramp-of-13": (RAMP, f"ramp = {[1] * 13}", "'Krakow'", "ramp is [1, 1", "1 to 12 numbers"),
    "ramp-of-0": (RAMP, "ramp = []", "ramp is []", "a list of 1 to 12 numbers"),
    "ramp-not-a-list": (RAMP, "ramp = 0.5", "ramp is 0.5", "a list of 1 to 12 numbers"),
    "ramp-above-1": (RAMP, "ramp = [0.5, 1.2]", "'Krakow'", "ramp[1] is 1.2", FRACTION),
    "ramp-of-bool": (RAMP, "ramp = [true]", "ramp[0] is True", FRACTION),
}  # fmt: skip
PLANS = '[[plans]]\nname = "All onshore"\nheads.Onshore = 8\n'
UNREADABLE = {
    "not-toml": (b"name = = 3", "not valid TOML", "line 1"),
    "same-key-twice": (b"name = 'a'\nname = 'b'", "not valid TOML"),
    "number-of-5000-digits": (b"discount_rate = " + b"9" * 5_000, "not valid TOML"),
    "deeply-nested": (b"a = " + b"[" * 100_000, "not valid TOML"),
    "not-utf-8": (b'name = "Krak\xf3w"', "not UTF-8", "byte 12"),
    "utf-16": (GOOD.encode("utf-16"), "not UTF-8", "byte 0"),
    "empty": (b"", "sites is missing", "[[sites]]"),
    "too-long": (b"#" * 9_000_000, "more than 8,388,608 bytes"),
    "no-site": (f"sites = []\n{PLANS}".encode(), "sites", "one [[sites]] table or more"),
    "sites-are-texts": (f'sites = ["On"]\n{PLANS}'.encode(), "sites is ['On']", "[[sites]]"),
    "sites-is-a-table": (f"[sites]\nname = 'Onshore'\n{PLANS}".encode(), "sites is {", "[[sites]]"),
    "no-plan": (b"[[sites]]\nname = 'Onshore'", "plans is missing", "[[plans]]"),
}  # fmt: skip


def refused(path):
    with pytest.raises(ScenarioError) as caught:
        Scenario.from_toml(path)
    return str(caught.value)


def flaws(message, path, parts):
    """Parts the message lacks; and the message itself where it is not one line of its file."""
    missing = [part for part in parts if part not in message]
    one_line = len(message.splitlines()) == 1 and message.startswith(f"{path}: ")
    return missing if one_line else [*missing, message]


def with_site(**changes):
    site = {"name": "Krakow"} | changes
    return Scenario.from_dict(
        {
            "roles": ["Engineer", "Tester"],
            "sites": [{"name": "Onshore"}, site],
            "plans": [{"name": "All onshore", "heads": {"Onshore": {"Engineer": 1}}}],
        },
        "test",
    )


def test_a_valid_file_is_read(tmp_path):
    path = tmp_path / "good.toml"
    path.write_text(GOOD)
    assert Scenario.from_toml(path).plans == ("All onshore", "Near")


@pytest.mark.parametrize(
    ("old", "new", "parts"), [(o, n, p) for o, n, *p in WRONG.values()], ids=WRONG
)
def test_the_message_names_the_file_the_key_the_value_and_what_is_allowed(
    tmp_path, old, new, parts
):
    path = tmp_path / "wrong.toml"
    assert GOOD.count(old) == 1
    path.write_text(GOOD.replace(old, new), "utf-8")
    assert flaws(refused(path), path, parts) == []


@pytest.mark.parametrize(
    ("content", "parts"), [(c, p) for c, *p in UNREADABLE.values()], ids=UNREADABLE
)
def test_the_message_says_why_a_file_cannot_be_read(tmp_path, content, parts):
    path = tmp_path / "wrong.toml"
    path.write_bytes(content)
    assert flaws(refused(path), path, parts) == []


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    path = tmp_path / "marked.toml"
    path.write_text(GOOD, encoding="utf-8-sig")
    assert Scenario.from_toml(path) == Scenario.from_dict(tomllib.loads(GOOD), "plain")


def test_a_missing_file_is_named(tmp_path):
    path = tmp_path / "missing.toml"
    assert flaws(refused(path), path, ["No such file"]) == []


def test_a_folder_is_refused(tmp_path):
    assert flaws(refused(tmp_path), tmp_path, []) == []


def test_the_message_names_the_source_that_the_caller_states():
    data = random_data(1) | {"discount_rate": 7}
    with pytest.raises(ScenarioError, match=r"^book: discount_rate at {}: discount_rate is 7;"):
        Scenario.from_dict(data, "book", lambda address: f"{address.name} at {address.at}")


@pytest.mark.parametrize("seed", seeds(range(40)))
def test_a_scenario_survives_conversion_to_plain_data(seed):
    scenario = random_scenario(seed)
    assert Scenario.from_dict(scenario.to_dict(), "again") == scenario


@pytest.mark.parametrize("seed", seeds(range(40)))
def test_a_scenario_survives_being_written_and_read(seed, tmp_path):
    scenario, path = random_scenario(seed), tmp_path / "again.toml"
    path.write_bytes(tomli_w.dumps(scenario.to_dict()).encode())
    assert Scenario.from_toml(path) == scenario


@functools.cache
def unset():
    """A scenario of names alone."""
    return with_site()


@pytest.mark.parametrize("site", [0, 1], ids=["onshore", "elsewhere"])
@for_each(
    "entry",
    # Lists have default rows; heads and waves are those of the plans.
    # Grades follow from where figures come from: tests/engine/lines/test_evidence.py.
    [
        e
        for e in INPUTS
        if e.name not in ("heads", "figure_basis") and not {"risk", "wave"} & {*e.axes}
    ],
    ids=lambda entry: entry.name,
)
def test_an_input_that_is_not_set_has_its_declared_default(entry, site):
    values = unset().values[entry.name]
    row = values[0, 0, site if "site" in entry.axes else 0]
    np.testing.assert_array_equal(row, np.broadcast_to(entry.default_at(site), row.shape))


def test_heads_that_are_not_named_are_0():
    assert take(with_site().values, "heads", plan=0).tolist() == [[1, 0], [0, 0]]


def test_a_short_ramp_is_completed_with_1():
    ramp = take(with_site(ramp=[0.25, 0.5]).values, "ramp", site=1)
    assert ramp.tolist() == [0.25, 0.5, *[1.0] * 10]


def test_the_salary_of_a_role_that_is_not_named_is_the_default():
    salary = take(with_site(salary={"Tester": 30_000}).values, "salary", site=1)
    assert salary.tolist() == [60_000, 30_000]


def test_a_single_salary_applies_to_every_role():
    assert take(with_site(salary=30_000).values, "salary", site=1).tolist() == [30_000, 30_000]


@pytest.mark.parametrize("months", [3, 3.0])
def test_a_whole_number_may_be_written_as_an_integer_or_a_float(months):
    assert take(with_site(lead_time_months=months).values, "lead_time_months", site=1).item() == 3


@pytest.mark.parametrize("text", ["2027-01", "2000-01", "2099-12"])
def test_the_start_month_is_a_calendar_month(text):
    year, month = map(int, text.split("-"))
    start = Scenario.from_dict(random_data(1) | {"start_month": text}, "test").start_month
    assert f"{datetime.date(year, month, 1):%Y-%m}" == start


def test_a_doubled_salary_makes_another_scenario():
    data = Scenario.default().to_dict()
    data["sites"][0]["salary"] = {
        role: 2 * salary for role, salary in data["sites"][0]["salary"].items()
    }
    other = Scenario.from_dict(data, "doubled")
    assert other != Scenario.default()
    assert len({other, Scenario.default()}) == 2


def test_scenarios_of_the_same_data_are_equal_and_have_one_hash():
    first, second = Scenario.preset("mid"), Scenario.preset("mid")
    assert first == second
    assert len({first, second}) == 1


@pytest.mark.parametrize(
    "changed", [{"name": "Other"}, {"prepared_by": "A. Example"}, {"start_month": "2031-05"}]
)
def test_a_scenario_of_another_name_preparer_or_start_is_another_one(changed):
    assert replace(Scenario.default(), **changed) != Scenario.default()


def test_a_scenario_equals_nothing_but_a_scenario():
    assert Scenario.default() != Scenario.default().to_dict()


@pytest.mark.parametrize(("months", "allowed"), [(36, True), (37, False), (120, False)])
def test_plans_and_sites_are_bounded_by_the_length_of_the_horizon(months, allowed):
    data = {
        "horizon_months": months,
        "sites": [{"name": f"Site {n}"} for n in range(20)],
        "plans": [{"name": f"Plan {n}", "heads": {"Site 0": 1}} for n in range(20)],
    }
    if allowed:
        assert len(Scenario.from_dict(data).plans) == 20
    else:
        with pytest.raises(ScenarioError, match="at most 14,400: take fewer plans or sites"):
            Scenario.from_dict(data)
