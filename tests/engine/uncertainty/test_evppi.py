"""What knowing a driver is worth: against a formula for two plans, and nested brute force."""

import math

import numpy as np
import pytest
from scipy.special import ndtr

from shorewise.engine import Scenario, default_model, take
from shorewise.engine.drivers import DRIVERS
from shorewise.engine.uncertainty.draws import case_levels, cholesky_factor, ranges_of
from shorewise.engine.uncertainty.evppi import T95, evpi_of_draws
from shorewise.engine.uncertainty.simulation import simulate
from tests.support.sample_scenarios import reference_data


def scenario(low, high, distribution, rank=0.0, plans=2):
    """All onshore beside the mid plan, and wages that rise with salary; other drivers are fixed."""
    data = reference_data()
    data["plans"] = data["plans"][:plans]
    salary = {"name": "salary", "low": low, "high": high, "distribution": distribution}
    fixed = {*DRIVERS} - {"salary", *(["wage_inflation"] if rank else [])}
    data["cases"] = [salary, *({"name": name, "distribution": "fixed"} for name in sorted(fixed))]
    if rank:
        pair = {"first": "salary", "second": "wage_inflation", "rank": rank}
        data["correlations"] = [{"name": "Pay and its growth"} | pair]
    return Scenario.from_dict(data, "case")


def npv_at(case, levels):
    found = []
    for start in range(0, len(levels), 2_000):
        some = levels[start : start + 2_000, None, None, None, :]
        values = {**case.values, "driver_level": some}
        lines = default_model().evaluate(values, case.horizon_months, ["npv_risk_adjusted"])
        found.append(take(lines, "npv_risk_adjusted", scenario=slice(None)))
    return np.concatenate(found)


def nested(case, outer=401, inner=41):
    """The value of knowing each of two drivers, by going through all values of one in the other."""
    ranges, base = ranges_of(case), case_levels(case)
    triangle = cholesky_factor(case, ranges)
    together = (triangle @ triangle.T)[0, 1]
    first = np.linspace(-6, 6, outer)
    weights = np.exp(-(first**2) / 2)
    weights /= weights.sum()
    second, second_weights = np.polynomial.hermite_e.hermegauss(inner)
    second_weights /= second_weights.sum()
    found = {}
    for known in (0, 1):
        score = np.repeat(first, inner)
        other = together * score + math.sqrt(1 - together**2) * np.tile(second, outer)
        levels = np.repeat(base, len(score), axis=0)
        for number, scores in ((known, score), (1 - known, other)):
            share = np.clip(ndtr(scores), 1e-15, 1 - 1e-15)
            levels[:, ranges[number].number] = ranges[number].level(share)
        means = second_weights @ npv_at(case, levels).reshape(outer, inner, -1)
        admitted = take(case.evaluate(), "plan_admitted") == 1  # only these may be chosen
        means = means[:, admitted]
        chosen = (weights @ means).argmax()
        found[ranges[known].name] = weights @ (means.max(axis=1) - means[:, chosen])
    return found


@pytest.mark.parametrize("high", [1.3, 1.4, 1.5])  # beyond, draws of pay fall below its range
def test_evppi_of_two_plans_and_a_normal_driver_matches_the_formula(high):
    # NPV is linear in pay: mean and deviation give the expected loss that knowing pay saves,
    # s x (density(d) - d x (1 - probability(d))) with d = mean / s (Raiffa and Schlaifer 1961).
    case = scenario(2 - high, high, "normal")
    levels = np.repeat(case_levels(case), 2, axis=0)
    levels[:, 0] = 1, 2
    at_1, at_2 = npv_at(case, levels)[:, 1]
    deviation = (at_1 - at_2) * (high - 1) / 1.6448536269514722
    d = at_1 / deviation
    density = math.exp(-(d**2) / 2) / math.sqrt(2 * math.pi)
    expected = deviation * (density - d * (1 - ndtr(d)))
    found = simulate(case, 8_192).partial_information["salary"]
    assert found.value == pytest.approx(expected, rel=0.02)
    assert expected <= found.at_most * 1.005


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize(
    "given",
    [
        pytest.param((0.5, 1.6, "normal", 0.5), id="normal"),
        pytest.param((0.7, 1.4, "normal", 0.3), id="normal-thin-tail"),
        pytest.param((0.5, 1.6, "uniform", 0.6), id="uniform"),
        pytest.param((0.5, 1.9, "pert", -0.5), id="pert"),
        pytest.param((0.6, 1.5, "normal", 0.5, 4), id="four-plans"),
    ],
)
def test_evppi_of_correlated_drivers_matches_nested_simulation(given):
    case = scenario(*given)
    truth = nested(case)
    found = simulate(case, 8_192)
    for name, worth in found.partial_information.items():
        assert truth[name] <= worth.at_most + 1
        assert worth.reported is not None or worth.at_most > 0
    assert found.evppi()["salary"] == pytest.approx(truth["salary"], rel=0.02)
    assert found.perfect_information.value >= found.partial_information["salary"].value


def test_a_value_below_the_resolution_of_the_draws_is_reported_with_an_upper_bound():
    # Pay that turns the mid plan into a loss once in some thousand times.
    found = simulate(scenario(0.75, 1.25, "normal"), 64)
    everything = found.perfect_information
    assert everything.reported is None or everything.is_significant
    assert everything.at_most > 0
    assert found.partial_information["salary"].at_most > 0


def test_the_upper_bound_holds_if_no_draw_prefers_a_plan():
    draws = np.random.default_rng(1)
    for _ in range(200):
        mean, deviation = draws.uniform(2, 5), 1.0
        other = draws.normal(-mean, deviation, (8, 128))
        found = evpi_of_draws(np.stack([np.zeros((8, 128)), other], axis=-1), 0)
        density = math.exp(-(mean**2) / 2) / math.sqrt(2 * math.pi)
        truth = density - mean * (1 - ndtr(mean))
        if found.value == 0:
            assert truth <= found.at_most
        assert found.is_significant == (found.value > T95 * found.standard_error)
