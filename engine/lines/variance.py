"""Variance of actual against plan.

By group of costs, for the actual months: volume is the difference in heads at the planned cost of a
head, currency the difference between the actual and the planned exchange rate, price the rest. The
three always add up to the variance.
"""

import numpy as np

from ..axes import GROUP, MONTH, total
from . import line

PLAN = ("plan",)
PLAN_MONTH = ("plan", "month")
PLAN_GROUP = ("plan", "group")
PLAN_GROUP_MONTH = ("plan", "group", "month")


@line("Heads above plan", unit="heads", over=PLAN_MONTH)
def heads_above_plan(entered_heads, planned_heads, heads_given, is_actual):
    """Actual less planned heads that work in the month; 0 where heads are not given."""
    return (entered_heads - planned_heads) * heads_given * is_actual


@line("Planned heads over the horizon", unit="heads", over=PLAN)
def total_planned_heads(planned_heads):
    """Planned heads that work, summed over all months."""
    return total(planned_heads, MONTH)


@line("Planned cost over the horizon", unit="money", over=PLAN_GROUP)
def total_planned_cost(planned_cost):
    """Planned cost of the group in all months."""
    return total(planned_cost, MONTH)


@line("Planned cost per head, average", unit="money/head", over=PLAN_GROUP)
def average_head_cost(total_planned_cost, total_planned_heads):
    """Planned cost of the group per head and month over the horizon; 0 where none is planned."""
    found = total_planned_cost / total_planned_heads
    return np.where(total_planned_heads > 0, found, 0)


@line("Planned cost per head", unit="money/head", over=PLAN_GROUP_MONTH)
def head_cost(planned_heads, planned_cost, average_head_cost):
    """Planned cost of the group per head in the month; the average where no head is planned."""
    return np.where(planned_heads > 0, planned_cost / planned_heads, average_head_cost)


@line("Variance", unit="money/month", over=PLAN_GROUP_MONTH)
def variance(actual_cost, planned_cost, is_actual):
    """Actual less planned cost of the group in an actual month; above 0 where more was spent."""
    return actual_cost - planned_cost * is_actual


@line("Volume", unit="money/month", over=PLAN_GROUP_MONTH)
def volume(heads_above_plan, head_cost, booked, goes_on):
    """Part of the variance that is due to more or fewer heads than planned.

    0 for setup and exit, which are not paid by the month, and where heads are not given.
    """
    return heads_above_plan * head_cost * booked * goes_on


@line("Currency", unit="money/month", over=PLAN_GROUP_MONTH)
def currency(entered_cost, cost_at_planned_rate, rates_given, booked, is_actual):
    """Part of the variance that is due to exchange rates: actual cost less that at planned rates.

    0 where exchange rates are not given.
    """
    return (entered_cost - cost_at_planned_rate) * rates_given * booked * is_actual


@line("Price", unit="money/month", over=PLAN_GROUP_MONTH)
def price(variance, volume, currency):
    """Rest of the variance: another cost per head than planned, at planned exchange rates."""
    return variance - volume - currency


@line("Planned cost to date", unit="money", over=PLAN_GROUP)
def planned_to_date(planned_cost, is_actual):
    """Planned cost of the group in the actual months."""
    return total(planned_cost * is_actual, MONTH)


@line("Actual cost to date", unit="money", over=PLAN_GROUP)
def actual_to_date(actual_cost):
    """Actual cost of the group in the actual months."""
    return total(actual_cost, MONTH)


@line("Variance to date", unit="money", over=PLAN_GROUP)
def variance_to_date(variance):
    """Actual less planned cost of the group in the actual months."""
    return total(variance, MONTH)


@line("Volume to date", unit="money", over=PLAN_GROUP)
def volume_to_date(volume):
    """Part of the variance to date that is due to more or fewer heads than planned."""
    return total(volume, MONTH)


@line("Price to date", unit="money", over=PLAN_GROUP)
def price_to_date(price):
    """Part of the variance to date that is due neither to heads nor to exchange rates."""
    return total(price, MONTH)


@line("Currency to date", unit="money", over=PLAN_GROUP)
def currency_to_date(currency):
    """Part of the variance to date that is due to exchange rates."""
    return total(currency, MONTH)


@line("Planned cost to date, all groups", unit="money", over=PLAN)
def all_planned(planned_to_date):
    """Planned cost of all groups in the actual months."""
    return total(planned_to_date, GROUP)


@line("Actual cost to date, all groups", unit="money", over=PLAN)
def all_actual(actual_to_date):
    """Actual cost of all groups in the actual months."""
    return total(actual_to_date, GROUP)


@line("Variance to date, all groups", unit="money", over=PLAN)
def all_variance(variance_to_date):
    """Actual less planned cost of all groups in the actual months."""
    return total(variance_to_date, GROUP)


@line("Volume to date, all groups", unit="money", over=PLAN)
def all_volume(volume_to_date):
    """Part of the variance of all groups that is due to more or fewer heads than planned."""
    return total(volume_to_date, GROUP)


@line("Price to date, all groups", unit="money", over=PLAN)
def all_price(price_to_date):
    """Part of the variance of all groups that is due neither to heads nor to exchange rates."""
    return total(price_to_date, GROUP)


@line("Currency to date, all groups", unit="money", over=PLAN)
def all_currency(currency_to_date):
    """Part of the variance of all groups that is due to exchange rates."""
    return total(currency_to_date, GROUP)
