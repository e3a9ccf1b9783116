"""The decision: replace an onshore team, hire abroad instead of onshore, or add capacity.

Replacing a team costs its exit and the months in which it is kept in parallel. Where the work is
new, the onshore alternative has to hire too: it starts later, ramps up and pays for recruitment,
and what that costs beyond its output is saved by a plan that does without. Added capacity is worth
what it earns.
"""

import numpy as np

from ..axes import BASELINE, ONSHORE, ROLE, SITE, total
from . import line

PLAN = ("plan",)
PLAN_MONTH = ("plan", "month")
PLAN_ROLE = ("plan", "role")
REPLACE, INSTEAD, ADD = 0, 1, 2


@line("Team in place", unit="yes/no", over=("site",), live_of="established")
def team_in_place(established, decision, site):
    """1 where the team works already: onshore only if the decision is to replace it."""
    return np.where((site == 1) & (decision != REPLACE), 0, established)


@line("Months until delivery starts", unit="months", over=("site",), live_of="lead_time_months")
def months_to_start(lead_time_months, decision, hiring_months, site):
    """Lead time of the site; onshore the time to hire, unless the team is there already."""
    return np.where((site == 1) & (decision != REPLACE), hiring_months, lead_time_months)


@line("Onshore heads", unit="heads", over=PLAN_ROLE)
def onshore_heads(heads):
    """Heads of the plan at the onshore site, by role."""
    return heads[ONSHORE]


@line("Onshore heads that leave", unit="heads", over=PLAN_ROLE)
def replaced_heads(onshore_heads, decision):
    """Onshore heads of the baseline beyond those of the plan, if an onshore team is replaced."""
    fewer = np.maximum(0, onshore_heads[BASELINE] - onshore_heads)
    return np.where(decision == REPLACE, fewer, 0)


@line("Exit of an onshore head", unit="money", over=("role",))
def exit_cost_head(
    pay, severance_weeks, notice_weeks, accrued_leave_weeks, outplacement_cost, retention_bonus
):
    """Severance, notice, leave not taken, outplacement, and a bonus for staying until the end."""
    weeks = severance_weeks + notice_weeks + accrued_leave_weeks
    return pay[ONSHORE] * weeks / 52 + outplacement_cost + retention_bonus


@line("Exit of the onshore team", unit="money", over=PLAN)
def exit_cost(replaced_heads, exit_cost_head):
    """Paid once, when the onshore heads go; at the pay of year 1."""
    return total(replaced_heads * exit_cost_head, ROLE)


@line("Onshore team kept in parallel", unit="money/month", over=PLAN)
def kept_cost_month(replaced_heads, onshore_loaded_cost):
    """Loaded cost of a month of the onshore heads that go, at the pay of year 1."""
    return total(replaced_heads * onshore_loaded_cost[ONSHORE], ROLE) / 12


@line("Month before the last heads of the site deliver", unit="month", over=("plan", "site"))
def start_of_site(site_heads, last_lead):
    """Last month before all heads of the site deliver; 0 where the plan has none."""
    return np.where(site_heads > 0, last_lead, 0)


@line("Month in which the onshore team leaves", unit="month", over=PLAN)
def exit_month(start_of_site, parallel_months, last_month):
    """After the last heads have started and the parallel months are over; within the horizon."""
    month = np.max(start_of_site, axis=SITE, keepdims=True) + parallel_months
    return np.minimum(last_month, np.maximum(1, month))


@line("Month before the onshore team is kept in parallel", unit="month", over=PLAN)
def last_without_parallel(exit_month, parallel_months):
    """Last month before the parallel months, at whose end the onshore team goes."""
    return exit_month - parallel_months


@line("Cost of the decision", unit="money/month", over=PLAN_MONTH)
def decision_cost(month, last_without_parallel, exit_month, kept_cost_month, exit_cost, growth):
    """Cost of the onshore team kept in parallel and of its exit, at the pay of the year.

    It is kept in the parallel months, up to the month in which it goes.
    """
    is_kept = (month > last_without_parallel) & (month <= exit_month)
    paid = np.where(is_kept, kept_cost_month, 0) + np.where(month == exit_month, exit_cost, 0)
    return paid * growth[ONSHORE]


@line("Cost of onshore hiring beyond its output", unit="money/month", over=("month",))
def hiring_excess(decision, running_cost, running_value):
    """Recruitment of the baseline, and its pay while new hires ramp up, if work is new."""
    excess = running_cost[BASELINE] - running_value[BASELINE]
    return np.where(decision == INSTEAD, excess, 0)


@line("Onshore-equivalent heads at the site that start", unit="heads", over=("plan", "site"))
def site_started(site_equivalent_heads, share_started):
    """Onshore heads that would deliver the output of the site's heads that start in the horizon."""
    return site_equivalent_heads * share_started


@line("Onshore-equivalent heads that start", unit="heads", over=PLAN)
def equivalent_started(site_started):
    """Onshore heads that would deliver the output of the plan's heads that start in the horizon.

    In steady state. Heads that start after the horizon replace no onshore hiring within it.
    """
    return total(site_started, SITE)


@line("Output of heads that start, against the baseline's", unit="fraction", over=PLAN)
def output_share(equivalent_started):
    """Steady-state output of the heads that start within the horizon, against the baseline's.

    1 for all plans where heads are sized to the same output and all start within the horizon.
    """
    baseline = equivalent_started[BASELINE]
    return np.where(baseline > 0, equivalent_started / baseline, 0)


@line("Contribution of added capacity", unit="money/month", over=PLAN_MONTH)
def earned_value(plan_output, billed_hours, billing_rate, contribution_margin):
    """Billed hours of the month's output at the rate, less what they cost beside the team."""
    return plan_output * billed_hours / 12 * billing_rate * contribution_margin
