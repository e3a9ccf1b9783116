"""The button *Rebuild* as Excel on Windows runs it, without Windows and without Excel.

``python -m tests.support.com_rebuild`` reads forms and the workbooks that are open, as JSON, and
prints what the cell of the answer shows. xlwings is the real one; its COM objects are made up.
"""

import json
import sys
from types import SimpleNamespace

from shorewise.workbook.macros import ANSWER, FIELDS, FORM
from tests.support.com_host import import_xlwings


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


def cell(value):
    """One cell of a sheet."""
    one = SimpleNamespace(Count=1)
    return SimpleNamespace(Value=value, Rows=one, Columns=one, Row=1, Column=1, Count=1)


def answered(given):
    """What the cell of the answer shows once the macro has run."""
    xlwings = import_xlwings()
    error = xlwings._xlwindows.pywintypes.com_error()
    error.hresult = -2147352567  # DISP_E_EXCEPTION, as for a name that is not there
    cells = {FIELDS[name]: cell(value) for name, value in given["form"].items()} | {
        ANSWER: cell(None)
    }
    for address in FIELDS.values():
        cells.setdefault(address, cell(None))
    form = SimpleNamespace(Name=FORM, Range=cells.__getitem__)
    application = SimpleNamespace(Hwnd=1)
    for one in cells.values():
        one.Worksheet = form

    def book(name, fullname, saved=True, ours=True):
        mark = [SimpleNamespace(Name="shorewise_format")] if ours else []
        return SimpleNamespace(
            Name=name,
            FullName=fullname,
            Saved=saved,
            Names=Collection(mark, error),
            Worksheets=Collection([form], error),
            Application=application,
        )

    form.Parent = macro = book("shore_functions.xlsm", "shore_functions.xlsm", ours=False)
    application.Workbooks = Collection([macro, *(book(**one) for one in given["books"])], error)
    caller = xlwings.Book(impl=xlwings._xlwindows.Book(xl=macro))
    xlwings.Book.caller = staticmethod(lambda: caller)

    from shorewise.udfs import rebuild_button

    rebuild_button.main()
    return cells[ANSWER].Value


if __name__ == "__main__":
    print(json.dumps([answered(one) for one in json.load(sys.stdin)]))
