"""Sensitivity, two-way tables, goal seek and the best placement of roles."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from .engine import placement
from .engine.errors import DomainError
from .engine.measures import line_of, plan_of
from .engine.model import default_model
from .engine.uncertainty import goal_seek, sobol, tornado
from .engine.uncertainty.two_way_table import two_way_table
from .frames import unit_of
from .scenarios import Scenario, ScenarioLike, scenario_of


def sensitivity(
    scenario: ScenarioLike,
    measure: str = "net_saving",
    *,
    plan: str | None = None,
    percent: float | None = None,
) -> pd.DataFrame:
    """A measure of a plan with one driver at a time at the ends of its range: a tornado.

    Parameters
    ----------
    scenario : Scenario, mapping or path
    measure : str
        A column of :func:`shorewise.results`.
    plan : str, optional
        Name of the plan; by default the first beside the baseline.
    percent : float, optional
        Move each driver by this percentage instead, 0 to 100, within its allowed range.

    Returns
    -------
    DataFrame
        Rows by ``driver``, the widest swing first: the measure with the driver ``low`` and
        ``high``, and their distance, ``swing``. NaN where the measure has no answer. ``attrs`` has
        ``scenario``, ``plan``, ``measure`` and ``unit``.

    Raises
    ------
    DomainError
        A measure, plan or percentage that is not allowed.
    """
    case = scenario_of(scenario)
    number = plan_of(case, plan)
    found = tornado.tornado(case, number, measure, percent)
    frame = pd.DataFrame(
        {
            "low": [one.low for one in found],
            "high": [one.high for one in found],
            "swing": [one.width for one in found],
        },
        index=pd.Index([one.driver for one in found], name="driver"),
    )
    return _about(frame, case, number, measure)


def elasticities(
    scenario: ScenarioLike, measure: str = "net_saving", *, plan: str | None = None
) -> pd.DataFrame:
    """Percent by which a measure of a plan changes when a driver grows by 1 %.

    Parameters
    ----------
    scenario, measure, plan
        As for :func:`sensitivity`.

    Returns
    -------
    DataFrame
        Rows by ``driver``, the largest change first, column ``elasticity``. NaN where the measure
        is 0 or has no answer.
    """
    case = scenario_of(scenario)
    number = plan_of(case, plan)
    found = tornado.elasticities(case, number, measure)
    frame = pd.DataFrame(
        {"elasticity": list(found.values())}, index=pd.Index(list(found), name="driver")
    )
    return _about(frame, case, number, measure)


def sobol_indices(
    scenario: ScenarioLike,
    measure: str = "net_saving",
    *,
    plan: str | None = None,
    draws: int = 1_024,
    seed: int = 1,
) -> pd.DataFrame:
    """Shares of a measure's variance by driver: Sobol's indices. Needs the extra ``uncertainty``.

    Parameters
    ----------
    scenario, measure, plan
        As for :func:`sensitivity`. The measure must have an answer in every draw.
    draws : int
        A power of two, 16 to 65,536.
    seed : int

    Returns
    -------
    DataFrame
        Rows by ``driver``, the largest total first: ``first_order``, the share that the driver
        explains by itself, and ``total``, with all its interactions.

    Raises
    ------
    DomainError
        An argument that is not allowed, or a measure without an answer in some draw.
    ExtraError
        SciPy is not installed.
    """
    case = scenario_of(scenario)
    number = plan_of(case, plan)
    found = sobol.sobol_indices(case, number, measure, draws, seed)
    frame = pd.DataFrame(
        {
            "first_order": [one.first for one in found.values()],
            "total": [one.total for one in found.values()],
        },
        index=pd.Index(list(found), name="driver"),
    )
    return _about(frame, case, number, measure)


def grid(
    scenario: ScenarioLike,
    inputs: Mapping[str, Sequence[float]],
    measure: str = "net_saving",
    *,
    plan: str | None = None,
) -> pd.DataFrame:
    """A measure of a plan for each pair of values of two inputs: a two-way table.

    Parameters
    ----------
    scenario : Scenario, mapping or path
    inputs : mapping of str to sequence of float
        Two inputs and their values: the first runs down, the second across. An input is named as
        in :func:`solve`.
    measure, plan
        As for :func:`sensitivity`.

    Returns
    -------
    DataFrame
        Values of the first input as rows, of the second as columns.

    Raises
    ------
    DomainError
        An input, value, measure or plan that is not allowed, or another number of inputs than two.
    """
    case = scenario_of(scenario)
    if len(inputs) != 2:
        raise DomainError(f"inputs has {len(inputs)} inputs; it must have two, each with values")
    down, across = ((name, _numbers(name, values)) for name, values in inputs.items())
    number = plan_of(case, plan)
    frame = pd.DataFrame(
        two_way_table(case, number, measure, down, across),
        index=pd.Index(down[1], name=down[0]),
        columns=pd.Index(across[1], name=across[0]),
    )
    return _about(frame, case, number, measure)


def solve(
    scenario: ScenarioLike,
    name: str,
    target: float,
    measure: str = "break_even_month",
    *,
    plan: str | None = None,
    low: float | None = None,
    high: float | None = None,
) -> goal_seek.Solution:
    """The value of an input at which a measure of a plan reaches a target: goal seek.

    Parameters
    ----------
    scenario : Scenario, mapping or path
    name : str
        An input of one site, such as ``site.Krakow.salary``, or of all sites but the onshore base,
        such as ``salary``.
    target : float
        In the measure's unit. For a month: that month or an earlier one.
    measure, plan
        As for :func:`sensitivity`.
    low, high : float, optional
        Where to search; by default in all that the input may be.

    Returns
    -------
    Solution
        ``values``, ``exact``, ``status`` ("one", "many", "none" or "always") and ``text``.

    Raises
    ------
    DomainError
        An argument that is not allowed.
    """
    case = scenario_of(scenario)
    return goal_seek.solve(case, name, measure, target, plan_of(case, plan), low, high)


def recommend(scenario: ScenarioLike) -> placement.Recommendation:
    """The cheapest placement of each role that meets all limits, with reasons.

    Parameters
    ----------
    scenario : Scenario, mapping or path

    Returns
    -------
    Recommendation
        ``placement`` (site by role), ``figures``, ``reasons``, ``searched``, ``criterion`` and
        ``best_plans``.

    Raises
    ------
    ScenarioError
        A scenario that cannot be read, or one with more placements than are searched.
    """
    return placement.recommend(scenario_of(scenario))


def _numbers(name: str, values: Sequence[float]) -> list[float]:
    try:
        return [float(value) for value in values]
    except (TypeError, ValueError):
        raise DomainError(f"inputs: {name} has {values!r}; it must have numbers") from None


def _about(frame: pd.DataFrame, scenario: Scenario, plan: int, measure: str) -> pd.DataFrame:
    about: dict[str, Any] = {
        "scenario": scenario.name,
        "plan": scenario.plans[plan],
        "measure": measure,
        "unit": unit_of(scenario, default_model().lines[line_of(measure)]),
    }
    frame.attrs = about
    return frame
