"""Rows that look like the one above them, put into a package's XML.

openpyxl makes objects of each cell and of its text: for 200,000 cells that takes seconds and
hundreds of megabytes.
"""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from ..layout.sheet import Row
from ..rendering.render import link_to

_LOOK = re.compile(r'<c r="([A-Z]+)[0-9]+"( s="[0-9]+")?')
_DIMENSION = re.compile(r'(?<=<dimension ref=")([A-Z]+[0-9]+:[A-Z]+)[0-9]+')
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def add_rows(parts: dict[str, bytes], name: str, rows: Sequence[Row]) -> None:
    """Put rows below the last of a sheet, with the look of that one.

    Parameters
    ----------
    parts : dict of str to bytes
        The package's parts by name, changed in place.
    name : str
        The sheet's part, as openpyxl writes it.
    rows : sequence of Row
        They may have links where the sheet's last row has one.
    """
    xml = parts[name].decode()
    last = xml.rindex("<row ")
    looks = _LOOK.findall(xml, last)
    first = int(xml[last:].split('"', 2)[1]) + 1  # <row r="6"
    cells = "".join(_row(number, row, looks) for number, row in enumerate(rows, first))
    xml = xml.replace("</sheetData>", f"{cells}</sheetData>", 1)
    xml = _DIMENSION.sub(rf"\g<1>{first - 1 + len(rows)}", xml, count=1)
    if any(row.link for row in rows):
        beside = name.replace("worksheets/", "worksheets/_rels/") + ".rels"
        relations = parts[beside].decode()
        links, files = _links(rows, first, relations.count("<Relationship ") + 1)
        xml = xml.replace("</hyperlinks>", f"{links}</hyperlinks>", 1)
        relations = relations.replace("</Relationships>", f"{files}</Relationships>", 1)
        parts[beside] = relations.encode()
    parts[name] = xml.encode()


def _row(number: int, row: Row, looks: list[tuple[str, str]]) -> str:
    cells = []
    for (column, look), content in zip(looks, row.contents, strict=True):
        if isinstance(content, str):
            kind, inner = "inlineStr", f"<is><t>{escape(content)}</t></is>"
        else:
            kind, inner = "n", f"<v>{content!r}</v>"
        cells.append(f'<c r="{column}{number}"{look} t="{kind}">{inner}</c>')
    return f'<row r="{number}">{"".join(cells)}</row>'


def _links(rows: Sequence[Row], first: int, identifier: int) -> tuple[str, str]:
    """The links of the rows' first cells in the sheet, and the files that they lead to."""
    links, files = [], []
    for number, row in enumerate(rows, first):
        if row.link:
            link = link_to(row.link)
            links.append(
                f'<hyperlink xmlns:r="{_OFFICE}" ref="A{number}" '
                f'tooltip={quoteattr(link.tooltip)} r:id="rId{identifier}" />'
            )
            files.append(
                f'<Relationship Type="{_OFFICE}/hyperlink" Target="{link.target}" '
                f'TargetMode="External" Id="rId{identifier}" />'
            )
            identifier += 1
    return "".join(links), "".join(files)
