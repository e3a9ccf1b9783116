"""Actuals and reforecast.

Up to the last actual month what was spent and delivered; after it the plan at the actual level. The
level of a group of costs is its actual over its planned cost in the last months with actuals.
Setup and exit go on as planned: what was brought forward is still to come in the plan.
"""

import numpy as np

from ..axes import GROUP, MONTH, total
from . import line, with_parameters

PLAN = ("plan",)
PLAN_MONTH = ("plan", "month")
PLAN_GROUP = ("plan", "group")
PLAN_GROUP_MONTH = ("plan", "group", "month")


@line("Month is actual", unit="flag", over=("month",))
def is_actual(month, last_actual_month):
    """Whether the month has actuals: 1 up to the last actual month, else 0."""
    return np.where(month <= last_actual_month, 1, 0)


@line("Month counts for the level", unit="flag", over=("month",))
def in_level(month, last_actual_month, level_months):
    """Whether the level is taken from the month: 1 for the last months with actuals, else 0."""
    recent = month > last_actual_month - level_months
    return np.where(recent & (month <= last_actual_month), 1, 0)


@line("Actual cost", unit="money/month", over=PLAN_GROUP_MONTH)
def actual_cost(booked, entered_cost, planned_cost, is_actual):
    """Cost of the group in an actual month; as planned where the ledger does not book the group."""
    return np.where(booked == 1, entered_cost, planned_cost) * is_actual


@line("Actual output", unit="heads", over=PLAN_MONTH)
def actual_output(output_given, entered_output, planned_output, is_actual):
    """Output of the plan in an actual month; as planned where output is not given."""
    return np.where(output_given == 1, entered_output, planned_output) * is_actual


@line("Planned cost in the months of the level", unit="money", over=PLAN_GROUP)
def level_planned_cost(planned_cost, in_level):
    """Planned cost of the group in the months from which the level is taken."""
    return total(planned_cost * in_level, MONTH)


@line("Actual cost in the months of the level", unit="money", over=PLAN_GROUP)
def level_actual_cost(actual_cost, in_level):
    """Actual cost of the group in the months from which the level is taken."""
    return total(actual_cost * in_level, MONTH)


@line("Level of cost", unit="factor", over=PLAN_GROUP)
def cost_level(goes_on, level_planned_cost, level_actual_cost):
    """Actual over planned cost of the group in the last months with actuals.

    1 for setup and exit, and where nothing was planned in these months.
    """
    measured = (goes_on == 1) & (level_planned_cost != 0)
    return np.where(measured, level_actual_cost / level_planned_cost, 1)


@line("Level of cost far from plan", unit="yes/no", over=PLAN_GROUP)
def cost_level_is_far(cost_level, goes_on, level_planned_cost, level_actual_cost):
    """Whether the level of the group is below half or above twice the plan.

    Also where something was spent for which nothing was planned: no level follows from it.
    """
    unplanned = (level_planned_cost == 0) & (level_actual_cost != 0) & (goes_on == 1)
    return np.where((cost_level * 2 < 1) | (cost_level > 2) | unplanned, 1, 0)


@line("Planned output in the months of the level", unit="heads", over=PLAN)
def level_planned_output(planned_output, in_level):
    """Planned output in the months from which the level is taken."""
    return total(planned_output * in_level, MONTH)


@line("Actual output in the months of the level", unit="heads", over=PLAN)
def level_actual_output(actual_output, in_level):
    """Actual output in the months from which the level is taken."""
    return total(actual_output * in_level, MONTH)


@line("Level of output", unit="factor", over=PLAN)
def output_level(level_planned_output, level_actual_output):
    """Actual over planned output in the last months with actuals; 1 where none was planned."""
    measured = level_planned_output != 0
    return np.where(measured, level_actual_output / level_planned_output, 1)


@line("Restated cost by group", unit="money/month", over=PLAN_GROUP_MONTH)
def restated_cost(is_actual, actual_cost, planned_cost, cost_level):
    """Cost of the group: actual up to the last actual month, then as planned at the level."""
    return np.where(is_actual == 1, actual_cost, planned_cost * cost_level)


@line("Restated output", unit="heads", over=PLAN_MONTH)
def restated_output(is_actual, actual_output, planned_output, output_level):
    """Output: actual up to the last actual month, then as planned at the level."""
    return np.where(is_actual == 1, actual_output, planned_output * output_level)


@line("Planned output over the horizon", unit="heads", over=PLAN)
def total_planned_output(planned_output):
    """Planned output of all months."""
    return total(planned_output, MONTH)


def _per_unit(flow: str, label: str) -> None:
    """Lines of a planned flow, value or cash value, by unit of output."""
    planned, average = f"planned_{flow}", f"average_{flow}"

    def average_of(planned_flow, total_planned_output):
        found = total(planned_flow, MONTH) / total_planned_output
        return np.where(total_planned_output > 0, found, 0)

    def of_unit(planned_output, planned_flow, average_flow):
        return np.where(planned_output > 0, planned_flow / planned_output, average_flow)

    def without_output(planned_output, planned_flow):
        return np.where(planned_output > 0, 0, planned_flow)

    for name, asked, words, unit, over, function, formula, meaning in (
        (average, (planned, "total_planned_output"), "per unit of output, average",
         "money/head", PLAN, average_of,
         f"np.where(total_planned_output > 0, total({planned}, MONTH) / total_planned_output, 0)",
         "of a unit of output over the horizon; 0 where no output is planned."),
        (f"unit_{flow}", ("planned_output", planned, average), "per unit of output",
         "money/head", PLAN_MONTH, of_unit,
         f"np.where(planned_output > 0, {planned} / planned_output, {average})",
         "of a unit of output in the month; the average where no output is planned."),
        (f"{flow}_without_output", ("planned_output", planned), "without output",
         "money/month", PLAN_MONTH, without_output,
         f"np.where(planned_output > 0, 0, {planned})",
         "of a month without planned output, such as hiring onshore that is saved."),
    ):  # fmt: skip
        declare = line(f"Planned {label} {words}", unit=unit, over=over, formula=formula)
        docstring = f"Planned {label} {meaning}"
        globals()[name] = declare(with_parameters(name, asked, docstring, function))


_per_unit("value", "value")
_per_unit("cash_value", "cash value")


@line("Restated value", unit="money/month", over=PLAN_MONTH)
def value(restated_output, unit_value, value_without_output):
    """Value of the restated output of the month, at the planned value of a unit."""
    return restated_output * unit_value + value_without_output


@line("Restated cost", unit="money/month", over=PLAN_MONTH)
def cost(restated_cost):
    """Cost of all groups in the month: actual, then as planned at the level."""
    return total(restated_cost, GROUP)


@line("Restated cash value", unit="money/month", over=PLAN_MONTH)
def cash_value(restated_output, unit_cash_value, cash_value_without_output):
    """Cash value of the restated output of the month, at the planned cash value of a unit."""
    return restated_output * unit_cash_value + cash_value_without_output


@line("Restated cash cost", unit="money/month", over=PLAN_MONTH)
def cash_cost(restated_cost, paid_in_cash):
    """Cost of the groups that are paid in cash, without internal time and output lost."""
    return total(restated_cost * paid_in_cash, GROUP)
