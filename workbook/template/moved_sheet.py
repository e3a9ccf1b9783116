"""A sheet with new rows and columns: its cells, formulas, views and widths."""

from typing import NamedTuple

from openpyxl.utils import get_column_letter

from ..errors import WorkbookError
from ..ooxml.cell_references import (
    LAST_COLUMN,
    LAST_ROW,
    Area,
    Position,
    address,
    parse_reference,
)
from ..ooxml.text_element import escaped
from .moved_parts import MovedPart
from .moved_references import Book, Place, copied
from .part_xml import Element
from .shifts import Steps

_SHARED_MAX = 50_000_000  # characters of shared formulas written out


class _Cell(NamedTuple):
    """What a new cell repeats: the column, and the style as the XML has it."""

    column: int
    style: str


class _Shared(NamedTuple):
    """A cell with a shared formula."""

    position: Position
    formula: Element


class MovedSheet(MovedPart):
    """The part of a sheet; one in which nothing is inserted has formulas only that follow."""

    def __init__(self, data: bytes, book: Book, sheet: str):
        super().__init__(data, book, sheet)
        self._row = self._column = 0
        self._cells: list[_Cell] = []  # of the row
        self._is_dynamic = self._has_content = False
        self._is_filled = False  # the cell
        self._edits_before_row = self._edits_before_cell = 0
        self._shared: dict[str, list[list[_Shared]]] = {}
        self._characters = 0

    def opened(self, element: Element) -> None:
        """Move rows, cells, and what a sheet has beside them."""
        name, parent = element.name, element.parent_name
        if name == "row" and parent == "sheetData":
            self._open_row(element)
        elif name == "c" and parent == "row":
            self._open_cell(element)
        elif parent == "c":
            self._is_filled |= name in ("f", "v", "is")
            self._has_content |= self._is_filled
        elif name == "filterColumn" and "colId" in element.attributes:
            self._move_filter(element)
        elif self.is_moved and name == "pane":
            self._move_pane(element)
        elif self.is_moved and name == "brk":
            self._move_break(element)
        else:
            super().opened(element)

    def closed(self, element: Element) -> None:
        """Add new rows and cells, and move formulas."""
        name, parent = element.name, element.parent_name
        if name == "f" and parent == "c":
            self._move_formula(element)
        elif name == "c" and parent == "row":
            self._close_cell(element)
        elif name == "row" and parent == "sheetData":
            self._close_row(element)
        elif name == "sheetData":
            for groups in self._shared.values():
                for group in groups:
                    self._move_shared(group)
        elif name == "col" and parent == "cols":
            self._move_widths(element)
        else:
            super().closed(element)

    def _open_row(self, element: Element) -> None:
        text = element.attributes.get("r")
        self._row = self._row + 1 if text is None else int(text)
        self._column, self._has_content = 0, False
        self._cells, self._edits_before_row = [], len(self._edits)
        if not self.is_moved:
            return
        if text is None:
            raise WorkbookError("has a row without its number; save the file with Excel first")
        self.set(element, "r", self.shift.rows.moved(self._row))
        if "spans" in element.attributes and self.shift.columns.counts:
            spans = [one.split(":") for one in element.attributes["spans"].split()]
            steps = self.shift.columns
            moved = [
                f"{steps.moved(int(first))}:{min(steps.grown(int(last)), LAST_COLUMN)}"
                for first, last in spans
            ]
            self.set(element, "spans", " ".join(moved))

    def _open_cell(self, element: Element) -> None:
        text = element.attributes.get("r")
        self._is_filled, self._edits_before_cell = False, len(self._edits)
        if text is None:
            if self.is_moved:
                raise WorkbookError("has a cell without an address; save the file with Excel first")
            self._column += 1
        else:
            found = parse_reference(text)
            if found is None or (self.is_moved and found.area[0] != self._row):
                raise WorkbookError(
                    f"is damaged: {text[:20]!r} is no address of a cell in row {self._row}"
                )
            self._row, self._column = found.area[:2]
            if self.is_moved:
                row, column = self._position()
                self.set(element, "r", f"{get_column_letter(min(column, LAST_COLUMN))}{row}")
        self._is_dynamic = "cm" in element.attributes

    def _position(self) -> Position:
        """Where the cell stands now."""
        return self.shift.rows.moved(self._row), self.shift.columns.moved(self._column)

    def _close_cell(self, element: Element) -> None:
        if not self.is_moved:
            return
        row, column = self._position()
        style = element.attributes.get("s", "")
        self._cells.append(_Cell(column, style))
        if column > LAST_COLUMN:
            self._drop(element, f"column {self._column}", self._is_filled, self._edits_before_cell)
            return
        count = self.shift.columns.counts.get(self._column, 0)
        new = [_Cell(column + n, style) for n in range(1, count + 1)]
        self._cells += new
        self.replace(element.end, element.end, self._styled(new, row, element))

    def _close_row(self, element: Element) -> None:
        row = self.shift.rows.moved(self._row)
        if row > LAST_ROW:
            self._drop(element, f"row {self._row:,}", self._has_content, self._edits_before_row)
            return
        new = []
        for number in range(row + 1, row + 1 + self.shift.rows.counts.get(self._row, 0)):
            tag = self.tag(element, {"r": str(number)}, without=("spans",))
            cells = [one for one in self._cells if one.column <= LAST_COLUMN]
            inside = self._styled(cells, number, element)
            name = self.raw_name(element)
            new.append(tag + (b">%s</%s>" % (inside, name) if inside else b"/>"))
        self.replace(element.end, element.end, b"".join(new))

    def _drop(self, element: Element, what: str, has_content: bool, edits: int) -> None:
        """Take out what would move off the sheet, if nothing stands in it."""
        if has_content:
            raise WorkbookError(
                f"has something in {what}, which would move off the sheet; insert fewer"
            )
        del self._edits[edits:]
        self.replace(element.start, element.end, b"")

    def _styled(self, cells: list[_Cell], row: int, like: Element) -> bytes:
        """Empty cells with their styles, and the prefix of another element."""
        name = self.raw_name(like).decode()
        start = f"<{name[: name.rfind(':') + 1]}c"
        found = []
        for column, style in cells:
            attribute = f' s="{style}"' if style else ""
            found.append(f'{start} r="{get_column_letter(column)}{row}"{attribute}/>')
        return "".join(found).encode()

    def _move_formula(self, element: Element) -> None:
        kind, given = element.attributes.get("t", ""), element.attributes
        cell = (self._row, self._column)
        if kind == "shared" and "si" in given:
            groups = self._shared.setdefault(given["si"], [])
            if element.text or not groups:
                groups.append([])
            groups[-1].append(_Shared(cell, element))
            return
        if element.text:
            self.set_text(element, self._followed(element.text, cell))
        if not self.is_moved or kind not in ("array", "dataTable"):
            return
        found = parse_reference(given.get("ref", ""))
        if found is not None:
            if kind == "dataTable" or not self._is_dynamic:
                self._check_whole(found.area, kind)
            self.set_areas(element, "ref", Place(self.sheet, grows=(False, False)))
        for name in ("r1", "r2"):
            if kind == "dataTable" and given.get(name):
                self.set_areas(element, name, Place(self.sheet))

    def _followed(self, text: str, cell: Position) -> str:
        """The formula of a cell after the insertions."""
        try:
            return self.book.formula(text, Place(self.sheet, (*cell, *cell)))
        except WorkbookError as error:
            raise WorkbookError(
                f"has a formula in {address((*cell, *cell))} that {error}"
            ) from None

    def _check_whole(self, area: Area, kind: str) -> None:
        """Refuse an insertion within an array, or a data table with its heads."""
        top, left, bottom, right = area
        what = "an array formula"
        if kind == "dataTable":
            top, left, what = top - 1, left - 1, "a data table"
        if self.shift.rows.is_between(top, bottom) or self.shift.columns.is_between(left, right):
            raise WorkbookError(
                f"has {what} in {address(area)}, within which nothing can be inserted; "
                "insert above, below or beside it"
            )

    def _move_shared(self, group: list[_Shared]) -> None:
        """Move the formula that cells share, or give each its own where they now differ."""
        (top, left), first = group[0]
        text = first.text
        if not text or (not self.is_moved and "!" not in text):
            return
        self._characters += len(text) * len(group)
        if self._characters > _SHARED_MAX:
            raise WorkbookError("shares formulas that are too long in too many cells; refused")
        new, moved = [], []
        for (row, column), _ in group:
            new.append(self._followed(copied(text, row - top, column - left), (row, column)))
            moved.append((self.shift.rows.moved(row), self.shift.columns.moved(column)))
        (top, left), shared = moved[0], new[0]
        if all(
            one == copied(shared, row - top, column - left)
            for one, (row, column) in zip(new, moved, strict=True)
        ):
            self.set_text(first, shared)
            if self.is_moved and "ref" in first.attributes:
                self.set_areas(first, "ref", Place(self.sheet, grows=(False, False)))
            return
        for one, (_, element) in zip(new, group, strict=True):
            tag = self.tag(element, {}, without=("t", "ref", "si"))
            end = b"</%s>" % self.raw_name(element)
            self.replace(element.start, element.end, tag + b">" + escaped(one) + end)

    def _move_filter(self, element: Element) -> None:
        """Move a filter's column, counted from the first of the filtered range."""
        around = element.around("autoFilter")
        found = parse_reference(around.attributes.get("ref", "")) if around else None
        if found is not None and self.is_moved:
            left, steps = found.area[1], self.shift.columns
            column = steps.moved(left + int(element.attributes["colId"])) - steps.moved(left)
            self.set(element, "colId", column)

    def _move_pane(self, element: Element) -> None:
        """Move the first cell below frozen rows, which grow with what is inserted in them."""
        given = element.attributes
        view = parse_reference(element.parent.attributes.get("topLeftCell", "A1"))
        cell = parse_reference(given.get("topLeftCell", ""))
        is_frozen = given.get("state", "split").startswith("frozen")
        moved = []
        for n, size, steps in ((0, "ySplit", self.shift.rows), (1, "xSplit", self.shift.columns)):
            top = view.area[n] if view else 1
            at = cell.area[n] if cell else 1
            frozen = float(given.get(size, 0)) if is_frozen else 0
            last = top + int(frozen) - 1
            if frozen:
                self.set(element, size, f"{steps.moved(last) - steps.moved(top) + 1}")
            moved.append(steps.moved(last) + 1 if frozen and at == last + 1 else steps.moved(at))
        if cell is not None:
            row, column = moved
            self.set(element, "topLeftCell", address((row, column, row, column)))

    def _move_break(self, element: Element) -> None:
        """Move a page break, which stays above its row, and its extent across the page."""
        axes = (self.shift.rows, self.shift.columns)
        along, across = axes if element.parent_name == "rowBreaks" else axes[::-1]
        for name, steps in (("id", along), ("min", across), ("max", across)):
            value = element.attributes.get(name, "")
            if value.isdecimal() and int(value) < steps.last:
                moved = min(steps.moved(int(value) + 1), steps.last) - 1
                self.set(element, name, moved)

    def _move_widths(self, element: Element) -> None:
        """Move the format of columns; new ones have that of the column that they repeat."""
        steps: Steps = self.shift.columns
        first, last = (int(element.attributes[name]) for name in ("min", "max"))
        if steps.moved(first) > LAST_COLUMN:
            self.replace(element.start, element.end, b"")
            return
        self.set(element, "min", steps.moved(first))
        self.set(element, "max", min(steps.grown(last), LAST_COLUMN))
