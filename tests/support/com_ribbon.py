"""Commands of the ribbon as Excel on Windows runs them, without Windows and without Excel.

``python -m tests.support.com_ribbon`` reads commands, forms and the workbooks that are open, as
JSON, and prints what is left in Excel. xlwings is the real one; its COM objects are made up.
"""

import json
import sys
from types import SimpleNamespace

from openpyxl.utils import column_index_from_string, get_column_letter

from shorewise.workbook.command_sheets import ANSWER_SHEET, COMMANDS_SHEET, FIELDS, LAST_ANSWER
from tests.support.com_host import import_xlwings

CONF = "xlwings.conf"


class Collection:
    """A collection of COM: called with a number from 1 or a name, counted, walked through."""

    def __init__(self, items, error):
        self.items, self.error = items, error
        self.Count = len(items)

    def __call__(self, key):
        for number, item in enumerate(self.items, 1):
            if key in (number, item.Name):
                return item
        raise self.error

    def __iter__(self):
        return iter(self.items)


class Block:
    """A range of one or more cells of a sheet."""

    def __init__(self, sheet, row, column, rows=1, columns=1):
        self.Worksheet, self.Row, self.Column = sheet, row, column
        self.Rows, self.Columns = SimpleNamespace(Count=rows), SimpleNamespace(Count=columns)
        self.Count = rows * columns
        self.Address = f"${get_column_letter(column)}${row}"

    def __call__(self, row, column):
        return Block(self.Worksheet, self.Row + row - 1, self.Column + column - 1)

    def _addresses(self):
        rows, columns = range(self.Rows.Count), range(self.Columns.Count)
        return [[(self.Row + r, self.Column + c) for c in columns] for r in rows]

    @property
    def Value(self):  # noqa: N802 - Excel's name
        rows = [[self.Worksheet.cells.get(at) for at in row] for row in self._addresses()]
        return rows[0][0] if self.Count == 1 else tuple(map(tuple, rows))

    @Value.setter
    def Value(self, given):  # noqa: N802 - Excel's name
        rows = given if isinstance(given, (list, tuple)) else [[given]]
        addresses = self._addresses()
        assert [len(row) for row in rows] == [len(row) for row in addresses]
        for row, line in zip(rows, addresses, strict=True):
            for value, at in zip(row, line, strict=True):
                self.Worksheet.cells[at] = _entered(value)

    @property
    def Formula(self):  # noqa: N802 - Excel's name
        return self.Value or ""

    @Formula.setter
    def Formula(self, text):  # noqa: N802 - Excel's name
        self.Worksheet.cells[self.Row, self.Column] = {"formula": text}

    Formula2 = Formula

    def ClearContents(self):  # noqa: N802 - Excel's name
        self.Worksheet.cells.clear()


def _entered(value):
    """What a cell holds once a value is entered: an apostrophe marks a text, "=" a formula."""
    if isinstance(value, str) and value.startswith("'"):
        return value[1:]
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@"):
        return {"formula": value}
    return value


class Sheet:
    """A worksheet: cells by row and column, and number formats that must be texts."""

    def __init__(self, name):
        self.Name, self.cells, self.active = name, {}, False

    def Range(self, first, last=None):  # noqa: N802 - Excel's name
        if isinstance(first, str):
            letters = first.rstrip("0123456789")
            return Block(self, int(first[len(letters) :]), column_index_from_string(letters))
        last = last or first
        size = last.Row - first.Row + 1, last.Column - first.Column + 1
        return Block(self, first.Row, first.Column, *size)

    @property
    def Cells(self):  # noqa: N802 - Excel's name
        return _Cells(Block(self, 1, 1))

    def Activate(self):  # noqa: N802 - Excel's name
        self.Parent.active = self.Name


class _Cells:
    """All cells of a sheet: called with a row and a column for one of them."""

    def __init__(self, whole):
        self._whole = whole
        self.ClearContents = whole.ClearContents

    def __call__(self, row, column):
        return Block(self._whole.Worksheet, int(row), int(column))


def run(given):
    """What Excel shows once the macro of a command has run."""
    xlwings = import_xlwings()
    error = xlwings._xlwindows.pywintypes.com_error()
    error.hresult = -2147352567  # DISP_E_EXCEPTION, as for a name that is not there
    opened = []
    application = SimpleNamespace(
        Hwnd=1, StatusBar="", Evaluate=lambda _: given.get("evaluates", 3.0)
    )

    def book(name, fullname, saved=True, ours=True, sheets=("Sheet1",), selected="A1", **cells):
        mark = [SimpleNamespace(Name="shorewise_format")] if ours else []
        found = [Sheet(one) for one in sheets]
        one = SimpleNamespace(
            Name=name,
            FullName=fullname,
            Saved=saved,
            Names=Collection(mark, error),
            Sheets=Collection(found, error),
            Worksheets=Collection(found, error),
            Application=application,
            active=None,
            Activate=lambda: None,
        )
        for sheet in found:
            sheet.Parent = one
        for address, value in cells.get("filled", {}).items():
            found[0].Range(address).Value = value
        where = found[0].Range(selected)
        window = SimpleNamespace(
            Visible=cells.get("visible", True), ActiveCell=where, Name="window"
        )
        one.Windows = Collection([window], error)
        return one

    sheets = given.get("sheets", [COMMANDS_SHEET, ANSWER_SHEET, CONF])
    macro = book(
        "shore_functions.xlsm", given.get("caller", "shore_functions.xlsm"), ours=False,
        sheets=sheets, filled=given.get("own", {}),
    )  # fmt: skip
    by_name = {one.Name: one for one in macro.Worksheets}
    if COMMANDS_SHEET in by_name:
        for field, value in given.get("form", {}).items():
            by_name[COMMANDS_SHEET].Range(FIELDS[field]).Value = value
    if CONF in by_name:
        for row, pair in enumerate(given.get("conf", []), 1):
            for column, value in enumerate(pair, 1):
                by_name[CONF].Range(f"{'AB'[column - 1]}{row}").Value = value
    others = [book(**one) for one in given.get("books", [])]
    application.Workbooks = Collection([macro, *others], error)

    def open_book(path, *_):
        if given.get("cannot_open"):
            raise error
        opened.append(path)
        return SimpleNamespace(Name=path)

    application.Workbooks.Open = open_book
    caller = xlwings.Book(impl=xlwings._xlwindows.Book(xl=macro))
    xlwings.Book.caller = staticmethod(lambda: caller)

    from shorewise.udfs import ribbon

    getattr(ribbon, given["command"])()
    return {
        "status": application.StatusBar,
        "opened": opened,
        "active": macro.active,
        "last": by_name[COMMANDS_SHEET].Range(LAST_ANSWER).Value
        if COMMANDS_SHEET in by_name
        else None,
        "answer": rows_of(by_name.get(ANSWER_SHEET)),
        "conf": rows_of(by_name.get(CONF)),
        "others": {one.Name: rows_of(next(iter(one.Worksheets))) for one in others},
    }


def rows_of(sheet):
    """Cells of a sheet as rows, without empty ones."""
    rows = {}
    for (row, _), value in sorted(sheet.cells.items() if sheet else []):
        if value not in (None, ""):
            rows.setdefault(row, []).append(value)
    return list(rows.values())


if __name__ == "__main__":
    print(json.dumps([run(one) for one in json.load(sys.stdin)]))
