"""Delay and downside.

What a plan loses in an average year to risks, concentration, changes of direction and delay; and
the cost that counts it. Losses are against onshore: onshore has none but its own concentration.
"""

import numpy as np

from ..axes import MONTH, RISK, ROLE, SITE, VENDOR, total, without_residue
from . import line

PLAN = ("plan",)
PLAN_SITE = ("plan", "site")
PLAN_MONTH = ("plan", "month")
PLAN_SITE_MONTH = ("plan", "site", "month")


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


@line("Output lost to risks by site", unit="money/year", over=PLAN_SITE)
def site_risk_output(site_output_value, expected_weeks, working_weeks):
    """Value of the output that the site is expected to lose to risks in a year."""
    return site_output_value * expected_weeks / working_weeks


@line("Cash cost of risks by site", unit="money/year", over=PLAN_SITE)
def site_risk_cost(site_heads, expected_cost):
    """Further cost that risks are expected to cause in a year where the plan has heads."""
    return np.where(site_heads > 0, expected_cost, 0)


@line("Loss to risks by site", unit="money/year", over=PLAN_SITE)
def site_risk_loss(site_risk_output, site_risk_cost):
    """Expected loss to risks at the site in a year: lost output at its value, and further cost."""
    return site_risk_output + site_risk_cost


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


@line("Risk-adjusted cost per onshore-equivalent head, steady state", unit="money/year", over=PLAN)
def risk_adjusted_cost(plan_fully_loaded_cost, plan_downside, plan_equivalent_heads):
    """Risk-adjusted running cost that the plan pays for the output of one onshore head.

    The fully loaded cost, and a head's share of the downside. A steady-state figure of year 1, so
    setup, the decision, the exit and a failed start do not count. Source: S3-01, S3-10.
    """
    return plan_fully_loaded_cost + plan_downside / plan_equivalent_heads


@line("Risk-adjusted onshore cost of the same output", unit="money/year", over=PLAN)
def risk_adjusted_onshore(plan_onshore_cost, concentration_rate):
    """Risk-adjusted onshore cost of the plan's output, per onshore-equivalent head.

    All onshore is one place and one employer: an index of 1.
    """
    return plan_onshore_cost * (1 + concentration_rate)


@line("Value of output lost to the downside", unit="money/year", over=PLAN)
def plan_output_lost(site_risk_output, plan_concentration_loss, plan_pivot_loss):
    """Value of the output lost in an average year: risks, concentration, changes of direction."""
    return total(site_risk_output, SITE) + plan_concentration_loss + plan_pivot_loss


@line("Share of output lost to the downside", unit="fraction", over=PLAN)
def output_lost_share(plan_output_lost, plan_output_value, concentration_rate):
    """Output lost in an average year as a share of all output, beyond that of staying onshore."""
    return without_residue(plan_output_lost / plan_output_value - concentration_rate)


@line("Saving after risk if the start succeeds", unit="money/month", over=PLAN_MONTH)
def saving_started(saving, value, output_lost_share, risk_cost_month, site_delay_cost, employed):
    """Saving in the month less the value of output lost, cash cost of risks, and cost of delay.

    The slowest site that is open sets the pace.
    """
    delay = np.max(site_delay_cost * (employed > 0), axis=SITE, keepdims=True)
    return saving - value * output_lost_share - risk_cost_month - delay


@line("Probability that the plan's start fails", unit="fraction", over=PLAN)
def failure_chance(stoppable, failure_probability):
    """Probability that the start fails; 0 for a plan without heads abroad."""
    return stoppable * failure_probability


@line("Expected cost of a failed start in the month", unit="money/month", over=PLAN_MONTH)
def failure_cost_month(failure_chance, month, failure_month, stop_cost, saving_started):
    """Probability of failing times the cost of stopping, and times the saving given up after it."""
    given_up = np.where(month > failure_month, saving_started, 0)
    return failure_chance * (np.where(month == failure_month, stop_cost, 0) + given_up)


@line("Saving after risk", unit="money/month", over=PLAN_MONTH)
def saving_risk_adjusted(saving_started, failure_cost_month):
    """Expected saving in the month, after risks and a start that may fail.

    A start that fails is stopped in its month at the cost of stopping, and saves nothing after it.
    """
    return saving_started - failure_cost_month


@line("Expected cost of a failed start", unit="money", over=PLAN)
def failed_start_loss(failure_cost_month):
    """What failing costs in expectation against the plan that succeeds.

    The cost of stopping and the saving given up. Below 0 where stopping spares a loss.
    """
    return total(failure_cost_month, MONTH)


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
    """Risk-adjusted running cost of the plan per billed hour of onshore output. Source: S3-01."""
    return risk_adjusted_cost / billed_hours
