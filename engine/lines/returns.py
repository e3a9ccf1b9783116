"""Returns over the horizon.

Break-even, payback, present value. A plan breaks even in the first month with a cumulative saving
of 0 or more that never falls below 0 again, interpolated within that month: at 0 if it is never
behind. The baseline is never behind and never ahead, so it has no break-even. A saving to date
within its rounding error is 0: docs/decisions/0011-zero-after-rounding.md.
"""

import numpy as np

from ..axes import LAST_MONTH, MONTH, running_total, total, without_residue
from . import line

PLAN = ("plan",)
PLAN_MONTH = ("plan", "month")
_NEVER_MOVES = "or never saves or costs anything, such as the baseline"
NOT_PAID_BACK = f"the plan is not ahead for good by the end of the horizon, {_NEVER_MOVES}"
NOT_PAID_BACK_DISCOUNTED = f"after discounting {NOT_PAID_BACK}"


@line("Value over the horizon", unit="money", over=PLAN)
def total_value(value):
    """Value of the plan's output over the horizon: what it would have cost onshore."""
    return total(value, MONTH)


@line("Cost over the horizon", unit="money", over=PLAN)
def total_cost(cost):
    """Cost of the plan over the horizon, setup included."""
    return total(cost, MONTH)


@line("Rounding error of the cumulative saving", unit="money", over=PLAN)
def rounding_error(total_value, total_cost, rounding_tolerance):
    """Largest cumulative saving that may be nothing but rounding, and so counts as 0.

    In proportion to all value and cost.
    """
    return rounding_tolerance * (total_value + total_cost)


@line("Lowest cost of a month", unit="money/month", over=PLAN)
def lowest_cost(cost):
    """Lowest cost of the plan in any month, setup included."""
    return np.min(cost, axis=MONTH, keepdims=True)


@line(
    "Saving over the horizon",
    unit="fraction",
    over=PLAN,
    nan_where="the plan delivers nothing within the horizon",
)
def net_saving(total_value, total_cost):
    """Saving over the horizon as a share of the value of the plan's output. Source: S0-57."""
    return np.where(total_value > 0, without_residue(1 - total_cost / total_value), np.nan)


@line("Lowest cumulative saving", unit="money", over=PLAN)
def lowest_cumulative(cumulative):
    """Lowest cumulative saving of the plan, time of onshore staff and output lost included."""
    return np.min(cumulative, axis=MONTH, keepdims=True)


@line("Highest cumulative saving", unit="money", over=PLAN)
def highest_cumulative(cumulative):
    """Highest cumulative saving of the plan in any month."""
    return np.max(cumulative, axis=MONTH, keepdims=True)


@line("Cumulative saving at the end", unit="money", over=PLAN)
def closing_cumulative(cumulative):
    """Cumulative saving of the plan at the end of the horizon."""
    return cumulative[LAST_MONTH]


@line("Cumulative saving is ever other than 0", unit="yes/no", over=PLAN)
def ever_nonzero(last_month_behind, highest_cumulative):
    """Whether the cumulative saving differs from 0 in any month.

    0 for a plan that saves nothing and costs nothing, such as the baseline.
    """
    return np.where((last_month_behind > 0) | (highest_cumulative > 0), 1, 0)


@line("Paid back by the end of the horizon", unit="yes/no", over=PLAN)
def recovered(ever_nonzero, last_month_behind, last_month):
    """Whether the plan has paid back for good by the end of the horizon."""
    return np.where((ever_nonzero == 1) & (last_month_behind < last_month), 1, 0)


@line("Break-even", unit="months", over=PLAN, missing="none", nan_where=NOT_PAID_BACK)
def break_even_month(recovered, crossing):
    """Months until the plan's savings have paid for everything, for good.

    Source: S0-62, 6-12 months.
    """
    return np.where(recovered == 1, crossing, np.nan)


@line("Break-even, whole month", unit="month", over=PLAN, missing="none", nan_where=NOT_PAID_BACK)
def break_even_month_whole(recovered, last_month_behind):
    """Month at whose end the plan has paid back for good."""
    return np.where(recovered == 1, last_month_behind + 1, np.nan)


@line("Break-even mark of the chart", unit="months", over=PLAN)
def break_even_mark(recovered, crossing, last_month):
    """Position of the break-even on the chart's axis, beyond its end if there is none."""
    return np.where(recovered == 1, crossing, last_month + 1)


@line("Discount factor", unit="factor", over=("month",))
def discount_factor(month, discount_rate):
    """Present value of 1 that is paid at the end of the month."""
    return (1 + discount_rate) ** (-month / 12)


@line("Discounted saving", unit="money/month", over=PLAN_MONTH)
def discounted_saving(saving, discount_factor):
    """Present value of the plan's saving in the month."""
    return saving * discount_factor


@line("Cumulative discounted saving", unit="money", over=PLAN_MONTH)
def cumulative_discounted(discounted_saving, rounding_error):
    """Present value of the plan's savings from month 1 to the end of the month."""
    return running_total(discounted_saving, rounding_error)


@line("Net present value", unit="money", over=PLAN)
def npv(discounted_saving):
    """Net present value of all savings of the plan, setup included."""
    return total(discounted_saving, MONTH)


@line("Discount rate per month", unit="fraction/month")
def monthly_rate(discount_rate):
    """Discount rate per month that compounds to the yearly rate."""
    return np.exp(np.log(1 + discount_rate) / 12) - 1


@line("Cumulative discounted saving at the end", unit="money", over=PLAN)
def closing_discounted(cumulative_discounted):
    """Cumulative discounted saving of the plan at the end of the horizon."""
    return cumulative_discounted[LAST_MONTH]


@line("Paid back after discounting by the end of the horizon", unit="yes/no", over=PLAN)
def recovered_discounted(ever_nonzero, last_month_behind_discounted, last_month):
    """Whether the plan has paid back for good by the end of the horizon, after discounting."""
    return np.where((ever_nonzero == 1) & (last_month_behind_discounted < last_month), 1, 0)


@line(
    "Discounted payback, whole month",
    unit="month",
    over=PLAN,
    missing="none",
    nan_where=NOT_PAID_BACK_DISCOUNTED,
)
def discounted_payback_month(recovered_discounted, last_month_behind_discounted):
    """Month at whose end the plan has paid back for good, after discounting."""
    return np.where(recovered_discounted == 1, last_month_behind_discounted + 1, np.nan)
