"""Heads of each plan, sized to the same output.

Plans that deliver different output cannot be compared by what they cost. The heads of each plan and
role are scaled until their steady-state output equals that of the baseline, unless the scenario
takes them as entered. A role that is spread over sites keeps its split.
"""

import numpy as np

from ..axes import BASELINE, ROLE, SITE, total
from . import line
from .change import REPLACE

PLAN_ROLE = ("plan", "role")
PLAN_SITE_ROLE = ("plan", "site", "role")


@line("Heads entered for the plan", unit="heads", over=("plan",), entered_of="heads")
def heads_entered(heads):
    """Heads of all roles at all sites; 0 for a plan that nobody has filled in."""
    return total(heads, SITE, ROLE)


@line("Plan is in use", unit="yes/no", over=("plan",))
def plan_in_use(plan_named, heads_entered):
    """Whether the plan has a name and heads. A spare place has neither, and is left out."""
    return np.where((plan_named == 1) & (heads_entered > 0), 1, 0)


@line("Heads as entered", unit="heads", over=PLAN_SITE_ROLE, entered_of="heads")
def entered_heads(heads, heads_entered):
    """Heads of the staffing plan, before they are sized; a plan without any is as the baseline."""
    return np.where(heads_entered > 0, heads, heads[BASELINE])


@line("Steady-state output of the heads as entered", unit="heads", over=PLAN_ROLE)
def entered_output(entered_heads, steady_output):
    """Onshore heads that would deliver what the heads as entered deliver once ramped up."""
    return total(entered_heads * steady_output, SITE)


@line("Factor on the heads as entered", unit="factor", over=PLAN_ROLE)
def sizing_factor(sizing, entered_output):
    """Output of the baseline over that of the plan; 1 for a role without heads in one of them."""
    both = (entered_output > 0) & (entered_output[BASELINE] > 0)
    return np.where((sizing == 1) & both, entered_output[BASELINE] / entered_output, 1)


@line("Heads at the baseline's output", unit="heads", over=PLAN_SITE_ROLE)
def exact_heads(entered_heads, sizing_factor):
    """Heads as entered times the factor on them, with fractions of a head."""
    return entered_heads * sizing_factor


@line("Heads are rounded up", unit="flag", over=PLAN_SITE_ROLE)
def heads_rounded(whole_heads, sizing_factor, site, decision, check_tolerance):
    """1 for heads that sizing has scaled, if only whole heads can be hired, else 0.

    Onshore heads that stay where a team is replaced are not hired, so they are not rounded.
    """
    scaled = np.abs(sizing_factor - 1) > check_tolerance
    hired = (site > 1) | (decision != REPLACE)
    return np.where((whole_heads == 1) & scaled & hired, 1, 0)


@line("Heads, sized", unit="heads", over=PLAN_SITE_ROLE, live_of="heads")
def sized_heads(exact_heads, heads_rounded, check_tolerance):
    """Heads by which costs are computed, rounded up if only whole heads can be hired.

    Rounding up costs money and earns nothing: value counts the output of the exact heads.
    """
    some = (exact_heads > 0) * 1
    rounded = np.maximum(some, np.floor(exact_heads + 1 - check_tolerance))
    return np.where(heads_rounded == 1, rounded, exact_heads)


@line("Heads at the baseline's output, at the site", unit="heads", over=("plan", "site"))
def site_exact_heads(exact_heads):
    """Heads of all roles that deliver the output asked for, with fractions of a head."""
    return total(exact_heads, ROLE)


@line("Heads at the baseline's output, of the plan", unit="heads", over=("plan",))
def plan_exact_heads(site_exact_heads):
    """Heads of all roles at all sites that deliver the output asked for."""
    return total(site_exact_heads, SITE)


@line("Heads as entered, of the plan", unit="heads", over=("plan",))
def plan_entered_heads(entered_heads):
    """Heads of all roles at all sites, before they are sized."""
    return total(entered_heads, SITE, ROLE)


@line("Heads as entered, at the site", unit="heads", over=("plan", "site"))
def site_entered_heads(entered_heads):
    """Heads of all roles, before they are sized."""
    return total(entered_heads, ROLE)


@line("Growth of the site by sizing", unit="factor", over=("plan", "site"))
def site_growth(site_entered_heads, site_heads):
    """Heads sized over heads as entered; 1 where the plan has none."""
    return np.where(site_entered_heads > 0, site_heads / site_entered_heads, 1)
