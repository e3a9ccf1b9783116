"""If the plan is stopped.

For every month what it would cost to stop there and bring the work back onshore, and what the plan
has then saved. A start that fails is a probability times what stopping in its month loses.
"""

import numpy as np

from ..axes import MONTH, ONSHORE, ROLE, SITE, total
from . import line

PLAN = ("plan",)
PLAN_SITE = ("plan", "site")
PLAN_MONTH = ("plan", "month")


@line("Severance if the site is closed", unit="fraction of pay", over=("plan", "site", "month"))
def stop_pay_share(service_months, stop_severance_weeks, employed, stop_notice_weeks):
    """Severance by months of service, and notice from the heads' start on, as a share of pay."""
    return (service_months / 12 * stop_severance_weeks + employed * stop_notice_weeks) / 52


@line("Knowledge transfer back", unit="money", over=PLAN_SITE)
def knowledge_back(heads, knowledge_transfer_cost):
    """Cost of bringing knowledge back onshore, with the same hours as at the start."""
    return total(heads * knowledge_transfer_cost, ROLE)


@line("Hiring onshore for the site's work", unit="money", over=PLAN_SITE)
def rehire_cost(equivalent_heads, recruitment_rate, salary, onboarding_cost, site):
    """Recruitment and onboarding of the onshore heads that deliver the same output."""
    head = recruitment_rate[ONSHORE] * salary[ONSHORE] + onboarding_cost[ONSHORE]
    return np.where(site > 1, total(equivalent_heads * head, ROLE), 0)


@line("Cost of stopping by site", unit="money", over=("plan", "site", "month"))
def site_stop_cost(
    site_pay, stop_pay_share, growth, site_open, stop_break_cost, knowledge_back, rehired, employed
):
    """Severance and notice at the month's pay, leaving the site, and the way back onshore."""
    leaving = site_pay * stop_pay_share * growth + site_open * stop_break_cost
    return leaving + (knowledge_back + rehired) * employed


@line("Hiring onshore at the month's pay", unit="money", over=("plan", "site", "month"))
def rehired(rehire_cost, growth):
    """Recruitment and onboarding onshore for the site's work, at the onshore pay of the month."""
    return rehire_cost * growth[ONSHORE]


@line("Cost of stopping in the month", unit="money", over=PLAN_MONTH)
def stop_cost(site_stop_cost):
    """Cost of ending the plan in the month and bringing the work back onshore."""
    return total(site_stop_cost, SITE)


@line("Cumulative saving after stopping", unit="money", over=PLAN_MONTH)
def cumulative_stopped(cumulative, stop_cost):
    """Saving to date less the cost of stopping in the month."""
    return cumulative - stop_cost


@line("Month, where behind after stopping", unit="month", over=PLAN_MONTH)
def month_behind_stopped(month, cumulative_stopped, within_horizon):
    """Month number where stopping leaves a loss, else 0."""
    return np.where(cumulative_stopped < 0, month * within_horizon, 0)


@line("Last month behind after stopping", unit="month", over=PLAN)
def last_month_behind_stopped(month_behind_stopped):
    """Last month in which stopping leaves a loss; 0 if there is none."""
    return np.max(month_behind_stopped, axis=MONTH, keepdims=True)


@line(
    "Break-even with an exit, whole month",
    unit="month",
    over=PLAN,
    missing="none",
    nan_where="stopping at the end of the horizon would leave a loss, or the plan is the baseline",
)
def break_even_stopped(ever_nonzero, last_month_behind_stopped, last_month):
    """First month from which the plan may be stopped at any time without a loss."""
    recovered = (ever_nonzero == 1) & (last_month_behind_stopped < last_month)
    return np.where(recovered, last_month_behind_stopped + 1, np.nan)


@line("Lowest saving after stopping", unit="money", over=PLAN)
def lowest_stopped(cumulative_stopped):
    """Saving that is left at the worst month to stop."""
    return np.min(cumulative_stopped, axis=MONTH, keepdims=True)


@line("Saving after stopping within the horizon", unit="money", over=PLAN_MONTH)
def counted_stopped(month, last_month, cumulative_stopped, lowest_stopped):
    """Saving after stopping in a month that counts; in others the lowest of all."""
    return np.where(month <= last_month, cumulative_stopped, lowest_stopped)


@line("Highest saving after stopping", unit="money", over=PLAN)
def highest_stopped(counted_stopped):
    """Saving that is left at the best month to stop."""
    return np.max(counted_stopped, axis=MONTH, keepdims=True)


@line("Month, where stopping leaves the most", unit="month", over=PLAN_MONTH)
def month_best_stop(
    month, counted_stopped, highest_stopped, total_cost, check_tolerance, within_horizon
):
    """Month number where stopping leaves the most, but for rounding; else 0."""
    most = highest_stopped - check_tolerance * total_cost
    return np.where(counted_stopped >= most, month * within_horizon, 0)


@line("Cheapest month to stop", unit="month", over=PLAN)
def best_stop_month(month_best_stop):
    """Month in which stopping leaves the most; the last of them if there are several."""
    return np.max(month_best_stop, axis=MONTH, keepdims=True)


@line("Saving after a failed start", unit="money/month", over=PLAN_MONTH)
def failed_at(month, failure_month, last_month, cumulative_stopped):
    """The cumulative saving after stopping, in the month in which a failed start is stopped."""
    return np.where(month == np.minimum(failure_month, last_month), cumulative_stopped, 0)


@line("Expected loss of a failed start", unit="money", over=PLAN)
def failed_start_loss(failed_at, failure_probability):
    """Probability that the start fails, times what is lost if it is stopped then."""
    return failure_probability * np.maximum(0, -total(failed_at, MONTH))
