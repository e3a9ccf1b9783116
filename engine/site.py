"""One site against onshore, without a scenario file: what a function in a cell asks for."""

from collections.abc import Iterable, Mapping

import numpy as np

from .axes import MONTH, shape_of
from .errors import DomainError
from .lines import returns
from .model import default_model, nearest

_SIZES = {"plan": 1, "site": 2, "role": 1}


def site_values(given: Mapping[str, np.ndarray], wanted: Iterable[str]) -> dict[str, np.ndarray]:
    """Lines of one site, for any number of cases at once.

    Parameters
    ----------
    given : mapping of str to array, shape (case,)
        Inputs of the site, by name; the rest have their declared defaults. Inputs that vary over
        nothing hold for the whole case. ``onshore_salary`` is the salary onshore.
    wanted : iterable of str
        Lines over site, or site and role.

    Returns
    -------
    dict of str to array, shape (case,)

    Raises
    ------
    DomainError
        An unknown input, or a value outside its valid range: the text names the input, the value
        and the bound.
    """
    model = default_model()
    values = default_values(max((array.size for array in given.values()), default=1))
    settable = {
        name: entry
        for name, entry in model.inputs.items()
        if {*entry.axes} <= {"site", "role"} or name == "statutory_rate"
    }
    for name, numbers in given.items():
        base = 0 if name == "onshore_salary" else 1
        chosen = settable.get("salary" if name == "onshore_salary" else name)
        if chosen is None:
            raise DomainError(f"no input is called {name}{nearest(name, settable)}")
        check_range(name, numbers, chosen.lowest, chosen.highest, chosen.allowed, chosen.whole)
        site = base if "site" in chosen.axes else 0
        if "rule" in chosen.axes:  # one effective rate in place of the rules
            values[chosen.name][:, 0, site] = 0
        values[chosen.name][:, 0, site, 0, 0] = numbers
    wanted = list(wanted)
    lines = model.evaluate(values, months=1, wanted=wanted)
    return {name: lines[name][:, 0, 1, 0, 0] for name in wanted}


def default_values(cases: int) -> dict[str, np.ndarray]:
    """Every input at its declared default, for an onshore site and another one."""
    values = {}
    for entry in default_model().inputs.values():
        array = np.empty((cases, *shape_of(entry.axes, _SIZES)[1:]), entry.dtype)
        for site in range(array.shape[2]):
            array[:, :, site] = entry.default_at(site)
        values[entry.name] = array
    return values


def check_range(
    name: str, numbers: np.ndarray, lowest: float, highest: float, allowed: str, whole: bool = False
):
    """Raise for the first number outside a range, or not a number."""
    wrong = ~((numbers >= lowest) & (numbers <= highest))
    if whole:
        wrong |= numbers != np.floor(numbers)
    if wrong.any():
        first = tuple(np.argwhere(wrong)[0])
        place = f" in row {first[0] + 1}" if numbers.size > 1 else ""
        place += f", column {first[1] + 1}" if numbers.ndim > 1 and numbers.shape[1] > 1 else ""
        shown = "empty" if np.isnan(numbers[first]) else f"{numbers[first]:,.10g}"
        raise DomainError(f"{name}{place} is {shown}; it must be {allowed}")


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
    plans, months = saving.shape
    if months == 1:
        with np.errstate(divide="ignore", invalid="ignore"):
            return months_to_recover(saving[:, 0], setup_cost)
    flows = np.concatenate([-setup_cost[:, None], saving], axis=1).reshape(1, plans, 1, 1, -1)
    month = np.arange(1, months + 2).reshape(1, 1, 1, 1, -1)  # month 1 is the setup
    cumulative = np.cumsum(flows, axis=MONTH)
    behind = returns.last_month_behind(returns.month_behind(month, cumulative))
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = returns.crossing(month, behind, flows, cumulative)
    moment = returns.break_even_month(returns.closing_cumulative(cumulative), behind, crossing)
    return np.maximum(moment - 1, 0).reshape(plans)


def months_to_recover(monthly_saving, setup_cost):
    """Months in which the same saving every month pays for a setup; NaN where it never does."""
    return np.where(monthly_saving > 0, setup_cost / monthly_saving, np.nan)
