"""Scenarios: complete sets of inputs, read from TOML and validated."""

import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from importlib import resources
from pathlib import Path
from typing import Any, Self

import numpy as np

from .address import take
from .assumptions import Unset, assumptions
from .axes import POSITION, with_periods
from .declaration import Input, Scope, month_of
from .drivers import CASES, SAVED, SAVED_NAMES
from .errors import ScenarioError
from .evidence import POSITIONS as FIGURES
from .evidence import Book
from .governance import SIGNED, Version
from .lists import LISTS, List
from .locations import PARTS, per_usd
from .model import default_model, nearest
from .reading.consistency import Locate, shown
from .reading.fields import Reader
from .reading.missing_figures import listed_keys, set_in_file
from .reading.roster import roster_beside
from .reading.site_fields import SITE_SCOPES
from .reading.toml_text import read_toml
from .roster import DECIDED, Roster, RosterRow
from .roster import KEY as ROSTER

_PRESETS = resources.files(__package__).joinpath("tables/presets")
_SHARE_OF_PAY = 1  # the basis of an extra cost whose amount is a share, so no money
OTHER_CURRENCY = "other currency"  # amounts are shown at a rate, and nobody says in what
_FILE_MAX = 8 << 20  # of a scenario file: more than the largest scenario takes


@dataclass(frozen=True, eq=False)
class Scenario:
    """A complete set of inputs, with names of sites, roles and plans, and the horizon.

    Scenarios are equal if all their fields and values are equal.

    Parameters
    ----------
    name, currency : str
    presentation_currency : str
        In which sheets for readers show amounts, at ``presentation_rate``; "" for ``currency``.
    horizon_months : int
        6 to 120.
    start_month : str
        First month, such as "2027-01".
    prepared_by, prepared_on : str
        Who prepared the comparison, and the date, such as "2026-11-23"; "" if not stated.
    reviewed_by, reviewed_on, approved_by, approved_on : str
        The same of who reviewed and who approved it.
    versions : tuple of Version
        The version log.
    saved_cases : tuple of str
        Names of the three saved cases.
    sites, roles, plans : tuple of str
        Site 0 is the onshore base; plan 0, all onshore, is the baseline.
    rule_names : tuple of tuple of str
        Names of the statutory charges of each site; "" for an unused row.
    locations : tuple of str
        Code of the country, region or regime whose figures each site has; "" for its own figures.
    list_names : dict of str to tuple of str
        Names of the rows of each list, by its axis; "" for an unused row.
    values : dict of str to array, shape (1, plan, site, role, month)
        Every input, size 1 on axes it does not vary over.
    book : Book
        Who answers for the figures of sites, and what they rest on.
    roster : tuple of RosterRow
        The people from whom heads, waves and pay of plans are; left out where the values say
        something else.
    roster_rows : int
        Rows to fill in of sheet Roster; no part of what makes two scenarios equal.
    roster_slots : tuple of int
        On which of them the rows of the roster stand; by default the first. No part either.
    unset : Unset
        What the source of the scenario leaves open; no part of what makes two scenarios equal.
    file : str
        File that the scenario was read from, for error messages; "" if from none. No part of what
        makes two scenarios equal.
    """

    name: str
    currency: str
    horizon_months: int
    start_month: str
    prepared_by: str
    prepared_on: str
    sites: tuple[str, ...]
    roles: tuple[str, ...]
    plans: tuple[str, ...]
    rule_names: tuple[tuple[str, ...], ...]
    locations: tuple[str, ...]
    list_names: dict[str, tuple[str, ...]]
    values: dict[str, np.ndarray] = field(repr=False)
    reviewed_by: str = ""
    reviewed_on: str = ""
    approved_by: str = ""
    approved_on: str = ""
    presentation_currency: str = ""
    saved_cases: tuple[str, ...] = SAVED_NAMES
    versions: tuple[Version, ...] = ()
    book: Book = field(default_factory=Book)
    roster: tuple[RosterRow, ...] = ()
    roster_rows: int = field(default=0, repr=False)
    roster_slots: tuple[int, ...] = field(default=(), repr=False)
    unset: Unset = field(default=Unset(), repr=False)
    file: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.roster and not self._follows_roster():
            object.__setattr__(self, "roster", ())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Scenario):
            return NotImplemented
        others = {"values", "unset", "file", "roster_rows", "roster_slots"}
        names = {one.name for one in fields(Scenario)} - others
        return (
            all(getattr(self, name) == getattr(other, name) for name in names)
            and self.values.keys() == other.values.keys()
            and all(np.array_equal(array, other.values[n]) for n, array in self.values.items())
        )

    def __hash__(self) -> int:
        return hash(self.fingerprint())

    def without_roster(self) -> Self:
        """The same case, its heads, waves and pay as if entered."""
        return replace(self, roster=(), roster_rows=0, roster_slots=())

    def people(self) -> Roster:
        """The roster in numbers."""
        names = {"plan": self.plans, "site": self.sites, "role": self.roles}
        return Roster(self.roster, names, self.currency, self.start_month, self.horizon_months)

    def _follows_roster(self) -> bool:
        """Whether heads, waves and pay are still what the roster decides."""
        known = {"plan": self.plans, "site": self.sites, "role": self.roles}
        if any(getattr(row, axis) not in known[axis] for row in self.roster for axis in known):
            return False
        found = self.people()
        if found.most_waves > self.values["wave_share"].shape[POSITION["wave"]]:
            return False
        decided = found.decide(self.values)
        return all(np.array_equal(decided[name], self.values[name]) for name in DECIDED)

    @property
    def source(self) -> str:
        """Where the scenario is from, for error messages: its file, or else its name."""
        return self.file or self.name

    @property
    def case_names(self) -> tuple[str, ...]:
        """Names of all cases; "" for a saved case that moves no driver."""
        entries = (default_model().inputs[f"driver_saved_{n}"] for n in range(1, len(SAVED) + 1))
        moved = (np.any(take(self.values, one.name) != one.default) for one in entries)
        saved = (name if moves else "" for name, moves in zip(self.saved_cases, moved, strict=True))
        return (*CASES[: -len(SAVED)], *saved)

    @property
    def shown_currency(self) -> str:
        """The currency in which sheets for readers show amounts."""
        if take(self.values, "presentation_rate").item() == 1:
            return self.currency
        return self.presentation_currency or OTHER_CURRENCY

    @property
    def assumed(self) -> tuple[str, ...]:
        """What is assumed, and which inputs or waves have no effect, in sentences."""
        return assumptions(
            self.unset,
            self.sites,
            self.plans,
            self.rule_names,
            self.horizon_months,
            self.values,
        )

    @property
    def sizes(self) -> dict[str, int]:
        """Size of each axis."""
        sizes = {
            "plan": len(self.plans),
            "site": len(self.sites),
            "role": len(self.roles),
            "month": self.horizon_months,
            "wave": self.values["wave_share"].shape[POSITION["wave"]],
        }
        return with_periods(sizes)

    def in_currency(self, currency: str) -> Self:
        """The same case in another currency, all amounts converted at the rates of the tables.

        Raises
        ------
        ScenarioError
            The tables have no rate of one of the two currencies.
        """
        try:
            rate = per_usd(currency) / per_usd(self.currency)
        except KeyError as missing:
            unknown = missing.args[0]
            raise ScenarioError(
                f"no exchange rate was found for {unknown}: use a scenario in {currency} that sets "
                f"fx_date, or {listed_keys(set_in_file())}"
            ) from None
        values = dict(self.values)
        for name, entry in default_model().inputs.items():
            if entry.unit.startswith("money"):
                values[name] = values[name] * rate
        values["fx_rate"] = values["fx_rate"] / rate
        shown = self.presentation_currency.replace(currency, "")
        values["presentation_rate"] = np.where(shown != "", values["presentation_rate"] / rate, 1.0)
        share = self.values["extra_basis"] == _SHARE_OF_PAY
        values["extra_amount"] = np.where(
            share, self.values["extra_amount"], values["extra_amount"]
        )
        said = (
            f"amounts are converted from {self.currency} at {rate:,.6g} {currency} each, by the "
            "rates of sheet Countries"
        )
        unset = replace(self.unset, notes=(*self.unset.notes, said))
        return replace(
            self, currency=currency, presentation_currency=shown, values=values, unset=unset
        )

    def evaluate(self) -> dict[str, np.ndarray]:
        """Every input and line of the model.

        Returns
        -------
        dict of str to array, shape (1, plan, site, role, month)
            By name, each in its own unit; NaN where there is no answer.

        Raises
        ------
        ScenarioError
            A figure is infinite; the message names it and its plan.
        """
        values = default_model().evaluate(self.values, self.horizon_months)
        for name, line in default_model().lines.items():
            if (endless := np.isinf(values[name])).any():
                plan = int(np.argwhere(endless)[0][POSITION["plan"]])
                of = f" of plan {self.plans[plan]!r}" if "plan" in line.over else ""
                raise ScenarioError(
                    f"{self.source}: {line.label}{of} is infinite: it divides by 0, or is too "
                    "large; change the inputs that its formula on sheet Lines names"
                )
        return values

    @classmethod
    def default(cls) -> Self:
        """The embedded scenario: an onshore base, and a mid-cost, a far and a near site."""
        text = resources.files(__package__).joinpath("tables/default.toml").read_text("utf-8")
        return cls.from_dict(tomllib.loads(text), "default scenario")

    @classmethod
    def preset(cls, name: str) -> Self:
        """A preset: an embedded scenario based on the source articles.

        Parameters
        ----------
        name : str
            One of :func:`presets`.

        Returns
        -------
        Scenario

        Raises
        ------
        ScenarioError
            No preset of that name; the message lists all presets.
        """
        known = presets()
        if name not in known:
            raise ScenarioError(
                f"no preset is called {shown(name) if name else repr(name)}; "
                f"there are {', '.join(known)}{nearest(name, known)}"
            )
        text = _PRESETS.joinpath(f"{name}.toml").read_text("utf-8")
        return cls.from_dict(tomllib.loads(text), f"preset {name}")

    @classmethod
    def from_toml(cls, path: str | Path) -> Self:
        """Scenario in a TOML file.

        Parameters
        ----------
        path : path
            docs/scenario.md lists the keys of the file.

        Returns
        -------
        Scenario

        Raises
        ------
        ScenarioError
            The file cannot be read, or has a key or value that is not allowed; the message names
            the file, the key, the value and what is allowed.
        """
        if not isinstance(path, (str, os.PathLike)):
            raise ScenarioError(f"path is a {type(path).__name__}; it must be the path of a file")
        data = read_toml(path, _FILE_MAX, "scenario", ScenarioError)
        if isinstance(data.get(ROSTER), str):
            data[ROSTER] = roster_beside(Path(path), data[ROSTER])
        return replace(cls.from_dict(data, str(path)), file=str(path))

    @classmethod
    def from_dict(
        cls, data: Mapping[str, Any], origin: str = "scenario", locate: Locate | None = None
    ) -> Self:
        """Scenario from plain data with the structure of a scenario file.

        Parameters
        ----------
        data : mapping
            Keys as in a scenario file; docs/scenario.md lists them.
        origin : str
            Name of the file or other source of the data, for error messages.
        locate : callable, optional
            Takes the address of an input and returns its cell in the source, such as "Inputs!F52".

        Returns
        -------
        Scenario

        Raises
        ------
        ScenarioError
            A key or value that is not allowed.
        """
        return cls(**Reader(data, origin, locate).parts())

    def to_dict(self) -> dict[str, Any]:
        """The scenario as plain data for :meth:`from_dict`, with every input."""
        inputs = default_model().inputs.values()
        data: dict[str, Any] = {
            "name": self.name,
            "currency": self.currency,
            "presentation_currency": self.presentation_currency,
            "horizon_months": self.horizon_months,
            "start_month": self.start_month,
            "prepared_by": self.prepared_by,
            "prepared_on": self.prepared_on,
            "roles": list(self.roles),
        }
        data |= {
            entry.name: _in_words(entry, take(self.values, entry.name).item())
            for entry in inputs
            if entry.scope is Scope.SCENARIO
        }
        data |= {entry.name: self._by_role(entry) for entry in inputs if entry.scope is Scope.ROLE}
        data["sites"] = [
            {"name": name, "statutory": self._rules(site)}
            | ({"location": code} if (code := self.locations[site]) else {})
            | {"grades": self._grades(site)}
            | {
                entry.name: self._site_value(entry, site)
                for entry in inputs
                if entry.scope in SITE_SCOPES
                if not (site == 0 and entry.fixed_onshore)
            }
            for site, name in enumerate(self.sites)
        ]
        data["plans"] = [
            {"name": plan, "heads": self._heads(p)} | self._waves(p)
            for p, plan in enumerate(self.plans)
        ]
        data |= {entry.key: self._list(entry) for entry in LISTS}
        if self.saved_cases != SAVED_NAMES:
            data["saved_cases"] = [*self.saved_cases]
        data |= self._governance()
        if self.roster:
            usual = RosterRow("", "", "")._asdict()
            data[ROSTER] = [
                {key: value for key, value in row._asdict().items() if value != usual[key]}
                for row in self.roster
            ]
        return data | ({"assumptions": stated} if (stated := self._assumptions()) else {})

    def _governance(self) -> dict[str, Any]:
        """Who reviewed and approved the scenario, and its version log; only what is stated."""
        keys = (f"{step}_{part}" for step in SIGNED for part in ("by", "on"))
        found: dict[str, Any] = {key: value for key in keys if (value := getattr(self, key))}
        if self.versions:
            found["versions"] = [
                {key: value for key, value in row._asdict().items() if value}
                for row in self.versions
            ]
        return found

    def fingerprint(self) -> str:
        """Hash of all assumptions; the name, the sign-off and the version log do not count."""
        shape = (self.currency, self.horizon_months, self.start_month)
        names = (self.sites, self.roles, self.plans, self.rule_names, self.list_names)
        digest = hashlib.sha256(json.dumps([shape, names]).encode())
        for name, array in self.values.items():
            digest.update(name.encode())
            digest.update((array + 0.0).astype("<f8").tobytes())  # 0.0 also turns -0 into 0
        return digest.hexdigest()[:16]

    def _by_role(self, entry: Input, **at: int) -> dict[str, Any]:
        """An input that varies by role, at one site if it varies by site."""
        return dict(zip(self.roles, take(self.values, entry.name, **at).tolist(), strict=True))

    def _heads(self, plan: int) -> dict[str, dict[str, float]]:
        """Heads of a plan by site and role, without zeros."""
        found = {}
        for s, site in enumerate(self.sites):
            heads = take(self.values, "heads", plan=plan, site=s).tolist()
            if any(heads):
                found[site] = {r: float(n) for r, n in zip(self.roles, heads, strict=True) if n}
        return found

    def _waves(self, plan: int) -> dict[str, list[dict[str, Any]]]:
        """Waves of a plan's heads, where they do not all start in the first month and stay."""
        found = []
        for s, site in enumerate(self.sites):
            month, share, end = (
                take(self.values, f"wave_{part}", plan=plan, site=s).tolist()
                for part in ("month", "share", "end")
            )
            waves = [
                {"site": site, "month": m, "share": part} | ({"end": e} if e else {})
                for m, part, e in zip(month, share, end, strict=True)
                if part
            ]
            if waves != [{"site": site, "month": 1, "share": 1.0}]:
                found += waves
        return {"waves": found} if found else {}

    def _grades(self, site: int) -> dict[str, Any]:
        """The grade of each figure of a site, in words."""
        entry = default_model().inputs["figure_basis"]
        grades = take(self.values, entry.name, site=site).tolist()
        return {figure: _in_words(entry, grades[at]) for figure, at in FIGURES.items()}

    def _assumptions(self) -> list[dict[str, Any]]:
        """The book of assumptions: figures of which more is stated than their grade."""
        inputs = default_model().inputs
        entries = {key: inputs[f"figure_{key}"] for key in ("expires", "status")}
        found = []
        for site, name in enumerate(self.sites):
            for figure, at in FIGURES.items():
                said: dict[str, Any] = self.book.of(site, at)
                for key, entry in entries.items():
                    value = take(self.values, entry.name, site=site, figure=at).item()
                    if value != entry.default:
                        said[key] = _in_words(entry, value)
                if said:
                    found.append({"figure": figure, "site": name} | said)
        return found

    def _list(self, entry: List) -> list[dict[str, Any]]:
        """Rows of a list; of rows with fixed names, only values that differ from the defaults."""
        fields = [one for one in default_model().inputs.values() if one.list_axis == entry.axis]
        found = []
        for number, name in enumerate(self.list_names[entry.axis]):
            row: dict[str, Any] = {}
            for one in fields:
                values = take(self.values, one.name, **{entry.axis: number}).ravel()
                first = 1 if one.fixed_onshore else 0
                if entry.names and all(v == one.default_of_row(number) for v in values[first:]):
                    continue
                by_site = dict(zip(self.sites[first:], values[first:].tolist(), strict=False))
                alike = len({*values[first:].tolist()}) <= 1
                row[one.field] = values[-1].item() if alike else by_site
            if name and (row or not entry.names):
                found.append({"name": name} | row)
        return found

    def _site_value(self, entry: Input, site: int) -> Any:
        """An input of a site: a number, one for each role, or one for each month of the ramp."""
        if entry.scope is Scope.SITE_AND_ROLE:
            return self._by_role(entry, site=site)
        return take(self.values, entry.name, site=site).tolist()

    def _rules(self, site: int) -> list[dict[str, Any]]:
        """Statutory rules of a site, without values that have no effect."""
        inputs = {part: default_model().inputs[f"statutory_{part}"] for part in PARTS}
        found = []
        for number, line in enumerate(self.rule_names[site]):
            rule = {
                part: take(self.values, entry.name, site=site, rule=number).item()
                for part, entry in inputs.items()
            }
            if line:
                given: dict[str, Any] = {
                    part: _in_words(inputs[part], value)
                    for part, value in rule.items()
                    if part in ("rate", "grade") or value != inputs[part].last
                }
                found.append({"line": line} | given)
        return found


def _in_words(entry: Input, value: float) -> float | str:
    """The word of a choice or the month, as scenario files have it; any other value as it is."""
    if entry.is_month:
        return month_of(value)
    return entry.word_of(value) if entry.choices else value


def presets() -> dict[str, str]:
    """Descriptions of all presets by name, from the first line of each file."""
    found = {}
    for file in sorted(_PRESETS.iterdir(), key=lambda file: file.name):
        first, _, _ = file.read_text("utf-8").partition("\n")
        found[file.name.removesuffix(".toml")] = first.lstrip("# ")
    return found
