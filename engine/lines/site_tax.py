"""Tax at the site.

What a site's tax comes to for each unit of money that is spent there; capital expenditure, which is
no expense, apart.
"""

from . import line

SITE = ("site",)
PLAN_SITE = ("plan", "site")


@line("Tax on expense at the site", unit="fraction", over=SITE)
def expense_tax_rate(transfer_markup, local_tax_rate, withholding_rate):
    """Local tax on the mark-up and withholding tax on the payment, as a share of the expense."""
    return transfer_markup * local_tax_rate + (1 + transfer_markup) * withholding_rate


@line("Tax on cash cost at the site", unit="fraction", over=SITE)
def cash_tax_rate(expense_tax_rate, vat_unrecovered):
    """Tax on expense and VAT that is not recovered, as a share of the cash cost."""
    return expense_tax_rate + vat_unrecovered


@line("Tax not due on capital expenditure", unit="money", over=PLAN_SITE)
def capital_tax(capital_opening, expense_tax_rate):
    """Tax on expense that the capital expenditure of the opening does not bear."""
    return capital_opening * expense_tax_rate
