"""The Rules sheet: the statutory charges of each site's country, in local currency."""

from ...engine.declaration import Scope
from ..layout.context import Context
from ..layout.positions import FIRST_ROW, HEAD_ROW, RULES
from ..layout.references import Text
from ..layout.sheet import Rule, Sheet, block
from .country_links import charge_name, own_charges, typed_over
from .input_rows import (
    FIRST,
    SITE_WIDTH,
    UNIT,
    WIDTHS,
    RangeColumns,
    put_heads,
    put_rows,
    range_heads,
)


def rules_sheet(context: Context, names: dict[str, str]) -> Sheet:
    """The statutory charges of each site's country, in local currency."""
    sites = len(context.scenario.sites)
    columns = RangeColumns(FIRST + sites, FIRST + sites + 1)
    widths = WIDTHS | {3: 2} | columns.widths()
    sheet = Sheet("Rules", "input", widths=widths | {FIRST + s: SITE_WIDTH for s in range(sites)})
    note = "Statutory employer charges: rate x (base between exemption and cap) + flat amount."
    context.heading(sheet, "Rules", note)
    put_heads(sheet, HEAD_ROW, "Input", "Charge", "", "Unit")
    context.column_heads(sheet, RULES)
    range_heads(sheet, HEAD_ROW, columns)
    charges = [one for one in context.model.inputs.values() if one.scope is Scope.CHARGE]
    first = context.layout.places[charges[0].name].row
    sheet.put(first - 1, 1, charges[0].topic, "topic")
    for entry in charges:
        put_rows(context, sheet, names, entry, columns)
    _names_of_charges(context, sheet, names)
    own_charges(context, sheet, names)
    sheet.freeze = f"E{FIRST_ROW}"
    sheet.head_rows, sheet.head_columns, sheet.print_columns = HEAD_ROW, UNIT, FIRST + sites - 1
    return sheet


def _names_of_charges(context: Context, sheet: Sheet, names: dict[str, str]) -> None:
    """The names of the charges of each site."""
    place = context.layout.places["rule_names"]
    for offset in range(place.rows):
        row = place.row + offset
        sheet.put(row, 1, "Name of the charge", "repeated label" if offset else "label")
        sheet.put(row, 2, context.name_of("rule", offset), "label")
        sheet.put(row, UNIT, "text", "unit")
        for site in range(place.columns):
            name = Text.of(f"rule {site} {offset}")
            followed_name = charge_name(context, name, offset, site)
            sheet.put(row, place.column + site, followed_name, "input text")
            lines = context.lines_of(name, SITE_WIDTH - 2)
            sheet.heights[row] = max(lines, sheet.heights.get(row, 1))
    sheet.marks.append(typed_over(context, "rule_names"))
    cells = block(place.row, place.column, place.rows, place.columns)
    names["rule_names"] = f"{place.sheet}!{cells}"
    sheet.rules.append(Rule(cells, "textLength", 1, 60, "Name of the charge", "1 to 60 characters"))
