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
from .engine.statement import statement as statement_of
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


def statement(scenario: ScenarioLike, freq: str = "FY", plan: str | None = None) -> pd.DataFrame:
    """Statement of each plan by fiscal year, fiscal quarter or month.

    Parameters
    ----------
    scenario : Scenario, mapping or path
    freq : {"FY", "Q", "M"}
        Fiscal years, fiscal quarters, or months. A fiscal year begins in the scenario's
        ``fiscal_year_start`` and is named by the calendar year in which it ends: with 4, April
        2026 to March 2027 is FY2027.
    plan : str, optional
        Name of the only plan to state; by default all are, the baseline first.

    Returns
    -------
    DataFrame, shape (plan and line, period)
        Amounts in the scenario's currency. The index has ``plan``; ``kind``, which is cash,
        internal time, output lost, total, cash view, profit view or after tax; ``line``, the name
        in the model; and ``label``. The columns are periods such as "FY2027", "FY2027 Q1" or
        "2027-01", then ``total``: the sum, or for a cumulative line the balance at the end of the
        horizon.
        ``attrs`` has ``scenario``, ``currency``, ``horizon_months``, ``start_month``,
        ``fiscal_year_start``, ``freq``, ``units`` and ``labels`` by line, ``months`` of the
        horizon by period, and by plan ``peak_funding`` and ``peak_funding_month``, None if no
        cash has to be funded.

    Raises
    ------
    DomainError
        Another ``freq``, or no plan of that name.
    ScenarioError, WorkbookError
        A scenario that cannot be read or evaluated.
    """
    case = scenario_of(scenario)
    found = statement_of(case, freq, plan)
    keys = [(row.plan, row.kind, row.line, row.label) for row in found.rows]
    frame = pd.DataFrame(
        [[*row.amounts, row.total] for row in found.rows],
        index=_in_order(keys, ["plan", "kind", "line", "label"]),
        columns=[*found.periods, "total"],
    )
    labels = {row.line: row.label for row in found.rows}
    frame.attrs = _about(case, {}) | {
        "units": dict.fromkeys(labels, case.currency),
        "labels": labels,
        "start_month": case.start_month,
        "fiscal_year_start": found.fiscal_year_start,
        "freq": freq,
        "months": dict(zip(found.periods, found.months, strict=True)),
        "peak_funding": {peak.plan: peak.amount for peak in found.peaks},
        "peak_funding_month": {peak.plan: peak.month or None for peak in found.peaks},
    }
    return frame


def _in_order(keys: Sequence[tuple[str, ...]], names: list[str]) -> pd.MultiIndex:
    """Index of the keys, sorted by their first occurrence, so that parts of it can be chosen."""
    levels = [[*dict.fromkeys(level)] for level in zip(*keys, strict=True)]
    codes = [[level.index(key[n]) for key in keys] for n, level in enumerate(levels)]
    return pd.MultiIndex(levels=levels, codes=codes, names=names)


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
