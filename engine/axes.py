"""The axes of every array, and the two ways a line may move along them.

An array always has five axes in this order: scenario, plan, site, role, month; size 1 where it
does not vary. Short axes of fixed length take the place of the role or of the month, so no array
has both: "tenure", the months since a person started, "rule", the statutory charges of a country,
"change", the months in which the law of a site changes, and the lists of :mod:`.lists`. So do
"wave", the steps in which heads start, as many as a scenario has, and "year" and "quarter", the
fiscal periods that the months reach into.
"""

import math
from collections.abc import Mapping

import numpy as np

AXES = ("scenario", "plan", "site", "role", "month")
TENURE_MONTHS, RULES, EXTRAS, RISKS, VENDORS, QUESTIONS, CHECKLISTS = 12, 16, 8, 10, 8, 61, 13
FACTORS = ATTRIBUTES = 8
LAW_CHANGES = 8  # of a site that are counted one by one: as many as any country has announced
DRIVERS, CORRELATIONS = 20, 4
COST_GROUPS = 13  # of the statement, as in cost_kinds
FIGURES, COMPONENTS = 23, 16  # that are graded, as in evidence
# Name, position and length of each short axis.
_SHORT = (
    ("tenure", 4, TENURE_MONTHS),
    ("rule", 4, RULES),
    ("question", 4, QUESTIONS),
    ("driver", 4, DRIVERS),
    ("change", 4, LAW_CHANGES),
    ("checklist", 3, CHECKLISTS),
    ("extra", 3, EXTRAS),
    ("risk", 3, RISKS),
    ("vendor", 3, VENDORS),
    ("factor", 3, FACTORS),
    ("attribute", 3, ATTRIBUTES),
    ("correlation", 3, CORRELATIONS),
    ("group", 3, COST_GROUPS),
    ("figure", 3, FIGURES),
    ("component", 3, COMPONENTS),
)
POSITION = {name: position for position, name in enumerate(AXES)}
POSITION |= {name: position for name, position, _ in _SHORT}
POSITION |= {"wave": 3, "year": 4, "quarter": 4}
WAVES_MAX = 6
FIXED_SIZES = {name: size for name, _, size in _SHORT}
PLAN, SITE, ROLE, MONTH = 1, 2, 3, 4
TENURE, RULE, QUESTION = MONTH, MONTH, MONTH
EXTRA, RISK, VENDOR, FACTOR, ATTRIBUTE, WAVE, GROUP = ROLE, ROLE, ROLE, ROLE, ROLE, ROLE, ROLE
FIGURE, COMPONENT = ROLE, ROLE
YEAR, QUARTER = MONTH, MONTH
PERIODS = {"year": 12, "quarter": 3}  # months of each fiscal period

# Site 0 is the onshore base, plan 0 the baseline: slices that keep all five axes.
ONSHORE = np.s_[:, :, :1]
BASELINE = np.s_[:, :1]
LAST_MONTH = np.s_[:, :, :, :, -1:]


def total(array, *axes):
    """Sum over some axes, which stay with size 1.

    Parameters
    ----------
    array : array, shape (scenario, plan, site, role, month)
    axes : int
        Positions of the axes to sum over, such as ``SITE, ROLE``.
    """
    if not isinstance(array, np.ndarray):  # cells of a workbook, by NumPy's own protocol
        return np.sum(array, axis=axes, keepdims=True)
    for axis in axes:
        array = _sum_along(array, axis)
    return array


def _sum_along(array: np.ndarray, axis: int) -> np.ndarray:
    """Sum along one axis, one by one, so that many scenarios have the same bits as one."""
    if array.shape[axis] == 1:
        return array
    if len(array) == 1:  # NumPy would add up pairs
        last = (slice(None),) * axis + (slice(-1, None),)
        return np.cumsum(array, axis=axis)[last]
    return np.sum(array, axis=axis, keepdims=True)


def without_residue(fraction):
    """A fraction without what rounding leaves where parts add up to nothing, such as -1e-17.

    Parameters
    ----------
    fraction : array
        Any; rounded to 12 decimals, far below what is shown of it.
    """
    if hasattr(fraction, "__array_function__") and not isinstance(fraction, np.ndarray):
        # cells of a workbook, by NumPy's own protocol
        return fraction.__array_function__(without_residue, (type(fraction),), (fraction,), {})
    return np.round(fraction, 12) + 0.0  # which makes -0.0 0.0


def whole_cents(amount):
    """An amount rounded to the nearest cent, half a cent upward.

    Brackets of pay end a cent below the next ones: an amount in whole cents is within one of them.

    Parameters
    ----------
    amount : array
        Of money, 0 or more.
    """
    if hasattr(amount, "__array_function__") and not isinstance(amount, np.ndarray):
        # cells of a workbook, by NumPy's own protocol
        return amount.__array_function__(whole_cents, (type(amount),), (amount,), {})
    return np.floor(np.asarray(amount) * 100 + 0.5) / 100


def zero_within(value, tolerance):
    """A value, or 0 where it is no further from 0 than a tolerance.

    Parameters
    ----------
    value, tolerance : array
        In the same unit.
    """
    return np.where(np.abs(value) > tolerance, value, 0)


def present_value(rate, flows):
    """Present value of a flow at the end of each month, as Excel's ``NPV`` has it.

    Parameters
    ----------
    rate : array
        Per month, as a fraction.
    flows : array, shape (scenario, plan, site, role, month)
    """
    if not isinstance(flows, np.ndarray):  # cells of a workbook, by NumPy's own protocol
        return flows.__array_function__(present_value, (type(flows),), (rate, flows), {})
    factors = (1 + rate) ** -counter("month", flows.shape[MONTH])
    return total(flows * np.asfortranarray(factors), MONTH)


def to_date(flows):
    """Sum of the months so far.

    Parameters
    ----------
    flows : array, shape (scenario, plan, site, role, month)

    Returns
    -------
    array, shape (scenario, plan, site, role, month)
    """
    if not isinstance(flows, np.ndarray) or len(flows) == 1:  # cells of a workbook, or few numbers
        return np.cumsum(flows, axis=MONTH)
    found = flows.copy(order="K")
    for month in range(1, flows.shape[MONTH]):
        found[..., month] += found[..., month - 1]
    return found


def running_total(flows, rounding_error):
    """Sum of the months so far, exactly 0 where it is within its rounding error.

    Parameters
    ----------
    flows : array, shape (scenario, plan, site, role, month)
    rounding_error : array
        The largest sum that may be nothing but rounding, 0 or more, in the unit of the flows.

    Returns
    -------
    array, shape (scenario, plan, site, role, month)
    """
    if not isinstance(flows, np.ndarray):  # cells of a workbook, by NumPy's own protocol
        arguments = (flows, rounding_error)
        return flows.__array_function__(running_total, (type(flows),), arguments, {})
    sums = to_date(flows)
    return np.where(np.abs(sums) <= rounding_error, 0, sums)


def along(axis, *parts):
    """Arrays one after the other along an axis, one for each of its positions.

    Parameters
    ----------
    axis : str
        A short axis over which none of the arrays varies.
    parts : array or number
        As many as the axis is long.
    """
    cells = next((part for part in parts if not isinstance(part, np.ndarray | int)), None)
    if cells is not None:  # of a workbook, by NumPy's own protocol
        return cells.__array_function__(along, (type(cells),), (axis, *parts), {})
    return np.concatenate(np.broadcast_arrays(*parts), axis=POSITION[axis])


def at_step(array, step):
    """Values at steps along the months, counted from 0, such as those of an earlier month.

    Parameters
    ----------
    array : array, shape (scenario, plan, site, role, month)
    step : array of int, shape (scenario, plan, site, role, month)
        At least 0, and less than the array's months.

    Returns
    -------
    array, shape (scenario, plan, site, role, month)
    """
    if not (isinstance(array, np.ndarray) and isinstance(step, np.ndarray)):  # cells of a workbook
        return np.take_along_axis(array, step, axis=MONTH)
    # Positions in memory, where the scenarios lie side by side: faster than take_along_axis.
    *others, _ = array.shape
    first_month = np.arange(math.prod(others)).reshape(*others, 1, order="F")
    places = first_month + step * first_month.size
    return np.take(array.T, places.T).T


def sum_in_force(amounts, first, last, date):
    """Sum of the amounts of the rules that are law on a date.

    Parameters
    ----------
    amounts : array, shape (scenario, plan, site, role, rule)
    first, last : array, shape (scenario, 1, site, 1, rule)
        First day of the first and the last month in which each rule is law, as Excel counts days.
    date : array, shape (scenario, 1, 1, 1, month)
        First day of each month.

    Returns
    -------
    array, shape (scenario, plan, site, role, month)
    """
    if not isinstance(amounts, np.ndarray):  # cells of a workbook, by NumPy's own protocol
        arguments = (amounts, first, last, date)
        return amounts.__array_function__(sum_in_force, (type(amounts),), arguments, {})
    of_one = amounts[..., :1], first[..., :1], last[..., :1], date  # each may vary by scenario
    found = np.zeros(np.broadcast_shapes(*(array.shape for array in of_one)))
    begin, end = date.min(), date.max()
    for rule in range(amounts.shape[RULE]):
        since, until = first[..., rule : rule + 1], last[..., rule : rule + 1]
        if np.all(since > end) or np.all(until < begin):
            continue
        amount = amounts[..., rule : rule + 1]
        if not (np.all(since <= begin) and np.all(until >= end)):
            amount = amount * ((since <= date) & (date <= until))
        found += amount
    return found


def events_to_date(first, last, date):
    """Number of rules that have become law by a date, and of those that have ceased to be.

    Parameters
    ----------
    first, last, date : array
        As for :func:`sum_in_force`.

    Returns
    -------
    array of int, shape (scenario, 1, site, 1, month)
    """
    if not isinstance(first, np.ndarray):  # cells of a workbook, by NumPy's own protocol
        return first.__array_function__(events_to_date, (type(first),), (first, last, date), {})
    of_one = first[..., :1], last[..., :1], date  # each may vary by scenario
    found = np.zeros(np.broadcast_shapes(*(array.shape for array in of_one)), int)
    for rule in range(first.shape[RULE]):
        found += first[..., rule : rule + 1] <= date
        found += last[..., rule : rule + 1] < date
    return found


def sum_since(flows, count, number):
    """Sum of a flow over the months from which a count has reached a number.

    Parameters
    ----------
    flows, count : array, shape (scenario, plan, site, role, month)
        The count never falls.
    number : array, shape (1, 1, 1, 1, change)

    Returns
    -------
    array, shape (scenario, plan, site, role, change)
    """
    if not isinstance(flows, np.ndarray):  # cells of a workbook, by NumPy's own protocol
        arguments = (flows, count, number)
        return flows.__array_function__(sum_since, (type(flows),), arguments, {})
    shape = np.broadcast_shapes(flows[..., :1].shape, count[..., :1].shape, number.shape)
    found = np.zeros(shape, flows.dtype, order="F")
    most = count.max()
    for step in range(number.shape[MONTH]):
        reached = number[..., step : step + 1]
        if np.all(reached > most):
            continue
        found[..., step : step + 1] = total(np.where(count >= reached, flows, 0), MONTH)
    return found


def first_day(start, number):
    """First day of a month by its number, as Excel's ``EOMONTH(start, number - 2) + 1`` has it.

    Parameters
    ----------
    start : array of number
        Any day of month 1, as Excel counts days.
    number : int or array of int
        Of the month, counted from 1.
    """
    if not isinstance(start, np.ndarray):  # cells of a workbook, by NumPy's own protocol
        return start.__array_function__(first_day, (type(start),), (start, number), {})
    day_0 = np.datetime64("1899-12-30")  # as Excel counts days from March 1900 on
    first = (day_0 + start.astype(int)).astype("datetime64[M]")
    return ((first + number - 1).astype("datetime64[D]") - day_0).astype(float)


def with_periods(sizes: Mapping[str, int]) -> dict[str, int]:
    """Sizes of axes, with the most fiscal years and quarters that so many months reach into."""
    periods = {axis: (sizes["month"] - 2) // length + 2 for axis, length in PERIODS.items()}
    return {**sizes, **periods}


def sum_by_period(flows, month, first, last):
    """Sum of a flow over the months of each period.

    Parameters
    ----------
    flows : array, shape (scenario, plan, site, role, month)
    month : array, shape (1, 1, 1, 1, month)
        Number of each month.
    first, last : array, shape (scenario, 1, 1, 1, period)
        Number of the first and the last month of each period; they may lie outside the months.
        Scenarios with the same first month have the same periods.

    Returns
    -------
    array, shape (scenario, plan, site, role, period)
    """
    if not isinstance(flows, np.ndarray):  # cells of a workbook, by NumPy's own protocol
        arguments = (flows, month, first, last)
        return flows.__array_function__(sum_by_period, (type(flows),), arguments, {})
    length = int(last.flat[0] - first.flat[0]) + 1
    sizes = max(len(flows), len(first)), *flows.shape[1:4], first.shape[MONTH]
    found = np.zeros(sizes, order="F")
    if length * sizes[-1] < flows.shape[MONTH]:  # stand-ins for cells: the shape alone counts
        return found
    leads = 1 - first[:, 0, 0, 0, 0].astype(int)  # months of the first period before month 1
    for lead in {*leads.tolist()}:  # scenarios with the same periods, as a rule all
        here = leads == lead
        same = slice(None) if here.all() else here
        chosen = flows if len(flows) == 1 else flows[same]
        whole = np.zeros((*chosen.shape[:4], sizes[-1] * length), order="F")
        whole[..., lead : lead + flows.shape[MONTH]] = chosen
        # Month by month: the sum of a scenario is the same bits, however many there are.
        found[same] = sum(whole[..., n::length] for n in range(length))
    return found


def shape_of(axes, sizes):
    """Shape of an array that varies over ``axes``.

    Parameters
    ----------
    axes : iterable of str
        Names of axes; "tenure" stands in the month's place.
    sizes : mapping
        Size of each named axis; those of fixed size may be left out.
    """
    shape = [1] * len(AXES)
    for name in axes:
        shape[POSITION[name]] = FIXED_SIZES.get(name) or sizes[name]
    return tuple(shape)


def counter(axis, size):
    """The positions along an axis, counted from 1."""
    shape = [1] * len(AXES)
    shape[POSITION[axis]] = size
    return np.arange(1, size + 1).reshape(shape)


def array_index(at: Mapping[str, int | slice]) -> tuple:
    """Index into an array of five axes: the positions given, everything else whole or first."""
    index: list = [0] * len(AXES)
    for axis, position in at.items():
        index[POSITION[axis]] = position
    return tuple(index)
