"""The statement by fiscal year and quarter, for every month in which a fiscal year may start."""

import numpy as np
import pytest

from shorewise.engine import Scenario, default_model, take
from shorewise.engine.cost_kinds import GROUPS
from shorewise.engine.lines.cash import GROUP_LINES
from shorewise.engine.lines.statement import STATED
from tests.support import plain_loops as loops
from tests.support.sample_scenarios import random_data, random_scenario
from tests.support.soak import seeds

STARTS = pytest.mark.parametrize("start", range(1, 13))
SEEDS = pytest.mark.parametrize("seed", seeds(range(20)))
LENGTH = {"year": 12, "quarter": 3}


def periods(first_month, fiscal_year_start, months, length):
    """Number of the fiscal period of each month, counted from that of month 1."""
    year, calendar = map(int, first_month.split("-"))
    found = []
    for _ in range(months):
        into = calendar - fiscal_year_start
        fiscal_year, month = (year, into) if into >= 0 else (year - 1, into + 12)
        found.append((fiscal_year, month // length))
        year, calendar = (year, calendar + 1) if calendar < 12 else (year + 1, 1)
    order = list(dict.fromkeys(found))
    return [order.index(period) for period in found]


def summed(flow, numbers, count):
    sums = [0.0] * count
    for amount, number in zip(flow, numbers, strict=True):
        sums[number] += amount
    return sums


@STARTS
@pytest.mark.parametrize("period", LENGTH)
@pytest.mark.parametrize("seed", [2, 3, 4, 8])
def test_flows_of_fiscal_periods_are_sums_by_the_calendar(seed, period, start):
    scenario = Scenario.from_dict(random_data(seed) | {"fiscal_year_start": start}, "fiscal")
    lines = scenario.evaluate()
    numbers = periods(scenario.start_month, start, scenario.horizon_months, LENGTH[period])
    for plan in range(len(scenario.plans)):
        for name in STATED:
            found = loops.of_plan(lines, f"{name}_by_{period}", plan)
            found = found if isinstance(found, list) else [found]
            flow = loops.of_plan(lines, name, plan)
            expected = summed(flow, numbers, len(found))
            scale = max(map(abs, flow))
            assert found == pytest.approx(expected, rel=1e-9, abs=1e-11 * scale), name


@STARTS
def test_a_year_from_october_holds_the_months_of_october_to_september(start):
    """By hand: a start in January 2027 is month 4 of a fiscal year from October."""
    lines = loops.preset("mid", fiscal_year_start=start)
    before = (1 - start) % 12  # months of the fiscal year that are over
    first = 12 - before
    cost = loops.of_plan(lines, "cost")
    assert loops.of_plan(lines, "cost_by_year")[0] == pytest.approx(sum(cost[:first]))
    assert loops.of_plan(lines, "cost_by_year")[1] == pytest.approx(sum(cost[first : first + 12]))
    if start == 10:
        assert first == 9


def test_the_statement_has_every_group_and_the_flows_of_cash_and_profit():
    assert [*STATED][: len(GROUPS)] == [GROUP_LINES[group] for group in GROUPS]
    assert {"cost", "saving", "cash_saving", "capital", "depreciation"} < {*STATED}


@SEEDS
@pytest.mark.parametrize("period", LENGTH)
def test_fiscal_periods_sum_to_the_horizon(seed, period):
    lines = random_scenario(seed).evaluate()
    for plan in range(lines["cost"].shape[1]):
        for name in STATED:
            flow = np.reshape(loops.of_plan(lines, name, plan), -1)
            found = np.sum(loops.of_plan(lines, f"{name}_by_{period}", plan))
            assert found == pytest.approx(flow.sum(), rel=1e-9, abs=1e-11 * np.abs(flow).sum()), (
                name
            )


@SEEDS
@pytest.mark.parametrize("period", LENGTH)
def test_cash_internal_time_and_output_lost_sum_to_the_cost_of_every_period(seed, period):
    lines = random_scenario(seed).evaluate()
    parts = sum(
        take(lines, f"{n}_by_{period}") for n in ("cash_cost", "internal_cost", "lost_cost")
    )
    assert parts == pytest.approx(take(lines, f"cost_by_{period}"), rel=1e-9, abs=1e-9)


@SEEDS
@pytest.mark.parametrize("period", LENGTH)
def test_value_less_cost_is_the_saving_of_every_period_and_its_sum_to_date(seed, period):
    lines = random_scenario(seed).evaluate()
    value, cost = (take(lines, f"{name}_by_{period}") for name in ("value", "cost"))
    scale = np.abs(value).max() + cost.max()
    assert take(lines, f"saving_by_{period}") == pytest.approx(value - cost, abs=1e-9 * scale)
    sums = np.cumsum(value - cost, axis=-1)
    assert take(lines, f"cumulative_by_{period}") == pytest.approx(sums, abs=1e-9 * scale)


@SEEDS
@pytest.mark.parametrize("period", LENGTH)
def test_the_cumulative_saving_of_the_last_period_is_that_of_the_horizon(seed, period):
    lines = random_scenario(seed).evaluate()
    last = take(lines, f"cumulative_by_{period}")[..., -1]
    flows = take(lines, "total_value") + take(lines, "total_cost")
    found = take(lines, "closing_cumulative")
    assert (np.abs(last - found) <= 1e-11 * flows).all()


def test_the_checks_compare_fiscal_periods_with_the_horizon():
    """A cost that no fiscal year holds is found by the check of the years, and by no other."""
    scenario = Scenario.preset("mid")
    lines = scenario.evaluate()
    for period, check in (("year", "check_years"), ("quarter", "check_quarters")):
        name = f"total_by_{period}"
        wrong = scenario.values | {name: lines[name] * 1.001}
        found = default_model().evaluate(wrong, scenario.horizon_months)
        assert not take(found, check, plan=1)
        assert not take(found, "all_checks")
        assert take(found, "check_cost", plan=1)
