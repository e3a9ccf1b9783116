"""Lowering of traced cells to Excel expressions, independent of sheets.

Operations that Excel would compute differently from NumPy raise an error.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...engine.axes import (
    MONTH,
    POSITION,
    events_to_date,
    present_value,
    sum_by_period,
    sum_in_force,
    sum_since,
)
from ...engine.lines import NOT_DECLARED
from ...engine.rates_of_return import internal_rate
from .cells import Cells, UnsupportedFunctionError, full_name
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
    RATES,
    REDUCTIONS,
    RUNNING,
    elementwise,
)

_OWN_LINE = "put it on a line of its own"
_AS_NUMBER = "use np.where(condition, 1, 0)"
_AS_TRUTH = "compare first, such as x > 0"


def lowered(cells: Any, missing: str = NOT_DECLARED) -> Expression:
    """Excel expression of a line.

    Parameters
    ----------
    cells : Cells or number
        The result of the line's function for references.
    missing : str
        Text for NaN.

    Returns
    -------
    Expression

    Raises
    ------
    UnsupportedFunctionError
        A function, an option or a type of operand that has no formula.
    """
    lowering = _Lowering(missing)
    if not isinstance(cells, Cells) or cells.function not in RUNNING:
        return lowering.expression(cells)
    options = cells.options or {"axis": MONTH}
    if set(options) != {"axis"}:
        raise _with_options(cells)
    parts = tuple(map(lowering.expression, cells.args))
    return RunningTotal(full_name(cells.function), parts, options["axis"])


class _Lowering:
    def __init__(self, missing: str):
        self.missing = missing

    def expression(self, cells: Any, over: tuple[str, ...] = ()) -> Expression:
        """Expression of a part; ``over`` are the axes that an enclosing function reduces."""
        if not isinstance(cells, Cells):
            return self._constant(cells)
        if isinstance(cells, Traced):
            picked, is_truth = tuple(cells.picked.items()), cells.dtype == bool
            return Reference(cells.name, cells.axes, picked, is_truth, over)
        function = cells.function
        if function in RUNNING or (over and function not in OPERATORS):
            raise _refused(cells, f"inside a {'sum' if over else 'formula'} has no formula")
        if function in REDUCTIONS:
            return self._reduction(cells)
        if function in QUANTIFIERS:
            return self._quantifier(cells)
        if function is np.take_along_axis:
            return self._lookup(cells)
        if function is present_value:
            rate, flows = cells.args
            return Call("NPV", (self.expression(rate), self.expression(flows, ("month",))))
        if function is sum_by_period:
            return self._by_period(cells)
        if function is sum_in_force:
            return self._in_force(cells)
        if function is events_to_date:
            return self._events(cells)
        if function is sum_since:
            return self._since(cells)
        if function in RATES:
            return self._rate_of_return(cells)
        _check_truth_values(cells)
        if cells.options:
            raise _with_options(cells)
        if function in CONJUNCTIONS:
            name = CONJUNCTIONS[function]
            return Call(name, tuple(map(self.expression, _conjuncts(cells, name))))
        return elementwise(function, tuple(self.expression(arg, over) for arg in cells.args))

    def _by_period(self, cells: Cells) -> Call:
        """The sum of a flow over the months from the first to the last of a period."""
        flows, month = (self.expression(part, ("month",)) for part in cells.args[:2])
        first, last = map(self.expression, cells.args[2:])
        begun, ended = Binary(">=", (month, first)), Binary("<=", (month, last))
        return Call("SUMPRODUCT", (Binary("*", (Binary("*", (begun, ended)), flows)),))

    def _in_force(self, cells: Cells) -> Call:
        """The sum of the amounts of the rules that are law on a date."""
        amounts, first, last = (self.expression(part, ("rule",)) for part in cells.args[:3])
        date = self.expression(cells.args[3])
        begun, lasts = Binary("<=", (first, date)), Binary(">=", (last, date))
        return Call("SUMPRODUCT", (Binary("*", (Binary("*", (begun, lasts)), amounts)),))

    def _events(self, cells: Cells) -> Call:
        """The number of rules that have begun, and that have ended, by a date."""
        first, last = (self.expression(part, ("rule",)) for part in cells.args[:2])
        date = self.expression(cells.args[2])
        begun, ended = Binary("<=", (first, date)), Binary("<", (last, date))
        return Call("SUMPRODUCT", (Binary("+", (begun, ended)),))

    def _since(self, cells: Cells) -> Call:
        """The sum of a flow over the months from which a count has reached a number."""
        flows, count = (self.expression(part, ("month",)) for part in cells.args[:2])
        reached = Binary(">=", (count, self.expression(cells.args[2])))
        return Call("SUMPRODUCT", (Binary("*", (reached, flows)),))

    def _constant(self, value: Any) -> Constant:
        number = None if value is None else np.asarray(value).item()
        if number is None or number in (np.inf, -np.inf):
            raise UnsupportedFunctionError(f"{value} has no formula; use a finite number")
        return Constant(self.missing if number != number else number)

    def _lookup(self, cells: Cells) -> Call:
        table, index, *given = cells.args
        if not isinstance(table, Traced):
            raise _refused(cells, f"of {table!r} has no formula")
        position = (given[0] if given else cells.options.get("axis", -1)) % table.ndim
        axis = next(axis for axis in table.axes if POSITION[axis] == position)
        match self.expression(index):  # NumPy counts from 0, INDEX from 1
            case Binary("-", (number, Constant(1))):
                pass
            case other:
                number = Binary("+", (other, Constant(1)))
        return Call("INDEX", (self.expression(table, (axis,)), number))

    def _rate_of_return(self, cells: Cells) -> Call:
        """An internal rate of the months of a line, and the text for NaN where Excel finds none.

        In a line that always has an answer, Excel's own error stays.
        """
        flows, *rates = cells.args
        if not isinstance(flows, Traced):
            raise _refused(cells, f"of {flows!r} has no formula")
        given = (self.expression(flows, ("month",)), *map(self.expression, rates))
        if cells.function is internal_rate:
            given += (Constant(0),)  # from Excel's guess, 10 % a month, some programs find no rate
        rate = Call(RATES[cells.function], given)
        return (
            rate
            if self.missing == NOT_DECLARED
            else Call("IFERROR", (rate, self._constant(np.nan)))
        )

    def _reduction(self, cells: Cells) -> Reduction:
        """A sum, minimum or maximum over axes."""
        operand, axes = _reduced(cells)
        if operand.dtype == bool:
            raise _refused(cells, f"of {operand!r}: Excel leaves truth values out", _AS_NUMBER)
        return Reduction(REDUCTIONS[cells.function], (self.expression(operand, axes),), axes)

    def _quantifier(self, cells: Cells) -> Call:
        """Whether all or any conditions hold over axes."""
        operand, axes = _reduced(cells)
        if operand.dtype != bool:
            raise _refused(cells, f"of {operand!r}: Excel leaves numbers out", _AS_TRUTH)
        name = QUANTIFIERS[cells.function]
        conjuncts = _conjuncts(operand, name)
        if not all(isinstance(part, Traced) for part in conjuncts):
            raise _refused(cells, "of a condition has no formula")
        return Call(name, tuple(self.expression(part, axes) for part in conjuncts))


def _refused(cells: Cells, problem: str, cure: str = _OWN_LINE) -> UnsupportedFunctionError:
    return UnsupportedFunctionError(f"{full_name(cells.function)} {problem}; {cure}")


def _with_options(cells: Cells) -> UnsupportedFunctionError:
    names = ", ".join(cells.options)
    return _refused(cells, f"with {names} has no formula", "give arguments by position")


def _reduced(cells: Cells) -> tuple[Any, tuple[str, ...]]:
    """The operand of a reduction, and those of its axes over which the operand varies."""
    operand, *extra = cells.args
    if extra or not cells.options.get("keepdims") or set(cells.options) - {"axis", "keepdims"}:
        needed = "needs the keywords axis and keepdims=True, and no others"
        raise _refused(cells, needed, "engine.axes.total calls it so")
    positions = cells.options.get("axis")
    positions = positions if isinstance(positions, tuple) else (positions,)
    if any(position is None or position < 0 for position in positions):
        raise _refused(
            cells,
            f"over axis {cells.options.get('axis')}",
            "give axes by number, counted from the front",
        )
    varying = dict.fromkeys(axis for reference in _traced(operand) for axis in reference.free)
    return operand, tuple(axis for axis in varying if POSITION[axis] in positions)


def _check_truth_values(cells: Cells) -> None:
    """Raise an error if NumPy and Excel differ in the treatment of booleans."""
    function, cure = cells.function, _AS_NUMBER
    types = [arg.dtype if isinstance(arg, Cells) else np.asarray(arg).dtype for arg in cells.args]
    truths = [one.kind == "b" for one in types]
    if function in CONJUNCTIONS:
        wrong, cure = cells.dtype != bool, _AS_TRUTH  # bit by bit
    elif function in COMPARISONS:
        wrong = any(truths) and not all(truths)
    elif function in OPERATORS:
        wrong = all(truths)
    else:
        wrong = any(truths) and function not in (np.where, np.logical_not)
    if wrong:
        kinds = ", ".join(map(str, types))
        raise _refused(cells, f"of {kinds}: Excel keeps truth values and numbers apart", cure)


def _conjuncts(cells: Any, name: str) -> list:
    """Operands of a chain of the same logical operator: a & b & c."""
    if (
        isinstance(cells, Cells)
        and CONJUNCTIONS.get(cells.function) == name
        and cells.dtype == bool
    ):
        return [part for arg in cells.args for part in _conjuncts(arg, name)]
    return [cells]


def _traced(cells: Any) -> Iterator[Traced]:
    """The references in traced cells, from left to right."""
    if isinstance(cells, Traced):
        yield cells
    elif isinstance(cells, Cells):
        for arg in cells.args:
            yield from _traced(arg)
