"""Formula text from cells.

Formulas are written for a whole row at once. Where the column moves with the cell, the text holds a
field such as ``{7}``: the letter of column 7 in the first cell of the row, of column 8 in the
second, and so on. So one row has one formula, by construction.
"""

from dataclasses import dataclass

import numpy as np
from openpyxl.utils import get_column_letter

from ...engine.axes import MONTH, POSITION, present_value
from .cells import Cells, Reference, UnsupportedFunctionError
from .numpy_functions import (
    ADD,
    ATOM,
    COMPARE,
    CONJUNCTIONS,
    ELEMENTWISE,
    MULTIPLY,
    NEGATE,
    OPERATORS,
    PLACED,
    QUANTIFIERS,
    RANGES,
    RUNNING,
    Text,
)

BEYOND = "beyond_all_figures"  # name of a cell; HyperFormula cannot read 1E+300 in a formula


@dataclass(frozen=True)
class Place:
    """Where an input or a line stands: a block of rows, with one axis along the columns.

    Parameters
    ----------
    sheet : str
    row : int
        First row.
    row_axes : tuple of (str, int)
        Axes stacked as rows, with their sizes; the last one moves fastest.
    column_axis : str or None
        Axis along the columns; None for a block of one column.
    column, columns : int
        First column, and how many.
    name : str
        A defined name for a single cell, or "".
    """

    sheet: str
    row: int
    row_axes: tuple[tuple[str, int], ...] = ()
    column_axis: str | None = None
    column: int = 1
    columns: int = 1
    name: str = ""

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(np.prod([size for _, size in self.row_axes], dtype=int))


@dataclass(frozen=True)
class Target:
    """The row a formula is written for.

    Parameters
    ----------
    place : Place
        The block it belongs to.
    row : int
    at : dict of str to int
        Position of the row along each of the block's row axes.
    """

    place: Place
    row: int
    at: dict[str, int]


class Writer:
    """Writes formulas for one row.

    Parameters
    ----------
    places : mapping of str to Place
        Where every input and line stands.
    number_row : int
        Row in which each sheet numbers its columns from 1.
    target : Target
    missing : str
        Text that stands for NaN.
    """

    def __init__(self, places, number_row: int, target: Target, missing: str = "n/a"):
        self.places, self.number_row = places, number_row
        self.target, self.missing = target, missing

    def formula(self, cells: Cells) -> str:
        """The formula of the row, without its equals sign, with a field for each moving column."""
        if cells.function in RUNNING:
            return self._running_total(cells)
        return self._text(cells, ()).text

    def _text(self, cells, reduced: tuple[str, ...]) -> Text:
        if not isinstance(cells, Cells):
            return self._constant(cells)
        if isinstance(cells, Reference):
            return Text(self._address(cells, reduced))
        function = cells.function
        if reduced and function not in OPERATORS:
            raise UnsupportedFunctionError(
                f"{function.__name__} inside a sum has no formula; put it on a line of its own"
            )
        if function in PLACED or function in RANGES:
            return self._placed(cells)
        _check_truth(cells)
        if function in CONJUNCTIONS:
            name = CONJUNCTIONS[function]
            parts = [self._text(part, ()).text for part in _chain(cells, name)]
            return Text(f"{name}({','.join(parts)})")
        if cells.options:
            raise UnsupportedFunctionError(
                f"np.{function.__name__} with {', '.join(cells.options)}"
            )
        if function in OPERATORS:
            symbol, strength = OPERATORS[function]
            one, other = (self._text(arg, reduced) for arg in cells.args)
            return Text(f"{one.bound(strength)}{symbol}{other.bound(strength + 1)}", strength)
        arguments = [self._text(arg, reduced) for arg in cells.args]
        text = ELEMENTWISE[function](*arguments)
        return Text(text, NEGATE if text.startswith("-") else ATOM)

    def _constant(self, value) -> Text:
        number = None if value is None else np.asarray(value).item()
        if number is None or number in (np.inf, -np.inf):
            raise UnsupportedFunctionError(f"{value} has no formula")
        if isinstance(number, bool):
            return Text("TRUE" if number else "FALSE")
        if number != number:
            return Text(f'"{self.missing}"')
        if number == int(number):
            return Text(str(int(number)), ATOM if number >= 0 else NEGATE)
        return Text(repr(number), ATOM if number >= 0 else NEGATE)

    def _placed(self, cells: Cells) -> Text:
        function = cells.function
        if function is np.take_along_axis:
            return Text(self._lookup(cells))
        if function is present_value:
            rate, flows = cells.args
            return Text(f"NPV({self._text(rate, ()).text},{self._text(flows, ('month',)).text})")
        if function in RUNNING:
            raise UnsupportedFunctionError(
                f"{function.__name__} inside a formula has no formula; put it on a line of its own"
            )
        return Text(self._over_range(cells))

    def _lookup(self, cells: Cells) -> str:
        table, index, *given = cells.args
        axis = _axis_at(table, given[0] if given else cells.options.get("axis", -1))
        # NumPy counts from 0, INDEX from 1: "x - 1" becomes x.
        if index.function is np.subtract and index.args[1] is not None and _is_one(index.args[1]):
            position = self._text(index.args[0], ())
        else:
            position = Text(f"{self._text(index, ()).bound(ADD)}+1", ADD)
        return f"INDEX({self._text(table, (axis,)).text},{position.text})"

    def _running_total(self, cells: Cells) -> str:
        place, (flows, *error) = self.target.place, cells.args
        options = cells.options or {"axis": MONTH}
        if place.column_axis is None or options != {"axis": POSITION[place.column_axis]}:
            raise UnsupportedFunctionError(
                f"{cells.function.__name__} runs along the columns of a sheet only"
            )
        flow = self._text(flows, ())
        total = f"{{{place.column - 1}}}{self.target.row}+{flow.bound(MULTIPLY)}"
        if not error:
            return total
        return f"IF(ABS({total})<={self._text(error[0], ()).bound(ADD)},0,{total})"

    def _over_range(self, cells: Cells) -> str:
        """A sum, smallest, largest, all or any over axes."""
        function, (operand, *extra) = cells.function, cells.args
        if extra or not cells.options.get("keepdims") or set(cells.options) - {"axis", "keepdims"}:
            raise UnsupportedFunctionError(
                f"np.{function.__name__} needs axis and keepdims=True by name, and nothing else"
            )
        positions = cells.options.get("axis")
        positions = positions if isinstance(positions, tuple) else (positions,)
        if any(position is None or position < 0 for position in positions):
            raise UnsupportedFunctionError(
                f"np.{function.__name__} needs its axes by number, counted from the front"
            )
        if (operand.dtype == bool) != (function in QUANTIFIERS):
            raise UnsupportedFunctionError(
                f"np.{function.__name__} of {operand!r}: Excel leaves truth values out of sums and "
                "numbers out of AND; use np.where(condition, 1, 0)"
            )
        leaves = list(_references(operand))
        reduced = tuple(
            axis
            for axis in dict.fromkeys(a for leaf in leaves for a in leaf.free)
            if POSITION[axis] in positions
        )
        if function in QUANTIFIERS:
            name = QUANTIFIERS[function]
            parts = _chain(operand, name)
            if not all(isinstance(part, Reference) for part in parts):
                raise UnsupportedFunctionError(
                    f"np.{function.__name__} takes lines of truth values; "
                    "put each condition on a line of its own"
                )
            return f"{name}({','.join(self._text(part, reduced).text for part in parts)})"
        self._check_orientation(leaves, reduced)
        if function is not np.sum and not isinstance(operand, Reference):
            raise UnsupportedFunctionError(
                f"np.{function.__name__} of an expression has no formula; "
                "put the expression on a line of its own"
            )
        if any(self._picks(leaf, reduced) for leaf in leaves):
            return self._over_picked(function, operand, leaves, reduced)
        if isinstance(operand, Reference):
            return f"{RANGES[function]}({self._text(operand, reduced).text})"
        factors = _factors(operand)
        # Between commas Excel takes truth values for 0 and wants blocks of one shape.
        if all(
            isinstance(f, Reference) and f.dtype != bool and set(reduced) <= set(f.free)
            for f in factors
        ):
            return f"SUMPRODUCT({','.join(self._text(f, reduced).text for f in factors)})"
        return f"SUMPRODUCT({self._text(operand, reduced).text})"

    def _picks(self, leaf: Reference, reduced: tuple[str, ...]) -> bool:
        """Whether the number above the cell's column picks a row of the block."""
        across, place = self.target.place.column_axis, self.places[leaf.name]
        return across in leaf.free and across not in reduced and across != place.column_axis

    def _over_picked(self, function, operand, leaves, reduced: tuple[str, ...]) -> str:
        """A sum, smallest or largest of the row that a column's number picks from a block.

        INDEX with column 0 would give that row, but Gnumeric and HyperFormula do not compute it.
        Here the other rows count as 0, or are moved beyond all figures.
        """
        across = str(self.target.place.column_axis)
        for leaf in leaves:
            place = self.places[leaf.name]
            stacked = [axis for axis in reduced if axis in leaf.free and axis != place.column_axis]
            if stacked or not self._picks(leaf, reduced):
                raise UnsupportedFunctionError(
                    f"a sum of {leaf.name} over {list(reduced)} for each {across} along the "
                    "columns has no formula; put it on a line of its own"
                )
        text = self._text(operand, (*reduced, across))
        if all(dict(self.places[leaf.name].row_axes)[across] == 1 for leaf in leaves):
            return f"{'SUMPRODUCT' if function is np.sum else RANGES[function]}({text.text})"
        numbers, number = f"{across}_numbers", f"{{{self.target.place.column}}}${self.number_row}"
        if function is np.sum:
            return f"SUMPRODUCT(({numbers}={number})*{text.bound(MULTIPLY)})"
        name, sign = ("SMALL", "+") if function is np.min else ("LARGE", "-")
        return f"SUMPRODUCT({name}({text.text}{sign}({numbers}<>{number})*{BEYOND},1))"

    def _check_orientation(self, leaves, reduced) -> None:
        for axis in reduced:
            along = {self.places[f.name].column_axis == axis for f in leaves if axis in f.free}
            if len(along) > 1:
                raise UnsupportedFunctionError(
                    f"a sum over {axis} of {', '.join(f.name for f in leaves)}: {axis} runs along "
                    "columns in one and along rows in another; sum them on lines of their own"
                )

    def _address(self, reference: Reference, reduced: tuple[str, ...]) -> str:
        place = self.places[reference.name]
        if place.name and not place.row_axes and place.column_axis is None:
            return place.name
        across = self.target.place.column_axis
        if across in reference.free and across not in reduced and across != place.column_axis:
            if reduced:
                raise UnsupportedFunctionError(
                    f"{reference.name} over {list(reduced)} for each {across} along the columns "
                    "has no formula that all programs compute; put it on a line of its own"
                )
            whole = self._rectangle(reference, place, (across,))
            if ":" not in whole:  # one plan: a cell, not a list
                return whole
            return f"INDEX({whole},{{{self.target.place.column}}}${self.number_row})"
        return self._rectangle(reference, place, reduced)

    def _rectangle(self, reference: Reference, place: Place, reduced: tuple[str, ...]) -> str:
        first_row = last_row = place.row
        stride, fixed_row, gap = place.rows, True, False
        for axis, size in place.row_axes:
            stride //= size
            if axis in reduced and axis not in reference.picked:
                last_row += (size - 1) * stride
                gap = True
                continue
            if gap and size > 1:
                raise UnsupportedFunctionError(
                    f"the rows of {reference.name} along {reduced} do not stand together"
                )
            position = reference.picked.get(axis, self.target.at.get(axis))
            if axis not in reference.picked and position is not None:
                fixed_row = False
            first_row += (position or 0) * stride
            last_row += (position or 0) * stride
        left, right = self._columns(reference, place, reduced)
        dollar = "$" if fixed_row else ""
        corner = f"{left}{dollar}{first_row}"
        if (first_row, left) != (last_row, right):
            corner += f":{right}{dollar}{last_row}"
        return corner if place.sheet == self.target.place.sheet else f"{place.sheet}!{corner}"

    def _columns(self, reference: Reference, place: Place, reduced) -> tuple[str, str]:
        axis = place.column_axis
        dollar = "" if self.target.place.column_axis is None else "$"
        first = last = place.column
        if axis in reference.picked:
            first = last = first + reference.picked[axis]
        elif axis in reduced:
            last = first + place.columns - 1
        elif axis is not None and axis == self.target.place.column_axis:
            return f"{{{first}}}", f"{{{first}}}"
        elif axis is not None:
            first = last = first + self.target.at[axis]
        return f"{dollar}{get_column_letter(first)}", f"{dollar}{get_column_letter(last)}"


def _axis_at(table, position: int) -> str:
    position = position % table.ndim
    return next(axis for axis in table.axes if POSITION[axis] == position)


def _check_truth(cells: Cells) -> None:
    """Refuse what NumPy and Excel compute differently with truth values."""
    function = cells.function
    kinds = [
        np.asarray(arg).dtype if not isinstance(arg, Cells) else arg.dtype for arg in cells.args
    ]
    truths = [kind.kind == "b" for kind in kinds]
    if function in CONJUNCTIONS:
        wrong = cells.dtype != bool  # bit by bit
    elif function in OPERATORS:
        compares = OPERATORS[function][1] == COMPARE
        wrong = any(truths) if compares and not all(truths) else all(truths) and not compares
    else:
        wrong = any(truths) and function not in (np.where, np.logical_not)
    if wrong:
        raise UnsupportedFunctionError(
            f"np.{function.__name__} of {', '.join(map(str, kinds))}: Excel's truth values are no "
            "numbers; use np.where(condition, 1, 0)"
        )


def _is_one(value) -> bool:
    return not isinstance(value, Cells) and np.asarray(value).item() == 1


def _chain(cells, name: str) -> list:
    """Parts of a chain of the same conjunction: a & b & c."""
    if (
        isinstance(cells, Cells)
        and CONJUNCTIONS.get(cells.function) == name
        and cells.dtype == bool
    ):
        return [part for arg in cells.args for part in _chain(arg, name)]
    return [cells]


def _factors(cells) -> list:
    """Factors of a product: a * b * c."""
    if isinstance(cells, Cells) and cells.function is np.multiply:
        return [factor for arg in cells.args for factor in _factors(arg)]
    return [cells]


def _references(cells):
    if isinstance(cells, Reference):
        yield cells
    elif isinstance(cells, Cells):
        for arg in cells.args:
            yield from _references(arg)
