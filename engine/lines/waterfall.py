"""From headline to net saving.

Bars that lead from the rate card's saving to the net saving, in fractions of the onshore loaded
cost. The gross-ups are sequential, so the bars add up, but for rounding, which is taken away.
"""

from ..axes import without_residue
from . import line

PLAN = ("plan",)


@line("Headline saving of the rate card", unit="fraction", over=PLAN)
def bar_headline(plan_headline_saving):
    """Headline saving of the rate card, the first bar of the waterfall."""
    return plan_headline_saving


@line("Salary relative to the onshore cost", unit="fraction", over=PLAN)
def salary_share(plan_salary, plan_onshore_cost):
    """Average salary of the plan relative to the onshore loaded cost.

    The rate card's comparison by the yardstick of the net saving.
    """
    return plan_salary / plan_onshore_cost


@line("Direct cost relative to the onshore cost", unit="fraction", over=PLAN)
def direct_share(plan_direct_cost, plan_onshore_cost):
    """Average direct cost of the plan relative to the onshore loaded cost.

    With charges, benefits, workplace and fees.
    """
    return plan_direct_cost / plan_onshore_cost


@line("Plus onshore overhead saved as well", unit="fraction", over=PLAN)
def bar_onshore_overhead(salary_share, plan_headline_saving):
    """Saving gained because onshore charges and overhead are saved as well.

    Onshore people cost more than their salary too: the change of yardstick.
    """
    return 1 - salary_share - plan_headline_saving


@line("Less charges, benefits, workplace, fees", unit="fraction", over=PLAN)
def bar_direct(salary_share, direct_share):
    """Saving given up to charges, benefits, workplace and fees."""
    return salary_share - direct_share


@line("Less management overhead", unit="fraction", over=PLAN)
def bar_management(plan_management_overhead, plan_onshore_cost):
    """Saving given up to management overhead."""
    return -plan_management_overhead / plan_onshore_cost


@line("Less contract management", unit="fraction", over=PLAN)
def bar_contract(plan_contract_management, plan_onshore_cost):
    """Saving given up to managing the contract with a vendor."""
    return -plan_contract_management / plan_onshore_cost


@line("Less travel", unit="fraction", over=PLAN)
def bar_travel(plan_travel, plan_onshore_cost):
    """Saving given up to travel."""
    return -plan_travel / plan_onshore_cost


@line("Less security, compliance and audits", unit="fraction", over=PLAN)
def bar_security(plan_security, plan_onshore_cost):
    """Saving given up to security, compliance and audits."""
    return -plan_security / plan_onshore_cost


@line("Less attrition and backfill", unit="fraction", over=PLAN)
def bar_attrition(plan_attrition_cost, plan_onshore_cost):
    """Saving given up to attrition and backfill."""
    return -plan_attrition_cost / plan_onshore_cost


@line("Less extra costs", unit="fraction", over=PLAN)
def bar_extra(plan_extra_cost, plan_onshore_cost):
    """Saving given up to the scenario's own extra costs."""
    return -plan_extra_cost / plan_onshore_cost


@line("Less shorter working hours", unit="fraction", over=PLAN)
def bar_hours(plan_hours_loss, plan_onshore_cost):
    """Saving given up to fewer productive hours a head."""
    return -plan_hours_loss / plan_onshore_cost


@line("Less productivity difference", unit="fraction", over=PLAN)
def bar_productivity(plan_productivity_loss, plan_onshore_cost):
    """Saving given up to lower productivity."""
    return -plan_productivity_loss / plan_onshore_cost


@line("Less communication overhead", unit="fraction", over=PLAN)
def bar_communication(plan_communication_loss, plan_onshore_cost):
    """Saving given up to communication overhead."""
    return -plan_communication_loss / plan_onshore_cost


@line("Less rework beyond onshore rework", unit="fraction", over=PLAN)
def bar_rework(plan_rework_loss, plan_onshore_cost):
    """Saving given up to rework."""
    return -plan_rework_loss / plan_onshore_cost


@line("Total of all bars", unit="fraction", over=PLAN)
def bars_total(
    bar_headline,
    bar_onshore_overhead,
    bar_direct,
    bar_management,
    bar_contract,
    bar_travel,
    bar_security,
    bar_attrition,
    bar_extra,
    bar_hours,
    bar_productivity,
    bar_communication,
    bar_rework,
):
    """Sum of all bars of the waterfall, equal to the net saving."""
    rate_card = bar_headline + bar_onshore_overhead + bar_direct
    managed = bar_management + bar_contract
    overhead = bar_travel + bar_security + bar_attrition + bar_extra
    output = bar_hours + bar_productivity + bar_communication + bar_rework
    return without_residue(rate_card + managed + overhead + output)
