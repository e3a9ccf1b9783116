"""The three decisions: replace a team, hire abroad instead of onshore, add capacity."""

import pytest

from shorewise.engine import take
from tests.support import plain_loops as loops

# Sums of 36 months: some units in the last place.
CLOSE = {"rel": 1e-9}


def shown(lines):
    return loops.of_plan(lines, "break_even_month"), loops.of_plan(lines, "net_saving")


def exit_loop(values, costs, weeks, kept):
    """Costs with the exit of the onshore team in the month in which its parallel months end."""
    costs = list(costs)
    pay = loops.HEADS * loops.ONSHORE["pay"] * weeks / 52
    month = loops.HEADS * loops.onshore_loaded() / 12
    leaves = max(1, 1 + kept)  # The site starts after a lead time of one month.
    for m in range(leaves - kept + 1, leaves + 1):
        costs[m - 1] += month
    costs[leaves - 1] += pay
    return values, costs


def test_replacing_a_team_gives_the_figures_of_the_question():
    before = shown(loops.preset("mid"))
    assert before == pytest.approx((9.2, 0.349), abs=0.005)
    after = shown(loops.preset("mid", severance_weeks=12, parallel_months=3))
    assert after[0] == pytest.approx(23.2, abs=0.05)
    assert after[1] == pytest.approx(0.170, abs=5e-4)


@pytest.mark.parametrize("name", loops.ABROAD)
@pytest.mark.parametrize(("weeks", "kept"), [(12, 3), (0, 2), (26, 0), (4, 12)])
def test_replacing_a_team_is_a_loop_over_the_months(name, weeks, kept):
    lines = loops.preset(name, severance_weeks=weeks, parallel_months=kept)
    values, costs = exit_loop(*loops.flows(name), weeks, kept)
    grown = kept + 1 > 12
    if grown:  # The exit falls into the second year, at its pay.
        extra = (1.035 - 1) * (costs[kept] - loops.flows(name)[1][kept])
        costs[kept] += extra
    assert loops.of_plan(lines, "net_saving") == pytest.approx(loops.saving(values, costs), **CLOSE)
    assert loops.of_plan(lines, "npv") == pytest.approx(loops.npv(values, costs), **CLOSE)
    expected = loops.break_even(values, costs)
    assert loops.of_plan(lines, "break_even_month") == pytest.approx(
        float("nan") if expected is None else expected, nan_ok=True, **CLOSE
    )


def one_off(amounts, place):
    return [
        {
            "name": f"Cost {month}",
            "basis": "one-off",
            "amount": amount,
            "site": place,
            "from_month": month,
        }
        for month, amount in amounts.items()
    ]


def test_an_exit_is_the_same_as_two_costs_that_come_once():
    once = one_off({4: 332_308, 3: 512_050}, "Mid")
    after = shown(loops.preset("mid", extra_costs=once))
    assert after == pytest.approx((23.2, 0.170), abs=0.05)
    assert after[1] == pytest.approx(0.170, abs=5e-4)


def test_onshore_hiring_as_a_cost_that_comes_once_gives_the_figures_of_the_question():
    """What onshore costs more in a month raises the value of what the plan delivers in it.

    In month 2 the plan delivers a part of the eight heads' output, so that it saves that part of
    the hiring. The decision "instead" counts the hiring against its whole steady output.
    """
    hiring = one_off({2: 416_012}, "Onshore")
    after = shown(loops.preset("mid", extra_costs=hiring))
    assert after[0] == pytest.approx(7.2, abs=0.05)
    assert after[1] == pytest.approx(0.364, abs=5e-4)
    values, costs = loops.flows("mid")
    values[1] += 416_012 * loops.output("mid", 2)
    assert after == pytest.approx((loops.break_even(values, costs), loops.saving(values, costs)))


def test_every_part_of_an_exit_is_paid_for_every_head():
    lines = loops.preset(
        "mid",
        severance_weeks=12,
        notice_weeks=4,
        accrued_leave_weeks=3,
        outplacement_cost=5_000,
        retention_bonus=10_000,
    )
    head = 180_000 * (12 + 4 + 3) / 52 + 5_000 + 10_000
    assert loops.of_plan(lines, "exit_cost") == pytest.approx(8 * head, **CLOSE)
    assert loops.of_plan(lines, "exit_cost", 0) == 0


def hiring_loop(hiring_months=3):
    """What onshore hiring costs beyond its output, month by month: recruitment, then the ramp."""
    excess = [0.0] * loops.MONTHS
    excess[0] = loops.HEADS * loops.ONSHORE["recruitment"] * loops.ONSHORE["pay"]
    # The ramp of a new onshore hire loses 0.75 months: half of the first and a quarter of the next.
    for t, lost in enumerate((0.5, 0.25)):
        excess[hiring_months + t] += loops.HEADS * loops.onshore_loaded() / 12 * lost
    return excess


def test_hiring_onshore_costs_416_012_in_all():
    lines = loops.preset("mid", decision="instead")
    assert take(lines, "hiring_excess").sum() == pytest.approx(416_012, abs=1)
    assert sum(hiring_loop()) == pytest.approx(416_012, abs=1)


@pytest.mark.parametrize("name", loops.ABROAD)
def test_hiring_abroad_instead_of_onshore_is_a_loop_over_the_months(name):
    values, costs = loops.flows(name)
    excess = hiring_loop()
    share = loops.steady_output(name)
    values = [value + avoided * share for value, avoided in zip(values, excess, strict=True)]
    lines = loops.preset(name, decision="instead")
    found = take(lines, "hiring_excess").reshape(-1).tolist()
    assert found == pytest.approx(excess, abs=1e-6)
    assert loops.of_plan(lines, "npv") == pytest.approx(loops.npv(values, costs), **CLOSE)
    assert loops.of_plan(lines, "net_saving") == pytest.approx(loops.saving(values, costs), **CLOSE)


def test_added_capacity_is_worth_what_it_earns():
    values, costs = loops.flows("mid")
    earned = [
        8 * loops.output("mid", m) * 1_720 * 0.8 / 12 * 150 * 0.6
        for m in range(1, loops.MONTHS + 1)
    ]
    lines = loops.preset(
        "mid", decision="add", billing_rate=150, contribution_margin=0.6, utilisation=0.8
    )
    assert loops.of_plan(lines, "value") == pytest.approx(earned, **CLOSE)
    assert loops.of_plan(lines, "npv") == pytest.approx(loops.npv(earned, costs), **CLOSE)
    assert sum(values) != pytest.approx(sum(earned))


def test_added_capacity_without_a_margin_earns_nothing():
    lines = loops.preset("mid", decision="add", billing_rate=100, contribution_margin=0)
    assert set(loops.of_plan(lines, "value")) == {0}
    saved = [-cost for cost in loops.flows("mid")[1]]
    assert loops.of_plan(lines, "saving") == pytest.approx(saved, **CLOSE)
