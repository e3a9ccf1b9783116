"""Figures of somebody else for what an employer pays, such as an HR quote, beside our own."""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .calculators.employment import EmployerCost, employer_cost
from .employment_law import MONTHS, START, charge_of, find_location, stale
from .errors import DomainError, ScenarioError
from .ledger import Row, number_in
from .locations import Location, currencies
from .model import nearest
from .reading.consistency import listed, shown
from .reading.numerals import instead

COLUMNS = (
    "country", "iso", "gross_pay", "employer_total_cost", "amount", "currency", "period", "month",
    "year", "region", "line",
)  # fmt: skip
_NEEDED = (("country", "iso"), ("gross_pay",), ("employer_total_cost", "amount"))  # one of each
_PERIODS = {"": 1, "annual": 1, "year": 1, "month": MONTHS, "monthly": MONTHS}
_MONTH = re.compile(r"(20\d\d-(?:0[1-9]|1[0-2]))(?:-\d{2})?(?:[T ].*)?")
_MOST = 1e15
TOTAL = "Total cost"
_TOTALS = ("total", "sum", "grand total", "subtotal")


@dataclass(frozen=True)
class CheckedRow:
    """A figure of the file beside ours.

    Parameters
    ----------
    row : str
        Where it stands, such as "line 12".
    location, currency, month, line : str
        ``line`` is the charge, or "Total cost".
    gross_pay, theirs, ours, difference : float
        In the currency and for the period of the row; ``difference`` is ours less theirs.
    relative : float
        Difference as a fraction of theirs; NaN if theirs is 0.
    note : str
        Charges that count 0 as no rate was found, and sources older than a year.
    """

    row: str
    location: str
    currency: str
    month: str
    line: str
    gross_pay: float
    theirs: float
    ours: float
    difference: float
    relative: float
    note: str

    def differs(self, tolerance: float) -> bool:
        """Whether the difference is more than a fraction of their figure, and half a cent."""
        return abs(self.difference) > max(tolerance * abs(self.theirs), 0.005)


def check_costs(rows: Iterable[Row], origin: str, month: Any = START) -> list[CheckedRow]:
    """Each figure of a file beside ours.

    Parameters
    ----------
    rows : iterable of Row
        Its cells by column: ``country`` or ``iso``, ``gross_pay`` without
        extra months of pay, ``employer_total_cost``. Also ``currency``, by default the country's;
        ``period``, month or annual; ``month`` or ``year`` of the law, a year standing for its
        January; ``region``; ``line``, names of charges separated by ";", of which the row then has
        the sum in ``amount`` or ``employer_total_cost``.
    origin : str
        Name of the file, for messages.
    month : str
        The month of the law where a row names none.

    Returns
    -------
    list of CheckedRow

    Raises
    ------
    ScenarioError
        A row that is not allowed: the text names the file, the row, the column and the value.
    """
    checker = _Checker(origin, month)
    found = [checker.checked(row) for row in rows]
    if not found:
        raise ScenarioError(f"{origin}: it has no rows; give at least one under its head")
    return found


class _Checker:
    def __init__(self, origin: str, month: Any):
        self.origin, self.month = origin, month

    def fail(self, where: str, what: str) -> ScenarioError:
        return ScenarioError(f"{self.origin}: {where}: {what}")

    def checked(self, row: Row) -> CheckedRow:
        """One row beside ours."""
        where = row.where
        given = self._by_column(where, row.cells)
        location = self._location(where, given)
        period = str(given.get("period", "")).casefold()
        if period not in _PERIODS:
            raise self.fail(
                where, f"period is {shown(given['period'])}; it must be month or annual"
            )
        currency, rate = self._currency(where, given, location)
        gross = self._number(row, "gross_pay", given)
        name = "amount" if given.get("amount", "") != "" else "employer_total_cost"
        theirs = self._number(row, name, given)
        month = self._month(where, given)
        scale = _PERIODS[period]
        cost = employer_cost(np.array([gross * scale * rate]), location, month, 0.0)
        line, ours = self._ours(where, given, cost)
        ours /= scale * rate
        return CheckedRow(
            where, location.iso, currency, month, line, gross, theirs, ours, ours - theirs,
            (ours - theirs) / theirs if theirs else np.nan,
            self._note(cost, month, line),
        )  # fmt: skip

    def _by_column(self, where: str, cells: Mapping[str, Any]) -> dict[str, Any]:
        """Cells by our names of columns; other columns are ignored."""
        plain = {"_".join(str(name).strip().casefold().split()): name for name in cells}
        for needed in _NEEDED:
            if {*needed}.isdisjoint(plain):
                hint = nearest(needed[0], [n for n in plain if n not in COLUMNS])
                raise self.fail(
                    where,
                    f"column {' or '.join(needed)} is missing"
                    + (hint or f"; there are {listed([*cells])}"),
                )
        found = {name: cells[head] for name, head in plain.items() if name in COLUMNS}
        return {
            name: value.strip() if isinstance(value, str) else value
            for name, value in found.items()
        }

    def _location(self, where: str, given: Mapping[str, Any]) -> Location:
        named = [column for column in ("iso", "country") if given.get(column, "") != ""]
        if not named:
            raise self.fail(where, "country is empty; it must be an ISO code or a name")
        region = str(given.get("region", ""))
        if str(given[named[0]]).casefold().startswith(_TOTALS):
            raise self.fail(
                where, f"{named[0]} is {shown(given[named[0]])}; delete rows that sum others"
            )
        try:
            found = [find_location(str(given[column]), region) for column in named]
        except DomainError as error:
            raise self.fail(where, str(error)) from None
        if found[0] != found[-1]:
            raise self.fail(
                where,
                f"iso is {shown(given['iso'])}, but country is {shown(given['country'])}; correct "
                "one, or leave it empty",
            )
        return found[0]

    def _currency(
        self, where: str, given: Mapping[str, Any], location: Location
    ) -> tuple[str, float]:
        """The currency of a row, and units of local currency for one of it."""
        currency = str(given.get("currency", "")).upper() or location.currency
        known = currencies()
        if currency not in known:
            raise self.fail(
                where,
                f"currency is {shown(currency)}; it must be one that the tables have a rate of"
                + (nearest(currency, known) or f", such as {location.currency}"),
            )
        same = currency == location.currency
        return currency, 1.0 if same else location.fx_rate / known[currency]

    def _number(self, row: Row, column: str, given: Mapping[str, Any]) -> float:
        value = given.get(column, "")
        number = number_in(value, row.decimal)
        if number is None or not 0 <= number <= _MOST:
            raise self.fail(
                row.where,
                f"{column} is {shown(value)}; it must be a number, 0 or more, up to 1e+15"
                + instead(value, 0, _MOST),
            )
        return number

    def _month(self, where: str, given: Mapping[str, Any]) -> str:
        value, year = given.get("month", ""), given.get("year", "")
        if isinstance(value, datetime.date):
            value = f"{value:%Y-%m}"
        if value != "":
            if not (fits := _MONTH.fullmatch(str(value))):
                raise self.fail(
                    where, f"month is {shown(value)}; it must be a month such as {START}"
                )
            return fits[1]
        if year == "":
            return str(self.month)
        text = f"{year:.0f}" if isinstance(year, float) else str(year)
        if not re.fullmatch(r"20\d\d", text):
            raise self.fail(
                where, f"year is {shown(year)}; it must be a year from 2000 to 2099, or empty"
            )
        return f"{text}-01"

    def _ours(self, where: str, given: Mapping[str, Any], cost: EmployerCost) -> tuple[str, float]:
        """Name and amount of our figure for a row: the total, or the sum of its charges."""
        names = [name for part in str(given.get("line", "")).split(";") if (name := part.strip())]
        if not names or [name.casefold() for name in names] in (["total"], [TOTAL.casefold()]):
            return TOTAL, cost.total.item()
        charges: dict[str, float] = {}
        for rule, amount in zip(cost.rules, cost.charges[0].tolist(), strict=True):
            name = charge_of(rule)
            charges[name] = charges.get(name, 0.0) + amount
        by_name = {name.casefold(): name for name in charges}
        for name in names:
            if name.casefold() not in by_name:
                hint = nearest(name, charges) or f"; there are {'; '.join(charges)}"
                raise self.fail(
                    where,
                    f"line is {shown(name)}, which is no charge of {cost.location.country} in "
                    f"{cost.month}{hint}",
                )
        known = [by_name[name.casefold()] for name in names]
        return "; ".join(known), sum(charges[name] for name in known)

    def _note(self, cost: EmployerCost, month: str, line: str) -> str:
        rules = [r for r in cost.rules if line == TOTAL or charge_of(r) in line.split("; ")]
        missing = [charge_of(rule) for rule in rules if rule.rate is None]
        old = [f"{charge_of(rule)} {age}" for rule in rules if (age := stale(rule, month))]
        parts = [f"no rate was found of {', '.join(missing)}: it counts 0"] if missing else []
        return "; ".join(parts + old)
