"""The Scenarios sheet: each plan in the base, the optimistic and the pessimistic case."""

from openpyxl.utils import get_column_letter

from ...engine.measures import CASES
from ..layout.context import Context, number_format, shown_figure
from ..layout.derived import CASE_LINES, CASES_OF, VARIANCE_OF
from ..layout.positions import HEAD_ROW
from ..layout.references import BLANK
from ..layout.scenario_texts import unit_pieces
from ..layout.sheet import CellLink, Formula, Sheet
from .sensitivity import case_cell

_FIGURE, _UNIT, _FIRST = 2, 3, 4  # columns: the figure, its unit, the first case
_VARIANCE = _FIRST + len(CASES) + 1  # after a gap
_LAST = _VARIANCE + len(CASES) - 2
_NOTE = "Each case whole, whichever is chosen on Inputs; how far its drivers move: sheet Inputs."


def scenarios_sheet(context: Context) -> Sheet:
    """Some figures of each plan by case, and how they differ from the base case."""
    sheet = Sheet("Scenarios", "output", widths={1: 24, _FIGURE: 38, _UNIT: 10})
    sheet.widths |= dict.fromkeys(range(_FIRST, _LAST + 1), 16) | {_VARIANCE - 1: 2}
    context.heading(sheet, "Scenarios", _NOTE, _UNIT)
    for column, title in enumerate(("Plan", "Figure", "Unit"), 1):
        sheet.put(HEAD_ROW, column, title, "head")
    sheet.put(HEAD_ROW, _VARIANCE - 1, None, "head")
    for column, case in enumerate(CASES, _FIRST):
        sheet.put(HEAD_ROW, column, case.capitalize(), "number head")
    for column, case in enumerate(CASES[1:], _VARIANCE):
        sheet.put(HEAD_ROW, column, f"{case.capitalize()} less base", "number head")
    sheet.heights[HEAD_ROW] = 2
    row = HEAD_ROW + 1
    for plan in range(len(context.scenario.plans)):
        for name in CASE_LINES:
            _row(context, sheet, row, name, plan)
            row += 1
        row += 1
    sheet.freeze = f"{get_column_letter(_FIRST)}{HEAD_ROW + 1}"
    sheet.one_page = True
    return sheet


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
        formula = context.of_used_plan(Formula(case_cell(context, name, case, plan), value), plan)
        sheet.put(row, _FIRST + case, formula, "result", style_format)
    base = f"${get_column_letter(_FIRST)}{row}"
    for case, value in enumerate(context.table(f"{VARIANCE_OF}{name}")[plan], 1):
        other = f"{get_column_letter(_FIRST + case)}{row}"
        # No answer is a text; it and a plan that is not in use have no difference.
        number = f"1+{context.in_use(plan)}+(COUNT({base},{other})=2)"
        texts = f'"{BLANK}","{line.missing}"'
        formula = Formula(f"CHOOSE({number},{texts},SUM({other})-SUM({base}))", shown_figure(value))
        sheet.put(row, _VARIANCE + case - 1, formula, "result", style_format)
