"""Inputs that an analysis varies: the address of one, and scenarios that differ in its value."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..address import Address, abroad, addresses
from ..errors import DomainError
from ..inputs import INPUTS
from ..model import nearest
from ..reading.agreement import contradictions
from ..scenario import Scenario


def address_of(scenario: Scenario, name: str) -> Address:
    """The address of an input to vary.

    Parameters
    ----------
    scenario : Scenario
    name : str
        The text of an address, such as ``site.Krakow.salary``; or the name of an input that varies
        by site or role at most, such as ``salary``, for all sites but the onshore base.

    Returns
    -------
    Address

    Raises
    ------
    DomainError
        No input has this name, or its name alone stands for many numbers.
    """
    known = addresses(scenario)
    if name in known:
        return known[name]
    entries = {entry.name: entry for entry in INPUTS if entry.is_by_site_or_role}
    if name in entries:
        return abroad(entries[name])
    example = next((text for text, address in known.items() if address.name == name), "")
    if example:
        raise DomainError(f"{scenario.source}: {name} stands for many; name one, such as {example}")
    near = nearest(name, [*entries, *known]) or "; shorewise inputs lists them"
    raise DomainError(f"{scenario.source}: no input is called {name!r}{near}")


def with_value(
    values: Mapping[str, np.ndarray], address: Address, numbers: np.ndarray
) -> dict[str, np.ndarray]:
    """The inputs of scenarios that differ in one number.

    An overlap counts as entered, also where time zones would give another.

    Parameters
    ----------
    values : mapping of str to array, shape (scenario, plan, site, role, month)
        Inputs, the first axis of size 1 or of as many scenarios as there are numbers.
    address : Address
        The input that is varied.
    numbers : array, shape (scenario,)
        Its value in each scenario, in the input's own unit.

    Returns
    -------
    dict of str to array, shape (scenario, plan, site, role, month)
    """
    before = values[address.name]
    array = np.array(np.broadcast_to(before, (len(numbers), *before.shape[1:])), float)
    moved = {**values, address.name: array}
    address.set(moved, numbers)
    moved[address.name] = array.astype(address.entry.dtype)
    if address.name == "overlap_hours":
        moved["overlap_computed"] = values["overlap_computed"].copy()
        Address("overlap_computed", address.at, address.abroad).set(moved, 0)
    return moved


def with_input(scenario: Scenario, name: str, value: float | str | bool | None) -> Scenario:
    """The same case with another value of one input.

    Parameters
    ----------
    scenario : Scenario
    name : str
        As :func:`address_of` takes it.
    value : float or str
        In the input's own unit; the word of a choice, or a month such as "2027-01".

    Returns
    -------
    Scenario

    Raises
    ------
    DomainError
        No input has this name, or it may not have this value.
    """
    address = address_of(scenario, name)
    if not address.get(scenario.values).size:
        raise DomainError(
            f"{scenario.source}: {name} is that of all sites but the onshore base; there are none"
        )
    number = address.entry.number_of(value)
    if isinstance(number, (str, bool)) or number is None:
        raise DomainError(f"{name} is {value!r}; it must be {address.entry.allowed}")
    numbers = np.array([number], float)
    address.refuse_outside_range(numbers, name)
    values = with_value(scenario.values, address, numbers)
    for wrong, other, allowed in contradictions(values, scenario.horizon_months):
        if wrong.any():
            what = "it" if other == address.name else other
            raise DomainError(
                f"{scenario.source}: {name} is {number:,.10g}; {what} must be {allowed}"
            )
    return replace(scenario, values=values)
