"""The Inputs sheet: all inputs of a comparison, section by section."""

import datetime
from dataclasses import replace
from typing import Any

from ...engine.declaration import Input
from ..layout.choices import is_chosen
from ..layout.context import Context, number_format
from ..layout.input_sections import Kind
from ..layout.positions import BY_ROLE, BY_SITE, NUMBERS_AFTER, PlacedSection
from ..layout.references import Text
from ..layout.sheet import CellLink, Rule, Sheet, block
from ..trace.formula import BEYOND
from .choice_codes import word
from .country_links import countries_of_sites, leave_of_countries, own_figures
from .input_rows import (
    FIRST,
    LABEL,
    SITE_WIDTH,
    UNIT,
    WIDTHS,
    RangeColumns,
    put_heads,
    put_range,
    put_rows,
    put_setting,
    range_heads,
)
from .lists import put_list
from .roster import from_roster
from .validations import A_DATE, DATES, allowed_text, validation

_COLUMNS_MIN = 4  # of values, for lists with as many fields
_NAME = "1 to 60 characters, each name once"
_CODE = "Three capital letters, such as EUR; empty for the reporting currency."
_NOTE = "Change cells in a box only. What matters most is on top; click + to open a group."
_MORE = "Further inputs: click + at the left of a heading to open its group"
_STEPS = {Kind.TEAM: ("Plan", "Role or wave"), Kind.SITES: ("Role or month", "")}


def inputs_sheet(context: Context, names: dict[str, str]) -> Sheet:
    """All inputs of a comparison: those that matter most, then groups that are closed."""
    count = max(len(context.scenario.sites), len(context.scenario.roles), _COLUMNS_MIN)
    columns = RangeColumns(FIRST + count, FIRST + count + 1)
    sheet = Sheet("Inputs", "input", widths=WIDTHS | columns.widths())
    sheet.widths |= {FIRST + n: SITE_WIDTH for n in range(count)}
    context.heading(sheet, "Inputs", _NOTE)
    was_open = True
    for placed in context.layout.sections:
        section = placed.section
        if was_open and not section.is_open:
            sheet.put(placed.row - 1, LABEL, _MORE, "strong label")
        was_open = section.is_open
        link = CellLink(f"{section.axis}!A1") if section.kind is Kind.LINK else None
        sheet.topic(placed.row, section.title, columns.allowed)
        sheet.put(placed.row, LABEL, section.title, "topic", link=link)
        sheet.put(placed.row, LABEL + 1, section.summary or None, "topic note")
        _section(context, sheet, names, placed, columns)
        if not was_open and section.kind is not Kind.LINK:
            sheet.group(placed.row + 1, placed.end - 1)
    from_roster(context, sheet)
    sheet.freeze = "B4"
    sheet.head_rows = 3
    sheet.pages_tall, sheet.print_columns = 2, columns.allowed
    return sheet


def _section(
    context: Context,
    sheet: Sheet,
    names: dict[str, str],
    placed: PlacedSection,
    columns: RangeColumns,
) -> None:
    """The heads and the rows of a section."""
    section, heads = placed.section, placed.heads
    if section.kind is Kind.LINK:
        return
    if section.kind is Kind.NAMES:
        _names(context, sheet, names, placed, columns)
        return
    if section.kind is Kind.LIST:
        put_list(context, sheet, names, placed, columns)
        return
    put_heads(sheet, heads, *[""] * columns.allowed)
    put_heads(sheet, heads, "Input", *_STEPS.get(section.kind, ("", "")), "Unit")
    if section.kind is Kind.SETTINGS:
        sheet.put(heads, FIRST, "Value", "number head")
    else:
        grid = BY_ROLE if section.kind is Kind.ROLES else BY_SITE
        number_row = context.layout.places[str(grid.column_axis)].row
        context.column_heads(sheet, grid, heads, number_row)
        if placed.numbers:
            sheet.put(number_row, LABEL, f"Number of the {grid.column_axis}", "unit")
            sheet.put(number_row, UNIT, "number", "unit")
    if section.kind is Kind.OWN:
        own_figures(context, sheet, names)
        leave_of_countries(context, sheet)
        return
    if section.kind is not Kind.TEAM:
        range_heads(sheet, heads, columns)
    for name in section.general:
        _general(context, sheet, names, name)
    for entry in section.inputs:
        if section.kind is Kind.SETTINGS:
            _setting(context, sheet, names, entry, columns)
        else:
            put_rows(context, sheet, names, entry, columns)


def _general(context: Context, sheet: Sheet, names: dict[str, str], name: str) -> None:
    """A cell that is no input of the model: a name, a date, or a number for formulas."""
    year, month = map(int, context.scenario.start_month.split("-"))
    rows: dict[str, tuple[str, str, Any, str, str]] = {
        "scenario_name": ("Name", "text", Text.of("name"), "input line", "General"),
        "currency": ("Reporting currency", "code", Text.of("currency"), "fixed", "General"),
        "presentation_currency": (
            "Presentation currency of sheets for readers",
            "code, or empty",
            Text.of("presentation currency"),
            "input text",
            "General",
        ),
        "start_month": ("First month", "date", datetime.date(year, month, 1), "input", "mmm yyyy"),
        "horizon_months": ("Horizon", "months", context.scenario.horizon_months, "fixed", "0"),
        BEYOND: ("Upper bound of any figure, for formulas", "number", 1e300, "fixed", "0E+00"),
        "months_in_quarter": ("Months in a quarter", "months", 3, "fixed", "0"),
        "assumed": ("Assumed beside defaults", "text", Text.of("assumed"), "fixed line", "@"),
    }
    place = context.layout.general[name]
    label, unit, value, style, style_format = rows[name]
    put_setting(sheet, place.row, label, unit)
    sheet.put(place.row, place.column, value, style, style_format)
    cell = block(place.row, place.column)
    names[name] = f"{place.sheet}!{cell}"
    if name == "scenario_name":
        sheet.rules.append(Rule(cell, "textLength", 1, 60, "Name", _NAME))
    elif name == "presentation_currency":
        sheet.rules.append(Rule(cell, "textLength", 3, 3, label, _CODE))
    elif name == "start_month":
        sheet.rules.append(Rule(cell, "date", *DATES, "First month", A_DATE))


def _setting(
    context: Context, sheet: Sheet, names: dict[str, str], entry: Input, columns: RangeColumns
) -> None:
    """An input of the whole scenario."""
    place = context.layout.entered(entry.name)
    if entry.name == "months_counted":  # no more than the timeline has
        entry = replace(entry, highest=context.scenario.horizon_months)
    put_setting(sheet, place.row, entry.label, context.unit(entry.unit))
    if is_chosen(entry):
        sheet.put(place.row, place.column, word(context, entry), "input choice")
    else:
        value = context.refs(entry.name).item()
        sheet.put(place.row, place.column, value, "input", number_format(entry))
    sheet.put(place.row, columns.allowed, allowed_text(entry), "note")
    put_range(sheet, place.row, columns, entry)
    cell = block(place.row, place.column)
    names[entry.name] = f"{place.sheet}!{cell}"
    sheet.rules.append(validation(entry, cell))


def _names(
    context: Context,
    sheet: Sheet,
    names: dict[str, str],
    placed: PlacedSection,
    columns: RangeColumns,
) -> None:
    """The names of plans, sites or roles, with the countries of sites."""
    axis = placed.section.axis
    place = context.layout.places[f"{axis}_names"]
    title = placed.section.title
    first = {"plan": ", the baseline", "site": ", the onshore base"}.get(axis, "")
    heads = ("Country", "Its name", "", "Own figures for") if axis == "site" else ()
    put_heads(sheet, placed.heads, *[""] * columns.allowed)
    put_heads(sheet, placed.heads, "Name", title[:-1], "Number", "Unit", *heads)
    for offset, name in enumerate(context.names(axis)):
        row = place.row + offset
        sheet.put(row, place.column, name, "input text")
        label = f"{title[:-1]} {offset + 1}{'' if offset else first}"
        sheet.put(row, place.column + 1, label, "label")
        sheet.put(row, place.column + NUMBERS_AFTER, offset + 1, "note", "0")
        sheet.put(row, UNIT, "text", "unit")
        lines = context.lines_of(name, WIDTHS[LABEL] - 2)
        sheet.heights[row] = max(lines, sheet.heights.get(row, 1))
    if axis == "site":
        countries_of_sites(context, sheet, names)
    cells = block(place.row, place.column, place.rows)
    names[f"{axis}_names"] = f"{place.sheet}!{cells}"
    # Formulas compare them with the numbers above columns: names may be typed over.
    numbers = block(place.row, place.column + NUMBERS_AFTER, place.rows)
    names[f"{axis}_numbers"] = f"{place.sheet}!{numbers}"
    sheet.rules.append(Rule(cells, "textLength", 1, 60, title, _NAME))
