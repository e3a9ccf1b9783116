"""What a template asks for: marked cells, marked texts of drawings and charts, defined names."""

import html
import io
import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape

from ...engine.errors import DomainError
from ..ooxml.cell_references import Area, Position, address, area_of, holds, parse_reference
from ..ooxml.cell_values import SheetXml
from ..ooxml.package import Package, SheetPart, to_transitional
from ..ooxml.sheet_data import texts
from ..ooxml.structured_references import tables
from ..ooxml.xml_bounds import in_utf8
from .marks import HELD, OPEN, Mark, MarkedText, Read, in_words, marked
from .pivots import pivots_of
from .result_names import ResultName, parsed

PREFIX = "shore."  # of defined names that are filled: shore.recommended.npv
_RUN = re.compile(rb"(<(?:\w+:)?t(?:\s[^>]*)?>)([^<]*\{\{[^<]*)(?=</(?:\w+:)?t>)")
_AROUND = re.compile(
    rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)(?:\s[^>]*)?>[^<]*\{\{[^<]*\}\}"
)
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s(?:[^>]*\s)?ref\s*=\s*["']([^"']+)["']""")
_DRAWN = ("drawing", "chart", "chartUserShapes")
_KEY = re.compile(r"\.(plan|site|role|month|quarter|year|risk|vendor)([0-9]+)(?=\.)")


class MarkedCell(NamedTuple):
    """A cell with marks, or the range of a defined name that names a result.

    Attributes
    ----------
    title : str
        Its sheet.
    area : (int, int, int, int)
        Rows and columns from the top left one; of a mark its cell.
    text : MarkedText
    defined : str
        The defined name, "" for marks.
    """

    title: str
    area: Area
    text: MarkedText
    defined: str = ""

    @property
    def position(self) -> Position:
        """Its first cell."""
        return self.area[:2]

    @property
    def place(self) -> str:
        """Where it is, as a reader finds it."""
        return place_of(self.title, self.area)

    @property
    def repeated(self) -> Mark | None:
        """The first mark of several values."""
        return self.text.repeated


class MarkedRun(NamedTuple):
    """A marked text of a drawing or a chart: where it begins and ends in the XML, and the marks."""

    start: int
    end: int
    text: MarkedText


class Fault(NamedTuple):
    """What is wrong, and where."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


class Contents(NamedTuple):
    """What was found in a template."""

    cells: list[MarkedCell]
    runs: dict[str, list[MarkedRun]]
    faults: list[Fault]

    @property
    def names(self) -> list[tuple[str, ResultName]]:
        """Each name with its place."""
        found = [(one.place, name) for one in self.cells for name in one.text.names]
        return found + [
            (part, name)
            for part, runs in self.runs.items()
            for one in runs
            for name in one.text.names
        ]


def contents_of(package: Package) -> Contents:
    """The marks and names of a template, and what is wrong with them.

    Raises
    ------
    WorkbookError
        The package is damaged.
    """
    found = Contents([], {}, [])
    shared, pivots = shared_texts(package), pivots_of(package)
    for sheet in package.sheets:
        _refuse_texts_around(found, sheet, package)
    for sheet in package.grids:
        if sheet.part:
            shown = [one.area for one in pivots if one.title == sheet.title]
            _read_sheet(found, sheet, package.parts[sheet.part], shared, shown)
    _refuse_table_headers(found, package)
    for part in drawn_parts(package):
        try:
            if runs := marked_runs(package.parts[part]):
                found.runs[part] = runs
        except DomainError as error:
            found.faults.append(Fault(part, str(error)))
    for name, reference in defined_names(package):
        _read_name(found, name, reference, package)
    if not any(found):
        found.faults.append(
            Fault(
                "all sheets",
                "there is no mark such as {{ recommended.npv }}, and no name such as "
                "shore.recommended.npv; write one into a cell",
            )
        )
    return found


def place_of(title: str, area: Area) -> str:
    """A cell or range as a formula writes it, without dollar signs."""
    plain = re.fullmatch(r"\w+", title)
    quoted = title if plain else "'" + title.replace("'", "''") + "'"
    return f"{quoted}!{address(area)}"


def shared_texts(package: Package) -> list[str]:
    """The shared texts of a workbook."""
    part = package.one("sharedStrings")
    return texts(io.BytesIO(in_utf8(package.parts[part]))) if part else []


def drawn_parts(package: Package) -> Iterator[str]:
    """Parts of drawings and charts, each once."""
    found: dict[str, None] = {}
    for sheet in package.sheets:
        waiting = [sheet.part] if sheet.part else []
        while waiting:
            for part in package.related(waiting.pop(), *_DRAWN):
                if part not in found:
                    found[part] = None
                    waiting.append(part)
    yield from found


def defined_names(package: Package) -> Iterator[tuple[str, str]]:
    """The workbook's defined names with what they refer to."""
    for one in package.book.findall("{*}definedNames/{*}definedName"):
        yield one.get("name", ""), (one.text or "").strip()


def _read_sheet(
    found: Contents, sheet: SheetPart, xml: bytes, shared: list[str], pivots: list[Area]
) -> None:
    """The marks of a sheet; a pivot table shows those of its source, which are none of its own."""
    xml = to_transitional(xml)
    cells, merged = SheetXml(xml, shared), merged_areas(xml)
    for position, formula in cells.formulas.items():
        if HELD.search(formula.text):
            place = place_of(sheet.title, (*position, *position))
            what = "a mark in a formula is not filled; give it a cell that the formula reads"
            found.faults.append(Fault(place, what))
    for position, text in cells.texts_with(OPEN):
        if any(holds(area, position) for area in pivots):
            continue
        area = (*position, *position)
        try:
            cell = MarkedCell(sheet.title, area, marked(text))
            _check(cell, merged)
        except DomainError as error:
            found.faults.append(Fault(place_of(sheet.title, area), str(error)))
        else:
            found.cells.append(cell)


def merged_areas(xml: bytes) -> list[Area]:
    """The merged cells of a sheet."""
    return [area_of(reference.decode()) for reference in _MERGED.findall(xml)]


def _refuse_texts_around(found: Contents, sheet: SheetPart, package: Package) -> None:
    """Note marks in a sheet's title, header and footer, which are not filled."""
    if HELD.search(sheet.title):
        what = "a mark in the title of a sheet is not filled; put it into a cell"
        found.faults.append(Fault(f"sheet {sheet.title}", what))
    if sheet.part and _AROUND.search(package.parts[sheet.part]):
        what = "a mark in its header or footer is not filled; put it into a cell"
        found.faults.append(Fault(f"sheet {sheet.title}", what))


def _refuse_table_headers(found: Contents, package: Package) -> None:
    """Note marks in headers and totals of tables, whose texts Excel keeps a second time."""
    if not found.cells:
        return
    parts = {sheet.title: sheet.part for sheet in package.grids if sheet.part}
    for table in tables(package.parts, parts).values():
        first, left, last, right = table.area
        fixed = [
            *range(first, first + table.header_rows),
            *range(last - table.totals_rows + 1, last + 1),
        ]
        for cell in found.cells:
            inside = cell.title == table.title and left <= cell.position[1] <= right
            if inside and cell.position[0] in fixed and not cell.defined:
                what = f"the headers and totals of table {table.name} cannot hold marks"
                found.faults.append(Fault(cell.place, f"{what}; put it outside of the table"))


def _check(cell: MarkedCell, merged: list[Area]) -> None:
    """Raise unless all marks of a cell repeat along the same axes, and it has room for them."""
    several = {(one.name.repeated, one.across) for one in cell.text.marks if one.name.repeated}
    if len(several) > 1:
        raise DomainError("its marks are repeated over different things; use a cell for each")
    condition = cell.text.row_if
    if condition is not None and condition.name.repeated:
        raise DomainError(f"{condition.name.text} is one of many; a row needs one condition")
    if condition is not None and cell.repeated is not None:
        raise DomainError("a row that is repeated cannot be hidden; put its condition elsewhere")
    mark = cell.repeated
    for top, left, bottom, right in merged:
        if mark is None or (top, left) != cell.position:
            continue
        both = len(mark.name.repeated) > 1
        if bottom > top and (both or not mark.across):
            raise DomainError("is merged over several rows; a mark that repeats its row needs one")
        if right > left and (both or mark.across):
            raise DomainError(
                "is merged over several columns; a mark that repeats its column needs one"
            )


def marked_runs(xml: bytes) -> list[MarkedRun]:
    """The marked texts of a drawing or a chart.

    Raises
    ------
    DomainError
        A mark that is not understood, or that means several values.
    """
    found = []
    for match in _RUN.finditer(xml):
        text = marked(html.unescape(match[2].decode()))
        if text.row_if or any(name.repeated for name in text.names):
            raise DomainError(f"{text.names[0].text}: a text can show one value only")
        found.append(MarkedRun(match.start(2), match.end(2), text))
    return found


def with_runs(xml: bytes, runs: list[MarkedRun], read: Read) -> bytes:
    """A drawing or a chart with values in place of its marks."""
    pieces, done = [], 0
    for one in runs:
        mark = one.text.alone
        value = one.text.shown(read)
        text = value if mark is None else in_words(value or "", mark.name.unit, mark.form)
        pieces += [xml[done : one.start], escape(str(text or "")).encode()]
        done = one.end
    return b"".join([*pieces, xml[done:]])


def _read_name(found: Contents, defined: str, reference: str, package: Package) -> None:
    """A defined name that begins with ``shore.``, such as ``shore.plan2.npv``."""
    if not defined.lower().startswith(PREFIX):
        return
    path = _KEY.sub(r".\1[\2]", f".{defined[len(PREFIX) :]}")[1:]
    target = parse_reference(reference)
    titles = {sheet.title.casefold(): sheet.title for sheet in package.grids}
    title = titles.get(target.sheet.casefold()) if target else None
    try:
        if target is None or title is None:
            raise DomainError(f"refers to {reference[:60]}; it must refer to cells of a sheet")
        name = parsed(path)
    except DomainError as error:
        found.faults.append(Fault(f"name {defined}", str(error)))
    else:
        text = MarkedText((Mark(name, across=False, form=""),), None)
        found.cells.append(MarkedCell(title, target.area, text, defined))
