"""Actuals: the reforecast and the variance equal loops over the ledger, and add up."""

import numpy as np
import pytest

from shorewise.engine import Scenario, ScenarioError, take
from shorewise.engine.actuals import (
    RESULTS,
    Actuals,
    planned_inputs,
    planned_rate,
    reforecast,
)
from shorewise.engine.cost_kinds import GROUPS
from shorewise.engine.ledger import read_ledger
from tests.support.ledgers import random_ledger, restated, rows_of
from tests.support.sample_scenarios import random_scenario

PAY, SETUP = [*GROUPS].index("pay"), [*GROUPS].index("setup")
ROUNDING = 1e-9  # relative: sums of some thousand products in another order


def restate(scenario, *tables, **options):
    return reforecast(scenario, read_ledger(scenario, rows_of(*tables), "ledger", **options))


def as_planned(scenario, plan, last):
    """Actuals that are the plan."""
    name = scenario.plans[plan]
    planned = planned_inputs(scenario, scenario.evaluate(), name)
    cost, heads, output = (
        planned[key][0, 0, 0, ..., :last]
        for key in ("planned_cost", "planned_heads", "planned_output")
    )
    return Actuals(name, last, cost, cost, heads[0], output[0])


@pytest.mark.parametrize("given", ["all", "no heads", "no output", "no rates"])
@pytest.mark.parametrize("seed", range(6))
def test_a_reforecast_equals_loops_over_the_rows_of_the_ledger(seed, given):
    scenario = random_scenario(seed)
    plan = len(scenario.plans) - 1
    options = {} if given == "all" else {given.removeprefix("no "): False}
    tables = random_ledger(scenario, plan, seed, **options)
    found, expected = restate(scenario, *tables), restated(scenario, plan, tables)
    for group, parts in expected.groups.items():
        computed = found.variance(group) | {"level": found.level(group)}
        near = pytest.approx(parts, rel=ROUNDING, abs=1e-6)
        assert {key: computed[key] for key in parts} == near, group
    assert found.output_level == pytest.approx(expected.output_level, rel=ROUNDING)
    for measure, value in (
        ("saving", expected.saving),
        ("npv", expected.npv),
        ("peak_funding", expected.peak),
        ("break_even_month", expected.break_even),
    ):
        now = found.now(measure)
        if value is None or now is None:
            assert now is value
        else:
            assert now == pytest.approx(value, rel=1e-7, abs=1e-4), measure


@pytest.mark.parametrize("seed", range(8))
def test_volume_price_and_currency_add_up_to_actual_less_plan(seed):
    scenario = random_scenario(seed)
    plan = len(scenario.plans) - 1
    found = restate(scenario, *random_ledger(scenario, plan, seed))
    for group in (None, *GROUPS):
        parts = found.variance(group)
        scale = 1e-12 * (abs(parts["planned"]) + abs(parts["actual"]) + abs(parts["volume"]) + 1)
        causes = parts["volume"] + parts["price"] + parts["currency"]
        assert causes == pytest.approx(parts["variance"], abs=scale)
        assert parts["variance"] == pytest.approx(parts["actual"] - parts["planned"], abs=scale)


@pytest.mark.parametrize("seed", range(8))
def test_a_plan_that_went_as_planned_keeps_its_results(seed):
    scenario = random_scenario(seed)
    end = int(take(scenario.evaluate(), "last_month"))
    for plan in range(len(scenario.plans)):
        for last in {1, 2, end}:
            found = reforecast(scenario, as_planned(scenario, plan, last))
            size = take(found.planned, "total_cost", plan=plan).item()
            for measure in RESULTS:
                before, now = found.before(measure), found.now(measure)
                if before is None:
                    assert now is None
                else:
                    near = 1e-7 if "month" in measure else 1e-11 * size
                    assert now == pytest.approx(before, rel=1e-9, abs=near), measure
            assert all(value == pytest.approx(0, abs=1e-11 * size) for value in (
                found.variance()[part] for part in ("variance", "volume", "price", "currency")
            ))  # fmt: skip


def one_group(scenario, amounts, group="Pay", **more):
    plan = scenario.plans[1]
    return [
        {"month": month, "plan": plan, "group": group, "amount": amount} | more
        for month, amount in enumerate(amounts, 1)
    ]


def test_the_level_is_taken_from_the_last_three_actual_months():
    scenario = Scenario.default()
    planned = planned_inputs(scenario, scenario.evaluate(), "Mid")["planned_cost"][0, 0, 0, PAY]
    found = restate(scenario, *one_group(scenario, [0, 0, *(1.2 * planned[2:5])]))
    assert found.level("pay") == pytest.approx(1.2)
    assert found.values["restated_cost"][0, 0, 0, PAY, 5:] == pytest.approx(1.2 * planned[5:])


def test_the_level_is_1_where_nothing_was_planned():
    found = restate(Scenario.default(), *one_group(Scenario.default(), [5_000], "Extra costs"))
    assert found.level("extras") == 1


def test_setup_goes_on_as_planned_whatever_was_spent():
    scenario = Scenario.default()
    found = restate(scenario, *one_group(scenario, [900_000], "setup"))
    planned = found.values["planned_cost"][0, 0, 0, SETUP]
    assert found.values["restated_cost"][0, 0, 0, SETUP] == pytest.approx([900_000, *planned[1:]])


def test_internal_time_and_output_lost_are_as_planned_unless_the_ledger_has_them():
    scenario = Scenario.default()
    found = restate(scenario, *one_group(scenario, [1, 2, 3]))
    assert found.variance("internal")["variance"] == 0
    assert found.level("internal") == 1
    rows = one_group(scenario, [1, 2, 3], "Internal time")
    assert restate(scenario, *rows).variance("internal")["actual"] == pytest.approx(6)


def test_a_higher_rate_makes_a_local_cost_cheaper_and_is_currency():
    # 40,000 in month 1 at 5 local a dollar are 200,000 local: 50,000 at the planned 4.
    scenario = Scenario.from_dict(
        {
            "roles": ["QA"],
            "sites": [
                {"name": "Home", "salary": 90_000},
                {"name": "Away", "salary": 30_000, "fx_rate": 4},
            ],
            "plans": [
                {"name": "Home", "heads": {"Home": {"QA": 4}}},
                {"name": "Away", "heads": {"Away": {"QA": 4}}},
            ],
        }
    )
    assert planned_rate(scenario.evaluate(), 1, 1) == 4
    rate = {"month": 1, "group": "rate", "amount": 5}
    in_dollars = restate(scenario, {"month": 1, "group": "pay", "amount": 40_000}, rate)
    in_local = restate(scenario, {"month": 1, "group": "pay", "local_amount": 200_000}, rate)
    for found in (in_dollars, in_local):
        assert found.variance("pay")["actual"] == pytest.approx(40_000)
        assert found.variance("pay")["currency"] == pytest.approx(-10_000)


def test_the_planned_rate_moves_with_the_drift_after_each_full_year():
    # A currency that loses a fifth a year against the dollar: 4 a dollar, then 4 / 0.8.
    away = {"name": "Away", "fx_rate": 4, "fx_drift": -0.2, "wage_inflation": 0.03}
    sites = [{"name": "Home", "wage_inflation": 0.03}, away]
    plans = [{"name": site["name"], "heads": {site["name"]: 4}} for site in sites]
    data = {"roles": ["QA"], "sites": sites, "plans": plans, "horizon_months": 36}
    values = Scenario.from_dict(data).evaluate()
    assert [planned_rate(values, 1, month) for month in (12, 13, 25)] == pytest.approx([4, 5, 6.25])


def test_heads_above_plan_cost_what_a_planned_head_costs():
    scenario = Scenario.default()
    values = scenario.evaluate()
    heads = take(values, "heads_working", plan=1)[:4]
    pay = planned_inputs(scenario, values, "Mid")["planned_cost"][0, 0, 0, PAY, :4]
    tables = one_group(scenario, pay)
    tables += one_group(scenario, heads + np.array([0, 0, 0, 2]), "heads")
    parts = restate(scenario, *tables).variance("pay")
    assert parts["volume"] == pytest.approx(2 * pay[3] / heads[3])
    assert parts["price"] == pytest.approx(-parts["volume"])


def test_less_output_than_planned_is_worth_less_and_goes_on():
    scenario = Scenario.default()
    actuals = as_planned(scenario, 1, 6)
    found = reforecast(scenario, Actuals("Mid", 6, actuals.cost, output=actuals.output / 2))
    assert found.output_level == pytest.approx(0.5)
    planned = take(found.planned, "value", plan=1)
    assert found.values["value"][0, 0, 0, 0] == pytest.approx(planned / 2)
    assert found.now("break_even_month") is None or (
        found.now("break_even_month") > found.before("break_even_month")
    )


@pytest.mark.parametrize("last", [0, 37])
def test_a_last_actual_month_outside_the_horizon_is_refused(last):
    with pytest.raises(ScenarioError, match="between 1 and 36"):
        reforecast(Scenario.default(), Actuals("Mid", last, np.zeros((len(GROUPS), last))))


def test_a_plan_that_the_scenario_does_not_have_is_refused():
    with pytest.raises(ScenarioError, match="no plan is called 'Moon'"):
        reforecast(Scenario.default(), Actuals("Moon", 1, np.zeros((len(GROUPS), 1))))


@pytest.mark.parametrize(
    ("times", "far"), [(0.49, 1), (0.51, 0), (1, 0), (1.99, 0), (2.01, 1), (-1, 1)]
)
def test_a_level_below_half_or_above_twice_the_plan_is_far_from_it(times, far):
    scenario = Scenario.default()
    planned = planned_inputs(scenario, scenario.evaluate(), "Mid")["planned_cost"][0, 0, 0, PAY]
    found = restate(scenario, *one_group(scenario, [0, *(times * planned[1:4])]))
    assert found.values["cost_level_is_far"][0, 0, 0, PAY, 0] == far


def test_a_cost_without_a_plan_is_far_from_it_and_setup_is_not():
    scenario = Scenario.default()
    for group, far in (("extras", 1), ("exit", 0)):
        found = restate(scenario, *one_group(scenario, [5_000], group))
        at = [*GROUPS].index(group)
        assert found.values["planned_cost"][0, 0, 0, at, 0] == 0
        assert found.values["cost_level_is_far"][0, 0, 0, at, 0] == far
