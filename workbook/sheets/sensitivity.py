"""The Sensitivity sheet: data tables that a spreadsheet recalculates by itself.

One table moves each driver to its low and its high level; the other moves salary and management
overhead together. Excel wants the cells that a table moves on the table's own sheet.
"""

import numpy as np
from openpyxl.utils import get_column_letter

from ...engine.drivers import DRIVERS
from ..context import Context, number_format
from ..layout import HEAD_ROW, SENSITIVITY_CELLS
from ..sheet import Chart, DataTable, Formula, Series, Sheet, block

MEASURE = "chosen_saving"
SALARY_TIMES = (0.6, 0.8, 1.0, 1.2, 1.4)
MANAGEMENT_TIMES = (0.5, 0.75, 1.0, 1.25, 1.5)
_PLAN = 6  # row that names the plan
_ROW, _COLUMN = 14, 4  # first row and column of the tornado's table
_SWINGS, _SORTED = 7, 13  # first columns of the swings by driver, and of the same sorted
_LAST = _ROW + 2 * len(DRIVERS) - 1
_TWO_WAY = _LAST + 4


def sensitivity_sheet(context: Context, names: dict[str, str]) -> Sheet:
    """Net saving of one plan, with one driver low or high, or two moved."""
    sheet = Sheet("Sensitivity", "output", widths={1: 40, 2: 12, 3: 14, 4: 14, 5: 14, 6: 14})
    sheet.widths |= {_SWINGS: 40, 8: 12, 9: 12, 10: 12, 11: 8, 12: 4, _SORTED: 6, 14: 40, 15: 12}
    sheet.widths |= {16: 12}
    note = "What one plan saves over the horizon when drivers move. Levels: sheet Cases."
    context.heading(sheet, "Sensitivity", note)
    sheet.put(_PLAN, 1, "Plan, chosen on Inputs", "label")
    sheet.put(_PLAN, 3, context.chosen_plan(), "result")
    for name, row in SENSITIVITY_CELLS.items():
        entry = context.model.inputs[name]
        sheet.put(row, 1, entry.label, "label")
        sheet.put(row, 2, context.unit(entry.unit), "unit")
        sheet.put(row, 3, context.values[name].item(), "fixed", number_format(entry))
        names[name] = f"Sensitivity!{block(row, 3)}"
    changes = _tornado(context, sheet)
    sheet.charts = [_sorted(context, sheet, changes)]
    _two_way(context, sheet)
    sheet.freeze = f"A{HEAD_ROW}"
    sheet.head_rows = HEAD_ROW - 1
    sheet.pages_wide = 2
    return sheet


def _tornado(context: Context, sheet: Sheet) -> np.ndarray:
    """A row for each end of each driver.

    Returns
    -------
    array of shape (driver, end)
        What the low and the high level of each driver change of the saving.
    """
    drivers = context.names("driver")
    values = _evaluated(context, {"sensitivity_case": np.arange(2 * len(drivers) + 1)})
    sheet.put(_ROW - 3, 1, "One driver low or high", "topic")
    _heads(sheet, 1, "Driver", "End", "Row of the table")
    line = context.model.lines[MEASURE]
    sheet.put(_ROW - 2, _COLUMN, line.label, "number head")
    sheet.put(_ROW - 1, _COLUMN, _link(context, float(values[0])), "result", number_format(line))
    sheet.put(_ROW - 1, 1, "As it is", "label")
    for case in range(1, 2 * len(drivers) + 1):
        label = context.model.inputs[drivers[(case - 1) // 2]].label
        sheet.put(_ROW + case - 1, 1, label, "label" if case % 2 else "repeated label")
        sheet.put(_ROW + case - 1, 2, "low" if case % 2 else "high", "label")
        sheet.put(_ROW + case - 1, 3, case, "number")
    moved = f"C{SENSITIVITY_CELLS['sensitivity_case']}"
    _fill(sheet, _ROW, values[1:].reshape(-1, 1), "", moved)
    sheet.heights[_ROW - 2] = 3
    return values[1:].reshape(-1, 2) - values[0]


def _sorted(context: Context, sheet: Sheet, changes: np.ndarray) -> Chart:
    """What each driver changes, its rank, and the same with the widest swing first."""
    drivers = [context.model.inputs[name].label for name in context.names("driver")]
    rows, first = len(drivers), _ROW
    last, swings = first + rows - 1, np.abs(changes[:, 1] - changes[:, 0])
    order = np.argsort(-swings, kind="stable")
    ranks = np.argsort(order) + 1
    heads = ("Low changes by", "High changes by")
    _heads(sheet, _SWINGS - 1, "No.", "Driver", *heads, "Swing", "Rank")
    for n, driver in enumerate(drivers):
        row = first + n
        sheet.put(row, _SWINGS - 1, n + 1, "number")
        sheet.put(row, _SWINGS, driver, "label")
        # A tie goes to the driver that comes first.
        rank = f"RANK(J{row},J${first}:J${last})+COUNTIF(J${first}:J{row},J{row})-1"
        ends = f"$D${first}:$D${first + 2 * rows - 1}"
        texts = (
            f"INDEX({ends},2*$F{row}-1)-$D${first - 1}",
            f"INDEX({ends},2*$F{row})-$D${first - 1}",
            f"ABS(I{row}-H{row})",
            rank,
        )
        values = (*changes[n].tolist(), float(swings[n]), int(ranks[n]))
        _formulas(sheet, row, _SWINGS + 1, texts, values)
    sheet.put(_ROW - 3, _SORTED, "The widest swing first", "topic")
    _heads(sheet, _SORTED, "No.", "Driver", *heads)
    for n, driver in enumerate(order):
        row = first + n
        sheet.put(row, _SORTED, n + 1, "number")
        sorted_texts = [
            f"INDEX({letter}${first}:{letter}${last},MATCH($M{row},$K${first}:$K${last},0))"
            for letter in "GHI"
        ]
        _formulas(
            sheet, row, _SORTED + 1, sorted_texts, (drivers[driver], *changes[driver].tolist())
        )
    return Chart(
        kind="tornado",
        title="What moves the net saving of the plan",
        summary="Bars: change of net saving with each driver at its low and its high level.",
        anchor=f"G{last + 3}",
        width_cm=22,
        height_cm=10,
        x_title="Driver",
        y_title="Change of net saving",
        number_format="0%",
        category_cells=f"Sensitivity!{block(first, _SORTED + 1, rows)}",
        categories=[drivers[n] for n in order],
        series=[
            Series(
                f"Sensitivity!{block(_ROW - 2, _SORTED + 2 + end)}",
                title,
                f"Sensitivity!{block(first, _SORTED + 2 + end, rows)}",
                changes[order, end].tolist(),
            )
            for end, title in enumerate(heads)
        ],
    )


def _heads(sheet: Sheet, column: int, *titles: str) -> None:
    for offset, title in enumerate(titles):
        left = title in ("Driver", "End", "No.")
        sheet.put(_ROW - 2, column + offset, title, "head" if left else "number head")


def _formulas(sheet: Sheet, row: int, column: int, texts, values) -> None:
    for offset, (text, value) in enumerate(zip(texts, values, strict=True)):
        kind = "0" if isinstance(value, int) else "0.0%;[Red]-0.0%"
        style = "label" if isinstance(value, str) else "result"
        sheet.put(row, column + offset, Formula(text, value), style, kind)


def _two_way(context: Context, sheet: Sheet) -> None:
    """Salary down, management overhead across."""
    head = _TWO_WAY
    title = "Net saving, with salary (down) and management overhead (across) times"
    sheet.put(head - 1, 1, title, "topic")
    salary, management = np.meshgrid(SALARY_TIMES, MANAGEMENT_TIMES, indexing="ij")
    moved = {"salary_times": salary.ravel(), "management_times": management.ravel()}
    values = _evaluated(context, moved).reshape(salary.shape)
    base = float(context.values[MEASURE].item())
    sheet.put(head, 3, _link(context, base), "result", "0.0%")
    for column, times in enumerate(MANAGEMENT_TIMES, _COLUMN):
        sheet.put(head, column, times, "number head", "0.00")
    for row, times in enumerate(SALARY_TIMES, head + 1):
        sheet.put(row, 3, times, "number", "0.00")
    across, down = (f"C{SENSITIVITY_CELLS[n]}" for n in ("management_times", "salary_times"))
    _fill(sheet, head + 1, values, across, down)


def _fill(sheet: Sheet, row: int, values: np.ndarray, row_cell: str, column_cell: str) -> None:
    """Values of a data table; the first cell says what fills it."""
    last = f"{get_column_letter(_COLUMN + values.shape[1] - 1)}{row + len(values) - 1}"
    area = f"{get_column_letter(_COLUMN)}{row}:{last}"
    for (down, across), value in np.ndenumerate(values):
        content: DataTable | float = float(value)
        if down == across == 0:
            content = DataTable(area, row_cell, column_cell, float(value))
        sheet.put(row + down, _COLUMN + across, content, "result", "0.0%;[Red]-0.0%")


def _link(context: Context, value: float) -> Formula:
    place = context.layout.places[MEASURE]
    return Formula(f"{place.sheet}!{block(place.row, place.column)}", value)


def _evaluated(context: Context, moved: dict[str, np.ndarray]) -> np.ndarray:
    """The measure by case, with some inputs moved."""
    given = {
        name: array.reshape(-1, 1, 1, 1, 1).astype(context.values[name].dtype)
        for name, array in moved.items()
    }
    inputs, months = context.scenario.values | given, context.scenario.horizon_months
    return context.model.evaluate(inputs, months, [MEASURE])[MEASURE][:, 0, 0, 0, 0]
