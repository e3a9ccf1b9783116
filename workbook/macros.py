"""A macro workbook made from a template: settings, examples of functions, commands, a ribbon tab.

The macros are copied byte for byte. Each example is a live formula with its cached value, beside
the value that Python computed, so that users can compare both.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any, NamedTuple

from openpyxl import load_workbook
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.properties import PageSetupProperties

from .command_sheets import (
    ANSWER_SHEET,
    COMMANDS_SHEET,
    RIBBON_PART,
    RIBBON_RELATION,
    buttons,
    fill_answer,
    fill_commands,
    ribbon,
)
from .layout.sheet import block
from .ooxml.compilation import stamp
from .ooxml.zip_writer import zipped
from .rendering.render import describe_file
from .rendering.saving import saved

SETTINGS = "xlwings.conf"
_INACTIVE = f"_{SETTINGS}"
_SHEET, _TITLE = "Functions", "Functions of Shorewise"
_DRAWING_TYPE = (
    '<Override PartName="/xl/drawings/drawing1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/>'
)
_DRAWING_RELATION = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/drawing" Target="/xl/drawings/drawing1.xml"/></Relationships>'
)
_DRAWING = (
    '<drawing xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'r:id="rId1"/>'
)
_RIBBON_RELATION = (
    f'<Relationship Id="shorewise" Type="{RIBBON_RELATION}" Target="/{RIBBON_PART}"/>'
)
_HEAD = 5  # row of the headings
_COLUMNS = ("Function", "Agrees", "Formula", "Value in Excel, and beside it the value from Python")
_WIDTHS = (30, 9, 46)
_FIRST = len(_WIDTHS) + 1  # column of the first value


class Example(NamedTuple):
    """An example call of a function: its topic, name, arguments, help, formula, value or rows."""

    topic: str
    name: str
    arguments: str
    does: str
    formula: str
    value: Any


def macro_workbook(
    template: bytes,
    settings: Mapping[str, Any],
    examples: Sequence[Example],
    presets: Sequence[str],
) -> bytes:
    """The template with its settings active, the examples, the commands and the ribbon tab.

    Parameters
    ----------
    template : bytes
        An .xlsm with one sheet and the sheet ``_xlwings.conf``.
    settings : mapping
        Settings by name; other settings of the template are kept.
    examples : sequence of Example
    presets : sequence of str
        Names to start a new comparison from.

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
    commands = book.create_sheet(COMMANDS_SHEET, 0)
    fill_commands(commands, presets, [(one.name, one.arguments, one.does) for one in examples])
    fill_answer(book.create_sheet(ANSWER_SHEET, 1))
    for one in book.worksheets:
        one.sheet_view.tabSelected = one is commands
    book.active = 0
    describe_file(book, _TITLE, is_computed=True)
    package = saved(book)
    book.vba_archive.close()  # openpyxl leaves it open
    values = {COMMANDS_SHEET: {}, ANSWER_SHEET: {}, _SHEET: stamped, SETTINGS: {}}
    return _with_commands(stamp(package, values))


def _with_commands(data: bytes) -> bytes:
    """The package with its buttons and its ribbon tab, for which openpyxl has no place."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet, types, relations = "xl/worksheets/sheet1.xml", "[Content_Types].xml", "_rels/.rels"
    parts[sheet] = parts[sheet].replace(b"</worksheet>", f"{_DRAWING}</worksheet>".encode())
    parts[types] = parts[types].replace(b"</Types>", f"{_DRAWING_TYPE}</Types>".encode())
    parts[relations] = parts[relations].replace(
        b"</Relationships>", f"{_RIBBON_RELATION}</Relationships>".encode()
    )
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = _DRAWING_RELATION.encode()
    return zipped(
        parts | {"xl/drawings/drawing1.xml": buttons().encode(), RIBBON_PART: ribbon().encode()}
    )


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
