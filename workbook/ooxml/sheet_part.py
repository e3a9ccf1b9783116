"""A sheet's XML, read once and written once: values, spill marks, shared strings, more rows.

openpyxl writes a cell without a value for a formula, and a text into its cell. Each cell is met
once here and gets all that it lacks.
"""

import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.sax.saxutils import escape

import numpy as np

from ...engine.calculators.catalogue import PREFIX
from ..errors import WorkbookError
from ..layout.references import FormulaWhen, Gap, Pieces, Ref, Replaced, TableValue, Text
from ..layout.sheet import Plain
from .ignored_errors import put_ignored
from .repeated_rows import links_of, rows_below
from .shared_strings import SharedStrings

if TYPE_CHECKING:
    from .compilation import Contents

_CELL = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*?)(?: ?/>|>(.*?)</c>)', re.DOTALL)
_INNER = re.compile(
    r'(<f(?: t="array"[^>]*)?>[^<]*</f>|<f t="dataTable"[^>]*(?:/>|></f>))?<v(?: ?/>|>[^<]*</v>)'
)  # a formula without value, or a number
_TEXT, _NUMBER = ' t="inlineStr"', ' t="n"'  # the type of a number is the default
_CALL = f"<f>{PREFIX}"
_DIMENSION = re.compile(r'(?<=<dimension ref=")([A-Z]+[0-9]+:[A-Z]+)[0-9]+')


class CompiledSheet(NamedTuple):
    """A sheet's pieces, the relations of its links, and whether it calls functions of ours."""

    pieces: Pieces
    relations: str
    has_calls: bool


def compiled_sheet(
    xml: str, contents: "Contents", strings: SharedStrings | None, relations: str
) -> CompiledSheet:
    """A sheet as it is kept in the package.

    Parameters
    ----------
    xml : str
        As openpyxl writes it.
    contents : Contents
        What its cells show: see :class:`.compilation.Contents`.
    strings : SharedStrings or None
        Gets the sheet's texts; without it they stay in their cells.
    relations : str
        XML of the part with its relations, "" where it has none.

    Raises
    ------
    WorkbookError
        A formula without a value.
    """
    start, end = xml.find("<sheetData>"), xml.rfind("</sheetData>")
    if start < 0:  # a sheet without cells
        start = end = xml.index("<sheetData")
    head, data, tail = xml[:start], xml[start:end], xml[end:]
    cells = _Cells(contents, strings)
    body = cells.compiled(data)
    if contents.more:
        below = rows_below(data, contents.more, strings)
        body.append(below.xml)
        head = _DIMENSION.sub(rf"\g<1>{below.last}", head, count=1)
        tail, relations = links_of(contents.more, below.first, tail, relations)
    if contents.ignored:
        tail = put_ignored(tail, contents.ignored)
    return CompiledSheet([head, *body, tail], relations, cells.has_calls)


class _Cells:
    """The cells of one sheet, as they are met."""

    def __init__(self, contents: "Contents", strings: SharedStrings | None):
        self.title, self.values = contents.title, contents.values
        self.strings, self.has_calls = strings, False

    def compiled(self, data: str) -> Pieces:
        pieces: Pieces = []
        start = 0
        for match in _CELL.finditer(data):
            address, attributes, inner = match.groups()
            if attributes.endswith(_TEXT) and self.strings is None:
                continue
            if attributes.endswith(_TEXT):
                cell = self._text(address, attributes.removesuffix(_TEXT), inner)
            elif inner is None:
                continue
            elif address not in self.values and "<f" not in inner:
                if not attributes.endswith(_NUMBER):
                    continue
                cell = [f'<c r="{address}"{attributes.removesuffix(_NUMBER)}>{inner}</c>']
            else:
                cell = self._figure(address, attributes, inner)
            pieces += [data[start : match.start()], *cell]
            start = match.end()
        return [*pieces, data[start:]]

    def _text(self, address: str, attributes: str, inner: str | None) -> Pieces:
        """A text, in the shared table unless it is computed; an empty one becomes an empty cell."""
        if not inner:
            return [f'<c r="{address}"{attributes} />']
        value = self.values.get(address)
        if isinstance(value, TableValue):
            kind, shown = _shown(value.value)
            return [f'<c r="{address}"{attributes}', kind, "><v>", shown, "</v></c>"]
        assert self.strings is not None  # else texts stay in their cells
        if isinstance(value, Text):
            number = self.strings.number_of(value)
        else:
            number = self.strings.number(inner.removeprefix("<is>").removesuffix("</is>"))
        return [f'<c r="{address}"{attributes} t="s"><v>{number}</v></c>']

    def _figure(self, address: str, attributes: str, inner: str) -> Pieces:
        """A formula or number, with its value."""
        found = _INNER.fullmatch(inner)
        if found is None:
            raise RuntimeError("a formula cell is written in an unknown way")
        if address not in self.values:
            raise WorkbookError(f"{self.title}!{address}: a formula without a value")
        formula, mark = found[1] or "", ""
        if formula.startswith(_CALL):
            formula, mark = f'<f t="array" ref="{address}">{formula[3:]}', ' cm="1"'
            self.has_calls = True
        content, attributes = self.values[address], attributes.removesuffix(_NUMBER)
        if isinstance(content, TableValue):
            content = content.value
        element: str | Gap = formula
        if isinstance(content, Replaced):
            element = Gap("formula", FormulaWhen(formula, content.when))
            content = content.value
        kind, value = _shown(content)
        return [
            f'<c r="{address}"{attributes}',
            kind,
            f"{mark}>",
            element,
            "<v>",
            value,
            "</v></c>",
        ]


def _shown(value: Any) -> tuple[str | Gap, str | Gap]:
    """The type attribute and the text of a cell, or the gaps for them."""
    if isinstance(value, Text):
        return ' t="str"', Gap("cell", value)
    if isinstance(value, Ref):
        kind: str | Gap = ' t="b"' if value.kind == "b" else ""
        return Gap("type", value) if value.missing else kind, Gap("cell", value)
    return typed(value)


def typed(value: Plain) -> tuple[str, str]:
    """A value's type attribute and text, as a sheet's XML holds them."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool):
        return ' t="b"', str(int(value))
    if isinstance(value, str):
        return ' t="str"', escape(value)
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        return ' t="e"', "#N/A"
    return "", repr(value)
