"""Sobol indices: shares of a measure's variance that each driver explains."""

from typing import NamedTuple

import numpy as np

from ..errors import DomainError, needs
from ..evaluation import lines_at_levels
from ..measures import line_of
from ..scenario import Scenario
from ..steps import Steps, finished
from .draws import SEED, case_levels, check_seed, ranges_of, refuse_certainty

DRAWS_MAX, _BLOCK = 65_536, 1_024


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
    return finished(sobol_steps(scenario, plan, measure, draws, seed))


def sobol_steps(
    scenario: Scenario,
    plan: int,
    measure: str = "net_saving",
    draws: int = 1_024,
    seed: int = SEED,
) -> Steps[dict[str, SobolIndices]]:
    """The indices of :func:`sobol_indices` in steps: the fraction done after each block."""
    with needs("uncertainty", "an index"):
        from scipy import stats
    if not 16 <= draws <= DRAWS_MAX or draws & (draws - 1):
        raise DomainError(
            f"draws is {draws:,}; it must be a power of two between 16 and {DRAWS_MAX:,}"
        )
    check_seed(seed)
    line, ranges = line_of(measure), ranges_of(scenario)
    refuse_certainty(scenario, ranges, events=False)
    quantiles = _saltelli(len(ranges), draws, seed)
    found = np.empty(quantiles.shape[1])
    for start in range(0, len(found), _BLOCK):
        block = quantiles[:, start : start + _BLOCK]
        levels = np.repeat(case_levels(scenario), block.shape[1], axis=0)
        for one, column in zip(ranges, block, strict=True):
            levels[:, one.number] = one.level(np.clip(column, 1e-12, 1 - 1e-12))
        found[start : start + _BLOCK] = lines_at_levels(scenario, levels, [line])[line][:, plan]
        yield min(1.0, (start + _BLOCK) / len(found))
    if np.isnan(found).any():
        raise DomainError(
            f"{measure} has no answer in {np.isnan(found).mean():.1%} of the draws, so it has "
            "no variance; ask for another measure, such as npv"
        )
    first, second, *mixed = found.reshape(-1, draws)
    indices = stats.sobol_indices(
        func={
            "f_A": first[None],
            "f_B": second[None],
            "f_AB": np.reshape(mixed, (len(ranges), 1, draws)),
        },
        n=draws,
    )
    both = zip(indices.first_order.tolist(), indices.total_order.tolist(), strict=True)
    named = {one.name: SobolIndices(*pair) for one, pair in zip(ranges, both, strict=True)}
    return dict(sorted(named.items(), key=lambda item: -item[1].total))


def _saltelli(drivers: int, draws: int, seed: int) -> np.ndarray:
    """Quantiles of Saltelli's design, shape (driver, draw): A, B, and A with each row of B."""
    from scipy.stats import qmc

    engine = qmc.Sobol(2 * drivers, rng=np.random.default_rng(seed), bits=64)
    first, second = engine.random(draws).T.reshape(2, drivers, draws)
    mixed = np.repeat(first[None], drivers, axis=0)
    every = np.arange(drivers)
    mixed[every, every] = second
    return np.concatenate([first, second, *mixed], axis=1)
