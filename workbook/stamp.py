"""Values beside the formulas, in a package that is the same bytes for the same inputs.

openpyxl writes formulas without values. Here the finished package's sheets are cut at those gaps
and filled, so that previews, phones, Protected View and pandas show numbers at once.
"""

import io
import re
import zipfile
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

from .render import package
from .sheet import Book, Formula, Plain

_GAP = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)><f>([^<]*)</f><v ?/></c>')
_MODIFIED = re.compile(r"(<dcterms:modified[^>]*>)[^<]*")
_OLDEST = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold: no clock in the file


def workbook_bytes(book: Book) -> bytes:
    """The finished .xlsx of a book: live formulas with values beside them."""
    return stamp(package(book), {sheet.title: values(sheet.cells) for sheet in book.sheets})


def values(cells) -> dict[str, Plain]:
    """Value of each formula cell, by address."""
    return {
        f"{get_column_letter(column)}{row}": cell.content.value
        for (row, column), cell in cells.items()
        if isinstance(cell.content, Formula)
    }


def stamp(raw: bytes, by_sheet: dict[str, dict[str, Plain]]) -> bytes:
    """A package with every formula's value filled in.

    Parameters
    ----------
    raw : bytes
        A package as openpyxl saves it, with the sheets in this order.
    by_sheet : dict
        Sheet title to address to value.
    """
    parts = {
        f"xl/worksheets/sheet{number}.xml": filled
        for number, filled in enumerate(by_sheet.values(), 1)
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name in parts:
                data = _fill(data.decode(), parts[name]).encode()
            elif name == "docProps/core.xml":
                data = _MODIFIED.sub(r"\g<1>2000-01-01T00:00:00Z", data.decode()).encode()
            entry = zipfile.ZipInfo(name, _OLDEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, data)
    return buffer.getvalue()


def _fill(xml: str, filled: dict[str, Plain]) -> str:
    def cell(match: re.Match) -> str:
        address, attributes, formula = match.groups()
        kind, text = _value(filled[address])
        return f'<c r="{address}"{attributes}{kind}><f>{formula}</f><v>{text}</v></c>'

    return _GAP.sub(cell, xml)


def _value(value: Plain) -> tuple[str, str]:
    """A value's type attribute and text, as a sheet's XML holds them."""
    if isinstance(value, bool):
        return ' t="b"', str(int(value))
    if isinstance(value, str):
        return ' t="str"', escape(value)
    if not isinstance(value, (int, float)) or value != value or value in (_INFINITY, -_INFINITY):
        return ' t="e"', "#N/A"
    return "", repr(value)


_INFINITY = float("inf")
