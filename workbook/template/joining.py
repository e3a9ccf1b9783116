"""The model's sheets added to anybody's workbook, part by part.

Of the user's parts only those change that list what a workbook has: content types, relationships,
the list of sheets and names, styles, shared texts, and the marks of dynamic arrays. The list of the
order of calculation is dropped, since it would name some formulas and not others; Excel makes it
anew. All other parts stay as they are, byte for byte.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from ..ooxml.merged_metadata import merged_metadata
from ..ooxml.merged_styles import NO_STYLES, Merged, merged_styles
from ..ooxml.package import Package, Relation
from ..ooxml.part_edit import PartEdit
from ..ooxml.renaming import Renaming
from .unfit import TYPES, content_type

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_CARRIED = ("worksheet", "drawing", "chart", "image")  # kinds of parts that are added
_BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")
_NO_TEXTS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<sst xmlns="{_MAIN}"></sst>'.encode()
)
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_NO_RELATIONS = f'<Relationships xmlns="{_RELATIONS}"></Relationships>'.encode()
_CELL = re.compile(r'<c r="([A-Z]+[0-9]+)" s="([0-9]+)"([^>]*)>(?:<v>([0-9]+)</v>)?')
_MARK = re.compile(r' cm="([0-9]+)"')
_FORMAT = re.compile(r'(<(?:row|col)\b[^>]*? (?:s|style)=")([0-9]+)"')
_CONDITIONAL = re.compile(r'(<cfRule\b[^>]*? dxfId=")([0-9]+)"')
_FORMULA = re.compile(r"(<(f|c:f|formula|formula1|formula2)\b[^>]*(?<!/)>)([^<]+)(?=</)")
_LINK = re.compile(r'(<hyperlink\b[^>]*? location=")([^"]+)"')
_TIP = re.compile(r'(<hyperlink\b[^>]*? tooltip=")([^"]+)"')
_NUMBERED = re.compile(r"(.*?)([0-9]*)(\.[^./]+)$")


class Joined(NamedTuple):
    """A workbook with the model in it.

    Attributes
    ----------
    parts : dict of str to bytes
        Those of the user in their order, then those that were added.
    changed : frozenset of str
        Names of the user's parts that changed or are gone.
    """

    parts: dict[str, bytes]
    changed: frozenset[str]


class _Styles(NamedTuple):
    """What takes the place of numbers in our sheets."""

    merged: Merged
    first_text: int
    mark: int


def joined(theirs: Package, ours: Package, renaming: Renaming, note: str) -> Joined:
    """A user's workbook with the sheets and names of one of ours behind its own.

    Parameters
    ----------
    theirs : Package
        The user's workbook; it is not changed.
    ours : Package
        A comparison workbook as Shorewise wrote it.
    renaming : Renaming
        Titles of our sheets and our names, where they differ in the joined workbook.
    note : str
        Formula of the name ``shorewise_joined``.
    """
    return _Joining(theirs, ours, renaming, note).result()


class _Joining:
    def __init__(self, theirs: Package, ours: Package, renaming: Renaming, note: str):
        self.theirs, self.ours, self.renaming, self.note = theirs, ours, renaming, note
        self.parts = {name: theirs.parts[name] for name in theirs.parts}
        self.before = dict(self.parts)
        self.folder = posixpath.dirname(theirs.workbook)
        self.overrides: list[tuple[str, str]] = []  # of new parts: name and content type
        self.links: list[tuple[str, str, str]] = []  # of the workbook: id, type, target
        self.types = PartEdit(self.parts[theirs.name(TYPES)])
        rels = f"{self.folder}/_rels/{posixpath.basename(theirs.workbook)}.rels".lstrip("/")
        self.rels_name = theirs.name(rels) or rels
        self.rels = PartEdit(self.parts.get(self.rels_name, _NO_RELATIONS))

    def result(self) -> Joined:
        parts = self.ours.reached(("officeDocument", *_CARRIED))
        carried = {one: self._new_name(one) for one in parts if one != self.ours.workbook}
        numbers = _Styles(self._styles(), self._texts(), self._metadata())
        for old, new in carried.items():
            self._carry(old, new, carried, numbers)
        self._drop_calculation_chain()
        self._workbook(carried)
        self._finish()
        changed = {name for name, data in self.before.items() if self.parts.get(name) != data}
        return Joined(self.parts, frozenset(changed))

    def _new_name(self, name: str) -> str:
        """A free name for a part of ours, numbered behind those that there are."""
        base, digits, ending = _NUMBERED.fullmatch(name).groups()  # type: ignore[union-attr]
        taken = {one.lstrip("/").casefold() for one in self.parts}
        number = 1 if digits else 0
        while (found := f"{base}{number or ''}{ending}").casefold() in taken:
            number += 1
        self.parts[found] = b""  # taken
        return found

    def _carry(self, old: str, new: str, carried: Mapping[str, str], numbers: _Styles) -> None:
        """Add a part of ours under its new name, with its relationships."""
        data = self.ours.parts[old]
        if old.endswith(".xml"):
            xml = data.decode()
            if "/worksheets/" in old:
                xml = self._sheet(xml, numbers)
            data = self._renamed(xml).encode()
        self.parts[new] = data
        self.overrides.append((new, content_type(self.ours, old)))
        relations = self.ours.relations(old)
        if relations:
            folder, base = posixpath.split(new)
            rels = f"{folder}/_rels/{base}.rels"
            self.parts[rels] = _relations(self.ours, old, relations, carried)

    def _sheet(self, xml: str, numbers: _Styles) -> str:
        """A sheet whose cells refer to the merged styles and texts."""
        merged, first_text, mark = numbers
        formats = merged.formats

        def cell(match: re.Match[str]) -> str:
            address, style, rest, value = match.groups()
            if ' cm="' in rest:
                rest = _MARK.sub(f' cm="{mark}"', rest)
            text = ""
            if value is not None:
                number = int(value) + first_text if ' t="s"' in rest else value
                text = f"<v>{number}</v>"
            return f'<c r="{address}" s="{formats[int(style)]}"{rest}>{text}'

        xml = _CELL.sub(cell, xml)
        xml = _FORMAT.sub(lambda at: f'{at[1]}{formats[int(at[2])]}"', xml)
        return _CONDITIONAL.sub(lambda at: f'{at[1]}{int(at[2]) + merged.conditional}"', xml)

    def _renamed(self, xml: str) -> str:
        """A part whose formulas and links name sheets and names as the joined workbook does."""
        rename = self.renaming
        if not (rename.titles or rename.names):
            return xml
        xml = _FORMULA.sub(lambda at: at[1] + rename.in_xml(at[3]), xml)
        for pattern in (_LINK, _TIP):
            xml = pattern.sub(lambda at: f'{at[1]}{rename.in_xml(at[2])}"', xml)
        return xml

    def _styles(self) -> Merged:
        name, ours = self.theirs.one("styles"), self.ours
        data = self.parts[name] if name else NO_STYLES
        theme = ours.parts[ours.one("theme")]
        found = merged_styles(data, ours.parts[ours.one("styles")], theme)
        self.parts[name or self._linked("styles", "styles.xml")] = found.data
        return found

    def _texts(self) -> int:
        """Put our texts behind theirs; the number of the first of ours."""
        name = self.theirs.one("sharedStrings")
        part = PartEdit(self.parts[name] if name else _NO_TEXTS, depth=1)
        ours = PartEdit(self.ours.parts[self.ours.one("sharedStrings")], depth=1)
        first, root = len([*part.root.all("si")]), part.root
        texts = [ours.text(one) for one in ours.root.all("si")]
        counts = {
            key: str(int(root.attributes[key]) + int(ours.root.attributes[key]))
            for key in ("count", "uniqueCount")
            if root.attributes.get(key, "").isdecimal()
        }
        if counts:
            part.set(root, counts)
        if last := [*root.all("si")]:
            part.insert_behind(last[-1], "".join(texts))
        else:
            part.append(root, "".join(texts))
        self.parts[name or self._linked("sharedStrings", "sharedStrings.xml")] = part.result()
        return first

    def _metadata(self) -> int:
        """The mark of cells whose formula may spill, as the joined workbook numbers it."""
        own = self.ours.one("sheetMetadata")
        if not own:
            return 0
        name = self.theirs.one("sheetMetadata")
        if name:
            self.parts[name], mark = merged_metadata(self.parts[name])
            return mark
        self.parts[self._linked("sheetMetadata", "metadata.xml")] = self.ours.parts[own]
        return 1

    def _linked(self, kind: str, base: str) -> str:
        """The name of a new part of the workbook, which has a relationship to it."""
        name = self._new_name(f"{self.folder}/{base}".lstrip("/"))
        self._link(kind, name)
        self.overrides.append((name, f"{_TYPE}{kind}+xml"))
        return name

    def _link(self, kind: str, name: str) -> str:
        taken = {one.attributes.get("Id", "") for one in self.rels.root.children}
        taken |= {one for one, _, _ in self.links}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        self.links.append((f"rId{number}", f"{_OFFICE}/{kind}", f"/{name}"))
        return f"rId{number}"

    def _drop_calculation_chain(self) -> None:
        """Without it Excel finds the order of all formulas; with a part of them it may not."""
        chain = self.theirs.one("calcChain")
        if not chain:
            return
        del self.parts[chain]
        for one in self.rels.root.children:
            if one.attributes.get("Type", "").endswith("/calcChain"):
                self.rels.remove(one)
        for one in self.types.root.all("Override"):
            if self.theirs.name(one.attributes.get("PartName", "")) == chain:
                self.types.remove(one)

    def _workbook(self, carried: Mapping[str, str]) -> None:
        """List our sheets and names behind theirs."""
        part = PartEdit(self.parts[self.theirs.workbook])
        root = part.root
        sheets = root.one("sheets")
        if sheets is None:
            raise RuntimeError("a workbook without sheets was accepted")
        ids = [int(one.attributes.get("sheetId", "0")) for one in sheets.all("sheet")]
        number = max(ids, default=0)
        listed = []
        for n, sheet in enumerate(self.ours.sheets, 1):
            link = self._link("worksheet", carried[sheet.part])
            state = "" if sheet.state == "visible" else f' state="{sheet.state}"'
            title = quoteattr(self.renaming.title(sheet.title))
            listed.append(
                f'<sheet name={title} sheetId="{number + n}"{state} xmlns:r="{_OFFICE}" '
                f'r:id="{link}"/>'
            )
        part.append(sheets, "".join(listed))
        if root.one("bookViews") is None:
            before = [one.name for one in root.children]
            views = before[: before.index("sheets")]
            part.insert_after(views, "<bookViews><workbookView/></bookViews>")
        names = "".join(self._names(len(self.theirs.sheets)))
        own = root.one("definedNames")
        if own is None:
            part.insert_after(_BEFORE_NAMES, f"<definedNames>{names}</definedNames>")
        else:
            part.append(own, names)
        self.parts[self.theirs.workbook] = part.result()

    def _names(self, sheets: int) -> Iterator[str]:
        """Our defined names; those of a sheet count the user's sheets before it."""
        for one in self.ours.book.findall("{*}definedNames/{*}definedName"):
            yield _name(one, self.renaming, sheets)
        yield f'<definedName name="shorewise_joined">{escape(self.note)}</definedName>'

    def _finish(self) -> None:
        """Write the relationships of the workbook and the content types."""
        self.rels.append(
            self.rels.root,
            "".join(
                f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/>'
                for key, kind, target in self.links
            ),
        )
        self.parts[self.rels_name] = self.rels.result()
        defaults = {
            one.attributes.get("Extension", "").casefold() for one in self.types.root.all("Default")
        }
        if "rels" not in defaults:
            kind = "application/vnd.openxmlformats-package.relationships+xml"
            new = [name for name in self.parts if name not in self.before]
            self.overrides += [(name, kind) for name in new if name.endswith(".rels")]
        self.types.append(
            self.types.root,
            "".join(
                f"<Override PartName={quoteattr(f'/{name}')} ContentType={quoteattr(kind)}/>"
                for name, kind in self.overrides
            ),
        )
        self.parts[self.theirs.name(TYPES)] = self.types.result()


def _name(one: Element, renaming: Renaming, sheets: int) -> str:
    """A defined name as XML."""
    attributes = dict(one.attrib)
    if "localSheetId" in attributes:
        attributes["localSheetId"] = str(int(attributes["localSheetId"]) + sheets)
    else:
        attributes["name"] = renaming.name(attributes["name"])
    written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<definedName{written}>{escape(renaming.formula(one.text or ''))}</definedName>"


def _relations(
    package: Package, old: str, relations: Mapping[str, Relation], carried: Mapping[str, str]
) -> bytes:
    """The relationships of a part of ours, to the new names of parts."""
    folder, base = posixpath.split(old)
    part = PartEdit(package.parts[f"{folder}/_rels/{base}.rels"])
    for one in part.root.children:
        target = relations[one.attributes["Id"]]
        if not target.outside:
            part.set(one, {"Target": f"/{carried[target.target]}"})
    return part.result()
