"""How high pay may go, in closed form: what goal seek finds, and what the model gives there."""

import numpy as np
import pytest

from shorewise.engine import Scenario, default_model
from shorewise.engine.uncertainty.goal_seek import solve
from tests.support.sample_scenarios import eight_data, random_data

DEFAULT = Scenario.default()
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


def test_mid_case_is_that_of_the_reference_model():
    # model.md, section 4: the highest salary that breaks even by month 12, which is the limit.
    assert DEFAULT.evaluate()["salary_break_even"][0, 1].item() == pytest.approx(71_956, abs=0.5)
    by_9 = Scenario.from_dict(DEFAULT.to_dict() | {"break_even_limit": 9}, "by 9").evaluate()
    assert by_9["salary_break_even"][0, 1].item() == pytest.approx(58_890.30, abs=0.005)


@pytest.mark.parametrize("plan", [1, 2, 3])
def test_goal_seek_finds_the_same(plan):
    values = DEFAULT.evaluate()
    for line, measure, target in (
        ("salary_break_even", "break_even_month", 12),
        ("salary_saving", "net_saving", DEFAULT.values["saving_target"].item()),
    ):
        found = solve(DEFAULT, "salary", measure, target, plan)
        assert found.values[0] == pytest.approx(values[line][0, plan].item(), rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_with_that_pay_the_goal_is_just_met(seed):
    scenario = linear(seed)
    values = scenario.evaluate()
    for times_line, gap_of in (
        (
            "pay_times_break_even",
            lambda v, p: v["cumulative"][0, p, 0, 0, int(v["goal_month"].item()) - 1 :].min(),
        ),
        (
            "pay_times_saving",
            lambda v, p: (
                (v["net_saving"] - v["saving_target"])[0, p].item() * v["total_value"][0, p].item()
            ),
        ),
    ):
        for plan, times in enumerate(values[times_line][0, :, 0, 0, 0].tolist()):
            highest = (scenario.values["salary"][:, :, 1:] * times).max(initial=0)
            lowest = (scenario.values["salary"][:, :, 1:] * times).min(initial=np.inf)
            if np.isnan(times) or lowest < 1 or highest > 1e12:
                continue
            there = with_pay_times(scenario, times)
            scale = abs(there["total_cost"][0, plan].item()) + abs(
                there["total_value"][0, plan].item()
            )
            assert abs(gap_of(there, plan)) <= 1e-9 * scale


def gap_after(scenario, times, plan):
    """The lowest cumulative saving from the goal's month on, against all money, at other pay."""
    there = with_pay_times(scenario, times)
    first = int(there["goal_month"].item()) - 1
    scale = there["total_value"][0, plan].item() + there["total_cost"][0, plan].item()
    return there["cumulative"][0, plan, 0, 0, first:].min() / scale


def test_a_highest_salary_that_is_said_to_be_exact_is_whatever_the_charges():
    exact = inexact = 0
    for seed in range(200):
        data = random_data(seed) | {"sensitivity_case": 0, "case_number": 1}
        scenario = Scenario.from_dict(data, f"seed {seed}")
        values = scenario.evaluate()
        for plan in range(len(scenario.plans)):
            times = values["pay_times_break_even"][0, plan].item()
            abroad = scenario.values["salary"][:, :, 1:] * times
            if np.isnan(times) or abroad.min(initial=np.inf) < 1 or abroad.max(initial=0) > 1e12:
                continue
            if values["salary_break_even_exact"][0, plan].item():
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
def test_a_highest_salary_beyond_a_cap_is_said_to_be_inexact(salary, exact):
    # The caps of Vietnam lie between: what goal seek finds does not depend on today's salary.
    vietnam = {"location": "VN", "salary": salary, "attrition_rate": 0.12, "wage_inflation": 0.05}
    scenario = Scenario.from_dict(eight_data(**vietnam), "vietnam")
    values = scenario.evaluate()
    found = solve(scenario, "salary", "break_even_month", 12, 1).values[0]
    highest = values["salary_break_even"][0, 1].item()
    assert values["salary_break_even_exact"][0, 1].item() == exact
    assert (highest == pytest.approx(found, rel=1e-9)) == bool(exact)


def test_a_plan_without_heads_abroad_has_no_highest_pay():
    values = DEFAULT.evaluate()
    for line in ("pay_times_break_even", "salary_break_even", "pay_times_saving", "salary_saving"):
        assert np.isnan(values[line][0, 0].item())


def test_no_pay_is_low_enough_where_other_costs_are_too_high():
    data = DEFAULT.to_dict()
    data["sites"][1]["management_infrastructure_cost"] = 50_000_000
    values = Scenario.from_dict(data, "dear").evaluate()
    assert np.isnan(values["salary_break_even"][0, 1].item())


def test_beyond_a_cap_charges_no_longer_grow():
    data = DEFAULT.to_dict()
    rules = [{"line": "capped", "rate": 0.2, "cap": 50_000}]
    data["sites"][1].pop("statutory_rate", None)
    data["sites"][1] |= {"statutory": rules, "fx_rate": 1}
    values = Scenario.from_dict(data, "capped").evaluate()
    assert values["charges_by_pay"][0, 0, 1, 0].item() == 0
    assert values["statutory_charges"][0, 0, 1, 0].item() == 10_000


@pytest.mark.parametrize(
    "changes",
    [
        {"established": 1, "wage_inflation": 0.09},
        {"vendor_fee_rate": 0.2, "transfer_month": 18, "transfer_fee": 40_000},
    ],
    ids=["established", "build-operate-transfer"],
)
def test_a_plan_that_falls_behind_again_later_is_paid_less(changes):
    data = DEFAULT.to_dict()
    data["sites"][1] |= changes
    scenario = Scenario.from_dict(data, "later")
    highest = scenario.evaluate()["salary_break_even"][0, 1].item()
    found = solve(scenario, "site.Mid.salary", "break_even_month", 12, 1)
    assert highest == pytest.approx(found.values[0], rel=1e-9)
    months = with_pay_times(scenario, highest / 60_000 * (1 - 1e-9))["break_even_month"]
    assert months[0, 1].item() <= 12
