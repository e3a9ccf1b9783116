"""Texts of a package in one shared table, as Excel keeps them.

openpyxl writes each text into its cell; Excel would move them all when it saves the file, so that a
workbook nobody changed asks to be saved.
"""

from collections.abc import Mapping

from ..layout.references import Gap, Pieces, Text
from .dynamic_arrays import RELATIONS, TYPES, insert
from .text_element import text_element

_PART = "xl/sharedStrings.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OVERRIDE = f'<Override PartName="/{_PART}" ContentType="{_TYPE}" />'
_RELATION = f'<Relationship Id="rIdTexts" Type="{_OFFICE}/sharedStrings" Target="/{_PART}" />'


class SharedStrings:
    """The table of a package's texts, each once, in the order in which they are met.

    Parameters
    ----------
    texts : mapping of str to str
        Texts of a scenario, by key: a reference to a text that equals another shares its entry.

    Attributes
    ----------
    equal : list of (Text or str, Text or str)
        References that share an entry with another text, given as an element of the table.
    """

    def __init__(self, texts: Mapping[str, str]):
        self._texts = texts
        self._numbers: dict[str, int] = {}
        self._entries: list[str | Text] = []
        self._uses = 0
        self.equal: list[tuple[str | Text, str | Text]] = []

    def number(self, element: str, uses: int = 1) -> int:
        """Position of a text in the table; ``element`` is its XML, with so many cells."""
        if element.startswith("<t>") and element[3:-4].strip() != element[3:-4]:
            # openpyxl forgets " "
            element = element.replace("<t>", '<t xml:space="preserve">', 1)
        return self._entry(element, element, uses)

    def number_of(self, text: Text) -> int:
        """Position of a text of the scenario."""
        return self._entry(text_element(text.filled(self._texts)), text)

    def _entry(self, element: str, entry: str | Text, uses: int = 1) -> int:
        self._uses += uses
        number = self._numbers.setdefault(element, len(self._entries))
        if number == len(self._entries):
            self._entries.append(entry)
        elif self._entries[number] != entry and (entry, self._entries[number]) not in self.equal:
            self.equal.append((entry, self._entries[number]))
        return number

    def constants(self) -> list[str]:
        """Elements of the texts that every scenario of the shape has."""
        return [entry for entry in self._entries if isinstance(entry, str)]

    def add_to(self, parts: dict[str, Pieces | bytes]) -> None:
        """Put the table into a package, and what points to it."""
        pieces: Pieces = [
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<sst xmlns="{_MAIN}" count="{self._uses}" uniqueCount="{len(self._entries)}">'
        ]
        for entry in self._entries:
            if isinstance(entry, str):
                pieces.append(f"<si>{entry}</si>")
            else:
                pieces += ["<si>", Gap("shared", entry), "</si>"]
        parts[_PART] = [*pieces, "</sst>"]
        insert(parts, TYPES, "</Types>", _OVERRIDE)
        insert(parts, RELATIONS, "</Relationships>", _RELATION)
