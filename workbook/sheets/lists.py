"""Lists of inputs, each a table: sections of sheet Inputs, and sheet Checklists."""

from ...engine.declaration import Input
from ...engine.drivers import DRIVERS, is_relative
from ...engine.lists import LISTS, List
from ...engine.tables import rows
from ..layout.choices import is_in_words
from ..layout.context import Context
from ..layout.positions import (
    BY_SITE,
    FIELD_COLUMN,
    FIRST_ROW,
    HEAD_ROW,
    NAME_COLUMN,
    PlacedSection,
    fields,
)
from ..layout.references import Text
from ..layout.scenario_texts import SAVED_CELLS, rows_in_use
from ..layout.sheet import Rule, Sheet, block
from ..trace.formula import Place
from .choice_codes import entered
from .input_rows import FIRST, LABEL, UNIT, RangeColumns, put_heads
from .validations import validation

BY_AXIS = {entry.axis: entry for entry in LISTS}
_NOTE_WIDTH = 56
_SAVED = {f"driver_saved_{n}": cell for n, cell in enumerate(SAVED_CELLS, 1)}
_FACTS = {
    "driver_relative": "1 factor, 0 amount", "driver_lowest": "Lowest",
    "driver_highest": "Highest",
}  # fmt: skip


def put_list(
    context: Context,
    sheet: Sheet,
    names: dict[str, str],
    placed: PlacedSection,
    columns: RangeColumns,
) -> None:
    """A list as a section of sheet Inputs: names, numbers, and a column for each field."""
    entry = BY_AXIS[placed.section.axis]
    heads = placed.heads
    put_heads(sheet, heads, "Name", "Number", "List", "Unit")
    put_heads(sheet, heads, *[""] * (columns.allowed - FIRST + 1), first=FIRST)
    by_site = [one for one in placed.section.inputs if one.varies_by("site")]
    if by_site:
        context.column_heads(sheet, BY_SITE, heads, context.layout.places["site"].row)
        put_heads(sheet, heads, "At each site", first=UNIT - 1)
    _table(context, sheet, names, entry, "number head")
    place = context.layout.places[f"{entry.axis}_names"]
    units = [context.unit(one.unit) for one in (*by_site, *placed.section.inputs)]
    for offset in range(place.rows):
        label = by_site[0].label if by_site else entry.row
        sheet.put(place.row + offset, UNIT - 1, label, "repeated label")
        sheet.put(place.row + offset, UNIT, units[0] if units else "text", "unit")
    if entry.axis == "driver":
        _facts(context, sheet, heads, columns)
    if entry.axis == "factor":
        sheet.put(heads, columns.allowed, "  What a score means", "head")
        for offset, row in enumerate(rows("factors.csv")):
            note = f"High: {row['high']}. Low: {row['low']}."
            sheet.put(place.row + offset, columns.allowed, note, "note")
    used = rows_in_use(context.scenario, entry)
    if used + 1 < entry.size:  # one empty row shows
        sheet.group(place.row + used + 1, place.row + entry.size - 1)


def _facts(context: Context, sheet: Sheet, heads: int, columns: RangeColumns) -> None:
    """What each driver is: a factor or an amount, and the ends of its range."""
    for name, title in _FACTS.items():
        place = context.layout.places[name]
        sheet.put(heads, place.column, title, "number head")
        for offset, value in enumerate(context.refs(name).ravel().tolist()):
            sheet.put(place.row + offset, place.column, value, "fixed", '[>=1E+11]"none";General')
    place = context.layout.places["driver_names"]
    note = max(columns.low + 3, context.layout.places["driver_highest"].column + 1)
    sheet.widths.setdefault(note, _NOTE_WIDTH)
    sheet.put(heads, note, "  What it is; simulations alone use the distribution", "head")
    for offset, name in enumerate(DRIVERS):
        entry = context.model.inputs[name]
        how = "A factor on the figure" if is_relative(entry) else "An amount added to the figure"
        sheet.put(place.row + offset, note, how, "note")


def checklists_sheet(context: Context, names: dict[str, str]) -> Sheet:
    """Questions of the source articles, to be answered with yes or no."""
    sheet = Sheet("Checklists", "input", widths={1: 6, NAME_COLUMN: 62, 3: 16, 4: 12})
    note = "Answer yes or no; the counts are on Fit."
    context.heading(sheet, "Checklists", note, FIELD_COLUMN)
    for column, title in enumerate(("No.", "Question", "Answer", "Source"), 1):
        sheet.put(HEAD_ROW, column, title, "head")
    place = context.layout.places["checklist"]
    sheet.topic(place.row - 1, "Lists of questions", NAME_COLUMN)
    for offset, name in enumerate(context.names("checklist")):
        sheet.put(place.row + offset, 1, offset + 1, "note")
        sheet.put(place.row + offset, NAME_COLUMN, name, "label")
    first = context.layout.places["question_names"].row
    sheet.topic(first - 2, BY_AXIS["question"].title, NAME_COLUMN)
    sheet.put(first - 1, 1, "List", "unit")
    sheet.put(first - 1, NAME_COLUMN, BY_AXIS["question"].row, "unit")
    _table(context, sheet, names, BY_AXIS["question"])
    place = context.layout.places["question_checklist"]
    for offset, row in enumerate(rows("questions.csv")):
        sheet.put(place.row + offset, 4, row["source"], "note")
    sheet.freeze = f"A{FIRST_ROW}"
    sheet.head_rows = HEAD_ROW
    return sheet


def _table(
    context: Context, sheet: Sheet, names: dict[str, str], entry: List, heads: str = "unit wrapped"
) -> None:
    """The rows of a list, and above each column what it holds."""
    place = context.layout.places[f"{entry.axis}_names"]
    given = context.refs("question_checklist").ravel() if entry.axis == "question" else None
    number = UNIT - 2 if place.column == LABEL else 1
    width = sheet.widths[place.column] - 2
    for offset, name in enumerate(context.names(entry.axis)):
        row = place.row + offset
        sheet.put(row, number, offset + 1 if given is None else given[offset], "note")
        sheet.put(row, place.column, name, "label" if entry.names else "input text")
        sheet.heights[row] = 1 if entry.names else context.lines_of(name, width)
    if not entry.names:
        cells = block(place.row, place.column, place.rows)
        names[f"{entry.axis}_names"] = f"{sheet.title}!{cells}"
        sheet.rules.append(Rule(cells, "textLength", 1, 60, entry.row, "1 to 60 characters"))
    for one in fields(context.model, entry):
        _field(context, sheet, names, one, heads)


def _name_of_case(sheet: Sheet, names: dict[str, str], place: Place, name: str) -> Text:
    """The name of a saved case, entered where a column has its head."""
    text, cell = Text.of(_SAVED[name]), block(place.row - 1, place.column)
    sheet.put(place.row - 1, place.column, text, "input text")
    names[_SAVED[name]] = f"{sheet.title}!{cell}"
    sheet.rules.append(Rule(cell, "textLength", 1, 60, "Saved case", "1 to 60 characters"))
    return text


def _label(context: Context, entry: Input) -> Text | str:
    """What a column holds: the label of a field, with its unit unless the label says it."""
    unit = context.unit(entry.unit)
    if isinstance(unit, Text):
        first, *rest = unit.pieces
        return Text((f"{entry.label}, {first}", *rest))
    if unit in entry.label.lower():
        return entry.label
    if entry.unit == "choice" and is_in_words(entry):
        return entry.label
    return f"{entry.label}, {unit}"


def _field(context: Context, sheet: Sheet, names: dict[str, str], entry: Input, heads: str) -> None:
    """The column of one field, or its columns by site."""
    place = context.layout.entered(entry.name)
    axis = entry.list_axis
    if not place.column_axis:
        label = _label(context, entry)
        if entry.name in _SAVED:
            label = _name_of_case(sheet, names, place, entry.name)
        else:
            sheet.put(place.row - 1, place.column, label, heads)
        lines = context.lines_of(label, sheet.widths[place.column] - 2)
        sheet.heights[place.row - 1] = max(lines, sheet.heights.get(place.row - 1, 1))
    for offset in range(place.rows):
        for s in range(place.columns):
            is_fixed = s == 0 and entry.fixed_onshore
            at = {axis: offset} | ({"site": s} if place.column_axis else {})
            content, style, shown = entered(context, entry, is_fixed=is_fixed, **at)
            sheet.put(place.row + offset, place.column + s, content, style, shown)
    cells = block(place.row, place.column, place.rows, place.columns)
    names[entry.name] = f"{sheet.title}!{cells}"
    sheet.rules.append(validation(entry, cells))
