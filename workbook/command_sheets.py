"""Commands of the macro workbook as data: their forms, buttons, sheet of answers and ribbon tab.

Each command is a section of sheet Commands with a button, and a button of the ribbon tab. Both run
a macro of shorewise_macros.bas, whose text :func:`macros` gives.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from xml.sax.saxutils import quoteattr

from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

COMMANDS_SHEET, ANSWER_SHEET = "Commands", "Answer"
LAST_ANSWER = "B3"  # the first sentence of the last answer, on sheet Commands
RIBBON_PART = "customUI/customUI14.xml"
RIBBON_RELATION = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"
_MODULE = "from shorewise.udfs import ribbon; ribbon"
_TITLE = "Commands of Shorewise"
_NOTE = (
    "Fill in the yellow cells of a command and press its button, here or on the tab Shorewise. "
    "Save your comparison workbook first: its file is read, and never changed. The buttons need "
    "shorewise_macros.bas, imported as xlwings_udfs.bas is."
)
_WIDTHS = {"A": 22, "B": 46, "C": 66, "D": 3, "E": 30, "F": 60, "G": 70}
_YELLOW, _HEAD = "FFFFF7E0", "FFE7EDF3"


class Field(NamedTuple):
    """A yellow cell: its label, what to enter, and how it is formatted."""

    label: str
    help: str
    form: str = "@"  # a name stays a text


class Command(NamedTuple):
    """A command.

    Attributes
    ----------
    label : str
        Of its section and its buttons.
    tip : str
        What it does, in a sentence.
    icon : str
        An embedded picture of Office (imageMso).
    key : str
        Letters that press it, after Alt and those of the tab.
    group : str
        Heading below its button on the ribbon tab.
    fields : dict of str to Field
    """

    label: str
    tip: str
    icon: str
    key: str
    group: str
    fields: dict[str, Field]


_ADDED = "a name, or NAME={0} to start from {1}"
COMMANDS = {
    "new": Command(
        "New comparison", "Write a new comparison workbook and open it.",
        "FileNew", "N", "Comparison",
        {
            "preset": Field("Start from", "default, or the name of a preset; empty for default"),
            "new_output": Field("New file", "a name such as Pune.xlsx"),
        },
    ),
    "rebuild": Command(
        "Rebuild",
        "Make the comparison workbook again with another plan, site, role or horizon.",
        "RefreshAll", "R", "Comparison",
        {
            "plan": Field("Plan to add", _ADDED.format("PLAN", "the heads of a plan")),
            "site": Field(
                "Site to add", "a name, or NAME=SITE or NAME=COUNTRY to start from its figures"
            ),
            "role": Field("Role to add", _ADDED.format("ROLE", "its pay")),
            "months": Field(
                "Months",
                "length of the horizon, from 6 to 120; empty for as many as before", "0",
            ),
            "output": Field("New file", "a name; empty for NAME rebuilt.xlsx"),
        },
    ),
    "compare": Command(
        "Compare with...",
        "Write a workbook of what differs from another comparison, and what each of it changes.",
        "WindowSideBySide", "W", "Comparison",
        {
            "other": Field("Compare with", "name of another open workbook, or the path of a file"),
            "compare_output": Field("New file", "a name; empty for NAME differences.xlsx"),
        },
    ),
    "check": Command(
        "Check",
        "Recompute the comparison workbook outside Excel, and list every cell that differs.",
        "ErrorChecking", "C", "Comparison", {},
    ),
    "simulate": Command(
        "Simulate", "Percentiles and probabilities of each plan, with drivers drawn at random.",
        "WhatIfAnalysisMenu", "S", "Comparison",
        {"draws": Field("Draws", "64 to 1,000,000; empty for 8,192", "0")},
    ),
    "insert": Command(
        "Insert function",
        "Write the example of a function into the selected cell of an open workbook.",
        "FunctionWizard", "F", "Functions",
        {
            "function": Field("Function", "a name of the list beside"),
            "into": Field("Insert into", "name of an open workbook; empty for the only other one"),
        },
    ),
    "settings": Command(
        "Settings", "Show the settings in force, and change those that are filled in.",
        "PropertySheet", "T", "Shorewise",
        {
            "interpreter": Field("Python", "path of the interpreter that has Shorewise"),
            "modules": Field("UDF modules", "modules of functions, separated by semicolons"),
        },
    ),
    "about": Command(
        "About", "Version, licence, and what leaves this computer: nothing.", "Help", "A",
        "Shorewise", {},
    ),
}  # fmt: skip
SHARED = {
    "workbook": Field(
        "Comparison workbook", "name of an open comparison workbook; empty for the only one"
    ),
    "folder": Field(
        "Folder of new files",
        "empty for that of the comparison, or of this workbook if there is none",
    ),
}
_FIRST = 5  # row of the first shared field


def _addresses() -> tuple[dict[str, str], dict[str, int]]:
    """Cells of all fields by name, and the row of each command's heading."""
    cells = {name: f"B{row}" for row, name in enumerate(SHARED, _FIRST)}
    heads, row = {}, _FIRST + len(SHARED) + 1
    for name, command in COMMANDS.items():
        heads[name] = row
        cells |= {field: f"B{number}" for number, field in enumerate(command.fields, row + 1)}
        row += max(len(command.fields), 1) + 2
    return cells, heads


FIELDS, HEADS = _addresses()


def label_of(field: str) -> str:
    """A field as messages name it: its cell, its label and its sheet."""
    known = SHARED | {
        name: one for command in COMMANDS.values() for name, one in command.fields.items()
    }
    return f"cell {FIELDS[field]} ({known[field].label}) on sheet {COMMANDS_SHEET}"


def fill_commands(
    sheet: Any, presets: Sequence[str], functions: Sequence[tuple[str, str, str]]
) -> None:
    """Write the forms of all commands, and the list of functions beside them.

    Parameters
    ----------
    sheet : Worksheet
        An empty one; modified in place.
    presets : sequence of str
        Names to start a new comparison from.
    functions : sequence of tuple
        Name, arguments, and what it does, of each function.
    """
    sheet["A1"], sheet["A2"], sheet["A3"] = _TITLE, _NOTE, "Last answer"
    sheet["A1"].font = Font(name="Calibri", sz=14, b=True)
    sheet.merge_cells("A2:C2")
    sheet["A2"].alignment = sheet[LAST_ANSWER].alignment = Alignment(wrap_text=True, vertical="top")
    sheet.row_dimensions[2].height, sheet.row_dimensions[3].height = 32, 48
    _fields(sheet, SHARED)
    for name, command in COMMANDS.items():
        head = sheet.cell(HEADS[name], 1, command.label)
        head.font = Font(name="Calibri", sz=11, b=True)
        sheet.cell(HEADS[name], 3, command.tip)
        sheet.row_dimensions[HEADS[name]].height = 26
        for column in (1, 2, 3):
            sheet.cell(HEADS[name], column).fill = PatternFill("solid", fgColor=_HEAD)
        _fields(sheet, command.fields)
    rows = [("Function", "Arguments; those in brackets may be omitted", "What it does"), *functions]
    for number, row in enumerate(rows, _FIRST - 1):
        for column, text in enumerate(row, 5):
            sheet.cell(number, column, text).data_type = "s"
            if number < _FIRST:
                sheet.cell(number, column).font = Font(name="Calibri", sz=11, b=True)
    for letter, width in _WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    names = f"$E${_FIRST}:$E${_FIRST + len(functions) - 1}"
    for field, source in (("preset", f'"{",".join(presets)}"'), ("function", names)):
        rule = DataValidation("list", formula1=source, showErrorMessage=True)
        rule.add(FIELDS[field])
        sheet.add_data_validation(rule)
    sheet.freeze_panes = f"A{_FIRST - 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0


def _fields(sheet: Any, fields: dict[str, Field]) -> None:
    for name, field in fields.items():
        cell = sheet[FIELDS[name]]
        cell.fill = PatternFill("solid", fgColor=_YELLOW)
        cell.number_format = field.form
        sheet.cell(cell.row, 1, field.label)
        sheet.cell(cell.row, 3, field.help)


def fill_answer(sheet: Any) -> None:
    """Set up the sheet that commands write their answers to."""
    sheet["A1"] = "Answer"
    sheet["A1"].font = Font(name="Calibri", sz=14, b=True)
    sheet["A3"] = "No command has run yet."
    for column, width in zip("ABCDEFGHIJKL", (44, 24, *[18] * 10), strict=True):
        sheet.column_dimensions[column].width = width


def macro_of(command: str) -> str:
    """Name of the macro that a button of sheet Commands runs."""
    return f"Shorewise{command.capitalize()}"


def callback_of(command: str) -> str:
    """Name of the macro that a button of the ribbon tab runs."""
    return f"ShorewiseRibbon{command.capitalize()}"


def macros() -> str:
    """Text of the VBA module with the macros of all buttons."""
    lines = ['Attribute VB_Name = "shorewise_macros"']
    for name in COMMANDS:
        lines += [
            f"Sub {macro_of(name)}()",
            f'    RunPython "{_MODULE}.{name}()"',
            "End Sub",
            f"Sub {callback_of(name)}(control As IRibbonControl)",
            f"    {macro_of(name)}",
            "End Sub",
        ]
    return "\r\n".join([*lines, ""])


def ribbon() -> str:
    """The ribbon tab: what Office calls customUI, in its version of 2010."""
    groups: dict[str, list[str]] = {}
    for name, one in COMMANDS.items():
        words = {
            "id": f"ShorewiseButton{name.capitalize()}", "label": one.label, "size": "large",
            "imageMso": one.icon, "keytip": one.key, "screentip": one.label, "supertip": one.tip,
            "onAction": callback_of(name),
        }  # fmt: skip
        groups.setdefault(one.group, []).append(f"<button {_attributes(words)}/>")
    inside = "".join(
        f"<group {_attributes({'id': f'ShorewiseGroup{number}', 'label': label})}>"
        f"{''.join(buttons)}</group>"
        for number, (label, buttons) in enumerate(groups.items(), 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<customUI xmlns="{_NAMESPACE}"><ribbon><tabs>'
        f'<tab id="ShorewiseTab" label="Shorewise" keytip="Y">{inside}</tab>'
        "</tabs></ribbon></customUI>"
    )


def _attributes(words: dict[str, str]) -> str:
    return " ".join(f"{name}={quoteattr(text)}" for name, text in words.items())


_DRAWING = """\
<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" \
xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">{}</xdr:wsDr>"""
_BUTTON = """\
<xdr:oneCellAnchor><xdr:from>\
<xdr:col>1</xdr:col><xdr:colOff>60000</xdr:colOff><xdr:row>{row}</xdr:row>\
<xdr:rowOff>20000</xdr:rowOff></xdr:from><xdr:ext cx="1800000" cy="288000"/>\
<xdr:sp macro="[0]!{macro}" textlink=""><xdr:nvSpPr>\
<xdr:cNvPr id="{id}" name="{label}" descr="{label}: runs the macro {macro}"/>\
<xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr><a:xfrm><a:off x="0" y="0"/>\
<a:ext cx="1800000" cy="288000"/></a:xfrm><a:prstGeom prst="roundRect"><a:avLst/></a:prstGeom>\
<a:solidFill><a:srgbClr val="1F4E79"/></a:solidFill></xdr:spPr><xdr:txBody>\
<a:bodyPr vertOverflow="clip" anchor="ctr"/><a:lstStyle/><a:p><a:pPr algn="ctr"/><a:r>\
<a:rPr lang="en-US" sz="1100" b="1"><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></a:rPr>\
<a:t>{label}</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/></xdr:oneCellAnchor>"""


def buttons() -> str:
    """The drawing with a button in the heading of each command, for which openpyxl has no place."""
    return _DRAWING.format("".join(_buttons()))


def _buttons() -> Iterable[str]:
    for number, (name, one) in enumerate(COMMANDS.items(), 2):
        row = HEADS[name] - 1
        yield _BUTTON.format(row=row, id=number, macro=macro_of(name), label=one.label)
