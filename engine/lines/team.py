"""Plans in steady state.

Costs of a plan are averages over the heads that its output needs, so rounding up raises them. Three
gross-ups then share the plan's running cost by ever fewer heads: by productivity, without what
communication costs, without rework. The last are the onshore-equivalent heads, so the fully loaded
cost is total cost over total output.
"""

import numpy as np

from ..axes import ONSHORE, ROLE, SITE, total
from ..cost_kinds import Cost, Index
from . import line

PLAN = ("plan",)


@line("Heads at the site", unit="heads", over=("plan", "site"))
def site_heads(heads):
    """Heads of all roles that the plan has at the site."""
    return total(heads, ROLE)


@line("Teams at the site", unit="teams", over=("plan", "site"))
def site_teams(site_entered_heads, team_size, check_tolerance):
    """Teams that the plan has at the site: heads as entered over the size of a team, rounded up."""
    teams = site_entered_heads / team_size
    return np.maximum(teams, np.floor(teams + 1 - check_tolerance))


@line("Unfilled part of the last team", unit="teams", over=("plan", "site"))
def unfilled_teams(site_teams, site_entered_heads, team_size, site_growth):
    """Unfilled part of the last team at the site; 0 where all teams are full.

    Sizing makes all teams of the site larger in proportion.
    """
    return (site_teams - site_entered_heads / team_size) * site_growth


@line(
    "Travel of incomplete teams",
    unit="money/year",
    over=("plan", "site"),
    cost=Cost("travel", Index.GENERAL),
)
def incomplete_travel(unfilled_teams, travel_trips, trip_cost):
    """Travel cost of an incomplete team that its heads' shares do not pay for.

    An incomplete team makes all the trips of a full one.
    """
    return unfilled_teams * travel_trips * trip_cost


@line(
    "Compliance and audits of incomplete teams",
    unit="money/year",
    over=("plan", "site"),
    cost=Cost("compliance", Index.GENERAL),
)
def incomplete_compliance(unfilled_teams, compliance):
    """Compliance cost of an incomplete team that its heads' shares do not pay for.

    An incomplete team is audited like a full one.
    """
    return unfilled_teams * compliance


@line("Cost of incomplete teams", unit="money/year", over=("plan", "site"))
def incomplete_cost(incomplete_travel, incomplete_compliance):
    """Cost of an incomplete team in addition to the cost of its heads; 0 if all are full."""
    return incomplete_travel + incomplete_compliance


@line("Heads of the plan, sized", unit="heads", over=PLAN)
def plan_heads(site_heads):
    """Heads of all roles at all sites of the plan."""
    return total(site_heads, SITE)


@line("Onshore management needed", unit="hours/week", over=PLAN)
def management_needed(site_heads, management_hours):
    """Hours of onshore management that the plan needs in a week.

    Review, clarification, coordination and quality assurance. Source: S3-53.
    """
    return total(site_heads * management_hours, SITE)


@line("Onshore management to spare", unit="hours/week", over=PLAN)
def management_left(management_capacity, management_needed):
    """Hours of onshore management in a week that the plan does not need.

    Below 0, the plan needs more than leaders have. Source: S3-53.
    """
    return management_capacity - management_needed


@line("Heads by productive hours", unit="heads", over=("plan", "site"))
def worked_heads(site_exact_heads, hours_share):
    """Heads at the site, each counted by its productive hours relative to onshore."""
    return site_exact_heads * hours_share


@line("Productivity-adjusted heads", unit="heads", over=("plan", "site"))
def productive_heads(worked_heads, rated_productivity):
    """Heads at the site, each counted by its hours and productivity relative to onshore."""
    return worked_heads * rated_productivity


@line("Heads after communication losses", unit="heads", over=("plan", "site"))
def heads_after_communication(productive_heads, communication_share):
    """Productivity-adjusted heads at the site, less output lost to communication."""
    return productive_heads * (1 - communication_share)


@line("Onshore-equivalent heads at the site", unit="heads", over=("plan", "site"))
def site_equivalent_heads(heads_after_communication, rework_end):
    """Onshore heads that would deliver the site's output in the long run.

    Productivity-adjusted heads, less output lost to communication and to rework.
    """
    return heads_after_communication * (1 - rework_end)


@line("Onshore-equivalent heads", unit="heads", over=PLAN)
def plan_equivalent_heads(site_equivalent_heads):
    """Onshore heads that would deliver the output of the whole plan."""
    return total(site_equivalent_heads, SITE)


@line("Output per head in steady state", unit="fraction", over=("site",))
def steady_output(hours_share, rated_productivity, communication_share, rework_end):
    """Output of a head after its ramp-up, as a share of an onshore head's output."""
    return hours_share * rated_productivity * (1 - communication_share) * (1 - rework_end)


@line("Onshore-equivalent heads by role", unit="heads", over=("plan", "site", "role"))
def equivalent_heads(exact_heads, steady_output):
    """Onshore heads that would deliver the output of the heads of a role at the site."""
    return exact_heads * steady_output


@line("Salaries of the plan", unit="money/year", over=PLAN)
def plan_salaries(heads, salary):
    """Salaries of all heads of the plan in a year, as a rate card counts them."""
    return total(heads * salary, SITE, ROLE)


@line("Salary of the role onshore", unit="money/year", over=("site", "role"))
def onshore_salary(salary):
    """Salary of the same role at the onshore base."""
    return salary[ONSHORE]


@line("Salaries of the same heads onshore", unit="money/year", over=PLAN)
def plan_onshore_salaries(exact_heads, onshore_salary):
    """Salaries that all heads of the plan would draw onshore in a year."""
    return total(exact_heads * onshore_salary, SITE, ROLE)


@line("Saving, headline (salaries only)", unit="fraction", over=PLAN)
def plan_headline_saving(plan_salaries, plan_onshore_salaries):
    """Saving that the rate card promises for the plan: its salaries against those onshore.

    Source: S0-57.
    """
    return 1 - plan_salaries / plan_onshore_salaries


def _per_head(cost, heads, plan_exact_heads):
    return total(heads * cost, SITE, ROLE) / plan_exact_heads  # rounding up costs money


@line("Salary per head", unit="money/year", over=PLAN)
def plan_salary(salary, heads, plan_exact_heads):
    """Average salary over all heads of the plan."""
    return _per_head(salary, heads, plan_exact_heads)


@line("Onshore cost of the same output", unit="money/year", over=PLAN)
def plan_onshore_cost(onshore_loaded_cost, equivalent_heads, plan_equivalent_heads):
    """Onshore loaded cost of the plan's output, per onshore-equivalent head.

    The yardstick of the plan's saving.
    """
    return total(equivalent_heads * onshore_loaded_cost, SITE, ROLE) / plan_equivalent_heads


@line("Direct cost", unit="money/year", over=PLAN)
def plan_direct_cost(direct_cost, heads, plan_exact_heads):
    """Average direct cost over all heads of the plan."""
    return _per_head(direct_cost, heads, plan_exact_heads)


@line("Management overhead", unit="money/year", over=PLAN)
def plan_management_overhead(management_overhead, heads, plan_exact_heads):
    """Average management overhead over all heads of the plan."""
    return _per_head(management_overhead, heads, plan_exact_heads)


@line("Contract management", unit="money/year", over=PLAN)
def plan_contract_management(contract_management, heads, plan_exact_heads):
    """Average cost of managing the contract over all heads of the plan."""
    return _per_head(contract_management, heads, plan_exact_heads)


@line("Travel", unit="money/year", over=PLAN)
def plan_travel(travel, heads, incomplete_travel, plan_exact_heads):
    """Travel cost of all teams of the plan, per head."""
    shares = total(heads * travel, SITE, ROLE)
    return (shares + total(incomplete_travel, SITE)) / plan_exact_heads


@line("Security, compliance and audits", unit="money/year", over=PLAN)
def plan_security(security, heads, incomplete_compliance, plan_exact_heads):
    """Security, compliance and audits of the plan, per head.

    Controls for each head, and compliance of all teams.
    """
    shares = total(heads * security, SITE, ROLE)
    return (shares + total(incomplete_compliance, SITE)) / plan_exact_heads


@line("Attrition and backfill", unit="money/year", over=PLAN)
def plan_attrition_cost(backfill_cost, heads, plan_exact_heads):
    """Average cost of attrition and backfill over all heads of the plan."""
    return _per_head(backfill_cost, heads, plan_exact_heads)


@line("Extra costs", unit="money/year", over=PLAN)
def plan_extra_cost(extra_cost, heads, plan_exact_heads):
    """Average extra costs without a last month over all heads of the plan."""
    return _per_head(extra_cost, heads, plan_exact_heads)


@line("Running cost of the plan", unit="money/year", over=PLAN)
def plan_running_cost(heads, cost_per_head, incomplete_cost):
    """Cost of all heads and teams of the plan in a year, at year-1 pay."""
    return total(heads * cost_per_head, SITE, ROLE) + total(incomplete_cost, SITE)


@line("Difference of working hours", unit="money/year", over=PLAN)
def plan_hours_loss(plan_running_cost, worked_heads, plan_exact_heads):
    """Additional cost per head of the plan because of shorter working hours.

    The running cost shared by heads counted by their hours, less that shared by all heads.
    """
    return plan_running_cost / total(worked_heads, SITE) - plan_running_cost / plan_exact_heads


@line("Productivity difference", unit="money/year", over=PLAN)
def plan_productivity_loss(plan_running_cost, productive_heads, worked_heads):
    """Additional cost per head of the plan because of lower productivity.

    The running cost shared by productivity-adjusted heads, less that shared by hours alone.
    """
    before = plan_running_cost / total(worked_heads, SITE)
    return plan_running_cost / total(productive_heads, SITE) - before


@line("Communication overhead", unit="money/year", over=PLAN)
def plan_communication_loss(plan_running_cost, heads_after_communication, productive_heads):
    """Additional cost per head of the plan because of output lost to communication.

    Beyond the productivity difference.
    """
    before = plan_running_cost / total(productive_heads, SITE)
    return plan_running_cost / total(heads_after_communication, SITE) - before


@line("Rework beyond onshore rework", unit="money/year", over=PLAN)
def plan_rework_loss(plan_running_cost, plan_equivalent_heads, heads_after_communication):
    """Additional cost per head of the plan because of rework in the long run.

    Beyond productivity and communication.
    """
    before = plan_running_cost / total(heads_after_communication, SITE)
    return plan_running_cost / plan_equivalent_heads - before


@line("Fully loaded cost per onshore-equivalent head", unit="money/year", over=PLAN)
def plan_fully_loaded_cost(plan_running_cost, plan_equivalent_heads):
    """Fully loaded cost that the plan pays for the output of one onshore head."""
    return plan_running_cost / plan_equivalent_heads


@line("Direct cost plus all overhead", unit="money/year", over=PLAN)
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
    """Sum of direct cost and all overhead of the plan, equal to its fully loaded cost."""
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


@line("Saving, steady state at year-1 pay", unit="fraction", over=PLAN)
def net_saving_steady(plan_fully_loaded_cost, plan_onshore_cost):
    """Net saving of the plan once every site is ramped up, against the same output onshore.

    Source: S0-57.
    """
    return 1 - plan_fully_loaded_cost / plan_onshore_cost
