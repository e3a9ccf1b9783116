"""How high pay may go.

By how many times the pay abroad may be multiplied until a goal is just met. Exact while no
statutory charge there is at a floor, a cap or an exemption; else by the charges' present slope.
"""

import numpy as np

from ..axes import MONTH, total
from . import line

PLAN = ("plan",)


@line("Saving up to the latest month of break-even", unit="money", over=PLAN)
def saving_to_limit(saving, month, break_even_limit):
    """How far ahead or behind the plan is then."""
    return total(saving * (month <= break_even_limit), MONTH)


@line("Cost up to then that grows with pay", unit="money", over=PLAN)
def by_pay_to_limit(cost_by_pay, month, break_even_limit):
    """0 where the plan has no heads abroad."""
    return total(cost_by_pay * (month <= break_even_limit), MONTH)


@line("Cost over the horizon that grows with pay", unit="money", over=PLAN)
def total_by_pay(cost_by_pay):
    """0 where the plan has no heads abroad."""
    return total(cost_by_pay, MONTH)


@line("What pay abroad may cost up to then", unit="money", over=PLAN)
def pay_room_to_limit(saving_to_limit, by_pay_to_limit):
    """With it the plan just breaks even then; below 0 unpaid work would be too dear."""
    return saving_to_limit + by_pay_to_limit


@line("What pay abroad may cost over the horizon", unit="money", over=PLAN)
def pay_room(total_value, total_cost, total_by_pay, saving_target):
    """With it the net saving over the horizon, before risk, is just at its target."""
    return (1 - saving_target) * total_value - total_cost + total_by_pay


def _where_paid(value, room, by_pay):
    return np.where((by_pay > 0) & (room > 0), value, np.nan)


@line("Highest pay that breaks even in time", unit="factor", over=PLAN, missing="none")
def pay_times_break_even(pay_room_to_limit, by_pay_to_limit):
    """Times the pay abroad, by the latest month of break-even."""
    return _where_paid(pay_room_to_limit / by_pay_to_limit, pay_room_to_limit, by_pay_to_limit)


@line("Highest pay that saves enough", unit="factor", over=PLAN, missing="none")
def pay_times_saving(pay_room, total_by_pay):
    """Times the pay abroad."""
    return _where_paid(pay_room / total_by_pay, pay_room, total_by_pay)


@line("Highest salary that breaks even in time", unit="money/year", over=PLAN, missing="none")
def salary_break_even(salary_abroad, pay_room_to_limit, by_pay_to_limit):
    """Average abroad, with all pay there in proportion."""
    highest = salary_abroad * pay_room_to_limit / by_pay_to_limit
    return _where_paid(highest, pay_room_to_limit, by_pay_to_limit)


@line("Highest salary that saves enough", unit="money/year", over=PLAN, missing="none")
def salary_saving(salary_abroad, pay_room, total_by_pay):
    """Average abroad, with all pay there in proportion."""
    return _where_paid(salary_abroad * pay_room / total_by_pay, pay_room, total_by_pay)
