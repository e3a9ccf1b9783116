"""What an employer pays by the law of a country, and the salary within a budget.

Expected charges are worked out by hand beside each rule; those of the tables by plain loops.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shorewise.engine.calculators.employment import (
    employer_cost,
    gross_from_budget,
    notice_weeks,
    severance,
)
from shorewise.engine.declaration import day_of
from shorewise.engine.errors import DomainError
from shorewise.engine.locations import Location, Rule, locations
from tests.support import plain_charges


def place(*rules, extra_months=0.0):
    """A country that does not exist, with some rules."""
    facts = {"extra_months": extra_months, "salary": None, "productive_hours": None}
    return Location("XX", "Nowhere", "XXX", "UTC", 1.0, "2026-01-01", facts, {}, rules)


def charged(location, *salaries, month="2027-01", missing_rate=np.nan):
    """The sum of all charges at some salaries."""
    cost = employer_cost(np.array(salaries, float), location, month, missing_rate)
    assert cost.total == pytest.approx(
        cost.salary + cost.extra_pay + cost.charges.sum(axis=1), nan_ok=True
    )
    return cost.charges.sum(axis=1).tolist()


CASES = [
    pytest.param(place(Rule("A", 0.1)), [0, 60_000], [0, 6_000], id="a-rate"),
    pytest.param(
        place(Rule("A", 0.1, from_pay=50_000.0)), [49_999.99, 50_000, 60_000],
        [0, 5_000, 6_000], id="from-a-pay",
    ),
    pytest.param(
        place(Rule("A", 0.1, to_pay=50_000.0)), [49_999, 50_000, 50_000.01],
        [4_999.9, 5_000, 0], id="up-to-a-pay",
    ),
    pytest.param(  # a bracket of the whole base: 5 % up to 50,000, 8 % of all above
        place(Rule("A", 0.05, to_pay=50_000.0), Rule("B", 0.08, from_pay=50_000.01)),
        [50_000, 50_000.01, 100_000], [2_500, 4_000.0008, 8_000], id="whole-base-brackets",
    ),
    pytest.param(  # marginal brackets: 5 % up to 50,000, 8 % of what is above
        place(Rule("A", 0.05, cap=50_000.0), Rule("B", 0.08, exempt=50_000.0)),
        [40_000, 50_000, 100_000], [2_000, 2_500, 2_500 + 4_000], id="marginal-brackets",
    ),
    pytest.param(place(Rule("A", 0.1, base=1.05)), [60_000], [6_300], id="base-above-1"),
    pytest.param(
        place(Rule("A", 0.1, base=0.7, cap=70_000.0)), [60_000, 100_000, 200_000],
        [4_200, 7_000, 7_000], id="base-below-1",
    ),
    pytest.param(  # interest on another charge, and on one that does not hold
        place(Rule("A", 0.1), Rule("B", 0.2, to_pay=50_000.0), Rule("C", 0.12, of_charge=1),
              Rule("D", 0.5, of_charge=2)),
        [40_000, 60_000], [4_000 + 8_000 + 480 + 4_000, 6_000 + 720], id="share-of-a-charge",
    ),
    pytest.param(
        place(Rule("A", 0.1, minimum=1_000.0, maximum=5_000.0)), [0, 8_000, 20_000, 60_000],
        [1_000, 1_000, 2_000, 5_000], id="smallest-and-largest-amount",
    ),
    pytest.param(
        place(Rule("A", 0.1, floor=12_000.0)), [6_000, 12_000, 20_000], [1_200, 1_200, 2_000],
        id="floor",
    ),
    pytest.param(place(Rule("A", 0.0, flat=600.0)), [0, 60_000], [600, 600], id="flat"),
    pytest.param(place(), [60_000], [0], id="no-charge"),
]  # fmt: skip


@pytest.mark.parametrize(("location", "salaries", "expected"), CASES)
def test_each_kind_of_rule_charges_what_the_law_says(location, salaries, expected):
    assert charged(location, *salaries) == pytest.approx(expected, abs=1e-9)


def test_a_charge_may_leave_out_the_13th_month():
    location = place(Rule("A", 0.1), Rule("B", 0.2, on_extra=0.0), extra_months=1.0)
    cost = employer_cost(np.array([12_000.0]), location)
    assert cost.extra_pay.tolist() == [1_000]
    assert cost.charges[0] == pytest.approx([1_300, 2_400])
    assert cost.total[0] == pytest.approx(12_000 + 1_000 + 3_700)


def test_the_pay_from_which_a_charge_holds_has_the_extra_months_in_it():
    location = place(Rule("A", 0.1, from_pay=13_000.0, on_extra=0.0), extra_months=1.0)
    assert charged(location, 11_999, 12_000) == pytest.approx([0, 1_200])


def test_no_pay_falls_between_two_brackets_that_are_a_cent_apart():
    rules = (Rule("A", 0.05, to_pay=100.0), Rule("B", 0.08, from_pay=100.01))
    location = place(*rules, extra_months=0.592)
    salaries = np.arange(90.0, 100, 0.001)
    paid = salaries * (1 + 0.592 / 12)
    rate = employer_cost(salaries, location).charges.sum(axis=1) / paid
    assert rate == pytest.approx(np.where(paid < 100.005, 0.05, 0.08))


def test_the_law_of_the_month_counts():
    old = Rule("A", 0.1, last_month=day_of("2026-12"))
    new = Rule("A", 0.2, first_month=day_of("2027-01"), last_month=day_of("2027-06"))
    location = place(old, new)
    for month, expected in (("2026-12", 6_000), ("2027-01", 12_000), ("2027-07", 0)):
        assert charged(location, 60_000, month=month) == [expected]
    assert employer_cost(np.array([1.0]), location, "2026-12").rules == (old,)


def test_a_rate_that_was_not_found_gives_no_answer_unless_one_is_given():
    location = place(Rule("A", None), Rule("B", 0.1))
    assert np.isnan(charged(location, 60_000)).all()
    assert charged(location, 60_000, missing_rate=0.05) == pytest.approx([9_000])


def test_a_region_has_its_own_charges():
    # Mexico City: payroll tax of 4 % in place of 3 % (statutory_rules.csv), on 12.592 months.
    country, city = (charged(locations()[code], 600_000)[0] for code in ("MX", "MX-CMX"))
    assert city - country == pytest.approx(0.01 * 600_000 * (1 + 0.592 / 12))


@pytest.mark.parametrize("code", sorted(locations()))
def test_every_country_charges_what_plain_loops_over_its_table_say(code):
    iso, _, variant = code.partition("-")
    location = locations()[code]
    for usd in (5_000, 60_000, 250_000):
        pay = round(usd * location.fx_rate)
        for month in ("2026-10", "2027-01", "2030-06"):
            expected = sum(plain_charges.charges(iso, pay, month, variant).values())
            assert charged(location, pay, month=month, missing_rate=0.0)[0] == pytest.approx(
                expected, rel=1e-12
            )


def test_a_negative_salary_is_refused():
    with pytest.raises(DomainError, match="salary is -1; it must be 0 or more"):
        employer_cost(np.array([-1.0]), place())


@pytest.mark.parametrize("month", ["may", "2027-13", "1999-12", None])
def test_what_is_no_month_is_refused(month):
    with pytest.raises(DomainError, match=r"month is .* it must be between 2000-01 and 2099-12"):
        employer_cost(np.array([1.0]), place(), month)


# The salary within a budget


def test_the_salary_within_a_budget_is_solved_in_its_interval():
    location = place(Rule("A", 0.1, cap=50_000.0))
    budgets = np.array([11_000.0, 55_000, 65_000, 0])
    assert gross_from_budget(budgets, location).tolist() == [10_000, 50_000, 60_000, 0]


def test_a_budget_that_a_jump_of_cost_passes_over_gives_the_pay_just_below_the_jump():
    location = place(Rule("A", 0.1, from_pay=50_000.0))
    # 49,999.99 costs as much, 50,000 costs 55,000; 52,000 lies between.
    budgets = np.array([52_000.0, 54_999.99, 55_000])
    assert gross_from_budget(budgets, location).tolist() == [49_999.99, 49_999.99, 50_000]


def test_where_cost_falls_with_pay_the_highest_salary_within_the_budget_counts():
    location = place(Rule("A", 0.2, to_pay=50_000.0))
    # 45,000 costs 54,000 with the charge, and so does 54,000, which is above it.
    assert gross_from_budget(np.array([54_000.0]), location).tolist() == [54_000]


def test_no_salary_is_within_a_budget_below_what_is_paid_without_pay():
    location = place(Rule("A", 0.0, flat=600.0))
    found = gross_from_budget(np.array([599.99, 600, 600.01]), location)
    assert np.isnan(found[0])
    assert found[1:].tolist() == [0, 0.01]


def test_a_missing_rate_leaves_no_salary_within_a_budget():
    location = place(Rule("A", None))
    assert np.isnan(gross_from_budget(np.array([60_000.0]), location)).all()
    assert gross_from_budget(np.array([66_000.0]), location, missing_rate=0.1).tolist() == [60_000]


AMOUNT = st.one_of(st.none(), st.integers(0, 100_000).map(float))
RULE = st.builds(
    Rule,
    line=st.just("A"),
    rate=st.integers(0, 40).map(lambda per_cent: per_cent / 100),
    base=st.sampled_from([0.5, 1.0, 1.0493]),
    exempt=st.integers(0, 50_000).map(float),
    cap=AMOUNT,
    floor=st.integers(0, 30_000).map(float),
    flat=st.integers(0, 2_000).map(float),
    from_pay=AMOUNT,
    to_pay=AMOUNT,
    minimum=AMOUNT,
    maximum=AMOUNT,
    on_extra=st.sampled_from([0.0, 1.0]),
)


def assert_is_the_highest_within(budget, location, month="2027-01"):
    """Its cost is within the budget, that of a cent more is not; or no pay is."""
    found = gross_from_budget(np.array([budget]), location, month, 0.01)[0]
    if np.isnan(found):
        assert employer_cost(np.array([0.0]), location, month, 0.01).total[0] > budget
        return
    cost = employer_cost(np.array([found, round(found + 0.01, 2)]), location, month, 0.01).total
    assert cost[0] <= budget < cost[1]


@settings(max_examples=200, deadline=None)
@given(st.lists(RULE, max_size=4), st.sampled_from([0.0, 0.592, 2.0]), st.integers(0, 20_000_000))
def test_a_cent_more_than_the_salary_within_a_budget_costs_more_than_it(rules, extra, cents):
    assert_is_the_highest_within(cents / 100, place(*rules, extra_months=extra))


@pytest.mark.parametrize("code", sorted(locations()))
def test_the_salary_within_a_budget_is_the_highest_in_every_country(code):
    location = locations()[code]
    for usd in (500, 5_000, 40_000, 60_000, 250_000):
        assert_is_the_highest_within(round(usd * location.fx_rate, 2), location)


@pytest.mark.parametrize("code", sorted(locations()))
def test_the_cost_of_a_salary_is_a_budget_for_no_less(code):
    location = locations()[code]
    salary = np.array([round(60_000 * location.fx_rate, 2)])
    budget = employer_cost(salary, location, missing_rate=0.0).total
    assert gross_from_budget(budget, location, missing_rate=0.0)[0] >= salary[0]


# Severance and notice


def test_severance_by_the_years_of_the_table():
    # Mexico: 3 months and 0.6667 of a month a year (termination.csv).
    found = severance(np.array([12_000.0]), locations()["MX"], np.array([0, 1, 10.0]))
    assert found == pytest.approx([3_000, 3_666.7, 9_667])


def test_notice_by_the_years_of_the_table():
    rows = [
        row for row in plain_charges.table("termination.csv")
        if (row["iso"], row["kind"]) == ("FR", "notice")
    ]  # fmt: skip
    assert [row["from_years"] for row in rows] == ["2"]
    assert rows[0]["amount"] == "2"  # months
    found = notice_weeks(locations()["FR"], np.array([1, 2, 8.0]))
    assert np.isnan(found[0])
    assert found[1:] == pytest.approx([2 * 52 / 12] * 2)


def test_a_figure_that_is_known_at_3_years_only_says_nothing_about_more():
    # Poland: 2 months at 3 years (termination.csv).
    found = severance(np.array([12_000.0]), locations()["PL"], np.array([2.9, 3, 3.9, 4]))
    assert found[1:3].tolist() == [2_000, 2_000]
    assert np.isnan(found[[0, 3]]).all()


def test_severance_of_a_country_without_rows_is_refused_as_not_found():
    isos = {row["iso"] for row in plain_charges.table("termination.csv") if row["kind"] == "notice"}
    iso = sorted({code for code in locations() if "-" not in code} - isos)[0]
    with pytest.raises(DomainError, match=f"notice in {locations()[iso].country}.*: not found"):
        notice_weeks(locations()[iso], np.array([3.0]))


def test_a_negative_tenure_is_refused():
    with pytest.raises(DomainError, match="years is -1; it must be between 0 and 80"):
        severance(np.array([1.0]), locations()["MX"], np.array([-1.0]))
