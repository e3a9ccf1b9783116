"""A case with spare places, and the case that is left without them."""

from typing import Any, NamedTuple

from .errors import DomainError, ScenarioError
from .reading.fields import SHAPE_MAX
from .reshaping import Changes, reshaped
from .scenario import Scenario
from .spares import AXES, is_spare, spare_names


class Spares(NamedTuple):
    """How many spare places a workbook has.

    Attributes
    ----------
    plans, sites, roles : int
        Places that are left out until somebody types a name and heads.
    months : int
        Months beyond the horizon, which count once ``months_counted`` is raised.
    """

    plans: int = 1
    sites: int = 1
    roles: int = 2
    months: int = 0


NO_SPARES = Spares(0, 0, 0)
USUAL = Spares()  # of a workbook that is made one at a time


def with_spares(scenario: Scenario, spares: Spares) -> Scenario:
    """The same case with spare places, which change no figure of it.

    A spare site has the figures of the first one abroad, a spare role those of the first one, and
    none has heads.

    Raises
    ------
    DomainError
        A number that is no whole number from 0 on.
    ScenarioError
        More plans, sites, roles or months than a scenario may have.
    """
    for field, number in spares._asdict().items():
        if type(number) is not int or number < 0:
            raise DomainError(f"{field} is {number!r}; spare places are a whole number from 0 on")
    names = {axis: getattr(scenario, f"{axis}s") for axis in AXES}
    for axis in AXES:
        if (count := len(names[axis]) + getattr(spares, f"{axis}s")) > SHAPE_MAX[axis]:
            most = SHAPE_MAX[axis]
            raise ScenarioError(f"{scenario.name}: {count} {axis}s; there may be at most {most}")
    added = {
        f"{axis}s": dict.fromkeys(spare_names(axis, names[axis], getattr(spares, f"{axis}s")), "")
        for axis in AXES
    }
    months = scenario.horizon_months + spares.months
    if not any(added.values()) and not spares.months:
        return scenario
    found = reshaped(scenario, Changes(**added, months=months)).scenario
    counted = found.values["months_counted"]
    if spares.months and not counted.any():
        counted[...] = scenario.horizon_months
    return found


def with_usual_spares(scenario: Scenario) -> Scenario:
    """The same case with the usual spare places, or as it is where they would be too many."""
    try:
        return with_spares(scenario, USUAL)
    except ScenarioError:
        return scenario


def spares_last(scenario: Scenario, changes: Changes) -> Changes:
    """The same changes with as many spare places as there were, behind what is added."""
    fields: dict[str, Any] = {"months": changes.months}
    for axis in AXES:
        before = getattr(scenario, f"{axis}s")
        spare = [name for name in before if is_spare(axis, name)]
        dropped = [*dict.fromkeys((*changes.dropped(axis), *spare))]
        added = changes.added(axis)
        kept = [*added, *(name for name in before if name not in dropped)]
        again = dict.fromkeys(spare_names(axis, kept, len(spare)), "")
        fields |= {f"{axis}s": {**added, **again}, f"drop_{axis}s": dropped}
    return Changes(**fields)


def without_spares(scenario: Scenario) -> Scenario:
    """The same case without its spare places."""
    dropped: dict[str, Any] = {
        f"drop_{axis}s": [name for name in getattr(scenario, f"{axis}s") if is_spare(axis, name)]
        for axis in AXES
    }
    if not any(dropped.values()):
        return scenario
    found = reshaped(scenario, Changes(**dropped)).scenario
    chosen = scenario.values["sensitivity_plan"]
    if chosen.item() > len(found.plans):  # a plan that is not there, as before
        found.values["sensitivity_plan"][...] = chosen
    return found
