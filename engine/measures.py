"""Measures of plans: their names, and results of a scenario as plain data."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from . import criteria
from .address import take
from .drivers import CASES
from .errors import DomainError
from .model import default_model, nearest
from .scenario import Scenario

# The measures that are shown for each case.
CASE_MEASURES = ("npv", "net_saving", "net_saving_risk_adjusted", "break_even_month")

# Lines of the model by their keys in the results.
MEASURES = {
    "fully_loaded_cost": "plan_fully_loaded_cost",
    "rate_card_hour": "rate_card_hour",
    "fully_loaded_hour": "plan_rate",
    "risk_adjusted_hour": "risk_adjusted_hour",
    "headline_saving": "plan_headline_saving",
    "net_saving_steady": "net_saving_steady",
    "net_saving_risk_adjusted": "net_saving_risk_adjusted",
    "net_saving": "net_saving",
    "break_even_month": "break_even_month",
    "break_even_month_whole": "break_even_month_whole",
    "discounted_payback_month": "discounted_payback_month",
    "npv": "npv",
    "setup_cost": "setup_cost",
    "peak_funding": "peak_funding",
    "peak_funding_month": "peak_funding_month",
    "irr_month_cash": "irr_month_cash",
    "irr_year_cash": "irr_year_cash",
    "mirr_year_cash": "mirr_year_cash",
    "roi_cash": "roi_cash",
    "payback_cash": "payback_cash",
    "heads_entered": "plan_entered_heads",
    "heads": "plan_heads",
    "npv_risk_adjusted": "npv_risk_adjusted",
    "break_even_stopped": "break_even_stopped",
    "net_saving_steady_direct": "net_saving_steady_direct",
    "break_even_month_direct": "break_even_month_direct",
    "net_saving_steady_onshore": "net_saving_steady_onshore",
    "break_even_month_onshore": "break_even_month_onshore",
}
OVERHEAD = {
    "management_overhead": "plan_management_overhead",
    "contract_management": "plan_contract_management",
    "travel": "plan_travel",
    "security": "plan_security",
    "attrition": "plan_attrition_cost",
    "extra_costs": "plan_extra_cost",
    "working_hours": "plan_hours_loss",
    "productivity": "plan_productivity_loss",
    "communication": "plan_communication_loss",
    "rework": "plan_rework_loss",
}
AFTER_TAX = {
    "npv_cash": "npv_cash",
    "npv_after_tax": "npv_after_tax",
    "payback_after_tax": "payback_after_tax",
    "peak_funding_after_tax": "peak_funding_after_tax",
}
# Measures for sensitivity and goal seek: lines with one value per plan.
FIGURES = (
    MEASURES | OVERHEAD | AFTER_TAX | {"margin": "margin_at_match", "total_cost": "total_cost"}
)

# Steps of the waterfall from the headline saving to the net saving.
STEPS = (
    "bar_onshore_overhead",
    "bar_direct",
    "bar_management",
    "bar_contract",
    "bar_travel",
    "bar_security",
    "bar_attrition",
    "bar_extra",
    "bar_hours",
    "bar_productivity",
    "bar_communication",
    "bar_rework",
)
# Steps of the bridge from there to the saving over the horizon after risk.
HORIZON_STEPS = (
    "bridge_setup",
    "bridge_ramp",
    "bridge_rework",
    "bridge_drift",
    "bridge_timed",
    "bridge_decision",
    "bridge_risk",
)


def results(scenario: Scenario, values: dict[str, np.ndarray]) -> dict[str, Any]:
    """Results by plan as plain data for JSON.

    Parameters
    ----------
    scenario : Scenario
    values : dict of str to array, shape (1, plan, site, role, month)
        As returned by :meth:`Scenario.evaluate`.

    Returns
    -------
    dict
        ``scenario``, ``currency``, ``horizon_months``, ``decision``, ``sizing``, ``criterion``,
        ``recommended`` (names of plans), ``assumptions`` (sentences: what is assumed because the
        scenario does not say it) and ``plans``; money in the currency per
        onshore-equivalent head and year (cost and overhead) or in total, savings as fractions;
        ``cases`` of a plan has some measures in the base, the optimistic and the pessimistic case,
        and in each saved case that moves a driver, whichever is chosen. None where there is no
        answer; ``no_answer`` then says why; ``missed_limits`` says which limits keep the plan
        from being recommended.
    """
    cases, names = measures_by_case(scenario), scenario.case_names
    missed = criteria.missed_limits(scenario, values)
    return {
        "scenario": scenario.name,
        "currency": scenario.currency,
        "horizon_months": scenario.horizon_months,
        **criteria.question_in_words(scenario.values),
        "recommended": [
            name
            for p, name in enumerate(scenario.plans)
            if take(values, "recommended", plan=p).item() == 1
        ],
        "assumptions": list(scenario.assumed),
        "plans": [
            {"name": name}
            | {key: _plain(line, take(values, line, plan=p)) for key, line in MEASURES.items()}
            | {
                "overhead": {
                    key: _plain(line, take(values, line, plan=p)) for key, line in OVERHEAD.items()
                },
                "no_answer": _reasons(values, p),
                "missed_limits": [*missed[p]],
            }
            | {
                "cases": {
                    case: {key: _plain(MEASURES[key], of[n, p]) for key, of in cases.items()}
                    for n, case in enumerate(names)
                    if case
                }
            }
            for p, name in enumerate(scenario.plans)
        ],
    }


def measures_by_case(scenario: Scenario) -> dict[str, np.ndarray]:
    """Measures of each plan in each case.

    Returns
    -------
    dict of str to array, shape (case, plan)
        By the names in :data:`CASE_MEASURES`, in the order of :data:`.drivers.CASES`; NaN where
        there is no answer.
    """
    number = np.arange(1, len(CASES) + 1).reshape(-1, 1, 1, 1, 1)
    values = scenario.values | {"table_case": number}
    lines = {key: MEASURES[key] for key in CASE_MEASURES}
    found = default_model().evaluate(values, scenario.horizon_months, lines.values())
    return {key: take(found, line, scenario=slice(None)) for key, line in lines.items()}


def line_of(measure: str) -> str:
    """Name of the line that computes a measure.

    Parameters
    ----------
    measure : str
        One of :data:`FIGURES`.

    Returns
    -------
    str

    Raises
    ------
    DomainError
        No measure of that name.
    """
    if measure not in FIGURES:
        raise DomainError(f"no measure is called {measure!r}{_nearest_of_all(measure, FIGURES)}")
    return FIGURES[measure]


def plan_of(scenario: Scenario, name: str | None) -> int:
    """Position of a plan along the plan axis.

    Parameters
    ----------
    scenario : Scenario
    name : str or None
        Name of the plan; None for the first plan after the baseline.

    Returns
    -------
    int

    Raises
    ------
    DomainError
        No plan of that name.
    """
    if name is None:
        return min(1, len(scenario.plans) - 1)
    if name not in scenario.plans:
        all_plans = _nearest_of_all(str(name), scenario.plans)
        raise DomainError(f"{scenario.source}: no plan is called {name!r}{all_plans}")
    return scenario.plans.index(name)


def _nearest_of_all(name: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown name: the most similar one, and all that there are."""
    names = [*known]
    hint = nearest(name, names)
    return f"{hint} There are {', '.join(names)}" if hint else f"; there are {', '.join(names)}"


def _reasons(values: dict[str, np.ndarray], plan: int) -> dict[str, str]:
    """Why a plan has no answer, for each measure without one."""
    lines = default_model().lines
    return {
        key: lines[line].nan_where
        for key, line in MEASURES.items()
        if np.isnan(take(values, line, plan=plan))
    }


def _plain(line: str, array: np.ndarray) -> float | int | None:
    number = float(array.item())
    if not np.isfinite(number):
        return None
    return int(number) if default_model().lines[line].unit == "month" else number
