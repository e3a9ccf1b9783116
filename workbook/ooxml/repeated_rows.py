"""Rows that look like the one above them, put into a package's XML.

openpyxl makes objects of each cell and of its text: for 200,000 cells that takes seconds and
hundreds of megabytes.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from ..layout.sheet import Row
from ..rendering.render import link_to
from .shared_strings import SharedStrings
from .text_element import text_element

_LOOK = re.compile(r'<c r="([A-Z]+)[0-9]+"( s="[0-9]+")?')
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class Below(NamedTuple):
    """XML of some rows, and the numbers of the first and the last."""

    xml: str
    first: int
    last: int


def rows_below(data: str, rows: Sequence[Row], strings: SharedStrings | None) -> Below:
    """Rows that stand below the last of a sheet and look like it.

    Parameters
    ----------
    data : str
        The sheet's rows, as openpyxl writes them.
    rows : sequence of Row
    strings : SharedStrings or None
        Gets the rows' texts; without it they stay in their cells.
    """
    last = data.rindex("<row ")
    looks = _LOOK.findall(data, last)
    first = int(data[last:].split('"', 2)[1]) + 1  # <row r="6"
    uses = Counter(one for row in rows for one in row.contents if isinstance(one, str))
    texts = {text: _text(text, count, strings) for text, count in uses.items()}
    cells = "".join(f'<c r="{at}{{0}}"{look}{{{n}}}' for n, (at, look) in enumerate(looks, 1))
    whole = f'<row r="{{0}}">{cells}</row>'
    xml = "".join(_row(number, row, looks, texts, whole) for number, row in enumerate(rows, first))
    return Below(xml, first, first - 1 + len(rows))


def _text(text: str, uses: int, strings: SharedStrings | None) -> str:
    """The rest of a cell's element that holds a text, used so many times."""
    if strings is None:
        return f' t="inlineStr"><is>{text_element(text)}</is></c>'
    return f' t="s"><v>{strings.number(f"<t>{escape(text)}</t>", uses)}</v></c>'


def _row(
    number: int, row: Row, looks: list[tuple[str, str]], texts: dict[str, str], whole: str
) -> str:
    """A row; ``whole`` is the format of one without an empty cell."""
    ends = [texts[one] if isinstance(one, str) else f"><v>{one!r}</v></c>" for one in row.contents]
    if None not in row.contents:
        return whole.format(number, *ends)
    cells = (
        f'<c r="{column}{number}"{look}{end}'
        for (column, look), end, content in zip(looks, ends, row.contents, strict=True)
        if content is not None
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


def links_of(rows: Sequence[Row], first: int, tail: str, relations: str) -> tuple[str, str]:
    """The end of a sheet's XML and the XML of its relations, with the links of more rows.

    There may be links where the sheet's last row has one.
    """
    if any(row.link for row in rows):
        links, files = _links(rows, first, relations.count("<Relationship ") + 1)
        tail = tail.replace("</hyperlinks>", f"{links}</hyperlinks>", 1)
        relations = relations.replace("</Relationships>", f"{files}</Relationships>", 1)
    return tail, relations


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
