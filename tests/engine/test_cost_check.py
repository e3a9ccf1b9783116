"""Figures of somebody else for what an employer pays, beside ours."""

import math

import pytest

from shorewise.engine.cost_check import TOTAL, check_costs
from shorewise.engine.errors import ScenarioError
from shorewise.engine.ledger import Row
from shorewise.engine.locations import currencies

POLAND = 60_000 * 1.2198  # charges of 21.98 % below the caps
ROW = {"country": "Poland", "gross_pay": 60_000, "employer_total_cost": POLAND}


def checked(**changes):
    """One row, checked."""
    (found,) = check_costs([Row("line 2", ROW | changes)], "quotes.csv")
    return found


def refused(**changes):
    """The message about one row."""
    with pytest.raises(ScenarioError) as error:
        checked(**changes)
    return str(error.value)


def test_the_same_figure_has_no_difference():
    found = checked()
    assert (found.location, found.currency, found.line) == ("PL", "PLN", TOTAL)
    assert found.ours == pytest.approx(POLAND)
    assert not found.differs(0.0)


def test_a_difference_is_ours_less_theirs_in_money_and_relative_to_theirs():
    found = checked(employer_total_cost=70_000)
    assert found.difference == pytest.approx(POLAND - 70_000)
    assert found.relative == pytest.approx((POLAND - 70_000) / 70_000)
    assert found.differs(0.04)
    assert not found.differs(0.05)


def test_a_row_of_a_month_is_compared_with_a_twelfth_of_the_year():
    found = checked(gross_pay=4_806, employer_total_cost=5_862.37, period="Month")
    assert found.ours == pytest.approx(4_806 * 1.2198)
    assert not found.differs(0.001)


def test_a_row_names_charges_of_which_it_has_the_sum():
    found = checked(line="Pension (emerytalna); fgsp", amount=60_000 * 0.0986)
    assert found.line == "Pension (emerytalna); FGSP"
    assert not found.differs(0.0)


def test_brackets_of_one_charge_count_as_one():
    found = checked(country="IE", gross_pay=60_000, line="Employer PRSI class A", month="2026-10",
                    employer_total_cost=60_000 * 0.114)  # fmt: skip
    assert not found.differs(0.0)


def test_another_currency_is_converted_at_the_rate_of_the_tables():
    rate = currencies()["PLN"] / currencies()["EUR"]
    found = checked(currency="eur", gross_pay=10_000, employer_total_cost=12_198)
    assert found.ours == pytest.approx(12_198)
    # 100,000 euros are above the cap of the pension and disability contributions.
    capped = checked(currency="EUR", gross_pay=100_000, employer_total_cost=0)
    expected = 100_000 * 1.0572 + 282_600 * 0.1626 / rate
    assert capped.ours == pytest.approx(expected)
    assert math.isnan(capped.relative)
    assert capped.differs(0.1)


@pytest.mark.parametrize(
    ("changes", "month"),
    [
        ({"month": "2026-12"}, "2026-12"),
        ({"month": "2026-12-05"}, "2026-12"),
        ({"year": 2026.0}, "2026-01"),
        ({"year": "2028"}, "2028-01"),
        ({"month": "2027-03", "year": 2026}, "2027-03"),
        ({}, "2027-01"),
    ],
)
def test_a_row_has_the_law_of_its_month_or_january_of_its_year(changes, month):
    assert checked(**changes).month == month


def test_a_charge_without_a_rate_counts_0_and_the_row_says_so():
    found = checked(iso="US", country="")
    assert found.note == "no rate was found of Workers' compensation: it counts 0"


def test_a_region_and_other_letter_cases_of_columns_are_read():
    row = {"ISO": "mx", " Region ": "Mexico City", "Gross pay": 1, "Employer total cost": 1}
    (found,) = check_costs([Row("line 2", row)], "quotes.csv")
    assert found.location == "MX-CMX"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"country": "Polnd"}, "country is 'Polnd'; it must be an ISO code or a name, such as PL "
                               "or Poland; did you mean Poland?"),
        ({"country": ""}, "country is empty; it must be an ISO code or a name"),
        ({"region": "Texas"}, "region is 'Texas'; for Poland it must be Information and "
                              "communication (it company)"),
        ({"gross_pay": "sixty"}, "gross_pay is 'sixty'; it must be a number, 0 or more, up to "
                                 "1e+15"),
        ({"gross_pay": "60,000"}, "gross_pay is '60,000'; it must be a number, 0 or more, up to "
                                  "1e+15: write 60000"),
        ({"gross_pay": -1}, "gross_pay is -1; it must be a number, 0 or more, up to 1e+15"),
        ({"employer_total_cost": ""}, "employer_total_cost is empty; it must be a number, 0 or "
                                      "more, up to 1e+15"),
        ({"period": "week"}, "period is 'week'; it must be month or annual"),
        ({"currency": "QQQ"}, "currency is 'QQQ'; it must be one that the tables have a rate of, "
                              "such as PLN"),
        ({"month": "May"}, "month is 'May'; it must be a month such as 2027-01"),
        ({"year": 26}, "year is 26; it must be a year from 2000 to 2099, or empty"),
        ({"line": "Pensoin (emerytalna)"}, "line is 'Pensoin (emerytalna)', which is no charge of "
                                           "Poland in 2027-01; did you mean Pension (emerytalna)?"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named_with_file_row_column_and_value(changes, words):
    assert refused(**changes) == f"quotes.csv: line 2: {words}"


def test_a_missing_column_is_named():
    with pytest.raises(ScenarioError, match="column gross_pay is missing; did you mean gross"):
        check_costs([Row("line 2", {"iso": "PL", "gross": 1, "amount": 1})], "quotes.csv")


def test_a_file_without_rows_is_refused():
    with pytest.raises(ScenarioError, match=r"quotes\.csv: it has no rows"):
        check_costs([], "quotes.csv")


def test_a_code_and_a_name_of_different_countries_are_refused():
    assert refused(iso="DE").endswith(
        "iso is 'DE', but country is 'Poland'; correct one, or leave it empty"
    )
    assert checked(iso="pl").location == "PL"


@pytest.mark.parametrize("name", ["Total", "TOTALS", "Grand total", "Sum"])
def test_a_row_of_totals_is_refused_with_what_to_do(name):
    assert refused(country=name).endswith(f"country is {name!r}; delete rows that sum others")
