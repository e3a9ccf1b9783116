"""Plain data checked against the declarations: the parts of a scenario, or one clear error."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..axes import POSITION, ROLE, shape_of
from ..inputs import Input
from ..lists import LISTS, UNUSED, List
from ..locations import work_types
from .consistency import shown
from .missing_figures import DEFAULTS_IN, MESSAGE_MAX, Unset, default_lists_in_usd, in_usd, message
from .numerals import instead
from .site_fields import SiteReader

MONTHS_MIN, MONTHS_MAX = 6, 120
# What a workbook can show and a reader can still follow.
SHAPE_MAX = {"plan": 40, "site": 40, "role": 40, "plan x site": 400}
_GENERAL = (
    "name",
    "currency",
    "horizon_months",
    "start_month",
    "prepared_by",
    "prepared_on",
    "fx_date",
    "roles",
    "work_type",
    "sites",
    "plans",
)


class Reader(SiteReader):
    """Checks plain data and fills a scenario; the first thing wrong is raised."""

    def parts(self) -> dict[str, Any]:
        """What a scenario is made of, by field."""
        scalars = [name for name, entry in self.inputs.items() if not entry.axes]
        by_role = [name for name, entry in self.inputs.items() if entry.axes == ("role",)]
        for key in self.data:
            if key in self.inputs and key not in (*scalars, *by_role):
                where = "plans.heads" if key == "heads" else "a [[sites]] entry"
                raise self.fail(f"{key} varies by {self.inputs[key].axes[0]}; set it in {where}")
            self.known(key, (*_GENERAL, *scalars, *by_role, *(one.key for one in LISTS)), "")
        place = self.at("", "scenario_name")
        name = self.text(self.data, "name", place, "Comparison")
        currency = self.text(self.data, "currency", self.at("", "currency"), "USD")
        if not re.fullmatch(r"[A-Z]{3}", currency):
            raise self.fail(
                f"currency is {shown(currency)}; it must be three capital letters, like USD",
                self.at("", "currency"),
            )
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
        start = self.data.get("start_month", "2027-01")
        if not isinstance(start, str) or not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", start):
            raise self.fail(
                f"start_month is {shown(start)}; it must be a month like '2027-01', from 2000-01 "
                f"to 2099-12{_of_1905(start)}",
                self.at("", "start_month"),
            )
        prepared_by = ""
        if self.data.get("prepared_by", "") != "":
            prepared_by = self.text(self.data, "prepared_by", self.at("", "prepared_by"), "")
        prepared_on = None if self.data.get("prepared_on") == "" else self.date("prepared_on")
        if prepared_on and not 2000 <= prepared_on.year < 2100:
            hint = _of_1905(prepared_on)
            text = f"prepared_on is {prepared_on}; it must be from 2000 to 2099{hint}"
            raise self.fail(text, self.at("", "prepared_on"))
        given_roles = self.array("roles", ["Senior ML engineer"])
        site_tables = self.tables("sites")
        plan_tables = self.tables("plans")
        sizes = {"plan": len(plan_tables), "site": len(site_tables), "role": len(given_roles)}
        for what, count in (*sizes.items(), ("plan x site", sizes["plan"] * sizes["site"])):
            if count > SHAPE_MAX[what]:
                raise self.fail(f"{count} {what}s; there may be at most {SHAPE_MAX[what]}")
        roles = self.names("roles", given_roles, "roles")
        sites = self.names("sites", [t.get("name") for t in site_tables], "sites.name")
        plans = self.names("plans", [t.get("name") for t in plan_tables], "plans.name")
        self.roles, self.sites, self.plans = roles, sites, plans
        values = {
            name: np.empty(shape_of(entry.axes, sizes), entry.dtype)
            for name, entry in self.inputs.items()
        }
        self.currency, self.start, self.fx_date = currency, start, self.date("fx_date")
        self.unset = []
        for key in scalars:
            entry = self.inputs[key]
            if key not in self.data:
                self.check_currency(entry, entry.default)
            values[key][...] = self.number(entry, self.data.get(key, entry.default), "")
        for key in by_role:
            self._by_role(self.inputs[key], values[key])
        self.zones = [self.zone(index, table) for index, table in enumerate(site_tables)]
        rule_names = []
        for index, table in enumerate(site_tables):
            self.site(index, table, values)
            rule_names.append(self.statutory(index, table, values))
        values["heads"][...] = 0
        for index, table in enumerate(plan_tables):
            self._plan(index, table, values["heads"])
        list_names = {entry.axis: self._list(entry, values) for entry in LISTS}
        if currency != DEFAULTS_IN:
            lists = default_lists_in_usd(self.data, self.inputs)
            self.unset += (Unset(in_usd(currency), None, key) for key in lists)
        if self.unset:
            raise self.fail(message(self.unset, sites, MESSAGE_MAX - len(self.origin) - 2))
        return {
            "name": name,
            "currency": currency,
            "horizon_months": horizon,
            "start_month": start,
            "prepared_by": prepared_by,
            "prepared_on": prepared_on.isoformat() if prepared_on else "",
            "sites": sites,
            "roles": roles,
            "plans": plans,
            "rule_names": tuple(rule_names),
            "list_names": list_names,
            "values": values,
        }

    def _by_role(self, entry: Input, target: np.ndarray) -> None:
        """Fill in an input of each role: one number, or a table by role; else by its work type."""
        given = self.data.get(entry.name)
        if not isinstance(given, Mapping):
            given = {} if given is None else dict.fromkeys(self.roles, given)
        for role in given:
            self.known(role, self.roles, entry.name)
        for r, role in enumerate(self.roles):
            value = given.get(role, self._work(role).get(entry.name, entry.default))
            at = self.at("", entry.name, site=r)  # on its sheet roles are columns
            target[0, 0, 0, r] = self.number(entry, value, at, f"{entry.name} of {role!r}")

    def _work(self, role: str) -> dict[str, float]:
        """What the work type of a role gives, if it has one."""
        given = self.data.get("work_type", {})
        if not isinstance(given, Mapping):
            given = dict.fromkeys(self.roles, given)
        for key, name in given.items():
            self.known(key, self.roles, "work_type")
            if not isinstance(name, str) or name not in work_types():
                raise self.fail(
                    f"work_type of {key!r} is {shown(name)}; "
                    f"it must be one of {', '.join(work_types())}"
                )
        return work_types()[given[role]] if role in given else {}

    def _list(self, entry: List, values: dict[str, np.ndarray]) -> tuple[str, ...]:
        """Fill in a list and give back the names of its rows; empty where there is none."""
        fields = {
            name.removeprefix(f"{entry.axis}_"): one
            for name, one in self.inputs.items()
            if one.axes[-1:] == (entry.axis,)
        }
        for one in fields.values():
            for s in range(values[one.name].shape[2]):
                values[one.name][0, 0, s] = one.default_at(s)
        tables = self._list_tables(entry)
        names = [""] * entry.size if not entry.names else list(entry.names)
        for number, table in enumerate(tables):
            place = f"{entry.key}[{number}]"
            for key in table:
                self.known(key, ("name", "site", *fields), place)
            if "site" in table:
                self.known(str(table["site"]), self.sites, f"{place}, site")
            row = number
            if entry.names:
                self.known(str(table.get("name", "")), entry.names, place)
                row = entry.names.index(table["name"])
            else:
                at = self.at(place, f"{entry.axis}_names", row=number)
                names[row] = self.text(table, "name", at, "")
            name = names[row]
            for field, one in fields.items():
                if field in table:
                    self._list_field(one, table, field, values[one.name], row, f"{place} {name!r}")
        for row in reversed(range(len(tables) if not entry.names else 0)):
            set_here = any(_differs(one, values[one.name], row) for one in fields.values())
            if names[row] != f"{UNUSED}{row + 1}" or set_here:
                break
            names[row] = ""  # as a workbook names a row that is not used
        return tuple(names)

    def _list_tables(self, entry: List) -> Sequence[Mapping[str, Any]]:
        given = self.data.get(entry.key, entry.default)
        if not isinstance(given, (list, tuple)) or not all(isinstance(t, Mapping) for t in given):
            raise self.fail(f"{entry.key} is {shown(given)}; it must be [[{entry.key}]] tables")
        if len(given) > entry.size:
            raise self.fail(f"{len(given)} {entry.key}; there may be at most {entry.size}")
        return given

    def _list_field(self, entry: Input, table, field: str, target, row: int, place: str) -> None:
        """One field of a list's row: a number, or for some a table of numbers by site."""
        value, first = table[field], int(entry.fixed_onshore)
        by_site: Mapping[str | None, Any] = {None: value}
        if entry.axes[0] == "site" and isinstance(value, Mapping):
            by_site = value
        elif entry.axes[0] == "site":
            by_site = dict.fromkeys(
                [table["site"]] if "site" in table else self.sites[first:], value
            )
        at = {"month": 0, "role": 0} | {
            "role" if POSITION[entry.axes[-1]] == ROLE else "month": row
        }
        for site, number in by_site.items():
            if site is not None:
                self.known(site, self.sites, f"{place}, {field}")
            s = self.sites.index(site) if site else 0
            if s < first:
                raise self.fail(f"{field} cannot be set at {site!r}, the onshore base", place)
            where = self.at(place, entry.name, None, s, row)
            target[0, 0, s, at["role"], at["month"]] = self.number(entry, number, where, field)

    def _plan(self, index: int, table: Mapping[str, Any], heads: np.ndarray) -> None:
        place = f"plans[{index}] {self.plans[index]!r}"
        for key in table:
            self.known(key, ("name", "heads"), place)
        by_site = table.get("heads", {})
        if not isinstance(by_site, Mapping):
            raise self.fail(
                f"heads is {shown(by_site)}; it must be a table of heads by site", place
            )
        entry = self.inputs["heads"]
        for site, given in by_site.items():
            self.known(site, self.sites, f"{place}, heads")
            s = self.sites.index(site)
            if not isinstance(given, Mapping):
                if len(self.roles) > 1:
                    raise self.fail(
                        f"heads at {site!r} is {shown(given)}; with several roles it must be a "
                        f"table of heads by role, like {{ {self.roles[0]!r} = 4 }}",
                        place,
                    )
                given = {self.roles[0]: given}
            for role, value in given.items():
                self.known(role, self.roles, f"{place}, heads at {site!r}")
                r = self.roles.index(role)
                at = self.at(place, "heads", index, s, r)
                heads[0, index, s, r, 0] = self.number(
                    entry, value, at, f"heads of {role!r} at {site!r}"
                )
        if not heads[0, index].any():
            raise self.fail("the plan has no heads; it must have some at one site at least", place)
        if index == 0 and heads[0, 0, 1:].any():
            raise self.fail(
                f"the first plan is the baseline; it must have heads only at {self.sites[0]!r}",
                place,
            )


def _of_1905(value: Any) -> str:
    """A hint where a year typed into a cell for dates has become a day: the 2,027th since 1900."""
    year_alone = str(value).startswith("1905-")
    return ": to Excel a year typed alone is a day of 1905" if year_alone else ""


def _differs(entry: Input, values: np.ndarray, row: int) -> bool:
    """Whether a field of a list's row is not the default, where it can be set."""
    found = np.moveaxis(values, POSITION[entry.axes[-1]], 0)[row].ravel()
    return bool((found[int(entry.fixed_onshore) :] != entry.default).any())
