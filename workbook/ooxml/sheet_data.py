"""A row-by-row reader of worksheet XML of any origin, equivalent to Excel and LibreOffice.

Only cells are interpreted, so that no other element can make a file unreadable. The parts must have
passed :func:`.safe_open.inspect_any`.
"""

import functools
import operator
import re
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from typing import IO, Any, NamedTuple
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.datetime import CALENDAR_WINDOWS_1900, from_excel, from_ISO8601
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from ..errors import WorkbookError
from .xml_bounds import local, pieces_of

LAST_ROW, LAST_COLUMN = 1 << 20, 1 << 14
LOW, NARROW = 2.0, 0.5  # points, characters: lower rows and narrower columns count as hidden
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_INTEGER = re.compile(r"\s*[-+]?[0-9]+\s*")
_NUMBER = re.compile(r"\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*")
# A cell such as $A1, or one end of a range of whole columns or rows.
_REFERENCE = re.compile(r"(?:(\$?)([A-Za-z]{1,3}))?(?:(\$?)([1-9][0-9]{0,6}))?")
_CODE = re.compile("_x([0-9A-Fa-f]{4})_")
_HAS_CELLS = operator.itemgetter(1)
# Limits on all expanded shared formulas of a sheet.
_SHARED_MAX, _PIECES_MAX = 50_000_000, 10_000_000
_FORMULA_MAX = 1 << 16  # characters; Excel allows 8,192, LibreOffice 65,535


def below(size: str | None, least: float) -> bool:
    """Whether a stored height or width is below a minimum; False if it is absent."""
    return size is not None and bool(_NUMBER.fullmatch(size)) and float(size) < least


class Styles(NamedTuple):
    """The properties of a workbook's formats that determine cell values.

    Attributes
    ----------
    dates, spans : set of int
        Indices of formats for dates or times, and of those among them for durations.
    epoch : datetime
        Day 0 of date serial numbers.
    """

    dates: Collection[int] = frozenset()
    spans: Collection[int] = frozenset()
    epoch: Any = CALENDAR_WINDOWS_1900


class Read(NamedTuple):
    """A cell as read from a file.

    Attributes
    ----------
    column : int
    style : int
        Index of its format.
    kind : str
        As openpyxl's ``data_type``: n, s, b, d, e; "str" for a formula without a saved value whose
        type is text.
    value : number, str, bool, date, time, timedelta or None
        A constant, or the saved value of a formula.
    formula : Element or None
    """

    column: int
    style: int
    kind: str
    value: Any
    formula: Element | None


class SheetReader:
    """Reads the rows of a sheet, then exposes its other elements.

    Parameters
    ----------
    file : binary file
        The XML of a worksheet.
    texts : list of str
        The shared strings of the workbook.
    styles : Styles

    Attributes
    ----------
    beside : dict of str to list of Element
        Children of the root except the rows, by name; complete once all rows have been read.
    hidden : set of int
        Numbers of hidden rows that have cells.
    grouped : set of int
        Those of them that belong to a group of rows.
    """

    def __init__(self, file: IO[bytes], texts: Sequence[str], styles: Styles):
        self._file, self._texts, self._styles = file, texts, styles
        self.beside: dict[str, list[Element]] = {}
        self.hidden: set[int] = set()
        self.grouped: set[int] = set()
        self._row = 0

    def rows(self) -> Iterator[tuple[int, list[Read]]]:
        """Yield each row that has cells, with its cells that are not blank or have a format.

        Raises
        ------
        WorkbookError
            Damaged.
        """
        parser: XMLPullParser = XMLPullParser(("start",))
        root: Element | None = None
        data: Element | None = None
        for piece in pieces_of(self._file):
            try:
                parser.feed(piece)
            except ParseError as error:
                raise WorkbookError(f"is damaged: {error}") from None
            started = _started(parser)
            for element in started if data is None else ():
                root = element if root is None else root
                if local(element.tag) == "sheetData":
                    data = element
                    break
            deque(started, maxlen=0)  # the others are not needed one by one
            if data is not None:
                done = len(data) - 1  # the last row can continue in the next piece
                yield from filter(_HAS_CELLS, map(self._cells, data[:done]))
                del data[: max(done, 0)]
        if root is None or data is None:
            return
        yield from filter(_HAS_CELLS, map(self._cells, data))
        for element in root:
            self.beside.setdefault(local(element.tag), []).append(element)

    def _cells(self, row: Element) -> tuple[int, list[Read]]:
        number = row.get("r", "").strip()
        self._row = int(number) if number.isdecimal() and len(number) < 9 else self._row + 1
        found: list[Read] = []
        column, columns, suffix = 0, _columns(), str(self._row)
        for element in row if 1 <= self._row <= LAST_ROW else ():
            tag = element.tag
            if tag[-2:] != "}c" and tag != "c":
                continue
            address = element.get("r", "")
            usual = columns.get(address[: -len(suffix)]) if address.endswith(suffix) else None
            column = usual or self._column(address, column + 1, is_first=not column)
            if column <= LAST_COLUMN and (len(element) or "s" in element.attrib):
                found.append(self._cell(element, column))
        if found and (row.get("hidden") in ("1", "true") or below(row.get("ht"), LOW)):
            self.hidden.add(self._row)
            if row.get("outlineLevel", "0") != "0":
                self.grouped.add(self._row)
        return self._row, found

    def _column(self, address: str, expected: int, *, is_first: bool) -> int:
        """Column number of a cell; a number beyond the last column is out of the sheet."""
        match = _ADDRESS.fullmatch(address.strip())
        if match is None:
            return expected
        row = int(match[2])
        if row != self._row:  # the address of a cell takes precedence over that of its row
            if is_first and 1 <= row <= LAST_ROW:
                self._row = row
                return _columns().get(match[1].upper(), LAST_COLUMN + 1)
            raise WorkbookError(f"is damaged: cell {match[0]} in row {self._row}")
        return _columns().get(match[1].upper(), LAST_COLUMN + 1)

    def _cell(self, element: Element, column: int) -> Read:
        kind, style = element.get("t", "n"), element.get("s", "0")
        text = formula = inside = None
        for child in element:
            name = child.tag.rpartition("}")[2]
            if name == "v":
                text = child.text
            elif name == "f":
                formula = child
                if len(child.text or "") > _FORMULA_MAX:
                    raise WorkbookError(
                        f"has a formula of more than {_FORMULA_MAX:,} characters; refused"
                    )
            elif name == "is":
                inside = child
        number = int(style) if style.isdecimal() and len(style) < 9 else 0
        if text is None and inside is not None:
            return Read(column, number, "s", text_of(inside), formula)
        if not text:
            return Read(column, number, "str" if kind == "str" else "n", None, formula)
        kind, value = self._value(kind, text, number)
        return Read(column, number, kind, value, formula)

    def _value(self, kind: str, text: str, style: int) -> tuple[str, Any]:
        if kind == "s":
            number = text.strip()
            if not number.isdecimal() or int(number) >= len(self._texts):
                raise WorkbookError(
                    f"is damaged: a cell of row {self._row} holds text {number[:20]} of "
                    f"{len(self._texts):,}"
                )
            return "s", self._texts[int(number)]
        if kind == "b":
            return "b", text.strip() in ("1", "true")
        if kind == "e":
            return "e", text
        if kind == "d":
            try:
                return "d", from_ISO8601(text.strip())
            except ValueError:
                return "s", text
        if kind in ("str", "inlineStr"):
            return "s", unescaped(text)
        value: int | float
        if text.isascii() and (text.isdigit() or _INTEGER.fullmatch(text)) and len(text) < 400:
            value = int(text)
        elif _NUMBER.fullmatch(text):
            value = float(text)
        else:
            return "s", text  # unchanged, since its meaning is unknown
        if style in self._styles.dates:
            try:
                spans = style in self._styles.spans
                return "d", from_excel(value, self._styles.epoch, timedelta=spans)
            except (OverflowError, ValueError):
                pass  # a number outside the range of dates
        return "n", value


@functools.cache
def _columns() -> dict[str, int]:
    return {get_column_letter(number): number for number in range(1, LAST_COLUMN + 1)}


def _started(parser: XMLPullParser) -> Iterator[Element]:
    """Yield the elements that have started since the last call."""
    for event in parser.read_events():
        yield event[1]  # type: ignore[misc]


def texts(file: IO[bytes]) -> list[str]:
    """The shared strings of a workbook, without formats and phonetic hints."""
    parser: XMLPullParser = XMLPullParser(("start",))
    root: Element | None = None
    found: list[str] = []
    for piece in pieces_of(file):
        parser.feed(piece)
        for element in _started(parser):
            root = element if root is None else root
        if root is not None:
            done = len(root) - 1
            found += map(text_of, (one for one in root[:done] if local(one.tag) == "si"))
            del root[: max(done, 0)]
    return found + [text_of(one) for one in root or () if local(one.tag) == "si"]


def text_of(element: Element) -> str:
    """Text of a shared or inline string, whose runs can have formats."""
    pieces = []
    for child in element:
        name = local(child.tag)
        if name == "t":
            pieces.append(child.text or "")
        elif name == "r":
            pieces += [one.text or "" for one in child if local(one.tag) == "t"]
    return unescaped("".join(pieces))


def unescaped(text: str) -> str:
    """Decode characters that Excel writes as codes such as _x000D_."""
    return _CODE.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    return match[0] if 0xD800 <= number < 0xE000 else chr(number)


class Formulas:
    """Formulas of a sheet as openpyxl represents them, with shared formulas expanded."""

    def __init__(self) -> None:
        self._shared: dict[str, _Shared] = {}
        self._characters = self._pieces = 0

    def of(self, element: Element, row: int, column: int) -> Any:
        """The formula of a cell: text with an equals sign, an array formula or a data table."""
        kind, text = element.get("t", ""), f"={element.text or ''}"
        if kind == "array":
            return ArrayFormula(_area(element.get("ref"), row, column), text)
        if kind == "dataTable":
            given = {
                name: element.get(name)
                for name in ("r1", "r2", "dt2D", "dtr", "del1", "del2", "ca")
                if name in element.attrib
            }
            return DataTableFormula(_area(element.get("ref"), row, column), **given)
        if kind == "shared":
            key = element.get("si", "")
            if text == "=" and key in self._shared:
                shared = self._shared[key]
                self._pieces += len(shared.pieces)
                self._characters += shared.length
                if self._characters > _SHARED_MAX or self._pieces > _PIECES_MAX:
                    raise WorkbookError(
                        "shares formulas that are too long in too many cells; refused"
                    )
                return shared.at(row, column)
            if text != "=":
                self._shared[key] = _Shared(text, row, column)
        return text


class _Shared:
    """A shared formula, split into references and other text."""

    def __init__(self, text: str, row: int, column: int):
        self._row, self._column = row, column
        try:
            tokens = Tokenizer(text).items
        except (TokenizerError, IndexError):
            tokens = []
        self.length = len(text)
        self.pieces: list[str | _Moving] = ["="] if tokens else [text]
        for token in tokens:
            if token.type == Token.OPERAND and token.subtype == Token.RANGE:
                self.pieces += _moving(token.value)
            else:
                self.pieces.append(token.value)

    def at(self, row: int, column: int) -> str:
        """The formula as it reads in another cell."""
        down, right = row - self._row, column - self._column
        return "".join(
            piece if isinstance(piece, str) else piece.at(down, right) for piece in self.pieces
        )


class _Moving(NamedTuple):
    """One end of a reference: dollar signs, and column and row numbers, 0 if absent."""

    column_sign: str
    column: int
    row_sign: str
    row: int

    def at(self, down: int, right: int) -> str:
        column = self.column if self.column_sign or not self.column else self.column + right
        row = self.row if self.row_sign or not self.row else self.row + down
        if not (0 <= column <= LAST_COLUMN and 0 <= row <= LAST_ROW):
            return "#REF!"
        if (self.column and not column) or (self.row and not row):
            return "#REF!"
        letters = get_column_letter(column) if column else ""
        return f"{self.column_sign}{letters}{self.row_sign}{row or ''}"


def _moving(text: str) -> list[str | _Moving]:
    """Split a reference into its ends; a name is one piece that does not shift."""
    sheet, mark, cells = text.rpartition("!")
    pieces: list[str | _Moving] = [sheet + mark]
    ends = cells.split(":")
    for n, end in enumerate(ends):
        match = _REFERENCE.fullmatch(end)
        is_one = match is not None and ((match[2] and match[4]) or len(ends) == 2)
        column = _columns().get((match[2] or "").upper(), 0) if match else 0
        if n:
            pieces.append(":")
        if match is None or not is_one or (match[2] and not column):
            pieces.append(end)
        else:
            pieces.append(_Moving(match[1] or "", column, match[3] or "", int(match[4] or 0)))
    return pieces


def _area(text: str | None, row: int, column: int) -> str:
    """The range of an array formula; its own cell if the file has no valid range."""
    try:
        if text and None not in range_boundaries(text):
            return text
    except ValueError:
        pass
    return f"{get_column_letter(column)}{row}"
