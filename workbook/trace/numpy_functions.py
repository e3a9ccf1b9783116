"""NumPy functions as Excel formulas: one small entry for each that Excel has a formula for."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ...engine.axes import present_value, running_total, without_residue

# How strongly an operator binds, in Excel: a unary minus binds more strongly than ^.
COMPARE, ADD, MULTIPLY, POWER, NEGATE, ATOM = range(6)


class Text(NamedTuple):
    """Formula text, and how strongly its outermost operator binds."""

    text: str
    strength: int = ATOM

    def bound(self, strength: int) -> str:
        """The text, in brackets where it binds more weakly than needed."""
        return f"({self.text})" if self.strength < strength else self.text


OPERATORS: dict[Callable, tuple[str, int]] = {
    np.add: ("+", ADD),
    np.subtract: ("-", ADD),
    np.multiply: ("*", MULTIPLY),
    np.divide: ("/", MULTIPLY),
    np.power: ("^", POWER),
    np.equal: ("=", COMPARE),
    np.not_equal: ("<>", COMPARE),
    np.less: ("<", COMPARE),
    np.less_equal: ("<=", COMPARE),
    np.greater: (">", COMPARE),
    np.greater_equal: (">=", COMPARE),
}

ELEMENTWISE: dict[Callable, Callable[..., str]] = {}
RANGES: dict[Callable, str] = {np.sum: "SUM", np.min: "MIN", np.max: "MAX"}
# Lines that start from an opening balance.
RUNNING = (np.cumsum, running_total)
# Written where the position in the sheet matters, by :mod:`.formula` itself.
PLACED = {np.all, np.any, np.take_along_axis, np.cumsum, present_value, running_total}
CONJUNCTIONS: dict[Callable, str] = {
    np.logical_and: "AND",
    np.bitwise_and: "AND",
    np.logical_or: "OR",
    np.bitwise_or: "OR",
}
QUANTIFIERS: dict[Callable, str] = {np.all: "AND", np.any: "OR"}


def formula_for(function):
    """Declare how a NumPy function is written, from the texts of its arguments."""

    def declare(write):
        ELEMENTWISE[function] = write
        return write

    return declare


@formula_for(np.where)
def _(condition, yes, no):
    return f"IF({condition.text},{yes.text},{no.text})"


@formula_for(np.minimum)
def _(one, other):
    return f"MIN({one.text},{other.text})"


@formula_for(np.maximum)
def _(one, other):
    return f"MAX({one.text},{other.text})"


@formula_for(np.clip)
def _(value, low, high):
    return f"MIN({high.text},MAX({low.text},{value.text}))"


@formula_for(np.negative)
def _(value):
    return f"-{value.bound(ATOM)}"


@formula_for(np.absolute)
def _(value):
    return f"ABS({value.text})"


@formula_for(np.floor)
def _(value):
    return f"INT({value.text})"


@formula_for(np.ceil)
def _(value):
    return f"-INT(-{value.bound(ATOM)})"


@formula_for(np.floor_divide)
def _(one, other):
    return f"INT({one.bound(MULTIPLY)}/{other.bound(POWER)})"


@formula_for(without_residue)
def _(fraction):
    return f"ROUND({fraction.text},12)"


@formula_for(np.sqrt)
def _(value):
    return f"SQRT({value.text})"


@formula_for(np.exp)
def _(value):
    return f"EXP({value.text})"


@formula_for(np.log)
def _(value):
    return f"LN({value.text})"


@formula_for(np.logical_not)
def _(value):
    return f"NOT({value.text})"


def is_supported(function) -> bool:
    """Whether a NumPy function can be written as a formula."""
    return (
        function in OPERATORS
        or function in ELEMENTWISE
        or function in RANGES
        or function in PLACED
        or function in CONJUNCTIONS
    )
