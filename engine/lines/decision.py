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


@line("Not behind after the break-even deadline", unit="yes/no", over=PLAN)
def plan_pays(last_month_behind, goal_month):
    """Whether the plan is not behind after the latest accepted month of break-even.

    Before risk. A plan that is never behind, such as all onshore, need not break even. Source:
    S0-62.
    """
    return np.where(last_month_behind < goal_month, 1, 0)


@line("Management capacity suffices", unit="yes/no", over=PLAN)
def plan_manageable(management_needed, management_capacity, check_tolerance):
    """Whether onshore management has the hours that the plan needs. Source: S3-53."""
    return np.where(management_needed <= management_capacity * (1 + check_tolerance), 1, 0)


@line("Plan meets all limits", unit="yes/no", over=PLAN)
def plan_admitted(plan_in_use, plan_fits, plan_pays, plan_manageable, total_value):
    """Whether the plan fits the work, is ahead in time, and leaders have the hours for it.

    A plan that is not in use or delivers nothing within the horizon does not. The target saving is
    no limit: it decides the verdict only.
    """
    return plan_in_use * plan_fits * plan_pays * plan_manageable * (total_value > 0)


@line("Cost or funding by which plans are chosen", unit="money", over=PLAN)
def chosen_by_cost(criterion, risk_adjusted_cost, peak_funding):
    """Risk-adjusted running cost of a head or peak funding need, as amounts below 0.

    The cost is a steady-state figure: setup, decision, exit and a failed start do not count.
    """
    return np.where(criterion == 1, -risk_adjusted_cost, peak_funding)


@line("Figure by which plans are chosen", unit="money", over=PLAN)
def plan_figure(criterion, npv_risk_adjusted, chosen_by_cost):
    """Figure of the plan that the criterion compares: the higher, the better."""
    return np.where(criterion == 0, npv_risk_adjusted, chosen_by_cost)


@line("Lowest figure", unit="money")
def lowest_figure(plan_figure):
    """Lowest figure of all plans, whatever limits they meet."""
    return np.min(plan_figure, axis=PLAN_AXIS, keepdims=True)


@line("Ranking score of the plan", unit="money", over=PLAN)
def plan_merit(plan_admitted, plan_figure, lowest_figure):
    """Figure of the plan; the lowest of all plans where a limit is not met."""
    return np.where(plan_admitted == 1, plan_figure, lowest_figure)


@line("Highest ranking score", unit="money")
def highest_merit(plan_merit):
    """Highest merit of all plans."""
    return np.max(plan_merit, axis=PLAN_AXIS, keepdims=True)


@line("Recommended plan", unit="yes/no", over=PLAN)
def recommended(plan_admitted, plan_merit, highest_merit, check_tolerance):
    """1 for the best plan by the criterion that meets all limits, and for its equals."""
    best = plan_merit >= highest_merit - check_tolerance * np.abs(highest_merit)
    return np.where((plan_admitted == 1) & best, 1, 0)


@line("Target saving after risk is reached", unit="yes/no", over=PLAN)
def plan_saves(total_kept, total_value, saving_target, check_tolerance):
    """Whether the saving over the horizon after risk reaches its target. Source: S0-06."""
    enough = (saving_target - check_tolerance) * total_value
    return np.where((total_value > 0) & (total_kept >= enough), 1, 0)


@line(
    "Verdict",
    unit="verdict",
    over=PLAN,
    missing="baseline",
    nan_where="the plan is the baseline or not in use",
)
def verdict(plan, plan_in_use, plan_pays, plan_saves):
    """Verdict on the plan: trap, marginal or advantage.

    A trap is still behind after the deadline for break-even, before risk. A marginal plan is not;
    an advantage also reaches the target saving after risk. Source: S0-06.
    """
    compared = (plan > 1) & (plan_in_use == 1)
    return np.where(compared, plan_pays + plan_pays * plan_saves, np.nan)
