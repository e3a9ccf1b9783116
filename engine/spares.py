"""Spare places: plans, sites and roles of a workbook that somebody may fill in later."""

from collections.abc import Sequence

import numpy as np

from .axes import shape_of

# What stands in the place of the name; a second one has a number after it.
PHRASES = {"plan": "Add a plan", "site": "Add a site", "role": "Add a role"}
AXES = tuple(PHRASES)


def is_spare(axis: str, name: str) -> bool:
    """Whether a plan, site or role has no name of its own, so that it is a spare place.

    Its name is the phrase, alone or with a number or anything else after a space.
    """
    return f"{name} ".casefold().startswith(f"{PHRASES[axis]} ".casefold())


def spare_names(axis: str, names: Sequence[str], count: int) -> list[str]:
    """Names of so many spare places that are not among the names that are there."""
    numbered = (f"{PHRASES[axis]} {n}" for n in range(2, len(names) + count + 2))
    free = [name for name in (PHRASES[axis], *numbered) if name not in names]
    return free[:count]


def named(axis: str, names: Sequence[str]) -> np.ndarray:
    """1 for each place with a name of its own, 0 for a spare one, along the axis."""
    flags = [not is_spare(axis, name) for name in names]
    return np.array(flags, int).reshape(shape_of((axis,), {axis: len(names)}))
