"""What knowing a driver before the decision is worth: the value of (partial) perfect information.

The mean of a figure at each level of a driver is a polynomial of the level, fitted to the draws:
Strong, Oakley and Brennan, Estimating multiparameter partial expected value of perfect information
from a probabilistic sensitivity analysis sample, Medical Decision Making 34 (2014). Its tails are
integrated, not drawn, so a decision that changes rarely still counts.
"""

import math
from typing import NamedTuple

import numpy as np

from ..errors import needs
from .draws import EDGE, Range

DEGREE, SCORES = 4, 3  # of the polynomials of a level, and of a normal score
_NEW = 1e-3  # what a term must add to those before it, relative
_REACH, _NODES = 8.0, 1_601  # of a normal curve, in standard deviations, and points along it
_SIGNIFICANT = 3.0  # standard errors from which on a coefficient is not noise
T95 = 2.3646  # of Student's t with 7 degrees of freedom, two-sided
_NONE_IN = 3.0  # what did not happen in n draws has a probability below 3 / n, 19 times out of 20


class Worth(NamedTuple):
    """What knowing something before the decision would gain on average, in money.

    Attributes
    ----------
    value, standard_error : float
    at_most : float
        What it does not exceed, 19 times out of 20; 0 where nothing known changes the plan.
    """

    value: float
    standard_error: float
    at_most: float

    @property
    def is_told(self) -> bool:
        """Whether the draws can tell it from 0."""
        return self.value > T95 * self.standard_error

    @property
    def plain(self) -> float | None:
        """The value, 0 where there is none; None where it is below what the draws can tell."""
        if self.is_told:
            return self.value
        return None if self.at_most > 0 else 0.0


class Polynomials:
    """Orthonormal polynomials of a driver's level, under its own distribution.

    Parameters
    ----------
    driver : Range
    is_correlated : bool
        Whether any drivers are: what goes with a driver follows its normal score, so this counts
        beside the level.
    """

    def __init__(self, driver: Range, is_correlated: bool):
        with needs("uncertainty", "a simulation"):
            from scipy.special import ndtr
        self._scored = is_correlated
        scores = np.linspace(-_REACH, _REACH, _NODES)
        weights = np.exp(-(scores**2) / 2)
        self.weights = weights / weights.sum()
        shares = np.clip(ndtr(scores), EDGE, 1 - EDGE)
        levels = driver.level(shares)
        self._middle = float(self.weights @ levels)
        self._width = math.sqrt(float(self.weights @ (levels - self._middle) ** 2))
        powers = self._powers(levels, shares)
        # What adds nothing to those before it has no term: a normal driver's level is its score.
        _, triangle = np.linalg.qr(powers * np.sqrt(self.weights)[:, None])
        kept = np.abs(np.diag(triangle)) > _NEW * np.linalg.norm(triangle, axis=0)
        self._to_terms = np.linalg.pinv(triangle[kept][:, kept])
        self._kept, self.terms = kept, powers.shape[1]
        self.nodes = self.at(levels, shares)

    def _powers(self, levels: np.ndarray, shares: np.ndarray) -> np.ndarray:
        scaled = (levels - self._middle) / self._width
        powers = np.polynomial.polynomial.polyvander(scaled, DEGREE)
        if not self._scored:
            return powers
        from scipy.special import ndtri

        scores = ndtri(shares)[:, None] ** np.arange(1, 1 + SCORES)
        return np.concatenate([powers[:, :3], scores, powers[:, 3:]], axis=1)

    def at(self, levels: np.ndarray, shares: np.ndarray) -> np.ndarray:
        """Values at some levels and the shares of draws below them, shape (level, term)."""
        found = np.zeros((len(levels), self.terms))
        found[:, self._kept] = self._powers(levels, shares)[:, self._kept] @ self._to_terms
        return found


def fitted(grams: np.ndarray, products: np.ndarray) -> np.ndarray:
    """Coefficients of all draws, and of all but each set of them.

    Parameters
    ----------
    grams : array, shape (set, driver, degree, degree)
        Sums of products of polynomials with each other.
    products : array, shape (set, driver, degree, figure, plan)
        ... and with figures.

    Returns
    -------
    array, shape (driver, 1 + set, degree, figure, plan)
    """
    sets, drivers, degree, figures, plans = products.shape
    every, all_products = grams.sum(axis=0), products.sum(axis=0)
    found = [
        np.linalg.lstsq(gram, product.reshape(degree, -1), rcond=None)[0]
        for d in range(drivers)
        for gram, product in [
            (every[d], all_products[d]),
            *((every[d] - grams[s, d], all_products[d] - products[s, d]) for s in range(sets)),
        ]
    ]
    return np.array(found).reshape(drivers, 1 + sets, degree, figures, plans)


def clear(effects: np.ndarray, variance: np.ndarray, draws: int) -> np.ndarray:
    """Coefficients without those that the draws cannot tell from 0; the mean stays.

    Parameters
    ----------
    effects : array, shape (degree, plan)
    variance : array, shape (plan,)
        Of what blurs them: of the figure, or of what the driver leaves unexplained.
    draws : int
    """
    kept = np.where(np.abs(effects) > _SIGNIFICANT * np.sqrt(variance / draws), effects, 0)
    kept[0] = effects[0]
    return kept


def of_driver(
    polynomials: Polynomials, effects: np.ndarray, best: int, variance: np.ndarray, draws: int
) -> Worth:
    """What knowing one driver is worth, from the fits of :func:`fitted` for one figure.

    Parameters
    ----------
    polynomials : Polynomials
    effects : array, shape (1 + set, degree, plan)
    best : int
        The plan that is chosen without knowing.
    variance : array, shape (plan,)
        Of each plan's figure less that of the best.
    draws : int
    """
    ahead = effects - effects[:, :, [best]]
    left = np.maximum(variance - (ahead[0, 1:] ** 2).sum(axis=0), 0)
    gains = [_gain(polynomials, clear(one, left, draws)) for one in ahead]
    curves = polynomials.nodes @ ahead  # of each fit, at each point
    off = jackknife(curves[1:])
    # Nobody knows whether what was cleared away is noise: the bound keeps it.
    highest = np.maximum(curves[0] + T95 * off, polynomials.nodes @ clear(ahead[0], left, draws))
    highest[:, best] = 0
    error = float(jackknife(np.array(gains[1:])))
    bound = float(polynomials.weights @ highest.max(axis=1))
    return Worth(gains[0], error, max(bound, gains[0] + T95 * error))


def _gain(polynomials: Polynomials, ahead: np.ndarray) -> float:
    return float(polynomials.weights @ (polynomials.nodes @ ahead).max(axis=1))


def jackknife(left_out: np.ndarray) -> np.ndarray:
    """Standard error of an estimate, from those without each set in turn along the first axis."""
    return left_out.std(axis=0) * math.sqrt(len(left_out) - 1)


def of_everything(figures: np.ndarray, best: int) -> Worth:
    """What knowing all drivers is worth, from figures of the shape (set, draw, plan)."""
    ahead = figures - figures[:, :, [best]]
    gains = ahead.max(axis=2).mean(axis=1)
    value, error = float(gains.mean()), float(gains.std(ddof=1) / math.sqrt(len(gains)))
    if value > 0:
        return Worth(value, error, value + T95 * error)
    every = ahead.reshape(-1, ahead.shape[-1])
    # By Cauchy and Schwarz, for each plan that no draw made the better one.
    spread = every.std(axis=0) * math.sqrt(min(1, _NONE_IN / len(every)))
    return Worth(0.0, 0.0, float(spread.sum()))
