"""Styles of one workbook added to those of another, so that cells look as they did.

Formats of cells, conditional formats and named styles are appended, and the numbers by which cells
refer to them are given. Colours of the first workbook's theme are written out, and fonts keep their
names, since the other workbook has a theme of its own.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from .part_edit import Node, PartEdit

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
NO_STYLES = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{_MAIN}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    "</styleSheet>"
).encode()
_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")
_FIRST = {  # what a list holds at least, where a workbook has no such list
    "cellStyleXfs": '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',
    "cellXfs": '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
    "cellStyles": '<cellStyle name="Normal" xfId="0" builtinId="0"/>',
}
_OWN_FORMATS = 164  # number formats from here on are a workbook's own
_SCHEME = re.compile(r"<scheme [^>]*/>")
_THEME = re.compile(r'<(\w+) theme="(\d+)"(?: tint="([^"]*)")? ?/>')
_ATTRIBUTE = r' {}="(\d+)"'
# Colours of a theme in the order in which cells number them.
_NUMBERED = ("lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5",
             "accent6", "hlink", "folHlink")  # fmt: skip


class Merged(NamedTuple):
    """Merged styles.

    Attributes
    ----------
    data : bytes
        The part.
    formats : list of int
        The new number of each format of cells.
    conditional : int
        What is added to the numbers of conditional formats.
    """

    data: bytes
    formats: list[int]
    conditional: int


def merged_styles(theirs: bytes, ours: bytes, theme: bytes) -> Merged:
    """The styles of a workbook, with those of another behind them.

    Parameters
    ----------
    theirs : bytes
        The part with the styles that stay as they are.
    ours : bytes
        The part with those that are added, without prefixes of elements.
    theme : bytes
        The theme to which ``ours`` refers.
    """
    return _Merge(PartEdit(theirs), PartEdit(ours), theme_colours(theme)).result()


def theme_colours(theme: bytes) -> list[str]:
    """Colours of a theme as RRGGBB, in the order in which cells number them."""
    part = PartEdit(theme, depth=4)
    elements = part.root.one("themeElements")
    scheme = elements.one("clrScheme") if elements else None
    found = {}
    for one in scheme.children if scheme else ():
        for colour in one.children:
            value = colour.attributes.get("lastClr") or colour.attributes.get("val", "")
            found[one.name] = value.upper()
    return [found.get(name, "000000") for name in _NUMBERED]


class _Merge:
    def __init__(self, theirs: PartEdit, ours: PartEdit, colours: list[str]):
        self.theirs, self.ours, self.colours = theirs, ours, colours

    def result(self) -> Merged:
        numbers = self._number_formats()
        first = {name: self._count(self.theirs, name) for name in _ORDER}
        for name in ("fonts", "fills", "borders"):
            self._append(name, [self._own_colours(one) for one in self._elements(name)])

        def of_list(name: str) -> Callable[[int], int]:
            return lambda old: first[name] + old

        moved: dict[str, Callable[[int], int]] = {
            "numFmtId": lambda old: numbers.get(old, old),
            "fontId": of_list("fonts"),
            "fillId": of_list("fills"),
            "borderId": of_list("borders"),
        }
        # The named style Normal stays theirs.
        styles = max(first["cellStyleXfs"], 1) - 1
        xfs = [_renumbered(one, moved) for one in self._elements("cellStyleXfs")[1:]]
        self._append("cellStyleXfs", xfs)
        normal = self._normal()
        of_style = {"xfId": lambda old: styles + old if old else normal}
        formats = [_renumbered(one, moved | of_style) for one in self._elements("cellXfs")]
        self._append("cellXfs", formats)
        self._append("cellStyles", [*self._named(of_style)])
        self._append("dxfs", [self._own_colours(one) for one in self._elements("dxfs")])
        start = max(first["cellXfs"], 1)
        numbers_of_formats = [start + n for n in range(len(formats))]
        return Merged(self.theirs.result(), numbers_of_formats, first["dxfs"])

    def _number_formats(self) -> dict[int, int]:
        """New numbers of number formats; those that are there already are shared."""
        listed = self.theirs.root.one("numFmts")
        known = {
            one.attributes.get("formatCode", ""): int(one.attributes.get("numFmtId", 0))
            for one in (listed.children if listed else ())
        }
        following = max([_OWN_FORMATS - 1, *known.values()]) + 1
        found, new = {}, []
        own = self.ours.root.one("numFmts")
        for one in own.children if own else ():
            code = one.attributes["formatCode"]
            if code not in known:
                known[code] = following
                new.append(f'<numFmt numFmtId="{following}" formatCode={quoteattr(code)}/>')
                following += 1
            found[int(one.attributes["numFmtId"])] = known[code]
        self._append("numFmts", new)
        return found

    def _named(self, of_style: Mapping[str, Callable[[int], int]]) -> list[str]:
        """Named styles but Normal, under names that are free."""
        listed = self.theirs.root.one("cellStyles")
        taken = (
            {one.attributes.get("name", "").casefold() for one in listed.children}
            if (listed)
            else set()
        )
        found = []
        own = self.ours.root.one("cellStyles")
        for one in own.children if own else ():
            if one.attributes.get("xfId") == "0":
                continue
            name, number = one.attributes["name"], 2
            while name.casefold() in taken:
                name, number = f"{one.attributes['name']} {number}", number + 1
            taken.add(name.casefold())
            style = of_style["xfId"](int(one.attributes["xfId"]))
            found.append(f'<cellStyle name={quoteattr(name)} xfId="{style}"/>')
        return found

    def _normal(self) -> int:
        """The format of their named style Normal."""
        listed = self.theirs.root.one("cellStyles")
        for one in listed.children if listed else ():
            if one.attributes.get("builtinId") == "0":
                return int(one.attributes.get("xfId", 0))
        return 0

    def _own_colours(self, xml: str) -> str:
        """An element with colours of its own in place of those of a theme."""

        def written(match: re.Match[str]) -> str:
            colour = tinted(self.colours[int(match[2])], float(match[3] or 0))
            return f'<{match[1]} rgb="FF{colour}"/>'

        return _THEME.sub(written, _SCHEME.sub("", xml))

    def _elements(self, name: str) -> list[str]:
        node = self.ours.root.one(name)
        return [self.ours.text(one) for one in node.children] if node else []

    @staticmethod
    def _count(part: PartEdit, name: str) -> int:
        node = part.root.one(name)
        return len(node.children) if node else 0

    def _append(self, name: str, elements: list[str]) -> None:
        """Put elements behind those of a list, which is made where there is none."""
        if not elements:
            return
        node: Node | None = self.theirs.root.one(name)
        if node is None:
            every = [*filter(None, [_FIRST.get(name, "")]), *elements]
            xml = f'<{name} count="{len(every)}">{"".join(every)}</{name}>'
            self.theirs.insert_after(_ORDER[: _ORDER.index(name)], xml)
            return
        if "count" in node.attributes:
            self.theirs.set(node, {"count": str(len(node.children) + len(elements))})
        self.theirs.append(node, "".join(elements))


def tinted(colour: str, tint: float) -> str:
    """A colour made lighter (tint above 0) or darker, as RRGGBB."""
    if not tint:
        return colour
    parts = (int(colour[n : n + 2], 16) for n in (0, 2, 4))
    to = 255 if tint > 0 else 0
    return "".join(f"{round(part + (to - part) * abs(tint)):02X}" for part in parts)


def _renumbered(xml: str, moved: Mapping[str, Callable[[int], int]]) -> str:
    """A format that refers to other numbers."""
    for name, new in moved.items():
        if (found := re.search(_ATTRIBUTE.format(name), xml)) is not None:
            number = f' {name}="{new(int(found[1]))}"'
            xml = xml[: found.start()] + number + xml[found.end() :]
    return xml
