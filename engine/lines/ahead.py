"""When a running total is ahead for good.

The last month in which it is behind, the month in which it is ahead for good, and the moment within
that month. One definition for the saving, its discounted and restated forms, and cash.
"""

import numpy as np

from ..axes import MONTH, at_step
from . import line, with_parameters

PLAN = ("plan",)


@line("Last month behind, saving", unit="month", over=PLAN)
def last_month_behind(month, cumulative):
    """Last month in which the cumulative saving is below 0; 0 if there is none."""
    return np.max((cumulative < 0) * month, axis=MONTH, keepdims=True)


@line("Month ahead for good, saving", unit="month", over=PLAN)
def crossing_month(last_month_behind, last_month):
    """Month in which the cumulative saving reaches 0 for good.

    0 for a plan that is never behind, or behind at the end of the horizon.
    """
    crosses = (last_month_behind > 0) & (last_month_behind < last_month)
    return np.where(crosses, last_month_behind + 1, 0)


@line("Moment ahead for good, saving", unit="months", over=PLAN)
def crossing(crossing_month, cumulative, saving):
    """Moment at which the cumulative saving reaches 0 for good, interpolated within its month.

    0 for a plan that is never behind, or behind at the end of the horizon.
    """
    step = np.maximum(1, crossing_month) - 1
    within = at_step(cumulative, step) / at_step(saving, step)
    return np.where(crossing_month > 0, crossing_month - within, 0)


def _same_of(ending: str, words: str, to_date: str, flow: str = "") -> None:
    """The same lines of another running total.

    Parameters
    ----------
    ending, words : str
        End of the names of the lines, and of their labels.
    to_date, flow : str
        Lines of the running total and of its flow; without a flow only the last month behind.
    """
    last, month = f"last_month_behind{ending}", f"crossing_month{ending}"
    for name, asked, label, unit, function, formula, meaning in (
        (last, ("month", to_date), "Last month behind", "month", last_month_behind,
         f"np.max(({to_date} < 0) * month, axis=MONTH, keepdims=True)",
         f"Last month in which the {words} to date is below 0; 0 if there is none."),
        (month, (last, "last_month"), "Month ahead for good", "month", crossing_month,
         f"np.where(({last} > 0) & ({last} < last_month), {last} + 1, 0)",
         f"Month in which the {words} to date reaches 0 for good; 0 if there is none."),
        (f"crossing{ending}", (month, to_date, flow), "Moment ahead for good", "months", crossing,
         f"np.where({month} > 0, {month} - at_step({to_date}, np.maximum(1, {month}) - 1)"
         f" / at_step({flow}, np.maximum(1, {month}) - 1), 0)",
         f"Moment at which the {words} to date reaches 0 for good; 0 if there is none."),
    )[: 3 if flow else 1]:  # fmt: skip
        named = lambda *values, function=function: function(*values)  # noqa: E731 - one per line
        declare = line(f"{label}, {words}", unit=unit, over=PLAN, formula=formula)
        globals()[name] = declare(with_parameters(name, asked, meaning, named))


_same_of("_discounted", "discounted saving", "cumulative_discounted")
for _key, _words in (("direct", "on direct cost"), ("onshore", "on onshore cost")):
    _words = f"saving with management {_words}"
    _same_of(f"_{_key}", _words, f"cumulative_{_key}", f"saving_{_key}")
_same_of("_cash", "cash saving", "cumulative_cash", "cash_saving")
_same_of("_after_tax", "cash saving after tax", "cumulative_after_tax", "cash_after_tax")
