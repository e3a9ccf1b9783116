"""Conversion of tables in cells to a scenario: sites, plans, settings and roster."""

import datetime
import functools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from ..engine.declaration import Input, Scope
from ..engine.drivers import DRIVERS
from ..engine.errors import DomainError, ScenarioError
from ..engine.lists import LISTS
from ..engine.locations import per_usd
from ..engine.model import default_model, nearest
from ..engine.reading.amounts import amount
from ..engine.reading.currency_signs import currencies_of
from ..engine.reading.headings import Headings, plain_words
from ..engine.reading.missing_figures import DEFAULTS_IN
from ..engine.roster import KEY as ROSTER
from ..engine.scenario import Scenario
from ..engine.uncertainty.varied_inputs import with_input
from .calling import Parameter
from .coerce import Cell, Rows, number_of, shown
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
from .tables import (
    TOTALS,
    Column,
    Placed,
    Table,
    Unplaced,
    columns_by_name,
    refuse_notes,
    refuse_totals,
    totals,
    with_heads_first,
    with_units_behind,
    without_title,
)

ONSHORE, BASELINE = "Onshore", "All onshore"
SITE_KEYS = ("name", "location", "engagement", "time_zone", "statutory_rate", "heads")
# Parameters of every function of a whole scenario.
TABLES = (
    Parameter(
        "sites",
        "Sites with their inputs",
        "table",
        "names of inputs in the first row, a site in each row below, or turned; one called "
        "Onshore is the base; or a scenario cell",
        shape="table",
    ),
    Parameter(
        "plans",
        "Heads of each plan by site",
        "table",
        "sites in the first row, a plan in each row below, or turned",
        optional=True,
        shape="grid",
        omitted="each site's own heads, or its team size, or 8, are a plan",
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
_CAPTIONS = ("", "plan", "plans", "plan name", "name", "scenario", "option")  # above names of plans
_ALSO = {  # what headings may say besides names and labels of inputs
    "name": ("site", "sites", "site name"),
    "location": ("country", "country code"),
    "engagement": ("engagement model",),
    "heads": ("headcount", "head count", "fte"),
    "currency": ("reporting currency",),
    "horizon_months": ("horizon", "months of the horizon"),
    "start_month": ("first month",),
}
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
        ``heads`` or else ``team_size`` gives the team of each site's own plan. Or one cell with the
        text of a :class:`Content`, without any other table.
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
        A value that is not allowed; the message names the table, its row and column, the key, the
        value and the bound.
    """
    if is_content(sites):
        return _scenario_of_content(str(sites[0][0]))
    general, places = _settings(Table.of("settings", settings))
    placed = _sites(Table.of("sites", sites), str(general.get("currency", DEFAULTS_IN)))
    tables = [site.data for site in placed]
    names = [table["name"] for table in tables]
    heads = [table.pop("heads", None) for table in tables]
    persons = read_roster(Table.of(ROSTER, roster))
    people = [person.data for person in persons]
    if plans:
        staffing = _plans(Table.of("plans", plans), names, plans_listed(people))
    elif people:
        staffing = []
    else:
        team = default_model().inputs["team_size"].first
        staffing = [
            Placed(
                {
                    "name": name,
                    "heads": {name: site.data.get("team_size", team) if number is None else number},
                },
                site.row,
                {name: site.cells["heads"]} if "heads" in site.cells else {},
            )
            for name, number, site in zip(names[1:], heads[1:], placed[1:], strict=True)
        ]
    if people:
        staffing = _with_listed(staffing, people, names[0])
    elif not (first := staffing[0].data["heads"]).keys() <= {names[0]}:
        # An invalid number of heads is reported for its own plan, not for this one.
        highest = _site_inputs()["heads"].highest
        counts = (n for n in first.values() if isinstance(n, (int, float)) and 0 < n <= highest)
        size = heads[0] or sum(counts) or 1
        staffing.insert(0, Placed({"name": BASELINE, "heads": {names[0]: size}}))
    data = {"name": _NAME, **general, "sites": tables, "plans": [plan.data for plan in staffing]}
    if people:
        data |= {ROSTER: people, "roles": roles_listed(people)}
    try:
        return Scenario.from_dict(data, _NAME)
    except ScenarioError as error:
        said = str(error).removeprefix(f"{_NAME}: ")
        for reader, rest, place in _said(placed, staffing, places, persons):
            if said.startswith(reader) and rest in said:
                raise ScenarioError(place + said.partition(rest)[2]) from None
        raise


@functools.lru_cache(_STORED)
def _scenario_of_content(text: str) -> Scenario:
    """Scenario of a scenario cell."""
    content = Content.parsed(text)
    names = content._fields[:-1]
    tables = (Unplaced.of(name, rows) for name, rows in zip(names, content, strict=False))
    scenario = scenario_of(*tables)
    for name, value in content.changes:
        scenario = with_input(scenario, str(name), value)
    return scenario


def _with_listed(staffing: list[Placed], people: list[dict[str, Any]], base: str) -> list[Placed]:
    """Plans of a table with those that only the roster has, the baseline first."""
    known = {plan.data["name"]: plan for plan in staffing}
    found = with_listed_plans([plan.data for plan in staffing], people, base, BASELINE)
    return [known.get(plan["name"], Placed({}))._replace(data=plan) for plan in found]


def _said(
    sites: Iterable[Placed],
    plans: Iterable[Placed],
    settings: Mapping[str, str],
    persons: Iterable[Placed],
) -> Iterator[tuple[str, str, str]]:
    """How what the reader of scenarios says of a cell begins and goes on, and its place here."""
    for n, (data, row, cells) in enumerate(sites):
        begins, name = f"sites[{n}] {data['name']!r}: ", data["name"]
        for key, place in cells.items():
            yield f"{begins}{key} is", f"{key} is", f"{place} ({key} of {name}) is"
        yield begins, begins, f"{row or 'sites'} ({name}): "
        yield f"sites[{n}]: sites.name is", "sites.name is", f"{cells.get('name', 'sites')} is"
    for n, (data, row, cells) in enumerate(plans):
        begins, name = f"plans[{n}] {data['name']!r}: ", data["name"]
        for site, place in cells.items():
            yield (
                f"{begins}heads of ",
                f" at {site!r} is",
                f"{place} (heads of {name} at {site}) is",
            )
        yield begins, begins, f"{row or 'plans'} ({name}): "
        yield f"plans[{n}]: plans.name is", "plans.name is", f"{cells.get('', 'plans')} is"
    for n, (_, row, cells) in enumerate(persons):
        begins = f"{ROSTER}[{n}]"
        for key, place in cells.items():
            yield f"{begins}: {key} is", f"{key} is", f"{place} ({key}) is"
        yield begins, begins, row
    for key, place in settings.items():
        yield f"{key} is", f"{key} is", f"{place} is"


@functools.cache
def _site_inputs() -> dict[str, Input]:
    """Inputs that a table of sites may set, by name."""
    scopes, inputs = (Scope.SITE, Scope.SITE_AND_ROLE), default_model().inputs
    found = {name: entry for name, entry in inputs.items() if entry.scope in scopes}
    return found | {name: inputs[name] for name in ("heads", "statutory_rate")}


@functools.cache
def _site_headings() -> Headings:
    return headings_of(_site_inputs(), SITE_KEYS)


def headings_of(entries: Mapping[str, Input], others: Iterable[str]) -> Headings:
    """Headings for inputs, by name or label, and for other names."""
    words = {name: [entry.label] for name, entry in entries.items()}
    names = dict.fromkeys((*others, *words))
    return Headings({name: [*words.get(name, ()), *_ALSO.get(name, ())] for name in names})


def site_columns(table: Table) -> dict[str, Column]:
    """The columns of a table of sites by the inputs that their headings mean."""
    units = {name: entry.unit for name, entry in _site_inputs().items()}
    return columns_by_name(table, _site_headings(), units, "an input of a site")


def _sites(table: Table, currency: str) -> list[Placed]:
    """Inputs of each site by name, the onshore base first."""
    entries, columns = _site_inputs(), site_columns(table)
    if not columns:
        raise DomainError(
            "sites is empty; it must be a table of sites by the names of their inputs"
        )
    for column in columns.values():
        _check_currency(column.currency, currency, f"{column.head} is {shown(column.text)}")
    first = next(iter(columns.values()))
    if named := columns.get("name"):
        refuse_totals(named.table, named.number, means=True)
        refuse_notes(named.table, named.number)
    found: list[Placed] = []
    for row in range(len(first.cells)):
        given = {key: column.cells[row] for key, column in columns.items()}
        cells = {key: columns[key].place(row) for key, cell in given.items() if cell is not None}
        name = given["name"] if "name" in cells else f"Site {row + 1}"
        if not isinstance(name, str):
            raise DomainError(f"{cells['name']} is {shown(name)}; it must be a text")
        site = {
            key: value_of(given[key], entries.get(key), f"{place} ({key} of {name})", currency)
            for key, place in cells.items()
        }
        if site:
            found.append(Placed({"name": name} | site, first.table.place(row + 1), cells))
    _refuse_equal([(site.data["name"], site.cells.get("name", site.row)) for site in found])
    base = [site for site in found if str(site.data["name"]).casefold() == ONSHORE.casefold()]
    rest = [site for site in found if site not in base]
    if not rest:
        raise DomainError(f"sites has only {ONSHORE}; it must have another site")
    return [*(base or [Placed({"name": ONSHORE})]), *rest]


def _refuse_equal(named: Iterable[tuple[Any, str]]) -> None:
    """Refuse a name that stands in the table already, in whatever letter case."""
    seen: dict[str, str] = {}
    for name, place in named:
        before = seen.setdefault(_folded(str(name)), place)
        if before != place:
            raise DomainError(
                f"{place} is {shown(name)}, as {before} is already; names must differ"
            )


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _plans(table: Table, sites: list[str], listed: Collection[str] = ()) -> list[Placed]:
    """Heads by site of each plan; plans that are listed in a roster need none."""
    known = {_folded(str(name)): name for name in sites}

    def site_of(cell: Cell) -> str | None:
        return known.get(_folded(cell)) if isinstance(cell, str) else None

    table = without_title(table, site_of)
    if not all(site_of(cell) for cell in table[0][1:]) or len(table[0]) == 1:
        try:
            table = with_heads_first(table, site_of)
        except DomainError as error:
            if "no headings" not in str(error):
                raise
    columns, names = _columns_of_plans(table, sites, site_of)
    if len(table) == 1 or not (columns or listed):
        raise DomainError(
            "plans must name sites in its first row and have a plan's heads in each row below, or "
            "the same turned"
        )
    if names is not None:
        refuse_totals(table, names)
        if not listed:
            refuse_notes(table, names)
    found = []
    for r, row in enumerate(table[1:], 1):
        name = f"Plan {r}" if names is None or row[names] is None else row[names]
        if isinstance(name, bool):
            raise DomainError(f"{table.place(r, names or 0)} is {shown(name)}; it must be a text")
        name = name if isinstance(name, str) else f"{name:.15g}"
        heads, cells = {}, {} if names is None else {"": table.place(r, names)}
        for n, site in columns.items():
            if row[n] not in (None, 0):
                cells[site] = table.place(r, n)
                what = f"{cells[site]} (heads of {name} at {site})"
                heads[site] = value_of(row[n], _site_inputs()["heads"], what)
        found.append(Placed({"name": name, "heads": heads}, table.place(r), cells))
    _refuse_equal((plan.data["name"], plan.cells.get("", plan.row)) for plan in found)
    return found


def _columns_of_plans(
    table: Table, sites: list[str], site_of: Callable[[Cell], str | None]
) -> tuple[dict[int, str], int | None]:
    """The site of each column of heads, and the column with the names of plans, if there is one."""
    columns: dict[int, str] = {}
    names = None
    for n, head in enumerate(table[0]):
        below = [row[n] for row in table[1:]]
        site = site_of(head)
        if site is not None and site in columns.values():
            raise DomainError(f"{table.place(0, n)} is {shown(head)} a second time")
        if site is not None:
            columns[n] = site
        elif names is None and not columns and _may_name_plans(head, below):
            names = n
        elif head is None and any(cell is not None for cell in below):
            raise DomainError(
                f"{table.place(0, n)} is empty; plans must name sites in its first row, one above "
                "each column of heads"
            )
        elif isinstance(head, str) and plain_words(head) in TOTALS:
            raise totals(table.place(0, n), head)
        elif head is not None:
            names_of_sites = [*map(str, sites)]
            hint = nearest(str(head), names_of_sites) or f"; there are {', '.join(names_of_sites)}"
            raise DomainError(
                f"{table.place(0, n)} is {shown(head)}, which is no site of sites{hint}"
            )
    return columns, names


def _may_name_plans(head: Cell, below: Iterable[Cell]) -> bool:
    """Whether a column before the heads has the names of plans."""
    is_caption = isinstance(head, str) and plain_words(head) in _CAPTIONS
    return is_caption or any(isinstance(cell, str) for cell in below)


@functools.cache
def _setting_inputs() -> dict[str, Input]:
    """Inputs that a table of settings may set, by name, with those of drivers and risks."""
    inputs, scopes = default_model().inputs, (Scope.SCENARIO, Scope.ROLE)
    found = {name: entry for name, entry in inputs.items() if entry.scope in scopes}
    parts = [entry for entry in inputs.values() if entry.list_axis == "driver"]
    found |= {f"{_DRIVER}{name}.{one.field}": one for name in DRIVERS for one in parts}
    return found | {f"{_RISK}{row['name']}.cost": inputs["risk_cost"] for row in _RISKS}


def setting_named(text: str) -> str:
    """The input of the whole scenario that a text means as a heading; "" for none."""
    found = _setting_headings().find(text)
    return found.name if found and not found.unit else ""


def site_input_named(text: str) -> str:
    """The input of a site that a text means as a heading; "" for none, and for what is no input."""
    found = _site_headings().find(text)
    return found.name if found and not found.unit and found.name not in SITE_KEYS else ""


@functools.cache
def _setting_headings() -> Headings:
    others = ("currency", "horizon_months", "start_month", "fx_date")
    entries = _setting_inputs()
    listed = [name for name in entries if name.startswith((_DRIVER, _RISK))]
    plain = {name: entry for name, entry in entries.items() if name not in listed}
    return headings_of(plain, (*others, *listed))


def setting_columns(table: Table) -> dict[str, Column]:
    """The columns of a table of settings by the inputs that their headings mean."""
    units = {name: entry.unit for name, entry in _setting_inputs().items()}
    table = with_units_behind(table)
    return columns_by_name(table, _setting_headings(), units, "an input of the whole scenario")


def _settings(table: Table) -> tuple[dict[str, Any], dict[str, str]]:
    """Settings of the scenario, and where each stands by what the reader of scenarios calls it.

    A month or day may be an Excel date.
    """
    entries, columns = _setting_inputs(), setting_columns(table)
    currency = columns["currency"].cells[0] if "currency" in columns else None
    currency = currency if isinstance(currency, str) else DEFAULTS_IN
    found: dict[str, Any] = {}
    places: dict[str, str] = {}
    cases: dict[str, dict[str, Any]] = {}
    costs: dict[str, Any] = {}
    for key, column in columns.items():
        cell, *more = column.cells
        second = next((n for n, one in enumerate(more, 1) if one is not None), None)
        if second is not None:
            raise DomainError(
                f"{column.place(second)} is {shown(column.cells[second])}, a second value for "
                f"{key}; settings must have one for each name"
            )
        if cell is None:
            continue
        _check_currency(column.currency, currency, f"{column.head} is {shown(column.text)}")
        what = f"{column.place(0)} ({key})"
        value = value_of(cell, entries.get(key), what, currency)
        if key == "horizon_months" and isinstance(cell, str):
            months = amount(cell, "months").number
            value = cell if months is None else _number(float(months))
        if key.startswith(_DRIVER):
            _, driver, part = key.split(".")
            row = cases.setdefault(driver, {"name": driver})
            row[part] = value
            places[f"cases[{[*cases].index(driver)}] {driver!r}: {part}"] = what
        elif key.startswith(_RISK):
            name = key.removeprefix(_RISK).removesuffix(".cost")
            costs[name] = value
            number = [row["name"] for row in _RISKS].index(name)
            places[f"risks[{number}] {name!r}: cost"] = what
        else:
            found[key], places[key] = value, what
    for key, letters in (("start_month", 7), ("fx_date", 10)):
        value = found.get(key)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            found[key] = _date_text(value, places[key], letters)
    if costs:
        found |= _risks(costs, found)
    return found | ({"cases": [*cases.values()]} if cases else {}), places


def _date_text(value: float, what: str, letters: int) -> str:
    """The date of a serial number as scenario files have it, to the day or to the month."""
    if not FIRST_DAY <= value < LAST_DAY:
        raise DomainError(
            f"{what} is {shown(float(value))}; it must be a date from 1999 to 2099, or a text like "
            f"{'2027-01-01'[:letters]!r}: to Excel a year typed alone is a day of 1905"
        )
    return day_in_words(value)[:letters]


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


def value_of(cell: Cell, entry: Input | None, what: str, currency: str = "") -> Any:
    """The value of a cell, a number for a text that stands for one where the input is a number."""
    is_word = entry is None or entry.choices or entry.is_month
    if not isinstance(cell, (str, bool)) or is_word:
        return _number(cell)
    assert entry is not None
    found = number_of(
        cell, (entry.lowest, entry.highest, entry.whole), f"a number, {entry.allowed}", entry.unit
    )
    if found.fault:
        raise DomainError(f"{what} is {found.fault}")
    _check_currency(found.sign, currency, f"{what} is {shown(cell)}")
    return _number(found.number)


def _check_currency(sign: str, currency: str, what: str) -> None:
    """Refuse an amount in another currency than that of the settings."""
    if sign and currency.upper() not in currencies_of(sign):
        raise DomainError(
            f"{what}, in another currency than {currency}, that of all amounts; convert it, or set "
            "currency in settings"
        )


def _number(cell: Cell) -> Any:
    """The value of a cell, with whole numbers as integers, as in scenario files."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
