"""Sobol indices: shares of a measure's variance that each driver explains."""

from typing import NamedTuple

import numpy as np

from ..errors import DomainError, needs
from ..evaluation import lines_at_levels
from ..measures import line_of
from ..scenario import Scenario
from .draws import SEED, case_levels, check_seed, ranges_of, refuse_certainty

_DRAWS_MAX = 65_536


class SobolIndices(NamedTuple):
    """Sobol indices of one driver.

    Attributes
    ----------
    first : float
        First-order index: the fraction of the variance that the driver explains by itself.
    total : float
        Total-order index: the fraction that it explains together with all its interactions.
    """

    first: float
    total: float


def sobol_indices(
    scenario: Scenario,
    plan: int,
    measure: str = "net_saving",
    draws: int = 1_024,
    seed: int = SEED,
) -> dict[str, SobolIndices]:
    """First-order and total Sobol indices of a measure, by driver.

    Estimated by Saltelli's method, with ``draws * (drivers + 2)`` evaluations. Drivers are drawn
    independently: the correlations of the scenario are ignored.

    Parameters
    ----------
    scenario : Scenario
    plan : int
        Position of the plan.
    measure : str
        One of :data:`~.measures.FIGURES`. It must have a value in every draw.
    draws : int
        A power of two from 16 to 65,536.
    seed : int

    Returns
    -------
    dict of str to SobolIndices
        One entry for each driver that varies, the largest total index first.

    Raises
    ------
    DomainError
        ``draws`` is not a power of two, ``measure`` is unknown, or it has no value in some draw.
    ExtraError
        SciPy is not installed.
    """
    with needs("uncertainty", "an index"):
        from scipy import stats
    if not 16 <= draws <= _DRAWS_MAX or draws & (draws - 1):
        raise DomainError(
            f"draws is {draws:,}; it must be a power of two between 16 and {_DRAWS_MAX:,}"
        )
    check_seed(seed)
    line, ranges = line_of(measure), ranges_of(scenario)
    refuse_certainty(scenario, ranges, events=False)

    def figures(quantiles: np.ndarray) -> np.ndarray:
        levels = np.repeat(case_levels(scenario), quantiles.shape[1], axis=0)
        for one, column in zip(ranges, quantiles, strict=True):
            levels[:, one.number] = one.level(np.clip(column, 1e-12, 1 - 1e-12))
        return lines_at_levels(scenario, levels, [line])[line][:, plan]

    def answered(quantiles: np.ndarray) -> np.ndarray:
        found = figures(quantiles)
        if np.isnan(found).any():
            raise DomainError(
                f"{measure} has no answer in {np.isnan(found).mean():.1%} of the draws, so it has "
                "no variance; ask for another measure, such as npv"
            )
        return found

    found = stats.sobol_indices(
        func=answered,
        n=draws,
        dists=[stats.uniform()] * len(ranges),
        rng=np.random.default_rng(seed),
    )
    both = zip(found.first_order.tolist(), found.total_order.tolist(), strict=True)
    named = {one.name: SobolIndices(*pair) for one, pair in zip(ranges, both, strict=True)}
    return dict(sorted(named.items(), key=lambda item: -item[1].total))
