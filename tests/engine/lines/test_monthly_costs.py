"""Costs of the months by group of the statement: what kind of money, when, how much."""

import pytest

from shorewise.engine import Scenario, default_model, take
from shorewise.engine.cost_kinds import GROUPS, Index, Kind, Paid
from shorewise.engine.lines.cash import GROUP_LINES
from tests.support import plain_loops as loops
from tests.support.plain_months import GROUPS as LOOP_GROUPS
from tests.support.plain_months import Months
from tests.support.sample_scenarios import random_scenario
from tests.support.soak import seeds

SEEDS = pytest.mark.parametrize("seed", seeds(range(60)))
LOCAL, ONSHORE, GENERAL, NONE = Index.LOCAL_PAY, Index.ONSHORE_PAY, Index.GENERAL, Index.NONE
MONTHLY, START, OPENING = Paid.MONTHLY, Paid.AT_START, Paid.AT_OPENING
# What each cost is, by the text of the method: group, index, kind, when, whether capital.
DECLARED = {
    "pay": ("pay", LOCAL, Kind.CASH, MONTHLY, False),
    "local_management": ("pay", LOCAL, Kind.CASH, MONTHLY, False),
    "statutory_charges": ("charges", LOCAL, Kind.CASH, MONTHLY, False),
    "benefits": ("benefits", LOCAL, Kind.CASH, MONTHLY, False),
    "vendor_fee": ("vendor", LOCAL, Kind.CASH, MONTHLY, False),
    "workplace": ("seat", GENERAL, Kind.CASH, MONTHLY, False),
    "travel": ("travel", GENERAL, Kind.CASH, MONTHLY, False),
    "incomplete_travel": ("travel", GENERAL, Kind.CASH, MONTHLY, False),
    "security": ("compliance", GENERAL, Kind.CASH, MONTHLY, False),
    "incomplete_compliance": ("compliance", GENERAL, Kind.CASH, MONTHLY, False),
    "successor_recruitment": ("hiring", LOCAL, Kind.CASH, MONTHLY, False),
    "management_overhead": ("internal", ONSHORE, Kind.INTERNAL, MONTHLY, False),
    "contract_management": ("internal", ONSHORE, Kind.INTERNAL, MONTHLY, False),
    "successor_handover": ("internal", ONSHORE, Kind.INTERNAL, MONTHLY, False),
    "attrition_output_lost": ("lost", LOCAL, Kind.LOST, MONTHLY, False),
    "hiring_per_head": ("setup", NONE, Kind.CASH, START, False),
    "first_transfer_cost": ("internal", NONE, Kind.INTERNAL, START, False),
    "process_setup": ("setup", NONE, Kind.CASH, OPENING, False),
    "infrastructure_setup": ("setup", NONE, Kind.CASH, OPENING, True),
    "contract_transition": ("setup", NONE, Kind.CASH, OPENING, False),
    "contract_internal": ("internal", NONE, Kind.INTERNAL, OPENING, False),
    "contract_dip": ("lost", NONE, Kind.LOST, OPENING, False),
}


def test_each_cost_declares_what_kind_of_money_it_is():
    found = {
        name: (line.cost.group, line.cost.index, line.cost.kind, line.cost.paid, line.cost.capital)
        for name, line in default_model().lines.items()
        if line.cost
    }
    assert found == DECLARED


def test_internal_time_and_output_lost_are_groups_of_their_own():
    for name, (group, _, kind, _, _) in DECLARED.items():
        expected = {Kind.INTERNAL: "internal", Kind.LOST: "lost"}.get(kind, group)
        assert group == expected, name


def test_the_statement_has_the_groups_of_the_loop():
    assert {*GROUPS} == {*LOOP_GROUPS}


@pytest.mark.soak(keep=20)
@SEEDS
def test_every_group_is_a_loop_over_the_months(seed):
    months = Months(random_scenario(seed))
    for plan in months.plans:
        expected = months.groups(plan)
        scale = max(max(flow) for flow in expected.values())
        for group, line in GROUP_LINES.items():
            assert loops.of_plan(months.lines, line, plan) == pytest.approx(
                expected[group], rel=1e-9, abs=1e-13 * scale
            ), group


@pytest.mark.soak(keep=20)
@SEEDS
def test_the_groups_are_the_whole_cost(seed):
    months = Months(random_scenario(seed))
    for plan in months.plans:
        assert loops.of_plan(months.lines, "cost", plan) == pytest.approx(
            months.cost(plan), rel=1e-9
        )


@SEEDS
def test_cash_and_internal_time_and_output_lost_are_the_whole_cost(seed):
    lines = random_scenario(seed).evaluate()
    parts = take(lines, "cash_cost") + take(lines, "internal_cost") + take(lines, "lost_cost")
    assert parts == pytest.approx(take(lines, "cost"), rel=1e-9)
    assert (take(lines, "check_cost") & take(lines, "check_groups")).all()


def test_internal_time_of_the_setup_of_the_mid_case():
    """Setup 257,265: 162,000 in cash, and 95,265 for 8 x 80 hours of onshore staff."""
    lines = loops.preset("mid")
    hours = 8 * 80 * 256_025 / 1_720
    assert f"{hours:,.0f}" == "95,265"
    assert loops.of_plan(lines, "setup_spent")[0] == pytest.approx(8 * 9_000 + 90_000)
    assert loops.of_plan(lines, "internal_cost")[0] == pytest.approx(hours)
    assert f"{loops.of_plan(lines, 'setup_cost'):,.0f}" == "257,265"
    assert loops.of_plan(lines, "capital") == [50_000, *[0] * 35]


def test_one_off_costs_of_a_contract_are_cash_internal_time_and_output_lost():
    shares = {
        "transition_share": 0.10, "layoff_share": 0.05, "dip_share": 0.04,
        "vendor_selection_share": 0.02, "process_change_share": 0.01,
    }  # fmt: skip
    before, after = loops.preset("mid"), loops.preset("mid", abroad=shares)
    year = 8 * 90_600
    for group, share in (("setup_spent", 0.15), ("internal_cost", 0.03), ("lost_cost", 0.04)):
        added = loops.of_plan(after, group)[0] - loops.of_plan(before, group)[0]
        assert added == pytest.approx(share * year), group
    assert not any(loops.of_plan(after, "setup_spent")[1:])


def test_a_fee_for_a_transfer_is_paid_for_the_heads_that_are_taken_over():
    data = loops.preset_data("mid", abroad={"transfer_month": 6, "transfer_fee": 1_000})
    data["plans"][1]["waves"] = [
        {"month": 1, "heads": 5},
        {"month": 1, "heads": 1, "end": 5},
        {"month": 7, "heads": 2},
    ]
    lines = Scenario.from_dict(data, "transfer").evaluate()
    assert loops.of_plan(lines, "setup_spent")[5] == pytest.approx(5 * 1_000)
