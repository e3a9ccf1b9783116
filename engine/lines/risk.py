"""Delay and downside.

What a plan loses in an average year to risks, concentration, changes of direction and delay; and
the cost that counts it. Losses are against onshore: onshore has none but its own concentration.
"""

import numpy as np

from ..axes import MONTH, RISK, ROLE, SITE, VENDOR, total, without_residue
from . import line

PLAN = ("plan",)
PLAN_SITE = ("plan", "site")


@line("Expected output lost to risks", unit="weeks/year", over=("site",))
def expected_weeks(risk_probability, risk_weeks):
    """Weeks of output in a year that risks are expected to cost the site.

    Probability times impact, over the list of risks. Source: S3-22, S3-55.
    """
    return total(risk_probability * risk_weeks, RISK)


@line("Expected other cost of risks", unit="money/year", over=("site",))
def expected_cost(risk_probability, risk_cost):
    """Further cost in a year that risks are expected to cause at the site.

    Probability times impact, over the list of risks. Source: S3-55.
    """
    return total(risk_probability * risk_cost, RISK)


@line("Value of a year's output", unit="money/year", over=PLAN_SITE)
def site_output_value(equivalent_heads, onshore_loaded_cost):
    """Onshore cost of what the site delivers in a year."""
    return total(equivalent_heads * onshore_loaded_cost, ROLE)


@line("Loss to risks by site", unit="money/year", over=PLAN_SITE)
def site_risk_loss(site_heads, site_output_value, expected_weeks, working_weeks, expected_cost):
    """Expected loss to risks at the site in a year.

    Lost output at its value, and further cost where the plan has heads.
    """
    lost = site_output_value * expected_weeks / working_weeks
    return lost + np.where(site_heads > 0, expected_cost, 0)


@line("Loss to changes of direction by site", unit="money/year", over=PLAN_SITE)
def site_pivot_loss(site_output_value, pivots, pivot_weeks, working_weeks):
    """Value of output lost in a year while the site turns to new work. Source: S3-84."""
    return site_output_value * pivots * pivot_weeks / working_weeks


@line("Delay by site", unit="weeks/year", over=PLAN_SITE)
def site_delay(site_heads, delay_weeks):
    """Weeks by which the site delays releases in a year; 0 where the plan has no heads."""
    return np.where(site_heads > 0, delay_weeks, 0)


@line("Delay of the plan", unit="weeks/year", over=PLAN)
def plan_delay(site_delay):
    """Weeks by which the plan delays releases in a year.

    The slowest site sets the pace.
    """
    return np.max(site_delay, axis=SITE, keepdims=True)


@line("Head start over hiring onshore", unit="months", over=("site",))
def earlier_start(hiring_months, lead_time_months, established):
    """Months by which capacity at the site is there before hiring onshore would give it.

    Below 0 it is there later. Source: S0-11, S0-12.
    """
    return (hiring_months - lead_time_months) * (1 - established)


@line("Concentration by site", unit="index", over=PLAN)
def place_concentration(site_heads, plan_heads):
    """Herfindahl-Hirschman index of heads by site: 1 if all are at one site.

    Source: S3-21, S3-31.
    """
    return total((site_heads / plan_heads) ** 2, SITE)


@line("Heads by vendor", unit="heads", over=("plan", "vendor"))
def vendor_heads(site_heads, vendor_number, vendor):
    """Heads of the plan that a vendor employs.

    Vendor 1 is the own staff.
    """
    return total(site_heads * (vendor_number == vendor), SITE)


@line("Concentration by vendor", unit="index", over=PLAN)
def vendor_concentration(vendor_heads, plan_heads):
    """Herfindahl-Hirschman index of heads by vendor, the own staff counted as one.

    Source: S3-31.
    """
    return total((vendor_heads / plan_heads) ** 2, VENDOR)


@line("Loss to risks", unit="money/year", over=PLAN)
def plan_risk_loss(site_risk_loss):
    """Expected loss to risks at all sites of the plan in a year."""
    return total(site_risk_loss, SITE)


@line("Loss to concentration", unit="money/year", over=PLAN)
def plan_concentration_loss(
    concentration_rate, place_concentration, vendor_concentration, plan_output_value
):
    """Expected loss in a year because work depends on one site or vendor.

    A share of the output's value, by the higher of the two indices. Source: S3-31.
    """
    index = np.maximum(place_concentration, vendor_concentration)
    return concentration_rate * index * plan_output_value


@line("Value of the plan's output", unit="money/year", over=PLAN)
def plan_output_value(site_output_value):
    """Onshore cost of what the plan delivers in a year."""
    return total(site_output_value, SITE)


@line("Loss to changes of direction", unit="money/year", over=PLAN)
def plan_pivot_loss(site_pivot_loss):
    """Value of output lost in a year while the plan's sites turn to new work."""
    return total(site_pivot_loss, SITE)


@line("Cost of delay", unit="money/year", over=PLAN)
def plan_delay_cost(plan_delay, delay_value):
    """Cost of delay in a year: weeks of delay at what a week costs the business. Source: S3-30."""
    return plan_delay * delay_value


@line("Delay and downside", unit="money/year", over=PLAN)
def plan_downside(plan_risk_loss, plan_concentration_loss, plan_pivot_loss, plan_delay_cost):
    """Loss of the plan in an average year: risks, concentration, changes of direction, delay.

    Source: S3-55.
    """
    return plan_risk_loss + plan_concentration_loss + plan_pivot_loss + plan_delay_cost


@line("Risk-adjusted cost per onshore-equivalent head", unit="money/year", over=PLAN)
def risk_adjusted_cost(plan_fully_loaded_cost, plan_downside, plan_equivalent_heads):
    """Risk-adjusted cost that the plan pays for the output of one onshore head.

    The fully loaded cost, and a head's share of the downside. Source: S3-01, S3-10.
    """
    return plan_fully_loaded_cost + plan_downside / plan_equivalent_heads


@line("Risk-adjusted onshore cost of the same output", unit="money/year", over=PLAN)
def risk_adjusted_onshore(plan_onshore_cost, concentration_rate):
    """Risk-adjusted onshore cost of the plan's output, per onshore-equivalent head.

    All onshore is one place and one employer: an index of 1.
    """
    return plan_onshore_cost * (1 + concentration_rate)


@line("Share of value lost to the downside", unit="fraction", over=PLAN)
def downside_share(plan_downside, plan_output_value, concentration_rate):
    """Delay and downside as a share of the output's value, beyond that of staying onshore."""
    return without_residue(plan_downside / plan_output_value - concentration_rate)


@line("Saving after risk", unit="money/month", over=("plan", "month"))
def saving_risk_adjusted(
    saving, value, downside_share, month, failure_month, last_month, failed_start_loss
):
    """Saving in the month less the downside of an average month and of a start that may fail."""
    failed = month == np.minimum(failure_month, last_month)
    return saving - value * downside_share - np.where(failed, failed_start_loss, 0)


@line("Net present value after risk", unit="money", over=PLAN)
def npv_risk_adjusted(saving_risk_adjusted, discount_factor):
    """Present value of all savings after risk, with the setup in month 1."""
    return total(saving_risk_adjusted * discount_factor, MONTH)


@line("Sum of the saving after risk", unit="money", over=PLAN)
def total_kept(saving_risk_adjusted):
    """Value less cost over the whole horizon, less what risks are expected to take."""
    return total(saving_risk_adjusted, MONTH)


@line(
    "Saving over the horizon, risk-adjusted",
    unit="fraction",
    over=PLAN,
    nan_where="nothing is delivered within the horizon",
)
def net_saving_risk_adjusted(total_kept, total_value):
    """Saving over the horizon after risk, as a share of the value of the output."""
    return np.where(total_value > 0, without_residue(total_kept / total_value), np.nan)


@line("Rate-card hourly cost", unit="money/hour", over=PLAN)
def rate_card_hour(plan_salary, billed_hours):
    """Average salary of the plan per billed hour, as a rate card shows it. Source: S3-01."""
    return plan_salary / billed_hours


@line("Risk-adjusted hourly cost", unit="money/hour", over=PLAN)
def risk_adjusted_hour(risk_adjusted_cost, billed_hours):
    """Risk-adjusted cost of the plan per billed hour of onshore output. Source: S3-01."""
    return risk_adjusted_cost / billed_hours
