"""Recommendation.

Which plan is the cheapest after risk, among those that respect fit, break-even and capacity. All
onshore always pays and fits; whether leaders have the hours for it is checked like any other.
"""

import numpy as np

from ..axes import PLAN as PLAN_AXIS
from ..axes import ROLE, SITE, total
from . import line

PLAN = ("plan",)


@line("Heads at sites that their work allows", unit="heads", over=PLAN)
def fitting_heads(heads, allowed):
    """Heads of the plan at sites where their work may be done."""
    return total(heads * allowed, SITE, ROLE)


@line("Plan fits the work", unit="yes/no", over=PLAN)
def plan_fits(fitting_heads, plan_heads, check_tolerance):
    """Whether every head of the plan is where its work may be done."""
    return np.where(fitting_heads >= plan_heads * (1 - check_tolerance), 1, 0)


@line("Plan breaks even in time", unit="yes/no", over=PLAN)
def plan_pays(last_month_behind, goal_month):
    """Whether the plan breaks even in time and is ahead at the end.

    Not behind after the latest accepted month of break-even. Source: S0-62.
    """
    return np.where(last_month_behind < goal_month, 1, 0)


@line("Management capacity suffices", unit="yes/no", over=PLAN)
def plan_manageable(management_needed, management_capacity, check_tolerance):
    """Whether onshore management has the hours that the plan needs. Source: S3-53."""
    return np.where(management_needed <= management_capacity * (1 + check_tolerance), 1, 0)


@line("Risk-adjusted cost ratio within limits", unit="factor", over=PLAN)
def eligible_cost_ratio(
    plan_fits, plan_pays, plan_manageable, risk_adjusted_onshore, risk_adjusted_cost
):
    """Risk-adjusted onshore cost relative to that of the plan; 0 where a limit is not met.

    The limits are fit, break-even and the capacity of management.
    """
    met = plan_fits * plan_pays * plan_manageable
    return met * risk_adjusted_onshore / risk_adjusted_cost


@line("Highest risk-adjusted cost ratio", unit="factor")
def highest_cost_ratio(eligible_cost_ratio):
    """Highest ratio of onshore cost to cost of all plans; 0 if none meets all limits."""
    return np.max(eligible_cost_ratio, axis=PLAN_AXIS, keepdims=True)


@line("Recommended plan", unit="yes/no", over=PLAN)
def recommended(eligible_cost_ratio, highest_cost_ratio, check_tolerance):
    """Whether the plan is the cheapest after risk that meets all limits.

    More than one is where they cost the same.
    """
    best = eligible_cost_ratio >= highest_cost_ratio * (1 - check_tolerance)
    return np.where(best & (eligible_cost_ratio > 0), 1, 0)


@line("Plan saves enough after risk", unit="yes/no", over=PLAN)
def plan_saves(net_saving_risk_adjusted, saving_target, check_tolerance):
    """Whether the risk-adjusted saving of the plan reaches its target. Source: S0-06."""
    return np.where(net_saving_risk_adjusted >= saving_target - check_tolerance, 1, 0)


@line(
    "Verdict", unit="verdict", over=PLAN, missing="baseline", nan_where="the plan is the baseline"
)
def verdict(plan, plan_pays, plan_saves):
    """Verdict on the plan: trap, marginal or advantage.

    0 trap: no break-even in time; 1 marginal; 2 advantage: saves enough after risk. Source:
    S0-06.
    """
    return np.where(plan > 1, plan_pays + plan_pays * plan_saves, np.nan)
