"""Results of a scenario as data frames."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .engine.address import take
from .engine.criteria import question_in_words
from .engine.errors import DomainError
from .engine.lines import WORDS, Line
from .engine.measures import FIGURES
from .engine.model import default_model, nearest
from .scenarios import Scenario, ScenarioLike, scenario_of

MONTHLY = (
    "plan_output",
    "value",
    "cost",
    "saving",
    "cumulative",
    "discounted_saving",
    "cumulative_discounted",
)


def results(scenario: ScenarioLike) -> pd.DataFrame:
    """Measures of each plan.

    Parameters
    ----------
    scenario : Scenario, mapping or path

    Returns
    -------
    DataFrame, shape (plan, measure)
        Indexed by plan name, with a column for each measure. Money is in the scenario's currency,
        savings are fractions; NaN if there is no answer, such as the break-even month of a plan
        that never breaks even. ``verdict`` is "trap", "marginal" or "advantage", NaN for the
        baseline; ``recommended`` is boolean. ``attrs`` has ``scenario``, ``currency``,
        ``horizon_months``, ``decision``, ``sizing`` and ``criterion`` in words, and ``units`` and
        ``labels`` by column.

    Raises
    ------
    ScenarioError, WorkbookError
        A scenario that cannot be read or evaluated.
    """
    case = scenario_of(scenario)
    lines = default_model().lines
    by_measure = {measure: lines[name] for measure, name in FIGURES.items()}
    by_measure |= {name: lines[name] for name in ("verdict", "recommended")}
    values = case.evaluate()
    frame = pd.DataFrame(
        {measure: _by_plan(case, take(values, line.name)) for measure, line in by_measure.items()},
        index=pd.Index(case.plans, name="plan"),
    )
    verdicts = dict(enumerate(WORDS[lines["verdict"].unit]))
    frame["verdict"] = frame["verdict"].map(verdicts).astype(object)
    frame["recommended"] = frame["recommended"] == 1
    frame.attrs = _about(case, by_measure)
    return frame


def monthly(scenario: ScenarioLike, lines: str | Sequence[str] = MONTHLY) -> pd.DataFrame:
    """Lines of the model by plan and month, in long format.

    Parameters
    ----------
    scenario : Scenario, mapping or path
    lines : str or sequence of str
        Names of lines that vary by month and at most by plan; by default output, value, cost,
        saving and cumulative saving, the last two also discounted.

    Returns
    -------
    DataFrame
        One value per row: ``plan``, ``month`` (from 1 to the horizon), ``line`` and ``value``.
        ``attrs`` as for :func:`results`, with units and labels by line, and ``start_month``.

    Raises
    ------
    DomainError
        A line that does not exist, or that varies by more than plan and month.
    ScenarioError, WorkbookError
        A scenario that cannot be read or evaluated.
    """
    case = scenario_of(scenario)
    found = {name: _monthly_line(name) for name in ([lines] if isinstance(lines, str) else lines)}
    values = case.evaluate()
    plans, months = len(case.plans), case.horizon_months
    shape = (plans, months, len(found))
    table = np.empty(shape)
    for number, name in enumerate(found):
        table[:, :, number] = take(values, name)
    axes = [case.plans, range(1, months + 1), list(found)]
    index = pd.MultiIndex.from_product(axes, names=["plan", "month", "line"])
    frame = pd.DataFrame({"value": table.ravel()}, index).reset_index()
    frame.attrs = _about(case, found) | {"start_month": case.start_month}
    return frame


def unit_of(scenario: Scenario, line: Line) -> str:
    """A line's unit, with the scenario's currency for money."""
    return line.unit.replace("money", scenario.currency)


def _monthly_line(name: str) -> Line:
    lines = default_model().lines
    fit = [one.name for one in lines.values() if {"month"} <= {*one.over} <= {"plan", "month"}]
    if name in fit:
        return lines[name]
    if name in lines:
        raise DomainError(
            f"lines: {name} varies by {', '.join(lines[name].over) or 'nothing'}; each line must "
            f"vary by month and at most by plan, such as {', '.join(MONTHLY)}"
        )
    raise DomainError(f"lines: no line is called {name!r}{nearest(name, fit)}")


def _by_plan(scenario: Scenario, array: np.ndarray) -> np.ndarray:
    return np.broadcast_to(array, len(scenario.plans)).astype(float)


def _about(scenario: Scenario, lines: dict[str, Line]) -> dict[str, object]:
    return {
        "scenario": scenario.name,
        "currency": scenario.currency,
        "horizon_months": scenario.horizon_months,
        **question_in_words(scenario.values),
        "units": {name: unit_of(scenario, line) for name, line in lines.items()},
        "labels": {name: line.label for name, line in lines.items()},
    }
