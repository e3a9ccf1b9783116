"""What each of several differences changes of a figure: parts that sum to the whole change."""

from collections.abc import Callable
from math import factorial

import numpy as np

SHAPLEY_MAX = 10  # differences whose 1,024 subsets are all evaluated

Evaluate = Callable[[np.ndarray], np.ndarray]


def shapley_values(evaluate: Evaluate, count: int) -> np.ndarray:
    """Shapley values: the mean effect of each difference over all orders in which to make them.

    Parameters
    ----------
    evaluate : callable
        Takes which differences are made, a boolean array of shape (case, difference), and returns
        figures of shape (case, ...).
    count : int
        Number of differences.

    Returns
    -------
    array, shape (difference, ...)
        In the unit of the figures; NaN where a figure has no answer in some case. They sum to the
        figure with all differences made less that with none.

    Notes
    -----
    Source: Shapley (1953), "A value for n-person games"::

        sum over subsets S without i of |S|! (n - |S| - 1)! / n! * (f(S and i) - f(S))
    """
    subsets = np.arange(1 << count)
    made = (subsets[:, None] >> np.arange(count)) & 1 == 1
    figures = evaluate(made)
    sizes = made.sum(axis=1)
    weights = np.array(
        [factorial(n) * factorial(count - n - 1) / factorial(count) for n in range(count)]
    )
    found = np.empty((count, *figures.shape[1:]))
    for number in range(count):
        without = subsets[~made[:, number]]
        effect = figures[without | 1 << number] - figures[without]
        found[number] = np.tensordot(weights[sizes[without]], effect, axes=1)
    return found


def sequence_values(evaluate: Evaluate, count: int) -> np.ndarray:
    """Effect of each difference, made one at a time in order and in the reverse: the mean of both.

    Parameters and result are those of :func:`shapley_values`. The mean of both directions makes the
    effects from B to A those from A to B with the other sign.
    """
    step, number = np.arange(count + 1)[:, None], np.arange(count)
    figures = evaluate(np.concatenate([number < step, number >= count - step]))
    forward, backward = np.diff(figures[: count + 1], axis=0), np.diff(figures[count + 1 :], axis=0)
    return (forward + backward[::-1]) / 2
