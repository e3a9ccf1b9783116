"""A small model that keeps every rule of the linter, and what tests do to it."""

import io
import re
import zipfile

from openpyxl import Workbook
from openpyxl.chart import LineChart, Reference
from openpyxl.styles import Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

OPEN = Protection(locked=False)
STATE = '=IF(Checks!$C$4,"ok","a check fails")'
CELL = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f.*?(?:</f>|/>))<v ?(?:/>|></v>)</c>')


class Model:
    """A small workbook that keeps every rule, for a test to break one."""

    def __init__(self):
        self.book = Workbook()
        self.book.remove(self.book.active)
        self.inputs, self.model, self.checks = map(
            self.book.create_sheet, ("Inputs", "Model", "Checks")
        )
        self.values, self.parts = {}, {}
        self.inputs["A2"] = self.model["A2"] = STATE
        rows(self.inputs, ("Input", "Unit", "Value"))
        self.input(5, 10)
        self.input(6, 100)
        rows(self.model, ("Line", "Unit", 1, 2, 3))
        self.line(5, "=Inputs!$C$5*Inputs!$C$6")
        self.line(6, "={}5/2")
        rows(self.checks, ("All checks", "check", "=Model!C5>0"))
        for sheet in self.book:
            sheet.protection.sheet = True

    def input(self, row, value, validated=True, used=True):
        """A row of sheet Inputs, with its open cell."""
        for column, content in enumerate((f"Input {row}", "USD", value), 1):
            self.inputs.cell(row, column, content)
        cell = self.inputs.cell(row, 3)
        cell.protection = OPEN
        if validated:
            self.validate(self.inputs, cell.coordinate)
        if used:
            self.checks.cell(row + 10, 3, f"=Inputs!C{row}>0")

    def validate(self, sheet, cells, **kinds):
        usual = {"type": "decimal", "errorStyle": "stop", "showErrorMessage": True}
        kinds = usual | {"formula1": "0", "formula2": "9"} | kinds
        rule = DataValidation(**kinds)
        rule.add(cells)
        sheet.add_data_validation(rule)

    def line(self, row, formula, label=None):
        """A row of sheet Model: the formula with the letter of each column in it."""
        rows(self.model, (label or f"Line {row}", "USD"), row)
        for letter in "CDE":
            self.model[f"{letter}{row}"] = formula.format(letter)

    def sheet(self, title, *contents):
        """A further sheet, protected and with the master check."""
        sheet = self.book.create_sheet(title)
        sheet["A2"] = STATE
        sheet.protection.sheet = True
        for row, content in enumerate(contents, 4):
            rows(sheet, content, row)
        return sheet

    def name(self, name, text):
        self.book.defined_names[name] = DefinedName(name, attr_text=text)

    def chart(self, titled=True, kind=LineChart, sheet=None):
        chart = kind()
        chart.add_data(Reference(self.model, min_col=3, max_col=5, min_row=5, max_row=6))
        if titled:
            chart.title = "Sales"
        if titled and kind is LineChart:
            chart.x_axis.title, chart.y_axis.title = "Year", "USD"
        if sheet:
            sheet.add_chart(chart)
        else:
            self.model.add_chart(chart, "G5")

    def bytes(self):
        self.book.save(buffer := io.BytesIO())
        titles = iter(sheet.title for sheet in self.book.worksheets)
        result = io.BytesIO()
        with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(result, "w", 8) as target:
            sheets = {n: next(titles) for n in source.namelist() if "worksheets/sheet" in n}
            for name in source.namelist():
                data = source.read(name).decode()
                if name in sheets:
                    data = CELL.sub(
                        lambda match, s=sheets[name]: self.cached(s, *match.groups()), data
                    )
                if name in self.parts:
                    data = self.parts.pop(name)(data)
                target.writestr(name, data)
            for name, content in self.parts.items():
                target.writestr(name, content)
        return result.getvalue()

    def cached(self, sheet, cell, attributes, formula):
        value = self.values.get((sheet, cell), "ok" if '"ok"' in formula else 1)
        kind = ' t="str"' if isinstance(value, str) else ""
        if str(value).startswith("#"):
            kind = ' t="e"'
        shown = "" if value is None else f"<v>{value}</v>"
        return f'<c r="{cell}"{attributes}{kind}>{formula}{shown}</c>'


def rows(sheet, contents, row=4):
    for column, content in enumerate(contents, 1):
        sheet.cell(row, column, content)


BREAKS, KEEPS = {}, {}


def breaks(rule, *places):
    """A change of a model after which the rule is broken at these places, and no other is."""

    def add(change):
        BREAKS[change.__name__] = (rule, set(places), change)
        return change

    return add


def keeps(rule):
    """A change of a model that looks like breaking the rule, and does not."""

    def add(change):
        KEEPS[change.__name__] = (rule, change)
        return change

    return add


def described(xml):
    return xml.replace("<cNvPr ", '<cNvPr descr="What it shows" ').replace(
        "<xdr:cNvPr ", '<xdr:cNvPr descr="What it shows" '
    )
