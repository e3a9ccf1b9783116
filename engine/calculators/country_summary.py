"""A country in figures and sentences: its charges, leave, notice, severance, what changes when."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ..employment_law import (
    LAST,
    MONTHS,
    NOT_FOUND,
    START,
    WEEKS,
    charge_of,
    day_of_month,
    holds_in,
    iso_of,
    law_changes,
    leave,
    months_by_tenure,
    regions,
    stale,
    tenure_sources,
    terms,
)
from ..errors import DomainError
from ..locations import Location, Rule, locations, per_usd
from .employment import employer_cost

DEFAULT_SALARY = 60_000  # USD a year, as that of a site by default
_GRADES = ("high", "medium", "low", "missing")
_FIRST_LAW = "2026-01"  # the tables were read in this year
_TENURES = (1, 3, 5, 10)  # years for which notice and severance are shown


@dataclass(frozen=True)
class CountrySummary:
    """A country or region in one row.

    Parameters
    ----------
    code, country, currency : str
    rules : int
        Charges that are law in the month.
    salary, charges : float
        Local currency a year; charges whose rate was not found count 0.
    rate : float
        Charges as a fraction of the salary.
    newest, oldest : str
        Dates of the sources; "" without one.
    grade : str
        The lowest confidence of a rule: high, medium, low, or missing where a rate was not found.
    missing : tuple of str
        Charges whose rate was not found.
    old : int
        Charges whose source is older than a year in the month.
    """

    code: str
    country: str
    currency: str
    rules: int
    salary: float
    charges: float
    rate: float
    newest: str
    oldest: str
    grade: str
    missing: tuple[str, ...]
    old: int


def salary_in(location: Location, salary: float | None, currency: str | None) -> float:
    """A salary in the currency of a location.

    Parameters
    ----------
    location : Location
    salary : float or None
        A year; None for 60,000 USD.
    currency : str or None
        Of the salary; None for the location's.

    Raises
    ------
    DomainError
        The tables have no rate of the currency.
    """
    if salary is None:
        salary, currency = DEFAULT_SALARY, "USD"
    if currency is None or currency.upper() == location.currency:
        return salary
    try:
        return salary / per_usd(currency.upper()) * location.fx_rate
    except KeyError:
        raise DomainError(
            f"currency is {currency[:20]!r}; the tables have no exchange rate of it; "
            f"give the salary in {location.currency} or USD",
            parameters=["currency"],
        ) from None


def summary(location: Location, salary: float, month: Any = START) -> CountrySummary:
    """A location in one row, at a salary in its currency.

    Parameters
    ----------
    location : Location
    salary : float
        Local currency a year, without extra months of pay.
    month : str or datetime.date
        The month whose law counts.
    """
    cost = employer_cost(np.array([salary]), location, month, 0.0)
    charges = cost.charges.sum().item()
    dates = sorted(rule.source_date for rule in cost.rules if rule.source_date)
    return CountrySummary(
        location.iso,
        location.country,
        location.currency,
        len(cost.rules),
        salary,
        charges,
        charges / salary if salary else np.nan,
        dates[-1] if dates else "",
        dates[0] if dates else "",
        grade(cost.rules),
        tuple(charge_of(rule) for rule in cost.rules if rule.rate is None),
        sum(bool(stale(rule, month)) for rule in cost.rules),
    )


def summaries(
    salary: float | None = None, currency: str | None = "USD", month: Any = START
) -> list[CountrySummary]:
    """All locations in one row each, at the same salary.

    Parameters
    ----------
    salary : float, optional
        A year; by default 60,000 USD.
    currency : str
        Of the salary.
    month : str or datetime.date
        The month whose law counts.
    """
    return [summary(one, salary_in(one, salary, currency), month) for one in locations().values()]


def grade(rules: tuple[Rule, ...]) -> str:
    """The lowest confidence of some rules."""
    return _GRADES[max((_GRADES.index(rule.confidence or "low") for rule in rules), default=0)]


def explained(location: Location, salary: float, month: str = START) -> dict[str, Any]:
    """Everything the tables say about a location, as plain data.

    Parameters
    ----------
    location : Location
    salary : float
        Local currency a year, without extra months of pay.
    month : str
        The month whose law counts, such as "2027-01".

    Returns
    -------
    dict
        ``lines`` with amount, terms and source of each charge; ``total``, a lower bound named so by
        ``total_line`` where a charge has no rate; ``leave``, ``notice`` and ``severance`` by
        tenure, ``changes`` from the month on, ``missing`` in sentences.
    """
    cost = employer_cost(np.array([salary]), location, month)
    lines = [
        {
            "line": rule.line,
            "amount": None if rule.rate is None else amount,
            "terms": terms(rule, location),
            "confidence": rule.confidence,
            "source": rule.source,
            "source_date": rule.source_date,
            "age": stale(rule, month),
            "note": rule.note,
        }
        for rule, amount in zip(cost.rules, cost.charges[0].tolist(), strict=True)
    ]
    held, about = leave(location), summary(location, salary, month)
    return {
        "code": location.iso,
        "country": location.country,
        "currency": location.currency,
        "month": month,
        "grade": about.grade,
        "salary": salary,
        "extra_months": location.facts["extra_months"],
        "extra_pay": cost.extra_pay.item(),
        "lines": lines,
        "total": cost.at_least.item(),
        "total_line": cost.total_label,
        "leave": asdict(held),
        "notice": _by_tenure(location, "notice", WEEKS / MONTHS, month),
        "severance": _by_tenure(location, "severance", 1.0, month),
        "regions": regions(iso_of(location)) if iso_of(location) == location.iso else {},
        "changes": [asdict(change) for change in law_changes(location, month, LAST)],
        "missing": missing(location, month),
    }


def _by_tenure(location: Location, kind: str, factor: float, month: Any) -> dict[str, Any]:
    """Weeks of notice or months of severance at a few tenures; None where none was found."""
    try:
        months = months_by_tenure(location, kind, np.array(_TENURES, float)) * factor
    except DomainError:
        return {"by_years": None, "sources": []}
    by_years = {
        years: None if np.isnan(number) else round(number, 6)
        for years, number in zip(_TENURES, months.tolist(), strict=True)
    }
    return {"by_years": by_years, "sources": list(tenure_sources(location, kind, month))}


def missing(location: Location, month: Any = START) -> list[str]:
    """What the tables do not have of a location, in sentences."""
    day, held = day_of_month(month), leave(location)
    found = []
    if day < day_of_month(_FIRST_LAW):
        found.append(
            f"the law of {month}: the tables have the law from {_FIRST_LAW} on, and what was law "
            "before only where a change is dated"
        )
    found += [
        f"{charge_of(rule)}: no rate was found; it counts 0 ({rule.note})"
        for rule in location.rules
        if rule.rate is None and holds_in(rule, day)
    ]
    named = {
        "days of leave": held.leave_days,
        "public holidays": held.holidays,
        "weekly hours": held.weekly_hours,
        "productive hours": held.productive_hours,
    }
    found += [f"{name}: {NOT_FOUND}" for name, value in named.items() if value is None]
    for kind in ("notice", "severance"):
        by_years = _by_tenure(location, kind, 1.0, month)["by_years"]
        if by_years is None:
            found.append(f"{kind}: {NOT_FOUND}")
        elif unknown := [f"{years}" for years, value in by_years.items() if value is None]:
            years = "1 year" if unknown == ["1"] else f"{', '.join(unknown)} years"
            found.append(f"{kind} after {years}: {NOT_FOUND}")
    return found
