"""Values beside the formulas of any package, changed in its sheets' XML and nowhere else.

Whoever wrote the file: cells are found by a parser that knows where each element stands, and only
their values, and cells into which an array spills, are written anew. Every other byte stays.
"""

import bisect
import html
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat

from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.cell import coordinate_to_tuple

from .errors import WorkbookError
from .opc import Package
from .scan import in_utf8
from .sheet import Plain
from .stamp import typed

_TYPE = re.compile(rb"""\s(?:t|vm)\s*=\s*(?:"[^"]*"|'[^']*')""")  # of the old value
_SPANS = re.compile(rb"""\sspans\s*=\s*(?:"[^"]*"|'[^']*')""")
_REF = re.compile(rb"""(\sref\s*=\s*["'])[^"']*""")
_KIND = re.compile(rb"""\st\s*=\s*["'](\w*)""")
_MARKUP = re.compile("<[^>]*>")
# A start tag; its attributes may hold brackets.
_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DIMENSION = re.compile(rb"""(<(?:\w+:)?dimension\s+ref\s*=\s*["'])([^"']*)""")
# Errors that every Excel knows; later ones need parts of their own in the package.
_ERRORS = frozenset(("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"))

Place = tuple[int, int]
Area = tuple[int, int, int, int]  # first row and column, last row and column


class ErrorValue(str):
    """An error of Excel as a value, such as #N/A."""

    __slots__ = ()


class FormulaCell(NamedTuple):
    """A cell with a formula.

    Attributes
    ----------
    kind : str
        "" for one cell, "dynamic" for an array that spills, "array" for one of fixed size,
        "table" for a data table.
    area : (int, int, int, int)
        What an array fills; the cell alone otherwise.
    text : str
        Without an equals sign; "" where it stands in another cell that shares it.
    repeats: str
        The text that stands there, as that cell has it; "" where the cell has its own.
    """

    kind: str
    area: Area
    text: str
    repeats: str = ""


@dataclass
class _Element:
    """A row or a cell: where it and its start tag stand in the XML."""

    start: int
    tag_end: int
    end: int = 0
    is_dynamic: bool = False
    formula: dict | None = None  # attributes of a cell's formula
    inside: list = field(default_factory=list)  # a row's columns, a cell's names, with places


class SheetXml:
    """The XML of one sheet, with its cells found.

    Parameters
    ----------
    xml : bytes
        Without a DTD: what :func:`.guard.inspect_any` lets pass.

    Attributes
    ----------
    formulas : dict of (int, int) to FormulaCell
        By row and column, from 1. Those that repeat a shared formula are among them.
    hides_rows : bool
        Whether a row is hidden, by hand or by a filter.

    Raises
    ------
    WorkbookError
        Damaged, or a row or cell without its address.
    """

    def __init__(self, xml: bytes):
        self._xml = xml = in_utf8(xml)
        self._rows: dict[int, _Element] = {}
        self._cells: dict[Place, _Element] = {}
        self._prefix = b""
        self._end = 0  # of the rows
        self.hides_rows = False
        try:
            self._find()
        except (expat.ExpatError, ValueError) as error:
            raise WorkbookError(f"a sheet is damaged: {error}") from None
        self._numbers = sorted(self._rows)
        self.formulas = {
            place: _formula(place, cell, _text(self._parts(cell)["f"]))
            for place, cell in self._cells.items()
            if cell.formula is not None
        }
        shared = {
            cell.formula["si"]: self.formulas[place].text
            for place, cell in self._cells.items()
            if cell.formula and "si" in cell.formula and self.formulas[place].text
        }
        for place, one in self.formulas.items():
            number = (self._cells[place].formula or {}).get("si")
            if not one.text and number in shared:
                self.formulas[place] = one._replace(repeats=shared[number])

    def _find(self) -> None:
        parser = expat.ParserCreate()
        path: list[tuple[str, int]] = []  # of elements, each with the end of its start tag
        row = cell = _Element(0, 0)

        def start(name: str, attributes: dict) -> None:
            nonlocal row, cell
            prefix, _, name = name.rpartition(":")
            at = parser.CurrentByteIndex
            tag_end = _TAG.match(self._xml, at).end()  # type: ignore[union-attr]
            above = path[-1][0] if path else ""
            if above == "sheetData" and name == "row":
                row = self._rows[int(attributes.get("r") or _noaddress())] = _Element(at, tag_end)
                self.hides_rows |= attributes.get("hidden") in ("1", "true")
            elif above == "row" and name == "c":
                place = coordinate_to_tuple(attributes.get("r") or _noaddress())
                cell = _Element(at, tag_end, is_dynamic="cm" in attributes)
                self._cells[place] = cell
                row.inside.append((place[1], at))
            elif above == "c" and name == "f":
                cell.formula = attributes
            elif name == "sheetData":
                self._prefix = f"{prefix}:".encode() if prefix else b""
            path.append((name, tag_end))

        def end(name: str) -> None:
            name = name.rpartition(":")[2]
            _, tag_end = path.pop()
            at = parser.CurrentByteIndex
            empty = self._xml[tag_end - 2 : tag_end] == b"/>"
            after = tag_end if empty else self._xml.index(b">", at) + 1
            above = path[-1][0] if path else ""
            if above == "sheetData":
                row.end = after
            elif above == "row":
                cell.end = after
            elif above == "c":
                cell.inside.append((name, after))
            elif name == "sheetData":
                self._end = at

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.Parse(self._xml, True)

    def _parts(self, cell: _Element) -> dict[str, bytes]:
        """What stands in a cell, by name."""
        parts, start = {}, cell.tag_end
        for name, end in cell.inside:
            parts[name], start = self._xml[start:end].strip(), end
        return parts

    def value(self, place: Place) -> Plain:
        """What a formula's cell holds beside it, None for nothing."""
        cell = self._cells[place]
        text = _text(self._parts(cell).get("v", b""))
        found = _KIND.search(self._xml, cell.start, cell.tag_end)
        kind = found[1].decode() if found else "n"
        if kind == "b":
            return text == "1"
        if kind == "e":
            return ErrorValue(text)
        if kind == "n":
            return float(text) if text else None
        return text

    def filled(
        self,
        values: Mapping[Place, Plain],
        areas: Mapping[Place, Area],
        bare: Collection[Place] = (),
    ) -> bytes:
        """The XML with other values.

        Parameters
        ----------
        values : dict of (int, int) to value
            Of formulas, and of cells into which they spill; None empties one. Cells that are not
            there are added, without a style.
        areas : dict of (int, int) to area
            What arrays fill now.
        bare : collection of (int, int)
            Those that lose their formulas.
        """
        edits: list[tuple[int, int, bytes]] = []
        added: dict[int, dict[int, bytes]] = {}
        for place, value in values.items():
            cell = self._cells.get(place)
            if cell is not None:
                text = self._rewritten(cell, value, areas.get(place), place in bare)
                edits.append((cell.start, cell.end, text))
            elif value is not None:
                row, column = place
                tag = b'<%sc r="%s"' % (self._prefix, address((*place, *place)).encode())
                added.setdefault(row, {})[column] = self._closed(tag, b"", value, b"")
        for row in sorted(added):
            edits += self._with_cells(row, dict(sorted(added[row].items())))
        # At one place what is added comes before what is rewritten, each in its order.
        pieces, done = [], 0
        for start, end, text in sorted(edits, key=lambda edit: edit[:2]):
            pieces += [self._xml[done:start], text]
            done = end
        xml = b"".join([*pieces, self._xml[done:]])
        return _with_dimension(xml, [(row, column) for row in added for column in added[row]])

    def _rewritten(self, cell: _Element, value: Plain, area: Area | None, bare: bool) -> bytes:
        parts = self._parts(cell)
        formula = parts.pop("f", b"")
        if bare:
            formula = b""
        if area is not None:
            formula = _REF.sub(rb"\g<1>" + address(area).encode(), formula, count=1)
        rest = b"".join(part for name, part in parts.items() if name not in ("v", "is"))
        tag = self._xml[cell.start : cell.tag_end].rstrip(b"/> \r\n\t")
        return self._closed(_TYPE.sub(b"", tag), formula, value, rest)

    def _closed(self, tag: bytes, formula: bytes, value: Plain, rest: bytes) -> bytes:
        """A cell from its open start tag on."""
        p, kind, content = self._prefix, "", b""
        if value is not None:
            kind, text = _typed(value)
            space = b' xml:space="preserve"' if text != text.strip() else b""
            content = b"<%sv%s>%s</%sv>" % (p, space, text.encode(), p)
        inside = formula + content + rest
        return tag + kind.encode() + (b">%s</%sc>" % (inside, p) if inside else b"/>")

    def _with_cells(self, number: int, cells: dict[int, bytes]) -> list[tuple[int, int, bytes]]:
        """Edits that add cells, in the order of their columns, to a row, or the row."""
        p, text = self._prefix, b"".join(cells.values())
        row = self._rows.get(number)
        if row is None:
            following = bisect.bisect(self._numbers, number)
            later = self._numbers[following : following + 1]
            at = self._rows[later[0]].start if later else self._end
            return [(at, at, b'<%srow r="%d">%s</%srow>' % (p, number, text, p))]
        tag = _SPANS.sub(b"", self._xml[row.start : row.tag_end])
        if row.end == row.tag_end:
            tag = tag[:-2].rstrip()
            return [(row.start, row.end, b"%s>%s</%srow>" % (tag, text, p))]
        edits = [(row.start, row.tag_end, tag)]
        close = self._xml.rindex(b"<", row.start, row.end)
        for column, cell in cells.items():
            at = next((start for other, start in row.inside if other > column), close)
            edits.append((at, at, cell))
        return edits


def sheets(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The part of each worksheet of a package, by its title, in their order.

    Raises
    ------
    WorkbookError
        A list of the package is damaged.
    """
    try:
        found = {one.title: one.part for one in Package(parts).grids}
    except WorkbookError as error:
        raise WorkbookError(f"the list of sheets is damaged: {error}") from None
    if "" in found.values():
        raise WorkbookError("the list of sheets names parts that are not there")
    return found


def _noaddress():
    raise ValueError("a row or cell without its address; save the file with Excel first")


def _text(element: bytes) -> str:
    """The text of an element without others in it."""
    if b"<![CDATA[" in element:
        raise WorkbookError("a sheet has CDATA sections; save the file with Excel first")
    return html.unescape(_MARKUP.sub("", element.decode()))


def _formula(place: Place, cell: _Element, text: str) -> FormulaCell:
    attributes = cell.formula or {}
    kind = attributes.get("t", "")
    one = (*place, *place)
    if kind not in ("array", "dataTable"):
        return FormulaCell("", one, text)
    try:
        area = area_of(attributes["ref"])
    except (KeyError, TypeError, ValueError):
        raise WorkbookError(f"an array formula without its area: {address(one)}") from None
    if kind == "dataTable":
        kind = "table"
    return FormulaCell("dynamic" if cell.is_dynamic else kind, area, text)


def address(area: Area) -> str:
    """An area as formulas write it, such as B2 or B2:C5."""
    first, last = (f"{get_column_letter(c)}{r}" for r, c in (area[:2], area[2:]))
    return first if first == last else f"{first}:{last}"


def area_of(text: str) -> Area:
    """The area that a text such as B2 or B2:C5 means."""
    left, top, right, bottom = map(int, range_boundaries(text))
    return top, left, bottom, right


def _typed(value: Plain) -> tuple[str, str]:
    """A value's type attribute and text."""
    if isinstance(value, ErrorValue):
        return ' t="e"', value if value in _ERRORS else "#VALUE!"
    kind, text = typed(value)
    return kind, _NO_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def _with_dimension(xml: bytes, added: list[Place]) -> bytes:
    """The XML whose note of the sheet's size, by which some readers go, holds what was added."""
    match = _DIMENSION.search(xml)
    if not added or match is None:
        return xml
    top, left, bottom, right = area_of(match[2].decode())
    rows, columns = zip(*added, strict=True)
    area = (
        min(top, *rows),
        min(left, *columns),
        max(bottom, *rows),
        max(right, *columns),
    )
    return xml[: match.start(2)] + address(area).encode() + xml[match.end(2) :]
