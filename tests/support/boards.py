"""Workbooks of a firm, as other programs save them, for the model to be joined with."""

import datetime
import io
import os
import re
import shutil
import zipfile
from pathlib import Path

import xlwings
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import ColorScaleRule, DataBarRule
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from PIL import Image as Drawn

from tests.support.spreadsheet_engines import all_converted, converted
from tests.support.zip_parts import packed

QUICKSTART = Path(xlwings.__file__).parent / "quickstart.xlsm"
STANDALONE = QUICKSTART.with_name("quickstart_standalone.xlsm")
# Formulas of a board page, typed before the model is there.
FORMULAS = {
    "B2": "=INDEX(shore_npv,1,2)*1.1",
    "B3": "=shore_recommended_npv",
    "B4": "=IF(B2>1000,B2/1000,0)",
    "B5": "=SUM(shore_total_cost)",
    "B6": "=A6*2",
    "A6": 21,
}
_PIVOT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"
 office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:body><office:spreadsheet>
<table:table table:name="Sales">{}</table:table><table:table table:name="Pivot">
<table:table-row><table:table-cell/></table:table-row></table:table>
<table:data-pilot-tables><table:data-pilot-table table:name="ByTeam"
 table:target-range-address="Pivot.A3:Pivot.B6">
<table:source-cell-range table:cell-range-address="Sales.A1:Sales.B4"/>
<table:data-pilot-field table:source-field-name="Team" table:orientation="row"/>
<table:data-pilot-field table:source-field-name="Amount" table:orientation="data"
 table:function="sum"/></table:data-pilot-table></table:data-pilot-tables>
</office:spreadsheet></office:body></office:document>"""


def openpyxl_board(**changes) -> bytes:
    """A board page with a chart, a picture, and formulas that the model will answer."""
    workbook = Workbook()
    page = workbook.active
    page.title = changes.get("title", "Board page")
    for address, content in FORMULAS.items():
        page[address] = content
    chart = BarChart()
    chart.add_data(Reference(page, min_col=2, min_row=2, max_row=5))
    page.add_chart(chart, "E2")
    picture = io.BytesIO()
    Drawn.new("RGB", (24, 24), "navy").save(picture, "png")
    page.add_image(Image(picture), "E20")
    for name, text in changes.get("names", {}).items():
        workbook.defined_names[name] = DefinedName(name, attr_text=text)
    if changes.get("locked"):
        workbook.security = WorkbookProtection(lockStructure=True)
    if changes.get("from_1904"):
        workbook.epoch = datetime.datetime(1904, 1, 1)
    if changes.get("as_displayed"):
        workbook.calculation.fullPrecision = False
    workbook.template = changes.get("template", False)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def libreoffice_boards(folder: Path) -> list[Path]:
    """Workbooks that LibreOffice saved: chart and picture; a pivot table; macros."""
    drawn, pivot, macros = (folder / one for one in ("board.xlsx", "pivot.fods", "macros.xlsm"))
    drawn.write_bytes(openpyxl_board())
    rows = [("Team", "Amount"), ("Near", 4), ("Far", 5), ("Near", 6)]
    lines = ("".join(map(_cell, row)) for row in rows)
    cells = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    pivot.write_text(_PIVOT.format(cells))
    shutil.copy(QUICKSTART, macros)
    return [
        converted(drawn, "xlsx"),
        converted(pivot, "xlsx:Calc MS Excel 2007 XML"),
        converted(macros, "xlsm:Calc MS Excel 2007 VBA XML"),
    ]


def _cell(value) -> str:
    if isinstance(value, str):
        kind = 'office:value-type="string"'
    else:
        kind = f'office:value-type="float" office:value="{value}"'
    return f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>"


MARKS = b"""<sheetData><row r="2"><c r="B2" t="inlineStr"><is><t>{{ recommended.npv }}</t></is></c>\
<c r="C2"><f>B2/1000</f></c></row></sheetData>"""


def marked_boards(folder: Path) -> dict[str, Path]:
    """Templates that xlwings ships, and that LibreOffice saved, with marks in them."""
    found = {}
    for source in (QUICKSTART, STANDALONE):
        contents = parts_of(source)
        sheet = contents["xl/worksheets/sheet1.xml"]
        marked = re.sub(rb"<sheetData ?/>", MARKS, sheet)
        assert marked != sheet
        found[source.stem] = folder / source.name
        found[source.stem].write_bytes(packed(contents | {"xl/worksheets/sheet1.xml": marked}))
    drawn, template = folder / "drawn.xlsx", folder / "template.xlsx"
    marked_page().save(drawn)
    shutil.copy(drawn, template)
    pivots = {"pivot": [("{{ plans.name }}", "{{ plans.npv }}")], "own": [("Mid", 7)]}
    for name, rows in pivots.items():
        rows = [("Team", "Amount"), *rows, ("Near", 4), ("Far", 5)]
        lines = ("".join(map(_cell, row)) for row in rows)
        cells = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
        mark = _cell("{{ recommended.npv }}")
        text = _PIVOT.format(cells).replace(
            "<table:table-cell/>", f"<table:table-cell/><table:table-cell/>{mark}"
        )
        (folder / f"{name}.fods").write_text(text)
    excel = "xlsx:Calc MS Excel 2007 XML"
    soffice = os.environ.get("SHOREWISE_SOFFICE_CURRENT") or "soffice"
    found["drawn"], *once = all_converted(
        [drawn, folder / "pivot.fods", folder / "own.fods"], excel, soffice=soffice
    )
    # Loaded again, a pivot table stands in the cells of its sheet too.
    found["pivot"], found["own"] = all_converted(once, excel, soffice=soffice)
    (found["template"],) = all_converted(
        [template], "xltx:Calc MS Excel 2007 XML Template", soffice=soffice
    )
    (found["macros"],) = all_converted(
        [found["quickstart"]], "xlsm:Calc MS Excel 2007 VBA XML", soffice=soffice
    )
    return found


def marked_page() -> Workbook:
    """A page with marks and what follows them, and one with charts and rules of its own."""
    workbook = Workbook()
    page, notes, links = workbook.active, *map(workbook.create_sheet, ("Notes", "Links"))
    page.title = "Board"
    for address, content in PAGE.items():
        page[address] = content
    page["B8"].comment = Comment("why", "who")
    bar = DataBarRule("min", 0, "max", 0, color="FF638EC6")
    page.conditional_formatting.add("B4:B4", bar)
    _add_chart(page, 4, 4)
    page.print_area, page.print_title_rows, page.freeze_panes = "A1:E12", "1:3", "A4"
    page.oddFooter.center.text = "&P of &N"
    for number in range(1, 6):
        notes.append([f"item {number}", number * 10, f"=B{number}*2"])
    notes["B7"] = "=SUM(B1:B5)"
    notes["A1"].comment = Comment("note", "who")
    notes["A2"].hyperlink = "https://example.com/"
    scale = ColorScaleRule("min", None, "FFFFFFFF", "max", None, "FF0000FF")
    notes.conditional_formatting.add("B1:B5", scale)
    choice = DataValidation("list", formula1='"yes,no"')
    choice.add("D1")
    notes.add_data_validation(choice)
    notes.merge_cells("A9:C9")
    notes.print_area = "A1:C9"
    _add_chart(notes, 1, 5)
    links["A1"], links["A2"] = "=Board!B8*2", "=Notes!B7+1"
    return workbook


PAGE = {
    "A1": "{{ scenario.name }}", "A3": "Plan", "B3": "NPV", "A4": "{{ plans.name }}",
    "B4": "{{ plans.npv }}", "A5": "Total", "B5": "=SUM(B4:B4)", "A8": "Best",
    "B8": "{{ recommended.npv }}", "C8": "=IF(B8>0,B8/B5,0)",
}  # fmt: skip


def _add_chart(sheet, first: int, last: int) -> None:
    """A chart of column B, and a picture below it."""
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=first, max_row=last))
    sheet.add_chart(chart, "F2")
    picture = io.BytesIO()
    Drawn.new("RGB", (24, 24), "navy").save(picture, "png")
    sheet.add_image(Image(picture), "F20")


def parts_of(path: Path) -> dict[str, bytes]:
    """The parts of a workbook by name."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
