"""Sensitivities against the reference model and an implementation we did not write."""

import itertools

import numpy as np
import pytest
from SALib.analyze import sobol as salib_sobol
from SALib.sample import sobol as salib_sample

from shorewise.engine import Scenario
from shorewise.engine.drivers import DRIVERS
from shorewise.engine.errors import DomainError
from shorewise.engine.uncertainty.draws import ranges_of
from shorewise.engine.uncertainty.tornado import (
    Flip,
    elasticities,
    flips,
    grid,
    indices,
    place_of,
    tornado,
)

MID, NEAR = 1, 3
# model.md, section 4: swing of the mid case's steady-state net saving, in points.
SWINGS = {
    "salary": 33.0,
    "statutory_rate": 13.2,
    "productivity": 11.2,
    "rework_end": 8.2,
    "overlap_hours": 4.8,
    "management_rate": 4.4,
    "attrition_rate": 1.8,
}


def mid(**changes):
    data = Scenario.default().to_dict()
    data["sites"][MID] |= changes
    return Scenario.from_dict(data, "mid")


def test_tornado_is_that_of_the_reference_model():
    found = {one.driver: one for one in tornado(Scenario.default(), MID, "net_saving_steady")}
    assert {name: round(found[name].width * 100, 1) for name in SWINGS} == SWINGS
    widths = [one.width for one in found.values()]
    assert widths == sorted(widths, reverse=True)
    assert {*found} == {*DRIVERS}


def test_tornado_by_percent_moves_the_sites_own_figures():
    found = {one.driver: one for one in tornado(Scenario.default(), MID, "npv", percent=10)}
    for driver, values in (("salary", (54_000, 66_000)), ("management_rate", (0.18, 0.22))):
        ends = [mid(**{driver: v}).evaluate()["npv"][0, MID].item() for v in values]
        assert [found[driver].low, found[driver].high] == pytest.approx(ends)
    assert found["fx_drift"].width == 0  # there is none to take 10 % of


def test_elasticity_is_the_slope_in_percent():
    found = elasticities(Scenario.default(), MID, "fully_loaded_cost")
    base = Scenario.default().evaluate()["plan_fully_loaded_cost"][0, MID].item()
    up = mid(salary=60_600).evaluate()["plan_fully_loaded_cost"][0, MID].item()
    assert found["salary"] == pytest.approx((up / base - 1) * 100, rel=1e-6)  # linear in pay
    assert [abs(v) for v in found.values()] == sorted(map(abs, found.values()), reverse=True)


def test_elasticity_of_nothing_is_no_answer():
    found = elasticities(Scenario.default(), 0, "net_saving")
    assert np.isnan(list(found.values())).all()


def test_indices_are_those_of_salib():
    scenario = Scenario.default()
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
    ours = indices(scenario, MID, draws=512)
    for n, one in enumerate(ranges):
        assert ours[one.name].first == pytest.approx(theirs["S1"][n], abs=0.05)
        assert ours[one.name].total == pytest.approx(theirs["ST"][n], abs=0.05)
    assert next(iter(ours)) == "salary"


def test_grid_is_the_model_at_each_pair():
    salaries, rates = [50_000, 70_000], [0.1, 0.2, 0.3]
    found = grid(
        Scenario.default(), MID, "npv", ("salary", salaries), ("site.Mid.management_rate", rates)
    )
    expected = [
        [
            mid(salary=salary, management_rate=rate).evaluate()["npv"][0, MID].item()
            for rate in rates
        ]
        for salary in salaries
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_flips_name_the_end_the_plan_and_the_verdict():
    [found, *_] = flips(Scenario.default())
    assert (found.driver, found.end, found.best) == ("salary", "high", "")
    assert found.verdicts == dict.fromkeys(("Mid", "Far", "Near"), "trap")
    assert found.recommended == ("All onshore",)


def test_a_flip_of_the_recommendation_is_that_of_a_scenario_with_the_input_itself_changed():
    [found] = [one for one in flips(Scenario.default()) if one.driver == "rework_end"]
    data = Scenario.default().to_dict()
    factor = Scenario.default().values["driver_high"].ravel()[[*DRIVERS].index("rework_end")]
    for site in data["sites"][1:]:
        site["rework_end"] *= float(factor)
    changed = Scenario.from_dict(data, "changed")
    recommended = changed.evaluate()["recommended"].ravel()
    assert found.recommended == tuple(itertools.compress(changed.plans, recommended))
    assert (found.end, found.text) == ("high", "Near is recommended")


def test_flips_say_plans_of_one_verdict_together_and_many_by_their_number():
    few = Flip("salary", "high", "Far", {"Mid": "marginal", "Near": "trap", "Far": "trap"})
    assert few.text == "Near, Far become a trap, Mid becomes marginal, Far has the highest NPV"
    many = Flip("salary", "low", "", {f"Plan {n}": "advantage" for n in range(5)})
    assert many.text == "5 plans become an advantage"
    assert Flip("salary", "low", "", {}, ()).text == "no plan is recommended"
    assert Flip("salary", "low", "", {}, ("A", "B")).text == "A and B are recommended"


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda s: tornado(s, 1, "net_savings"), ["'net_savings'", "did you mean net_saving?"]),
        (lambda s: tornado(s, 1, percent=101), ["percent is 101", "between 0 and 100"]),
        (lambda s: indices(s, 1, draws=1_000), ["draws is 1,000", "power of two"]),
        (lambda s: indices(s, 1, "break_even_month"), ["no answer in", "such as npv"]),
        (lambda s: place_of(s, "salery"), ["'salery'", "did you mean salary?"]),
        (lambda s: place_of(s, "heads"), ["stands for many", "such as plan.All onshore.heads."]),
        (lambda s: place_of(s, "driver_low"), ["stands for many", "such as driver.salary.low"]),
        (
            lambda s: grid(s, 1, "npv", ("salary", [0]), ("benefits_rate", [0])),
            ["salary is 0", "it must be"],
        ),
    ],
)
def test_what_is_not_allowed_is_named(call, parts):
    data = Scenario.default().to_dict()
    data["cases"] = [{"name": "salary", "low": 0.5, "high": 3}]
    with pytest.raises(DomainError) as raised:
        call(Scenario.from_dict(data, "wide"))
    assert [part for part in parts if part not in str(raised.value)] == []
