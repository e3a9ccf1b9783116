"""The parts of any Excel package, found by the relationships between them.

Open Packaging Conventions (ECMA-376 part 2): parts refer to each other by relationships, and
names are equal without regard to case. Some programs write backslashes, leave parts out, or use
the namespaces of Strict Open XML (ISO/IEC 29500-1); all of that is read here, and only here.
"""

import posixpath
import zipfile
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from ..errors import WorkbookError
from .xml_bounds import in_utf8, local, tree

_TRANSITIONAL = {  # the transitional namespace for each of Strict Open XML that is read
    b"http://purl.oclc.org/ooxml/spreadsheetml/main": b"http://schemas.openxmlformats.org/"
    b"spreadsheetml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": b"http://schemas.openxmlformats.org/"
    b"officeDocument/2006/relationships",
    b"http://purl.oclc.org/ooxml/drawingml/main": b"http://schemas.openxmlformats.org/"
    b"drawingml/2006/main",
    b"http://purl.oclc.org/ooxml/drawingml/chart": b"http://schemas.openxmlformats.org/"
    b"drawingml/2006/chart",
    b"http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing": b"http://schemas.openxmlformats.org/"
    b"drawingml/2006/spreadsheetDrawing",
}


class Relation(NamedTuple):
    """A relationship of a part.

    Attributes
    ----------
    kind : str
        The last word of its type, such as "worksheet".
    target : str
        The part it means, as the package calls that; what stands there where it is outside, "" for
        a part that is missing.
    outside : bool
    """

    kind: str
    target: str
    outside: bool


class SheetPart(NamedTuple):
    """A sheet as the workbook lists it: its part is "" where that is missing."""

    title: str
    part: str
    kind: str
    state: str

    @property
    def is_grid(self) -> bool:
        """Whether it has cells: charts, dialogs and macros as sheets have none of a model."""
        return self.kind == "worksheet"


class Package:
    """A package's parts, and what they are to each other.

    Parameters
    ----------
    parts : mapping of str to bytes
        By their names in the zip.

    Raises
    ------
    WorkbookError
        Two parts have the same name.
    """

    def __init__(self, parts: Mapping[str, bytes]):
        self.parts = parts
        self._names: dict[str, str] = {}
        self._relations: dict[str, dict[str, Relation]] = {}
        for name in parts:
            if self._names.setdefault(_key(name), name) != name:
                raise WorkbookError("has two parts of the same name")

    def name(self, target: str) -> str:
        """The name in the zip of a part, "" where it is missing."""
        return self._names.get(_key(target), "")

    def tree(self, part: str) -> Element:
        """A small part as a tree, with transitional namespaces.

        Raises
        ------
        WorkbookError
            Damaged, not safe to parse, or missing.
        """
        if part not in self.parts:
            raise WorkbookError(f"{part or 'a part'} is missing")
        try:
            return tree(to_transitional(self.parts[part]))
        except WorkbookError as error:
            raise WorkbookError(f"{part} {error}") from None

    def relations(self, part: str) -> dict[str, Relation]:
        """The relationships of a part by id, none where it has none; "" for the package's."""
        if part not in self._relations:
            folder, base = posixpath.split(part.replace("\\", "/"))
            listed = self.name(f"{folder}/_rels/{base}.rels")
            found = self._relations[part] = {}
            for one in self.tree(listed) if listed else ():
                outside = one.get("TargetMode", "").lower() == "external"
                target = one.get("Target", "")
                if not outside:
                    target = self.name(posixpath.join("/", folder, target.replace("\\", "/")))
                kind = one.get("Type", "").rpartition("/")[2]
                found[one.get("Id", "")] = Relation(kind, target, outside)
        return self._relations[part]

    def reached(self, kinds: Collection[str]) -> list[str]:
        """The parts to which the package's relationships of some kinds lead."""
        found = {"": None}
        waiting = [""]
        while waiting:
            for one in self.relations(waiting.pop()).values():
                is_new = one.target and not one.outside and one.target not in found
                if is_new and one.kind in kinds:
                    found[one.target] = None
                    waiting.append(one.target)
        return list(found)[1:]

    def related(self, part: str, *kinds: str) -> list[str]:
        """The parts that are there to which a part has relationships of some kinds."""
        return [
            one.target
            for one in self.relations(part).values()
            if one.kind in kinds and one.target and not one.outside
        ]

    @cached_property
    def workbook(self) -> str:
        """The part that lists the sheets.

        Raises
        ------
        WorkbookError
            There is none.
        """
        for part in [*self.related("", "officeDocument"), self.name("xl/workbook.xml")]:
            if part and local(self.tree(part).tag) == "workbook":
                return part
        raise WorkbookError("not an Excel workbook (.xlsx)")

    @cached_property
    def book(self) -> Element:
        """The tree of that part."""
        return self.tree(self.workbook)

    @cached_property
    def sheets(self) -> list[SheetPart]:
        """Its sheets in their order."""
        relations = self.relations(self.workbook)
        found = []
        for sheet in self.book.findall("{*}sheets/{*}sheet"):
            link = relations.get(_link(sheet), Relation("", "", outside=False))
            target = "" if link.outside else link.target
            state = sheet.get("state", "visible")
            found.append(SheetPart(sheet.get("name", ""), target, link.kind, state))
        return found

    @cached_property
    def grids(self) -> list[SheetPart]:
        """The sheets that have cells.

        Raises
        ------
        WorkbookError
            The workbook has no sheet at all.
        """
        if not any(sheet.part for sheet in self.sheets):
            raise WorkbookError("has no sheet")
        return [sheet for sheet in self.sheets if sheet.is_grid]

    def one(self, kind: str) -> str:
        """The workbook's part of a kind of which it has one, "" where it is missing."""
        return next(iter(self.related(self.workbook, kind)), "")


class ZipParts(Mapping[str, bytes]):
    """The parts of an open zip, each read when asked for.

    Raises
    ------
    WorkbookError
        Two have the same name.
    """

    def __init__(self, archive: zipfile.ZipFile):
        self.archive = archive
        entries = [
            one
            for one in archive.infolist()
            if not one.is_dir() and not one.filename.startswith("__MACOSX/")  # of macOS, for itself
        ]
        self._entries = {one.filename: one for one in entries}
        if len(self._entries) != len(entries):
            raise WorkbookError("has two parts of the same name")

    def __getitem__(self, name: str) -> bytes:
        return self.archive.read(self._entries[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, name: object) -> bool:
        return name in self._entries


def to_transitional(data: bytes) -> bytes:
    """A part in UTF-8, with Strict Open XML's namespaces replaced by the transitional ones."""
    data = in_utf8(data)
    if b"http://purl.oclc.org/ooxml/" in data:
        for strict, transitional in _TRANSITIONAL.items():
            data = data.replace(strict, transitional)
    return data


def _key(name: str) -> str:
    """A part's name as equal names have it."""
    name = posixpath.normpath("/" + unquote(name).replace("\\", "/"))
    return name.lstrip("/").casefold()


def _link(sheet: Element) -> str:
    """The id by which a workbook's sheet names its relationship."""
    return next((v for k, v in sheet.attrib.items() if k.startswith("{") and local(k) == "id"), "")
