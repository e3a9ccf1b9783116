"""What stopping costs in each month, break-even with an exit, and a start that fails."""

import pytest

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


@pytest.mark.parametrize("month", [3, 6, 12])
def test_a_failed_start_costs_its_probability_times_what_stopping_then_loses(month):
    lines = loops.preset("mid", abroad=TERMS, failure_probability=0.2, failure_month=month)
    lost = max(0, -after_stopping("mid", *TERMS.values())[month - 1])
    assert loops.of_plan(lines, "failed_start_loss") == pytest.approx(0.2 * lost, rel=1e-9)
    without = loops.preset("mid", abroad=TERMS)
    worth = loops.of_plan(without, "npv_risk_adjusted")
    expected = worth - 0.2 * lost * (1 + loops.RATE) ** (-month / 12)
    assert loops.of_plan(lines, "npv_risk_adjusted") == pytest.approx(expected, rel=1e-9)


def test_a_start_that_cannot_fail_changes_nothing():
    usual = loops.preset("mid")
    for month in (1, 6, 120):
        lines = loops.preset("mid", failure_probability=0, failure_month=month)
        for name in ("npv_risk_adjusted", "net_saving_risk_adjusted", "bridge_risk"):
            assert loops.of_plan(lines, name) == loops.of_plan(usual, name)
