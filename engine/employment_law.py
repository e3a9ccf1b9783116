"""Employment law of a country: how it changes, how old its sources are, notice and severance.

The figures are read from engine/tables/; what has no row there was not found, and is not guessed.
"""

import datetime
import difflib
import functools
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .declaration import day_of, month_of
from .errors import DomainError
from .locations import Location, Rule, location_named, location_words, locations
from .tables import rows

FIRST, LAST = "2000-01", "2099-12"  # months that may be asked for
START = "2027-01"  # the month whose law counts by default: the first of a scenario
WEEKS, MONTHS = 52, 12  # in a year
NOT_FOUND = "not found"
_CODE = 3  # characters of a code, which is too short to guess a name from
_ONLY_AT = re.compile(r"known at (\d+) years only")  # in the note of a row
_KINDS = ("notice", "severance")
_YEARS = 3.0  # of service, of which most sources speak


@dataclass(frozen=True)
class LawChange:
    """A charge that begins, ends or changes with a month.

    Parameters
    ----------
    month : str
        The first month of the new law, such as "2027-01".
    charge, before, after : str
        Name of the charge, and its terms before and from the month; "none" where there are none.
    source, confidence, age : str
        Of the new law, or of the old one where it ends; ``age`` as :func:`stale` has it in the
        first month asked for.
    """

    month: str
    charge: str
    before: str
    after: str
    source: str
    confidence: str
    age: str


@dataclass(frozen=True)
class Leave:
    """Leave and hours of a country, each with its source; None where no figure was found.

    Parameters
    ----------
    leave_days, holidays : float or None
        Working days a year.
    weekly_hours, productive_hours : float or None
        Hours a week by law, and productive hours a year.
    extra_months_source, leave_source : str
    """

    leave_days: float | None
    holidays: float | None
    weekly_hours: float | None
    productive_hours: float | None
    extra_months_source: str
    leave_source: str


def find_location(country: str, region: str = "") -> Location:
    """A country, or a region or regime of one, by code or name in any letter case.

    Parameters
    ----------
    country : str
        ISO code or name, such as "pl" or "Poland"; also a whole code such as "MX-CMX".
    region : str
        Code or name of a region or regime of the country, "" for the rest of the country.

    Returns
    -------
    Location

    Raises
    ------
    DomainError
        No such country, or no such region of it.
    """
    location = location_named(country)
    if location is None:
        names = {word.casefold(): word for word in location_words() if len(word) > _CODE}
        near = difflib.get_close_matches(country.strip().casefold()[:60], list(names), 1)
        raise DomainError(
            f"country is {country[:40]!r}; it must be an ISO code or a name, such as PL or Poland"
            + (f"; did you mean {names[near[0]]}?" if near else "; shorewise countries lists them")
        )
    if not region.strip():
        return location
    if iso_of(location) != location.iso:
        raise DomainError(
            f"region is {region[:40]!r}, but country is {country[:40]!r}, which names a region or "
            f"regime already; give {iso_of(location)} with a region, or leave out region",
            parameters=["region"],
        )
    variants = regions(location.iso)
    wanted = region.strip().casefold()
    for variant, name in variants.items():
        if wanted in (variant.casefold(), name.casefold()):
            return locations()[f"{location.iso}-{variant}"]
    allowed = " or ".join(f"{name} ({variant})" for variant, name in variants.items())
    raise DomainError(
        f"region is {region[:40]!r}; for {location.country} it must be "
        + (allowed if variants else "empty: the tables have no regions of it"),
        parameters=["region"],
    )


def regions(iso: str) -> dict[str, str]:
    """Names of the regions and regimes of a country, by their codes within it."""
    return {row["variant"]: row["name"] for row in _rows("variants.csv") if row["iso"] == iso}


@functools.cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    """Rows of a table, read once."""
    return tuple(rows(name))


def leave(location: Location) -> Leave:
    """Leave and hours of a location's country."""
    row = next(one for one in _rows("locations.csv") if one["iso"] == iso_of(location))
    days, holidays, weekly, productive = (
        float(row[name]) if row[name] else None
        for name in ("leave_days", "holidays", "weekly_hours", "productive_hours")
    )
    sources = row["extra_months_source"], row["leave_source"]
    return Leave(days, holidays, weekly, productive, *sources)


def iso_of(location: Location) -> str:
    """ISO code of a location's country: "MX" for "MX-CMX"."""
    return location.iso.partition("-")[0]


def day_of_month(month: Any, name: str = "month") -> int:
    """First day of a month, as Excel counts days.

    Parameters
    ----------
    month : str or datetime.date
        Such as "2027-01", or any day of the month.
    name : str
        Name of the parameter, for the message.

    Raises
    ------
    DomainError
        It is no month.
    """
    day = day_of(month)
    if not isinstance(day, int):
        raise DomainError(
            f"{name} is {str(month)[:40]!r}; it must be between {FIRST} and {LAST}, written like "
            f"{START}",
            parameters=[name],
        )
    return day


def holds_in(rule: Rule, day: float) -> bool:
    """Whether a rule is law in the month that begins on a day."""
    begun = rule.first_month is None or rule.first_month <= day
    return begun and (rule.last_month is None or day <= rule.last_month)


def stale(rule: "Rule | _Tenure", as_of: Any) -> str:
    """A flag for a source that is older than a year.

    Parameters
    ----------
    rule : Rule, or a row of notice and severance
    as_of : str or datetime.date
        A month such as "2027-01", taken as its first day, or a day.

    Returns
    -------
    str
        Such as "read 2024-05, older than a year"; "" for a newer source, or one without a date.
    """
    read = _date(rule.source_date)
    on = as_of if isinstance(as_of, datetime.date) else _date(str(as_of))
    if read is None or on is None:
        return ""
    is_old = (read.year + 1, read.month, read.day) < (on.year, on.month, on.day)
    return f"read {rule.source_date}, older than a year" if is_old else ""


def _date(text: str) -> datetime.date | None:
    """The date in a text such as "2024-05" or "2024-05-17"; None if there is none."""
    try:
        return datetime.date.fromisoformat(text if len(text) > len(FIRST) else f"{text}-01")
    except ValueError:
        return None


def law_changes(
    location: Location, from_month: Any = START, to_month: Any = LAST
) -> list[LawChange]:
    """Changes of a location's statutory charges by law.

    Parameters
    ----------
    location : Location
    from_month, to_month : str or datetime.date
        First and last month in which a change may begin, such as "2027-01".

    Returns
    -------
    list of LawChange
        By month, then in the order of the charges.

    Raises
    ------
    DomainError
        It is no month, or the first comes after the last.
    """
    first, last = day_of_month(from_month, "from_month"), day_of_month(to_month, "to_month")
    if first > last:
        raise DomainError(
            f"to_month is {month_of(last)}; it must not be before from_month, {month_of(first)}",
            parameters=["to_month"],
        )
    days = {rule.first_month for rule in location.rules if rule.first_month is not None}
    days |= {_next(rule.last_month) for rule in location.rules if rule.last_month is not None}
    found: list[LawChange] = []
    for day in sorted(day for day in days if first <= day <= last):
        for charge in dict.fromkeys(charge_of(rule) for rule in location.rules):
            of_it = [rule for rule in location.rules if charge_of(rule) == charge]
            before = [rule for rule in of_it if holds_in(rule, _before(day))]
            after = [rule for rule in of_it if holds_in(rule, day)]
            changed = _pairs(location, month_of(day), charge, before, after, month_of(first))
            found += changed
    return found


def _before(day: float) -> int:
    """First day of the month before the one that begins on a day."""
    return int(day_of(month_of(day - 1)))


def _next(day: float) -> int:
    """First day of the month after the one that begins on a day."""
    return int(day_of(month_of(day + 31)))


def _pairs(
    location: Location, month: str, charge: str, before: list[Rule], after: list[Rule], as_of: str
) -> Iterable[LawChange]:
    """What ends with a month beside what begins, by the pay from which each holds."""
    old = sorted((rule for rule in before if rule not in after), key=_from_pay)
    new = sorted((rule for rule in after if rule not in before), key=_from_pay)
    for was, becomes in itertools.zip_longest(old, new):
        rule = becomes or was
        yield LawChange(
            month,
            charge,
            terms(was, location) if was else "none",
            terms(becomes, location) if becomes else "none",
            ", ".join(filter(None, (rule.source, rule.source_date))),
            rule.confidence,
            stale(rule, as_of),
        )


def _from_pay(rule: Rule) -> float:
    return rule.from_pay or 0.0


def charge_of(rule: Rule) -> str:
    """Name of the charge of a rule, without the months and the pay that tell it from others."""
    return rule.charge or rule.line


def terms(rule: Rule, location: Location) -> str:
    """Terms of a statutory charge in words, such as "9.76 % of pay up to 282,600".

    Parameters
    ----------
    rule : Rule
    location : Location
        The one that it belongs to, for the charge of which it may be a share.
    """
    if rule.rate is None:
        return "rate not found"
    parts = []
    if rule.of_charge:
        return f"{_percent(rule.rate)} of {charge_of(location.rules[rule.of_charge - 1])}"
    if rule.rate:
        of = "pay" if rule.base == 1 else f"{_percent(rule.base)} of pay"
        parts.append(f"{_percent(rule.rate)} of {of}")
        if rule.on_extra == 0 and (location.facts["extra_months"] or 0) > 0:
            parts.append("without the extra months")
        if rule.exempt:
            parts.append(f"above {rule.exempt:,.15g}")
        if rule.cap is not None:
            parts.append(f"up to {rule.cap:,.15g}")
        if rule.floor:
            parts.append(f"on at least {rule.floor:,.15g}")
    if rule.flat:
        parts.append(f"{'and ' if rule.rate else ''}{rule.flat:,.15g} flat")
    text = " ".join(parts) or "0"
    limits = [
        (rule.minimum, "at least"),
        (rule.maximum, "at most"),
        (rule.from_pay, "from a pay of"),
        (rule.to_pay, "up to a pay of"),
    ]
    return ", ".join([text, *(f"{words} {n:,.15g}" for n, words in limits if n is not None)])


def _percent(fraction: float) -> str:
    return f"{round(fraction * 100, 8):.10g} %"


@dataclass(frozen=True)
class _Tenure:
    """A row of termination.csv."""

    from_years: float
    amount: float
    per_year: float
    most: float
    unit: str
    confidence: str
    source: str
    source_date: str
    note: str

    def holds(self, years: np.ndarray) -> np.ndarray:
        """Whether the row says something about each tenure, if no later row does."""
        only = _ONLY_AT.search(self.note)
        below = float(only[1]) + 1 if only else np.inf
        return (years >= self.from_years) & (years < below)


@functools.cache
def _tenures(iso: str, kind: str) -> tuple[_Tenure, ...]:
    """Rows of a country and kind, by the years from which they hold."""
    found = [
        _Tenure(
            float(row["from_years"]),
            float(row["amount"]),
            float(row["per_year"]),
            float(row["most"] or np.inf),
            *(row[name] for name in ("unit", "confidence", "source", "source_date", "note")),
        )
        for row in _rows("termination.csv")
        if (row["iso"], row["kind"]) == (iso, kind)
    ]
    return tuple(sorted(found, key=lambda row: row.from_years))


def months_by_tenure(location: Location, kind: str, years: np.ndarray) -> np.ndarray:
    """Months of notice or of severance pay after some years.

    The row of the table with the most years up to the tenure holds: ``amount + per_year x years``,
    at most its bound. A row that is known at some years only says nothing about later years.

    Parameters
    ----------
    location : Location
    kind : {"notice", "severance"}
    years : array, shape (case,)
        Tenure, 0 or more.

    Returns
    -------
    array, shape (case,)
        Months; NaN for a tenure that the table does not know.

    Raises
    ------
    DomainError
        The table has nothing of this kind for the country.
    """
    if kind not in _KINDS:
        raise DomainError(f"kind is {kind!r}; it must be one of {', '.join(_KINDS)}")
    known = _tenures(iso_of(location), kind)
    if not known:
        raise DomainError(f"{kind} in {location.country}: {NOT_FOUND}; ask a local adviser")
    years = np.asarray(years, dtype=float)
    found = np.full(years.shape, np.nan)
    for row in known:  # a later row replaces an earlier one
        months = np.minimum(row.most, row.amount + row.per_year * years)
        months = months * (MONTHS / WEEKS) if row.unit == "weeks" else months
        months = np.where(row.holds(years), months, np.nan)
        found = np.where(years >= row.from_years, months, found)
    return found


def at_three_years(location: Location, kind: str) -> float | None:
    """Weeks of notice, or of severance pay for each year, at three years of service.

    Parameters
    ----------
    location : Location
    kind : {"notice", "severance"}

    Returns
    -------
    float or None
        None where the table does not know it.
    """
    if not _tenures(iso_of(location), kind):
        return None
    weeks = months_by_tenure(location, kind, np.array([_YEARS])).item() * WEEKS / MONTHS
    return None if np.isnan(weeks) else weeks / (_YEARS if kind == "severance" else 1)


def tenure_sources(location: Location, kind: str, as_of: Any = START) -> Sequence[str]:
    """Source, date, confidence and note of each row of notice or severance.

    With a flag where the source is older than a year.
    """
    return [
        ", ".join(
            filter(
                None,
                (row.source, row.source_date, row.confidence, stale(row, as_of), row.note),
            )
        )
        for row in _tenures(iso_of(location), kind)
    ]
