"""Every input changes some result of some scenario, or its declaration says why it does not."""

import functools

import numpy as np
import pytest

from shorewise.engine import INPUTS, Scenario, default_model
from shorewise.engine.measures import FIGURES
from shorewise.engine.uncertainty.goal_seek import solve
from shorewise.engine.uncertainty.simulation import simulate
from shorewise.engine.uncertainty.tornado import tornado
from tests.support.paths import ROOT
from tests.support.sample_scenarios import (
    eight_data,
    random_data,
    random_scenario,
    small_data,
    with_reference_settings,
)
from tests.support.soak import SOAK

# What a reader takes away: the figures, and what Board and Quote decide by.
RESULTS = tuple(dict.fromkeys([
    *FIGURES.values(), "verdict", "recommended", "plan_fits", "plan_pays", "plan_manageable",
    "plan_saves", "risk_adjusted_cost", "walk_away_price", "share_needed", "all_checks",
]))  # fmt: skip
DRAWS = 16  # values of an input tried in each scenario
# Ranges and correlations of drivers change what is drawn from them, and nothing else.
DRAWN = (
    "driver_low", "driver_high", "driver_distribution",
    "correlation_first", "correlation_second", "correlation_rank",
)  # fmt: skip
SEEDS = range(120)
PAGE = (ROOT / "docs" / "scenario.md").read_text("utf-8")


def positions(entry):
    """Where an input may differ in what it changes: onshore, and abroad."""
    if "site" not in entry.axes:
        return ("everywhere",)
    return ("abroad",) if entry.fixed_onshore else ("onshore", "abroad")


def is_inert(entry, where):
    return bool(entry.inert_because) and entry.inert_at in ("", where)


PLACES = [(entry, where) for entry in INPUTS for where in positions(entry)]
MOVING = [(e, w) for e, w in PLACES if not is_inert(e, w) and e.name not in DRAWN]
INERT = [(e, w) for e, w in PLACES if is_inert(e, w)]


def by_name(places):
    return pytest.mark.parametrize(
        ("entry", "where"), places, ids=[f"{entry.name}-{where}" for entry, where in places]
    )


@functools.cache
def scenarios():
    found = [random_scenario(seed) for seed in SEEDS]
    # Work whose people must be close, far away: the weight of closeness decides where it may go.
    close = eight_data(overlap_hours=0.5)
    close |= {"collaboration": 5, "ambiguity": 1, "criticality": 1, "change_frequency": 1}
    data = with_reference_settings(eight_data())
    eight = Scenario.from_dict(data, "eight")
    pay = solve(eight, "salary", "break_even_month", 36, 1).values[0]
    data["sites"][1]["salary"] = pay * (1 + 1e-11)
    found.append(Scenario.from_dict(close, "close"))
    # Checks that allow for no rounding at all fail by their own; those of any tolerance pass.
    strict = random_data(1) | {"check_tolerance": 0}
    found.append(Scenario.from_dict(strict, "without any tolerance"))
    found.append(Scenario.from_dict(data, "behind by little more than rounding"))
    return [one for one in found if len(one.sites) > 1 and len(one.plans) > 1]


def evaluated(scenario, values):
    return default_model().evaluate(values, scenario.horizon_months, RESULTS)


@functools.cache
def before(number):
    return evaluated(scenarios()[number], scenarios()[number].values)


def changed(number, entry, where):
    """Results of a scenario that differ for some valid values of an input in a place."""
    scenario, rng = scenarios()[number], np.random.default_rng(number)
    given = scenario.values[entry.name]
    chosen = np.ones(given.shape, bool)
    if where == "onshore":
        chosen[:, :, 1:] = False
    elif where == "abroad":
        chosen[:, :, :1] = False
    if entry.name == "heads":
        chosen[:, 0] = False  # the baseline has none abroad
    shape = (DRAWS, *given.shape[1:])
    near = rng.uniform(0, 2, shape) * np.broadcast_to(given, shape)
    far = rng.uniform(entry.lowest, min(entry.highest, entry.lowest + 1e6), shape)
    moved = np.where(np.arange(DRAWS).reshape(-1, 1, 1, 1, 1) % 2, near, far)
    moved = np.clip(np.round(moved) if entry.whole else moved, entry.lowest, entry.highest)
    values = scenario.values | {entry.name: np.where(chosen, moved, given).astype(given.dtype)}
    after = evaluated(scenario, values)
    return [
        name
        for name in RESULTS
        if not np.array_equal(
            *np.broadcast_arrays(after[name], before(number)[name]),
            equal_nan=after[name].dtype.kind == "f",
        )
    ]


@pytest.mark.soak(keep=60)
@by_name(MOVING)
def test_every_input_changes_a_result_of_some_scenario(entry, where):
    moves = any(changed(number, entry, where) for number in range(len(scenarios())))
    assert moves, f"{entry.name} {where} changes no result of {len(scenarios())} scenarios"


@by_name(INERT)
def test_an_input_declared_as_inert_changes_no_result(entry, where):
    some = range(0, len(scenarios()), 1 if SOAK else 4)
    assert not any(changed(number, entry, where) for number in some)


def mid(**changes):
    return Scenario.from_dict(small_data() | {"horizon_months": 24} | changes, "mid")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"low": 0.4}, id="driver_low"),
        pytest.param({"high": 2.0}, id="driver_high"),
        pytest.param({"distribution": "uniform"}, id="driver_distribution"),
    ],
)
def test_the_range_of_a_driver_changes_its_draws(change):
    plain, other = (
        simulate(mid(**extra), 256).percentile("net_saving", 50)[1]
        for extra in ({}, {"cases": [{"name": "salary"} | change]})
    )
    assert plain != other


def test_the_ends_of_the_range_of_a_driver_change_its_swing():
    wide = mid(cases=[{"name": "salary", "low": 0.4, "high": 2.0}])
    swings = [tornado(one, 1, "net_saving", None)[0].width for one in (mid(), wide)]
    assert swings[0] < swings[1]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"first": "salary", "second": "productivity", "rank": -0.9}, id="first"),
        pytest.param({"first": "salary", "second": "rework_end", "rank": -0.9}, id="second"),
        pytest.param({"first": "salary", "second": "productivity", "rank": 0.9}, id="rank"),
    ],
)
def test_a_correlation_changes_the_draws(row):
    plain = simulate(mid(), 512).percentile("net_saving", 10)[1]
    drawn = simulate(mid(correlations=[{"name": "One"} | row]), 512)
    assert drawn.percentile("net_saving", 10)[1] != plain


@pytest.mark.parametrize("entry", [e for e in INPUTS if e.inert_because], ids=lambda e: e.name)
def test_the_scenario_page_says_which_inputs_change_no_result_and_why(entry):
    [row] = [line for line in PAGE.splitlines() if line.startswith(f"| `{entry.name}`")]
    assert entry.inert_because in row
    assert entry.inert_at in row
