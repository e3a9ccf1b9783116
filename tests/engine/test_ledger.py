"""Ledgers: every wrong row is one error, and what is assumed is said."""

import datetime
import re

import pytest

from shorewise.engine import Scenario, ScenarioError
from shorewise.engine.actuals import planned_inputs, reforecast
from shorewise.engine.cost_kinds import GROUPS
from shorewise.engine.ledger import read_accounts, read_ledger
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
    "heads-negative": (
        {"group": "heads", "amount": -1},
        "line 2: amount of heads is -1; it must be a number between 0 and 1,000,000",
    ),
    "output-negative": (
        {"group": "output", "amount": -1},
        "line 2: amount of output is -1; it must be a number between 0 and 1,000,000",
    ),
    "rate-zero": ({"group": "rate", "amount": 0}, "line 2: amount of rate is 0; it must be a n"),
    "both-amounts": ({"local_amount": 1}, "amount and local_amount are mutually exclusive"),
    "local-heads": ({"group": "heads", "amount": "", "local_amount": 1}, "is of a cost"),
    "planned-heads": ({"group": "heads", "at_planned_rate": 1}, "amount of a cost only"),
    "local-without-rate": ({"amount": "", "local_amount": 1}, "needs the exchange rate of its"),
}


def read(*tables, **options):
    return read_ledger(Scenario.default(), rows_of(*tables), "ledger.csv", **options)


def notes(*tables, **options):
    """What is said of a ledger, as one text."""
    return " ".join(reforecast(Scenario.default(), read(*tables, **options)).notes)


def accounts_of(groups):
    """Accounts from the rows of a table, by account."""
    rows = rows_of(*({"Account": account, "Group": group} for account, group in groups.items()))
    return read_accounts(rows, "accounts.csv")


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
    accounts = accounts_of({"6000": "Travel", "6001": "pay"})
    actuals = read(row, row | {"Account": "heads", "Amount": 3}, accounts=accounts)
    assert actuals.cost[[*GROUPS].index("travel"), 0] == 5
    assert actuals.heads.tolist() == [3]
    with pytest.raises(ScenarioError, match="account 'Bar' has no group; add it to the table"):
        read(row | {"Account": "Bar"}, accounts=accounts)


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
    assert "Columns that are ignored: Account name, plant." in actuals.ledger_notes


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
    said = notes(PAY | {"month": 2}, PAY | {"amount": 0, "cost centre": "x"})
    assert "Planned but without a row, counts as 0: Setup." in said
    assert "counts as 0 and goes on at 0: Statutory charges, Benefits, Workplace" in said
    assert "Not in the ledger, taken as planned: Internal time, Output lost." in said
    assert "Columns that are ignored: cost centre." in said
    assert "Heads are not given: volume is part of price." in said
    assert "Output is not given: it is taken as planned." in said
    assert "Rates are not given: currency is part of price." in said


def test_a_cost_of_another_site_is_untouched_by_the_rate():
    rate = {"month": 1, "group": "rate", "site": "Far", "amount": 80}
    actuals = read(PAY | {"site": "Onshore"}, rate)
    assert actuals.cost_at_planned_rate[0, 0] == 100


@pytest.mark.parametrize(
    ("group", "said"),
    [
        ("Payy", "the group of account '6001' is 'Payy'; it must be one of Pay, Statutory charges"),
        ("", "the group of account '6001' is empty; it must be one of Pay, Statutory charges"),
        ("Travel", "account '6001' has two groups, Pay and Travel; give it one"),
    ],
)
def test_a_wrong_group_in_a_table_of_accounts_names_that_table_its_line_and_the_groups(group, said):
    rows = rows_of({"account": "6001", "group": "pay"}, {"account": 6001.0, "group": group})
    with pytest.raises(ScenarioError, match=f"accounts.csv: line 3: {said}"):
        read_accounts(rows, "accounts.csv")


def test_a_table_of_accounts_has_rows_with_two_columns_and_an_account():
    for cells, said in (
        ({"number": 1, "group": "Pay"}, "must have the columns account and group; there are num"),
        ({"account": "", "group": "Pay"}, "line 2: account is empty, and its group 'Pay'"),
    ):
        with pytest.raises(ScenarioError, match=said):
            read_accounts(rows_of(cells), "accounts.csv")
    with pytest.raises(ScenarioError, match=r"accounts\.csv: it has no rows"):
        read_accounts([], "accounts.csv")


def test_accounts_without_effect_are_refused():
    with pytest.raises(ScenarioError, match="every row has a group, so that accounts have no eff"):
        read(PAY, accounts=accounts_of({"6000": "Travel"}))


# Plan Mid of the embedded scenario has heads at site Mid alone, and from month 2 on.
START = {"month": 1, "group": "Setup", "amount": 1}
SECOND = PAY | {"month": 2}


def planned(group):
    """Planned cost of the group by month in plan Mid of the embedded scenario."""
    scenario = Scenario.default()
    inputs = planned_inputs(scenario, scenario.evaluate(), "Mid")
    return inputs["planned_cost"][0, 0, 0, [*GROUPS].index(group)]


def test_a_cost_at_a_site_where_the_plan_has_no_heads_is_said():
    travel = {"month": 2, "group": "Travel", "site": "Far", "amount": 5}
    setup = {"month": 2, "group": "Setup", "site": "Far", "amount": 5}
    assert (
        "Costs where plan Mid has no heads, so that no level of price follows: "
        "Far in month 2 (Pay, Travel)." in notes(START, SECOND | {"site": "Far"}, travel, setup)
    )
    rows = [START, SECOND | {"site": "Mid"}, SECOND, setup, travel | {"amount": 0}]
    assert "has no heads" not in notes(*rows)


@pytest.mark.parametrize("site", ["Mid", ""])
def test_a_cost_of_a_month_before_the_first_heads_of_the_site_is_said(site):
    assert "Mid in month 1 (Pay)." in notes(PAY | {"site": site})


@pytest.mark.parametrize(
    ("times", "said"),
    [
        (0.49, "0.49 in month 2; later months are at 0.49"),
        (0.51, ""),
        (1.99, ""),
        (2.01, "2.01 in month 2; later months are at 2.01"),
        (1000, "1,000.00 in month 2; later months are at 1,000.00"),
        (-1, "-1.00 in month 2; later months are at -1.00"),
    ],
)
def test_a_cost_far_from_plan_is_said_with_plan_month_group_and_level(times, said):
    found = notes(START, SECOND | {"amount": times * planned("pay")[1]})
    if said:
        assert (
            f"Pay of plan Mid, actual over planned: {said}. Outside 0.5 to 2: check the figures "
            "and their unit." in found
        )
    else:
        assert "actual over planned" not in found


@pytest.mark.parametrize("what", ["heads", "output"])
def test_heads_and_output_far_from_plan_are_said(what):
    rows = [{"month": month, "group": what, "amount": 5000 * (month - 1)} for month in (1, 2)]
    found = notes(START, *rows)
    assert f"{what.capitalize()} of plan Mid, actual over planned: " in found
    assert f"{what.capitalize()} (month" not in found


def test_setup_far_above_that_of_all_months_is_said():
    all_months = planned("setup").sum()
    setup = {"month": 1, "group": "Setup", "amount": 2.1 * all_months}
    assert "Setup of plan Mid to date: " in notes(PAY, setup)
    assert "to date" not in notes(PAY, setup | {"amount": 1.9 * all_months})


def test_a_cost_for_which_nothing_is_planned_is_said():
    assert not planned("vendor").any()
    found = notes(START, SECOND, SECOND | {"group": "Vendor"}, START | {"group": "Pay"})
    said = "Not planned, so that no level follows from it: Pay (month 1), Vendor (month 2)."
    assert said in found
