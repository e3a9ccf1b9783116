"""The ledger of a running plan: rows of a table checked and summed to actuals.

A row has a month, an amount, and what the amount is: a group of costs (or an account that stands
for one), ``heads``, ``output``, or the exchange ``rate`` of a site. Every row that is wrong raises
one error that names the file, the row, the value and what is allowed.
"""

import datetime
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from .actuals import NOT_CASH, ONCE, RATE_MAX, Actuals, planned_rate
from .address import take
from .cost_kinds import GROUPS
from .declaration import MONEY_MAX
from .errors import ScenarioError, one_line
from .measures import plan_of
from .model import nearest
from .reading.consistency import listed, shown
from .reading.numerals import instead, numeral
from .scenario import Scenario

COLUMNS = (
    "month", "plan", "group", "account", "site", "amount", "local_amount", "at_planned_rate",
)  # fmt: skip
_NEEDED = (("month",), ("group", "account"), ("amount", "local_amount"))  # one of each
_OTHERS = ("heads", "output", "rate")  # what a row may be beside a group of costs
_MONTH = re.compile(r"(\d{4})-(\d{1,2})(?:-\d{1,2})?(?:[T ].*)?")
_BY_NAME = {name.casefold(): key for key, label in GROUPS.items() for name in (key, label)}
_HEADS_MAX = 1e6


class Row(NamedTuple):
    """A row of a table.

    Attributes
    ----------
    where : str
        Where it stands, such as "line 12".
    cells : mapping
        By column.
    decimal : str
        Decimal sign of numbers that are texts; "" if it is not known.
    """

    where: str
    cells: Mapping[str, Any]
    decimal: str = ""


def read_ledger(
    scenario: Scenario,
    rows: Iterable[Row],
    origin: str,
    *,
    plan: str | None = None,
    accounts: Mapping[str, str] | None = None,
) -> Actuals:
    """Actuals of one plan from the rows of a ledger.

    Parameters
    ----------
    scenario : Scenario
    rows : iterable of Row
        Cells by column, :data:`COLUMNS`; other columns are ignored.
    origin : str
        Name of the file, for error messages.
    plan : str, optional
        Name of the plan; by default the one that the rows name, or the first after the baseline.
    accounts : mapping of str to str, optional
        Key of the group of each account, from :func:`read_accounts`, where rows have accounts
        instead of groups.

    Returns
    -------
    Actuals

    Raises
    ------
    ScenarioError
        A row that is not allowed, or months with a gap.
    """
    if plan is not None:
        plan_of(scenario, plan)
    ledger = _Ledger(scenario, origin, accounts or {})
    for row in rows:
        ledger.add(row)
    return ledger.actuals(plan)


def read_accounts(rows: Iterable[Row], origin: str) -> dict[str, str]:
    """Groups of accounts from the rows of a table.

    Parameters
    ----------
    rows : iterable of Row
        With the cells ``account`` and ``group``; others are ignored.
    origin : str
        Name of the file, for error messages.

    Returns
    -------
    dict of str to str
        Key of the group by account, in lower case.

    Raises
    ------
    ScenarioError
        A column is missing, a group is unknown, or an account has two groups.
    """
    found: dict[str, str] = {}
    for row in rows:
        cells = {str(name).strip().casefold(): value for name, value in row.cells.items()}
        if not {"account", "group"} <= cells.keys():
            raise ScenarioError(
                f"{origin}: it must have the columns account and group; there are "
                f"{listed(row.cells)}"
            )
        account, group = name_in(cells["account"]), str(cells["group"]).strip()
        key = _BY_NAME.get(group.casefold())
        if not account or key is None:
            what = f"the group of account {account!r} is {shown(group)}; it must be one of "
            what += ", ".join(GROUPS.values())
            if not account:
                what = f"account is empty, and its group {shown(group)}; fill it in"
            raise ScenarioError(f"{origin}: {row.where}: {what}")
        if found.setdefault(account.casefold(), key) != key:
            raise ScenarioError(
                f"{origin}: {row.where}: account {account!r} has two groups, "
                f"{GROUPS[found[account.casefold()]]} and {GROUPS[key]}; give it one"
            )
    if not found:
        raise ScenarioError(f"{origin}: it has no rows")
    return found


@dataclass
class _Entry:
    """A checked row."""

    where: str
    month: int
    plan: str
    what: str
    site: int | None
    amount: float
    is_local: bool
    at_planned_rate: float | None


@dataclass
class _Ledger:
    scenario: Scenario
    origin: str
    accounts: Mapping[str, str]
    entries: list[_Entry] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    has_accounts: bool = False

    def __post_init__(self) -> None:
        self.planned = self.scenario.evaluate()
        self.last = int(self.planned["last_month"].item())
        self._known: dict[tuple[str, ...], dict[str, str]] = {}

    def fail(self, where: str, what: str) -> ScenarioError:
        return ScenarioError(f"{self.origin}: {where}{': ' if where else ''}{what}")

    def add(self, row: Row) -> None:
        """Check a row and keep it."""
        where = row.where
        columns = self._columns(where, tuple(row.cells))
        cells = {columns[name]: _plain(value) for name, value in row.cells.items()}
        if all(value == "" for value in cells.values()):
            return
        what = self._what(where, cells)
        local = cells.get("local_amount", "") != ""
        if local and cells.get("amount", "") != "":
            raise self.fail(where, "amount and local_amount are mutually exclusive; give one")
        if local and what in _OTHERS:
            raise self.fail(where, f"local_amount is of a cost; give the {what} in amount")
        column = "local_amount" if local else "amount"
        at_plan = cells.get("at_planned_rate", "")
        if at_plan != "" and (local or what in _OTHERS):
            raise self.fail(where, "at_planned_rate stands beside the amount of a cost only")
        self.entries.append(
            _Entry(
                where,
                self._month(where, cells.get("month", "")),
                self._one_of(where, "plan", cells, self.scenario.plans),
                what,
                self._site(where, cells),
                self._amount(where, column, what, cells.get(column, ""), row.decimal),
                local,
                None
                if at_plan == ""
                else self._amount(where, "at_planned_rate", what, at_plan, row.decimal),
            )
        )

    def _columns(self, where: str, names: tuple[str, ...]) -> dict[str, str]:
        """The known column of each head; others are ignored, unless a column is missing."""
        if names in self._known:
            return self._known[names]
        found = {name: "_".join(str(name).strip().casefold().split()) for name in names}
        others = [name for name, plain in found.items() if plain not in COLUMNS]
        for needed in _NEEDED:
            if {*needed}.isdisjoint(found.values()):
                near = [hint for one in needed if (hint := nearest(one, others))]
                what = " or ".join(needed)
                raise self.fail(
                    where, f"{what} is missing{near[0] if near else f'; there are {listed(names)}'}"
                )
        for plain in COLUMNS:
            if [*found.values()].count(plain) > 1:
                raise self.fail(where, f"two columns are called {plain}; keep one")
        self.ignored += [one for name in others if (one := str(name).strip()) not in self.ignored]
        self._known[names] = found
        return found

    def _what(self, where: str, cells: Mapping[str, Any]) -> str:
        """Key of the row's group, or heads, output or rate."""
        account, group = name_in(cells.get("account", "")), str(cells.get("group", ""))
        if group:
            plain = group.casefold()
            return plain if plain in _OTHERS else self._group(group, where)
        if account.casefold() in _OTHERS:
            return account.casefold()
        if account:
            self.has_accounts = True
        if account.casefold() in self.accounts:
            return self.accounts[account.casefold()]
        if account and self.accounts:
            hint = nearest(account, self.accounts) or "; add it to the table of accounts"
            raise self.fail(where, f"account {shown(account)} has no group{hint}")
        if account:
            raise self.fail(
                where, f"account {shown(account)} needs a table of accounts and their groups"
            )
        raise self.fail(where, f"group is empty; it must be one of {listed(_allowed())}")

    def _group(self, name: str, where: str) -> str:
        key = _BY_NAME.get(name.casefold())
        if key is None:
            hint = nearest(name, _allowed()) or f"; allowed are {listed(_allowed())}"
            raise self.fail(where, f"no group is called {shown(name)}{hint}")
        return key

    def _month(self, where: str, value: Any) -> int:
        """Number of a month, counted from the first of the scenario."""
        year, first = map(int, self.scenario.start_month.split("-"))
        number: float | None = None
        if isinstance(value, datetime.date):
            number = (value.year - year) * 12 + value.month - first + 1
        elif isinstance(value, str) and (date := _MONTH.fullmatch(value)):
            if 1 <= int(date[2]) <= 12:
                number = (int(date[1]) - year) * 12 + int(date[2]) - first + 1
        else:
            number = number_in(value)
        if number is None or number != int(number) or not 1 <= number <= self.last:
            raise self.fail(
                where,
                f"month is {shown(value)}; it must be a whole number between 1 and {self.last}, "
                f"the last month that counts, or a month such as {self.scenario.start_month}",
            )
        return int(number)

    def _one_of(
        self, where: str, column: str, cells: Mapping[str, Any], names: tuple[str, ...]
    ) -> str:
        """A name in a column; "" where the cell is empty."""
        given = str(cells.get(column, ""))
        by_name = {name.casefold(): name for name in names}
        if given and given.casefold() not in by_name:
            hint = nearest(given, names) or f"; there are {listed(names)}"
            raise self.fail(where, f"no {column} is called {shown(given)}{hint}")
        return by_name[given.casefold()] if given else ""

    def _site(self, where: str, cells: Mapping[str, Any]) -> int | None:
        name = self._one_of(where, "site", cells, self.scenario.sites)
        return self.scenario.sites.index(name) if name else None

    def _amount(self, where: str, column: str, what: str, value: Any, decimal: str) -> float:
        lowest, highest = {
            "heads": (0.0, _HEADS_MAX),
            "output": (0.0, _HEADS_MAX),
            "rate": (1 / RATE_MAX, RATE_MAX),
        }.get(what, (-float(MONEY_MAX), float(MONEY_MAX)))
        number = number_in(value, decimal)
        if number is None or not lowest <= number <= highest:
            hint = instead(value, lowest, highest)
            of_what = f" of {what}" if what in _OTHERS else ""
            raise self.fail(
                where,
                f"{column}{of_what} is {shown(value)}; it must be a number between "
                f"{lowest:,.13g} and {highest:,.13g}{hint}",
            )
        return number

    def actuals(self, plan: str | None) -> Actuals:
        """The actuals of one plan."""
        if not self.entries:
            raise self.fail("", "it has no rows")
        if self.accounts and not self.has_accounts:
            raise ScenarioError(
                f"{self.origin}: every row has a group, so that accounts have no effect; leave out "
                "accounts",
                parameters=["accounts"],
            )
        named = [*dict.fromkeys(entry.plan for entry in self.entries if entry.plan)]
        if plan is None and len(named) > 1:
            raise ScenarioError(
                f"{self.origin}: it has rows of the plans {listed(named)}; choose one with plan",
                parameters=["plan"],
            )
        chosen = plan or (named or [self.scenario.plans[plan_of(self.scenario, None)]])[0]
        entries = [entry for entry in self.entries if entry.plan in ("", chosen)]
        if not entries:
            raise self.fail("", f"it has no rows of plan {chosen!r}; it has {listed(named)}")
        last = max(entry.month for entry in entries)
        gaps = sorted({*range(1, last)} - {entry.month for entry in entries})
        if gaps:
            raise self.fail(
                "",
                f"month {gaps[0]} has no rows; months must be without gaps up to the last, {last}",
            )
        return _Sums(self, chosen, last, entries).actuals()


class _Sums:
    """Rows of one plan, summed by group and month."""

    def __init__(self, ledger: _Ledger, plan: str, last: int, entries: list[_Entry]):
        self.ledger, self.plan, self.last = ledger, plan, last
        self.costs = [entry for entry in entries if entry.what in GROUPS]
        self.others = {
            what: [one for one in entries if one.what == what] for what in ("heads", "output")
        }
        heads = take(ledger.planned, "heads", plan=ledger.scenario.plans.index(plan))
        staffed = [site for site in range(len(ledger.scenario.sites)) if heads[site].any()]
        self.only_site = staffed[0] if len(staffed) == 1 else None
        self.rates: dict[tuple[int, int], float] = {}
        for entry in entries:
            if entry.what == "rate":
                self._rate(entry)

    def _rate(self, entry: _Entry) -> None:
        site = self.only_site if entry.site is None else entry.site
        if site is None:
            raise self.ledger.fail(
                entry.where, f"site of the rate is empty; plan {self.plan!r} has several sites"
            )
        if (site, entry.month) in self.rates:
            name = self.ledger.scenario.sites[site]
            raise self.ledger.fail(
                entry.where, f"the rate of {name!r} in month {entry.month} is there twice"
            )
        self.rates[site, entry.month] = entry.amount

    def actuals(self) -> Actuals:
        shape = (len(GROUPS), self.last)
        cost, at_plan = np.zeros(shape), np.zeros(shape)
        given = np.zeros(shape, bool)
        is_rated = bool(self.rates) or any(one.at_planned_rate is not None for one in self.costs)
        self._complete_rates()
        for entry in self.costs:
            at = [*GROUPS].index(entry.what), entry.month - 1
            amount, planned = self._amounts(entry)
            cost[at] += amount
            at_plan[at] += planned
            given[at] = True
        heads, output = self._by_month("heads"), self._by_month("output")
        booked = given.any(axis=1) | np.array([group not in NOT_CASH for group in GROUPS])
        return Actuals(
            self.plan,
            self.last,
            cost,
            at_plan if is_rated else None,
            heads,
            output,
            booked,
            given=given,
            ledger_notes=self._about_rows(),
        )

    def _complete_rates(self) -> None:
        """Refuse a site with rates of some months only."""
        for site in {site for site, _ in self.rates}:
            for month in range(1, self.last + 1):
                if (site, month) not in self.rates:
                    name = self.ledger.scenario.sites[site]
                    raise self.ledger.fail(
                        "",
                        f"the rate of {name!r} in month {month} is missing; give it for every "
                        f"month up to the last, {self.last}, or for none",
                    )

    def _amounts(self, entry: _Entry) -> tuple[float, float]:
        """A cost in the scenario's currency, at the actual and at the planned rate."""
        site = self.only_site if entry.site is None else entry.site
        rate = None if site is None else self.rates.get((site, entry.month))
        if entry.is_local and rate is None:
            raise self.ledger.fail(
                entry.where,
                "local_amount needs the exchange rate of its site: a row with group rate, the "
                f"site, and local currency per {self.ledger.scenario.currency} as amount",
            )
        if site is None or rate is None:
            planned = entry.amount if entry.at_planned_rate is None else entry.at_planned_rate
            return entry.amount, planned
        local = entry.amount if entry.is_local else entry.amount * rate
        amount = entry.amount / rate if entry.is_local else entry.amount
        expected = planned_rate(self.ledger.planned, site, entry.month)
        if entry.at_planned_rate is not None:
            return amount, entry.at_planned_rate
        return amount, local / expected

    def _by_month(self, what: str) -> np.ndarray | None:
        """Heads or output by month, of all sites; None where no row has them."""
        if not self.others[what]:
            return None
        found = np.full(self.last, math.nan)
        for entry in self.others[what]:
            found[entry.month - 1] = np.nan_to_num(found[entry.month - 1]) + entry.amount
        missing = np.flatnonzero(np.isnan(found))
        if len(missing):
            raise self.ledger.fail(
                "",
                f"{what} of month {missing[0] + 1} is missing; give it for every month up to the "
                f"last, {self.last}, or for none",
            )
        return found

    def _about_rows(self) -> tuple[str, ...]:
        """What is assumed of rows, in sentences: what the sums do not tell any more."""
        ledger = self.ledger
        found = []
        if ledger.ignored:
            found.append(f"Columns that are ignored: {listed(ledger.ignored)}.")
        unplaced = [one for one in self.costs if one.site is None and self.only_site is None]
        if self.rates and unplaced:
            found.append(
                f"Rows without a site count as booked in {ledger.scenario.currency}: "
                f"{len(unplaced)}."
            )
        if nobody := self._without_heads():
            found.append(
                f"Costs where plan {self.plan} has no heads, so that no level of price follows: "
                f"{listed(nobody)}."
            )
        return tuple(map(one_line, found))

    def _without_heads(self) -> list[str]:
        """Sites and months with a cost where the plan has no heads."""
        plan = self.ledger.scenario.plans.index(self.plan)
        planned = self.ledger.planned
        heads_at = take(planned, "site_heads", plan=plan)[:, None]
        working = heads_at * take(planned, "working", plan=plan)  # by site and month
        found: dict[tuple[str, int], list[str]] = {}
        for entry in self.costs:
            site = self.only_site if entry.site is None else entry.site
            heads = working.sum(axis=0) if site is None else working[site]
            if entry.amount and entry.what not in ONCE and heads[entry.month - 1] == 0:
                name = "any site" if site is None else self.ledger.scenario.sites[site]
                found.setdefault((name, entry.month), []).append(GROUPS[entry.what])
        return [
            f"{site} in month {month} ({', '.join(dict.fromkeys(groups))})"
            for (site, month), groups in sorted(found.items(), key=lambda one: one[0][1])
        ]


def name_in(cell: Any) -> str:
    """A name in a cell: a workbook has the account 6000 as a number."""
    is_whole = isinstance(cell, float) and cell.is_integer()
    return str(int(cell) if is_whole else cell).strip()


def _allowed() -> list[str]:
    return [*GROUPS.values(), *_OTHERS]


def _plain(value: Any) -> Any:
    """A cell without spaces around it; an empty one is an empty text."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return value.strip() if isinstance(value, str) else value


def number_in(value: Any, decimal: str = "") -> float | None:
    """A finite number in a cell of a table; None for anything else, and for one with two readings.

    Thousands may be parted; a sign of a currency or per cent is refused.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        found = numeral(value, decimal)
        if len(found.numbers) != 1 or found.is_percent or found.sign:
            return None
        value = found.numbers[0]
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None
