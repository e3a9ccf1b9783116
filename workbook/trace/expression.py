"""Expression trees of Excel formulas, and their printer.

Each line of the model is lowered to a tree once (:mod:`.lowering`). Passes then rewrite nodes that
Excel cannot express, such as a sum over named axes, and :func:`text` prints the result. Its callers
print references in different ways: as cells, parameters of a LAMBDA, or names.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

# Operator precedence in Excel, where unary minus binds more tightly than % and ^.
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
    """A node of an expression tree; nodes are immutable and compare by value."""


@dataclass(frozen=True)
class Constant(Expression):
    """A number, a boolean or a text."""

    value: float | bool | str


@dataclass(frozen=True)
class Name(Expression):
    """A reference that is printed verbatim: a cell, a range or a defined name."""

    name: str


@dataclass(frozen=True)
class Reference(Expression):
    """An input or a line of the model.

    Attributes
    ----------
    name : str
    axes : tuple of str
        Axes over which it varies.
    picked : tuple of (str, int)
        Axes sliced to one position, with the position, counted from 0.
    is_truth : bool
        Whether its values are boolean.
    over : tuple of str
        Axes that an enclosing function reduces: the reference covers all their positions.
    """

    name: str
    axes: tuple[str, ...]
    picked: tuple[tuple[str, int], ...] = ()
    is_truth: bool = False
    over: tuple[str, ...] = ()

    @property
    def free(self) -> tuple[str, ...]:
        """Axes over which it still varies after slicing."""
        picked = dict(self.picked)
        return tuple(axis for axis in self.axes if axis not in picked)


@dataclass(frozen=True)
class Operation(Expression):
    """An operation: its name or operator, and its operands."""

    name: str
    parts: tuple[Expression, ...]


class Call(Operation):
    """A call of an Excel function."""


class Binary(Operation):
    """An operator between two operands."""


class Prefix(Operation):
    """A unary operator before its operand, such as a minus sign."""


class Postfix(Operation):
    """A unary operator after its operand: the per cent sign."""


@dataclass(frozen=True)
class Reduction(Operation):
    """A ``SUM``, ``MIN`` or ``MAX`` over named axes, which a pass rewrites as a call."""

    axes: tuple[str, ...]


@dataclass(frozen=True)
class RunningTotal(Operation):
    """A cumulative sum along an axis, set to 0 if within its rounding error; always a root.

    Its parts are the flows and optionally the rounding error.
    """

    position: int  # of the axis among the axes of an array


def text(
    expression: Expression,
    print_reference: Callable[..., str],
    binding: int = 0,
) -> str:
    """Text of a formula without its equals sign, with as few brackets as possible.

    Parameters
    ----------
    expression : Expression
    print_reference : callable
        Returns the text of a leaf that is neither a constant nor a :class:`Name`.
    binding : int
        Precedence of the enclosing operator; an operator of lower precedence gets brackets.

    Returns
    -------
    str
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
    """Text of a constant in a formula."""
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
    """Leaves of a tree from left to right: references, names and constants."""
    if isinstance(expression, Operation):
        for part in expression.parts:
            yield from leaves(part)
    else:
        yield expression


def replaced(expression: Expression, replacement: Callable[[Expression], Expression]) -> Expression:
    """The tree with every node replaced by ``replacement(node)``, bottom-up."""
    if isinstance(expression, Operation):
        parts = tuple([replaced(part, replacement) for part in expression.parts])
        if parts != expression.parts:
            expression = replace(expression, parts=parts)
    return replacement(expression)
