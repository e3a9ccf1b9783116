"""The Board sheet: what is recommended and why, on the one page that a board reads."""

import datetime
import itertools
import textwrap

from openpyxl.utils import get_column_letter

from ...engine.criteria import CRITERIA, DECISIONS, SIZINGS
from ...engine.governance import not_modelled
from ..layout.board_texts import (
    AT_RATE,
    BREAKS_EVEN,
    BY,
    END,
    LEADS,
    LEADS_ALONE,
    MILLION,
    MILLIONTH,
    NEVER,
    NO_VALUE,
    NPV,
    OF_ALL,
    SAVES,
)
from ..layout.context import SHOWN_CURRENCY, Context
from ..layout.derived import (
    COMPARED,
    EVIDENCE_BY_PLAN,
    EVIDENCE_STARTS,
    EVIDENCE_WORDS,
    EXIT_COSTS,
)
from ..layout.number_formats import PERCENT
from ..layout.positions import BOARD, CASH, COST_PER_HEAD, HEAD_ROW
from ..layout.references import Text
from ..layout.sheet import CellLink, Formula, Mark, Sheet, block, serial
from .board_charts import cost_stack, cumulative
from .bridge import bridge_chart
from .plan_tables import (
    choice,
    name_of_recommended,
    plan_cells,
    plan_heads,
    plan_rows,
    quoted,
)
from .sensitivity import shown_rows

# The figures of the plans, and the sheets that say more of each.
_FIGURES = {
    "verdict": CASH.title,
    "recommended": "Sensitivity",
    "plan_fits": "Inputs",
    "plan_manageable": "Inputs",
    "net_saving_risk_adjusted": "Scenarios",
    "npv_risk_adjusted": CASH.title,
    "break_even_month": "Scenarios",
    "peak_funding": CASH.title,
    "setup_cost": CASH.title,
    "plan_fully_loaded_cost": COST_PER_HEAD.title,
    "plan_heads": COST_PER_HEAD.title,
    "net_saving_steady": "Bridge",
    "plan_headline_saving": "Bridge",
}
_LEFT_OUT = (
    *textwrap.wrap(f"Not modelled: {', '.join(one.item for one in not_modelled())}.", 92),
    "Figures are before tax; sheet Cash and P&L has tax where rates are entered.",
    "A plan that is recommended fits the work, is not behind at the deadline, and leaders have the",
    "hours for it. Trap: behind after that deadline, before risk. Marginal: not behind then.",
    "Advantage: not behind then, and the target saving after risk is reached.",
)
_UNSTATED = "not stated"
_RIGHT = (36, 14, 15, 36)  # widths of the columns beside the plans
_DRIVERS = 3  # that are shown
_LABELS, _UNITS, _PLAN = 40, 12, 12  # widths
_LEFT_MIN = 92  # characters that the columns of labels, units and plans take together, at least
_POINTS, _CM = 16, 2.54 / 72  # height of a row in points, and of a point
_ROWS = 21  # that a chart covers
_CHARTS = 3
_GAP = 0.25  # cm between a chart and the next


def board_sheet(context: Context) -> Sheet:
    """The recommendation, the plans side by side, three charts, and what the figures rest on."""
    plans = len(context.scenario.plans)
    right = BOARD.first_column + plans + 1
    sheet = Sheet("Board", "output", widths={2: _UNITS, right - 1: 2})
    sheet.widths[1] = max(_LABELS, _LEFT_MIN - _UNITS - _PLAN * plans)
    sheet.widths |= {BOARD.first_column + p: _PLAN for p in range(plans)}
    sheet.widths |= dict(enumerate(_RIGHT, right))
    context.heading(sheet, "Board", _question(context), BOARD.first_column)
    first = HEAD_ROW + 1
    recommended = f'"Recommended: "&{name_of_recommended(context)}'
    sheet.put(1, 1, Formula(recommended, Text.of("recommended", "Recommended: ")), "title")
    sheet.put(2, BOARD.first_column, _reasons(context, first), "strong label")
    plan_heads(context, sheet, BOARD)
    below = plan_rows(context, sheet, BOARD, first, _FIGURES, _FIGURES)
    row = _drivers(context, sheet, right)
    below = max(below, _left_out(context, sheet, row + 1, right))
    _charts(context, sheet, below + 1)
    last = _rests_on(context, sheet, below + 2 + _ROWS)
    sheet.heights = dict.fromkeys(range(1, last + 1), 1) | sheet.heights | {1: 2}
    sheet.freeze = f"C{HEAD_ROW + 1}"
    sheet.one_page = True
    return sheet


def _reasons(context: Context, first: int) -> Formula:
    """Why, in a sentence with the figures of the plan; of the best one where none is."""
    plans = len(context.scenario.plans)
    shown, several = context.cell_of("first_shown"), plans > 1

    def of_plan(name: str) -> str:
        row = first + [*_FIGURES].index(name)
        cells = block(row, BOARD.first_column, 1, plans)
        return f"INDEX({cells},1,{shown})" if several else cells

    name = f"INDEX(plan_names,{shown})" if several else "plan_names"
    number = (
        f"1+MIN(1,SUM({plan_cells(context, 'recommended')}))"
        f"+MIN(1,{context.cell_of('number_recommended_with_saving')})"
    )
    month, saving = of_plan("break_even_month"), of_plan("net_saving_risk_adjusted")
    before, after = BREAKS_EVEN
    parts = (
        f"CHOOSE({number},{quoted(LEADS if several else LEADS_ALONE)})",
        name,
        f'CHOOSE({number},"","","{BY}"&{choice("criterion", CRITERIA)}&"{OF_ALL}")',
        f'"{NPV}"&{SHOWN_CURRENCY}&" "&ROUND({of_plan("npv_risk_adjusted")}*{MILLIONTH},2)',
        f'"{MILLION}"',
        f'"; "&IF(ISNUMBER({month}),"{before}"&ROUND({month},1)&"{after}","{NEVER}")',
        f'IF(ISNUMBER({saving}),"{SAVES}"&ROUND({saving}/1%,0)&"%","{NO_VALUE}")&"{END}"',
    )
    return Formula("&".join(parts), Text.of("reasons"))


def _question(context: Context) -> Formula:
    """What is decided, how heads are sized, over what time and in what money."""
    start, months = "To decide: ", f", over {context.scenario.horizon_months} months, in "
    at, per = AT_RATE
    rate = "ROUND(presentation_rate,2+2)"  # constants are small
    money = f'{SHOWN_CURRENCY}&IF(presentation_rate=1,"","{at}"&{rate}&"{per}"&currency)'
    text = "&".join(
        (
            f'"{start}"&{choice("decision", DECISIONS)}',
            f'"{months}"&{money}&". "',
            f'{choice("sizing", SIZINGS)}&" "',
            choice("decision", COMPARED),
        )
    )
    pieces = (start, "decision", months, "shown in", ". ", "sizing", " ", "compared", "")
    return Formula(text, Text(pieces))


def _drivers(context: Context, sheet: Sheet, column: int) -> int:
    """The drivers that move the saving most, assumptions marked; the next free row."""
    title = context.chosen_plan("What would change the verdict: net saving of ")
    sheet.topic(HEAD_ROW, title, column + len(_RIGHT) - 1, column)
    heads = ("Driver", "Low changes by", "High changes by", "Rests on")
    for offset, head in enumerate(heads):
        sheet.put(
            HEAD_ROW + 1, column + offset, head, "unit wrapped" if offset in (1, 2) else "unit"
        )
    first = HEAD_ROW + 2
    for row, formulas in enumerate(shown_rows(context, _DRIVERS), first):
        for offset, formula in enumerate(formulas):
            numbers = offset in (1, 2)
            style = "result" if numbers else "aside" if offset else "label"
            sheet.put(row, column + offset, formula, style, PERCENT if numbers else "General")
    letter = get_column_letter(column + len(_RIGHT) - 1)
    last = first + _DRIVERS - 1
    cells = f"{letter}{first}:{letter}{last}"
    sheet.marks.append(Mark(cells, f'LEFT(${letter}{first},LEN("assumption"))="assumption"'))
    return last + 1


def _left_out(context: Context, sheet: Sheet, row: int, column: int) -> int:
    """What the figures leave out, and what the words for the verdict mean; the last row."""
    title = "What the figures leave out, and what the verdict means"
    sheet.topic(row, title, column + len(_RIGHT) - 1, column)
    for row, words in enumerate(_LEFT_OUT, row + 1):  # noqa: B020 - the rows below the title
        sheet.put(row, column, words, "note")
    sheet.put(row + 1, column, _exit(context), "note")
    return row + 1


def _charts(context: Context, sheet: Sheet, row: int) -> None:
    """Three charts side by side, each from the column nearest to a third of the page on."""
    ends = [
        0.0,
        *itertools.accumulate(_cm(sheet.widths[c]) for c in range(1, max(sheet.widths) + 1)),
    ]
    starts = [
        min(range(len(ends)), key=lambda at: abs(ends[at] - ends[-1] * n / _CHARTS))
        for n in range(_CHARTS + 1)
    ]
    height = round(_ROWS * _POINTS * _CM - _GAP, 2)
    makers = (cumulative, bridge_chart, cost_stack)
    sheet.charts = [
        make(
            context,
            f"{get_column_letter(start + 1)}{row}",
            round(ends[end] - ends[start] - _GAP, 2),
            height,
        )
        for make, (start, end) in zip(makers, itertools.pairwise(starts), strict=True)
    ]


def _cm(width: float) -> float:
    """Width of a column in cm: seven pixels a character, and five."""
    return (7 * width + 5) * 0.75 * _CM


def _rests_on(context: Context, sheet: Sheet, row: int) -> int:
    """What the cost rests on, how much of it has lapsed, and who prepared it; the last row."""
    sheet.put(row, 1, _evidence(context), "label")
    row += 1
    line = context.model.lines["figures_lapsed"]
    lapsed = Formula(context.cell_of("figures_lapsed"), context.refs("figures_lapsed").item())
    sheet.put(row, 1, line.label, "label", link=CellLink("Assumptions!L2"))
    sheet.put(row, 2, lapsed, "result", "0")
    scenario = context.scenario
    by = Text.of("prepared by") if scenario.prepared_by else _UNSTATED
    by_whom = Formula(f'IF(prepared_by=0,"{_UNSTATED}",prepared_by)', by)  # empty equals 0
    day = 0
    if scenario.prepared_on:
        day = serial(datetime.date.fromisoformat(scenario.prepared_on))
    sheet.put(row + 1, 1, "Prepared by", "label")
    sheet.put(row + 1, 2, by_whom, "fact")
    sheet.put(row + 2, 1, "Prepared on", "label")
    sheet.put(row + 2, 2, Formula("prepared_on", day), "fact", f'[=0]"{_UNSTATED}";d mmm yyyy')
    return row + 2


def _evidence(context: Context) -> Formula:
    """What the cost of the plan recommended rests on, in a sentence."""
    recommended = plan_cells(context, "recommended")
    parts = [f'"{EVIDENCE_STARTS}"']
    for name, words in EVIDENCE_WORDS.items():
        cells = plan_cells(context, name)
        if len(context.scenario.plans) > 1:  # one figure is a cell, not a list
            cells = f"INDEX({cells},MATCH(1,{recommended},0))"
        parts.append(f'ROUND({cells}/1%,0)&"%{words}"')
    text = f'IF(SUM({recommended})>0,{"&".join(parts)},"{EVIDENCE_BY_PLAN}")'
    return Formula(text, Text.of("evidence"))


def _exit(context: Context) -> Formula:
    """Whether there is a cost of exit."""
    cells = plan_cells(context, "exit_cost_head")
    number = f"1+MAX(2*(decision_code>0),1*(SUM({cells})+parallel_months>0))"
    return Formula(f"CHOOSE({number},{quoted(EXIT_COSTS)})", Text.of("exit"))
