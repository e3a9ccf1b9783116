"""Break-even, payback and net present value of a series of savings, by the lines of the model."""

import numpy as np

from ..axes import MONTH
from ..lines import ahead, returns, timeline

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
    return _interpolated(flows, roundings=_months(flows))


def payback_period(flows: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Periods until cumulative discounted flows are 0 or more for good.

    Parameters
    ----------
    flows : array, shape (case, period)
        Money; the first at time 0, the others at the end of each period.
    rate : array, shape (case,)
        Discount rate per period, as a fraction above -1; 0 for the payback without discounting.

    Returns
    -------
    array, shape (case,)
        Periods since the first flow, interpolated within the period; 0 if the cumulative flow is
        never negative; NaN if it is at the end, or always 0.
    """
    month = np.arange(1, flows.shape[1] + 1)
    discounted = flows * (1 + rate[:, None]) ** (1.0 - month)
    discounted = discounted.reshape(1, len(flows), 1, 1, -1)
    return _interpolated(discounted, roundings=2 * month + _OF_A_FACTOR)


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


def payback(
    saving: np.ndarray, setup_cost: np.ndarray, discount_rate: np.ndarray, setup_month: np.ndarray
) -> np.ndarray:
    """Month from whose end cumulative discounted savings cover the setup cost until the end.

    Parameters
    ----------
    saving : array, shape (plan, month)
        Saving of each month, as money per month, at the end of the month.
    setup_cost : array, shape (plan,)
        Money, as a positive number.
    discount_rate : array, shape (plan,)
        Fraction per year.
    setup_month : array, shape (plan,)
        1 if the setup is paid at the end of month 1, as in the model; 0 if before month 1, so that
        it is not discounted.

    Returns
    -------
    array, shape (plan,)
        Whole months since the beginning of month 1; NaN if there is no payback.
    """
    flows = _discounted(saving, setup_cost, discount_rate, setup_month)
    month = _months(flows)
    _, moves, behind = _cumulative(flows, roundings=month + month / 12 + _OF_A_FACTOR)
    recovered = returns.recovered_discounted(moves, behind, month[..., -1:])
    return _months_since_setup(returns.discounted_payback_month(recovered, behind))


def present_value(
    saving: np.ndarray, setup_cost: np.ndarray, discount_rate: np.ndarray, setup_month: np.ndarray
) -> np.ndarray:
    """Net present value of savings at the end of each month and of a setup.

    Parameters
    ----------
    saving, setup_cost, discount_rate, setup_month
        As for :func:`payback`.

    Returns
    -------
    array, shape (plan,)
        Money.
    """
    discounted = _discounted(saving, setup_cost, discount_rate, setup_month)
    return returns.npv(discounted).reshape(len(saving))


def _flows(saving, setup_cost) -> np.ndarray:
    """Cash flows, shape (1, plan, 1, 1, month), with the setup cost before those of month 1."""
    flows = np.concatenate([-setup_cost[:, None], saving], axis=1)
    return flows.reshape(1, len(saving), 1, 1, -1)


def _discounted(saving, setup_cost, discount_rate, setup_month) -> np.ndarray:
    flows = _flows(saving, setup_cost)
    rate, first = (array.reshape(1, -1, 1, 1, 1) for array in (discount_rate, setup_month))
    factor = returns.discount_factor(np.maximum(_months(flows) - 1, first), rate)
    return returns.discounted_saving(flows, factor)


def _interpolated(flows, roundings) -> np.ndarray:
    """Months after the first at which cumulative flows reach 0 for good, shape (plan,)."""
    month = _months(flows)
    cumulative, moves, behind = _cumulative(flows, roundings)
    with np.errstate(divide="ignore", invalid="ignore"):
        crossed = ahead.crossing_month(behind, month[..., -1:])
        crossing = ahead.crossing(crossed, cumulative, flows)
    recovered = returns.recovered(moves, behind, month[..., -1:])
    return _months_since_setup(returns.break_even_month(recovered, crossing))


def _cumulative(flows, roundings) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cumulative flows, whether they are ever other than 0, and the last month below 0.

    A sum within its rounding error counts as 0. The error is bounded by the number of roundings,
    including that of each flow, times the sum of absolute flows (Higham, Accuracy and Stability of
    Numerical Algorithms, section 4.2).
    """
    error = roundings * _ROUNDING * np.cumsum(np.abs(flows), axis=MONTH)
    cumulative = timeline.cumulative(flows, error)
    behind = ahead.last_month_behind(_months(flows), cumulative)
    highest = returns.highest_cumulative(cumulative)
    return cumulative, returns.ever_nonzero(behind, highest), behind


def _months(flows) -> np.ndarray:
    return np.arange(1, flows.shape[MONTH] + 1).reshape(1, 1, 1, 1, -1)


def _months_since_setup(month) -> np.ndarray:
    """Months since the setup, which is the first of the flows."""
    return np.maximum(month - 1, 0).reshape(-1)
