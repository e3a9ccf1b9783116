"""Excel's tables in anybody's package, and references to them as plain ones: Pay[rate] as C3:C9.

The grammar is Microsoft's, [MS-OE376] 3.2.3.1.1. Files also hold @ for [#This Row], names without
brackets beside [#This Row], and, within a table, references without its name.
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

# Each character matches in one way, and no pattern goes back: formulas may be anybody's.
_ESCAPE = r"'[][#'@]"
_CHARACTER = rf"{_ESCAPE}|[^][']|'(?![][#'@])"
_TEXT = rf"(?:{_CHARACTER})*+"
_BARE = rf"(?:{_ESCAPE}|[^][',:]|'(?![][#'@]))++"
_BRACKETS = rf"\[(?:{_CHARACTER}|\[{_TEXT}\])*+\]"
_NAME = r"(?<![\w.\\?!$#\]])(?:[^\W\d]|\\)[\w.\\?]*+"
# Without a name it is no workbook, as in [1]Sheet1!A1, and starts in no other.
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
_ORDER = re.compile("(?:#,)*(?:#|c|c:c)")  # of keywords and columns
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
        Its own, and its sheet's.
    area : (int, int, int, int)
        All of it.
    columns : tuple of str
        Their names.
    heads, totals : int
        Rows before and after its data.
    """

    name: str
    title: str
    area: Area
    columns: tuple[str, ...]
    heads: int
    totals: int


def tables(parts: Mapping[str, bytes], positions: Mapping[str, str]) -> dict[str, Table]:
    """The tables of a package by their names, in small letters.

    Parameters
    ----------
    parts : dict of str to bytes
        Of a package that :func:`.guard.inspect_any` lets pass.
    positions : dict of str to str
        The part of each sheet, by its title.

    Raises
    ------
    WorkbookError
        A table is damaged.
    """
    package = Package(parts)
    found = {}
    for title, position in positions.items():
        try:
            for part in package.related(position, "table"):
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
    heads, totals = (int(xml.get(f"{row}RowCount", n)) for row, n in (("header", 1), ("totals", 0)))
    name = xml.get("displayName") or xml.get("name") or ""
    return Table(name, title, area, columns, heads, totals)


def plain(
    text: str, known: Mapping[str, Table], title: str, position: Position, *, absolute: bool = False
) -> str:
    """A formula with plain references in position of those to tables.

    Parameters
    ----------
    text : str
        Without an equals sign.
    known : dict of str to Table
        What :func:`tables` found.
    title, position : str, (int, int)
        The sheet and cell in which it stands; "" and row 0 for a name of the workbook.
    absolute : bool
        Whether the plain references are absolute ones, such as $C$3:$C$9.

    Raises
    ------
    WorkbookError
        A reference that has no meaning there, or none that we know.
    """

    def cells(match: re.Match[str]) -> str:
        if match["chain"]:
            return _written(_chain(match["chain"], known, title, position), title, absolute)
        name = (match["name"] or "").casefold()
        if name in known:
            return _written((known[name], _area(known[name], "", title, position)), title, absolute)
        return match[0]

    return _FOUND.sub(cells, text) if known or "[" in text else text


def cells_of(
    text: str, known: Mapping[str, Table], title: str, position: Position
) -> tuple[str, Area]:
    """The sheet and the cells that a reference to a table means.

    Parameters
    ----------
    text : str
        One reference, or several joined by colons: Pay[[#Headers],[rate]]:Pay[[#This Row],[rate]].
    known, title, position
        As for :func:`plain`.

    Raises
    ------
    WorkbookError
        A reference that has no meaning there, or none that is understood.
    """
    if not _CHAIN.fullmatch(text):
        raise WorkbookError(f"reads {text}, which is not understood")
    table, area = _chain(text, known, title, position)
    return table.title, area


def plain_names(xml: bytes, known: Mapping[str, Table]) -> bytes:
    """The list of a workbook's sheets and names, the names with plain references.

    Those that have no meaning outside a cell stay as they are.
    """

    def cells(match: re.Match[bytes]) -> bytes:
        try:
            text = plain(html.unescape(match[2].decode()), known, "", (0, 0))
        except WorkbookError:
            return match[0]
        return match[1] + html.escape(text, quote=False).encode()

    return _DEFINED.sub(cells, xml)


def _chain(
    text: str, known: Mapping[str, Table], title: str, position: Position
) -> tuple[Table, Area]:
    """The cells from the first to the last of references joined by colons."""
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
    """The cells that the text between a reference's brackets means."""
    keywords, columns = _parsed(table, inside)
    top, left, bottom, right = table.area
    first, last = top + table.heads, bottom - table.totals
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
    """Keywords, in small letters, and the columns' numbers, of what stands between brackets."""
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
    """The number of a column from its name as formulas write it; None if there is none."""
    if text.startswith("#"):
        return None  # a keyword: in a name it is escaped
    names = [name.casefold() for name in table.columns]
    name = re.sub(_ESCAPE, lambda match: match[0][1], text).casefold()
    return next((names.index(one) for one in (name, name.strip()) if one in names), None)


def _written(found: tuple[Table, Area], title: str, absolute: bool) -> str:
    table, area = found
    text = address(area)
    if absolute or not title:
        text = absolute_coordinate(text)
    if title == table.title:
        return text
    sheet = table.title.replace("'", "''")
    return f"'{sheet}'!{text}"
