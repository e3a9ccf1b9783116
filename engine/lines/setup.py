"""One-off costs of the start.

What each head costs when it starts, what a site costs when it opens, and what a contract with a
vendor costs once.
"""

import numpy as np

from ..axes import ROLE, SITE, total
from ..cost_kinds import Cost, Index, Kind, Paid
from . import line

SITE_ROLE = ("site", "role")
PLAN_SITE = ("plan", "site")


@line(
    "Recruitment and onboarding per head",
    unit="money",
    over=SITE_ROLE,
    cost=Cost("setup", Index.NONE, paid=Paid.AT_START),
)
def hiring_per_head(recruitment_rate, salary, onboarding_cost):
    """Recruitment and onboarding of a new head. Source: S0-58."""
    return recruitment_rate * salary + onboarding_cost


@line(
    "Knowledge transfer at the start, per head",
    unit="money",
    over=SITE_ROLE,
    cost=Cost("internal", Index.NONE, Kind.INTERNAL, Paid.AT_START),
)
def first_transfer_cost(knowledge_transfer_cost):
    """Knowledge transfer to a head that starts, by onshore staff. Source: S0-59."""
    return knowledge_transfer_cost * 1


@line("Setup per head", unit="money", over=SITE_ROLE)
def setup_per_head(hiring_per_head, first_transfer_cost):
    """Setup cost per head: recruitment, onboarding, and knowledge transfer by onshore staff.

    Knowledge transfer costs the onshore loaded hour. Source: S0-58, S0-59.
    """
    return hiring_per_head + first_transfer_cost


@line("Setup of heads", unit="money", over=PLAN_SITE)
def setup_heads(heads, setup_per_head):
    """Setup cost at the site that grows with the number of heads."""
    return total(heads * setup_per_head, ROLE)


@line(
    "Process development of the site",
    unit="money",
    over=PLAN_SITE,
    cost=Cost("setup", Index.NONE, paid=Paid.AT_OPENING),
)
def process_setup(site_heads, process_development_cost):
    """Development of processes where the plan has heads. Source: S0-60."""
    return np.where(site_heads > 0, process_development_cost, 0)


@line(
    "Management infrastructure of the site",
    unit="money",
    over=PLAN_SITE,
    cost=Cost("setup", Index.NONE, paid=Paid.AT_OPENING, capital=True),
)
def infrastructure_setup(site_heads, management_infrastructure_cost):
    """Infrastructure for managing a team at a distance, where the plan has heads. Source: S0-61."""
    return np.where(site_heads > 0, management_infrastructure_cost, 0)


@line("Setup of the site", unit="money", over=PLAN_SITE)
def setup_fixed(process_setup, infrastructure_setup):
    """Setup cost at the site that any team needs, however small. Source: S0-60, S0-61."""
    return process_setup + infrastructure_setup


@line("Direct cost of the site in a year", unit="money/year", over=PLAN_SITE)
def contract_value(heads, direct_cost):
    """Direct cost of the site's heads in a year, the base of one-off costs of a contract."""
    return total(heads * direct_cost, ROLE)


@line(
    "Transition and layoffs of the contract",
    unit="money",
    over=PLAN_SITE,
    cost=Cost("setup", Index.NONE, paid=Paid.AT_OPENING),
)
def contract_transition(contract_value, transition_share, layoff_share):
    """Transition to a vendor, and layoffs, as shares of what the contract costs in a year."""
    return contract_value * (transition_share + layoff_share)


@line(
    "Selection and process change of the contract",
    unit="money",
    over=PLAN_SITE,
    cost=Cost("internal", Index.NONE, Kind.INTERNAL, Paid.AT_OPENING),
)
def contract_internal(contract_value, vendor_selection_share, process_change_share):
    """Onshore staff's time for selecting a vendor and changing processes."""
    return contract_value * (vendor_selection_share + process_change_share)


@line(
    "Output lost at first to the contract",
    unit="money",
    over=PLAN_SITE,
    cost=Cost("lost", Index.NONE, Kind.LOST, Paid.AT_OPENING),
)
def contract_dip(contract_value, dip_share):
    """Output lost while work moves to a vendor, as a share of what it costs in a year."""
    return contract_value * dip_share


@line("One-off costs of the contract", unit="money", over=PLAN_SITE)
def setup_contract(contract_transition, contract_internal, contract_dip):
    """One-off costs of the contract, on the direct cost of the site's heads in a year."""
    return contract_transition + contract_internal + contract_dip


@line("Setup by site", unit="money", over=PLAN_SITE)
def setup_site(setup_heads, share_hired, setup_fixed, setup_contract, site_new):
    """One-off setup cost at the site; none for heads that are in place."""
    return setup_heads * share_hired + (setup_fixed + setup_contract) * site_new


@line("Setup", unit="money", over=("plan",))
def setup_cost(setup_site):
    """One-off setup cost of the plan, spent as its sites open and its heads start."""
    return total(setup_site, SITE)


@line("Transfer fee", unit="money", over=PLAN_SITE)
def transfer_cost(site_heads, transfer_fee):
    """One-off fee for taking a team over from its vendor, paid in the month of the transfer.

    Source: S0-29.
    """
    return site_heads * transfer_fee
