"""Extra costs.

Cost lines of the scenario's own, each per head and year, as a share of pay, per month or once; from
one month to another, or without end. Those per head or of pay without end are part of the cost per
head; the others count in their months. Onshore they raise what the same output costs onshore.
"""

import numpy as np

from ..axes import EXTRA, total
from . import line

SITE = ("site",)
SITE_MONTH = ("site", "month")


@line("Extra cost per head without end", unit="money/year", over=SITE)
def extra_head(extra_amount, extra_basis, extra_to_month):
    """Extra costs per head and year that have no last month."""
    return total(extra_amount * (extra_basis == 0) * (extra_to_month == 0), EXTRA)


@line("Extra cost as a share of pay without end", unit="fraction of pay", over=SITE)
def extra_pay_rate(extra_amount, extra_basis, extra_to_month):
    """Extra costs as a share of pay that have no last month."""
    return total(extra_amount * (extra_basis == 1) * (extra_to_month == 0), EXTRA)


@line("Extra costs without end per head", unit="money/year", over=("site", "role"))
def extra_cost(pay, extra_head, extra_pay_rate):
    """Extra costs per head that have no last month, as amounts and as shares of pay.

    They are part of the cost per head.
    """
    return extra_head + pay * extra_pay_rate


@line("Last month of the extra cost", unit="month", over=("extra",))
def extra_last_month(extra_basis, extra_from_month, extra_to_month):
    """Last month in which an extra cost is paid; 0 for a cost without end.

    A one-off cost ends in the month in which it comes.
    """
    return np.where(extra_basis > 2, extra_from_month, extra_to_month)


@line("Extra cost is due", unit="flag", over=("extra", "month"))
def extra_runs(month, extra_from_month, extra_last_month):
    """Whether an extra cost is paid in the month: 1 if it is, else 0."""
    before_end = (extra_last_month == 0) | (month <= extra_last_month)
    return np.where((month >= extra_from_month) & before_end, 1.0, 0.0)


@line("Extra cost per head in the month", unit="money/month", over=SITE_MONTH)
def extra_head_month(extra_amount, extra_basis, extra_runs):
    """Extra costs per head in the month, before costs grow.

    A twelfth of the yearly amounts that are paid in the month.
    """
    return total(extra_amount * (extra_basis == 0) * extra_runs, EXTRA) / 12


@line("Extra cost in the month, share of yearly pay", unit="fraction of pay", over=SITE_MONTH)
def extra_pay_month(extra_amount, extra_basis, extra_runs):
    """Extra costs in the month as a share of yearly pay, before costs grow.

    A twelfth of the yearly shares that are paid in the month.
    """
    return total(extra_amount * (extra_basis == 1) * extra_runs, EXTRA) / 12


@line("Extra cost of the site in the month", unit="money/month", over=SITE_MONTH)
def extra_site_month(extra_amount, extra_basis, extra_runs):
    """Extra costs of the whole site in the month, monthly and one-off.

    As entered: they do not grow.
    """
    return total(extra_amount * (extra_basis >= 2) * extra_runs, EXTRA)
