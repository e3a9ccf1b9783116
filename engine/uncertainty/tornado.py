"""Sensitivity of a plan's measures to the drivers: tornado, elasticities, Sobol indices, tables."""

from collections.abc import Mapping, Sequence
from itertools import compress
from typing import NamedTuple

import numpy as np

from ..address import abroad, take
from ..criteria import CRITERIA, NO_PLAN
from ..drivers import DRIVERS
from ..errors import DomainError, needs
from ..measures import line_of
from ..model import default_model
from ..scenario import Scenario
from .draws import SEED, case_levels, check_seed, ranges_of, without_effect
from .varied_inputs import address_of, with_value

_BLOCK, _DRAWS_MAX = 512, 65_536
_STEP = 0.01  # of an input, for elasticities
_NAMED = 4  # plans whose new verdict is said by name
_VERDICTS = {"trap": "a trap", "marginal": "marginal", "advantage": "an advantage"}


class Swing(NamedTuple):
    """The swing of a measure over the range of one driver.

    Attributes
    ----------
    driver : str
    low, high : float
        The measure with the driver at its low and at its high end.
    """

    driver: str
    low: float
    high: float

    @property
    def width(self) -> float:
        """Distance between the two; NaN where one has no answer."""
        return abs(self.high - self.low)


class Indices(NamedTuple):
    """Shares of a measure's variance: a driver by itself, and with all it interacts with."""

    first: float
    total: float


class DecisionReversal(NamedTuple):
    """A driver whose range changes the decision.

    Attributes
    ----------
    driver, end : str
        "low" or "high".
    verdicts : dict of str to str
        Plans whose verdict is another there.
    recommended : tuple of str, or None
        The best plans by the scenario's criterion there, of those that meet all limits, where they
        are others. None where they are the same.
    criterion : str
        The criterion, in words.
    """

    driver: str
    end: str
    verdicts: dict[str, str]
    recommended: tuple[str, ...] | None
    criterion: str

    @property
    def text(self) -> str:
        """What changes, in words."""
        said = []
        for verdict, word in _VERDICTS.items():
            plans = [plan for plan, other in self.verdicts.items() if other == verdict]
            named = ", ".join(plans) if len(plans) <= _NAMED else f"{len(plans)} plans"
            if plans:
                said.append(f"{named} {'become' if len(plans) > 1 else 'becomes'} {word}")
        if self.recommended is not None:
            named = " and ".join(self.recommended) or NO_PLAN
            verb = "are" if len(self.recommended) > 1 else "is"
            said.append(f"{named} {verb} recommended by {self.criterion}")
        return ", ".join(said)


def tornado(
    scenario: Scenario, plan: int, measure: str = "net_saving", percent: float | None = None
) -> list[Swing]:
    """Each driver at its two ends while the others stay: the widest swing first.

    Drivers on which nothing in the scenario depends are left out.

    Parameters
    ----------
    scenario : Scenario
    plan : int
    measure : str
        One of :data:`~.measures.FIGURES`.
    percent : float, optional
        Move each driver's own figures by this percentage instead, within their valid range: 0 and
        more, up to 100. A figure of 0 stays.

    Raises
    ------
    DomainError
        A measure or a percentage that is not allowed.
    """
    line = line_of(measure)
    if percent is None:
        found = _at_levels(scenario, _ends(scenario), [line])[line]
    else:
        if not 0 <= percent <= 100:
            raise DomainError(f"percent is {percent:,.10g}; it must be between 0 and 100")
        found = _at_times(scenario, [1 - percent / 100, 1 + percent / 100], line)
    low, high = found[0::2, plan], found[1::2, plan]
    idle = without_effect(scenario)
    named = zip(DRIVERS, low.tolist(), high.tolist(), strict=True)
    swings = [Swing(*one) for one in named if one[0] not in idle]
    return sorted(swings, key=lambda one: -np.nan_to_num(one.width, nan=np.inf))


def elasticities(scenario: Scenario, plan: int, measure: str = "net_saving") -> dict[str, float]:
    """Percent by which a measure changes when a driver's figures grow by 1 %, by driver.

    Central differences of 1 %. NaN where the measure is 0 or has no answer. The largest comes
    first, whatever its sign.
    """
    line = line_of(measure)
    found = _at_times(scenario, [1 - _STEP, 1 + _STEP], line)[:, plan]
    values = default_model().evaluate(scenario.values, scenario.horizon_months, [line])
    now = take(values, line, plan=plan).item()
    with np.errstate(all="ignore"):
        change = (found[1::2] - found[0::2]) / (2 * _STEP) / (abs(now) or np.nan)
    named = dict(zip(DRIVERS, change.tolist(), strict=True))
    return dict(sorted(named.items(), key=lambda item: -np.nan_to_num(abs(item[1]), nan=-1)))


def indices(
    scenario: Scenario,
    plan: int,
    measure: str = "net_saving",
    draws: int = 1_024,
    seed: int = SEED,
) -> dict[str, Indices]:
    """Sobol's first-order and total indices of each driver that varies, the largest total first.

    Saltelli's scheme as SciPy has it: ``draws * (drivers + 2)`` evaluations. Drivers are drawn
    independently, whatever correlations the scenario has.

    Raises
    ------
    DomainError
        Draws that are no power of two, or a measure without an answer in some draw.
    """
    with needs("uncertainty", "an index"):
        from scipy.stats import sobol_indices, uniform
    if not 16 <= draws <= _DRAWS_MAX or draws & (draws - 1):
        raise DomainError(
            f"draws is {draws:,}; it must be a power of two between 16 and {_DRAWS_MAX:,}"
        )
    check_seed(seed)
    line, ranges = line_of(measure), ranges_of(scenario)

    def figures(quantiles: np.ndarray) -> np.ndarray:
        levels = np.repeat(case_levels(scenario), quantiles.shape[1], axis=0)
        for one, column in zip(ranges, quantiles, strict=True):
            levels[:, one.number] = one.level(np.clip(column, 1e-12, 1 - 1e-12))
        return _at_levels(scenario, levels, [line])[line][:, plan]

    def answered(quantiles: np.ndarray) -> np.ndarray:
        found = figures(quantiles)
        if np.isnan(found).any():
            raise DomainError(
                f"{measure} has no answer in {np.isnan(found).mean():.1%} of the draws, so it has "
                "no variance; ask for another measure, such as npv"
            )
        return found

    found = sobol_indices(
        func=answered,
        n=draws,
        dists=[uniform()] * len(ranges),
        rng=np.random.default_rng(seed),
    )
    both = zip(found.first_order.tolist(), found.total_order.tolist(), strict=True)
    named = {one.name: Indices(*pair) for one, pair in zip(ranges, both, strict=True)}
    return dict(sorted(named.items(), key=lambda item: -item[1].total))


def grid(
    scenario: Scenario,
    plan: int,
    measure: str,
    down: tuple[str, Sequence[float]],
    across: tuple[str, Sequence[float]],
) -> np.ndarray:
    """A measure while two inputs take some values each, shape (down, across).

    Parameters
    ----------
    scenario : Scenario
    plan : int
    measure : str
    down, across : tuple of str and sequence of float
        An input, named as :func:`address_of` takes it, and its values.

    Raises
    ------
    DomainError
        An input or a value that is not allowed.
    """
    line = line_of(measure)
    names = (down[0], across[0])
    entries = {address_of(scenario, name).name for name in names}
    if len(entries) == 1 and (names[0] == names[1] or "." not in names[0] or "." not in names[1]):
        raise DomainError(f"{names[0]} and {names[1]} set the same input; take two different ones")
    first, second = np.meshgrid(down[1], across[1], indexing="ij")
    moved = scenario.values
    for name, numbers in ((down[0], first), (across[0], second)):
        address = address_of(scenario, name)
        address.refuse_outside_range(numbers, name)
        moved = with_value(moved, address, numbers.ravel())
    found = _evaluated(scenario, moved, first.size, [line])[line]
    return found[:, plan].reshape(first.shape)


def decision_reversals(scenario: Scenario) -> list[DecisionReversal]:
    """Ends of drivers' ranges that change the best plan by the criterion or a plan's verdict."""
    lines = ["verdict", "recommended"]
    found = _at_levels(scenario, np.vstack([case_levels(scenario), _ends(scenario)]), lines)
    criterion = CRITERIA[int(take(scenario.values, "criterion").item())]
    verdict = np.nan_to_num(found["verdict"], nan=-1).astype(int)
    reversals = []
    for case in range(1, len(verdict)):
        others = np.flatnonzero(verdict[case] != verdict[0]).tolist()
        one = DecisionReversal(
            driver=[*DRIVERS][(case - 1) // 2],
            end="high" if case % 2 == 0 else "low",
            verdicts={scenario.plans[p]: [*_VERDICTS][verdict[case, p]] for p in others},
            recommended=_others(scenario.plans, found["recommended"][[0, case]]),
            criterion=criterion,
        )
        if one.text:
            reversals.append(one)
    return reversals


def _others(plans: Sequence[str], recommended: np.ndarray) -> tuple[str, ...] | None:
    """The plans that the second of two cases recommends, None where the first one does too."""
    now, there = (tuple(compress(plans, case)) for case in recommended.tolist())
    return there if there != now else None


def _ends(scenario: Scenario) -> np.ndarray:
    """Each driver low, then high, the others as they are: shape (2 x driver, driver)."""
    levels = np.repeat(case_levels(scenario), 2 * len(DRIVERS), axis=0)
    for end, name in enumerate(("low", "high")):
        rows = np.arange(len(DRIVERS))
        levels[2 * rows + end, rows] = scenario.values[f"driver_{name}"].ravel()
    return levels


def _at_levels(scenario: Scenario, levels: np.ndarray, lines: list[str]) -> dict[str, np.ndarray]:
    """Lines by case and plan, for levels of the shape (case, driver)."""
    values = {**scenario.values, "driver_level": levels[:, None, None, None, :]}
    return _evaluated(scenario, values, len(levels), lines)


def _at_times(scenario: Scenario, factors: Sequence[float], line: str) -> np.ndarray:
    """A line by case and plan, with each driver's own figures times each factor in turn."""
    cases = len(DRIVERS) * len(factors)
    values = dict(scenario.values)
    for n, name in enumerate(DRIVERS):
        address = abroad(default_model().inputs[name])
        values[name] = np.repeat(np.asarray(values[name], float), cases, axis=0)
        for f, factor in enumerate(factors):
            one = address.get(values)[n * len(factors) + f]
            one[...] = np.clip(one * factor, address.entry.lowest, address.entry.highest)
    return _evaluated(scenario, values, cases, [line])[line]


def _evaluated(
    scenario: Scenario, values: Mapping[str, np.ndarray], cases: int, lines: list[str]
) -> dict[str, np.ndarray]:
    """Lines over plans by case and plan, evaluated in blocks."""
    found: dict[str, list[np.ndarray]] = {name: [] for name in lines}
    for start in range(0, cases, _BLOCK):
        part = {
            name: array[start : start + _BLOCK] if array.shape[0] > 1 else array
            for name, array in values.items()
        }
        count = min(_BLOCK, cases - start)
        evaluated = default_model().evaluate(part, scenario.horizon_months, lines)
        for name in lines:
            one = take(evaluated, name, scenario=slice(None))
            found[name].append(np.broadcast_to(one, (count, one.shape[1])))
    return {name: np.concatenate(parts) for name, parts in found.items()}
