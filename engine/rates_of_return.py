"""Internal and modified internal rates of return of flows at equal intervals.

A rate is one at which the present value of a flow is 0. Several rates can be, and none: a flow has
at most as many above -1 as its sign changes (Descartes). :func:`internal_rate` therefore answers
only where one of two criteria shows which rate is meant, and gives NaN elsewhere:

- The flow changes its sign once: there is exactly one rate.
- The cumulative flow changes its sign once and does not end at 0: there is exactly one rate above
  0 (Norstrom), and that one is meant. Below 0 there may be others, such as those of an investment
  with a cost at its end.

A line that asks for the rate only where the second criterion holds has the same answer in a
workbook, whose ``IRR`` tells one rate from several no better than any search for a root.
"""

import numpy as np

# Flows below this share of the largest are residues of rounding, without a sign of their own.
_RESIDUE = 1e-12
# The same where flows have no rate for sure otherwise: the highest rounding_tolerance, within which
# the model takes cumulative flows as 0.
_TOLERATED = 1e-9
_CELLS = 2**17  # of flows that are solved together: their arrays fit into the cache
_STEPS = 200  # of Newton or bisection; some five are usual
_PRECISION = 1e-12  # of the last step, which Newton then exceeds by far


def sign_changes(flows):
    """Number of sign changes of a flow: the largest possible number of its internal rates.

    Parameters
    ----------
    flows : array, shape (..., month)
        Money; zeros, and residues of rounding, have no sign.

    Returns
    -------
    array, shape (..., 1)
        0 where no rate exists, 1 where exactly one does. Above 1, there are as many rates or fewer
        by an even number, a repeated one counted repeatedly. Source: Descartes' rule of signs.
    """
    return _changes(_significant(_periods_first(flows)))[..., None]


def has_one_positive_rate(flows):
    """Whether the cumulative flow shows that exactly one internal rate is above 0.

    Parameters
    ----------
    flows : array, shape (..., month)
        Money.

    Returns
    -------
    array of bool, shape (..., 1)
        True where the cumulative flow changes its sign once and does not end at 0. Sufficient, not
        necessary. Source: C. J. Norstrom, A Sufficient Condition for a Unique Nonnegative Internal
        Rate of Return, Journal of Financial and Quantitative Analysis 7 (1972).
    """
    return _one_above_0(_significant(_periods_first(flows)))[..., None]


def internal_rate(flows):
    """Internal rate of return per period (IRR), as Excel's ``IRR`` has it.

    Parameters
    ----------
    flows : array, shape (scenario, plan, site, role, month)
        Money at equal intervals; any leading axes.

    Returns
    -------
    array, shape (scenario, plan, site, role, 1)
        Fraction per period, above -1: the only rate of a flow that changes its sign once, otherwise
        the only one above 0 where :func:`has_one_positive_rate`. NaN where no rate exists, and
        where several may.

    Notes
    -----
    Of the present values P and Q of the flows with the first one's sign and of the others,
    ``log(P / Q)`` is solved for the logarithm of 1 + rate by Newton's method, within bounds that
    hold for every rate. For two flows it is a straight line; where the flow changes its sign once
    it rises by 1 or more for each unit, so that no rate is missed.
    """
    if not isinstance(flows, np.ndarray):  # cells of a workbook, by NumPy's own protocol
        return flows.__array_function__(internal_rate, (type(flows),), (flows,), {})
    periods = flows.shape[-1]
    rows = flows.reshape(-1, periods, order="F")
    found = np.full(len(rows), np.nan)
    together = max(_CELLS // max(periods, 1), 1)
    for start in range(0, len(rows), together):
        part = slice(start, start + together)
        found[part] = _rates(np.ascontiguousarray(rows[part].T))
    return found.reshape(*flows.shape[:-1], 1, order="F")


def modified_internal_rate(flows, finance_rate, reinvest_rate):
    """Modified internal rate of return per period (MIRR), as Excel's ``MIRR`` has it.

    Parameters
    ----------
    flows : array, shape (scenario, plan, site, role, month)
        Money at equal intervals.
    finance_rate, reinvest_rate : float or array
        Per period, as fractions above -1: what negative flows cost until they are paid, and what
        positive ones earn until the last period.

    Returns
    -------
    array, shape (scenario, plan, site, role, 1)
        Fraction per period::

            (positive flows at the end / -negative flows at the start) ** (1 / (periods - 1)) - 1

        NaN unless there are positive and negative flows; a line asks for the rate only then, since
        IronCalc's ``MIRR`` is -1 where all flows are negative.
    """
    if not isinstance(flows, np.ndarray):  # cells of a workbook, by NumPy's own protocol
        arguments = (flows, finance_rate, reinvest_rate)
        return flows.__array_function__(modified_internal_rate, (type(flows),), arguments, {})
    last = flows.shape[-1] - 1
    period = np.arange(last + 1)
    invested = _sum(np.maximum(-flows, 0) * (1 + finance_rate) ** -period)
    returned = _sum(np.maximum(flows, 0) * (1 + reinvest_rate) ** (last - period))
    exists = (invested > 0) & (returned > 0)
    growth = np.where(exists, returned, np.nan) / np.where(exists, invested, 1)
    return growth ** (1 / max(last, 1)) - 1


def _sum(flows):
    return np.sum(flows, axis=-1, keepdims=True)


def significant_flows(flows):
    """Flows with 0 in place of what is nothing but a residue of rounding.

    Parameters
    ----------
    flows : array, shape (..., month)
        Money.
    """
    return np.moveaxis(_significant(np.moveaxis(flows, -1, 0)), 0, -1)


# The functions below have the periods along the first axis: what is done for all flows of a period
# is then done in one go.


def _periods_first(flows: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(np.moveaxis(flows, -1, 0))


def _significant(flows: np.ndarray, residue: float = _RESIDUE) -> np.ndarray:
    """Flows without residues of rounding, shape (period, ...)."""
    size = np.abs(flows)
    return np.where(size > residue * np.max(size, axis=0), flows, 0)


def _changes(flows: np.ndarray) -> np.ndarray:
    """Number of sign changes over the periods, shape (...); zeros do not count."""
    signs = np.sign(flows)
    if not np.all(signs):
        for n in range(1, len(signs)):
            signs[n] = np.where(signs[n] == 0, signs[n - 1], signs[n])
    return np.sum(signs[1:] * signs[:-1] < 0, axis=0)


def _one_above_0(flows: np.ndarray) -> np.ndarray:
    """Whether the cumulative flow shows that one rate is above 0, shape (...)."""
    to_date = np.cumsum(flows, axis=0)
    # The error of the sum is in proportion to all flows, not to the largest sum.
    to_date = np.where(np.abs(to_date) > _RESIDUE * _total(np.abs(flows)), to_date, 0)
    return (_changes(_significant(to_date)) == 1) & (to_date[-1] != 0)


def _rates(flows: np.ndarray) -> np.ndarray:
    """Internal rates of flows, shape (period, flow) to (flow,)."""
    finite = np.isfinite(flows).all(axis=0)
    if not finite.all():
        flows = np.where(finite, flows, 0)
    flows = _significant(flows)
    changes = _changes(flows)
    has_one = changes == 1
    several = np.flatnonzero(changes > 1)
    has_one[several] = _one_above_0(flows[:, several])
    unsure = several[~has_one[several]]
    if len(unsure):
        rest = _significant(flows[:, unsure], _TOLERATED)
        has_one[unsure] = (_changes(rest) == 1) | _one_above_0(rest)
        flows[:, unsure[has_one[unsure]]] = rest[:, has_one[unsure]]
    solved = np.flatnonzero(has_one)
    found = np.full(len(finite), np.nan)
    if len(solved):
        with np.errstate(all="ignore"):
            found[solved] = np.expm1(_log_rates(flows[:, solved]))
    return found


def _log_rates(flows: np.ndarray) -> np.ndarray:
    """Logarithms of 1 + rate of flows with one rate, or one above 0, shape (flow,)."""
    first = _first(flows)
    mirrored = _total(flows) * first > 0  # the rate is below 0: seen from the end, above
    if mirrored.any():
        flows = np.where(mirrored, flows[::-1], flows)
        first = _first(flows)
    flows = flows * np.sign(first)  # the first one is positive
    started = np.argmax(flows != 0, axis=0)
    gains, losses = np.maximum(flows, 0), np.maximum(-flows, 0)
    # Beyond this the first flow outweighs all of the other sign; 1 more for rounding.
    high = np.maximum(np.log(_total(losses) / np.abs(first)), 0) + 1
    low, guess, before = np.zeros_like(high), np.zeros_like(high), np.full_like(high, np.inf)
    period = np.arange(len(flows))[:, None] - started
    # By period: gains, losses, and both times the period since the first flow.
    terms = np.stack([gains, losses, gains * period, losses * period], axis=1)
    found = np.full_like(high, np.nan)
    left, going = np.arange(len(found)), np.ones(len(found), bool)
    for _ in range(_STEPS):
        factor, sums = np.exp(-guess), np.zeros(terms.shape[1:])
        for term in terms[::-1]:  # Horner's scheme
            sums *= factor
            sums += term
        gain, loss, gain_period, loss_period = sums
        gap = np.log(gain / loss)
        low, high = np.where(gap <= 0, guess, low), np.where(gap >= 0, guess, high)
        newton = guess - gap / (loss_period / loss - gain_period / gain)
        trusted = (newton >= low) & (newton <= high) & (np.abs(gap) <= before / 2)
        step = np.where(trusted, newton, (low + high) / 2) - guess
        guess, before = guess + step, np.abs(gap)
        found[left[going]] = guess[going]  # each stops by itself: its bits do not depend on others
        going &= np.abs(step) > _PRECISION
        if not going.any():
            break
        if 2 * going.sum() < len(going):
            left, guess, before = left[going], guess[going], before[going]
            low, high, terms = low[going], high[going], terms[:, :, going]
            going = going[going]
    return np.where(mirrored, -found, found)


def _total(flows: np.ndarray) -> np.ndarray:
    """Sum over the periods, one by one: the same bits for one flow as among others."""
    return np.cumsum(flows, axis=0)[-1]


def _first(flows: np.ndarray) -> np.ndarray:
    """The first of the flows over the periods that is not 0, shape (flow,)."""
    return np.take_along_axis(flows, np.argmax(flows != 0, axis=0)[None], axis=0)[0]
