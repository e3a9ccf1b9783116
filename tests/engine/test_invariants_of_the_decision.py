"""What holds for every scenario, whatever the decision and the sizing: shown on random ones."""

import copy

import numpy as np
import pytest

from shorewise.engine import Scenario, take
from tests.support import plain_loops as loops
from tests.support.sample_scenarios import consistent, random_data
from tests.support.soak import seeds

SEEDS = pytest.mark.parametrize("seed", seeds(range(20)))
DECISIONS = ("replace", "instead", "add")
RESULTS = ("npv", "net_saving", "break_even_month", "npv_risk_adjusted", "net_saving_risk_adjusted")
# Sums over months, sites and roles in another order.
CLOSE = {"rel": 1e-8, "abs": 1e-6, "nan_ok": True}


def random_board(seed, **changes):
    """A random scenario with each decision and sizing in turn, and heads in every plan."""
    data = random_data(seed) | {"whole_heads": "exact", "sizing": "output"}
    return consistent(data | {"decision": DECISIONS[seed % 3]} | changes)


def evaluate(data):
    return Scenario.from_dict(data, "invariant").evaluate()


def by_plan(lines, name):
    return take(lines, name).reshape(-1).tolist()


def assert_same(found, expected, order=None):
    for name in RESULTS:
        before, after = by_plan(expected, name), by_plan(found, name)
        if order is not None:
            before = [before[p] for p in order]
        assert after == pytest.approx(before, **CLOSE), name


@SEEDS
def test_permuting_plans_permutes_results(seed):
    data = random_board(seed)
    order = [0, *range(len(data["plans"]) - 1, 0, -1)]
    other = data | {"plans": [data["plans"][p] for p in order]}
    assert_same(evaluate(other), evaluate(data), order)


@SEEDS
def test_permuting_sites_abroad_changes_no_result(seed):
    data = random_board(seed)
    sites = Scenario.from_dict(data, "all").to_dict()["sites"]
    full = Scenario.from_dict(data, "all").to_dict() | {"sites": [sites[0], *sites[:0:-1]]}
    assert_same(evaluate(full), evaluate(data))


@SEEDS
def test_permuting_roles_changes_no_result(seed):
    data = Scenario.from_dict(random_board(seed), "all").to_dict()
    assert_same(evaluate(data | {"roles": data["roles"][::-1]}), evaluate(data))


@SEEDS
def test_every_plan_delivers_the_output_of_the_baseline_for_every_role(seed):
    lines = evaluate(random_board(seed))
    _, plans, sites, roles, _ = lines["sized_heads"].shape
    heads, entered = lines["sized_heads"][0, ..., 0], lines["entered_heads"][0, ..., 0]
    output = lines["steady_output"].reshape(-1)
    for role in range(roles):
        needed = sum(entered[0, s, role] * output[s] for s in range(sites))
        for plan in range(plans):
            delivered = sum(heads[plan, s, role] * output[s] for s in range(sites))
            if take(lines, "sizing").item() == 1 and needed > 0 and delivered > 0:
                assert delivered == pytest.approx(needed, rel=1e-9)
            else:  # Nothing to size to, or nothing to size.
                assert (heads[plan, :, role] == entered[plan, :, role]).all()


@SEEDS
def test_whole_heads_are_never_fewer_than_exact_ones_nor_more_than_one_above(seed):
    exact = take(evaluate(random_board(seed)), "sized_heads")
    lines = evaluate(random_board(seed, whole_heads="whole"))
    whole, rounded = take(lines, "sized_heads"), take(lines, "heads_rounded") == 1
    assert (whole == np.where(rounded, np.round(whole), exact)).all()
    # An amount a rounding error above a whole number is that number.
    assert (whole >= exact * (1 - 1e-6)).all()
    assert (whole < exact + 1).all()


@SEEDS
def test_a_role_keeps_its_split_over_sites(seed):
    lines = evaluate(random_board(seed))
    heads, entered = lines["sized_heads"][0, ..., 0], lines["entered_heads"][0, ..., 0]
    for before, after in zip(entered, heads, strict=True):  # By plan: sites down, roles across.
        for role in range(before.shape[1]):
            if before[:, role].sum() > 0:
                split = before[:, role] / before[:, role].sum()
                assert after[:, role] == pytest.approx(split * after[:, role].sum(), rel=1e-9)


@SEEDS
@pytest.mark.parametrize("decision", DECISIONS[:2])
def test_the_baseline_never_saves_nor_loses_where_a_team_is_replaced_or_not_hired(seed, decision):
    data = random_board(seed, decision=decision)
    data["plans"] = copy.deepcopy(data["plans"])
    onshore = data["sites"][0]["name"]
    data["plans"][0]["heads"] = {onshore: dict.fromkeys(data["roles"], 8)}
    data["failure_probability"] = 0
    data["extra_costs"] = []
    lines = evaluate(data)
    size = max(1.0, np.abs(take(lines, "cost", plan=0)).max())
    assert np.abs(take(lines, "saving", plan=0)).max() <= 1e-9 * size


@SEEDS
def test_a_plan_that_equals_the_baseline_has_no_exit(seed):
    data = random_board(seed, decision="replace", severance_weeks=12, parallel_months=3)
    data["plans"] = [data["plans"][0], data["plans"][0] | {"name": "The same"}]
    lines = evaluate(data)
    for name in ("exit_cost", "kept_cost_month", "total_decision_cost"):
        assert by_plan(lines, name) == [0, 0]
    assert by_plan(lines, "npv")[0] == pytest.approx(by_plan(lines, "npv")[1], **CLOSE)


@SEEDS
def test_break_even_with_an_exit_is_never_earlier_than_break_even(seed):
    lines = evaluate(random_board(seed))
    pairs = zip(
        by_plan(lines, "break_even_stopped"), by_plan(lines, "break_even_month"), strict=True
    )
    for with_exit, without in pairs:
        assert np.isnan(with_exit) or with_exit >= without - 1e-9


@SEEDS
def test_an_exit_that_costs_nothing_changes_nothing(seed):
    parts = ("severance_weeks", "notice_weeks", "accrued_leave_weeks", "outplacement_cost")
    free = dict.fromkeys((*parts, "retention_bonus", "parallel_months"), 0)
    data = random_board(seed, decision="replace", **free)
    lines = evaluate(data)
    assert set(by_plan(lines, "total_decision_cost")) == {0}


@SEEDS
def test_a_start_that_cannot_fail_loses_nothing(seed):
    lines = evaluate(random_board(seed, failure_probability=0))
    assert set(by_plan(lines, "failed_start_loss")) <= {0.0, -0.0}


@SEEDS
def test_added_capacity_without_a_margin_earns_nothing(seed):
    lines = evaluate(random_board(seed, decision="add", contribution_margin=0))
    assert (take(lines, "value") == 0).all()


# model.md, section 2: present value, saving over 36 months in per cent, month of break-even.
REFERENCE = {
    "low": (1_172_711.80, 37.1196, 9.189390),
    "mid": (1_356_263.31, 34.8994, 9.197669),
    "high": (1_589_098.59, 34.2555, 7.819089),
}


@pytest.mark.parametrize("name", REFERENCE)
def test_heads_as_entered_and_no_exit_give_the_reference_table(name):
    lines = loops.preset(name, sizing="heads", decision="replace", severance_weeks=0)
    worth, saving, month = REFERENCE[name]
    # Half a unit of the last digit printed.
    assert loops.of_plan(lines, "npv") == pytest.approx(worth, rel=0, abs=5e-3)
    assert 100 * loops.of_plan(lines, "net_saving") == pytest.approx(saving, rel=0, abs=5e-5)
    assert loops.of_plan(lines, "break_even_month") == pytest.approx(month, rel=0, abs=5e-7)
    values, costs = loops.flows(name)
    assert loops.npv(values, costs) == pytest.approx(worth, rel=0, abs=5e-3)
