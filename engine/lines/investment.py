"""Return on investment.

Rates of return and payback of the cash that a plan saves, month by month. A rate is given only
where the cumulative cash is first behind and then ahead for good: exactly one is then above 0.
"""

from typing import Any

import numpy as np

from ..axes import LAST_MONTH, MONTH, total
from ..rates_of_return import internal_rate, modified_internal_rate
from . import line, with_parameters

PLAN = ("plan",)
NO_ONE_RATE = "the cash is not first behind and then ahead for good, so no rate or several exist"
ONE_SIGN = "all cash flows have one sign"
NO_FUNDING = "no cash has to be funded"
NOT_AHEAD = "the cash is not ahead for good by the end of the horizon, or nothing had to be funded"


def _first_month_ahead(month, to_date, last_month):
    after = last_month + 1
    return after - np.max((to_date > 0) * (after - month), axis=MONTH, keepdims=True)


def _at_end(to_date):
    return to_date[LAST_MONTH]


def _recovers(behind, ahead, at_end):
    return np.where((behind > 0) & (behind < ahead) & (at_end > 0), 1, 0)


def _rate(recovers, flow):
    return np.where(recovers == 1, internal_rate(flow), 0)


def _monthly_rate(recovers, rate):
    return np.where(recovers == 1, rate, np.nan)


def _yearly_rate(recovers, rate):
    return np.where(recovers == 1, (1 + rate) ** 12 - 1, np.nan)


def _lowest(flow):
    return np.minimum(0, np.min(flow, axis=MONTH, keepdims=True))


def _highest(flow):
    return np.maximum(0, np.max(flow, axis=MONTH, keepdims=True))


def _has_both_signs(lowest, highest):
    return np.where((lowest < 0) & (highest > 0), 1, 0)


def _modified_growth(both, flow, monthly_rate, timeline_end, last_month):
    whole = (1 + modified_internal_rate(flow, monthly_rate, monthly_rate)) ** (timeline_end - 1)
    beyond = (1 + monthly_rate) ** (timeline_end - last_month)  # reinvested after the horizon
    return np.where(both == 1, whole / beyond, 1)


def _modified_rate(both, growth, last_month):
    return np.where(both == 1, growth ** (12 / (last_month - 1)) - 1, np.nan)


def _return(peak, at_end):
    return np.where(peak < 0, at_end / -peak, np.nan)


def _payback(recovers, crossing):
    return np.where(recovers == 1, crossing, np.nan)


def _measures(key: str, words: str, flow: str, to_date: str, peak: str) -> None:
    """All measures of one flow of cash, such as that before tax.

    Parameters
    ----------
    key, words : str
        End of the names of the lines, and of their labels.
    flow, to_date, peak : str
        Lines of the flow, of its running total and of the lowest of that.
    """
    last, first, at_end = f"last_month_behind_{key}", f"first_month_ahead_{key}", f"closing_{key}"
    crossing = f"crossing_{key}"
    recovers, growth, both = f"recovers_{key}", f"growth_{key}", f"both_signs_{key}"
    lowest, highest = f"lowest_month_{key}", f"highest_month_{key}"
    flow_of_month = {"unit": "money/month", "over": PLAN}
    month: dict[str, Any] = {"unit": "month", "over": PLAN}
    money = {"unit": "money", "over": PLAN}
    rate = {"over": PLAN, "missing": "none", "nan_where": NO_ONE_RATE}
    one_rate = f"{recovers} == 1"
    for name, asked, label, how, function, formula, meaning in (
        (first, ("month", to_date, "last_month"), "First month ahead", month, _first_month_ahead,
         f"last_month + 1 - np.max(({to_date} > 0) * (last_month + 1 - month), axis=MONTH, "
         "keepdims=True)", "First month with the cash ahead; past the horizon if there is none."),
        (at_end, (to_date,), "Cumulative cash at the end", money, _at_end,
         f"{to_date}[LAST_MONTH]", "Cumulative cash saving at the end of the horizon."),
        (recovers, (last, first, at_end), "Cash is first behind, then ahead for good",
         {"unit": "yes/no", "over": PLAN}, _recovers,
         f"np.where(({last} > 0) & ({last} < {first}) & ({at_end} > 0), 1, 0)",
         "Whether the cumulative cash changes from behind to ahead once, and ends ahead."),
        (f"rate_{key}", (recovers, flow), "Rate of return per month, or 0",
         {"unit": "fraction/month", "over": PLAN}, _rate,
         f"np.where({one_rate}, internal_rate({flow}), 0)",
         "Internal rate of return per month; 0 where there is not exactly one above 0."),
        (f"irr_month_{key}", (recovers, f"rate_{key}"), "Internal rate of return per month",
         {"unit": "fraction/month", **rate}, _monthly_rate,
         f"np.where({one_rate}, rate_{key}, np.nan)",
         "Rate per month at which the present value of the cash is 0."),
        (f"irr_year_{key}", (recovers, f"rate_{key}"), "Internal rate of return",
         {"unit": "fraction/year", **rate}, _yearly_rate,
         f"np.where({one_rate}, (1 + rate_{key}) ** 12 - 1, np.nan)",
         "Internal rate of return per month, compounded to a year."),
        (lowest, (flow,), "Lowest monthly flow, at most 0", flow_of_month, _lowest,
         f"np.minimum(0, np.min({flow}, axis=MONTH, keepdims=True))",
         "Lowest flow of any month; 0 where none is below 0."),
        (highest, (flow,), "Highest monthly flow, at least 0", flow_of_month, _highest,
         f"np.maximum(0, np.max({flow}, axis=MONTH, keepdims=True))",
         "Highest flow of any month; 0 where none is above 0."),
        (both, (lowest, highest), "Cash flows out and in", {"unit": "yes/no", "over": PLAN},
         _has_both_signs, f"np.where(({lowest} < 0) & ({highest} > 0), 1, 0)",
         "Whether some months cost cash and others bring some."),
        (growth, (both, flow, "monthly_rate", "timeline_end", "last_month"),
         "Value of inflows over outflows", {"unit": "factor", "over": PLAN}, _modified_growth,
         f"np.where({both} == 1, (1 + modified_internal_rate({flow}, monthly_rate, monthly_rate))"
         " ** (timeline_end - 1) / (1 + monthly_rate) ** (timeline_end - last_month), 1)",
         "What comes back, reinvested to the horizon, over the present value of what is put in."),
        (f"mirr_year_{key}", (both, growth, "last_month"),
         "Modified internal rate of return",
         {"unit": "fraction/year", **rate, "nan_where": ONE_SIGN}, _modified_rate,
         f"np.where({both} == 1, {growth} ** (12 / (last_month - 1)) - 1, np.nan)",
         "Rate at which what is put in grows to what comes back, both at the discount rate."),
        (f"roi_{key}", (peak, at_end), "Return on investment",
         {"unit": "fraction", "over": PLAN, "missing": "none", "nan_where": NO_FUNDING}, _return,
         f"np.where({peak} < 0, {at_end} / -{peak}, np.nan)",
         "Cumulative cash at the end over the peak funding need."),
        (f"payback_{key}", (recovers, crossing), "Payback",
         {"unit": "months", "over": PLAN, "missing": "none", "nan_where": NOT_AHEAD}, _payback,
         f"np.where({one_rate}, {crossing}, np.nan)",
         "Months until the cash put in has come back."),
    ):  # fmt: skip
        named = lambda *values, function=function: function(*values)  # noqa: E731 - one per line
        declare = line(f"{label}, {words}", formula=formula, **how)
        meaning = f"{meaning[:-1]}, {words}."
        globals()[name] = declare(with_parameters(name, asked, meaning, named))


_measures("cash", "cash", "cash_saving", "cumulative_cash", "peak_funding")
_measures(
    "after_tax",
    "cash after tax",
    "cash_after_tax",
    "cumulative_after_tax",
    "peak_funding_after_tax",
)


@line("Net present value of cash", unit="money", over=PLAN)
def npv_cash(cash_saving, discount_factor):
    """Net present value of all cash savings of the plan, before tax."""
    return total(cash_saving * discount_factor, MONTH)


@line("Net present value of cash, after tax", unit="money", over=PLAN)
def npv_after_tax(cash_after_tax, discount_factor):
    """Net present value of all cash savings after tax.

    Tax relief that comes after the horizon is not in it.
    """
    return total(cash_after_tax * discount_factor, MONTH)
