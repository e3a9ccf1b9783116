"""Random draws of the drivers: their distributions, rank correlations and quasi-random points.

A draw of a driver is a quantile, uniform between 0 and 1; :meth:`Range.level` gives the level of
its distribution there. Points fill the unit cube evenly, and a Gaussian copula correlates them.
"""

import functools
import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..address import take
from ..drivers import DISTRIBUTIONS, DRIVERS, covers, highest_charges
from ..errors import DomainError, ScenarioError, needs
from ..measures import FIGURES
from ..model import default_model
from ..scenario import Scenario
from .driver_grades import widening

SEED = 1
METHODS = ("sobol", "latin")
# Inputs that no line asks for: they say how drivers are drawn.
INPUTS = (
    "widen_secondary", "widen_assumptions", "driver_distribution", "correlation_first",
    "correlation_second", "correlation_rank",
)  # fmt: skip
# Lines over plans; a driver that moves none of them has no effect. The reading of management
# overhead that the scenario has not chosen is no figure of its plans.
_READINGS = {
    f"{line}_{reading}"
    for line in ("net_saving_steady", "break_even_month")
    for reading in ("direct", "onshore")
}
_MOVED = sorted({*FIGURES.values(), "plan_figure", "plan_downside"} - _READINGS)
_Z95 = 1.6448536269514722  # standard deviations from the middle to the 95th percentile
_KEPT = 1 << 17  # numbers of a set of points that are kept for further scenarios
_TAIL, _KNOTS = 0.01, 1_025  # of PERT: quantiles at each end that are exact, points between
EDGE = 2.0**-53  # a normal distribution has no level at the quantiles 0 and 1


@dataclass(frozen=True)
class Range:
    """The distribution of one driver.

    Parameters
    ----------
    name : str
    number : int
        Its position among all drivers.
    low, likely, high : float
        Levels: factors of the sites' own figures, or amounts to add to them.
    distribution : str
        One of :data:`~.drivers.DISTRIBUTIONS` but "fixed".
    """

    name: str
    number: int
    low: float
    likely: float
    high: float
    distribution: str

    def level(self, quantile: np.ndarray) -> np.ndarray:
        """The level at a quantile: the inverse of the cumulative distribution function.

        Parameters
        ----------
        quantile : array, shape (draw,)
            Between 0 and 1, both excluded.
        """
        with needs("uncertainty", "a simulation"):
            from scipy.special import ndtri
        low, likely, width = self.low, self.likely, self.high - self.low
        if self.distribution == "uniform":
            return low + width * quantile
        if self.distribution == "normal":  # as wide as its 5th to its 95th percentile
            return likely + width / (2 * _Z95) * ndtri(quantile)
        if self.distribution == "triangular":
            rising = (likely - low) / width
            up = low + np.sqrt(quantile * width * (likely - low))
            down = self.high - np.sqrt((1 - quantile) * width * (self.high - likely))
            return np.where(quantile < rising, up, down)
        return low + width * self._pert(quantile)

    def _pert(self, quantile: np.ndarray) -> np.ndarray:
        """The same for PERT between 0 and 1: exact near the ends, else through exact points."""
        from scipy.special import betaincinv

        found = _pert_curve(*self._pert_shape)(quantile)
        ends = (quantile < _TAIL) | (quantile > 1 - _TAIL)
        found[ends] = betaincinv(*self._pert_shape, quantile[ends])
        return found

    @property
    def _pert_shape(self) -> tuple[float, float]:
        """Parameters of the beta distribution."""
        width = self.high - self.low
        return 1 + 4 * (self.likely - self.low) / width, 1 + 4 * (self.high - self.likely) / width


@functools.lru_cache(maxsize=256)
def _pert_curve(before: float, after: float) -> Callable[[np.ndarray], np.ndarray]:
    """Levels of PERT by quantile, to 7 digits: fifty times faster than inverting each of them.

    ``before`` and ``after`` are the parameters of the beta distribution.
    """
    from scipy.interpolate import CubicHermiteSpline
    from scipy.special import beta, betaincinv

    quantiles = np.linspace(_TAIL / 2, 1 - _TAIL / 2, _KNOTS)
    levels = betaincinv(before, after, quantiles)
    density = levels ** (before - 1) * (1 - levels) ** (after - 1) / beta(before, after)
    return CubicHermiteSpline(quantiles, levels, 1 / density)


def check_seed(seed: int) -> None:
    """Raise DomainError for a number that is not a valid seed."""
    if not (isinstance(seed, int) and 0 <= seed < 2**32):
        raise DomainError(f"seed is {seed}; it must be between 0 and {2**32 - 1:,}")


def check_ranges(scenario: Scenario) -> None:
    """Raise ScenarioError for ranges or correlations from which nothing can be drawn."""
    ranges = ranges_of(scenario)
    refuse_certainty(scenario, ranges)
    cholesky_factor(scenario, ranges)


def ranges_of(scenario: Scenario) -> tuple[Range, ...]:
    """The drivers of a scenario that vary, in the order of :data:`~.drivers.DRIVERS`.

    Raises
    ------
    ScenarioError
        A likely level that is not between the ends of its range.
    """
    low, high, kind = (
        scenario.values[f"driver_{name}"].ravel().tolist()
        for name in ("low", "high", "distribution")
    )
    found, idle, factors = [], without_effect(scenario), widening(scenario)
    for n, (name, likely) in enumerate(zip(DRIVERS, case_levels(scenario)[0], strict=True)):
        distribution = DISTRIBUTIONS[int(kind[n])]
        if distribution == "fixed" or low[n] == high[n]:
            continue
        if low[n] > high[n]:
            raise ScenarioError(
                f"{scenario.source}: cases: {name} has the low {low[n]:,.10g} above its high "
                f"{high[n]:,.10g}"
            )
        if not low[n] <= likely <= high[n]:
            raise ScenarioError(
                f"{scenario.source}: cases: the level of {name} is {likely:,.10g}; to be simulated "
                f"it must be between its low {low[n]:,.10g} and its high {high[n]:,.10g}"
            )
        if name in idle:
            continue
        ends = (likely + (end - likely) * factors[name] for end in (low[n], high[n]))
        lower, upper = (max(0.0, end) if low[n] >= 0 else end for end in ends)
        found.append(Range(name, n, lower, float(likely), upper, distribution))
    return tuple(found)


def refuse_certainty(scenario: Scenario, ranges: tuple[Range, ...], *, events: bool = True) -> None:
    """Raise DomainError if no driver varies, nor, if events are drawn, any risk."""
    if ranges or (events and _has_events(scenario)):
        return
    no_risk = ", and no risk may happen or not" * events
    raise DomainError(
        f"{scenario.source}: no driver varies: its low is its high, it is fixed, or nothing "
        f"depends on it{no_risk}"
    )


def _has_events(scenario: Scenario) -> bool:
    """Whether a risk that costs anything, or a failed start, may happen or not."""
    chance = scenario.values["risk_probability"]
    costs = scenario.values["risk_weeks"] + scenario.values["risk_cost"] > 0
    failure = scenario.values["failure_probability"]
    return bool(
        ((chance > 0) & (chance < 1) & costs).any() or ((failure > 0) & (failure < 1)).any()
    )


def without_effect(scenario: Scenario) -> tuple[str, ...]:
    """The drivers on which no figure of any plan depends, in this scenario's settings.

    Each is put at both ends of its range, with all others at the case's levels, at their low and
    at their high ends, and at either by turns.
    """
    count = len(DRIVERS)
    low, high = (scenario.values[f"driver_{end}"].ravel() for end in ("low", "high"))
    turns = np.arange(count) % 2 == 0
    around = [case_levels(scenario)[0], low, high, np.where(turns, low, high)]
    around.append(np.where(turns, high, low))
    levels = np.stack(around)[:, None, None, :].repeat(count, 1).repeat(2, 2)
    each = np.arange(count)
    levels[:, each, 0, each], levels[:, each, 1, each] = low, high
    values = {**scenario.values, "driver_level": levels.reshape(-1, 1, 1, 1, count)}
    found = default_model().evaluate(values, scenario.horizon_months, [*_MOVED])
    moves = np.zeros(count, bool)
    for name in _MOVED:
        line = take(found, name, scenario=slice(None))
        if len(line) == levels.size // count:
            ends = line.reshape(len(around), count, 2, -1)
            same = (ends[:, :, 0] == ends[:, :, 1]) | np.isnan(ends).all(axis=2)
            moves |= ~same.all(axis=(0, 2))
    return tuple(name for name, moved in zip(DRIVERS, moves, strict=True) if not moved)


def case_levels(scenario: Scenario) -> np.ndarray:
    """Levels of all drivers in the scenario's case, shape (1, driver)."""
    lines = default_model().evaluate(scenario.values, 1, ["case_level"])
    return lines["case_level"].reshape(1, -1).astype(float)


def cholesky_factor(scenario: Scenario, ranges: tuple[Range, ...]) -> np.ndarray | None:
    """Lower Cholesky factor of the drivers' correlation matrix; None without correlations.

    A rank correlation r of two normal variables is a linear one of 2 sin(pi r / 6).
    """
    column = {one.number + 1: n for n, one in enumerate(ranges)}
    first, second, rank = (
        scenario.values[f"correlation_{name}"].ravel().tolist()
        for name in ("first", "second", "rank")
    )
    matrix, seen = np.eye(len(ranges)), set[frozenset]()
    for a, b, r in zip(first, second, rank, strict=True):
        if not (a or b or r):
            continue
        names = [[*DRIVERS][int(n) - 1] if n else "none" for n in (a, b)]
        if a == b or not (a and b):
            raise ScenarioError(
                f"{scenario.source}: correlations: {' with '.join(names)}; it must be two drivers"
            )
        if {a, b} in seen:
            raise ScenarioError(f"{scenario.source}: correlations: {' with '.join(names)} twice")
        seen.add(frozenset((a, b)))
        if a in column and b in column:  # a driver that does not vary goes with nothing
            pair = (column[a], column[b])
            matrix[pair] = matrix[pair[::-1]] = 2 * math.sin(math.pi / 6 * r)
    if (matrix == np.eye(len(ranges))).all():
        return None
    try:
        return np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        raise ScenarioError(
            f"{scenario.source}: correlations contradict each other: no drivers can all have them; "
            "they must be nearer to 0"
        ) from None


def draw_quantiles(
    drivers: int,
    draws: int,
    seed: np.random.SeedSequence,
    method: str,
    cholesky: np.ndarray | None,
    block: int,
) -> Iterator[np.ndarray]:
    """Quantiles of all drivers, in blocks; the size of a block does not change the draws.

    Parameters
    ----------
    drivers, draws : int
    seed : SeedSequence
    method : str
        One of :data:`METHODS`.
    cholesky : array or None
        What :func:`cholesky_factor` returned.
    block : int
        Draws in each block.

    Yields
    ------
    array, shape (draw, driver)
        Between 0 and 1, both excluded.
    """
    with needs("uncertainty", "a simulation"):
        from scipy.special import ndtr, ndtri
    if not drivers:
        yield from (np.empty((min(block, draws - n), 0)) for n in range(0, draws, block))
        return
    if draws <= block and drivers * draws <= _KEPT:
        blocks = iter([_kept_points(drivers, draws, seed.entropy, seed.spawn_key, method)])
    else:
        blocks = _points(drivers, draws, seed, method, block)
    for quantiles in blocks:
        quantiles = np.clip(quantiles, EDGE, 1 - EDGE)
        if cholesky is not None:
            quantiles = np.clip(ndtr(ndtri(quantiles) @ cholesky.T), EDGE, 1 - EDGE)
        yield quantiles


def _points(
    drivers: int, draws: int, seed: np.random.SeedSequence, method: str, block: int
) -> Iterator[np.ndarray]:
    """Points that fill the unit cube evenly, in blocks."""
    from scipy.stats import qmc

    generator = np.random.default_rng(seed)
    if method == "sobol":
        # By default there are 2**30 points and no more.
        sequence = qmc.Sobol(drivers, rng=generator, bits=62)
        return (_drawn(sequence, min(block, draws - n)) for n in range(0, draws, block))
    every = qmc.LatinHypercube(drivers, rng=generator).random(draws)
    return (every[start : start + block] for start in range(0, draws, block))


@functools.lru_cache(maxsize=32)
def _kept_points(
    drivers: int, draws: int, entropy: int, spawn_key: tuple[int, ...], method: str
) -> np.ndarray:
    """Points of one block, kept because the scenarios of a table are simulated with the same."""
    seed = np.random.SeedSequence(entropy, spawn_key=spawn_key)
    (points,) = _points(drivers, draws, seed, method, draws)
    return points


def _drawn(sequence: Any, size: int) -> np.ndarray:
    """The next points of a sequence; the user was told that powers of two are best."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return sequence.random(size)


def ranges_cover(scenario: Scenario) -> dict[str, str]:
    """What the range of each driver covers, in words, by driver."""
    low, high = (scenario.values[f"driver_{end}"].ravel().tolist() for end in ("low", "high"))
    charges = highest_charges(scenario.values)
    return {name: covers(name, low[n], high[n], charges) for n, name in enumerate(DRIVERS)}
