"""Excel expressions as a small tree, and the one function that writes their text.

A line of the model is lowered to this tree once (:mod:`.lowering`). Rewriting passes replace what
Excel has no notation for, such as a sum over named axes. Then :func:`text` prints it; its callers
differ only in how they print a reference: as cells, as parameters of a LAMBDA, or as a name.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

# How strongly each operator binds in Excel, where a minus sign binds more strongly than % and ^.
PRECEDENCE = {
    **dict.fromkeys(("=", "<>", "<", "<=", ">", ">="), 0),
    "&": 1,
    **dict.fromkeys("+-", 2),
    **dict.fromkeys("*/", 3),
    "^": 4,
    "%": 5,
    ":": 7,
}
SIGN, _ATOM = 6, 8


class Expression:
    """A node of the tree. Nodes are immutable and compare by value."""


@dataclass(frozen=True)
class Constant(Expression):
    """A number, a truth value or a text."""

    value: float | bool | str


@dataclass(frozen=True)
class Name(Expression):
    """A reference that is printed as it stands: a cell, a range or a defined name."""

    name: str


@dataclass(frozen=True)
class Reference(Expression):
    """An input or a line of the model.

    Attributes
    ----------
    name : str
    axes : tuple of str
        Axes that it varies over.
    picked : tuple of (str, int)
        Axes along which one position was sliced out, with the position, from 0.
    is_truth : bool
        Whether it holds truth values.
    over : tuple of str
        Axes that a function around it reduces: along these, all positions are meant.
    """

    name: str
    axes: tuple[str, ...]
    picked: tuple[tuple[str, int], ...] = ()
    is_truth: bool = False
    over: tuple[str, ...] = ()

    @property
    def free(self) -> tuple[str, ...]:
        """Axes along which it still varies."""
        picked = dict(self.picked)
        return tuple(axis for axis in self.axes if axis not in picked)


@dataclass(frozen=True)
class Operation(Expression):
    """Something done with other expressions: its name or operator, and what it is done with."""

    name: str
    parts: tuple[Expression, ...]


class Call(Operation):
    """A call of an Excel function."""


class Binary(Operation):
    """An operator between two operands."""


class Prefix(Operation):
    """A minus sign, or another sign, before an operand."""


class Postfix(Operation):
    """A per cent sign after an operand."""


@dataclass(frozen=True)
class Reduction(Operation):
    """A ``SUM``, ``MIN`` or ``MAX`` over named axes, which a pass turns into a call."""

    axes: tuple[str, ...]


@dataclass(frozen=True)
class RunningTotal(Operation):
    """The sum so far along an axis, exactly 0 within its rounding error; the root of its tree.

    Its parts are the flows and, where there is one, the rounding error.
    """

    position: int  # of the axis, among the axes of an array


def text(
    expression: Expression,
    print_reference: Callable[..., str],
    binding: int = 0,
) -> str:
    """The text of a formula, without its equals sign, with no more brackets than it needs.

    Parameters
    ----------
    expression : Expression
    print_reference : callable
        Takes any leaf that is neither a constant nor a :class:`Name`, gives its text.
    binding : int
        Precedence of what stands around the expression; a weaker operator gets brackets.
    """
    strength = _ATOM
    match expression:
        case Binary(operator, (left, right)):
            strength = PRECEDENCE[operator]
            before = text(left, print_reference, strength)
            written = f"{before}{operator}{text(right, print_reference, strength + 1)}"
        case Call(function, arguments):
            separated = ",".join([text(argument, print_reference) for argument in arguments])
            written = f"{function}({separated})"
        case Prefix(sign, (operand,)):
            strength, written = SIGN, f"{sign}{text(operand, print_reference, SIGN + 1)}"
        case Postfix(sign, (operand,)):
            strength = PRECEDENCE[sign]
            written = f"{text(operand, print_reference, strength)}{sign}"
        case Constant(value):
            written = _literal(value)
            strength = SIGN if written.startswith("-") else _ATOM
        case Name(name):
            written = name
        case _:
            written = print_reference(expression)
    return f"({written})" if strength < binding else written


def _literal(value: float | bool | str) -> str:
    """A constant as formulas hold it."""
    if isinstance(value, str):
        doubled = value.replace('"', '""')
        return f'"{doubled}"'
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    power = f"{value:.0E}"
    if abs(value) > 1e6 and float(power) == value:
        return power
    return str(int(value)) if value == int(value) else repr(float(value)).upper()


def leaves(expression: Expression) -> Iterator[Expression]:
    """References, names and constants, from left to right."""
    if isinstance(expression, Operation):
        for part in expression.parts:
            yield from leaves(part)
    else:
        yield expression


def replaced(expression: Expression, replacement: Callable[[Expression], Expression]) -> Expression:
    """The expression with a replacement for every node, from the leaves up."""
    if isinstance(expression, Operation):
        parts = tuple([replaced(part, replacement) for part in expression.parts])
        if parts != expression.parts:
            expression = replace(expression, parts=parts)
    return replacement(expression)
