"""A part of a package, in whose XML some attributes and texts change and every other byte stays."""

import re
from collections.abc import Collection, Mapping
from typing import Any
from xml.parsers import expat

from ..errors import WorkbookError
from ..ooxml.sheet_scan import TAG
from ..ooxml.text_element import escaped
from ..ooxml.xml_bounds import in_utf8

_ATTRIBUTE = re.compile(rb"""\s([^\s=>"'/]+)\s*=\s*("[^"]*"|'[^']*')""")

_QUOTES = {b'"': b"&quot;", b"'": b"&apos;"}


class Element:
    """An element: its name without a prefix, its attributes that have none, and its position.

    Attributes
    ----------
    name : str
    attributes : dict of str to str
    start, tag_end : int
        Of the start tag.
    close, end : int
        Where the end tag begins and ends; known once the element is closed.
    parent : Element or None
    texts : list of str
        What stands in it directly, if asked for.
    """

    __slots__ = ("attributes", "close", "end", "name", "parent", "start", "tag_end", "texts")

    def __init__(self, name: str, attributes: dict[str, str], parent: Any, span: tuple[int, int]):
        self.name, self.attributes, self.parent = name, attributes, parent
        self.start, self.tag_end = span
        self.close = self.end = self.tag_end
        self.texts: list[str] = []

    @property
    def text(self) -> str:
        """What stands in it directly."""
        return "".join(self.texts)

    @property
    def parent_name(self) -> str:
        """The parent's name, "" for the root."""
        return self.parent.name if self.parent is not None else ""

    def around(self, *names: str) -> "Element | None":
        """The nearest element of one of some names around this one."""
        one = self.parent
        while one is not None and one.name not in names:
            one = one.parent
        return one


class PartXml:
    """A pass over a part that collects changes of its XML.

    Subclasses look at each element when it is opened and closed.

    Parameters
    ----------
    data : bytes
        Without a DTD.
    """

    def __init__(self, data: bytes):
        self._data = data
        self.xml = in_utf8(data)
        self._edits: list[tuple[int, int, bytes]] = []
        self._open: list[Element] = []

    def edited(self) -> bytes:
        """The part with the changes; the same bytes where there are none.

        Raises
        ------
        WorkbookError
            Damaged, or something that cannot follow.
        """
        parser = self._parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(self.xml, True)
        except expat.ExpatError as error:
            raise WorkbookError(f"is damaged: {error}") from None
        if not self._edits:
            return self._data
        pieces, done = [], 0
        for start, end, text in sorted(self._edits, key=lambda edit: edit[:2]):
            pieces += [self.xml[done:start], text]
            done = end
        return b"".join([*pieces, self.xml[done:]])

    def opened(self, element: Element) -> None:
        """Look at an element without its content."""

    def closed(self, element: Element) -> None:
        """Look at an element with its text."""

    def replace(self, start: int, end: int, text: bytes) -> None:
        """Replace bytes of the XML."""
        if self.xml[start:end] != text:
            self._edits.append((start, end, text))

    def set(self, element: Element, name: str, value: str | int) -> None:
        """Change an attribute that is there."""
        if element.attributes[name] == str(value):
            return
        for match in _ATTRIBUTE.finditer(self.xml, element.start, element.tag_end):
            if match[1].decode() == name:
                quote = match[2][:1]
                text = escaped(str(value)).replace(quote, _QUOTES[quote])
                self.replace(*match.span(2), quote + text + quote)
                return

    def raw_name(self, element: Element) -> bytes:
        """The name of an element with its prefix."""
        return re.split(rb"[\s/>]", self.xml[element.start + 1 : element.tag_end], maxsplit=1)[0]

    def tag(self, element: Element, new: Mapping[str, str], without: Collection[str]) -> bytes:
        """A start tag up to its end, with other values of some attributes and without some."""
        found = b"<" + self.raw_name(element)
        for match in _ATTRIBUTE.finditer(self.xml, element.start, element.tag_end):
            name = match[1].decode()
            if name in new:
                found += b' %s="%s"' % (match[1], new[name].encode())
            elif name not in without:
                found += match[0]
        return found

    def set_text(self, element: Element, text: str) -> None:
        """Change the text of an element that is closed."""
        if element.text != text:
            self.replace(element.tag_end, element.close, escaped(text))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        at = self._parser.CurrentByteIndex
        tag = TAG.match(self.xml, at)
        assert tag is not None
        plain = {key: value for key, value in attributes.items() if ":" not in key}
        parent = self._open[-1] if self._open else None
        element = Element(name.rpartition(":")[2], plain, parent, tag.span())
        self._open.append(element)
        self.opened(element)

    def _text(self, text: str) -> None:
        self._open[-1].texts.append(text)

    def _end(self, _: str) -> None:
        element = self._open.pop()
        at = self._parser.CurrentByteIndex
        if at > element.tag_end or self.xml[element.tag_end - 2 : element.tag_end] != b"/>":
            element.close, element.end = at, self.xml.index(b">", at) + 1
        self.closed(element)
