"""From steady state to the saving after risk.

The waterfall ends at the saving of a team that runs at year-1 pay. These bars go on from there: to
the saving over the horizon, and after risk. Each is the change of the saving by one cause more, so
they add up.
"""

import numpy as np

from ..axes import MONTH, ONSHORE, ROLE, SITE, total, without_residue, zero_within
from . import line

PLAN = ("plan",)
PLAN_SITE = ("plan", "site")


@line("Output months", unit="months", over=PLAN_SITE)
def output_months(effective_output):
    """Months of an onshore head's output that a head delivers over the horizon."""
    return total(effective_output, MONTH)


@line("Months of output at grown onshore pay", unit="months", over=PLAN_SITE)
def grown_output_months(effective_output, growth):
    """Months of an onshore head's output, each at the onshore pay of its year."""
    return total(effective_output * growth[ONSHORE], MONTH)


@line("Months of output at grown general costs", unit="months", over=PLAN_SITE)
def general_output_months(effective_output, general_growth):
    """Months of an onshore head's output, each at the general costs of its year onshore."""
    return total(effective_output * general_growth[ONSHORE], MONTH)


@line("Months of delivery at grown pay", unit="months", over=PLAN_SITE)
def grown_months(paid_growth):
    """Months of delivery, each at the site's pay of its year."""
    return total(paid_growth, MONTH)


@line("Months of delivery at grown general costs", unit="months", over=PLAN_SITE)
def general_months(working, general_growth):
    """Months of delivery, each at the general costs of its year."""
    return total(working * general_growth, MONTH)


@line("Months of delivery at grown onshore pay", unit="months", over=PLAN_SITE)
def staff_months(working, staff_growth):
    """Months of delivery, each at the pay of onshore staff of its year."""
    return total(working * staff_growth, MONTH)


@line("Running cost of the site", unit="money/month", over=PLAN_SITE)
def site_running_cost(heads, cost_per_head, incomplete_cost):
    """What heads and teams cost in a month of year 1, extra costs without end included."""
    return (total(heads * cost_per_head, ROLE) + incomplete_cost) / 12


@line("Value of an onshore head's output by site", unit="money/month", over=PLAN_SITE)
def site_unit_value(exact_heads, onshore_loaded_cost):
    """What the site's heads would cost onshore in a month of year 1."""
    return total(exact_heads * onshore_loaded_cost, ROLE) / 12


@line("Running cost at year-1 pay, by site", unit="money", over=PLAN_SITE)
def site_steady_cost(site_running_cost, live_months):
    """Running cost of the site in its months of delivery, at the pay of year 1."""
    return site_running_cost * live_months


@line("Running cost at year-1 pay", unit="money", over=PLAN)
def steady_cost(site_steady_cost):
    """Running cost of the months of delivery, at the pay of year 1."""
    return total(site_steady_cost, SITE)


@line("Value at steady output, by site", unit="money", over=PLAN_SITE)
def site_steady_value(site_unit_value, steady_output, live_months):
    """Onshore cost of the site's steady-state output in its months of delivery."""
    return site_unit_value * steady_output * live_months


@line("Value at steady output and year-1 pay", unit="money", over=PLAN)
def steady_value(site_steady_value):
    """Onshore cost of steady-state output in all months of delivery, at the pay of year 1."""
    return total(site_steady_value, SITE)


@line("Value with the ramp, by site", unit="money", over=PLAN_SITE)
def site_ramped_value(site_unit_value, steady_output, ramped_months):
    """Onshore cost of the site's output that ramps up to steady state."""
    return site_unit_value * steady_output * ramped_months


@line("Value with the ramp", unit="money", over=PLAN)
def ramped_value(site_ramped_value):
    """Onshore cost of the output that ramps up to steady state, at the pay of year 1."""
    return total(site_ramped_value, SITE)


@line("Value with ramp, rework and learning, by site", unit="money", over=PLAN_SITE)
def site_early_value(site_unit_value, output_months):
    """Onshore cost of the site's output with ramp, early rework and learning."""
    return site_unit_value * output_months


@line("Value with ramp, early rework and learning", unit="money", over=PLAN)
def early_value(site_early_value):
    """Onshore cost of the output with ramp, early rework and learning, at the pay of year 1."""
    return total(site_early_value, SITE)


@line("Value at grown pay, by site", unit="money", over=PLAN_SITE)
def site_grown_value(site_unit_value, seat_value_month, grown_output_months, general_output_months):
    """Onshore cost of the site's output at the onshore pay and general costs of each year."""
    pay = (site_unit_value - seat_value_month) * grown_output_months
    return pay + seat_value_month * general_output_months


@line("Value at grown pay", unit="money", over=PLAN)
def grown_value(site_grown_value):
    """Onshore cost of the output at the onshore pay of each year."""
    return total(site_grown_value, SITE)


@line("Cost at grown pay, by site", unit="money", over=PLAN_SITE)
def site_grown_cost(
    local_month, grown_months, general_cash_month, general_months, internal_month, staff_months
):
    """Running cost of the site in its months of delivery, at the pay and prices of each year."""
    pay = local_month * grown_months
    return pay + general_cash_month * general_months + internal_month * staff_months


@line("Cost that grows with local pay, month of year 1", unit="money/month", over=PLAN_SITE)
def local_month(site_running_cost, general_cash_month, internal_month):
    """Running cost of the site in a month of year 1, without general costs and staff's time."""
    return site_running_cost - general_cash_month - internal_month


@line("Cost at grown pay", unit="money", over=PLAN)
def grown_cost(site_grown_cost):
    """Running cost of the months of delivery at the pay and currency of each year."""
    return total(site_grown_cost, SITE)


@line("Plan delivers within the horizon", unit="yes/no", over=PLAN)
def delivers(total_value, ramped_value, early_value):
    """Whether anything of value is delivered, so that a saving can be a share of it."""
    return np.where((total_value > 0) & (ramped_value > 0) & (early_value > 0), 1, 0)


@line("Saving with setup", unit="fraction", over=PLAN)
def saving_with_setup(delivers, steady_cost, setup_cost, steady_value):
    """Saving over the horizon in steady state, less the setup."""
    share = (steady_cost + setup_cost) / steady_value
    return np.where(delivers == 1, without_residue(1 - share), 0)


@line("Saving with the ramp", unit="fraction", over=PLAN)
def saving_with_ramp(delivers, steady_cost, setup_cost, ramped_value):
    """Saving over the horizon with the setup and output that ramps up."""
    share = (steady_cost + setup_cost) / ramped_value
    return np.where(delivers == 1, without_residue(1 - share), 0)


@line("Saving with early rework", unit="fraction", over=PLAN)
def saving_with_rework(delivers, steady_cost, setup_cost, early_value):
    """Saving over the horizon with setup, ramp, early rework and learning."""
    return np.where(delivers == 1, without_residue(1 - (steady_cost + setup_cost) / early_value), 0)


@line("Saving with growth of pay", unit="fraction", over=PLAN)
def saving_with_growth(delivers, grown_cost, setup_cost, grown_value):
    """Saving over the horizon with the pay and currency of each year too."""
    return np.where(delivers == 1, without_residue(1 - (grown_cost + setup_cost) / grown_value), 0)


@line("Cost of the decision over the horizon", unit="money", over=PLAN)
def total_decision_cost(decision_cost):
    """Exit of an onshore team over the horizon, and the months it is kept in parallel."""
    return total(decision_cost, MONTH)


@line("Onshore hiring, counted in the onshore cost", unit="money", over=PLAN)
def total_hiring_avoided(hiring_excess, output_share):
    """Cost of onshore hiring beyond its output, in what the plan's output would cost onshore.

    All onshore pays it itself; every other plan avoids it.
    """
    return total(hiring_excess, MONTH) * output_share


@line("What the output would have cost onshore over the horizon", unit="money", over=PLAN)
def total_running_value(running_value):
    """What the output of the horizon would have cost with an onshore team in place."""
    return total(running_value, MONTH)


@line("Saving before the decision", unit="fraction", over=PLAN)
def saving_before_decision(delivers, total_cost, total_decision_cost, total_running_value):
    """Saving over the horizon before what the decision costs or avoids."""
    share = (total_cost - total_decision_cost) / total_running_value
    return np.where(delivers == 1, without_residue(1 - share), 0)


@line("Saving after the decision", unit="fraction", over=PLAN)
def saving_after_decision(delivers, total_cost, total_value):
    """Saving over the horizon, with what the decision costs or avoids."""
    return np.where(delivers == 1, without_residue(1 - total_cost / total_value), 0)


@line("Saving after risk, as a share", unit="fraction", over=PLAN)
def saving_after_risk(delivers, total_kept, total_value):
    """Saving over the horizon after risk; 0 where nothing is delivered."""
    return np.where(delivers == 1, without_residue(total_kept / total_value), 0)


@line("Less setup", unit="fraction", over=PLAN)
def bridge_setup(delivers, saving_with_setup, net_saving_steady, check_tolerance):
    """Saving given up to one-off costs of the start."""
    return zero_within(saving_with_setup - net_saving_steady * delivers, check_tolerance)


@line("Less ramp", unit="fraction", over=PLAN)
def bridge_ramp(saving_with_ramp, saving_with_setup, check_tolerance):
    """Saving given up while the team ramps up."""
    return zero_within(saving_with_ramp - saving_with_setup, check_tolerance)


@line("Less early rework", unit="fraction", over=PLAN)
def bridge_rework(saving_with_rework, saving_with_ramp, check_tolerance):
    """Saving given up to rework of the first months; experience works against it."""
    return zero_within(saving_with_rework - saving_with_ramp, check_tolerance)


@line("Less wage and currency drift", unit="fraction", over=PLAN)
def bridge_drift(saving_with_growth, saving_with_rework, check_tolerance):
    """Saving given up as pay abroad grows faster than onshore."""
    return zero_within(saving_with_growth - saving_with_rework, check_tolerance)


@line("Less one-off and temporary costs", unit="fraction", over=PLAN)
def bridge_timed(saving_before_decision, saving_with_growth, check_tolerance):
    """Saving given up to extra costs of some months, and gained by leaving a vendor."""
    return zero_within(saving_before_decision - saving_with_growth, check_tolerance)


@line("Less cost of the decision", unit="fraction", over=PLAN)
def bridge_decision(saving_after_decision, saving_before_decision, check_tolerance):
    """Saving given up to the exit of an onshore team, or gained by not hiring onshore."""
    return zero_within(saving_after_decision - saving_before_decision, check_tolerance)


@line("Less risk", unit="fraction", over=PLAN)
def bridge_risk(saving_after_risk, saving_after_decision, check_tolerance):
    """Saving given up to the downside of an average year, and to a start that may fail."""
    return zero_within(saving_after_risk - saving_after_decision, check_tolerance)


@line("Steady-state saving plus all steps of the bridge", unit="relative", over=PLAN)
def bridge_sum(
    net_saving_steady,
    bridge_setup,
    bridge_ramp,
    bridge_rework,
    bridge_drift,
    bridge_timed,
    bridge_decision,
    bridge_risk,
):
    """Sum that the bars of the bridge lead to from the steady-state saving."""
    start = net_saving_steady + bridge_setup + bridge_ramp + bridge_rework
    return start + bridge_drift + bridge_timed + bridge_decision + bridge_risk


@line("Saving at the end of the bridge", unit="money", over=PLAN)
def bridge_saving(total_value, bridge_sum, check_tolerance):
    """Saving at the end of the bridge as an amount; the checks compare it."""
    return total_value * zero_within(bridge_sum, check_tolerance)
