"""The criteria by which a plan is the best one, in the same words on every surface."""

import numpy as np

from .axes import PLAN
from .model import default_model
from .scenario import Scenario

LOWEST_COST = "lowest cost after risk, among the {} that meet all limits"
RECOMMENDED = LOWEST_COST.format("plans")  # as sheet Summary recommends
RECOMMENDED_PLACEMENT = LOWEST_COST.format("placements")  # as the search recommends
HIGHEST_NPV = "highest NPV"
# Of a simulation, by the number of input `criterion`.
MEAN_CRITERIA = (
    "highest mean NPV after risk",
    "lowest mean cost after risk",
    "lowest mean peak funding",
)
NO_PLAN = "no plan"


def best_plans(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """The best plans by each criterion, without simulation; more than one where they tie.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    dict of str to tuple of str
        Names of plans, none where no plan meets all limits, by :data:`RECOMMENDED` and
        :data:`HIGHEST_NPV`.
    """
    lines = ["npv", "recommended"]
    found = default_model().evaluate(scenario.values, scenario.horizon_months, lines)
    npv = found["npv"]
    picked = {
        RECOMMENDED: found["recommended"] == 1,
        HIGHEST_NPV: npv == np.max(npv, axis=PLAN, keepdims=True),
    }
    return {
        criterion: tuple(scenario.plans[p] for p in np.flatnonzero(chosen))
        for criterion, chosen in picked.items()
    }


def describe_best_plans(picked: dict[str, tuple[str, ...]]) -> str:
    """One sentence for each criterion, such as "By highest NPV: Nearshore."."""
    named = (f"By {by}: {' and '.join(plans) or NO_PLAN}." for by, plans in picked.items())
    return " ".join(named)
