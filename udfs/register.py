"""Registration of functions with xlwings: signature, help and documented arguments, by host."""

import asyncio
import inspect
import sys
import time
from collections.abc import AsyncIterator, Callable
from typing import Any, Literal

import xlwings as xw

from .calling import Function, Parameter, call, call_in_steps
from .coerce import CellError
from .long_calls import WAITING, LongCalls
from .page_address import help_url
from .scenario_handles import from_handles, handle_of, has_handles
from .shared_results import TAKES_TURNS

CATEGORY = "Shorewise"
Host = Literal["com", "office-js", "lite", "python"]
_KIND = inspect.Parameter.POSITIONAL_OR_KEYWORD
_CALLER = "caller"  # xlwings gives the calling cell to an argument of this name, through COM
_SHOWN_EVERY = 0.25  # seconds between two texts of progress
_long_calls = LongCalls()


def registered(function: Function, module: str, host: Host | None = None) -> Callable[..., Any]:
    """The Python function of a function in cells, registered with xlwings.

    It receives every argument as rows of cells, with Excel errors as texts, and returns a value or
    rows of values. Long functions return the text of :data:`~.long_calls.WAITING` through COM, and
    are streams in xlwings Lite.

    Parameters
    ----------
    function : Function
    module : str
        Name of the module from which hosts import it.
    host : {"com", "office-js", "lite", "python"}, optional
        By default the one in which xlwings runs.

    Returns
    -------
    callable
    """
    host = host or _host()
    parameters = [_parameter(one, host) for one in function.parameters]
    make = _plain
    if function.long and host == "com":
        parameters.append(inspect.Parameter(_CALLER, _KIND, default=None))
        make = _asking_again
    elif function.long and host == "lite":
        make = _streaming
    gives = xw.ObjectHandle if function.makes_scenario and has_handles() else list
    signature = inspect.Signature(parameters, return_annotation=gives)
    in_cell = make(function, signature)
    in_cell.__name__ = in_cell.__qualname__ = function.name
    in_cell.__module__, in_cell.__doc__ = module, function.does
    in_cell.__signature__ = signature  # type: ignore[attr-defined]
    in_cell.__annotations__ = {
        one.name: one.annotation for one in parameters if one.annotation is not one.empty
    } | {"return": gives}
    for one in function.parameters:
        in_cell = xw.arg(one.name, ndim=2, err_to_str=True, doc=one.help)(in_cell)
    # Equal arguments give equal results, so an add-in need not ask again; but a stream cannot say
    # so, and a scenario cell may be one that Python no longer knows.
    takes_scenario = function.makes_scenario or any(function.takes_scenario)
    cached = not (takes_scenario or inspect.isasyncgenfunction(in_cell))
    return xw.func(category=CATEGORY, cache=cached, help_url=help_url(function))(in_cell)


def _host() -> Host:
    """The host in which xlwings runs, which decides so itself when it is imported."""
    if sys.platform == "emscripten":
        return "lite"
    known: dict[str, Host] = {"xlwings.udfs": "com", "xlwings.pro.udfs_officejs": "office-js"}
    return known.get(xw.func.__module__, "python")


def _parameter(one: Parameter, host: Host) -> inspect.Parameter:
    """The argument of a parameter: one of its words where the host lists them, else cells."""
    default = None if one.optional else inspect.Parameter.empty
    listed = host in ("office-js", "lite") and one.options and one.shape == "one"
    hint = Literal[one.options] if listed else list
    return inspect.Parameter(one.name, _KIND, default=default, annotation=hint)


def _plain(function: Function, signature: inspect.Signature) -> Callable[..., Any]:
    def in_cell(*cells: Any, **by_name: Any) -> Any:
        try:
            found = call(function, *_without_handles(function, _given(signature, cells, by_name)))
        except CellError as error:
            found = str(error)
        return handle_of(found) if makes_handles else found

    makes_handles = function.makes_scenario and has_handles()
    return in_cell


def _asking_again(function: Function, signature: inspect.Signature) -> Callable[..., Any]:
    def in_cell(*cells: Any, **by_name: Any) -> Any:
        *arguments, caller = _given(signature, cells, by_name)
        if caller is None:
            return call(function, *arguments)
        from .com_cells import ComCell

        return _long_calls.ask(function, tuple(arguments), ComCell(caller))

    return in_cell


def _streaming(function: Function, signature: inspect.Signature) -> Callable[..., Any]:
    async def in_cell(*cells: Any, **by_name: Any) -> AsyncIterator[Any]:
        TAKES_TURNS.set(True)
        try:
            arguments = _without_handles(function, _given(signature, cells, by_name))
        except CellError as error:
            yield str(error)
            return
        steps = call_in_steps(function, *arguments)
        shown = 0.0
        try:
            while True:
                fraction = next(steps)
                if time.monotonic() > shown + _SHOWN_EVERY:
                    shown = time.monotonic()
                    yield WAITING.replace(" ...", f", {fraction:.0%}".replace("%", " %"))
                await asyncio.sleep(0)  # other cells have their turn
        except StopIteration as end:
            yield end.value
        finally:
            steps.close()

    return in_cell


def _without_handles(function: Function, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments of a call, with texts for object handles where the host has them."""
    return from_handles(function, arguments) if has_handles() else arguments


def _given(
    signature: inspect.Signature, cells: tuple[Any, ...], by_name: dict[str, Any]
) -> tuple[Any, ...]:
    given = signature.bind(*cells, **by_name)
    given.apply_defaults()
    return given.args
