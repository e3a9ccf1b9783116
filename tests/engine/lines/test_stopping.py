"""What stopping costs in each month, break-even with an exit, and a start that fails."""

import math

import pytest

from shorewise.engine import Scenario
from tests.support import plain_loops as loops

TERMS = {"stop_severance_weeks": 4, "stop_notice_weeks": 6, "stop_break_cost": 30_000}


def stop_costs(name, weeks=0, notice=0, leaving=0):
    """Cost of stopping in each month, by a loop: severance by service, leaving, hiring onshore."""
    pay = loops.HEADS * loops.ABROAD[name]["pay"]
    back = loops.HEADS * 80 * loops.onshore_loaded() / 1_720
    equivalent = loops.HEADS * loops.steady_output(name)
    hire = equivalent * loops.ONSHORE["recruitment"] * loops.ONSHORE["pay"]
    found = []
    for month in range(1, loops.MONTHS + 1):
        year = (month - 1) // 12
        years_of_service = max(0, month - 1) / 12
        owed = pay * (years_of_service * weeks + notice) / 52
        owed *= (1 + loops.ABROAD[name]["growth"]) ** year
        hired = hire * (1 + loops.ONSHORE["growth"]) ** year
        found.append(owed + leaving + back + hired)
    return found


def after_stopping(name, *terms):
    """Saving to date less the cost of stopping, of every month."""
    to_date, found = 0.0, []
    months = zip(*loops.flows(name), stop_costs(name, *terms), strict=True)
    for value, cost, stop in months:
        to_date += value - cost
        found.append(to_date - stop)
    return found


@pytest.mark.parametrize("terms", [(), tuple(TERMS.values())], ids=["free", "with-terms"])
@pytest.mark.parametrize("name", loops.ABROAD)
def test_stopping_is_a_loop_over_the_months(name, terms):
    lines = loops.preset(name, abroad=dict(zip(TERMS, terms, strict=False)))
    expected = stop_costs(name, *terms)
    assert loops.of_plan(lines, "stop_cost") == pytest.approx(expected, rel=1e-9)
    left = after_stopping(name, *terms)
    # A cumulative saving near 0 keeps the rounding of its terms.
    assert loops.of_plan(lines, "cumulative_stopped") == pytest.approx(left, rel=1e-9, abs=1e-4)
    behind = max(month for month, rest in enumerate(left, 1) if rest < 0)
    found = loops.of_plan(lines, "break_even_stopped")
    assert found == (behind + 1 if behind < loops.MONTHS else pytest.approx(float("nan"), nan_ok=1))
    assert loops.of_plan(lines, "best_stop_month") == 1 + left.index(max(left))


@pytest.mark.parametrize("name", loops.ABROAD)
def test_break_even_with_an_exit_is_not_earlier_than_break_even(name):
    for weeks in (0, 2, 8, 26):
        lines = loops.preset(name, abroad=TERMS | {"stop_severance_weeks": weeks})
        with_exit = loops.of_plan(lines, "break_even_stopped")
        assert with_exit >= loops.of_plan(lines, "break_even_month")


def expected_savings(name, probability, stopped_in, **changes):
    """Expected saving of each month by a loop over two futures, risks aside: it fails, or not."""
    lines = loops.preset(name, risks=[], **changes)
    saving = loops.of_plan(lines, "saving_started")
    stop = loops.of_plan(lines, "stop_cost")
    found = []
    for month, (kept, cost) in enumerate(zip(saving, stop, strict=True), 1):
        if month < stopped_in:
            failing = kept
        elif month == stopped_in:
            failing = kept - cost
        else:
            failing = 0.0
        found.append(probability * failing + (1 - probability) * kept)
    return found


@pytest.mark.parametrize("probability", [0.2, 1])
@pytest.mark.parametrize("month", [3, 6, 12, loops.MONTHS])
def test_a_start_that_fails_costs_its_exit_and_saves_nothing_after_it(month, probability):
    lines = loops.preset(
        "mid", abroad=TERMS, failure_probability=probability, failure_month=month, risks=[]
    )
    expected = expected_savings("mid", probability, month, abroad=TERMS)
    assert loops.of_plan(lines, "total_kept") == pytest.approx(sum(expected), rel=1e-9)
    worth = sum(s * (1 + loops.RATE) ** (-m / 12) for m, s in enumerate(expected, 1))
    assert loops.of_plan(lines, "npv_risk_adjusted") == pytest.approx(worth, rel=1e-9)
    usual = sum(loops.of_plan(lines, "saving_started"))
    assert loops.of_plan(lines, "failed_start_loss") == pytest.approx(usual - sum(expected))
    assert lines["all_checks"].all()


def test_a_start_that_is_sure_to_fail_is_worth_less_than_nothing_and_is_not_recommended():
    lines = loops.preset("mid", failure_probability=1, failure_month=6)
    assert loops.of_plan(lines, "npv_risk_adjusted") < 0
    assert loops.of_plan(lines, "recommended") == 0
    # What has been saved by month 6, less the cost of stopping then, is what is kept but for risk.
    left = after_stopping("mid")[5]
    assert loops.of_plan(
        loops.preset("mid", failure_probability=1, risks=[], pivots=0), "total_kept"
    ) == pytest.approx(left, rel=1e-9)


def test_the_baseline_has_no_start_that_could_fail():
    data = loops.preset_data("mid", decision="add", billing_rate=100)
    usual = Scenario.from_dict(data).evaluate()
    failing = Scenario.from_dict(data | {"failure_probability": 0.5}).evaluate()
    for name in ("npv_risk_adjusted", "total_kept"):
        assert loops.of_plan(failing, name, 0) == loops.of_plan(usual, name, 0)


def test_added_capacity_has_no_work_to_bring_back_onshore():
    lines = loops.preset("mid", abroad=TERMS, decision="add", billing_rate=100)
    pay = loops.HEADS * loops.ABROAD["mid"]["pay"]
    # In month 12 the heads have delivered for 11 months; the office costs 30,000 to leave.
    owed = pay * (11 / 12 * 4 + 6) / 52 + 30_000
    assert loops.of_plan(lines, "stop_cost")[11] == pytest.approx(owed, rel=1e-9)
    assert (
        loops.of_plan(loops.preset("mid", decision="add", billing_rate=1), "stop_cost")
        == [pytest.approx(0)] * loops.MONTHS
    )


def test_a_team_that_is_still_there_need_not_be_hired_back():
    lines = loops.preset("mid", decision="replace", parallel_months=6)
    found = loops.of_plan(lines, "stop_cost")
    # Delivery starts after month 1, and the team goes six months later, in month 7.
    assert found[:6] == [0] * 6
    assert found[6:] == pytest.approx(stop_costs("mid")[6:], rel=1e-9)


def test_work_never_done_onshore_has_to_be_hired_for_from_the_first_month_on():
    lines = loops.preset("mid", decision="instead")
    assert loops.of_plan(lines, "stop_cost") == pytest.approx(stop_costs("mid"), rel=1e-9)


@pytest.mark.parametrize("name", loops.ABROAD)
def test_the_worst_month_to_stop_leaves_the_least_of_all_months(name):
    lines = loops.preset(name)
    left = after_stopping(name)
    assert loops.of_plan(lines, "worst_stop_month") == 1 + left.index(min(left))
    assert loops.of_plan(lines, "lowest_stopped") == pytest.approx(min(left), rel=1e-9)


def test_a_plan_without_heads_abroad_has_no_month_to_stop():
    lines = loops.preset("mid")
    for name in ("best_stop_month", "worst_stop_month", "break_even_stopped"):
        assert math.isnan(loops.of_plan(lines, name, 0))


def test_a_start_that_cannot_fail_changes_nothing():
    usual = loops.preset("mid")
    for month in (1, 6, loops.MONTHS):
        lines = loops.preset("mid", failure_probability=0, failure_month=month)
        for name in ("npv_risk_adjusted", "net_saving_risk_adjusted", "bridge_risk"):
            assert loops.of_plan(lines, name) == loops.of_plan(usual, name)
