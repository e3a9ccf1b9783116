"""Cash and profit.

What a plan takes from the firm's cash, without time of staff who are paid anyway and without output
that is lost; how much must be funded at most; and what it does to profit, with capital depreciated.
"""

import numpy as np

from ..axes import (
    BASELINE,
    MONTH,
    ONSHORE,
    SITE,
    at_step,
    running_total,
    to_date,
    total,
    zero_within,
)
from ..cost_kinds import GROUPS
from . import line

PLAN = ("plan",)
PLAN_SITE = ("plan", "site")
PLAN_MONTH = ("plan", "month")
_FLOWS = {"setup": "setup_spent", "exit": "exit_spent"}
# The line of each group's cost in a month, in the order of the statement.
GROUP_LINES = {group: _FLOWS.get(group, f"{group}_cost") for group in GROUPS}


@line("Running cost by groups", unit="money/year", over=PLAN)
def plan_groups_cost(groups_month, plan_extra_cost, plan_exact_heads):
    """Cost of all heads in a year, group by group; the checks compare it with the running cost."""
    return total(groups_month, SITE) * 12 + plan_extra_cost * plan_exact_heads


@line("All groups of the statement", unit="money/month", over=PLAN_MONTH)
def groups_cost(
    pay_cost, charges_cost, benefits_cost, vendor_cost, seat_cost, travel_cost, compliance_cost,
    hiring_cost, extras_cost, setup_spent, exit_spent, internal_cost, lost_cost,
):  # fmt: skip
    """Cost of the plan in the month, group by group; the checks compare it with the cost."""
    paid = pay_cost + charges_cost + benefits_cost + vendor_cost + seat_cost + travel_cost
    more = paid + compliance_cost + hiring_cost + extras_cost + setup_spent + exit_spent
    return more + internal_cost + lost_cost


@line("All groups over the horizon", unit="money", over=PLAN)
def total_groups(groups_cost):
    """Cost of the plan over the horizon, group by group."""
    return total(groups_cost, MONTH)


@line("Cash cost", unit="money/month", over=PLAN_MONTH)
def cash_cost(running_cash, decision_cost):
    """Cash that the plan spends in the month, with the exit of an onshore team."""
    return running_cash + decision_cost


@line("Onshore cash of the output", unit="money/month", over=PLAN_MONTH)
def running_cash_value(running_value, lost_value_month, effective_output, growth):
    """Cash that the plan's output of the month would have cost with an onshore team in place.

    Without output that the team would have lost to attrition.
    """
    return running_value - total(lost_value_month * effective_output, SITE) * growth[ONSHORE]


@line("Onshore cash that is avoided", unit="money/month", over=PLAN_MONTH)
def avoided_cash(decision, running_cash_value, running_cash, output_share):
    """Cash that the output would have cost onshore, with hiring there where the work is new."""
    beyond = running_cash_value - running_cash_value[BASELINE] * output_share
    hired = running_cash[BASELINE] * output_share + beyond
    return np.where(decision == 1, hired, running_cash_value)


@line("Cash value", unit="money/month", over=PLAN_MONTH)
def cash_value(decision, avoided_cash, earned_value):
    """Cash that the plan's output saves or earns in the month."""
    return np.where(decision == 2, earned_value, avoided_cash)


@line("Cash saving", unit="money/month", over=PLAN_MONTH)
def cash_saving(cash_value, cash_cost, rounding_tolerance):
    """Cash that the plan saves in the month; 0 where the difference is within rounding."""
    return zero_within(cash_value - cash_cost, rounding_tolerance * (cash_value + cash_cost))


@line("Cumulative cash saving", unit="money", over=PLAN_MONTH)
def cumulative_cash(cash_saving, rounding_error):
    """Cash saving of the plan from month 1 to the end of the month."""
    return running_total(cash_saving, rounding_error)


@line("Peak funding need", unit="money", over=PLAN)
def peak_funding(cumulative_cash):
    """Lowest cumulative cash saving of the plan, its peak funding need.

    Below 0 the cash to be funded, above 0 where none is needed.
    """
    return np.min(cumulative_cash, axis=MONTH, keepdims=True)


@line(
    "Month of the peak funding need",
    unit="month",
    over=PLAN,
    missing="none",
    nan_where="no cash has to be funded",
)
def peak_funding_month(peak_funding, cumulative_cash, month, last_month):
    """Last month of the horizon in which the funding need is at its peak."""
    months = (cumulative_cash <= peak_funding) * month * (month <= last_month)
    last = np.max(months, axis=MONTH, keepdims=True)
    return np.where(peak_funding < 0, last, np.nan)


@line("Capital to date", unit="money", over=PLAN_MONTH)
def capital_to_date(capital):
    """Capital expenditure from month 1 to the end of the month."""
    return to_date(capital)


@line("Capital fully depreciated", unit="money", over=PLAN_MONTH)
def capital_written_off(month, depreciation_months, capital_to_date):
    """Capital expenditure whose depreciation has ended before the month."""
    step = np.maximum(1, month - depreciation_months) - 1
    earlier = at_step(capital_to_date, step)
    return np.where(month > depreciation_months, earlier, 0)


@line("Depreciation", unit="money/month", over=PLAN_MONTH)
def depreciation(capital_to_date, capital_written_off, depreciation_months, within_horizon):
    """Straight-line depreciation of the month, from the month in which capital is spent."""
    left = capital_to_date - capital_written_off
    return left / depreciation_months * within_horizon


@line("Cost in profit and loss", unit="money/month", over=PLAN_MONTH)
def profit_cost(cash_cost, capital, depreciation):
    """Cost of the month in the books: cash without capital expenditure, and depreciation."""
    return cash_cost - capital + depreciation


@line("Saving in profit and loss", unit="money/month", over=PLAN_MONTH)
def profit_saving(cash_value, profit_cost, rounding_tolerance):
    """What the plan adds to the profit of the month; 0 where it is within rounding."""
    return zero_within(cash_value - profit_cost, rounding_tolerance * (cash_value + profit_cost))
