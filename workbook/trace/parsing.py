"""Parsing of formulas, as files hold them, into the tree of expressions."""

import math
from collections import deque
from collections.abc import Iterable, Iterator

from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError

from ...engine.errors import ShorewiseError
from .expression import (
    PRECEDENCE,
    SIGN,
    Binary,
    Call,
    Constant,
    Expression,
    Name,
    Postfix,
    Prefix,
)

_LONGEST, _DEEPEST = 16_384, 60  # characters; operations inside each other. Excel: 8,192 and 64
_END = Token("", "END")


class FormulaSyntaxError(ValueError, ShorewiseError):
    """A formula that cannot be understood. Its message goes on after the formula's cell."""


def parsed(formula: str) -> Expression:
    """The tree of a formula.

    Parameters
    ----------
    formula : str
        Without its equals sign.

    Returns
    -------
    Expression
        Without brackets, which :func:`.expression.text` puts where they are needed. References,
        defined names, error values and array constants are each a :class:`.Name`, as is an argument
        left out, of no text.

    Raises
    ------
    FormulaSyntaxError
        It cannot be understood, or it reads the intersection or the union of ranges.
    """
    if len(formula) > _LONGEST:
        raise FormulaSyntaxError(f"has {len(formula):,} characters; Excel takes 8,192")
    try:
        tokens = Tokenizer(f"={formula}").items
    except TokenizerError as error:
        raise FormulaSyntaxError(f"cannot be understood: {error}") from None
    except IndexError:  # as openpyxl has it
        raise FormulaSyntaxError("closes a bracket that is not open") from None
    return _Parser(_separated(tokens)).formula()


def _separated(tokens: Iterable[Token]) -> Iterator[Token]:
    """The tokens without spaces, and with the : and @ that openpyxl leaves at references apart."""
    for token in tokens:
        text = token.value
        if token.subtype in (Token.RANGE, Token.OPEN):
            if text.startswith(":"):
                yield Token(":", Token.OP_IN)
            if text.startswith("@"):
                yield Token("@", Token.OP_PRE)
            text = text.lstrip(":@")
            before, _, text = text.rpartition(":") if token.type == Token.FUNC else ("", "", text)
            if before:  # A1:INDEX
                yield Token(before, Token.OPERAND, Token.RANGE)
                yield Token(":", Token.OP_IN)
        if token.type != Token.WSPACE:
            yield Token(text, token.type, token.subtype)


class _Parser:
    def __init__(self, tokens: Iterable[Token]):
        self._tokens = deque((*tokens, _END))
        self._depth = 0

    def formula(self) -> Expression:
        """The whole formula."""
        expression = self._expression()
        if self._next is not _END:
            raise FormulaSyntaxError(f"cannot be understood from {self._next.value!r} on")
        return expression

    @property
    def _next(self) -> Token:
        return self._tokens[0]

    def _take(self) -> Token:
        return self._tokens.popleft() if len(self._tokens) > 1 else _END

    def _expression(self, binding: int = 0) -> Expression:
        """An operand with the operators after it that bind at least so strongly."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FormulaSyntaxError("is nested too deeply; split it over several cells")
        expression = self._operand()
        while PRECEDENCE.get(operator := self._operator(), -1) >= binding:
            self._take()
            if operator == "%":
                expression = Postfix(operator, (expression,))
            else:
                right = self._expression(PRECEDENCE[operator] + 1)
                expression = Binary(operator, (expression, right))
        self._depth -= 1
        return expression

    def _operator(self) -> str:
        """The operator that comes next, or "" where an expression ends."""
        token = self._next
        if token.value == "," and token.type == Token.OP_IN:
            raise FormulaSyntaxError("reads several ranges as one, which is not supported")
        if token.type == Token.OPERAND or token.subtype == Token.OPEN:
            raise FormulaSyntaxError("reads where two ranges meet, which is not supported")
        return token.value if token.type in (Token.OP_IN, Token.OP_POST) else ""

    def _operand(self) -> Expression:
        token = self._take()
        if token.type == Token.OP_PRE:
            return Prefix(token.value, (self._expression(SIGN + 1),))
        if token.type == Token.PAREN and token.subtype == Token.OPEN:
            inside = self._expression()
            self._close(Token.PAREN)
            return inside
        if token.type == Token.ARRAY:
            return Name("{" + "".join(self._items()) + "}")
        if token.type == Token.FUNC and token.subtype == Token.OPEN:
            call = Call(token.value[:-1], tuple(self._arguments()))
            self._close(Token.FUNC)
            return call
        if token.type != Token.OPERAND:
            raise FormulaSyntaxError(f"misses an operand before {token.value or 'its end'!r}")
        return _operand(token)

    def _arguments(self) -> Iterator[Expression]:
        if self._next.subtype == Token.CLOSE:
            return
        while True:
            is_left_out = self._next.type == Token.SEP or self._next.subtype == Token.CLOSE
            yield Name("") if is_left_out else self._expression()
            if self._next.type != Token.SEP:
                return
            self._take()

    def _items(self) -> Iterator[str]:
        """The texts between the braces of an array constant."""
        while (token := self._take()).type != Token.ARRAY:
            if token is _END:
                raise FormulaSyntaxError("misses a }")
            yield token.value

    def _close(self, kind: str) -> None:
        token = self._take()
        if (token.type, token.subtype) != (kind, Token.CLOSE):
            raise FormulaSyntaxError("misses a )")


def _operand(token: Token) -> Expression:
    """A constant or a name."""
    if token.subtype == Token.TEXT:
        return Constant(token.value[1:-1].replace('""', '"'))
    if token.subtype == Token.LOGICAL:
        return Constant(token.value.upper() == "TRUE")
    if token.subtype == Token.NUMBER and not token.value[0].isalpha():  # not a name such as inf
        number = float(token.value)
        if not math.isfinite(number):
            raise FormulaSyntaxError(f"holds {token.value}, which is too large for Excel")
        return Constant(number)
    return Name(token.value)
