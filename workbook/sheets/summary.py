"""The Summary sheet: the plans side by side, and two charts."""

from openpyxl.utils import get_column_letter

from ...engine.results import OVERHEAD
from ..context import Context, number_format
from ..layout import HEAD_ROW, NUMBER_ROW, SUMMARY, TIMELINE
from ..sheet import Chart, Series, Sheet, block

_KEY_FIGURES = (
    "verdict",
    "recommended",
    "net_saving",
    "break_even_month",
    "break_even_month_whole",
    "discounted_payback_month",
    "npv",
    "plan_headline_saving",
    "net_saving_steady",
    "net_saving_risk_adjusted",
    "setup_cost",
    "lowest_cumulative",
    "total_value",
    "total_cost",
    "plan_heads",
    "plan_equivalent_heads",
    "management_left",
)
_COST = (
    "rate_card_hour",
    "plan_rate",
    "risk_adjusted_hour",
    "plan_onshore_cost",
    "plan_fully_loaded_cost",
    "risk_adjusted_cost",
)
_STACK = ("plan_direct_cost", *OVERHEAD.values(), "plan_fully_loaded_cost")
_WATERFALL = (
    "plan_headline_saving",
    "bar_onshore_overhead",
    "bar_direct",
    "bar_management",
    "bar_travel",
    "bar_security",
    "bar_attrition",
    "bar_extra",
    "bar_productivity",
    "bar_communication",
    "bar_rework",
    "net_saving_steady",
)
_QUOTE = ("margin_at_match", "walk_away_price", "share_needed")
_TOTALS = {"plan_fully_loaded_cost", "net_saving_steady", "break_even_month", "net_saving", "npv"}


def summary_sheet(context: Context) -> Sheet:
    """Key figures by plan, the cost stack and the way from headline to net saving."""
    plans = context.scenario.plans
    sheet = Sheet("Summary", "output", widths={1: 46, 2: 14})
    sheet.widths |= {SUMMARY.first_column + p: 16 for p in range(len(plans))}
    context.heading(sheet, "Summary", _scope(context))
    sheet.put(HEAD_ROW, 1, "Plan", "head")
    sheet.put(HEAD_ROW, 2, "Unit", "head")
    context.column_heads(sheet, SUMMARY)
    row = _table(context, sheet, HEAD_ROW + 1, "Key figures", _KEY_FIGURES)
    row = _table(context, sheet, row + 1, "Rate card, fully loaded and risk-adjusted", _COST)
    stack = row + 1
    row = _table(
        context, sheet, stack, "Cost per head, grossed up to the output of an onshore head", _STACK
    )
    row = _table(context, sheet, row + 1, "From headline to net saving", _WATERFALL)
    _table(context, sheet, row + 1, "At a competitor's price, see Inputs", _QUOTE)
    right = get_column_letter(SUMMARY.first_column + len(plans) + 1)
    sheet.charts = [
        _cumulative(context, f"{right}{HEAD_ROW}"),
        _cost_stack(context, f"{right}{HEAD_ROW + 20}", stack + 1),
    ]
    sheet.freeze = f"C{HEAD_ROW + 1}"
    sheet.one_page = True
    return sheet


def _scope(context: Context) -> str:
    """What the figures cover, and what they are compared with."""
    scenario = context.scenario
    return (
        f"{scenario.horizon_months} months, {scenario.currency}. Each plan is compared with the "
        "same output bought onshore; plan 1 is all onshore."
    )


def _table(context: Context, sheet: Sheet, row: int, title: str, names) -> int:
    for column in range(1, SUMMARY.first_column + context.scenario.sizes["plan"]):
        sheet.put(row, column, title if column == 1 else None, "topic")
    for row, name in enumerate(names, row + 1):  # noqa: B020 - the rows below the title
        line = context.model.lines[name]
        strong = name in _TOTALS
        sheet.put(row, 1, line.label, "strong label" if strong else "label")
        sheet.put(row, 2, context.unit(line.unit), "unit")
        for item, formula in enumerate(context.view(line, SUMMARY, row)):
            style = "strong result" if strong else "result"
            sheet.put(row, SUMMARY.first_column + item, formula, style, number_format(line))
    return row + 1


def _cumulative(context: Context, anchor: str) -> Chart:
    place = context.layout.places["cumulative"]
    months = context.scenario.horizon_months
    values = context.values["cumulative"]
    return Chart(
        kind="line",
        title="Cumulative saving by plan",
        summary="Lines: cumulative saving of each plan by month, against the same output onshore.",
        anchor=anchor,
        width_cm=18,
        height_cm=10,
        x_title="Month",
        y_title=context.scenario.currency,
        number_format="#,##0",
        category_cells=f"Timeline!{block(NUMBER_ROW, place.column, 1, months)}",
        categories=[str(month + 1) for month in range(months)],
        series=[
            Series(
                f"Timeline!{block(place.row + p, TIMELINE.label_column('plan'))}",
                plan,
                f"Timeline!{block(place.row + p, place.column, 1, months)}",
                values[0, p, 0, 0].tolist(),
            )
            for p, plan in enumerate(context.scenario.plans)
        ],
    )


def _cost_stack(context: Context, anchor: str, row: int) -> Chart:
    plans = context.scenario.plans
    parts = [context.model.lines[name] for name in _STACK[:-1]]
    first = SUMMARY.first_column
    return Chart(
        kind="stack",
        title="Fully loaded cost by plan",
        summary="Stacked columns: direct cost and each overhead of every plan.",
        anchor=anchor,
        width_cm=18,
        height_cm=10,
        x_title="Plan",
        y_title=f"{context.scenario.currency} per head and year",
        number_format="#,##0",
        category_cells=f"Summary!{block(HEAD_ROW, first, 1, len(plans))}",
        categories=list(plans),
        series=[
            Series(
                f"Summary!{block(row + n, 1)}",
                line.label,
                f"Summary!{block(row + n, first, 1, len(plans))}",
                context.values[line.name][0, :, 0, 0, 0].tolist(),
            )
            for n, line in enumerate(parts)
        ],
    )
