"""Roots of a function that is known at some points: where it is 0, or changes its sign between two.

Where the function is linear between two points the root follows at once, else by Chandrupatla's
method (SciPy's ``find_root``). A function of two arguments, ``evaluate(numbers, rows)``, gives the
values of the function numbered by ``rows`` at ``numbers``, so many functions are solved at once.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..declaration import Input
from ..errors import needs

Function = Callable[[np.ndarray, np.ndarray], np.ndarray]
Ends = tuple[np.ndarray, np.ndarray]

MAX_ROOTS = 6  # kept of each scenario
_LINEAR, _JUMP = 1e-11, 1e-6  # deviation and residual, relative to the change between two points
_ROUNDED = 2e-12  # what a saving, given to 12 decimals, may be off a straight line
_EVEN, _GEOMETRIC, _NEAR_START = 65, 48, 12  # points: evenly spaced, far out, near the start
_WIDE = 20  # times the usual values from which on a range is wide
_ALL_WHOLE = 2_000  # width up to which each whole number is a point
_FIRST_STEP_ULPS, _STEPS = 4, 40  # units in the last place; each step twice the last


class Roots(NamedTuple):
    """Roots of many functions of one input, one for each scenario.

    Attributes
    ----------
    values : array, shape (scenario, solution)
        Values of the input, in its own unit: ascending, NaN after the last.
    exact : array of bool, shape (scenario,)
        Whether the function is linear at each of them.
    points : array, shape (point,)
        Values of the input at which the functions were evaluated first.
    gaps : array, shape (scenario, point)
        The functions there.
    """

    values: np.ndarray
    exact: np.ndarray
    points: np.ndarray
    gaps: np.ndarray

    def of_scenario(self, number: int) -> tuple[float, ...]:
        """Values of one scenario, without the NaN after the last."""
        values = self.values[number]
        return tuple(values[~np.isnan(values)].tolist())


def search_points(entry: Input, current: float, low: float, high: float) -> np.ndarray:
    """Points along a range at which a function of an input is evaluated first.

    Evenly spaced, but denser around usual values where the range is very wide; each whole number
    of an input that has only these. Close to the start too: at 0 there may be no answer.

    Parameters
    ----------
    entry : Input
    current : float
        The input's value today, in its own unit.
    low, high : float
        The range, both ends included.

    Returns
    -------
    array, shape (point,)
        Ascending, in the input's unit.
    """
    width = high - low
    if entry.whole and width <= _ALL_WHOLE:
        return np.arange(low, high + 1)
    usual = 4 * max(abs(current), abs(entry.high or 0), abs(entry.first), width / 1e12)
    points = low + width * 0.5 ** np.arange(1, 1 + 4 * _NEAR_START, 4)
    if width > _WIDE * usual:
        near = np.linspace(low, usual, _EVEN)
        points = np.concatenate([points, near, np.geomspace(usual, high, _GEOMETRIC)])
    else:
        points = np.concatenate([points, np.linspace(low, high, _EVEN)])
    return np.unique(np.clip(np.round(points) if entry.whole else points, low, high))


def roots_at_points(points: np.ndarray, gaps: np.ndarray) -> tuple[list[float], bool]:
    """Points at which a function is 0; of several in a row the first and the last.

    Parameters
    ----------
    points : array, shape (point,)
    gaps : array, shape (point,)
        The function there; NaN where it has no answer.

    Returns
    -------
    roots : list of float
        Empty where the function is 0 at every point.
    is_linear : bool
        Whether the function is linear around each.
    """
    at = np.flatnonzero(gaps == 0)
    if not at.size or at.size == np.count_nonzero(~np.isnan(gaps)):
        return [], True
    inner = at[(at > 0) & (at < len(points) - 1)]
    before, after = (
        (gaps[inner + step] - gaps[inner]) / (points[inner + step] - points[inner])
        for step in (-1, 1)
    )
    linear = abs(before - after) <= _LINEAR * abs(before)
    ends = at[(np.diff(at, prepend=-9) > 1) | (np.diff(at, append=len(points) + 9) > 1)]
    return points[ends].tolist(), bool(linear.all()) and len(inner) == len(at)


def roots_between(
    evaluate: Function, rows: np.ndarray, ends: Ends, gaps: Ends
) -> tuple[np.ndarray, np.ndarray]:
    """Roots between two points each, at which a function has opposite signs.

    Parameters
    ----------
    evaluate : function
    rows : array of int, shape (interval,)
        The function of each interval.
    ends : tuple of two arrays, shape (interval,)
        The lower and the upper point.
    gaps : tuple of two arrays, shape (interval,)
        The function there.

    Returns
    -------
    roots : array, shape (interval,)
        NaN where the function jumps past 0.
    is_linear : array of bool, shape (interval,)
        Whether the function is linear between the two points, so that the root is exact.
    """
    (low, high), (first, last) = ends, gaps
    change = last - first
    middle = evaluate((low + high) / 2, rows)
    roots = low - first * (high - low) / change
    close = _LINEAR * abs(change) + _ROUNDED
    linear = abs(middle - (first + last) / 2) <= close
    linear &= abs(evaluate(roots, rows)) <= close
    curved = np.flatnonzero(~linear)
    if curved.size:
        with needs("uncertainty", "goal seek where a measure is not linear in the input"):
            from scipy.optimize import elementwise
        found = elementwise.find_root(
            lambda x, n: evaluate(x, n.astype(int)),
            (low[curved], high[curved]),
            args=(rows[curved].astype(float),),
            tolerances={"xatol": 0.0, "xrtol": 1e-14, "fatol": 0.0, "frtol": 0.0},
        )
        jumps = ~(abs(found.f_x) <= _JUMP * abs(change[curved]))
        roots[curved] = np.where(jumps, np.nan, found.x)
    return roots, linear


def move_until_true(
    condition: Function, rows: np.ndarray, values: np.ndarray, ends: np.ndarray
) -> None:
    """Move values by as little as makes a condition true that fails by rounding, in place.

    Parameters
    ----------
    condition : function
        Gives an array of bool.
    rows : array of int, shape (value,)
    values : array, shape (value,)
        Changed in place; NaN stays.
    ends : array, shape (value,)
        Where the condition holds: values move towards it and no farther.
    """
    step = _FIRST_STEP_ULPS * np.spacing(np.abs(values))
    failing = np.flatnonzero(~np.isnan(values))
    for _ in range(_STEPS):
        if failing.size:
            failing = failing[~condition(values[failing], rows[failing])]
            moved = values[failing] + np.copysign(step[failing], ends[failing] - values[failing])
            beyond = np.abs(moved - values[failing]) > np.abs(ends[failing] - values[failing])
            values[failing] = np.where(beyond, ends[failing], moved)
            step[failing] *= 2
