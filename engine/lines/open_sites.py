"""Risk while sites are open.

Cash cost of risks and of delay in the months in which a plan has heads at a site.
"""

from ..axes import SITE, total
from . import line

PLAN_SITE = ("plan", "site")
PLAN_MONTH = ("plan", "month")


@line("Cash cost of risks by site, month", unit="money/month", over=PLAN_SITE)
def site_risk_month(site_risk_cost):
    """A twelfth of the yearly cash cost of risks at the site."""
    return site_risk_cost / 12


@line("Cost of delay by site, month", unit="money/month", over=PLAN_SITE)
def site_delay_cost(site_delay, delay_value):
    """A twelfth of the yearly cost of delay of the site."""
    return site_delay * delay_value / 12


@line("Cash cost of risks in the month", unit="money/month", over=PLAN_MONTH)
def risk_cost_month(site_risk_month, employed):
    """Cash cost of risks at all sites of the plan that are open."""
    return total(site_risk_month * (employed > 0), SITE)
