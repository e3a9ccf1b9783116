"""Lines and Sources: the model's map, and where every default comes from."""

from collections.abc import Container, Iterable

from ...engine.locations import FACTS, locations
from ..layout.context import Context, number_format
from ..layout.number_formats import figure as figure_format
from ..layout.references import Text
from ..layout.sheet import Sheet, block

_LINES = {1: 46, 2: 14, 3: 14, 4: 60, 5: 52, 6: 26, 7: 46}
_SOURCES = {1: 46, 2: 30, 3: 14, 4: 14, 5: 14, 6: 18, 7: 70}
_HEAD = 5
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


def sources_sheet(context: Context) -> Sheet:
    """Every default with its range and source; figures of locations with date and confidence."""
    sheet = Sheet("Sources", "output", widths=_SOURCES)
    subtitle = "Where each default comes from. [A] marks an assumption. "
    context.heading(sheet, "Sources", Text.of("rate", subtitle))
    row = _HEAD
    heads = ("Input", "Unit", "Lowest", "Default", "Onshore", "Highest", "Source")
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
    row = _figures(context, sheet, row + 2)
    _rules(context, sheet, row + 2)
    sheet.freeze = f"B{_HEAD + 1}"
    sheet.head_rows = _HEAD
    return sheet


def _figures(context: Context, sheet: Sheet, row: int) -> int:
    """Figures of the countries that a site may name as its location."""
    heads = ("Figures of locations", "Input", "Country", "Figure", "", "Confidence", "Source")
    _heads(sheet, row, *heads, numbers=(4,))
    for place in locations().values():
        row += 1
        rate = (
            place.country,
            "fx_rate",
            place.iso,
            None,
            None,
            place.fx_date,
            "Exchange rate to USD",
        )
        _texts(context, sheet, row, _SOURCES, rate)
        sheet.put(row, 4, place.fx_rate, "reference", "#,##0.0000")
        for name in FACTS:
            row += 1
            source, confidence = place.sources[name]
            figure = place.facts[name]
            texts = (place.country, name, place.iso, None, None, confidence, source)
            _texts(context, sheet, row, _SOURCES, texts)
            if figure is None:
                sheet.put(row, 4, "not found", "reference")
            else:
                sheet.put(row, 4, figure, "reference", figure_format(figure))
    return row


def _rules(context: Context, sheet: Sheet, row: int) -> None:
    """Statutory charges of the countries."""
    heads = ("Statutory charges", "Country", "Rate", "Exempt", "Cap", "Flat", "Source")
    _heads(sheet, row, *heads, numbers=range(3, 7))
    for place in locations().values():
        for rule in place.rules:
            row += 1
            texts = (rule.line, place.country, None, None, None, None, rule.evidence)
            _texts(context, sheet, row, _SOURCES, texts)
            rate = "not found" if rule.rate is None else rule.rate
            sheet.put(row, 3, rate, "reference", "0.00%")
            cap = "none" if rule.cap is None else rule.cap
            for column, value in enumerate((rule.exempt, cap, rule.flat), 4):
                sheet.put(row, column, value, "reference", "#,##0")


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
