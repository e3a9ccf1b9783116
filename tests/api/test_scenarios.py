"""Scenarios of the public face: read from any file, changed, compared."""

import numpy as np
import pytest

import shorewise as sw
from shorewise.engine import Scenario as EngineScenario
from shorewise.engine import take
from tests.support.paths import HYBRID
from tests.support.sample_scenarios import small_data


def test_a_workbook_gives_back_the_scenario_it_was_made_of(tmp_path):
    case = sw.read(HYBRID)
    assert sw.read(sw.compare(case, tmp_path / "hybrid.xlsx")) == case


@pytest.mark.parametrize("kind", [str, lambda path: path])
def test_a_scenario_may_be_a_path_a_mapping_or_an_object_wherever_it_is_asked_for(kind):
    case = sw.read(HYBRID)
    expected = case.results()
    for given in (kind(HYBRID), case.to_dict(), case, EngineScenario.from_toml(HYBRID)):
        assert sw.results(given).equals(expected)


def test_presets_and_defaults_have_the_methods_of_frames():
    assert all(
        isinstance(case, sw.Scenario)
        for case in (sw.Scenario.default(), sw.Scenario.preset("mid"), sw.read(HYBRID))
    )


def test_the_engine_s_scenario_of_the_same_values_is_equal():
    assert sw.read(HYBRID) == EngineScenario.from_toml(HYBRID)
    assert hash(sw.read(HYBRID)) == hash(EngineScenario.from_toml(HYBRID))


def test_with_inputs_changes_these_inputs_and_no_others():
    case = sw.read(HYBRID)
    moved = case.with_inputs({"site.Krakow.salary": 90_000, "discount_rate": 0.12})
    site = case.sites.index("Krakow")
    assert moved.values["discount_rate"].item() == 0.12
    assert (take(moved.values, "salary", site=site) == 90_000).all()
    assert (
        np.delete(moved.values["salary"], site, 2) == np.delete(case.values["salary"], site, 2)
    ).all()
    others = case.values.keys() - {"salary", "discount_rate"}
    assert all(np.array_equal(moved.values[name], case.values[name]) for name in others)
    assert (moved.name, moved.plans) == (case.name, case.plans)
    assert case == sw.read(HYBRID)


def test_with_inputs_may_change_the_horizon_and_the_name():
    moved = sw.Scenario.preset("mid").with_inputs({"horizon_months": 60, "name": "Five years"})
    assert (moved.horizon_months, moved.name) == (60, "Five years")
    assert len(moved.monthly("cost")) == 2 * 60


def test_with_inputs_sets_one_month_of_a_ramp_and_one_statutory_charge():
    case = sw.read(HYBRID)
    site = case.sites.index("Krakow")
    charge = case.rule_names[site][0]
    moved = case.with_inputs({"site.Krakow.ramp.3": 0.7, f"site.Krakow.statutory.{charge}.rate": 0})
    assert take(moved.values, "ramp", site=site, tenure=2) == 0.7
    assert take(moved.values, "statutory_rate", site=site, rule=0) == 0
    assert (moved.values["ramp"] != case.values["ramp"]).sum() <= 1
    assert (moved.values["statutory_rate"] != case.values["statutory_rate"]).sum() == 1


def test_no_inputs_leave_a_scenario_equal():
    assert sw.read(HYBRID).with_inputs({}) == sw.read(HYBRID)


def test_repr_says_what_the_scenario_is_on_one_line():
    assert repr(sw.Scenario.preset("mid")) == (
        "<Scenario 'Mid-cost site, 60,000': 2 plans, 2 sites, 1 role, 36 months, USD>"
    )


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: sw.read("none.toml"), sw.ScenarioError, "none.toml: No such file"),
        (lambda: sw.read("none.xlsx"), sw.WorkbookError, "none.xlsx"),
        (lambda: sw.results("mid"), sw.ScenarioError, "Scenario.preset('mid')"),
        (lambda: sw.results(7), sw.ScenarioError, "scenario is a int; it must be a Scenario"),
        (lambda: sw.results(None), sw.ScenarioError, "scenario is a NoneType; it must be"),
        (
            lambda: sw.results(small_data() | {"discount_rate": 7}),
            sw.ScenarioError,
            "scenario: discount_rate is 7; it must be between 0 and 1",
        ),
        (
            lambda: sw.read(HYBRID).with_inputs({"discount_rate": 7}),
            sw.ScenarioError,
            "where to put it: discount_rate is 7; it must be between 0 and 1",
        ),
        (
            lambda: sw.read(HYBRID).with_inputs({"site.Krakow.ramp.3": "much"}),
            sw.ScenarioError,
            "site.Krakow.ramp.3 is 'much'; it must be between 0 and 1",
        ),
        (
            lambda: sw.read(HYBRID).with_inputs({"site.Krakow.work_end": 1}),
            sw.ScenarioError,
            "work_end is 1; it must be after work_start",
        ),
        (
            lambda: sw.read(HYBRID).with_inputs({"horizon_months": 5}),
            sw.ScenarioError,
            "horizon_months is 5; it must be",
        ),
        (
            lambda: sw.read(HYBRID).with_inputs({"site.Krakow.salari": 7}),
            sw.ScenarioError,
            "did you mean site.Krakow.salary?",
        ),
        (lambda: sw.Scenario.preset("no"), sw.ScenarioError, "no preset is called 'no'"),
    ],
)
def test_a_mistake_is_one_clear_error(call, error, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error) as found:
        call()
    assert words in str(found.value)
    assert len(str(found.value).splitlines()) == 1
