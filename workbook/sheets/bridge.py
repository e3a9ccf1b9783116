"""The Bridge sheet: the waterfall of one plan with the table it is drawn from, and the ramp.

Older Excel and other programs know no waterfall chart, so the bars are stacked columns on a base
without colour. A bar that crosses zero has a part above and a part below it.
"""

from ..layout.context import Context
from ..layout.derived import BARS, TOTALS
from ..layout.number_formats import NO_ZERO, PERCENT
from ..layout.positions import BOARD, HEAD_ROW, NUMBER_ROW
from ..layout.references import Ref
from ..layout.sheet import Chart, Formula, Series, Sheet, block

BAR_LABELS = {
    "bar_headline": "Headline saving",
    "bar_onshore_overhead": "Onshore overhead",
    "bar_direct": "Charges, fees",
    "bar_management": "Management",
    "bar_contract": "Contract",
    "bar_travel": "Travel",
    "bar_security": "Security",
    "bar_attrition": "Attrition",
    "bar_extra": "Extra costs",
    "bar_hours": "Hours",
    "bar_productivity": "Productivity",
    "bar_communication": "Communication",
    "bar_rework": "Rework",
    "bars_total": "Steady state",
    "bridge_setup": "Setup",
    "bridge_ramp": "Ramp",
    "bridge_rework": "Early rework",
    "bridge_drift": "Pay, currency",
    "bridge_timed": "Once or ending",
    "bridge_decision": "Decision",
    "bridge_risk": "Risk",
    "net_saving_risk_adjusted": "After risk",
}
_AXIS = "% of onshore cost; from Decision on, % of value"
_TITLE = "From headline to saving after risk: "
_HEADS = ("Change", "1: a step", "Starts at", "Ends at", "Base")
_SERIES = ("Saving", "Increase", "Increase below zero", "Decrease", "Decrease below zero")
_CHANGE = 3  # column of the first of these
_BASE = _CHANGE + len(_HEADS) - 1
_TITLE_ROW, _FIRST = 5, 8  # rows of the title and of the first bar


def bridge_sheet(context: Context) -> Sheet:
    """Where each bar of the waterfall starts and ends, the waterfall, and the ramp."""
    sheet = Sheet("Bridge", "output", widths={1: 24, 2: 8})
    sheet.widths |= dict.fromkeys(range(_CHANGE, _BASE + len(_SERIES) + 1), 13)
    for title in _SERIES:
        sheet.widths[_BASE + 1 + _SERIES.index(title)] = max(13, len(title) + 2)
    note = "Inputs say which plan the waterfall shows: by default the plan recommended."
    context.heading(sheet, "Bridge", note)
    sheet.topic(_TITLE_ROW, context.chosen_plan(_TITLE), _BASE + len(_SERIES))
    sheet.put(_TITLE_ROW, _CHANGE + 3, context.why_chosen(), "topic")
    sheet.put(_FIRST - 2, 1, "Bar", "head")
    sheet.put(_FIRST - 2, 2, "Unit", "head")
    for column, title in enumerate((*_HEADS, *_SERIES), _CHANGE):
        sheet.put(_FIRST - 2, column, title, "number head")
    sheet.put(_FIRST - 1, 1, "Opening", "label")
    sheet.put(_FIRST - 1, 2, "%", "unit")
    sheet.put(_FIRST - 1, _CHANGE + 3, 0, "opening", PERCENT)
    bars = _bars(context)
    for row, (name, values) in enumerate(zip(BARS, bars, strict=True), _FIRST):
        sheet.put(row, 1, BAR_LABELS[name], "strong label" if name in TOTALS else "label")
        sheet.put(row, 2, "%", "unit")
        texts = _formulas(context, name, row)
        for column, (text, value) in enumerate(zip(texts, values, strict=True), _CHANGE):
            if text:
                style_format = PERCENT if column < _BASE else NO_ZERO
                sheet.put(row, column, Formula(text, value), "calculation", style_format)
            else:
                sheet.put(row, column, value, "number", "0")
    below = _FIRST + len(BAR_LABELS) + 1
    sheet.charts = [
        bridge_chart(context, f"A{below}", 24, 12),
        _ramp_chart(context, f"A{below + 25}", 24, 10),
    ]
    sheet.one_page = sheet.portrait = True
    return sheet


def _formulas(context: Context, name: str, row: int) -> tuple[str, ...]:
    """Formulas of a bar's row; the second column says by hand which bars are steps."""
    place = context.layout.places[name]
    line, numbers = (
        f"{place.sheet}!{block(line, place.column, 1, place.columns)}"
        for line in (place.row, NUMBER_ROW)
    )
    shown = context.cell_of("shown_plan")
    change = f"SUMIF({numbers},{shown},{line})"
    if place.rows > 1:  # plans below each other; SUM takes a text as 0
        cells = f"{place.sheet}!{block(place.row, place.column, place.rows)}"
        change = f"IFERROR(SUM(INDEX({cells},{shown})),0)"
    elif place.columns == 1:  # IronCalc knows no SUMIF of a single cell
        change = f"IF({shown}=1,SUM({line}),0)"
    above = f"D{row}*(MAX(0,E{row},F{row})-MAX(0,MIN(E{row},F{row})))"
    below = f"D{row}*(MIN(0,E{row},F{row})-MIN(0,MAX(E{row},F{row})))"
    return (
        change,
        "",
        f"D{row}*F{row - 1}",
        f"IF(ABS(E{row}+C{row})>check_tolerance,E{row}+C{row},0)",
        f"D{row}*(MAX(0,MIN(E{row},F{row}))+MIN(0,MAX(E{row},F{row})))",
        f"(1-D{row})*C{row}",
        f"(C{row}>0)*{above}",
        f"(C{row}>0)*{below}",
        f"(C{row}<=0)*{above}",
        f"(C{row}<=0)*{below}",
    )


def bridge_chart(context: Context, anchor: str, width_cm: float, height_cm: float) -> Chart:
    """The waterfall from the headline saving to the saving over the horizon after risk."""
    bars = _bars(context)
    looks = ("hidden", "total", "gain", "gain", "loss", "loss")
    return Chart(
        kind="waterfall",
        title=context.chosen_plan(_TITLE).value,
        title_cell=f"Bridge!{block(_TITLE_ROW, 1)}",
        summary="Columns: the headline saving of the chosen plan, what each cost takes away or "
        "adds, the steady-state saving, what start, drift, decision and risk take away or add, and "
        "the saving over the horizon that is left.",
        anchor=anchor,
        width_cm=width_cm,
        height_cm=height_cm,
        x_title="Step",
        y_title=_AXIS,
        number_format="0%",
        category_cells=f"Bridge!{block(_FIRST, 1, len(bars))}",
        categories=[BAR_LABELS[name] for name in BARS],
        series=[
            Series(
                f"Bridge!{block(_FIRST - 2, _BASE + n)}",
                title,
                f"Bridge!{block(_FIRST, _BASE + n, len(bars))}",
                [values[_BASE - _CHANGE + n] for values in bars],
                look,
            )
            for n, (title, look) in enumerate(zip((_HEADS[-1], *_SERIES), looks, strict=True))
        ],
    )


def _bars(context: Context) -> list[list[Ref]]:
    """Figures of each bar's row."""
    return context.table("bridge:bars")


def _ramp_chart(context: Context, anchor: str, width_cm: float, height_cm: float) -> Chart:
    """What each plan's teams deliver by month, in onshore heads."""
    place = context.layout.places["plan_output"]
    months = context.scenario.horizon_months
    return Chart(
        kind="line",
        title="Capacity while the teams ramp up",
        summary="Lines: output of each plan by month, in onshore heads.",
        anchor=anchor,
        width_cm=width_cm,
        height_cm=height_cm,
        x_title="Month",
        y_title="onshore heads",
        number_format="0.0",
        category_cells=f"Timeline!{block(NUMBER_ROW, place.column, 1, months)}",
        categories=[str(month + 1) for month in range(months)],
        series=[
            Series(
                f"Board!{block(HEAD_ROW, BOARD.first_column + p)}",
                context.plan_title(p).value,
                f"Timeline!{block(place.row + p, place.column, 1, months)}",
                context.take("plan_output", plan=p),
            )
            for p in range(len(context.scenario.plans))
        ],
    )
