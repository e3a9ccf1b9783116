"""The Scenarios sheet: each plan in the base, the optimistic, the pessimistic and saved cases."""

from openpyxl.utils import get_column_letter

from ...engine.drivers import CASES, SAVED
from ..layout.context import Context, number_format, shown_figure
from ..layout.derived import CASE_LINES, CASES_OF, VARIANCE_OF
from ..layout.positions import HEAD_ROW, NUMBER_ROW
from ..layout.references import BLANK, Text
from ..layout.scenario_texts import LESS_BASE, unit_pieces
from ..layout.sheet import CellLink, Formula, Sheet
from .sensitivity import case_cell

_FIGURE, _UNIT, _FIRST = 2, 3, 4  # columns: the figure, its unit, the first case
_SAVED_FROM = len(CASES) - len(SAVED)  # position of the first saved case
_NOTE = "Each case whole, whichever is chosen. Levels, also of saved cases: sheet Inputs."


def _column(case: int, *, less_base: bool = False) -> int:
    """Column of a case, or of its difference from the base; a gap stands before saved cases."""
    column = _FIRST + case + (case >= _SAVED_FROM)
    return column + len(CASES) + 1 if less_base else column


_LAST = _column(len(CASES) - 1, less_base=True)
_GAPS = tuple(
    _column(case, less_base=less_base) - 1
    for case, less_base in ((_SAVED_FROM, False), (1, True), (_SAVED_FROM, True))
)


def scenarios_sheet(context: Context) -> Sheet:
    """Some figures of each plan by case, and how they differ from the base case."""
    sheet = Sheet("Scenarios", "output", widths={1: 18, _FIGURE: 30, _UNIT: 8})
    sheet.widths |= dict.fromkeys(range(_FIRST, _LAST + 1), 12) | dict.fromkeys(_GAPS, 2)
    context.heading(sheet, "Scenarios", _NOTE, _UNIT)
    for column, title in enumerate(("Plan", "Figure", "Unit"), 1):
        sheet.put(HEAD_ROW, column, title, "head")
    for column in _GAPS:
        sheet.put(HEAD_ROW, column, None, "head")
    for case in range(len(CASES)):
        _head(context, sheet, case)
        if case:
            _head(context, sheet, case, LESS_BASE)
    sheet.heights[HEAD_ROW] = 3
    row = HEAD_ROW + 1
    for plan in range(len(context.scenario.plans)):
        for name in CASE_LINES:
            _row(context, sheet, row, name, plan)
            row += 1
        row += 1
    sheet.freeze = f"{get_column_letter(_FIRST)}{HEAD_ROW + 1}"
    sheet.one_page = True
    return sheet


def _head(context: Context, sheet: Sheet, case: int, after: str = "") -> None:
    """The name of a case; of a saved case its number above, and no name if it moves no driver."""
    column, number = _column(case, less_base=bool(after)), case - _SAVED_FROM + 1
    if number < 1:
        sheet.put(HEAD_ROW, column, f"{CASES[case].capitalize()}{after}", "number head")
        return
    place = context.layout.places[f"driver_saved_{number}"]
    name = f"{place.sheet}!{get_column_letter(place.column)}${place.row - 1}"
    title = f'{name}&"{after}"' if after else name
    text = f'IF({_moves(case)},{title},"{BLANK}")'
    key = f"used {'variance' if after else 'case'} {number}"
    sheet.put(NUMBER_ROW, _column(case), number, "number")
    sheet.put(HEAD_ROW, column, Formula(text, Text.of(key)), "number head")


def _moves(case: int) -> str:
    """Whether a saved case moves a driver, by the number above its column."""
    return f"INDEX(saved_in_use,{get_column_letter(_column(case))}${NUMBER_ROW})"


def _row(context: Context, sheet: Sheet, row: int, name: str, plan: int) -> None:
    """A figure of a plan in each case, and its differences from the base case."""
    line, style_format = context.model.lines[name], number_format(context.model.lines[name])
    first = case_cell(context, name, 0, plan)
    again = "repeated label" if name != CASE_LINES[0] else "strong label"
    sheet.put(row, 1, context.plan_title(plan), again)
    label = context.beside_plan(plan, (line.label,))
    sheet.put(row, _FIGURE, label, "label", link=CellLink(first))
    sheet.put(row, _UNIT, context.beside_plan(plan, unit_pieces(line.unit)), "unit")
    for case, value in enumerate(context.table(f"{CASES_OF}{name}")[plan]):
        column = _column(case)
        also = _moves(case) if case >= _SAVED_FROM else ""
        cell = Formula(case_cell(context, name, case, plan), value)
        formula = context.of_used_plan(cell, plan, also=also)
        sheet.put(row, column, formula, "result", style_format)
    base = f"${get_column_letter(_FIRST)}{row}"
    for case, value in enumerate(context.table(f"{VARIANCE_OF}{name}")[plan], 1):
        column, other = _column(case, less_base=True), f"{get_column_letter(_column(case))}{row}"
        # No answer is a text; it, and what is not in use, has no difference.
        used = context.in_use(plan)
        if case >= _SAVED_FROM:
            used = f"{used}*{_moves(case)}"
        number = f"1+{used}*(1+(COUNT({base},{other})=2))"
        text = f'CHOOSE({number},"{BLANK}","{line.missing}",SUM({other})-SUM({base}))'
        sheet.put(row, column, Formula(text, shown_figure(value)), "result", style_format)
