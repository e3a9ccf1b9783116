"""Rows and columns inserted in a sheet of any workbook, at the level of its package's XML.

Whatever refers to the sheet follows, as in Excel; what is not concerned stays byte for byte.
Ranges that end at the row after which rows are inserted grow with it, which Excel does not do.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from ..errors import WorkbookError
from ..ooxml.package import Package
from .moved_parts import MovedChart, MovedNames, MovedPart, MovedPivotTable, MovedTable
from .moved_references import Book, Place
from .moved_sheet import MovedSheet
from .moved_vml import moved_vml
from .part_xml import Element, PartXml
from .shifts import Insertion, shift

__all__ = ["Insertion", "inserted"]

_SHEETS = ("worksheet", "chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet")
_MOVED: dict[str, type[MovedPart]] = {
    **dict.fromkeys(_SHEETS, MovedSheet),
    "officeDocument": MovedNames,
    "chart": MovedChart,
    "chartEx": MovedChart,
    "chartUserShapes": MovedPart,
    "comments": MovedPart,
    "ctrlProp": MovedPart,
    "drawing": MovedPart,
    "namedSheetView": MovedPart,
    "pivotCacheDefinition": MovedPart,
    "pivotTable": MovedPivotTable,
    "queryTable": MovedPart,
    "table": MovedTable,
    "tableSingleCells": MovedPart,
    "threadedComment": MovedPart,
}
# What every sheet has that refers to another: a reference, a range to consolidate, or text in
# UTF-16 or with codes, in which both may be hidden.
_SHEET_NAMED = re.compile(rb"!|dataRef|&#|\x00")
_DROPPED = ("calcChain", "volatileDependencies")  # Excel makes them again
# Kinds of parts that hold no addresses of this workbook's cells.
_WITHOUT_ADDRESSES = frozenset(
    ("activeXControlBinary", "attachedToolbars", "audio", "chartColorStyle", "chartStyle",
     "classificationlabels", "connections", "control", "core-properties", "custom-properties",
     "customProperty", "customXml", "customXmlProps", "diagramColors", "diagramData",
     "diagramDrawing", "diagramLayout", "diagramQuickStyle", "extended-properties",
     "extensibility", "externalLink", "externalLinkLongPath", "externalLinkPath",
     "FeaturePropertyBag", "font", "hdphoto", "hyperlink", "image", "ink", "media", "metadata",
     "oleObject", "origin", "package", "person", "pivotCacheRecords", "powerPivotData",
     "printerSettings", "rdArray", "rdRichValue", "rdRichValueStructure", "rdRichValueTypes",
     "rdRichValueWebImage", "rdSupportingPropertyBag", "rdSupportingPropertyBagStructure",
     "richStyles", "richValueRel", "sharedStrings", "sheetMetadata", "signature", "slicer",
     "slicerCache", "styles", "taskpanes", "theme", "themeOverride", "thumbnail", "timeline",
     "timelineCache", "ui", "vbaProject", "vbaProjectSignature", "vbaProjectSignatureAgile",
     "vbaProjectSignatureV3", "video", "webextension", "webextensiontaskpanes", "wordVbaData",
     "xlExternalLinkPath", "xmlMaps")
)  # fmt: skip


class _Reached(NamedTuple):
    """A part of the package, what it is, and the sheet to which it belongs, in lower case."""

    name: str
    kind: str
    sheet: str


def inserted(
    parts: Mapping[str, bytes], insertions: Sequence[Insertion]
) -> dict[str, bytes | None]:
    """The parts of a package that change when rows or columns are inserted.

    New rows are empty, and have the style of the row after which they stand; so do columns.

    Parameters
    ----------
    parts : dict of str to bytes
        All parts, by name, of a file that :func:`.safe_open.inspect_any` accepts.
    insertions : sequence of Insertion
        In positions of the original file, several for a sheet if need be.

    Returns
    -------
    dict of str to bytes
        By name; None for a part that goes, such as the order of calculation, which Excel makes
        again.

    Raises
    ------
    WorkbookError
        A sheet that is not there, a row that cannot be moved, or a part that may refer to cells
        and is not understood.
    """
    package = Package(parts)
    book = _book(package, insertions)
    titles = {sheet.part: f"sheet {sheet.title}" for sheet in package.sheets}
    changed: dict[str, bytes | None] = {}
    dropped = []
    for part in _reached(package):
        if part.kind in _DROPPED:
            dropped.append(part.name)
            continue
        try:
            data = _moved(parts[part.name], part, book)
            links = _links_part(package, part.name)
            new_links = _MovedLinks(parts[links], book, part.sheet).edited() if links else b""
        except WorkbookError as error:
            raise WorkbookError(f"{titles.get(part.name, part.name)} {error}") from None
        except (KeyError, ValueError) as error:
            where = titles.get(part.name, part.name)
            raise WorkbookError(f"{where} is damaged: {error}") from None
        if data != parts[part.name]:
            changed[part.name] = data
        if links and new_links != parts[links]:
            changed[links] = new_links
    for name in dropped:
        _drop(package, name, changed)
    return changed


def _book(package: Package, insertions: Sequence[Insertion]) -> Book:
    """What is inserted, by sheet."""
    grids = {sheet.title.casefold(): sheet.title for sheet in package.grids}
    by_sheet: dict[str, list[Insertion]] = {}
    for one in insertions:
        if one.sheet.casefold() not in grids:
            raise WorkbookError(
                f"has no sheet {one.sheet!r} of cells; it has {', '.join(grids.values())}"
            )
        by_sheet.setdefault(one.sheet.casefold(), []).append(one)
    titles = [sheet.title for sheet in package.sheets]
    return Book(titles, {sheet: shift(found) for sheet, found in by_sheet.items()})


def _reached(package: Package) -> Iterator[_Reached]:
    """Every part to which relationships lead, once."""
    titles = {sheet.part: sheet.title.casefold() for sheet in package.sheets}
    found = {""}
    waiting = [_Reached("", "", "")]
    while waiting:
        part = waiting.pop()
        for one in package.relations(part.name).values():
            if not one.target or one.outside or one.target in found:
                continue
            found.add(one.target)
            sheet = titles.get(one.target, part.sheet)
            reached = _Reached(one.target, one.kind, sheet)
            waiting.append(reached)
            yield reached


def _moved(data: bytes, part: _Reached, book: Book) -> bytes:
    """A part after the insertions."""
    if part.kind == "vmlDrawing":
        return moved_vml(data, book, part.sheet)
    if part.kind in _SHEETS and not book.is_moved(part.sheet) and not _SHEET_NAMED.search(data):
        return data
    follow = _MOVED.get(part.kind)
    if follow is not None:
        return follow(data, book, part.sheet).edited()
    if part.kind in _WITHOUT_ADDRESSES:
        return data
    raise WorkbookError(
        f"is of kind {part.kind}, which may refer to cells and is not known here; "
        "remove it in Excel"
    )


def _links_part(package: Package, part: str) -> str:
    folder, base = posixpath.split(part)
    return package.name(f"{folder}/_rels/{base}.rels")


class _MovedLinks(MovedPart):
    """Relationships, among which hyperlinks to cells of the workbook itself."""

    def opened(self, element: Element) -> None:
        """Move the target of a link that begins with #."""
        target = element.attributes.get("Target", "")
        if target.startswith("#"):
            plain = unquote(target)
            moved = self.book.location(plain[1:], Place(self.sheet))
            if moved != plain[1:]:
                space = "%20" if "%20" in target else " "
                self.set(element, "Target", "#" + moved.replace(" ", space))

    def closed(self, element: Element) -> None:
        """Leave texts, of which there are none."""


class _Without(PartXml):
    """A list of parts, without one of them."""

    def __init__(self, data: bytes, attribute: str, ending: str):
        super().__init__(data)
        self._attribute, self._ending = attribute, ending.casefold()

    def closed(self, element: Element) -> None:
        """Take the part out."""
        value = unquote(element.attributes.get(self._attribute, "")).replace("\\", "/")
        if value.casefold().rpartition("/")[2] == self._ending:
            self.replace(element.start, element.end, b"")


def _drop(package: Package, name: str, changed: dict[str, bytes | None]) -> None:
    """Take a part out of the package, of its list of contents, and of relationships to it."""
    changed[name] = None
    base = name.replace("\\", "/").rpartition("/")[2]
    lists = [(package.name("[Content_Types].xml"), "PartName")]
    lists.append((_links_part(package, package.workbook), "Target"))
    for part, attribute in lists:
        if part:
            data = changed.get(part) or package.parts[part]
            changed[part] = _Without(data, attribute, base).edited()
