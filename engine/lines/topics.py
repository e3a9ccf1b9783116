"""Topics of the model's lines: the heading of each module and the sheet its lines stand on."""

from collections.abc import Callable
from typing import NamedTuple


class Topic(NamedTuple):
    """A heading for lines.

    Parameters
    ----------
    title : str
        What a reader sees.
    sheet : str
        Sheet of the lines that do not vary by month; "" for Timeline where they depend on a
        line that does, else Costs.
    """

    title: str
    sheet: str = ""


# By the name of the module in this package.
TOPICS: dict[str, Topic] = {
    "ahead": Topic("When a running total is ahead for good", sheet="Timeline"),
    "bridge": Topic("From steady state to the saving after risk"),
    "by_pay": Topic("Cost that grows with pay", sheet="Timeline"),
    "cases": Topic("Cases", sheet="Live"),
    "cash": Topic("Cash and profit"),
    "change": Topic("The decision"),
    "checks": Topic("Checks", sheet="Checks"),
    "cost": Topic("Cost per head and year"),
    "decision": Topic("Recommendation", sheet="Fit"),
    "evidence": Topic("What the cost rests on", sheet="Evidence"),
    "extras": Topic("Extra costs"),
    "fit": Topic("Fit of work and places", sheet="Fit"),
    "goals": Topic("Break-even pay", sheet="Returns"),
    "growth": Topic("Growth of costs"),
    "hours": Topic("Working hours"),
    "investment": Topic("Return on investment", sheet="Timeline"),
    "law_changes": Topic("Changes of the law", sheet="Changes"),
    "monthly_costs": Topic("Monthly costs by group", sheet="Timeline"),
    "open_sites": Topic("Risk while sites are open", sheet="Timeline"),
    "pay_thresholds": Topic("Pay abroad and its nearest thresholds"),
    "quote": Topic("Quote", sheet="Quote"),
    "readings": Topic("Both readings of management overhead", sheet="Timeline"),
    "reforecast": Topic("Actuals and reforecast"),
    "returns": Topic("Returns over the horizon", sheet="Returns"),
    "risk": Topic("Delay and downside", sheet="Risk"),
    "sensitivity": Topic("Plan shown on Bridge and Sensitivity", sheet="Fit"),
    "setup": Topic("One-off costs of the start"),
    "site_tax": Topic("Tax at the site", sheet="Timeline"),
    "sizing": Topic("Heads sized to the same output"),
    "statement": Topic("Statement"),
    "statutory": Topic("Statutory employer charges", sheet="Statutory"),
    "stopping": Topic("If the plan is stopped", sheet="Timeline"),
    "tax": Topic("Tax", sheet="Returns"),
    "team": Topic("Plans in steady state"),
    "timeline": Topic("Value, cost and saving", sheet="Timeline"),
    "variance": Topic("Variance of actual against plan"),
    "waterfall": Topic("From headline to net saving", sheet="Waterfall"),
    "waves": Topic("Waves and output", sheet="Timeline"),
}
_UNTITLED = Topic("")  # of lines declared outside of this package


def topic_of(function: Callable) -> Topic:
    """The topic of a line's function, by the module that defines it.

    A function without a module, as ``exec`` defines it in a namespace of its own, has none.
    """
    return TOPICS.get((function.__module__ or "").rpartition(".")[2], _UNTITLED)
