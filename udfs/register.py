"""Functions as xlwings sees them: with a signature, help and documented arguments."""

import inspect
from collections.abc import Callable
from typing import Any

import xlwings as xw

from .calling import Function, call

CATEGORY = "Shorewise"
_KIND = inspect.Parameter.POSITIONAL_OR_KEYWORD


def registered(function: Function, module: str) -> Callable[..., Any]:
    """The Python function for a function in a cell, registered for the host that imports it.

    Every argument arrives as rows of cells, with Excel's errors as texts; the result is a value or
    rows of values.

    Parameters
    ----------
    function : Function
    module : str
        The module in which a host looks for it.
    """

    def in_cell(*cells: Any, **by_name: Any) -> Any:
        given = signature.bind(*cells, **by_name)
        given.apply_defaults()
        return call(function, *given.args)

    signature = inspect.Signature(
        [
            inspect.Parameter(
                one.name,
                _KIND,
                default=None if one.optional else inspect.Parameter.empty,
                annotation=list,
            )
            for one in function.parameters
        ],
        return_annotation=list,
    )
    in_cell.__name__ = in_cell.__qualname__ = function.name
    in_cell.__module__, in_cell.__doc__ = module, function.does
    in_cell.__annotations__ = {one.name: list for one in function.parameters} | {"return": list}
    in_cell.__signature__ = signature  # type: ignore[attr-defined]
    for one in function.parameters:
        in_cell = xw.arg(one.name, ndim=2, err_to_str=True, doc=one.help)(in_cell)
    # The same arguments give the same result, so an add-in need not ask its server twice.
    return xw.func(category=CATEGORY, cache=True)(in_cell)
