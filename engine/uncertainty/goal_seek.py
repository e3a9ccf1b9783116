"""Goal seek: the value of an input at which a measure of a plan reaches a target.

:mod:`.objective` says how far the measure is from its target, :mod:`.root_finding` where it reaches
it, and :mod:`.solution_text` says so in a sentence.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from ..address import Address
from ..errors import DomainError
from ..reading.agreement import contradictions
from ..scenario import Scenario
from .objective import Objective
from .root_finding import (
    MAX_ROOTS,
    Roots,
    move_until_true,
    roots_at_points,
    roots_between,
    search_points,
)
from .solution_text import SolutionText
from .varied_inputs import address_of, with_value


class Solution(NamedTuple):
    """What goal seek found.

    Attributes
    ----------
    values : tuple of float
        Values of the input, in its own unit, at which the measure is at its target: ascending,
        empty where there is none.
    exact : bool
        The measure is linear in the input there, so the values are no approximation.
    status : str
        "one", "many", "none", or "always" where the input does not matter and the target is met.
    text : str
        The same in a sentence.
    """

    values: tuple[float, ...]
    exact: bool
    status: str
    text: str


def solve(
    scenario: Scenario,
    name: str,
    measure: str,
    target: float,
    plan: int,
    low: float | None = None,
    high: float | None = None,
) -> Solution:
    """Find the value of an input at which a measure of a plan reaches a target.

    Parameters
    ----------
    scenario : Scenario
    name : str
        An input: ``site.Krakow.salary``, or ``salary`` for all sites but the onshore base.
    measure : str
        One of :data:`~.measures.FIGURES`. Those that are months, such as ``break_even_month``, ask
        for that month or an earlier one.
    target : float
        In the measure's unit: a saving as a fraction.
    plan : int
        Position of the plan, the baseline at 0.
    low, high : float, optional
        Range to search, in the input's unit; by default its whole valid range.

    Returns
    -------
    Solution

    Raises
    ------
    DomainError
        A name, measure, target or range that is not allowed.
    """
    address = address_of(scenario, name)
    objective = Objective(scenario, scenario.values, address, measure, target, plan)
    roots = _find_roots(objective, low, high)
    values = roots.of_scenario(0)
    status = _status(objective, values, roots.gaps[0])
    text = SolutionText(objective, name, roots).sentence(values, status)
    return Solution(values, bool(roots.exact[0]), status, text)


def solve_all(
    scenario: Scenario,
    values: Mapping[str, np.ndarray],
    address: Address,
    measure: str,
    target: float,
    plan: int,
    low: float | None = None,
    high: float | None = None,
) -> Roots:
    """Solve many scenarios of one shape at once.

    Parameters
    ----------
    scenario : Scenario
        Their shape.
    values : mapping of str to array, shape (scenario, plan, site, role, month)
        Their inputs.
    address : Address
        The input that is varied.
    measure, target, plan, low, high
        As :func:`solve` takes them.

    Returns
    -------
    Roots

    Raises
    ------
    DomainError
        A measure, target or range that is not allowed.
    """
    return _find_roots(Objective(scenario, values, address, measure, target, plan), low, high)


def _status(objective: Objective, values: tuple[float, ...], gaps: np.ndarray) -> str:
    """The status of a :class:`Solution`, from the gaps at all points, shape (point,)."""
    if values:
        return "one" if len(values) == 1 else "many"
    known = gaps[~np.isnan(gaps)]
    always_in_time = objective.is_deadline and known.size > 0 and known.min() >= 0
    return "always" if always_in_time or (known.size > 0 and not known.any()) else "none"


def _find_roots(objective: Objective, low: float | None, high: float | None) -> Roots:
    """Where the objective of each scenario is 0 within a range."""
    points = _points(objective, low, high)
    count = objective.scenario_count
    rows = np.repeat(np.arange(count), len(points))
    gaps = objective.gaps(np.tile(points, count), rows).reshape(count, -1)
    found, exact = [], np.ones(count, bool)
    for n, gap in enumerate(gaps):
        at_points, exact[n] = roots_at_points(points, gap)
        found.append(at_points)
    for n, value, is_linear in _sign_changes(objective, points, gaps):
        found[n].append(value)
        exact[n] &= is_linear
    values = np.full((count, MAX_ROOTS), np.nan)
    for n, some in enumerate(found):
        first = sorted(some)[:MAX_ROOTS]
        values[n, : len(first)] = first
    return Roots(values, exact, points, gaps)


def _points(objective: Objective, low: float | None, high: float | None) -> np.ndarray:
    """Points at which the objective is evaluated first, shape (point,), within a valid range."""
    entry = objective.address.entry
    current = objective.address.get(objective.scenario.values)
    if not current.size:
        raise DomainError(
            f"{objective.scenario.source}: {entry.name} is varied at all sites but the onshore "
            "base; there are none: name one number, such as that of the base"
        )
    given = low, high
    low = entry.lowest if low is None else low
    high = entry.highest if high is None else high
    Address(entry.name).refuse_outside_range(np.array([low, high], float))
    if not low < high:
        raise DomainError(
            f"{entry.name} is searched between {low:,.10g} and {high:,.10g}; the first must be "
            "below the second"
        )
    points = search_points(entry, float(current.mean()), low, high)
    return _without_contradictions(objective, points, given) if entry.whole else points


def _without_contradictions(
    objective: Objective, points: np.ndarray, given: tuple[float | None, float | None]
) -> np.ndarray:
    """Whole numbers that other inputs allow, such as months within the horizon.

    Raises
    ------
    DomainError
        They allow none, or not an end of the range that was asked for.
    """
    scenario, entry = objective.scenario, objective.address.entry
    moved = with_value(scenario.values, objective.address, points)
    good, why = np.ones(len(points), bool), ""
    for wrong, name, allowed in contradictions(moved, scenario.horizon_months):
        if wrong.any():
            good &= ~wrong.any(axis=1)
            why = ("it" if name == entry.name else name) + f" must be {allowed}"
    asked = [end for end, ok in zip(given, good[[0, -1]], strict=True)
             if end is not None and not ok]  # fmt: skip
    if asked or not good.any():
        number = asked[-1] if asked else points[-1]
        raise DomainError(f"{scenario.source}: {entry.name} is {number:,.10g}; {why}")
    return points[good]


def _sign_changes(
    objective: Objective, points: np.ndarray, gaps: np.ndarray
) -> Iterator[tuple[int, float, bool]]:
    """Roots between points: scenario, value, and whether the objective is linear there.

    Parameters
    ----------
    objective : Objective
    points : array, shape (point,)
    gaps : array, shape (scenario, point)
    """
    rows, starts = np.nonzero(gaps[:, :-1] * gaps[:, 1:] < 0)
    if not rows.size:
        return
    outer = gaps[rows, starts], gaps[rows, starts + 1]
    if objective.address.entry.whole:
        if objective.is_deadline:  # the last whole number that is in time
            for n, value in zip(rows, points[starts + (outer[0] < 0)], strict=True):
                yield int(n), float(value), False
        return
    ends = points[starts], points[starts + 1]
    values, linear = roots_between(objective.gaps, rows, ends, outer)
    if objective.is_deadline:
        in_time = np.where(outer[0] > 0, *ends)
        move_until_true(objective.is_in_time, rows, values, in_time)
    for n, value, is_linear in zip(rows, values, linear, strict=True):
        if not np.isnan(value):
            yield int(n), float(value), bool(is_linear)
