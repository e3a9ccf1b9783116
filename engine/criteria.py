"""The criterion by which a plan is the best one, in the same words on every surface."""

from collections.abc import Mapping, Sequence

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
# The question that is answered, by the numbers of inputs `decision` and `sizing`.
DECISIONS = ("replace an onshore team", "hire abroad instead of onshore", "add capacity")
SIZINGS = ("Heads as entered.", "Heads sized to the same output.")
# Why no plan is recommended: in general, and two reasons not to add capacity.
NONE = (
    "no plan meets all limits",
    "do not add: no plan meets all limits",
    "do not add: every plan loses money",
)
_ADD = 2  # the number of the decision to add capacity
# What a plan misses where a line is 0: each limit of the line plan_admitted.
_LIMITS = {
    "plan_fits": "does not fit the work",
    "plan_pays": "is behind after the latest accepted month of break-even, {goal_month:.0f}",
    "plan_manageable": (
        "needs more hours of onshore leaders than there are: {management_needed:,.1f} a week, of "
        "{management_capacity:,.1f}"
    ),
    "total_value": "delivers nothing of value within the horizon",
}
_FIGURES = ("goal_month", "management_needed", "management_capacity")
# Lines from which this module reads.
READ = frozenset({"recommended", "npv_risk_adjusted", *_LIMITS, *_FIGURES})


def criterion_in_words(values: Mapping[str, np.ndarray], among: str = "plans") -> str:
    """The criterion of a scenario's values, in words with the limits."""
    return LIMITED.format(CRITERIA[int(take(values, "criterion").item())], among)


def best_plans(
    scenario: Scenario, values: Mapping[str, np.ndarray] | None = None
) -> dict[str, tuple[str, ...]]:
    """The best plans by the scenario's criterion, without simulation; several where they tie.

    Parameters
    ----------
    scenario : Scenario
    values : mapping of str to array, optional
        What :meth:`Scenario.evaluate` returned; by default the lines that are needed are evaluated.

    Returns
    -------
    dict of str to tuple of str
        Names of plans, none where no plan meets all limits, by the criterion in words.
    """
    chosen = np.flatnonzero(_found(scenario, values, "recommended") == 1)
    return {criterion_in_words(scenario.values): tuple(scenario.plans[p] for p in chosen)}


def describe_best_plans(picked: Mapping[str, Sequence[str]], none: str = NO_PLAN) -> str:
    """One sentence for each criterion, such as "By highest NPV after risk: Nearshore."."""
    named = (f"By {by}: {' and '.join(plans) or none}." for by, plans in picked.items())
    return " ".join(named)


def none_in_words(scenario: Scenario, values: Mapping[str, np.ndarray] | None = None) -> str:
    """What is said where no plan is recommended: that none meets all limits, or not to add."""
    highest = _found(scenario, values, "npv_risk_adjusted").max()
    return NONE[none_number(int(take(scenario.values, "decision").item()), highest)]


def _found(scenario: Scenario, values: Mapping[str, np.ndarray] | None, line: str) -> np.ndarray:
    """A line of a scenario, from its values if they are known."""
    if values is None:
        values = default_model().evaluate(scenario.values, scenario.horizon_months, [line])
    return take(values, line)


def none_number(decision: int, highest_npv: float) -> int:
    """The position in :data:`NONE` of the reason why no plan is recommended."""
    return int(decision == _ADD) * (1 + int(highest_npv < 0))


def question_in_words(values: Mapping[str, np.ndarray]) -> dict[str, str]:
    """The words for ``decision``, ``sizing`` and ``criterion``, as scenario files have them."""
    inputs = default_model().inputs
    return {
        name: inputs[name].word_of(take(values, name).item())
        for name in ("decision", "sizing", "criterion")
    }


def describe_question(values: Mapping[str, np.ndarray]) -> str:
    """The decision and the sizing of heads in two sentences."""
    decision, sizing = (int(take(values, name).item()) for name in ("decision", "sizing"))
    return f"Decision: {DECISIONS[decision]}. {SIZINGS[sizing]}"


def missed_limits(
    scenario: Scenario, values: Mapping[str, np.ndarray] | None = None
) -> tuple[tuple[str, ...], ...]:
    """What each plan misses, without simulation, in words; empty where it meets all limits.

    Parameters
    ----------
    scenario : Scenario
    values : mapping of str to array, optional
        What :meth:`Scenario.evaluate` returned; by default the lines that are needed are evaluated.

    Returns
    -------
    tuple of tuple of str, shape (plan,)
    """
    if values is None:
        model = default_model()
        values = model.evaluate(scenario.values, scenario.horizon_months, [*_LIMITS, *_FIGURES])
    figures = {name: take(values, name) for name in (*_LIMITS, *_FIGURES)}
    by_plan = {
        name: np.broadcast_to(figure, len(scenario.plans)).tolist()
        for name, figure in figures.items()
    }
    return tuple(
        tuple(
            words.format(**{name: by_plan[name][plan] for name in _FIGURES})
            for name, words in _LIMITS.items()
            if not by_plan[name][plan] > 0
        )
        for plan in range(len(scenario.plans))
    )
