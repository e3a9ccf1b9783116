"""Risks as events, ranges within a country, drivers without effect, wages and currency."""

import numpy as np
import pytest

from shorewise.engine.address import take
from shorewise.engine.drivers import DRIVERS
from shorewise.engine.scenario import Scenario
from shorewise.engine.uncertainty.draws import ranges_of, without_effect
from shorewise.engine.uncertainty.simulation import simulate
from shorewise.engine.uncertainty.tornado import tornado
from tests.support.driver_cases import ONLY_FIXED

ROLE = "Senior ML engineer"


def scenario(risks=(), cases=(), sites=None, **more):
    """One site abroad, its heads as entered."""
    sites = sites or [{"name": "On"}, {"name": "Away"}]
    away = sites[1]["name"]
    return Scenario.from_dict(
        {
            "sizing": 0,
            "horizon_months": 36,
            "roles": [ROLE],
            "sites": sites,
            "plans": [
                {"name": "Base", "heads": {"On": {ROLE: 8}}},
                {"name": "Move", "heads": {away: {ROLE: 8}}},
            ],
            "risks": [*risks],
            "cases": [*cases],
        }
        | more
    )


def only(name):
    """Cases in which nothing but one driver varies."""
    return [{"name": one, "distribution": "fixed"} for one in DRIVERS if one != name]


def test_the_same_seed_gives_the_same_events_whatever_the_block():
    one, other = (simulate(Scenario.default(), 512, block=block) for block in (512, 7))
    for name, figures in one.figures.items():
        np.testing.assert_allclose(figures, other.figures[name], rtol=1e-12)
    apart = simulate(Scenario.default(), 512, seed=2)
    assert not np.array_equal(one.all("npv_risk_adjusted"), apart.all("npv_risk_adjusted"))


@pytest.mark.parametrize("chances", [{}, {"failure_probability": 0.1}])
def test_the_mean_of_the_events_is_the_expected_loss(chances):
    given = Scenario.from_dict(Scenario.default().to_dict() | chances)
    drawn = simulate(given, 8_192)
    off = drawn.all("npv_risk_adjusted") - drawn.all("plan_figure")
    error = off.std(axis=0) / np.sqrt(len(off))
    assert (abs(off.mean(axis=0)) <= 4 * error + 1e-6).all()
    assert (off.std(axis=0)[1:] > 0).all()


def test_a_certain_risk_costs_each_draw_what_is_expected():
    certain = {"name": "Certain", "cost": 50_000, "weeks": 1, "probability": 1}
    none = [{"name": name, "probability": 0} for name in names_of_risks() if name]
    drawn = simulate(scenario([*none, certain][-10:], only("discount_rate")), 64)
    np.testing.assert_allclose(
        drawn.all("npv_risk_adjusted"), drawn.all("plan_figure"), rtol=1e-9, atol=1e-6
    )


def test_a_start_that_is_sure_to_fail_fails_in_every_draw():
    given = scenario(risks=[], failure_probability=1, failure_month=6, cases=only("discount_rate"))
    drawn = simulate(given, 64)
    np.testing.assert_allclose(
        drawn.all("npv_risk_adjusted"), drawn.all("plan_figure"), rtol=1e-9, atol=1e-6
    )
    assert (drawn.all("npv_risk_adjusted")[:, 1] < 0).all()


def test_a_drawn_start_either_fails_or_is_worth_what_it_is_without_that_risk():
    kept = [
        take(
            scenario(risks=[], failure_probability=p).evaluate(),
            "net_saving_risk_adjusted",
            plan=1,
        ).item()
        for p in (0, 1)
    ]
    # The discount rate moves no saving, so nothing varies but the event.
    given = scenario(risks=[], failure_probability=0.5, cases=only("discount_rate"))
    drawn = simulate(given, 256).all("net_saving_risk_adjusted")[:, 1]
    near = np.isclose(drawn[:, None], kept, rtol=1e-9)
    assert near.any(axis=1).all()
    # Binomial: five standard deviations of 256 draws are 0.16.
    assert abs(near[:, 1].mean() - 0.5) < 0.16


def names_of_risks():
    return Scenario.default().list_names["risk"]


def test_ranges_lie_within_the_country_only_where_each_site_abroad_names_one():
    across = {one.name: one for one in ranges_of(scenario())}
    sites = [{"name": "On"}, {"name": "Away", "location": "IN"}]
    given = scenario(sites=sites)
    within = {one.name: one for one in ranges_of(given)}
    assert (within["salary"].low, within["salary"].high) == (0.78, 1.16)
    assert across["salary"].low == pytest.approx(2 / 3)
    charges = given.values["statutory_rate"].reshape(2, -1)[1].sum()
    for end, points in (("low", -0.02), ("high", 0.02)):
        assert charges * getattr(within["statutory_rate"], end) == pytest.approx(charges + points)
    set_here = scenario(sites=sites, cases=[{"name": "salary", "low": 0.5}])
    assert ranges_of(set_here)[0].low == 0.5
    assert Scenario.from_dict(given.to_dict()) == given


def test_a_driver_on_which_nothing_depends_is_left_out():
    by_hours = scenario(management_basis=2)
    assert "management_rate" in without_effect(by_hours)
    assert "management_rate" not in {one.name for one in ranges_of(by_hours)}
    assert "management_rate" not in {one.driver for one in tornado(by_hours, 1)}
    assert "management_rate" not in without_effect(scenario(management_basis=0))


def test_a_currency_that_gives_back_the_wage_gap_lowers_growth():
    sites = [
        {"name": "On", "wage_inflation": 0.035},
        {"name": "Away", "wage_inflation": 0.091, "fx_drift": 0.01, "wage_gap_in_currency": 0.5},
    ]
    found = scenario(sites=sites).evaluate()
    drift = 1.01 / (1.091 / 1.035) ** 0.5 - 1
    assert found["drift_after_wages"].ravel().tolist() == pytest.approx([0, drift])
    assert found["growth"].reshape(2, -1)[1, 12] == pytest.approx(1.091 * (1 + drift))


def test_risks_alone_are_simulated_where_every_driver_is_fixed():
    # One risk of one year in two, 100,000 each time: over a year the saving after risk takes two
    # values, 100,000 a year apart, each in half of the draws, and before risk only one.
    data = Scenario.default().to_dict() | {"cases": ONLY_FIXED, "horizon_months": 12}
    data["risks"] = [{"name": "Move", "probability": 0.5, "weeks": 0, "cost": 100_000}]
    found = simulate(Scenario.from_dict(data, "risks alone"), 1_024)
    assert found.ranges == ()
    assert len(set(found.all("npv")[:, 1].tolist())) == 1
    values, counts = np.unique(found.all("npv_risk_adjusted")[:, 1].round(6), return_counts=True)
    assert len(values) == 2
    assert counts / 1_024 == pytest.approx([0.5, 0.5], abs=0.06)
    assert found.evpi() == 0
