"""The functions as xlwings' Office.js hosts call them (xlwings Lite and Server), without Excel.

A process of its own, since xlwings decides when it is imported which host it serves.
"""

import asyncio
import sys

import xlwings
from xlwings import server
from xlwings.pro.object_handles import CONVERTER_KEYS, ObjectCacheConverter

from shorewise import udfs
from tests.support.host_process import answer_all

# As udfs/hosts/app.py does: xlwings tries this import at every cell.
sys.modules.setdefault("pyodide", None)  # type: ignore[arg-type]

# As xlwings Lite and Server do when they start.
ObjectCacheConverter.register(*CONVERTER_KEYS)

# Excel.ErrorCellValueType of Microsoft's JavaScript API.
ERRORS = {"NotAvailable": "#N/A", "Div0": "#DIV/0!", "Ref": "#REF!", "Num": "#NUM!"}


def given(cell):
    """A cell as Office.js sends it."""
    error = isinstance(cell, str) and cell.startswith("#")
    return {"type": "Error", "basicType": "Error", "basicValue": cell} if error else cell


def rows(value):
    """An argument as Office.js sends it: rows of cells, also where it is one."""
    listed = value if isinstance(value, list) else [value]
    return [[*map(given, row)] if isinstance(row, list) else [given(row)] for row in listed]


def shown(cell):
    """What the cell shows; an error is one, not its text."""
    assert isinstance(cell, dict) or cell not in ERRORS.values()
    if isinstance(cell, dict) and cell["type"] == "Entity":  # an object handle
        return cell["text"]
    return ERRORS[cell["errorType"]] if isinstance(cell, dict) else cell


def request_of(name, arguments):
    """A call as Office.js sends it."""
    return {
        "func_name": name,
        "args": [rows(argument) for argument in arguments],
        "version": xlwings.__version__,
        "client": "Office.js",
        "content_language": "en-US",
        "date_format": None,
        "caller_address": None,
        "culture_info_name": "en-US",
        "runtime": "1.4",
    }


def call(name, arguments):
    """The rows that a call gives back."""
    found = asyncio.run(server.custom_functions_call(request_of(name, arguments), udfs))
    return [[shown(cell) for cell in row] for row in found]


if __name__ == "__main__":
    answer_all(call, server.custom_functions_meta(udfs))
