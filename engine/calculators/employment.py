"""What an employer pays for a salary by the law of a country, the inverse of it, and severance."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..axes import AXES, RULES
from ..employment_law import (
    MONTHS,
    START,
    WEEKS,
    charge_of,
    day_of_month,
    holds_in,
    months_by_tenure,
)
from ..errors import DomainError
from ..locations import Location, Rule
from .one_site import check_range, country_lines, rule_values

_CENTS = 100  # in a unit of local currency: salaries are whole cents
_PAY_MAX = 1e15
_PAY_ALLOWED = "0 or more, up to 1e+15"


@dataclass(frozen=True)
class EmployerCost:
    """What an employer pays in a year for each of several salaries, in local currency.

    Parameters
    ----------
    location : Location
    month : str or datetime.date
        The month whose law it is.
    salary, extra_pay : array, shape (case,)
        Salary, and the extra months of pay.
    rules : tuple of Rule
        Charges that are law in the month.
    charges : array, shape (case, charge)
        Each of ``rules``; 0 where it does not hold for the pay, NaN without a rate.
    total : array, shape (case,)
        Pay and all charges.
    """

    location: Location
    month: Any
    salary: np.ndarray
    extra_pay: np.ndarray
    rules: tuple[Rule, ...]
    charges: np.ndarray
    total: np.ndarray

    @property
    def missing(self) -> tuple[str, ...]:
        """Charges that are law in the month and of which no rate was found."""
        return tuple(charge_of(rule) for rule in self.rules if rule.rate is None)

    @property
    def total_label(self) -> str:
        """What a breakdown calls the total: a lower bound where a charge has no rate."""
        return "Total cost, at least" if np.isnan(self.charges).any() else "Total cost"

    @property
    def at_least(self) -> np.ndarray:
        """The total without the charges that have no amount, shape (case,)."""
        return self.salary + self.extra_pay + np.nansum(self.charges, axis=1)


def employer_cost(
    salary: np.ndarray,
    location: Location,
    month: Any = START,
    missing_rate: float = np.nan,
) -> EmployerCost:
    """What an employer pays in a year: salary, extra months of pay, and each statutory charge.

    Computed by the lines of the model.

    Parameters
    ----------
    salary : array, shape (case,)
        In local currency per year, without extra months of pay.
    location : Location
    month : str or datetime.date
        The month whose law counts, such as "2027-01".
    missing_rate : float
        Fraction of the base, for a charge whose rate was not found; NaN for no answer there.

    Returns
    -------
    EmployerCost

    Raises
    ------
    DomainError
        A salary below 0, no month, or a country whose extra months of pay were not found.
    """
    salary = np.atleast_1d(np.asarray(salary, dtype=float))
    check_range("salary", salary, 0, _PAY_MAX, _PAY_ALLOWED)
    day, extra = day_of_month(month), _extra_months(location)
    one = (1,) * len(AXES)
    values = rule_values(location, salary, np.array([missing_rate]))
    values |= {"extra_months": np.full(one, extra), "start_month": np.full(one, float(day))}
    found = country_lines(values, ["rule_charge", "statutory_charges"])
    held = [number for number, rule in enumerate(location.rules) if holds_in(rule, day)]
    charges = found["rule_charge"].reshape(-1, RULES)[:, held]
    extra_pay = salary * extra / MONTHS
    return EmployerCost(
        location,
        month,
        salary,
        extra_pay,
        tuple(location.rules[number] for number in held),
        np.broadcast_to(charges, (len(salary), len(held))),
        salary + extra_pay + found["statutory_charges"].reshape(-1),
    )


def gross_from_budget(
    budget: np.ndarray,
    location: Location,
    month: Any = START,
    missing_rate: float = np.nan,
) -> np.ndarray:
    """The highest salary whose cost to the employer is within a budget.

    Cost is linear in salary between the thresholds of the charges, so the salary is solved for in
    each interval, from the highest: no search. Where a threshold makes cost fall, the highest
    salary counts, although a lower one may cost more than the budget.

    Parameters
    ----------
    budget : array, shape (case,)
        In local currency per year.
    location : Location
    month : str or datetime.date
        The month whose law counts.
    missing_rate : float
        As for :func:`employer_cost`.

    Returns
    -------
    array, shape (case,)
        In local currency per year, without extra months of pay, in whole cents: one cent more would
        cost more than the budget. NaN if no pay is within it, or a rate is missing.

    Raises
    ------
    DomainError
        A budget below 0, or as for :func:`employer_cost`.
    """
    budget = np.atleast_1d(np.asarray(budget, dtype=float))
    check_range("budget", budget, 0, _PAY_MAX, _PAY_ALLOWED)

    def cost(salary: np.ndarray) -> np.ndarray:
        return employer_cost(salary, location, month, missing_rate).total

    starts = np.concatenate([[0.0], _thresholds(location, missing_rate)])
    # No salary within a budget is above it, as charges are 0 or more.
    ends = np.append(starts[1:], max(2 * starts[-1], budget.max()) + 1)
    within = ends > starts
    starts, ends = starts[within], ends[within]
    near, far = starts + (ends - starts) / 3, starts + (ends - starts) / 3 * 2
    cost_near, cost_far = np.split(cost(np.minimum(np.concatenate([near, far]), _PAY_MAX)), 2)
    slopes = (cost_far - cost_near) / (far - near)
    found = np.full(budget.shape, np.nan)
    for number in reversed(range(len(starts))):
        salary = near[number] + (budget - cost_near[number]) / slopes[number]
        open_ = np.isnan(found) & (salary >= starts[number] - 1 / _CENTS)
        if not open_.any():
            continue
        cents = np.floor(np.minimum(salary[open_], ends[number]) * _CENTS)
        best = np.full(cents.shape, np.nan)
        for step in (-1, 0, 1):  # rounding moves the solution by less than a cent
            tried = np.maximum(cents + step, 0) / _CENTS
            best = np.where(cost(tried) <= budget[open_], tried, best)
        found[open_] = best
    return found


def _thresholds(location: Location, missing_rate: float) -> np.ndarray:
    """Salaries at which a charge may begin, end, or change how it grows, in order."""
    extra = _extra_months(location) / MONTHS
    found = set()
    for rule in location.rules:
        found |= {pay / (1 + extra) for pay in (rule.from_pay, rule.to_pay) if pay is not None}
        rate = missing_rate if rule.rate is None else rule.rate
        charged = rule.base * (1 + extra * rule.on_extra)
        if rate > 0 and charged > 0:
            bases = [rule.floor, rule.exempt, rule.cap]
            bases += [
                rule.exempt + (amount - rule.flat) / rate
                for amount in (rule.minimum, rule.maximum)
                if amount is not None
            ]
            found |= {base / charged for base in bases if base is not None}
    return np.array(sorted(salary for salary in found if 0 < salary < _PAY_MAX))


def severance(salary: np.ndarray, location: Location, years: np.ndarray) -> np.ndarray:
    """Severance pay on a dismissal without fault.

    Parameters
    ----------
    salary : array, shape (case,)
        In local currency per year, without extra months of pay; a month of pay is a twelfth of it.
    location : Location
    years : array, shape (case,)
        Tenure.

    Returns
    -------
    array, shape (case,)
        In local currency; NaN for a tenure that is not known.

    Raises
    ------
    DomainError
        Severance of the country was not found, or an argument is out of range.
    """
    salary, years = (np.asarray(array, dtype=float) for array in (salary, years))
    check_range("salary", np.atleast_1d(salary), 0, _PAY_MAX, _PAY_ALLOWED)
    check_range("years", np.atleast_1d(years), 0, 80, "between 0 and 80")
    return salary / MONTHS * months_by_tenure(location, "severance", years)


def notice_weeks(location: Location, years: np.ndarray) -> np.ndarray:
    """Weeks of notice that an employer gives, by tenure.

    Parameters
    ----------
    location : Location
    years : array, shape (case,)

    Returns
    -------
    array, shape (case,)
        NaN for a tenure that is not known.

    Raises
    ------
    DomainError
        Notice of the country was not found, or a tenure is out of range.
    """
    check_range("years", np.atleast_1d(np.asarray(years, float)), 0, 80, "between 0 and 80")
    return months_by_tenure(location, "notice", years) * (WEEKS / MONTHS)


def _extra_months(location: Location) -> float:
    extra = location.facts["extra_months"]
    if extra is None:
        raise DomainError(f"extra months of pay in {location.country}: not found")
    return extra
