"""Checks.

Each is true where the model reconciles with itself. Differences in money are relative to the
cost, so that they mean the same in any currency.
"""

import numpy as np

from ..axes import BASELINE, MONTH, SITE, total
from . import line

PLAN = ("plan",)


@line("Plan has heads", unit="check", over=PLAN)
def check_heads(plan_heads):
    """Every plan employs somebody."""
    return plan_heads > 0


@line("Direct cost and overhead add up to the fully loaded cost", unit="check", over=PLAN)
def check_cost_stack(plan_cost_stack, plan_fully_loaded_cost, check_tolerance):
    """The parts of the cost stack are complete."""
    gap = np.abs(plan_cost_stack - plan_fully_loaded_cost)
    return gap <= check_tolerance * plan_fully_loaded_cost


@line("Bars lead from headline to net saving", unit="check", over=PLAN)
def check_waterfall(bars_total, net_saving_steady, plan_headline_saving, check_tolerance):
    """The bars of the waterfall are complete."""
    scale = 1 + np.abs(plan_headline_saving) + np.abs(net_saving_steady)
    return np.abs(bars_total - net_saving_steady) <= check_tolerance * scale


@line("Running cost and setup add up to the cost over the horizon", unit="check", over=PLAN)
def check_cost(site_cost, setup_cost, total_cost, check_tolerance):
    """Setup is spent once, running cost every month."""
    gap = np.abs(total(site_cost, SITE, MONTH) + setup_cost - total_cost)
    return gap <= check_tolerance * total_cost


@line("Cumulative saving ends at value less cost", unit="check", over=PLAN)
def check_cumulative(closing_cumulative, total_value, total_cost, check_tolerance):
    """Nothing is lost along the timeline."""
    gap = np.abs(total_value - total_cost - closing_cumulative)
    return gap <= check_tolerance * total_cost


@line("Discounted savings end at the net present value", unit="check", over=PLAN)
def check_npv(closing_discounted, npv, total_cost, check_tolerance):
    """Discounting is done once and completely."""
    gap = np.abs(closing_discounted - npv)
    return gap <= check_tolerance * total_cost


@line("Baseline saves nothing against itself", unit="check")
def check_baseline(total_value, total_cost, check_tolerance):
    """All onshore is its own yardstick."""
    cost = total_cost[BASELINE]
    return np.abs(total_value[BASELINE] - cost) <= check_tolerance * cost


@line("Working days end after they start", unit="check")
def check_hours(working_day):
    """The overlap of working hours means something."""
    return np.min(working_day, axis=SITE, keepdims=True) > 0


@line("All checks", unit="check")
def all_checks(
    check_heads,
    check_cost_stack,
    check_waterfall,
    check_cost,
    check_cumulative,
    check_npv,
    check_baseline,
    check_hours,
):
    """The master check."""
    plans = check_heads & check_cost_stack & check_waterfall & check_cost
    return (
        np.all(plans & check_cumulative & check_npv, axis=1, keepdims=True)
        & check_baseline
        & check_hours
    )
