"""Goal seek, two-way tables and simulation over the inputs of the decision."""

import numpy as np
import pytest

import shorewise as sw
from shorewise.engine import Scenario
from shorewise.engine.uncertainty.simulation import simulate
from tests.support import plain_loops as loops
from tests.support.driver_cases import ONLY_FIXED, case

SEEK = [
    ("severance_weeks", 24, "break_even_month", {"parallel_months": 3}),
    ("retention_bonus", 18, "break_even_month", {}),
    ("failure_probability", 0.30, "net_saving_risk_adjusted", {}),
    ("contribution_margin", 12, "break_even_month", {"decision": "add", "billing_rate": 180}),
    ("site.Mid.contract_management_share", 12, "break_even_month", {}),
    ("site.Mid.vacancy_months", 0.30, "net_saving", {}),
]


def with_input(data, name, value):
    """Plain data with an input of the scenario or of the mid site at a value."""
    if "." not in name:
        return data | {name: value}
    onshore, mid = data["sites"]
    return data | {"sites": [onshore, mid | {name.rsplit(".", 1)[1]: value}]}


def test_the_highest_severance_for_break_even_by_month_24_is_that_of_the_loop():
    data = loops.preset_data("mid", parallel_months=3)
    (weeks,) = sw.solve(data, "severance_weeks", 24, plan="Mid").values
    values, costs = loops.flows("mid")
    for month in (2, 3, 4):
        costs[month - 1] += loops.HEADS * loops.onshore_loaded() / 12
    left = sum(values[:24]) - sum(costs[:24])
    assert weeks == pytest.approx(left * 52 / (loops.HEADS * 180_000), rel=1e-9)


@pytest.mark.parametrize(("name", "target", "measure", "changes"), SEEK)
def test_what_goal_seek_finds_puts_the_measure_at_its_target(name, target, measure, changes):
    data = loops.preset_data("mid", **changes)
    (found,) = sw.solve(data, name, target, measure=measure, plan="Mid").values
    lines = Scenario.from_dict(with_input(data, name, found), "solved").evaluate()
    assert loops.of_plan(lines, measure) == pytest.approx(target, rel=1e-6)


def test_a_two_way_table_over_the_exit_is_the_model_at_each_pair():
    data = loops.preset_data("mid")
    weeks, months = (0, 12), (0, 3)
    table = sw.grid(data, {"severance_weeks": weeks, "parallel_months": months}, plan="Mid")
    expected = [
        [
            loops.of_plan(loops.preset("mid", severance_weeks=w, parallel_months=m), "net_saving")
            for m in months
        ]
        for w in weeks
    ]
    assert np.allclose(table.to_numpy(float), expected, rtol=0, atol=1e-12)


def worth(**changes):
    """NPV of the mid plan in each draw of its salary, all other drivers fixed."""
    varied = [row for row in ONLY_FIXED if row["name"] != "salary"]
    salary = case("salary", 0.8, 1.2, "uniform")
    data = loops.preset_data("mid", cases=[*varied, salary], **changes)
    return simulate(Scenario.from_dict(data, "drawn"), 64).all("npv")[:, 1]


@pytest.mark.parametrize(
    "changes",
    [
        {"severance_weeks": 12, "parallel_months": 3},
        {"decision": "instead"},
        {"decision": "add", "billing_rate": 150},
    ],
    ids=["replace", "instead", "add"],
)
def test_a_decision_moves_every_draw_by_what_it_costs_or_earns(changes):
    moved = loops.of_plan(loops.preset("mid", **changes), "npv")
    shift = moved - loops.of_plan(loops.preset("mid"), "npv")
    assert abs(shift) > 100_000
    assert worth().std() > 10_000
    assert worth(**changes) - worth() == pytest.approx(shift, rel=1e-6)


def test_sizing_scales_all_but_the_fixed_setup_in_every_draw():
    fixed = 90_000 * (1 + loops.RATE) ** (-1 / 12)
    expected = (worth() + fixed) / loops.steady_output("mid") - fixed
    assert worth(sizing="output") == pytest.approx(expected, rel=1e-9)
