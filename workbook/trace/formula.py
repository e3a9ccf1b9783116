"""Formulas of lines with cell references.

A formula is written once for a whole row. A reference whose column moves with the cell contains a
field such as ``{7}``: the letter of column 7 in the first cell of the row, of column 8 in the
second, and so on. All cells of a row therefore have the same formula.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from openpyxl.utils import get_column_letter

from ...engine.axes import POSITION, along
from ...engine.lines import NOT_DECLARED
from .cells import Cells, UnsupportedFunctionError
from .expression import (
    Binary,
    Call,
    Constant,
    Expression,
    Name,
    Reduction,
    Reference,
    RunningTotal,
    leaves,
    replaced,
    text,
)
from .lowering import lowered
from .reduction import extreme, over_range

BEYOND = "beyond_all_figures"  # name of a cell; HyperFormula cannot read 1E+300 in a formula


@dataclass(frozen=True)
class Place:
    """The block of cells of an input or a line, with at most one axis along the columns.

    Parameters
    ----------
    sheet : str
    row : int
        First row.
    row_axes : tuple of (str, int)
        Axes stacked as rows, with their sizes; the last one varies fastest.
    column_axis : str or None
        Axis along the columns; None for a block of one column.
    column, columns : int
        First column, and number of columns.
    name : str
        Defined name of a single cell or of a whole row, or "".
    """

    sheet: str
    row: int
    row_axes: tuple[tuple[str, int], ...] = ()
    column_axis: str | None = None
    column: int = 1
    columns: int = 1
    name: str = ""

    @cached_property
    def rows(self) -> int:
        """Number of rows."""
        return math.prod(size for _, size in self.row_axes)


@dataclass(frozen=True)
class Target:
    """The row for which a formula is written.

    Parameters
    ----------
    place : Place
        The block that contains the row.
    row : int
    at : dict of str to int
        Position of the row along each of the block's row axes.
    """

    place: Place
    row: int
    at: dict[str, int]


class Writer:
    """Writer of the formula of one row.

    Parameters
    ----------
    places : mapping of str to Place
        The cells of every input and line.
    number_row : int
        Row with the column numbers, from 1, on each sheet.
    target : Target
    missing : str
        Text for NaN.
    """

    def __init__(
        self,
        places: Mapping[str, Place],
        number_row: int,
        target: Target,
        missing: str = NOT_DECLARED,
    ):
        self.places, self.target, self.missing = places, target, missing
        self.across = target.place.column_axis
        self.number = Name(f"{{{target.place.column}}}${number_row}")  # of the cell's column

    def formula(self, cells: Cells) -> str:
        """The formula of the row, without its equals sign, with a field for each moving column.

        Raises
        ------
        UnsupportedFunctionError
            No formula in this row would give the same result as NumPy.
        """
        if cells.function is along:
            cells = self._part(cells)
        expression = lowered(cells, self.missing)
        if isinstance(expression, RunningTotal):
            expression = self._running_total(expression)
        return text(replaced(expression, self._in_cells), self._address)

    def _part(self, cells: Cells) -> Cells:
        """The one of several parts along an axis that stands in this row."""
        axis, *parts = cells.args
        if axis not in self.target.at:
            raise UnsupportedFunctionError(
                f"along {axis} has a formula only where {axis} is stacked as rows"
            )
        return parts[self.target.at[axis]]

    def _running_total(self, total: RunningTotal) -> Expression:
        """The previous cell plus the flow of this cell."""
        if self.across is None or POSITION[self.across] != total.position:
            raise UnsupportedFunctionError(
                f"{total.name} runs along the columns of a sheet only; "
                f"use the axis along its columns, here {self.across}"
            )
        before = Name(f"{{{self.target.place.column - 1}}}{self.target.row}")
        flows, *rounding_error = total.parts
        so_far = Binary("+", (before, flows))
        if not rounding_error:
            return so_far
        is_error = Binary("<=", (Call("ABS", (so_far,)), *rounding_error))
        return Call("IF", (is_error, Constant(0), so_far))

    def _in_cells(self, expression: Expression) -> Expression:
        """A reduction, or a reference to a row picked by the column's number, as a call."""
        match expression:
            case Reduction():
                return self._over_range(expression)
            case Call("INDEX", (Reference(name, over=(axis,)) as row, number)) if (
                self.places[name].column_axis == axis
            ):
                # In a row too, Gnumeric and HyperFormula take the first number for that of a row.
                return Call("INDEX", (row, Constant(1), number))
            case Reference(name, over=()) if self._is_picked(expression):
                column = replace(expression, over=(str(self.across),))
                is_one = dict(self.places[name].row_axes)[str(self.across)] == 1
                # A single plan is a cell, not a range: IronCalc has no INDEX of one cell.
                return column if is_one else Call("INDEX", (column, self.number))
        return expression

    def _over_range(self, reduction: Reduction) -> Expression:
        references = [leaf for leaf in leaves(reduction) if isinstance(leaf, Reference)]
        self._refuse_transposed(references, reduction.axes)
        if any(map(self._is_picked, references)):
            return self._over_picked_row(reduction, references)
        return over_range(reduction)

    def _refuse_transposed(self, references: list[Reference], axes: tuple[str, ...]) -> None:
        """Raise an error if one range runs along rows and another along columns."""
        for axis in axes:
            along = [
                self.places[one.name].column_axis == axis for one in references if axis in one.free
            ]
            if len(set(along)) > 1:
                names = ", ".join(reference.name for reference in references)
                raise UnsupportedFunctionError(
                    f"a sum over {axis} of {names}: {axis} runs along columns in one and along "
                    "rows in another; sum them on lines of their own"
                )

    def _is_picked(self, reference: Reference) -> bool:
        """Whether the number of the formula's column picks a row of the reference's block."""
        return (
            self.across != self.places[reference.name].column_axis
            and self.across not in reference.over
            and self.across in reference.free
        )

    def _over_picked_row(self, reduction: Reduction, references: list[Reference]) -> Expression:
        """A reduction of the row of a block that the number of the formula's column picks.

        INDEX with column 0 would return the row, but Gnumeric and HyperFormula do not support it.
        Instead, other rows are set to 0 for a sum, and to an extreme value for MIN and MAX.
        """
        across, axes = str(self.across), reduction.axes
        for reference in references:
            by_column = self.places[reference.name].column_axis
            stacked = {*axes} & {*reference.free} - {by_column}
            if stacked or not self._is_picked(reference):
                raise UnsupportedFunctionError(
                    f"a sum of {reference.name} over {list(axes)} for each {across} along the "
                    "columns has no formula; put it on a line of its own"
                )
        operand = replaced(reduction.parts[0], lambda part: _wider(part, across))
        if all(dict(self.places[one.name].row_axes)[across] == 1 for one in references):
            return over_range(replace(reduction, parts=(operand,)))
        numbers = Name(f"{across}_numbers")
        if reduction.name == "SUM":
            return Call("SUMPRODUCT", (_times(Binary("=", (numbers, self.number)), operand),))
        away = Binary("*", (Binary("<>", (numbers, self.number)), Name(BEYOND)))
        sign = "+" if reduction.name == "MIN" else "-"
        return extreme(reduction.name, Binary(sign, (operand, away)))

    def _address(self, reference: Reference) -> str:
        """The cell of a reference in this row, or the range over its reduced axes."""
        place = self.places[reference.name]
        if place.name and not place.row_axes and place.column_axis is None:
            return place.name
        if place.name and reference.over == (place.column_axis,) and not place.row_axes:
            return place.name  # of the whole row
        if self._is_picked(reference):
            raise UnsupportedFunctionError(
                f"{reference.name} over {list(reference.over)} for each {self.across} along the "
                "columns has no formula that all programs compute; put it on a line of its own"
            )
        (top, bottom), is_fixed_row = self._rows(reference, place)
        left, right = self._columns(reference, place)
        dollar = "$" if is_fixed_row else ""
        cells = f"{left}{dollar}{top}"
        if (top, left) != (bottom, right):
            cells += f":{right}{dollar}{bottom}"
        return cells if place.sheet == self.target.place.sheet else f"{place.sheet}!{cells}"

    def _rows(self, reference: Reference, place: Place) -> tuple[tuple[int, int], bool]:
        """First and last row, and whether these are the same for all rows of the target's block."""
        top = bottom = place.row
        picked, at = dict(reference.picked), self.target.at
        stride, is_fixed, is_range = place.rows, True, False
        for axis, size in place.row_axes:
            stride //= size
            if axis in reference.over and axis not in picked:
                bottom += (size - 1) * stride
                is_range = True
                continue
            if is_range and size > 1:
                raise UnsupportedFunctionError(
                    f"the rows of {reference.name} along {reference.over} do not stand together; "
                    "sum over one axis at a time, on lines of their own"
                )
            is_fixed = is_fixed and (axis in picked or axis not in at)
            below = picked.get(axis, at.get(axis, 0)) * stride
            top, bottom = top + below, bottom + below
        return (top, bottom), is_fixed

    def _columns(self, reference: Reference, place: Place) -> tuple[str, str]:
        """First and last column, as letters, or as fields if they move with the formula's cell."""
        axis, picked = place.column_axis, dict(reference.picked)
        first = last = place.column
        if axis in picked:
            first = last = first + picked[axis]
        elif axis in reference.over:
            last = first + place.columns - 1
        elif axis is not None and axis == self.across:
            return f"{{{first}}}", f"{{{first}}}"
        elif axis is not None:
            first = last = first + self.target.at[axis]
        dollar = "" if self.across is None else "$"
        return f"{dollar}{get_column_letter(first)}", f"{dollar}{get_column_letter(last)}"


def _wider(expression: Expression, axis: str) -> Expression:
    """A reference extended to a range over one more axis; other expressions unchanged."""
    if isinstance(expression, Reference):
        return replace(expression, over=(*expression.over, axis))
    return expression


def _times(factor: Expression, expression: Expression) -> Expression:
    """A product with an additional first factor."""
    match expression:
        case Binary("*" | "/" as operator, (left, right)):
            return Binary(operator, (_times(factor, left), right))
    return Binary("*", (factor, expression))
