"""The Summary sheet: the plans side by side on one page, with what decides and three charts."""

import textwrap
from collections.abc import Iterable

from openpyxl.utils import get_column_letter

from ...engine.criteria import CRITERIA, DECISIONS, NONE, SIZINGS
from ...engine.governance import not_modelled
from ...engine.measures import CASES, OVERHEAD
from ..layout.choices import code_name
from ..layout.context import Context, number_format
from ..layout.derived import (
    CASE_LINES,
    COMPARED,
    EVIDENCE_BY_PLAN,
    EVIDENCE_STARTS,
    EVIDENCE_WORDS,
    EXIT_COSTS,
    SAVINGS,
)
from ..layout.number_formats import MONEY_AXIS
from ..layout.positions import HEAD_ROW, NUMBER_ROW, RETURNS, SUMMARY, TIMELINE
from ..layout.references import Text
from ..layout.sheet import CellLink, Chart, Formula, Series, Sheet, block
from .charts import bridge_chart
from .sensitivity import case_cells

_DECISION = ("verdict", "plan_fits", "plan_pays", "plan_manageable", "plan_saves", "recommended")
_HEADS = ("plan_entered_heads", "plan_heads", "plan_equivalent_heads")
_SAVING = (
    "plan_headline_saving",
    "net_saving_steady",
    "net_saving",
    "net_saving_risk_adjusted",
    "npv",
    "npv_risk_adjusted",
    "break_even_month",
    "discounted_payback_month",
    "setup_cost",
    "peak_funding",
    "peak_funding_month",
    "irr_year_cash",
    "mirr_year_cash",
    "roi_cash",
    "payback_cash",
    "total_decision_cost",
    "total_hiring_avoided",
    "total_value",
    "total_cost",
    "salary_break_even",
    "salary_break_even_exact",
)
_EVIDENCE = ("share_official", "share_secondary", "share_own", "share_assumed")
_STOPPING = (
    "break_even_stopped",
    "best_stop_month",
    "highest_stopped",
    "worst_stop_month",
    "lowest_stopped",
)
_READINGS = (
    "net_saving_steady_direct",
    "break_even_month_direct",
    "net_saving_steady_onshore",
    "break_even_month_onshore",
)
_NOT_MODELLED = textwrap.wrap(
    f"Not modelled: {', '.join(one.item for one in not_modelled())}. "
    "Figures are before tax; Statement has tax where rates are entered.",
    96,
)
_VERDICT = (
    "Trap: behind after the deadline for break-even, before risk. Marginal: not behind then.",
    "Advantage: not behind then, and the target saving after risk is reached.",
)
_HIGHEST_SALARY = (
    "Highest salary: average abroad in today's proportions; exact until a charge meets a bound."
)
_LIMITS = (
    " Plan 1 is all onshore. The plan recommended fits the work, is not behind at the deadline, "
    "and leaders have the hours for it. A click on a label leads to its lines."
)
_STACK = ("plan_direct_cost", *OVERHEAD.values(), "plan_fully_loaded_cost")
_YARDSTICKS = ("risk_adjusted_cost", "plan_onshore_cost")
_HOUR = ("rate_card_hour", "plan_rate", "risk_adjusted_hour")
_TEAM = ("margin_at_match",)
_STRONG = {
    "verdict",
    "net_saving_risk_adjusted",
    "break_even_month",
    "npv_risk_adjusted",
    "plan_fully_loaded_cost",
}
_CHART_ROWS = 25  # of the sheet that a chart covers
_WIDTH, _HEIGHT = 25, 13.4  # of a chart, in cm


def summary_sheet(context: Context) -> Sheet:
    """Verdict and reasons, savings, cost and charts."""
    plans = len(context.scenario.plans)
    sheet = Sheet("Summary", "output", widths={1: 42, 2: 12})
    sheet.widths |= {SUMMARY.first_column + p: 13 for p in range(plans)}
    sheet.widths[SUMMARY.first_column + plans] = 3
    context.heading(sheet, "Summary", _scope(context), SUMMARY.first_column)
    _recommended(context, sheet)
    sheet.put(HEAD_ROW, 1, "Plan", "head")
    sheet.put(HEAD_ROW, 2, "Unit", "head")
    context.column_heads(sheet, SUMMARY)
    row = _decision(sheet, HEAD_ROW + 1)
    row = _evidence(context, sheet, row)
    row = _table(context, sheet, row, "Heads, and their output", _HEADS)
    row = _table(context, sheet, row, "Verdict", _DECISION)
    for words in _VERDICT:
        sheet.put(row, 1, words, "note")
        row += 1
    saving = Formula(_choice("decision", SAVINGS), Text.of("savings"))
    row = _table(context, sheet, row, saving, _SAVING)
    no_rate = context.model.lines["irr_year_cash"].nan_where
    sheet.put(row, 1, f"No rate of return where {no_rate}.", "note")
    sheet.put(row + 1, 1, _HIGHEST_SALARY, "note")
    row = _cases(context, sheet, row + 2)
    row = _table(context, sheet, row, "If the plan is stopped", _STOPPING)
    title = "What the cost over the horizon rests on: figures on sheet Assumptions"
    row = _table(context, sheet, row, title, _EVIDENCE)
    row = _table(context, sheet, row, "Both readings of management overhead", _READINGS)
    stack = row + 1
    title = "Cost per head, grossed up to the output of an onshore head"
    row = _table(context, sheet, row, title, (*_STACK, *_YARDSTICKS))
    row = _table(context, sheet, row, "Per hour of an onshore head's output", _HOUR)
    row = _table(context, sheet, row, "Margin at a competitor's price", _TEAM)
    _not_modelled(context, sheet, row)
    right = get_column_letter(SUMMARY.first_column + plans + 1)
    anchors = [f"{right}{HEAD_ROW + n * _CHART_ROWS}" for n in range(3)]
    sheet.charts = [
        _cumulative(context, anchors[0]),
        bridge_chart(context, anchors[1], _WIDTH, _HEIGHT),
        _cost_stack(context, anchors[2], stack),
    ]
    sheet.freeze = f"C{HEAD_ROW + 1}"
    sheet.one_page = True
    return sheet


def _scope(context: Context) -> Formula:
    """What the figures cover, and what they are compared with."""
    before, after = f"{context.scenario.horizon_months} months, ", ". "
    text = f'"{before}"&currency&"{after}"&{_choice("decision", COMPARED)}&"{_LIMITS}"'
    return Formula(text, Text((before, "currency", after, "compared", _LIMITS)))


def _recommended(context: Context, sheet: Sheet) -> None:
    """The name of the plan that is recommended, beside the title."""
    plans = context.scenario.plans
    place = context.layout.places["recommended"]
    cells = f"{place.sheet}!{block(place.row, place.column, place.rows)}"
    name = "plan_names"
    if len(plans) > 1:  # one name is a cell, not a list
        name = f"INDEX(plan_names,MATCH(1,{cells},0))"
    figures = context.layout.places["npv_risk_adjusted"]
    npv = f"{figures.sheet}!{block(figures.row, figures.column, figures.rows, figures.columns)}"
    none = ",".join(f'"{words}"' for words in NONE)
    text = f"IF(SUM({cells})>0,{name},CHOOSE(1+(decision_code=2)*(1+(MAX({npv})<0)),{none}))"
    sheet.put(1, 2, "Recommended:", "title")
    by = f'"by "&{_choice("criterion", CRITERIA)}'
    sheet.put(2, 2, Formula(by, Text.of("criterion")), "note")
    sheet.put(1, SUMMARY.first_column + 1, Formula(text, Text.of("recommended")), "title")


def _decision(sheet: Sheet, row: int) -> int:
    """The decision and the sizing of heads, in words."""
    text = f'"Decision: "&{_choice("decision", DECISIONS)}'
    sheet.put(row, 1, Formula(text, Text.of("decision", "Decision: ")), "strong label")
    sizing = Formula(_choice("sizing", SIZINGS), Text.of("sizing"))
    sheet.put(row, 2, sizing, "note")
    return row + 1


def _evidence(context: Context, sheet: Sheet, row: int) -> int:
    """What the cost of the plan recommended rests on, in a sentence."""
    chosen = context.layout.places["recommended"]
    recommended = f"{chosen.sheet}!{block(chosen.row, chosen.column, chosen.rows)}"
    parts = [f'"{EVIDENCE_STARTS}"']
    for name, words in EVIDENCE_WORDS.items():
        place = context.layout.places[name]
        cells = f"{place.sheet}!{block(place.row, place.column, place.rows)}"
        if place.rows > 1:  # one figure is a cell, not a list
            cells = f"INDEX({cells},MATCH(1,{recommended},0))"
        parts.append(f'ROUND({cells}/1%,0)&"%{words}"')
    text = f'IF(SUM({recommended})>0,{"&".join(parts)},"{EVIDENCE_BY_PLAN}")'
    sheet.put(row, 1, Formula(text, Text.of("evidence")), "label")
    return row + 1


def _not_modelled(context: Context, sheet: Sheet, row: int) -> None:
    """What the figures leave out; live, whether there is a cost of exit."""
    place = context.layout.places["exit_cost_head"]
    cells = f"{place.sheet}!{block(place.row, place.column, place.rows, place.columns)}"
    words = ",".join(f'"{one}"' for one in EXIT_COSTS)
    number = f"1+MAX(2*(decision_code>0),1*(SUM({cells})+parallel_months>0))"
    text = f"CHOOSE({number},{words})"
    for row, words in enumerate(_NOT_MODELLED, row):  # noqa: B020 - the rows below the tables
        sheet.put(row, 1, words, "note")
    sheet.put(row + 1, 1, Formula(text, Text.of("exit")), "note")


def _choice(name: str, words: Iterable[str]) -> str:
    """The words of an input's number, as an expression."""
    quoted = ",".join(f'"{word}"' for word in words)
    return f"CHOOSE({code_name(name)}+1,{quoted})"


def _table(
    context: Context, sheet: Sheet, row: int, title: Formula | str, names: Iterable[str]
) -> int:
    sheet.topic(row, title, SUMMARY.first_column + context.scenario.sizes["plan"] - 1)
    for row, name in enumerate(names, row + 1):  # noqa: B020 - the rows below the title
        line, place = context.model.lines[name], context.layout.places[name]
        strong = name in _STRONG
        link = CellLink(f"{place.sheet}!{get_column_letter(place.column)}{place.row}")
        sheet.put(row, 1, line.label, "strong label" if strong else "label", link=link)
        sheet.put(row, 2, context.unit(line.unit), "unit")
        for item, formula in enumerate(context.view(line, SUMMARY, row)):
            style = "strong result" if strong else "result"
            sheet.put(row, SUMMARY.first_column + item, formula, style, number_format(line))
    return row + 1


def _cases(context: Context, sheet: Sheet, row: int) -> int:
    """Some figures of each plan in each case, whichever is chosen."""
    plans = range(len(context.scenario.plans))
    sheet.topic(row, "Cases side by side: levels on sheet Cases", SUMMARY.first_column + plans[-1])
    for name in CASE_LINES:
        line = context.model.lines[name]
        for case, words in enumerate(CASES):
            row += 1
            cells = case_cells(context, name, case)
            link = CellLink(cells.partition(":")[0].replace("$", ""))
            sheet.put(row, 1, f"{line.label}: {words}", "label", link=link)
            sheet.put(row, 2, context.unit(line.unit), "unit")
            for plan in plans:
                column = SUMMARY.first_column + plan
                text = f"INDEX({cells},{get_column_letter(column)}${NUMBER_ROW})"
                if len(plans) == 1:  # one figure is a cell, not a list
                    text = cells
                content = Formula(text, context.table(f"cases:{name}")[plan][case])
                sheet.put(row, column, content, "result", number_format(line))
    return row + 1


def _cumulative(context: Context, anchor: str) -> Chart:
    place, marks = (context.layout.places[name] for name in ("cumulative", "break_even_mark"))
    months = context.scenario.horizon_months
    at = context.take("break_even_mark")
    curves = [
        Series(
            f"Timeline!{block(place.row + p, TIMELINE.label_column('plan'))}",
            plan,
            f"Timeline!{block(place.row + p, place.column - 1, 1, months + 1)}",
            [0.0, *context.take("cumulative", plan=p)],
        )
        for p, plan in enumerate(context.names("plan"))
    ]
    points = Series(
        f"Returns!{block(context.layout.places['break_even_month'].row, 1)}",
        context.model.lines["break_even_month"].label,
        f"Timeline!{block(place.row, place.column - 1, len(at))}",  # the opening: 0
        [0.0] * len(at),
        x_cells=f"Returns!{block(marks.row, RETURNS.first_column, 1, len(at))}",
        xs=tuple(at),
    )
    return Chart(
        kind="curve",
        title="Cumulative saving by plan",
        summary="Lines: cumulative saving of each plan by month; a diamond marks each break-even.",
        anchor=anchor,
        width_cm=_WIDTH,
        height_cm=_HEIGHT,
        x_title="Month",
        y_title=Text.of("currency"),
        number_format=MONEY_AXIS,
        category_cells=f"Timeline!{block(NUMBER_ROW, place.column - 1, 1, months + 1)}",
        categories=[str(month) for month in range(months + 1)],
        series=[*curves, points],
    )


def _cost_stack(context: Context, anchor: str, row: int) -> Chart:
    plans = context.names("plan")
    parts = [context.model.lines[name] for name in _STACK[:-1]]
    first = SUMMARY.first_column
    return Chart(
        kind="stack",
        title="Fully loaded cost by plan",
        summary="Stacked columns: direct cost and each overhead of every plan.",
        anchor=anchor,
        width_cm=_WIDTH,
        height_cm=_HEIGHT,
        x_title="Plan",
        y_title=Text.of("currency", after=" per head and year"),
        number_format=MONEY_AXIS,
        category_cells=f"Summary!{block(HEAD_ROW, first, 1, len(plans))}",
        categories=list(plans),
        series=[
            Series(
                f"Summary!{block(row + n, 1)}",
                line.label,
                f"Summary!{block(row + n, first, 1, len(plans))}",
                context.take(line.name),
            )
            for n, line in enumerate(parts)
        ],
    )
