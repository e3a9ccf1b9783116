"""Cash and profit: what has to be funded, and what capital does to profit."""

import numpy as np
import pytest

from shorewise.engine import Scenario, take
from tests.support import plain_loops as loops
from tests.support.plain_months import Months, to_date
from tests.support.sample_scenarios import consistent, random_data, random_scenario
from tests.support.soak import seeds

SEEDS = pytest.mark.parametrize("seed", seeds(range(30)))
NAMES = pytest.mark.parametrize("name", loops.ABROAD)


@NAMES
def test_cash_of_a_team_abroad_is_a_loop_over_the_months(name):
    lines = loops.preset(name)
    values, costs = loops.cash_flows(name)
    assert loops.of_plan(lines, "cash_value") == pytest.approx(values, rel=1e-12)
    assert loops.of_plan(lines, "cash_cost") == pytest.approx(costs, rel=1e-12)
    assert loops.of_plan(lines, "npv_cash") == pytest.approx(loops.npv(values, costs), rel=1e-9)


@NAMES
def test_peak_funding_is_the_lowest_cumulative_cash_saving_in_its_month(name):
    lines = loops.preset(name)
    sums = to_date(v - c for v, c in zip(*loops.cash_flows(name), strict=True))
    assert loops.of_plan(lines, "peak_funding") == pytest.approx(min(sums), rel=1e-12)
    assert loops.of_plan(lines, "peak_funding_month") == 1 + sums.index(min(sums))


def test_the_funding_need_of_the_mid_case_is_no_lowest_cumulative_saving():
    lines = loops.preset("mid")
    assert f"{loops.of_plan(lines, 'lowest_cumulative'):,.2f}" == "-290,808.77"  # model.md
    assert loops.of_plan(lines, "peak_funding") > loops.of_plan(lines, "lowest_cumulative")


@SEEDS
def test_cash_of_any_scenario_is_a_loop_over_the_months(seed):
    months = Months(random_scenario(seed))
    for plan in months.plans:
        values, costs = months.value(plan, cash=True), months.cash_cost(plan)
        scale = sum(map(abs, values)) + sum(costs)
        # Differences of large flows: a few units in the last place of these.
        close = {"rel": 1e-9, "abs": 1e-12 * scale}
        saving = [value - cost for value, cost in zip(values, costs, strict=True)]
        assert loops.of_plan(months.lines, "cash_cost", plan) == pytest.approx(costs, **close)
        assert loops.of_plan(months.lines, "cash_saving", plan) == pytest.approx(saving, **close)
        sums = to_date(saving)
        assert loops.of_plan(months.lines, "cumulative_cash", plan) == pytest.approx(sums, **close)
        lowest = min(sums)
        found = loops.of_plan(months.lines, "peak_funding", plan)
        assert found == pytest.approx(lowest, **close)
        month = loops.of_plan(months.lines, "peak_funding_month", plan)
        if lowest < -1e-9 * scale:
            assert sums[int(month) - 1] == pytest.approx(lowest, **close)
        elif lowest > 0:
            assert np.isnan(month)


@SEEDS
@pytest.mark.parametrize("decision", ["replace", "instead"])
def test_the_baseline_has_nothing_to_fund_in_any_month(seed, decision):
    lines = Scenario.from_dict(
        consistent(random_data(seed) | {"decision": decision}), "none"
    ).evaluate()
    assert loops.of_plan(lines, "peak_funding", 0) == loops.of_plan(lines, "npv_cash", 0) == 0
    assert np.isnan(loops.of_plan(lines, "peak_funding_month", 0))
    assert not any(loops.of_plan(lines, "cash_saving", 0))


@SEEDS
def test_depreciation_is_a_loop_over_what_is_bought(seed):
    months = Months(random_scenario(seed))
    for plan in months.plans:
        capital, expected = months.capital(plan), months.depreciation(plan)
        assert loops.of_plan(months.lines, "capital", plan) == pytest.approx(capital, rel=1e-12)
        assert loops.of_plan(months.lines, "depreciation", plan) == pytest.approx(
            expected, rel=1e-9, abs=1e-12 * sum(capital)
        )


@SEEDS
def test_depreciation_is_the_capital_if_the_horizon_is_long_enough(seed):
    data = random_data(seed) | {"horizon_months": 120, "months_counted": 0}
    data["depreciation_months"] = 1 + seed
    for plan in data["plans"]:
        for wave in plan.get("waves", []):
            wave["month"] = min(wave["month"], 80)
            wave["end"] = 0
    lines = Scenario.from_dict(data, "long").evaluate()
    for plan in range(len(data["plans"])):
        bought = sum(loops.of_plan(lines, "capital", plan))
        written_off = sum(loops.of_plan(lines, "depreciation", plan))
        assert written_off == pytest.approx(bought, rel=1e-9)


def test_capital_of_the_mid_case_is_depreciated_in_equal_parts():
    lines = loops.preset("mid", depreciation_months=20)
    assert loops.of_plan(lines, "depreciation") == pytest.approx([2_500] * 20 + [0] * 16)


@SEEDS
def test_profit_differs_from_cash_by_capital_and_its_depreciation(seed):
    lines = random_scenario(seed).evaluate()
    capital, written_off = take(lines, "capital"), take(lines, "depreciation")
    expected = take(lines, "cash_saving") + capital - written_off
    scale = np.max(take(lines, "cash_value") + take(lines, "cash_cost"))
    assert take(lines, "profit_saving") == pytest.approx(expected, rel=1e-9, abs=1e-11 * scale)


@SEEDS
def test_longer_depreciation_changes_no_cash(seed):
    data = random_data(seed)
    short, long = (
        Scenario.from_dict(data | {"depreciation_months": months}, "one").evaluate()
        for months in (1, 120)
    )
    for name in ("cash_saving", "peak_funding", "npv", "npv_cash"):
        np.testing.assert_array_equal(short[name], long[name], name)


@SEEDS
@pytest.mark.parametrize("decision", ["replace", "instead"])
def test_a_plan_equal_to_the_baseline_saves_no_cash_and_has_no_month_of_funding(seed, decision):
    data = consistent(random_data(seed) | {"decision": decision})
    twin = data["plans"][0] | {"name": "Twin"}
    lines = Scenario.from_dict(data | {"plans": [*data["plans"], twin]}, "twin").evaluate()
    for name in ("saving", "cash_saving", "peak_funding", "cumulative_cash"):
        assert not np.any(take(lines, name, plan=-1)), name
    assert np.isnan(take(lines, "peak_funding_month", plan=-1))
