"""If the plan is stopped.

For every month what it would cost to stop there and bring the work back onshore, and what the plan
has then saved. Added capacity has no work to bring back. A failed start is stopped at this cost.
"""

import numpy as np

from ..axes import MONTH, ONSHORE, ROLE, SITE, total
from . import line
from .change import INSTEAD, REPLACE

PLAN = ("plan",)
NOTHING_ABROAD = "the plan has no heads abroad, so nothing is stopped"
PLAN_SITE = ("plan", "site")
PLAN_MONTH = ("plan", "month")


@line("Severance for a month of service", unit="money/month", over=PLAN_SITE)
def severance_month(site_pay, stop_severance_weeks):
    """Severance of the site's heads for each month that they have served, at the pay of year 1."""
    return site_pay * stop_severance_weeks / 52 / 12


@line("Notice of the site", unit="money", over=PLAN_SITE)
def notice_cost(site_pay, stop_notice_weeks):
    """Pay of the site's heads until the end of their notice, at the pay of year 1."""
    return site_pay * stop_notice_weeks / 52


@line("Cost of leaving the site", unit="money", over=PLAN_SITE)
def break_cost(site_heads, stop_break_cost):
    """Cost of ending leases and contracts of the site; 0 where the plan has no heads."""
    return np.where(site_heads > 0, stop_break_cost, 0)


@line("Knowledge transfer back", unit="money", over=PLAN_SITE)
def knowledge_back(heads, knowledge_transfer_cost):
    """Cost of bringing knowledge back onshore, with the same hours as at the start."""
    return total(heads * knowledge_transfer_cost, ROLE)


@line("Hiring onshore for the site's work", unit="money", over=PLAN_SITE)
def rehire_cost(equivalent_heads, recruitment_rate, salary, onboarding_cost, site):
    """Recruitment and onboarding of the onshore heads that deliver the same output."""
    head = recruitment_rate[ONSHORE] * salary[ONSHORE] + onboarding_cost[ONSHORE]
    return np.where(site > 1, total(equivalent_heads * head, ROLE), 0)


@line("Work has left onshore", unit="flag", over=PLAN_MONTH)
def work_left(decision, month, exit_month):
    """1 in months in which stopping means bringing work back onshore, else 0.

    From the month in which a replaced team goes; always if hired abroad instead of onshore; never
    for added capacity, which took nobody's place.
    """
    return np.where(decision == REPLACE, month >= exit_month, decision == INSTEAD) * 1


@line("Severance and notice if stopped", unit="money", over=PLAN_MONTH)
def severance_due(severance_month, service_months, notice_cost, employed, growth):
    """Severance by months of service and notice of the heads employed, at the month's pay."""
    per_year_1 = severance_month * service_months + notice_cost * employed
    return total(per_year_1 * growth, SITE)


@line("Cost of moving the work back onshore", unit="money", over=PLAN_MONTH)
def way_back(knowledge_back, rehire_cost, employed, growth, work_left):
    """Knowledge transfer and hiring onshore for the sites' work, where it has left onshore.

    Hiring at the onshore pay of the month.
    """
    rehired = total(rehire_cost * employed, SITE) * growth[ONSHORE]
    return (total(knowledge_back * employed, SITE) + rehired) * work_left


@line("Cost of stopping in the month", unit="money", over=PLAN_MONTH)
def stop_cost(severance_due, break_cost, employed, way_back):
    """Cost of ending the plan in the month and bringing the work back onshore."""
    return severance_due + total(break_cost * (employed > 0), SITE) + way_back


@line("Cumulative saving after stopping", unit="money", over=PLAN_MONTH)
def cumulative_stopped(cumulative, stop_cost):
    """Saving to date less the cost of stopping in the month."""
    return cumulative - stop_cost


@line("Last month behind after stopping", unit="month", over=PLAN)
def last_month_behind_stopped(month, cumulative_stopped, within_horizon):
    """Last month of the horizon in which stopping leaves a loss; 0 if there is none."""
    behind = (cumulative_stopped < 0) * within_horizon
    return np.max(behind * month, axis=MONTH, keepdims=True)


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


@line("Saving left if stopped in the worst month", unit="money", over=PLAN)
def lowest_stopped(cumulative_stopped):
    """Saving that is left at the worst month to stop."""
    return np.min(cumulative_stopped, axis=MONTH, keepdims=True)


@line("Saving left if stopped in the best month", unit="money", over=PLAN)
def highest_stopped(cumulative_stopped, lowest_stopped, within_horizon):
    """Saving that is left at the best month of the horizon to stop."""
    more = (cumulative_stopped - lowest_stopped) * within_horizon
    return lowest_stopped + np.max(more, axis=MONTH, keepdims=True)


@line("Saving left in the best months to stop, at least", unit="money", over=PLAN)
def best_stop_limit(highest_stopped, total_cost, check_tolerance):
    """Saving from which a month counts as the best to stop: the highest, but for rounding."""
    return highest_stopped - check_tolerance * total_cost


@line("Saving left in the worst months to stop, at most", unit="money", over=PLAN)
def worst_stop_limit(lowest_stopped, total_cost, check_tolerance):
    """Saving up to which a month counts as the worst to stop: the lowest, but for rounding."""
    return lowest_stopped + check_tolerance * total_cost


@line("Best month to stop", unit="month", over=PLAN, missing="none", nan_where=NOTHING_ABROAD)
def best_stop_month(stoppable, month, cumulative_stopped, best_stop_limit, within_horizon):
    """Best month to stop: stopping then leaves the most; the last of them if there are several."""
    best = (cumulative_stopped >= best_stop_limit) * within_horizon
    return np.where(stoppable == 1, np.max(best * month, axis=MONTH, keepdims=True), np.nan)


@line("Worst month to stop", unit="month", over=PLAN, missing="none", nan_where=NOTHING_ABROAD)
def worst_stop_month(stoppable, month, cumulative_stopped, worst_stop_limit, timeline_end):
    """Month in which stopping leaves the least; the first of them if there are several."""
    after = timeline_end + 1
    worst = (cumulative_stopped <= worst_stop_limit) * (after - month)
    return np.where(stoppable == 1, after - np.max(worst, axis=MONTH, keepdims=True), np.nan)


@line("Plan has heads abroad to stop", unit="yes/no", over=PLAN)
def stoppable(site_heads, site):
    """1 for a plan with heads abroad, else 0: there is nothing to stop."""
    return np.where(total(site_heads * (site > 1), SITE) > 0, 1, 0)
