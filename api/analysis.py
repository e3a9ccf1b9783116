"""Sensitivity, two-way tables, goal seek and the best placement of roles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .engine import placement
from .engine.criteria import question_in_words
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
    """Tornado analysis: a measure of a plan with one driver at a time at each end of its range.

    Parameters
    ----------
    scenario : Scenario, mapping or path
    measure : str
        A column of :func:`shorewise.results`.
    plan : str, optional
        Name of the plan; by default the first plan after the baseline.
    percent : float, optional
        Move each driver by this percentage instead, from 0 to 100, within its valid range.

    Returns
    -------
    DataFrame, shape (driver, 3)
        Indexed by ``driver``, the widest swing first. Columns ``low`` and ``high`` are the measure
        with the driver at either end of its range, ``swing`` is their absolute difference; NaN if
        the measure has no answer. ``attrs`` has ``scenario``, ``plan``, ``measure`` and ``unit``.

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
    """Elasticities: per cent by which a measure of a plan changes when a driver grows by 1 %.

    Parameters
    ----------
    scenario, measure, plan
        As for :func:`sensitivity`.

    Returns
    -------
    DataFrame, shape (driver, 1)
        Indexed by ``driver``, the largest absolute value first; column ``elasticity`` in per cent,
        NaN if the measure is 0 or has no answer.

    Raises
    ------
    DomainError
        A measure or plan that is not allowed.
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
    """Sobol indices: fractions of the variance of a measure that each driver explains.

    Needs the extra ``uncertainty``.

    Parameters
    ----------
    scenario, measure, plan
        As for :func:`sensitivity`. The measure must have an answer in every draw.
    draws : int
        A power of two from 16 to 65,536.
    seed : int

    Returns
    -------
    DataFrame, shape (driver, 2)
        Indexed by ``driver``, the largest total first. ``first_order`` is the fraction that the
        driver explains by itself, ``total`` the fraction that includes all its interactions.

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
    """Two-way table: a measure of a plan at each pair of values of two inputs.

    Parameters
    ----------
    scenario : Scenario, mapping or path
    inputs : mapping of str to sequence of float
        Two inputs, named as for :func:`solve`, and their values in the unit of the input.
    measure, plan
        As for :func:`sensitivity`.

    Returns
    -------
    DataFrame, shape (value of the first input, value of the second input)
        In the unit of the measure; NaN if it has no answer. ``attrs`` as for :func:`sensitivity`.

    Raises
    ------
    DomainError
        An input, value, measure or plan that is not allowed, or not exactly two inputs.
    """
    case = scenario_of(scenario)
    if len(inputs) != 2:
        raise DomainError(f"inputs has {len(inputs)} inputs; it must have two")
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
    """Goal seek: the value of an input at which a measure of a plan reaches a target.

    Parameters
    ----------
    scenario : Scenario, mapping or path
    name : str
        An input of one site, such as ``site.Krakow.salary``, or of all sites but the onshore base,
        such as ``salary``.
    target : float
        In the unit of the measure. A month is reached in that month or earlier.
    measure, plan
        As for :func:`sensitivity`.
    low, high : float, optional
        Range of the search, in the unit of the input; by default its valid range.

    Returns
    -------
    Solution
        ``values`` and ``exact`` values of the input, ``status`` ("one", "many", "none" or
        "always"), and ``text``, a description.

    Raises
    ------
    DomainError
        An argument that is not allowed.
    """
    case = scenario_of(scenario)
    return goal_seek.solve(case, name, measure, target, plan_of(case, plan), low, high)


@dataclass(frozen=True)
class Recommendation(placement.Recommendation):
    """The best placement of each role, beside the scenario's own plans.

    Parameters
    ----------
    scenario : Scenario
        What was searched.
    """

    scenario: Scenario

    @property
    def frame(self) -> pd.DataFrame:
        """Figures by ``plan``: rows "Proposed", where there is a proposal, and the plans.

        Costs and savings after risk, NPV, break-even, peak funding; NaN where there is no answer.
        ``attrs`` has ``scenario``, ``decision``, ``sizing``, ``criterion`` and ``units``.
        """
        rows = {placement.PROPOSED: self.figures} if self.placement else {}
        rows = rows | self.plans
        names = pd.Index([*rows], name="plan")
        frame = pd.DataFrame([*rows.values()], index=names, dtype=float)
        lines = default_model().lines
        frame.attrs = {
            "scenario": self.scenario.name,
            **question_in_words(self.scenario.values),
            "criterion": self.criterion,
            "units": {
                key: unit_of(self.scenario, lines[name]) for key, name in placement.FIGURES.items()
            },
        }
        return frame

    def with_plan(self, name: str = "") -> Scenario:
        """The scenario with the proposal as a further plan.

        Parameters
        ----------
        name : str, optional
            Of the plan; by default "Proposed", numbered where a plan is called that already.

        Raises
        ------
        ScenarioError
            No proposal, a plan of that name is there already, or too many plans.
        """
        with_it = placement.with_proposal(self.scenario, self.placement, name)
        return scenario_of(with_it)


def recommend(scenario: ScenarioLike) -> Recommendation:
    """The best placement of each role by the scenario's criterion, within all limits, and why.

    Parameters
    ----------
    scenario : Scenario, mapping or path

    Returns
    -------
    Recommendation
        ``placement`` (site by role; empty where none meets all limits), ``frame`` (its figures
        beside those of the scenario's plans), ``matches`` (the plan that it equals, empty where
        there is none), ``criterion``, ``best_plans``, ``reasons``, ``searched``; ``with_plan()``
        adds it to the scenario.

    Raises
    ------
    ScenarioError
        A scenario that cannot be read, or one with more placements than are searched.
    """
    case = scenario_of(scenario)
    found = placement.recommend(case)
    return Recommendation(**vars(found), scenario=case)


def _numbers(name: str, values: Sequence[float]) -> list[float]:
    try:
        return [float(value) for value in values]
    except (TypeError, ValueError):
        raise DomainError(f"inputs: {name} has {values!r}; its values must be numbers") from None


def _about(frame: pd.DataFrame, scenario: Scenario, plan: int, measure: str) -> pd.DataFrame:
    about: dict[str, Any] = {
        "scenario": scenario.name,
        "plan": scenario.plans[plan],
        "measure": measure,
        "unit": unit_of(scenario, default_model().lines[line_of(measure)]),
    }
    frame.attrs = about
    return frame
