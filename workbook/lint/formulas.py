"""Parsed formulas: functions, operators, operands, and the text in R1C1 notation."""

from functools import lru_cache
from typing import NamedTuple

from ..ooxml.cell_references import Reference, parse_reference
from ..ooxml.formula_tokens import OPERANDS, FormulaError, Kind, Token, function_name, tokens

_LONGEST = 8_192  # characters that Excel allows in a formula
_ARITHMETIC = frozenset("+-*/^")
_REFERRING = frozenset((Kind.REFERENCE, Kind.TABLE, Kind.NAME, Kind.UNKNOWN))


class Operand(NamedTuple):
    """A reference or constant in a formula, with its context.

    Attributes
    ----------
    text : str
    kind : Kind
    function : str
        The innermost enclosing function; "" if there is none.
    argument : int
        Index of the argument of that function, from 0.
    arithmetic : bool
        Whether an arithmetic operator is next to it.
    percent : bool
        Whether a percent sign follows.
    """

    text: str
    kind: Kind
    function: str = ""
    argument: int = 0
    arithmetic: bool = False
    percent: bool = False


class Formula(NamedTuple):
    """A formula without its equals sign.

    Attributes
    ----------
    text : str
    pieces : tuple of str or Reference
        Its tokens; empty if the formula cannot be parsed.
    functions : tuple of str
        Upper-case names, in the order of the calls.
    operators : frozenset of str
        Infix and postfix operators, and the unary minus.
    operands : tuple of Operand
    nested_if : bool
        Whether an IF is inside an argument of another IF.
    """

    text: str
    pieces: tuple[str | Reference, ...] = ()
    functions: tuple[str, ...] = ()
    operators: frozenset[str] = frozenset()
    operands: tuple[Operand, ...] = ()
    nested_if: bool = False

    @property
    def references(self) -> tuple[Operand, ...]:
        """Operands that are cell references, names or structured references."""
        return tuple(operand for operand in self.operands if operand.kind in _REFERRING)

    def relative(self, row: int, column: int) -> str:
        """The formula in R1C1 notation, which stays the same when the formula is copied."""
        return "".join(
            piece if isinstance(piece, str) else piece.in_r1c1(row, column) for piece in self.pieces
        )


@lru_cache(maxsize=1 << 12)
def parse_formula(text: str) -> Formula:
    """Parse a formula that starts with an equals sign; only its text is set if that fails."""
    body = text.removeprefix("=")
    if len(text) > _LONGEST:
        return Formula(body)
    try:
        return _Reader(tokens(body)).formula(body)
    except FormulaError:
        return Formula(body)


class _Scope(NamedTuple):
    """Context of a token: the innermost function, the argument, and whether it is a call itself."""

    function: str = ""
    argument: int = 0
    is_call: bool = False


class _Reader:
    """Collects the components of a formula, token by token."""

    def __init__(self, found: list[Token]):
        self._tokens = found
        self._scopes = [_Scope()]  # innermost last
        self._pieces: list[str | Reference] = []
        self._functions: list[str] = []
        self._operators: set[str] = set()
        self._operands: list[Operand] = []
        self._nested_if = False

    def formula(self, text: str) -> Formula:
        """The formula with this text."""
        for n, token in enumerate(self._tokens):
            self._pieces.append(
                (token.kind == Kind.REFERENCE and parse_reference(token.text)) or token.text
            )
            if token.kind in OPERANDS:
                self._read_operand(n)
            elif token.kind == Kind.CALL:
                self._open_call(function_name(token.text))
            elif token.kind in (Kind.OPEN, Kind.ARRAY_OPEN):
                self._scopes.append(self._scopes[-1]._replace(is_call=False))
            elif token.kind in (Kind.CLOSE, Kind.ARRAY_CLOSE):
                self._scopes.pop()
            elif token.kind == Kind.ARGUMENT and self._scopes[-1].is_call:
                self._scopes[-1] = self._scopes[-1]._replace(argument=self._scopes[-1].argument + 1)
            elif _is_operator(token):
                self._operators.add(token.text)
        return Formula(
            text,
            tuple(self._pieces),
            tuple(self._functions),
            frozenset(self._operators),
            tuple(self._operands),
            self._nested_if,
        )

    def _open_call(self, name: str) -> None:
        ifs = [one for one in self._scopes if one.is_call and one.function == "IF"]
        self._nested_if |= name == "IF" and bool(ifs)
        self._functions.append(name)
        self._scopes.append(_Scope(name, 0, True))

    def _read_operand(self, n: int) -> None:
        kind, text = self._tokens[n]
        before = self._tokens[n - 1] if n else None
        after = self._tokens[n + 1] if n + 1 < len(self._tokens) else None
        percent = after == (Kind.POSTFIX, "%")
        arithmetic = percent or _is_arithmetic(before) or _is_arithmetic(after, infix=True)
        if before == (Kind.INFIX, ":") and self._operands and n > 1:
            range_ = _range(self._tokens[n - 2], self._tokens[n])
            if range_:
                first = self._operands.pop()
                text, arithmetic = range_, first.arithmetic or arithmetic
        elif after == (Kind.POSTFIX, "#"):  # the spill range, not only its first cell
            text += "#"
        function, argument, _ = self._scopes[-1]
        self._operands.append(Operand(text, kind, function, argument, arithmetic, percent))


def _is_operator(token: Token) -> bool:
    """Whether a token is an operator that computes: not @, #, unary plus or the range colon."""
    if token.kind == Kind.PREFIX:
        return token.text == "-"
    return token.kind in (Kind.INFIX, Kind.POSTFIX) and token.text not in "#:"


def _is_arithmetic(token: Token | None, *, infix: bool = False) -> bool:
    """Whether a token beside an operand adds, subtracts, multiplies, divides or negates it."""
    if token is None:
        return False
    if token.kind == Kind.PREFIX and not infix:
        return token.text == "-"
    return token.kind == Kind.INFIX and token.text in _ARITHMETIC


def _range(first: Token, last: Token) -> str:
    """A range between two references as one operand; "" if it cannot be written as one."""
    if first.kind == last.kind == Kind.TABLE:
        return f"{first.text}:{last.text}"
    if first.kind == last.kind == Kind.REFERENCE:  # Sheet1!A1:Sheet1!B2
        sheet, mark, cells = last.text.rpartition("!")
        text = f"{first.text}:{cells}"
        return text if first.text.startswith(sheet + mark) and parse_reference(text) else ""
    return ""


def is_external(text: str) -> bool:
    """Whether a reference is to another workbook, such as [1]Sheet1!A1."""
    before = text.rpartition("!")[0]
    return "[" in before and "]" in before
