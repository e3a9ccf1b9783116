"""Break-even, payback and net present value of a series of savings, by the lines of the model."""

import numpy as np

from ..axes import MONTH
from ..lines import returns, timeline

_ROUNDING = 2.0**-53  # largest relative error of one rounding
_OF_A_FACTOR = 4  # roundings in a discount factor, without those of its exponent, month / 12


def break_even(saving: np.ndarray, setup_cost: np.ndarray) -> np.ndarray:
    """Month from which cumulative savings cover the setup cost until the end of the series.

    Parameters
    ----------
    saving : array, shape (plan, month)
        Saving of each month, as money per month; a single column stands for every month.
    setup_cost : array, shape (plan,)
        Money spent before month 1, as a positive number.

    Returns
    -------
    array, shape (plan,)
        Months since the setup, interpolated within the month; NaN if there is no break-even.
    """
    if saving.shape[1] == 1:
        with np.errstate(divide="ignore", invalid="ignore"):
            return months_to_recover(saving[:, 0], setup_cost)
    flows = _flows(saving, setup_cost)
    month = _months(flows)
    cumulative, moves, behind = _cumulative(flows, roundings=month)
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = returns.crossing(month, behind, flows, cumulative)
    recovered = returns.recovered(moves, behind, month[..., -1:])
    return _months_since_setup(returns.break_even_month(recovered, crossing))


def months_to_recover(monthly_saving, setup_cost):
    """Payback period of a setup cost at the same saving in every month.

    Parameters
    ----------
    monthly_saving : array
        Money per month.
    setup_cost : array, of a shape that broadcasts with ``monthly_saving``
        Money spent before month 1, as a positive number.

    Returns
    -------
    array
        Months: ``setup_cost / monthly_saving``; NaN if the saving is not above 0.
    """
    return np.where(monthly_saving > 0, setup_cost / monthly_saving, np.nan)


def payback(saving: np.ndarray, setup_cost: np.ndarray, discount_rate: np.ndarray) -> np.ndarray:
    """Month from whose end cumulative discounted savings cover the setup cost until the end.

    Parameters
    ----------
    saving : array, shape (plan, month)
        Saving of each month, as money per month, at the end of the month.
    setup_cost : array, shape (plan,)
        Money spent before month 1, as a positive number.
    discount_rate : array, shape (plan,)
        Fraction per year.

    Returns
    -------
    array, shape (plan,)
        Whole months since the setup; NaN if there is no payback.
    """
    flows = _discounted(saving, setup_cost, discount_rate)
    month = _months(flows)
    _, moves, behind = _cumulative(flows, roundings=month + month / 12 + _OF_A_FACTOR)
    return _months_since_setup(returns.discounted_payback_month(moves, behind, month[..., -1:]))


def present_value(
    saving: np.ndarray, setup_cost: np.ndarray, discount_rate: np.ndarray
) -> np.ndarray:
    """Net present value of savings at the end of each month and of a setup before month 1.

    Parameters
    ----------
    saving, setup_cost, discount_rate
        As for :func:`payback`.

    Returns
    -------
    array, shape (plan,)
        Money.
    """
    return returns.npv(_discounted(saving, setup_cost, discount_rate)).reshape(len(saving))


def _flows(saving, setup_cost) -> np.ndarray:
    """Cash flows, shape (1, plan, 1, 1, month), with the setup cost as the first month."""
    flows = np.concatenate([-setup_cost[:, None], saving], axis=1)
    return flows.reshape(1, len(saving), 1, 1, -1)


def _discounted(saving, setup_cost, discount_rate) -> np.ndarray:
    flows = _flows(saving, setup_cost)
    factor = returns.discount_factor(_months(flows) - 1, discount_rate.reshape(1, -1, 1, 1, 1))
    return returns.discounted_saving(flows, factor)


def _cumulative(flows, roundings) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cumulative flows, whether they are ever other than 0, and the last month below 0.

    A sum within its rounding error counts as 0. The error is bounded by the number of roundings,
    including that of each flow, times the sum of absolute flows (Higham, Accuracy and Stability of
    Numerical Algorithms, section 4.2).
    """
    error = roundings * _ROUNDING * np.cumsum(np.abs(flows), axis=MONTH)
    cumulative = timeline.cumulative(flows, error)
    behind = returns.last_month_behind(returns.month_if_behind(_months(flows), cumulative))
    highest = returns.highest_cumulative(cumulative)
    return cumulative, returns.ever_nonzero(behind, highest), behind


def _months(flows) -> np.ndarray:
    return np.arange(1, flows.shape[MONTH] + 1).reshape(1, 1, 1, 1, -1)


def _months_since_setup(month) -> np.ndarray:
    """Months since the setup, which is the first month of the flows."""
    return np.maximum(month - 1, 0).reshape(-1)
