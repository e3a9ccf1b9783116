"""Sensitivity, two-way tables, goal seek, placement and simulation as an analyst uses them."""

import numpy as np
import pandas as pd
import pytest

import shorewise as sw
from shorewise.engine.uncertainty import simulation, tornado
from tests.support.paths import HYBRID
from tests.support.sample_scenarios import eight_data

DRAWS = 128


@pytest.fixture(scope="module")
def case():
    return sw.read(HYBRID)


@pytest.fixture(scope="module")
def spread(case):
    return sw.simulate(case, draws=DRAWS, months=[9, 12])


def test_sensitivity_has_the_engine_s_swings_by_driver_the_widest_first(case):
    frame = sw.sensitivity(case, "npv", plan="Hybrid")
    swings = tornado.tornado(case, case.plans.index("Hybrid"), "npv")
    assert list(frame.index) == [one.driver for one in swings]
    assert frame.index.name == "driver"
    assert frame["low"].tolist() == [one.low for one in swings]
    assert frame["high"].tolist() == [one.high for one in swings]
    np.testing.assert_array_equal(frame["swing"], (frame["high"] - frame["low"]).abs())
    assert frame.attrs == {
        "scenario": case.name, "plan": "Hybrid", "measure": "npv", "unit": "USD",
    }  # fmt: skip


def test_without_a_plan_it_is_the_first_beside_the_baseline(case):
    assert sw.sensitivity(case).attrs["plan"] == case.plans[1]
    assert sw.sensitivity(case).equals(sw.sensitivity(case, plan=case.plans[1]))


def test_a_percentage_of_zero_moves_nothing(case):
    assert (sw.sensitivity(case, "npv", percent=0)["swing"] == 0).all()


def test_elasticity_is_the_change_for_one_per_cent(case):
    frame = sw.elasticities(case, "total_cost", plan="Hybrid")
    assert frame.columns.tolist() == ["elasticity"]
    assert 0 < frame.loc["salary", "elasticity"] < 1
    assert frame.loc["discount_rate", "elasticity"] == 0


def test_sobol_indices_give_a_share_of_the_variance_by_driver():
    frame = sw.sobol_indices(sw.Scenario.preset("mid"), draws=64)
    assert frame.columns.tolist() == ["first_order", "total"]
    assert frame["total"].is_monotonic_decreasing
    assert frame.index[0] == "salary"


def test_a_grid_has_at_each_pair_the_measure_of_the_scenario_with_these_inputs():
    case = sw.Scenario.preset("mid")
    frame = sw.grid(case, {"site.Mid.salary": [50_000, 70_000], "discount_rate": [0, 0.1]}, "npv")
    assert (frame.index.name, frame.columns.name) == ("site.Mid.salary", "discount_rate")
    for salary in frame.index:
        for rate in frame.columns:
            moved = case.with_inputs({"site.Mid.salary": salary, "discount_rate": rate})
            assert frame.loc[salary, rate] == pytest.approx(moved.results().loc["Mid", "npv"])


def test_solve_finds_the_salary_whose_saving_repays_the_setup_exactly():
    case = sw.Scenario.from_dict(eight_data())
    found = sw.solve(case, "salary", 12)
    assert found.status == "one"
    moved = case.with_inputs({"site.Krakow.salary": found.values[0]})
    assert moved.results().loc["Krakow", "break_even_month"] == pytest.approx(12)


def test_recommend_places_every_role_at_a_site(case):
    found = sw.recommend(HYBRID)
    assert found.placement.keys() == {*case.roles}
    assert {*found.placement.values()} <= {*case.sites}
    assert found.reasons


def test_the_figures_of_the_recommendation_are_those_of_the_results_of_its_plan(case):
    found = sw.recommend(HYBRID)
    assert found.frame.index.tolist() == ["Proposed", *case.plans]
    assert found.frame.attrs["criterion"].startswith("highest NPV after risk")
    added = found.with_plan("As proposed")
    assert isinstance(added, sw.Scenario)
    results, again = added.results(), sw.recommend(added)
    assert again.matches == "As proposed"
    for measure in ("net_saving", "net_saving_risk_adjusted", "npv", "break_even_month"):
        assert found.frame[measure].tolist() == pytest.approx(
            results.loc[["As proposed", *case.plans], measure].tolist(), nan_ok=True
        )


def test_percentiles_are_those_of_the_draws_by_plan_and_measure(spread):
    frame = spread.percentiles
    assert frame.index.names == ["plan", "measure"]
    assert frame.loc["Hybrid"].index.tolist() == [*simulation.MEASURES]
    of_draws = spread.draws["npv"]["Hybrid"].sort_values()
    assert frame.loc[("Hybrid", "npv"), "p50"] == of_draws.iloc[DRAWS // 2 - 1]
    assert frame.loc[("Hybrid", "npv"), "mean"] == pytest.approx(of_draws.mean())
    assert frame.attrs["draws"] == DRAWS
    assert frame.attrs["units"]["npv"] == "USD"


def test_probabilities_are_shares_of_the_draws(case, spread):
    frame, months = spread.probabilities, spread.draws["break_even_month"]
    for plan in case.plans:
        assert frame.loc[plan, "break_even_by_12"] == (months[plan] <= 12).mean()
        assert frame.loc[plan, "never_breaks_even"] == months[plan].isna().mean()
    npv = spread.draws["npv_risk_adjusted"]
    assert frame.loc["Hybrid", "beats_Nearshore"] == (npv["Hybrid"] > npv["Nearshore"]).mean()
    assert np.isnan(frame.loc["Hybrid", "beats_Hybrid"])


def test_every_driver_has_a_value_of_knowing_it_and_a_share_of_variance(spread):
    frame = spread.drivers
    assert {*frame.columns} == {"evppi", "standard_error", "at_most", "share_of_variance"}
    assert frame["share_of_variance"].between(0, 1).all()
    assert (frame["evppi"].dropna() <= frame["at_most"][frame["evppi"].notna()]).all()


def test_the_best_plan_has_the_highest_mean_net_present_value(spread):
    assert spread.best_plan == spread.draws["npv"].mean().idxmax()


def test_the_same_seed_gives_the_same_draws_and_another_one_others(case, spread):
    assert sw.simulate(case, draws=DRAWS).draws.equals(spread.draws)
    assert not sw.simulate(case, draws=DRAWS, seed=2).draws.equals(spread.draws)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sw.sensitivity(HYBRID, "npw"), "no measure is called 'npw'; did you mean npv?"),
        (lambda: sw.sensitivity(HYBRID, plan="Hybird"), "no plan is called 'Hybird'; did you mean"),
        (lambda: sw.sensitivity(HYBRID, percent=200), "percent is 200; it must be between 0"),
        (lambda: sw.grid(HYBRID, {"salary": [1]}), "inputs has 1 inputs; it must have two"),
        (
            lambda: sw.grid(HYBRID, {"salary": [-1], "discount_rate": [0]}),
            "salary is -1; it must be",
        ),
        (
            lambda: sw.grid(HYBRID, {"salary": 1, "discount_rate": [0]}),
            "salary has 1; its values must",
        ),
        (lambda: sw.grid(HYBRID, {"salary": ["x"], "discount_rate": [0]}), "salary has ['x']"),
        (lambda: sw.solve(HYBRID, "salari", 9), "no input is called 'salari'"),
        (lambda: sw.solve(HYBRID, "salary", 900), "target is month 900; it must be between 1"),
        (lambda: sw.simulate(HYBRID, draws=3), "draws is 3; it must be between 64"),
        (lambda: sw.simulate(HYBRID, method="dice"), "method is 'dice'; it must be one of"),
        (lambda: sw.simulate(HYBRID, draws=64, months=[900]), "month is 900; it must be between"),
        (lambda: sw.sobol_indices(HYBRID, draws=17), "draws is 17; it must be a power of two"),
    ],
)
def test_a_mistake_is_one_clear_error(call, words):
    with pytest.raises(sw.DomainError) as found:
        call()
    assert words in str(found.value)
    assert len(str(found.value).splitlines()) == 1


def test_frames_are_frames(case, spread):
    frames = (
        sw.sensitivity(case), sw.elasticities(case), spread.percentiles, spread.probabilities,
        spread.drivers, spread.draws,
    )  # fmt: skip
    assert all(isinstance(frame, pd.DataFrame) for frame in frames)
