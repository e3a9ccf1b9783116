"""Statutory employer charges.

Each charge by role and rule of the country, in local currency; the law of each month; and how far
pay may move until a charge begins, ends, or meets a floor, an exemption, a cap or a bound of its
amount. Sources: one beside each rule in engine/tables/statutory_rules.csv.
"""

import numpy as np

from ..axes import ROLE, RULE, at_step, first_day, sum_in_force, whole_cents
from . import line

RULE_AXES = ("site", "role", "rule")
SITE_ROLE_MONTH = ("site", "role", "month")


@line("Pay in local currency, in whole cents", unit="local/year", over=("site", "role"))
def local_pay(pay, fx_rate):
    """Gross pay per head, with the extra months, in local currency."""
    return pay * fx_rate


@line("Pay that the charge falls on", unit="money/year", over=RULE_AXES)
def charge_pay(salary, shift_premium, extra_months, statutory_on_extra):
    """Pay that a statutory charge falls on, with the extra months that it falls on."""
    return salary * (1 + shift_premium + extra_months / 12 * statutory_on_extra)


@line("Pay to which the rate applies", unit="local/year", over=RULE_AXES)
def charged_pay(statutory_rate, charge_pay, fx_rate, statutory_base):
    """Share of pay that the charge applies to, before its floor and cap; 0 without a rate."""
    return np.where(statutory_rate > 0, charge_pay * fx_rate * statutory_base, 0)


@line("Base of the charge", unit="local/year", over=RULE_AXES)
def rule_base(charged_pay, statutory_floor, statutory_cap):
    """Part of pay that a statutory charge applies to, between its floor and its cap."""
    return np.minimum(statutory_cap, np.maximum(statutory_floor, charged_pay))


@line("Charge applies at this pay", unit="flag", over=RULE_AXES)
def charge_holds(local_pay, statutory_from_pay, statutory_to_pay):
    """1 where pay with all extra months is within the pay from and up to which the charge holds.

    In whole cents: laws end a bracket of pay a cent below the next one, so that pay is in one.
    """
    from_here = np.where(whole_cents(local_pay) >= statutory_from_pay, 1, 0)
    return from_here * np.where(whole_cents(local_pay) <= statutory_to_pay, 1, 0)


@line("Charge before its minimum and maximum", unit="local/year", over=RULE_AXES)
def charge_before_bounds(rule_base, statutory_rate, statutory_exempt, statutory_flat):
    """The rate on the base above the exemption, and a flat amount."""
    return statutory_rate * np.maximum(0, rule_base - statutory_exempt) + statutory_flat


@line("Charge on pay", unit="local/year", over=RULE_AXES)
def charge_on_pay(charge_holds, charge_before_bounds, statutory_minimum, statutory_maximum):
    """Charge between its smallest and its largest amount; 0 where it does not hold for the pay."""
    amount = np.minimum(statutory_maximum, np.maximum(statutory_minimum, charge_before_bounds))
    return charge_holds * amount


@line("Charge", unit="local/year", over=RULE_AXES)
def rule_charge(charge_on_pay, statutory_rate, statutory_of_charge):
    """Statutory charge per head and year, in local currency: on pay, or on another charge."""
    other = at_step(charge_on_pay, np.maximum(1, statutory_of_charge) - 1)
    return np.where(statutory_of_charge > 0, statutory_rate * other, charge_on_pay)


@line("Charge is law in the first month", unit="flag", over=("site", "rule"))
def in_force(start_month, statutory_first_month, statutory_last_month):
    """1 for a charge that is law in the first month of the scenario, else 0."""
    begun = np.where(statutory_first_month <= start_month, 1, 0)
    return begun * np.where(statutory_last_month >= start_month, 1, 0)


@line("First day of the month", unit="date", over=("month",))
def month_date(start_month, month):
    """First day of each month, as Excel counts days."""
    return first_day(start_month, month)


@line("Charges per head by the law of the month", unit="local/year", over=SITE_ROLE_MONTH)
def charges_by_law(rule_charge, statutory_first_month, statutory_last_month, month_date):
    """Statutory charges per head and year that are law in the month, at the pay of year 1."""
    return sum_in_force(rule_charge, statutory_first_month, statutory_last_month, month_date)


@line("Change of charges by law per head", unit="money/year", over=SITE_ROLE_MONTH)
def law_change(charges_by_law, fx_rate, statutory_charges, lead_rate):
    """What the law of the month adds to the charges of the first month's law per head.

    With the charges of local leads.
    """
    return (charges_by_law / fx_rate - statutory_charges) * (1 + lead_rate)


@line("Charge on pay that grows with pay", unit="local/year", over=RULE_AXES)
def grows_on_pay(rule_base, statutory_rate, growth_start, growth_end, charge_holds):
    """The rate on the whole base, where the charge rises with pay; 0 where a bound decides it."""
    grows = (rule_base > growth_start) & (rule_base < growth_end)
    return np.where(grows, rule_base * statutory_rate * charge_holds, 0)


@line("Charge that grows with pay", unit="local/year", over=RULE_AXES)
def rule_by_pay(grows_on_pay, statutory_rate, statutory_of_charge):
    """A hundred times what the charge rises by where pay rises by one per cent."""
    other = at_step(grows_on_pay, np.maximum(1, statutory_of_charge) - 1)
    return np.where(statutory_of_charge > 0, statutory_rate * other, grows_on_pay)


@line("Charges that grow with pay by the law of the month", unit="local/year", over=SITE_ROLE_MONTH)
def by_pay_by_law(rule_by_pay, statutory_first_month, statutory_last_month, month_date):
    """Charges that are law in the month and grow with pay, per head and year."""
    return sum_in_force(rule_by_pay, statutory_first_month, statutory_last_month, month_date)


@line("Change by law that grows with pay", unit="money/year", over=SITE_ROLE_MONTH)
def law_change_by_pay(by_pay_by_law, fx_rate, charges_by_pay, lead_rate):
    """What the law of the month adds to the charges that grow with pay, per head."""
    return (by_pay_by_law / fx_rate - charges_by_pay) * (1 + lead_rate)


def _divisor(rate):
    """The rate by which an amount is divided to find its base; 1 without a rate."""
    return np.where(rate > 0, rate, 1)


@line("Base from which the charge rises", unit="local/year", over=("site", "rule"))
def growth_start(
    statutory_floor, statutory_exempt, statutory_minimum, statutory_flat, statutory_rate
):
    """Base above which the charge rises with pay.

    The highest of its floor, its exemption, and the base of its smallest amount.
    """
    least = np.maximum(0, statutory_minimum - statutory_flat) / _divisor(statutory_rate)
    return np.maximum(statutory_floor, statutory_exempt + least)


@line("Base up to which the charge rises", unit="local/year", over=("site", "rule"))
def growth_end(statutory_cap, statutory_exempt, statutory_maximum, statutory_flat, statutory_rate):
    """Base up to which the charge rises with pay: its cap, or the base of its largest amount."""
    most = (statutory_maximum - statutory_flat) / _divisor(statutory_rate)
    return np.minimum(statutory_cap, statutory_exempt + most)


@line("Pay relative to the end of growth", unit="fraction", over=RULE_AXES)
def cap_share(charged_pay, growth_end, no_cap):
    """Pay relative to the base up to which the charge rises, below 1 while that is not reached.

    0 above it, and where there is none.
    """
    below = (charged_pay < growth_end) & (growth_end < no_cap)
    return np.where(below, charged_pay / growth_end, 0)


@line("Pay relative to where the charge begins or ends", unit="fraction", over=RULE_AXES)
def condition_above(local_pay, statutory_from_pay, statutory_to_pay, no_cap):
    """Pay relative to the next pay above it at which the charge begins or ends; 0 without one."""
    begins = np.where(local_pay < statutory_from_pay, local_pay / statutory_from_pay, 0)
    ends = (local_pay <= statutory_to_pay) & (statutory_to_pay < no_cap)
    return np.maximum(begins, np.where(ends, local_pay / statutory_to_pay, 0))


@line("Where the charge began or ended relative to pay", unit="fraction", over=RULE_AXES)
def condition_below(local_pay, statutory_from_pay, statutory_to_pay):
    """Next pay below at which the charge began or ended, relative to pay; 0 without one."""
    began = np.where(local_pay >= statutory_from_pay, statutory_from_pay / local_pay, 0)
    return np.maximum(
        began, np.where(local_pay > statutory_to_pay, statutory_to_pay / local_pay, 0)
    )


@line("Pay relative to the next threshold above", unit="fraction", over=RULE_AXES)
def bound_above(charged_pay, growth_start, cap_share, condition_above):
    """Pay relative to the next threshold of the charge above it.

    Thresholds are those of its base and amount, and the pay from and up to which it holds. 1 at
    the threshold, 0 where none is above.
    """
    below_start = (growth_start > 0) & (charged_pay <= growth_start)
    rises = np.where(below_start, charged_pay / growth_start, 0)
    return np.maximum(np.maximum(rises, cap_share), condition_above)


@line("Next threshold below relative to pay", unit="fraction", over=RULE_AXES)
def bound_below(charged_pay, growth_start, growth_end, condition_below):
    """Next threshold of the charge below pay, relative to pay.

    Thresholds are those of its base and amount, and the pay from and up to which it holds. 1 at
    the threshold, 0 where none is below.
    """
    above_end = (charged_pay > 0) & (charged_pay >= growth_end)
    to_end = np.where(above_end, growth_end / charged_pay, 0)
    to_start = np.where(charged_pay > growth_start, growth_start / charged_pay, 0)
    return np.maximum(np.maximum(to_end, to_start), condition_below)


@line("Pay relative to the nearest threshold above", unit="fraction", over=("site",))
def nearest_above(bound_above):
    """Pay relative to the nearest threshold above it, over all charges and roles of the site."""
    return np.max(bound_above, axis=(ROLE, RULE), keepdims=True)


@line("Nearest threshold below relative to pay", unit="fraction", over=("site",))
def nearest_below(bound_below):
    """Nearest threshold below pay, relative to pay, over all charges and roles of the site."""
    return np.max(bound_below, axis=(ROLE, RULE), keepdims=True)
