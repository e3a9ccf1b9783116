"""Expected value of (partial) perfect information about the drivers: EVPI and EVPPI.

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


class InformationValue(NamedTuple):
    """Expected gain, in money, from knowing something before the decision.

    Attributes
    ----------
    value, standard_error : float
    at_most : float
        Upper 95 % confidence bound; 0 where no knowledge changes the plan.
    """

    value: float
    standard_error: float
    at_most: float

    @property
    def is_significant(self) -> bool:
        """Whether it differs significantly from 0."""
        return self.value > T95 * self.standard_error

    @property
    def reported(self) -> float | None:
        """The value; 0 where there is none, None where it does not differ significantly from 0."""
        if self.is_significant:
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
        self._uses_scores = is_correlated
        scores = np.linspace(-_REACH, _REACH, _NODES)
        weights = np.exp(-(scores**2) / 2)
        self.weights = weights / weights.sum()
        quantiles = np.clip(ndtr(scores), EDGE, 1 - EDGE)
        levels = driver.level(quantiles)
        self._middle = float(self.weights @ levels)
        self._width = math.sqrt(float(self.weights @ (levels - self._middle) ** 2))
        powers = self._powers(levels, quantiles)
        # What adds nothing to those before it has no term: a normal driver's level is its score.
        _, triangle = np.linalg.qr(powers * np.sqrt(self.weights)[:, None])
        kept = np.abs(np.diag(triangle)) > _NEW * np.linalg.norm(triangle, axis=0)
        self._to_terms = np.linalg.pinv(triangle[kept][:, kept])
        self._kept, self.terms = kept, powers.shape[1]
        self.nodes = self.at(levels, quantiles)

    def _powers(self, levels: np.ndarray, quantiles: np.ndarray) -> np.ndarray:
        scaled = (levels - self._middle) / self._width
        powers = np.polynomial.polynomial.polyvander(scaled, DEGREE)
        if not self._uses_scores:
            return powers
        from scipy.special import ndtri

        scores = ndtri(quantiles)[:, None] ** np.arange(1, 1 + SCORES)
        return np.concatenate([powers[:, :3], scores, powers[:, 3:]], axis=1)

    def at(self, levels: np.ndarray, quantiles: np.ndarray) -> np.ndarray:
        """Values at some levels and the quantiles of draws below them, shape (level, term)."""
        found = np.zeros((len(levels), self.terms))
        found[:, self._kept] = self._powers(levels, quantiles)[:, self._kept] @ self._to_terms
        return found


def fit_coefficients(grams: np.ndarray, products: np.ndarray) -> np.ndarray:
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


def significant(effects: np.ndarray, variance: np.ndarray, draws: int) -> np.ndarray:
    """Coefficients with those set to 0 that are not significant; the mean stays.

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


def evppi_of_driver(
    polynomials: Polynomials, effects: np.ndarray, best: int, variance: np.ndarray, draws: int
) -> InformationValue:
    """The EVPPI of one driver, from the fits of :func:`fit_coefficients` for one figure.

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
    gains = [_gain(polynomials, significant(one, left, draws)) for one in ahead]
    curves = polynomials.nodes @ ahead  # of each fit, at each point
    off = jackknife(curves[1:])
    # Nobody knows whether what was cleared away is noise: the bound keeps it.
    highest = np.maximum(
        curves[0] + T95 * off, polynomials.nodes @ significant(ahead[0], left, draws)
    )
    highest[:, best] = 0
    error = float(jackknife(np.array(gains[1:])))
    bound = float(polynomials.weights @ highest.max(axis=1))
    return InformationValue(gains[0], error, max(bound, gains[0] + T95 * error))


def _gain(polynomials: Polynomials, ahead: np.ndarray) -> float:
    return float(polynomials.weights @ (polynomials.nodes @ ahead).max(axis=1))


def jackknife(left_out: np.ndarray) -> np.ndarray:
    """Standard error of an estimate, from those without each set in turn along the first axis."""
    return left_out.std(axis=0) * math.sqrt(len(left_out) - 1)


def evpi_of_draws(figures: np.ndarray, best: int) -> InformationValue:
    """The EVPI, from figures of the shape (set, draw, plan)."""
    ahead = figures - figures[:, :, [best]]
    gains = ahead.max(axis=2).mean(axis=1)
    value, error = float(gains.mean()), float(gains.std(ddof=1) / math.sqrt(len(gains)))
    if value > 0:
        return InformationValue(value, error, value + T95 * error)
    every = ahead.reshape(-1, ahead.shape[-1])
    # By Cauchy and Schwarz, for each plan that no draw made the better one.
    spread = every.std(axis=0) * math.sqrt(min(1, _NONE_IN / len(every)))
    return InformationValue(0.0, 0.0, float(spread.sum()))
