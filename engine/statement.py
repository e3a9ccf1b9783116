"""The statement of a scenario by fiscal year, quarter or month, as plain data.

Each row is a flow of a plan, summed over the months of each period, or a balance at its end.
"""

import datetime
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .address import take
from .axes import PERIODS
from .cost_kinds import Kind
from .errors import DomainError
from .lines.statement import STATED
from .measures import plan_of
from .model import default_model
from .scenario import Scenario

# Name of the fiscal period of each frequency; "" for months.
FREQUENCIES = {"FY": "year", "Q": "quarter", "M": ""}
# The first row of each kind; rows that follow are of the same kind.
_KINDS = {
    "pay_cost": Kind.CASH.value,
    "internal_cost": Kind.INTERNAL.value,
    "lost_cost": Kind.LOST.value,
    "cost": "total",
    "cash_cost": "cash view",
    "capital": "profit view",
    "tax": "after tax",
}
# Flows whose running total is stated too, and the line of that.
_BALANCES = {
    "saving": "cumulative",
    "cash_saving": "cumulative_cash",
    "cash_after_tax": "cumulative_after_tax",
}


@dataclass(frozen=True)
class Row:
    """One line of one plan.

    Parameters
    ----------
    plan, kind, line, label : str
        Names of the plan, of what kind of money it is, and of the line; what a reader sees.
    amounts : tuple of float
        In each period, in the scenario's currency.
    total : float
        Of all periods; of a balance that at the end of the horizon.
    """

    plan: str
    kind: str
    line: str
    label: str
    amounts: tuple[float, ...]
    total: float


@dataclass(frozen=True)
class Peak:
    """The peak funding need of a plan.

    Parameters
    ----------
    plan : str
    amount : float
        Lowest cumulative cash saving, below 0 where cash has to be funded.
    month : str
        Month at whose end the need is at its peak, such as "2027-03"; "" where there is none.
    """

    plan: str
    amount: float
    month: str


@dataclass(frozen=True)
class Statement:
    """What each plan costs and saves in each period.

    Parameters
    ----------
    scenario, currency : str
    freq : str
        Key in :data:`FREQUENCIES`.
    fiscal_year_start : int
        Calendar month in which the fiscal year starts, 1 to 12.
    periods : tuple of str
        Labels such as "FY2027", "FY2027 Q1" and "2027-01". A fiscal year is named by the calendar
        year in which it ends.
    months : tuple of int
        Months of the horizon in each period: fewer than 12 or 3 in one that is only in part within
        the horizon.
    rows : tuple of Row
        Plan by plan.
    peaks : tuple of Peak
        One for each plan.
    start_month : str
        First month of the horizon, such as "2027-01".
    """

    scenario: str
    currency: str
    freq: str
    fiscal_year_start: int
    periods: tuple[str, ...]
    months: tuple[int, ...]
    rows: tuple[Row, ...]
    peaks: tuple[Peak, ...]
    start_month: str

    @property
    def last_days(self) -> tuple[datetime.date, ...]:
        """The last day of each period within the horizon."""
        return last_days(self.start_month, itertools.accumulate(self.months))

    def to_dict(self) -> dict[str, Any]:
        """The statement as plain data for JSON, with the rows of each plan."""
        return {
            "scenario": self.scenario,
            "currency": self.currency,
            "freq": self.freq,
            "fiscal_year_start": self.fiscal_year_start,
            "periods": [*self.periods],
            "months": [*self.months],
            "plans": [
                {
                    "name": peak.plan,
                    "peak_funding": peak.amount,
                    "peak_funding_month": peak.month or None,
                    "rows": [
                        {"line": row.line, "label": row.label, "kind": row.kind}
                        | {"amounts": [*row.amounts], "total": row.total}
                        for row in self.rows
                        if row.plan == peak.plan
                    ],
                }
                for peak in self.peaks
            ],
        }


def statement(scenario: Scenario, freq: str = "FY", plan: str | None = None) -> Statement:
    """Statement of a scenario's plans, the baseline among them.

    Parameters
    ----------
    scenario : Scenario
    freq : {"FY", "Q", "M"}
        By fiscal year, fiscal quarter or month.
    plan : str, optional
        Name of the only plan to state; by default all are.

    Returns
    -------
    Statement

    Raises
    ------
    DomainError
        Another ``freq``, or no plan of that name.
    ScenarioError
        A figure is infinite.
    """
    if not isinstance(plan, str | None):
        raise DomainError(f"plan is {plan!r}; it must be the name of a plan", parameters=["plan"])
    if freq not in [*FREQUENCIES]:
        raise DomainError(
            f"freq is {freq!r}; it must be FY (fiscal years), Q (fiscal quarters) or M (months)",
            parameters=["freq"],
        )
    wanted = range(len(scenario.plans)) if plan is None else [plan_of(scenario, plan)]
    values = scenario.evaluate()
    ends = _ends(values, freq)
    labels, months = periods(scenario, values, freq)
    rows = []
    for number in wanted:
        for kind, line, label in _stated():
            amounts = _amounts(values, line, freq, number, ends)
            whole = amounts[-1] if line in _BALANCES.values() else sum(amounts)
            rows.append(Row(scenario.plans[number], kind, line, label, amounts, whole))
    return Statement(
        scenario=scenario.name,
        currency=scenario.currency,
        freq=freq,
        fiscal_year_start=int(take(scenario.values, "fiscal_year_start").item()),
        periods=labels,
        months=months,
        rows=tuple(rows),
        peaks=tuple(_peak(scenario, values, number) for number in wanted),
        start_month=scenario.start_month,
    )


def last_days(start_month: str, months: Iterable[int]) -> tuple[datetime.date, ...]:
    """The last days of months of the horizon, counted from 1."""
    after = (_month(start_month, month) + 1 for month in months)
    firsts = (datetime.date(number // 12, number % 12 + 1, 1) for number in after)
    return tuple(first - datetime.timedelta(days=1) for first in firsts)


def periods(
    scenario: Scenario, values: Mapping[str, np.ndarray], freq: str
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Labels of the periods, and how many months of the horizon are in each.

    Parameters
    ----------
    scenario : Scenario
    values : mapping of str to array
        What :meth:`Scenario.evaluate` returned.
    freq : {"FY", "Q", "M"}
    """
    start = int(take(scenario.values, "fiscal_year_start").item())
    last = _last_months(values, int(take(values, "last_month").item()), freq)
    labels = (_label(scenario.start_month, int(month), start, freq) for month in last)
    return tuple(labels), tuple(np.diff(_ends(values, freq), prepend=0).tolist())


def _ends(values: Mapping[str, np.ndarray], freq: str) -> np.ndarray:
    """Number of the last month within the horizon of each period."""
    horizon = int(take(values, "last_month").item())
    return np.minimum(_last_months(values, horizon, freq), horizon).astype(int)


def _stated() -> list[tuple[str, str, str]]:
    """Kind, name and label of each row."""
    lines = default_model().lines
    found, kind = [], ""
    for flow, label in STATED.items():
        kind = _KINDS.get(flow, kind)
        found.append((kind, flow, label))
        if flow in _BALANCES:
            found.append((kind, _BALANCES[flow], lines[_BALANCES[flow]].label))
    return found


def _last_months(values: Mapping[str, np.ndarray], horizon: int, freq: str) -> np.ndarray:
    """Number of the last month of each period that begins within the horizon."""
    if freq == "M":
        return np.arange(1, horizon + 1)
    period = FREQUENCIES[freq]
    last = take(values, f"{period}_last")
    return last[last - PERIODS[period] < horizon]


def _amounts(
    values: Mapping[str, np.ndarray], line: str, freq: str, plan: int, ends: np.ndarray
) -> tuple[float, ...]:
    """A row's amount in each period; ``ends`` are their last months within the horizon."""
    if line in _BALANCES.values() or freq == "M":
        return tuple(take(values, line, plan=plan)[ends - 1].tolist())
    by_period = take(values, f"{line}_by_{FREQUENCIES[freq]}", plan=plan)
    return tuple(by_period[: len(ends)].tolist())


def _month(start_month: str, month: int) -> int:
    """Calendar months since year 0 of a month of the horizon, counted from 1."""
    year, first = map(int, start_month.split("-"))
    return year * 12 + first - 1 + month - 1


def month_label(start_month: str, month: int) -> str:
    """A month of the horizon, counted from 1, such as "2027-03"."""
    number = _month(start_month, month)
    return f"{number // 12}-{number % 12 + 1:02d}"


def _label(start_month: str, last: int, fiscal_year_start: int, freq: str) -> str:
    """Label of the period whose last month is given, as a month of the horizon."""
    if freq == "M":
        return month_label(start_month, last)
    number = _month(start_month, last)
    into_year = (number - (fiscal_year_start - 1)) % 12  # months of the fiscal year before it
    year = f"FY{(number + 11 - into_year) // 12}"
    return year if freq == "FY" else f"{year} Q{into_year // PERIODS['quarter'] + 1}"


def _peak(scenario: Scenario, values: Mapping[str, np.ndarray], plan: int) -> Peak:
    amount = take(values, "peak_funding", plan=plan).item()
    month = take(values, "peak_funding_month", plan=plan).item()
    label = month_label(scenario.start_month, int(month)) if amount < 0 else ""
    return Peak(scenario.plans[plan], amount, label)
