"""Cost that grows with pay.

The part of the cost at the sites abroad that is proportional to pay: a hundred times what one per
cent more pay adds. A statutory charge is part of it where neither its floor nor its cap decides it
and pay exceeds its exemption.
"""

import numpy as np

from ..axes import ROLE, RULE, SITE, total
from . import line

SITE_ROLE = ("site", "role")
PLAN_SITE = ("plan", "site")


@line("Charges that grow with pay", unit="money/year", over=SITE_ROLE)
def charges_by_pay(rule_by_pay, in_force, fx_rate):
    """Statutory charges per head that grow with pay, by the law of the first month."""
    return total(rule_by_pay * in_force, RULE) / fx_rate


@line("Cost before the vendor that grows with pay", unit="money/year", over=SITE_ROLE)
def paid_by_pay(pay, charges_by_pay, benefits, lead_rate):
    """Pay, its charges and their management, and benefits; without what a seat costs."""
    return (pay + charges_by_pay) * (1 + lead_rate) + benefits


@line("Direct cost that grows with pay", unit="money/year", over=SITE_ROLE)
def direct_by_pay(paid_by_pay, vendor_rate):
    """Direct cost per head that grows with pay, with the vendor's mark-up."""
    return paid_by_pay * (1 + vendor_rate)


@line("Management overhead that grows with pay", unit="money/year", over=SITE_ROLE)
def management_by_pay(direct_by_pay, management_basis, management_rate):
    """Management overhead per head that grows with pay.

    0 unless it is a share of direct cost: else it goes with onshore cost or hours.
    """
    return np.where(management_basis == 0, management_rate * direct_by_pay, 0)


@line("Attrition that grows with pay", unit="money/year", over=SITE_ROLE)
def attrition_by_pay(
    attrition, recruitment_rate, salary, lost_ramp_months, vacancy_months, direct_by_pay
):
    """All of recruiting, and the paid part of the output lost."""
    lost_months = vacancy_months + lost_ramp_months
    return attrition * (recruitment_rate * salary + lost_months * direct_by_pay / 12)


@line("Cost per head that grows with pay", unit="money/year", over=SITE_ROLE)
def head_by_pay(direct_by_pay, attrition_by_pay):
    """Without extra costs, which count in their months, and the time of onshore staff."""
    return direct_by_pay + attrition_by_pay


@line("Onshore staff's time that grows with pay", unit="money/year", over=SITE_ROLE)
def time_by_pay(direct_by_pay, contract_management_share, management_by_pay):
    """Management and contract management per head, where they are shares of direct cost."""
    return direct_by_pay * contract_management_share + management_by_pay


@line("Site abroad", unit="flag", over=("site",))
def abroad(site, site_named):
    """1 for a site abroad, 0 for the onshore base and for a spare place."""
    return np.where((site > 1) & (site_named == 1), 1, 0)


@line("Monthly time of onshore staff that grows with pay", unit="money/month", over=PLAN_SITE)
def time_month_by_pay(heads, time_by_pay, site):
    """Monthly cost of onshore staff's time for heads abroad that grows with pay there."""
    return np.where(site > 1, total(heads * time_by_pay, ROLE), 0) / 12


@line("Monthly cost of heads that grows with pay", unit="money/month", over=PLAN_SITE)
def month_by_pay(heads, head_by_pay, site):
    """Monthly cost of heads abroad that grows with pay.

    The pay of the onshore base is the yardstick and stays.
    """
    return np.where(site > 1, total(heads * head_by_pay, ROLE), 0) / 12


@line("Monthly vendor fee that grows with pay", unit="money/month", over=PLAN_SITE)
def vendor_by_pay(heads, paid_by_pay, vendor_rate, site):
    """Monthly fee of the vendor abroad that grows with pay.

    ``running_by_pay`` ends it in the month in which the team is taken over.
    """
    return np.where(site > 1, total(heads * paid_by_pay, ROLE) * vendor_rate, 0) / 12


@line("Gross pay abroad", unit="money/year", over=PLAN_SITE)
def pay_abroad(site_pay, site):
    """Gross pay of the plan's heads at a site abroad; 0 onshore.

    For extra costs that are a share of it.
    """
    return np.where(site > 1, site_pay, 0)


@line("Setup of heads that grows with pay", unit="money", over=PLAN_SITE)
def head_setup_by_pay(heads, recruitment_rate, salary, site):
    """Recruitment of heads abroad."""
    return np.where(site > 1, total(heads * recruitment_rate * salary, ROLE), 0)


@line("One-off costs of a contract that grow with pay", unit="money", over=PLAN_SITE)
def contract_by_pay(heads, direct_by_pay, contract_share, site):
    """One-off costs of a contract at new sites abroad."""
    return np.where(site > 1, total(heads * direct_by_pay, ROLE) * contract_share, 0)


@line("One-off costs of the contract, share of a year", unit="fraction", over=("site",))
def contract_share(
    vendor_selection_share, transition_share, layoff_share, dip_share, process_change_share
):
    """One-off costs of a contract with a vendor, as a share of what it costs in a year."""
    chosen = vendor_selection_share + transition_share + layoff_share
    return chosen + dip_share + process_change_share


@line(
    "Further cost by site that grows with pay", unit="money/month", over=("plan", "site", "month")
)
def site_more_by_pay(heads, law_change_by_pay, paid_growth, charges_markup, site_leaving, abroad):
    """What the law of the month adds to charges that grow with pay, and severance, abroad."""
    added = total(heads * law_change_by_pay, ROLE) / 12 * paid_growth * charges_markup
    return (added + site_leaving) * abroad


@line("Running cost that grows with pay", unit="money/month", over=("plan", "month"))
def running_by_pay(
    month_by_pay, vendor_by_pay, transferred, pay_abroad, extra_pay_month, paid_growth
):
    """Cost of heads abroad in the month that grows with pay.

    Without the vendor's fee once the team is taken over.
    """
    paid = month_by_pay - vendor_by_pay * transferred + pay_abroad * extra_pay_month
    return total(paid * paid_growth, SITE)


@line("One-off cost that grows with pay", unit="money/month", over=("plan", "month"))
def start_by_pay(head_setup_by_pay, starting, contract_by_pay, month, opens_in):
    """Recruitment, and one-off costs of a contract, abroad."""
    contracts = total(contract_by_pay * (month == opens_in), SITE)
    return total(head_setup_by_pay * starting, SITE) + contracts


@line("Cost that grows with pay", unit="money/month", over=("plan", "month"))
def cost_by_pay(
    running_by_pay, start_by_pay, time_month_by_pay, working, staff_growth, site_more_by_pay
):
    """Cost of the plan in the month that grows with pay, at all sites abroad."""
    time = total(time_month_by_pay * working * staff_growth, SITE)
    return running_by_pay + start_by_pay + time + total(site_more_by_pay, SITE)
