"""The workbook that is recalculated: its formulas, values, names, and calculation settings."""

import functools
import io
import re
import zipfile
from collections.abc import Collection, Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from ..errors import WorkbookError
from ..layout.sheet import Plain
from ..ooxml.cell_references import Area, Position, address
from ..ooxml.cell_values import ErrorValue, SheetXml
from ..ooxml.package import Package, to_transitional
from ..ooxml.sheet_data import texts
from ..ooxml.sheet_scan import FormulaCell
from ..ooxml.structured_references import names_with_cell_references, tables, with_cell_references
from ..ooxml.xml_bounds import in_utf8

_TRUE = ("1", "true")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")


class Cell(NamedTuple):
    """A cell of a workbook: the title of its sheet, and its row and column."""

    title: str
    position: Position

    def __str__(self) -> str:
        sheet = self.title.replace("'", "''")
        return f"'{sheet}'!{address((*self.position, *self.position))}"


class Text(NamedTuple):
    """A formula, and how far from its original cell it stands, if it is a shared one."""

    text: str
    down: int = 0
    right: int = 0


class SourceWorkbook:
    """A workbook's package, read for recalculation.

    Parameters
    ----------
    data : bytes
        A package that :func:`~shorewise.workbook.ooxml.safe_open.inspect_any` accepts.
    model : collection of str
        Titles of sheets whose formulas are not read: their values are right as they stand.

    Attributes
    ----------
    titles : list of str
        The titles of its worksheets, in their order.
    formulas : dict of Cell to FormulaCell
    hides_rows : bool
        Whether any sheet has hidden rows.
    from_1904, as_displayed : bool
        Whether dates count from 1904; whether numbers count as they are displayed.

    Raises
    ------
    WorkbookError
        The package is damaged.
    """

    def __init__(self, data: bytes, model: Collection[str] = ()):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self._entries = archive.infolist()
            self._parts = {one.filename: archive.read(one) for one in self._entries}
        self._package = Package(self._parts)
        self._sheet_parts = {sheet.title: sheet.part for sheet in self._package.grids if sheet.part}
        self.titles = [*self._sheet_parts]
        if not self.titles:
            raise WorkbookError("it has no worksheets")
        self._folded = {title.casefold(): title for title in self.titles}
        self._tables = tables(self._parts, self._sheet_parts)
        book = fromstring(
            names_with_cell_references(
                to_transitional(self._parts[self._package.workbook]), self._tables
            )
        )
        self.from_1904 = _is_set(book, "workbookPr", "date1904", "false")
        self.as_displayed = not _is_set(book, "calcPr", "fullPrecision", "true")
        self._names = self._named(book)
        self.formulas: dict[Cell, FormulaCell] = {}
        self.hides_rows = bool(model)  # groups of its rows are closed
        self._filled = (1, 1)  # the last row and column that arrays fill
        for title, at in self._sheet_parts.items():
            part = in_utf8(self._parts[at])
            if title not in model and _FORMULA.search(part):
                self._parts[at] = part
                sheet = self.sheet(title)
                self.formulas |= {
                    Cell(title, position): one for position, one in sheet.formulas.items()
                }
                self.hides_rows |= sheet.hides_rows

    def _named(self, book: Element) -> dict[tuple[str, str], str]:
        """The formulas of defined names, by the title of their sheet, if any, and their name."""
        listed = [one.get("name", "") for one in book.iterfind(".//{*}sheet")]
        found = {}
        for one in book.iterfind(".//{*}definedName"):
            local = one.get("localSheetId")
            if local is None or (local.isdigit() and int(local) < len(listed)):
                scope = "" if local is None else listed[int(local)]
                found[scope, one.get("name", "").casefold()] = (one.text or "").strip()
        return found

    @functools.cached_property
    def _texts(self) -> list[str]:
        part = self._package.one("sharedStrings")
        return texts(io.BytesIO(in_utf8(self._parts[part]))) if part else []

    @functools.cache  # noqa: B019 - a book lives as long as its computation
    def sheet(self, title: str) -> SheetXml:
        """The XML of a sheet."""
        try:
            return SheetXml(self._parts[self._sheet_parts[title]], self._texts)
        except WorkbookError as error:
            raise WorkbookError(f"sheet {title}: {error}") from None

    def title(self, written: str) -> str | None:
        """The title of the sheet that a formula names, in any case; None if there is none."""
        return self._folded.get(written.removeprefix("[0]").casefold())

    def titles_of(self, written: str) -> list[str] | None:
        """The sheets that a reference means, several for First:Last; None if there are none."""
        first, _, last = written.partition(":")
        ends = [self.title(one) for one in (first, last or first)]
        if None in ends:
            return None
        one, other = sorted(self.titles.index(end or "") for end in ends)
        return self.titles[one : other + 1]

    def text(self, cell: Cell) -> Text:
        """The formula of a cell, with references to cells in place of those to tables.

        Raises
        ------
        WorkbookError
            A reference to a table has no meaning there.
        """
        formula = self.formulas[cell]
        text = formula.text or formula.repeats
        text = with_cell_references(text, self._tables, cell.title, cell.position, absolute=True)
        origin = self.sheet(cell.title).origins.get(cell.position, cell.position)
        return Text(text, cell.position[0] - origin[0], cell.position[1] - origin[1])

    def named(self, written: str, title: str) -> str | None:
        """The formula of a name that a formula of a sheet uses; None if there is no such name."""
        sheet, mark, name = written.rpartition("!")
        scopes = [title, ""]
        if mark and sheet:
            sheet = sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet
            found = self.title(sheet)
            if found is None and sheet != "[0]":
                return None
            scopes = ["" if found is None else found, ""]
        return next(
            (
                self._names[scope, name.casefold()]
                for scope in scopes
                if (scope, name.casefold()) in self._names
            ),
            None,
        )

    def without_value(self, title: str) -> set[Position]:
        """The cells of a sheet that have a formula without a saved value."""
        return self.sheet(title).without_value

    def value(self, cell: Cell) -> Plain:
        """The value of a cell, saved beside its formula or typed; None for an empty cell."""
        return self.sheet(cell.title).value(cell.position)

    def saved(self, cell: Cell) -> Plain:
        """The value of a cell; an error without a name where it is not understood."""
        try:
            return self.value(cell)
        except WorkbookError:
            return ErrorValue("")

    def inputs(self, cell: Cell) -> list[str]:
        """The addresses of the cells that a data table varies."""
        return self.sheet(cell.title).inputs.get(cell.position, [])

    @functools.cached_property
    def _last(self) -> Position:
        """The last row and the last column that have a cell on any sheet."""
        found = [self.sheet(title) for title in self.titles]
        return max(one.bottom for one in found), max(one.right for one in found)

    def fills(self, area: Area) -> None:
        """Let an array fill an area, which may lie beyond the last cell."""
        self._filled = max(self._filled[0], area[2]), max(self._filled[1], area[3])

    def clipped(self, area: Area) -> Area | None:
        """The part of an area within the last row and column that any sheet fills, if any."""
        top, left, bottom, right = area
        if area[:2] != area[2:]:
            last_row, last_column = map(max, self._last, self._filled)
            bottom, right = min(bottom, last_row), min(right, last_column)
        return (top, left, bottom, right) if top <= bottom and left <= right else None

    def cells_in(self, title: str, area: Area) -> Iterator[Position]:
        """The cells of an area that the file has."""
        return self.sheet(title).cells_in(area)

    def filled(self, values: dict[Cell, Plain], areas: dict[Cell, Area]) -> bytes:
        """The package with new values, and everything else as it was."""
        parts = dict(self._parts)
        for title in {cell.title for cell in values}:
            parts[self._sheet_parts[title]] = self.sheet(title).filled(
                {cell.position: value for cell, value in values.items() if cell.title == title},
                {cell.position: area for cell, area in areas.items() if cell.title == title},
            )
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as target:
            for entry in self._entries:
                target.writestr(entry, parts[entry.filename])
        return buffer.getvalue()


def _is_set(book: Element, element: str, attribute: str, default: str) -> bool:
    found = book.find(f".//{{*}}{element}")
    return (default if found is None else found.get(attribute, default)).lower() in _TRUE
