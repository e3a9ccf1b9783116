"""Formulas as trees of operations, without those that recalculation does not compute."""

import functools
from collections.abc import Callable
from typing import NamedTuple

from ..ooxml.cell_references import Reference, parse_reference
from ..ooxml.formula_tokens import OPERANDS, FormulaError, Kind, Token, tokens

DEEPEST = 60  # operations inside each other; Excel: 64
_STRENGTH = {
    "=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4,
    "^": 5, ":": 9,
}  # fmt: skip
_PREFIX_STRENGTH = 6
_CONSTANTS = (Kind.NUMBER, Kind.TEXT, Kind.LOGICAL, Kind.ERROR)
_NOT_COMPUTED = {
    "#": "reads what an array fills (#), which is not computed",
    ",": "reads several ranges as one, which is not computed",
}


class Constant(NamedTuple):
    """A constant: "number", "text", "logical", "error" or "missing", and its text in a formula."""

    kind: str
    text: str


class Array(NamedTuple):
    """An array of constants, such as {1,2;3,4}: the texts of each row."""

    rows: tuple[tuple[str, ...], ...]


class Name(NamedTuple):
    """A defined name, with its sheet in front as the formula writes it."""

    text: str


class Call(NamedTuple):
    """A call of a function, by the name that the formula writes."""

    function: str
    arguments: tuple["Node", ...]


class Unary(NamedTuple):
    """An operator of one operand: "-", "+", "@", "%", or "(" for brackets.

    Brackets count: Excel shows what is left of A1-B1 as 0, but not of (A1-B1).
    """

    operator: str
    operand: "Node"


class Binary(NamedTuple):
    """An operator of two operands; ":" puts a reference together from others."""

    operator: str
    left: "Node"
    right: "Node"


Node = Constant | Array | Reference | Name | Call | Unary | Binary


@functools.lru_cache(1_000)
def parse(text: str) -> Node:
    """The tree of a formula, without its equals sign.

    Raises
    ------
    FormulaError
        It cannot be understood, or is nested too deeply.
    """
    return _Parser(text).formula()


class _Parser:
    """A parser by precedence, which looks one token ahead."""

    def __init__(self, text: str):
        self._tokens = tokens(text)
        self._at = 0
        self._depth = 0

    def formula(self) -> Node:
        node = self._expression(0)
        if self._at < len(self._tokens):
            raise FormulaError(f"cannot be understood at {self._tokens[self._at].text[:20]!r}")
        return node

    def _next(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _expression(self, strength: int) -> Node:
        """An operand, and the operators after it that bind more strongly than some."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise FormulaError("is nested too deeply")
        node = self._operand()
        while (following := self._next()) is not None:
            kind, sign = following
            if kind in OPERANDS or kind in (Kind.CALL, Kind.ARRAY_OPEN):
                raise FormulaError("reads where two ranges meet, which is not computed")
            if sign in _NOT_COMPUTED and kind in (Kind.POSTFIX, Kind.INFIX):
                raise FormulaError(_NOT_COMPUTED[sign])
            if kind == Kind.POSTFIX:
                self._at += 1
                node = Unary(sign, node)
                continue
            binding = _STRENGTH.get(sign, 0) if kind == Kind.INFIX else 0
            if binding <= strength:
                break
            self._at += 1
            node = Binary(sign, node, self._expression(binding))
        self._depth -= 1
        return node

    def _operand(self) -> Node:
        token = self._next()
        if token is None:
            raise FormulaError("ends too early")
        self._at += 1
        read = _OPERAND_READERS.get(token.kind)
        if read is None:
            raise FormulaError(f"misses an operand before {token.text[:20]!r}")
        return read(self, token.text)

    def _prefixed(self, sign: str) -> Node:
        return Unary(sign, self._expression(_PREFIX_STRENGTH))

    def _in_brackets(self, _: str) -> Node:
        node = self._expression(0)
        self._close()
        return Unary("(", node)

    def _close(self) -> None:
        following = self._next()
        if following is None or following.kind != Kind.CLOSE:
            raise FormulaError("misses a )")
        self._at += 1

    def _array(self, _: str) -> Array:
        rows: list[list[str]] = [[]]
        while True:
            rows[-1].append(self._array_constant())
            separator = self._next()
            self._at += 1
            if separator is not None and separator.kind == Kind.ARRAY_CLOSE:
                return Array(tuple(map(tuple, rows)))
            if separator is None or separator.kind not in (Kind.ARGUMENT, Kind.ROW):
                raise FormulaError("misses a }")
            if separator.kind == Kind.ROW:
                rows.append([])

    def _array_constant(self) -> str:
        sign, token = "", self._next()
        if token in (Token(Kind.PREFIX, "-"), Token(Kind.PREFIX, "+")):
            self._at += 1
            sign, token = token.text, self._next()
        if token is None or token.kind not in _CONSTANTS or (sign and token.kind != Kind.NUMBER):
            text = token.text[:20] if token else ""
            raise FormulaError(f"has an array with {text!r}, which is no constant")
        self._at += 1
        return sign + token.text

    def _call(self, written: str) -> Call:
        function = written.removesuffix("(")
        found: list[Node] = []
        following = self._next()
        if following is not None and following.kind == Kind.CLOSE:
            self._at += 1
            return Call(function, ())
        while True:
            following = self._next()
            if following is not None and following.kind in (Kind.ARGUMENT, Kind.CLOSE):
                found.append(Constant("missing", ""))
            else:
                found.append(self._expression(0))
            following = self._next()
            if following is None or following.kind != Kind.ARGUMENT:
                self._close()
                return Call(function, tuple(found))
            self._at += 1


def _reference(_: _Parser, text: str) -> Node:
    found = parse_reference(text)
    assert found is not None
    return found


def _unknown(_: _Parser, text: str) -> Node:
    if "[" in text:
        raise FormulaError("reads a table by its name, in a way that is not understood")
    raise FormulaError(f"cannot be understood at {text[:20]!r}")


_OPERAND_READERS: dict[Kind, Callable[[_Parser, str], Node]] = {
    Kind.NUMBER: lambda _, text: Constant("number", text),
    Kind.TEXT: lambda _, text: Constant("text", text),
    Kind.LOGICAL: lambda _, text: Constant("logical", text.upper()),
    Kind.ERROR: lambda _, text: Constant("error", text),
    Kind.NAME: lambda _, text: Name(text),
    Kind.REFERENCE: _reference,
    Kind.TABLE: _unknown,
    Kind.UNKNOWN: _unknown,
    Kind.CALL: _Parser._call,
    Kind.PREFIX: _Parser._prefixed,
    Kind.OPEN: _Parser._in_brackets,
    Kind.ARRAY_OPEN: _Parser._array,
}
