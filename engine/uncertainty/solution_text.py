"""The outcome of a goal seek in a sentence."""

import math
from typing import NamedTuple

import numpy as np

from ..address import Address, abroad, take
from ..declaration import Input
from ..drivers import DRIVERS, is_relative
from ..measures import line_of
from ..model import default_model
from .draws import case_levels
from .objective import Objective
from .root_finding import MAX_ROOTS, Roots

_UNDISCOUNTED = ("break_even_month", "break_even_month_whole")
_DIGITS = 10  # significant digits of a value


class SolutionText(NamedTuple):
    """Words for what was found in one scenario.

    Attributes
    ----------
    objective : Objective
    name : str
        The input, as the user named it.
    roots : Roots
        Of that scenario alone.
    """

    objective: Objective
    name: str
    roots: Roots

    def sentence(self, values: tuple[float, ...], status: str) -> str:
        """The outcome in a sentence.

        Parameters
        ----------
        values : tuple of float
            Solutions, in the input's own unit.
        status : str
            "one", "many", "none" or "always".
        """
        points = self.roots.points
        between = f"between {self._input(points[0])} and {self._input(points[-1])}"
        if status == "always" and self.objective.is_deadline:
            return f"Any {self.name} {between} will do: {self._goal()}."
        if status == "always":
            return f"{self.name} does not matter: {self._goal()} whatever it is."
        if status == "none":
            return f"No {self.name} {between} will do: {self._why_not()}."
        return self._several(values) if status == "many" else self._single(values[0])

    def _several(self, values: tuple[float, ...]) -> str:
        listed = ", ".join(map(self._input, values))
        more = ", and perhaps at more" if len(values) == MAX_ROOTS else ""
        return f"{self._goal(begins=True)} at {len(values)} values of {self.name}: {listed}{more}."

    def _single(self, value: float) -> str:
        how = "exact" if self.roots.exact[0] else "found by search"
        moved = "; as entered, before the case moves it" if self._is_moved_by_case() else ""
        return (
            f"{self._goal(begins=True)} with {self.name} {self._rounded(value)} ({how}{moved}); "
            f"{self._effect_of_more(value)}.{self._one_value_for_all()}"
        )

    @property
    def _entry(self) -> Input:
        return self.objective.address.entry

    def _one_value_for_all(self) -> str:
        """What a single value means for a plan whose sites or roles have different ones today."""
        if "." in self.name or not self._differs_within_plan():
            return ""
        return f" One {self.name} for all its sites and roles abroad.{self._summary_salary()}"

    def _differs_within_plan(self) -> bool:
        """Whether staffed sites and roles abroad have different values of the input today."""
        if not self._entry.is_by_site_or_role:
            return False
        values, index = self.objective.scenario.values, abroad(self._entry).index
        staffed = Address("heads", {"plan": self.objective.plan}).get(values) > 0
        today = np.broadcast_to(values[self._entry.name], staffed.shape)
        return len(set(today[index][staffed[index]].tolist())) > 1

    def _summary_salary(self) -> str:
        """The break-even salary of Cost per head, where it asks the same with proportional pay."""
        if self._entry.name != "salary" or self.objective.measure not in _UNDISCOUNTED:
            return ""
        scenario = self.objective.scenario
        lines = ["salary_break_even", "salary_break_even_exact", "goal_month"]
        found = default_model().evaluate(scenario.values, scenario.horizon_months, lines)
        highest, exact = (take(found, line, plan=self.objective.plan) for line in lines[:2])
        if int(self.objective.target) != found["goal_month"] or np.isnan(highest):
            return ""
        figure = f"{'' if exact else 'about '}{_number(highest.item())}"
        return f" With today's proportions, as on Cost per head, {figure} on average."

    def _rounded(self, value: float) -> str:
        """A solution in words; of a deadline one that still meets it when it is entered."""
        if not self.objective.is_deadline:
            return self._input(value)
        side = 1 if self._rises(value) else -1
        texts = (_number(value, self._entry.unit, side * digits) for digits in range(3))
        return next((text for text in texts if self._is_in_time(text)), repr(value))

    def _is_in_time(self, text: str) -> bool:
        number = float(text.removesuffix(" %").replace(",", ""))
        value = number / 100 if text.endswith("%") else number
        value = min(max(value, self._entry.lowest), self._entry.highest)
        return bool(self.objective.is_in_time(np.array([value]), np.array([0]))[0])

    def _is_moved_by_case(self) -> bool:
        """Whether the scenario's case brings the input to another level."""
        if self._entry.name not in DRIVERS:
            return False
        levels = case_levels(self.objective.scenario)
        return bool(levels[0, [*DRIVERS].index(self._entry.name)] != is_relative(self._entry))

    def _goal(self, *, begins: bool = False) -> str:
        """That the target is reached; the words may begin a sentence."""
        objective = self.objective
        plan = objective.scenario.plans[objective.plan]
        if not objective.is_deadline:
            goal = f"{self._label} of {plan} is {self._figure(objective.target)}"
            return goal[0].upper() + goal[1:] if begins else goal
        return f"{plan} {objective.deadline.verb} by month {_number(objective.target)}"

    @property
    def _label(self) -> str:
        """The measure in words, as within a sentence."""
        label = default_model().lines[line_of(self.objective.measure)].label
        return label[0].lower() + label[1:] + "," * ("," in label)

    def _rises(self, value: float) -> bool:
        """Whether the measure grows with the input, beside a single solution."""
        points, gaps = self.roots.points, self.roots.gaps[0]
        above = gaps[(points > value) & ~np.isnan(gaps)]
        below = gaps[(points < value) & ~np.isnan(gaps)]
        return bool((above.size and above[0] > 0) or (below.size and below[-1] < 0))

    def _effect_of_more(self, value: float) -> str:
        """What more of the input does, beside a single solution."""
        rises = self._rises(value)
        if self.objective.is_deadline:
            return "more is in time too" if rises else "more is too late"
        return f"more gives {'more' if rises else 'less'}"

    def _why_not(self) -> str:
        """Why there is no solution: no answer, a jump, or a range that misses the target."""
        gaps = self.roots.gaps[0]
        known = gaps[~np.isnan(gaps)]
        if not known.size:
            return f"{self._label} has no answer there"
        subject, zero = self._subject()
        jumps = np.flatnonzero(gaps[:-1] * gaps[1:] < 0)
        if jumps.size:
            ends = " and ".join(
                f"{self._figure(gaps[i] + zero)} at {self._input(self.roots.points[i])}"
                for i in (jumps[0], jumps[0] + 1)
            )
            return f"{subject} jumps past {self._figure(zero)}; it is {ends}"
        side = "above" if known.min() > 0 else "below"
        least, most = (self._figure(end + zero) for end in (known.min(), known.max()))
        span = f"goes from {least} to {most}" if least != most else f"is {least} at any"
        return f"{subject} {span}, always {side} {self._figure(zero)}"

    def _subject(self) -> tuple[str, float]:
        """What misses its target, and the target."""
        objective = self.objective
        if not objective.is_deadline:
            return self._label, objective.target
        month = _number(objective.target)
        return f"the lowest {objective.deadline.flow} to date from month {month} on", 0.0

    def _input(self, value: float) -> str:
        return _number(value, self._entry.unit)

    def _figure(self, value: float) -> str:
        if self.objective.is_deadline:
            return _number(value, "money")
        return _number(value, default_model().lines[line_of(self.objective.measure)].unit)


def _number(value: float, unit: str = "", more: int = 0) -> str:
    """A value as text, per cent where it is a fraction.

    Parameters
    ----------
    value : float
    unit : str
    more : int
        Units of the last digit to add: 1 rounds up, -1 down.
    """
    times, sign = (100, " %") if unit.startswith("fraction") else (1, "")
    shown = float(f"{value * times:.{_DIGITS}g}")
    if more:
        shown += more * 10.0 ** (math.floor(math.log10(abs(shown) or 1)) + 1 - _DIGITS)
    large = abs(shown) >= 10.0**_DIGITS  # "g" would write an exponent
    return f"{shown:,.0f}{sign}" if large else f"{shown:,.{_DIGITS}g}{sign}"
