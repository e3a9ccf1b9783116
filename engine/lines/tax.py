"""Tax: on the firm's profit, and at the site.

What a plan changes in the taxes that the firm pays. Cost at a site is deducted in part at once and
in part over years, from the middle of the fiscal year in which it is spent; the onshore cost that
the plan avoids is no longer deducted, by the onshore rule. Time of onshore staff and output lost
change no tax: the staff are paid anyway. With all rates 0, cash after tax is cash before tax.
"""

import numpy as np

from ..axes import MONTH, SITE, at_step, running_total, sum_by_period, to_date, total, zero_within
from . import line

PLAN = ("plan",)
PLAN_MONTH = ("plan", "month")
PLAN_YEAR = ("plan", "year")
PLAN_SITE_YEAR = ("plan", "site", "year")


@line("Onshore cash that the plan adds", unit="money/month", over=PLAN_MONTH)
def onshore_change(decision, decision_cost, avoided_cash):
    """Cash cost of the decision, less the onshore cash that is avoided; added capacity avoids none.

    Below 0 where the plan avoids more.
    """
    return decision_cost - np.where(decision == 2, 0, avoided_cash)


@line("Cash cost by site and year", unit="money/year", over=PLAN_SITE_YEAR)
def site_cash_by_year(site_cash, month, year_first, year_last):
    """Cash that the plan spends at the site in the fiscal year."""
    return sum_by_period(site_cash, month, year_first, year_last)


@line("Capital expenditure by site and year", unit="money/year", over=PLAN_SITE_YEAR)
def site_capital_by_year(capital_opening, opens_in, year_first, year_last):
    """Capital expenditure of the site's opening, in the fiscal year in which it opens."""
    opens = (opens_in >= np.maximum(1, year_first)) & (opens_in <= year_last)
    return np.where(opens, capital_opening, 0)


@line("Onshore cash that the plan adds, by year", unit="money/year", over=PLAN_YEAR)
def onshore_change_by_year(onshore_change, month, year_first, year_last):
    """Onshore cash that the plan adds in the fiscal year; below 0 where it avoids more."""
    return sum_by_period(onshore_change, month, year_first, year_last)


@line("Payment to the site by year", unit="money/year", over=PLAN_SITE_YEAR)
def site_paid_by_year(site_cash_by_year, site_capital_by_year, transfer_markup):
    """Expense of the site in the fiscal year with the transfer-pricing mark-up."""
    return (site_cash_by_year - site_capital_by_year) * (1 + transfer_markup)


@line("Deductible cost that the plan adds, by year", unit="money/year", over=PLAN_SITE_YEAR)
def site_deductible_by_year(site_paid_by_year, site, onshore_change_by_year, rounding_error):
    """What the firm pays to the site in the fiscal year; onshore less what the plan avoids there.

    0 within rounding.
    """
    added = site_paid_by_year + onshore_change_by_year * (site == 1)
    return zero_within(added, rounding_error)


@line("Cost to be amortised", unit="money/year", over=PLAN_SITE_YEAR)
def site_amortised(site_deductible_by_year, deductible_share):
    """Part of the cost of the fiscal year that is deducted over years."""
    return site_deductible_by_year * (1 - deductible_share)


@line("Cost to be amortised, to date", unit="money", over=PLAN_SITE_YEAR)
def site_amortised_to_date(site_amortised):
    """Cost that is deducted over years, from month 1 to the end of the fiscal year."""
    return to_date(site_amortised)


@line("Cost to be amortised, to mid-year", unit="money", over=PLAN_SITE_YEAR)
def site_amortised_to_midyear(site_amortised_to_date, site_amortised):
    """Cost that is deducted over years, with half of the fiscal year's own."""
    return site_amortised_to_date - site_amortised / 2


@line("Cost fully amortised", unit="money", over=PLAN_SITE_YEAR)
def site_fully_amortised(year, amortisation_years, site_amortised_to_midyear):
    """Cost whose amortisation has ended, with half of that whose last half-year it is."""
    step = np.maximum(1, year - amortisation_years) - 1
    earlier = at_step(site_amortised_to_midyear, step)
    return np.where(year > amortisation_years, earlier, 0)


@line("Amortisation", unit="money/year", over=PLAN_SITE_YEAR)
def site_amortisation(site_amortised_to_midyear, site_fully_amortised, amortisation_years):
    """Deduction of the fiscal year for cost that is amortised from the middle of its year.

    Half a year's share in the first and in the last year. Source: IRC section 174(a)(2)(B).
    """
    return (site_amortised_to_midyear - site_fully_amortised) / amortisation_years


@line("Deduction by site", unit="money/year", over=PLAN_SITE_YEAR)
def site_deduction(site_deductible_by_year, deductible_share, site_amortisation):
    """Cost at the site that is deducted at once, and amortisation."""
    return site_deductible_by_year * deductible_share + site_amortisation


@line("Fiscal year counts", unit="flag", over=("year",))
def year_counts(year_first, last_month):
    """Whether the fiscal year begins within the horizon: 1 if it does, else 0."""
    return np.where(year_first <= last_month, 1, 0)


@line("Deductions that the plan adds", unit="money/year", over=PLAN_YEAR)
def deductions_of_year(site_deduction, year_counts, depreciation_by_year):
    """What the plan adds to the firm's deductions in the fiscal year, with depreciation.

    Below 0 where the onshore cost that it avoids would have been deducted instead.
    """
    return total(site_deduction, SITE) * year_counts + depreciation_by_year


@line("Earnings that are taxed", unit="money/year", over=PLAN_YEAR)
def taxed_earnings(decision, cash_value_by_year):
    """What added capacity earns in the fiscal year; 0 for other decisions."""
    return np.where(decision == 2, cash_value_by_year, 0)


@line("Taxable profit that the plan adds", unit="money/year", over=PLAN_YEAR)
def taxable_profit(
    taxed_earnings, deductions_of_year, cash_value_by_year, cash_cost_by_year, rounding_tolerance
):
    """Earnings of the fiscal year less deductions; 0 where the difference is within rounding."""
    scale = cash_value_by_year + cash_cost_by_year
    return zero_within(taxed_earnings - deductions_of_year, rounding_tolerance * scale)


@line("Profit tax of the fiscal year", unit="money/year", over=PLAN_YEAR)
def profit_tax_of_year(taxable_profit, profit_tax_rate):
    """Profit tax that the plan adds; below 0 where it lowers the tax on other profit."""
    return taxable_profit * profit_tax_rate


@line("Fiscal year of the month", unit="number", over=("month",))
def fiscal_year(month, fiscal_lead):
    """Number of the fiscal year in which the month falls."""
    return (month + fiscal_lead - 1) // 12 + 1


@line("Month in which profit tax is paid", unit="flag", over=("month",))
def profit_tax_due(month, last_month, fiscal_year, fiscal_lead):
    """1 in the last month of each fiscal year within the horizon, else 0."""
    return np.where(month == np.minimum(last_month, fiscal_year * 12 - fiscal_lead), 1, 0)


@line("Profit tax", unit="money/month", over=PLAN_MONTH)
def profit_tax(profit_tax_of_year, fiscal_year, profit_tax_due):
    """Profit tax of the fiscal year, in its last month within the horizon."""
    return at_step(profit_tax_of_year, fiscal_year - 1) * profit_tax_due


@line("Tax", unit="money/month", over=PLAN_MONTH)
def tax(profit_tax, site_cash, cash_tax_rate, capital_tax, month, opens_in):
    """Taxes that the plan adds in the month; below 0 where it lowers the firm's taxes.

    At the sites local tax on the mark-up, withholding tax on payments, and VAT not recovered.
    """
    of_capital = total(capital_tax * (month == opens_in), SITE)
    return profit_tax + (total(site_cash * cash_tax_rate, SITE) - of_capital)


@line("Cash saving after tax", unit="money/month", over=PLAN_MONTH)
def cash_after_tax(cash_saving, tax):
    """Cash that the plan saves in the month, less the taxes that it adds."""
    return cash_saving - tax


@line("Cumulative cash saving after tax", unit="money", over=PLAN_MONTH)
def cumulative_after_tax(cash_after_tax, rounding_error):
    """Cash saving after tax from month 1 to the end of the month."""
    return running_total(cash_after_tax, rounding_error)


@line("Peak funding need after tax", unit="money", over=PLAN)
def peak_funding_after_tax(cumulative_after_tax):
    """Lowest cumulative cash saving after tax; below 0 the cash to be funded."""
    return np.min(cumulative_after_tax, axis=MONTH, keepdims=True)


@line("Cost not deducted in its year", unit="money/year", over=PLAN_YEAR)
def undeducted(site_deductible_by_year, capital_by_year, deductions_of_year):
    """Cost and capital expenditure that the plan adds in the fiscal year, less its deductions."""
    return total(site_deductible_by_year, SITE) + capital_by_year - deductions_of_year


@line("Deductions after the horizon", unit="money", over=PLAN)
def later_deductions(undeducted):
    """Cost and capital expenditure of the horizon that are deducted after it."""
    return total(undeducted, MONTH)


@line("Tax relief after the horizon", unit="money", over=PLAN)
def later_tax_relief(later_deductions, profit_tax_rate, rounding_error):
    """Profit tax that deductions after the horizon will save; in no other result.

    Not discounted, and only if the firm still has profit to deduct from; 0 where it is within
    rounding.
    """
    return zero_within(later_deductions, rounding_error) * profit_tax_rate
