"""Statutory employer charges.

Each charge by role and rule of the country, in local currency; and how far pay may move until a
charge meets or leaves its floor, its exemption or its cap. Sources: one beside each rule in
engine/tables/statutory_rules.csv.
"""

import numpy as np

from ..axes import ROLE, RULE
from . import line

RULE_AXES = ("site", "role", "rule")


@line("Base of the charge", unit="local/year", over=RULE_AXES)
def rule_base(pay, fx_rate, statutory_base, statutory_floor, statutory_cap):
    """Part of pay that a statutory charge applies to, between its floor and its cap."""
    base = np.maximum(statutory_floor, pay * fx_rate * statutory_base)
    return np.minimum(statutory_cap, base)


@line("Charge", unit="local/year", over=RULE_AXES)
def rule_charge(rule_base, statutory_rate, statutory_exempt, statutory_flat):
    """Statutory charge per head and year, in local currency.

    The rate on the base above the exemption, and a flat amount.
    """
    return statutory_rate * np.maximum(0, rule_base - statutory_exempt) + statutory_flat


@line("Charge rises with pay", unit="flag", over=RULE_AXES)
def charge_grows(rule_base, statutory_floor, statutory_cap, statutory_exempt):
    """Whether the charge rises with pay: 0 where its floor, cap or exemption decides it."""
    above = (rule_base > statutory_floor) & (rule_base > statutory_exempt)
    return np.where(above & (rule_base < statutory_cap), 1, 0)


@line("Pay above which the charge rises", unit="local/year", over=("site", "rule"))
def growth_start(statutory_floor, statutory_exempt):
    """Pay above which the charge rises with pay.

    The higher of its floor and its exemption.
    """
    return np.maximum(statutory_floor, statutory_exempt)


@line("Pay subject to the charge", unit="local/year", over=RULE_AXES)
def charged_pay(statutory_rate, pay, fx_rate, statutory_base):
    """Pay that the charge applies to, before its floor and cap; 0 where there is no charge."""
    return np.where(statutory_rate > 0, pay * fx_rate * statutory_base, 0)


@line("Pay relative to the cap", unit="fraction", over=RULE_AXES)
def cap_share(charged_pay, statutory_cap, no_cap):
    """Pay relative to the cap of the charge, below 1 while the cap is not reached.

    0 above the cap, and where there is none.
    """
    below = (charged_pay < statutory_cap) & (statutory_cap < no_cap)
    return np.where(below, charged_pay / statutory_cap, 0)


@line("Pay relative to the next threshold above", unit="fraction", over=RULE_AXES)
def bound_above(charged_pay, growth_start, cap_share):
    """Pay relative to the next threshold of the charge above it.

    Thresholds are floor, exemption and cap. 1 at the threshold, 0 where none is above.
    """
    below_start = (growth_start > 0) & (charged_pay <= growth_start)
    return np.maximum(np.where(below_start, charged_pay / growth_start, 0), cap_share)


@line("Next threshold below relative to pay", unit="fraction", over=RULE_AXES)
def bound_below(charged_pay, growth_start, statutory_cap):
    """Next threshold of the charge below pay, relative to pay.

    Thresholds are floor, exemption and cap. 1 at the threshold, 0 where none is below.
    """
    above_cap = (charged_pay > 0) & (charged_pay >= statutory_cap)
    to_cap = np.where(above_cap, statutory_cap / charged_pay, 0)
    return np.maximum(to_cap, np.where(charged_pay > growth_start, growth_start / charged_pay, 0))


@line("Pay relative to the nearest threshold above", unit="fraction", over=("site",))
def nearest_above(bound_above):
    """Pay relative to the nearest threshold above it, over all charges and roles of the site."""
    return np.max(bound_above, axis=(ROLE, RULE), keepdims=True)


@line("Nearest threshold below relative to pay", unit="fraction", over=("site",))
def nearest_below(bound_below):
    """Nearest threshold below pay, relative to pay, over all charges and roles of the site."""
    return np.max(bound_below, axis=(ROLE, RULE), keepdims=True)
