"""Changes of the law.

The months of the horizon in which charges of a site begin or end, and what each of these changes
costs each plan from then on, beside the law of the month before. The changes of a site are counted
from the first month on; the law of the first month is not one. Together they are the change of
charges by law of :mod:`.monthly_costs`.
"""

import numpy as np

from ..axes import MONTH, ROLE, SITE, at_step, events_to_date, sum_since, total, zero_within
from . import line

SITE_MONTH = ("site", "month")
SITE_CHANGE = ("site", "change")
PLAN_SITE_CHANGE = ("plan", "site", "change")


@line("Charges begun and ended by the month", unit="number", over=SITE_MONTH)
def law_events(statutory_first_month, statutory_last_month, month_date):
    """Charges of the site that have begun, and that have ended, by the month."""
    return events_to_date(statutory_first_month, statutory_last_month, month_date)


@line("Law changes in the month", unit="flag", over=SITE_MONTH)
def law_changes_in(month, within_horizon, law_events, site_named):
    """1 in a month of the horizon in which a charge of the site begins or has just ended."""
    before = at_step(law_events, np.maximum(1, month - 1) - 1)
    return np.where(law_events > before, within_horizon * site_named, 0)


@line("Changes of the law to date", unit="number", over=SITE_MONTH)
def law_changes_to_date(law_changes_in):
    """Months so far in which the law of the site has changed, since the first month."""
    return np.cumsum(law_changes_in, axis=MONTH)


@line("Number of roles", unit="number")
def role_count(role_named):
    """Number of roles of the scenario, without spare places."""
    return total(role_named, ROLE)


@line("Charges per head, average of the roles", unit="money/year", over=SITE_MONTH)
def charges_per_head(charges_by_law, role_named, role_count, fx_rate):
    """Statutory charges per head by the law of the month, at the pay of year 1."""
    return total(charges_by_law * role_named, ROLE) / role_count / fx_rate


@line("Month of the change", unit="month", over=SITE_CHANGE)
def change_month(last_month, within_horizon, law_changes_to_date, change):
    """Number of the month in which the law of the site changes; after the horizon without one."""
    return last_month + 1 - sum_since(within_horizon, law_changes_to_date, change)


@line("Month of the change within the horizon", unit="month", over=SITE_CHANGE)
def change_step(change_month, last_month):
    """Number of the month of the change; the last month of the horizon where there is none."""
    return np.minimum(change_month, last_month)


@line("Order of the change by month and site", unit="number", over=SITE_CHANGE)
def change_order(change_month, site, site_count):
    """The month of the change, and as a fraction the site: changes of all sites in their order."""
    return change_month + (site - 1) / site_count


@line("Number of sites", unit="number")
def site_count(site):
    """Number of sites of the scenario."""
    return np.max(site, axis=SITE, keepdims=True)


@line("Charges per head before the change", unit="money/year", over=SITE_CHANGE)
def charges_before_change(charges_per_head, change_month):
    """Statutory charges per head in the month before the change, on average of the roles."""
    return at_step(charges_per_head, change_month - 1 - 1)


@line("Charges per head from the change on", unit="money/year", over=SITE_CHANGE)
def charges_after_change(charges_per_head, change_step):
    """Statutory charges per head in the month of the change, on average of the roles."""
    return at_step(charges_per_head, change_step - 1)


@line("Change of charges per head", unit="money/year", over=("site", "role", "change"))
def change_per_head(law_change, change_step, change_month):
    """What the change adds to the charges per head, with those of local leads; 0 without one."""
    return at_step(law_change, change_step - 1) - at_step(law_change, change_month - 1 - 1)


@line("Change of charges of all heads", unit="money/month", over=PLAN_SITE_CHANGE)
def change_of_heads(heads, change_per_head):
    """What the change adds to the charges of all heads at the site, at the pay of year 1."""
    return total(heads * change_per_head, ROLE) / 12


@line("Cost of the change in its month", unit="money/month", over=PLAN_SITE_CHANGE)
def change_month_cost(change_of_heads, paid_growth, charges_markup, change_step):
    """What the change adds to the plan's cost in the month in which it becomes law."""
    step = change_step - 1
    return change_of_heads * at_step(paid_growth, step) * at_step(charges_markup, step)


@line("Cost of the change over the rest of the horizon", unit="money", over=PLAN_SITE_CHANGE)
def change_cost(change_of_heads, paid_growth, charges_markup, law_changes_to_date, change):
    """What the change adds to the plan's cost from its month to the end of the horizon."""
    grown = sum_since(paid_growth * charges_markup, law_changes_to_date, change)
    return change_of_heads * grown


@line("Change of charges by law over the horizon, by site", unit="money", over=("plan", "site"))
def site_law_total(site_law_change):
    """What changes of the law add to charges at the site over the horizon."""
    return total(site_law_change, MONTH)


@line("Change of charges by law over the horizon", unit="money", over=("plan",))
def law_total(site_law_total):
    """What changes of the law add to charges over the horizon, beside the first month's law."""
    return total(site_law_total, SITE)


@line("Cost of changes beyond the eighth of a site", unit="money", over=("plan",))
def law_total_unlisted(law_total, change_cost, check_tolerance):
    """What changes cost beyond those that are counted one by one for each site; 0 as a rule."""
    return zero_within(law_total - total(change_cost, SITE, MONTH), check_tolerance)
