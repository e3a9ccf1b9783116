"""Two-way tables: a measure of a plan at each pair of values of two inputs."""

from collections.abc import Sequence

import numpy as np

from ..errors import DomainError
from ..evaluation import lines_by_case
from ..measures import line_of
from ..scenario import Scenario
from .varied_inputs import address_of, with_value


def two_way_table(
    scenario: Scenario,
    plan: int,
    measure: str,
    down: tuple[str, Sequence[float]],
    across: tuple[str, Sequence[float]],
) -> np.ndarray:
    """A measure of a plan at each pair of values of two inputs.

    Parameters
    ----------
    scenario : Scenario
    plan : int
        Position of the plan.
    measure : str
        One of :data:`~.measures.FIGURES`.
    down, across : tuple of str and sequence of float
        The name of an input, as :func:`~.varied_inputs.address_of` accepts it, and its values in
        the unit of the input.

    Returns
    -------
    array, shape (down, across)
        In the unit of the measure; NaN where it has no value.

    Raises
    ------
    DomainError
        An input, value or measure that is not allowed, or twice the same input.
    """
    line = line_of(measure)
    names = (down[0], across[0])
    entries = {address_of(scenario, name).name for name in names}
    if len(entries) == 1 and (names[0] == names[1] or "." not in names[0] or "." not in names[1]):
        raise DomainError(f"{names[0]} and {names[1]} set the same input; take two different ones")
    first, second = np.meshgrid(down[1], across[1], indexing="ij")
    moved = scenario.values
    for name, numbers in ((down[0], first), (across[0], second)):
        address = address_of(scenario, name)
        address.refuse_outside_range(numbers, name)
        moved = with_value(moved, address, numbers.ravel())
    found = lines_by_case(scenario, moved, first.size, [line])[line]
    return found[:, plan].reshape(first.shape)
