"""Quote.

What a competitor's price means for an agency: the hours that the own quote holds onshore, and the
margin that each plan leaves when it delivers them.
"""

import numpy as np

from ..axes import ONSHORE
from . import line

PLAN = ("plan",)


@line("Implied own quote", unit="money")
def implied_quote(competitor_price, competitor_discount):
    """Own quote, implied by the competitor's price and how far it is below.

    Source: S0-01, S0-02.
    """
    return competitor_price / (1 - competitor_discount)


@line("Billed hours per onshore head", unit="hours/year")
def billed_hours(productive_hours, utilisation):
    """Hours per onshore head and year that a client pays for.

    Productive hours by the share of them that is billed.
    """
    return productive_hours[ONSHORE] * utilisation


@line("Onshore hourly cost of the same output", unit="money/hour", over=PLAN)
def plan_onshore_rate(plan_onshore_cost, billed_hours):
    """Onshore cost of the plan's output per billed hour. Source: S0-03, 150."""
    return plan_onshore_cost / billed_hours


@line("Fully loaded hourly cost", unit="money/hour", over=PLAN)
def plan_rate(plan_fully_loaded_cost, billed_hours):
    """Fully loaded cost of the plan per billed hour of onshore output."""
    return plan_fully_loaded_cost / billed_hours


@line("Hours covered by the own quote", unit="hours", over=PLAN)
def quote_hours(implied_quote, target_margin, plan_onshore_rate):
    """Onshore hours that the own quote pays for at the target margin."""
    return implied_quote * (1 - target_margin) / plan_onshore_rate


@line("Cost of the quoted hours", unit="money", over=PLAN)
def quote_cost(quote_hours, plan_rate):
    """Cost of delivering the quoted hours with the plan, in steady state."""
    return quote_hours * plan_rate


@line("Margin at the competitor's price", unit="fraction", over=PLAN)
def margin_at_match(quote_cost, competitor_price):
    """Gross margin left if the plan delivers at the competitor's price. Source: S0-04."""
    return 1 - quote_cost / competitor_price


@line("Walk-away price", unit="money", over=PLAN)
def walk_away_price(quote_cost, margin_floor):
    """Price below which the gross margin of the plan falls under its floor. Source: S0-04."""
    return quote_cost / (1 - margin_floor)


@line("Blended hourly cost at the competitor's price", unit="money/hour", over=PLAN)
def blended_rate_needed(competitor_price, target_margin, quote_hours):
    """Average cost per hour that keeps the target margin at the competitor's price."""
    return competitor_price * (1 - target_margin) / quote_hours


@line(
    "Share of hours needed from the plan",
    unit="fraction",
    over=PLAN,
    nan_where="an hour by the plan costs no less than an onshore hour",
)
def share_needed(plan_onshore_rate, blended_rate_needed, plan_rate):
    """Share of hours that the plan must deliver to match the competitor's price.

    The rest stays onshore. Above 100 % the price is out of reach.
    """
    gap = plan_onshore_rate - plan_rate
    return np.where(gap > 0, (plan_onshore_rate - blended_rate_needed) / gap, np.nan)
