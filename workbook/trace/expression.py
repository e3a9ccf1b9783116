"""Excel expressions as a small tree, and the one function that writes their text.

A line of the model is lowered to this tree once (:mod:`.lowering`). Rewriting passes replace what
Excel has no notation for, such as a sum over named axes. Then :func:`text` prints it; its callers
differ only in how they print a reference: as cells, as parameters of a LAMBDA, or as a name.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

# How strongly each operator binds in Excel, where a minus sign binds more strongly than ^.
PRECEDENCE = {
    **dict.fromkeys(("=", "<>", "<", "<=", ">", ">="), 0),
    "&": 1,
    **dict.fromkeys("+-", 2),
    **dict.fromkeys("*/", 3),
    "^": 4,
}
_SIGN, _ATOM = 5, 6


class Expression:
    """A node of the tree. Nodes are immutable and compare by value."""

    __slots__ = ()

    @property
    def parts(self) -> tuple["Expression", ...]:
        """The expressions directly inside this one."""
        return ()

    def rebuilt(self, _parts: Iterable["Expression"]) -> "Expression":
        """The same node with other parts."""
        return self


@dataclass(frozen=True, slots=True)
class Constant(Expression):
    """A number, a truth value or a text."""

    value: float | bool | str


@dataclass(frozen=True, slots=True)
class Name(Expression):
    """A reference that is printed as it stands: a cell, a range or a defined name."""

    name: str


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Call(Expression):
    """A call of an Excel function."""

    function: str
    arguments: tuple[Expression, ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The arguments."""
        return self.arguments

    def rebuilt(self, parts: Iterable[Expression]) -> "Call":
        """The same function with other arguments."""
        return Call(self.function, tuple(parts))


@dataclass(frozen=True, slots=True)
class Binary(Expression):
    """An operator between two operands."""

    operator: str
    left: Expression
    right: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        """Both operands."""
        return self.left, self.right

    def rebuilt(self, parts: Iterable[Expression]) -> "Binary":
        """The same operator between other operands."""
        return Binary(self.operator, *parts)


@dataclass(frozen=True, slots=True)
class Negative(Expression):
    """An operand with a minus sign before it."""

    operand: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The operand."""
        return (self.operand,)

    def rebuilt(self, parts: Iterable[Expression]) -> "Negative":
        """The minus sign before another operand."""
        return Negative(*parts)


@dataclass(frozen=True, slots=True)
class Reduction(Expression):
    """A sum, smallest or largest value over named axes, which a pass turns into a call.

    Attributes
    ----------
    function : str
        "SUM", "MIN" or "MAX".
    operand : Expression
        Its references say by ``over`` which axes are reduced.
    axes : tuple of str
    """

    function: str
    operand: Expression
    axes: tuple[str, ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The operand."""
        return (self.operand,)

    def rebuilt(self, parts: Iterable[Expression]) -> "Reduction":
        """The same reduction of another operand."""
        return Reduction(self.function, *parts, self.axes)


@dataclass(frozen=True, slots=True)
class RunningTotal(Expression):
    """A sum of the positions so far along an axis; always the root of its tree.

    Attributes
    ----------
    flows : Expression
    rounding_error : Expression or None
        A sum no larger than this counts as 0.
    position : int
        Position of the axis among the axes of an array.
    """

    flows: Expression
    rounding_error: Expression | None
    position: int


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
        case Binary(operator, left, right):
            strength = PRECEDENCE[operator]
            before = text(left, print_reference, strength)
            written = f"{before}{operator}{text(right, print_reference, strength + 1)}"
        case Call(function, arguments):
            separated = ",".join([text(argument, print_reference) for argument in arguments])
            written = f"{function}({separated})"
        case Negative(operand):
            strength, written = _SIGN, f"-{text(operand, print_reference, _ATOM)}"
        case Constant(value):
            written = _literal(value)
            strength = _SIGN if written.startswith("-") else _ATOM
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
    if not expression.parts:
        yield expression
    for part in expression.parts:
        yield from leaves(part)


def replaced(expression: Expression, replacement: Callable[[Expression], Expression]) -> Expression:
    """The expression with a replacement for every node, from the leaves up."""
    parts = [replaced(part, replacement) for part in expression.parts]
    return replacement(expression.rebuilt(parts) if parts else expression)
