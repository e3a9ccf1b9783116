"""The Cash and P&L sheet: returns of each plan, and its cash and profit by fiscal year."""

from openpyxl.utils import get_column_letter

from ..layout.context import Context, number_format
from ..layout.derived import SAVINGS, YEAR_LINES
from ..layout.positions import CASH, HEAD_ROW, YEARS
from ..layout.references import Text
from ..layout.scenario_texts import label_of_year, unit_pieces
from ..layout.sheet import CellLink, Formula, Sheet
from .plan_tables import choice, plan_sheet, plan_table

_SAVING = (
    "net_saving",
    "plan_pays",
    "plan_saves",
    "total_value",
    "total_cost",
    "total_decision_cost",
    "total_hiring_avoided",
)
_RETURNS = (
    "npv",
    "discounted_payback_month",
    "peak_funding_month",
    "irr_year_cash",
    "mirr_year_cash",
    "roi_cash",
    "payback_cash",
)
_AFTER_TAX = ("npv_after_tax", "payback_after_tax", "peak_funding_after_tax")
_STOPPING = (
    "break_even_stopped",
    "best_stop_month",
    "highest_stopped",
    "worst_stop_month",
    "lowest_stopped",
)
_NOTE = "Peak funding need, set-up cost and break-even stand on sheet Board. Labels lead to lines."


def cash_sheet(context: Context) -> Sheet:
    """Returns by plan, then the statement of each plan by fiscal year."""
    sheet = plan_sheet(context, CASH, _NOTE)
    years = context.scenario.sizes["year"]
    sheet.widths |= {CASH.first_column + n: 13 for n in range(years)}
    saving = Formula(choice("decision", SAVINGS), Text.of("savings"))
    tables: tuple[tuple[Formula | str, tuple[str, ...]], ...] = (
        (saving, _SAVING),
        ("Present value and returns", _RETURNS),
        ("After tax, where rates of tax are entered", _AFTER_TAX),
        ("If the plan is stopped", _STOPPING),
    )
    row = HEAD_ROW + 1
    for title, names in tables:
        row = plan_table(context, sheet, CASH, row, title, names)
    no_rate = context.model.lines["irr_year_cash"].nan_where
    sheet.put(row, 1, f"No rate of return where {no_rate}.", "note")
    _statement(context, sheet, row + 2)
    return sheet


def _statement(context: Context, sheet: Sheet, row: int) -> None:
    """Some lines of sheet Statement, those of a plan together."""
    sheet.put(row, 1, "By fiscal year, to the end of month", "head")
    sheet.put(row, 2, "Unit", "head")
    plans = len(context.scenario.plans)
    for year, end in enumerate(context.refs("year:ends").ravel()):
        cell = f"{YEARS.title}!{get_column_letter(YEARS.first_column + year)}{HEAD_ROW}"
        column = CASH.first_column + year
        sheet.put(row, column, Formula(cell, end), "number head", "mmm yy")
    for plan in range(1 if plans > 1 else 0, plans):  # the baseline saves nothing
        for name in YEAR_LINES:
            row += 1
            line, place = context.model.lines[name], context.layout.places[name]
            source = place.row + plan
            link = CellLink(f"{place.sheet}!{get_column_letter(place.column)}{source}")
            label = context.beside_plan(plan, label_of_year(line))
            strong = name == "cumulative_by_year"
            sheet.put(row, 1, label, "strong label" if strong else "label", link=link)
            sheet.put(row, 2, context.beside_plan(plan, unit_pieces(line.unit)), "unit")
            for year, value in enumerate(context.take(name, plan=plan)):
                cell = f"{place.sheet}!{get_column_letter(place.column + year)}{source}"
                column = CASH.first_column + year
                figure = context.of_used_plan(Formula(cell, value), plan)
                sheet.put(row, column, figure, "result", number_format(line))
        row += 1
