"""What a formula is made of, from openpyxl's tokens."""

import re
from functools import lru_cache
from typing import NamedTuple

from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError
from openpyxl.utils import column_index_from_string

LAST_ROW, LAST_COLUMN = 1 << 20, 1 << 14
_LONGEST = 8_192  # characters of a formula that Excel takes
_ARITHMETIC = frozenset("+-*/^")
_PREFIXES = re.compile(r"^@|^(?:_XLFN\.|_XLWS\.|_XLUDF\.)+")
_CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6})")
_COLUMN = re.compile(r"(\$?)([A-Za-z]{1,3})")
_ROW = re.compile(r"(\$?)([1-9][0-9]{0,6})")


class Operand(NamedTuple):
    """A reference or a constant, and where in the formula it stands.

    ``kind`` is openpyxl's: RANGE (a name as well), NUMBER, TEXT, LOGICAL or ERROR. ``function`` is
    the innermost one around it, ``argument`` counts from 0, ``arithmetic`` is whether a sign of
    arithmetic stands right beside it.
    """

    text: str
    kind: str
    function: str = ""
    argument: int = 0
    arithmetic: bool = False
    percent: bool = False


class Formula(NamedTuple):
    """A formula without its equals sign; ``pieces`` are its tokens and whether each refers."""

    text: str
    pieces: tuple[tuple[str, bool], ...] = ()
    functions: tuple[str, ...] = ()
    operators: frozenset[str] = frozenset()
    operands: tuple[Operand, ...] = ()
    nested_if: bool = False

    @property
    def references(self) -> tuple[Operand, ...]:
        """Operands that are cells, names or columns of a table."""
        return tuple(operand for operand in self.operands if operand.kind == Token.RANGE)


class Corner(NamedTuple):
    """A corner of a range; 0 where a whole row has no column, or a column no row."""

    row: int
    row_fixed: bool
    column: int
    column_fixed: bool


class Reference(NamedTuple):
    """A reference in A1 notation; ``sheet`` is "" where it names none."""

    sheet: str
    first: Corner
    last: Corner

    @property
    def whole(self) -> bool:
        """Whether it holds whole columns or rows."""
        rows, columns = (self.first.row, self.last.row), (self.first.column, self.last.column)
        return 0 in (*rows, *columns) or rows == (1, LAST_ROW) or columns == (1, LAST_COLUMN)


@lru_cache(maxsize=1 << 12)
def parse(text: str) -> Formula:
    """A formula, with its equals sign, taken apart; bare where it cannot be."""
    if len(text) > _LONGEST:
        return Formula(text[1:])
    try:
        tokens = Tokenizer(text).items
    except (TokenizerError, AssertionError, AttributeError, IndexError):
        return Formula(text[1:])
    pieces: list[tuple[str, bool]] = []
    functions: list[str] = []
    operators = set()
    operands: list[Operand] = []
    nested = False
    around: list[tuple[str, int, bool]] = []  # function, argument, whether it is a call

    def operand(text: str, kind: str, beside: tuple[Token | None, Token | None]) -> None:
        bare = text.lstrip(":@")
        if kind == Token.NUMBER and bare[:1].isalpha():
            kind = Token.RANGE  # a name that Python takes for a number: inf
        if bare != text:
            pieces.append((text[: -len(bare)], False))
        pieces.append((bare, kind == Token.RANGE))
        function, argument, _ = around[-1] if around else ("", 0, False)
        percent = beside[1] is not None and beside[1].type == Token.OP_POST
        operands.append(Operand(bare, kind, function, argument, _arithmetic(*beside), percent))

    solid = [token for token in tokens if token.type != Token.WSPACE]
    for n, token in enumerate(solid):
        if token.type == Token.OPERAND:
            before = solid[n - 1] if n else None
            after = solid[n + 1] if n + 1 < len(solid) else None
            operand(token.value, token.subtype, (before, after))
            continue
        pieces.append((token.value, False))
        if token.type == Token.FUNC and token.subtype == Token.OPEN:
            start, _, name = token.value[:-1].rpartition(":")  # A1:INDEX(
            if start:
                pieces.pop()
                operand(start, Token.RANGE, (None, None))
                pieces.append((f":{name}(", False))
            name = _PREFIXES.sub("", name.upper())
            nested |= name == "IF" and any(call and n == "IF" for n, _, call in around)
            functions.append(name)
            around.append((name, 0, True))
        elif token.subtype == Token.OPEN:
            around.append((*around[-1][:2], False) if around else ("", 0, False))
        elif token.subtype == Token.CLOSE:
            around.pop()
        elif token.type == Token.SEP and around:
            name, argument, call = around[-1]
            around[-1] = (name, argument + call, call)
        elif token.type in (Token.OP_IN, Token.OP_POST) or token.value == "-":
            operators.add(token.value)
    return Formula(
        text[1:],
        tuple(pieces),
        tuple(functions),
        frozenset(operators),
        tuple(operands),
        nested,
    )


def _arithmetic(before: Token | None, after: Token | None) -> bool:
    def infix(token):
        return token is not None and token.type == Token.OP_IN and token.value in _ARITHMETIC

    signed = before is not None and before.type == Token.OP_PRE and before.value == "-"
    percent = after is not None and after.type == Token.OP_POST
    return signed or percent or infix(before) or infix(after)


@lru_cache(maxsize=1 << 18)
def reference(text: str) -> Reference | None:
    """A reference in A1 notation; None for names, columns of tables and what is lost."""
    sheet, rest = _sheet(text)
    if "!" in rest:  # Sheet1!A1:Sheet1!B2
        rest = re.sub(r":.*!", ":", rest)
    first, _, last = rest.partition(":")
    corners = [_corner(part) for part in ((first, last) if last else (first,))]
    if None in corners or (not last and _whole(corners[0])):
        return None
    one, other = corners[0], corners[-1]
    assert one is not None
    assert other is not None
    if (one.row == 0, one.column == 0) != (other.row == 0, other.column == 0):
        return None
    return Reference(sheet, one, other)


def _sheet(text: str) -> tuple[str, str]:
    """Sheet before the exclamation mark, unquoted, and the rest."""
    if text.startswith("'"):
        end = re.match(r"'((?:[^']|'')*)'!", text)
        return (end[1].replace("''", "'"), text[end.end() :]) if end else ("", text)
    sheet, mark, rest = text.partition("!")
    return (sheet, rest) if mark else ("", text)


def _whole(corner: Corner | None) -> bool:
    return corner is not None and 0 in (corner.row, corner.column)


def _corner(text: str) -> Corner | None:
    if match := _CELL.fullmatch(text):
        column, row = column_index_from_string(match[2]), int(match[4])
        if column > LAST_COLUMN or row > LAST_ROW:
            return None
        return Corner(row, bool(match[3]), column, bool(match[1]))
    if match := _COLUMN.fullmatch(text):
        column = column_index_from_string(match[2])
        return Corner(0, True, column, bool(match[1])) if column <= LAST_COLUMN else None
    if match := _ROW.fullmatch(text):
        return Corner(int(match[2]), bool(match[1]), 0, True)
    return None


def is_outside(text: str) -> bool:
    """Whether a reference reaches into another workbook: [1]Sheet1!A1."""
    before = text.rpartition("!")[0]
    return "[" in before and "]" in before


def relative(formula: Formula, row: int, column: int) -> str:
    """The formula in R1C1 notation, as it would stand in any cell it is copied to."""
    return "".join(
        _relative(text, row, column) if refers else text for text, refers in formula.pieces
    )


def _relative(text: str, row: int, column: int) -> str:
    found = reference(text)
    if found is None:
        return text

    def corner(one: Corner) -> str:
        r = f"R{one.row}" if one.row_fixed else f"R[{one.row - row}]"
        c = f"C{one.column}" if one.column_fixed else f"C[{one.column - column}]"
        return r + c

    before = f"{found.sheet}!" if found.sheet else ""
    first, last = corner(found.first), corner(found.last)
    return before + (first if found.first == found.last else f"{first}:{last}")
