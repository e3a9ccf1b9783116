"""Plain data checked against the declarations: the parts of a scenario, or one clear error."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..address import Address, take
from ..assumptions import Unset
from ..axes import AXES, shape_of
from ..declaration import Input, Scope, day_of
from ..drivers import (
    CASES,
    DRIVERS,
    SAVED_NAMES,
    WITHIN_COUNTRY,
    ends_within_country,
    highest_charges,
)
from ..lists import LISTS, UNUSED, List
from ..locations import per_usd, rate_of, work_types
from ..roster import KEY as ROSTER
from ..roster import Roster
from ..spares import AXES as SPARE_AXES
from ..spares import is_spare, named
from .agreement import refuse_contradictions
from .consistency import shown
from .evidence import BOOK
from .governance import SIGN_OFF, VERSIONS, year_typed_alone
from .missing_figures import DEFAULTS_IN, MESSAGE_MAX, message
from .numerals import instead
from .roster import RosterReader

MONTHS_MIN, MONTHS_MAX = 6, 120
# What a reader can still follow, and a workbook can show: with 120 combinations of plan and site in
# six waves over ten years it has 1.4 million cells, and as many with 400 over three years.
SHAPE_MAX = {"plan": 40, "site": 40, "role": 40, "plan x site x month": 14_400}
PRESENTATION, PRESENTATION_RATE = "presentation_currency", "presentation_rate"
SAVED_CASES = "saved_cases"  # their names
GENERAL = (
    "name",
    "currency",
    PRESENTATION,
    SAVED_CASES,
    "horizon_months",
    "start_month",
    *SIGN_OFF,
    VERSIONS,
    "fx_date",
    "roles",
    "work_type",
    "sites",
    "plans",
    BOOK,
    ROSTER,
    "actuals",  # of a plan that runs: read by workbook/bulk/ledger_files.py
)

_RECOMMENDED = "recommended"  # in the place of a plan's name


class Reader(RosterReader):
    """Checks plain data and fills a scenario; the first thing wrong is raised."""

    def parts(self) -> dict[str, Any]:
        """The arguments of a :class:`~shorewise.engine.Scenario`."""
        self._refuse_unknown_keys()
        general = self._general()
        self.currency, self.start, self.fx_date = (
            general["currency"],
            general["start_month"],
            self.date("fx_date"),
        )
        site_tables, plan_tables = self.tables("sites"), self.tables("plans")
        sizes = self._name_everything(site_tables, plan_tables, general["horizon_months"])
        roster = self.read_roster(general)
        sizes["wave"] = max(self.most_waves(plan_tables), roster.most_waves)
        values: dict[str, np.ndarray] = {
            name: np.empty(shape_of(entry.axes, sizes), entry.dtype)
            for name, entry in self.inputs.items()
        }
        self.unset = []
        for entry in self.inputs.values():
            if entry.scope is Scope.SCENARIO:
                self._setting(entry, values)
        for entry in self.inputs.values():
            if entry.scope is Scope.ROLE:
                self._by_role(entry, values)
        self.zones = [self.zone(index, table) for index, table in enumerate(site_tables)]
        rule_names, codes = [], []
        for index, table in enumerate(site_tables):
            self.site(index, table, values)
            rule_names.append(self.statutory(index, table, values))
            codes.append(self.code(table, rule_names[-1], f"sites[{index}]"))
        values["heads"][...] = 0
        for index, table in enumerate(plan_tables):
            self._plan(index, table, values)
            self.waves(index, table, values)
        for axis in SPARE_AXES:
            if not (flags := named(axis, getattr(self, f"{axis}s"))).all():
                values[f"{axis}_named"] = flags
        self.put_roster(roster, values)
        values["start_calendar_month"] = np.full((1,) * len(AXES), int(self.start[-2:]))
        values["start_month"] = np.full((1,) * len(AXES), float(day_of(self.start)))
        list_names = {entry.axis: self._list(entry, values) for entry in LISTS}
        book = self.evidence(site_tables, values)
        self.grade_roster(roster, site_tables, values)
        self._refuse_missing_figures(roster)
        refuse_contradictions(self, values, general["horizon_months"])
        return general | {
            "sites": self.sites,
            "roles": self.roles,
            "plans": self.plans,
            "rule_names": tuple(rule_names),
            "locations": tuple(codes),
            "list_names": list_names,
            "book": book,
            "roster": self.rows,
            "values": values,
            "unset": self._unset(site_tables, values),
        }

    def _unset(
        self, site_tables: Sequence[Mapping[str, Any]], values: Mapping[str, np.ndarray]
    ) -> Unset:
        """What the file leaves open: hours of overlap, an exchange rate."""
        overlap = tuple(
            (self.sites[s], take(values, "overlap_hours", site=s).item())
            for s, table in enumerate(site_tables)
            if s and "overlap_hours" not in table and "overlap_computed" not in table
            if not (self.zones[0] and self.zones[s])
        )
        if not self.used_rate:
            return Unset(overlap)
        rate = (
            f"amounts that are not set are defaults in {DEFAULTS_IN}, converted at "
            f"{self.used_rate:,.6g} {self.currency} per {DEFAULTS_IN} ({self._dated()})"
        )
        return Unset(overlap, (rate,))

    def _dated(self) -> str:
        """Date and source of the exchange rate of the scenario's currency."""
        if self.fx_date:
            return f"{self.fx_date}, European Central Bank"
        _, date, source = rate_of(self.currency) or (0, "", "")
        return ", ".join(filter(None, (date, source)))

    def _refuse_unknown_keys(self) -> None:
        """Refuse a key at the top of the file that means nothing there."""
        at_the_top = [
            name
            for name, entry in self.inputs.items()
            if entry.scope in (Scope.SCENARIO, Scope.ROLE)
        ]
        for key in self.data:
            if key in self.inputs and key not in at_the_top:
                where = "plans.heads" if key == "heads" else "a [[sites]] entry"
                varies, *_ = self.inputs[key].axes
                raise self.fail(f"{key} varies by {varies}; set it in {where}")
            self.known(key, (*GENERAL, *at_the_top, *(one.key for one in LISTS)), "")

    def _general(self) -> dict[str, Any]:
        """Name, currency, horizon and dates of the scenario, and who answers for it, by field."""
        name = self.text(self.data, "name", self.at("", "scenario_name"), "Comparison")
        currency = self._code("currency", "USD")
        return {
            "name": name,
            "currency": currency,
            PRESENTATION: self._presentation(currency),
            SAVED_CASES: self._saved_cases(),
            "horizon_months": self._horizon(),
            "start_month": self._start_month(),
        } | self.governance()

    def _code(self, key: str, default: str = "") -> str:
        """The code of a currency."""
        code = self.text(self.data, key, self.at("", key), default)
        if not re.fullmatch(r"[A-Z]{3}", code):
            raise self.fail(
                f"{key} is {shown(code)}; it must be three capital letters, like USD",
                self.at("", key),
            )
        return code

    def _presentation(self, currency: str) -> str:
        """The presentation currency, with its rate by the tables where none is set."""
        code = self._code(PRESENTATION) if self.data.get(PRESENTATION, "") != "" else ""
        rate = self.data.get(PRESENTATION_RATE)
        if code in ("", currency):
            if isinstance(rate, (int, float)) and rate != 1:
                raise self.fail(
                    f"{PRESENTATION_RATE} is {shown(rate)}, and {PRESENTATION} is "
                    f"{shown(code) if code else 'empty'}; name another currency than {currency}, "
                    "or set the rate to 1",
                    self.at("", PRESENTATION),
                )
            return ""
        if rate is None:
            try:
                rate = per_usd(code, self.date("fx_date")) / per_usd(currency, self.date("fx_date"))
            except KeyError as missing:
                raise self.fail(
                    f"{PRESENTATION} is {code}; there is no exchange rate of {missing.args[0]}: "
                    f"set {PRESENTATION_RATE}, in {code} per {currency}",
                    self.at("", PRESENTATION),
                ) from None
            self.data = {**self.data, PRESENTATION_RATE: rate}
        return code

    def _saved_cases(self) -> tuple[str, ...]:
        """Names of the saved cases: those given, then the usual ones."""
        given = self.array(SAVED_CASES, [*SAVED_NAMES])
        if len(given) > len(SAVED_NAMES):
            raise self.fail(
                f"{SAVED_CASES} has {len(given)} names; there are at most {len(SAVED_NAMES)} saved "
                "cases"
            )
        names = [*given, *SAVED_NAMES[len(given) :]]
        taken = list(CASES[: -len(SAVED_NAMES)])
        for number, name in enumerate(names, 1):
            place = self.at(f"{SAVED_CASES}[{number - 1}]", f"saved_case_{number}")
            text = self.text({"name": name}, "name", place, "")
            if text.casefold() in taken:
                raise self.fail(f"name is {shown(text)}, as another case is called", place)
            taken.append(text.casefold())
            names[number - 1] = text
        return tuple(names)

    def _horizon(self) -> int:
        """Length of the horizon, in months."""
        horizon = self.data.get("horizon_months", 36)
        if isinstance(horizon, float) and horizon.is_integer():
            horizon = int(horizon)
        if type(horizon) is not int or not MONTHS_MIN <= horizon <= MONTHS_MAX:
            number = instead(horizon, MONTHS_MIN, MONTHS_MAX, whole=True)
            raise self.fail(
                f"horizon_months is {shown(horizon)}; "
                f"it must be a whole number between {MONTHS_MIN} and {MONTHS_MAX}{number}",
                self.at("", "horizon_months"),
            )
        return horizon

    def _start_month(self) -> str:
        """First month of the horizon, such as "2027-01"."""
        start = self.data.get("start_month", "2027-01")
        if not isinstance(start, str) or not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", start):
            raise self.fail(
                f"start_month is {shown(start)}; it must be a month like '2027-01', from 2000-01 "
                f"to 2099-12{year_typed_alone(start)}",
                self.at("", "start_month"),
            )
        return start

    def _name_everything(
        self,
        site_tables: Sequence[Mapping[str, Any]],
        plan_tables: Sequence[Mapping[str, Any]],
        horizon: int,
    ) -> dict[str, int]:
        """Set the names of roles, sites and plans, and give back how many there are of each."""
        given_roles = self.array("roles", ["Senior ML engineer"])
        sizes = {"plan": len(plan_tables), "site": len(site_tables), "role": len(given_roles)}
        for what, count in sizes.items():
            if count > SHAPE_MAX[what]:
                raise self.fail(f"{count} {what}s; there may be at most {SHAPE_MAX[what]}")
        whole, most = sizes["plan"] * sizes["site"] * horizon, SHAPE_MAX["plan x site x month"]
        if whole > most:
            raise self.fail(
                f"{sizes['plan']} plans x {sizes['site']} sites x {horizon} months are {whole:,}; "
                f"there may be at most {most:,}: take fewer plans or sites, or a shorter horizon"
            )
        self.roles = self.names("role", given_roles, "roles")
        self.sites = self.names("site", [t.get("name") for t in site_tables], "sites.name")
        self.plans = self.names("plan", [t.get("name") for t in plan_tables], "plans.name")
        return sizes

    def _refuse_missing_figures(self, roster: Roster) -> None:
        """Raise one error for all figures that the file must set and does not."""
        # Sites of whose salary nothing is missing.
        paid = np.flatnonzero((roster.paid()[1] > 0).all(axis=1)).tolist()
        self.unset = [one for one in self.unset if not (one.key == "salary" and one.site in paid)]
        if self.unset:
            room = MESSAGE_MAX - len(self.origin) - 2
            raise self.fail(message(self.unset, self.sites, room))

    def _setting(self, entry: Input, values: dict[str, np.ndarray]) -> None:
        """Fill in an input of the whole scenario."""
        if entry.name in self.data:
            value = self.data[entry.name]
        else:
            value = self.converted(entry, entry.default)
        if entry.name == "sensitivity_plan" and isinstance(value, str):
            value = self._number_of_plan(value, entry.name)
        values[entry.name][...] = self.number(entry, value, "")

    def _number_of_plan(self, name: str, key: str) -> int:
        """The number of a plan by its name; 0 for the plan recommended."""
        if name not in self.plans:
            self.known(name, (*self.plans, _RECOMMENDED), key, "plan")
        return self.plans.index(name) + 1 if name in self.plans else 0

    def _by_role(self, entry: Input, values: dict[str, np.ndarray]) -> None:
        """Fill in an input of each role: one number, or a table by role; else by its work type."""
        given = self.data.get(entry.name)
        if not isinstance(given, Mapping):
            given = {} if given is None else dict.fromkeys(self.roles, given)
        for role in given:
            self.known(role, self.roles, entry.name, "role")
        for r, role in enumerate(self.roles):
            value = given.get(role, self._work(role).get(entry.name, entry.default))
            address = Address(entry.name, {"role": r})
            self.put(values, address, value, "", f"{entry.name} of {role!r}")

    def _work(self, role: str) -> dict[str, float]:
        """What the work type of a role gives, if it has one."""
        given = self.data.get("work_type", {})
        if not isinstance(given, Mapping):
            given = dict.fromkeys(self.roles, given)
        for key, name in given.items():
            self.known(key, self.roles, "work_type", "role")
            if not isinstance(name, str) or name.casefold() not in work_types():
                raise self.fail(
                    f"work_type of {key!r} is {shown(name)}; "
                    f"it must be one of {', '.join(work_types())}"
                )
        return work_types()[given[role].casefold()] if role in given else {}

    def _list(self, entry: List, values: dict[str, np.ndarray]) -> tuple[str, ...]:
        """Fill in a list and give back the names of its rows; empty where there is none."""
        fields = {one.field: one for one in self.inputs.values() if one.list_axis == entry.axis}
        for one in fields.values():
            for s in range(len(self.sites) if one.varies_by("site") else 1):
                at = {"site": s} if one.varies_by("site") else {}
                values[one.name][Address(one.name, at).index] = one.default_at(s)
        if entry.axis == "driver":
            self._ranges_within_countries(values)
        tables = self._list_tables(entry)
        names = [""] * entry.size if not entry.names else list(entry.names)
        for number, table in enumerate(tables):
            row = self._list_row(entry, table, number, names, fields)
            place = f"{entry.key}[{number}] {names[row]!r}"
            for field, one in fields.items():
                if field in table:
                    self._list_field(one, table, row, values, place)
        for row in reversed(range(len(tables) if not entry.names else 0)):
            set_here = any(_differs(one, values, row) for one in fields.values())
            if names[row] != f"{UNUSED}{row + 1}" or set_here:
                break
            names[row] = ""  # as a workbook names a row that is not used
        return tuple(names)

    def _ranges_within_countries(self, values: dict[str, np.ndarray]) -> None:
        """Narrow the ranges of drivers that differ by country, if each site abroad names one."""
        abroad = self.tables("sites")[1:]
        if not abroad or not all(table.get("location") for table in abroad):
            return
        charges = highest_charges(values)
        for number, name in enumerate(DRIVERS):
            if name in WITHIN_COUNTRY:
                low, high = ends_within_country(name, charges)
                better, worse = (low, high) if DRIVERS[name] == "low" else (high, low)
                for field, level in (
                    ("low", low),
                    ("high", high),
                    ("optimistic", (1 + better) / 2),
                    ("pessimistic", (1 + worse) / 2),
                ):
                    values[f"driver_{field}"][..., number] = round(level, 10)

    def _list_row(
        self,
        entry: List,
        table: Mapping[str, Any],
        number: int,
        names: list[str],
        fields: Mapping[str, Input],
    ) -> int:
        """The row that a table of a list describes; its name is put into ``names``."""
        place = f"{entry.key}[{number}]"
        for key in table:
            self.known(key, ("name", "site", *fields), place)
        if "site" in table:
            self.known(str(table["site"]), self.sites, place, "site")
        if entry.names:
            self.known(str(table.get("name", "")), entry.names, place, "name")
            return entry.names.index(table["name"])
        at = self.at(place, f"{entry.axis}_names", **{entry.axis: number})
        names[number] = self.text(table, "name", at, "")
        return number

    def _list_tables(self, entry: List) -> Sequence[Mapping[str, Any]]:
        given = self.data.get(entry.key, entry.default)
        if not isinstance(given, (list, tuple)) or not all(isinstance(t, Mapping) for t in given):
            raise self.fail(f"{entry.key} is {shown(given)}; it must be [[{entry.key}]] tables")
        if len(given) > entry.size:
            raise self.fail(f"{len(given)} {entry.key}; there may be at most {entry.size}")
        return given

    def _list_field(
        self,
        entry: Input,
        table: Mapping[str, Any],
        row: int,
        values: dict[str, np.ndarray],
        place: str,
    ) -> None:
        """Fill in one field of a list's row: a number, or for some a table of numbers by site."""
        field, at = entry.field, {entry.list_axis: row}
        [key] = (one.key for one in LISTS if one.axis == entry.list_axis)
        if key not in self.data:
            table = {**table, field: self.converted(entry, table[field], key=key)}
        if not entry.varies_by("site"):
            self.put(values, Address(entry.name, at), table[field], place, field)
            return
        first = int(entry.fixed_onshore)
        by_site = table[field]
        if not isinstance(by_site, Mapping):
            named = [table["site"]] if "site" in table else self.sites[first:]
            by_site = dict.fromkeys(named, by_site)
        for site, number in by_site.items():
            self.known(site, self.sites, f"{place}, {field}", "site")
            s = self.sites.index(site)
            if s < first:
                raise self.fail(f"{field} cannot be set at {site!r}, the onshore base", place)
            self.put(values, Address(entry.name, {**at, "site": s}), number, place, field)

    def _plan(self, index: int, table: Mapping[str, Any], values: dict[str, np.ndarray]) -> None:
        """Fill in the heads of a plan."""
        place = f"plans[{index}] {self.plans[index]!r}"
        for key in table:
            self.known(key, ("name", "heads", "waves"), place)
        by_site = table.get("heads", {})
        if not isinstance(by_site, Mapping):
            raise self.fail(
                f"heads is {shown(by_site)}; it must be a table of heads by site", place
            )
        for site, given in by_site.items():
            self.known(site, self.sites, f"{place}, heads", "site")
            at = {"plan": index, "site": self.sites.index(site)}
            for role, value in self._heads_by_role(site, given, place).items():
                address = Address("heads", {**at, "role": self.roles.index(role)})
                self.put(values, address, value, place, f"heads of {role!r} at {site!r}")
        heads = take(values, "heads", plan=index)
        self._refuse_unnamed(index, heads, place)
        is_empty = is_spare("plan", self.plans[index]) or self.plans[index] in self.listed
        if not heads.any() and not is_empty:
            place, name = self.at(place, "heads", plan=index), self.plans[index]
            raise self.fail(
                f"plan {name!r} has no heads; it must have some at one site at least", place
            )
        if index == 0 and heads[1:].any():
            raise self.fail(
                f"the first plan is the baseline; it must have heads only at {self.sites[0]!r}",
                self.at(place, "heads", **_first(heads[1:], site=1, role=0)),
            )

    def _refuse_unnamed(self, plan: int, heads: np.ndarray, place: str) -> None:
        """Refuse heads of a plan, site or role that has no name of its own."""
        for site, role, *_ in np.argwhere(heads).tolist():
            for axis, number in (("plan", plan), ("site", site), ("role", role)):
                if is_spare(axis, name := getattr(self, f"{axis}s")[number]):
                    at = {"plan": plan, "site": site, "role": role}
                    raise self.fail(
                        f"{heads[site, role].item():g} heads of {name!r}, which is a spare place: "
                        f"type the name of the {axis} over it, or set the heads to 0",
                        self.at(place, "heads", **at),
                    )

    def _heads_by_role(self, site: str, given: Any, place: str) -> Mapping[str, Any]:
        """Heads of a plan at a site, by role; a single number where there is one role."""
        if not isinstance(given, Mapping):
            if len(self.roles) > 1:
                raise self.fail(
                    f"heads at {site!r} is {shown(given)}; with several roles it must be a "
                    f"table of heads by role, like {{ {self.roles[0]!r} = 4 }}",
                    place,
                )
            return {self.roles[0]: given}
        for role in given:
            self.known(role, self.roles, f"{place}, heads at {site!r}", "role")
        return given


def _first(heads: np.ndarray, site: int, role: int) -> dict[str, int]:
    """Position of the first heads above 0, where the array begins at a site and a role."""
    s, r = np.argwhere(heads)[0].tolist()
    return {"site": site + s, "role": role + r}


def _differs(entry: Input, values: Mapping[str, np.ndarray], row: int) -> bool:
    """Whether a field of a list's row is not the default, where it can be set."""
    found = take(values, entry.name, **{entry.list_axis: row}).ravel()
    return bool((found[int(entry.fixed_onshore) :] != entry.default).any())
