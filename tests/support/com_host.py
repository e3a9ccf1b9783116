"""The functions as xlwings' add-in for Windows calls them, without Windows and without Excel.

A process of its own, since it takes the place of pywin32. xlwings is the real one, from the
registration to the conversion; only what would reach Excel is made up. Ranges hand over what COM
hands over: one cell or rows of cells, floats, texts, truth values, None, errors as numbers.

``python -m tests.support.com_host`` answers calls (tests/support/host_answers.py); with
``--golden`` it writes the VBA that the add-in imports to tests/parity/golden/.
"""

import asyncio  # noqa: F401 - before the platform says Windows
import contextlib
import ctypes
import itertools
import subprocess  # noqa: F401 - the same
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock

import numpy as np  # noqa: F401 - the same
import pandas as pd  # noqa: F401 - the same

from tests.support.paths import ROOT

GOLDEN = ROOT / "tests" / "parity" / "golden" / "xlwings_udfs.bas"
_MODULES = """pythoncom pywintypes win32api win32con win32com win32com.client win32com.server
win32com.server.dispatcher win32com.server.policy win32com.server.util win32event win32gui
win32process win32timezone"""
# CVErr of Microsoft's list of cell errors (2007, 2042, 2023), as a variant's error code.
_ERRORS = {"#DIV/0!": -2_146_826_281, "#N/A": -2_146_826_246, "#REF!": -2_146_826_265}
OMITTED = -2_147_352_572  # DISP_E_PARAMNOTFOUND
_RANGE = "{00020846-0000-0000-C000-000000000046}"


class Cells:
    """A range as COM hands it over."""

    Worksheet, Row, Column = MagicMock(), 1, 1
    CLSID = _RANGE

    def __init__(self, rows):
        rows = [row if isinstance(row, list) else [row] for row in rows]
        self._rows = tuple(tuple(map(_variant, row)) for row in rows)
        kind = SimpleNamespace(GetTypeAttr=lambda: SimpleNamespace(iid=_RANGE))
        self._oleobj_ = SimpleNamespace(GetTypeInfo=lambda: kind)
        self.Rows = SimpleNamespace(Count=len(self._rows))
        self.Columns = SimpleNamespace(Count=len(self._rows[0]))

    @property
    def Value(self):  # noqa: N802 - Excel's name
        """The value of one cell, or rows of values."""
        return self._rows[0][0] if len(self._rows) == 1 == len(self._rows[0]) else self._rows


class Caller(Cells):
    """A cell with a formula, which Excel calculates at its start and whenever it is asked to.

    Its calculation runs in the thread that asks, as in Excel: other calls wait until it ends.
    """

    _excel = threading.RLock()
    _count = itertools.count(1)

    def __init__(self, excel, name, arguments):
        super().__init__([[None]])
        self._call, self.shown, self.calculated = (excel, name, [*map(_argument, arguments)]), [], 0
        self.Formula = f"={name}(...)"
        self._number = next(self._count)
        self.busy = 0  # times that Excel refuses to calculate it
        self.Dirty()
        self.Calculate()

    def GetAddress(self, *_):  # noqa: N802 - Excel's name
        """The address of the cell, of its sheet and its workbook."""
        return f"[book.xlsm]Sheet!$A${self._number}"

    def edit(self, arguments):
        """Change the arguments, after which Excel calculates the cell."""
        self._call = (*self._call[:2], [*map(_argument, arguments)])
        self.Dirty()
        self.Calculate()

    def Dirty(self):  # noqa: N802 - Excel's name
        """Have it calculated at the next calculation."""
        if self.busy:
            self.busy -= 1
            error = sys.modules["pywintypes"].com_error("Excel is busy")
            error.hresult = -2_147_418_111  # RPC_E_CALL_REJECTED
            raise error
        self._dirty = True

    def Calculate(self):  # noqa: N802 - Excel's name
        """Calculate it now, if it is dirty."""
        with self._excel:
            if not self._dirty:
                return
            self._dirty = False
            excel, name, arguments = self._call
            began = time.perf_counter()
            shown = excel.udfs.call_udf("shorewise.udfs", name, (*arguments, None), None, self)
            self.shown.append((shown, time.perf_counter() - began))

    def value(self, seconds=60):
        """What it shows when its answer has arrived."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.shown[-1][0] != [["computing ..."]]:
                return self.shown[-1][0]
            time.sleep(0.01)
        raise TimeoutError(self.shown)


def _variant(cell):
    if isinstance(cell, int) and not isinstance(cell, bool):
        return float(cell)
    return _ERRORS.get(cell, cell) if isinstance(cell, str) else cell


def _argument(value):
    if isinstance(value, list):
        return Cells(value)
    return OMITTED if value is None else _variant(value)


def import_xlwings():
    """The xlwings package as it is on Windows."""
    sys.modules.update({name: MagicMock() for name in _MODULES.split()})
    sys.modules["pythoncom"].__file__ = ""
    sys.modules["pywintypes"].IID = str
    sys.modules["pywintypes"].TimeType = type("TimeType", (), {})
    sys.modules["pywintypes"].com_error = type("com_error", (Exception,), {})
    client = sys.modules["win32com.client"]
    client.CDispatch = client.CoClassBaseClass = client.DispatchBaseClass = type("Com", (), {})
    ctypes.windll, ctypes.oledll = MagicMock(), MagicMock()  # type: ignore[attr-defined]
    real = sys.platform, ctypes.PyDLL
    sys.platform, ctypes.PyDLL = "win32", MagicMock()  # type: ignore[misc, assignment]
    # One thread is as good as another here.
    sys.modules["pythoncom"].CoMarshalInterThreadInterfaceInStream = lambda _, cells: cells
    sys.modules["pythoncom"].CoGetInterfaceAndReleaseStream = lambda cells, _: cells
    client.Dispatch = lambda cells, **_: cells
    import xlwings.com_server
    import xlwings.udfs

    threading.Thread(target=xlwings.com_server._start_background_loop, daemon=True).start()
    sys.platform, ctypes.PyDLL = real  # type: ignore[misc]
    return xlwings


def imported(xlwings):
    """The VBA and the help that *Import Functions* gives to Excel."""
    book, vba = MagicMock(), []
    book.Name, book.Application.Version = "book.xlsm", "16.0"
    book.VBProject.VBComponents.Import = lambda path: vba.append(Path(path).read_text())
    with contextlib.redirect_stdout(sys.stderr):  # it says what it did
        xlwings.udfs.import_udfs("shorewise.udfs", book)
    help_texts = {
        call.args[0].partition("!")[2]: [
            call.kwargs["Description"],
            call.kwargs["Category"],
            call.kwargs["ArgumentDescriptions"],
        ]
        for call in book.Application.MacroOptions.call_args_list
    }
    return vba[0], help_texts


if __name__ == "__main__":
    excel = import_xlwings()
    if "--golden" in sys.argv:
        GOLDEN.write_text(imported(excel)[0])
    else:
        # These import xlwings.
        from shorewise.udfs.functions import FUNCTIONS
        from tests.support.addin_server import WIDTHS
        from tests.support.host_process import answer_all

        vba_and_help = imported(excel)
        long = {one.name for one in FUNCTIONS if one.long}

        def call(name, arguments):
            """What the cell shows in the end."""
            if name in long:
                missing = WIDTHS[name] - len(arguments)
                return Caller(excel, name, [*arguments, *[None] * missing]).value()
            return excel.udfs.call_udf("shorewise.udfs", name, tuple(map(_argument, arguments)))

        answer_all(call, vba_and_help)
