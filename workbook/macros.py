"""A workbook with the macros of another, its settings, and an example of each function.

The macros are kept byte for byte. Examples stand as live formulas with their values stamped, and
the same values again beside them, so that a reader sees at once whether Excel gives what Python
gave.
"""

import io
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any, NamedTuple

from openpyxl import load_workbook
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.properties import PageSetupProperties

from .layout.sheet import block
from .ooxml.compilation import stamp
from .rendering.render import describe_file

SETTINGS = "xlwings.conf"
_INACTIVE = f"_{SETTINGS}"
_SHEET, _TITLE = "Functions", "Functions of Shorewise"
_HEAD = 5  # row of the headings
_COLUMNS = ("Function", "Agrees", "Formula", "Value in Excel, and beside it the value from Python")
_WIDTHS = (30, 9, 46)
_FIRST = len(_WIDTHS) + 1  # column of the first value


class Example(NamedTuple):
    """A call: topic, name and help of the function, its formula, its value or rows of values."""

    topic: str
    name: str
    does: str
    formula: str
    value: Any


def macro_workbook(
    template: bytes, settings: Mapping[str, Any], examples: Sequence[Example]
) -> bytes:
    """The template with its sheet of settings in force, and a sheet that calls every example.

    Parameters
    ----------
    template : bytes
        An .xlsm with one sheet and the sheet ``_xlwings.conf``.
    settings : mapping
        Names and values of the settings; the template's others stay.
    examples : sequence of Example
    """
    book = load_workbook(io.BytesIO(template), keep_vba=True)
    configuration = book[_INACTIVE]
    configuration.title = SETTINGS
    rows = {configuration.cell(row, 1).value: row for row in range(1, 10)}
    free = max(row for name, row in rows.items() if name is not None)
    for name, value in settings.items():
        if name not in rows:
            free += 1
            rows[name] = free
        configuration.cell(rows[name], 1).value = name
        configuration.cell(rows[name], 2).value = value
    sheet = book.worksheets[0]
    sheet.title = _SHEET
    stamped = _fill(sheet, examples)
    describe_file(book, _TITLE, is_computed=True)
    saved = io.BytesIO()
    book.save(saved)
    book.vba_archive.close()  # openpyxl leaves it open
    return stamp(saved.getvalue(), {_SHEET: stamped, SETTINGS: {}})


def _fill(sheet: Any, examples: Sequence[Example]) -> dict[str, Any]:
    """Write the examples; the values of formulas by address."""
    last = _HEAD + sum(_height(one) for one in examples)
    agreed = f"B{_HEAD + 1}:B{last}"
    sheet["A1"] = _TITLE
    _bold(sheet["A1"], 14)
    sheet["A2"] = (
        "Import xlwings_udfs.bas in the editor of macros (Alt+F11, File, Import), then press "
        "Ctrl+Alt+F9. Each example is a live call with the value from Python to its right."
    )
    sheet["A3"] = f'="Agreeing: "&COUNTIF({agreed},TRUE)&" of {len(examples)}"'
    stamped = {"A3": f"Agreeing: {len(examples)} of {len(examples)}"}
    for column, title in enumerate(_COLUMNS, 1):
        cell = sheet.cell(_HEAD, column, title)
        _bold(cell)
        cell.fill = PatternFill("solid", fgColor="FFE7EDF3")
    for column, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = sheet.cell(_HEAD + 1, 1)
    sheet.print_title_rows = f"{_HEAD}:{_HEAD}"
    sheet.page_setup.orientation = "landscape"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    row = _HEAD + 1
    for one in examples:
        stamped |= _example(sheet, row, one)
        row += _height(one)
    return stamped


def _bold(cell: Any, size: int | None = None) -> None:
    """The sheet's own font, bold."""
    font = copy(cell.font)
    font.b, font.sz = True, size or font.sz
    cell.font = font


def _rows(value: Any) -> list[list[Any]]:
    return value if isinstance(value, list) else [[value]]


def _height(example: Example) -> int:
    """Rows that an example takes: at least its help below its name, and an empty one."""
    return max(2, len(_rows(example.value))) + 1


def _example(sheet: Any, row: int, one: Example) -> dict[str, Any]:
    rows = _rows(one.value)
    height, width = len(rows), len(rows[0])
    live, beside = block(row, _FIRST, height, width), block(row, _FIRST + width + 1, height, width)
    _bold(sheet.cell(row, 1, one.name))
    text = sheet.cell(row, 3, one.formula)
    text.data_type = "s"  # the formula to read, not to run
    sheet.cell(row + 1, 1, f"{one.topic}. {one.does}")
    agrees = sheet.cell(row, 2, f"=SUMPRODUCT(--({live}<>{beside}))=0")
    stamped = {agrees.coordinate: True}
    for left in (_FIRST, _FIRST + width + 1):
        for down, cells in enumerate(rows):
            for right, value in enumerate(cells):
                cell = sheet.cell(row + down, left + right, value)
                if isinstance(value, str):
                    cell.data_type = "s"
                else:  # openpyxl would write a number with 16 digits, not all 17
                    stamped[cell.coordinate] = value
    first = sheet.cell(row, _FIRST)
    # An array formula of the old kind: it spills in every Excel, also without dynamic arrays.
    first.value = one.formula if len(rows) == 1 == width else _array(live, one.formula)
    return stamped | {first.coordinate: rows[0][0]}


def _array(cells: str, formula: str) -> ArrayFormula:
    """An array formula; Excel repairs a file in which its range has dollar signs."""
    return ArrayFormula(cells.replace("$", ""), formula)
