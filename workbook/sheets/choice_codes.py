"""Inputs that are entered as words: the lists of words, and the numbers that formulas use."""

from ..layout.choices import choices_name, code_name, is_in_words
from ..layout.context import Context
from ..layout.positions import LIVE
from ..layout.sheet import Formula, Sheet, block


def code_rows(context: Context, sheet: Sheet, names: dict[str, str]) -> None:
    """The number of each word that is chosen on sheet Inputs, in a row of sheet Live.

    A number in the place of a word is taken as it is; any other text remains, so that the check of
    inputs fails.
    """
    entries = [*filter(is_in_words, context.model.inputs.values())]
    first = context.layout.places[entries[0].name].row
    sheet.put(first - 1, 1, "Numbers of the words chosen on sheet Inputs", "topic")
    for entry in entries:
        place, entered = context.layout.places[entry.name], context.layout.entered(entry.name)
        cell = f"{entered.sheet}!{block(entered.row, entered.column)}"
        before = f"{entry.lowest - 1:+}" if entry.lowest != 1 else ""
        found = f"MATCH({cell},{choices_name(entry.name)},0){before}"
        content = Formula(f"IFERROR({found},{cell})", context.refs(entry.name).item())
        sheet.put(place.row, 1, entry.label, "label")
        sheet.put(place.row, LIVE.unit_column, "number", "unit")
        sheet.put(place.row, place.column, content, "calculation", "0")
        names[code_name(entry.name)] = f"{place.sheet}!{block(place.row, place.column)}"
