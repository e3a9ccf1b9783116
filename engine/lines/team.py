"""Plans in steady state.

Averages over a plan's team, weighted by onshore-equivalent heads: the heads times the share of an
onshore head's output that each delivers. So the average is total cost over total output, and the
lines of a plan still add up.
"""

from ..axes import ONSHORE, ROLE, SITE, total
from . import line

PLAN = ("plan",)


@line("Heads at the site", unit="heads", over=("plan", "site"))
def site_heads(heads):
    """Heads of all roles."""
    return total(heads, ROLE)


@line("Heads", unit="heads", over=PLAN)
def plan_heads(site_heads):
    """Heads of all roles at all sites."""
    return total(site_heads, SITE)


@line("Output per head, steady state", unit="fraction", over=("site",))
def steady_output(productivity, communication_share, rework_end):
    """Share of an onshore head's output that a ramped-up head delivers."""
    return productivity * (1 - communication_share) * (1 - rework_end)


@line("Onshore-equivalent heads by role", unit="heads", over=("plan", "site", "role"))
def equivalent_heads(heads, steady_output):
    """Onshore heads that would deliver the same output."""
    return heads * steady_output


@line("Onshore-equivalent heads", unit="heads", over=PLAN)
def plan_equivalent_heads(equivalent_heads):
    """Onshore heads that would deliver the plan's output."""
    return total(equivalent_heads, SITE, ROLE)


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


def _average(per_head, equivalent_heads, plan_equivalent_heads):
    return total(equivalent_heads * per_head, SITE, ROLE) / plan_equivalent_heads


@line("Salary per onshore-equivalent head", unit="money/year", over=PLAN)
def plan_salary(salary, equivalent_heads, plan_equivalent_heads):
    """Average salary."""
    return _average(salary, equivalent_heads, plan_equivalent_heads)


@line("Onshore loaded cost", unit="money/year", over=PLAN)
def plan_onshore_cost(onshore_loaded_cost, equivalent_heads, plan_equivalent_heads):
    """What the same output costs onshore."""
    return _average(onshore_loaded_cost, equivalent_heads, plan_equivalent_heads)


@line("Direct cost", unit="money/year", over=PLAN)
def plan_direct_cost(direct_cost, equivalent_heads, plan_equivalent_heads):
    """Average direct cost."""
    return _average(direct_cost, equivalent_heads, plan_equivalent_heads)


@line("Management overhead", unit="money/year", over=PLAN)
def plan_management_overhead(management_overhead, equivalent_heads, plan_equivalent_heads):
    """Average management overhead."""
    return _average(management_overhead, equivalent_heads, plan_equivalent_heads)


@line("Travel", unit="money/year", over=PLAN)
def plan_travel(travel, equivalent_heads, plan_equivalent_heads):
    """Average travel cost."""
    return _average(travel, equivalent_heads, plan_equivalent_heads)


@line("Security and compliance", unit="money/year", over=PLAN)
def plan_security(security, equivalent_heads, plan_equivalent_heads):
    """Average cost of security and compliance."""
    return _average(security, equivalent_heads, plan_equivalent_heads)


@line("Attrition and backfill", unit="money/year", over=PLAN)
def plan_attrition_cost(attrition_cost, equivalent_heads, plan_equivalent_heads):
    """Average cost of attrition."""
    return _average(attrition_cost, equivalent_heads, plan_equivalent_heads)


@line("Productivity difference", unit="money/year", over=PLAN)
def plan_productivity_loss(productivity_loss, equivalent_heads, plan_equivalent_heads):
    """Average cost of the productivity difference."""
    return _average(productivity_loss, equivalent_heads, plan_equivalent_heads)


@line("Communication overhead", unit="money/year", over=PLAN)
def plan_communication_loss(communication_loss, equivalent_heads, plan_equivalent_heads):
    """Average cost of communication."""
    return _average(communication_loss, equivalent_heads, plan_equivalent_heads)


@line("Rework", unit="money/year", over=PLAN)
def plan_rework_loss(rework_loss, equivalent_heads, plan_equivalent_heads):
    """Average cost of rework."""
    return _average(rework_loss, equivalent_heads, plan_equivalent_heads)


@line("Fully loaded cost per onshore-equivalent head", unit="money/year", over=PLAN)
def plan_fully_loaded_cost(fully_loaded_cost, equivalent_heads, plan_equivalent_heads):
    """What the plan pays for the output of one onshore head."""
    return _average(fully_loaded_cost, equivalent_heads, plan_equivalent_heads)


@line("Direct cost and all overhead", unit="money/year", over=PLAN)
def plan_cost_stack(
    plan_direct_cost,
    plan_management_overhead,
    plan_travel,
    plan_security,
    plan_attrition_cost,
    plan_productivity_loss,
    plan_communication_loss,
    plan_rework_loss,
):
    """The parts of the fully loaded cost, added up."""
    spent = plan_direct_cost + plan_management_overhead + plan_travel + plan_security
    return (
        spent
        + plan_attrition_cost
        + plan_productivity_loss
        + plan_communication_loss
        + plan_rework_loss
    )


@line("Net saving, steady state", unit="fraction", over=PLAN)
def net_saving_steady(plan_fully_loaded_cost, plan_onshore_cost):
    """Saving once every site is ramped up, against the same output onshore. Source: S0-57."""
    return 1 - plan_fully_loaded_cost / plan_onshore_cost
