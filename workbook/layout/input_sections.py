"""The sections of sheet Inputs, in the order in which one thinks of a comparison.

Those that matter most come first and are open: the decision, the plans and their heads, the sites
and their countries, what a head costs and yields. The others are groups that are closed until a
reader opens them; an input that no open section names is in the section of its topic.
"""

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import NamedTuple

from ...engine.declaration import Input, Scope
from ...engine.lists import LISTS, List
from ...engine.model import Model
from ...engine.reading.site_fields import SITE_SCOPES
from ..trace.formula import BEYOND


class Kind(Enum):
    """How the rows and columns of a section are used."""

    SETTINGS = "a row for each input of the whole scenario"
    NAMES = "a row for each plan, site or role"
    SITES = "a row for each input, a column for each site"
    TEAM = "a row for each plan, and role or wave, a column for each site"
    ROLES = "a row for each input, a column for each role"
    OWN = "as SITES, of figures used where the country of a site has none"
    LIST = "a row for each row of a list, a column for each field"
    LINK = "a heading alone, which links to a sheet of its own"


class Section(NamedTuple):
    """One section of sheet Inputs.

    Attributes
    ----------
    title, summary : str
        Its heading, and what is in it.
    kind : Kind
    inputs : tuple of Input
        In the order of their rows, or of their columns in a list.
    axis : str
        Axis along the rows, of names and lists.
    general : tuple of str
        Names of the cells that stand before the inputs and are no inputs of the model.
    is_open : bool
        Whether its rows show when the workbook is opened.
    """

    title: str
    summary: str
    kind: Kind
    inputs: tuple[Input, ...] = ()
    axis: str = ""
    general: tuple[str, ...] = ()
    is_open: bool = False


TEAM_SCOPES = (Scope.PLAN, Scope.WAVE)
# Which matter most: by the decision they describe, and by the swing of the default's results.
_DECISION = (
    "presentation_rate",
    "decision",
    "criterion",
    "case_number",
    "discount_rate",
    "sensitivity_plan",
)
_BY_SITE = (
    "salary", "productive_hours", "productivity", "rework_end", "management_rate",
    "attrition_rate", "wage_inflation", "fx_drift",
)  # fmt: skip
_SITE_TOPICS = ("Pay and direct cost", "Overhead", "Output", "Setup and growth", "Working hours")
# Titles that would say little among the others, or the same.
_TITLES = {
    "The decision": "The decision in detail",
    "The whole scenario": "Settings of the whole comparison",
}
_SUMMARY_MAX = 105  # characters
# Lists with a sheet of their own.
LIST_SHEETS = {"question": "Checklists"}


def sections(model: Model, elsewhere: Iterable[str]) -> list[Section]:
    """The sections of sheet Inputs in order.

    Parameters
    ----------
    model : Model
    elsewhere : iterable of str
        Inputs of the whole scenario that are entered on another sheet.
    """
    inputs = model.inputs
    first = {*_DECISION, *_BY_SITE, *elsewhere}
    rest = [one for one in inputs.values() if one.name not in first]
    waves = [one for one in rest if one.scope is Scope.WAVE]
    roles = [one for one in rest if one.scope is Scope.ROLE]
    of_sites = [one for one in rest if one.scope in SITE_SCOPES]
    decisions, settings = _settings([one for one in rest if one.scope is Scope.SCENARIO])
    decision = tuple(inputs[name] for name in _DECISION)
    by_site = tuple(inputs[name] for name in _BY_SITE)
    general = (
        "scenario_name",
        "start_month",
        "horizon_months",
        "currency",
        "presentation_currency",
    )
    heads = (inputs["heads"],)
    return [
        Section("Decision", "", Kind.SETTINGS, decision, general=general, is_open=True),
        Section("Plans", "", Kind.NAMES, axis="plan", is_open=True),
        Section("Roles", "", Kind.NAMES, axis="role", is_open=True),
        Section("Heads of each plan", "", Kind.TEAM, heads, is_open=True),
        Section("Sites", "", Kind.NAMES, axis="site", is_open=True),
        Section("Pay, hours and output of a head", "", Kind.SITES, by_site, is_open=True),
        *decisions,
        Section("When heads start and end", _labels(waves), Kind.TEAM, tuple(waves)),
        *_by_topic(Kind.SITES, sorted(of_sites, key=_site_order)),
        Section(
            "Statutory charges",
            "on sheet Rules: rate, base, exemption and cap of each charge of each site",
            Kind.LINK,
            axis="Rules",
        ),
        Section(
            "Own figures of sites",
            "used where the country of a site says nothing; its leave and weekly hours",
            Kind.OWN,
        ),
        *_by_topic(Kind.ROLES, roles),
        *settings,
        *(_of_list(rest, one) for one in LISTS if one.axis not in LIST_SHEETS),
        Section(
            "Checklists",
            "on sheet Checklists, which is hidden: questions to be answered",
            Kind.LINK,
            axis="Checklists",
        ),
        Section(
            "Numbers for formulas",
            "what is assumed beside defaults, and two numbers that nobody changes",
            Kind.SETTINGS,
            general=("assumed", BEYOND, "months_in_quarter"),
        ),
    ]


def _settings(inputs: Sequence[Input]) -> tuple[list[Section], list[Section]]:
    """Sections of the decision, and of all else that holds for the whole comparison."""
    found = [
        section._replace(title=_TITLES.get(section.title, section.title))
        for section in _by_topic(Kind.SETTINGS, inputs)
    ]
    of_decision = [one for one in found if one.title == _TITLES["The decision"]]
    return of_decision, [one for one in found if one not in of_decision]


def _site_order(entry: Input) -> int:
    """Position of an input's topic among those that stand first."""
    return _SITE_TOPICS.index(entry.topic) if entry.topic in _SITE_TOPICS else len(_SITE_TOPICS)


def _by_topic(kind: Kind, inputs: Sequence[Input]) -> list[Section]:
    topics: dict[str, list[Input]] = {}
    for entry in inputs:
        topics.setdefault(entry.topic, []).append(entry)
    return [Section(title, _labels(of), kind, tuple(of)) for title, of in topics.items()]


def _of_list(inputs: Iterable[Input], entry: List) -> Section:
    fields = tuple(one for one in inputs if one.list_axis == entry.axis)
    return Section(entry.title, _LISTS[entry.axis], Kind.LIST, fields, axis=entry.axis)


_LISTS = {
    "extra": "costs that the model does not have: an amount at each site, its basis and months",
    "risk": "weeks of output lost, other cost, and the probability at each site",
    "vendor": "names of vendors; a site has the number of its vendor",
    "factor": "weights and scores of what a sourcing decision is judged by",
    "attribute": "weights and scores of sites",
    "driver": "how far each case and the sensitivity table move each driver, at every site abroad",
    "correlation": "pairs of drivers, by their numbers, that vary together in simulations",
}


def _labels(inputs: Sequence[Input]) -> str:
    """Labels of inputs, as many as a line holds."""
    labels = [one.label.partition(" (")[0] for one in inputs]
    shown = len(labels)
    while shown > 1 and len("; ".join(labels[:shown])) > _SUMMARY_MAX:
        shown -= 1
    more = len(labels) - shown
    return "; ".join(labels[:shown]) + (f"; {more} more" if more else "")
