"""Plans in steady state.

Costs of a plan are averages over its heads. The three gross-ups then share the plan's running cost
by ever fewer heads: by productivity, without what communication costs, without rework. The last are
the onshore-equivalent heads, so the fully loaded cost is total cost over total output.
"""

import numpy as np

from ..axes import ONSHORE, ROLE, SITE, total
from . import line

PLAN = ("plan",)


@line("Heads at the site", unit="heads", over=("plan", "site"))
def site_heads(heads):
    """Heads of all roles."""
    return total(heads, ROLE)


@line("Teams at the site, as entered", unit="teams", over=("plan", "site"))
def site_teams(site_entered_heads, team_size, check_tolerance):
    """Whole teams: heads as entered over the size of a team, rounded up."""
    teams = site_entered_heads / team_size
    return np.maximum(teams, np.floor(teams + 1 - check_tolerance))


@line("Heads missing to whole teams", unit="teams", over=("plan", "site"))
def missing_teams(site_teams, site_entered_heads, team_size, site_growth):
    """What the last team lacks of its size; sizing makes all teams larger in proportion."""
    return (site_teams - site_entered_heads / team_size) * site_growth


@line("Travel of incomplete teams", unit="money/year", over=("plan", "site"))
def incomplete_travel(missing_teams, travel_trips, trip_cost):
    """An incomplete team makes all its trips: what its heads' shares do not pay for."""
    return missing_teams * travel_trips * trip_cost


@line("Compliance and audits of incomplete teams", unit="money/year", over=("plan", "site"))
def incomplete_compliance(missing_teams, compliance):
    """An incomplete team is audited like any other: what its heads' shares do not pay for."""
    return missing_teams * compliance


@line("Cost of incomplete teams", unit="money/year", over=("plan", "site"))
def incomplete_cost(incomplete_travel, incomplete_compliance):
    """Beside the cost of all heads; 0 where all teams are complete."""
    return incomplete_travel + incomplete_compliance


@line("Heads", unit="heads", over=PLAN)
def plan_heads(site_heads):
    """Heads of all roles at all sites."""
    return total(site_heads, SITE)


@line("Onshore management needed", unit="hours/week", over=PLAN)
def management_needed(site_heads, management_hours):
    """Hours of review, clarification, coordination and quality assurance. Source: S3-53."""
    return total(site_heads * management_hours, SITE)


@line("Onshore management left over", unit="hours/week", over=PLAN)
def management_left(management_capacity, management_needed):
    """Below 0 the plan asks for more than leadership can give. Source: S3-53."""
    return management_capacity - management_needed


@line("Heads by their working hours", unit="heads", over=("plan", "site"))
def worked_heads(site_heads, hours_share):
    """Heads with an onshore head's productive hours that would work the same hours."""
    return site_heads * hours_share


@line("Heads by their productivity", unit="heads", over=("plan", "site"))
def productive_heads(worked_heads, rated_productivity):
    """Heads that would do the same work at onshore productivity."""
    return worked_heads * rated_productivity


@line("Heads less communication", unit="heads", over=("plan", "site"))
def informed_heads(productive_heads, communication_share):
    """The same, without the output lost to communication."""
    return productive_heads * (1 - communication_share)


@line("Onshore-equivalent heads at the site", unit="heads", over=("plan", "site"))
def site_equivalent_heads(informed_heads, rework_end):
    """Onshore heads that would deliver the site's output: without long-run rework too."""
    return informed_heads * (1 - rework_end)


@line("Onshore-equivalent heads", unit="heads", over=PLAN)
def plan_equivalent_heads(site_equivalent_heads):
    """Onshore heads that would deliver the plan's output."""
    return total(site_equivalent_heads, SITE)


@line("Output per head, steady state", unit="fraction", over=("site",))
def steady_output(hours_share, rated_productivity, communication_share, rework_end):
    """Share of an onshore head's output that a ramped-up head delivers."""
    return hours_share * rated_productivity * (1 - communication_share) * (1 - rework_end)


@line("Onshore-equivalent heads by role", unit="heads", over=("plan", "site", "role"))
def equivalent_heads(heads, steady_output):
    """Onshore heads that would deliver the same output."""
    return heads * steady_output


@line("Salaries of the plan", unit="money/year", over=PLAN)
def plan_salaries(heads, salary):
    """The rate card: heads times salary."""
    return total(heads * salary, SITE, ROLE)


@line("Salary of the role onshore", unit="money/year", over=("site", "role"))
def onshore_salary(salary):
    """What the same role is paid onshore."""
    return salary[ONSHORE]


@line("Salaries of the same heads onshore", unit="money/year", over=PLAN)
def plan_onshore_salaries(heads, onshore_salary):
    """The rate card of the same heads onshore."""
    return total(heads * onshore_salary, SITE, ROLE)


@line("Headline saving", unit="fraction", over=PLAN)
def plan_headline_saving(plan_salaries, plan_onshore_salaries):
    """What the rate card promises: salaries against salaries. Source: S0-57."""
    return 1 - plan_salaries / plan_onshore_salaries


def _per_head(cost, heads, plan_heads):
    return total(heads * cost, SITE, ROLE) / plan_heads


@line("Salary per head", unit="money/year", over=PLAN)
def plan_salary(salary, heads, plan_heads):
    """Average over the plan's heads."""
    return _per_head(salary, heads, plan_heads)


@line("Same output onshore, per onshore-equivalent head", unit="money/year", over=PLAN)
def plan_onshore_cost(onshore_loaded_cost, equivalent_heads, plan_equivalent_heads):
    """What the plan's output would cost onshore: the yardstick of its saving."""
    return total(equivalent_heads * onshore_loaded_cost, SITE, ROLE) / plan_equivalent_heads


@line("Direct cost", unit="money/year", over=PLAN)
def plan_direct_cost(direct_cost, heads, plan_heads):
    """Direct cost per head."""
    return _per_head(direct_cost, heads, plan_heads)


@line("Management overhead", unit="money/year", over=PLAN)
def plan_management_overhead(management_overhead, heads, plan_heads):
    """Management overhead per head."""
    return _per_head(management_overhead, heads, plan_heads)


@line("Contract management", unit="money/year", over=PLAN)
def plan_contract_management(contract_management, heads, plan_heads):
    """Contract management per head."""
    return _per_head(contract_management, heads, plan_heads)


@line("Travel", unit="money/year", over=PLAN)
def plan_travel(travel, heads, incomplete_travel, plan_heads):
    """Trips of all teams per head."""
    shares = total(heads * travel, SITE, ROLE)
    return (shares + total(incomplete_travel, SITE)) / plan_heads


@line("Security, compliance and audits", unit="money/year", over=PLAN)
def plan_security(security, heads, incomplete_compliance, plan_heads):
    """Controls for each head, and compliance of all teams, per head."""
    shares = total(heads * security, SITE, ROLE)
    return (shares + total(incomplete_compliance, SITE)) / plan_heads


@line("Attrition and backfill", unit="money/year", over=PLAN)
def plan_attrition_cost(backfill_cost, heads, plan_heads):
    """Cost of attrition per head, with the handover to successors."""
    return _per_head(backfill_cost, heads, plan_heads)


@line("Extra costs", unit="money/year", over=PLAN)
def plan_extra_cost(extra_cost, heads, plan_heads):
    """Extra costs without end per head."""
    return _per_head(extra_cost, heads, plan_heads)


@line("Running cost of the plan", unit="money/year", over=PLAN)
def plan_running_cost(heads, cost_per_head, incomplete_cost):
    """What all heads and their teams cost in a year at year-1 pay."""
    return total(heads * cost_per_head, SITE, ROLE) + total(incomplete_cost, SITE)


@line("Difference of working hours", unit="money/year", over=PLAN)
def plan_hours_loss(plan_running_cost, worked_heads, plan_heads):
    """Further cost per head once the running cost is shared by the hours that are worked."""
    return plan_running_cost / total(worked_heads, SITE) - plan_running_cost / plan_heads


@line("Productivity difference", unit="money/year", over=PLAN)
def plan_productivity_loss(plan_running_cost, productive_heads, worked_heads):
    """Further cost per head once the running cost is shared by productive heads only."""
    before = plan_running_cost / total(worked_heads, SITE)
    return plan_running_cost / total(productive_heads, SITE) - before


@line("Communication overhead", unit="money/year", over=PLAN)
def plan_communication_loss(plan_running_cost, informed_heads, productive_heads):
    """The same, once output lost to communication counts too."""
    before = plan_running_cost / total(productive_heads, SITE)
    return plan_running_cost / total(informed_heads, SITE) - before


@line("Rework", unit="money/year", over=PLAN)
def plan_rework_loss(plan_running_cost, plan_equivalent_heads, informed_heads):
    """The same, once long-run rework counts too."""
    before = plan_running_cost / total(informed_heads, SITE)
    return plan_running_cost / plan_equivalent_heads - before


@line("Fully loaded cost per onshore-equivalent head", unit="money/year", over=PLAN)
def plan_fully_loaded_cost(plan_running_cost, plan_equivalent_heads):
    """What the plan pays for the output of one onshore head."""
    return plan_running_cost / plan_equivalent_heads


@line("Direct cost and all overhead", unit="money/year", over=PLAN)
def plan_cost_stack(
    plan_direct_cost,
    plan_management_overhead,
    plan_contract_management,
    plan_travel,
    plan_security,
    plan_attrition_cost,
    plan_extra_cost,
    plan_hours_loss,
    plan_productivity_loss,
    plan_communication_loss,
    plan_rework_loss,
):
    """The parts of the fully loaded cost, added up."""
    spent = plan_direct_cost + plan_management_overhead + plan_contract_management
    return (
        spent
        + plan_travel
        + plan_security
        + plan_attrition_cost
        + plan_extra_cost
        + plan_hours_loss
        + plan_productivity_loss
        + plan_communication_loss
        + plan_rework_loss
    )


@line("Net saving, steady state at year-1 pay", unit="fraction", over=PLAN)
def net_saving_steady(plan_fully_loaded_cost, plan_onshore_cost):
    """Saving once every site is ramped up, against the same output onshore. Source: S0-57."""
    return 1 - plan_fully_loaded_cost / plan_onshore_cost
