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


@line("Years of service at the site", unit="years", over=("site", "month"))
def service_years(tenure):
    """Years since the site started, on which severance is paid; 0 before."""
    return np.maximum(0, tenure) / 12


@line("Severance at the site", unit="fraction of pay", over=("site", "month"))
def stop_pay_share(service_years, stop_severance_weeks, stop_notice_weeks):
    """Severance by years of service and notice, as a share of yearly pay; 0 onshore."""
    return (service_years * stop_severance_weeks + stop_notice_weeks) / 52


@line("Knowledge transfer back", unit="money", over=PLAN_SITE)
def knowledge_back(heads, knowledge_transfer_hours, onshore_loaded_cost, productive_hours):
    """Cost of bringing knowledge back onshore, with the same hours as at the start."""
    hour = onshore_loaded_cost / productive_hours[ONSHORE]
    return total(heads * knowledge_transfer_hours * hour, ROLE)


@line("Hiring onshore for the site's work", unit="money", over=PLAN_SITE)
def rehire_cost(equivalent_heads, recruitment_rate, salary, onboarding_cost, site):
    """Recruitment and onboarding of the onshore heads that deliver the same output."""
    head = recruitment_rate[ONSHORE] * salary[ONSHORE] + onboarding_cost[ONSHORE]
    return np.where(site > 1, total(equivalent_heads * head, ROLE), 0)


@line("One-off cost of leaving the site", unit="money", over=PLAN_SITE)
def stop_fixed(site_heads, stop_break_cost, knowledge_back):
    """Break of lease and contracts where the plan has heads, and knowledge transfer back."""
    return np.where(site_heads > 0, stop_break_cost, 0) + knowledge_back


@line("Cost of stopping by site", unit="money", over=("plan", "site", "month"))
def site_stop_cost(site_pay, stop_pay_share, growth, stop_fixed, rehire_cost):
    """Severance and notice at the month's pay, leaving the site, and hiring onshore."""
    severance = site_pay * stop_pay_share * growth
    return severance + stop_fixed + rehire_cost * growth[ONSHORE]


@line("Cost of stopping in the month", unit="money", over=PLAN_MONTH)
def stop_cost(site_stop_cost):
    """Cost of ending the plan in the month and bringing the work back onshore."""
    return total(site_stop_cost, SITE)


@line("Cumulative saving after stopping", unit="money", over=PLAN_MONTH)
def cumulative_stopped(cumulative, stop_cost):
    """Saving to date less the cost of stopping in the month."""
    return cumulative - stop_cost


@line("Month, where behind after stopping", unit="month", over=PLAN_MONTH)
def month_behind_stopped(month, cumulative_stopped):
    """Month number where stopping leaves a loss, else 0."""
    return np.where(cumulative_stopped < 0, month, 0)


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


@line("Highest saving after stopping", unit="money", over=PLAN)
def highest_stopped(cumulative_stopped):
    """Saving that is left at the best month to stop."""
    return np.max(cumulative_stopped, axis=MONTH, keepdims=True)


@line("Month, where stopping leaves the most", unit="month", over=PLAN_MONTH)
def month_best_stop(month, cumulative_stopped, highest_stopped, total_cost, check_tolerance):
    """Month number where stopping leaves the most, but for rounding; else 0."""
    most = highest_stopped - check_tolerance * total_cost
    return np.where(cumulative_stopped >= most, month, 0)


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
