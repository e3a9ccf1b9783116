"""The criterion by which a plan is the best one, in the same words on every surface."""

from collections.abc import Mapping

import numpy as np

from .address import take
from .model import default_model
from .scenario import Scenario

# In words and as a line, by the number of input `criterion`.
CRITERIA = ("highest NPV after risk", "lowest cost after risk", "lowest peak funding")
CRITERION_LINES = ("npv_risk_adjusted", "risk_adjusted_cost", "peak_funding")
LIMITED = "{}, among the {} that meet all limits"
# Of the draws of a simulation.
MEAN_CRITERIA = (
    "highest mean NPV after risk",
    "lowest mean cost after risk",
    "lowest mean peak funding",
)
NO_PLAN = "no plan"


def criterion_in_words(values: Mapping[str, np.ndarray], among: str = "plans") -> str:
    """The criterion of a scenario's values, in words with the limits."""
    return LIMITED.format(CRITERIA[int(take(values, "criterion").item())], among)


def best_plans(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """The best plans by the scenario's criterion, without simulation; several where they tie.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    dict of str to tuple of str
        Names of plans, none where no plan meets all limits, by the criterion in words.
    """
    found = default_model().evaluate(scenario.values, scenario.horizon_months, ["recommended"])
    chosen = np.flatnonzero(take(found, "recommended") == 1)
    return {criterion_in_words(scenario.values): tuple(scenario.plans[p] for p in chosen)}


def describe_best_plans(picked: dict[str, tuple[str, ...]]) -> str:
    """One sentence for each criterion, such as "By highest NPV after risk: Nearshore."."""
    named = (f"By {by}: {' and '.join(plans) or NO_PLAN}." for by, plans in picked.items())
    return " ".join(named)
