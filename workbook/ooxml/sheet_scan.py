"""Where rows, cells and formulas stand in the XML of a worksheet."""

import re
from collections.abc import Callable
from typing import NamedTuple
from xml.parsers import expat

from openpyxl.utils.cell import coordinate_to_tuple

from ..errors import WorkbookError
from .cell_references import Area, Position, address, area_of

# A start tag; its attributes may hold brackets.
TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")


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
    repeats : str
        The text that stands there, as that cell has it; "" where the cell has its own.
    """

    kind: str
    area: Area
    text: str
    repeats: str = ""


class RowXml(NamedTuple):
    """A row: where it and its start tag begin and end in the XML, and its cells' starts."""

    start: int
    tag_end: int
    end: int
    cells: dict[int, int]  # by column, in the order of the XML


class SheetScan:
    """One pass over a sheet's XML, which finds its rows, cells and formulas.

    Parameters
    ----------
    xml : bytes
        In UTF-8, without a DTD.

    Attributes
    ----------
    rows : dict of int to RowXml
    prefix : bytes
        That of the sheet's elements, with its colon.
    end : int
        Where the rows end in the XML.
    formulas, origins, inputs, without_value, hides_rows, bottom, right
        As :class:`.cell_values.SheetXml` has them.

    Raises
    ------
    WorkbookError
        Damaged, or a row or cell without its address.
    """

    def __init__(self, xml: bytes):
        self._xml = xml
        self.rows: dict[int, RowXml] = {}
        self.prefix = b""
        self.end = 0
        self.formulas: dict[Position, FormulaCell] = {}
        self.origins: dict[Position, Position] = {}
        self.inputs: dict[Position, list[str]] = {}
        self.without_value: set[Position] = set()
        self.hides_rows = False
        self.bottom = self.right = 0
        self._path = [""]
        self._row, self._row_number = RowXml(0, 0, 0, {}), 0
        self._position, self._is_dynamic, self._is_text = (0, 0), False, False  # of the cell
        self._formula: dict[str, str] | None = None  # attributes of the formula that is open
        self._texts: list[str] = []
        self._shared: dict[str, Position] = {}
        self._repeating: list[tuple[Position, str]] = []  # formulas that repeat one, by its number
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.StartCdataSectionHandler = self._cdata
        try:
            self._parser.Parse(xml, True)
        except (expat.ExpatError, ValueError) as error:
            raise WorkbookError(f"a sheet is damaged: {error}") from None
        self._repeat_shared()

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        parent, opened = _OPENERS.get(name, (None, None))
        if opened is not None and parent in (None, self._path[-1]):
            opened(self, attributes)
        self._path.append(name)

    def _close(self, _: str) -> None:
        closed = _CLOSERS.get(self._path.pop())
        if closed is not None:
            closed(self)

    def _cdata(self) -> None:
        if "c" in self._path:
            raise WorkbookError("a sheet has CDATA sections; save the file with Excel first")

    def _open_sheet_data(self, _: dict[str, str]) -> None:
        at = self._parser.CurrentByteIndex
        self.prefix = self._xml[at + 1 : self._xml.index(b"sheetData", at)]

    def _close_sheet_data(self) -> None:
        self.end = self._parser.CurrentByteIndex

    def _open_row(self, attributes: dict[str, str]) -> None:
        at = self._parser.CurrentByteIndex
        self._row_number = int(_address_in(attributes))
        tag_end = TAG.match(self._xml, at).end()  # type: ignore[union-attr]
        self._row = RowXml(at, tag_end, tag_end, {})
        self.rows[self._row_number] = self._row
        self.bottom = max(self.bottom, self._row_number)
        self.hides_rows |= attributes.get("hidden") in ("1", "true")

    def _close_row(self) -> None:
        tag_end = self._row.tag_end
        if self._path[-1] == "sheetData" and self._xml[tag_end - 2 : tag_end] != b"/>":
            end = self._xml.index(b">", self._parser.CurrentByteIndex) + 1
            self.rows[self._row_number] = self._row._replace(end=end)

    def _open_cell(self, attributes: dict[str, str]) -> None:
        text = _address_in(attributes)
        try:
            self._position = coordinate_to_tuple(text)
        except ValueError:
            raise WorkbookError(
                f"a sheet is damaged: {text[:20]!r} is no address of a cell"
            ) from None
        self._is_dynamic, self._is_text = "cm" in attributes, attributes.get("t") == "str"
        column = self._position[1]
        self._row.cells[column] = self._parser.CurrentByteIndex
        self.right = max(self.right, column)

    def _open_formula(self, attributes: dict[str, str]) -> None:
        self._formula = attributes
        self._collect_text()

    def _close_formula(self) -> None:
        attributes, self._formula = self._formula, None
        if attributes is None:
            return
        self._parser.CharacterDataHandler = None
        position = self._position
        formula = _formula(position, attributes, "".join(self._texts), self._is_dynamic)
        self.formulas[position] = formula
        self.without_value.add(position)
        number = attributes.get("si")
        if number is not None and formula.text:
            self._shared[number] = position
        elif number is not None:
            self._repeating.append((position, number))
        if formula.kind == "table":
            cells = (attributes.get(one) for one in ("r1", "r2"))
            self.inputs[position] = [cell for cell in cells if cell]

    def _open_value(self, _: dict[str, str]) -> None:
        if self._position in self.without_value:
            self._collect_text()

    def _close_value(self) -> None:
        if self._position in self.without_value:
            self._parser.CharacterDataHandler = None
            if self._texts or self._is_text:
                self.without_value.discard(self._position)

    def _collect_text(self) -> None:
        self._texts.clear()
        self._parser.CharacterDataHandler = self._texts.append

    def _repeat_shared(self) -> None:
        """Give formulas that repeat a shared one its text, and where it stands."""
        for position, number in self._repeating:
            if number in self._shared:
                origin = self.origins[position] = self._shared[number]
                text = self.formulas[origin].text
                self.formulas[position] = self.formulas[position]._replace(repeats=text)


# What an element that opens does, by its name, and in which parent, if that matters.
_OPENERS: dict[str, tuple[str | None, Callable[[SheetScan, dict[str, str]], None]]] = {
    "sheetData": (None, SheetScan._open_sheet_data),
    "row": ("sheetData", SheetScan._open_row),
    "c": ("row", SheetScan._open_cell),
    "f": ("c", SheetScan._open_formula),
    "v": ("c", SheetScan._open_value),
}
_CLOSERS: dict[str, Callable[[SheetScan], None]] = {
    "sheetData": SheetScan._close_sheet_data,
    "row": SheetScan._close_row,
    "f": SheetScan._close_formula,
    "v": SheetScan._close_value,
}


def _address_in(attributes: dict[str, str]) -> str:
    text = attributes.get("r")
    if not text:
        raise ValueError("a row or cell without its address; save the file with Excel first")
    return text


def _formula(
    position: Position, attributes: dict[str, str], text: str, is_dynamic: bool
) -> FormulaCell:
    kind = attributes.get("t", "")
    cell = (*position, *position)
    if kind not in ("array", "dataTable"):
        return FormulaCell("", cell, text)
    try:
        area = area_of(attributes["ref"])
    except (KeyError, TypeError, ValueError):
        raise WorkbookError(f"an array formula without its area: {address(cell)}") from None
    if kind == "dataTable":
        kind = "table"
    return FormulaCell("dynamic" if is_dynamic else kind, area, text)
