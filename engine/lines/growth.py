"""Growth of costs.

Pay at a site grows with local wages and currency, the time of onshore staff with onshore wages,
travel, workplace and compliance with general inflation. One-off costs do not grow.
"""

import numpy as np

from ..axes import ONSHORE
from . import line

SITE_MONTH = ("site", "month")
PLAN_SITE_MONTH = ("plan", "site", "month")


@line("Wage growth against onshore", unit="factor/year", over=("site",))
def wage_gap(wage_inflation):
    """Yearly growth of wages at the site over that of the onshore base; 1 where they are equal."""
    return (1 + wage_inflation) / (1 + wage_inflation[ONSHORE])


@line("Currency drift after wages", unit="fraction/year", over=("site",))
def drift_after_wages(fx_drift, wage_gap, wage_gap_in_currency):
    """Currency drift as entered, less what the currency gives back of faster wage growth.

    A currency whose wages rise faster than onshore tends to lose value.
    """
    return (1 + fx_drift) / wage_gap**wage_gap_in_currency - 1


@line("Growth of local pay", unit="factor", over=SITE_MONTH)
def growth(month, wage_inflation, drift_after_wages):
    """Factor by which wage inflation and currency drift have raised pay at the site.

    Compounded after each full year.
    """
    return ((1 + wage_inflation) * (1 + drift_after_wages)) ** ((month - 1) // 12)


@line("General inflation to date", unit="factor", over=("month",))
def inflation(month, general_inflation):
    """Factor by which general inflation has raised prices, after each full year."""
    return (1 + general_inflation) ** ((month - 1) // 12)


@line("Growth of general costs", unit="factor", over=SITE_MONTH)
def general_growth(cost_index, inflation, growth):
    """Factor by which travel, workplace and compliance have grown at the site."""
    return np.where(cost_index == 1, inflation, growth)


@line("Growth of onshore staff's time", unit="factor", over=SITE_MONTH)
def staff_growth(cost_index, growth):
    """Factor by which the time that onshore staff spend on the site has grown."""
    return np.where(cost_index == 1, growth[ONSHORE], growth)


@line("Local pay of heads that work", unit="factor", over=PLAN_SITE_MONTH)
def paid_growth(working, growth):
    """Growth of local pay, times the share of the site's heads that work in the month."""
    return working * growth


@line("Team transferred", unit="flag", over=SITE_MONTH)
def transferred(month, transfer_month):
    """Whether a build-operate-transfer team has become the company's own: 1 if so, else 0."""
    return np.where((transfer_month > 0) & (month >= transfer_month), 1, 0)


@line("Mark-up on charges", unit="factor", over=SITE_MONTH)
def charges_markup(vendor_rate, transferred):
    """What a change of charges by law is multiplied by: a vendor's mark-up falls on it too.

    1 without a vendor, and once the team is taken over.
    """
    return 1 + vendor_rate * (1 - transferred)
