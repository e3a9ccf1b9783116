"""The Scenarios sheet: each plan in the base, the optimistic and the pessimistic case."""

from openpyxl.utils import get_column_letter

from ...engine.measures import CASES
from ..layout.context import Context, number_format
from ..layout.derived import CASE_LINES, CASES_OF, VARIANCE_OF
from ..layout.positions import HEAD_ROW
from ..layout.references import Text
from ..layout.sheet import CellLink, Formula, Sheet
from .plan_tables import choice
from .sensitivity import case_cells

_FIRST = 3  # column of the first case
_VARIANCE = _FIRST + len(CASES)
_LAST = _VARIANCE + len(CASES) - 2
_NOTE = "Each case whole, whichever is chosen on Inputs; how far its drivers move: sheet Cases."


def scenarios_sheet(context: Context) -> Sheet:
    """Some figures of each plan by case, and how they differ from the base case."""
    sheet = Sheet("Scenarios", "output", widths={1: 46, 2: 12})
    sheet.widths |= dict.fromkeys(range(_FIRST, _LAST + 1), 16)
    context.heading(sheet, "Scenarios", _NOTE, _FIRST)
    in_force = f'"In force: "&{choice("case_number-1", CASES)}&" case"'
    sheet.put(2, _FIRST, Formula(in_force, Text.of("case", "In force: ", " case")), "note")
    for column, title in enumerate(("Figure", "Unit"), 1):
        sheet.put(HEAD_ROW, column, title, "head")
    others = [f"{case.capitalize()} less base" for case in CASES[1:]]
    for column, title in enumerate((*map(str.capitalize, CASES), *others), _FIRST):
        sheet.put(HEAD_ROW, column, title, "number head")
    sheet.heights[HEAD_ROW] = 2
    row = HEAD_ROW + 1
    for plan in range(len(context.scenario.plans)):
        sheet.topic(row, context.name_of("plan", plan), _LAST)
        for row, name in enumerate(CASE_LINES, row + 1):  # noqa: B020 - the rows below the plan
            _row(context, sheet, row, name, plan)
        row += 1
    sheet.freeze = f"C{HEAD_ROW + 1}"
    sheet.one_page = True
    return sheet


def _row(context: Context, sheet: Sheet, row: int, name: str, plan: int) -> None:
    """A figure of a plan in each case, and its differences from the base case."""
    line = context.model.lines[name]
    values, differences = (context.table(f"{of}{name}")[plan] for of in (CASES_OF, VARIANCE_OF))
    for case, value in enumerate(values):
        cells = case_cells(context, name, case).replace("$", "")
        sheet_name, first = cells.partition(":")[0].split("!")
        letter = first.rstrip("0123456789")
        cell = f"{sheet_name}!{letter}{int(first.removeprefix(letter)) + plan}"
        if not case:
            sheet.put(row, 1, line.label, "label", link=CellLink(cell))
            sheet.put(row, 2, context.unit(line.unit), "unit")
        sheet.put(row, _FIRST + case, Formula(cell, value), "result", number_format(line))
    base = f"${get_column_letter(_FIRST)}{row}"
    for case, value in enumerate(differences, 1):
        text = f"{get_column_letter(_FIRST + case)}{row}-{base}"
        if line.nan_where:  # no answer is a text
            text = f'IFERROR({text},"{line.missing}")'
        style_format = number_format(line)
        sheet.put(row, _VARIANCE + case - 1, Formula(text, value), "result", style_format)
