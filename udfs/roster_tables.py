"""Conversion of a table in cells to the roster of a scenario: people who decide heads and pay."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from ..engine.errors import DomainError
from ..engine.reading.headings import Headings
from ..engine.roster import RosterRow
from .coerce import Cell, shown
from .tables import Placed, Table, columns_by_name

FIRST_DAY, LAST_DAY = 36_161, 73_051  # serial numbers of days from 1999 to 2099
_DAY_0 = datetime.date(1899, 12, 30)
_ROLE = "Senior ML engineer"  # where no role is named, as in scenario files
_HEADINGS = Headings(dict.fromkeys(RosterRow._fields, ()))
_UNITS = {"heads": "heads", "pay": "money/year"}

People = list[dict[str, Any]]


def read_roster(table: Table) -> list[Placed]:
    """Rows of a roster by key; a start or end may be an Excel date."""
    columns = columns_by_name(table, _HEADINGS, _UNITS, "a key of a roster")
    if stated := next((one for one in columns.values() if one.currency), None):
        raise DomainError(
            f"{stated.head} is {shown(stated.text)}; its currency must stand in a column currency"
        )
    found = []
    for n in range(len(next(iter(columns.values())).cells) if columns else 0):
        given = {key: column.cells[n] for key, column in columns.items()}
        row = {key: _value(key, cell) for key, cell in given.items() if cell is not None}
        if row:
            first = next(iter(columns.values()))
            places = {key: columns[key].place(n) for key in row}
            found.append(Placed({"role": _ROLE} | row, first.table.place(n + 1), places))
    return found


def plans_listed(people: People) -> list[str]:
    """Names of the plans that have rows, each once."""
    found: dict[str, str] = {}
    for row in people:
        if isinstance(name := row.get("plan"), str):
            found.setdefault(name.casefold(), name)
    return [*found.values()]


def roles_listed(people: People) -> list[str]:
    """Names of the roles, each once."""
    return [*dict.fromkeys(row["role"] for row in people if isinstance(row["role"], str))]


def with_listed_plans(
    staffing: Sequence[Mapping[str, Any]], people: People, base: str, baseline: str
) -> list[dict[str, Any]]:
    """Plans of a table with those that only the roster has, the baseline first.

    A baseline that neither has gets the heads of the roster's first plan, at the onshore base.

    Parameters
    ----------
    staffing : sequence of mapping
        Plans of the table.
    people : list of dict
    base : str
        Name of the onshore base.
    baseline : str
        Name of the baseline if there is none.

    Raises
    ------
    DomainError
        A plan has heads without roles, and the roster has several roles.
    """
    listed = {name.casefold(): name for name in plans_listed(people)}
    found = [dict(plan) for plan in staffing]
    known = {plan["name"].casefold() for plan in found}
    for plan in found:
        if plan["name"].casefold() in listed:
            plan["heads"] = {}
        elif len(roles_listed(people)) > 1:
            raise DomainError(
                f"plan {plan['name']!r} has heads in plans, which has no roles, but roster has "
                "several roles: list the people of this plan in roster too"
            )
    found += [{"name": name, "heads": {}} for key, name in listed.items() if key not in known]
    if found and not _sites_of(found[0], people) <= {base.casefold()}:
        first = plans_listed(people)[0].casefold()
        own = [row for row in people if str(row.get("plan")).casefold() == first]
        found.insert(0, {"name": baseline, "heads": {base: _heads_by_role(own)}})
    return found


def day_in_words(serial: float) -> str:
    """The day of an Excel date, such as "2027-03-01"."""
    return (_DAY_0 + datetime.timedelta(days=int(serial))).isoformat()


def _value(key: str, cell: Cell) -> Any:
    if not isinstance(cell, float):
        return cell
    if key in ("start", "end") and FIRST_DAY <= cell < LAST_DAY:
        return day_in_words(cell)
    return int(cell) if cell.is_integer() else cell


def _sites_of(plan: Mapping[str, Any], people: People) -> set[str]:
    """Sites at which a plan has heads, in lower case."""
    own = [row for row in people if str(row.get("plan")).casefold() == plan["name"].casefold()]
    sites = [row.get("site") for row in own] or plan["heads"]
    return {str(site).casefold() for site in sites}


def _heads_by_role(people: People) -> dict[str, float]:
    heads: dict[str, float] = {}
    for row in people:
        count = row.get("heads", 1)
        if isinstance(count, (int, float)) and count > 0:
            heads[row["role"]] = heads.get(row["role"], 0) + count
    return heads
