"""Spare plans, sites and roles: they change no figure until somebody fills them in."""

import numpy as np
import pytest

from shorewise.engine import Scenario, ScenarioError, take
from shorewise.engine.axes import POSITION
from shorewise.engine.errors import DomainError
from shorewise.engine.model import default_model
from shorewise.engine.spare_places import Spares, with_spares, with_usual_spares, without_spares
from shorewise.engine.spares import is_spare
from tests.support.sample_scenarios import random_scenario, small_data

# What counts places or ranks them, whether they are in use or not.
COUNTING = {"site_count", "change_order", "lowest_figure", "plan_merit"}
CASES = pytest.mark.parametrize("seed", ["default", *range(8)])


def case(seed):
    return Scenario.default() if seed == "default" else random_scenario(seed)


def before(name, array, sizes):
    """The part of a line for what was there without spare places."""
    at = [slice(None)] * array.ndim
    for axis in default_model().axes[name]:
        if axis in ("plan", "site", "role", "month"):
            at[POSITION[axis]] = slice(0, sizes[axis])
    return array[tuple(at)]


@CASES
def test_spare_places_change_no_figure_and_are_dropped_again(seed):
    scenario = case(seed)
    spare = with_spares(scenario, Spares(2, 1, 2))
    assert len(spare.plans) == len(scenario.plans) + 2
    alone, beside = scenario.evaluate(), spare.evaluate()
    differing = [
        name
        for name in default_model().lines.keys() - COUNTING
        if not np.allclose(
            alone[name], before(name, beside[name], scenario.sizes), rtol=1e-9, equal_nan=True
        )
    ]
    assert differing == []
    assert without_spares(spare) == scenario


@CASES
def test_a_spare_place_is_recommended_and_compared_nowhere(seed):
    spare = with_usual_spares(case(seed))
    found = spare.evaluate()
    last = len(spare.plans) - 1
    for name in ("recommended", "plan_in_use", "plan_admitted", "has_saving"):
        assert take(found, name, plan=last).item() == 0, name
    assert np.isnan(take(found, "verdict", plan=last)).all()
    assert not take(found, "allowed", site=len(spare.sites) - 1).any()


def test_months_beyond_the_horizon_count_once_asked_for():
    scenario = Scenario.default()
    longer = with_spares(scenario, Spares(0, 0, 0, months=24))
    assert longer.horizon_months == scenario.horizon_months + 24
    for name in ("npv", "net_saving", "total_cost", "break_even_month", "npv_risk_adjusted"):
        assert take(longer.evaluate(), name) == pytest.approx(
            take(scenario.evaluate(), name), rel=1e-9, nan_ok=True
        ), name


def test_a_filled_place_is_a_plan_like_any_other():
    """A plan named and staffed by hand gives what the same plan gives in a scenario file."""
    data = small_data()
    spare = with_usual_spares(Scenario.from_dict(data, "small"))
    filled = spare.to_dict()
    filled["plans"][-1] = data["plans"][-1] | {"name": "Again"}
    direct = data | {"plans": [*data["plans"], data["plans"][-1] | {"name": "Again"}]}
    found = without_spares(Scenario.from_dict(filled, "filled")).evaluate()
    expected = Scenario.from_dict(direct, "direct").evaluate()
    for name in ("npv", "total_cost", "net_saving_risk_adjusted", "recommended"):
        assert take(found, name) == pytest.approx(take(expected, name), rel=1e-12, nan_ok=True)


def test_heads_of_a_place_without_a_name_are_refused():
    spare = with_usual_spares(Scenario.from_dict(small_data(), "small"))
    data = spare.to_dict()
    site, role = spare.sites[0], spare.roles[0]
    data["plans"][-1]["heads"] = {site: {role: 3}}
    with pytest.raises(
        ScenarioError, match=r"3 heads of 'Add a plan', .* type the name of the plan"
    ):
        Scenario.from_dict(data, "small")
    data = spare.to_dict()
    data["plans"][0]["heads"][site]["Add a role"] = 2
    with pytest.raises(ScenarioError, match=r"2 heads of 'Add a role', .* name of the role"):
        Scenario.from_dict(data, "small")


@pytest.mark.parametrize("number", [-1, 1.5, True])
def test_a_wrong_number_of_places_is_refused(number):
    with pytest.raises(DomainError, match="a whole number from 0 on"):
        with_spares(Scenario.default(), Spares(sites=number))


def test_where_they_would_be_too_many_there_are_none():
    data = small_data()
    site = data["sites"][0]["name"]
    heads = next(iter(data["plans"][0]["heads"].values()))
    data["plans"] = [{"name": f"P{n}", "heads": {site: heads}} for n in range(40)]
    full = Scenario.from_dict(data, "full")
    assert with_usual_spares(full) == full
    with pytest.raises(ScenarioError, match="41 plans; there may be at most 40"):
        with_spares(full, Spares(1, 0, 0))
    with pytest.raises(ScenarioError, match="1000000000000002 sites; there may be at most 40"):
        with_spares(Scenario.from_dict(small_data()), Spares(sites=10**15))  # at once


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("Add a plan", True),
        ("add a plan 2", True),
        ("Add a plan: mine", False),
        ("Add a plant", False),
    ],
)
def test_a_spare_place_has_the_phrase_alone_or_before_a_space_as_its_name(name, is_one):
    assert is_spare("plan", name) == is_one
