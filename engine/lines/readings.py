"""Both readings of management overhead.

The source leaves open whether 15 to 25 % are of the direct cost abroad or of the onshore cost
(contradiction C-2). Whatever the scenario has chosen, the saving and the break-even of both readings
stand beside each other.
"""

import inspect

import numpy as np

from ..axes import MONTH, ROLE, SITE, running_total, total
from . import line

PLAN = ("plan",)
PLAN_SITE = ("plan", "site")
PLAN_MONTH = ("plan", "month")
READINGS = {"direct": ("direct_cost", "on direct cost"), "onshore": ("onshore_loaded_cost", "on onshore cost")}


def _declared(name, label, doc, body, parameters, **declaration):
    """A line whose parameters are known by name only: one for each reading."""
    body.__name__ = body.__qualname__ = name
    body.__doc__ = doc
    positional = inspect.Parameter.POSITIONAL_ONLY
    body.__signature__ = inspect.Signature([inspect.Parameter(p, positional) for p in parameters])
    globals()[name] = line(label, **declaration)(body)


def _reading(key, base, words):
    def extra(heads, management_rate, management_base, management_overhead):
        return total(heads * (management_rate * management_base - management_overhead), ROLE) / 12

    def saving_steady(net_saving_steady, difference, plan_output_value):
        return net_saving_steady - total(difference, SITE) * 12 / plan_output_value

    def saving(saving, difference, live_growth):
        return saving - total(difference * live_growth, SITE)

    def cumulative(saving, rounding_error):
        return running_total(saving, rounding_error)

    def behind(month, cumulative):
        return np.where(cumulative < 0, month, 0)

    def last_behind(behind):
        return np.max(behind, axis=MONTH, keepdims=True)

    def crossing(month, last_behind, saving, cumulative):
        crosses = (last_behind > 0) & (month == last_behind + 1)
        return np.where(crosses, month - cumulative / saving, 0)

    def break_even(ever_moves, last_behind, last_month, crossing):
        recovered = (ever_moves == 1) & (last_behind < last_month)
        return np.where(recovered, total(crossing, MONTH), np.nan)

    _declared(
        f"management_{key}_difference", f"Management {words}, beyond that counted",
        "What the reading adds to the cost of a month of year 1.", extra,
        ("heads", "management_rate", base, "management_overhead"),
        unit="money/month", over=PLAN_SITE,
    )  # fmt: skip
    _declared(
        f"net_saving_steady_{key}", f"Net saving, steady state, management {words}",
        "As if management overhead were read so, whatever is chosen. Source: C-2.", saving_steady,
        ("net_saving_steady", f"management_{key}_difference", "plan_output_value"),
        unit="fraction", over=PLAN,
    )  # fmt: skip
    _declared(
        f"saving_{key}", f"Saving, management {words}", "Value less the cost of the reading.", saving,
        ("saving", f"management_{key}_difference", "live_growth"),
        unit="money/month", over=PLAN_MONTH,
    )  # fmt: skip
    _declared(
        f"cumulative_{key}", f"Cumulative saving, management {words}", "Saving to date.", cumulative,
        (f"saving_{key}", "rounding_error"), unit="money", over=PLAN_MONTH,
    )  # fmt: skip
    _declared(
        f"month_behind_{key}", f"Month, where behind, management {words}",
        "The month's number where the saving to date is below 0, else 0.", behind,
        ("month", f"cumulative_{key}"), unit="month", over=PLAN_MONTH,
    )  # fmt: skip
    _declared(
        f"last_month_behind_{key}", f"Last month behind, management {words}",
        "Last month with a saving to date below 0; 0 if there is none.", last_behind,
        (f"month_behind_{key}",), unit="month", over=PLAN,
    )  # fmt: skip
    _declared(
        f"crossing_{key}", f"Moment of break-even within the month, management {words}",
        "Interpolated moment at which the saving to date reaches 0 for good.", crossing,
        ("month", f"last_month_behind_{key}", f"saving_{key}", f"cumulative_{key}"),
        unit="months", over=PLAN_MONTH,
    )  # fmt: skip
    _declared(
        f"break_even_month_{key}", f"Break-even, management {words}",
        "Months until the savings have paid for everything, on this reading. Source: C-2.", break_even,
        ("ever_moves", f"last_month_behind_{key}", "last_month", f"crossing_{key}"),
        unit="months", over=PLAN, missing="none",
    )  # fmt: skip


for _key, (_base, _words) in READINGS.items():
    _reading(_key, _base, _words)
