"""A tolerant loader of workbooks of any origin into openpyxl objects.

openpyxl's own reader refuses a file for one invalid font, date or drawing, and issues its own
warnings. Here :mod:`.sheet_data` reads the cells; of everything else, only what rules and commands
use is read, and skipped if it is invalid.
"""

import contextlib
import gc
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Collection, Generator, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.formatting.rule import Rule
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.dimensions import ColumnDimension, RowDimension
from openpyxl.worksheet.table import Table, TableColumn
from openpyxl.worksheet.views import Pane, SheetView
from openpyxl.worksheet.worksheet import Worksheet

from ..errors import WorkbookError
from .cell_formats import Formats, read_formats
from .package import Package, SheetPart, ZipParts, to_transitional
from .safe_open import inspect_any
from .sheet_data import LAST_COLUMN, LAST_ROW, NARROW, Formulas, SheetReader, below, texts
from .xml_bounds import local

_TITLE = re.compile(r"[\\*?:/\[\]]")  # what openpyxl allows in no title
_AREAS_MAX = 100_000
_THEME_MAX = 1 << 20  # bytes; Excel's have 10 KB
_RULES = frozenset({"expression", "cellIs"})
_VALIDATIONS = frozenset({"whole", "decimal", "list", "date", "time", "textLength", "custom"})


class Loaded(NamedTuple):
    """A workbook with formulas, the same with cached values, and sheet extensions by title.

    A workbook that was not requested is None.
    """

    formulas: Any
    values: Any
    extensions: dict[str, Element]


class Hidden(NamedTuple):
    """Numbers of rows with cells and of columns that are hidden, by hand or by a filter."""

    rows: set[int]
    columns: set[int]


@contextlib.contextmanager
def opened(path: str | Path) -> Iterator[Package]:
    """Inspect and open a package of any origin.

    Raises
    ------
    WorkbookError
        As :func:`.safe_open.inspect_any`; also for what is found damaged while it is open.
    """
    inspect_any(path)
    with open_package(path) as package:
        yield package


@contextlib.contextmanager
def open_package(path: str | Path) -> Iterator[Package]:
    """Open an inspected package; errors raised while it is open name its path."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield Package(ZipParts(archive))
    except WorkbookError as error:
        text = str(error)
        raise WorkbookError(text if text.startswith(f"{path}: ") else f"{path}: {text}") from None
    except OSError as error:
        raise WorkbookError(f"{path}: {error.strerror or error}") from None
    except (zipfile.BadZipFile, EOFError, zlib.error):
        raise WorkbookError(f"{path}: damaged, or changed while it was read") from None


def load(
    package: Package,
    *,
    formulas: bool = True,
    values: bool = True,
    only: Collection[str] | None = None,
) -> Loaded:
    """Load a workbook from a package that has passed :func:`.safe_open.inspect_any`.

    Parameters
    ----------
    package : Package
    formulas, values : bool
        Which workbooks are wanted.
    only : collection of str, optional
        Titles of the sheets whose cells are read; the others are there, and empty.

    Raises
    ------
    WorkbookError
        Damaged.
    """
    formats = read_formats(package)
    shared = _texts(package)
    books = [_book(formats) if wanted else None for wanted in (formulas, values)]
    theme = _theme(package)
    extensions = {}
    with _uncollected(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl's warnings about long titles
        for part in package.grids:
            sheets = [book and _sheet(book, part) for book in books]
            if not part.part or (only is not None and part.title not in only):
                continue
            extension = _fill(package, part, sheets, formats, shared)
            if extension is not None:
                extensions[part.title] = extension
        for book in filter(None, books):
            _name(package, book)
            book.loaded_theme = theme
    return Loaded(books[0], books[1], extensions)


def rows(
    package: Package,
    part: SheetPart,
    *,
    unsaved: Callable[[str], Any] | None = None,
    hidden: Hidden | None = None,
) -> Generator[tuple[int, dict[int, Any]], None, None]:
    """Yield the rows of one sheet, each with its values by column.

    Parameters
    ----------
    unsaved : callable, optional
        Called with a formula that was saved without a value, gives what stands for that; else the
        cell is empty.
    hidden : Hidden, optional
        Receives what is hidden; complete once all rows have been read.

    Raises
    ------
    WorkbookError
        Damaged, or with rows that are not in order.
    """
    if not part.part:
        return
    styles, last = read_formats(package).styles, 0
    with _named(part.part), part_opened(package, part.part) as file:
        reader = SheetReader(file, _texts(package), styles)
        reader.hidden = hidden.rows if hidden else set()
        for number, cells in reader.rows():
            if number <= last:
                raise WorkbookError(f"is damaged: row {number} stands after row {last}")
            last = number
            found = {cell.column: cell.value for cell in cells if cell.value is not None}
            for cell in cells if unsaved else ():
                if cell.value is None and cell.formula is not None and cell.kind != "str":
                    found[cell.column] = unsaved(f"={cell.formula.text or ''}")  # type: ignore[misc]
            yield number, found
        for first, last in _shut_columns(reader) if hidden else ():
            hidden.columns.update(range(first, last + 1))  # type: ignore[union-attr]


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Disable garbage collection, which would take half the time while many cells are created."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _texts(package: Package) -> list[str]:
    part = package.one("sharedStrings")
    if not part:
        return []
    with _named(part), part_opened(package, part) as file:
        return texts(file)


def _theme(package: Package) -> bytes | None:
    """The XML of a workbook's theme; None if there is none or it cannot be parsed."""
    part = package.one("theme")
    try:
        if part and len(data := package.parts[part]) < _THEME_MAX:
            package.tree(part)
            return to_transitional(data)
    except WorkbookError:
        pass
    return None


def part_opened(package: Package, part: str) -> Any:
    """A part of a package that :func:`opened` has open, as a binary file."""
    return package.parts.archive.open(part)  # type: ignore[attr-defined]


@contextlib.contextmanager
def _named(part: str) -> Iterator[None]:
    """Prefix errors with the name of the part in which they occur."""
    try:
        yield
    except WorkbookError as error:
        raise WorkbookError(f"{part} {error}") from None


def _book(formats: Formats) -> Any:
    book = Workbook()
    book.remove(book.worksheets[0])
    formats.put_into(book)
    return book


def _sheet(book: Any, part: SheetPart) -> Any:
    sheet = Worksheet(book, _TITLE.sub("_", part.title) or "Sheet")
    book._sheets.append(sheet)
    sheet.sheet_state = part.state if part.state in ("hidden", "veryHidden") else "visible"
    return sheet


def _fill(
    package: Package, part: SheetPart, sheets: list[Any], formats: Formats, shared: list[str]
) -> Element | None:
    """Fill an openpyxl sheet with its cells and other elements; return its extensions."""
    live, cached = sheets
    formulas = Formulas()
    with _named(part.part), part_opened(package, part.part) as file:
        reader = SheetReader(file, shared, formats.styles)
        for row, cells in reader.rows():
            for column, style, kind, value, formula in cells:
                is_blank = value is None and formula is None
                if is_blank and style not in formats.unlocked:
                    continue
                array = formats.arrays[style if style < len(formats.arrays) else 0]
                place = (row, column)
                if live is not None:
                    if formula is None:
                        _put(live, place, array, kind, value)
                    else:
                        _put(live, place, array, "f", formulas.of(formula, row, column))
                if cached is not None:
                    _put(cached, place, array, kind, value)
        for sheet in filter(None, sheets):
            _put_beside(sheet, reader, formats)
            for table in package.related(part.part, "table"):
                _add_table(sheet, package.tree(table))
    return next(iter(reader.beside.get("extLst", ())), None)


def _put(sheet: Any, place: tuple[int, int], array: Any, kind: str, value: Any) -> None:
    cell = Cell(sheet, *place)
    cell._style, cell._value, cell.data_type = array, value, kind
    sheet._cells[place] = cell


def _put_beside(sheet: Any, reader: SheetReader, formats: Formats) -> None:
    beside = reader.beside
    # One object is shared: one for each of a million rows would take a kilobyte each.
    is_hidden = RowDimension(sheet, index=0, hidden=True)
    sheet.row_dimensions.update(dict.fromkeys(reader.hidden, is_hidden))
    is_grouped = RowDimension(sheet, index=0, hidden=True, outlineLevel=1)
    sheet.row_dimensions.update(dict.fromkeys(reader.grouped, is_grouped))
    for one in _children(beside, "sheetPr", "outlinePr"):
        is_below = one.get("summaryBelow") not in ("0", "false")
        sheet.sheet_properties.outlinePr.summaryBelow = is_below
    for first, last in _shut_columns(reader):
        letter = get_column_letter(first)
        sheet.column_dimensions[letter] = ColumnDimension(
            sheet, index=letter, min=first, max=last, hidden=True
        )
    sheet.protection.sheet = any(
        one.get("sheet") in ("1", "true") for one in beside.get("sheetProtection", ())
    )
    sheet.merged_cells.ranges = {  # without an openpyxl object for each cell
        CellRange(one.get("ref"))
        for one in _children(beside, "mergeCells", "mergeCell")
        if _is_area(one.get("ref"))
    }
    sheet.views.sheetView = [
        SheetView(pane=Pane(state=one.get("state")))
        for view in _children(beside, "sheetViews", "sheetView")
        for one in view.findall("{*}pane")
        if one.get("state") in ("frozen", "frozenSplit", "split")
    ] or [SheetView()]
    validations = _children(beside, "dataValidations", "dataValidation")
    conditional = beside.get("conditionalFormatting", [])
    if sum(one.get("sqref", "").count(" ") for one in (*validations, *conditional)) > _AREAS_MAX:
        raise WorkbookError(f"validates or formats over {_AREAS_MAX:,} areas; refused")
    for one in validations:
        if areas := _areas(one):
            kind = one.get("type") if one.get("type") in _VALIDATIONS else None
            style = one.get("errorStyle")
            sheet.data_validations.dataValidation.append(
                DataValidation(
                    type=kind,
                    formula1=one.findtext("{*}formula1"),
                    formula2=one.findtext("{*}formula2"),
                    showErrorMessage=one.get("showErrorMessage") in ("1", "true"),
                    errorStyle=style if style in ("warning", "information") else None,
                    sqref=areas,
                )
            )
    for one in conditional:
        if areas := _areas(one):
            for rule in one.findall("{*}cfRule"):
                texts_of_it = [f.text for f in rule.findall("{*}formula") if f.text]
                kind = rule.get("type")
                sheet.conditional_formatting.add(
                    areas,
                    Rule(
                        kind if kind in _RULES else "expression",
                        formula=texts_of_it,
                        dxf=formats.conditional(_number(rule, "dxfId", -1)),
                    ),
                )


def _shut_columns(reader: SheetReader) -> Iterator[tuple[int, int]]:
    """The first and last of each run of hidden columns."""
    for one in _children(reader.beside, "cols", "col"):
        first, last = _number(one, "min"), _number(one, "max")
        is_shut = one.get("hidden") in ("1", "true") or below(one.get("width"), NARROW)
        if 1 <= first <= last <= LAST_COLUMN and is_shut:
            yield first, last


def _children(beside: dict[str, list[Element]], above: str, name: str) -> list[Element]:
    return [one for parent in beside.get(above, ()) for one in parent if local(one.tag) == name]


def _number(element: Element, name: str, otherwise: int = 0) -> int:
    text = element.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 9 else otherwise


def _is_area(text: str | None) -> bool:
    try:
        left, top, right, bottom = range_boundaries(text or "")
        return 1 <= left <= right <= LAST_COLUMN and 1 <= top <= bottom <= LAST_ROW
    except (TypeError, ValueError):
        return False


def _areas(element: Element) -> str:
    """The ranges of an element, without malformed ones."""
    return " ".join(filter(_is_area, element.get("sqref", "").split()))


def _add_table(sheet: Any, xml: Element) -> None:
    names = [one.get("name", "") for one in xml.findall("{*}tableColumns/{*}tableColumn")]
    name = xml.get("displayName") or xml.get("name") or ""
    if not name or re.search(r"\s", name) or not _is_area(xml.get("ref")):
        return
    table = Table(
        displayName=name,
        ref=xml.get("ref"),
        headerRowCount=_number(xml, "headerRowCount", 1),
        totalsRowCount=_number(xml, "totalsRowCount"),
        tableColumns=tuple(TableColumn(id=n, name=one) for n, one in enumerate(names, 1)),
    )
    dict.__setitem__(sheet.tables, name, table)


def _name(package: Package, book: Any) -> None:
    """Add the defined names of a workbook in their scopes, except Excel's built-in ones."""
    of_grid = {part: n for n, part in enumerate(package.grids)}
    scopes = {
        str(n): book.worksheets[of_grid[part]].defined_names
        for n, part in enumerate(package.sheets)
        if part in of_grid
    }
    for one in package.book.findall("{*}definedNames/{*}definedName"):
        name, scope = one.get("name", ""), one.get("localSheetId")
        where = book.defined_names if scope is None else scopes.get(scope.strip())
        if where is not None and name and not name.startswith("_xlnm."):
            where[name] = DefinedName(name, attr_text=one.text or "")
