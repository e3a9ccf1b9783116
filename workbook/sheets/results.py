"""The Results sheet: each measure by plan in a row of its own, for formulas on sheets of a user.

Each row has a defined name, such as ``shore_npv``, and so have the figure of the plan recommended,
``shore_recommended_npv``, and the names of the plans, ``shore_plan``.
"""

from openpyxl.utils import get_column_letter

from ..layout.context import Context, number_format
from ..layout.derived import RECOMMENDED_OF, SHOWN_OF
from ..layout.positions import HEAD_ROW, NUMBER_ROW, RESULTS
from ..layout.references import BLANK, Text
from ..layout.result_names import PLAN, RECOMMENDED, RESULT_LINES, recommended_name, result_name
from ..layout.sheet import CellLink, Formula, Sheet, block
from .plan_tables import name_of_recommended, plan_heads, plan_sheet

# Columns beside labels and units; the next one, before the plans, stays free.
_NAME, _RECOMMENDED = 3, 4
_NOTE = "For formulas on your own sheets, such as =INDEX(shore_npv,1,2) for the second plan."


def results_sheet(context: Context, names: dict[str, str]) -> Sheet:
    """The measures by plan; ``names`` takes their defined names."""
    sheet = plan_sheet(context, RESULTS, _NOTE)
    sheet.portrait = False
    sheet.widths |= {_NAME: 34, _RECOMMENDED: 15, _RECOMMENDED + 1: 3}
    plan_heads(context, sheet, RESULTS)
    sheet.put(HEAD_ROW, _NAME, "Defined name", "head")
    recommended = Formula(name_of_recommended(context), Text.of("recommended"))
    sheet.put(HEAD_ROW, _RECOMMENDED, recommended, "number head")
    names[PLAN], names[RECOMMENDED] = _plans(context, HEAD_ROW), _cell(HEAD_ROW)
    first = HEAD_ROW + 1
    for row, (key, line_name) in enumerate(RESULT_LINES.items(), first):
        line, place = context.model.lines[line_name], context.layout.places[line_name]
        target = f"{place.sheet}!{get_column_letter(place.column)}{place.row}"
        sheet.put(row, 1, line.label, "label", link=CellLink(target))
        sheet.put(row, 2, context.shown_unit(line), "unit")
        sheet.put(row, _NAME, result_name(key), "label")
        for item, formula in enumerate(context.view(line, RESULTS, row)):
            column = RESULTS.first_column + item
            number = f"{get_column_letter(column)}${NUMBER_ROW}"
            formula = context.of_used_plan(formula, item, number)
            sheet.put(row, column, formula, "result", number_format(line))
        names[result_name(key)] = _plans(context, row)
        if row > first:  # the first row says which plan it is
            figure = context.refs(f"{SHOWN_OF}{RECOMMENDED_OF}{line_name}").item()
            figure = figure._replace(missing=figure.missing or BLANK)
            formula = Formula(_of_recommended(context, row, first), figure)
            sheet.put(row, _RECOMMENDED, formula, "result", number_format(line))
            names[recommended_name(key)] = _cell(row)
    return sheet


def _of_recommended(context: Context, row: int, flags: int) -> str:
    """The figure of the plan recommended in a row; blank where there is none."""
    first = get_column_letter(RESULTS.first_column)
    plans = len(context.scenario.plans)
    if plans == 1:  # a cell, not a range
        return f'IF(${first}${flags}=1,${first}{row},"{BLANK}")'
    last = get_column_letter(RESULTS.first_column + plans - 1)
    number = f"MATCH(1,${first}${flags}:${last}${flags},0)"
    return f'IFERROR(INDEX(${first}{row}:${last}{row},1,{number}),"{BLANK}")'


def _plans(context: Context, row: int) -> str:
    """The cells of all plans in a row."""
    cells = block(row, RESULTS.first_column, 1, len(context.scenario.plans))
    return f"{RESULTS.title}!{cells}"


def _cell(row: int) -> str:
    return f"{RESULTS.title}!{block(row, _RECOMMENDED)}"
