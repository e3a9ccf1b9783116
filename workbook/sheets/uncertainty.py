"""The Uncertainty sheet: what a simulation gave on the day the workbook was made.

No spreadsheet draws here: the figures are fixed, with the seed and the hash of the assumptions they
were drawn from, and stand beside what the live model says now.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from openpyxl.utils import get_column_letter

from ...engine.address import take
from ...engine.criteria import MEAN_CRITERIA
from ...engine.drivers import DRIVERS
from ...engine.model import default_model
from ...engine.scenario import Scenario
from ...engine.uncertainty.draws import ranges_cover, without_effect
from ...engine.uncertainty.evppi import InformationValue
from ...engine.uncertainty.simulation import MEASURES, PERCENTILES, Simulation
from ...engine.uncertainty.tornado import decision_reversals
from ..layout.context import Context, number_format
from ..layout.number_formats import PERCENT
from ..layout.positions import HEAD_ROW, STATE_CELL, Grid
from ..layout.references import Text
from ..layout.scenario_texts import used_plan
from ..layout.sheet import Chart, Formula, Series, Sheet, block

_GRID = Grid("Uncertainty", "plan", (), 3)
_FIRST = _GRID.first_column
_BINS, _TAIL = 24, 0.005  # of the histogram, and the share of draws beyond each end of it
_CHANCE = '[=0]0.0%;[<0.0005]"<0.1%";0.0%'  # what is not 0 is not shown as 0
_FACTS = {"Draws": "draws", "Seed": "seed", "Method": "method", "Hash of the assumptions": "hash"}
_ROWS = [
    *(f"P{percent}" for percent in PERCENTILES),
    "mean",
]  # of each measure
_FIGURES = ("chances", "edges", "shares", "months")  # blocks without any text
_ZERO = "0: no answer to that question would change the choice of the plan."
_NO_EFFECT = "not drawn: nothing in this scenario depends on it"
_ENDS, _NOTHING = ("low", "high"), "nothing"
_WIDTH, _HEIGHT, _NAME = 17, 8.2, 0.3  # of a chart, and what each further name adds, in cm

# Blocks of fixed figures by name, each as rows of cells.
Spread = Mapping[str, Sequence[Sequence[Any]]]


def spread_of(simulation: Simulation) -> Spread:
    """What the sheet keeps of a simulation; texts where there is no answer."""
    scenario = simulation.scenario
    plans = range(len(scenario.plans))
    saving = simulation.all("net_saving")
    moving = saving[:, 1:] if saving.shape[1] > 1 else saving
    moving = moving[np.isfinite(moving)] if np.isfinite(moving).any() else np.zeros(1)
    low, high = np.quantile(moving, [_TAIL, 1 - _TAIL])
    edges = np.linspace(low, max(high, low + 1e-6), _BINS + 1)
    shares = np.stack([_counts(saving[:, p], edges) for p in plans], axis=1)
    beats = [simulation.beats(other) for other in plans]
    margin = simulation.below("margin", float(scenario.values["margin_floor"].item()))
    base = take(scenario.evaluate(), "net_saving")
    months = range(1, scenario.horizon_months + 1)
    drivers = sorted(_drivers(simulation), key=lambda row: (-_number(row[1]), -row[2]))
    return {
        "facts": [
            [simulation.draws],
            [simulation.seed],
            [simulation.method],
            [scenario.fingerprint()],
        ],
        "percentiles": [*_percentiles(simulation)],
        "chances": _plain([simulation.never(), *beats, margin]),
        "base": [_or_missing("net_saving", base)],
        "order": [[name] for name, *_ in drivers],
        "drivers": [cells for _, *cells in drivers],
        "edges": [[float(edge)] for edge in edges[:-1]],
        "shares": _plain(shares / simulation.draws),
        "months": _plain([simulation.break_even_by(month) for month in months]),
    }


def _percentiles(simulation: Simulation) -> Iterator[list[float | str]]:
    for name, line in MEASURES.items():
        for found in (
            *(simulation.percentile(name, percent) for percent in PERCENTILES),
            simulation.mean(name),
        ):
            yield _or_missing(line, found)


def _or_missing(line: str, found: np.ndarray) -> list[float | str]:
    """Values of a line by plan; its word where there is no answer."""
    missing = default_model().lines[line].missing
    return [missing if value != value else value + 0.0 for value in found.tolist()]


def _counts(saving: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Draws of a plan in each column of the histogram; those beyond its ends in the last ones."""
    found = saving[np.isfinite(saving)]
    places = np.clip(np.searchsorted(edges, found, side="right") - 1, 0, _BINS - 1)
    return np.bincount(places, minlength=_BINS)


def _drivers(simulation: Simulation) -> Iterator[tuple[str, float | str, float, str]]:
    """Of each driver: label, what knowing it is worth, what it explains, what its ends change."""
    worth = simulation.partial_information
    shares = simulation.shares_of_variance(simulation.best_plan)
    idle, covered = without_effect(simulation.scenario), ranges_cover(simulation.scenario)
    ends = {(one.driver, one.end): one for one in decision_reversals(simulation.scenario)}
    for name in DRIVERS:
        said = [f"{end}: {ends[name, end].text}" for end in _ENDS if (name, end) in ends]
        label = default_model().inputs[name].label
        known = worth.get(name, InformationValue(0.0, 0.0, 0.0))
        shown = f"under {known.at_most:,.0f}" if known.reported is None else known.reported
        text = _NO_EFFECT if name in idle else "; ".join(said) or _NOTHING
        yield label, shown, shares.get(name, 0.0), f"{text} (range: {covered[name]})"


def _number(cell: float | str) -> float:
    """A figure, to sort by; what is below what the draws can tell comes after all figures."""
    return cell if isinstance(cell, float) else 0.0


def _plain(rows: Iterable[Iterable[Any]]) -> list[list[float]]:
    return [[float(value) + 0.0 for value in row] for row in rows]


def read_spread(worksheet: Any, scenario: Scenario) -> Spread:
    """What an opened workbook's sheet keeps; 0 in the place of what is no figure."""

    def kept(name: str, row: int, column: int) -> float | str:
        value = worksheet.cell(row, column).value
        is_text = isinstance(value, str) and name not in _FIGURES
        return value if is_text or isinstance(value, (int, float)) else 0.0

    return {
        name: [[kept(name, row + r, column + c) for c in range(columns)] for r in range(rows)]
        for name, (row, column, rows, columns) in _places(scenario).items()
    }


def _places(scenario: Scenario) -> dict[str, tuple[int, int, int, int]]:
    """First row and column, rows and columns of each block."""
    plans, months = len(scenario.plans), scenario.horizon_months
    sizes = {
        "facts": (len(_FACTS), 1),
        "percentiles": (len(MEASURES) * len(_ROWS), plans),
        "chances": (plans + 2, plans),
        "base": (1, plans),
        "drivers": (len(DRIVERS), 3),
        "edges": (_BINS, 1),
        "months": (months, plans),
    }
    # Rows before each block: a gap, its heads, and what is live above it.
    before = {"chances": 3, "base": 2, "drivers": 7}
    places: dict[str, tuple[int, int, int, int]] = {}
    row = HEAD_ROW + 2
    for name, (rows, columns) in sizes.items():
        row += before.get(name, 2 if places else 0)
        column = 2 if name == "edges" else _FIRST
        places[name] = (row, column, rows, columns)
        row += rows
    beside = {
        "order": (places["drivers"][0], 1, len(DRIVERS), 1),
        "shares": (places["edges"][0], _FIRST, _BINS, plans),
    }
    return places | beside


def uncertainty_sheet(context: Context, spread: Spread) -> Sheet:
    """Percentiles, probabilities, what to find out first, and two charts."""
    plans = len(context.scenario.plans)
    sheet = Sheet("Uncertainty", "output", widths={1: 44, 2: 12})
    sheet.widths |= {_FIRST + p: 15 for p in range(max(plans, 4))}
    note = "Drawn when the workbook was made, and fixed since. Ranges and distributions: Cases."
    context.heading(sheet, "Uncertainty", note)
    sheet.put(HEAD_ROW, 1, "Plan", "head")
    sheet.put(HEAD_ROW, 2, "Unit", "head")
    context.column_heads(sheet, _GRID)
    places = _places(context.scenario)
    _facts(context, sheet, places["facts"][0], spread)
    _measures(context, sheet, places["percentiles"][0], spread)
    _chances(context, sheet, places, spread)
    _drift(context, sheet, places["base"][0], spread)
    _what_matters(context, sheet, places["drivers"][0], spread)
    sheet.charts = [
        _histogram(context, sheet, places["edges"][0], spread),
        _curve(context, sheet, places["months"][0], spread),
    ]
    sheet.freeze = f"C{HEAD_ROW + 1}"
    sheet.head_rows = HEAD_ROW
    return sheet


def _last(context: Context) -> int:
    return _FIRST + len(context.scenario.plans) - 1


def _facts(context: Context, sheet: Sheet, row: int, spread: Spread) -> None:
    sheet.topic(row - 1, "How it was drawn", _last(context))
    for offset, (label, [value]) in enumerate(zip(_FACTS, spread["facts"], strict=True)):
        sheet.put(row + offset, 1, label, "label")
        sheet.put(row + offset, 2, _FACTS[label], "unit")
        sheet.put(row + offset, _FIRST, value, "fixed", "0" if offset == 1 else "#,##0")


def _measures(context: Context, sheet: Sheet, row: int, spread: Spread) -> None:
    title = "Percentiles: in 10 of 100 draws the figure is P10 or less"
    sheet.topic(row - 1, title, _last(context))
    rows = iter(spread["percentiles"])
    for name in MEASURES.values():
        line = context.model.lines[name]
        for label in _ROWS:
            sheet.put(row, 1, f"{line.label}, {label}", "label")
            sheet.put(row, 2, context.unit(line.unit), "unit")
            for offset, value in enumerate(next(rows)):
                sheet.put(row, _FIRST + offset, value, "fixed", number_format(line))
            row += 1


def _chances(context: Context, sheet: Sheet, places: Mapping[str, Any], spread: Spread) -> None:
    row, months = places["chances"][0], places["months"]
    plans = context.scenario.plans
    sheet.topic(row - 2, "Probability", _last(context))
    limit, by_month = int(context.values["break_even_limit"].item()), spread["months"]
    sheet.put(row - 1, 1, "Breaks even by the latest month accepted", "label")
    sheet.put(row - 1, 2, "%", "unit")
    for p in range(len(plans)):
        letter = get_column_letter(_FIRST + p)
        cells = f"{letter}${months[0]}:{letter}${months[0] + months[2] - 1}"
        text = f"INDEX({cells},MIN(break_even_limit,ROWS({cells})))"
        value = by_month[min(limit, months[2]) - 1][p]
        sheet.put(row - 1, _FIRST + p, Formula(text, value), "result", _CHANCE)
    labels: list[str | Text] = [
        "Never breaks even within the horizon",
        *(Text.of(used_plan(p), "NPV after risk above that of ") for p in range(len(plans))),
    ]
    for offset, label in enumerate((*labels, "Margin at the competitor's price below its floor")):
        sheet.put(row + offset, 1, label, "label")
        sheet.put(row + offset, 2, "%", "unit")
        for p, value in enumerate(spread["chances"][offset]):
            sheet.put(row + offset, _FIRST + p, value, "fixed", _CHANCE)


def _drift(context: Context, sheet: Sheet, row: int, spread: Spread) -> None:
    """The base case when drawn and now."""
    line = context.model.lines["net_saving"]
    sheet.topic(row - 1, "Whether it still holds: the net saving without any draw", _last(context))
    for offset, label in enumerate(("When drawn", "Now", "The same")):
        sheet.put(row + offset, 1, label, "label")
        sheet.put(row + offset, 2, "yes/no" if offset == 2 else "%", "unit")
    sheet.put(row + 3, 1, "Inputs and results of the workbook", "label")
    sheet.put(row + 3, _FIRST, Formula(STATE_CELL, context.state), "strong label")
    now = context.view(line, _GRID, row + 1)
    for p, (drawn, formula) in enumerate(zip(spread["base"][0], now, strict=True)):
        column = _FIRST + p
        sheet.put(row, column, drawn, "fixed", number_format(line))
        sheet.put(row + 1, column, formula, "result", number_format(line))
        letter = get_column_letter(column)
        text = f'IF(ABS({letter}{row + 1}-{letter}{row})<=check_tolerance,"yes","no")'
        same = _still_holds(context, p, drawn)
        sheet.put(row + 2, column, Formula(text, "yes" if same else "no"), "calculation")


def _still_holds(context: Context, plan: int, drawn: float | str) -> bool:
    """Whether the net saving of a plan without any draw is what it was."""
    tolerance, now = take(context.values, "check_tolerance"), take(context.values, "net_saving")
    return isinstance(drawn, float) and abs(now[plan] - drawn) <= tolerance


def _what_matters(context: Context, sheet: Sheet, row: int, spread: Spread) -> None:
    by = MEAN_CRITERIA[int(context.values["criterion"].item())]
    title = f"What to find out first, before a plan that meets all limits is chosen by the {by}"
    sheet.topic(row - 3, title, _FIRST + 3)
    sheet.put(row - 2, 1, _ZERO, "note")
    heads = ("Driver", "Unit", "Worth knowing", "Explains", "At its ends", None)
    for column, head in enumerate(heads, 1):
        sheet.put(row - 1, column, head, "number head" if column in (3, 4) else "head")
    formats = ("#,##0", _CHANCE)
    for offset, ([label], cells) in enumerate(zip(spread["order"], spread["drivers"], strict=True)):
        sheet.put(row + offset, 1, label, "label")
        sheet.put(row + offset, 2, Text.of("currency", after=", %"), "unit")
        for column, value in enumerate(cells[:2]):
            sheet.put(row + offset, _FIRST + column, value, "fixed", formats[column])
        sheet.put(row + offset, _FIRST + 2, cells[2], "note")


def _histogram(context: Context, sheet: Sheet, row: int, spread: Spread) -> Chart:
    """Draws by net saving: a column for each plan, and the plan shown."""
    plans = context.scenario.plans
    chosen = _last(context) + 1
    sheet.widths[chosen] = 15
    sheet.topic(
        row - 1,
        "Saving over the horizon: share of draws from here on; the ends hold what is beyond",
        chosen,
    )
    sheet.put(row - 1, chosen, context.chosen_plan(), "number head")
    title = context.chosen_plan("Share of draws by net saving of ")
    sheet.put(row - 2, 1, title, "strong label")
    at = context.cell_of("shown_plan")
    number = int(context.values["shown_plan"].item())
    shown = []
    for offset, ([edge], values) in enumerate(zip(spread["edges"], spread["shares"], strict=True)):
        sheet.put(row + offset, 1, f"Column {offset + 1} of the histogram, from", "label")
        sheet.put(row + offset, 2, edge, "fixed", PERCENT)
        for p, value in enumerate(values):
            sheet.put(row + offset, _FIRST + p, value, "fixed", _CHANCE)
        cells = block(row + offset, _FIRST, 1, len(plans))
        text = f"IFERROR(INDEX({cells},{at}),0)"
        if len(plans) == 1:  # IronCalc knows no INDEX of a single cell
            text = f"IF({at}=1,{cells},0)"
        value = values[number - 1] if number <= len(plans) else 0
        shown.append(value)
        sheet.put(row + offset, chosen, Formula(text, value), "result", _CHANCE)
    right = f"{get_column_letter(chosen + 1)}{HEAD_ROW + 1}"
    return Chart(
        kind="histogram",
        title=title.value,
        title_cell=f"Uncertainty!{block(row - 2, 1)}",
        summary="Columns: share of the draws by net saving of the plan shown.",
        anchor=right,
        width_cm=_WIDTH,
        height_cm=_HEIGHT,
        x_title="Saving over the horizon, from",
        y_title="share of draws",
        number_format="0%",
        category_cells=f"Uncertainty!{block(row, 2, len(shown))}",
        categories=[edge for [edge] in spread["edges"]],
        series=[
            Series(
                f"Uncertainty!{block(row - 1, chosen)}",
                context.chosen_plan().value,
                f"Uncertainty!{block(row, chosen, len(shown))}",
                shown,
            )
        ],
    )


def _curve(context: Context, sheet: Sheet, row: int, spread: Spread) -> Chart:
    """Probability of having broken even, by month."""
    plans, months = len(context.scenario.plans), len(spread["months"])
    sheet.topic(
        row - 1, "Probability of having broken even by the end of the month", _last(context)
    )
    for offset, values in enumerate(spread["months"]):
        sheet.put(row + offset, 1, f"Month {offset + 1}", "label")
        sheet.put(row + offset, 2, offset + 1, "number")
        for p, value in enumerate(values):
            sheet.put(row + offset, _FIRST + p, value, "fixed", _CHANCE)
    right = f"{get_column_letter(_last(context) + 2)}{HEAD_ROW + 18}"
    return Chart(
        kind="probability",
        title="Broken even by month, share of draws",
        summary="Lines: share of the draws in which each plan has broken even, by month.",
        anchor=right,
        width_cm=_WIDTH,
        height_cm=_HEIGHT + _NAME * max(0, plans - 4),
        x_title="Month",
        y_title="share of draws",
        number_format="0%",
        category_cells=f"Uncertainty!{block(row, 2, months)}",
        categories=[str(month + 1) for month in range(months)],
        series=[
            Series(
                f"Uncertainty!{block(HEAD_ROW, _FIRST + p)}",
                context.plan_title(p).value,
                f"Uncertainty!{block(row, _FIRST + p, months)}",
                [values[p] for values in spread["months"]],
            )
            for p in range(plans)
        ],
    )
