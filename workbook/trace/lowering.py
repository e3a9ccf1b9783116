"""The lowering of traced cells to an Excel expression, wherever it will be printed.

Checks that need no sheet are made here: whatever Excel would compute differently from NumPy, or
cannot compute, raises and says which function it was and what to write instead.
"""

import numpy as np

from ...engine.axes import MONTH, POSITION, present_value
from .cells import Cells, UnsupportedFunctionError
from .cells import Reference as Traced
from .expression import (
    Binary,
    Call,
    Constant,
    Expression,
    Reduction,
    Reference,
    RunningTotal,
)
from .numpy_functions import (
    COMPARISONS,
    CONJUNCTIONS,
    OPERATORS,
    QUANTIFIERS,
    REDUCTIONS,
    RUNNING,
    elementwise,
)

_OWN_LINE = "has no formula; put it on a line of its own"


def lowered(cells, missing: str = "n/a") -> Expression:
    """The expression of a line.

    Parameters
    ----------
    cells : Cells or number
        What the line's function returned for references.
    missing : str
        Text that stands for NaN.

    Raises
    ------
    UnsupportedFunctionError
        A function, an option or a type of operand that has no formula.
    """
    return _Lowering(missing).line(cells)


class _Lowering:
    def __init__(self, missing: str):
        self.missing = missing

    def line(self, cells) -> Expression:
        """A whole line, which may be a running total."""
        if not isinstance(cells, Cells) or cells.function not in RUNNING:
            return self.expression(cells)
        options = cells.options or {"axis": MONTH}
        if set(options) != {"axis"}:
            raise UnsupportedFunctionError(f"{_name(cells)} with {', '.join(options)}")
        parts = tuple(map(self.expression, cells.args))
        return RunningTotal("running total", parts, options["axis"])

    def expression(self, cells, over: tuple[str, ...] = ()) -> Expression:
        """An expression inside a line.

        Parameters
        ----------
        cells : Cells or number
        over : tuple of str
            Axes that a function around it reduces.
        """
        if not isinstance(cells, Cells):
            return self._constant(cells)
        if isinstance(cells, Traced):
            picked, is_truth = tuple(cells.picked.items()), cells.dtype == bool
            return Reference(cells.name, cells.axes, picked, is_truth, over)
        function = cells.function
        if over and function not in OPERATORS:
            raise UnsupportedFunctionError(f"{_name(cells)} inside a sum {_OWN_LINE}")
        if function in RUNNING:
            raise UnsupportedFunctionError(f"{_name(cells)} inside a formula {_OWN_LINE}")
        if function in REDUCTIONS or function in QUANTIFIERS:
            return self._reduction(cells)
        if function is np.take_along_axis:
            return self._lookup(cells)
        if function is present_value:
            rate, flows = cells.args
            return Call("NPV", (self.expression(rate), self.expression(flows, ("month",))))
        _refuse_truth_values(cells)
        if cells.options:
            raise UnsupportedFunctionError(f"{_name(cells)} with {', '.join(cells.options)}")
        if function in CONJUNCTIONS:
            name = CONJUNCTIONS[function]
            return Call(name, tuple(map(self.expression, _conjuncts(cells, name))))
        return elementwise(function, tuple(self.expression(arg, over) for arg in cells.args))

    def _constant(self, value) -> Constant:
        number = None if value is None else np.asarray(value).item()
        if number is None or number in (np.inf, -np.inf):
            raise UnsupportedFunctionError(f"{value} has no formula")
        return Constant(self.missing if number != number else number)

    def _lookup(self, cells: Cells) -> Call:
        table, index, *given = cells.args
        if not isinstance(table, Traced):
            raise UnsupportedFunctionError(f"{_name(cells)} of {table!r} {_OWN_LINE}")
        position = (given[0] if given else cells.options.get("axis", -1)) % table.ndim
        axis = next(axis for axis in table.axes if POSITION[axis] == position)
        match self.expression(index):  # NumPy counts from 0, INDEX from 1
            case Binary("-", (number, Constant(1))):
                pass
            case other:
                number = Binary("+", (other, Constant(1)))
        return Call("INDEX", (self.expression(table, (axis,)), number))

    def _reduction(self, cells: Cells) -> Expression:
        """A sum, smallest, largest, all or any over axes."""
        operand = _operand_reduced(cells)
        axes = _axes_reduced(cells, operand)
        if cells.function in QUANTIFIERS:
            name = QUANTIFIERS[cells.function]
            conjuncts = _conjuncts(operand, name)
            if not all(isinstance(part, Traced) for part in conjuncts):
                raise UnsupportedFunctionError(
                    f"{_name(cells)} takes lines of truth values; "
                    "put each condition on a line of its own"
                )
            return Call(name, tuple(self.expression(part, axes) for part in conjuncts))
        if cells.function is not np.sum and not isinstance(operand, Traced):
            raise UnsupportedFunctionError(
                f"{_name(cells)} of an expression has no formula; "
                "put the expression on a line of its own"
            )
        return Reduction(REDUCTIONS[cells.function], (self.expression(operand, axes),), axes)


def _name(cells: Cells) -> str:
    return f"np.{cells.function.__name__}"


def _operand_reduced(cells: Cells):
    """What a reduction is taken of, once its options and type are those that Excel can follow."""
    operand, *extra = cells.args
    if extra or not cells.options.get("keepdims") or set(cells.options) - {"axis", "keepdims"}:
        raise UnsupportedFunctionError(
            f"{_name(cells)} needs axis and keepdims=True by name, and nothing else"
        )
    if (operand.dtype == bool) != (cells.function in QUANTIFIERS):
        raise UnsupportedFunctionError(
            f"{_name(cells)} of {operand!r}: Excel leaves truth values out of sums and "
            "numbers out of AND; use np.where(condition, 1, 0)"
        )
    return operand


def _axes_reduced(cells: Cells, operand) -> tuple[str, ...]:
    """Names of the axes that a reduction runs over, of those along which its operand varies."""
    positions = cells.options.get("axis")
    positions = positions if isinstance(positions, tuple) else (positions,)
    if any(position is None or position < 0 for position in positions):
        raise UnsupportedFunctionError(
            f"{_name(cells)} needs its axes by number, counted from the front"
        )
    varying = dict.fromkeys(axis for reference in _traced(operand) for axis in reference.free)
    return tuple(axis for axis in varying if POSITION[axis] in positions)


def _refuse_truth_values(cells: Cells) -> None:
    """Refuse what NumPy and Excel compute differently with truth values."""
    function = cells.function
    types = [arg.dtype if isinstance(arg, Cells) else np.asarray(arg).dtype for arg in cells.args]
    truths = [one.kind == "b" for one in types]
    if function in CONJUNCTIONS:
        wrong = cells.dtype != bool  # bit by bit
    elif function in COMPARISONS:
        wrong = any(truths) and not all(truths)
    elif function in OPERATORS:
        wrong = all(truths)
    else:
        wrong = any(truths) and function not in (np.where, np.logical_not)
    if wrong:
        raise UnsupportedFunctionError(
            f"{_name(cells)} of {', '.join(map(str, types))}: Excel's truth values are no "
            "numbers; use np.where(condition, 1, 0)"
        )


def _conjuncts(cells, name: str) -> list:
    """Parts of a chain of the same conjunction: a & b & c."""
    if (
        isinstance(cells, Cells)
        and CONJUNCTIONS.get(cells.function) == name
        and cells.dtype == bool
    ):
        return [part for arg in cells.args for part in _conjuncts(arg, name)]
    return [cells]


def _traced(cells):
    """The references in cells, from left to right."""
    if isinstance(cells, Traced):
        yield cells
    elif isinstance(cells, Cells):
        for arg in cells.args:
            yield from _traced(arg)
