"""What a plan's cost rests on.

Each part of the cost over the horizon has the grade of the weakest figure that it is computed from;
statutory charges have the grade of each rule. An own figure that has expired, and a law read more
than a year ago, count for less.
"""

from functools import reduce

import numpy as np

from ..axes import COMPONENT, FIGURE, MONTH, ROLE, RULE, SITE, along, total
from ..drivers import DRIVERS
from ..evidence import COMPONENTS, FIGURE_OF, POSITIONS
from ..grades import GRADES
from . import line, with_parameters

PLAN = ("plan",)
PLAN_SITE = ("plan", "site")
SITE_FIGURE = ("site", "figure")


@line("Month in which evidence must be current", unit="date")
def evidence_date(evidence_month, start_month):
    """First day of the month in which evidence must be current; not before month 1."""
    return np.maximum(evidence_month, start_month)


@line("Figure has expired or is disputed", unit="yes/no", over=SITE_FIGURE)
def figure_lapsed(figure_expires, evidence_date, figure_status):
    """1 for a figure whose last valid month is over, or whose status is disputed, else 0."""
    return np.where((figure_expires < evidence_date) | (figure_status > 2), 1, 0)


@line("Grade of the figure", unit="number", over=SITE_FIGURE)
def figure_grade(figure_edited, figure_basis, figure_lapsed):
    """Grade of the figure: 0 official, 1 secondary, 2 own, 3 assumption.

    An own figure that has expired or is disputed is an assumption; one that was edited has the
    grade that follows.
    """
    lapsed = (figure_basis == 2) * figure_lapsed
    return np.where(figure_edited < 0, figure_basis + lapsed, figure_edited)


@line("Grade of the charge", unit="number", over=("site", "rule"))
def rule_grade(statutory_grade, statutory_current_to, evidence_date):
    """Grade of a statutory charge; one that was read more than a year before is secondary."""
    old = np.maximum(1, statutory_grade)
    return np.where(statutory_current_to < evidence_date, old, statutory_grade)


@line("Figures that have expired or are disputed", unit="number")
def figures_lapsed(figure_lapsed):
    """How many figures of all sites have expired or are disputed."""
    return total(figure_lapsed, SITE, FIGURE)


def _charges_of_grade(number: int, grade: str) -> None:
    """Lines of the charges of a grade: per head, and of the plan over the horizon."""
    words = f"grade {number}, {grade}"

    def per_head(rule_charge, in_force, rule_grade, fx_rate):
        holds = (rule_grade == number) if number < len(GRADES) - 1 else (rule_grade > number - 1)
        return total(rule_charge * in_force * holds, RULE) / fx_rate

    asked: tuple[str, ...] = ("rule_charge", "in_force", "rule_grade", "fx_rate")
    meaning = f"Statutory charges per head whose rules are of {words}."
    sign = f"== {number}" if number < len(GRADES) - 1 else f"> {number - 1}"
    formula = f"total(rule_charge * in_force * (rule_grade {sign}), RULE) / fx_rate"
    name = f"charges_{grade}"
    declare = line(
        f"Charges per head: {grade}", unit="money/year", over=("site", "role"), formula=formula
    )
    globals()[name] = declare(with_parameters(name, asked, meaning, per_head))

    def of_site(heads, charges, months):
        return total(heads * charges, ROLE) / 12 * months

    asked = ("heads", name, "grown_months")
    meaning = f"Statutory charges at the site over the horizon whose rules are of {words}."
    formula = f"total(heads * {name}, ROLE) / 12 * grown_months"
    name = f"charges_{grade}_total"
    declare = line(f"Charges: {grade}", unit="money", over=PLAN_SITE, formula=formula)
    globals()[name] = declare(with_parameters(name, asked, meaning, of_site))


for _number, _grade in enumerate(GRADES):
    _charges_of_grade(_number, _grade)


@line("Grade of the weakest charge", unit="number", over=("site",))
def charges_grade(rule_grade):
    """Grade of the weakest charge of the site, on which later changes of the law rest."""
    return np.max(rule_grade, axis=RULE, keepdims=True)


@line("Grade of the driver", unit="number", over=("driver",))
def driver_grade(figure_grade, charges_grade, abroad, discount_grade):
    """Grade of the weakest figure abroad that a driver moves; of the discount rate its own."""

    def weakest(driver):
        if driver not in FIGURE_OF:
            return np.max(charges_grade * abroad, axis=SITE, keepdims=True)
        at = POSITIONS[FIGURE_OF[driver]]
        return np.max(figure_grade[:, :, :, at : at + 1] * abroad, axis=SITE, keepdims=True)

    parts = {name: weakest(name) for name in DRIVERS} | {"discount_rate": discount_grade}
    return along("driver", *parts.values())


@line("Grade of the part of the cost", unit="number", over=("site", "component"))
def component_grade(figure_grade, charges_grade):
    """Grade of the weakest figure that a part of the cost rests on."""

    def weakest(figures):
        grades = [figure_grade[:, :, :, at : at + 1] for at in (POSITIONS[one] for one in figures)]
        return reduce(np.maximum, grades) if grades else charges_grade

    return along("component", *(weakest(figures) for _, figures in COMPONENTS.values()))


@line("Local management, month of year 1", unit="money/month", over=PLAN_SITE)
def leads_month(heads, local_management):
    """Cost of the leads of the site's heads in a month of year 1, part of pay."""
    return total(heads * local_management, ROLE) / 12


@line("Handover to successors, month of year 1", unit="money/month", over=PLAN_SITE)
def handover_month(heads, successor_handover):
    """Knowledge transfer to successors in a month of year 1, part of internal time."""
    return total(heads * successor_handover, ROLE) / 12


@line("Internal time of the start", unit="money", over=PLAN_SITE)
def internal_start(internal_starting, share_hired):
    """Knowledge transfer by onshore staff to heads that start within the horizon."""
    return internal_starting * share_hired


@line("Internal time and output lost at the opening", unit="money", over=PLAN_SITE)
def opening_losses(internal_opening, lost_opening, site_new):
    """Staff's time and output lost as a contract begins, if that is within the horizon."""
    return (internal_opening + lost_opening) * site_new


@line("Recruitment at the start", unit="money", over=PLAN_SITE)
def recruitment_start(setup_starting, share_hired):
    """Recruitment and onboarding of heads that start within the horizon."""
    return setup_starting * share_hired


@line("Decision at the site", unit="money", over=PLAN_SITE)
def decision_at_site(site, total_decision_cost):
    """What the decision costs over the horizon: at the onshore base, whose team leaves."""
    return np.where(site == 1, total_decision_cost, 0)


@line("Part of the cost over the horizon", unit="money", over=("plan", "site", "component"))
def component_cost(
    pay_month, leads_month, benefits_month, seat_month, travel_month, compliance_month,
    hiring_month, lost_month, internal_month, handover_month, vendor_month, paid_growth,
    transferred, grown_months, general_months, staff_months, internal_start, opening_losses,
    recruitment_start, site_extras, site_setup, site_leaving, decision_at_site, site_law_change,
):  # fmt: skip
    """Part of the plan's cost at a site over the horizon, without charges by the law of month 1."""
    parts = {
        "pay": (pay_month - leads_month) * grown_months,
        "local_management": leads_month * grown_months,
        "benefits": benefits_month * grown_months,
        "vendor": vendor_month * total(paid_growth * (1 - transferred), MONTH),
        "workplace": seat_month * general_months,
        "travel": travel_month * general_months,
        "compliance": compliance_month * general_months,
        "successors": hiring_month * grown_months,
        "lost": lost_month * grown_months,
        "management": (internal_month - handover_month) * staff_months,
        "transfer": handover_month * staff_months + internal_start,
        "extra": total(site_extras, MONTH),
        "recruitment": recruitment_start * 1,
        "setup": total(site_setup, MONTH) - recruitment_start + opening_losses,
        "exit": total(site_leaving, MONTH) + decision_at_site,
        "law": total(site_law_change, MONTH),
    }
    return along("component", *(parts[name] for name in COMPONENTS))


@line("Cost on official and current figures", unit="money", over=PLAN)
def cost_official(component_grade, component_cost, charges_official_total):
    """Cost of the plan over the horizon that rests on official and current figures."""
    parts = total((component_grade == 0) * component_cost, SITE, COMPONENT)
    return parts + total(charges_official_total, SITE)


@line("Cost on secondary or old figures", unit="money", over=PLAN)
def cost_secondary(component_grade, component_cost, charges_secondary_total):
    """Cost of the plan over the horizon that rests on secondary or old figures."""
    parts = total((component_grade == 1) * component_cost, SITE, COMPONENT)
    return parts + total(charges_secondary_total, SITE)


@line("Cost on own figures", unit="money", over=PLAN)
def cost_own(component_grade, component_cost, charges_own_total):
    """Cost of the plan over the horizon that rests on the firm's own figures."""
    parts = total((component_grade == 2) * component_cost, SITE, COMPONENT)
    return parts + total(charges_own_total, SITE)


@line("Cost on assumptions", unit="money", over=PLAN)
def cost_assumed(component_grade, component_cost, charges_assumption_total):
    """Cost of the plan over the horizon that rests on assumptions and expired figures."""
    parts = total((component_grade > 2) * component_cost, SITE, COMPONENT)
    return parts + total(charges_assumption_total, SITE)


@line("Cost by grade", unit="money", over=PLAN)
def cost_graded(cost_official, cost_secondary, cost_own, cost_assumed):
    """Cost of the plan over the horizon, grade by grade; the checks compare it with the cost."""
    return cost_official + cost_secondary + cost_own + cost_assumed


@line("Share on official and current figures", unit="fraction", over=PLAN)
def share_official(cost_official, cost_graded):
    """Share of the plan's cost over the horizon that rests on official and current figures."""
    return np.where(cost_graded > 0, cost_official / cost_graded, 0)


@line("Share on secondary or old figures", unit="fraction", over=PLAN)
def share_secondary(cost_secondary, cost_graded):
    """Share of the plan's cost over the horizon that rests on secondary or old figures."""
    return np.where(cost_graded > 0, cost_secondary / cost_graded, 0)


@line("Share on own figures", unit="fraction", over=PLAN)
def share_own(cost_own, cost_graded):
    """Share of the plan's cost over the horizon that rests on the firm's own figures."""
    return np.where(cost_graded > 0, cost_own / cost_graded, 0)


@line("Share on assumptions", unit="fraction", over=PLAN)
def share_assumed(cost_assumed, cost_graded):
    """Share of the plan's cost over the horizon that rests on assumptions or expired figures."""
    return np.where(cost_graded > 0, cost_assumed / cost_graded, 0)
