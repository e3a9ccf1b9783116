"""Lines and Sources: the model's map, and where every default comes from."""

from collections.abc import Container, Iterable

from ..layout.choices import choices_name, is_in_words
from ..layout.context import Context, number_format
from ..layout.references import Text
from ..layout.sheet import CellLink, Sheet, block
from .countries import ATTRIBUTION

_LINES = {1: 46, 2: 14, 3: 14, 4: 60, 5: 52, 6: 26, 7: 46}
_SOURCES = {1: 46, 2: 30, 3: 14, 4: 14, 5: 14, 6: 18, 7: 70} | dict.fromkeys(range(8, 12), 30)
_STATIC = (
    ("Countries", "Figures of each country, region and regime, with sources and confidence."),
    ("Law", "Statutory charges of each, with source, date and confidence."),
)
_HEAD = 5
_CHOICES = 8  # first column of the words of an input on sheet Sources
_USERS_MAX = 8


def lines_sheet(context: Context) -> Sheet:
    """Every line with its unit, formula, meaning, source, and what uses it."""
    sheet = Sheet("Lines", "output", widths=_LINES)
    context.heading(sheet, "Lines", "The model's map: formulas are those of each line's first row.")
    heads = ("Line", "Measured in", "Stands at", "Formula", "Meaning", "Source", "Used by")
    for column, title in enumerate(heads, 1):
        sheet.put(_HEAD, column, title, "head")
    users = _users(context)
    row, topic = _HEAD, ""
    for line in context.model.lines.values():
        if line.topic != topic:
            row, topic = row + 2, line.topic
            sheet.put(row - 1, 1, topic, "topic")
        else:
            row += 1
        place = context.layout.places[line.name]
        _, _, formulas = next(context.rows(line))
        where = f"{place.sheet}!{block(place.row, place.column)}".replace("$", "")
        used = _some(users.get(line.name, [])) or "results"
        formula = "=" + formulas[0].text
        meaning, source = line.meaning, line.description.source
        texts = (line.label, context.unit(line.unit), where, formula, meaning, source, used)
        _texts(context, sheet, row, _LINES, texts)
    sheet.freeze = f"B{_HEAD + 1}"
    sheet.head_rows = _HEAD
    return sheet


def sources_sheet(context: Context, names: dict[str, str]) -> Sheet:
    """Every default with its range and source, and where those of countries stand."""
    sheet = Sheet("Sources", "output", widths=_SOURCES)
    subtitle = "Where each default comes from. [A] marks an assumption. "
    context.heading(sheet, "Sources", Text.of("rate", subtitle))
    row = _HEAD
    heads = ("Input", "Unit", "Lowest", "Default", "Onshore", "Highest", "Source", "Choices")
    _heads(sheet, row, *heads, numbers=range(3, 7))
    for entry in context.model.inputs.values():
        row += 1
        unit = entry.unit
        if unit.startswith("money"):
            unit = unit.replace("money", "US dollars", 1)  # no text of a scenario
        texts = (entry.label, context.unit(unit), None, None, None, None, entry.source)
        _texts(context, sheet, row, _SOURCES, texts)
        onshore = entry.default_at(0) if entry.varies_by("site") else None
        for column, value in enumerate((entry.lowest, entry.first, onshore, entry.highest), 3):
            first = value[0] if isinstance(value, tuple) else value
            if first is not None:
                sheet.put(row, column, first, "reference", number_format(entry))
        if is_in_words(entry):
            words = entry.shown_choices
            for column, word in enumerate(words, _CHOICES):
                sheet.put(row, column, word, "text")
            cells = block(row, _CHOICES, 1, len(words))
            names[choices_name(entry.name)] = f"{sheet.title}!{cells}"
    _countries(sheet, row + 2)
    sheet.freeze = f"B{_HEAD + 1}"
    sheet.head_rows = _HEAD
    return sheet


def _countries(sheet: Sheet, row: int) -> None:
    """Where the figures of countries stand, and who compiled them."""
    sheet.topic(row, "Countries", len(_SOURCES))
    for row, (title, text) in enumerate(_STATIC, row + 1):  # noqa: B020 - rows below the title
        sheet.put(row, 1, title, "link", link=CellLink(f"{title}!A1"))
        sheet.put(row, 2, text, "label")
    sheet.put(row + 1, 1, "Both", "label")
    sheet.put(row + 1, 2, ATTRIBUTION, "label")


def _heads(sheet: Sheet, row: int, *titles: str, numbers: Container[int]) -> None:
    """Heads of a table; those of columns of numbers at their right."""
    for column, title in enumerate(titles, 1):
        sheet.put(row, column, title or None, "number head" if column in numbers else "head")


def _texts(
    context: Context,
    sheet: Sheet,
    row: int,
    widths: dict[int, int],
    texts: Iterable[Text | str | None],
) -> None:
    """Texts of a row, and the height that the longest needs."""
    height = 1
    for column, text in enumerate(texts, 1):
        sheet.put(row, column, text or None, "text")
        height = max(height, context.lines_of(text or "", int(widths[column] * 1.05)))
    sheet.heights[row] = height


def _some(labels: list[str]) -> str:
    """The first of many."""
    more = len(labels) - _USERS_MAX
    return ", ".join(labels[:_USERS_MAX]) + (f" and {more} more" if more > 0 else "")


def _users(context: Context) -> dict[str, list[str]]:
    """Labels of the lines that use each line."""
    found: dict[str, list[str]] = {}
    for line in context.model.lines.values():
        for name in context.model.parameters[line.name]:
            found.setdefault(name, []).append(line.label)
    return found
