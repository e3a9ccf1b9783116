"""Cost per head and year.

From pay to the fully loaded cost of one onshore-equivalent head, by site and role.
"""

import numpy as np

from ..axes import ONSHORE, RULE, TENURE, total, without_residue
from ..cost_kinds import Cost, Index, Kind
from . import line

SITE_ROLE = ("site", "role")


@line(
    "Gross pay per head",
    unit="money/year",
    over=SITE_ROLE,
    cost=Cost("pay", Index.LOCAL_PAY),
)
def pay(salary, extra_months, shift_premium):
    """Gross pay per head: salary, the extra months that the country pays, a premium for shifts.

    Source: S0-44, S0-48.
    """
    return salary * (1 + extra_months / 12 + shift_premium)


@line(
    "Statutory employer charges per head",
    unit="money/year",
    over=SITE_ROLE,
    cost=Cost("charges", Index.LOCAL_PAY),
)
def statutory_charges(rule_charge, in_force, fx_rate):
    """Social security and other charges per head that the law obliges the employer to pay.

    By the law of the first month.
    """
    return total(rule_charge * in_force, RULE) / fx_rate


@line(
    "Benefits per head",
    unit="money/year",
    over=SITE_ROLE,
    cost=Cost("benefits", Index.LOCAL_PAY),
)
def benefits(salary, benefits_rate):
    """Voluntary benefits per head, such as health insurance and retirement plans. Source: S0-49."""
    return salary * benefits_rate


@line(
    "Workplace per head",
    unit="money/year",
    over=SITE_ROLE,
    cost=Cost("seat", Index.GENERAL),
)
def workplace(workspace_cost, equipment_cost, tools_cost, training_cost):
    """Cost of a head's workplace: space, equipment, tools and training.

    Source: S0-47, S0-50, S0-51.
    """
    return workspace_cost + equipment_cost + tools_cost + training_cost


@line("Local management, of pay and charges", unit="fraction", over=("site",))
def lead_rate(local_management_rate, heads_per_lead, lead_pay):
    """One lead for so many heads at a lead's pay; else the share as entered. Source: S0-52."""
    return np.where(heads_per_lead > 0, lead_pay / heads_per_lead, local_management_rate)


@line(
    "Local management",
    unit="money/year",
    over=SITE_ROLE,
    cost=Cost("pay", Index.LOCAL_PAY),
)
def local_management(pay, statutory_charges, lead_rate):
    """Leads at the site, as a share of pay and charges. Source: S0-52."""
    return (pay + statutory_charges) * lead_rate


@line("Vendor's mark-up and change orders", unit="fraction of cost", over=("site",))
def vendor_rate(vendor_fee_rate, change_order_rate):
    """Share of cost that a vendor adds: its mark-up, and change orders when requirements move.

    Source: S3-64.
    """
    return vendor_fee_rate + change_order_rate


@line(
    "Vendor or employer-of-record fee",
    unit="money/year",
    over=SITE_ROLE,
    cost=Cost("vendor", Index.LOCAL_PAY),
)
def vendor_fee(
    pay,
    statutory_charges,
    benefits,
    workplace,
    local_management,
    vendor_rate,
    vendor_fee_month,
):
    """Fee per head of a vendor or employer of record.

    A mark-up on all other direct cost, and a fee per head and month.
    """
    cost = pay + statutory_charges + benefits + workplace + local_management
    return cost * vendor_rate + vendor_fee_month * 12


@line("Direct cost per head", unit="money/year", over=SITE_ROLE)
def direct_cost(pay, statutory_charges, benefits, workplace, local_management, vendor_fee):
    """Direct cost per head: all that is paid for an employee who stays. Source: S0-48 to S0-52."""
    return pay + statutory_charges + benefits + workplace + local_management + vendor_fee


@line("Output lost in a new hire's ramp-up", unit="months", over=("site",))
def lost_ramp_months(ramp):
    """Months of output that a new hire does not deliver in the first year."""
    return total(1 - ramp, TENURE)


@line("Attrition after the effect of training", unit="fraction/year", over=("site",))
def attrition(attrition_rate, training_effect, training_cost, training_target):
    """Share of heads who leave in a year, after the effect of training.

    People whose growth is paid for stay longer. Source: S0-47.
    """
    return attrition_rate * (1 - training_effect * np.minimum(1, training_cost / training_target))


@line(
    "Recruitment of successors per head",
    unit="money/year",
    over=SITE_ROLE,
    cost=Cost("hiring", Index.LOCAL_PAY),
)
def successor_recruitment(attrition, recruitment_rate, salary):
    """Recruiting those who follow heads that leave."""
    return attrition * recruitment_rate * salary


@line(
    "Output lost to attrition per head",
    unit="money/year",
    over=SITE_ROLE,
    cost=Cost("lost", Index.LOCAL_PAY, Kind.LOST),
)
def attrition_output_lost(attrition, lost_ramp_months, vacancy_months, direct_cost):
    """Output of vacancies and of the ramp of successors, at the direct cost of a head."""
    return attrition * (vacancy_months + lost_ramp_months) * direct_cost / 12


@line("Attrition and backfill per head", unit="money/year", over=SITE_ROLE)
def attrition_cost(successor_recruitment, attrition_output_lost):
    """Recruiting a successor, and the output of the vacancy and of the successor's ramp."""
    return successor_recruitment + attrition_output_lost


@line("Onshore loaded cost of the role", unit="money/year", over=SITE_ROLE)
def onshore_loaded_cost(direct_cost, attrition_cost, extra_cost):
    """Loaded cost per head of the same role onshore: direct cost, attrition, extra costs.

    Source: S0-03, 150 an hour.
    """
    return direct_cost[ONSHORE] + attrition_cost[ONSHORE] + extra_cost[ONSHORE]


@line("Basis of management overhead", unit="money/year", over=SITE_ROLE)
def management_base(management_basis, direct_cost, onshore_loaded_cost):
    """Cost per head that management overhead is a share of.

    Direct cost or onshore loaded cost: the source leaves it open. Source: S0-53, C-2.
    """
    return np.where(management_basis == 1, onshore_loaded_cost, direct_cost)


@line("Hours of onshore management per head", unit="hours/week", over=("site",))
def management_hours(review_hours, clarification_hours, coordination_hours, quality_hours):
    """Hours of onshore staff that a head at the site takes up in a week.

    Code review counts once. Source: S0-33, S0-53.
    """
    return review_hours + clarification_hours + coordination_hours + quality_hours


@line("Management overhead by hours", unit="money/year", over=SITE_ROLE)
def management_by_hours(management_hours, working_weeks, onshore_loaded_cost, productive_hours):
    """Management overhead per head if it is counted in hours of onshore staff.

    The hours at the onshore loaded cost of an hour.
    """
    hour = onshore_loaded_cost / productive_hours[ONSHORE]
    return management_hours * working_weeks * hour


@line(
    "Management overhead per head",
    unit="money/year",
    over=SITE_ROLE,
    cost=Cost("internal", Index.ONSHORE_PAY, Kind.INTERNAL),
)
def management_overhead(management_basis, management_rate, management_base, management_by_hours):
    """Management overhead per head: coordination, review, clarification, quality assurance.

    Source: S0-53, 15-25 %.
    """
    by_share = management_rate * management_base
    return np.where(management_basis == 2, management_by_hours, by_share)


@line("Management overhead as a share of direct cost", unit="fraction", over=SITE_ROLE)
def management_share(management_overhead, direct_cost):
    """Management overhead per head as a share of its direct cost, usually 15-25 %.

    Source: S0-53.
    """
    return management_overhead / direct_cost


@line(
    "Travel per head",
    unit="money/year",
    over=SITE_ROLE,
    cost=Cost("travel", Index.GENERAL),
)
def travel(travel_trips, trip_cost, team_size):
    """Travel cost per head: the trips of a full team in both directions, shared by its heads.

    Source: S0-46, S0-56.
    """
    return travel_trips * trip_cost / team_size


@line("Security controls per head", unit="money/year", over=("site",))
def security_controls(access_cost, audit_trail_cost, traceability_cost, incident_cost):
    """Cost of security controls per head: least privilege, audit trails, tracing, incidents.

    Source: S3-45 to S3-48.
    """
    return access_cost + audit_trail_cost + traceability_cost + incident_cost


@line("Compliance and audits per team", unit="money/year", over=("site",))
def compliance(gdpr_cost, soc2_cost, audits, audit_cost):
    """Compliance cost per team: GDPR, SOC 2, quality and security audits. Source: S0-36, S3-49."""
    return gdpr_cost + soc2_cost + audits * audit_cost


@line(
    "Security, compliance and audits per head",
    unit="money/year",
    over=SITE_ROLE,
    cost=Cost("compliance", Index.GENERAL),
)
def security(security_controls, compliance, team_size):
    """Cost of security per head: its controls, and its share of a full team's compliance."""
    return security_controls + compliance / team_size


@line(
    "Contract management per head",
    unit="money/year",
    over=SITE_ROLE,
    cost=Cost("internal", Index.ONSHORE_PAY, Kind.INTERNAL),
)
def contract_management(direct_cost, contract_management_share):
    """Managing the contract with a vendor, as a share of what it costs in a year."""
    return direct_cost * contract_management_share


@line("Knowledge transfer per head", unit="money", over=SITE_ROLE)
def knowledge_transfer_cost(knowledge_transfer_hours, onshore_loaded_cost, productive_hours):
    """Knowledge transfer by onshore staff to a new head, at the onshore loaded hour.

    Source: S0-59.
    """
    return knowledge_transfer_hours * onshore_loaded_cost / productive_hours[ONSHORE]


@line(
    "Handover to successors per head",
    unit="money/year",
    over=SITE_ROLE,
    cost=Cost("internal", Index.ONSHORE_PAY, Kind.INTERNAL),
)
def successor_handover(attrition, successor_transfer, knowledge_transfer_cost):
    """Knowledge transfer to those who follow heads that leave, by onshore staff."""
    return attrition * successor_transfer * knowledge_transfer_cost


@line("Attrition and backfill, with the handover", unit="money/year", over=SITE_ROLE)
def backfill_cost(attrition_cost, successor_handover):
    """Attrition and backfill of a head, with knowledge transfer to the successor."""
    return attrition_cost + successor_handover


@line("Cost per head", unit="money/year", over=SITE_ROLE)
def cost_per_head(
    direct_cost,
    management_overhead,
    contract_management,
    travel,
    security,
    backfill_cost,
    extra_cost,
):
    """All cost of a head, before it is grossed up for output that it does not deliver."""
    spent = direct_cost + management_overhead + contract_management
    return spent + travel + security + backfill_cost + extra_cost


@line("Productive hours against onshore", unit="fraction", over=("site",))
def hours_share(productive_hours):
    """Productive hours of a head over those of an onshore head."""
    return productive_hours / productive_hours[ONSHORE]


@line("Difference of working hours per head", unit="money/year", over=SITE_ROLE)
def hours_loss(cost_per_head, hours_share):
    """Further cost until the hours equal one onshore head's."""
    return cost_per_head / hours_share - cost_per_head


@line("Productivity difference per head", unit="money/year", over=SITE_ROLE)
def productivity_loss(cost_per_head, hours_loss, rated_productivity):
    """The cost so far, grossed up until the output equals one onshore head's an hour."""
    so_far = cost_per_head + hours_loss
    return so_far / rated_productivity - so_far


@line("Output lost to friction", unit="fraction", over=("site",))
def friction_share(
    communication_base, documentation_share, communication_per_hour, overlap_target_hours, overlap
):
    """Share of output lost to misunderstandings and documentation.

    It rises with every hour of overlap short of the target. Source: S0-39, S0-54.
    """
    short = np.maximum(0, overlap_target_hours - overlap)
    return communication_base + documentation_share + communication_per_hour * short


@line("Output lost to waiting for answers", unit="fraction", over=("site",))
def waiting_share(open_questions, answer_days):
    """Share of output lost while blocking questions wait for an answer.

    The number of such questions, and how long each blocks. Source: S0-41, S3-09, S3-43.
    """
    return open_questions * answer_days


@line("Cost of waiting per head", unit="money/year", over=SITE_ROLE)
def waiting_cost(waiting_share, cost_per_head):
    """Cost per head of the time spent waiting for answers, part of communication overhead.

    Source: S0-41.
    """
    return waiting_share * cost_per_head


@line("Friction counts", unit="yes/no", over=("site",))
def friction_counts(distance_loss, productivity, friction_share):
    """0 where the rating of productivity counts instead, so that no loss counts twice."""
    larger = (friction_share > 1 - productivity) * 1
    alone = (distance_loss == 0) * 1 + (distance_loss > 2) * 1
    return np.where(distance_loss == 1, larger, alone)


@line("Productivity that counts", unit="fraction", over=("site",))
def rated_productivity(distance_loss, friction_counts, productivity):
    """As rated; 1 where friction counts instead of a lower rating."""
    unrated = np.maximum(1, productivity)
    return np.where((distance_loss > 0) * friction_counts == 1, unrated, productivity)


@line("Friction that counts", unit="fraction", over=("site",))
def counted_friction(friction_counts, friction_share):
    """Output lost to friction; 0 where the rating of productivity counts instead."""
    return friction_counts * friction_share


@line("Output lost to communication", unit="fraction", over=("site",))
def communication_share(counted_friction, waiting_share):
    """Friction, and waiting in what time is left. Source: S0-54."""
    return counted_friction + (1 - counted_friction) * waiting_share


@line("Communication overhead per head", unit="money/year", over=SITE_ROLE)
def communication_loss(cost_per_head, hours_loss, productivity_loss, communication_share):
    """The cost so far, grossed up for the output lost to communication."""
    so_far = cost_per_head + hours_loss + productivity_loss
    return so_far / (1 - communication_share) - so_far


@line("Rework per head", unit="money/year", over=SITE_ROLE)
def rework_loss(cost_per_head, hours_loss, productivity_loss, communication_loss, rework_end):
    """The cost so far, grossed up for the long-run share of output redone. Source: S0-55."""
    so_far = cost_per_head + hours_loss + productivity_loss + communication_loss
    return so_far / (1 - rework_end) - so_far


@line("Fully loaded cost by role", unit="money/year", over=SITE_ROLE)
def fully_loaded_cost(
    cost_per_head, hours_loss, productivity_loss, communication_loss, rework_loss
):
    """What it costs to get the output of one onshore head."""
    return cost_per_head + hours_loss + productivity_loss + communication_loss + rework_loss


@line("Cost per productive hour", unit="money/hour", over=SITE_ROLE)
def hourly_cost(cost_per_head, productive_hours):
    """Cost of a head per productive hour at the site, whatever the hour delivers."""
    return cost_per_head / productive_hours


@line("Fully loaded cost per billed hour", unit="money/hour", over=SITE_ROLE)
def fully_loaded_rate(fully_loaded_cost, billed_hours):
    """Fully loaded cost of one billed onshore hour's output, by site and role.

    The fully loaded cost over the hours that an onshore head bills. Source: S0-03, 150 onshore.
    """
    return fully_loaded_cost / billed_hours


@line("Headline saving by role", unit="fraction", over=SITE_ROLE)
def headline_saving(salary):
    """Saving that the rate card promises for a role: its salary against the onshore salary.

    Source: S0-57, 'not the 70 %'.
    """
    return 1 - salary / salary[ONSHORE]


@line("Net saving by role, steady state at year-1 pay", unit="fraction", over=SITE_ROLE)
def net_saving_head(fully_loaded_cost, onshore_loaded_cost):
    """Net saving by role: fully loaded cost against the onshore loaded cost.

    Source: S0-57, 30-50 %.
    """
    return 1 - fully_loaded_cost / onshore_loaded_cost


@line("Net saving by role, management on direct cost", unit="fraction", over=SITE_ROLE)
def net_saving_basis_a(
    management_rate,
    direct_cost,
    management_overhead,
    cost_per_head,
    fully_loaded_cost,
    onshore_loaded_cost,
):
    """Net saving by role if management overhead were a share of direct cost.

    Whatever basis the scenario chooses. Source: C-2.
    """
    rest = cost_per_head - management_overhead
    scale = fully_loaded_cost / cost_per_head / onshore_loaded_cost
    return without_residue(1 - (rest + management_rate * direct_cost) * scale)


@line("Net saving by role, management on onshore cost", unit="fraction", over=SITE_ROLE)
def net_saving_basis_b(
    management_rate, management_overhead, cost_per_head, fully_loaded_cost, onshore_loaded_cost
):
    """Net saving by role if management overhead were a share of the onshore loaded cost.

    Whatever basis the scenario chooses. Source: C-2.
    """
    rest = cost_per_head - management_overhead
    scale = fully_loaded_cost / cost_per_head / onshore_loaded_cost
    return without_residue(1 - (rest + management_rate * onshore_loaded_cost) * scale)
