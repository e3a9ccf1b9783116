"""Calls of the workbook's own functions, marked in a package as Excel marks them.

Excel stores a formula that may spill as an array formula with a mark that says it is a dynamic one
(``cm="1"``, which points into xl/metadata.xml). openpyxl knows neither, so a plain call would show
as ``=@SHORE_...``. Parts and attributes are those that XlsxWriter writes.
"""

from ..layout.references import Pieces

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


def add_metadata(parts: dict[str, Pieces | bytes]) -> None:
    """Add what the marks of dynamic arrays point to, in place; once in a package."""
    if _PART not in parts:
        parts[_PART] = [_METADATA]
        insert(parts, TYPES, "</Types>", _OVERRIDE)
        insert(parts, RELATIONS, "</Relationships>", _RELATION)


def insert(parts: dict[str, Pieces | bytes], name: str, before: str, element: str) -> None:
    """Put an element into a part without gaps, before a closing tag."""
    parts[name] = ["".join(map(str, parts[name])).replace(before, element + before)]
