"""Lines of the model for one site beside the onshore site, without a scenario file."""

import functools
from collections.abc import Container, Iterable, Mapping
from typing import NamedTuple

import numpy as np

from ..axes import AXES, FIXED_SIZES, POSITION, array_index, shape_of
from ..declaration import Input, day_of
from ..employment_law import START
from ..errors import DomainError
from ..lines import Line
from ..locations import PARTS, Location, locations
from ..model import default_model, nearest
from ..working_hours import faults_of

SIZES = {"plan": 1, "site": 2, "role": 1, "month": 1, "wave": 1, "year": 1, "quarter": 1}
AT_SITE = {"site": 1}  # position of the site; site 0 is the onshore site
LOCATION = "location"  # the name under which a site's location may be given
START_MONTH = "start_month"  # that of the month whose law counts, as the day on which it begins
DAY = float(day_of(START))  # on which the month begins whose law counts by default
BY_LOCATION = frozenset({"statutory_rate", "extra_months", "productive_hours", "fx_rate"})
_FACTS = ("extra_months", "productive_hours")  # of a location, which a site there has by default
MONTH = Input("month", "Month, counted from 1", "month", (), 1, 1, 1_200, "", whole=True)


class FoundEntry(NamedTuple):
    """An input or a line, and a position in its array.

    Attributes
    ----------
    declared : Input or Line
    at : dict of str to int
        Position along each axis with more than one position.
    """

    declared: Input | Line
    at: dict[str, int]


def find_entry(name: str) -> FoundEntry:
    """The input or line with a name, and its position.

    Parameters
    ----------
    name : str
        Name of an input or a line at the site; with the prefix ``onshore_`` that of an input at the
        onshore site.

    Returns
    -------
    FoundEntry

    Raises
    ------
    DomainError
        No input or line has this name.
    """
    model, base = default_model(), name.removeprefix("onshore_")
    onshore = base != name and base in model.inputs
    declared: Input | Line | None = MONTH if name == MONTH.name else model.lines.get(name)
    if name in model.inputs or onshore:
        declared = model.inputs[base if onshore else name]
    if declared is None:
        raise DomainError(f"no input is called {name}{nearest(name, settable())}")
    return FoundEntry(
        declared, position(model.axes[declared.name], {"site": 0} if onshore else AT_SITE)
    )


@functools.cache
def settable() -> dict[str, Input]:
    """Inputs that a function may set, by name.

    They vary by site or role at most; the prefix ``onshore_`` sets an input of the onshore site.
    """
    inputs = default_model().inputs
    plain = {name: entry for name, entry in inputs.items() if entry.is_by_site_or_role}
    onshore = {
        f"onshore_{name}": entry
        for name, entry in plain.items()
        if entry.varies_by("site") and not entry.fixed_onshore
    }
    return plain | onshore | {"statutory_rate": inputs["statutory_rate"]}


def site_values(
    given: Mapping[str, np.ndarray],
    wanted: Iterable[str],
    fixed: Mapping[str, float] | None = None,
) -> dict[str, np.ndarray]:
    """Lines of one site, for any number of cases at once.

    Parameters
    ----------
    given : mapping of str to array, shape (case,), (1,) or (case, item)
        Inputs and lines by name, as accepted by :func:`find_entry`, each in its own unit; a list
        has one row of items per case. Other inputs have their declared defaults.
        ``statutory_rate`` is a single effective rate that replaces the rules. ``location`` is the
        number of one of :func:`~.locations.locations` in their order: its rules, extra months,
        productive hours and exchange rate per USD replace the defaults of the site.
        ``start_month`` is the first day of the month whose law counts, as Excel counts days.
    wanted : iterable of str
        Names of lines. A line that varies over more than sites is evaluated at the site, the first
        role and the first month; a line over plans, for one head in a plan of whole teams at the
        site.
    fixed : mapping of str to float, optional
        Values of inputs and lines at all positions, in place of their defaults.

    Returns
    -------
    dict of str to array, shape (case,)
        In the unit of each line; NaN where there is no answer.

    Raises
    ------
    DomainError
        An unknown name, or a value outside its valid range; the message names the input, the value
        and the bound.
    """
    model, values = default_model(), all_values(fixed or {})
    cases = max((len(numbers) for numbers in given.values()), default=1)
    given = {**given}
    if LOCATION in given:
        values |= _located(given.pop(LOCATION), given)
    if START_MONTH in given:
        days = np.asarray(given.pop(START_MONTH), dtype=float)
        values[START_MONTH] = days.reshape(-1, *(1,) * (len(AXES) - 1))
    values["heads"] = np.array([0.0, 1.0]).reshape(shape_of(("plan", "site"), SIZES))
    values["unfilled_teams"] = np.zeros(shape_of(("plan", "site"), SIZES))
    for name, numbers in given.items():
        _put(values, name, np.asarray(numbers, dtype=float))
    hours = {name: numbers for name, numbers in given.items() if np.ndim(numbers) == 1}
    for wrong in filter(None, hours_faults(hours)):
        raise DomainError(wrong)
    wanted = list(wanted)
    lines = model.evaluate(values, months=1, wanted=wanted)
    found = {}
    for name in wanted:
        index = array_index(position(model.axes[name], AT_SITE))
        found[name] = np.broadcast_to(lines[name][:, *index[1:]], (cases,))
    return found


def location_fault(location: Location, given: Container[str]) -> str:
    """What a location lacks for a site there, in words; "" if nothing.

    Parameters
    ----------
    location : Location
    given : container of str
        Names of the inputs that are set, which the location need not have.
    """
    for rule in location.rules:
        if rule.rate is None and "statutory_rate" not in given:
            return (
                f"{rule.line}: no rate was found for {location.country}; set statutory_rate, one "
                "rate in place of all charges"
            )
    for name in _FACTS:
        if location.facts[name] is None and name not in given:
            return f"{name}: no figure was found for {location.country}; set it in others"
    return ""


def _located(numbers: np.ndarray, given: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Inputs of the site by its location, except those that are given.

    A ``statutory_rate`` that is given replaces all rules.
    """
    known, asked = [*locations().values()], numbers.astype(int)
    found: dict[str, np.ndarray] = {}
    for number in np.unique(asked).tolist():
        location = known[number]
        if fault := location_fault(location, given):
            raise DomainError(fault)
        facts = {name: location.facts[name] for name in _FACTS} | {"fx_rate": location.fx_rate}
        rules = {} if "statutory_rate" in given else _rules(location)
        for name, value in (facts | rules).items():
            if name in given:
                continue
            before = default_values()[name]
            shape = (len(asked), *before.shape[1:])
            array = found.setdefault(name, np.array(np.broadcast_to(before, shape)))
            array[asked == number, :, AT_SITE["site"]] = np.ravel(value)
    return found


def _put(values: dict[str, np.ndarray], name: str, numbers: np.ndarray) -> None:
    """Set an input or a line in the model's arrays."""
    declared, at = find_entry(name)
    axes = default_model().axes[declared.name]
    if isinstance(declared, Input):
        if not (name in settable() or name == MONTH.name or numbers.ndim == 2 or "rule" in axes):
            raise DomainError(f"no input is called {name}{nearest(name, settable())}")
        check_range(
            name, numbers, declared.lowest, declared.highest, declared.allowed, declared.whole
        )
    if numbers.ndim == 2:
        shape = [len(numbers)] + [1] * (len(AXES) - 1)
        shape[POSITION[axes[-1]]] = numbers.shape[1]
        values[declared.name] = numbers.reshape(shape)
        return
    before = values.get(declared.name, np.zeros(shape_of(axes, SIZES)))
    cases = max(len(before), len(numbers))
    array = np.array(np.broadcast_to(before, (cases, *before.shape[1:])))
    if isinstance(declared, Line):
        array[...] = numbers.reshape(-1, 1, 1, 1, 1)
    else:
        if name == "statutory_rate":  # replaces all rules
            array[:, :, at["site"]] = 0
        array[:, *array_index(at)[1:]] = numbers
    values[declared.name] = array


def position(axes: Iterable[str], at: Mapping[str, int]) -> dict[str, int]:
    """Position along each axis that has more than one position for a single site.

    Parameters
    ----------
    axes : iterable of str
    at : mapping of str to int
        Positions by axis; 0 for an axis that it does not contain.

    Returns
    -------
    dict of str to int
    """
    return {axis: at.get(axis, 0) for axis in axes if axis == "site" or axis in FIXED_SIZES}


def employer_charges(
    pay: np.ndarray, location: Location, missing_rate: np.ndarray, day: float = DAY
) -> np.ndarray:
    """All statutory employer charges of a country on a year's pay.

    Parameters
    ----------
    pay : array, shape (case,)
        Gross pay, in local currency per year.
    location : Location
    missing_rate : array, shape (case,)
        Fraction of the base, for a charge whose rate was not found.
    day : float
        First day of the month whose law counts, as Excel counts days.

    Returns
    -------
    array, shape (case,)
        Local currency per year; NaN if a rate was not found and ``missing_rate`` is NaN.
    """
    known = rule_values(location, pay, missing_rate)
    known[START_MONTH] = np.full((1,) * len(AXES), float(day))
    return country_lines(known, ["statutory_charges"])["statutory_charges"].reshape(-1)


def rule_values(
    location: Location, pay: np.ndarray, missing_rate: np.ndarray
) -> dict[str, np.ndarray]:
    """What the lines of statutory charges ask for: pay without extra months, and a country's rules.

    Parameters
    ----------
    location : Location
    pay : array, shape (case,)
        In local currency per year.
    missing_rate : array, shape (case,)
        Fraction of the base, for a charge whose rate was not found; NaN for none.

    Returns
    -------
    dict of str to array, shape (case or 1, 1, 1, 1, rule or 1)
    """
    one = (1,) * len(AXES)
    values = {name: np.zeros(one) for name in ("shift_premium", "extra_months")}
    values |= {"fx_rate": np.ones(one), "salary": pay.reshape(-1, *one[1:])}
    values |= _rules(location)
    rate = values["statutory_rate"]
    values["statutory_rate"] = np.where(np.isnan(rate), missing_rate.reshape(-1, *one[1:]), rate)
    return values


def _rules(location: Location) -> dict[str, np.ndarray]:
    """Statutory rules of a location by input, shape (1, 1, 1, 1, rule); NaN for a missing rate."""
    values = {}
    for part in PARTS:
        entry = default_model().inputs[f"statutory_{part}"]
        array = np.full(shape_of(("rule",), {}), entry.last, entry.dtype)
        for number, rule in enumerate(location.rules):
            value = getattr(rule, part)
            if value is None:
                value = np.nan if part == "rate" else entry.last
            array[..., number] = value
        values[entry.name] = array
    return values


def country_lines(values: Mapping[str, np.ndarray], lines: list[str]) -> dict[str, np.ndarray]:
    """Lines of statutory charges by case, from what they ask for; without cases and levels."""
    entered = {line.name: line.live_of for line in default_model().lines.values() if line.live_of}
    live = {name: values[of] for name, of in entered.items() if of in values}
    sizes = {"plan": 1, "site": 1, "role": 1, "wave": 1}
    return default_model().evaluate({**values, **live}, 1, lines, sizes)


def all_values(fixed: Mapping[str, float]) -> dict[str, np.ndarray]:
    """Every input at its declared default, except for some fixed inputs and lines.

    Parameters
    ----------
    fixed : mapping of str to float
        Values of inputs and lines at all positions.

    Returns
    -------
    dict of str to array, shape (1, 1, site, 1, 1)
    """
    axes = default_model().axes
    return {**default_values()} | {
        name: np.full(shape_of(axes[name], SIZES), number) for name, number in fixed.items()
    }


@functools.cache
def default_values() -> Mapping[str, np.ndarray]:
    """Every input at its declared default, for the onshore site and one other site."""
    values = {}
    for entry in default_model().inputs.values():
        array = np.empty(shape_of(entry.axes, SIZES), entry.dtype)
        for site in range(array.shape[2]):
            array[:, :, site] = entry.default_at(site)
        array.flags.writeable = False
        values[entry.name] = array
    return values


def hours_faults(given: Mapping[str, np.ndarray]) -> np.ndarray:
    """Errors in the working hours of each case.

    Parameters
    ----------
    given : mapping of str to array, shape (case,) or (1,)
        Inputs by name; hours of the day, from 0 to 24.

    Returns
    -------
    array of str
        As returned by :func:`~.working_hours.faults_of`: "" for a valid case.
    """
    inputs = default_model().inputs
    return faults_of(given, {name: inputs[name].first for name in ("work_start", "work_end")})


def check_range(
    name: str, numbers: np.ndarray, lowest: float, highest: float, allowed: str, whole: bool = False
) -> None:
    """Raise if a number is NaN or outside a range.

    Parameters
    ----------
    name : str
        Name of the input, for the message.
    numbers : array, shape (case,) or (case, item)
    lowest, highest : float
    allowed : str
        Description of the range, for the message.
    whole : bool
        Whether only whole numbers are allowed.

    Raises
    ------
    DomainError
        The message names the input, the first invalid value and its position.
    """
    wrong = outside(numbers, lowest, highest, whole)
    if wrong.any():
        first = tuple(np.argwhere(wrong)[0])
        where = f" in row {first[0] + 1}" if numbers.size > 1 else ""
        where += f", column {first[1] + 1}" if numbers.ndim > 1 and numbers.shape[1] > 1 else ""
        shown = "empty" if np.isnan(numbers[first]) else f"{numbers[first]:,.10g}"
        raise DomainError(f"{name}{where} is {shown}; it must be {allowed}")


def outside(numbers: np.ndarray, lowest: float, highest: float, whole: bool = False) -> np.ndarray:
    """Whether each number is NaN or outside a range; ``whole`` allows only whole numbers."""
    wrong = ~((numbers >= lowest) & (numbers <= highest))
    return wrong | (numbers != np.floor(numbers)) if whole else wrong
