"""Break-even, payback and present value of plain savings, by the model's own lines."""

import numpy as np

from ..axes import MONTH
from ..lines import returns, timeline

_ROUNDING = 2.0**-53  # the most that one rounding changes a number, relative to it
_OF_A_FACTOR = 4  # roundings in a discount factor, beside those of its exponent: month / 12


def break_even(saving: np.ndarray, setup_cost: np.ndarray) -> np.ndarray:
    """Month in which savings have paid for a setup spent before month 1, for good.

    Parameters
    ----------
    saving : array, shape (plan, month)
        Saving of each month; with a single month, the same saving in every month.
    setup_cost : array, shape (plan,)
        Spent before month 1, as a positive number.

    Returns
    -------
    array, shape (plan,)
        Months, interpolated within the month; NaN where it never happens.
    """
    if saving.shape[1] == 1:
        with np.errstate(divide="ignore", invalid="ignore"):
            return months_to_recover(saving[:, 0], setup_cost)
    flows = _flows(saving, setup_cost)
    month = _months(flows)
    cumulative, moves, behind = _to_date(flows, roundings=month)
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = returns.crossing(month, behind, flows, cumulative)
    recovered = returns.recovered(moves, behind, month[..., -1:])
    return _before_month_1(returns.break_even_month(recovered, crossing))


def months_to_recover(monthly_saving, setup_cost):
    """Months in which the same saving every month pays for a setup; NaN where it never does."""
    return np.where(monthly_saving > 0, setup_cost / monthly_saving, np.nan)


def payback(saving: np.ndarray, setup_cost: np.ndarray, discount_rate: np.ndarray) -> np.ndarray:
    """Month at whose end discounted savings have paid for a setup spent before month 1, for good.

    Parameters
    ----------
    saving : array, shape (plan, month)
        Saving of each month.
    setup_cost : array, shape (plan,)
        Spent before month 1, as a positive number.
    discount_rate : array, shape (plan,)
        Fraction a year.

    Returns
    -------
    array, shape (plan,)
        Whole months; NaN where it never happens.
    """
    flows = _discounted(saving, setup_cost, discount_rate)
    month = _months(flows)
    _, moves, behind = _to_date(flows, roundings=month + month / 12 + _OF_A_FACTOR)
    return _before_month_1(returns.discounted_payback_month(moves, behind, month[..., -1:]))


def present_value(
    saving: np.ndarray, setup_cost: np.ndarray, discount_rate: np.ndarray
) -> np.ndarray:
    """Net present value of savings at each month's end, and of a setup before month 1.

    Parameters and shapes are those of :func:`payback`.

    Returns
    -------
    array, shape (plan,)
    """
    return returns.npv(_discounted(saving, setup_cost, discount_rate)).reshape(len(saving))


def _flows(saving, setup_cost) -> np.ndarray:
    """Flows of the model's shape; the setup stands as the first month."""
    flows = np.concatenate([-setup_cost[:, None], saving], axis=1)
    return flows.reshape(1, len(saving), 1, 1, -1)


def _discounted(saving, setup_cost, discount_rate) -> np.ndarray:
    flows = _flows(saving, setup_cost)
    factor = returns.discount_factor(_months(flows) - 1, discount_rate.reshape(1, -1, 1, 1, 1))
    return returns.discounted_saving(flows, factor)


def _to_date(flows, roundings) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Flows summed up to each month, whether they are ever but 0, and the last month behind.

    A sum within its rounding error is 0. The error is bounded by the roundings in a sum, that of
    each flow among them, times the flows to date without their signs (Higham, Accuracy and
    Stability of Numerical Algorithms, section 4.2).
    """
    error = roundings * _ROUNDING * np.cumsum(np.abs(flows), axis=MONTH)
    cumulative = timeline.cumulative(flows, error)
    behind = returns.last_month_behind(returns.month_if_behind(_months(flows), cumulative))
    highest = returns.highest_cumulative(cumulative)
    return cumulative, returns.ever_nonzero(behind, highest), behind


def _months(flows) -> np.ndarray:
    return np.arange(1, flows.shape[MONTH] + 1).reshape(1, 1, 1, 1, -1)


def _before_month_1(moment) -> np.ndarray:
    """Months since the setup, which stood as month 1."""
    return np.maximum(moment - 1, 0).reshape(-1)
