"""The calculation sheets: every line of the model as live formulas."""

import datetime

from openpyxl.utils import get_column_letter

from ...engine.axes import LAW_CHANGES
from ...engine.drivers import SAVED
from ...engine.scenario import OTHER_CURRENCY
from ..layout.choices import code_name
from ..layout.context import BANNER, SHOWN_CURRENCY, Context, number_format
from ..layout.derived import AFTER_CASE, CASE_WORDS, NO_SUCH_CASE
from ..layout.positions import (
    CASE_COLUMN,
    CASE_ROW,
    CHANGES,
    CHECKS,
    COSTS,
    EVIDENCE,
    FIRST_ROW,
    FIT,
    HEAD_ROW,
    LIVE,
    NUMBER_ROW,
    QUARTERS,
    QUOTE,
    RETURNS,
    RISK,
    START_COLUMN,
    START_ROW,
    STATUTORY,
    TAX,
    TIMELINE,
    WATERFALL,
    YEARS,
    Grid,
)
from ..layout.references import Text
from ..layout.scenario_texts import SAVED_CELLS, UNNAMED
from ..layout.sheet import Formula, Sheet, block, serial
from .choice_codes import code_rows
from .country_links import link_rows
from .spare_flags import flag_rows

_AXIS_TITLES = {"plan": "Plan", "site": "Site", "role": "Role", "rule": "Charge", "wave": "Wave"}


_NOTES = {
    LIVE: "The drivers at the level of the chosen case: what every line below works with.",
    STATUTORY: "What each statutory charge costs a year, in local currency.",
    COSTS: "Cost of each site and plan in steady state.",
    WATERFALL: "How the headline saving becomes the net saving.",
    TIMELINE: "Every month from the decision to the horizon.",
    CHANGES: "What each change of a site's law within the horizon costs each plan.",
    YEARS: "What each plan costs and saves by fiscal year: in total, in cash, and in profit.",
    QUARTERS: "The same statement by fiscal quarter.",
    TAX: "What each plan changes in the taxes that the firm pays, by fiscal year.",
    RETURNS: "What each plan brings over the horizon.",
    QUOTE: "What a competitor's price leaves to each plan.",
    RISK: "What an average year loses, and the cost that counts it.",
    FIT: "Which sites the work allows, and which plan follows.",
    EVIDENCE: "What the cost over the horizon rests on: each part has the grade of its figures.",
    CHECKS: "TRUE where the model reconciles with itself.",
}


def calculation_sheet(context: Context, grid: Grid, names: dict[str, str]) -> Sheet:
    """The lines that stand on one calculation sheet."""
    sheet = _sheet(context, grid, _NOTES[grid])
    if grid is TIMELINE:
        month_heads(context, sheet, TIMELINE)
    elif grid in (YEARS, QUARTERS, TAX):
        _periods(context, sheet, grid)
    elif grid is EVIDENCE:
        sheet.put(HEAD_ROW, EVIDENCE.total_column, "Result", "number head")
        sheet.widths[EVIDENCE.label_column("component")] = 30
    elif grid is CHANGES:
        _changes(sheet)
    elif grid is CHECKS:
        sheet.put(HEAD_ROW, CHECKS.total_column, "Result", "number head")
        sheet.widths |= {1: 60, 4: 12, 5: 2, 6: 56}
    else:
        context.column_heads(sheet, grid)
        sheet.put(HEAD_ROW, grid.total_column, f"All {grid.column_axis}s", "number head")
    if grid is FIT:
        sheet.widths[FIT.label_column("role")] = 36  # names of checklists
    if grid is LIVE:
        sheet.widths[LIVE.label_column("driver")] = 32
        link_rows(context, sheet)
        _case_in_force(context, sheet)
        flags = context.layout.places["saved_1_in_use"]  # the others are below it
        names["saved_in_use"] = f"{sheet.title}!{block(flags.row, flags.column, len(SAVED))}"
        _shown_currency(context, sheet, names)
        code_rows(context, sheet, names)
    if grid in (LIVE, RETURNS):
        flag_rows(context, sheet, grid)
    return _lines(context, sheet, grid)


def month_heads(context: Context, sheet: Sheet, grid: Grid) -> None:
    """Put the months, with an opening balance before the first and totals before that."""
    scenario = context.scenario
    sheet.put(NUMBER_ROW, 1, "Month", "number")
    sheet.put(HEAD_ROW, grid.total_column, "Whole horizon", "number head")
    opening = grid.first_column - 1
    sheet.put(HEAD_ROW, opening, "Opening", "number head")
    sheet.put(NUMBER_ROW, opening, 0, "number")
    year, month = map(int, scenario.start_month.split("-"))
    for item in range(scenario.horizon_months):
        column = grid.first_column + item
        before, here = get_column_letter(column - 1), get_column_letter(column)
        sheet.put(NUMBER_ROW, column, Formula(f"{before}${NUMBER_ROW}+1", item + 1), "number")
        months = year * 12 + month - 1 + item
        first = serial(datetime.date(months // 12, months % 12 + 1, 1))
        date = Formula(f"EOMONTH(start_month,{here}${NUMBER_ROW}-2)+1", first)
        sheet.put(HEAD_ROW, column, date, "number head", "mmm yy")
    sheet.pages_wide = -(-scenario.horizon_months // 12)


def _periods(context: Context, sheet: Sheet, grid: Grid) -> None:
    """The fiscal periods, each by its last month, with an opening balance before the first."""
    axis = str(grid.column_axis)
    if grid is YEARS:
        month = int(context.scenario.start_month[-2:])
        sheet.put(START_ROW, START_COLUMN - 1, "Starts in month", "label")
        sheet.put(START_ROW, START_COLUMN, Formula("MONTH(start_month)", month), "calculation", "0")
    last = context.layout.places[f"{axis}_last"]
    sheet.put(NUMBER_ROW, 1, f"Fiscal {axis}", "number")
    sheet.put(HEAD_ROW, 1, f"Line, fiscal {axis} to", "head")
    opening = grid.first_column - 1
    sheet.put(HEAD_ROW, opening, "Opening", "number head")
    sheet.put(NUMBER_ROW, opening, 0, "number")
    for item, reference in enumerate(context.refs(f"{axis}:ends").ravel()):
        column = grid.first_column + item
        before = get_column_letter(column - 1)
        sheet.put(NUMBER_ROW, column, Formula(f"{before}${NUMBER_ROW}+1", item + 1), "number")
        cell = f"{get_column_letter(last.column + item)}${last.row}"
        cell = cell if last.sheet == grid.title else f"{last.sheet}!{cell}"
        date = Formula(f"EOMONTH(start_month,{cell}-1)", reference)
        sheet.put(HEAD_ROW, column, date, "number head", "mmm yy")
    sheet.pages_wide = -(-context.scenario.sizes[axis] // 12)


def _case_in_force(context: Context, sheet: Sheet) -> None:
    """The case in force, in words, and the scenario: every sheet's banner is linked to it."""
    place = context.layout.places["case_name"]
    words = ",".join((*(f'"{words}"' for words in CASE_WORDS), *SAVED_CELLS))
    name = Formula(f"CHOOSE({code_name('case_number')},{words})", Text.of("case"))
    sheet.put(place.row, 1, "Case in force", "label")
    sheet.put(place.row, LIVE.unit_column, "text", "unit")
    sheet.put(place.row, place.column, name, "calculation", "General")
    text = f'IFERROR({block(place.row, place.column)},"{NO_SUCH_CASE}")'
    text += f'&"{AFTER_CASE}"&scenario_name'
    sheet.put(CASE_ROW, CASE_COLUMN - 1, "Case in force", "label")
    sheet.put(CASE_ROW, CASE_COLUMN, Formula(text, BANNER), "label")


def _shown_currency(context: Context, sheet: Sheet, names: dict[str, str]) -> None:
    """The currency in which sheets for readers show amounts."""
    flag, shown = (context.layout.places[n] for n in ("no_presentation_currency", SHOWN_CURRENCY))
    code, number = (
        "presentation_currency",
        f"1+(presentation_rate<>1)*(1+{block(flag.row, flag.column)})",
    )
    rows = {
        flag: (
            "No other presentation currency is named",
            "flag",
            Formula(f"1*OR(LEN(TRIM({code}))=0,{code}=currency)", context.refs(UNNAMED).item()),
        ),
        shown: (
            "Currency of sheets for readers",
            "code",
            Formula(
                f'CHOOSE({number},currency,{code},"{OTHER_CURRENCY}")', Text.of("shown currency")
            ),
        ),
    }
    for place, (label, unit, formula) in rows.items():
        sheet.put(place.row, 1, label, "label")
        sheet.put(place.row, LIVE.unit_column, unit, "unit")
        sheet.put(place.row, place.column, formula, "calculation", "0")
        names[place.name] = f"{place.sheet}!{block(place.row, place.column)}"


def _changes(sheet: Sheet) -> None:
    """The changes of a site's law, by their numbers."""
    sheet.put(NUMBER_ROW, 1, "Change", "number")
    sheet.put(HEAD_ROW, CHANGES.total_column, "All changes", "number head")
    for number in range(1, LAW_CHANGES + 1):
        column = CHANGES.first_column + number - 1
        sheet.put(NUMBER_ROW, column, number, "number")
        sheet.put(HEAD_ROW, column, f"Change {number}", "number head")


def _sheet(context: Context, grid: Grid, note: str) -> Sheet:
    sheet = Sheet(grid.title, "check" if grid is CHECKS else "calculation")
    context.heading(sheet, grid.title, note)
    sheet.put(HEAD_ROW, 1, "Line", "head")
    stacked = {axis for line in context.layout.lines[grid.title] for axis in line.over}
    items = stacked - {grid.column_axis, *grid.row_axes}
    for axis in grid.row_axes:
        title = _AXIS_TITLES[axis]
        if items and axis == grid.row_axes[-1]:
            title += " or item"
        sheet.put(HEAD_ROW, grid.label_column(axis), title, "head")
    sheet.put(HEAD_ROW, grid.unit_column, "Unit", "head")
    sheet.widths = {1: 44, grid.unit_column: 14}
    if grid.total_column:
        sheet.widths[grid.total_column] = 15
    sheet.widths |= {grid.label_column(axis): 18 for axis in grid.row_axes}
    columns = context.layout.sizes[grid.column_axis] if grid.column_axis else 0
    sheet.widths |= {grid.first_column + n: 13 for n in range(columns)}
    first = grid.first_column if grid.column_axis else grid.total_column
    sheet.freeze = f"{get_column_letter(first)}{FIRST_ROW}"
    sheet.head_rows, sheet.head_columns = HEAD_ROW, grid.unit_column
    return sheet


def _lines(context: Context, sheet: Sheet, grid: Grid) -> Sheet:
    topic = ""
    for line in context.layout.lines[grid.title]:
        place = context.layout.places[line.name]
        if line.topic != topic:
            topic = line.topic
            sheet.put(place.row - 1, 1, topic, "topic")
        running = context.is_running_total(line)
        for row, at, formulas in context.rows(line):
            sheet.put(row, 1, line.label, "label" if row == place.row else "repeated label")
            for axis, position in at.items():
                label = context.name_of(axis, position)
                sheet.put(row, grid.label_column(axis), label, "label")
            sheet.put(row, grid.unit_column, context.unit(line.unit), "unit")
            if running:
                sheet.put(row, place.column - 1, 0, "opening", number_format(line))
            for item, formula in enumerate(formulas):
                sheet.put(row, place.column + item, formula, "calculation", number_format(line))
        if line.unit == "check":
            # One column apart: LibreOffice 7.4 crashes when it prints text right beside the
            # conditional colours of truth values.
            sheet.put(place.row, place.column + 2, line.meaning, "note")
            sheet.true_false.append(block(place.row, place.column, place.rows))
    return sheet
