"""A template to start from: each kind of mark, a table of Excel that grows, and a chart."""

import zipfile
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableStyleInfo

from ..rendering.saving import saved

_INK, _PAPER = "FF1F3A5F", "FFE7EDF3"
_MONEY, _SHARE, _MONTHS, _DAY = "#,##0", "0.0%", "0.0", "mmm yyyy"
_PLANS = {
    "Plan": ("{{ plans.name }}", "@"),
    "NPV": ("{{ plans.npv }}", _MONEY),
    "Net saving after risk": ("{{ plans.net_saving_risk_adjusted }}", _SHARE),
    "Break-even, months": ("{{ plans.break_even_month }}", _MONTHS),
    "Verdict": ("{{ plans.verdict }}", "@"),
}
_YEARS = {
    "Saving": "{{ across recommended.years.saving }}",
    "Cost": "{{ across recommended.years.cost }}",
}
_COLUMNS = {"A": 30, "B": 18, "C": 22, "D": 22, "E": 20}


def example() -> bytes:
    """The template, an .xlsx package."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Overview"
    for column, width in _COLUMNS.items():
        sheet.column_dimensions[column].width = width
    _heading(sheet, 1, "{{ scenario.name }}", 16)
    sheet["A2"] = "{{ scenario.question }} Amounts in {{ scenario.currency }}."
    sheet["A4"] = (
        "{{ if recommended.name }}We recommend {{ recommended.name }}: it saves "
        "{{ recommended.net_saving_risk_adjusted | 0% }} after risk and breaks even in month "
        "{{ recommended.break_even_month | 0 }}.{{ end }}"
    )
    _pairs(sheet)
    _plans(sheet, 11)
    sheet["A15"] = "{{ row if assumptions.count }}What is assumed"
    sheet["A15"].font = Font(name="Calibri", bold=True, color=_INK)
    sheet["A16"] = "{{ assumptions.text }}"
    _chart(sheet, 11, "A18")
    _years(book.create_sheet("Years"))
    for one in book.worksheets:
        one.page_setup.orientation, one.page_setup.fitToHeight = "landscape", 0
        one.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        one.oddFooter.left.text = "&A"
        one.page_margins = PageMargins(bottom=0.6, footer=0.2)
    book.defined_names["shore.scenario.start_date"] = DefinedName(
        "shore.scenario.start_date", attr_text="Overview!$B$8"
    )
    return saved(book, zipfile.ZIP_DEFLATED)


def _heading(sheet: Any, row: int, text: str, size: int) -> None:
    sheet.cell(row, 1, text).font = Font(name="Calibri", bold=True, size=size, color=_INK)


def _side(form: str, column: int) -> Alignment:
    """Texts stand at the left, apart from figures before them; figures at the right."""
    if form == "@":
        return Alignment(horizontal="left", indent=int(column > 1))
    return Alignment(horizontal="right")


def _pairs(sheet: Any) -> None:
    """Labels with one value each: two by marks, one by a defined name, one by a formula."""
    pairs: list[tuple[str, str | None, str]] = [
        ("Recommended plan", "{{ recommended.name }}", "@"),
        ("NPV after risk", "{{ recommended.npv_risk_adjusted }}", _MONEY),
        ("First month", None, _DAY),
        ("NPV after risk in thousands", "=B7/1000", _MONEY),
    ]
    for row, (label, content, form) in enumerate(pairs, 6):
        sheet.cell(row, 1, label)
        cell = sheet.cell(row, 2, content)
        cell.number_format, cell.alignment = form, Alignment(horizontal="right")


def _plans(sheet: Any, row: int) -> None:
    """A table of Excel whose first row has the marks."""
    for column, (head, (mark, form)) in enumerate(_PLANS.items(), 1):
        sheet.cell(row, column, head).alignment = _side(form, column)
        cell = sheet.cell(row + 1, column, mark)
        cell.number_format, cell.alignment = form, _side(form, column)
    table = Table(displayName="Plans", ref=f"A{row}:E{row + 1}")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleMedium2", showRowStripes=True)
    sheet.add_table(table)
    sheet.cell(row + 2, 1, "Highest").font = Font(name="Calibri", bold=True)
    sheet.cell(row + 2, 2, "=MAX(Plans[NPV])").number_format = _MONEY


def _years(sheet: Any) -> None:
    """Values beside each other, a column for each fiscal year; of each plan, a row for each."""
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 16
    _heading(sheet, 1, "{{ recommended.name }} by fiscal year", 14)
    sheet["B3"] = "{{ across years.name }}"
    sheet["B3"].alignment = Alignment(horizontal="right")
    for at, (label, mark) in enumerate(_YEARS.items(), 4):
        sheet.cell(at, 1, label)
        sheet.cell(at, 2, mark).number_format = _MONEY
    sheet["A6"], sheet["B6"] = "Value of the work", "=B4+B5"
    sheet["A8"] = "Cost of each plan"
    sheet["A9"], sheet["B9"] = "{{ plans.name }}", "{{ plans.years.cost }}"
    for cell in ("B6", "B9"):
        sheet[cell].number_format = _MONEY
    for cell in ("A3", "B3", "A8", "B8"):
        sheet[cell].fill = PatternFill("solid", fgColor=_PAPER)
        sheet[cell].font = Font(name="Calibri", bold=True)


def _chart(sheet: Any, head: int, anchor: str) -> None:
    """A chart of the table's first rows, which grows with it."""
    chart = BarChart()
    chart.title, chart.legend = "NPV of each plan", None
    chart.y_axis.number_format = _MONEY
    chart.add_data(
        Reference(sheet, min_col=2, min_row=head, max_row=head + 1), titles_from_data=True
    )
    chart.varyColors, chart.series[0].invertIfNegative = False, False
    chart.series[0].graphicalProperties.solidFill = _INK[2:]
    chart.set_categories(Reference(sheet, min_col=1, min_row=head + 1))
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.height, chart.width = 8, 20
    sheet.add_chart(chart, anchor)
