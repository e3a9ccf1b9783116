"""Help while typing in Excel on Windows, for the add-in Excel-DNA IntelliSense.

It reads names and descriptions from a file beside the workbook, or from a custom XML part in it.
"""

import io
import re
import uuid
import zipfile
from xml.etree import ElementTree

from ...workbook.ooxml.zip_writer import zipped
from ..calling import Function
from ..functions import FUNCTIONS
from ..page_address import help_url

_SPACE = "http://schemas.excel-dna.net/intellisense/1.0"
_XML = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_PROPERTIES_TYPE = (
    '<Override PartName="/{part}" '
    'ContentType="application/vnd.openxmlformats-officedocument.customXmlProperties+xml"/>'
)


def intellisense(functions: tuple[Function, ...] = FUNCTIONS) -> bytes:
    """The XML with each function, its arguments and what they mean.

    Parameters
    ----------
    functions : tuple of Function

    Returns
    -------
    bytes
        ``HelpTopic``, the page that a click opens, is there where an address is set.
    """
    root = ElementTree.Element("IntelliSense", xmlns=_SPACE)
    info = ElementTree.SubElement(root, "FunctionInfo")
    for function in functions:
        one = ElementTree.SubElement(
            info, "Function", Name=function.name, Description=function.does
        )
        page = help_url(function)
        if page:
            one.set("HelpTopic", page)
        for parameter in function.parameters:
            name = f"[{parameter.name}]" if parameter.optional else parameter.name
            ElementTree.SubElement(one, "Argument", Name=name, Description=parameter.help)
    ElementTree.indent(root)
    return _XML + ElementTree.tostring(root, encoding="utf-8") + b"\n"


def with_custom_part(package: bytes, part: bytes) -> bytes:
    """A workbook with one custom XML part more.

    Parameters
    ----------
    package : bytes
        A workbook.
    part : bytes
        The part's XML.

    Returns
    -------
    bytes
    """
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    number = 1 + sum(bool(re.fullmatch(r"customXml/item\d+\.xml", name)) for name in parts)
    item, properties = f"customXml/item{number}.xml", f"customXml/itemProps{number}.xml"
    identity = "{" + str(uuid.uuid5(uuid.NAMESPACE_URL, _SPACE)).upper() + "}"
    parts[item] = part
    parts[properties] = (
        _XML
        + (
            f'<ds:datastoreItem xmlns:ds="{_OFFICE}/customXml" ds:itemID="{identity}">'
            f'<ds:schemaRefs><ds:schemaRef ds:uri="{_SPACE}"/></ds:schemaRefs></ds:datastoreItem>'
        ).encode()
    )
    parts[f"customXml/_rels/item{number}.xml.rels"] = (
        _XML
        + (
            f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" '
            f'Type="{_OFFICE}/relationships/customXmlProps" Target="itemProps{number}.xml"/>'
            "</Relationships>"
        ).encode()
    )
    types, relations = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
    parts[types] = _inside(parts[types], "Types", _PROPERTIES_TYPE.format(part=properties))
    parts[relations] = _inside(
        parts[relations],
        "Relationships",
        f'<Relationship Id="rIdCustomXml{number}" Type="{_OFFICE}/relationships/customXml" '
        f'Target="../{item}"/>',
    )
    return zipped(parts)


def _inside(data: bytes, root: str, element: str) -> bytes:
    """A part with one element more, the last of its root."""
    before, end, after = data.rpartition(f"</{root}>".encode())
    return before + element.encode() + end + after
