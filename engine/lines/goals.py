"""Break-even pay.

The multiple of today's pay abroad at which a goal is just met. Exact while no statutory charge
abroad meets a floor, a cap or an exemption between today's pay and that multiple; else an
extrapolation at the charges' present rates.
"""

import numpy as np

from ..axes import MONTH, to_date, total
from . import line

PLAN = ("plan",)
PLAN_MONTH = ("plan", "month")
NO_PAY_IN_TIME = (
    "the plan has no heads abroad, or is not ahead from the deadline on even without any pay there"
)
NO_PAY_ON_TARGET = (
    "the plan has no heads abroad, or misses its saving target even without any pay there"
)


@line("Deadline for break-even", unit="month")
def goal_month(break_even_limit, last_month):
    """Month from which the plan must be ahead.

    The latest accepted month of break-even, or the last month of the horizon.
    """
    return np.minimum(break_even_limit, last_month)


@line("Cumulative cost that grows with pay", unit="money", over=PLAN_MONTH)
def cumulative_by_pay(cost_by_pay):
    """Cost that grows with pay abroad, from month 1 to the end of the month.

    0 where the plan has no heads abroad.
    """
    return to_date(cost_by_pay)


@line("Cost over the horizon that grows with pay", unit="money", over=PLAN)
def total_by_pay(cost_by_pay):
    """Cost over the horizon that grows with pay abroad; 0 where the plan has no heads there."""
    return total(cost_by_pay, MONTH)


@line("Break-even pay multiple at the horizon", unit="factor", over=PLAN)
def pay_times_end(closing_cumulative, total_by_pay):
    """Multiple of pay abroad at which the plan just breaks even at the end of the horizon.

    0 where the plan has no heads abroad.
    """
    room = closing_cumulative + total_by_pay
    return np.where(total_by_pay > 0, room / total_by_pay, 0)


@line("Break-even pay multiple by month", unit="factor", over=PLAN_MONTH)
def pay_times_month(month, goal_month, cumulative, cumulative_by_pay, pay_times_end):
    """Multiple of pay abroad at which the cumulative saving of the month is just 0.

    From the month in which the plan must be ahead; before it, the multiple at the horizon.
    """
    counts = (month >= goal_month) & (cumulative_by_pay > 0)
    return np.where(counts, (cumulative + cumulative_by_pay) / cumulative_by_pay, pay_times_end)


@line("Break-even pay multiple at the deadline", unit="factor", over=PLAN)
def pay_times_limit(pay_times_month):
    """Highest multiple of pay abroad at which the plan is ahead in time and stays so.

    Below 0 if it is behind even without any pay; 0 where the plan has no heads abroad.
    """
    return np.min(pay_times_month, axis=MONTH, keepdims=True)


@line("Affordable pay abroad over the horizon", unit="money", over=PLAN)
def affordable_pay(total_value, total_cost, total_by_pay, saving_target):
    """Cost of pay abroad over the horizon at which the net saving just meets its target.

    The net saving before risk.
    """
    return (1 - saving_target) * total_value - total_cost + total_by_pay


@line("Pay multiple at the saving target", unit="factor", over=PLAN)
def pay_times_at_target(affordable_pay, total_by_pay):
    """Multiple of pay abroad at which the net saving just meets its target.

    Below 0 even without any pay; 0 where the plan has no heads abroad.
    """
    return np.where(total_by_pay > 0, affordable_pay / total_by_pay, 0)


def _where_limited(value, times):
    return np.where(times > 0, value, np.nan)


@line(
    "Highest pay multiple that breaks even in time",
    unit="factor",
    over=PLAN,
    missing="none",
    nan_where=NO_PAY_IN_TIME,
)
def pay_times_break_even(pay_times_limit):
    """Highest multiple of pay abroad with which the plan still breaks even in time.

    The plan is ahead at the latest month of break-even, and stays so.
    """
    return _where_limited(pay_times_limit, pay_times_limit)


@line(
    "Highest pay multiple that reaches the target saving",
    unit="factor",
    over=PLAN,
    missing="none",
    nan_where=NO_PAY_ON_TARGET,
)
def pay_times_saving(pay_times_at_target):
    """Highest multiple of pay abroad with which the plan still saves enough."""
    return _where_limited(pay_times_at_target, pay_times_at_target)


@line(
    "Highest salary that breaks even in time",
    unit="money/year",
    over=PLAN,
    missing="none",
    nan_where=NO_PAY_IN_TIME,
)
def salary_break_even(salary_abroad, pay_times_limit):
    """Highest average salary abroad with which the plan still breaks even in time.

    All pay moves in proportion; exact while no charge meets a floor or a cap.
    """
    return _where_limited(salary_abroad * pay_times_limit, pay_times_limit)


@line(
    "Highest salary that reaches the target saving",
    unit="money/year",
    over=PLAN,
    missing="none",
    nan_where=NO_PAY_ON_TARGET,
)
def salary_saving(salary_abroad, pay_times_at_target):
    """Highest average salary abroad with which the plan still saves enough.

    All pay moves in proportion; exact while no charge meets a floor or a cap.
    """
    return _where_limited(salary_abroad * pay_times_at_target, pay_times_at_target)


def _exact(times, above, below):
    return ((times * above <= 1) & (times >= below)) * 1


@line(
    "The highest salary that breaks even is exact",
    unit="yes/no",
    over=PLAN,
    missing="none",
    nan_where=NO_PAY_IN_TIME,
)
def salary_break_even_exact(pay_times_limit, plan_nearest_above, plan_nearest_below):
    """Whether the highest salary that breaks even in time is exact.

    It is if no charge abroad meets a floor, an exemption or a cap between today's pay and the
    highest.
    """
    return _where_limited(
        _exact(pay_times_limit, plan_nearest_above, plan_nearest_below), pay_times_limit
    )


@line(
    "The highest salary for the target saving is exact",
    unit="yes/no",
    over=PLAN,
    missing="none",
    nan_where=NO_PAY_ON_TARGET,
)
def salary_saving_exact(pay_times_at_target, plan_nearest_above, plan_nearest_below):
    """Whether the highest salary that saves enough is exact.

    It is if no charge abroad meets a floor, an exemption or a cap between today's pay and the
    highest.
    """
    return _where_limited(
        _exact(pay_times_at_target, plan_nearest_above, plan_nearest_below), pay_times_at_target
    )
