"""Plans in steady state, against heads worked out by hand."""

import pytest

from shorewise.engine import Scenario, take
from tests.support.sample_scenarios import with_reference_settings

MID = Scenario.preset("mid").to_dict()


def of_plan(name, heads=8, **site):
    onshore, mid = MID["sites"]
    plans = [MID["plans"][0], {"name": "Mid", "heads": {"Mid": heads}}]
    data = MID | {"sites": [onshore, mid | site], "plans": plans}
    return take(Scenario.from_dict(data, "case").evaluate(), name, plan=1).item()


def test_heads_count_by_their_remaining_output():
    # model.md section 1: 1/1.09, 7 % lost to communication, 6 % to rework.
    assert of_plan("plan_equivalent_heads") == pytest.approx(8 / 1.09 * 0.93 * 0.94, rel=1e-12)


def test_headcount_may_double_without_more_output():
    doubled = {"heads": 16, "productivity": 0.5 / 1.09}
    assert of_plan("plan_heads", **doubled) == 2 * of_plan("plan_heads")
    assert of_plan("plan_equivalent_heads", **doubled) == pytest.approx(
        of_plan("plan_equivalent_heads"), rel=1e-12
    )


def plan_by_hand(heads, team_size, trips=6, trip_cost=3_000, by_team=0.0):
    """Figures of the mid case by the text of model.md, for any number of heads.

    Trips and what a team is audited for are paid for each whole team: heads over its size, rounded
    up. Returns the break-even month, travel a head and the net saving over 36 months.
    """
    teams = -(-heads // team_size)
    direct, onshore = 90_600.0, 256_025.0
    leaving = 0.12 * (0.15 * 60_000 + 1.3 * direct / 12)
    travel = teams * trips * trip_cost / heads
    subtotal = direct * 1.2 + travel + 1_200 + teams * by_team / heads + leaving
    setup = 0.15 * 60_000 * heads + 80 * heads * onshore / 1_720 + 90_000
    behind, month_found, values, costs = -setup, None, 0.0, setup
    for month in range(1, 37):
        t, years = month - 1, (month - 1) // 12
        ramp = (0.4, 0.6, 0.8, 0.9)[t - 1] if 1 <= t <= 4 else 1.0
        rework = 0.06 + 0.14 * 0.5 ** ((t - 1) / 3)
        output = ramp / 1.09 * 0.93 * (1 - rework) if t >= 1 else 0.0
        value = heads * onshore / 12 * 1.035**years * output
        cost = heads * subtotal / 12 * 1.05**years if t >= 1 else 0.0
        values, costs, saving = values + value, costs + cost, value - cost
        if behind < 0 <= behind + saving:
            month_found = month - 1 + -behind / saving
        behind += saving
    return month_found, travel, 1 - costs / values


def mid_team(heads, **site):
    sites = [{"name": "Onshore"}, {"name": "Mid", **site}]
    plans = [
        {"name": "All onshore", "heads": {"Onshore": heads}},
        {"name": "Mid", "heads": {"Mid": heads}},
    ]
    data = {"horizon_months": 36, "sites": sites, "plans": plans}
    return Scenario.from_dict(with_reference_settings(data), "mid").evaluate()


@pytest.mark.parametrize(
    ("heads", "month"),
    [
        pytest.param(8, "9.20", id="model-md-2-a-whole-team"),
        pytest.param(3, "12.26", id="three-heads-make-all-trips-of-a-team"),
    ],
)
def test_break_even_includes_the_trips_of_whole_teams(heads, month):
    assert f"{take(mid_team(heads), 'break_even_month', plan=1).item():.2f}" == month


@pytest.mark.parametrize("heads", [1, 2, 3, 7, 8, 9, 12, 16, 17, 100])
@pytest.mark.parametrize("team_size", [1, 5, 8])
def test_a_plan_pays_the_trips_and_audits_of_whole_teams(heads, team_size):
    found = mid_team(heads, team_size=team_size, gdpr_cost=4_000, audits=2, audit_cost=3_000)
    month, travel, net_saving = plan_by_hand(heads, team_size, by_team=4_000 + 2 * 3_000)
    # 1e-7: the loop has 1.3 months lost and 1 / 1.09 as the model declares them.
    assert take(found, "break_even_month", plan=1).item() == pytest.approx(month, rel=1e-7)
    assert take(found, "plan_travel", plan=1).item() == pytest.approx(travel, rel=1e-12)
    assert take(found, "net_saving", plan=1).item() == pytest.approx(net_saving, rel=1e-7)


def test_fractional_heads_that_add_up_to_whole_teams_leave_no_incomplete_team():
    tenths = [0.1, 0.7, 7.2]  # their sum is a little above 8 in binary
    roles = [f"Role {number}" for number in range(3)]
    heads = dict(zip(roles, tenths, strict=True))
    sites = [{"name": "Onshore"}, {"name": "Mid"}]
    plans = [{"name": "All", "heads": {"Onshore": heads}}, {"name": "Mid", "heads": {"Mid": heads}}]
    found = Scenario.from_dict({"roles": roles, "sites": sites, "plans": plans}, "m").evaluate()
    assert take(found, "unfilled_teams", plan=1, site=1).item() == pytest.approx(0, abs=1e-9)


def test_a_site_without_heads_has_no_team():
    assert not take(mid_team(3), "site_teams", plan=0, site=1).any()
