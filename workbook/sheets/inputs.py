"""The input sheets: Inputs, Sites, Roles, Rules and Team."""

import datetime
from dataclasses import replace
from typing import Any

from ...engine.axes import TENURE_MONTHS, array_index
from ...engine.country_figures import FOLLOWING
from ...engine.declaration import Input, Scope
from ...engine.reading.missing_figures import DEFAULTS_IN
from ...engine.roster import DECIDED
from ..layout.choices import is_in_words, words_of
from ..layout.context import Context, number_format
from ..layout.positions import (
    FIRST_ROW,
    GENERAL_ROW,
    HEAD_ROW,
    ROLES,
    RULES,
    SITES,
    TEAM,
    TEAM_SCOPES,
    Grid,
    position_in,
)
from ..layout.references import Text
from ..layout.sheet import Formula, Rule, Sheet, block
from ..trace.formula import BEYOND
from .country_links import (
    charge_name,
    countries_of_sites,
    followed,
    leave_of_countries,
    own_charges,
    own_figures,
    typed_over,
)
from .roster import from_roster
from .validations import A_DATE, DATES, allowed_text, validation

_SITE_WIDTH = 15
_NAME = "1 to 60 characters, each name once"


def inputs_sheet(context: Context, names: dict[str, str]) -> Sheet:
    """The scenario as a whole: names, dates, and inputs that hold everywhere."""
    scenario = context.scenario
    scalars = [
        entry
        for entry in context.model.inputs.values()
        if context.layout.entered(entry.name).sheet == "Inputs"
    ]
    sheet = Sheet(
        "Inputs", "input", widths={1: 62, 2: 16, 3: 34, 4: 24, 5: 15, 6: 15, 7: 15, 8: 50}
    )
    context.heading(
        sheet, "Inputs", "Settings of the whole comparison. Change cells in a box only."
    )
    _heads(sheet, GENERAL_ROW, "Scenario", "Unit", "Value")
    year, month = map(int, scenario.start_month.split("-"))
    general: list[tuple[str, str, str, Any, str, str]] = [
        ("scenario_name", "Name", "text", Text.of("name"), "input text", "General"),
        ("currency", "Reporting currency", "code", Text.of("currency"), "fixed", "General"),
        ("start_month", "First month", "date", datetime.date(year, month, 1), "input", "mmm yyyy"),
        ("horizon_months", "Horizon", "months", scenario.horizon_months, "fixed", "0"),
        (BEYOND, "Upper bound of any figure, for formulas", "number", 1e300, "fixed", "0E+00"),
        ("months_in_quarter", "Months in a quarter", "months", 3, "fixed", "0"),
        ("assumed", "Assumed beside defaults", "text", Text.of("assumed"), "fixed text", "@"),
    ]
    for row, (name, label, unit, value, style, style_format) in enumerate(general, GENERAL_ROW + 1):
        _label(sheet, row, label, unit)
        sheet.put(row, 3, value, style, style_format)
        names[name] = f"Inputs!{block(row, 3)}"
    sheet.heights[row] = context.lines_of(Text.of("assumed"), 34)
    sheet.rules.append(Rule(f"C{GENERAL_ROW + 1}", "textLength", 1, 60, "Name", _NAME))
    sheet.rules.append(Rule(f"C{GENERAL_ROW + 3}", "date", *DATES, "First month", A_DATE))
    for axis, title in (("plan", "Plans"), ("site", "Sites"), ("role", "Roles")):
        _name_list(context, sheet, names, axis, title)
    first = min(context.layout.entered(i.name).row for i in scalars)
    _heads(
        sheet, first - 2, "Input", "Unit", "Value", "Allowed", "Low", "Default", "High", "Source"
    )
    topic = ""
    for entry in scalars:
        row = context.layout.entered(entry.name).row
        if entry.name == "months_counted":  # no more than the timeline has
            entry = replace(entry, highest=context.scenario.horizon_months)
        if entry.topic != topic:
            topic = entry.topic
            sheet.put(row - 1, 1, topic, "topic")
        _label(sheet, row, entry.label, context.unit(entry.unit))
        if is_in_words(entry):
            sheet.put(row, 3, Text.of(words_of(entry.name)), "input choice")
        else:
            value = context.refs(entry.name).item()
            sheet.put(row, 3, value, "input", number_format(entry))
        sheet.put(row, 4, allowed_text(entry), "note")
        _range(sheet, row, 5, entry)
        names[entry.name] = f"Inputs!{block(row, 3)}"
        sheet.rules.append(validation(entry, f"C{row}"))
    sheet.freeze = "A5"
    sheet.head_rows = 5
    sheet.portrait, sheet.pages_tall, sheet.print_columns = True, 2, 4
    return sheet


def _name_list(
    context: Context, sheet: Sheet, names: dict[str, str], axis: str, title: str
) -> None:
    place = context.layout.places[f"{axis}_names"]
    first = {"plan": ", the baseline", "site": ", the onshore base"}.get(axis, "")
    heads = ("Country", "Its name", "Own figures for") if axis == "site" else ()
    _heads(sheet, place.row - 1, title, "Unit", "Name", "No.", *heads)
    for offset, name in enumerate(context.names(axis)):
        label = f"{title[:-1]} {offset + 1}{'' if offset else first}"
        _label(sheet, place.row + offset, label, "text")
        sheet.put(place.row + offset, place.column, name, "input text")
        sheet.put(place.row + offset, place.column + 1, offset + 1, "note", "0")
    if axis == "site":
        countries_of_sites(context, sheet, names)
    cells = block(place.row, place.column, place.rows)
    names[f"{axis}_names"] = f"{place.sheet}!{cells}"
    # Formulas compare them with the numbers above columns: names may be typed over.
    names[f"{axis}_numbers"] = f"{place.sheet}!{block(place.row, place.column + 1, place.rows)}"
    sheet.rules.append(Rule(cells, "textLength", 1, 60, title, _NAME))


def sites_sheet(context: Context, names: dict[str, str]) -> Sheet:
    """What varies by site; site 1 is the onshore base."""
    note = "Cost, output and start of each site. Change cells in a box only."
    sheet = _column_inputs(context, names, SITES, "Role or month", note)
    own_figures(context, sheet, names)
    leave_of_countries(context, sheet)
    from_roster(context, sheet, ("salary",))
    return sheet


def roles_sheet(context: Context, names: dict[str, str]) -> Sheet:
    """What makes each role's work fit for a place."""
    note = "What makes work hard at a distance, 1 low to 5 high. Usual values: see Guide."
    return _column_inputs(context, names, ROLES, " ", note)


def rules_sheet(context: Context, names: dict[str, str]) -> Sheet:
    """The statutory charges of each site's country, in local currency."""
    note = "Statutory employer charges: rate x (base between exemption and cap) + flat amount."
    sheet = _column_inputs(context, names, RULES, "Charge", note)
    place = context.layout.places["rule_names"]
    for offset in range(place.rows):
        row = place.row + offset
        sheet.put(row, 1, "Name of the charge", "repeated label" if offset else "label")
        sheet.put(row, 2, context.name_of("rule", offset), "label")
        sheet.put(row, 3, "text", "unit")
        for site in range(len(context.scenario.rule_names)):
            name = Text.of(f"rule {site} {offset}")
            followed_name = charge_name(context, name, offset, site)
            sheet.put(row, place.column + site, followed_name, "input text")
            lines = context.lines_of(name, _SITE_WIDTH - 2)
            sheet.heights[row] = max(lines, sheet.heights.get(row, 1))
    own_charges(context, sheet, names)
    sheet.marks.append(typed_over(context, "rule_names"))
    cells = block(place.row, place.column, place.rows, place.columns)
    names["rule_names"] = f"{place.sheet}!{cells}"
    sheet.rules.append(Rule(cells, "textLength", 1, 60, "Name of the charge", "1 to 60 characters"))
    return sheet


def _column_inputs(
    context: Context, names: dict[str, str], grid: Grid, steps: str, note: str
) -> Sheet:
    """A sheet of inputs with a column for each site, or role."""
    across = str(grid.column_axis)
    sites = context.scenario.sizes[across]
    first, after = grid.first_column, grid.first_column + sites
    widths = {1: 46, 2: 20, 3: 21, 4: 18, after + 3: 66} | {after + n: 15 for n in range(3)}
    sheet = Sheet(
        grid.title, "input", widths=widths | {first + s: _SITE_WIDTH for s in range(sites)}
    )
    context.heading(sheet, grid.title, note)
    _heads(sheet, HEAD_ROW, "Input", steps, "Unit", "Allowed")
    context.column_heads(sheet, grid)
    for column, title in enumerate(("Low", "Default", "High"), after):
        sheet.put(HEAD_ROW, column, title, "number head")
    sheet.put(HEAD_ROW, after + 3, "  Source", "head")
    sheet.print_columns = after - 1
    topic = ""
    for entry in context.model.inputs.values():
        place = context.layout.entered(entry.name)
        if place.sheet != grid.title:
            continue
        if entry.topic != topic:
            topic = entry.topic
            sheet.put(place.row - 1, 1, topic, "topic")
        for offset in range(place.rows):
            at = position_in(place, offset)
            row = place.row + offset
            sheet.put(row, 1, entry.label, "repeated label" if offset else "label")
            for axis, position in at.items():
                sheet.put(row, 2, _step(context, axis, position), "label")
            sheet.put(row, 3, context.unit(entry.unit), "unit")
            sheet.put(row, 4, allowed_text(entry), "note")
            for s in range(sites):
                value = context.refs(entry.name)[array_index({**at, across: s})]
                style = "fixed" if s == 0 and entry.fixed_onshore else "input"
                if style == "input":
                    value = followed(context, entry, value, offset, s)
                sheet.put(row, first + s, value, style, number_format(entry))
            if offset == 0:
                _range(sheet, row, after, entry)
        cells = block(place.row, first, place.rows, sites)
        names[entry.name] = f"{grid.title}!{cells}"
        sheet.rules.append(validation(entry, cells))
        if entry.name in FOLLOWING and (sites > 1 or not entry.fixed_onshore):
            sheet.marks.append(typed_over(context, entry.name))
    sheet.freeze = f"E{FIRST_ROW}"
    sheet.head_rows, sheet.head_columns = HEAD_ROW, 3
    return sheet


def _step(context: Context, axis: str, position: int) -> Formula | str:
    if axis == "tenure":
        return f"month {position + 1} of {TENURE_MONTHS}"
    return context.name_of(axis, position)


def team_sheet(context: Context, names: dict[str, str]) -> Sheet:
    """Heads by plan, role and site, and the waves in which they start."""
    sites = len(context.scenario.sites)
    widths = {1: 38, 2: 30, 3: 26, 4: 10}
    sheet = Sheet(
        "Team", "input", widths=widths | {TEAM.first_column + s: 14 for s in range(sites)}
    )
    context.heading(
        sheet,
        "Team",
        "Heads of each plan, and when they start. Plan 1 is the baseline, all onshore.",
    )
    _heads(sheet, HEAD_ROW, "Input", "Plan", "Role or wave", "Unit")
    context.column_heads(sheet, TEAM)
    place = context.layout.entered("heads")
    sheet.put(place.row - 1, 1, context.model.inputs["heads"].topic, "topic")
    for entry in context.model.inputs.values():
        if entry.scope in TEAM_SCOPES:
            _team_block(context, sheet, names, entry)
    from_roster(context, sheet, [name for name in DECIDED if name != "salary"])
    sheet.freeze = f"E{FIRST_ROW}"
    sheet.head_rows, sheet.head_columns = HEAD_ROW, 3
    return sheet


def _team_block(context: Context, sheet: Sheet, names: dict[str, str], entry: Input) -> None:
    """The rows of an input of plans: one for each plan, and role or wave."""
    place = context.layout.entered(entry.name)
    sites = len(context.scenario.sites)
    for offset in range(place.rows):
        at = position_in(place, offset)
        row = place.row + offset
        step = next(axis for axis in at if axis != "plan")
        sheet.put(row, 1, entry.label, "repeated label" if offset else "label")
        sheet.put(row, 2, context.name_of("plan", at["plan"]), "label")
        sheet.put(row, 3, context.name_of(step, at[step]), "label")
        sheet.put(row, 4, context.unit(entry.unit), "unit")
        for s in range(sites):
            value = context.refs(entry.name)[array_index({**at, "site": s})]
            style = "fixed" if at["plan"] == 0 and s > 0 else "input"
            sheet.put(row, TEAM.first_column + s, value, style, number_format(entry))
    cells = block(place.row, TEAM.first_column, place.rows, sites)
    names[entry.name] = f"Team!{cells}"
    sheet.rules.append(validation(entry, cells))


def _heads(sheet: Sheet, row: int, *titles: str) -> None:
    for column, title in enumerate(titles, 1):
        sheet.put(row, column, title, "head")


def _label(sheet: Sheet, row: int, label: str, unit: Text | str) -> None:
    sheet.put(row, 1, label, "label")
    sheet.put(row, 2, unit, "unit")


def _range(sheet: Sheet, row: int, column: int, entry: Input) -> None:
    if is_in_words(entry):
        sheet.put(row, column + 1, entry.phrase_of(entry.first), "note")
        sheet.put(row, column + 3, entry.note, "note")
        return
    for offset, value in enumerate((entry.low, entry.first, entry.high)):
        if value is not None and entry.scope is not Scope.RAMP:
            in_usd = f' "{DEFAULTS_IN}"' * entry.unit.startswith("money")
            style_format = number_format(entry) + in_usd  # whatever the scenario's currency
            sheet.put(row, column + offset, value, "reference", style_format)
    sheet.put(row, column + 3, entry.note, "note")
