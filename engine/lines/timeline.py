"""Setup and the months.

Setup, lead time, ramp, rework while processes mature, growth of pay; then value, cost and saving.
"""

import numpy as np

from ..axes import BASELINE, ONSHORE, ROLE, SITE, TENURE, TENURE_MONTHS, running_total, total
from . import line

SITE_MONTH = ("site", "month")
PLAN_SITE = ("plan", "site")
PLAN_SITE_MONTH = ("plan", "site", "month")
PLAN_MONTH = ("plan", "month")


@line("Setup per head", unit="money", over=("site", "role"))
def setup_per_head(
    recruitment_rate,
    salary,
    knowledge_transfer_hours,
    onshore_loaded_cost,
    productive_hours,
    onboarding_cost,
):
    """Setup cost per head: recruitment, onboarding, and knowledge transfer by onshore staff.

    Knowledge transfer costs the onshore loaded hour. Source: S0-58, S0-59.
    """
    hour = onshore_loaded_cost / productive_hours[ONSHORE]
    return recruitment_rate * salary + knowledge_transfer_hours * hour + onboarding_cost


@line("Setup of heads", unit="money", over=PLAN_SITE)
def setup_heads(heads, setup_per_head):
    """Setup cost at the site that grows with the number of heads."""
    return total(heads * setup_per_head, ROLE)


@line("Setup of the site", unit="money", over=PLAN_SITE)
def setup_fixed(site_heads, process_development_cost, management_infrastructure_cost):
    """Setup cost at the site that any team needs, however small. Source: S0-60, S0-61."""
    return np.where(site_heads > 0, process_development_cost + management_infrastructure_cost, 0)


@line("One-off costs of the contract, share of a year", unit="fraction", over=("site",))
def contract_share(
    vendor_selection_share, transition_share, layoff_share, dip_share, process_change_share
):
    """One-off costs of a contract with a vendor, as a share of what it costs in a year."""
    chosen = vendor_selection_share + transition_share + layoff_share
    return chosen + dip_share + process_change_share


@line("One-off costs of the contract", unit="money", over=PLAN_SITE)
def setup_contract(heads, direct_cost, contract_share):
    """One-off costs of the contract, on the direct cost of the site's heads in a year."""
    return total(heads * direct_cost, ROLE) * contract_share


@line("Setup by site", unit="money", over=PLAN_SITE)
def setup_site(setup_heads, setup_fixed, setup_contract, established):
    """One-off setup cost at the site; 0 where the team is already in place."""
    return (setup_heads + setup_fixed + setup_contract) * (1 - established)


@line("Setup", unit="money", over=("plan",))
def setup_cost(setup_site):
    """One-off setup cost of the plan, spent in month 1."""
    return total(setup_site, SITE)


@line("Monthly onshore cost in year 1", unit="money/month", over=PLAN_SITE)
def full_value_month(heads, onshore_loaded_cost, extra_cost):
    """Onshore cost of the same heads in a month of year 1, without extra costs."""
    return total(heads * (onshore_loaded_cost - extra_cost[ONSHORE]), ROLE) / 12


@line("Monthly running cost in year 1", unit="money/month", over=PLAN_SITE)
def full_cost_month(heads, cost_per_head, extra_cost, incomplete_cost):
    """Cost of the site's heads and teams in a month of year 1, without extra costs."""
    return (total(heads * (cost_per_head - extra_cost), ROLE) + incomplete_cost) / 12


@line("Monthly vendor fee", unit="money/month", over=PLAN_SITE)
def vendor_fee_cost(heads, vendor_fee):
    """Vendor's fee for the site's heads in a month of year 1.

    ``site_cost`` ends it in the month in which the team is taken over.
    """
    return total(heads * vendor_fee, ROLE) / 12


@line("Transfer fee", unit="money", over=PLAN_SITE)
def transfer_cost(site_heads, transfer_fee):
    """One-off fee for taking a team over from its vendor, paid in the month of the transfer.

    Source: S0-29.
    """
    return site_heads * transfer_fee


@line("Month of delivery", unit="months", over=SITE_MONTH)
def tenure(month, lead_time_months, established):
    """Month of delivery at the site, counted from 1 in the first.

    An established team counts as a year old.
    """
    return month + np.where(established == 1, TENURE_MONTHS, -lead_time_months)


@line("Site is delivering", unit="flag", over=SITE_MONTH)
def live(tenure):
    """Whether the site delivers in the month: 1 from its first month of delivery, else 0."""
    return np.where(tenure >= 1, 1, 0)


@line("Ramp-up", unit="fraction", over=SITE_MONTH)
def ramp_share(tenure, ramp):
    """Share of its full output that the site's team delivers in the month.

    Source: S0-59; the steps are [A].
    """
    step = np.clip(tenure, 1, TENURE_MONTHS) - 1
    return np.where(tenure > TENURE_MONTHS, 1, np.take_along_axis(ramp, step, axis=TENURE))


@line("Rework in the month", unit="fraction", over=SITE_MONTH)
def rework_share(tenure, rework_start, rework_end, rework_half_life):
    """Share of the site's output that is redone in the month.

    The gap to the long run halves with every half-life. Source: S0-55.
    """
    gap_left = 2 ** (np.minimum(0, 1 - tenure) / rework_half_life)
    return rework_end + (rework_start - rework_end) * gap_left


@line("Learning factor", unit="factor", over=SITE_MONTH)
def learning(tenure, learning_rate, learning_years):
    """Factor by which experience has raised output, after each full year at the site.

    Source: S0-63, Smite and van Solingen.
    """
    years = np.minimum(learning_years, np.maximum(0, tenure - 1) // 12)
    return (1 + learning_rate) ** years


@line("Output per head", unit="fraction", over=SITE_MONTH)
def effective_output(
    live, ramp_share, learning, hours_share, rated_productivity, communication_share, rework_share
):
    """Output of a head at the site in the month, as a share of an onshore head's."""
    skilled = live * ramp_share * learning * hours_share * rated_productivity
    return skilled * (1 - communication_share) * (1 - rework_share)


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


@line("Cost growth", unit="factor", over=SITE_MONTH)
def growth(month, wage_inflation, drift_after_wages):
    """Factor by which wage inflation and currency drift have raised cost.

    Compounded after each full year, on the whole cost.
    """
    return ((1 + wage_inflation) * (1 + drift_after_wages)) ** ((month - 1) // 12)


@line("Team transferred", unit="flag", over=SITE_MONTH)
def transferred(month, transfer_month):
    """Whether a build-operate-transfer team has become the company's own: 1 if so, else 0."""
    return np.where((transfer_month > 0) & (month >= transfer_month), 1, 0)


@line("Cost growth where the site is delivering", unit="factor", over=SITE_MONTH)
def live_growth(growth, live):
    """Factor by which cost has grown where the site delivers; 0 before it delivers."""
    return growth * live


@line("Value by site", unit="money/month", over=PLAN_SITE_MONTH)
def site_value(
    full_value_month,
    site_heads,
    site_onshore_pay,
    share_of_baseline,
    growth,
    extra_head_grown,
    extra_pay_grown,
    extra_site_month,
    effective_output,
):
    """Onshore cost of what the site delivers in the month."""
    running = full_value_month * growth[ONSHORE] + site_heads * extra_head_grown[ONSHORE]
    extra = site_onshore_pay * extra_pay_grown[ONSHORE]
    fixed = share_of_baseline * extra_site_month[ONSHORE]
    return (running + extra + fixed) * effective_output


@line("Fixed and one-off cost by site", unit="money/month", over=PLAN_SITE_MONTH)
def site_fixed_cost(site_heads, extra_site_month, month, transfer_month, transfer_cost):
    """Extra costs of the whole site in the month, and the fee for taking its team over.

    Where the plan has heads.
    """
    extra = np.where(site_heads > 0, extra_site_month, 0)
    return extra + np.where(month == transfer_month, transfer_cost, 0)


@line("Cost by site", unit="money/month", over=PLAN_SITE_MONTH)
def site_cost(
    full_cost_month,
    vendor_fee_cost,
    transferred,
    live_growth,
    site_heads,
    extra_head_grown,
    site_pay,
    extra_pay_grown,
    site_fixed_cost,
):
    """Cost of the plan at the site in the month.

    Without the vendor's fee once the team is taken over.
    """
    running = (full_cost_month - vendor_fee_cost * transferred) * live_growth
    return running + site_heads * extra_head_grown + site_pay * extra_pay_grown + site_fixed_cost


@line("Output by site", unit="heads", over=PLAN_SITE_MONTH)
def site_output(site_heads, effective_output):
    """Onshore heads that would deliver the site's output of the month."""
    return site_heads * effective_output


@line("Output", unit="heads", over=PLAN_MONTH)
def plan_output(site_output):
    """Onshore heads that would deliver the plan's output of the month.

    The plan's capacity while it ramps up.
    """
    return total(site_output, SITE)


@line("Onshore cost of the output", unit="money/month", over=PLAN_MONTH)
def running_value(site_value):
    """What the plan's output of the month would have cost with an onshore team in place."""
    return total(site_value, SITE)


@line("Onshore cost that is avoided", unit="money/month", over=PLAN_MONTH)
def avoided_cost(decision, running_value, running_cost, output_share):
    """What the output would have cost onshore, with hiring there where the work is new."""
    beyond = running_value - running_value[BASELINE] * output_share
    hired = running_cost[BASELINE] * output_share + beyond  # exact for a plan like the baseline
    return np.where(decision == 1, hired, running_value)


@line("Value", unit="money/month", over=PLAN_MONTH)
def value(decision, avoided_cost, earned_value):
    """Value of the plan's output in the month: what it would have cost onshore, or what it earns.

    Where work is placed abroad instead of onshore, hiring onshore is saved too; added capacity is
    worth what it earns.
    """
    return np.where(decision == 2, earned_value, avoided_cost)


@line("Cost before the decision", unit="money/month", over=PLAN_MONTH)
def running_cost(month, site_cost, setup_cost):
    """Cost of all sites in the month, and the setup in month 1."""
    return total(site_cost, SITE) + np.where(month == 1, setup_cost, 0)


@line("Cost", unit="money/month", over=PLAN_MONTH)
def cost(running_cost, decision_cost):
    """Cost of the plan in the month: all sites, the setup, and the decision itself."""
    return running_cost + decision_cost


@line("Saving", unit="money/month", over=PLAN_MONTH)
def saving(value, cost):
    """Saving of the plan in the month: the value of its output less its cost."""
    return value - cost


@line("Cumulative saving", unit="money", over=PLAN_MONTH)
def cumulative(saving, rounding_error):
    """Saving of the plan from month 1 to the end of the month."""
    return running_total(saving, rounding_error)
