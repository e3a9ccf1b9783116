"""Names for single inputs of a scenario: where each stands.

``discount_rate``, ``site.Krakow.management_rate``, ``site.Krakow.salary.QA``,
``role.QA.ambiguity``, ``plan.Hybrid.heads.Krakow.QA``, ``risk.Failed audit.cost``.
"""

from collections.abc import Iterator
from typing import NamedTuple

from .axes import POSITION
from .inputs import INPUTS, Input
from .scenario import Scenario


class Place(NamedTuple):
    """An input, and where it stands: an index into its array without the first axis."""

    entry: Input
    where: tuple


def places(base: Scenario) -> dict[str, Place]:
    """Every name, with the input and the part of its array that it stands for."""
    return dict(_named(base))


def _named(base: Scenario) -> Iterator[tuple[str, Place]]:
    for entry in INPUTS:
        if not entry.axes:
            yield entry.name, Place(entry, _at())
        elif entry.name == "heads":
            yield from _heads(base, entry)
        elif entry.axes in (("site",), ("site", "role")):
            for s, site in _sites(base, entry):
                yield f"site.{site}.{entry.name}", Place(entry, _at(site=s))
                for r, role in enumerate(base.roles if "role" in entry.axes else ()):
                    yield f"site.{site}.{entry.name}.{role}", Place(entry, _at(site=s, role=r))
        elif entry.axes == ("role",):
            for r, role in enumerate(base.roles):
                yield f"role.{role}.{entry.name}", Place(entry, _at(role=r))
        elif entry.axes[-1] in base.list_names:
            yield from _list_row(base, entry)


def _sites(base: Scenario, entry: Input) -> list[tuple[int, str]]:
    """Sites at which the input may be set."""
    return [(n, site) for n, site in enumerate(base.sites) if n or not entry.fixed_onshore]


def _heads(base: Scenario, entry: Input) -> Iterator[tuple[str, Place]]:
    for p, plan in enumerate(base.plans):
        for s, site in enumerate(base.sites[:1] if p == 0 else base.sites):
            for r, role in enumerate(base.roles):
                yield f"plan.{plan}.heads.{site}.{role}", Place(entry, _at(plan=p, site=s, role=r))
            if len(base.roles) == 1:
                yield f"plan.{plan}.heads.{site}", Place(entry, _at(plan=p, site=s))


def _list_row(base: Scenario, entry: Input) -> Iterator[tuple[str, Place]]:
    axis = entry.axes[-1]
    field = entry.name.removeprefix(f"{axis}_")
    for n, row in enumerate(base.list_names[axis]):
        if row and "site" not in entry.axes:
            yield f"{axis}.{row}.{field}", Place(entry, _at(**{axis: n}))
        for s, site in _sites(base, entry) if row and "site" in entry.axes else ():
            yield f"{axis}.{row}.{field}.{site}", Place(entry, _at(**{axis: n, "site": s}))


def _at(**positions: int) -> tuple:
    """Index into an array without its first axis."""
    index: list = [slice(None)] * 4
    for axis, position in positions.items():
        index[POSITION[axis] - 1] = slice(position, position + 1)
    return tuple(index)
