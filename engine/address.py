"""The address of a number of the model: an input or a line, and its position on each axis.

As text an address is what users type in columns of tables and on the command line:
``discount_rate``, ``site.Krakow.management_rate``, ``site.Krakow.salary.QA``,
``site.Krakow.ramp.3``, ``site.Krakow.statutory.Pension.rate``, ``role.QA.ambiguity``,
``plan.Hybrid.heads.Krakow.QA``, ``plan.Hybrid.waves.Krakow.2.month``, ``risk.Failed audit.cost``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from .axes import AXES, FIXED_SIZES, POSITION
from .declaration import Input, Scope
from .errors import DomainError
from .evidence import FIGURES, grade_at
from .inputs import INPUTS
from .model import default_model, nearest

if TYPE_CHECKING:
    from .scenario import Scenario

Values = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Address:
    """An input, a line or another array of a scenario, and a position on some of its axes.

    Parameters
    ----------
    name : str
        Of the input or line.
    at : mapping of str to int
        Position on each axis, by the axis's name, counted from 0. Axes left out are meant as a
        whole.
    abroad : bool
        All sites except the onshore base are meant.
    """

    name: str
    at: Mapping[str, int] = field(default_factory=dict)
    abroad: bool = False

    @property
    def entry(self) -> Input:
        """The declaration of the input: its unit and its valid range."""
        return default_model().inputs[self.name]

    @property
    def index(self) -> tuple[slice, ...]:
        """Index into the array, which keeps all five axes; scenarios are meant as a whole."""
        index = [slice(None)] * len(AXES)
        for axis, position in self.at.items():
            index[POSITION[axis]] = slice(position, position + 1)
        if self.abroad:
            index[POSITION["site"]] = slice(1, None)
        return tuple(index)

    def get(self, values: Values) -> np.ndarray:
        """The numbers at the address, shape (scenario, plan, site, role, month): a view."""
        return values[self.name][self.index]

    def set(self, values: Values, numbers: np.ndarray | float) -> None:
        """Put numbers at the address, in place.

        Parameters
        ----------
        values : mapping of str to array, shape (scenario, plan, site, role, month)
        numbers : float, or array of shape (scenario,)
            One number for each scenario, at every position that the address means.
        """
        numbers = np.asarray(numbers)
        values[self.name][self.index] = numbers.reshape(numbers.shape + (1,) * 4 * numbers.ndim)

    @property
    def grade(self) -> "Address | None":
        """Address of the grade of evidence of what is at this address, if it has one."""
        found = grade_at(self.name, self.at)
        return Address(*found, abroad=self.abroad) if found else None

    def refuse_outside_range(self, numbers: np.ndarray, subject: str = "") -> None:
        """Raise DomainError for the first number that the input may not have."""
        wrong = ~((numbers >= self.entry.lowest) & (numbers <= self.entry.highest))
        if self.entry.whole:
            wrong |= numbers != np.floor(numbers)
        if wrong.any():
            first = numbers[wrong].ravel()[0]
            raise DomainError(
                f"{subject or self.name} is {first:,.10g}; it must be {self.entry.allowed}"
            )

    def text(self, scenario: "Scenario") -> str:
        """The address in the names of a scenario, such as ``site.Krakow.salary.QA``.

        Raises
        ------
        DomainError
            An address without a text of its own, such as a whole ramp.
        """
        for text, address in addresses(scenario).items():
            if address == self:
                return text
        raise DomainError(
            f"{scenario.source}: {self.name} at {dict(self.at)} is not a number that an address "
            "may name; give the position on each axis that the input varies over"
        )

    @classmethod
    def parse(cls, text: str, scenario: "Scenario") -> "Address":
        """The address that a text means in a scenario.

        Raises
        ------
        DomainError
            No number of the scenario has this address: the text names the nearest that exists.
        """
        known = addresses(scenario)
        if text not in known:
            raise DomainError(
                f"{scenario.source}: no input is called {text!r}"
                f"{nearest(text, [*known]) or '; shorewise inputs lists them'}"
            )
        return known[text]


def addresses(scenario: "Scenario") -> dict[str, Address]:
    """Every address of a scenario's inputs, by its text."""
    return dict(_all_addresses(scenario))


def column_of(entry: Input) -> str:
    """The address of an input as text, with placeholders: ``site.SITE.salary.ROLE``."""
    match entry.scope:
        case Scope.ROLE:
            return f"role.ROLE.{entry.name}"
        case Scope.SITE:
            return f"site.SITE.{entry.name}"
        case Scope.SITE_AND_ROLE:
            return f"site.SITE.{entry.name}.ROLE"
        case Scope.RAMP:
            return f"site.SITE.{entry.name}.MONTH"
        case Scope.CHARGE:
            return f"site.SITE.statutory.CHARGE.{entry.name.removeprefix('statutory_')}"
        case Scope.PLAN:
            return f"plan.PLAN.{entry.name}.SITE.ROLE"
        case Scope.WAVE:
            return f"plan.PLAN.waves.SITE.WAVE.{entry.name.removeprefix('wave_')}"
        case Scope.EVIDENCE:
            return f"site.SITE.{_figure_key(entry)}.FIGURE"
        case Scope.LIST:
            by_site = ".SITE" * entry.varies_by("site")
            return f"{entry.list_axis}.{entry.list_axis.upper()}.{entry.field}{by_site}"
    return entry.name


def abroad(entry: Input) -> Address:
    """All numbers of an input except those of the onshore base."""
    return Address(entry.name, abroad=entry.varies_by("site"))


def take(values: Values, name: str, *, scenario: int | slice = 0, **at: int | slice) -> np.ndarray:
    """An input or line by the names of its axes: ``take(values, "npv", plan=2)``.

    Parameters
    ----------
    values : mapping of str to array, shape (scenario, plan, site, role, month)
        Inputs and lines, as :meth:`Scenario.evaluate` returns them.
    name : str
        An input or line of the reference model.
    scenario : int or slice
        Position among the scenarios; ``slice(None)`` keeps all of them, as the first axis.
    at : int or slice
        Position on some of the axes that the input or line varies over, counted from 0.

    Returns
    -------
    array
        Over the axes that are not given, in the model's order; a number where all are given.

    Raises
    ------
    DomainError
        A name that the model does not have, or an axis that it does not vary over.
    """
    known = default_model().axes
    if name not in known:
        raise DomainError(f"no input or line is called {name!r}{nearest(name, [*known])}")
    if unknown := at.keys() - set(known[name]):
        over = ", ".join(known[name]) or "no axis"
        raise DomainError(f"{name} does not vary by {', '.join(unknown)}; it varies by {over}")
    array = values[name]
    index: list[int | slice] = [0] * len(AXES)
    index[0] = 0 if len(array) == 1 and isinstance(scenario, int) else scenario
    for axis in known[name]:
        index[POSITION[axis]] = at.get(axis, slice(None))
    return array[tuple(index)]


def _all_addresses(scenario: "Scenario") -> Iterator[tuple[str, Address]]:
    for entry in INPUTS:
        if entry.scope is Scope.SCENARIO:
            yield entry.name, Address(entry.name)
        elif entry.scope is Scope.ROLE:
            for r, role in enumerate(scenario.roles):
                yield f"role.{role}.{entry.name}", Address(entry.name, {"role": r})
        elif entry.scope in (Scope.SITE, Scope.SITE_AND_ROLE):
            yield from _of_sites(scenario, entry)
        elif entry.scope is Scope.RAMP:
            yield from _of_ramps(scenario, entry)
        elif entry.scope is Scope.CHARGE:
            yield from _of_charges(scenario, entry)
        elif entry.scope is Scope.PLAN:
            yield from _of_plans(scenario, entry)
        elif entry.scope is Scope.WAVE:
            yield from _of_waves(scenario, entry)
        elif entry.scope is Scope.EVIDENCE:
            yield from _of_figures(scenario, entry)
        elif entry.scope is Scope.LIST:
            yield from _of_list(scenario, entry)


def _sites(scenario: "Scenario", entry: Input) -> list[tuple[int, str]]:
    """Position and name of the sites at which the input may be set."""
    return [(s, site) for s, site in enumerate(scenario.sites) if s or not entry.fixed_onshore]


def _of_sites(scenario: "Scenario", entry: Input) -> Iterator[tuple[str, Address]]:
    for s, site in _sites(scenario, entry):
        yield f"site.{site}.{entry.name}", Address(entry.name, {"site": s})
        for r, role in enumerate(scenario.roles if entry.varies_by("role") else ()):
            address = Address(entry.name, {"site": s, "role": r})
            yield f"site.{site}.{entry.name}.{role}", address


def _of_ramps(scenario: "Scenario", entry: Input) -> Iterator[tuple[str, Address]]:
    """Months since the site's start, counted from 1."""
    for s, site in _sites(scenario, entry):
        for month in range(1, FIXED_SIZES["tenure"] + 1):
            address = Address(entry.name, {"site": s, "tenure": month - 1})
            yield f"site.{site}.{entry.name}.{month}", address


def _of_charges(scenario: "Scenario", entry: Input) -> Iterator[tuple[str, Address]]:
    """Statutory charges by name, with the keys that a scenario file has for them."""
    key = entry.name.removeprefix("statutory_")
    for s, site in _sites(scenario, entry):
        for n, charge in enumerate(scenario.rule_names[s]):
            if charge:
                address = Address(entry.name, {"site": s, "rule": n})
                yield f"site.{site}.statutory.{charge}.{key}", address


def _of_plans(scenario: "Scenario", entry: Input) -> Iterator[tuple[str, Address]]:
    for p, plan in enumerate(scenario.plans):
        for s, site in enumerate(scenario.sites[:1] if p == 0 else scenario.sites):
            text = f"plan.{plan}.{entry.name}.{site}"
            for r, role in enumerate(scenario.roles):
                yield f"{text}.{role}", Address(entry.name, {"plan": p, "site": s, "role": r})
            if len(scenario.roles) == 1:
                yield text, Address(entry.name, {"plan": p, "site": s})


def _of_waves(scenario: "Scenario", entry: Input) -> Iterator[tuple[str, Address]]:
    """Waves of a plan at a site, counted from 1, with the keys of a scenario file."""
    key = entry.name.removeprefix("wave_")
    for p, plan in enumerate(scenario.plans):
        for s, site in enumerate(scenario.sites[:1] if p == 0 else scenario.sites):
            for wave in range(scenario.sizes["wave"]):
                address = Address(entry.name, {"plan": p, "site": s, "wave": wave})
                yield f"plan.{plan}.waves.{site}.{wave + 1}.{key}", address


def _of_figures(scenario: "Scenario", entry: Input) -> Iterator[tuple[str, Address]]:
    """Figures of sites that are graded, with the keys of a scenario file."""
    key = _figure_key(entry)
    for s, site in _sites(scenario, entry):
        for n, figure in enumerate(FIGURES):
            yield f"site.{site}.{key}.{figure}", Address(entry.name, {"site": s, "figure": n})


def _figure_key(entry: Input) -> str:
    return "grades" if entry.name == "figure_basis" else entry.name.removeprefix("figure_")


def _of_list(scenario: "Scenario", entry: Input) -> Iterator[tuple[str, Address]]:
    axis = entry.list_axis
    for n, row in enumerate(scenario.list_names[axis]):
        if row and not entry.varies_by("site"):
            yield f"{axis}.{row}.{entry.field}", Address(entry.name, {axis: n})
        for s, site in _sites(scenario, entry) if row and entry.varies_by("site") else ():
            yield f"{axis}.{row}.{entry.field}.{site}", Address(entry.name, {axis: n, "site": s})
