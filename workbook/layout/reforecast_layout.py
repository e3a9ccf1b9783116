"""The layout of sheets Actuals and Reforecast: cells of the second model's inputs and lines.

Both have months along the columns and groups of costs stacked as rows. What does not vary by month
stands in a column before the months.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from ...engine.actuals import (
    ENTERED,
    GROUP_FACTS,
    PLANNED,
    RESULTS,
    SETTINGS,
    SHARED,
    Reforecast,
    reforecast_model,
)
from ...engine.axes import FIXED_SIZES
from ...engine.declaration import Input
from ...engine.lines import Line
from ..trace.formula import Place
from .context import Context
from .positions import FIRST_ROW, NUMBER_ROW, Grid, Layout

ACTUALS = Grid("Actuals", "month", ("group",), 6, 4)
REFORECAST = Grid("Reforecast", "month", ("group",), 6, 4)
# Headings of sheet Actuals, and what stands below each.
SECTIONS = (
    ("Settings", SETTINGS),
    ("Actuals by month", ENTERED),
    ("Groups of costs", GROUP_FACTS),
)
PLAN_TOPIC, RESULTS_TOPIC = "Plan", "Results"
NOTES = "ledger_notes"  # name and place of what was assumed of the ledger's rows


def reforecast_context(context: Context, reforecast: Reforecast) -> Context:
    """The context of the second model beside that of the first.

    Parameters
    ----------
    context : Context
        Of the comparison workbook of the same scenario.
    reforecast : Reforecast
    """
    scenario = replace(context.scenario, plans=(reforecast.actuals.plan,))
    values: dict[str, np.ndarray] = dict(reforecast.values)
    notes = len(reforecast.actuals.ledger_notes)
    layout = _layout(context.layout, scenario.sizes, notes)
    return Context(
        scenario, values, reforecast_model(), layout, context.texts, language=context.language
    )


def before(result: str) -> str:
    """Key of the place of a result as planned, by the name of its line."""
    return f"{result} as planned"


def _layout(main: Layout, sizes: dict[str, int], notes: int) -> Layout:
    layout = Layout(sizes={**sizes, **FIXED_SIZES})
    months = Place(REFORECAST.title, NUMBER_ROW, (), "month", REFORECAST.first_column)
    layout.places["month"] = replace(months, columns=sizes["month"])
    layout.places |= {entry.name: main.places[entry.name] for entry in SHARED}
    row = FIRST_ROW
    for _, entries in SECTIONS:
        row = _stack(layout, ACTUALS, [*entries], row + 1) + 1
    if notes:
        layout.places[NOTES] = Place(ACTUALS.title, row + 1, (("note", notes),), None, 1)
    for entry in SETTINGS:
        named = replace(layout.places[entry.name], name=entry.name)
        layout.places[entry.name] = named
    row = _stack(layout, REFORECAST, [*PLANNED], FIRST_ROW + 1)
    lines = reforecast_model().lines
    results = [lines[name] for name in RESULTS.values()]
    others = [line for line in lines.values() if line not in results]
    layout.lines[REFORECAST.title] = [*others, *results]
    topic = ""
    for line in others:
        row += 2 if line.topic != topic else 0
        topic = line.topic
        row = _stack(layout, REFORECAST, [line], row)
    row += 2
    for number, name in enumerate(RESULTS.values()):
        place = Place(REFORECAST.title, row + number, (), None, REFORECAST.total_column)
        layout.places[before(name)] = place
    _stack(layout, REFORECAST, results, row + len(results))
    return layout


def _stack(layout: Layout, grid: Grid, entries: Iterable[Input | Line], row: int) -> int:
    """Lay out entries below each other; return the row after the last."""
    for entry in entries:
        axes = entry.axes if isinstance(entry, Input) else entry.over
        stacked = tuple((axis, layout.sizes[axis]) for axis in axes if axis != "month")
        if "month" in axes:
            columns = layout.sizes["month"]
            place = Place(grid.title, row, stacked, "month", grid.first_column, columns)
        else:
            place = Place(grid.title, row, stacked, None, grid.total_column)
        layout.places[entry.name] = place
        row += place.rows
    return row
