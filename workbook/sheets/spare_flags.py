"""Rows that say which plans, sites and roles have a name, and which are spare places."""

from openpyxl.utils import get_column_letter

from ...engine.lists import BUILTINS
from ...engine.spares import AXES, PHRASES
from ..layout.context import Context
from ..layout.positions import HEAD_ROW, Grid
from ..layout.sheet import Formula, Sheet


def flag_rows(context: Context, sheet: Sheet, grid: Grid) -> None:
    """The flags that stand on a sheet: 0 for a place whose name only asks for one."""
    for axis in AXES:
        place, declared = context.layout.places[f"{axis}_named"], BUILTINS[f"{axis}_named"]
        if place.sheet != grid.title:
            continue
        for number, flag in enumerate(context.refs(f"{axis}_named").ravel()):
            down, across = (0, number) if place.column_axis else (number, 0)
            row, column = place.row + down, place.column + across
            sheet.put(row, 1, declared.label, "repeated label" if down else "label")
            sheet.put(row, grid.unit_column, declared.unit, "unit")
            name = f"{get_column_letter(column)}${HEAD_ROW}"
            if not place.column_axis:
                at = grid.label_column(axis)
                sheet.put(row, at, context.name_of(axis, number), "label")
                name = f"${get_column_letter(at)}{row}"
            phrase = PHRASES[axis]
            text = f'IF(LEFT({name}&" ",LEN("{phrase}")+1)="{phrase}"&" ",0,1)'
            sheet.put(row, column, Formula(text, flag), "calculation", "0")
