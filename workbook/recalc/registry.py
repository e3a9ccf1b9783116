"""Functions that a caller registers with recalculation, beside formualizer's own."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


class CellFunction(NamedTuple):
    """A function that cells of a workbook may call.

    Attributes
    ----------
    call : callable
        Takes one value for each argument: a number, a text, a truth value, an
        :class:`~shorewise.workbook.ooxml.cell_values.ErrorValue`, None for an empty cell, or rows
        of these for a range. Gives back one such value, or rows of them. An argument omitted
        between commas is an empty text; those at the end may be missing.
    broadcasts : tuple of bool
        For each parameter, whether a range in its position gives one result for each of its cells.
    gives_array : bool
        Whether the result fills several cells whatever the arguments are.
    """

    call: Callable[..., Any]
    broadcasts: tuple[bool, ...]
    gives_array: bool


Registry = Mapping[str, CellFunction]
"""Functions by name, in capitals as cells call them; each name starts with the engine's PREFIX."""
