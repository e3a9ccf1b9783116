"""Sensitivity.

Which plan the sheets of one plan show, and the savings in the tables of sheet Sensitivity.
"""

import numpy as np

from ..axes import PLAN as PLAN_AXIS
from ..axes import without_residue
from . import line

PLAN = ("plan",)
ADD = 2  # the decision in which plan 1 has a gain of its own


@line("Plan has a saving to show", unit="yes/no", over=PLAN)
def has_saving(plan, plan_in_use, decision):
    """Whether the plan is compared with another: plan 1 is not, unless capacity is added."""
    return np.where((plan > 1) | (decision == ADD), plan_in_use, 0)


@line("Recommended, with a saving to show", unit="yes/no", over=PLAN)
def recommended_with_saving(recommended, has_saving):
    """Whether the plan is recommended and is compared with another."""
    return recommended * has_saving


@line("Number of recommended plans with a saving to show", unit="number")
def number_recommended_with_saving(recommended_with_saving):
    """Number of recommended plans that are compared with another."""
    return np.sum(recommended_with_saving, axis=PLAN_AXIS, keepdims=True)


@line("Lowest net present value after risk", unit="money")
def lowest_npv_risk_adjusted(npv_risk_adjusted):
    """Lowest net present value after risk of all plans."""
    return np.min(npv_risk_adjusted, axis=PLAN_AXIS, keepdims=True)


@line("Net present value after risk, with a saving to show", unit="money", over=PLAN)
def npv_with_saving(has_saving, npv_risk_adjusted, lowest_npv_risk_adjusted):
    """Net present value after risk; the lowest of all for a plan compared with itself."""
    return np.where(has_saving == 1, npv_risk_adjusted, lowest_npv_risk_adjusted)


@line("Highest net present value after risk with a saving to show", unit="money")
def highest_npv_with_saving(npv_with_saving):
    """Highest net present value after risk of the plans that are compared with another."""
    return np.max(npv_with_saving, axis=PLAN_AXIS, keepdims=True)


@line("Has the highest net present value after risk", unit="yes/no", over=PLAN)
def has_highest_npv(npv_with_saving, highest_npv_with_saving, has_saving, check_tolerance):
    """Whether no plan that is compared with another has a higher NPV after risk."""
    least = highest_npv_with_saving - check_tolerance * np.abs(highest_npv_with_saving)
    return np.where(npv_with_saving >= least, has_saving, 0)


@line("May be shown by default", unit="yes/no", over=PLAN)
def shown_by_default(number_recommended_with_saving, recommended_with_saving, has_highest_npv):
    """Whether the plan is recommended or, where no such plan is, has the highest NPV after risk."""
    return np.where(number_recommended_with_saving > 0, recommended_with_saving, has_highest_npv)


@line("Number of the plan if it is in use", unit="number", over=PLAN)
def number_in_use(plan, plan_in_use):
    """Number of the plan; 0 for a plan that is not in use."""
    return plan * plan_in_use


@line("Last plan in use", unit="number")
def last_plan(number_in_use):
    """Number of the last plan that is in use."""
    return np.max(number_in_use, axis=PLAN_AXIS, keepdims=True)


@line("Number of the plan if it may be shown by default", unit="number", over=PLAN)
def shown_number(shown_by_default, plan, last_plan):
    """Number of a plan that may be shown by default, else that of the last plan."""
    return np.where(shown_by_default == 1, plan, last_plan)


@line("First plan that may be shown by default", unit="number")
def first_shown(shown_number):
    """Number of the first plan that may be shown by default: the plan recommended, if any.

    Plan 1 has no saving to show, unless capacity is added. Where no other plan is recommended, it
    is the one with the highest net present value after risk.
    """
    return np.min(shown_number, axis=PLAN_AXIS, keepdims=True)


@line("Plan shown on Bridge, Sensitivity and Uncertainty", unit="number")
def shown_plan(sensitivity_plan, first_shown):
    """Number of the plan shown: the one chosen, or by default the plan recommended."""
    return np.where(sensitivity_plan == 0, first_shown, sensitivity_plan)


@line("Why this plan is shown", unit="number")
def shown_because(sensitivity_plan, number_recommended_with_saving):
    """0 if the plan is chosen by an input, 1 if it is recommended, 2 for its NPV after risk."""
    by_default = 2 - np.minimum(number_recommended_with_saving, 1)
    return np.where(sensitivity_plan > 0, 0, by_default)


@line("Net saving, 0 if nothing is delivered", unit="fraction", over=PLAN)
def sensitive_saving(total_value, total_cost):
    """Saving over the horizon of each plan in the tables of sheet Sensitivity."""
    return np.where(total_value > 0, without_residue(1 - total_cost / total_value), 0)
