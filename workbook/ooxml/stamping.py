"""Values beside the formulas, in a package that is the same bytes for the same inputs.

openpyxl writes formulas without values. Here the finished package's sheets are cut at those gaps
and filled, so that previews, phones, Protected View and pandas show numbers at once.
"""

import io
import math
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from openpyxl.utils import get_column_letter

from ..errors import WorkbookError
from ..layout.sheet import Book, DataTable, Formula, Plain, Row
from ..rendering.render import package
from ..rendering.theme import Theme
from .dynamic_arrays import mark_calls
from .ignored_errors import ignored_errors, put_ignored
from .repeated_rows import add_rows
from .shared_strings import share_texts
from .zip_writer import zipped

_CELL = re.compile(
    r'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f(?: t="array"[^>]*)?>[^<]*</f>|<f t="dataTable"[^>]*/>)?'
    r"<v(?: ?/>|>[^<]*</v>)</c>"
)  # a formula without value, or a number
_FORMULA = re.compile(r'<f(?:>| t="array"| t="dataTable")')
_MODIFIED = re.compile(r"(<dcterms:modified[^>]*>)[^<]*")
_CHART = re.compile(r'<(?:xdr:)?cNvPr id="[0-9]+" name="Chart [0-9]+"')
_LABEL_FORMAT = re.compile(r'(<numFmt formatCode="[^"]*") ?/>')
_FONT = re.compile(r"(?<=<font>).*?(?=</font>)")
_FONT_CHILD = re.compile(r"<([A-Za-z]+)[^>]*/>")
# fmt: off
_FONT_ORDER = ["b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign",
               "sz", "color", "name", "family", "charset", "scheme"]
# fmt: on


def workbook_bytes(book: Book, theme: Theme | None = None) -> bytes:
    """The finished .xlsx of a book: live formulas with values beside them.

    Parameters
    ----------
    book : Book
    theme : Theme, optional
        Font, colours and logo; the embedded ones by default.

    Raises
    ------
    WorkbookError
        Two sheets of one title, or a cell's style that does not exist.
    """
    return zipped(finished_book(book, theme))


def finished_book(book: Book, theme: Theme | None = None) -> dict[str, bytes]:
    """The parts of a book's .xlsx by name, in order; arguments as of :func:`workbook_bytes`."""
    if len({sheet.title.casefold() for sheet in book.sheets}) < len(book.sheets):
        raise WorkbookError(f"{book.title}: two sheets have the same title")
    by_sheet = {s.title: values(s.cells) | _numbers(s.cells) for s in book.sheets}
    summaries = [chart.summary for sheet in book.sheets for chart in sheet.charts]
    more = {sheet.title: sheet.more for sheet in book.sheets if sheet.more}
    ignored = {sheet.title: ignored_errors(sheet) for sheet in book.sheets}
    return finished_parts(package(book, theme), by_sheet, summaries, more, ignored)


def values(cells) -> dict[str, Plain]:
    """Value of each formula cell, by address."""
    return {
        _address(place): cell.content.value
        for place, cell in cells.items()
        if isinstance(cell.content, (Formula, DataTable))
    }


def _address(place: tuple[int, int]) -> str:
    return f"{get_column_letter(place[1])}{place[0]}"


def _numbers(cells) -> dict[str, Plain]:
    """Each number that is not a formula: openpyxl would write it with 16 digits, not all 17."""
    return {
        _address(place): cell.content
        for place, cell in cells.items()
        if isinstance(cell.content, (int, float)) and not isinstance(cell.content, bool)
    }


def stamp(
    raw: bytes, by_sheet: dict[str, dict[str, Plain]], summaries: Sequence[str] = ()
) -> bytes:
    """A package of any workbook that openpyxl saved, with every formula's value filled in.

    Parameters
    ----------
    raw : bytes
        A package as openpyxl saves it.
    by_sheet : dict
        Sheet title to address to value: of every formula, and of any numbers to write exactly.
        Every sheet, in the package's order.
    summaries : sequence of str
        What each chart shows, for those who do not see it; openpyxl has no place for it.

    Returns
    -------
    bytes
        The same for the same input: no clock is in them. NaN and None are stamped as #N/A, dates
        must be given as Excel's serial numbers.

    Raises
    ------
    WorkbookError
        A formula without a value, or another number of sheets than the package has.
    """
    return zipped(finished_parts(raw, by_sheet, summaries))


def finished_parts(
    raw: bytes,
    by_sheet: dict[str, dict[str, Plain]],
    summaries: Sequence[str] = (),
    more: Mapping[str, Sequence[Row]] | None = None,
    ignored: Mapping[str, str] | None = None,
) -> dict[str, bytes]:
    """The parts of that workbook by name, in the package's order; arguments as of :func:`stamp`.

    ``more`` are rows to put below the last of a sheet, by its title; ``ignored`` the element of
    :func:`~.ignored.ignored_errors` of each.
    """
    sheets = {
        f"xl/worksheets/sheet{number}.xml": (title, filled)
        for number, (title, filled) in enumerate(by_sheet.items(), 1)
    }
    alternatives = iter(summaries)
    parts = {}
    with zipfile.ZipFile(io.BytesIO(raw)) as source:
        count = sum(name.startswith("xl/worksheets/sheet") for name in source.namelist())
        if count != len(sheets):
            raise WorkbookError(f"values for {len(sheets)} sheets, but the package has {count}")
        for name in source.namelist():
            data = source.read(name)
            if name in sheets:
                data = _fill(data.decode(), *sheets[name]).encode()
            elif name.startswith("xl/drawings/drawing"):
                data = _described(data.decode(), alternatives).encode()
            elif name.startswith("xl/charts/chart"):  # else labels keep the format of their cells
                data = _LABEL_FORMAT.sub(r'\1 sourceLinked="0" />', data.decode()).encode()
            elif name == "xl/styles.xml":
                data = _FONT.sub(_schema_order, data.decode()).encode()
            elif name == "docProps/core.xml":
                data = _MODIFIED.sub(r"\g<1>2000-01-01T00:00:00Z", data.decode()).encode()
            parts[name] = data
    for name, (title, _) in sheets.items():
        if more and title in more:
            add_rows(parts, name, more[title])
        if ignored and ignored.get(title):
            parts[name] = put_ignored(parts[name].decode(), ignored[title]).encode()
    mark_calls(parts)
    share_texts(parts)
    return parts


def _fill(xml: str, title: str, filled: dict[str, Plain]) -> str:
    def cell(match: re.Match) -> str:
        address, attributes, formula = match.groups()
        if address not in filled:
            if formula is None:
                return match[0]
            raise WorkbookError(f"{title}!{address}: a formula without a value")
        kind, text = typed(filled[address])
        if kind:
            attributes = attributes.replace(' t="n"', "")  # of a number that is none
        return f'<c r="{address}"{attributes}{kind}>{formula or ""}<v>{text}</v></c>'

    found = _CELL.sub(cell, xml)
    if len(_FORMULA.findall(found)) != sum(1 for match in _CELL.finditer(found) if match[3]):
        raise RuntimeError("a formula cell is written in a way that stamping does not know")
    return found


def _described(xml: str, summaries: Iterator[str]) -> str:
    def described(match: re.Match) -> str:
        return f"{match[0]} descr={quoteattr(next(summaries, ''))}"

    return _CHART.sub(described, xml)


def _schema_order(font: re.Match) -> str:
    """Children of a font in the order the file format demands; openpyxl has its own."""
    children = sorted(_FONT_CHILD.finditer(font[0]), key=lambda m: _FONT_ORDER.index(m[1]))
    return "".join(child[0] for child in children)


def typed(value: Plain) -> tuple[str, str]:
    """A value's type attribute and text, as a sheet's XML holds them."""
    if in_cell := getattr(value, "in_cell", None):  # a figure that leaves a mark: see template.py
        return in_cell()
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool):
        return ' t="b"', str(int(value))
    if isinstance(value, str):
        return ' t="str"', escape(value)
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        return ' t="e"', "#N/A"
    return "", repr(value)
