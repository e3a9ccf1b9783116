"""Simplification of expressions with references of known value or range."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from .expression import Binary, Call, Constant, Expression, Prefix
from .numpy_functions import CALLS, OPERATORS

_COMPUTED = {name: function for function, name in (OPERATORS | CALLS).items()}
Span = tuple[float, float]
_ANY: Span = (-math.inf, math.inf)
_NEUTRAL = {"+": 0, "-": 0, "*": 1, "/": 1}


@dataclass(frozen=True)
class Local(Expression):
    """A parameter of a LAMBDA, or a name bound in its LET.

    Attributes
    ----------
    name : str
    value : number, truth value or None
        Its value if it does not depend on arguments of the LAMBDA.
    lowest, highest : float
        Its valid range.
    """

    name: str
    value: float | bool | None = None
    lowest: float = -math.inf
    highest: float = math.inf


def value_of(expression: Expression) -> Any:
    """The value of an expression if those of all references are known, otherwise None."""
    match expression:
        case Constant(value) if not isinstance(value, str):
            return value
        case Local():
            return expression.value
        case Prefix(_, (operand,)):
            value = value_of(operand)
            return None if value is None else -value
        case Call("ROUND", (operand, Constant(digits))):
            value = value_of(operand)
            return None if value is None else round(value, int(digits))
        case Binary(name, parts) | Call(name, parts) if name in _COMPUTED:
            values = [value_of(part) for part in parts]
            if any(value is None for value in values):
                return None
            with np.errstate(all="ignore"):
                return _COMPUTED[name](*values).item()
    return None


def simplified(expression: Expression) -> Expression:
    """An operation without parts that have no effect.

    Its operands must be simplified already. Adding 0 and multiplying by 1 are removed, as is a
    limit that the other operand never reaches; multiplying by 0 gives 0, and a comparison that
    has one answer over the whole range of its operands that answer.
    """
    match expression:
        case Call("MIN" | "MAX" as name, (one, other)):
            below, above = sorted((one, other), key=span)
            if span(below)[1] <= span(above)[0]:
                return below if name == "MIN" else above
        case Binary("<" | "<=" | ">" | ">=" as operator, (one, other)):
            answer = _compared(operator, span(one), span(other))
            if answer is not None:
                return Constant(answer)
        case Binary("*", (one, other)) if 0 in (value_of(one), value_of(other)):
            return Constant(0)
        case Binary("+" | "-" | "*" | "/" as operator, (one, other)):
            if value_of(other) == _NEUTRAL[operator] and not _is_truth(one):
                return one
            if operator in "+*" and value_of(one) == _NEUTRAL[operator] and not _is_truth(other):
                return other
    return expression


def _compared(operator: str, one: Span, other: Span) -> bool | None:
    """The only answer of a comparison over two ranges, or None."""
    if operator in (">", ">="):
        operator, one, other = "<" if operator == ">" else "<=", other, one
    holds, fails = (one[1] < other[0], one[0] >= other[1])
    if operator == "<=":
        holds, fails = (one[1] <= other[0], one[0] > other[1])
    return True if holds else False if fails else None


def _is_truth(expression: Expression) -> bool:
    """Whether an expression is TRUE or FALSE, which equal no number in Excel, and 1 * TRUE is 1."""
    match expression:
        case Binary("=" | "<>" | "<" | ">" | "<=" | ">=") | Call("AND" | "OR" | "NOT"):
            return True
    return False


def span(expression: Expression) -> Span:
    """Lower and upper bound of the value of an expression."""
    value = value_of(expression)
    if value is not None:
        return value, value
    match expression:
        case Local():
            return expression.lowest, expression.highest
        case Binary("+", (one, other)):
            (low, high), (least, most) = span(one), span(other)
            return _known(low + least, high + most)
        case Binary("-", (one, other)):
            (low, high), (least, most) = span(one), span(other)
            return _known(low - most, high - least)
        case Binary("*", (one, other)):
            ends = [a * b for a in span(one) for b in span(other)]
            return _known(min(ends), max(ends)) if not any(map(math.isnan, ends)) else _ANY
        case Call("IF", (_, yes, no)):
            ends = [*span(yes), *span(no)]
            return min(ends), max(ends)
        case Call("MIN" | "MAX" as name, (one, other)):
            chosen = min if name == "MIN" else max
            (low, high), (least, most) = span(one), span(other)
            return chosen(low, least), chosen(high, most)
    return _ANY


def _known(low: float, high: float) -> Span:
    return (-math.inf if math.isnan(low) else low, math.inf if math.isnan(high) else high)
