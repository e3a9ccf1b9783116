"""Sensitivities against the reference model and an implementation we did not write."""

import itertools

import numpy as np
import pytest
from SALib.analyze import sobol as salib_sobol
from SALib.sample import sobol as salib_sample

from shorewise.engine import Scenario, take
from shorewise.engine.drivers import DRIVERS
from shorewise.engine.errors import DomainError
from shorewise.engine.uncertainty.draws import ranges_of
from shorewise.engine.uncertainty.sobol import sobol_indices
from shorewise.engine.uncertainty.tornado import (
    DecisionReversal,
    decision_reversals,
    elasticities,
    tornado,
)
from shorewise.engine.uncertainty.two_way_table import two_way_table
from shorewise.engine.uncertainty.varied_inputs import address_of
from tests.support.driver_cases import SWINGS
from tests.support.sample_scenarios import reference_data, reference_scenario

MID, NEAR = 1, 3


def mid(**changes):
    data = reference_data()
    data["sites"][MID] |= changes
    return Scenario.from_dict(data, "mid")


def test_the_tornado_matches_the_reference_model():
    found = {one.driver: one for one in tornado(reference_scenario(), MID, "net_saving_steady")}
    assert {name: round(found[name].width * 100, 1) for name in SWINGS} == SWINGS
    widths = [one.width for one in found.values()]
    assert widths == sorted(widths, reverse=True)
    # In steady state there is no start, no growth and no discounting; pivots come after risk, and
    # successors of the reference take no handover.
    start = {"rework_start", "rework_half_life", "process_development_cost"}
    later = {"wage_inflation", "fx_drift", "pivot_weeks", "discount_rate"}
    assert {*DRIVERS} - {*found} == start | later | {"knowledge_transfer_hours"}


def test_a_tornado_by_percent_moves_the_figures_of_the_sites():
    found = {one.driver: one for one in tornado(reference_scenario(), MID, "npv", percent=10)}
    for driver, values in (("salary", (54_000, 66_000)), ("management_rate", (0.18, 0.22))):
        ends = [take(mid(**{driver: v}).evaluate(), "npv", plan=MID).item() for v in values]
        assert [found[driver].low, found[driver].high] == pytest.approx(ends)
    assert "fx_drift" not in found  # there is none to take 10 % of


def test_the_elasticity_is_the_slope_in_percent():
    found = elasticities(reference_scenario(), MID, "fully_loaded_cost")
    base = take(reference_scenario().evaluate(), "plan_fully_loaded_cost", plan=MID).item()
    up = take(mid(salary=60_600).evaluate(), "plan_fully_loaded_cost", plan=MID).item()
    assert found["salary"] == pytest.approx((up / base - 1) * 100, rel=1e-6)  # linear in pay
    assert [abs(v) for v in found.values()] == sorted(map(abs, found.values()), reverse=True)


def test_the_elasticity_of_zero_is_nan():
    found = elasticities(reference_scenario(), 0, "net_saving")
    assert np.isnan(list(found.values())).all()


@pytest.mark.soak
def test_sobol_indices_match_salib():
    scenario = reference_scenario()
    ranges = ranges_of(scenario)
    problem = {
        "num_vars": len(ranges),
        "names": [one.name for one in ranges],
        "bounds": [[0, 1]] * len(ranges),
    }
    shares = salib_sample.sample(problem, 512, calc_second_order=False, seed=3)
    levels = np.repeat(scenario.evaluate()["case_level"].reshape(1, -1), len(shares), axis=0)
    for one, column in zip(ranges, shares.T, strict=True):
        levels[:, one.number] = one.level(np.clip(column, 1e-9, 1 - 1e-9))
    from shorewise.engine import default_model

    values = {**scenario.values, "driver_level": levels[:, None, None, None, :]}
    saving = default_model().evaluate(values, 36, ["net_saving"])["net_saving"][:, MID, 0, 0, 0]
    theirs = salib_sobol.analyze(problem, saving, calc_second_order=False, seed=3)
    ours = sobol_indices(scenario, MID, draws=512)
    for n, one in enumerate(ranges):
        assert ours[one.name].first == pytest.approx(theirs["S1"][n], abs=0.05)
        assert ours[one.name].total == pytest.approx(theirs["ST"][n], abs=0.05)
    assert next(iter(ours)) == "salary"


def test_the_grid_holds_the_result_of_the_model_at_each_pair():
    salaries, rates = [50_000, 70_000], [0.1, 0.2, 0.3]
    found = two_way_table(
        reference_scenario(), MID, "npv", ("salary", salaries), ("site.Mid.management_rate", rates)
    )
    expected = [
        [
            take(mid(salary=salary, management_rate=rate).evaluate(), "npv", plan=MID).item()
            for rate in rates
        ]
        for salary in salaries
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("criterion", "words"),
    [
        ("npv", "highest NPV after risk"),
        ("risk_adjusted_cost", "lowest cost after risk"),
        ("peak_funding", "lowest peak funding"),
    ],
)
def test_decision_reversals_match_scenarios_with_the_driver_changed(criterion, words):
    data = Scenario.default().to_dict() | {"criterion": criterion}
    now = Scenario.from_dict(data, "now")
    best = now.evaluate()["recommended"].ravel()
    found = {(one.driver, one.end): one for one in decision_reversals(now)}
    for end in ("low", "high"):
        factor = float(now.values[f"driver_{end}"].ravel()[[*DRIVERS].index("salary")])
        moved = Scenario.from_dict(data, "now").to_dict()
        for site in moved["sites"][1:]:
            site["salary"] = {role: pay * factor for role, pay in site["salary"].items()}
        there = Scenario.from_dict(moved, "there").evaluate()["recommended"].ravel()
        one = found.get(("salary", end))
        if (there == best).all():
            assert one is None or one.recommended is None
        else:
            assert one.recommended == tuple(itertools.compress(now.plans, there))
            assert one.text.endswith(f"recommended by {words}")


def test_decision_reversals_group_plans_by_verdict_and_count_many():
    by = "highest NPV after risk"
    few = DecisionReversal(
        "salary", "high", {"Mid": "marginal", "Near": "trap", "Far": "trap"}, ("Far",), by
    )
    assert few.text == (
        "Near, Far become a trap, Mid becomes marginal, "
        "Far is recommended by highest NPV after risk"
    )
    five = {f"Plan {n}": "advantage" for n in range(5)}
    many = DecisionReversal("salary", "low", five, None, by)
    assert many.text == "5 plans become an advantage"
    assert DecisionReversal("salary", "low", {}, (), by).text == f"no plan is recommended by {by}"
    both = DecisionReversal("salary", "low", {}, ("A", "B"), by)
    assert both.text == f"A and B are recommended by {by}"


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda s: tornado(s, 1, "net_savings"), ["'net_savings'", "did you mean net_saving?"]),
        (lambda s: tornado(s, 1, percent=101), ["percent is 101", "between 0 and 100"]),
        (lambda s: sobol_indices(s, 1, draws=1_000), ["draws is 1,000", "power of two"]),
        (lambda s: sobol_indices(s, 1, "break_even_month"), ["no answer in", "such as npv"]),
        (lambda s: address_of(s, "salery"), ["'salery'", "did you mean salary?"]),
        (lambda s: address_of(s, "heads"), ["stands for many", "such as plan.All onshore.heads."]),
        (lambda s: address_of(s, "driver_low"), ["stands for many", "such as driver.salary.low"]),
        (
            lambda s: two_way_table(s, 1, "npv", ("salary", [0]), ("benefits_rate", [0])),
            ["salary is 0", "it must be"],
        ),
    ],
)
def test_an_invalid_argument_is_named(call, parts):
    data = reference_data()
    data["cases"] = [{"name": "salary", "low": 0.5, "high": 3}]
    with pytest.raises(DomainError) as raised:
        call(Scenario.from_dict(data, "wide"))
    assert [part for part in parts if part not in str(raised.value)] == []
