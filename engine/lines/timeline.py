"""The months: value, cost and saving of each plan."""

import numpy as np

from ..axes import BASELINE, ONSHORE, ROLE, SITE, running_total, total, zero_within
from . import line

PLAN_SITE = ("plan", "site")
PLAN_SITE_MONTH = ("plan", "site", "month")
PLAN_MONTH = ("plan", "month")


@line("Onshore pay of the same heads, month of year 1", unit="money/month", over=PLAN_SITE)
def value_month(exact_heads, onshore_loaded_cost, extra_cost, workplace):
    """Onshore cost of the same heads in a month of year 1 that grows with onshore pay.

    Without extra costs and the workplace.
    """
    general = extra_cost[ONSHORE] + workplace[ONSHORE]
    return total(exact_heads * (onshore_loaded_cost - general), ROLE) / 12


@line("Onshore workplace of the same heads, month of year 1", unit="money/month", over=PLAN_SITE)
def seat_value_month(exact_heads, workplace):
    """Workplace that the site's heads would have onshore in a month of year 1."""
    return total(exact_heads * workplace[ONSHORE], ROLE) / 12


@line("Gross pay of the same heads onshore", unit="money/year", over=PLAN_SITE)
def site_onshore_pay(exact_heads, pay):
    """Gross pay that the site's heads would draw onshore."""
    return total(exact_heads * pay[ONSHORE], ROLE)


@line("Onshore output lost of the same heads, month of year 1", unit="money/month", over=PLAN_SITE)
def lost_value_month(exact_heads, attrition_output_lost):
    """Output that the same heads would lose to attrition onshore, in a month of year 1."""
    return total(exact_heads * attrition_output_lost[ONSHORE], ROLE) / 12


@line("Onshore change of charges by law", unit="money/month", over=PLAN_SITE_MONTH)
def law_value(exact_heads, law_change):
    """What the law of the month adds to the onshore charges of the same heads."""
    return total(exact_heads * law_change[ONSHORE], ROLE) / 12


@line("Onshore extra costs of the output", unit="money/month", over=PLAN_MONTH)
def extra_value(
    plan_output, extra_head_month, site_onshore_pay, effective_output, extra_pay_month, growth,
    plan_exact_heads, extra_site_month,
):  # fmt: skip
    """Extra costs that the output of the month would have onshore.

    Of those of the whole site its share of the baseline's heads.
    """
    pay = total(site_onshore_pay * effective_output, SITE) * extra_pay_month[ONSHORE]
    heads = (plan_output * extra_head_month[ONSHORE] + pay) * growth[ONSHORE]
    return heads + plan_output / plan_exact_heads[BASELINE] * extra_site_month[ONSHORE]


@line("Onshore pay of the output at year-1 pay", unit="money/month", over=PLAN_MONTH)
def pay_value(value_month, law_value, effective_output):
    """Onshore cost of the output that grows with onshore pay, by the law of the month."""
    return total((value_month + law_value) * effective_output, SITE)


@line("Onshore cost of the output", unit="money/month", over=PLAN_MONTH)
def running_value(
    pay_value, growth, seat_value_month, effective_output, general_growth, extra_value
):
    """What the plan's output of the month would have cost with an onshore team in place."""
    seats = total(seat_value_month * effective_output, SITE) * general_growth[ONSHORE]
    return pay_value * growth[ONSHORE] + seats + extra_value


@line("Onshore cost that is avoided", unit="money/month", over=PLAN_MONTH)
def avoided_cost(decision, running_value, running_cost, output_share):
    """What the output would have cost onshore, with hiring there where the work is new."""
    beyond = running_value - running_value[BASELINE] * output_share
    hired = running_cost[BASELINE] * output_share + beyond  # exact for a plan like the baseline
    return np.where(decision == 1, hired, running_value)


@line("Value", unit="money/month", over=PLAN_MONTH)
def value(decision, avoided_cost, earned_value):
    """Value of the plan's output in the month: what it would have cost onshore, or what it earns.

    Where work is placed abroad instead of onshore, hiring onshore is saved too; added capacity is
    worth what it earns.
    """
    return np.where(decision == 2, earned_value, avoided_cost)


@line("Cost before the decision", unit="money/month", over=PLAN_MONTH)
def running_cost(running_cash, internal_cost, lost_cost):
    """Cost of all sites in the month: cash, time of onshore staff, and output lost."""
    return running_cash + internal_cost + lost_cost


@line("Cost", unit="money/month", over=PLAN_MONTH)
def cost(running_cost, decision_cost):
    """Cost of the plan in the month: all sites, setup and exit, and the decision itself."""
    return running_cost + decision_cost


@line("Saving", unit="money/month", over=PLAN_MONTH)
def saving(value, cost, rounding_tolerance):
    """Saving of the plan in the month: the value of its output less its cost.

    0 where the difference is within rounding.
    """
    return zero_within(value - cost, rounding_tolerance * (value + cost))


@line("Cumulative saving", unit="money", over=PLAN_MONTH)
def cumulative(saving, rounding_error):
    """Saving of the plan from month 1 to the end of the month."""
    return running_total(saving, rounding_error)


@line("Cumulative saving as shown", unit="presentation currency", over=PLAN_MONTH)
def cumulative_shown(saving, rounding_error, presentation_rate):
    """Saving of the plan from month 1 to the end of the month, in the presentation currency."""
    return running_total(saving * presentation_rate, rounding_error)
