"""Texts of a package in one shared table, as Excel keeps them.

openpyxl writes each text into its cell; Excel would move them all when it saves the file, so that a
workbook nobody changed asks to be saved.
"""

import re

from .dynamic_arrays import RELATIONS, TYPES, insert

_PART = "xl/sharedStrings.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OVERRIDE = f'<Override PartName="/{_PART}" ContentType="{_TYPE}" />'
_RELATION = f'<Relationship Id="rIdTexts" Type="{_OFFICE}/sharedStrings" Target="/{_PART}" />'
_CELL = re.compile(
    r'(<c r="[A-Z]+[0-9]+"[^>]*?) t="inlineStr"(?: ?/>|></c>|><is>(.*?)</is></c>)', re.DOTALL
)


def share_texts(parts: dict[str, bytes]) -> None:
    """Put a number in place of each text of a package's sheets, and the table beside them.

    Parameters
    ----------
    parts : dict of str to bytes
        The package's parts by name, changed in place. An empty text becomes an empty cell.
    """
    numbers: dict[str, int] = {}
    uses = 0

    def cell(match: re.Match) -> str:
        nonlocal uses
        start, text = match.groups()
        if text is None:
            return f"{start} />"
        if text.startswith("<t>") and text[3:-4].strip() != text[3:-4]:  # openpyxl forgets " "
            text = text.replace("<t>", '<t xml:space="preserve">', 1)
        uses += 1
        return f'{start} t="s"><v>{numbers.setdefault(text, len(numbers))}</v></c>'

    for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        parts[name] = _CELL.sub(cell, parts[name].decode()).encode()
    texts = "".join(f"<si>{text}</si>" for text in numbers)
    parts[_PART] = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<sst xmlns="{_MAIN}" count="{uses}" uniqueCount="{len(numbers)}">{texts}</sst>'
    ).encode()
    insert(parts, TYPES, "</Types>", _OVERRIDE)
    insert(parts, RELATIONS, "</Relationships>", _RELATION)
