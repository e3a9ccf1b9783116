"""Ranges of drivers that rest on low grades are wider in simulations, if asked."""

import pytest

from shorewise.engine import Scenario
from shorewise.engine.uncertainty.draws import ranges_of
from shorewise.engine.uncertainty.driver_grades import grades_of_drivers, unsourced
from tests.support.sample_scenarios import small_data


def scenario(grades=None, **settings):
    data = small_data() | settings
    data["sites"] = [data["sites"][0], data["sites"][1] | {"grades": grades or {}}]
    return Scenario.from_dict(data, "small")


def test_only_ranges_of_assumptions_and_secondary_figures_are_wider():
    grades = {"salary": "own", "travel": "secondary", "benefits": "assumption"}
    plain = {one.name: one for one in ranges_of(scenario(grades))}
    wide = {
        one.name: one
        for one in ranges_of(scenario(grades, widen_assumptions=2, widen_secondary=1.5))
    }
    assert wide["salary"] == plain["salary"]
    for name, factor in (("trip_cost", 1.5), ("benefits_rate", 2)):
        before, after = plain[name], wide[name]
        assert after.likely == before.likely
        assert after.high - after.likely == pytest.approx(factor * (before.high - before.likely))
        low = before.likely + factor * (before.low - before.likely)
        assert after.low == pytest.approx(max(0, low))


def test_a_site_abroad_decides_and_the_onshore_base_does_not():
    data = small_data()
    data["sites"] = [
        data["sites"][0] | {"grades": {"salary": "assumption"}},
        data["sites"][1] | {"grades": {"salary": "official"}},
    ]
    assert grades_of_drivers(Scenario.from_dict(data, "small"))["salary"] == 0


def test_assumptions_among_the_five_widest_are_named():
    grades = {"salary": "own", "attrition": "assumption", "travel": "assumption"}
    widest = ["salary", "attrition_rate", "productivity", "benefits_rate", "fx_drift", "trip_cost"]
    found = unsourced(scenario({**dict.fromkeys(("productivity", "benefits", "currency"), "own"),
                                **grades}), widest)  # fmt: skip
    assert found == ["attrition_rate"]  # trip_cost comes sixth
