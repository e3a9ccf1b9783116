"""The Audit sheet: whether inputs are allowed, and whether anything was edited since it was made.

Data validation does not see what is pasted. So each input's lowest and highest allowed value stand
beside the smallest and largest there is. Sums of inputs and the main results stand beside what they
were when the workbook was made.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ...engine.declaration import NO_CAP, Input
from ...engine.lines import Line
from ..layout.context import Context, number_format
from ..layout.positions import (
    AUDIT_COLUMN,
    AUDIT_FIRST,
    AUDIT_ROW,
    AUDITED_RESULTS,
    HEAD_ROW,
    SENSITIVITY_CELLS,
)
from ..layout.references import Ref, Text
from ..layout.roster_figures import CHECKED
from ..layout.sheet import Formula, Sheet, block
from .audit_figures import TITLES, FigureRow, figure_rows, put_figure

_STAMP, _NOW, _SAME = AUDIT_COLUMN + 1, AUDIT_COLUMN + 2, AUDIT_COLUMN + 3
_HASH = AUDIT_ROW + 1  # row of the assumptions' hash
_FIRST = AUDIT_FIRST
# Programs differ in the last digits, and so do sums of a thousand terms in another order.
_FLOOR, _FLOOR_CELL = 1e-9, block(_HASH + 1, _STAMP)
_EDITED, _KEPT = "edited since it was made", "as generated"
_SUM = "[>=1000]#,##0;[<=-1000]-#,##0;General"

# fmt: off
_TITLES = (
    "Input or result", "Sheet or plan", "Unit", "Lowest", "Smallest", "Highest", "Largest",
    "Cells", "Numbers", "In range", "As generated", "Now", "Unchanged",
)
# fmt: on

Stamps = Mapping[int, float | str]  # what stood in the column "As generated", by row


class _Row(NamedTuple):
    """A plan's result, or an input: its formula, and its value or the sum of its values."""

    row: int
    declared: Input | Line
    plan: int
    text: str
    now: Ref
    cost: int = 0  # row of the plan's cost, beside which a present value may be small


def audit_sheet(context: Context) -> Sheet:
    """Every input's range, and what was edited."""
    widths = {1: 50, 2: 26, 3: 16, 4: 13, 5: 13, 6: 18, 7: 13, 8: 9, 9: 9, AUDIT_COLUMN: 11}
    sheet = Sheet("Audit", "check", widths=widths | {_STAMP: 22, _NOW: 22, _SAME: 12})
    note = "Inputs beside their allowed ranges; inputs and results beside those as generated."
    context.heading(sheet, "Audit", note)
    for column, title in enumerate(_TITLES, 1):
        sheet.put(HEAD_ROW, column, title, "head" if column < 4 else "number head")
    rows = list(_rows(context))
    last = rows[-1].row
    figures = [*figure_rows(context)]
    inputs = next(entry.row for entry in rows if isinstance(entry.declared, Input))
    # Not the empty cells between: a program takes them for FALSE.
    sheet.true_false = [
        block(inputs, AUDIT_COLUMN, last - inputs + 1),
        block(inputs, _SAME, last - inputs + 1),
        block(_FIRST, _SAME, inputs - 2 - _FIRST),
    ]
    sheet.put(AUDIT_ROW, 1, "The whole workbook", "strong label")
    (ranges, kept, results), places = sheet.true_false, context.layout.places
    # The rows of sheet Roster are inputs too.
    roster = "".join(f",{context.cell_of(name)}" for name in CHECKED if name in places)
    within = Formula(f"AND({ranges}{roster})", True)
    sheet.put(AUDIT_ROW, AUDIT_COLUMN, within, "calculation")
    state = f'IF(AND({results},{kept}),"{_KEPT}","{_EDITED}")'
    sheet.put(AUDIT_ROW, _NOW, Formula(state, context.state), "strong label")
    sheet.put(_HASH, 1, "Hash of all assumptions", "label")
    sheet.put(_HASH, _STAMP, hash_of(context), "stamp")
    sheet.put(_HASH + 1, 1, "Smallest tolerance of differences", "label")
    sheet.put(_HASH + 1, 3, "relative", "unit")
    sheet.put(_HASH + 1, _STAMP, _FLOOR, "stamp", "0E+00")
    sheet.put(_FIRST - 1, 1, "Results", "topic")
    sheet.put(inputs - 1, 1, "Inputs", "topic")
    sheet.put(last + 2, 1, "Figures of sites that are graded, sums of their inputs", "topic")
    for column, title in TITLES.items():
        sheet.put(last + 2, column, title, "unit wrapped")
        sheet.widths[column] = 12
    sheet.heights[last + 2] = 2
    entries: list[_Row | FigureRow] = [*rows, *figures]
    for entry in entries:
        declared, row = entry.declared, entry.row
        sheet.put(row, 1, declared.label, "label")
        if isinstance(entry, FigureRow):
            put_figure(context, sheet, entry)
        else:
            sheet.put(row, 3, context.unit(entry.declared.unit), "unit")
        if isinstance(declared, Input):
            sheet.put(row, 2, context.layout.entered(declared.name).sheet, "label")
            _range(context, sheet, row, declared)
        elif isinstance(entry, _Row):
            sheet.put(row, 2, context.name_of("plan", entry.plan), "label")
        stamped = context.stamps.get(row, entry.now)
        sheet.put(row, _STAMP, stamped, "stamp", _SUM)
        sheet.put(row, _NOW, Formula(entry.text, entry.now), "calculation", _SUM)
        size = f"1+ABS(K{row})" + (f"+ABS(K{entry.cost})" if entry.cost else "")
        same = f"ABS(L{row}-K{row})<=MAX(check_tolerance,{_FLOOR_CELL})*({size})"
        sheet.put(row, _SAME, Formula(same, _is_same(context, entry)), "calculation")
    sheet.freeze = f"B{HEAD_ROW + 1}"
    sheet.head_rows = HEAD_ROW
    return sheet


def hash_of(context: Context) -> str | Text:
    """Hash of the assumptions with which the workbook was made."""
    stamped = hash_in(context.stamps)
    return str(stamped) if stamped else Text.of("hash")


def hash_in(stamps: Stamps | None) -> float | str | None:
    """The same as the Audit sheet keeps it."""
    return (stamps or {}).get(_HASH)


def state_of(context: Context) -> str:
    """Whether the workbook's inputs and results are those it was made with, in words."""
    same = (_is_same(context, entry) for entry in _rows(context))
    return _KEPT if all(same) else _EDITED


def stamps_of(worksheet: Any) -> Stamps:
    """What an opened workbook's Audit sheet says of the day it was made."""
    column = worksheet.iter_rows(_HASH, worksheet.max_row, _STAMP, _STAMP, values_only=True)
    return {
        row: value
        for row, (value,) in enumerate(column, _HASH)
        if isinstance(value, (int, float, str))
    }


def _rows(context: Context) -> Iterator[_Row]:
    row, costs = _FIRST, 0
    for name in AUDITED_RESULTS:
        place = context.layout.places[name]
        down = place.column_axis != "plan"
        costs = row if name == "total_cost" else costs
        for plan, value in enumerate(context.take(name)):
            cell = block(place.row + plan * down, place.column + plan * (not down))
            text = f"{place.sheet}!{cell}"
            # A lone row of another form would be taken for a slip.
            several = len(context.scenario.plans) > 1
            cost = costs + plan if name == "npv" and several else 0
            yield _Row(row, context.model.lines[name], plan, text, value, cost)
            row += 1
    row += 2
    for name, entry in context.model.inputs.items():
        if name not in SENSITIVITY_CELLS:
            cells = _cells(context, name)
            text = f"SUM({cells})"
            if entry.highest >= NO_CAP:  # beside which all other amounts would be lost
                text = f"SUMPRODUCT(({cells}<F{row})*{cells})"
            yield _Row(row, entry, 0, text, context.refs(f"{name}:sum").item())
            row += 1


def _range(context: Context, sheet: Sheet, row: int, entry: Input) -> None:
    """What is allowed, and what there is."""
    size = context.values[entry.name].size
    cells, style_format = _cells(context, entry.name), number_format(entry)
    smallest, largest = (
        context.refs(f"{entry.name}:{what}").item() for what in ("smallest", "largest")
    )
    sheet.put(row, 4, entry.lowest, "reference", style_format)
    sheet.put(row, 5, Formula(f"MIN({cells})", smallest), "calculation", style_format)
    sheet.put(row, 6, entry.highest, "reference", style_format)
    sheet.put(row, 7, Formula(f"MAX({cells})", largest), "calculation", style_format)
    sheet.put(row, 8, size, "reference", "0")
    sheet.put(row, 9, Formula(f"COUNT({cells})", size), "calculation", "0")
    within = Formula(f"AND(D{row}<=E{row},G{row}<=F{row},H{row}=I{row})", True)
    sheet.put(row, AUDIT_COLUMN, within, "calculation")


def _cells(context: Context, name: str) -> str:
    place = context.layout.places[name]
    return f"{place.sheet}!{block(place.row, place.column, place.rows, place.columns)}"


def _is_same(context: Context, entry: _Row | FigureRow) -> bool:
    """Whether a result, or the sum of an input, is what it was, but for rounding."""
    if entry.row not in context.stamps:  # made now
        return True
    stamped, now = context.stamps[entry.row], _figure(context, entry.now)
    if isinstance(stamped, str):
        return False
    size = 1 + abs(stamped)
    if isinstance(entry, _Row) and entry.cost:
        cost = context.stamps.get(entry.cost)
        if cost is None:
            cost = context.values["total_cost"][0, entry.plan].item()
        size += abs(cost) if not isinstance(cost, str) else 0
    tolerance = max(context.values["check_tolerance"].item(), _FLOOR)
    return abs(now - stamped) <= tolerance * size


def _figure(context: Context, ref: Ref) -> float:
    return context.values[ref.array].flat[ref.position].item()
