"""Inputs that are entered as words: the lists of words, and the numbers that formulas use."""

from openpyxl.utils import get_column_letter

from ...engine.axes import array_index
from ...engine.declaration import Input
from ..layout.choices import (
    RECOMMENDED,
    SHOWN_PLAN,
    choices_name,
    code_name,
    is_chosen,
    is_in_words,
    word_key,
    words_of,
)
from ..layout.context import Context, number_format
from ..layout.positions import LIVE, PLAN_CHOICES, position_in
from ..layout.references import Ref, Text
from ..layout.sheet import Formula, Sheet, block


def word(context: Context, entry: Input, **at: int) -> Text:
    """The word that is entered for an input, by its position along the input's axes."""
    if not entry.axes:
        return Text.of(words_of(entry.name))
    return Text.of(word_key(entry.name, context.refs(entry.name)[array_index(at)].position))


def entered(
    context: Context, entry: Input, *, is_fixed: bool, **at: int
) -> tuple[Ref | Text, str, str]:
    """What is entered at a position of an input, a number or a word; its style and its format."""
    if is_in_words(entry):
        return word(context, entry, **at), "fixed choice" if is_fixed else "input choice", "General"
    value = context.refs(entry.name)[array_index(at)]
    return value, "fixed" if is_fixed else "input", number_format(entry)


def code_rows(context: Context, sheet: Sheet, names: dict[str, str]) -> None:
    """The number of each word that is chosen, in rows of sheet Live.

    A number in the place of a word is taken as it is; any other text remains, so that the check of
    inputs fails.
    """
    entries = [*filter(is_chosen, context.model.inputs.values())]
    first = context.layout.places[entries[0].name].row
    sheet.put(first - 1, 1, "Numbers of the words chosen on input sheets", "topic")
    for entry in entries:
        _codes(context, sheet, entry)
        if not entry.axes:
            place = context.layout.places[entry.name]
            names[code_name(entry.name)] = f"{place.sheet}!{block(place.row, place.column)}"
    _plans(context, sheet, names)


def _codes(context: Context, sheet: Sheet, entry: Input) -> None:
    """The rows of an input."""
    place, entered = context.layout.places[entry.name], context.layout.entered(entry.name)
    lowest = 0 if entry.name == SHOWN_PLAN else entry.lowest
    before = f"{lowest - 1:+}" if lowest != 1 else ""
    for offset in range(place.rows):
        at, row = position_in(place, offset), place.row + offset
        sheet.put(row, 1, entry.label, "repeated label" if offset else "label")
        for column, (axis, position) in enumerate(reversed(at.items()), 2):
            name = context.names(axis)[position]
            named = name if isinstance(name, str) else context.name_of(axis, position)
            sheet.put(row, column, named, "label")
        sheet.put(row, LIVE.unit_column, "number", "unit")
        for item in range(place.columns):
            here = at if place.column_axis is None else {**at, place.column_axis: item}
            down, across = (0, offset) if entered.column_axis == "role" else (offset, item)
            letter = get_column_letter(entered.column + across)
            cell = f"{entered.sheet}!{letter}{entered.row + down}"
            found = f"MATCH({cell},{choices_name(entry.name)},0){before}"
            value = context.refs(entry.name)[array_index(here)]
            otherwise = cell
            if entry.name == SHOWN_PLAN:  # the number of a plan that is not there is a text
                otherwise = f"IFERROR(VALUE({cell}),{cell})"
            content = Formula(f"IFERROR({found},{otherwise})", value)
            sheet.put(row, place.column + item, content, "calculation", "0")


def _plans(context: Context, sheet: Sheet, names: dict[str, str]) -> None:
    """The words for the plan shown: for the one recommended, and the names of all."""
    place = context.layout.places[PLAN_CHOICES]
    for offset in range(place.rows):
        row = place.row + offset
        label = "Choices of the plan shown"
        sheet.put(row, 1, label, "repeated label" if offset else "label")
        sheet.put(row, 2, f"choice {offset + 1}", "label")
        sheet.put(row, LIVE.unit_column, "text", "unit")
        content = context.name_of("plan", offset - 1) if offset else RECOMMENDED
        sheet.put(row, place.column, content, "calculation")
    cells = block(place.row, place.column, place.rows)
    names[choices_name(SHOWN_PLAN)] = f"{place.sheet}!{cells}"
