"""Calls of the workbook's own functions, marked in a package as Excel marks them.

Excel stores a formula that may spill as an array formula with a mark that says it is a dynamic one
(``cm="1"``, which points into xl/metadata.xml). openpyxl knows neither, so a plain call would show
as ``=@SHORE_...``. Parts and attributes are those that XlsxWriter writes.
"""

import re

from ...engine.calculators.catalogue import PREFIX

_CALL = re.compile(rf'<c r="([A-Z]+[0-9]+)"([^>]*)><f>(?={PREFIX})')
_PART = "xl/metadata.xml"
TYPES, RELATIONS = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DYNAMIC = "http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray"
_METADATA = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<metadata xmlns="{_MAIN}" xmlns:xda="{_DYNAMIC}"><metadataTypes count="1"><metadataType \
name="XLDAPR" minSupportedVersion="120000" copy="1" pasteAll="1" pasteValues="1" merge="1" \
splitFirst="1" rowColShift="1" clearFormats="1" clearComments="1" assign="1" coerce="1" \
cellMeta="1"/></metadataTypes><futureMetadata name="XLDAPR" count="1"><bk><extLst><ext \
uri="{{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}}"><xda:dynamicArrayProperties fDynamic="1" \
fCollapsed="0"/></ext></extLst></bk></futureMetadata><cellMetadata count="1"><bk><rc t="1" v="0"/>\
</bk></cellMetadata></metadata>"""
_OVERRIDE = (
    f'<Override PartName="/{_PART}" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sheetMetadata+xml" />'
)
_RELATION = (
    '<Relationship Id="rIdMetadata" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/sheetMetadata" Target="/xl/metadata.xml" />'
)


def mark_calls(parts: dict[str, bytes]) -> None:
    """Mark the calls in a package's sheets, and add what the mark points to.

    Parameters
    ----------
    parts : dict of str to bytes
        The package's parts by name, changed in place; left as they are where nothing is called.
    """
    marked = 0
    for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        sheet, calls = _CALL.subn(
            r'<c r="\1"\2 cm="1"><f t="array" ref="\1">', parts[name].decode()
        )
        parts[name], marked = sheet.encode(), marked + calls
    if marked and _PART not in parts:
        parts[_PART] = _METADATA.encode()
        insert(parts, TYPES, "</Types>", _OVERRIDE)
        insert(parts, RELATIONS, "</Relationships>", _RELATION)


def insert(parts: dict[str, bytes], name: str, before: str, element: str) -> None:
    """Put an element into a part, before a closing tag."""
    parts[name] = parts[name].replace(before.encode(), (element + before).encode())
