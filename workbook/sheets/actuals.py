"""Actuals: what was spent, who worked and what was delivered, to be pasted in month by month."""

import datetime
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from openpyxl.utils import get_column_letter

from ...engine.actuals import (
    ENTERED,
    GROUP_FACTS,
    SETTINGS,
    Actuals,
    Reforecast,
)
from ...engine.axes import array_index
from ...engine.cost_kinds import GROUPS
from ...engine.declaration import Input
from ...engine.errors import MESSAGE_MAX
from ...engine.scenario import Scenario
from ..layout.context import Context, number_format
from ..layout.positions import FIRST_ROW, HEAD_ROW, NUMBER_ROW, TIMELINE, position_in
from ..layout.reforecast_layout import ACTUALS, NOTES, SECTIONS
from ..layout.scenario_texts import lines
from ..layout.sheet import Formula, Rule, Sheet, block, serial
from .validations import allowed_text, validation

TITLE = ACTUALS.title
_NOTE = "Actual figures of one plan up to the last actual month; later months are ignored."
_LENGTH = f"up to {MESSAGE_MAX} characters"
_FIXED = ("paid_in_cash",)  # facts that are no matter of the ledger


def actuals_sheet(
    context: Context, second: Context, reforecast: Reforecast, names: dict[str, str]
) -> Sheet:
    """The inputs of the reforecast.

    Parameters
    ----------
    context, second : Context
        Of the comparison workbook, and of the second model.
    reforecast : Reforecast
    names : dict of str to str
        Defined names of the workbook, to which those of the inputs are added.
    """
    sheet = Sheet(TITLE, "input", widths={1: 40, 2: 26, 3: 14, 4: 12, 5: 10})
    sheet.widths |= {ACTUALS.first_column + n: 13 for n in range(second.scenario.horizon_months)}
    context.heading(sheet, TITLE, _NOTE)
    for column, title in enumerate(("Input", "Group", "Unit"), 1):
        sheet.put(HEAD_ROW, column, title, "head")
    sheet.put(HEAD_ROW, ACTUALS.total_column, "All months", "number head")
    _months(sheet, second.scenario.horizon_months, context)
    limits = highest(reforecast.scenario, reforecast.planned)
    for title, entries in SECTIONS:
        first = second.layout.places[entries[0].name].row
        sheet.put(first - 1, 1, title, "topic")
        for entry in entries:
            most = limits.get(entry.name, entry.highest)
            _entry(second, sheet, names, replace(entry, highest=most), reforecast.actuals)
    if reforecast.actuals.ledger_notes:
        _ledger_notes(second, sheet, names, reforecast.actuals)
    sheet.pages_wide = -(-second.scenario.horizon_months // 12)
    sheet.freeze = f"F{FIRST_ROW}"
    sheet.head_rows, sheet.head_columns = HEAD_ROW, ACTUALS.unit_column
    return sheet


def highest(scenario: Scenario, planned: Mapping[str, np.ndarray]) -> dict[str, int]:
    """The highest value of the inputs for which the scenario sets it.

    Parameters
    ----------
    scenario : Scenario
    planned : mapping of str to array
        Every input and line of the scenario.
    """
    last = int(planned["last_month"].item())
    return {"running_plan": len(scenario.plans), "last_actual_month": last}


def _months(sheet: Sheet, months: int, context: Context) -> None:
    """Links to the months of sheet Timeline."""
    year, first = map(int, context.scenario.start_month.split("-"))
    for item in range(months):
        number = year * 12 + first - 1 + item
        date = serial(datetime.date(number // 12, number % 12 + 1, 1))
        there = get_column_letter(TIMELINE.first_column + item)
        column = ACTUALS.first_column + item
        sheet.put(NUMBER_ROW, column, Formula(f"Timeline!{there}${NUMBER_ROW}", item + 1), "number")
        link = Formula(f"Timeline!{there}${HEAD_ROW}", date)
        sheet.put(HEAD_ROW, column, link, "number head", "mmm yy")


def _ledger_notes(context: Context, sheet: Sheet, names: dict[str, str], actuals: Actuals) -> None:
    """What was assumed of the ledger's rows, in sentences that may be deleted."""
    place = context.layout.places[NOTES]
    sheet.put(place.row - 1, 1, "Notes on the ledger", "topic")
    cells = block(place.row, place.column, place.rows)
    names[NOTES] = f"{TITLE}!{cells}"
    sheet.rules.append(Rule(cells, "textLength", 0, MESSAGE_MAX, "Note", _LENGTH))
    for offset, text in enumerate(actuals.ledger_notes):
        sheet.put(place.row + offset, 1, text or None, "input text", "@")
        sheet.heights[place.row + offset] = max(1, lines(text, sheet.widths[1] - 2))


def _entry(
    context: Context, sheet: Sheet, names: dict[str, str], entry: Input, actuals: Actuals
) -> None:
    """Rows of one input; a month without a figure is left empty."""
    is_given = _given(entry, actuals)
    place = context.layout.places[entry.name]
    labels = [*GROUPS.values()]
    style = "fixed" if entry.name in _FIXED else "input"
    for offset in range(place.rows):
        row, at = place.row + offset, position_in(place, offset)
        sheet.put(row, 1, entry.label, "repeated label" if offset else "label")
        if "group" in at:
            sheet.put(row, 2, labels[at["group"]], "label")
        sheet.put(row, 3, context.unit(entry.unit), "unit")
        for item in range(place.columns):
            here = at if place.column_axis is None else {**at, "month": item}
            value = context.refs(entry.name)[array_index(here)]
            if is_given is not None:
                row_of_it = is_given[at.get("group", 0)]
                value = value if item < len(row_of_it) and row_of_it[item] else None
            sheet.put(row, place.column + item, value, style, number_format(entry))
    if place.column_axis is None:
        text = f"{allowed_text(entry)}; {entry.source}"
        sheet.put(place.row, ACTUALS.first_column, text, "note")
    cells = block(place.row, place.column, place.rows, place.columns)
    names[entry.name] = f"{TITLE}!{cells}"
    if style == "input":
        sheet.rules.append(validation(entry, cells))


def _given(entry: Input, actuals: Actuals) -> np.ndarray | None:
    """Whether there is a figure, by row and month; None for an input that is always there."""
    costs = np.ones(actuals.cost.shape, bool) if actuals.given is None else actuals.given
    month = np.ones((1, actuals.last_month), bool)
    return {
        "entered_heads": month & (actuals.heads is not None),
        "entered_output": month & (actuals.output is not None),
        "entered_cost": costs,
        "cost_at_planned_rate": costs & (actuals.cost_at_planned_rate is not None),
    }.get(entry.name)


INPUTS = (*SETTINGS, *ENTERED, *GROUP_FACTS)
