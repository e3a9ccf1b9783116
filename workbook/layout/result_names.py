"""Defined names of results, for formulas on sheets of a user."""

from ...engine.calculators.catalogue import CATALOGUE, PREFIX
from ...engine.measures import MEASURES

_PREFIX = PREFIX.lower()
PLAN, RECOMMENDED = f"{_PREFIX}plan", f"{_PREFIX}recommended"
# Lines of sheet Results by the word in their names; the first says which plan is recommended.
RESULT_LINES = {
    "is_recommended": "recommended",
    **MEASURES,
    "total_cost": "total_cost",
    "total_value": "total_value",
    "npv_after_tax": "npv_after_tax",
}
_FUNCTIONS = frozenset(entry.name.casefold() for entry in CATALOGUE)


def result_name(key: str) -> str:
    """The name of a measure by plan, such as ``shore_npv``.

    Names are equal without regard to case: a measure that has the name of a function, such as
    SHORE_SETUP_COST, is called ``shore_plan_setup_cost``.
    """
    name = f"{_PREFIX}{key}"
    return f"{PLAN}_{key}" if name in _FUNCTIONS else name


def recommended_name(key: str) -> str:
    """The name of a measure of the plan recommended, such as ``shore_recommended_npv``."""
    return f"{RECOMMENDED}_{key}"
