"""Scenarios: one case of inputs, read from TOML and checked against the declarations."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from .axes import TENURE_MONTHS, shape_of
from .errors import ScenarioError
from .inputs import Input
from .model import default_model, nearest

MONTHS_MIN, MONTHS_MAX = 6, 120
_NAME_MAX = 60
_GENERAL = ("name", "currency", "horizon_months", "start_month", "roles", "sites", "plans")
# XML cannot hold control characters, and Excel reads _x0041_ in a file as the letter A.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")

Locate = Callable[[str, int | None, int | None, int | None], str]


@dataclass(frozen=True)
class Scenario:
    """One complete case.

    Parameters
    ----------
    name, currency : str
    horizon_months : int
        6 to 120.
    start_month : str
        First month, such as "2027-01".
    sites, roles, plans : tuple of str
        Site 0 is the onshore base; plan 0, all onshore, is the baseline.
    values : dict of str to array, shape (1, plan, site, role, month)
        Every input, size 1 on axes it does not vary over.
    """

    name: str
    currency: str
    horizon_months: int
    start_month: str
    sites: tuple[str, ...]
    roles: tuple[str, ...]
    plans: tuple[str, ...]
    values: dict[str, np.ndarray] = field(repr=False, compare=False)

    @property
    def sizes(self) -> dict[str, int]:
        """Size of each axis."""
        return {
            "plan": len(self.plans),
            "site": len(self.sites),
            "role": len(self.roles),
            "month": self.horizon_months,
        }

    def evaluate(self) -> dict[str, np.ndarray]:
        """Every input and line of the model by name, shape (1, plan, site, role, month)."""
        return default_model().evaluate(self.values, self.horizon_months)

    @classmethod
    def default(cls) -> "Scenario":
        """The embedded scenario: the mid case, with a far and a near site beside it."""
        text = resources.files(__package__).joinpath("tables/default.toml").read_text("utf-8")
        return cls.from_dict(tomllib.loads(text), "default scenario")

    @classmethod
    def from_toml(cls, path: str | Path) -> "Scenario":
        """Read a scenario file.

        Raises
        ------
        ScenarioError
            A file that cannot be read, or a key or value that is not allowed: the text names the
            file, the key, the value and what is allowed.
        """
        try:
            with open(path, "rb") as file:
                data = tomllib.load(file)
        except OSError as error:
            raise ScenarioError(f"{path}: {error.strerror or error}") from None
        except UnicodeDecodeError as error:
            raise ScenarioError(f"{path}: not UTF-8 text, at byte {error.start}") from None
        except (ValueError, RecursionError) as error:
            raise ScenarioError(f"{path}: not valid TOML: {error}") from None
        return cls.from_dict(data, str(path))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], origin: str, locate: Locate | None = None):
        """Build a scenario from plain data, as a scenario file holds it.

        Parameters
        ----------
        data : mapping
            Keys as in a scenario file; docs/scenario.md lists them.
        origin : str
            The file, for error messages.
        locate : callable, optional
            Place of an input in that file, from its name and its plan, site and role (or step of a
            ramp); such as "Sites!F20".
        """
        return _Reader(data, origin, locate).scenario()

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data, complete, as :meth:`from_dict` takes it."""
        inputs = default_model().inputs.values()
        data: dict[str, Any] = {
            "name": self.name,
            "currency": self.currency,
            "horizon_months": self.horizon_months,
            "start_month": self.start_month,
            "roles": list(self.roles),
        }
        data |= {i.name: self.values[i.name].item() for i in inputs if not i.axes}
        data["sites"] = [
            {"name": name}
            | {
                i.name: self._site_value(i, site)
                for i in inputs
                if i.axes[:1] == ("site",) and not (site == 0 and i.fixed_onshore)
            }
            for site, name in enumerate(self.sites)
        ]
        heads = self.values["heads"][0, ..., 0]
        data["plans"] = [
            {
                "name": plan,
                "heads": {
                    site: {r: float(n) for r, n in zip(self.roles, heads[p, s], strict=True) if n}
                    for s, site in enumerate(self.sites)
                    if heads[p, s].any()
                },
            }
            for p, plan in enumerate(self.plans)
        ]
        return data

    def _site_value(self, entry: Input, site: int) -> Any:
        values = self.values[entry.name][0, 0, site]
        if entry.axes == ("site", "role"):
            return dict(zip(self.roles, values[:, 0].tolist(), strict=True))
        if entry.axes == ("site", "tenure"):
            return values[0].tolist()
        return values.item()


class _Reader:
    """Checks plain data and fills a scenario; the first thing wrong is raised."""

    def __init__(self, data: Mapping[str, Any], origin: str, locate: Locate | None):
        self.data, self.origin, self.locate = data, origin, locate
        self.inputs = default_model().inputs

    def fail(self, what: str, place: str = "") -> ScenarioError:
        return ScenarioError(f"{self.origin}: {place}{': ' if place else ''}{what}")

    def scenario(self) -> Scenario:
        scalars = [name for name, entry in self.inputs.items() if not entry.axes]
        for key in self.data:
            if key in self.inputs and key not in scalars:
                where = "plans.heads" if key == "heads" else "a [[sites]] entry"
                raise self.fail(f"{key} varies by {self.inputs[key].axes[0]}; set it in {where}")
            self.known(key, (*_GENERAL, *scalars), "")
        place = self.at("", "scenario_name")
        name = self.text(self.data, "name", place, "Comparison")
        currency = self.text(self.data, "currency", self.at("", "currency"), "USD")
        if not re.fullmatch(r"[A-Z]{3}", currency):
            raise self.fail(
                f"currency is {_shown(currency)}; it must be three capital letters, like USD",
                self.at("", "currency"),
            )
        horizon = self.data.get("horizon_months", 36)
        if type(horizon) is not int or not MONTHS_MIN <= horizon <= MONTHS_MAX:
            raise self.fail(
                f"horizon_months is {_shown(horizon)}; "
                f"it must be a whole number between {MONTHS_MIN} and {MONTHS_MAX}",
                self.at("", "horizon_months"),
            )
        start = self.data.get("start_month", "2027-01")
        if not isinstance(start, str) or not re.fullmatch(
            r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])", start
        ):
            raise self.fail(
                f"start_month is {_shown(start)}; it must be a month like '2027-01'",
                self.at("", "start_month"),
            )
        roles = self.names("roles", self.array("roles", ["Senior ML engineer"]), "roles")
        site_tables = self.tables("sites")
        plan_tables = self.tables("plans")
        sites = self.names("sites", [t.get("name") for t in site_tables], "sites.name")
        plans = self.names("plans", [t.get("name") for t in plan_tables], "plans.name")
        self.roles, self.sites, self.plans = roles, sites, plans
        sizes = {"plan": len(plans), "site": len(sites), "role": len(roles)}
        values = {
            name: np.empty(shape_of(entry.axes, sizes), entry.dtype)
            for name, entry in self.inputs.items()
        }
        for key in scalars:
            entry = self.inputs[key]
            values[key][...] = self.number(entry, self.data.get(key, entry.default), "")
        for index, table in enumerate(site_tables):
            self.site(index, table, values)
        values["heads"][...] = 0
        for index, table in enumerate(plan_tables):
            self.plan(index, table, values["heads"])
        return Scenario(name, currency, horizon, start, sites, roles, plans, values)

    def site(self, index: int, table: Mapping[str, Any], values: dict[str, np.ndarray]) -> None:
        place = f"sites[{index}] {self.sites[index]!r}"
        entries = {n: e for n, e in self.inputs.items() if e.axes[:1] == ("site",)}
        for key in table:
            self.known(key, ("name", *entries), place)
        for name, entry in entries.items():
            given = table.get(name)
            if given is not None and index == 0 and entry.fixed_onshore:
                raise self.fail(f"{name} cannot be set; the first site is the onshore base", place)
            if given is None:
                given = entry.default_at(index)
            target = values[name][0, 0, index]
            if entry.axes == ("site", "tenure"):
                target[0] = self.ramp(entry, given, place, index)
            elif entry.axes == ("site", "role") and isinstance(given, Mapping):
                default = {role: entry.default_at(index) for role in self.roles}
                for role in given:
                    self.known(role, self.roles, f"{place}, {name}")
                for r, (role, value) in enumerate((default | dict(given)).items()):
                    at = self.at(place, name, None, index, r)
                    target[r] = self.number(entry, value, at, f"{name} of {role!r}")
            else:
                target[...] = self.number(entry, given, self.at(place, name, None, index, None))

    def ramp(self, entry: Input, given: Any, place: str, site: int) -> list[float]:
        if not isinstance(given, (list, tuple)) or not 1 <= len(given) <= TENURE_MONTHS:
            raise self.fail(
                f"{entry.name} is {given!r}; it must be a list of 1 to {TENURE_MONTHS} numbers, "
                "the share of output in each month since the start",
                place,
            )
        shares = [
            self.number(
                entry, value, self.at(place, entry.name, None, site, step), f"{entry.name}[{step}]"
            )
            for step, value in enumerate(given)
        ]
        return shares + [1.0] * (TENURE_MONTHS - len(shares))

    def plan(self, index: int, table: Mapping[str, Any], heads: np.ndarray) -> None:
        place = f"plans[{index}] {self.plans[index]!r}"
        for key in table:
            self.known(key, ("name", "heads"), place)
        by_site = table.get("heads", {})
        if not isinstance(by_site, Mapping):
            raise self.fail(f"heads is {by_site!r}; it must be a table of heads by site", place)
        entry = self.inputs["heads"]
        for site, given in by_site.items():
            self.known(site, self.sites, f"{place}, heads")
            s = self.sites.index(site)
            if not isinstance(given, Mapping):
                if len(self.roles) > 1:
                    raise self.fail(
                        f"heads at {site!r} is {given!r}; with several roles it must be a table "
                        f"of heads by role, like {{ {self.roles[0]!r} = 4 }}",
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

    def at(self, place: str, name: str, plan=None, site=None, role=None) -> str:
        return self.locate(name, plan, site, role) if self.locate else place

    def number(self, entry: Input, value: Any, place: str, subject: str = "") -> float | int:
        wrong = isinstance(value, bool) or not isinstance(value, (int, float))
        if not wrong and entry.whole:
            wrong = isinstance(value, float) and not value.is_integer()
        if wrong or not entry.lowest <= value <= entry.highest:
            place = place or self.at("", entry.name)
            subject = subject or entry.name
            raise self.fail(f"{subject} is {_shown(value)}; it must be {entry.allowed}", place)
        return value

    def known(self, key: str, names, place: str) -> None:
        if key not in names:
            hint = nearest(key, names) or f"; allowed are {', '.join(map(str, names))}"
            raise self.fail(f"unknown key {_shown(key)}{hint}", place)

    def text(self, table: Mapping[str, Any], key: str, place: str, default: str) -> str:
        value = table.get(key, default)
        bad = "" if isinstance(value, str) else "a text"
        if not bad and (not value.strip() or len(value) > _NAME_MAX or _UNSAFE.search(value)):
            bad = f"1 to {_NAME_MAX} characters, without control characters or codes like _x0041_"
        if bad:
            raise self.fail(f"{key} is {_shown(value)}; it must be {bad}", place)
        return value.strip()

    def names(self, what: str, given: list[Any], key: str) -> tuple[str, ...]:
        names: list[str] = []
        for index, value in enumerate(given):
            if value is None:
                raise self.fail("name is missing", f"{what}[{index}]")
            place = self.at(f"{what}[{index}]", what, None, None, index)
            names.append(self.text({key: value}, key, place, ""))
            if names.index(names[-1]) != index:
                raise self.fail(f"{key} {value!r} is there twice; names must differ", place)
        return tuple(names)

    def array(self, key: str, default: list[str]) -> list[Any]:
        value = self.data.get(key, default)
        if not isinstance(value, list) or not value:
            raise self.fail(f"{key} is {value!r}; it must be a list with one entry at least")
        return value

    def tables(self, key: str) -> list[Mapping[str, Any]]:
        value = self.data.get(key)
        if (
            not isinstance(value, list)
            or not value
            or not all(isinstance(t, Mapping) for t in value)
        ):
            what = "missing" if value is None else _shown(value)
            raise self.fail(f"{key} is {what}; it must be one [[{key}]] table or more")
        return value


def _shown(value: Any) -> str:
    if value == "":
        return "empty"
    if isinstance(value, int) and abs(value) >= 10**18:
        return "a huge number"
    text = f"{value!r}"
    return text if len(text) <= 80 else text[:77] + "..."
