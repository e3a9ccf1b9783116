"""Workbooks of a firm, as other programs save them, for the model to be joined with."""

import datetime
import io
import shutil
import zipfile
from pathlib import Path

import xlwings
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.drawing.image import Image
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.protection import WorkbookProtection
from PIL import Image as Drawn

from tests.support.spreadsheet_engines import converted

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


def parts_of(path: Path) -> dict[str, bytes]:
    """The parts of a workbook by name."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
