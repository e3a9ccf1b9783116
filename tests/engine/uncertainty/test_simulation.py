"""Simulations against what is known without simulating."""

import functools
import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from shorewise.engine import Scenario, default_model, take
from shorewise.engine.errors import DomainError
from shorewise.engine.uncertainty.draws import METHODS, cholesky_factor, draw_quantiles, ranges_of
from shorewise.engine.uncertainty.simulation import (
    MEASURES,
    PERCENTILES,
    Simulation,
    simulate,
    simulated_measures,
    summary,
)
from tests.support.driver_cases import ONLY_FIXED, case
from tests.support.sample_scenarios import reference_data, reference_scenario
from tests.support.soak import SOAK

DEFAULT = Scenario.default()
INPUTS = default_model().inputs
MID = 1  # the plan at the mid site, whose statutory charges are one rate: its cost is linear in pay
# Highest salaries at which it breaks even by month 9 and 12: model.md, section 4.
SALARY, BY_9, BY_12 = 60_000, 58_890.30, 71_956


def scenario(*cases, **changes):
    """The default's onshore base and mid site, with these drivers varying and no others."""
    named = {row["name"]: row for row in ONLY_FIXED} | {row["name"]: row for row in cases}
    data = reference_data() | {"cases": [*named.values()]} | changes
    data |= {"plans": data["plans"][:2], "sites": data["sites"][:2]}
    return Scenario.from_dict(data, "case")


def at_level(measure, **levels):
    """The measure of the mid plan with its own inputs times these levels."""
    data = reference_data()
    for name, level in levels.items():
        data["sites"][MID][name] = np.multiply(
            list(data["sites"][MID][name].values())
            if isinstance(data["sites"][MID][name], dict)
            else data["sites"][MID][name],
            level,
        ).item()
    return take(Scenario.from_dict(data, "level").evaluate(), measure, plan=MID).item()


@functools.cache
def of_pay(method):
    """A simulation in which nothing but pay varies."""
    return simulate(scenario(case("salary", 0.8, 1.4, "uniform")), 4_096, method=method)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("percent", PERCENTILES)
def test_a_linear_measure_has_the_percentiles_of_its_one_driver(method, percent):
    found = of_pay(method)
    level = 1.4 - 0.6 * percent / 100  # more pay, less value
    expected = at_level("npv", salary=level)
    assert found.percentile("npv", percent)[MID] == pytest.approx(expected, abs=2_000)


@pytest.mark.parametrize("rank", [-0.6, 0, 0.6])
def test_a_sum_of_normal_drivers_is_normal(rank):
    cases = (
        case("salary", 0.9, 1.1, "normal"),
        case("process_development_cost", 0.5, 1.5, "normal"),
    )
    together = {"name": "both", "first": cases[0]["name"], "second": cases[1]["name"], "rank": rank}
    found = simulate(scenario(*cases, correlations=[together]), 16_384)
    mean = at_level("npv")
    by_pay = (at_level("npv", salary=1.1) - mean) / stats.norm.ppf(0.95)
    by_setup = (at_level("npv", process_development_cost=1.5) - mean) / stats.norm.ppf(0.95)
    linear = 2 * math.sin(math.pi / 6 * rank)
    deviation = math.sqrt(by_pay**2 + by_setup**2 + 2 * linear * by_pay * by_setup)
    assert found.mean("npv")[MID] == pytest.approx(mean, abs=deviation / 1_000)
    for percent in PERCENTILES:
        expected = stats.norm(mean, deviation).ppf(percent / 100)
        assert found.percentile("npv", percent)[MID] == pytest.approx(expected, abs=deviation / 100)


def test_the_probability_of_break_even_is_the_share_of_salaries_that_break_even():
    low, high = 40_000, 90_000
    found = simulate(scenario(case("salary", low / SALARY, high / SALARY, "uniform")), 8_192)
    for month, salary in ((9, BY_9), (12, BY_12)):
        expected = (salary - low) / (high - low)
        assert found.break_even_by(month)[MID] == pytest.approx(expected, abs=1e-3)


def test_never_breaking_even_has_a_probability_and_fills_the_last_percentiles():
    found = simulate(scenario(case("salary", 0.5, 2.5, "uniform")), 4_096)
    never = found.never()[MID]
    assert 0.4 < never < 0.5
    assert found.break_even_by(36)[MID] == 1 - never
    assert np.isnan(found.percentile("break_even_month", 95)[MID])
    assert found.percentile("break_even_month", 50)[MID] > 12
    assert np.isnan(found.mean("break_even_month")[MID])
    plan = summary(found)["plans"][MID]
    assert plan["break_even_month"]["p95"] is None
    assert plan["probability"]["never_breaks_even"] == never


def test_each_draw_equals_the_scenario_with_its_inputs_changed():
    rank = {"name": "a", "first": "wage_inflation", "second": "fx_drift", "rank": -0.5}
    kinds = {"salary": "triangular", "productivity": "normal", "attrition_rate": "uniform"}
    cases = [{"name": name, "distribution": kind} for name, kind in kinds.items()]
    data = DEFAULT.to_dict() | {"cases": cases, "correlations": [rank]}
    drawn = Scenario.from_dict(data, "drawn")
    found, ranges = simulate(drawn, 64, 3), ranges_of(drawn)
    child = np.random.SeedSequence(3).spawn(8)[0]
    shares = next(draw_quantiles(len(ranges), 8, child, "sobol", cholesky_factor(drawn, ranges), 8))
    for draw, row in enumerate(shares):
        values = dict(DEFAULT.values)
        for one, share in zip(ranges, row, strict=True):
            entry, level = INPUTS[one.name], one.level(np.array([share])).item()
            array = np.array(values[one.name], float)
            abroad = array[:, :, 1:] if "site" in entry.axes else array
            moved = abroad * level if entry.first else abroad + level
            abroad[...] = np.clip(moved, entry.lowest, entry.highest)
            values[one.name] = array
        alone = replace(DEFAULT, values=values).evaluate()
        before_events = {n: line for n, line in MEASURES.items() if "risk_adjusted" not in n}
        for measure, line in (before_events | {"plan_figure": "plan_figure"}).items():
            expected = take(alone, line)
            np.testing.assert_allclose(found.figures[measure][0, draw], expected, rtol=1e-10)


def test_both_sampling_methods_agree_within_their_standard_errors():
    one, other = (simulate(DEFAULT, 2_048, method=method) for method in METHODS)
    for measure in ("net_saving", "npv", "margin"):
        for percent in (None, 10, 50, 90):
            at = [
                one_of.mean(measure) if percent is None else one_of.percentile(measure, percent)
                for one_of in (one, other)
            ]
            errors = [one_of.standard_error(measure, percent) for one_of in (one, other)]
            assert (abs(at[0] - at[1]) <= 4 * np.hypot(*errors) + 1e-12).all()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("block", [64, 100, 4_096])
def test_the_block_size_changes_no_result(method, block):
    one, other = (simulate(Scenario.default(), 1_000, 7, method, b) for b in (1_024, block))
    for measure in MEASURES:
        np.testing.assert_allclose(one.figures[measure], other.figures[measure], rtol=1e-12)


@pytest.mark.parametrize("draws", [100, 10_000])
def test_a_few_measures_have_the_draws_of_the_whole_simulation(draws):
    every = simulate(Scenario.default(), draws)
    found = simulated_measures(Scenario.default(), draws, ["npv", "break_even_month"])
    assert [*found] == ["npv", "break_even_month"]
    for measure, drawn in found.items():
        np.testing.assert_allclose(drawn, every.all(measure), rtol=1e-12)


def test_a_seed_gives_the_same_draws_in_any_process():
    script = (
        "from shorewise.engine import Scenario\n"
        "from shorewise.engine.uncertainty.simulation import simulate\n"
        "print(simulate(Scenario.default(), 64, 5).all('npv').tolist())"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    here = simulate(Scenario.default(), 64, 5).all("npv").tolist()
    assert run.stdout.strip() == str(here)
    assert simulate(Scenario.default(), 64, 6).all("npv").tolist() != here


@pytest.mark.soak
def test_the_error_of_quasi_random_draws_falls_faster_than_that_of_random_ones():
    cases = [case("salary", 0.9, 1.1, "normal"), case("trip_cost", 0.5, 1.5, "uniform")]
    truth = at_level("npv")
    few, many = (
        np.mean(
            [
                abs(simulate(scenario(*cases), draws, seed).mean("npv")[MID] - truth)
                for seed in range(6)
            ]
        )
        for draws in (256, 4_096)
    )
    assert few / many > 8  # 16 times the draws: plain random ones would gain a factor of 4


def test_the_standard_error_covers_the_distance_to_the_true_mean():
    cases = [case("salary", 0.9, 1.1, "normal"), case("trip_cost", 0.5, 1.5, "uniform")]
    truth = at_level("npv")
    inside = 0
    for seed in range(20):
        found = simulate(scenario(*cases), 512, seed, "latin")
        off = abs(found.mean("npv")[MID] - truth)
        inside += off < 2.3646 * found.standard_error("npv")[MID]
    assert inside >= 15  # 19 of 20 on average
    needed = found.draws_needed("npv", 10)[MID]
    assert needed > found.draws
    assert found.draws_needed("npv", 20)[MID] == pytest.approx(needed / 4, abs=1)


@pytest.mark.soak
@pytest.mark.parametrize("within", [50, 200, 1_000] if SOAK else [1_000])
def test_the_number_of_draws_reported_as_sufficient_is_sufficient(within):
    # At the rate of plain random draws the few that many evenly lying ones need would be too few.
    cases = [case("salary", 0.9, 1.1, "normal"), case("trip_cost", 0.5, 1.5, "uniform")]
    truth, inside, counts = at_level("npv"), 0, []
    for seed in range(30 if SOAK else 15):
        many = simulate(scenario(*cases), 2_048, seed)
        counts.append(int(many.draws_needed("npv", within)[MID]))
        found = simulate(scenario(*cases), counts[-1], 100 + seed)
        inside += abs(found.mean("npv")[MID] - truth) <= within
    assert inside >= (26 if SOAK else 13)  # 28.5 of 30 on average
    assert min(counts) < 2_048 or within == 50


def test_percentiles_and_probabilities_never_decrease():
    found = simulate(reference_scenario(), 1_024)
    for measure in ("net_saving", "npv", "margin"):
        by_percent = [found.percentile(measure, p) for p in range(1, 100)]
        assert (np.diff(by_percent, axis=0) >= 0).all()
    by_month = [found.break_even_by(month) for month in range(1, 37)]
    assert (np.diff(by_month, axis=0) >= 0).all()


def test_plans_with_common_drivers_are_compared_draw_by_draw():
    found = simulate(reference_scenario(), 1_024)
    beats = np.stack([found.beats(other) for other in range(4)])
    assert np.diag(beats).tolist() == [0, 0, 0, 0]
    assert (beats + beats.T)[~np.eye(4, dtype=bool)] == pytest.approx(1)
    assert found.best_plan == 3


def test_the_evppi_of_the_only_driver_is_what_it_saves_in_bad_cases():
    # All onshore or the mid plan, whose NPV falls from a gain to a loss as pay rises: knowing pay
    # saves the loss, half of base times height of its triangle.
    low, high = 0.8, 2.0
    found = simulate(scenario(case("salary", low, high, "uniform")), 8_192)
    best, worst = (
        at_level("npv_risk_adjusted", salary=low),
        at_level("npv_risk_adjusted", salary=high),
    )
    assert best > -worst > 0
    losing = -worst / (best - worst)
    assert found.evpi() == pytest.approx(-worst * losing / 2, rel=1e-3)
    assert found.evppi()["salary"] == pytest.approx(-worst * losing / 2, rel=5e-3)


def test_the_value_of_perfect_information_matches_the_published_case():
    # Render and Stair, Quantitative Analysis for Management, Thompson Lumber: a large plant, a
    # small one or none, in a favourable or an unfavourable market, each as likely. EVPI 60,000.
    favourable, unfavourable = [200_000, 100_000, 0], [-180_000, -20_000, 0]
    npv = np.array([[favourable, unfavourable]] * 8, float)
    found = Simulation(
        DEFAULT, 1, "sobol", (), {"npv": npv, "plan_figure": npv}, np.zeros((0, 5, 2, 3))
    )
    assert found.best_plan == 1  # the small plant, expected to make 40,000
    assert found.mean("npv")[1] == 40_000
    assert found.evpi() == 60_000


def test_perfect_information_is_worth_nothing_if_one_plan_is_always_best():
    npv = np.random.default_rng(1).normal(size=(8, 32, 1)) + np.array([0.1, 0.3])
    found = Simulation(
        DEFAULT, 1, "sobol", (), {"npv": npv, "plan_figure": npv}, np.zeros((0, 5, 2, 2))
    )
    assert str(found.evpi()) == "0.0"


def test_a_driver_that_changes_no_decision_has_no_evppi():
    found = simulate(scenario(case("salary", 0.9, 1.1, "pert")), 1_024)
    assert found.evppi() == {"salary": 0.0}


def test_shares_of_variance_add_up_to_1_without_interactions():
    cases = [
        case("salary", 0.9, 1.1, "uniform"),
        case("process_development_cost", 0.5, 1.5, "uniform"),
    ]
    shares = simulate(scenario(*cases), 8_192).shares_of_variance(MID)
    assert sum(shares.values()) == pytest.approx(1, abs=0.01)
    assert [*shares] == ["salary", "process_development_cost"]


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ({"draws": 63}, ["draws is 63", "between 64 and 10,000,000"]),
        ({"draws": 10_000_001}, ["draws is 10,000,001"]),
        ({"seed": -1}, ["seed is -1", "between 0 and 4,294,967,295"]),
        ({"method": "random"}, ["method is 'random'", "sobol, latin"]),
    ],
    ids=str,
)
def test_an_invalid_argument_is_named(arguments, parts):
    with pytest.raises(DomainError) as raised:
        simulate(Scenario.default(), **arguments)
    assert [part for part in parts if part not in str(raised.value)] == []


def nearly_alike():
    """The mid plan beside one like it with more overlap and pay: drivers decide which is better."""
    data = reference_data()
    twin = data["sites"][1] | {"name": "Twin", "salary": 61_500, "overlap_hours": 3}
    data["sites"] = [*data["sites"][:2], twin]
    data["plans"] = [*data["plans"][:2], {"name": "Twin", "heads": {"Twin": 8}}]
    return Scenario.from_dict(data, "nearly alike")


def test_drivers_common_to_all_plans_hide_no_evppi():
    found = simulate(nearly_alike(), 8_192)
    worth, everything = found.evppi(), found.evpi()
    assert everything > 0
    assert all(0 <= value <= everything for value in worth.values())
    assert max(worth.values()) > 0


@pytest.mark.parametrize("draws", [64, 128, 512])
def test_results_of_few_draws_are_consistent(draws):
    found = simulate(Scenario.default(), draws)
    assert max(found.evppi().values()) <= found.evpi()
    assert sum(found.shares_of_variance(1).values()) < 1.15


def test_a_missing_answer_counts_as_not_reached():
    data = scenario(case("salary", 0.9, 1.1, "pert")).to_dict() | {"horizon_months": 6}
    data["sites"][1]["lead_time_months"] = 12
    found = simulate(Scenario.from_dict(data, "nothing delivered"), 64)
    assert np.isnan(found.mean("net_saving")[MID])
    assert found.at_least("net_saving", -9)[MID] == 0
    assert found.below("net_saving", -9)[MID] == 0
