"""Edits of a part of anybody's workbook: elements added or removed, every other byte as it was.

A parser would write prefixes, order of attributes and ignorable extensions in its own way. Here
expat only finds where the elements stand, and text is put between them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from ..errors import WorkbookError
from .sheet_scan import TAG
from .xml_bounds import in_utf8

_ENCODING = re.compile(rb"""^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")
_UTF8 = (b"utf-8", b"utf8", b"us-ascii", b"ascii")
_START = re.compile(r"<(/?)(?=[A-Za-z]\w*[\s/>])")  # of elements without a prefix


@dataclass
class Node:
    """An element: where it and its start tag begin and end in the bytes of its part.

    Attributes
    ----------
    name : str
        Without its prefix.
    prefix : str
        With its colon, or "".
    attributes : mapping of str to str
    start, tag_end, end : int
    children : list of Node
    """

    name: str
    prefix: str
    attributes: Mapping[str, str]
    start: int
    tag_end: int
    end: int = 0
    children: list["Node"] = field(default_factory=list)

    def all(self, name: str) -> Iterator["Node"]:
        """Its children of a name."""
        return (one for one in self.children if one.name == name)

    def one(self, name: str) -> "Node | None":
        """Its first child of a name, if there is one."""
        return next(self.all(name), None)


class PartEdit:
    """A part that is edited.

    Parameters
    ----------
    data : bytes
        The XML of a part, in UTF-8 or UTF-16.
    depth : int
        How deep elements are found: 2 for the children of the root's children.

    Attributes
    ----------
    root : Node

    Raises
    ------
    WorkbookError
        Damaged, in another encoding, or with a DTD.
    """

    def __init__(self, data: bytes, depth: int = 2):
        self.data = data = in_utf8(data)
        declared = _ENCODING.match(data)
        if declared and declared[1].lower() not in _UTF8:
            raise WorkbookError(f"is in the encoding {declared[1].decode()}; save it in Excel")
        self._edits: list[tuple[int, int, str]] = []
        self.root = _parsed(data, depth)

    def text(self, node: Node) -> str:
        """The XML of an element."""
        return self.data[node.start : node.end].decode()

    def append(self, node: Node, xml: str) -> None:
        """Put elements, written without a prefix, behind the last child of an element."""
        if not xml:
            return
        xml = with_prefix(xml, node.prefix)
        if node.tag_end < node.end:
            close = self.data.rindex(b"</", node.start, node.end)
            self._edits.append((close, close, xml))
        else:  # <name/>
            slash = self.data.rindex(b"/", node.start, node.end)
            self._edits.append((slash, node.end, f">{xml}</{node.prefix}{node.name}>"))

    def insert_after(self, names: Iterable[str], xml: str) -> None:
        """Put elements behind the last child of the root that has one of some names."""
        before = {*names}
        ends = [one.end for one in self.root.children if one.name in before]
        at = max(ends, default=self.root.tag_end)
        self._edits.append((at, at, with_prefix(xml, self.root.prefix)))

    def insert_behind(self, node: Node, xml: str) -> None:
        """Put elements behind an element."""
        self._edits.append((node.end, node.end, with_prefix(xml, node.prefix)))

    def remove(self, node: Node) -> None:
        """Take an element out."""
        self._edits.append((node.start, node.end, ""))

    def set(self, node: Node, values: Mapping[str, str]) -> None:
        """Give an element attributes, in place of those that it has."""
        tag = self.data[node.start : node.tag_end].decode()
        for name, value in values.items():
            written = f" {name}={quoteattr(value)}"
            pattern = rf"""\s{re.escape(name)}\s*=\s*("[^"]*"|'[^']*')"""
            literal = written.replace("\\", r"\\")
            tag, count = re.subn(pattern, literal, tag, count=1)
            if not count:
                tag = re.sub(r"\s*(/?>)$", rf"{literal}\1", tag)
        end = len(tag) - 2 if tag.endswith("/>") else len(tag) - 1
        # The end of the tag stays: something may be appended there too.
        last = node.tag_end - (2 if tag.endswith("/>") else 1)
        self._edits.append((node.start, last, tag[:end]))

    def result(self) -> bytes:
        """The part with all edits."""
        pieces, at = [], 0
        for start, end, xml in sorted(self._edits, key=lambda edit: edit[:2]):
            pieces += [self.data[at:start], xml.encode()]
            at = end
        return b"".join([*pieces, self.data[at:]])


def with_prefix(xml: str, prefix: str) -> str:
    """Elements written without a prefix, with one."""
    return _START.sub(rf"<\1{prefix}", xml) if prefix else xml


def _parsed(data: bytes, depth: int) -> Node:
    parser = expat.ParserCreate()
    open_nodes: list[Node | None] = []
    roots: list[Node] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        node = None
        if len(open_nodes) <= depth:
            at = parser.CurrentByteIndex
            match = TAG.match(data, at)
            if match is None:
                raise WorkbookError("is damaged")
            prefix, colon, base = name.rpartition(":")
            node = Node(base, prefix + colon, attributes, at, match.end())
            above = open_nodes[-1].children if open_nodes and open_nodes[-1] else roots
            above.append(node)
        open_nodes.append(node)

    def end(_: str) -> None:
        node = open_nodes.pop()
        if node is not None:
            at = parser.CurrentByteIndex
            is_empty = at <= node.start or data[node.tag_end - 2 : node.tag_end] == b"/>"
            node.end = node.tag_end if is_empty else data.index(b">", at) + 1

    def refuse(*_: object) -> None:
        raise WorkbookError("holds a DTD; refused")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise WorkbookError(f"is damaged: {error}") from None
    return roots[0]
