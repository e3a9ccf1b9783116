"""Functions in cells about one flow of money: rates of return, present value by date, payback."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..engine.calculators.cashflow import payback_period
from ..engine.calculators.investment import (
    annual_rate,
    dated_present_value,
    dated_rate_of_return,
    rate_of_return,
)
from ..engine.rates_of_return import modified_internal_rate
from .calling import DATE, Function, Parameter
from .scenarios import of_scenario, or_scenario, without_scenario

AMOUNT = (-1e15, 1e15, False)
_RATE_LIMITS = (math.nextafter(-1, 0), 1e6, False)
_RATE_ALLOWED = "above -1, up to 1,000,000"
_PERIODS_MAX = 366
_LAST_DAY = 2_958_465  # 31 December 9999 in Excel's calendar

Given = Mapping[str, np.ndarray]


def _rate(name: str, label: str, per: str = "period", **more: Any) -> Parameter:
    return Parameter(name, label, f"fraction/{per}", _RATE_ALLOWED, limits=_RATE_LIMITS, **more)


_FLOWS = Parameter(
    "flows",
    "Cash flows at equal intervals, the first at time 0",
    "money",
    "between -1e+15 and 1e+15",
    limits=AMOUNT,
    shape="list",
)
_OR_SCENARIO = or_scenario(_FLOWS)
_DATED = _FLOWS._replace(label="Cash flows")
_DATES = Parameter(
    "dates",
    "Date of each flow",
    DATE,
    "a date without a time of day, none before the first",
    limits=(1, _LAST_DAY, True),
    shape="list",
)
_GUESS = _rate(
    "guess",
    "Chooses the nearest of several rates",
    "period",
    optional=True,
    default=np.nan,
    omitted="several rates are refused",
)


def _irr(given: Given) -> np.ndarray:
    """Internal rate of return per year or period, shape (case,)."""
    flows = given["flows"][0]
    periods = np.arange(len(flows))
    rates = [rate_of_return(flows, periods, guess) for guess in given["guess"].tolist()]
    return annual_rate(np.array(rates), given["periods_a_year"])


def _xirr(given: Given) -> np.ndarray:
    """Internal rate of return per year of flows on dates, shape (case,)."""
    flows, days = given["flows"][0], given["dates"][0]
    return np.array([dated_rate_of_return(flows, days, guess) for guess in given["guess"].tolist()])


def _mirr(given: Given) -> np.ndarray:
    """Modified internal rate of return per period, shape (case,)."""
    finance, reinvest = given["finance_rate"][:, None], given["reinvest_rate"][:, None]
    return modified_internal_rate(given["flows"], finance, reinvest)[:, 0]


def _xnpv(given: Given) -> np.ndarray:
    """Present value of flows on dates, shape (case,)."""
    return dated_present_value(given["rate"], given["flows"][0], given["dates"][0])


def _payback_period(given: Given) -> np.ndarray:
    """Payback period of a flow, shape (case,)."""
    rate = given["discount_rate"]
    flows = np.broadcast_to(given["flows"], (len(rate), given["flows"].shape[1]))
    return payback_period(flows, rate)


TOPIC = "Rates of return"
_EXAMPLE = (-70_000, 12_000, 15_000, 18_000, 21_000, 26_000)
_DATED_EXAMPLE = (-10_000, 2_750, 4_250, 3_250, 2_750)
_DAYS = (39_448, 39_508, 39_751, 39_859, 39_904)  # January 2008 to April 2009
INVESTMENTS: tuple[Function, ...] = (
    Function(
        "SHORE_IRR",
        TOPIC,
        "Internal rate of return of flows per period, or per year if the periods a year are given.",
        "fraction",
        (
            _OR_SCENARIO,
            Parameter(
                "periods_a_year",
                "Periods a year to which the rate is compounded",
                "periods/year",
                f"between 1 and {_PERIODS_MAX}: 12 for months",
                optional=True,
                default=1.0,
                limits=(1, _PERIODS_MAX, False),
            ),
            _GUESS,
        ),
        _irr,
        (_EXAMPLE,),
        missing="none",
        of_scenario=of_scenario("SHORE_IRR", "fraction/year", "irr_year_cash"),
    ),
    Function(
        "SHORE_MIRR",
        TOPIC,
        "Modified internal rate of return per period, as Excel's MIRR has it.",
        "fraction",
        (
            _OR_SCENARIO,
            without_scenario(_rate("finance_rate", "Cost of negative flows")),
            without_scenario(_rate("reinvest_rate", "Return on positive flows")),
        ),
        _mirr,
        (_EXAMPLE, 0.1, 0.12),
        missing="none",
        of_scenario=of_scenario("SHORE_MIRR", "fraction/year", "mirr_year_cash"),
    ),
    Function(
        "SHORE_XNPV",
        TOPIC,
        "Net present value of flows on dates, at the first date, as Excel's XNPV has it.",
        "money",
        (
            _rate("rate", "Discount rate", "year"),
            _DATED,
            _DATES,
        ),
        _xnpv,
        (0.09, _DATED_EXAMPLE, _DAYS),
    ),
    Function(
        "SHORE_XIRR",
        TOPIC,
        "Internal rate of return per year of flows on dates, as Excel's XIRR has it.",
        "fraction",
        (_DATED, _DATES, _GUESS._replace(unit="fraction/year")),
        _xirr,
        (_DATED_EXAMPLE, _DAYS),
        missing="none",
    ),
    Function(
        "SHORE_PAYBACK_PERIOD",
        TOPIC,
        "Periods until flows have paid back for good, interpolated, without or with discounting.",
        "periods",
        (
            _FLOWS,
            _rate("discount_rate", "Discount rate", optional=True, default=0.0),
        ),
        _payback_period,
        ((-1_000, 300, 400, 500),),
        missing="none",
    ),
)
