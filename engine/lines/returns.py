"""Returns over the horizon.

Break-even, payback, present value. A plan breaks even in the first month with a cumulative saving
of 0 or more that never falls below 0 again, interpolated within that month: at 0 if it is never
behind. The baseline is never behind and never ahead, so it has no break-even. A saving to date
within its rounding error is 0: docs/decisions/0011-zero-after-rounding.md.
"""

import numpy as np

from ..axes import LAST_MONTH, MONTH, running_total, total
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


@line("Rounding error of the cumulative saving", unit="money", over=PLAN)
def rounding_error(total_value, total_cost, rounding_tolerance):
    """In proportion to all value and cost; a saving to date within it is 0."""
    return rounding_tolerance * (total_value + total_cost)


@line("Lowest cost of a month", unit="money/month", over=PLAN)
def lowest_cost(cost):
    """Setup included."""
    return np.min(cost, axis=MONTH, keepdims=True)


@line("Net saving over the horizon", unit="fraction", over=PLAN)
def net_saving(total_value, total_cost):
    """Saving as a share of the value. No answer where nothing is delivered. Source: S0-57."""
    return np.where(total_value > 0, 1 - total_cost / total_value, np.nan)


@line("Peak funding need", unit="money", over=PLAN)
def peak_funding(cumulative):
    """Lowest cumulative saving: below 0 the money to be funded, above 0 where none is needed."""
    return np.min(cumulative, axis=MONTH, keepdims=True)


@line("Highest cumulative saving", unit="money", over=PLAN)
def highest_cumulative(cumulative):
    """How far the plan gets ahead at the most."""
    return np.max(cumulative, axis=MONTH, keepdims=True)


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
    """Interpolated moment at which the cumulative saving reaches 0 for good; 0 if never behind."""
    crosses = (last_month_behind > 0) & (month == last_month_behind + 1)
    return np.where(crosses, month - cumulative / saving, 0)


@line("Last month of the horizon", unit="month")
def last_month(month):
    """Number of months."""
    return np.max(month, axis=MONTH, keepdims=True)


@line("Ever ahead or behind", unit="yes/no", over=PLAN)
def ever_moves(last_month_behind, highest_cumulative):
    """0 for a plan that saves nothing and costs nothing in any month, such as the baseline."""
    return np.where((last_month_behind > 0) | (highest_cumulative > 0), 1, 0)


@line("Ahead for good by the end", unit="yes/no", over=PLAN)
def recovered(ever_moves, last_month_behind, last_month):
    """The cumulative saving ends at 0 or above."""
    return np.where((ever_moves == 1) & (last_month_behind < last_month), 1, 0)


@line("Break-even", unit="months", over=PLAN, missing="none")
def break_even_month(recovered, crossing):
    """Months until the savings have paid for everything. Source: S0-62, 6-12 months."""
    return np.where(recovered == 1, total(crossing, MONTH), np.nan)


@line("Break-even, whole month", unit="month", over=PLAN, missing="none")
def break_even_month_whole(recovered, last_month_behind):
    """The month at whose end the plan is ahead for good."""
    return np.where(recovered == 1, last_month_behind + 1, np.nan)


@line("Break-even mark of the chart", unit="months", over=PLAN)
def break_even_mark(recovered, crossing, last_month):
    """Beyond the end of the chart where there is none."""
    return np.where(recovered == 1, total(crossing, MONTH), last_month + 1)


@line("Discount factor", unit="factor", over=("month",))
def discount_factor(month, discount_rate):
    """Present value of 1 at the month's end."""
    return (1 + discount_rate) ** (-month / 12)


@line("Discounted saving", unit="money/month", over=PLAN_MONTH)
def discounted_saving(saving, discount_factor):
    """Present value of the month's saving."""
    return saving * discount_factor


@line("Cumulative discounted saving", unit="money", over=PLAN_MONTH)
def cumulative_discounted(discounted_saving, rounding_error):
    """Present value of the saving to date."""
    return running_total(discounted_saving, rounding_error)


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
def discounted_payback_month(ever_moves, last_month_behind_discounted, last_month):
    """The month at whose end the plan is ahead for good, after discounting."""
    recovered = (ever_moves == 1) & (last_month_behind_discounted < last_month)
    return np.where(recovered, last_month_behind_discounted + 1, np.nan)
