"""Statutory employer charges.

Each charge by role and rule of the country, in local currency. Sources: one beside each rule in
engine/tables/statutory_rules.csv.
"""

import numpy as np

from . import line

RULE = ("site", "role", "rule")


@line("Base of the charge", unit="local/year", over=RULE)
def rule_base(pay, fx_rate, statutory_base, statutory_floor, statutory_cap):
    """The share of pay the rule applies to, at least its floor and at most its cap."""
    base = np.maximum(statutory_floor, pay * fx_rate * statutory_base)
    return np.minimum(statutory_cap, base)


@line("Charge", unit="local/year", over=RULE)
def rule_charge(rule_base, statutory_rate, statutory_exempt, statutory_flat):
    """The rate on what exceeds the exemption, and a flat amount."""
    return statutory_rate * np.maximum(0, rule_base - statutory_exempt) + statutory_flat


@line("Charge grows with pay", unit="flag", over=RULE)
def charge_grows(rule_base, statutory_floor, statutory_cap, statutory_exempt):
    """1 where neither floor, cap nor exemption decides the charge."""
    above = (rule_base > statutory_floor) & (rule_base > statutory_exempt)
    return np.where(above & (rule_base < statutory_cap), 1, 0)
