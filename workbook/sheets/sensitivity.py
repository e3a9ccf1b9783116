"""The Sensitivity sheet: data tables that a spreadsheet recalculates by itself.

One table moves each driver to its low and its high level for every plan, one for each plan moves
salary and management overhead together, one shows each case. The chart and the two-way table show
the plan chosen, or the plan recommended as things are: a table that chose its plan anew after each
move would compare one plan with another. Excel wants the cells that a table moves on the table's
own sheet.
"""

from collections.abc import Sequence

from openpyxl.utils import get_column_letter

from ...engine.drivers import CASES, DRIVERS
from ...engine.grades import GRADE_TITLES
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
from ..layout.references import Text
from ..layout.scenario_texts import used_plan
from ..layout.sheet import Chart, DataTable, Formula, Series, Sheet, block

_RANGES = (
    "Ranges lie within a site's country where each site abroad names one, else across countries."
)
_PLAN = 6  # row that names the plan
_FIGURE = 11  # row of the cell that picks a figure for the table of cases
_READ = 12  # row of the first cell that reads all figures behind that table
_BEHIND = {"Levels and charges": (LIVE, STATUTORY), "Figures": (COSTS, TIMELINE, RETURNS, RISK)}
_NUMBER = 14  # row of the cell that picks a plan for the table of drivers
_ROW, _COLUMN = 18, 4  # first row and column of the tornado's table
_LAST = _ROW + 2 * len(DRIVERS) - 1
_TWO_WAY = _LAST + 4
_CASES = _TWO_WAY + len(SALARY_TIMES) + 5  # row of the numbers of the cases
_AS_IT_IS = _COLUMN + len(CASES)
_LAST_GRID = _COLUMN + len(MANAGEMENT_TIMES) - 1  # last column of the two-way tables


def sensitivity_sheet(context: Context, names: dict[str, str]) -> Sheet:
    """Net saving of one plan, with one driver low or high, or two moved."""
    sheet = Sheet("Sensitivity", "output", widths={1: 40, 2: 12, 3: 14})
    first = _swings(context)
    widths = (6, 40, 12, 12, 12, 8, 8, 6, 40, 12, 12, 40, 8, 44)
    sheet.widths |= dict.fromkeys(range(_COLUMN, first), 14)
    sheet.widths |= dict(enumerate(widths, first - 1))
    note = f"What one plan saves over the horizon when drivers move. Levels: Inputs. {_RANGES}"
    context.heading(sheet, "Sensitivity", note)
    sheet.put(_PLAN, 1, "Plan shown", "label")
    sheet.put(_PLAN, 3, context.chosen_plan(), "result")
    sheet.put(_PLAN, 5, context.why_chosen(), "note")
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
    _grids(context, sheet)
    sheet.freeze = f"A{HEAD_ROW}"
    sheet.head_rows = HEAD_ROW - 1
    sheet.one_page = True  # two pages cut the chart and the tables
    first, last = (get_column_letter(_ordered(context) + n) for n in (0, 6))
    sheet.print_cells = f"{first}{_ROW - 3}:{last}{_LAST + 12}"  # what a board reads
    return sheet


def _swings(context: Context) -> int:
    """First column of the swings by driver, beside the table with a column for each plan."""
    return _COLUMN + len(context.scenario.plans) + 2


def _ordered(context: Context) -> int:
    """First column of the swings with the widest first."""
    return _swings(context) + 6


def _savings(context: Context) -> str:
    """The cells with the net saving of each plan."""
    place = context.layout.places[MEASURE]
    return f"{place.sheet}!{block(place.row, place.column, place.rows, place.columns)}"


def _shown(cells: str, *position: str) -> str:
    """The item of some cells for the plan shown, by its position; 0 if there is no such plan."""
    return f"IFERROR(INDEX({','.join((cells, *position))}),0)"


def _now(context: Context) -> Formula:
    """Net saving of the plan shown, as it is."""
    cells, shown = _savings(context), context.cell_of("shown_plan")
    text = _shown(cells, shown)
    if len(context.scenario.plans) == 1:  # IronCalc knows no INDEX of a single cell
        text = f"IF({shown}=1,{cells},0)"
    return Formula(text, _table(context, "now")[0][0])


def _tornado(context: Context, sheet: Sheet) -> None:
    """A row for each end of each driver, and a column for each plan."""
    drivers, plans = [*DRIVERS], context.names("plan")
    last = _COLUMN + len(plans) - 1
    sheet.topic(_ROW - 3, "Net saving of each plan with one driver low or high", last)
    _heads(sheet, 1, "Driver", "End", "Row of the table")
    sheet.put(_NUMBER, 1, "Plan in the table of drivers", "label")
    sheet.put(_NUMBER, 2, "number", "unit")
    sheet.put(_NUMBER, 3, 1, "fixed", "0")
    cells, line = _savings(context), context.model.lines[MEASURE]
    text = f"INDEX({cells},C{_NUMBER})" if len(plans) > 1 else cells
    corner = Formula(text, context.take(MEASURE)[0])
    sheet.put(_ROW - 1, 3, corner, "result", number_format(line))
    sheet.put(_ROW - 1, 1, "Number of the plan", "label")
    for plan in range(len(plans)):
        letter = get_column_letter(_COLUMN + plan)
        sheet.put(
            _ROW - 2,
            _COLUMN + plan,
            context.plan_title(plan, f"{letter}${_ROW - 1}"),
            "number head",
        )
        sheet.put(_ROW - 1, _COLUMN + plan, plan + 1, "number")
    sheet.heights[_ROW - 2] = max(2, *(context.lines_of(name, 12) for name in plans))
    for case in range(1, 2 * len(drivers) + 1):
        label = context.model.inputs[drivers[(case - 1) // 2]].label
        sheet.put(_ROW + case - 1, 1, label, "label" if case % 2 else "repeated label")
        sheet.put(_ROW + case - 1, 2, "low" if case % 2 else "high", "label")
        sheet.put(_ROW + case - 1, 3, case, "number")
    moved = f"C{SENSITIVITY_CELLS['sensitivity_case']}"
    _fill(sheet, _ROW, _table(context, "ends"), f"C{_NUMBER}", moved)


def _sorted(context: Context, sheet: Sheet) -> Chart:
    """What each driver changes, its rank, and the same with the widest swing first."""
    drivers = [context.model.inputs[name].label for name in DRIVERS]
    rows, first, start = len(drivers), _ROW, _swings(context)
    last, ordered = first + rows - 1, _ordered(context)
    changes, swings, ranks = (_table(context, name) for name in ("changes", "swings", "ranks"))
    heads = ("Low changes by", "High changes by")
    number, _, low_by, high_by, swing, rank_at = map(get_column_letter, range(start - 1, start + 5))
    now = f"${low_by}${first - 1}"
    sheet.topic(_ROW - 3, context.chosen_plan("Change of the net saving of "), start + 4, start - 1)
    _heads(sheet, start - 1, "No.", "Driver", *heads, "Swing", "Rank", "Grade")
    sheet.put(first - 1, start, "As entered", "label")
    sheet.put(first - 1, start + 1, _now(context), "result", PERCENT)
    ends = block(first, _COLUMN, 2 * rows, len(context.scenario.plans))
    shown = context.cell_of("shown_plan")
    for n, driver in enumerate(drivers):
        row = first + n
        sheet.put(row, start - 1, n + 1, "note")
        sheet.put(row, start, driver, "label")
        low, high = (f"{_shown(ends, f'2*${number}{row}{end}', shown)}-{now}" for end in ("-1", ""))
        for column, text, value in (
            (1, low, changes[n][0]),
            (2, high, changes[n][1]),
            (3, f"ABS({high_by}{row}-{low_by}{row})", swings[n][0]),
        ):
            sheet.put(row, start + column, Formula(text, value), "result", PERCENT)
        # A tie goes to the driver that comes first.
        rank = (
            f"SUMPRODUCT(({swing}${first}:{swing}${last}>{swing}{row})*1)"
            f"+COUNTIF({swing}${first}:{swing}{row},{swing}{row})"
        )
        sheet.put(row, start + 4, Formula(rank, ranks[n][0]), "result", "0")
        place = context.layout.places["driver_grade"]
        grade = f"{place.sheet}!{get_column_letter(place.column)}{place.row + n}"
        value = context.refs("driver_grade").ravel()[n]
        sheet.put(row, start + 5, Formula(grade, value), "result", "0")
    title = "The widest swing first; drivers that do not move the saving are left out, on the right"
    sheet.topic(_ROW - 3, title, ordered + 6, ordered)
    _heads(sheet, ordered, "No.", "Driver", *heads, "Left out", "Grade", "Rests on")
    nth, _, lowest, highest = map(get_column_letter, range(ordered, ordered + 4))
    words = _grades(sheet, last + 3, start)
    widest, order = _table(context, "widest"), [Text.of(f"driver {n}") for n in range(rows)]
    for n, values in enumerate(widest):
        row = first + n
        sheet.put(row, ordered, n + 1, "note")
        name, low, high = (
            f"INDEX({letter}${first}:{letter}${last},"
            f"MATCH(${nth}{row},${rank_at}${first}:${rank_at}${last},0))"
            for letter in map(get_column_letter, range(start, start + 3))
        )
        moves = f"ABS({highest}{row}-{lowest}{row})>check_tolerance"
        sheet.put(row, ordered + 1, Formula(f'IF({moves},{name},"{NOT_HERE}")', order[n]), "label")
        sheet.put(row, ordered + 2, Formula(low, values[0]), "result", PERCENT)
        sheet.put(row, ordered + 3, Formula(high, values[1]), "result", PERCENT)
        left_out = Formula(f'IF({moves},"{NOT_HERE}",{name})', Text.of(f"left out {n}"))
        sheet.put(row, ordered + 4, left_out, "note")
        rank = f"MATCH(${nth}{row},${rank_at}${first}:${rank_at}${last},0)"
        grade = f"INDEX({block(first, start + 5, rows)},{rank})"
        value = _table(context, "grades")[n][0]
        sheet.put(row, ordered + 5, Formula(grade, value), "result", "0")
        matters = f"+({get_column_letter(ordered + 5)}{row}>2)" if n < MATTERING else ""
        number = f"{get_column_letter(ordered + 5)}{row}+1{matters}"
        text = f'IF({moves},INDEX({words},{number}),"{NOT_HERE}")'
        sheet.put(row, ordered + 6, Formula(text, Text.of(f"evidence {n}")), "note")
    heading = context.chosen_plan("What moves the net saving of ")
    sheet.put(last + 2, ordered, heading, "strong label")
    return Chart(
        kind="tornado",
        title=heading.value,
        title_cell=f"Sensitivity!{block(last + 2, ordered)}",
        summary="Bars: change of net saving with each driver at its low and its high level.",
        anchor=f"{nth}{last + 3}",
        width_cm=24,
        height_cm=13,
        x_title="Driver",
        y_title="Change of net saving",
        number_format="0%",
        category_cells=f"Sensitivity!{block(first, ordered + 1, rows)}",
        categories=order,
        series=[
            Series(
                f"Sensitivity!{block(_ROW - 2, ordered + 2 + end)}",
                title,
                f"Sensitivity!{block(first, ordered + 2 + end, rows)}",
                [values[end] for values in widest],
            )
            for end, title in enumerate(heads)
        ],
    )


def _grades(sheet: Sheet, row: int, column: int) -> str:
    """Put the words for grades below each other, the last for what matters most; their cells."""
    sheet.put(row, column, "Grades, from 0", "unit")
    words = (*GRADE_TITLES, UNSOURCED)
    for offset, one in enumerate(words, 1):
        sheet.put(row + offset, column, one, "note")
    return block(row + 1, column, len(words))


def _heads(sheet: Sheet, column: int, *titles: str) -> None:
    for offset, title in enumerate(titles):
        left = title in ("Driver", "End", "No.", "Left out", "Rests on")
        sheet.put(_ROW - 2, column + offset, title, "head" if left else "number head")


def _two_way(context: Context, sheet: Sheet) -> None:
    """Salary down, management overhead across."""
    head, height = _TWO_WAY, len(SALARY_TIMES) + 1
    title = "Net saving, with salary (down) and management overhead (across) times"
    sheet.topic(head - 1, title, _LAST_GRID)
    sheet.put(head, 3, _now(context), "result", "0.0%")
    _grid_heads(sheet, head)
    values, shown = _table(context, "grid"), context.cell_of("shown_plan")
    first = _first_grid(context)
    last = first + height * len(context.scenario.plans) - 1
    times = f"$C${head + 1}:$C${head + height - 1}"
    of_one = f"ROWS($C${head}:$C${head + height - 1})"  # rows of a plan
    for down, row in enumerate(values, 1):
        for column, value in enumerate(row, _COLUMN):
            letter = get_column_letter(column)
            cells = f"{letter}${first}:{letter}${last}"
            text = _shown(cells, f"({shown}-1)*{of_one}+MATCH($C{head + down},{times},0)+1")
            sheet.put(head + down, column, Formula(text, value), "result", PERCENT)


def _grid_heads(sheet: Sheet, head: int) -> None:
    """The multiples of salary, down, and of management overhead, across."""
    for column, times in enumerate(MANAGEMENT_TIMES, _COLUMN):
        sheet.put(head, column, times, "number head", "0.00")
    for row, times in enumerate(SALARY_TIMES, head + 1):
        sheet.put(row, 2, "factor", "unit")
        sheet.put(row, 3, times, "number", "0.00")


def _first_grid(context: Context) -> int:
    """Row of the heads of the first plan's table of salary and management overhead."""
    return _CASES + len(CASE_LINES) * len(context.scenario.plans) + 4


def _grids(context: Context, sheet: Sheet) -> None:
    """A table of salary and management overhead for each plan, below each other."""
    first, height = _first_grid(context), len(SALARY_TIMES) + 1
    sheet.topic(
        first - 1, "Salary (down) and management overhead (across) times, for each plan", _LAST_GRID
    )
    place, values = context.layout.places[MEASURE], _table(context, "grids")
    across, down = (f"C{SENSITIVITY_CELLS[n]}" for n in ("management_times", "salary_times"))
    for plan, now in enumerate(context.take(MEASURE)):
        head = first + plan * height
        sheet.put(head, 1, context.plan_title(plan), "label")
        sheet.put(head, 2, plan + 1, "number", "0")
        down_rows = place.column_axis != "plan"
        cell = block(place.row + plan * down_rows, place.column + plan * (not down_rows))
        sheet.put(head, 3, Formula(f"{place.sheet}!{cell}", now), "result", "0.0%")
        _grid_heads(sheet, head)
        start = plan * len(SALARY_TIMES)
        _fill(sheet, head + 1, values[start : start + len(SALARY_TIMES)], across, down)


def _cases(context: Context, sheet: Sheet) -> None:
    """Some figures of each plan, down, in each case, across."""
    sheet.topic(_CASES - 2, "Cases side by side", _AS_IT_IS)
    heads = {1: "Figure and plan", 2: "Unit", 3: "Row of the table", _AS_IT_IS: "As entered"}
    sheet.heights[_CASES - 1] = 2
    for column in range(1, _AS_IT_IS + 1):
        title = heads.get(column) or CASES[column - _COLUMN].capitalize()
        sheet.put(_CASES - 1, column, title, "head" if column < 3 else "number head")
    sheet.put(_CASES, 1, "Number of the case", "label")
    sheet.put(_CASES, 2, "number", "unit")
    for number, column in enumerate(range(_COLUMN, _AS_IT_IS), 1):
        sheet.put(_CASES, column, number, "number")
    row, formats = _CASES, []
    for name in CASE_LINES:
        line, place = context.model.lines[name], context.layout.places[name]
        down = place.column_axis != "plan"
        for plan, now in enumerate(context.take(name)):
            row += 1
            label = f"{line.label}: "
            text = f'"{label}"&{context.plan_title(plan).text}'
            sheet.put(row, 1, Formula(text, Text.of(used_plan(plan), label)), "label")
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
        sheet.put(row, 1, f"{label} for the table of cases are complete", "label")
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


def case_cell(context: Context, name: str, case: int, plan: int) -> str:
    """The cell of a plan's figure in a case, by its position among :data:`CASES`."""
    row = _CASES + 1 + CASE_LINES.index(name) * len(context.scenario.plans) + plan
    return f"Sensitivity!{get_column_letter(_COLUMN + case)}{row}"


def shown_rows(context: Context, count: int) -> list[list[Formula]]:
    """Links to the drivers that move the saving most: name, both changes, what each rests on."""
    first, widest = _ordered(context), _table(context, "widest")
    values = (
        (1, lambda n: Text.of(f"driver {n}")),
        (2, lambda n: widest[n][0]),
        (3, lambda n: widest[n][1]),
        (6, lambda n: Text.of(f"evidence {n}")),
    )
    return [
        [
            Formula(f"Sensitivity!{get_column_letter(first + at)}{_ROW + n}", value(n))
            for at, value in values
        ]
        for n in range(count)
    ]


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
