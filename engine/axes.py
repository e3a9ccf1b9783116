"""The axes of every array, and the two ways a line may move along them.

An array always has five axes in this order: scenario, plan, site, role, month; size 1 where it
does not vary. Two short axes of fixed length take the place of the month, so no array has both:
"tenure", the months since a person started, and "rule", the statutory charges of a country.
"""

import numpy as np

AXES = ("scenario", "plan", "site", "role", "month")
POSITION = {name: position for position, name in enumerate(AXES)} | {"tenure": 4, "rule": 4}
TENURE_MONTHS, RULES = 12, 8
FIXED_SIZES = {"tenure": TENURE_MONTHS, "rule": RULES}

SITE, ROLE, MONTH, TENURE, RULE = (
    POSITION[name] for name in ("site", "role", "month", "tenure", "rule")
)

# Site 0 is the onshore base, plan 0 the baseline: slices that keep all five axes.
ONSHORE = np.s_[:, :, :1]
BASELINE = np.s_[:, :1]
LAST_MONTH = np.s_[:, :, :, :, -1:]


def total(array, *axes):
    """Sum over some axes, which stay with size 1.

    Parameters
    ----------
    array : array, shape (scenario, plan, site, role, month)
    axes : int
        Positions of the axes to sum over, such as ``SITE, ROLE``.
    """
    return np.sum(array, axis=axes, keepdims=True)


def shape_of(axes, sizes):
    """Shape of an array that varies over ``axes``.

    Parameters
    ----------
    axes : iterable of str
        Names of axes; "tenure" stands in the month's place.
    sizes : mapping
        Size of each named axis; those of fixed size may be left out.
    """
    shape = [1] * len(AXES)
    for name in axes:
        shape[POSITION[name]] = FIXED_SIZES.get(name) or sizes[name]
    return tuple(shape)
