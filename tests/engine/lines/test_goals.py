"""How high pay may go, in closed form: what goal seek finds, and what the model gives there."""

import numpy as np
import pytest

from shorewise.engine import Scenario, default_model, take
from shorewise.engine.uncertainty.goal_seek import solve
from tests.support.sample_scenarios import eight_data, random_data, reference_scenario

DEFAULT = reference_scenario()
# With sites abroad; their charges are made one rate each, so all is linear in pay.
SEEDS = [seed for seed in range(1, 30) if len(random_data(seed)["sites"]) > 1]


def linear(seed):
    data = random_data(seed)
    for site in data["sites"]:
        site.pop("statutory", None)
        site["statutory_rate"] = 0.2
    data |= {"sensitivity_case": 0, "case_number": 1}
    return Scenario.from_dict(data, f"seed {seed}")


def with_pay_times(scenario, times):
    """The model with all salaries abroad multiplied."""
    salary = scenario.values["salary"].copy()
    salary[:, :, 1:] *= times
    values = {**scenario.values, "salary": salary}
    return default_model().evaluate(values, scenario.horizon_months)


def test_goals_of_the_mid_case_match_the_reference_model():
    # model.md, section 4: the highest salary that breaks even by month 12, which is the limit.
    assert take(DEFAULT.evaluate(), "salary_break_even", plan=1).item() == pytest.approx(
        71_956, abs=0.5
    )
    by_9 = Scenario.from_dict(DEFAULT.to_dict() | {"break_even_limit": 9}, "by 9").evaluate()
    assert take(by_9, "salary_break_even", plan=1).item() == pytest.approx(58_890.30, abs=0.005)


@pytest.mark.parametrize("plan", [1, 2, 3])
def test_goal_seek_agrees_with_the_closed_form(plan):
    values = DEFAULT.evaluate()
    for line, measure, target in (
        ("salary_break_even", "break_even_month", 12),
        ("salary_saving", "net_saving", DEFAULT.values["saving_target"].item()),
    ):
        found = solve(DEFAULT, "salary", measure, target, plan)
        assert found.values[0] == pytest.approx(take(values, line, plan=plan).item(), rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_goal_is_just_met_at_the_highest_pay(seed):
    scenario = linear(seed)
    values = scenario.evaluate()
    for times_line, gap_of in (
        (
            "pay_times_break_even",
            lambda v, p: take(
                v, "cumulative", plan=p, month=slice(int(v["goal_month"].item()) - 1, None)
            ).min(),
        ),
        (
            "pay_times_saving",
            lambda v, p: (
                (v["net_saving"] - v["saving_target"])[0, p].item()
                * take(v, "total_value", plan=p).item()
            ),
        ),
    ):
        for plan, times in enumerate(take(values, times_line).tolist()):
            highest = (scenario.values["salary"][:, :, 1:] * times).max(initial=0)
            lowest = (scenario.values["salary"][:, :, 1:] * times).min(initial=np.inf)
            if np.isnan(times) or lowest < 1 or highest > 1e12:
                continue
            there = with_pay_times(scenario, times)
            scale = abs(take(there, "total_cost", plan=plan).item()) + abs(
                take(there, "total_value", plan=plan).item()
            )
            assert abs(gap_of(there, plan)) <= 1e-9 * scale


def gap_after(scenario, times, plan):
    """The lowest cumulative saving from the goal's month on, against all money, at other pay."""
    there = with_pay_times(scenario, times)
    first = int(there["goal_month"].item()) - 1
    scale = (
        take(there, "total_value", plan=plan).item() + take(there, "total_cost", plan=plan).item()
    )
    return take(there, "cumulative", plan=plan, month=slice(first, None)).min() / scale


@pytest.mark.soak
def test_a_highest_salary_reported_as_exact_is_exact_for_any_charges():
    exact = inexact = 0
    for seed in range(200):
        data = random_data(seed) | {"sensitivity_case": 0, "case_number": 1}
        scenario = Scenario.from_dict(data, f"seed {seed}")
        values = scenario.evaluate()
        for plan in range(len(scenario.plans)):
            times = take(values, "pay_times_break_even", plan=plan).item()
            abroad = scenario.values["salary"][:, :, 1:] * times
            if np.isnan(times) or abroad.min(initial=np.inf) < 1 or abroad.max(initial=0) > 1e12:
                continue
            if take(values, "salary_break_even_exact", plan=plan).item():
                assert abs(gap_after(scenario, times, plan)) < 1e-9, (seed, plan)
                exact += 1
            else:
                inexact += 1
    assert exact > 5
    assert inexact > 1


@pytest.mark.parametrize(
    ("salary", "exact"),
    [
        pytest.param(20_000, 0, id="below-the-caps"),
        pytest.param(35_000, 0, id="between-the-caps"),
        pytest.param(60_000, 1, id="above-the-caps"),
    ],
)
def test_a_highest_salary_beyond_a_cap_is_reported_as_inexact(salary, exact):
    # The caps of Vietnam lie between: what goal seek finds does not depend on today's salary.
    vietnam = {"location": "VN", "salary": salary, "attrition_rate": 0.12, "wage_inflation": 0.05}
    scenario = Scenario.from_dict(eight_data(**vietnam), "vietnam")
    values = scenario.evaluate()
    found = solve(scenario, "salary", "break_even_month", 12, 1).values[0]
    highest = take(values, "salary_break_even", plan=1).item()
    assert take(values, "salary_break_even_exact", plan=1).item() == exact
    assert (highest == pytest.approx(found, rel=1e-9)) == bool(exact)


def test_a_plan_without_heads_abroad_has_no_highest_pay():
    values = DEFAULT.evaluate()
    for line in ("pay_times_break_even", "salary_break_even", "pay_times_saving", "salary_saving"):
        assert np.isnan(take(values, line, plan=0).item())


def test_no_pay_is_low_enough_if_other_costs_are_too_high():
    data = DEFAULT.to_dict()
    data["sites"][1]["management_infrastructure_cost"] = 50_000_000
    values = Scenario.from_dict(data, "dear").evaluate()
    assert np.isnan(take(values, "salary_break_even", plan=1).item())


def test_charges_do_not_grow_beyond_their_cap():
    data = DEFAULT.to_dict()
    rules = [{"line": "capped", "rate": 0.2, "cap": 50_000}]
    data["sites"][1].pop("statutory_rate", None)
    data["sites"][1] |= {"statutory": rules, "fx_rate": 1}
    values = Scenario.from_dict(data, "capped").evaluate()
    assert take(values, "charges_by_pay", site=1, role=0).item() == 0
    assert take(values, "statutory_charges", site=1, role=0).item() == 10_000


@pytest.mark.parametrize(
    "changes",
    [
        {"established": 1, "wage_inflation": 0.09},
        {"vendor_fee_rate": 0.2, "transfer_month": 18, "transfer_fee": 40_000},
    ],
    ids=["established", "build-operate-transfer"],
)
def test_the_highest_pay_is_lower_if_the_plan_turns_negative_again_later(changes):
    data = DEFAULT.to_dict()
    data["sites"][1] |= changes
    scenario = Scenario.from_dict(data, "later")
    highest = take(scenario.evaluate(), "salary_break_even", plan=1).item()
    found = solve(scenario, "site.Mid.salary", "break_even_month", 12, 1)
    assert highest == pytest.approx(found.values[0], rel=1e-9)
    months = with_pay_times(scenario, highest / 60_000 * (1 - 1e-9))["break_even_month"]
    assert months[0, 1].item() <= 12
