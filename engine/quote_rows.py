"""Rows of a vendor's quote as items with an amount a year, in one currency."""

import functools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .declaration import MONEY_MAX
from .employment_law import MONTHS
from .errors import DomainError, ScenarioError
from .ledger import Row, number_in
from .locations import currencies
from .model import nearest
from .quote_items import plain_words
from .reading.consistency import listed, shown
from .reading.numerals import instead
from .tables import rows

ITEM, BY_MONTH, BY_YEAR, CURRENCY, PERCENT = (
    "item", "amount_month", "amount_year", "currency", "percent",
)  # fmt: skip
COLUMNS = (ITEM, BY_MONTH, BY_YEAR, CURRENCY, PERCENT)
_NO_PERIOD = "amount"  # what heads mean that do not say for which time
_PERCENT_MAX = 1_000
ROUNDING = 0.5  # of an amount a month that is given in whole units
_ROUNDED = 0.005  # of an amount that is given twice


@dataclass(frozen=True)
class Item:
    """An item of a quote.

    Parameters
    ----------
    where : str
        Where it stands, such as "line 3".
    name : str
    amount : float
        A year, in the currency of the quote.
    percent : float or None
        Per cent of the salary, as the quote says it.
    """

    where: str
    name: str
    amount: float
    percent: float | None = None


@dataclass(frozen=True)
class Quote:
    """Items of a quote, and what is assumed of its rows, in sentences."""

    items: tuple[Item, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Column:
    name: str
    currency: str  # of the amounts below the head, "" if it says none


def rate_between(currency: str, other: str) -> float:
    """Units of the other currency for one of a currency, by the rates in the tables.

    Raises
    ------
    DomainError
        The tables have no rate of one of them.
    """
    known = currencies()
    for code in (currency, other):
        if code not in known:
            raise DomainError(
                f"currency is {code[:40]!r}; it must be one that the tables have a rate of"
                + (nearest(code, known) or ", such as EUR"),
                parameters=["currency"],
            )
    return 1.0 if currency == other else known[other] / known[currency]


def read_quote(table: Iterable[Row], origin: str, currency: str, salary: float) -> Quote:
    """Items of a quote from the rows of a table.

    Parameters
    ----------
    table : iterable of Row
        With an item, and its amount a month or a year or per cent of the salary; perhaps its
        currency. Heads may be in English, German, French, Spanish, Portuguese or Polish.
    origin : str
        Name of the file, for messages.
    currency : str
        Of amounts that have none, and of the result.
    salary : float
        A year, in this currency.

    Returns
    -------
    Quote

    Raises
    ------
    ScenarioError
        A column is unknown or missing, or a cell is not allowed.
    """
    reader = _Reader(origin, currency, salary)
    read = [reader.read(row) for row in table]
    return reader.quote([one for one in read if one])


class _Reader:
    def __init__(self, origin: str, currency: str, salary: float):
        self.origin, self.currency, self.salary = origin, currency, salary
        self.columns: dict[str, _Column] | None = None
        self.headings: list[str] = []
        self.rates: dict[str, float] = {}  # of other currencies in the table

    def fail(self, where: str, what: str) -> ScenarioError:
        return ScenarioError(f"{self.origin}: {where}{': ' if where else ''}{what}")

    def read(self, row: Row) -> Item | None:
        """The item of a row; None for a heading."""
        if self.columns is None:
            self.columns = self._columns(list(row.cells))
        cells: dict[str, Any] = {}
        currency = ""
        for head, value in row.cells.items():
            column = self.columns[head]
            value = value.strip() if isinstance(value, str) else value
            cells[column.name] = value
            if column.currency and value != "":
                currency = column.currency
        if all(value == "" for value in cells.values()):
            return None
        name = str(cells[ITEM])
        if not plain_words(name) and name != "":
            raise self.fail(row.where, f"item is {shown(name)}; it must have a word")
        given = [cells.get(column, "") != "" for column in (BY_MONTH, BY_YEAR, PERCENT)]
        if not name:
            raise self.fail(row.where, "item is empty; name the item, or delete the row")
        if not any(given):
            self.headings.append(name.rstrip(" :"))
            return None
        percent = self._percent(row, cells.get(PERCENT, ""))
        rate = self._rate(row.where, cells.get(CURRENCY, "") or currency)
        amount = self._amount(row, cells)
        if amount is None:
            return Item(row.where, name, math.nan, percent)
        return Item(row.where, name, amount * rate, percent)

    def _columns(self, heads: list[str]) -> dict[str, _Column]:
        found = {head: self._column(head) for head in heads}
        names = [column.name for column in found.values()]
        for name in COLUMNS:
            if names.count(name) > 1:
                same = [head for head, column in found.items() if column.name == name]
                raise self.fail("", f"columns {listed(same)} are all {name}; keep one")
        if ITEM not in names:
            raise self.fail("", f"no column is called item; there are {listed(heads)}")
        if {BY_MONTH, BY_YEAR, PERCENT}.isdisjoint(names):
            raise self.fail(
                "", f"no column is called {BY_MONTH} or {BY_YEAR}; there are {listed(heads)}"
            )
        return found

    def _column(self, head: str) -> _Column:
        words = plain_words(str(head).replace("%", " percent ")).split()
        codes = {code.casefold(): code for code in currencies()}
        currency = next((codes[word] for word in words if word in codes), "")
        plain = " ".join(word for word in words if word not in codes)
        name = _heads().get(plain)
        if name == _NO_PERIOD:
            raise self.fail(
                "",
                f"column {shown(head)} does not say for which time; call it {BY_MONTH} or "
                f"{BY_YEAR}",
            )
        if name is None:
            hint = nearest(plain, [name.replace("_", " ") for name in COLUMNS])
            raise self.fail(
                "",
                f"column {shown(head)} is not known{hint}; call it {', '.join(COLUMNS[:-1])} or "
                f"{PERCENT}, or delete it",
            )
        return _Column(name, currency)

    def _rate(self, where: str, given: Any) -> float:
        code = str(given).upper() or self.currency
        try:
            rate = rate_between(code, self.currency)
        except DomainError as error:
            raise self.fail(where, str(error)) from None
        if code != self.currency:
            self.rates[code] = rate
        return rate

    def _amount(self, row: Row, cells: Mapping[str, Any]) -> float | None:
        """Amount a year; None where there is none."""
        found = [
            self._number(row, column, cells[column], MONEY_MAX) * times
            for column, times in ((BY_MONTH, MONTHS), (BY_YEAR, 1))
            if cells.get(column, "") != ""
        ]
        if len(found) == 2:
            most = max(_ROUNDED * abs(found[1]), ROUNDING * MONTHS)
            if abs(found[0] - found[1]) > most:
                raise self.fail(
                    row.where,
                    f"{BY_MONTH} makes {found[0]:,.10g} a year, but {BY_YEAR} is "
                    f"{found[1]:,.10g}; leave out the wrong one",
                )
        return found[-1] if found else None

    def _percent(self, row: Row, value: Any) -> float | None:
        if isinstance(value, str) and value.endswith("%"):
            row = row._replace(decimal="" if "," in value else row.decimal)
            value = value[:-1].strip()
        return None if value == "" else self._number(row, PERCENT, value, _PERCENT_MAX)

    def _number(self, row: Row, column: str, value: Any, most: float) -> float:
        number = number_in(value, row.decimal)
        if number is None or not -most <= number <= most:
            raise self.fail(
                row.where,
                f"{column} is {shown(value)}; it must be a number between {-most:,.13g} and "
                f"{most:,.13g}{instead(value, -most, most)}",
            )
        return number

    def quote(self, items: list[Item]) -> Quote:
        """The items, with the amounts of those that are per cent of the salary."""
        if not items:
            raise self.fail("", "it has no items with an amount")
        notes = []
        if self.headings:
            notes.append(f"Rows without an amount are taken as headings: {listed(self.headings)}.")
        for code, rate in self.rates.items():
            notes.append(
                f"Amounts in {code} are converted at {rate:.6g} {self.currency}, by the tables."
            )
        percents = [one.percent for one in items if one.percent is not None]
        # Excel stores 12 % as 0.12, so a column with nothing above 1 holds fractions.
        in_book = self.origin.lower().endswith((".xlsx", ".xlsm"))
        scale = 100 if in_book and percents and max(map(abs, percents)) <= 1 else 1
        found = []
        for one in items:
            percent = None if one.percent is None else one.percent * scale
            amount = one.amount
            if math.isnan(amount) and percent is not None:
                amount = percent / 100 * self.salary
            found.append(Item(one.where, one.name, amount, percent))
        if any(math.isnan(one.amount) for one in items):
            notes.append("Items with per cent only are taken as per cent of the salary.")
        return Quote(tuple(found), tuple(notes))


@functools.cache
def _heads() -> dict[str, str]:
    """Columns by the plain words of their heads."""
    return {row["head"]: row["column"] for row in rows("quote_columns.csv")}
