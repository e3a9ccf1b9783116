"""Tables of lines with a column for each plan, and texts about the plan recommended."""

from collections.abc import Iterable, Mapping

from openpyxl.utils import get_column_letter

from ...engine.criteria import NONE
from ..layout.choices import code_name
from ..layout.context import Context, number_format
from ..layout.positions import HEAD_ROW, NUMBER_ROW, Grid
from ..layout.sheet import CellLink, Formula, Sheet, block

STRONG = {
    "verdict",
    "net_saving_risk_adjusted",
    "break_even_month",
    "npv_risk_adjusted",
    "plan_fully_loaded_cost",
}


def plan_sheet(context: Context, grid: Grid, note: Formula | str) -> Sheet:
    """An output sheet with a column for each plan, its heading and its column heads."""
    plans = len(context.scenario.plans)
    sheet = Sheet(grid.title, "output", widths={1: 46, 2: 12})
    sheet.widths |= {grid.first_column + p: 13 for p in range(plans)}
    context.heading(sheet, grid.title, note, grid.first_column)
    plan_heads(context, sheet, grid)
    sheet.freeze = f"C{HEAD_ROW + 1}"
    sheet.one_page = sheet.portrait = True
    return sheet


def plan_heads(context: Context, sheet: Sheet, grid: Grid) -> None:
    """The heads of the columns: the figure, its unit, and the name of each plan."""
    sheet.put(HEAD_ROW, 1, "Figure", "head")
    sheet.put(HEAD_ROW, 2, "Unit", "head")
    context.column_heads(sheet, grid)


def plan_table(
    context: Context,
    sheet: Sheet,
    grid: Grid,
    row: int,
    title: Formula | str,
    names: Iterable[str],
) -> int:
    """Lines under a heading, with a link from each label to its cells; the next free row."""
    sheet.topic(row, title, grid.first_column + context.scenario.sizes["plan"] - 1)
    return plan_rows(context, sheet, grid, row + 1, names)


def plan_rows(
    context: Context,
    sheet: Sheet,
    grid: Grid,
    row: int,
    names: Iterable[str],
    links: Mapping[str, str] | None = None,
) -> int:
    """Lines below each other; the next free row.

    Parameters
    ----------
    context : Context
    sheet : Sheet
    grid : Grid
    row : int
    names : iterable of str
    links : mapping of str to str, optional
        Sheets to which the labels lead, by line; by default to the line's own cells.
    """
    for row, name in enumerate(names, row):  # noqa: B020 - the rows below each other
        line, place = context.model.lines[name], context.layout.places[name]
        strong = name in STRONG
        target = f"{place.sheet}!{get_column_letter(place.column)}{place.row}"
        if links:
            target = f"'{links[name]}'!A1"
        style = "strong label" if strong else "label"
        sheet.put(row, 1, line.label, style, link=CellLink(target))
        sheet.put(row, 2, context.shown_unit(line), "unit")
        for item, formula in enumerate(context.view(line, grid, row)):
            style = "strong result" if strong else "result"
            number = f"{get_column_letter(grid.first_column + item)}${NUMBER_ROW}"
            formula = context.of_used_plan(formula, item, number)
            sheet.put(row, grid.first_column + item, formula, style, number_format(line))
    return row + 1


def choice(name: str, words: Iterable[str]) -> str:
    """The words of an input's number, from 0, as an expression."""
    return f"CHOOSE({code_name(name)}+1,{quoted(words)})"


def quoted(words: Iterable[str]) -> str:
    """Texts as arguments of a function."""
    return ",".join(f'"{word}"' for word in words)


def plan_cells(context: Context, name: str) -> str:
    """The cells of a line with one figure for each plan."""
    place = context.layout.places[name]
    return f"{place.sheet}!{block(place.row, place.column, place.rows, place.columns)}"


def name_of_recommended(context: Context) -> str:
    """The name of the plan recommended, or that there is none, as an expression."""
    recommended, npv = (plan_cells(context, n) for n in ("recommended", "npv_risk_adjusted"))
    name = "plan_names"
    if len(context.scenario.plans) > 1:  # one name is a cell, not a list
        name = f"INDEX(plan_names,MATCH(1,{recommended},0))"
    none = f"CHOOSE(1+(decision_code=2)*(1+(MAX({npv})<0)),{quoted(NONE)})"
    return f"IF(SUM({recommended})>0,{name},{none})"
