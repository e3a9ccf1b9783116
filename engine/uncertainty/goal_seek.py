"""What would it take: the value of an input at which a measure reaches a target.

The measure is evaluated along the input's range. Between two points where it passes the target the
value follows at once where the measure runs in a straight line, else by Chandrupatla's method.
"""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from ..address import Address, abroad, take
from ..declaration import Input
from ..drivers import DRIVERS, is_relative
from ..errors import DomainError, needs
from ..measures import line_of
from ..model import default_model
from ..scenario import Scenario
from .draws import case_levels
from .tornado import address_of, with_value

# A month means "by then, and ahead from then on": what must not be below 0 from it on.
_IN_TIME = {
    "break_even_month": "cumulative",
    "break_even_month_whole": "cumulative",
    "discounted_payback_month": "cumulative_discounted",
}
_UNDISCOUNTED = ("break_even_month", "break_even_month_whole")
_POINTS, _FAR, _NEAR = 65, 48, 12  # along a range: evenly, far from and near its start
_WIDE, _WHOLE_MAX = 20, 2_000  # times the usual from which on a range is wide; whole numbers
_BLOCK = 2_048  # scenarios evaluated at once
_STRAIGHT, _JUMP = 1e-11, 1e-6  # relative to the change between two points
_MANY = 6  # solutions that are looked for in each scenario
_SHOWN = 10  # digits of a value in words
_NUDGE, _NUDGES = (
    4,
    40,
)  # last bits of a value by which it is moved until in time; each twice the last


class Solution(NamedTuple):
    """What goal seek found.

    Attributes
    ----------
    values : tuple of float
        Where the measure is at its target, ascending; empty where it never is.
    exact : bool
        The measure runs in a straight line there, so the values are no approximation.
    status : str
        "one", "many", "none", or "always" where the input does not matter and the target is met.
    text : str
        The same in a sentence.
    """

    values: tuple[float, ...]
    exact: bool
    status: str
    text: str


class Roots(NamedTuple):
    """What goal seek found for many scenarios.

    Attributes
    ----------
    values : array, shape (scenario, solution)
        Ascending, NaN after the last.
    exact : array of bool, shape (scenario,)
    points : array, shape (point,)
        Where the measure was evaluated.
    gaps : array, shape (scenario, point)
        The measure less its target there.
    """

    values: np.ndarray
    exact: np.ndarray
    points: np.ndarray
    gaps: np.ndarray


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
        One of :data:`~.results.FIGURES`. Those that are months, such as ``break_even_month``, ask
        for that month or an earlier one.
    target : float
        In the measure's unit: a saving as a fraction.
    plan : int
    low, high : float, optional
        Where to look; by default in the input's whole valid range.

    Raises
    ------
    DomainError
        A name, target or range that is not allowed.
    """
    address = address_of(scenario, name)
    found = solve_all(scenario, scenario.values, address, measure, target, plan, low, high)
    values = tuple(found.values[0][~np.isnan(found.values[0])].tolist())
    gaps = found.gaps[0][~np.isnan(found.gaps[0])]
    in_time = measure in _IN_TIME and gaps.size > 0 and gaps.min() >= 0
    always = not values and gaps.size > 0 and (in_time or not gaps.any())
    status = "always" if always else ("none", "one", "many")[min(len(values), 2)]
    within = _in_time(scenario, scenario.values, address, measure, target, plan)
    words = _Words(scenario, name, address.entry, measure, target, plan, found, within)
    return Solution(values, bool(found.exact[0]), status, words.text(values, status))


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
    """The same for many scenarios of one shape at once.

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

    Raises
    ------
    DomainError
        A target or a range that is not allowed.
    """
    entry = address.entry
    if not np.isfinite(target):
        raise DomainError(f"target is {target}; it must be a number")
    evaluate = _measured(scenario, values, address, measure, target, plan)
    stands_for = address.get(scenario.values)
    if not stands_for.size:
        raise DomainError(f"{scenario.name}: {entry.name} is that of other sites; there are none")
    points = _points(entry, float(stands_for.mean()), low, high)
    count = max(array.shape[0] for array in values.values())
    rows = np.repeat(np.arange(count), len(points))
    gaps = evaluate(np.tile(points, count), rows).reshape(count, -1)
    roots = np.full((count, _MANY), np.nan)
    met = [_hits(points, gap) for gap in gaps]
    hits, exact = [values for values, _ in met], np.array([straight for _, straight in met])
    scenarios, starts = np.nonzero(gaps[:, :-1] * gaps[:, 1:] < 0)
    if entry.whole and measure in _IN_TIME:  # the last whole number that is in time
        in_time = starts + (gaps[scenarios, starts] < 0)
        for n, value in zip(scenarios, points[in_time], strict=True):
            hits[n].append(value)
            exact[n] = False
    elif scenarios.size and not entry.whole:
        ends = points[starts], points[starts + 1]
        outer = gaps[scenarios, starts], gaps[scenarios, starts + 1]
        crossed, straight = _crossings(evaluate, scenarios, ends, outer)
        if measure in _IN_TIME:
            within = _in_time(scenario, values, address, measure, target, plan)
            _nudge(within, scenarios, crossed, np.where(outer[0] > 0, *ends))
        for n, value, is_straight in zip(scenarios, crossed, straight, strict=True):
            if not np.isnan(value):
                hits[n].append(value)
                exact[n] &= is_straight
    for row, found in zip(roots, hits, strict=True):
        some = sorted(found)[:_MANY]
        row[: len(some)] = some
    return Roots(roots, exact, points, gaps)


def _hits(points: np.ndarray, gap: np.ndarray) -> tuple[list[float], bool]:
    """Points at which a measure is at its target, of a run of them the ends.

    Returns
    -------
    points : list of float
        Empty where every point is one.
    exact : bool
        Whether the measure is straight around each.
    """
    at = np.flatnonzero(gap == 0)
    if not at.size or at.size == np.count_nonzero(~np.isnan(gap)):
        return [], True
    inner = at[(at > 0) & (at < len(points) - 1)]
    before, after = (
        (gap[inner + step] - gap[inner]) / (points[inner + step] - points[inner])
        for step in (-1, 1)
    )
    straight = abs(before - after) <= _STRAIGHT * abs(before)
    ends = at[(np.diff(at, prepend=-9) > 1) | (np.diff(at, append=len(points) + 9) > 1)]
    return points[ends].tolist(), bool(straight.all()) and len(inner) == len(at)


def _crossings(
    evaluate: Callable, scenarios: np.ndarray, ends: tuple, outer: tuple
) -> tuple[np.ndarray, np.ndarray]:
    """Values between two points each where the measure is at its target; NaN where it jumps past.

    Returns
    -------
    values : array, shape (crossing,)
    straight : array of bool, shape (crossing,)
    """
    (low, high), (first, last) = ends, outer
    change = last - first
    middle = evaluate((low + high) / 2, scenarios)
    values = low - first * (high - low) / change
    straight = abs(middle - (first + last) / 2) <= _STRAIGHT * abs(change)
    straight &= abs(evaluate(values, scenarios)) <= _STRAIGHT * abs(change)
    bent = np.flatnonzero(~straight)
    if bent.size:
        with needs("uncertainty", "goal seek where a measure is bent"):
            from scipy.optimize import elementwise
        found = elementwise.find_root(
            lambda x, n: evaluate(x, n.astype(int)),
            (low[bent], high[bent]),
            args=(scenarios[bent].astype(float),),
            tolerances={"xatol": 0.0, "xrtol": 1e-14, "fatol": 0.0, "frtol": 0.0},
        )
        jumps = ~(abs(found.f_x) <= _JUMP * abs(change[bent]))
        values[bent] = np.where(jumps, np.nan, found.x)
    return values, straight


def _nudge(within: Callable, scenarios: np.ndarray, values: np.ndarray, ends: np.ndarray) -> None:
    """Move values that are a rounding error late towards an end that is in time, in place."""
    step = _NUDGE * np.spacing(np.abs(values))
    late = np.flatnonzero(~np.isnan(values))
    for _ in range(_NUDGES):
        if late.size:
            late = late[~within(values[late], scenarios[late])]
            moved = values[late] + np.copysign(step[late], ends[late] - values[late])
            beyond = np.abs(moved - values[late]) > np.abs(ends[late] - values[late])
            values[late] = np.where(beyond, ends[late], moved)
            step[late] *= 2


def _at_numbers(
    scenario: Scenario, values: Mapping[str, np.ndarray], address: Address, line: str, plan: int
) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """A function of the input and of the scenario's number: a line of a plan, month by month."""
    model, months = default_model(), scenario.horizon_months

    def evaluate(numbers: np.ndarray, rows: np.ndarray) -> np.ndarray:
        found = []
        for start in range(0, len(numbers), _BLOCK):
            cut = slice(start, start + _BLOCK)
            some = {k: v[rows[cut]] if v.shape[0] > 1 else v for k, v in values.items()}
            moved = with_value(some, address, numbers[cut])
            lines = model.evaluate(moved, months, [line])
            at_plan = take(lines, line, scenario=slice(None), plan=plan)
            at_plan = at_plan.reshape(len(at_plan), -1)
            found.append(np.broadcast_to(at_plan, (len(numbers[cut]), at_plan.shape[1])))
        return np.concatenate(found)

    return evaluate


def _in_time(
    scenario: Scenario,
    values: Mapping[str, np.ndarray],
    address: Address,
    measure: str,
    target: float,
    plan: int,
) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """A function of the input and of the scenario's number: whether the month shown is in time."""
    evaluate = _at_numbers(scenario, values, address, line_of(measure), plan)
    return lambda numbers, rows: evaluate(numbers, rows)[:, 0] <= target


def _measured(
    scenario: Scenario,
    values: Mapping[str, np.ndarray],
    address: Address,
    measure: str,
    target: float,
    plan: int,
) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """A function of the input and of the scenario's number: the measure less its target.

    Of a month it is the lowest saving to date from the target's month on: 0 for a plan that is
    ahead from then on, and an answer for one that never is.
    """
    months, in_time = scenario.horizon_months, measure in _IN_TIME
    if in_time and not 1 <= target <= months:
        raise DomainError(f"target is month {target:,.10g}; it must be between 1 and {months}")
    line = _IN_TIME[measure] if in_time else line_of(measure)
    if in_time and default_model().lines[line_of(measure)].unit == "month":  # a whole one
        target = float(np.floor(target))

    evaluate = _at_numbers(scenario, values, address, line, plan)

    def gap(numbers: np.ndarray, rows: np.ndarray) -> np.ndarray:
        found = evaluate(numbers, rows)
        return _from_month(found, target) if in_time else found[:, 0] - target

    return gap


def _from_month(cumulative: np.ndarray, month: float) -> np.ndarray:
    """Lowest cumulative saving from a moment on, in straight lines between the ends of months.

    No answer where it is 0 throughout: who is never ahead or behind does not break even.
    """
    whole = int(month)
    end, next_end = cumulative[:, whole - 1], cumulative[:, min(whole, cumulative.shape[1] - 1)]
    now = end + (next_end - end) * (month - whole)
    lowest = np.minimum(now, cumulative[:, whole:].min(axis=1, initial=np.inf))
    return np.where(cumulative.any(axis=1), lowest, np.nan)


def _points(entry: Input, current: float, low: float | None, high: float | None) -> np.ndarray:
    """Where the measure is looked at: evenly, but near what is usual in a very wide range."""
    ends = (entry.lowest if low is None else low, entry.highest if high is None else high)
    Address(entry.name).refuse_outside_range(np.array(ends, float))
    if not ends[0] < ends[1]:
        raise DomainError(
            f"{entry.name} is looked for between {ends[0]:,.10g} and {ends[1]:,.10g}; "
            "the first must be below the second"
        )
    width = ends[1] - ends[0]
    if entry.whole and width <= _WHOLE_MAX:
        return np.arange(ends[0], ends[1] + 1)
    usual = 4 * max(abs(current), abs(entry.high or 0), abs(entry.first), width / 1e12)
    # Close to the start too: at 0 there may be no answer.
    points = ends[0] + width * 0.5 ** np.arange(1, 1 + 4 * _NEAR, 4)
    if width > _WIDE * usual:
        near = np.linspace(ends[0], usual, _POINTS)
        points = np.concatenate([points, near, np.geomspace(usual, ends[1], _FAR)])
    else:
        points = np.concatenate([points, np.linspace(*ends, _POINTS)])
    return np.unique(np.clip(np.round(points) if entry.whole else points, *ends))


class _Words(NamedTuple):
    """Says what was found."""

    scenario: Scenario
    name: str
    entry: Input
    measure: str
    target: float
    plan: int
    found: Roots
    within: Callable[[np.ndarray, np.ndarray], np.ndarray]

    def text(self, values: tuple[float, ...], status: str) -> str:
        """The outcome in a sentence."""
        points, goal = self.found.points, self._goal()
        between = f"between {self._input(points[0])} and {self._input(points[-1])}"
        if status == "always" and self.measure in _IN_TIME:
            return f"Any {self.name} {between} will do: {goal}."
        if status == "always":
            return f"{self.name} does not matter: {goal} whatever it is."
        if status == "none":
            return f"No {self.name} {between} will do: {self._why_not()}."
        if status == "many":
            listed = ", ".join(map(self._input, values))
            more = ", and perhaps at more" if len(values) == _MANY else ""
            return f"{goal} at {len(values)} values of {self.name}: {listed}{more}."
        how = "exact: a straight line" if self.found.exact[0] else "by search"
        moved = "; as entered, before the case moves it" if self._is_moved() else ""
        value = self._rounded(values[0])
        said = f"{goal} with {self.name} {value} ({how}{moved}); {self._beyond(values[0])}."
        return said + self._alike()

    def _alike(self) -> str:
        """What one value means for a plan whose sites or roles have different ones today."""
        if not self.entry.is_by_site_or_role:
            return ""
        values, abroad_index = self.scenario.values, abroad(self.entry).index
        staffed = Address("heads", {"plan": self.plan}).get(values) > 0
        today = np.broadcast_to(values[self.entry.name], staffed.shape)
        today = today[abroad_index][staffed[abroad_index]]
        if "." in self.name or len(set(today.tolist())) < 2:
            return ""
        said = f" One {self.name} for all its sites and roles abroad."
        found = default_model().evaluate(
            self.scenario.values,
            self.scenario.horizon_months,
            ["salary_break_even", "salary_break_even_exact", "goal_month"],
        )
        highest, exact = (
            take(found, f"salary_break_even{end}", plan=self.plan) for end in ("", "_exact")
        )
        same_question = int(self.target) == found["goal_month"] and self.measure in _UNDISCOUNTED
        if self.entry.name == "salary" and same_question and highest == highest:
            figure = f"{'' if exact else 'about '}{_number(highest.item())}"
            said += f" With today's proportions, as on Summary, {figure} on average."
        return said

    def _rounded(self, value: float) -> str:
        """A solution in words; a value copied from there is in time too."""
        if self.measure not in _IN_TIME:
            return self._input(value)
        side = 1 if self._rises(value) else -1
        texts = (_number(value, self.entry.unit, side * digits) for digits in range(3))
        return next((text for text in texts if self._is_in_time(text)), repr(value))

    def _is_in_time(self, text: str) -> bool:
        number = float(text.removesuffix(" %").replace(",", ""))
        value = number / 100 if text.endswith("%") else number
        value = min(max(value, self.entry.lowest), self.entry.highest)
        return bool(self.within(np.array([value]), np.array([0]))[0])

    def _is_moved(self) -> bool:
        """Whether the scenario's case brings the input to another level."""
        if self.entry.name not in DRIVERS:
            return False
        level = case_levels(self.scenario)[0, [*DRIVERS].index(self.entry.name)]
        return bool(level != is_relative(self.entry))

    def _goal(self) -> str:
        plan = self.scenario.plans[self.plan]
        if self.measure in _IN_TIME:
            return f"{plan} {self._verb()} by month {_number(self.target)}"
        return f"{plan} has a {self.measure} of {self._figure(self.target)}"

    def _verb(self) -> str:
        return "pays back, discounted," if self._is_discounted() else "breaks even"

    def _is_discounted(self) -> bool:
        return _IN_TIME.get(self.measure) == "cumulative_discounted"

    def _rises(self, value: float) -> bool:
        """Whether the measure grows with the input, beside a single solution."""
        points, gaps = self.found.points, self.found.gaps[0]
        above = gaps[(points > value) & ~np.isnan(gaps)]
        below = gaps[(points < value) & ~np.isnan(gaps)]
        return bool((above.size and above[0] > 0) or (below.size and below[-1] < 0))

    def _beyond(self, value: float) -> str:
        """What more of the input does, beside a single solution."""
        rises = self._rises(value)
        if self.measure in _IN_TIME:
            return "more is in time too" if rises else "more is too late"
        return f"more gives {'more' if rises else 'less'}"

    def _why_not(self) -> str:
        points, gaps = self.found.points, self.found.gaps[0]
        known = gaps[~np.isnan(gaps)]
        if not known.size:
            return f"{self.measure} has no answer there"
        what, zero = self.measure, self.target
        if self.measure in _IN_TIME:
            kind = "discounted saving" if self._is_discounted() else "saving"
            what, zero = f"the lowest {kind} to date from month {_number(zero)} on", 0.0
        passed = np.flatnonzero(gaps[:-1] * gaps[1:] < 0)
        if passed.size:
            n = int(passed[0])
            ends = " and ".join(
                f"{self._figure(gaps[i] + zero)} at {self._input(points[i])}" for i in (n, n + 1)
            )
            return f"{what} jumps past {self._figure(zero)}; it is {ends}"
        side = "above" if known.min() > 0 else "below"
        least, most = (self._figure(end + zero) for end in (known.min(), known.max()))
        goes = f"goes from {least} to {most}" if least != most else f"is {least} at any"
        return f"{what} {goes}, always {side} {self._figure(zero)}"

    def _input(self, value: float) -> str:
        return _number(value, self.entry.unit)

    def _figure(self, value: float) -> str:
        if self.measure in _IN_TIME:
            return _number(value, "money")
        return _number(value, default_model().lines[line_of(self.measure)].unit)


def _number(value: float, unit: str = "", more: int = 0) -> str:
    """A value in words, larger by so many units of its last digit, to be rounded up or down."""
    times, sign = (100, " %") if unit.startswith("fraction") else (1, "")
    shown = float(f"{value * times:.{_SHOWN}g}")
    if more:
        shown += more * 10.0 ** (math.floor(math.log10(abs(shown) or 1)) + 1 - _SHOWN)
    return f"{shown:,.{_SHOWN}g}{sign}"
