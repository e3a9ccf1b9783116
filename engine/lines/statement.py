"""The statement by fiscal year and quarter.

The flows of the months, summed over the fiscal periods that they fall into. Fiscal year 1 is the
one in which month 1 falls; the first and the last may be in part outside the horizon.
"""

import numpy as np

from ..axes import MONTH, PERIODS, running_total, sum_by_period, total
from ..cost_kinds import GROUPS
from . import line, with_parameters
from .cash import GROUP_LINES

# Lines of a month that the statement sums, with their labels.
STATED = {
    **{GROUP_LINES[group]: label for group, label in GROUPS.items()},
    "cost": "Total cost",
    "value": "Value of the output",
    "saving": "Saving",
    "cash_cost": "Cash cost",
    "cash_value": "Cash value",
    "cash_saving": "Cash saving",
    "capital": "Capital expenditure",
    "depreciation": "Depreciation",
    "profit_saving": "Saving in profit and loss",
    "tax": "Tax",
    "cash_after_tax": "Cash saving after tax",
}


@line("Months of the fiscal year before month 1", unit="months")
def fiscal_lead(start_calendar_month, fiscal_year_start):
    """Months of the fiscal year that are over when month 1 begins."""
    apart = 12 + start_calendar_month - fiscal_year_start
    return apart - 12 * (apart // 12)


@line("Months of the fiscal quarter before month 1", unit="months")
def quarter_lead(fiscal_lead, months_in_quarter):
    """Months of the fiscal quarter that are over when month 1 begins."""
    return fiscal_lead - months_in_quarter * np.floor(fiscal_lead / months_in_quarter)


@line("Last month of the fiscal year", unit="month", over=("year",))
def year_last(year, fiscal_lead):
    """Number of the last month of the fiscal year; it may be after the horizon."""
    return year * 12 - fiscal_lead


@line("First month of the fiscal year", unit="month", over=("year",))
def year_first(year_last):
    """Number of the first month of the fiscal year; below 1 if it is before month 1."""
    return year_last - 12 + 1


@line("Last month of the fiscal quarter", unit="month", over=("quarter",))
def quarter_last(quarter, months_in_quarter, quarter_lead):
    """Number of the last month of the fiscal quarter; it may be after the horizon."""
    return quarter * months_in_quarter - quarter_lead


@line("First month of the fiscal quarter", unit="month", over=("quarter",))
def quarter_first(quarter_last, months_in_quarter):
    """Number of the first month of the fiscal quarter; below 1 if it is before month 1."""
    return quarter_last - months_in_quarter + 1


def _stated(flow: str, label: str, period: str) -> None:
    """Line of a flow by fiscal period."""
    names = (flow, "month", f"{period}_first", f"{period}_last")

    def summed(flows, month, first, last):
        return sum_by_period(flows, month, first, last)

    name, meaning = f"{flow}_by_{period}", f"{label} of the plan in the fiscal {period}."
    formula = f"sum_by_period({', '.join(names)})"
    declare = line(
        f"{label}, by {period}", unit=f"money/{period}", over=("plan", period), formula=formula
    )
    globals()[name] = declare(with_parameters(name, names, meaning, summed))


for _period in PERIODS:
    for _flow, _label in STATED.items():
        _stated(_flow, _label, _period)


@line("Cumulative saving, by year", unit="money", over=("plan", "year"))
def cumulative_by_year(saving_by_year, rounding_error):
    """Saving of the plan from month 1 to the end of the fiscal year."""
    return running_total(saving_by_year, rounding_error)


@line("Cumulative saving, by quarter", unit="money", over=("plan", "quarter"))
def cumulative_by_quarter(saving_by_quarter, rounding_error):
    """Saving of the plan from month 1 to the end of the fiscal quarter."""
    return running_total(saving_by_quarter, rounding_error)


@line("Cost of all fiscal years", unit="money", over=("plan",))
def total_by_year(cost_by_year):
    """Cost of the plan in all fiscal years."""
    return total(cost_by_year, MONTH)


@line("Cost of all fiscal quarters", unit="money", over=("plan",))
def total_by_quarter(cost_by_quarter):
    """Cost of the plan in all fiscal quarters."""
    return total(cost_by_quarter, MONTH)
