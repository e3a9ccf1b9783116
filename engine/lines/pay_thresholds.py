"""Pay abroad and its nearest thresholds.

How far pay is from the next floor, cap or exemption of a charge, at the sites abroad of each plan.
"""

import numpy as np

from ..axes import ROLE, SITE, total
from . import line

PLAN_SITE = ("plan", "site")


@line("Heads abroad", unit="heads", over=PLAN_SITE)
def heads_abroad(site_heads, site):
    """Heads of all roles at a site abroad; 0 onshore."""
    return np.where(site > 1, site_heads, 0)


@line("Pay relative to the nearest threshold above, staffed sites", unit="fraction", over=PLAN_SITE)
def staffed_nearest_above(heads_abroad, nearest_above):
    """Pay relative to the nearest threshold above it, at a site abroad with heads.

    0 elsewhere.
    """
    return np.where(heads_abroad > 0, nearest_above, 0)


@line("Nearest threshold below relative to pay, staffed sites", unit="fraction", over=PLAN_SITE)
def staffed_nearest_below(heads_abroad, nearest_below):
    """Nearest threshold below pay, relative to pay, at a site abroad with heads.

    0 elsewhere.
    """
    return np.where(heads_abroad > 0, nearest_below, 0)


@line("Pay relative to the nearest threshold above, plan", unit="fraction", over=("plan",))
def plan_nearest_above(staffed_nearest_above):
    """Pay relative to the nearest threshold above it, over all sites abroad of the plan.

    Pay times the inverse of this meets the first threshold.
    """
    return np.max(staffed_nearest_above, axis=SITE, keepdims=True)


@line("Nearest threshold below relative to pay, plan", unit="fraction", over=("plan",))
def plan_nearest_below(staffed_nearest_below):
    """Nearest threshold below pay, relative to pay, over all sites abroad of the plan.

    Pay times this meets the first threshold.
    """
    return np.max(staffed_nearest_below, axis=SITE, keepdims=True)


@line("Salaries abroad", unit="money/year", over=PLAN_SITE)
def salaries_abroad(heads, salary, site):
    """Salaries of the plan's heads at a site abroad; 0 onshore.

    Without extra months and premiums.
    """
    return np.where(site > 1, total(heads * salary, ROLE), 0)


@line("Average salary abroad", unit="money/year", over=("plan",))
def salary_abroad(salaries_abroad, heads_abroad):
    """Average salary of the plan's heads abroad; 0 where there is none."""
    heads = total(heads_abroad, SITE)
    return np.where(heads > 0, total(salaries_abroad, SITE) / heads, 0)
