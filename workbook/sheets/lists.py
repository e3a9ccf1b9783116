"""The input sheets of lists, each list a table: Lists and Checklists."""

from ...engine.axes import array_index
from ...engine.declaration import Input
from ...engine.drivers import DISTRIBUTIONS, DRIVERS, is_relative
from ...engine.lists import LISTS, List
from ...engine.tables import rows
from ..layout.context import Context, number_format
from ..layout.positions import FIELD_COLUMN, FIRST_ROW, HEAD_ROW, LIST_TABLES, NAME_COLUMN, fields
from ..layout.references import Text
from ..layout.sheet import Rule, Sheet, block
from .validations import allowed_text, validation

BY_AXIS = {entry.axis: entry for entry in LISTS}
_NAME_WIDTH, _NOTE_WIDTH = 44, 66
# Of sheet Cases: the columns of numbers, and of what a driver is.
_HEADS = (
    "No.",
    "Driver",
    "Optimistic",
    "Pessimistic",
    "Low",
    "High",
    "Distribution",
    "Factor",
    "Lowest",
    "Highest",
    "What it is",
)
_NUMBERS, _NOTE = range(FIELD_COLUMN, len(_HEADS)), len(_HEADS)


def lists_sheet(context: Context, names: dict[str, str]) -> Sheet:
    """Extra costs, risks, vendors, the scorecard and the score of locations."""
    sites = len(context.scenario.sites)
    first = LIST_TABLES.first_column
    sheet = Sheet("Lists", "input", widths={1: 6, NAME_COLUMN: _NAME_WIDTH, 3: 15, 4: 15, 5: 15})
    sheet.widths |= {first + s: 15 for s in range(sites)} | {first + sites: _NOTE_WIDTH}
    note = "To add a row, name an unused one and fill it in. Change cells in a box only."
    context.heading(sheet, "Lists", note, FIELD_COLUMN)
    sheet.put(HEAD_ROW, 1, "No.", "head")
    for column, title in ((2, "Name"), (3, "All sites"), (4, ""), (5, "")):
        sheet.put(HEAD_ROW, column, title, "head")
    context.column_heads(sheet, LIST_TABLES)
    for entry in LISTS:
        if context.layout.places[f"{entry.axis}_names"].sheet == "Lists":
            _table(context, sheet, names, entry)
    factors = context.layout.places["factor_names"]
    for offset, row in enumerate(rows("factors.csv")):
        note = f"High: {row['high']}. Low: {row['low']}."
        sheet.put(factors.row + offset, first + sites, note, "note")
    sheet.freeze = f"C{FIRST_ROW}"
    sheet.head_rows, sheet.print_columns = HEAD_ROW, first + sites - 1
    return sheet


def checklists_sheet(context: Context, names: dict[str, str]) -> Sheet:
    """Questions of the source articles, to be answered with 1 or 0."""
    sheet = Sheet("Checklists", "input", widths={1: 6, NAME_COLUMN: 62, 3: 16, 4: 12})
    note = "Answer 1 for yes, 0 for no; the counts are on Fit."
    context.heading(sheet, "Checklists", note, FIELD_COLUMN)
    for column, title in enumerate(("No.", "Question", "Answer", "Source"), 1):
        sheet.put(HEAD_ROW, column, title, "head")
    place = context.layout.places["checklist"]
    sheet.topic(place.row - 1, "Lists of questions", NAME_COLUMN)
    for offset, name in enumerate(context.names("checklist")):
        sheet.put(place.row + offset, 1, offset + 1, "note")
        sheet.put(place.row + offset, NAME_COLUMN, name, "label")
    _table(context, sheet, names, BY_AXIS["question"])
    place = context.layout.places["question_checklist"]
    for offset, row in enumerate(rows("questions.csv")):
        sheet.put(place.row + offset, 4, row["source"], "note")
    sheet.freeze = f"A{FIRST_ROW}"
    sheet.head_rows = HEAD_ROW
    return sheet


def cases_sheet(context: Context, names: dict[str, str]) -> Sheet:
    """Levels of the drivers in each case, the ends of their ranges, and how they vary together."""
    sheet = Sheet("Cases", "input", widths={1: 6, NAME_COLUMN: 30} | dict.fromkeys(_NUMBERS, 14))
    sheet.widths[_NOTE] = 60
    note = "Levels of the drivers in each case, at every site but the onshore base."
    context.heading(sheet, "Cases", note, FIELD_COLUMN)
    for column, title in enumerate(_HEADS, 1):
        sheet.put(HEAD_ROW, column, title, "number head" if column in _NUMBERS else "head")
    for axis in ("driver", "correlation"):
        _table(context, sheet, names, BY_AXIS[axis])
    for name in ("driver_relative", "driver_lowest", "driver_highest"):
        place = context.layout.places[name]
        unit = "1 factor, 0 amount" if name == "driver_relative" else "value"
        sheet.put(place.row - 1, place.column, unit, "unit wrapped")
        for offset, value in enumerate(context.refs(name).ravel().tolist()):
            sheet.put(place.row + offset, place.column, value, "fixed", '[>=1E+11]"none";General')
    place = context.layout.places["driver_names"]
    kinds = ", ".join(f"{number} {name}" for number, name in enumerate(DISTRIBUTIONS))
    sheet.put(place.row - 2, _NOTE, f"Distributions: {kinds}. Simulations alone use them,", "note")
    sheet.put(place.row - 1, _NOTE, "and the correlations of drivers, named by their No.", "note")
    for offset, name in enumerate(DRIVERS):
        entry = context.model.inputs[name]
        how = "A factor on the figure" if is_relative(entry) else "An amount added to the figure"
        sheet.put(place.row + offset, _NOTE, how, "note")
    sheet.freeze = f"C{FIRST_ROW}"
    sheet.head_rows = HEAD_ROW
    return sheet


def _table(context: Context, sheet: Sheet, names: dict[str, str], entry: List) -> None:
    """One list: a heading, what each column holds, and the rows."""
    place = context.layout.places[f"{entry.axis}_names"]
    sheet.topic(place.row - 2, entry.title, NAME_COLUMN)
    sheet.put(place.row - 1, 1, "List" if entry.axis == "question" else "No.", "unit")
    sheet.put(place.row - 1, NAME_COLUMN, entry.row, "unit")
    questions = entry.axis == "question"
    for offset, name in enumerate(context.names(entry.axis)):
        row = place.row + offset
        given = context.refs("question_checklist").ravel()
        sheet.put(row, 1, given[offset] if questions else offset + 1, "note")
        sheet.put(row, NAME_COLUMN, name, "label" if entry.names else "input text")
        sheet.heights[row] = 1 if entry.names else context.lines_of(name, _NAME_WIDTH)
    if not entry.names:
        cells = block(place.row, NAME_COLUMN, place.rows)
        names[f"{entry.axis}_names"] = f"{sheet.title}!{cells}"
        sheet.rules.append(Rule(cells, "textLength", 1, 60, entry.row, "1 to 60 characters"))
    for one in fields(context.model, entry):
        _field(context, sheet, names, one)


def _field(context: Context, sheet: Sheet, names: dict[str, str], entry: Input) -> None:
    """The column of one field, or its columns by site."""
    place = context.layout.places[entry.name]
    axis = entry.list_axis
    unit = context.unit(entry.unit)
    label: Text | str = f"{entry.label}, {unit}"
    if isinstance(unit, Text):
        first, *rest = unit.pieces
        label = Text((f"{entry.label}, {first}", *rest))
    elif unit in entry.label.lower():
        label = entry.label
    elif entry.unit == "choice" and axis != "driver":  # those stand in a note
        label = f"{entry.label}: {allowed_text(entry)}"
    sheet.put(place.row - 1, place.column, label, "unit wrapped")
    sheet.heights[place.row - 1] = max(
        sheet.heights.get(place.row - 1, 1), context.lines_of(label, 14)
    )
    for offset in range(place.rows):
        for s in range(place.columns):
            value = context.refs(entry.name)[array_index({axis: offset, "site": s})]
            style = "fixed" if s == 0 and entry.fixed_onshore else "input"
            sheet.put(place.row + offset, place.column + s, value, style, number_format(entry))
    cells = block(place.row, place.column, place.rows, place.columns)
    names[entry.name] = f"{sheet.title}!{cells}"
    sheet.rules.append(validation(entry, cells))
