"""Checks.

Each is true where the model reconciles with itself. Differences in money are relative to
cost, or cost and value, so that they mean the same in any currency.
"""

import numpy as np

from ..axes import BASELINE, MONTH, SITE, present_value, total, without_residue
from ..axes import PLAN as PLAN_AXIS
from . import line

PLAN = ("plan",)


@line("Plan with a name has heads, and no other", unit="check", over=PLAN)
def check_heads(heads_entered, plan_named):
    """Whether a plan with a name has heads, and a spare place has none."""
    return np.where(heads_entered > 0, 1, 0) == plan_named


@line("Direct cost and overhead add up to the fully loaded cost", unit="check", over=PLAN)
def check_cost_stack(plan_cost_stack, plan_fully_loaded_cost, check_tolerance):
    """Whether the parts of the cost stack add up to the fully loaded cost."""
    gap = np.abs(plan_cost_stack - plan_fully_loaded_cost)
    return gap <= check_tolerance * plan_fully_loaded_cost


@line("Bars add up to the net saving", unit="check", over=PLAN)
def check_waterfall(bars_total, net_saving_steady, plan_headline_saving, check_tolerance):
    """Whether the bars of the waterfall lead from the headline saving to the net saving."""
    scale = 1 + np.abs(plan_headline_saving) + np.abs(net_saving_steady)
    gap = np.abs(bars_total - without_residue(net_saving_steady))  # as the bars' total is
    return gap <= check_tolerance * scale


@line("Groups of cost add up to the running cost of year 1", unit="check", over=PLAN)
def check_groups(plan_groups_cost, plan_running_cost, check_tolerance):
    """Whether every cost of a head or site belongs to exactly one group of the statement."""
    gap = np.abs(plan_groups_cost - plan_running_cost)
    return gap <= check_tolerance * plan_running_cost


@line("Groups of the statement add up to the whole cost", unit="check", over=PLAN)
def check_cost(total_groups, total_cost, check_tolerance):
    """Whether cash, internal time and output lost, group by group, add up to the whole cost."""
    return np.abs(total_groups - total_cost) <= check_tolerance * total_cost


@line("Costs by grade of evidence add up to the whole cost", unit="check", over=PLAN)
def check_evidence(cost_graded, total_cost, check_tolerance):
    """Whether each part of the cost has exactly one grade of evidence."""
    return np.abs(cost_graded - total_cost) <= check_tolerance * total_cost


@line("Fiscal years add up to the horizon", unit="check", over=PLAN)
def check_years(total_by_year, total_cost, check_tolerance):
    """Whether the cost of all fiscal years is the cost over the horizon."""
    return np.abs(total_by_year - total_cost) <= check_tolerance * total_cost


@line("Fiscal quarters add up to the horizon", unit="check", over=PLAN)
def check_quarters(total_by_quarter, total_cost, check_tolerance):
    """Whether the cost of all fiscal quarters is the cost over the horizon."""
    return np.abs(total_by_quarter - total_cost) <= check_tolerance * total_cost


@line("Shares of the waves add up to 1", unit="check", over=PLAN)
def check_waves(wave_gap, check_tolerance):
    """Whether the shares of the waves of the plan's heads at each site add up to 1."""
    return np.max(wave_gap, axis=SITE, keepdims=True) <= check_tolerance


@line("Heads start within the horizon", unit="check", over=PLAN)
def check_started(equivalent_started):
    """Whether any heads of the plan start within the horizon, so that it has results."""
    return equivalent_started > 0


@line("Cumulative saving ends at value less cost", unit="check", over=PLAN)
def check_cumulative(closing_cumulative, total_value, total_cost, check_tolerance):
    """Whether the cumulative saving ends at all value less all cost."""
    gap = np.abs(total_value - total_cost - closing_cumulative)
    return gap <= check_tolerance * (np.abs(total_value) + total_cost)


@line("Discounted savings end at the net present value", unit="check", over=PLAN)
def check_npv(closing_discounted, npv, total_value, total_cost, check_tolerance):
    """Whether the discounted savings add up to the net present value."""
    gap = np.abs(closing_discounted - npv)
    return gap <= check_tolerance * (np.abs(total_value) + total_cost)


@line("Net present value, by NPV()", unit="money", over=PLAN)
def npv_function(monthly_rate, saving):
    """Net present value of all savings by the spreadsheet's own function, for comparison."""
    return present_value(monthly_rate, saving)


@line("Net present value agrees with NPV()", unit="check", over=PLAN)
def check_npv_function(npv_function, npv, total_value, total_cost, check_tolerance):
    """Whether the spreadsheet's own function gives the same net present value."""
    gap = np.abs(npv_function - npv)
    return gap <= check_tolerance * (np.abs(total_value) + total_cost)


@line("Bridge ends at the saving after risk", unit="check", over=PLAN)
def check_bridge(delivers, bridge_saving, total_kept, total_value, total_cost, check_tolerance):
    """Whether the bars from the steady-state saving add up to the saving after risk."""
    near = np.abs(bridge_saving - total_kept) <= check_tolerance * (total_value + total_cost)
    return (delivers == 0) | near


@line("No cost is negative", unit="check", over=PLAN)
def check_signs(lowest_cost, setup_cost):
    """Whether setup and the cost of every month are 0 or more; savings alone may be negative."""
    return (lowest_cost >= 0) & (setup_cost >= 0)


@line("Months follow each other", unit="check")
def check_months(month, timeline_end):
    """Whether the months run from 1 to the last, each once."""
    return 2 * total(month, MONTH) == timeline_end * (timeline_end + 1)


@line("Months that count are within the horizon", unit="check")
def check_counted(months_counted, timeline_end):
    """Whether no more months count than the timeline has."""
    return months_counted <= timeline_end


@line("Inputs are in their range", unit="check")
def check_inputs(inputs_in_range):
    """Whether all inputs are in their valid ranges.

    Also those that were pasted over, past the rules of their cells: see sheet Audit.
    """
    return inputs_in_range


@line("Baseline saves nothing against itself", unit="check")
def check_baseline(decision, total_value, total_cost, check_tolerance):
    """Whether the baseline saves nothing against itself.

    Added capacity is worth what it earns, onshore too: there the check does not apply.
    """
    cost = total_cost[BASELINE]
    gap = np.abs(total_value[BASELINE] - cost)
    return (decision == 2) | (gap <= check_tolerance * cost)


@line("Working days end after they start, within 24 hours", unit="check")
def check_hours(working_day, check_tolerance):
    """Whether every working day ends after it starts, within 24 hours."""
    longest = np.max(working_day, axis=SITE, keepdims=True)
    within = longest <= 24 * (1 + check_tolerance)
    return (np.min(working_day, axis=SITE, keepdims=True) > 0) & within


@line("All checks of the plan", unit="check", over=PLAN)
def plan_checks(
    check_heads,
    check_cost_stack,
    check_waterfall,
    check_cost,
    check_cumulative,
    check_npv,
    check_npv_function,
    check_signs,
    check_bridge,
    check_groups,
    check_evidence,
    check_years,
    check_quarters,
    check_waves,
    check_started,
):
    """Whether all checks of the plan hold."""
    sums = check_heads & check_cost_stack & check_waterfall & check_cost & check_cumulative
    values = sums & check_npv & check_npv_function & check_signs & check_bridge
    periods = check_groups & check_evidence & check_years & check_quarters
    return values & periods & check_waves & check_started


@line("All checks", unit="check")
def all_checks(plan_checks, check_months, check_counted, check_inputs, check_baseline, check_hours):
    """Whether all checks of all plans and of the scenario hold."""
    plans = np.all(plan_checks, axis=PLAN_AXIS, keepdims=True)
    months = check_months & check_counted
    return plans & months & check_inputs & check_baseline & check_hours
