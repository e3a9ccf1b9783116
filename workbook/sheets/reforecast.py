"""Reforecast and Variance: the plan restated from its actuals, and why they differ from it."""

from openpyxl.utils import get_column_letter

from ...engine.actuals import PLANNED, PLANNED_LINES, RESULTS, VARIANCE, Reforecast
from ...engine.actuals_notes import NO_HEADS, NO_OUTPUT, NO_RATES
from ...engine.address import take
from ...engine.axes import array_index
from ...engine.cost_kinds import GROUPS
from ...engine.lines.cash import GROUP_LINES
from ..layout.context import Context, number_format
from ..layout.number_formats import MONEY
from ..layout.positions import FIRST_ROW, HEAD_ROW, position_in
from ..layout.references import Ref
from ..layout.reforecast_layout import NOTES, PLAN_TOPIC, REFORECAST, RESULTS_TOPIC, before
from ..layout.sheet import Formula, Sheet, block
from ..trace.formula import Place
from .calculations import month_heads

_NOTE = "Up to the last actual month the actual; after it the plan at the actual level."
_VARIANCE = "Variance"
_VARIANCE_NOTE = "What was spent against plan, why, and what follows, before tax."
_HEADS = (
    "Planned to date",
    "Actual to date",
    "Variance",
    "Volume",
    "Price",
    "Currency",
    "Level",
    "Far from plan",
)
_GIVEN = {
    "heads_given": ("Heads are given.", NO_HEADS),
    "rates_given": ("Exchange rates are given.", NO_RATES),
    "output_given": ("Output is given.", NO_OUTPUT),
}


def reforecast_sheet(context: Context, second: Context, reforecast: Reforecast) -> Sheet:
    """The plan, the actuals, and every line of the second model, month by month."""
    grid = REFORECAST
    sheet = Sheet(grid.title, "calculation", widths={1: 46, 2: 26, 3: 14, 4: 15, 5: 12})
    sheet.widths |= {grid.first_column + n: 13 for n in range(second.scenario.horizon_months)}
    context.heading(sheet, grid.title, _NOTE)
    for column, title in enumerate(("Line", "Group", "Unit"), 1):
        sheet.put(HEAD_ROW, column, title, "head")
    month_heads(context, sheet, grid)
    _plan(context, second, sheet)
    _lines(second, sheet)
    _planned_results(context, second, reforecast, sheet)
    sheet.pages_wide = -(-second.scenario.horizon_months // 12)
    sheet.freeze = f"{get_column_letter(grid.first_column)}{FIRST_ROW}"
    sheet.head_rows, sheet.head_columns = HEAD_ROW, grid.unit_column
    return sheet


def _plan(context: Context, second: Context, sheet: Sheet) -> None:
    """Put links to what the plan says on sheet Timeline."""
    sheet.put(FIRST_ROW, 1, PLAN_TOPIC, "topic")
    for entry in PLANNED:
        place = second.layout.places[entry.name]
        for offset in range(place.rows):
            at = position_in(place, offset)
            row = place.row + offset
            name = PLANNED_LINES.get(entry.name) or [*GROUP_LINES.values()][at["group"]]
            style = "repeated label" if offset else "label"
            _labels(second, sheet, row, entry.label, style, entry.unit, at)
            for item in range(place.columns):
                value = second.refs(entry.name)[array_index({**at, "month": item})]
                formula = _of_the_plan(context, name, value, item)
                sheet.put(row, place.column + item, formula, "calculation", number_format(entry))


def _lines(second: Context, sheet: Sheet) -> None:
    """Put every line of the second model."""
    topic = ""
    for line in second.layout.lines[REFORECAST.title]:
        place = second.layout.places[line.name]
        if line.topic != topic and line.name not in RESULTS.values():
            topic = line.topic
            sheet.put(place.row - 1, 1, topic, "topic")
        running = second.is_running_total(line)
        for row, at, formulas in second.rows(line):
            style = "label" if row == place.row else "repeated label"
            _labels(second, sheet, row, line.label, style, line.unit, at)
            if running:
                sheet.put(row, place.column - 1, 0, "opening", number_format(line))
            for item, formula in enumerate(formulas):
                sheet.put(row, place.column + item, formula, "calculation", number_format(line))


def _planned_results(
    context: Context, second: Context, reforecast: Reforecast, sheet: Sheet
) -> None:
    """Put the results as planned, above the restated ones."""
    first = second.layout.places[before(next(iter(RESULTS.values())))].row
    sheet.put(first - 1, 1, RESULTS_TOPIC, "topic")
    for name in RESULTS.values():
        place, line = second.layout.places[before(name)], second.model.lines[name]
        value = take(reforecast.planned, name, plan=reforecast.plan).item()
        _labels(second, sheet, place.row, f"{line.label}, as planned", "label", line.unit, {})
        formula = _of_the_plan(context, name, line.in_words(value))
        sheet.put(place.row, place.column, formula, "calculation", number_format(line))


def _labels(
    context: Context, sheet: Sheet, row: int, label: str, style: str, unit: str, at: dict[str, int]
) -> None:
    sheet.put(row, 1, label, style)
    if "group" in at:
        sheet.put(row, 2, [*GROUPS.values()][at["group"]], "label")
    sheet.put(row, 3, context.unit(unit), "unit")


def _of_the_plan(context: Context, line: str, value: Ref | float | str, item: int = 0) -> Formula:
    """A link to a line of the first model, for the plan that runs."""
    place = context.layout.places[line]
    plans = len(context.scenario.plans)
    by_column = place.column_axis == "plan"
    rows, columns = (1, plans) if by_column else (plans, 1)
    column = place.column if by_column else place.column + item
    left, right = (get_column_letter(n) for n in (column, column + columns - 1))
    fixed = "$" if by_column or place.column_axis is None else ""
    first = f"{place.sheet}!{fixed}{left}${place.row}"
    if plans == 1:  # IronCalc does not support INDEX of one cell
        return Formula(first, value)
    return Formula(f"INDEX({first}:{fixed}{right}${place.row + rows - 1},running_plan)", value)


def variance_sheet(context: Context, second: Context, reforecast: Reforecast) -> Sheet:
    """What was spent against plan and why, by group; and the plan's results before and now."""
    sheet = Sheet(_VARIANCE, "output", widths={1: 40, 2: 12, **dict.fromkeys(range(3, 11), 16)})
    context.heading(sheet, _VARIANCE, _VARIANCE_NOTE)
    plan = Formula("INDEX(plan_names,running_plan)", reforecast.actuals.plan)
    if len(context.scenario.plans) == 1:
        plan = Formula("plan_names", reforecast.actuals.plan)
    sheet.put(4, 1, "Plan", "label")
    sheet.put(4, 2, plan, "fact")
    sheet.put(5, 1, "Last actual month", "label")
    month = Formula("last_actual_month", reforecast.actuals.last_month)
    sheet.put(5, 2, month, "fact", "0")
    row = 7
    for column, title in enumerate(("Group", "Unit", *_HEADS), 1):
        sheet.put(row, column, title, "head" if column < 3 else "number head")
    for number, label in enumerate(GROUPS.values()):
        row += 1
        sheet.put(row, 1, label, "label")
        sheet.put(row, 2, context.unit("money"), "unit")
        figures = (*(f"{key}_to_date" for key in VARIANCE), "cost_level", "cost_level_is_far")
        for column, name in enumerate(figures, 3):
            _link(second, sheet, row, column, name, number)
    row += 1
    sheet.put(row, 1, "All groups", "strong label")
    sheet.put(row, 2, context.unit("money"), "unit")
    for column, key in enumerate(VARIANCE, 3):
        value = second.refs(f"all_{key}").item()
        letter = get_column_letter(column)
        total = Formula(f"SUM({letter}{row - len(GROUPS)}:{letter}{row - 1})", value)
        sheet.put(row, column, total, "strong result", MONEY)
    row += 1
    sheet.put(row, 1, "Output", "label")
    sheet.put(row, 2, "level", "unit")
    _link(second, sheet, row, 9, "output_level")
    row = _results(context, second, reforecast, sheet, row + 2)
    for name, (given, missing) in _GIVEN.items():
        row += 1
        is_given = bool(second.values[name].item())
        text = Formula(f'IF({name}=1,"{given}","{missing}")', given if is_given else missing)
        sheet.put(row, 1, text, "note")
    for offset, sentence in enumerate(reforecast.actuals.ledger_notes):
        row += 1
        link = f'{_reference(second.layout.places[NOTES], offset)}&""'
        sheet.put(row, 1, Formula(link, sentence), "note")
    sheet.freeze = "C8"
    sheet.head_rows = 7
    return sheet


def _results(
    context: Context, second: Context, reforecast: Reforecast, sheet: Sheet, row: int
) -> int:
    """Results of the plan before and now; returns the row after the last."""
    for column, title in enumerate(("Result", "Unit", "As planned", "Restated", "Change"), 1):
        sheet.put(row, column, title, "head" if column < 3 else "number head")
    for name in RESULTS.values():
        row += 1
        line = second.model.lines[name]
        sheet.put(row, 1, line.label, "label")
        sheet.put(row, 2, context.unit(line.unit), "unit")
        planned = take(reforecast.planned, name, plan=reforecast.plan).item()
        place = second.layout.places[before(name)]
        link = Formula(_reference(place), line.in_words(planned))
        sheet.put(row, 3, link, "result", number_format(line))
        _link(second, sheet, row, 4, name)
        if line.unit == "money":
            change = Formula(f"D{row}-C{row}", second.values[name].item() - planned)
            sheet.put(row, 5, change, "result", number_format(line))
    return row + 1


def _link(
    second: Context,
    sheet: Sheet,
    row: int,
    column: int,
    name: str,
    group: int = 0,
) -> None:
    """Put a link to a line on sheet Reforecast that does not vary by month."""
    place: Place = second.layout.places[name]
    line = second.model.lines[name]
    value = second.refs(name)[array_index({"group": group})]
    formula = Formula(_reference(place, group), value)
    sheet.put(row, column, formula, "result", number_format(line))


def _reference(place: Place, offset: int = 0) -> str:
    return f"{place.sheet}!{block(place.row + offset, place.column).replace('$', '')}"
