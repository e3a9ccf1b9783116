"""Results as rows of cells with number formats, for the ribbon's answers and the task pane."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..engine.differences.comparison import MEASURES as CHANGED
from ..engine.differences.comparison import ScenarioComparison
from ..engine.lines import Line
from ..engine.measures import MEASURES, results
from ..engine.model import default_model
from ..engine.scenario import Scenario
from ..engine.uncertainty.simulation import MEASURES as SIMULATED
from ..engine.uncertainty.simulation import PERCENTILES, Simulation, summary

TEXT, MONEY, _PERCENT = "@", "#,##0", "0.0%"
_FORMATS = {
    "fraction": _PERCENT,
    "fraction/year": _PERCENT,
    "fraction/month": "0.00%",
    "months": "0.0",
    "month": "0",
}
_GENERAL = "General"


class Table(NamedTuple):
    """Rows of cells, all of one length, with the number format of each cell."""

    rows: list[list[Any]]
    formats: list[list[str]]


def comparison_table(case: Scenario) -> Table:
    """The chief measures of each plan, below the scenario's name and its currency."""
    found = results(case, case.evaluate())
    plans = found["plans"]
    rows = [
        (TEXT, [f"{found['scenario']}, {found['horizon_months']} months"]),
        (TEXT, [found["currency"], *(plan["name"] for plan in plans)]),
    ]
    for key, name in MEASURES.items():
        line = default_model().lines[name]
        rows.append((_format(line), [line.label, *(_cell(line, plan[key]) for plan in plans)]))
    return _table(rows)


def simulation_table(simulation: Simulation) -> Table:
    """Percentiles and probabilities of each plan."""
    scenario, found = simulation.scenario, summary(simulation)
    plans: Sequence[Mapping[str, Any]] = found["plans"]
    rows = [(TEXT, [scenario.currency, *(plan["name"] for plan in plans)])]
    for name, line_name in SIMULATED.items():
        line = default_model().lines[line_name]
        for key in (*(f"p{percent}" for percent in PERCENTILES), "mean"):
            label = f"{line.label}, {key.upper() if key != 'mean' else key}"
            rows.append((_format(line), [label, *(_cell(line, plan[name][key]) for plan in plans)]))
    chances = [plan["probability"] for plan in plans]
    for month in chances[0]["break_even_by"]:
        cells = (one["break_even_by"][month] for one in chances)
        rows.append((_PERCENT, [f"Probability of breaking even by month {month}", *cells]))
    never = (one["never_breaks_even"] for one in chances)
    rows.append((_PERCENT, ["Probability of never breaking even", *never]))
    return _table(rows)


def simulation_sentences(simulation: Simulation) -> tuple[str, ...]:
    """How many draws were made, and which plan leads by what."""
    found = summary(simulation)
    best = found["best_plan"] or "no plan"
    drawn = f"{simulation.draws:,} draws of {len(simulation.ranges)} drivers"
    return (
        f"{simulation.scenario.name}: {drawn}, seed {simulation.seed}.",
        f"Best by {found['best_plan_by']}, among the plans that meet all limits: {best}.",
    )


def differences_table(found: ScenarioComparison) -> Table:
    """Each difference with both values and its effect on each plan, and the changes themselves."""
    labels = [default_model().lines[name].label for name in CHANGED.values()]
    heads = [f"{plan}: {label}" for plan in found.plans for label in labels]
    rows: list[tuple[str, list[Any]]] = [(TEXT, ["Difference", "A", "B", *heads])]
    for group in found.groups:
        members = found.members(group)
        a, b = (members[0].a, members[0].b) if len(members) == 1 else ("", "")
        effects = [
            _effect(plan.parts[group][key]) for plan in found.plans.values() for key in CHANGED
        ]
        rows.append((_GENERAL, [group, a, b, *effects]))
    change = [_effect(plan.change[key]) for plan in found.plans.values() for key in CHANGED]
    rows.append((_GENERAL, ["Change: B less A", "", "", *change]))
    rows += [(TEXT, [what, a or "not stated", b or "not stated"]) for what, a, b in found.texts]
    table = _table(rows)
    of_plan = [_format(default_model().lines[name]) for name in CHANGED.values()]
    formats = of_plan * len(found.plans)
    for row, line in zip(table.rows[1:], table.formats[1:], strict=True):
        line[3:] = formats if len(row) > 3 and row[3] != "" else line[3:]
    return table


def differing_cells_table(differences: Iterable[tuple[str, str, str, str]]) -> Table:
    """Cells of a workbook that differ from the engine, one a row; only a head if none does."""
    rows = [[one[0], one[1], one[2], one[3]] for one in differences]
    heads = ["Cell", "What differs", "Found", "The engine has"]
    return _table((TEXT, row) for row in ([heads, *rows] if rows else []))


def safe(text: Any) -> Any:
    """A text with an apostrophe before it where Excel would read a formula; other values as is."""
    return f"'{text}" if isinstance(text, str) and text.startswith(("=", "+", "-", "@")) else text


def _table(rows: Iterable[tuple[str, list[Any]]]) -> Table:
    """Rows filled up to one length, each with the format of its cells beside the first."""
    listed = list(rows)
    width = max((len(cells) for _, cells in listed), default=0)
    filled = [[*map(safe, cells), *[""] * (width - len(cells))] for _, cells in listed]
    return Table(filled, [[TEXT, *[form] * (width - 1)] for form, _ in listed])


def _format(line: Line) -> str:
    return _FORMATS.get(line.unit, MONEY)


def _cell(line: Line, value: float | None) -> Any:
    return line.missing if value is None else value


def _effect(value: float | None) -> Any:
    return "none" if value is None else value
