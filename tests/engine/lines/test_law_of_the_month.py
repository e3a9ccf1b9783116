"""Statutory charges by the law of each month: against plain loops, and by hand."""

import numpy as np
import pytest

from shorewise.engine import Scenario, default_model, take
from shorewise.engine.errors import ScenarioError
from tests.support.plain_months import Months
from tests.support.sample_scenarios import random_scenario
from tests.support.soak import seeds

SEEDS = pytest.mark.parametrize("seed", seeds(range(60)))


def team(*charges, months=24, start="2027-01", **site):
    """One head onshore without charges, and one abroad with these, both at 120,000 a year."""
    return Scenario.from_dict(
        {
            "currency": "USD",
            "horizon_months": months,
            "start_month": start,
            "roles": ["Engineer"],
            "sizing": "heads",
            "sites": [
                {"name": "Home", "salary": 120_000, "statutory": []},
                {"name": "There", "salary": 120_000, "local_management_rate": 0, "extra_months": 0,
                 "wage_inflation": 0, "fx_drift": 0, "lead_time_months": 0,
                 "statutory": [*charges]} | site,
            ],
            "plans": [
                {"name": "Home", "heads": {"Home": 1}},
                {"name": "There", "heads": {"There": 1}},
            ],
        },
        "case",
    )  # fmt: skip


def charges(scenario):
    """Charges of the plan abroad by month."""
    return take(scenario.evaluate(), "charges_cost", plan=1).tolist()


def yearly(scenario):
    return take(scenario.evaluate(), "statutory_charges", site=1, role=0).item()


@SEEDS
def test_charges_of_the_first_month_equal_a_loop(seed):
    scenario = random_scenario(seed)
    loop, found = Months(scenario), scenario.evaluate()
    for site in loop.sites:
        for role in range(len(loop.names)):
            got = take(found, "statutory_charges", site=site, role=role).item()
            assert got == pytest.approx(loop.charges(site, role, 1), rel=1e-12, abs=1e-9)


@pytest.mark.soak(keep=20)
@SEEDS
def test_charges_of_each_month_equal_a_loop(seed):
    scenario = random_scenario(seed)
    loop, found = Months(scenario), scenario.evaluate()
    for site in loop.sites:
        rate = loop.of("fx_rate", site=site)
        for role in range(len(loop.names)):
            got = take(found, "charges_by_law", site=site, role=role) / rate
            expected = [loop.charges(site, role, month) for month in loop.months]
            np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-9)


def test_a_charge_that_becomes_law_in_month_13_is_charged_from_then_on():
    there = team({"rate": 0.1, "first_month": "2028-01"})
    assert charges(there) == [0] * 12 + [pytest.approx(1_000)] * 12  # 10 % of 10,000 a month


def test_a_charge_that_ends_after_month_12_is_charged_up_to_then():
    there = team({"rate": 0.1, "last_month": "2027-12"})
    assert charges(there) == pytest.approx([1_000] * 12 + [0] * 12)


def test_a_rate_that_rises_in_steps_is_that_of_each_month():
    steps = (
        {"rate": 0.035, "last_month": "2027-07"},
        {"rate": 0.0425, "first_month": "2027-08", "last_month": "2028-07"},
        {"rate": 0.05, "first_month": "2028-08"},
    )
    expected = [350] * 7 + [425] * 12 + [500] * 5
    assert charges(team(*steps)) == pytest.approx(expected)


def test_the_law_before_the_start_has_no_part_in_the_cost():
    there = team({"rate": 0.2, "last_month": "2026-12"}, {"rate": 0.1, "first_month": "2027-01"})
    assert charges(there) == pytest.approx([1_000] * 24)


def test_leads_and_a_vendors_mark_up_follow_the_law():
    there = team(
        {"rate": 0.1, "first_month": "2028-01"}, local_management_rate=0.5, vendor_fee_rate=0.2
    )
    # 10 % of 10,000, and of the leads' half of it, with a fifth on top.
    assert charges(there)[-1] == pytest.approx(1_000 * 1.5 * 1.2)


def at_home(*charges):
    data = team().to_dict()
    data["sites"][0] |= {"statutory": [*charges], "wage_inflation": 0, "local_management_rate": 0}
    return Scenario.from_dict(data, "case").evaluate()


def test_a_charge_at_home_that_becomes_law_raises_what_the_output_is_worth():
    law = {"line": "New", "rate": 0.1, "first_month": "2028-01"}
    more = take(at_home(law), "value", plan=0) - take(at_home(law | {"rate": 0}), "value", plan=0)
    output = take(at_home(law), "effective_output", plan=0, site=0)
    np.testing.assert_allclose(more[:12], 0, atol=1e-6)
    np.testing.assert_allclose(more[12:], 1_000 * output[12:], rtol=1e-9)


@pytest.mark.parametrize(
    ("charge", "expected"),
    [
        ({"rate": 0.1, "from_pay": 120_000}, 12_000),
        ({"rate": 0.1, "from_pay": 120_001}, 0),
        ({"rate": 0.1, "to_pay": 120_000}, 12_000),
        ({"rate": 0.1, "to_pay": 119_999}, 0),
        ({"rate": 0.1, "base": 1.5}, 18_000),
        ({"rate": 0.1, "minimum": 13_000}, 13_000),
        ({"rate": 0.1, "maximum": 11_000}, 11_000),
        ({"rate": 0.1, "cap": 50_000, "exempt": 20_000}, 3_000),  # 10 % of 30,000
        ({"rate": 0.1, "from_pay": 200_000, "minimum": 13_000}, 0),
    ],
)
def test_each_kind_of_bound_by_hand(charge, expected):
    assert yearly(team(charge)) == pytest.approx(expected)


def test_a_charge_on_extra_months_only_as_far_as_it_falls_on_them():
    both = ({"rate": 0.1}, {"rate": 0.1, "on_extra": 0})
    there = team(*both, extra_months=1)
    # 10 % of thirteen months and 10 % of twelve, of 10,000 each.
    assert yearly(there) == pytest.approx(13_000 + 12_000)


def test_a_share_of_another_charge():
    there = team(
        {"line": "Fund", "rate": 0.0833}, {"line": "Interest", "rate": 0.12, "of_charge": "Fund"}
    )
    assert yearly(there) == pytest.approx(9_996 + 0.12 * 9_996)


def test_brackets_by_pay_take_one_rate_for_the_whole_base():
    brackets = (
        {"rate": 0.03, "to_pay": 99_999.99},
        {"rate": 0.05, "from_pay": 100_000, "to_pay": 149_999.99},
        {"rate": 0.07, "from_pay": 150_000},
    )
    assert yearly(team(*brackets)) == pytest.approx(6_000)


@pytest.mark.parametrize(
    ("salary", "rate"),
    [
        (99_999.99, 0.03), (99_999.994, 0.03), (99_999.995, 0.05), (99_999.9999, 0.05),
        (100_000, 0.05), (100_000.004, 0.05),
    ],
)  # fmt: skip
def test_no_pay_falls_between_two_brackets_that_are_a_cent_apart(salary, rate):
    brackets = ({"rate": 0.03, "to_pay": 99_999.99}, {"rate": 0.05, "from_pay": 100_000})
    found = team(*brackets, salary=salary).evaluate()
    assert take(found, "statutory_charges", site=1, role=0).item() == pytest.approx(salary * rate)
    above = take(found, "condition_above", site=1, role=0).ravel()[:2]
    below = take(found, "condition_below", site=1, role=0).ravel()[:2]
    # How far pay may move is told by pay itself, which a cent of a bracket's end does not round.
    ends, begins = 99_999.99, 100_000
    assert above == pytest.approx(
        [salary / ends if salary <= ends else 0, salary / begins if salary < begins else 0]
    )
    assert below == pytest.approx(
        [ends / salary if salary > ends else 0, begins / salary if salary >= begins else 0]
    )


def test_thirteen_months_of_a_salary_with_a_fraction_of_a_cent_are_in_the_bracket_they_reach():
    salary = 100_000 / 13 * 12  # 92,307.6923..., which makes 99,999.99999999999
    brackets = ({"rate": 0.03, "to_pay": 99_999.99}, {"rate": 0.05, "from_pay": 100_000})
    assert yearly(team(*brackets, salary=salary, extra_months=1)) == pytest.approx(5_000)


@pytest.mark.parametrize(
    ("charges", "words"),
    [
        ([{"line": "A", "rate": 0.1, "of_charge": "B"}], "of_charge is 'B', which is no charge"),
        ([{"line": "A", "rate": 0.1, "of_charge": "A"}], "it must be another charge"),
        (
            [
                {"line": "A", "rate": 0.1, "of_charge": "B"},
                {"line": "B", "rate": 0.1, "of_charge": "C"},
                {"line": "C", "rate": 0.1},
            ],
            "it must be another charge, one on pay",
        ),
        ([{"line": "A", "rate": 0.1, "first_month": "2027"}], "it must be a month like 2027-01"),
        ([{"line": "A", "rate": 0.1, "first_month": "2027-13"}], "it must be a month like"),
        (
            [{"line": "A", "rate": 0.1, "first_month": "2028-01", "last_month": "2027-12"}],
            "first_month is '2028-01'; it must not be above last_month, which is '2027-12'",
        ),
        (
            [{"line": "A", "rate": 0.1, "from_pay": 10, "to_pay": 9}],
            "from_pay is 10; it must not be above to_pay, which is 9",
        ),
        (
            [{"line": "A", "rate": 0.1, "minimum": 10, "maximum": 9}],
            "minimum is 10; it must not be above maximum, which is 9",
        ),
    ],
)
def test_a_rule_that_cannot_be_is_refused(charges, words):
    with pytest.raises(ScenarioError) as error:
        team(*charges)
    assert words in str(error.value)
    assert "sites[1] 'There', statutory[0]" in str(error.value)


def test_months_and_shares_come_back_from_the_scenario_as_they_were():
    given = (
        {"line": "Fund", "rate": 0.08, "first_month": "2027-03", "last_month": "2029-12"},
        {"line": "Interest", "rate": 0.12, "of_charge": "Fund", "on_extra": 0.0},
    )
    [fund, interest] = team(*given).to_dict()["sites"][1]["statutory"]
    assert fund == given[0] | {"grade": "own"}
    again = team(fund, interest)
    assert yearly(again) == yearly(team(*given))


def test_the_law_of_the_month_is_in_the_cash_of_the_plan():
    there = team({"rate": 0.1, "first_month": "2028-01"})
    without = team()
    paid = [take(one.evaluate(), "cash_cost", plan=1) for one in (there, without)]
    np.testing.assert_allclose((paid[0] - paid[1])[:12], 0, atol=1e-9)
    np.testing.assert_allclose((paid[0] - paid[1])[12:], 1_000, rtol=1e-9)


@pytest.mark.parametrize("part", ["first_month", "last_month"])
def test_months_of_law_may_vary_from_case_to_case(part):
    scenario = team({"rate": 0.1, "first_month": "2027-03", "last_month": "2028-10"})
    name = f"statutory_{part}"
    one = scenario.values[name]
    days = np.array([46388.0, 46569.0, 46753.0])  # 1 January and 1 July 2027, 1 January 2028
    several = np.repeat(one, 3, axis=0)
    several[:, 0, 1, 0, 0] = days
    found = default_model().evaluate(scenario.values | {name: several}, scenario.horizon_months)
    for case, day in enumerate(days):
        alone = one.copy()
        alone[0, 0, 1, 0, 0] = day
        single = default_model().evaluate(scenario.values | {name: alone}, scenario.horizon_months)
        for line in ("charges_by_law", "charges_cost"):
            np.testing.assert_array_equal(found[line][case], single[line][0], line)
