"""Rates of return and present values of one flow of money, at equal intervals or on dates.

Time 0 is that of the first flow, which is not discounted. Excel's ``NPV`` instead counts the first
flow at the end of the first period, so its result is lower by one period's discount.
"""

import numpy as np

from ..errors import DomainError
from ..rates_of_return import has_one_positive_rate, significant_flows

YEAR = 365  # days, as in Excel's XNPV and XIRR
# Rates are searched for up to 1e304, which is the exponential function of 700.
_FURTHEST, _HALVINGS = 700.0, 80
_CHANGES_MAX = 100  # of the sign; each is a step of a recursion
_ROUNDING = 1e-14  # a sum below this share of its absolute terms is 0


def rate_of_return(flows: np.ndarray, times: np.ndarray, guess: float = np.nan) -> float:
    """Internal rate of return of flows at given times.

    Parameters
    ----------
    flows : array, shape (flow,)
        Money.
    times : array, shape (flow,)
        Time of each flow, in any order; the rate is per unit of time.
    guess : float
        Fraction; among several rates the nearest to it is chosen. NaN chooses none.

    Returns
    -------
    float
        Fraction per unit of time: the only rate, or the only one above 0 if the cumulative flow
        shows that there is one (:func:`~..rates_of_return.has_one_positive_rate`). NaN if no rate
        exists.

    Raises
    ------
    DomainError
        Several rates and no guess, with the rates; or more than 100 sign changes.
    """
    times, amounts = _by_time(flows, times)
    rates = np.expm1(_log_roots(amounts, times))
    if not len(rates):
        return np.nan
    if np.isnan(guess) and len(rates) > 1 and has_one_positive_rate(amounts).item():
        return rates[-1].item()
    if np.isnan(guess) and len(rates) > 1:
        listed = ", ".join(f"{100 * rate:.6g} %" for rate in rates)
        raise DomainError(
            f"flows have several internal rates: {listed}; give a guess to choose the nearest"
        )
    return rates[np.argmin(np.abs(rates - guess))].item()


def dated_rate_of_return(flows: np.ndarray, days: np.ndarray, guess: float = np.nan) -> float:
    """Internal rate of return of flows on dates, as Excel's ``XIRR`` has it.

    Parameters
    ----------
    flows : array, shape (flow,)
        Money.
    days : array, shape (flow,)
        Date of each flow as a number of days; none is before the first.
    guess : float
        As for :func:`rate_of_return`.

    Returns
    -------
    float
        Fraction per year of 365 days; NaN if no rate exists.

    Raises
    ------
    DomainError
        As for :func:`rate_of_return`, or a date before the first one.
    """
    return rate_of_return(flows, _since_first(days) / YEAR, guess)


def annual_rate(rate: np.ndarray, periods_a_year: np.ndarray) -> np.ndarray:
    """Rate per year that a rate per period compounds to, as a fraction."""
    return np.expm1(periods_a_year * np.log1p(rate))  # 1 period a year changes no digit


def dated_present_value(rate: np.ndarray, flows: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Present value of flows on dates, at the first one's date, as Excel's ``XNPV`` has it.

    Parameters
    ----------
    rate : array, shape (case,)
        Fraction per year of 365 days, above -1.
    flows : array, shape (flow,)
        Money.
    days : array, shape (flow,)
        Date of each flow as a number of days; none is before the first.

    Returns
    -------
    array, shape (case,)
        Money.

    Raises
    ------
    DomainError
        A date before the first one.
    """
    since = _since_first(days)
    return (flows * (1 + rate[:, None]) ** (-since / YEAR)).sum(axis=1)


def _since_first(days: np.ndarray) -> np.ndarray:
    """Days since the first date, which Excel's functions want to be the earliest."""
    since = days - days[0]
    if (since < 0).any():
        number = int(np.argmax(since < 0))
        raise DomainError(
            f"date {number + 1} is {-since[number]:,.0f} days before the first one, to which all "
            "flows are discounted; put the earliest flow first"
        )
    return since


def _by_time(flows: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Times since the first flow, ascending, and the sum of the flows at each, without zeros."""
    times, at = np.unique(times, return_inverse=True)
    amounts = np.bincount(at, flows)
    error = _ROUNDING * np.bincount(at, np.abs(flows))
    amounts = significant_flows(np.where(np.abs(amounts) > error, amounts, 0))
    return times[amounts != 0] - times[0], amounts[amounts != 0]


def _log_roots(amounts: np.ndarray, times: np.ndarray) -> np.ndarray:
    """All logarithms of 1 + rate at which the present value is 0, in ascending order.

    Between two neighbouring amounts of opposite sign the origin of time is set. The derivative of
    the present value then has a sign change less, so its roots are known by recursion; between two
    of them the present value rises or falls, and has a root if its sign differs at both.
    """
    signs = np.sign(amounts)
    changes = np.flatnonzero(signs[1:] != signs[:-1])
    if not len(changes):
        return np.array([])
    if len(changes) > _CHANGES_MAX:
        raise DomainError(
            f"flows change their sign {len(changes)} times; they may at most {_CHANGES_MAX} times"
        )
    origin = times[changes[0] : changes[0] + 2].mean()
    turns = _log_roots(amounts * (origin - times), times)
    points = np.concatenate([[-_FURTHEST], turns, [_FURTHEST]])
    value = _share(amounts, times, points)
    sign = np.where(np.abs(value) > _ROUNDING, np.sign(value), 0)
    crosses = sign[:-1] * sign[1:] < 0
    low, high, sign_low = points[:-1][crosses], points[1:][crosses], sign[:-1][crosses]
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        is_before = _share(amounts, times, middle) * sign_low > 0
        low, high = np.where(is_before, middle, low), np.where(is_before, high, middle)
    found = np.concatenate([(low + high) / 2, turns[sign[1:-1] == 0]])
    return np.sort(np.where(np.abs(found) < _ROUNDING / 10, 0, found))


def _share(amounts: np.ndarray, times: np.ndarray, log_rates: np.ndarray) -> np.ndarray:
    """Present value at each rate, as a share of that of all absolute amounts."""
    exponents = -times * log_rates[:, None]
    terms = amounts * np.exp(exponents - exponents.max(axis=1, keepdims=True))
    return terms.sum(axis=1) / np.abs(terms).sum(axis=1)
