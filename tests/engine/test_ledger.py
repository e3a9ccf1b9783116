"""Ledgers: every wrong row is one error, and what is assumed is said."""

import datetime
import re

import pytest

from shorewise.engine import Scenario, ScenarioError
from shorewise.engine.cost_kinds import GROUPS
from shorewise.engine.ledger import read_ledger
from tests.support.ledgers import rows_of

PAY = {"month": 1, "group": "Pay", "amount": 100}
MONTH = "month is {}; it must be a whole number between 1 and 36, the last month that counts"

# A row, and what the message says of it: where, value, what is allowed.
WRONG = {
    "amount-text": ({"amount": "many"}, "line 2: amount is 'many'; it must be a number"),
    "amount-empty": ({"amount": ""}, "line 2: amount is empty; it must be a number"),
    "amount-missing": ({"amount": None}, "line 2: amount is empty"),
    "amount-infinite": ({"amount": float("inf")}, "line 2: amount is inf"),
    "amount-true": ({"amount": True}, "line 2: amount is True"),
    "amount-thousands": ({"amount": "1,200"}, "write 1200 or 1.2, whichever is meant"),
    "month-zero": ({"month": 0}, MONTH.format(0)),
    "month-late": ({"month": 37}, MONTH.format(37)),
    "month-fraction": ({"month": 1.5}, MONTH.format(1.5)),
    "month-name": ({"month": "Jan"}, MONTH.format("'Jan'")),
    "month-13": ({"month": "2027-13"}, MONTH.format("'2027-13'")),
    "month-before": ({"month": "2026-12"}, MONTH.format("'2026-12'")),
    "month-empty": ({"month": ""}, MONTH.format("empty")),
    "group-misspelt": ({"group": "Payy"}, "line 2: no group is called 'Payy'; did you mean Pay?"),
    "group-unknown": ({"group": "?"}, "line 2: no group is called '?'; allowed are Pay, Statutory"),
    "group-empty": ({"group": ""}, "line 2: group is empty; it must be one of Pay, Statutory"),
    "plan": ({"plan": "Midd"}, "line 2: no plan is called 'Midd'; did you mean Mid?"),
    "site": ({"site": "Moon"}, "line 2: no site is called 'Moon'; there are Onshore, Mid, Far"),
    "account": ({"group": "", "account": "6000"}, "line 2: account '6000' needs a table of acc"),
    "heads-negative": ({"group": "heads", "amount": -1}, "amount is -1; it must be a number betw"),
    "rate-zero": ({"group": "rate", "amount": 0}, "line 2: amount is 0; it must be a number betw"),
    "both-amounts": ({"local_amount": 1}, "amount and local_amount are mutually exclusive"),
    "local-heads": ({"group": "heads", "amount": "", "local_amount": 1}, "is of a cost"),
    "planned-heads": ({"group": "heads", "at_planned_rate": 1}, "amount of a cost only"),
    "local-without-rate": ({"amount": "", "local_amount": 1}, "needs the exchange rate of its"),
}


def read(*tables, **options):
    return read_ledger(Scenario.default(), rows_of(*tables), "ledger.csv", **options)


@pytest.mark.parametrize(("changes", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_row_is_one_error_that_names_file_row_value_and_what_is_allowed(changes, said):
    with pytest.raises(ScenarioError) as error:
        read(PAY | changes)
    assert str(error.value).startswith("ledger.csv: ")
    assert said in str(error.value)


@pytest.mark.parametrize(
    "month",
    [3, 3.0, "3", "2027-03", "2027-3", "2027-03-31", " 2027-03 ", datetime.date(2027, 3, 31),
     datetime.datetime(2027, 3, 1, 12)],
)  # fmt: skip
def test_a_month_is_a_number_a_year_and_month_or_a_date(month):
    rows = [PAY, PAY | {"month": 2}, PAY | {"month": month, "amount": 7}]
    assert read(*rows).cost[0].tolist() == [100, 100, 7]


@pytest.mark.parametrize("name", ["Pay", "pay", "PAY", " Pay "])
def test_a_group_is_known_by_name_and_key_whatever_its_case(name):
    assert read(PAY | {"group": name}).cost[0, 0] == 100


def test_rows_of_one_group_and_month_add_up_credits_too():
    assert read(PAY, PAY | {"amount": "-30.5"}).cost[0, 0] == pytest.approx(69.5)


def test_accounts_stand_for_groups():
    row = {"Month": 1, "Account": "6000", "Amount": 5}
    accounts = {"6000": "Travel", "6001": "pay"}
    actuals = read(row, row | {"Account": "heads", "Amount": 3}, accounts=accounts)
    assert actuals.cost[[*GROUPS].index("travel"), 0] == 5
    assert actuals.heads.tolist() == [3]
    with pytest.raises(ScenarioError, match="account 'Bar' has no group; add it to the table"):
        read(row | {"Account": "Bar"}, accounts=accounts)
    with pytest.raises(ScenarioError, match="account '6000': no group is called 'Trips'"):
        read(row, accounts={"6000": "Trips"})


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"month": 1, "group": "Pay", "ammount": 5}, "amount or local_amount is missing; did you "),
        ({"month": 1, "grp": "Pay", "amount": 5}, "group or account is missing; did you mean grp?"),
        ({"period": 1, "group": "Pay", "amount": 5}, "month is missing; there are period, group, "),
        ({"month": 1, "Month ": 1, "group": "Pay", "amount": 5}, "two columns are called month"),
    ],
)
def test_a_column_is_missing_or_there_twice(row, said):
    with pytest.raises(ScenarioError, match=re.escape(said)):
        read(row)


def test_columns_beside_those_of_a_ledger_are_ignored_and_named():
    actuals = read(PAY | {"Account name": "Salaries", "plant": "K1"})
    assert actuals.cost[0, 0] == 100
    assert "Columns that are ignored: Account name, plant." in actuals.notes


def test_months_have_no_gaps():
    with pytest.raises(ScenarioError, match="month 2 has no rows; months must be without gaps"):
        read(PAY, PAY | {"month": 3})


@pytest.mark.parametrize("what", ["heads", "output"])
def test_heads_and_output_are_given_for_every_month_or_none(what):
    rows = [PAY, PAY | {"month": 2}, {"month": 2, "group": what, "amount": 3}]
    with pytest.raises(ScenarioError, match=f"{what} of month 1 is missing"):
        read(*rows)


def test_the_rate_of_a_site_is_given_once_for_every_month():
    rate = {"month": 1, "group": "rate", "site": "Far", "amount": 80}
    with pytest.raises(ScenarioError, match="the rate of 'Far' in month 1 is there twice"):
        read(PAY, rate, rate)
    with pytest.raises(ScenarioError, match="the rate of 'Far' in month 2 is missing"):
        read(PAY, rate, PAY | {"month": 2})


def test_a_ledger_of_several_plans_needs_the_name_of_one():
    rows = [PAY | {"plan": "mid"}, PAY | {"plan": "Far", "amount": 5}]
    with pytest.raises(ScenarioError, match="rows of the plans Mid, Far; choose one with plan"):
        read(*rows)
    assert read(*rows, plan="Far").cost[0, 0] == 5
    with pytest.raises(ScenarioError, match="no rows of plan 'Near'; it has Mid, Far"):
        read(*rows, plan="Near")


def test_the_plan_is_the_one_of_the_rows_else_the_first_after_the_baseline():
    assert read(PAY | {"plan": "Far"}).plan == "Far"
    assert read(PAY).plan == "Mid"


def test_a_ledger_without_rows_is_refused():
    with pytest.raises(ScenarioError, match="it has no rows"):
        read({"month": "", "group": "", "amount": ""})


def test_what_is_assumed_is_said():
    notes = " ".join(read(PAY | {"month": 2}, PAY | {"amount": 0, "cost centre": "x"}).notes)
    assert "Planned but without a row, counts as 0: Setup." in notes
    assert "counts as 0 and goes on at 0: Statutory charges, Benefits, Workplace" in notes
    assert "Not in the ledger, taken as planned: Internal time, Output lost." in notes
    assert "Columns that are ignored: cost centre." in notes
    assert "Heads are not given: volume is part of price." in notes
    assert "Output is not given: it is taken as planned." in notes
    assert "Rates are not given: currency is part of price." in notes


def test_a_cost_of_another_site_is_untouched_by_the_rate():
    rate = {"month": 1, "group": "rate", "site": "Far", "amount": 80}
    actuals = read(PAY | {"site": "Onshore"}, rate)
    assert actuals.cost_at_planned_rate[0, 0] == 100
