"""Returns over the horizon.

Break-even, payback, present value. A plan breaks even in the first month with a cumulative saving
of 0 or more that never falls below 0 again, interpolated within that month. The baseline is never
behind and never ahead, so it has no break-even.
"""

import numpy as np

from ..axes import LAST_MONTH, MONTH, total
from . import line

PLAN = ("plan",)
PLAN_MONTH = ("plan", "month")


@line("Value over the horizon", unit="money", over=PLAN)
def total_value(value):
    """What all output would have cost onshore."""
    return total(value, MONTH)


@line("Cost over the horizon", unit="money", over=PLAN)
def total_cost(cost):
    """All running cost and the setup."""
    return total(cost, MONTH)


@line("Lowest cost of a month", unit="money/month", over=PLAN)
def lowest_cost(cost):
    """Setup included."""
    return np.min(cost, axis=MONTH, keepdims=True)


@line("Net saving over the horizon", unit="fraction", over=PLAN)
def net_saving(total_value, total_cost):
    """Saving as a share of the value. No answer where nothing is delivered. Source: S0-57."""
    return np.where(total_value > 0, 1 - total_cost / total_value, np.nan)


@line("Lowest cumulative saving", unit="money", over=PLAN)
def lowest_cumulative(cumulative):
    """How far the plan falls behind at the most, before its savings catch up."""
    return np.min(cumulative, axis=MONTH, keepdims=True)


@line("Cumulative saving at the end", unit="money", over=PLAN)
def closing_cumulative(cumulative):
    """Saving over the whole horizon."""
    return cumulative[LAST_MONTH]


@line("Month, where behind", unit="month", over=PLAN_MONTH)
def month_behind(month, cumulative):
    """The month's number where the cumulative saving is below 0, else 0."""
    return np.where(cumulative < 0, month, 0)


@line("Last month behind", unit="month", over=PLAN)
def last_month_behind(month_behind):
    """Last month with a cumulative saving below 0; 0 if there is none."""
    return np.max(month_behind, axis=MONTH, keepdims=True)


@line("Moment of break-even within the month", unit="months", over=PLAN_MONTH)
def crossing(month, last_month_behind, saving, cumulative):
    """Interpolated moment at which the cumulative saving reaches 0 for good."""
    crosses = (month == last_month_behind + 1) & (saving > 0)
    return np.where(crosses, month - cumulative / saving, 0)


def _recovered(closing, last_month_behind):
    """Whether the saving to date ends ahead, or at 0 after having been behind."""
    return (closing > 0) | ((closing == 0) & (last_month_behind > 0))


@line("Last month of the horizon", unit="month")
def last_month(month):
    """Number of months."""
    return np.max(month, axis=MONTH, keepdims=True)


@line("Break-even", unit="months", over=PLAN, missing="none")
def break_even_month(closing_cumulative, last_month_behind, crossing):
    """Months until the savings have paid for everything. Source: S0-62, 6-12 months."""
    recovered = _recovered(closing_cumulative, last_month_behind)
    return np.where(recovered, total(crossing, MONTH), np.nan)


@line("Break-even, whole month", unit="month", over=PLAN, missing="none")
def break_even_month_whole(closing_cumulative, last_month_behind):
    """The month at whose end the plan is ahead for good."""
    recovered = _recovered(closing_cumulative, last_month_behind)
    return np.where(recovered, last_month_behind + 1, np.nan)


@line("Break-even mark of the chart", unit="months", over=PLAN)
def break_even_mark(closing_cumulative, last_month_behind, crossing, last_month):
    """Beyond the end of the chart where there is none."""
    recovered = _recovered(closing_cumulative, last_month_behind)
    return np.where(recovered, total(crossing, MONTH), last_month + 1)


@line("Discount factor", unit="factor", over=("month",))
def discount_factor(month, discount_rate):
    """Present value of 1 at the month's end."""
    return (1 + discount_rate) ** (-month / 12)


@line("Discounted saving", unit="money/month", over=PLAN_MONTH)
def discounted_saving(saving, discount_factor):
    """Present value of the month's saving."""
    return saving * discount_factor


@line("Cumulative discounted saving", unit="money", over=PLAN_MONTH)
def cumulative_discounted(discounted_saving):
    """Present value of the saving to date."""
    return np.cumsum(discounted_saving, axis=MONTH)


@line("Net present value", unit="money", over=PLAN)
def npv(discounted_saving):
    """Present value of all savings, setup included."""
    return total(discounted_saving, MONTH)


@line("Discount rate per month", unit="fraction/month")
def monthly_rate(discount_rate):
    """Compounds to the yearly rate."""
    return np.exp(np.log(1 + discount_rate) / 12) - 1


@line("Month, where behind after discounting", unit="month", over=PLAN_MONTH)
def month_behind_discounted(month, cumulative_discounted):
    """The month's number where the discounted saving to date is below 0, else 0."""
    return np.where(cumulative_discounted < 0, month, 0)


@line("Last month behind after discounting", unit="month", over=PLAN)
def last_month_behind_discounted(month_behind_discounted):
    """Last month with a discounted saving to date below 0; 0 if there is none."""
    return np.max(month_behind_discounted, axis=MONTH, keepdims=True)


@line("Cumulative discounted saving at the end", unit="money", over=PLAN)
def closing_discounted(cumulative_discounted):
    """Present value of the saving over the whole horizon."""
    return cumulative_discounted[LAST_MONTH]


@line("Discounted payback, whole month", unit="month", over=PLAN, missing="none")
def discounted_payback_month(closing_discounted, last_month_behind_discounted):
    """The month at whose end the plan is ahead for good, after discounting."""
    recovered = _recovered(closing_discounted, last_month_behind_discounted)
    return np.where(recovered, last_month_behind_discounted + 1, np.nan)
