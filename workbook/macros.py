"""A macro workbook made from a template, with settings and an example of each function.

The macros are copied byte for byte. Each example is a live formula with its cached value, beside
the value that Python computed, so that users can compare both.
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
    """An example call: topic, name and help of a function, formula, and value or rows of values."""

    topic: str
    name: str
    does: str
    formula: str
    value: Any


def macro_workbook(
    template: bytes, settings: Mapping[str, Any], examples: Sequence[Example]
) -> bytes:
    """The template with its settings sheet activated, and a sheet with all examples.

    Parameters
    ----------
    template : bytes
        An .xlsm with one sheet and the sheet ``_xlwings.conf``.
    settings : mapping
        Settings by name; other settings of the template are kept.
    examples : sequence of Example

    Returns
    -------
    bytes
        An .xlsm package.
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
    """Write the examples, and return the values of formulas by address."""
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
    """Set a cell's font to bold."""
    font = copy(cell.font)
    font.b, font.sz = True, size or font.sz
    cell.font = font


def _rows(value: Any) -> list[list[Any]]:
    return value if isinstance(value, list) else [[value]]


def _height(example: Example) -> int:
    """Number of rows of an example: at least its name, its help and an empty row."""
    return max(2, len(_rows(example.value))) + 1


def _example(sheet: Any, row: int, one: Example) -> dict[str, Any]:
    rows = _rows(one.value)
    height, width = len(rows), len(rows[0])
    live, beside = block(row, _FIRST, height, width), block(row, _FIRST + width + 1, height, width)
    _bold(sheet.cell(row, 1, one.name))
    text = sheet.cell(row, 3, one.formula)
    text.data_type = "s"  # the formula as text, for reading
    sheet.cell(row + 1, 1, f"{one.topic}. {one.does}")
    agrees = sheet.cell(row, 2, f"=SUMPRODUCT(--({live}<>{beside}))=0")
    stamped = {agrees.coordinate: True}
    for left in (_FIRST, _FIRST + width + 1):
        for down, cells in enumerate(rows):
            for right, value in enumerate(cells):
                cell = sheet.cell(row + down, left + right, value)
                if isinstance(value, str):
                    cell.data_type = "s"
                else:  # openpyxl would write 16 of up to 17 digits
                    stamped[cell.coordinate] = value
    first = sheet.cell(row, _FIRST)
    # A legacy array formula, which fills its range also in versions without dynamic arrays.
    first.value = one.formula if len(rows) == 1 == width else _array(live, one.formula)
    return stamped | {first.coordinate: rows[0][0]}


def _array(cells: str, formula: str) -> ArrayFormula:
    """An array formula over a range without dollar signs, which Excel would report as damaged."""
    return ArrayFormula(cells.replace("$", ""), formula)
