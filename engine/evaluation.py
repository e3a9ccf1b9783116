"""Lines of the model over many cases of one scenario, evaluated in blocks."""

import math
from collections.abc import Mapping

import numpy as np

from .address import take
from .model import default_model
from .scenario import Scenario

_BLOCK = 512  # cases evaluated at a time, or fewer where one array would have more numbers
_NUMBERS = 1 << 22


def lines_at_levels(
    scenario: Scenario, levels: np.ndarray, lines: list[str]
) -> dict[str, np.ndarray]:
    """Lines of a scenario, evaluated at given levels of the drivers.

    Parameters
    ----------
    scenario : Scenario
    levels : array, shape (case, driver)
        Factors or added amounts, in the order of :data:`~.drivers.DRIVERS`.
    lines : list of str
        Names of lines with one value per plan.

    Returns
    -------
    dict of str to array, shape (case, plan)
        In the unit of each line.
    """
    values = {**scenario.values, "driver_level": levels[:, None, None, None, :]}
    return lines_by_case(scenario, values, len(levels), lines)


def lines_by_case(
    scenario: Scenario, values: Mapping[str, np.ndarray], cases: int, lines: list[str]
) -> dict[str, np.ndarray]:
    """Lines of many cases of a scenario, evaluated in blocks to bound the memory.

    Parameters
    ----------
    scenario : Scenario
        Gives the horizon.
    values : mapping of str to array, shape (case, plan, site, role, month)
        Inputs of the model; the first axis has size 1 where all cases share an input.
    cases : int
    lines : list of str
        Names of lines with one value per plan.

    Returns
    -------
    dict of str to array, shape (case, plan)
        In the unit of each line.
    """
    found: dict[str, list[np.ndarray]] = {name: [] for name in lines}
    block = min(_BLOCK, max(1, _NUMBERS // math.prod(scenario.sizes.values())))
    for start in range(0, cases, block):
        part = {
            name: array[start : start + block] if array.shape[0] > 1 else array
            for name, array in values.items()
        }
        count = min(block, cases - start)
        evaluated = default_model().evaluate(part, scenario.horizon_months, lines)
        for name in lines:
            one = take(evaluated, name, scenario=slice(None))
            found[name].append(np.broadcast_to(one, (count, one.shape[1])))
    return {name: np.concatenate(parts) for name, parts in found.items()}
