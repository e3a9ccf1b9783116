"""Parts of a package whose addresses and formulas follow what is inserted in a sheet."""

from typing import Any

from ..errors import WorkbookError
from ..ooxml.cell_references import Area, parse_reference
from .moved_references import Book, Place
from .part_xml import Element, PartXml
from .shifts import Shift, Steps

_STAYS: dict[str, Any] = {
    "grows": (False, False)
}  # only moves, or grows where something is inserted inside
_FORMAT: dict[str, Any] = {"cells_grow": True}  # new rows look like the one that they repeat
# Attributes with addresses of the part's sheet; any other `ref` and `sqref` is a range that grows.
_ADDRESSES: dict[tuple[str, str], dict[str, Any]] = {
    ("cellSmartTags", "r"): _STAYS,
    ("cellWatch", "r"): _STAYS,
    ("comment", "ref"): _STAYS,
    ("conditionalFormatting", "sqref"): _FORMAT,
    ("customSheetView", "topLeftCell"): _STAYS,
    ("dataValidation", "sqref"): _FORMAT,
    ("hyperlink", "ref"): _STAYS,
    ("ignoredError", "sqref"): _FORMAT,
    ("inputCells", "r"): _STAYS,
    ("mergeCell", "ref"): {"lines_grow": False},
    ("protectedRange", "sqref"): _FORMAT,
    ("scenarios", "sqref"): _STAYS,
    ("selection", "activeCell"): _STAYS,
    ("selection", "sqref"): _STAYS,
    ("sheetPr", "syncRef"): _STAYS,
    ("sheetView", "topLeftCell"): _STAYS,
    ("singleXmlCell", "r"): _STAYS,
    ("sortCondition", "ref"): {"grows": (True, False)},
    ("threadedComment", "ref"): _STAYS,
    ("webPublishItem", "sourceRef"): {},
}
_OF_A_NAMED_SHEET = ("dataRef", "rangeSet", "worksheetSource")
_FORMULAS = frozenset(
    ("f", "formula", "formula1", "formula2", "calculatedColumnFormula", "totalsRowFormula")
)
_FORMULA_ATTRIBUTES = frozenset(
    ("cellRange", "fmlaGroup", "fmlaLink", "fmlaRange", "fmlaTxbx", "linkedCell", "listFillRange",
     "textlink")
)  # fmt: skip
_RULES = ("conditionalFormatting", "dataValidation", "ignoredError", "sparkline")
_MARKS = frozenset(("col", "colOff", "row", "rowOff"))


class MovedPart(PartXml):
    """A part with addresses of one sheet, formulas and anchors.

    Parameters
    ----------
    data : bytes
    book : Book
        What is inserted.
    sheet : str
        The title, in lower case, of the sheet to which the part belongs.
    """

    def __init__(self, data: bytes, book: Book, sheet: str):
        super().__init__(data)
        self.book, self.sheet = book, sheet
        self.shift: Shift = book.shift(sheet)
        self.is_moved = book.is_moved(sheet)
        self._of_rules: list[tuple[Element, str]] = []  # with an attribute, or "" for the text
        self._marks: dict[tuple[str, str], Element] = {}

    def opened(self, element: Element) -> None:
        """Move addresses in attributes."""
        name = element.name
        if name in _OF_A_NAMED_SHEET:
            self._move_of_named_sheet(element)
            return
        for attribute in element.attributes:
            options = _ADDRESSES.get((name, attribute))
            if options is None and attribute in ("ref", "sqref"):
                options = {}
            if options is not None and self.is_moved:
                self.set_areas(element, attribute, Place(self.sheet, **options))
            elif attribute in _FORMULA_ATTRIBUTES:
                value = self.book.formula(element.attributes[attribute], Place(self.sheet))
                self.set(element, attribute, value)
        if name == "hyperlink" and "location" in element.attributes:
            target = self.book.location(element.attributes["location"], Place(self.sheet))
            self.set(element, "location", target)
        elif name == "cfvo" and "val" in element.attributes:
            self._of_rules.append((element, "val"))

    def closed(self, element: Element) -> None:
        """Move formulas in texts, rules and anchors."""
        name = element.name
        if name in _FORMULAS:
            if element.around(*_RULES):
                self._of_rules.append((element, ""))
            elif element.text.strip():
                self.set_text(element, self.book.formula(element.text, self.place_of(element)))
        elif name == "sqref":
            rule = element.around(*_RULES)
            is_format = rule is not None and rule.name != "sparkline"
            if rule is not None:
                rule.attributes["sqref"] = element.text
            place = Place(self.sheet, **(_FORMAT if is_format else _STAYS))
            self.set_text(element, self.book.areas(element.text, place))
        elif name in _RULES:
            self._move_rule(element)
        elif name in _MARKS and element.parent_name in ("from", "to"):
            self._marks[element.parent_name, name] = element
        elif name in ("anchor", "oneCellAnchor", "twoCellAnchor"):
            self._move_anchor(element)
            self._marks.clear()

    def place_of(self, element: Element) -> Place:  # noqa: ARG002 - for subclasses
        """Where a formula stands."""
        return Place(self.sheet)

    def set_areas(self, element: Element, attribute: str, place: Place) -> None:
        """Move the addresses in an attribute."""
        self.set(element, attribute, self.book.areas(element.attributes[attribute], place))

    def _move_of_named_sheet(self, element: Element) -> None:
        """Move a range of the sheet that stands beside it; one with an id is of another file."""
        sheet = element.attributes.get("sheet", "").casefold()
        if "ref" in element.attributes and "id" not in element.attributes:
            self.set_areas(element, "ref", Place(sheet))

    def _move_rule(self, element: Element) -> None:
        """Move the formulas of a rule, which are written for the first cell of its ranges."""
        areas = [
            found.area
            for text in element.attributes.get("sqref", "").split()
            if (found := parse_reference(text)) is not None
        ]
        cells = _around(areas) if areas else None
        place = Place(self.sheet, cells, lines_grow=element.name != "sparkline")
        for one, attribute in self._of_rules:
            if attribute:
                self.set(one, attribute, self.book.formula(one.attributes[attribute], place))
            else:
                self.set_text(one, self.book.formula(one.text, place))
        self._of_rules.clear()

    def _move_anchor(self, element: Element) -> None:
        moves, sizes = _behaviour(element)
        if not (self.is_moved and moves):
            return
        sides = (("row", "rowOff", self.shift.rows), ("col", "colOff", self.shift.columns))
        for name, offset, steps in sides:
            start = self._marks.get(("from", name))
            end = self._marks.get(("to", name))
            if start is None:
                continue
            old, new = int(start.text), steps.moved(int(start.text) + 1) - 1
            self._set_mark(start, new, steps)
            if end is None:
                continue
            last = int(end.text)
            if not sizes:
                last += new - old
            elif last > old and _is_zero(self._marks.get(("to", offset))):
                last = steps.moved(last)  # the object ends with the row above
            else:
                last = steps.moved(last + 1) - 1
            self._set_mark(end, last, steps)

    def _set_mark(self, mark: Element, value: int, steps: Steps) -> None:
        self.set_text(mark, str(min(value, steps.last - 1)))


class MovedNames(MovedPart):
    """The workbook's part, with its defined names."""

    def closed(self, element: Element) -> None:
        """Move the formulas of names."""
        if element.name == "definedName":
            name = element.attributes.get("name", "")
            try:
                text = self.book.formula(element.text, Place("", is_name=True))
            except WorkbookError as error:
                raise WorkbookError(f"has a name {name} that {error}") from None
            self.set_text(element, text)


class MovedTable(MovedPart):
    """A table of a sheet, which may get new rows but no new columns."""

    def __init__(self, data: bytes, book: Book, sheet: str):
        super().__init__(data, book, sheet)
        self._area: Area = (1, 1, 1, 1)
        self._header, self._totals, self._column = 1, 0, 0

    def opened(self, element: Element) -> None:
        """Move the table's ranges, which end with its last column."""
        given = element.attributes
        if element.name == "table":
            found = parse_reference(given.get("ref", ""))
            if found is None:
                raise WorkbookError("is damaged: a table without its range")
            self._area = found.area
            self._header = int(given.get("headerRowCount", 1))
            self._totals = int(given.get("totalsRowCount", 0))
            if self.shift.columns.is_between(self._area[1], self._area[3]):
                name = given.get("displayName") or given.get("name") or ""
                raise WorkbookError(
                    f"is table {name}, {given['ref']}, within which columns cannot be inserted; "
                    "make it a range in Excel, or insert beside it"
                )
        elif element.name == "tableColumn":
            self._column += 1
        if "ref" in given and self.is_moved:
            grows = element.name != "table" or not self._totals
            self.set_areas(element, "ref", Place(self.sheet, grows=(grows, False)))

    def place_of(self, element: Element) -> Place:
        """The cells of a column's formula."""
        top, left, bottom, _ = self._area
        column = left + self._column - 1
        if element.name == "totalsRowFormula":
            return Place(self.sheet, (bottom, column, bottom, column))
        return Place(self.sheet, (top + self._header, column, bottom - self._totals, column))


class MovedPivotTable(MovedPart):
    """A pivot table, of which only the position on its sheet moves."""

    def opened(self, element: Element) -> None:
        """Move its position."""
        if element.name != "location" or not self.is_moved:
            return
        found = parse_reference(element.attributes.get("ref", ""))
        if found is not None:
            top, left, bottom, right = found.area
            rows, columns = self.shift
            if rows.is_between(top, bottom) or columns.is_between(left, right):
                raise WorkbookError(
                    f"is a pivot table in {element.attributes['ref']}, within which nothing can be "
                    "inserted; insert above, below or beside it"
                )
            self.set_areas(element, "ref", Place(self.sheet, **_STAYS))

    def closed(self, element: Element) -> None:
        """Leave its filters, which are not on the sheet."""


class MovedChart(MovedPart):
    """A chart, whose series are decided on together: categories grow as their values do."""

    def __init__(self, data: bytes, book: Book, sheet: str):
        super().__init__(data, book, sheet)
        self._waiting: list[Element] = []

    def closed(self, element: Element) -> None:
        """Move the ranges of a series when it is complete."""
        if element.name in ("f", "nf", "sqref"):
            if element.around("ser", "data") is not None and element.around("tx") is None:
                self._waiting.append(element)
            else:
                place = Place(self.sheet, **_STAYS)
                self.set_text(element, self.book.formula(element.text, place))
        elif element.name in ("ser", "data") and self._waiting:
            values = [one for one in self._waiting if one.around(*_VALUES)] or self._waiting
            is_cell = all(_is_cell(one.text) for one in values)
            place = Place(self.sheet, lines_grow=is_cell, cells_grow=is_cell)
            for one in self._waiting:
                self.set_text(one, self.book.formula(one.text, place))
            self._waiting.clear()


_VALUES = ("val", "yVal", "numDim")


def _around(areas: list[Area]) -> Area:
    """The area around several."""
    tops, lefts, bottoms, rights = zip(*areas, strict=True)
    return min(tops), min(lefts), max(bottoms), max(rights)


def _behaviour(anchor: Element) -> tuple[bool, bool]:
    """Whether an object moves with its cells, and changes its size with them."""
    if anchor.name == "anchor":
        moves, sizes = (
            anchor.attributes.get(name) in ("1", "true")
            for name in ("moveWithCells", "sizeWithCells")
        )
        return moves, moves and sizes
    edit = anchor.attributes.get("editAs", "twoCell")
    return edit != "absolute", edit == "twoCell"


def _is_zero(offset: Element | None) -> bool:
    return offset is not None and offset.text.strip() == "0"


def _is_cell(text: str) -> bool:
    """Whether a chart's range is one cell, however it is written."""
    found = parse_reference(text.strip())
    return found is not None and found.area[:2] == found.area[2:]
