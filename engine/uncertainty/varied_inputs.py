"""Inputs that an analysis varies: the address of one, and scenarios that differ in its value."""

from collections.abc import Mapping

import numpy as np

from ..address import Address, abroad, addresses
from ..errors import DomainError
from ..inputs import INPUTS
from ..model import nearest
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
