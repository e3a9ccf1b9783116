"""Sums of rounded numbers that are exactly 0: against exact arithmetic, and goal seek put back."""

import random
import re
from fractions import Fraction
from itertools import accumulate

import numpy as np
import pytest

from shorewise.engine import Scenario, default_model, take
from shorewise.engine.calculators.cashflow import break_even, payback
from shorewise.engine.measures import FIGURES
from shorewise.engine.uncertainty.goal_seek import solve
from shorewise.engine.uncertainty.varied_inputs import address_of, with_value
from tests.support.sample_scenarios import eight_data
from tests.support.soak import SOAK

DEFAULT, HYBRID = Scenario.default(), Scenario.from_toml("examples/hybrid.toml")
MODEL = default_model()
INPUTS = ("salary", "management_rate", "productivity", "process_development_cost", "rework_end")
MONTHS = ("break_even_month", "break_even_month_whole", "discounted_payback_month")


def exact(setup, savings):
    """Break-even by its definition, in whole cents: interpolated, None if never."""
    to_date = list(accumulate(savings, initial=-setup))
    behind = [month for month, amount in enumerate(to_date) if amount < 0]
    if not behind:
        return Fraction(0)
    last = behind[-1]
    if last == len(savings):
        return None
    return last + Fraction(-to_date[last], savings[last])


def cents(count, digits):
    """Setups and savings in cents: paid back to the cent, a cent short, a cent over."""
    draw = random.Random(1)
    for number in range(count):
        most = 10 ** draw.choice(digits)
        months = draw.choice([1, 2, 5, 10, 12, 24, 36, 60, 119])
        saving = draw.randint(1, most)
        savings = [draw.randint(1, most) if number % 2 else saving for _ in range(months)]
        yield max(0, sum(savings) - draw.choice([0, 0, 1, -1])), [*savings, 0]


def test_break_even_and_payback_in_cents_match_exact_arithmetic():
    for setup, savings in cents(4_000, [2, 3, 5, 7, 9, 11]):
        expected = exact(setup, savings)
        given = np.array([savings]) / 100, np.array([setup / 100])
        whole = payback(*given, np.zeros(1), np.zeros(1)).item()
        if expected is None:
            assert np.isnan([break_even(*given).item(), whole]).all(), (setup, savings)
        else:
            assert break_even(*given).item() == pytest.approx(float(expected), rel=1e-9)
            assert whole == -(-expected // 1), (setup, savings)


def test_break_even_of_a_plan_in_cents_matches_exact_arithmetic():
    for setup, savings in cents(1_000, [2, 3, 5, 7, 9]):  # a cent in 50 billion is told apart
        value = np.array(savings, float).reshape(1, 1, 1, 1, -1) / 100 + 7_000.1
        cost = np.full_like(value, 7_000.1)
        cost[..., 0] += setup / 100
        given = {**DEFAULT.values, "value": value, "cost": cost}
        found = MODEL.evaluate(given, len(savings), MONTHS[:2])
        moment, whole = (take(found, name, plan=1).item() for name in MONTHS[:2])
        # Here the setup is spent in month 1, not before it; without any saving there is no answer.
        flows = [savings[0] - setup, *savings[1:]]
        expected = exact(0, flows) if any(flows) else None
        if expected is None:
            assert np.isnan([moment, whole]).all(), (setup, savings)
        else:
            assert moment == pytest.approx(float(expected), rel=1e-7)
            assert whole == max(1, -(-expected // 1)), (setup, savings)


@pytest.mark.parametrize(
    ("setup", "savings", "month"),
    [
        pytest.param(224_569.08, [18_714.09] * 12, 12, id="setup-repaid-to-the-cent"),
        pytest.param(1, [0.1] * 36, 10, id="ten-tenths"),
        pytest.param(0, [1, -1, 0, 0], 0, id="never-behind-and-0-at-the-end"),
        pytest.param(0, [2, -1, -1], 0, id="never-behind-in-two-steps"),
        pytest.param(0, [1, -1, -1, 1], 4, id="behind-in-month-3"),
        pytest.param(0, [0.3, -0.1, -0.2], 0, id="never-behind-in-tenths"),
        pytest.param(0, [0, 0, 0], np.nan, id="never-ahead-or-behind"),
    ],
)
def test_break_even_follows_its_definition(setup, savings, month):
    given = np.array([savings], float), np.array([float(setup)])
    np.testing.assert_allclose(break_even(*given), [month], rtol=1e-12)
    np.testing.assert_array_equal(payback(*given, np.zeros(1), np.zeros(1)), [month])


def test_a_discounted_saving_exactly_equal_to_the_setup_pays_back():
    for rate in np.linspace(0, 1, 101):
        for months in (1, 12, 36, 120):
            factors = (1 + rate) ** (-np.arange(1, months + 1) / 12)
            setup = np.array([100_000.1 * factors.sum()])
            found = payback(np.full((1, months), 100_000.1), setup, np.array([rate]), np.zeros(1))
            assert found.item() == months


def put_back(scenario, name, value, measure, plan):
    """A month as the whole model has it, with an answer of goal seek put back."""
    values = with_value(scenario.values, address_of(scenario, name), np.array([value]))
    return take(MODEL.evaluate(values, scenario.horizon_months), FIGURES[measure], plan=plan).item()


def test_the_highest_salary_for_month_36_breaks_even_in_month_36():
    found = solve(Scenario.from_dict(eight_data(), "eight"), "salary", "break_even_month", 36, 1)
    values = Scenario.from_dict(eight_data(salary=found.values[0]), "eight").evaluate()
    assert take(values, "break_even_month_whole", plan=1).item() == 36
    assert take(values, "break_even_month", plan=1).item() == pytest.approx(36, abs=1e-9)
    assert take(values, "plan_pays", plan=1).item() == 0  # the limit is 12


def varied(draw):
    """A scenario near an example: other pay, heads, charges, horizon and start of its sites."""
    data = draw.choice([DEFAULT, HYBRID]).to_dict()
    data["horizon_months"] = draw.choice([12, 18, 24, 36, 60, 120])
    data["discount_rate"] = draw.choice([0, 0.07, draw.random() / 3])
    for site in data["sites"][1:]:
        times = draw.uniform(0.5, 2.2)
        site["salary"] = {role: round(pay * times, 2) for role, pay in site["salary"].items()}
        site |= {"established": draw.randint(0, 1), "productivity": draw.uniform(0.6, 1.1)}
        site["wage_inflation"] = draw.choice([0, 0.05, 0.2])
        site["statutory"] = [
            {"line": "capped", "rate": 0.2, "cap": draw.randint(10, 120) * 1_000},
            {"line": "exempt", "rate": 0.1, "exempt": draw.randint(0, 50) * 1_000},
        ]
    for plan in data["plans"]:
        times = draw.choice([0.3, 1, 7, 1_000])
        for site, heads in plan["heads"].items():
            plan["heads"][site] = {role: number * times for role, number in heads.items()}
    return Scenario.from_dict(data, "varied")


@pytest.mark.soak
def test_solutions_of_goal_seek_meet_the_deadline_exact_and_as_printed():
    draw, answers, scenarios = random.Random(1), 0, 80 if SOAK else 16
    for _ in range(scenarios):
        scenario = varied(draw)
        last, plan = scenario.horizon_months, draw.randrange(1, len(scenario.plans))
        for name in INPUTS:
            measure = draw.choice(MONTHS)
            month = min(last, draw.randint(1, last) + draw.choice([0, 0, 0.1, draw.random()]))
            found = solve(scenario, name, measure, month, plan)
            latest = month if measure == "break_even_month" else int(month)
            for value in found.values:
                assert put_back(scenario, name, value, measure, plan) <= latest, found
                answers += 1
            if found.status == "one":
                printed = re.search(rf" with {name} ([\d,.]+)( %)? \(", found.text)
                value = float(printed[1].replace(",", "")) / (100 if printed[2] else 1)
                assert put_back(scenario, name, value, measure, plan) <= latest, found
    assert answers > 150 / 80 * scenarios


def test_one_cent_a_year_above_the_highest_salary_misses_the_deadline():
    for heads in (1, 8, 100_000):
        data = eight_data()
        data["plans"][1]["heads"]["Krakow"] = heads
        scenario = Scenario.from_dict(data, "eight")
        highest = solve(scenario, "salary", "break_even_month", 20, 1).values[0]
        months = [
            put_back(scenario, "salary", highest + cents, "break_even_month_whole", 1)
            for cents in (0, 0.01)
        ]
        assert months == [20, 21]
