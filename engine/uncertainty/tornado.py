"""Sensitivity of a plan's measures to one driver at a time: tornado, elasticities, reversals."""

import math
from collections.abc import Sequence
from itertools import compress
from typing import NamedTuple

import numpy as np

from ..address import abroad, take
from ..criteria import CRITERIA, NO_PLAN
from ..drivers import DRIVERS
from ..errors import DomainError
from ..evaluation import lines_at_levels, lines_by_case
from ..measures import line_of
from ..model import default_model
from ..scenario import Scenario
from .draws import case_levels, without_effect

_STEP = 0.01  # relative change of an input, for elasticities
_ROUNDING = 1e-9  # of a measure, relative
_NAMED = 4  # plans that are listed by name; more are counted
_VERDICTS = {"trap": "a trap", "marginal": "marginal", "advantage": "an advantage"}


class Swing(NamedTuple):
    """The swing of a measure over the range of one driver.

    Attributes
    ----------
    driver : str
    low, high : float
        The measure with the driver at the low and at the high end of its range.
    """

    driver: str
    low: float
    high: float

    @property
    def width(self) -> float:
        """Absolute difference of the two values; NaN where either has none."""
        return abs(self.high - self.low)

    @property
    def is_nothing(self) -> bool:
        """Whether the two values are the same but for rounding, or both have none."""
        ends = (self.low, self.high)
        return all(map(math.isnan, ends)) or self.width <= _ROUNDING * max(map(abs, ends))


class DecisionReversal(NamedTuple):
    """A change of the decision at one end of a driver's range.

    Attributes
    ----------
    driver : str
    end : str
        "low" or "high".
    verdicts : dict of str to str
        The new verdict of each plan whose verdict changes.
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
        """Description of what changes."""
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
    """Swings of a measure when one driver at a time moves to either end of its range.

    Drivers that do not move the measure are left out.

    Parameters
    ----------
    scenario : Scenario
    plan : int
        Position of the plan.
    measure : str
        One of :data:`~.measures.FIGURES`.
    percent : float, optional
        Move the inputs of each driver by this percentage instead, from 0 to 100, within their
        valid range. An input of 0 does not move.

    Returns
    -------
    list of Swing
        In the unit of the measure, the widest swing first.

    Raises
    ------
    DomainError
        A measure or a percentage that is not allowed.
    """
    line = line_of(measure)
    if percent is None:
        found = lines_at_levels(scenario, _ends(scenario), [line])[line]
    else:
        if not 0 <= percent <= 100:
            raise DomainError(f"percent is {percent:,.10g}; it must be between 0 and 100")
        found = _with_factors(scenario, [1 - percent / 100, 1 + percent / 100], line)
    low, high = found[0::2, plan], found[1::2, plan]
    idle = without_effect(scenario)
    named = zip(DRIVERS, low.tolist(), high.tolist(), strict=True)
    swings = [Swing(*one) for one in named if one[0] not in idle]
    swings = [one for one in swings if not one.is_nothing]
    return sorted(swings, key=lambda one: -np.nan_to_num(one.width, nan=np.inf))


def elasticities(scenario: Scenario, plan: int, measure: str = "net_saving") -> dict[str, float]:
    """Elasticities of a measure: its change in per cent when a driver grows by 1 %.

    Estimated by central differences with a step of 1 %.

    Parameters
    ----------
    scenario : Scenario
    plan : int
        Position of the plan.
    measure : str
        One of :data:`~.measures.FIGURES`.

    Returns
    -------
    dict of str to float
        Per cent by driver, the largest absolute value first. NaN where the measure is 0 or has no
        value.

    Raises
    ------
    DomainError
        A measure that is not allowed.
    """
    line = line_of(measure)
    found = _with_factors(scenario, [1 - _STEP, 1 + _STEP], line)[:, plan]
    values = default_model().evaluate(scenario.values, scenario.horizon_months, [line])
    now = take(values, line, plan=plan).item()
    with np.errstate(all="ignore"):
        change = (found[1::2] - found[0::2]) / (2 * _STEP) / (abs(now) or np.nan)
    named = dict(zip(DRIVERS, change.tolist(), strict=True))
    return dict(sorted(named.items(), key=lambda item: -np.nan_to_num(abs(item[1]), nan=-1)))


def decision_reversals(scenario: Scenario) -> list[DecisionReversal]:
    """Ends of drivers' ranges that change the best plan by the criterion or a plan's verdict."""
    lines = ["verdict", "recommended"]
    found = lines_at_levels(scenario, np.vstack([case_levels(scenario), _ends(scenario)]), lines)
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
    """The plans recommended in the second of two cases; None if the first recommends the same."""
    now, there = (tuple(compress(plans, case)) for case in recommended.tolist())
    return there if there != now else None


def _ends(scenario: Scenario) -> np.ndarray:
    """Levels with each driver at its low, then at its high end: shape (2 x driver, driver)."""
    levels = np.repeat(case_levels(scenario), 2 * len(DRIVERS), axis=0)
    for end, name in enumerate(("low", "high")):
        rows = np.arange(len(DRIVERS))
        levels[2 * rows + end, rows] = scenario.values[f"driver_{name}"].ravel()
    return levels


def _with_factors(scenario: Scenario, factors: Sequence[float], line: str) -> np.ndarray:
    """A line by case and plan: the inputs of one driver at a time, multiplied by each factor."""
    cases = len(DRIVERS) * len(factors)
    values = dict(scenario.values)
    for n, name in enumerate(DRIVERS):
        address = abroad(default_model().inputs[name])
        values[name] = np.repeat(np.asarray(values[name], float), cases, axis=0)
        for f, factor in enumerate(factors):
            one = address.get(values)[n * len(factors) + f]
            one[...] = np.clip(one * factor, address.entry.lowest, address.entry.highest)
    return lines_by_case(scenario, values, cases, [line])[line]
