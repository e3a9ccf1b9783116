"""The bridge from steady-state saving to the saving over the horizon after risk."""

import math

import pytest

from shorewise.engine import take
from tests.support import plain_loops as loops
from tests.support.sample_scenarios import random_scenario
from tests.support.soak import seeds

BARS = ("setup", "ramp", "rework", "drift", "timed", "decision", "risk")


def steps(name):
    """Saving over the horizon by a loop, with one cause more at a time."""
    head, onshore = loops.abroad_head(name) / 12, loops.onshore_loaded() / 12
    steady = loops.steady_output(name)
    rework_end = loops.ABROAD[name]["rework"][1]
    live = range(2, loops.MONTHS + 1)  # The site starts after one month.
    cost = value = ramped = early = grown_value = grown_cost = 0.0
    for month in live:
        t, year = month - 1, (month - 1) // 12
        ramp = loops.ABROAD[name]["ramp"]
        share = ramp[t - 1] if t <= len(ramp) else 1.0
        cost += loops.HEADS * head
        value += loops.HEADS * onshore * steady
        ramped += loops.HEADS * onshore * steady * share
        early += loops.HEADS * onshore * loops.output(name, month)
        grown_value += loops.HEADS * onshore * loops.output(name, month) * 1.035**year
        grown_cost += loops.HEADS * head * (1 + loops.ABROAD[name]["growth"]) ** year
    assert 0 < rework_end < 1
    start = loops.setup(name)
    savings = [1 - cost / value, 1 - (cost + start) / value, 1 - (cost + start) / ramped]
    savings += [1 - (cost + start) / early, 1 - (grown_cost + start) / grown_value]
    return savings


@pytest.mark.parametrize("name", loops.ABROAD)
def test_the_bars_from_steady_state_to_the_horizon_are_those_of_a_loop(name):
    lines = loops.preset(name)
    savings = steps(name)
    assert loops.of_plan(lines, "net_saving_steady") == pytest.approx(savings[0], abs=1e-12)
    for bar, before, after in zip(BARS[:4], savings, savings[1:], strict=False):
        found = loops.of_plan(lines, f"bridge_{bar}")
        assert found == pytest.approx(after - before, abs=1e-12)
    assert loops.of_plan(lines, "net_saving") == pytest.approx(savings[-1], abs=1e-12)


def test_the_exit_of_an_onshore_team_is_the_bar_of_the_decision():
    lines = loops.preset("mid", severance_weeks=12, parallel_months=3)
    # 34.9 less 17.0 points.
    assert loops.of_plan(lines, "bridge_decision") == pytest.approx(-0.179, abs=1e-3)
    assert loops.of_plan(loops.preset("mid"), "bridge_decision") == 0


@pytest.mark.parametrize("decision", ["replace", "instead", "add"])
@pytest.mark.parametrize("name", loops.ABROAD)
def test_the_bridge_ends_at_the_saving_after_risk_for_every_decision(name, decision):
    lines = loops.preset(
        name,
        decision=decision,
        severance_weeks=12,
        parallel_months=3,
        billing_rate=150,
        failure_probability=0.1,
        sizing="output",
    )
    for plan in (0, 1):
        found = [loops.of_plan(lines, f"bridge_{bar}", plan) for bar in BARS]
        start = loops.of_plan(lines, "net_saving_steady", plan)
        end = loops.of_plan(lines, "net_saving_risk_adjusted", plan)
        # Nine figures, each rounded to twelve decimals.
        assert start + math.fsum(found) == pytest.approx(end, abs=9 * 5e-13)


@pytest.mark.parametrize("seed", seeds(range(40)))
def test_the_bridge_of_a_random_scenario_sums_to_its_end(seed):
    scenario = random_scenario(seed)
    lines = scenario.evaluate()
    ends = take(lines, "net_saving_risk_adjusted").reshape(-1)
    start = take(lines, "net_saving_steady").reshape(-1)
    bars = [take(lines, f"bridge_{bar}").reshape(-1) for bar in BARS]
    for plan, end in enumerate(ends):
        found = [bar[plan] for bar in bars]
        if take(lines, "delivers").reshape(-1)[plan] == 0:
            assert found == [0] * len(BARS)
            continue
        # Bars far beyond 1 lose as many digits as they have before the point.
        size = max(1, *map(abs, found))
        assert start[plan] + math.fsum(found) == pytest.approx(end, abs=1e-9 * size)
