"""A macro workbook made from a template: settings, examples of functions, a form with a button.

The macros are copied byte for byte. Each example is a live formula with its cached value, beside
the value that Python computed, so that users can compare both.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any, NamedTuple

from openpyxl import load_workbook
from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.properties import PageSetupProperties

from .layout.sheet import block
from .ooxml.compilation import stamp
from .ooxml.zip_writer import zipped
from .rendering.render import describe_file
from .rendering.saving import saved

SETTINGS = "xlwings.conf"
_INACTIVE = f"_{SETTINGS}"
_SHEET, _TITLE = "Functions", "Functions of Shorewise"
FORM, ANSWER, MACRO = "Rebuild", "B12", "ShorewiseRebuild"  # sheet, its cell, its button's macro
FIELDS = {
    "workbook": "B4", "plan": "B5", "site": "B6", "role": "B7", "months": "B8", "output": "B9",
}  # fmt: skip
_FORM = {
    "workbook": ("Workbook", "name of the open comparison workbook; empty for the only one"),
    "plan": ("Plan to add", "a name, or NAME=PLAN to start from the heads of a plan"),
    "site": ("Site to add", "a name, or NAME=SITE or NAME=COUNTRY to start from its figures"),
    "role": ("Role to add", "a name, or NAME=ROLE to start from its pay"),
    "months": ("Months", "length of the horizon, from 6 to 120; empty for as many as before"),
    "output": ("New file", "a name in the same folder; empty for NAME rebuilt.xlsx"),
}
_FORM_NOTE = (
    "Open your comparison workbook, save it, fill in what to add, and press the button. The new "
    "workbook is written beside it; yours stays as it is."
)
_FORM_MACROS = "The button needs shorewise_macros.bas, imported as xlwings_udfs.bas is."
_BUTTON = """\
<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" \
xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:oneCellAnchor><xdr:from>\
<xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>9</xdr:row><xdr:rowOff>60000</xdr:rowOff>\
</xdr:from><xdr:ext cx="1440000" cy="300000"/><xdr:sp macro="[0]!{macro}" textlink="">\
<xdr:nvSpPr><xdr:cNvPr id="2" name="{label}" descr="{label}: runs the macro {macro}"/>\
<xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr><a:xfrm><a:off x="0" y="0"/>\
<a:ext cx="1440000" cy="300000"/></a:xfrm><a:prstGeom prst="roundRect"><a:avLst/></a:prstGeom>\
<a:solidFill><a:srgbClr val="1F4E79"/></a:solidFill></xdr:spPr><xdr:txBody>\
<a:bodyPr vertOverflow="clip" anchor="ctr"/><a:lstStyle/><a:p><a:pPr algn="ctr"/><a:r>\
<a:rPr lang="en-US" sz="1100" b="1"><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></a:rPr>\
<a:t>{label}</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/></xdr:oneCellAnchor></xdr:wsDr>"""
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
    """The template with its settings sheet activated, a sheet with all examples, and the form.

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
    _form(book.create_sheet(FORM, 1))
    describe_file(book, _TITLE, is_computed=True)
    package = saved(book)
    book.vba_archive.close()  # openpyxl leaves it open
    return _with_button(stamp(package, {_SHEET: stamped, FORM: {}, SETTINGS: {}}))


def _form(sheet: Any) -> None:
    """The form: what is asked, in words, and the cell of the answer."""
    sheet["A1"], sheet["A2"], sheet["C10"] = (
        "Rebuild a comparison workbook",
        _FORM_NOTE,
        _FORM_MACROS,
    )
    _bold(sheet["A1"], 14)
    for name, cell in FIELDS.items():
        field = sheet[cell]
        field.fill = PatternFill("solid", fgColor="FFFFF7E0")
        field.number_format = "0" if name == "months" else "@"  # a name stays a text
        sheet.cell(field.row, 1, _FORM[name][0])
        sheet.cell(field.row, 3, _FORM[name][1])
    answer = sheet[ANSWER]
    sheet.cell(answer.row, 1, "Answer")
    answer.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.row_dimensions[10].height = 32
    sheet.row_dimensions[answer.row].height = 120
    for column, width in zip("ABC", (16, 60, 72), strict=True):
        sheet.column_dimensions[column].width = width


def _with_button(data: bytes) -> bytes:
    """The package with a button on the form, for which openpyxl has no place."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet, types = "xl/worksheets/sheet2.xml", "[Content_Types].xml"
    parts[sheet] = parts[sheet].replace(b"</worksheet>", f"{_DRAWING}</worksheet>".encode())
    parts[types] = parts[types].replace(b"</Types>", f"{_DRAWING_TYPE}</Types>".encode())
    parts["xl/worksheets/_rels/sheet2.xml.rels"] = _DRAWING_RELATION.encode()
    button = _BUTTON.format(macro=MACRO, label=FORM)
    return zipped(parts | {"xl/drawings/drawing1.xml": button.encode()})


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
