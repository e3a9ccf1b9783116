"""What the figures of a site rest on: the grades of evidence, and the figures that are graded.

A figure is what a controller asks about: the salary, the benefits, the setup. It may stand for
several inputs. Its grade is that of the weakest of them; the cost that a figure sets has its grade.
"""

from collections.abc import Container, Mapping
from typing import NamedTuple

from .declaration import Input
from .grades import ASSUMPTION, GRADES_OF_CHARGES, OFFICIAL, OWN, grade_of
from .locations import Location


class Figure(NamedTuple):
    """A figure of a site that is graded as one.

    Attributes
    ----------
    label : str
        What a reader sees.
    inputs : tuple of str
        Inputs of a site that it stands for. One that is neither set nor above 0 does not count.
    """

    label: str
    inputs: tuple[str, ...]


FIGURES: dict[str, Figure] = {
    "salary": Figure("Salary", ("salary",)),
    "benefits": Figure("Benefits", ("benefits_rate",)),
    "local_management": Figure("Local management", ("local_management_rate", "heads_per_lead")),
    "vendor": Figure("Vendor's fee", ("vendor_fee_rate", "vendor_fee_month", "change_order_rate")),
    "workplace": Figure(
        "Workplace", ("workspace_cost", "equipment_cost", "tools_cost", "training_cost")
    ),
    "management": Figure("Management overhead", ("management_rate", "contract_management_share")),
    "travel": Figure("Travel", ("travel_trips", "trip_cost")),
    "compliance": Figure(
        "Security and compliance",
        ("access_cost", "audit_trail_cost", "traceability_cost", "incident_cost", "gdpr_cost",
         "soc2_cost", "audits"),
    ),
    "attrition": Figure("Attrition", ("attrition_rate",)),
    "recruitment": Figure("Recruitment", ("recruitment_rate", "onboarding_cost")),
    "transfer": Figure("Knowledge transfer", ("knowledge_transfer_hours",)),
    "setup": Figure(
        "Setup of the site",
        ("process_development_cost", "management_infrastructure_cost", "vendor_selection_share",
         "transition_share", "layoff_share", "dip_share", "process_change_share", "transfer_fee"),
    ),
    "extra": Figure("Extra costs", ("extra_amount",)),
    "exit": Figure("Notice and severance", ("stop_severance_weeks", "stop_notice_weeks")),
    "productivity": Figure("Productivity", ("productivity",)),
    "overlap": Figure("Overlap of working hours", ("overlap_hours",)),
    "communication": Figure("Communication losses", ("communication_base", "documentation_share")),
    "rework": Figure("Rework", ("rework_start", "rework_end", "rework_half_life")),
    "ramp": Figure("Ramp-up of a new hire", ("ramp",)),
    "hours": Figure("Productive hours", ("productive_hours",)),
    "wages": Figure("Wage inflation", ("wage_inflation",)),
    "currency": Figure("Currency drift", ("fx_drift",)),
    "pivots": Figure("Changes of direction", ("pivot_weeks",)),
}  # fmt: skip
POSITIONS = {name: number for number, name in enumerate(FIGURES)}
FIGURE_OF = {name: figure for figure, entry in FIGURES.items() for name in entry.inputs}

# The parts of a plan's cost at a site, each with the figures that it rests on; charges by the
# law of month 1 apart, which are graded rule by rule, as is what the law changes later.
COMPONENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "pay": ("Pay", ("salary",)),
    "local_management": ("Local management", ("local_management",)),
    "benefits": ("Benefits", ("benefits",)),
    "vendor": ("Vendor", ("vendor",)),
    "workplace": ("Workplace", ("workplace",)),
    "travel": ("Travel", ("travel",)),
    "compliance": ("Security and compliance", ("compliance",)),
    "successors": ("Recruitment of successors", ("attrition", "recruitment")),
    "lost": ("Output lost to attrition", ("attrition",)),
    "management": ("Management overhead", ("management",)),
    "transfer": ("Knowledge transfer", ("transfer",)),
    "extra": ("Extra costs", ("extra",)),
    "recruitment": ("Recruitment at the start", ("recruitment",)),
    "setup": ("Setup of the site", ("setup",)),
    "exit": ("Exit", ("exit",)),
    "law": ("Change of charges by law", ()),
}


class Book(NamedTuple):
    """Who answers for the figures of sites, what they rest on, and when that was stated.

    Attributes
    ----------
    owner, evidence, stated : tuple of tuple of str
        By site and figure; "" where it is not stated. Empty where no figure has any.
    """

    owner: tuple[tuple[str, ...], ...] = ()
    evidence: tuple[tuple[str, ...], ...] = ()
    stated: tuple[tuple[str, ...], ...] = ()

    def of(self, site: int, figure: int) -> dict[str, str]:
        """What is stated of a figure, by key of a scenario file."""
        found = {key: texts[site][figure] for key, texts in self._asdict().items() if texts}
        return {key: text for key, text in found.items() if text}


def is_by_definition(figure: Figure, inputs: Mapping[str, Input]) -> bool:
    """Whether the onshore base has a figure by definition: nobody can set it there."""
    return all(inputs[name].fixed_onshore for name in figure.inputs)


def derived_grade(
    figure: Figure,
    given: Container[str],
    values: Mapping[str, float],
    inputs: Mapping[str, Input],
    location: Location | None,
    is_onshore: bool,
) -> int:
    """The grade of a site's figure that follows from where its inputs come from.

    Parameters
    ----------
    figure : Figure
    given : container of str
        Inputs that the source of the scenario sets for the site.
    values : mapping of str to float
        Largest amount of each input of the site.
    inputs : mapping of str to Input
    location : Location or None
        The country whose figures the site has.
    is_onshore : bool
        Whether the site is the onshore base.

    Returns
    -------
    int
        Official where it follows from the definition of the onshore base; own where all that
        counts is set, the country's where it gives it, else an assumption.
    """
    grades = []
    if is_onshore and is_by_definition(figure, inputs):
        return OFFICIAL
    for name in figure.inputs:
        if name in given:
            grades.append(OWN)
        elif location is not None and location.facts.get(name) is not None:
            grades.append(grade_of(location.sources[name][1]))
        elif values[name] != 0:
            grades.append(ASSUMPTION)
    return max(grades, default=ASSUMPTION)


def grade_at(name: str, at: Mapping[str, int]) -> tuple[str, dict[str, int]] | None:
    """The input that holds the grade of a figure or a charge, and its position.

    Parameters
    ----------
    name : str
        An input.
    at : mapping of str to int
        Position of one of its numbers, by axis.

    Returns
    -------
    tuple, or None for an input without a grade
    """
    site = {"site": at["site"]} if "site" in at else {}
    if name in FIGURE_OF:
        return "figure_basis", {**site, "figure": POSITIONS[FIGURE_OF[name]]}
    if name.startswith("statutory_") and name not in GRADES_OF_CHARGES:
        return "statutory_grade", {**site, "rule": at["rule"]} if "rule" in at else site
    return None
