"""Excel's tables, and structured references to them resolved to cells: Pay[rate] is C3:C9.

The grammar is Microsoft's, [MS-OE376] 3.2.3.1.1. Files also hold @ for [#This Row], column names
without brackets beside [#This Row], and, within a table, references without its name.
"""

import html
import re
from collections.abc import Mapping
from typing import NamedTuple
from xml.etree.ElementTree import Element

from openpyxl.utils import absolute_coordinate
from openpyxl.utils.escape import unescape

from ..errors import WorkbookError
from .cell_references import Area, Position, address, area_of
from .package import Package

# No pattern backtracks, so that a hostile formula cannot make it slow.
_ESCAPE = r"'[][#'@]"
_CHARACTER = rf"{_ESCAPE}|[^][']|'(?![][#'@])"
_TEXT = rf"(?:{_CHARACTER})*+"
_BARE = rf"(?:{_ESCAPE}|[^][',:]|'(?![][#'@]))++"
_BRACKETS = rf"\[(?:{_CHARACTER}|\[{_TEXT}\])*+\]"
_NAME = r"(?<![\w.\\?!$#\]])(?:[^\W\d]|\\)[\w.\\?]*+"
# Brackets without a table's name are not those of a workbook, as in [1]Sheet1!A1.
STRUCTURED = rf"(?:{_NAME}{_BRACKETS}|(?<![\w.\\?!)\]\[']){_BRACKETS}(?![\w.!\[]))"
# Whole columns, also where a table is called T: T:T.
_COLUMNS = r"(?<![\w.\\?!$#\]])\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w.\\?!(\[])"
_FOUND = re.compile(
    rf"""(?P<other>"[^"]*"|'[^']*'|\#N/A|{_COLUMNS})"""
    rf"|(?P<chain>{STRUCTURED}(?:\s*:\s*{STRUCTURED})*)"
    rf"|(?P<name>{_NAME})(?![(!\[]|:[\w.]+!)"
)
_CHAIN = re.compile(rf"{STRUCTURED}(?:\s*:\s*{STRUCTURED})*")
_ONE = re.compile(rf"({_NAME})?({_BRACKETS})")
_PIECE = re.compile(rf"\s*(?:\[({_TEXT})\]|({_BARE}))\s*([,:]?)")
_ORDER = re.compile("(?:#,)*(?:#|c|c:c)")  # keywords (#) before one column (c), or from c to c
_ALONE = {"#all", "#data", "#headers", "#totals", "#this row"}
_TOGETHER = [{"#headers", "#data"}, {"#data", "#totals"}]
_DEFINED = re.compile(
    rb"""(<(?:\w+:)?definedName\s(?:[^"'<>]|"[^"<]*"|'[^'<]*')*+(?<!/)>)([^<]*+)(?=</)"""
)


class Table(NamedTuple):
    """A table of Excel.

    Attributes
    ----------
    name, title : str
        The table's name, and the title of its sheet.
    area : (int, int, int, int)
        First row and column, last row and column, with the header and totals rows.
    columns : tuple of str
        The names of its columns, from left to right.
    header_rows, totals_rows : int
        The number of rows above and below its data.
    """

    name: str
    title: str
    area: Area
    columns: tuple[str, ...]
    header_rows: int
    totals_rows: int


def tables(parts: Mapping[str, bytes], sheet_parts: Mapping[str, str]) -> dict[str, Table]:
    """The tables of a package by their names in lower case.

    Parameters
    ----------
    parts : dict of str to bytes
        The parts of a package that :func:`.safe_open.inspect_any` accepts, by name.
    sheet_parts : dict of str to str
        The name of each sheet's part, by the sheet's title.

    Returns
    -------
    dict of str to Table

    Raises
    ------
    WorkbookError
        A table is damaged.
    """
    package = Package(parts)
    found = {}
    for title, sheet_part in sheet_parts.items():
        try:
            for part in package.related(sheet_part, "table"):
                one = _table(title, package.tree(part))
                found[one.name.casefold()] = one
        except (TypeError, ValueError, WorkbookError) as error:
            raise WorkbookError(f"a table of sheet {title} is damaged: {error}") from None
    return found


def _table(title: str, xml: Element) -> Table:
    area = area_of(xml.get("ref", ""))
    columns = tuple(unescape(one.get("name", "")) for one in xml.findall(".//{*}tableColumn"))
    if len(columns) != area[3] - area[1] + 1:
        raise ValueError("it does not name each of its columns once")
    name = xml.get("displayName") or xml.get("name") or ""
    header_rows = int(xml.get("headerRowCount", 1))
    return Table(name, title, area, columns, header_rows, int(xml.get("totalsRowCount", 0)))


def with_cell_references(
    text: str, known: Mapping[str, Table], title: str, position: Position, *, absolute: bool = False
) -> str:
    """A formula with references to cells in place of structured references.

    Parameters
    ----------
    text : str
        The formula without its equals sign.
    known : dict of str to Table
        The workbook's tables by their names in lower case.
    title, position : str, (int, int)
        The sheet, and the row and column, of the formula's cell; "" and (0, 0) for the formula of
        a defined name.
    absolute : bool
        Whether the references to cells are absolute, such as $C$3:$C$9.

    Returns
    -------
    str

    Raises
    ------
    WorkbookError
        A structured reference that has no meaning there, or is not understood.
    """

    def cells(match: re.Match[str]) -> str:
        if match["chain"]:
            return _in_a1(_chain(match["chain"], known, title, position), title, absolute)
        name = (match["name"] or "").casefold()
        if name in known:
            return _in_a1((known[name], _area(known[name], "", title, position)), title, absolute)
        return match[0]

    return _FOUND.sub(cells, text) if known or "[" in text else text


def cells_of(
    text: str, known: Mapping[str, Table], title: str, position: Position
) -> tuple[str, Area]:
    """The sheet and the area that a structured reference means.

    Parameters
    ----------
    text : str
        One reference, or several joined by colons: Pay[[#Headers],[rate]]:Pay[[#This Row],[rate]].
    known, title, position
        As for :func:`with_cell_references`.

    Returns
    -------
    str
        The title of the table's sheet.
    (int, int, int, int)
        First row and column, last row and column.

    Raises
    ------
    WorkbookError
        The reference has no meaning there, or is not understood.
    """
    if not _CHAIN.fullmatch(text):
        raise WorkbookError(f"reads {text}, which is not understood")
    table, area = _chain(text, known, title, position)
    return table.title, area


def names_with_cell_references(xml: bytes, known: Mapping[str, Table]) -> bytes:
    """The workbook part with references to cells in its defined names' formulas.

    A name whose structured references have no meaning outside of a cell stays as it is.
    """

    def cells(match: re.Match[bytes]) -> bytes:
        try:
            text = with_cell_references(html.unescape(match[2].decode()), known, "", (0, 0))
        except WorkbookError:
            return match[0]
        return match[1] + html.escape(text, quote=False).encode()

    return _DEFINED.sub(cells, xml)


def _chain(
    text: str, known: Mapping[str, Table], title: str, position: Position
) -> tuple[Table, Area]:
    """The area that covers all references joined by colons, and the first one's table."""
    found: list[tuple[Table, Area]] = []
    for name, brackets in _ONE.findall(text):
        table = known.get(name.casefold()) if name else _around(known, title, position)
        if table is None:
            what = f"table {name}, which is not there" if name else "a table, but stands in none"
            raise WorkbookError(f"reads {what}")
        found.append((table, _area(table, brackets[1:-1], title, position)))
    if len({table.title for table, _ in found}) > 1:
        raise WorkbookError(f"reads {text}, from sheet to sheet")
    tops, lefts, bottoms, rights = zip(*(area for _, area in found), strict=True)
    return found[0][0], (min(tops), min(lefts), max(bottoms), max(rights))


def _around(known: Mapping[str, Table], title: str, position: Position) -> Table | None:
    """The table in which a cell stands."""
    for table in known.values():
        top, left, bottom, right = table.area
        if table.title == title and top <= position[0] <= bottom and left <= position[1] <= right:
            return table
    return None


def _area(table: Table, inside: str, title: str, position: Position) -> Area:
    """The area that the text between a reference's brackets selects."""
    keywords, columns = _parsed(table, inside)
    top, left, bottom, right = table.area
    first, last = top + table.header_rows, bottom - table.totals_rows
    rows = {
        "#all": (top, bottom),
        "#data": (first, last),
        "#headers": (top, first - 1),
        "#totals": (last + 1, bottom),
        "#this row": (position[0], position[0]),
    }
    if "#this row" in keywords and not (title == table.title and first <= position[0] <= last):
        raise WorkbookError(f"reads its row of table {table.name}, but stands in none")
    spans = [rows[keyword] for keyword in keywords or ("#data",)]
    if any(start > end for start, end in spans):
        raise WorkbookError(f"reads a row that table {table.name} does not have: [{inside}]")
    starts, ends = zip(*spans, strict=True)
    if columns:
        left, right = left + min(columns), left + max(columns)
    return min(starts), left, max(ends), right


def _parsed(table: Table, inside: str) -> tuple[list[str], list[int]]:
    """Keywords, in lower case, and numbers of columns between a reference's brackets."""
    keywords: list[str] = []
    columns: list[int] = []
    text = inside.strip()
    if text.startswith("@"):
        keywords, text = ["#this row"], text[1:].strip()
    whole = _column(table, text)
    if not text or whole is not None:
        return keywords, [] if whole is None else [whole]
    at, order = 0, ""
    while at < len(text):
        piece = _PIECE.match(text, at)
        if piece is None:
            break
        at, one = piece.end(), (piece[1] or piece[2] or "").strip()
        order += ("#" if one.startswith("#") else "c") + piece[3]
        if one.startswith("#"):
            keywords.append(one.casefold())
        else:
            column = _column(table, piece[1] or one)
            if column is None:
                raise WorkbookError(f"reads {one}, no column of table {table.name}")
            columns.append(column)
    known = {*keywords} <= _ALONE if len(keywords) < 2 else {*keywords} in _TOGETHER
    if at < len(text) or not _ORDER.fullmatch(order) or not known:
        raise WorkbookError(f"reads {table.name}[{inside}], which is not understood")
    return keywords, columns


def _column(table: Table, text: str) -> int | None:
    """The number of a column, from 0, by its escaped name; None if the table has no such column."""
    if text.startswith("#"):
        return None  # a keyword: in a column's name the # is escaped
    names = [name.casefold() for name in table.columns]
    name = re.sub(_ESCAPE, lambda match: match[0][1], text).casefold()
    return next((names.index(one) for one in (name, name.strip()) if one in names), None)


def _in_a1(found: tuple[Table, Area], title: str, absolute: bool) -> str:
    table, area = found
    text = address(area)
    if absolute or not title:
        text = absolute_coordinate(text)
    if title == table.title:
        return text
    sheet = table.title.replace("'", "''")
    return f"'{sheet}'!{text}"
