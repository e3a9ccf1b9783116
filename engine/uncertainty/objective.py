"""The objective of a goal seek: a measure of a plan less its target, as a function of one input."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..address import Address, take
from ..errors import DomainError
from ..measures import line_of
from ..model import default_model
from ..scenario import Scenario
from .varied_inputs import with_value


class Deadline(NamedTuple):
    """A measure that is a month: ahead by then, and from then on.

    Attributes
    ----------
    balance : str
        Line that must not be below 0 from the target's month on.
    verb, flow : str
        What the plan does by that month, and what it saves, as readers are told.
    """

    balance: str
    verb: str
    flow: str


_BREAK_EVEN = Deadline("cumulative", "breaks even", "saving")
_DEADLINES = {
    "break_even_month": _BREAK_EVEN,
    "break_even_month_whole": _BREAK_EVEN,
    "discounted_payback_month": Deadline(
        "cumulative_discounted", "pays back, discounted,", "discounted saving"
    ),
    "payback_cash": Deadline("cumulative_cash", "pays back its cash", "cash saving"),
    "payback_after_tax": Deadline(
        "cumulative_after_tax", "pays back its cash after tax", "cash saving after tax"
    ),
}
_BLOCK_SIZE = 2_048  # scenarios evaluated at once


@dataclass(frozen=True)
class Objective:
    """A measure of a plan that is to reach a target while one input varies.

    Parameters
    ----------
    scenario : Scenario
        The shape of all scenarios.
    values : mapping of str to array, shape (scenario, plan, site, role, month)
        Their inputs.
    address : Address
        The input that varies.
    measure : str
        One of :data:`~.measures.FIGURES`. One that is a month is a deadline: that month or an
        earlier one reaches it.
    target : float
        In the measure's unit.
    plan : int
        Position of the plan, the baseline at 0.

    Raises
    ------
    DomainError
        An unknown measure, a target that is not a number, or a month beyond the horizon.
    """

    scenario: Scenario
    values: Mapping[str, np.ndarray]
    address: Address
    measure: str
    target: float
    plan: int

    def __post_init__(self) -> None:
        if not np.isfinite(self.target):
            raise DomainError(f"target is {self.target}; it must be a number")
        line_of(self.measure)
        months = self.scenario.horizon_months
        if self.is_deadline and not 1 <= self.target <= months:
            raise DomainError(
                f"target is month {self.target:,.10g}; it must be between 1 and {months}"
            )

    @property
    def is_deadline(self) -> bool:
        """Whether the target is a month by which the plan is to be ahead."""
        return self.measure in _DEADLINES

    @property
    def deadline(self) -> Deadline:
        """The deadline that the measure is; only where :attr:`is_deadline`."""
        return _DEADLINES[self.measure]

    @property
    def scenario_count(self) -> int:
        """How many scenarios there are."""
        return max(array.shape[0] for array in self.values.values())

    def gaps(self, numbers: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """The measure less its target; for a deadline the lowest saving to date from then on.

        So a plan that is ahead from the target's month on has 0 or more, and one that is never
        ahead has a number too.

        Parameters
        ----------
        numbers : array, shape (case,)
            Values of the input.
        rows : array of int, shape (case,)
            The scenario of each.

        Returns
        -------
        array, shape (case,)
            In the measure's unit, for a deadline in money. NaN where there is no answer.
        """
        if not self.is_deadline:
            return self._evaluate(line_of(self.measure), numbers, rows)[:, 0] - self.target
        month = self.target
        if default_model().lines[line_of(self.measure)].unit == "month":  # a whole one
            month = float(np.floor(month))
        balance = self._evaluate(self.deadline.balance, numbers, rows)
        return _lowest_balance_from(balance, month)

    def is_in_time(self, numbers: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Whether the month that the model shows is the target or an earlier one.

        Parameters
        ----------
        numbers : array, shape (case,)
        rows : array of int, shape (case,)

        Returns
        -------
        array of bool, shape (case,)
        """
        return self._evaluate(line_of(self.measure), numbers, rows)[:, 0] <= self.target

    def _evaluate(self, line: str, numbers: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """A line of the plan in each case, shape (case, month); one month where it has none."""
        found = []
        for start in range(0, len(numbers), _BLOCK_SIZE):
            block = slice(start, start + _BLOCK_SIZE)
            own = {k: v[rows[block]] if v.shape[0] > 1 else v for k, v in self.values.items()}
            varied = with_value(own, self.address, numbers[block])
            lines = default_model().evaluate(varied, self.scenario.horizon_months, [line])
            of_plan = take(lines, line, scenario=slice(None), plan=self.plan)
            of_plan = of_plan.reshape(len(of_plan), -1)
            found.append(np.broadcast_to(of_plan, (len(numbers[block]), of_plan.shape[1])))
        return np.concatenate(found)


def _lowest_balance_from(balance: np.ndarray, month: float) -> np.ndarray:
    """The lowest cumulative saving from a moment on, linear between the ends of months.

    Parameters
    ----------
    balance : array, shape (case, month)
        Cumulative saving at the end of each month, in money.
    month : float
        The moment, 1 being the end of the first month.

    Returns
    -------
    array, shape (case,)
        In money. NaN where the balance is 0 throughout: who is never ahead or behind does not
        break even.
    """
    whole = int(month)
    end, next_end = balance[:, whole - 1], balance[:, min(whole, balance.shape[1] - 1)]
    now = end + (next_end - end) * (month - whole)
    lowest = np.minimum(now, balance[:, whole:].min(axis=1, initial=np.inf))
    return np.where(balance.any(axis=1), lowest, np.nan)
