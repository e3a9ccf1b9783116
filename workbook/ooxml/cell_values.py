"""Values beside the formulas of any package, changed in its sheets' XML and nowhere else.

Whoever wrote the file: cells are found by a parser that knows where each element stands, and only
their values, and cells into which an array spills, are written anew. Every other byte stays.
"""

import bisect
import html
import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from math import isfinite
from types import MappingProxyType
from typing import NamedTuple
from xml.etree.ElementTree import ParseError, fromstring
from xml.parsers import expat
from xml.sax.saxutils import escape

from ..errors import WorkbookError
from ..layout.sheet import Plain
from .cell_references import Area, Position, address, area_of
from .sheet_data import text_of, unescaped
from .sheet_part import typed
from .sheet_scan import TAG, SheetScan
from .xml_bounds import in_utf8

_TYPE = re.compile(rb"""\s(?:t|vm)\s*=\s*(?:"[^"]*"|'[^']*')""")  # of the old value
_SPANS = re.compile(rb"""\sspans\s*=\s*(?:"[^"]*"|'[^']*')""")
_REF = re.compile(rb"""(\sref\s*=\s*["'])[^"']*""")
_KIND = re.compile(rb"""\st\s*=\s*["'](\w*)""")
_MARKUP = re.compile("<[^>]*>")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DIMENSION = re.compile(rb"""(<(?:\w+:)?dimension\s+ref\s*=\s*["'])([^"']*)""")
# Errors that every Excel knows; later ones need parts of their own in the package.
_ERRORS = frozenset(("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"))


class ErrorValue(str):
    """An error of Excel as a value, such as #N/A."""

    __slots__ = ()


class ConstantText(str):
    """A text that no formula gives."""

    __slots__ = ()


class _Cell(NamedTuple):
    """A cell in the XML: where it begins and ends, and what stands in it, by name."""

    start: int
    tag_end: int
    end: int
    parts: dict[str, bytes]


class SheetXml:
    """The XML of one sheet, with its cells found.

    Parameters
    ----------
    xml : bytes
        Without a DTD: what :func:`.safe_open.inspect_any` accepts.
    texts : sequence of str
        The package's shared texts, which cells name by their numbers.

    Attributes
    ----------
    formulas : dict of (int, int) to FormulaCell
        By row and column, from 1. Those that repeat a shared formula are among them.
    origins : dict of (int, int) to (int, int)
        Of formulas that repeat a shared one: the cell in which it stands.
    inputs : dict of (int, int) to list of str
        Of data tables: the addresses of the cells that they vary.
    without_value : set of (int, int)
        The formulas beside which no value is saved.
    hides_rows : bool
        Whether a row is hidden, by hand or by a filter.
    bottom, right : int
        The last row and column with a cell.

    Raises
    ------
    WorkbookError
        Damaged, or a row or cell without its address.
    """

    def __init__(self, xml: bytes, texts: Sequence[str] = ()):
        self._xml = in_utf8(xml)
        self._texts = texts
        found = SheetScan(self._xml)
        self._rows, self._prefix, self._end = found.rows, found.prefix, found.end
        self.formulas, self.origins, self.inputs = found.formulas, found.origins, found.inputs
        self.without_value, self.hides_rows = found.without_value, found.hides_rows
        self.bottom, self.right = found.bottom, found.right
        self._numbers = sorted(self._rows)

    def _cell(self, position: Position) -> _Cell | None:
        """A cell of the XML, None if it is not there."""
        row = self._rows.get(position[0])
        start = None if row is None else row.cells.get(position[1])
        if start is None:
            return None
        xml = self._xml
        tag_end = TAG.match(xml, start).end()  # type: ignore[union-attr]
        if xml[tag_end - 2 : tag_end] == b"/>":
            return _Cell(start, tag_end, tag_end, {})
        close = re.compile(rb"</%sc\s*>" % self._prefix).search(xml, tag_end)
        fragment = xml[start : close.end()]  # type: ignore[union-attr]
        return _Cell(start, tag_end, start + len(fragment), _children(fragment))

    def cells_in(self, area: Area) -> Iterator[Position]:
        """The cells of an area that are there, row by row."""
        top, left, bottom, right = area
        first, last = (bisect.bisect_left(self._numbers, row) for row in (top, bottom + 1))
        for number in self._numbers[first:last]:
            cells = self._rows[number].cells
            if right - left < len(cells):
                yield from ((number, at) for at in range(left, right + 1) if at in cells)
            else:
                yield from ((number, at) for at in cells if left <= at <= right)

    def value(self, position: Position) -> Plain:
        """What a cell holds, also beside a formula; None for nothing.

        Raises
        ------
        WorkbookError
            A value of a kind that is not understood.
        """
        cell = self._cell(position)
        if cell is None:
            return None
        found = _KIND.search(self._xml, cell.start, cell.tag_end)
        kind = found[1].decode() if found else "n"
        text = _text(cell.parts.get("v", b""))
        try:
            if kind == "inlineStr":
                return self._inline_text(cell.parts["is"]) if "is" in cell.parts else None
            if kind == "b":
                return text.strip() == "1"
            if kind == "e":
                return ErrorValue(text)
            if kind == "n":
                return float(text) if text else None
            if kind == "s":
                return self._texts[int(text)] if text else None
            if kind == "str":
                return unescaped(text)
        except (ValueError, IndexError, ParseError):
            pass
        raise WorkbookError(
            f"{address((*position, *position))} holds {text[:20]!r} of type {kind[:20]!r}, "
            "which is not understood; save the file with Excel first"
        )

    def texts_with(self, mark: str) -> Iterator[tuple[Position, str]]:
        """The texts that hold a mark, of cells without a formula, row by row."""
        wanted = {number for number, text in enumerate(self._texts) if mark in text}
        for row in self._numbers:
            for column in self._rows[row].cells:
                position = (row, column)
                if position not in self.formulas and self._may_hold(position, wanted):
                    text = self.value(position)
                    if isinstance(text, str) and mark in text:
                        yield position, text

    def _may_hold(self, position: Position, wanted: Collection[int]) -> bool:
        """Whether a cell can hold a mark; few are parsed to find out."""
        start = self._rows[position[0]].cells[position[1]]
        tag = TAG.match(self._xml, start)
        kind = _KIND.search(tag[0]) if tag else None
        if kind is None or kind[1] not in (b"s", b"inlineStr", b"str"):
            return False
        if kind[1] != b"s":
            return True
        cell = self._cell(position)
        text = _text(cell.parts.get("v", b"")).strip() if cell else ""
        return text.isdecimal() and int(text) in wanted

    def _inline_text(self, element: bytes) -> str:
        """The text of an inline string, from its XML."""
        p = self._prefix
        return text_of(fromstring(element.replace(b"<" + p, b"<").replace(b"</" + p, b"</")))

    def filled(
        self,
        values: Mapping[Position, Plain],
        areas: Mapping[Position, Area] = MappingProxyType({}),
        formulas: Mapping[Position, str] = MappingProxyType({}),
    ) -> bytes:
        """The XML with other values.

        Parameters
        ----------
        values : dict of (int, int) to value
            Of formulas, and of cells into which they spill; None empties one. Cells that are not
            there are added, without a style.
        areas : dict of (int, int) to area
            What arrays fill now.
        formulas : dict of (int, int) to str
            New formulas, without an equals sign; each has its value among the values.
        """
        wanted = [
            position
            for position, value in values.items()
            if value is not None or position in formulas or self._cell(position) is not None
        ]
        return self.slots(wanted, areas, formulas).filled(values)

    def slots(
        self,
        positions: Collection[Position],
        areas: Mapping[Position, Area] = MappingProxyType({}),
        formulas: Mapping[Position, str] = MappingProxyType({}),
    ) -> "SheetSlots":
        """The XML with room for the values of some cells, to be filled more than once.

        Parameters
        ----------
        positions : collection of (int, int)
        areas, formulas
            As :meth:`filled` takes them.
        """
        edits: list[_Edit] = []
        added: dict[int, dict[int, Slot]] = {}
        for position in positions:
            cell = self._cell(position)
            formula = self._formula(formulas.get(position))
            if cell is not None:
                slot = self._slot(position, cell, areas.get(position), formula)
                edits.append((cell.start, cell.end, [slot]))
            else:
                row, column = position
                tag = b'<%sc r="%s"' % (self._prefix, address((*position, *position)).encode())
                slot = Slot(position, tag, formula, b"", is_new=True)
                added.setdefault(row, {})[column] = slot
        for row in sorted(added):
            edits += self._with_cells(row, dict(sorted(added[row].items())))
        # At one offset what is added comes before what is rewritten, each in its order.
        pieces: list[bytes | Slot] = []
        done = 0
        for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
            pieces += [self._xml[done:start], *new]
            done = end
        pieces.append(self._xml[done:])
        assert isinstance(pieces[0], bytes)  # with the note of the sheet's size
        cells = [(row, column) for row in added for column in added[row]]
        pieces[0] = _with_dimension(pieces[0], cells)
        return SheetSlots(pieces, self._prefix)

    def _formula(self, text: str | None) -> bytes:
        """The element of a formula, empty if there is none."""
        if text is None:
            return b""
        return b"<%sf>%s</%sf>" % (self._prefix, escape(text).encode(), self._prefix)

    def _slot(self, position: Position, cell: _Cell, area: Area | None, new: bytes) -> "Slot":
        """The place of a cell that is there, without its value."""
        parts = dict(cell.parts)
        formula = parts.pop("f", b"")
        formula = new or formula
        if area is not None:
            formula = _REF.sub(rb"\g<1>" + address(area).encode(), formula, count=1)
        rest = b"".join(part for name, part in parts.items() if name not in ("v", "is"))
        tag = self._xml[cell.start : cell.tag_end].rstrip(b"/> \r\n\t")
        return Slot(position, _TYPE.sub(b"", tag), formula, rest)

    def _with_cells(self, number: int, cells: dict[int, "Slot"]) -> list["_Edit"]:
        """Edits that add cells, in the order of their columns, to a row, or the row."""
        p, new = self._prefix, cells.values()
        row = self._rows.get(number)
        close_row = b"</%srow>" % p
        if row is None:
            following = bisect.bisect(self._numbers, number)
            later = self._numbers[following : following + 1]
            at = self._rows[later[0]].start if later else self._end
            return [(at, at, [b'<%srow r="%d">' % (p, number), *new, close_row])]
        tag = _SPANS.sub(b"", self._xml[row.start : row.tag_end])
        if row.end == row.tag_end:
            tag = tag[:-2].rstrip()
            return [(row.start, row.end, [tag + b">", *new, close_row])]
        edits: list[_Edit] = [(row.start, row.tag_end, [tag])]
        close = self._xml.rindex(b"<", row.start, row.end)
        for column, cell in cells.items():
            at = next((start for other, start in row.cells.items() if other > column), close)
            edits.append((at, at, [cell]))
        return edits


class Slot(NamedTuple):
    """The place of a cell's value in a sheet's XML.

    Attributes
    ----------
    position : (int, int)
    tag, formula, rest : bytes
        The cell's start tag without its type and end, and what stands before and behind its value.
    is_new : bool
        Whether the cell is left out where it has nothing in it.
    """

    position: Position
    tag: bytes
    formula: bytes
    rest: bytes
    is_new: bool = False


_Edit = tuple[int, int, Sequence[bytes | Slot]]


class SheetSlots:
    """A sheet's XML with room for values.

    Parameters
    ----------
    pieces : list of bytes or Slot
    prefix : bytes
        Of its elements.
    """

    def __init__(self, pieces: list[bytes | Slot], prefix: bytes):
        self._pieces, self._prefix = pieces, prefix
        self._end = b"</%sc>" % prefix
        self._value = b"<%sv>" % prefix, b"</%sv>" % prefix

    def filled(self, values: Mapping[Position, Plain]) -> bytes:
        """The XML with a value in each place; None for an empty cell."""
        return b"".join(
            piece if isinstance(piece, bytes) else self._cell(piece, values[piece.position])
            for piece in self._pieces
        )

    def filled_all(self, columns: Mapping[Position, Sequence[Plain]]) -> Iterator[bytes]:
        """The XML with one value after the other in each place.

        Parameters
        ----------
        columns : dict of (int, int) to sequence of value
            As many of each place, at least one; None for an empty cell.
        """
        pieces: list[Iterable[bytes]] = []
        fixed: list[bytes] = []
        for piece in self._pieces:
            if isinstance(piece, bytes):
                fixed.append(piece)
            elif is_one(column := columns[piece.position]):
                fixed.append(self._cell(piece, column[0]))
            else:
                pieces += [itertools.repeat(b"".join(fixed)), self._cells(piece, column)]
                fixed = []
        count = len(next(iter(columns.values()), " "))
        pieces.append(itertools.repeat(b"".join(fixed), count))
        return map(b"".join, zip(*pieces, strict=False))

    def _cells(self, slot: Slot, column: Sequence[Plain]) -> Iterator[bytes]:
        """A cell with one value after the other."""
        if all(type(value) is float and isfinite(value) for value in column):
            before = b"%s>%s%s" % (slot.tag, slot.formula, self._value[0])
            after = self._value[1] + slot.rest + self._end
            return (before + number.encode() + after for number in map(repr, column))
        return (self._cell(slot, value) for value in column)

    def _cell(self, slot: Slot, value: Plain) -> bytes:
        _, tag, formula, rest, is_new = slot
        if value is None:
            if formula or rest:
                return b"%s>%s%s%s" % (tag, formula, rest, self._end)
            return b"" if is_new else tag + b"/>"
        if type(value) is float and isfinite(value):
            number = repr(value).encode()
            before, after = self._value
            return b"".join((tag, b">", formula, before, number, after, rest, self._end))
        p = self._prefix
        if isinstance(value, ConstantText):
            kind, text = ' t="inlineStr"', _escaped(escape(value))
            inside = b'<%st xml:space="preserve">%s</%st>' % (p, text.encode(), p)
            content = b"<%sis>%s</%sis>" % (p, inside, p)
        else:
            kind, text = _typed(value)
            space = b' xml:space="preserve"' if text != text.strip() else b""
            content = b"<%sv%s>%s</%sv>" % (p, space, text.encode(), p)
        return b"".join((tag, kind.encode(), b">", formula, content, rest, self._end))


def is_one(column: Sequence[Plain]) -> bool:
    """Whether all values of a column are the same, also by type."""
    first = column[0]
    return column.count(first) == len(column) and len({*map(type, column)}) == 1


def _text(element: bytes) -> str:
    """The text of an element without others in it."""
    if b"<![CDATA[" in element:
        raise WorkbookError("a sheet has CDATA sections; save the file with Excel first")
    return html.unescape(_MARKUP.sub("", element.decode()))


def _children(fragment: bytes) -> dict[str, bytes]:
    """What stands in a cell, by name, from the cell's XML."""
    parser = expat.ParserCreate()
    parts: dict[str, bytes] = {}
    depth, start = 0, 0

    def opened(_name: str, _attributes: dict) -> None:
        nonlocal depth, start
        depth += 1
        if depth == 2:
            start = parser.CurrentByteIndex

    def closed(name: str) -> None:
        nonlocal depth
        if depth == 2:
            at = parser.CurrentByteIndex
            tag_end = TAG.match(fragment, start).end()  # type: ignore[union-attr]
            empty = fragment[tag_end - 2 : tag_end] == b"/>"
            end = tag_end if empty else fragment.index(b">", at) + 1
            parts[name.rpartition(":")[2]] = fragment[start:end]
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.Parse(fragment, True)
    return parts


def _typed(value: Plain) -> tuple[str, str]:
    """A value's type attribute and text."""
    if isinstance(value, ErrorValue):
        return ' t="e"', value if value in _ERRORS else "#VALUE!"
    kind, text = typed(value)
    return kind, _escaped(text)


def _escaped(text: str) -> str:
    """A text with codes for the characters that XML cannot hold."""
    return _NO_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def _with_dimension(xml: bytes, added: list[Position]) -> bytes:
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
