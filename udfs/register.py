"""Registration of functions with xlwings: signature, help and documented arguments."""

import inspect
from collections.abc import Callable
from typing import Any

import xlwings as xw

from .calling import Function, call
from .coerce import CellError
from .scenario_handles import from_handles, handle_of, has_handles

CATEGORY = "Shorewise"
_KIND = inspect.Parameter.POSITIONAL_OR_KEYWORD


def registered(function: Function, module: str) -> Callable[..., Any]:
    """The Python function of a function in cells, registered with xlwings.

    It receives every argument as rows of cells, with Excel errors as texts, and returns a value or
    rows of values.

    Parameters
    ----------
    function : Function
    module : str
        Name of the module from which hosts import it.

    Returns
    -------
    callable
    """

    def in_cell(*cells: Any, **by_name: Any) -> Any:
        given = signature.bind(*cells, **by_name)
        given.apply_defaults()
        if not handles:
            return call(function, *given.args)
        try:
            found = call(function, *from_handles(function, given.args))
        except CellError as error:
            found = str(error)
        return handle_of(found) if function.makes_scenario else found

    handles = has_handles() and any((function.makes_scenario, *function.takes_scenario))
    gives = xw.ObjectHandle if handles and function.makes_scenario else list

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
        return_annotation=gives,
    )
    in_cell.__name__ = in_cell.__qualname__ = function.name
    in_cell.__module__, in_cell.__doc__ = module, function.does
    in_cell.__annotations__ = {one.name: list for one in function.parameters} | {"return": gives}
    in_cell.__signature__ = signature  # type: ignore[attr-defined]
    for one in function.parameters:
        in_cell = xw.arg(one.name, ndim=2, err_to_str=True, doc=one.help)(in_cell)
    # Equal arguments give equal results, so an add-in need not ask its server twice; but not where
    # a scenario cell may be one that Python no longer knows.
    cached = not (function.makes_scenario or any(function.takes_scenario))
    return xw.func(category=CATEGORY, cache=cached)(in_cell)
