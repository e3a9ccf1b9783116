"""The same case with other plans, sites, roles or months: what is in both shapes stays as it is."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from .address import take
from .assumptions import Unset
from .axes import POSITION
from .country_figures import OF_BOTH, OF_COUNTRY, figure_of
from .declaration import Input
from .errors import ScenarioError
from .evidence import Book
from .grades import ASSUMPTION, OWN
from .locations import Location, location_named, locations
from .model import default_model, nearest
from .reading.consistency import listed, shown
from .reading.site_fields import TERMINATION
from .roster import KEY as ROSTER
from .scenario import Scenario
from .spares import is_spare

AXES = ("plan", "site", "role")
Added = Mapping[str, str]  # new names, each with what it starts from; "" for the usual one
_OF_BASE = {"plan": "the baseline", "site": "the onshore base"}
# What a site with a country never takes from another one.
_BY_LAW = {*OF_BOTH, "overlap_hours", "statutory", "grades"}
_WAVE = {"wave_month": 1, "wave_share": 0, "wave_end": 0}


@dataclass(frozen=True)
class Changes:
    """What becomes another shape.

    Parameters
    ----------
    plans, sites, roles : mapping of str to str
        Names to add, each with the plan, site or role whose inputs it starts from, or for a site
        a country; "" for the last plan, the first site abroad, the first role.
    months : int, optional
        Months of the horizon; as many as before where it is not given.
    drop_plans, drop_sites, drop_roles : collection of str
        Names to leave out.
    """

    plans: Added = field(default_factory=dict)
    sites: Added = field(default_factory=dict)
    roles: Added = field(default_factory=dict)
    months: int | None = None
    drop_plans: Collection[str] = ()
    drop_sites: Collection[str] = ()
    drop_roles: Collection[str] = ()

    def added(self, axis: str) -> Added:
        """Names to add along an axis."""
        return getattr(self, f"{axis}s")

    def dropped(self, axis: str) -> Collection[str]:
        """Names to leave out along an axis."""
        return getattr(self, f"drop_{axis}s")


class Reshaped(NamedTuple):
    """A case in another shape.

    Attributes
    ----------
    scenario : Scenario
    sources : dict of str to list of int
        By axis, the position before of each plan, site and role, or of what it starts from.
    countries : dict of int to str
        Code of the country whose figures a new site starts from, by the site's position.
    notes : tuple of str
        What was decided on the way, in sentences.
    """

    scenario: Scenario
    sources: dict[str, list[int]]
    countries: dict[int, str]
    notes: tuple[str, ...]


def reshaped(scenario: Scenario, changes: Changes) -> Reshaped:
    """A scenario in another shape.

    Inputs of what is in both shapes are the same. A new site or role has no heads in the plans
    that were there; a new plan has the heads and waves of the plan that it starts from.

    Parameters
    ----------
    scenario : Scenario
    changes : Changes

    Returns
    -------
    Reshaped

    Raises
    ------
    ScenarioError
        A name that is unknown, there already or not allowed; a plan without heads; months that
        contradict an input, or more of anything than a scenario may have.
    """
    shape = _Shape(scenario, changes)
    moved = shape.moved()
    data = moved.to_dict() | {ROSTER: _rows_kept(moved, scenario)}
    data["horizon_months"] = scenario.horizon_months if changes.months is None else changes.months
    for site, place in shape.places.items():
        data["sites"][site] = _of_country(data["sites"][site], place)
    for site in shape.like_base:
        data["sites"][site] = _abroad(data["sites"][site])
    found = type(scenario).from_dict(data, scenario.source)
    # Ranges that are not set follow the countries of all sites, and there are as many waves as are
    # in use: what was there stays.
    kept = _not_of_countries(moved)
    basis = found.values["figure_basis"].copy()
    for site in shape.new("site"):  # somebody's own figure of one site is no evidence of another
        here = basis[:, :, site]
        here[here == OWN] = ASSUMPTION
    found = replace(
        found,
        values={**found.values, **kept, "figure_basis": basis},
        unset=shape.unset(found.unset),
        file=scenario.file,
    )
    countries = {site: place.iso for site, place in shape.places.items()}
    return Reshaped(found, shape.sources, countries, (*shape.notes(found),))


def relocated(scenario: Scenario, places: Mapping[int, Location]) -> Scenario:
    """The same case with sites in other countries, whose figures and law replace their own.

    The figures of :func:`missing_facts`, which a country does not give, stay those of the site.

    Parameters
    ----------
    scenario : Scenario
    places : mapping of int to Location
        By the site's position.

    Raises
    ------
    ScenarioError
        Figures of a country that contradict the scenario.
    """
    data = scenario.to_dict()
    names = {scenario.sites[site] for site in places}
    for site, place in places.items():
        table = {key: v for key, v in data["sites"][site].items() if key not in TERMINATION}
        data["sites"][site] = _of_country(table, place)
    stated = [one for one in data.pop("assumptions", []) if one["site"] not in names]
    if stated:
        data["assumptions"] = stated
    found = type(scenario).from_dict(data, scenario.source)
    basis = found.values["figure_basis"].copy()
    # What the country does not give is as sure as before.
    basis[basis == OWN] = scenario.values["figure_basis"][basis == OWN]
    overlap = dict(scenario.unset.overlap)
    others = {site: hours for site, hours in overlap.items() if site not in names}
    notes = dict.fromkeys((*scenario.unset.notes, *found.unset.notes))
    unset = Unset((*others.items(), *found.unset.overlap), tuple(notes))
    values = {**found.values, **_not_of_countries(scenario), "figure_basis": basis}
    return replace(found, values=values, unset=unset, file=scenario.file)


def missing_facts(place: Location) -> list[str]:
    """Inputs that a site in a country must set, since no figure was found for it."""
    return [name for name, figure in place.facts.items() if figure is None]


def _not_of_countries(scenario: Scenario) -> dict[str, np.ndarray]:
    """Values that reading the scenario again might set anew: ranges of drivers, and waves."""
    return {
        name: scenario.values[name]
        for name, entry in default_model().inputs.items()
        if entry.list_axis == "driver" or entry.varies_by("wave")
    }


class _Shape:
    """Names and sources along each axis of a scenario in another shape."""

    def __init__(self, scenario: Scenario, changes: Changes):
        self.scenario, self.changes = scenario, changes
        self.names: dict[str, list[str]] = {}
        self.sources: dict[str, list[int]] = {}
        self.kept: dict[str, int] = {}
        self.places: dict[int, Location] = {}
        for axis in AXES:
            self._keep(axis)
            for name, like in changes.added(axis).items():
                self._add(axis, name.strip(), like.strip())
        self.like_base = [
            site
            for site in self.new("site")
            if self.sources["site"][site] == 0 and site not in self.places
        ]

    def new(self, axis: str) -> range:
        """Positions of what is new along an axis."""
        return range(self.kept[axis], len(self.names[axis]))

    def before(self, axis: str) -> tuple[str, ...]:
        """Names along an axis before."""
        return getattr(self.scenario, f"{axis}s")

    def fail(self, what: str) -> ScenarioError:
        """The error to raise, with the source of the scenario."""
        return ScenarioError(f"{self.scenario.source}: {what}")

    def _keep(self, axis: str) -> None:
        """Leave out what is dropped along an axis."""
        before, dropped = self.before(axis), self.changes.dropped(axis)
        for name in dropped:
            if name not in before:
                raise self._unknown(axis, name, before)
        if before[0] in dropped and axis in _OF_BASE:
            raise self.fail(
                f"{axis} {before[0]!r} is {_OF_BASE[axis]}, which cannot be dropped; rename it in "
                "the workbook"
            )
        if len({*dropped}) == len(before):
            raise self.fail(f"every {axis} would be dropped; keep one at least")
        self.sources[axis] = [n for n, name in enumerate(before) if name not in dropped]
        self.names[axis] = [before[n] for n in self.sources[axis]]
        self.kept[axis] = len(self.names[axis])

    def _add(self, axis: str, name: str, like: str) -> None:
        """Add a name along an axis."""
        names, sources = self.names[axis], self.sources[axis]
        if name.casefold() in (one.casefold() for one in names):
            raise self.fail(f"{axis} {name!r} is there already; give the new one another name")
        if like in names:
            source = sources[names.index(like)]
            if (place := self.places.get(names.index(like))) is not None:
                self.places[len(names)] = place
        else:
            source = self._usual(axis)
            if like:
                place = _country(like) if axis == "site" else None
                if place is None:
                    raise self._unknown(axis, like, names)
                self.places[len(names)] = place
        names.append(name)
        sources.append(source)

    def _usual(self, axis: str) -> int:
        """Position before of what a new one starts from where nothing is said."""
        kept = self.sources[axis][: self.kept[axis]]
        if axis == "plan":
            return kept[-1]
        return kept[min(1, len(kept) - 1)] if axis == "site" else kept[0]

    def _unknown(self, axis: str, name: str, names: Sequence[str]) -> ScenarioError:
        hint = nearest(name, names) or f"; there are {listed(names)}"
        country = ", and no country of sheet Countries" if axis == "site" else ""
        return self.fail(f"{shown(name)} is no {axis} of the workbook{country}{hint}")

    def moved(self) -> Scenario:
        """The scenario with the inputs of another shape, its horizon as before."""
        values = dict(self.scenario.values)
        for name, entry in default_model().inputs.items():
            for axis in AXES:
                if entry.varies_by(axis):
                    values[name] = values[name].take(self.sources[axis], POSITION[axis])
        self._staff(values)
        for site in self.new("site"):
            for name in ("figure_expires", "figure_status"):
                values[name][:, :, site] = default_model().inputs[name].default
            if self.sources["site"][site] == 0:
                _set_defaults_of_lists(values, site)
        values["sensitivity_plan"] = self._plan_shown(values["sensitivity_plan"])
        sites = self.sources["site"]
        book = self.scenario.book
        silent = tuple("" for _ in next((texts[0] for texts in book if texts), ()))
        return replace(
            self.scenario,
            plans=tuple(self.names["plan"]),
            sites=tuple(self.names["site"]),
            roles=tuple(self.names["role"]),
            rule_names=tuple(self.scenario.rule_names[s] for s in sites),
            locations=tuple(self.scenario.locations[s] for s in sites),
            values=values,
            book=Book(
                *(
                    tuple(
                        texts[s] if n < self.kept["site"] else silent for n, s in enumerate(sites)
                    )
                    if texts
                    else ()
                    for texts in book
                )
            ),
        )

    def _staff(self, values: dict[str, np.ndarray]) -> None:
        """No heads at new sites and in new roles; no waves where a plan has no heads."""
        heads = values["heads"]
        self._refuse_lost_heads()
        heads[:, :, self.kept["site"] :] = 0
        heads[:, :, :, self.kept["role"] :] = 0
        for plan in self.new("plan"):
            if is_spare("plan", self.names["plan"][plan]):
                heads[:, plan] = 0
        idle = ~heads.any(axis=(0, 3, 4))
        for name, usual in _WAVE.items():
            values[name][:, idle] = usual
        values["wave_share"][:, idle, 0] = 1

    def _refuse_lost_heads(self) -> None:
        """Refuse to drop a site at which a plan that stays has heads."""
        heads = self.scenario.values["heads"]
        plans = self.sources["plan"][: self.kept["plan"]]
        for name in self.changes.drop_sites:
            site = self.before("site").index(name)
            staffed = [self.before("plan")[p] for p in plans if heads[:, p, site].any()]
            if staffed:
                raise self.fail(
                    f"site {name!r} cannot be dropped: {listed(staffed)} "
                    f"{'has' if len(staffed) == 1 else 'have'} heads there; move them on sheet "
                    "Team, or drop the plan too"
                )

    def _plan_shown(self, number: np.ndarray) -> np.ndarray:
        """Number of the plan shown on Charts and Sensitivity; 0 where that plan is dropped."""
        before = int(number.item())
        if before > len(self.before("plan")):  # no such plan before, nor now
            return number
        plans = self.sources["plan"][: self.kept["plan"]]
        found = plans.index(before - 1) + 1 if before and before - 1 in plans else 0
        return np.full_like(number, found)

    def unset(self, read: Unset) -> Unset:
        """What the source leaves open of what is in both shapes, and of new sites."""
        before, now = dict(self.scenario.unset.overlap), dict(read.overlap)
        found = []
        for site, name in enumerate(self.names["site"]):
            source = self.before("site")[self.sources["site"][site]]
            if name in now or (source in before and site not in self.places):
                found.append((name, now.get(name, before.get(source, 0.0))))
        said = (*self.scenario.unset.notes, *read.notes)
        return Unset(tuple(found), tuple(dict.fromkeys(said)))

    def notes(self, found: Scenario) -> Iterator[str]:
        """What was decided on the way, in sentences."""
        for axis in AXES:
            for number in self.new(axis):
                name = self.names[axis][number]
                if is_spare(axis, name):
                    continue
                start = self.before(axis)[self.sources[axis][number]]
                if axis == "plan":
                    yield f"plan {name} has the heads and waves of {start}; change them on Inputs"
                elif axis == "role":
                    yield f"role {name} has the inputs and pay of {start}, and no heads yet"
                elif number in self.places:
                    place = self.places[number]
                    inputs = default_model().inputs
                    labels = [inputs[n].label for n in _lacking(place)]
                    lacking = "".join(f"{label[:1].lower()}{label[1:]}, " for label in labels)
                    yield (
                        f"site {name} has the figures and law of {place.country}; {lacking}"
                        f"overheads and all else are as at {start}; it has no heads yet"
                    )
                else:
                    code = found.locations[number]
                    where = f", country {code} included" if code else ""
                    yield f"site {name} has the figures of {start}{where}, and no heads yet"
        for name in self.changes.drop_roles:
            role = self.before("role").index(name)
            heads = take(self.scenario.values, "heads", role=role).sum(axis=1)
            kept = [(p, heads[p]) for p in self.sources["plan"][: self.kept["plan"]] if heads[p]]
            said = ", ".join(f"{number:g} in {self.before('plan')[p]}" for p, number in kept)
            if said:
                yield f"with role {name} its heads are gone: {said}"
        counted = int(take(found.values, "months_counted").item())
        if self.changes.months and 0 < counted < found.horizon_months:
            yield (
                f"{counted} of the {found.horizon_months} months count, as months_counted says; 0 "
                "counts all"
            )
        shown_before = int(take(self.scenario.values, "sensitivity_plan").item())
        if shown_before and not take(found.values, "sensitivity_plan").item():
            yield "Charts and Sensitivity show the plan recommended, as theirs is dropped"


def _rows_kept(moved: Scenario, scenario: Scenario) -> list[dict[str, Any]]:
    """Rows of the roster whose plan, site and role are in the other shape too."""
    names = {"plan": moved.plans, "site": moved.sites, "role": moved.roles}
    rows = (row for row in scenario.roster if all(getattr(row, a) in names[a] for a in names))
    return [row._asdict() for row in rows]


def _country(text: str) -> Location | None:
    """A country by its code or name."""
    known = {code.casefold(): place for code, place in locations().items()}
    return known.get(text.casefold()) or location_named(text)


def _of_country(table: Mapping[str, Any], place: Location) -> dict[str, Any]:
    """A site with the figures and the law of a country in place of its own."""
    given = {*OF_COUNTRY, *_BY_LAW} - {*_lacking(place)}
    return {key: value for key, value in table.items() if key not in given} | {
        "location": place.iso
    }


def _lacking(place: Location) -> list[str]:
    """Inputs of which a country has no figure."""
    return [name for name in OF_COUNTRY if figure_of(place, name) is None]


def _fixed_onshore() -> Iterator[Input]:
    return (entry for entry in default_model().inputs.values() if entry.fixed_onshore)


def _abroad(table: Mapping[str, Any]) -> dict[str, Any]:
    """A site that starts from the onshore base: what distance costs is by default."""
    fixed = {entry.name for entry in _fixed_onshore()} | {"overlap_hours", *OF_BOTH}
    return {key: value for key, value in table.items() if key not in fixed}


def _set_defaults_of_lists(values: dict[str, np.ndarray], site: int) -> None:
    """Give a site that starts from the onshore base the defaults of lists that only others have."""
    for entry in _fixed_onshore():
        if entry.list_axis and entry.varies_by("site"):
            values[entry.name][:, :, site] = entry.default
