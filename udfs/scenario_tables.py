"""Conversion of tables in cells to a scenario: sites, plans, settings and roster."""

import datetime
import functools
from collections.abc import Collection, Mapping
from typing import Any

from ..engine.address import Address
from ..engine.declaration import Scope
from ..engine.drivers import DRIVERS
from ..engine.errors import DomainError, ScenarioError
from ..engine.lists import LISTS
from ..engine.locations import per_usd
from ..engine.model import default_model
from ..engine.roster import KEY as ROSTER
from ..engine.scenario import Scenario
from ..engine.uncertainty.varied_inputs import with_input
from .calling import Parameter
from .coerce import Cell, Rows, columns_by_name, shown
from .roster_tables import (
    FIRST_DAY,
    LAST_DAY,
    day_in_words,
    plans_listed,
    read_roster,
    roles_listed,
    with_listed_plans,
)
from .scenario_contents import Content, is_content

ONSHORE, BASELINE = "Onshore", "All onshore"
SITE_KEYS = ("name", "location", "engagement", "time_zone", "statutory_rate", "heads")
# Parameters of every function of a whole scenario.
TABLES = (
    Parameter(
        "sites",
        "Sites with their inputs",
        "table",
        "names of inputs in the first row, a site in each row below; one called Onshore is "
        "the base; or a scenario cell",
        shape="table",
    ),
    Parameter(
        "plans",
        "Heads of each plan by site",
        "table",
        "sites in the first row, a plan in each row below",
        optional=True,
        shape="grid",
        omitted="each site's own heads, or 8, are a plan",
    ),
    Parameter(
        "settings",
        "Inputs of the whole scenario",
        "table",
        "names and values side by side",
        optional=True,
        shape="table",
        omitted="their defaults",
    ),
)
# Parameter of a function of one plan.
PLAN = Parameter(
    "plan",
    "Plan",
    "text",
    "the name of a plan",
    optional=True,
    shape="text",
    omitted="the first one beside the baseline",
)
EXAMPLE_SITES = (("name", "salary", "overlap_hours"), ("Krakow", 80_000, 3), ("Pune", 40_000, 0))
_NAME = "tables"  # name of the scenario in messages
_DRIVER = "driver."  # prefix of a driver's range in settings, as in engine/address.py
_RISK = "risk."  # prefix of a risk's cost in settings
[_RISKS] = (entry.default for entry in LISTS if entry.axis == "risk")
_STORED = 64  # scenarios of scenario cells that are read once


def scenario_of(sites: Rows, plans: Rows = (), settings: Rows = (), roster: Rows = ()) -> Scenario:
    """Scenario described by tables.

    Parameters
    ----------
    sites : rows
        One site per row, with the names of inputs in the first row. The site named Onshore is the
        onshore base; without it the base has its default inputs. If there are no plans, the column
        ``heads`` gives the team of each site's own plan. Or one cell with the text of a
        :class:`Content`, without any other table.
    plans : rows
        One plan per row: heads by site, with the names of sites in the first row.
    settings : rows
        Names and values: inputs of the whole scenario, currency, start and horizon; ranges of
        drivers, such as ``driver.salary.low``, ``.high`` and ``.distribution``; costs of the
        default risks, such as ``risk.Failed audit.cost``.
    roster : rows
        One person or cohort per row, with the keys of a scenario file's roster in the first row.
        Its plans need no heads in ``plans``.

    Returns
    -------
    Scenario

    Raises
    ------
    DomainError, ScenarioError
        A value that is not allowed; the message names the table, the key, the value and the bound.
    """
    if is_content(sites):
        return _scenario_of_content(str(sites[0][0]))
    tables = _sites(sites)
    names = [table["name"] for table in tables]
    heads = [table.pop("heads", None) for table in tables]
    people = read_roster(roster)
    if plans:
        staffing = _plans(plans, plans_listed(people))
    elif people:
        staffing = []
    else:
        team = default_model().inputs["team_size"].first
        teams = [team if number is None else number for number in heads]
        staffing = [
            {"name": name, "heads": {name: number}}
            for name, number in zip(names[1:], teams[1:], strict=True)
        ]
    if people:
        staffing = with_listed_plans(staffing, people, names[0], BASELINE)
    elif not staffing[0]["heads"].keys() <= {names[0]}:
        # An invalid number of heads is reported for its own plan, not for this one.
        counts = (n for n in staffing[0]["heads"].values() if isinstance(n, (int, float)) and n > 0)
        size = heads[0] or sum(counts) or 1
        staffing.insert(0, {"name": BASELINE, "heads": {names[0]: size}})
    data = {"name": _NAME, **_settings(settings), "sites": tables, "plans": staffing}
    if people:
        data |= {ROSTER: people, "roles": roles_listed(people)}
    plan_names = [plan["name"] for plan in staffing]

    def place(address: Address) -> str:
        if ROSTER in address.at:
            return f"{ROSTER}, row {address.at[ROSTER] + 1} below its head"
        if address.name not in default_model().inputs:
            return ""
        for axis, its_names in (("plan", plan_names), ("site", names)):
            if axis in address.at:
                return f"{axis} {its_names[address.at[axis]]}"
        return "" if default_model().inputs[address.name].list_axis else "settings"

    return Scenario.from_dict(data, _NAME, place)


def site_names() -> set[str]:
    """Names that the table of sites may have."""
    inputs = default_model().inputs.items()
    by_site = (Scope.SITE, Scope.SITE_AND_ROLE)
    return {*SITE_KEYS, *(name for name, entry in inputs if entry.scope in by_site)}


def setting_names() -> set[str]:
    """Names that the table of settings may have."""
    inputs = default_model().inputs
    known = {"currency", "horizon_months", "start_month", "fx_date"}
    known |= {name for name, entry in inputs.items() if entry.scope in (Scope.SCENARIO, Scope.ROLE)}
    parts = [e.field for e in inputs.values() if e.list_axis == "driver"]
    known |= {f"{_DRIVER}{name}.{part}" for name in DRIVERS for part in parts}
    return known | {f"{_RISK}{row['name']}.cost" for row in _RISKS}


def _sites(rows: Rows) -> list[dict[str, Any]]:
    """Inputs of each site by name, the onshore base first."""
    columns = columns_by_name("sites", rows, dict.fromkeys(site_names()))
    if not columns:
        raise DomainError(
            "sites is empty; it must be a table of sites by the names of their inputs"
        )
    count = len(next(iter(columns.values())))
    found = []
    for number in range(count):
        site = {
            key: _number(values[number])
            for key, values in columns.items()
            if values[number] is not None
        }
        if site:
            found.append({"name": f"Site {number + 1}"} | site)
    base = [site for site in found if str(site["name"]).casefold() == ONSHORE.casefold()]
    rest = [site for site in found if site not in base]
    if not rest:
        raise DomainError(f"sites has only {ONSHORE}; it must have another site")
    return [*(base or [{"name": ONSHORE}]), *rest]


@functools.lru_cache(_STORED)
def _scenario_of_content(text: str) -> Scenario:
    """Scenario of a scenario cell."""
    *tables, changes = Content.parsed(text)
    scenario = scenario_of(*tables)
    for name, value in changes:
        scenario = with_input(scenario, str(name), value)
    return scenario


def _plans(rows: Rows, listed: Collection[str] = ()) -> list[dict[str, Any]]:
    """Heads by site of each plan; plans that are listed in a roster need none."""
    (_, *sites), *below = rows
    found = [
        {
            "name": name if isinstance(name, str) else f"Plan {number}",
            "heads": {
                site: _number(cell)
                for site, cell in zip(sites, cells, strict=True)
                if cell not in (None, 0)
            },
        }
        for number, (name, *cells) in enumerate(below, 1)
        if any(cell is not None for cell in cells) or name in listed
    ]
    if not found or any(not isinstance(site, str) for site in sites):
        raise DomainError(
            "plans must name sites in its first row and have a plan's heads in each row below"
        )
    return found


def _settings(rows: Rows) -> Mapping[str, Any]:
    """Settings of the scenario; a month or day may be an Excel date."""
    known = setting_names()
    found: dict[str, Any] = {}
    cases: dict[str, dict[str, Any]] = {}
    costs: dict[str, Any] = {}
    for key, values in columns_by_name("settings", rows, dict.fromkeys(known)).items():
        if key not in known:
            raise DomainError(
                f"settings names {key[:40]!r}, which is not an input of the whole scenario"
            )
        if len(values) > 1:
            raise DomainError(f"settings has {len(values)} values for {key}; it must have one")
        if values[0] is not None and key.startswith(_DRIVER):
            _, driver, part = key.split(".")
            cases.setdefault(driver, {"name": driver})[part] = _number(values[0])
        elif values[0] is not None and key.startswith(_RISK):
            costs[key.removeprefix(_RISK).removesuffix(".cost")] = _number(values[0])
        elif values[0] is not None:
            found[key] = _number(values[0])
    for key, letters in (("start_month", 7), ("fx_date", 10)):
        value = found.get(key)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            if not FIRST_DAY <= value < LAST_DAY:
                raise DomainError(
                    f"settings: {key} is {shown(float(value))}; it must be a date from 1999 to "
                    f"2099, or a text like {'2027-01-01'[:letters]!r}: to Excel a year typed alone "
                    "is a day of 1905"
                )
            found[key] = day_in_words(value)[:letters]
    if costs:
        found |= _risks(costs, found)
    return found | ({"cases": [*cases.values()]} if cases else {})


def _risks(costs: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """The default risks at the costs that are given; the others' are converted from USD."""
    date, rate = settings.get("fx_date"), None
    known = {one["name"] for one in _RISKS if not one["cost"]} | {*costs}
    if len(known) < len(_RISKS):
        try:
            day = datetime.date.fromisoformat(date) if isinstance(date, str) else None
            rate = per_usd(settings.get("currency", "USD"), day)
        except (KeyError, TypeError, ValueError, ScenarioError):
            return {}  # the reader says that the currency, its date or its rate is wrong
    return {
        "risks": [
            one
            | {"cost": costs[one["name"]] if one["name"] in costs else one["cost"] * (rate or 1)}
            for one in _RISKS
        ]
    }


def _number(cell: Cell) -> Any:
    """The value of a cell, with whole numbers as integers, as in scenario files."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
