"""Rows of inputs: a label, the unit, a cell for each site or role, and what is allowed."""

from typing import NamedTuple

from ...engine.axes import TENURE_MONTHS, array_index
from ...engine.country_figures import FOLLOWING
from ...engine.declaration import Input, Scope
from ...engine.reading.missing_figures import DEFAULTS_IN
from ..layout.choices import is_in_words
from ..layout.context import Context, number_format
from ..layout.positions import BY_SITE, position_in
from ..layout.references import Ref, Text
from ..layout.sheet import Formula, Sheet, block
from .choice_codes import entered
from .country_links import followed, typed_over
from .validations import allowed_text, validation

LABEL, UNIT, FIRST = 1, BY_SITE.unit_column, BY_SITE.first_column
SITE_WIDTH = 15
WIDTHS = {LABEL: 46, 2: 24, 3: 16, UNIT: 15}
RANGE_HEADS = ("Low", "Default", "High", "  Source")


class RangeColumns(NamedTuple):
    """Column of what is allowed, and the first of those with the usual range and the source."""

    allowed: int
    low: int

    def widths(self) -> dict[int, int]:
        """Their widths."""
        return {self.allowed: 18, self.low + 3: 66} | {self.low + n: 15 for n in range(3)}


def put_heads(sheet: Sheet, row: int, *titles: str, first: int = LABEL) -> None:
    """Put the heads of columns."""
    for column, title in enumerate(titles, first):
        sheet.put(row, column, title, "head")


def range_heads(sheet: Sheet, row: int, columns: RangeColumns) -> None:
    """Put the heads of what is allowed, of the usual range and of the source."""
    sheet.put(row, columns.allowed, "  Allowed", "head")
    for column, title in enumerate(RANGE_HEADS, columns.low):
        sheet.put(row, column, title, "number head" if column < columns.low + 3 else "head")


def put_rows(
    context: Context,
    sheet: Sheet,
    names: dict[str, str],
    entry: Input,
    columns: RangeColumns,
) -> None:
    """Put the rows of an input with a column for each site, or role."""
    place = context.layout.entered(entry.name)
    across = str(place.column_axis)
    for offset in range(place.rows):
        at, row = position_in(place, offset), place.row + offset
        put_labels(context, sheet, entry, at, row, "repeated label" if offset else "label")
        for position in range(place.columns):
            here = {**at, across: position}
            is_fixed = _is_fixed(entry, at, position)
            value = context.refs(entry.name)[array_index(here)]
            given, style, shown_as = entered(context, entry, is_fixed=is_fixed, **here)
            content: Formula | Ref | Text = given
            if not is_fixed and across == "site":
                content = followed(context, entry, value, given, offset, position)
            sheet.put(row, place.column + position, content, style, shown_as)
        if entry.scope not in (Scope.PLAN, Scope.WAVE):
            sheet.put(row, columns.allowed, allowed_text(entry), "note")
        if offset == 0 and entry.scope not in (Scope.PLAN, Scope.WAVE):
            put_range(sheet, row, columns, entry)
    cells = block(place.row, place.column, place.rows, place.columns)
    names[entry.name] = f"{place.sheet}!{cells}"
    sheet.rules.append(validation(entry, cells))
    if entry.name in FOLLOWING and (place.columns > 1 or not entry.fixed_onshore):
        sheet.marks.append(typed_over(context, entry.name))


def _is_fixed(entry: Input, at: dict[str, int], position: int) -> bool:
    """Whether a cell cannot be changed: abroad in the baseline, or at the onshore base."""
    if "plan" in at:
        return at["plan"] == 0 and position > 0
    return position == 0 and entry.fixed_onshore


def put_labels(
    context: Context, sheet: Sheet, entry: Input, at: dict[str, int], row: int, style: str
) -> None:
    """Put the label of a row, the names of its positions, and its unit."""
    sheet.put(row, LABEL, entry.label, style)
    # The last axis varies fastest: it comes first in ``at``.
    for column, (axis, position) in enumerate(reversed(at.items()), LABEL + 1):
        sheet.put(row, column, step_name(context, axis, position), "label")
    sheet.put(row, UNIT, context.unit(entry.unit), "unit")


def step_name(context: Context, axis: str, position: int) -> Formula | str:
    """The name of a position along an axis that is stacked as rows."""
    if axis == "tenure":
        return f"month {position + 1} of {TENURE_MONTHS}"
    return context.name_of(axis, position)


def put_setting(sheet: Sheet, row: int, label: str, unit: Text | str) -> None:
    """Put the label and the unit of an input of the whole scenario."""
    sheet.put(row, LABEL, label, "label")
    sheet.put(row, UNIT, unit, "unit")


def put_range(sheet: Sheet, row: int, columns: RangeColumns, entry: Input) -> None:
    """Put the usual low, default and high value of an input, and its source."""
    if is_in_words(entry):
        sheet.put(row, columns.low + 1, entry.phrase_of(entry.first), "note")
        sheet.put(row, columns.low + 3, entry.note, "note")
        return
    for offset, value in enumerate((entry.low, entry.first, entry.high)):
        if value is not None and entry.scope is not Scope.RAMP:
            in_usd = f' "{DEFAULTS_IN}"' * entry.unit.startswith("money")
            style_format = number_format(entry) + in_usd  # whatever the scenario's currency
            sheet.put(row, columns.low + offset, value, "reference", style_format)
    sheet.put(row, columns.low + 3, entry.note, "note")
