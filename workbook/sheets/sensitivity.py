"""The Sensitivity sheet: data tables that a spreadsheet recalculates by itself.

One table moves each driver to its low and its high level, one moves salary and management overhead
together, one shows each case. Excel wants the cells that a table moves on the table's own sheet.
"""

from collections.abc import Sequence

from openpyxl.utils import get_column_letter

from ...engine.drivers import DRIVERS
from ...engine.evidence import FIGURE_OF, POSITIONS
from ...engine.grades import GRADE_TITLES, OWN
from ...engine.measures import CASES
from ...engine.uncertainty.driver_grades import MATTERING
from ..layout.context import Context, number_format
from ..layout.derived import (
    CASE_LINES,
    MANAGEMENT_TIMES,
    MEASURE,
    NOT_HERE,
    SALARY_TIMES,
    UNSOURCED,
)
from ..layout.number_formats import PERCENT
from ..layout.positions import (
    COSTS,
    HEAD_ROW,
    LIVE,
    RETURNS,
    RISK,
    SENSITIVITY_CELLS,
    STATUTORY,
    TIMELINE,
)
from ..layout.references import Ref, Text
from ..layout.sheet import Chart, DataTable, Formula, Series, Sheet, block

_RANGES = (
    "Ranges lie within a site's country where each site abroad names one, else across countries."
)
_PLAN = 6  # row that names the plan
_FIGURE = 11  # row of the cell that picks a figure for the table of cases
_READ = 12  # row of the first cell that reads all figures behind that table
_BEHIND = {"Levels and charges": (LIVE, STATUTORY), "Figures": (COSTS, TIMELINE, RETURNS, RISK)}
_ROW, _COLUMN = 18, 4  # first row and column of the tornado's table
_SWINGS, _SORTED = 7, 13  # first columns of the swings by driver, and of the same sorted
_LAST = _ROW + 2 * len(DRIVERS) - 1
_TWO_WAY = _LAST + 4
_CASES = _TWO_WAY + len(SALARY_TIMES) + 5  # row of the numbers of the cases
_AS_IT_IS = _COLUMN + len(CASES)


def sensitivity_sheet(context: Context, names: dict[str, str]) -> Sheet:
    """Net saving of one plan, with one driver low or high, or two moved."""
    sheet = Sheet("Sensitivity", "output", widths={1: 40, 2: 12, 3: 14, 4: 14, 5: 14, 6: 14})
    sheet.widths |= {_SWINGS: 40, 8: 12, 9: 12, 10: 12, 11: 8, 12: 8, _SORTED: 6, 14: 40, 15: 12}
    sheet.widths |= {16: 12, 17: 40, 18: 44}
    note = f"What one plan saves over the horizon when drivers move. Levels: sheet Cases. {_RANGES}"
    context.heading(sheet, "Sensitivity", note)
    sheet.put(_PLAN, 1, "Plan, chosen on Inputs", "label")
    sheet.put(_PLAN, 3, context.chosen_plan(), "result")
    for name, row in SENSITIVITY_CELLS.items():
        entry = context.model.inputs[name]
        sheet.put(row, 1, entry.label, "label")
        sheet.put(row, 2, context.unit(entry.unit), "unit")
        sheet.put(row, 3, context.refs(name).item(), "fixed", number_format(entry))
        names[name] = f"Sensitivity!{block(row, 3)}"
    _tornado(context, sheet)
    sheet.charts = [_sorted(context, sheet)]
    _two_way(context, sheet)
    _cases(context, sheet)
    sheet.freeze = f"A{HEAD_ROW}"
    sheet.head_rows = HEAD_ROW - 1
    sheet.one_page = True  # two pages cut the chart and the tables
    return sheet


def _tornado(context: Context, sheet: Sheet) -> None:
    """A row for each end of each driver."""
    drivers = [*DRIVERS]
    sheet.put(_ROW - 3, 1, "One driver low or high", "topic")
    _heads(sheet, 1, "Driver", "End", "Row of the table")
    line = context.model.lines[MEASURE]
    sheet.put(_ROW - 2, _COLUMN, line.label, "number head")
    sheet.put(_ROW - 1, _COLUMN, _link(context), "result", number_format(line))
    sheet.put(_ROW - 1, 1, "As it is", "label")
    for case in range(1, 2 * len(drivers) + 1):
        label = context.model.inputs[drivers[(case - 1) // 2]].label
        sheet.put(_ROW + case - 1, 1, label, "label" if case % 2 else "repeated label")
        sheet.put(_ROW + case - 1, 2, "low" if case % 2 else "high", "label")
        sheet.put(_ROW + case - 1, 3, case, "number")
    moved = f"C{SENSITIVITY_CELLS['sensitivity_case']}"
    _fill(sheet, _ROW, _table(context, "ends"), "", moved)
    sheet.heights[_ROW - 2] = 3


def _sorted(context: Context, sheet: Sheet) -> Chart:
    """What each driver changes, its rank, and the same with the widest swing first."""
    drivers = [context.model.inputs[name].label for name in DRIVERS]
    rows, first = len(drivers), _ROW
    last = first + rows - 1
    changes, swings, ranks = (_table(context, name) for name in ("changes", "swings", "ranks"))
    heads = ("Low changes by", "High changes by")
    _heads(sheet, _SWINGS - 1, "No.", "Driver", *heads, "Swing", "Rank", "Grade")
    for n, driver in enumerate(drivers):
        row = first + n
        sheet.put(row, _SWINGS - 1, n + 1, "note")
        sheet.put(row, _SWINGS, driver, "label")
        ends = f"$D${first}:$D${first + 2 * rows - 1}"
        for column, text, value in (
            (1, f"INDEX({ends},2*$F{row}-1)-$D${first - 1}", changes[n][0]),
            (2, f"INDEX({ends},2*$F{row})-$D${first - 1}", changes[n][1]),
            (3, f"ABS(I{row}-H{row})", swings[n][0]),
        ):
            sheet.put(row, _SWINGS + column, Formula(text, value), "result", PERCENT)
        # A tie goes to the driver that comes first.
        rank = f"SUMPRODUCT((J${first}:J${last}>J{row})*1)+COUNTIF(J${first}:J{row},J{row})"
        sheet.put(row, _SWINGS + 4, Formula(rank, ranks[n][0]), "result", "0")
        grade = _grade(context, [*DRIVERS][n], _table(context, "grades")[n][0])
        sheet.put(row, _SWINGS + 5, grade, "result", "0")
    title = "The widest swing first; drivers that do not move the saving are left out, on the right"
    sheet.topic(_ROW - 3, title, _SORTED + 5, _SORTED)
    _heads(sheet, _SORTED, "No.", "Driver", *heads, "Left out", "Rests on")
    widest, order = _table(context, "widest"), [Text.of(f"driver {n}") for n in range(rows)]
    for n, values in enumerate(widest):
        row = first + n
        sheet.put(row, _SORTED, n + 1, "note")
        name, low, high = (
            f"INDEX({letter}${first}:{letter}${last},MATCH($M{row},$K${first}:$K${last},0))"
            for letter in "GHI"
        )
        moves = f"ABS(P{row}-O{row})>check_tolerance"
        sheet.put(row, _SORTED + 1, Formula(f'IF({moves},{name},"{NOT_HERE}")', order[n]), "label")
        sheet.put(row, _SORTED + 2, Formula(low, values[0]), "result", PERCENT)
        sheet.put(row, _SORTED + 3, Formula(high, values[1]), "result", PERCENT)
        left_out = Formula(f'IF({moves},"{NOT_HERE}",{name})', Text.of(f"left out {n}"))
        sheet.put(row, _SORTED + 4, left_out, "note")
        evidence = Formula(_evidence(row, n, moves), Text.of(f"evidence {n}"))
        sheet.put(row, _SORTED + 5, evidence, "note")
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
        categories=order,
        series=[
            Series(
                f"Sensitivity!{block(_ROW - 2, _SORTED + 2 + end)}",
                title,
                f"Sensitivity!{block(first, _SORTED + 2 + end, rows)}",
                [values[end] for values in widest],
            )
            for end, title in enumerate(heads)
        ],
    )


def _grade(context: Context, driver: str, value: Ref) -> Formula | int:
    """Grade of the weakest figure abroad that a driver moves; own where there is none."""
    sites = len(context.scenario.sites)
    place, row = context.layout.places["charges_grade"], 0
    if driver in FIGURE_OF:
        place = context.layout.places["figure_grade"]
        row = POSITIONS[FIGURE_OF[driver]] * sites
    if driver == "discount_rate" or sites == 1:
        return OWN
    abroad = block(place.row + row + 1, place.column, sites - 1)
    return Formula(f"MAX({place.sheet}!{abroad})", value)


def _evidence(row: int, n: int, moves: str) -> str:
    """The grade of evidence of the driver in a row of the sorted table."""
    grades = f"$L${_ROW}:$L${_ROW + len(DRIVERS) - 1}"
    ranks = f"$K${_ROW}:$K${_ROW + len(DRIVERS) - 1}"
    words = (*GRADE_TITLES[:-1], UNSOURCED if n < MATTERING else GRADE_TITLES[-1])
    listed = ",".join(f'"{one}"' for one in words)
    grade = f"INDEX({grades},MATCH($M{row},{ranks},0))"
    return f'IF({moves},CHOOSE({grade}+1,{listed}),"{NOT_HERE}")'


def _heads(sheet: Sheet, column: int, *titles: str) -> None:
    for offset, title in enumerate(titles):
        left = title in ("Driver", "End", "No.", "Left out", "Rests on")
        sheet.put(_ROW - 2, column + offset, title, "head" if left else "number head")


def _two_way(context: Context, sheet: Sheet) -> None:
    """Salary down, management overhead across."""
    head = _TWO_WAY
    title = "Net saving, with salary (down) and management overhead (across) times"
    sheet.topic(head - 1, title, 3)
    sheet.put(head, 3, _link(context), "result", "0.0%")
    for column, times in enumerate(MANAGEMENT_TIMES, _COLUMN):
        sheet.put(head, column, times, "number head", "0.00")
    for row, times in enumerate(SALARY_TIMES, head + 1):
        sheet.put(row, 3, times, "number", "0.00")
    across, down = (f"C{SENSITIVITY_CELLS[n]}" for n in ("management_times", "salary_times"))
    _fill(sheet, head + 1, _table(context, "grid"), across, down)


def _cases(context: Context, sheet: Sheet) -> None:
    """Some figures of each plan, down, in the base, optimistic and pessimistic case, across."""
    sheet.topic(_CASES - 2, "Cases side by side", _AS_IT_IS)
    heads = {1: "Figure and plan", 2: "Unit", 3: "Row of the table", _AS_IT_IS: "As it is"}
    sheet.heights[_CASES - 1] = 2
    for column in range(1, _AS_IT_IS + 1):
        title = heads.get(column) or CASES[column - _COLUMN].capitalize()
        sheet.put(_CASES - 1, column, title, "head" if column < 3 else "number head")
    sheet.put(_CASES, 1, "Number of the case", "label")
    sheet.put(_CASES, 2, "number", "unit")
    for number, column in enumerate(range(_COLUMN, _AS_IT_IS), 1):
        sheet.put(_CASES, column, number, "number")
    row, formats = _CASES, []
    names = context.layout.places["plan_names"]
    for name in CASE_LINES:
        line, place = context.model.lines[name], context.layout.places[name]
        down = place.column_axis != "plan"
        for plan, now in enumerate(context.take(name)):
            row += 1
            label = f"{line.label}: "
            text = f'"{label}"&{names.sheet}!{block(names.row + plan, names.column)}'
            sheet.put(row, 1, Formula(text, Text.of(f"plan {plan}", label)), "label")
            sheet.put(row, 2, context.unit(line.unit), "unit")
            sheet.put(row, 3, row - _CASES, "number")
            cell = block(place.row + plan * down, place.column + plan * (not down))
            linked = Formula(f"{place.sheet}!{cell}", now)
            sheet.put(row, _AS_IT_IS, linked, "result", number_format(line))
            formats.append(number_format(line))
    # LibreOffice fills only a part of a table of several formulas: one formula takes a figure by
    # its row. After each cell of a table LibreOffice computes anew what the table's formula reads:
    # that must be all that any case reads, or it stays as in the last case.
    sheet.put(_FIGURE, 1, "Row of the table of cases", "label")
    sheet.put(_FIGURE, 2, "number", "unit")
    sheet.put(_FIGURE, 3, 1, "fixed", "0")
    all_of_it = block(_CASES + 1, _AS_IT_IS, len(formats))
    for row, (label, grids) in enumerate(_BEHIND.items(), _READ):
        sheet.put(row, 1, f"{label} behind the table of cases are there", "label")
        sheet.put(row, 2, "1 yes, 0 no", "unit")
        cells = [_needed_cells(context, grid.title) for grid in grids]
        cells += [all_of_it.replace("$", "")] * (COSTS in grids)
        sheet.put(row, 3, Formula(f"SIGN(COUNT({','.join(cells)}))", 1), "result", "0")
    text = f'IF(C{_READ}*C{_READ + 1}=1,INDEX({all_of_it},C{_FIGURE}),"none")'
    picked = Formula(text, context.take(CASE_LINES[0])[0])
    sheet.put(_CASES, 3, picked, "result", formats[0])
    values = [one for name in CASE_LINES for one in context.table(f"cases:{name}")]
    across = f"C{SENSITIVITY_CELLS['table_case']}"
    _fill(sheet, _CASES + 1, values, across, f"C{_FIGURE}", formats)


def _needed_cells(context: Context, title: str) -> str:
    """The cells of a sheet with all lines behind the table of cases, some read in one case only."""
    lines = [context.layout.places[line.name] for line in context.model.needed(CASE_LINES)]
    places = [place for place in lines if place.sheet == title]
    top, left = min(one.row for one in places), min(one.column for one in places)
    bottom = max(one.row + one.rows for one in places)
    right = max(one.column + one.columns for one in places)
    return f"{title}!{block(top, left, bottom - top, right - left)}".replace("$", "")


def case_cells(context: Context, name: str, case: int) -> str:
    """The cells of a figure in a case, by its position among :data:`CASES`: one for each plan."""
    plans = len(context.scenario.plans)
    row = _CASES + 1 + CASE_LINES.index(name) * plans
    return f"Sensitivity!{block(row, _COLUMN + case, plans)}"


def _fill(
    sheet: Sheet,
    row: int,
    values: list[list],
    row_cell: str,
    column_cell: str,
    formats: Sequence[str] = (),
) -> None:
    """Values of a data table; the first cell says what fills it."""
    last = f"{get_column_letter(_COLUMN + len(values[0]) - 1)}{row + len(values) - 1}"
    area = f"{get_column_letter(_COLUMN)}{row}:{last}"
    for down, line in enumerate(values):
        for across, value in enumerate(line):
            first = down == across == 0
            content = DataTable(area, row_cell, column_cell, value) if first else value
            shown = formats[down] if formats else PERCENT
            sheet.put(row + down, _COLUMN + across, content, "result", shown)


def _table(context: Context, name: str) -> list[list]:
    """Rows of a table of :mod:`..derived`."""
    return context.table(f"sensitivity:{name}")


def _link(context: Context) -> Formula:
    place = context.layout.places[MEASURE]
    ref = context.refs(MEASURE).item()
    return Formula(f"{place.sheet}!{block(place.row, place.column)}", ref)
