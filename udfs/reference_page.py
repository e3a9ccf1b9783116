"""The reference of functions in docs/functions.md, generated from their declarations."""

import itertools
from collections.abc import Iterator
from typing import Any

from ..engine.calculators.catalogue import CATALOGUE
from .calling import Function, Parameter, call
from .functions import FUNCTIONS

_ROWS, _COLUMNS = 6, 5  # shown of a result
_WITHOUT_ADDIN = {entry.name for entry in CATALOGUE} | {"SHORE_EMPLOYER_COST"}


def reference() -> str:
    """Reference of all functions in Markdown, by topic, with arguments and an example."""
    lines: list[str] = []
    for topic, functions in itertools.groupby(FUNCTIONS, lambda one: one.topic):
        lines += [f"### {topic}", ""]
        for function in functions:
            lines += [*_section(function), ""]
    return "\n".join(lines).rstrip() + "\n"


def formula(function: Function) -> str:
    """The example call of a function as a user types it, with its equals sign."""
    return f"={function.name}({','.join(map(typed, function.example))})"


def _section(function: Function) -> Iterator[str]:
    yield f'<a id="{function.anchor}"></a>'
    yield ""
    yield f"#### `{function.signature}`"
    yield ""
    unit = f" In {function.unit}." if "/" in function.unit or function.unit == "months" else ""
    mark = " *Also without an add-in.*" if function.name in _WITHOUT_ADDIN else ""
    yield f"{function.does}{unit}{mark}"
    yield ""
    if function.parameters:
        yield "| argument | what it is | unit | allowed | if omitted |"
        yield "|---|---|---|---|---|"
        yield from map(_row, function.parameters)
        yield ""
    yield from _example(function)


def _row(one: Parameter) -> str:
    return f"| `{one.name}` | {one.label} | {one.unit} | {one.allowed} | {one.omission} |"


def _example(function: Function) -> Iterator[str]:
    result = call(function, *function.example)
    if not isinstance(result, list):
        yield f"`{formula(function)}` gives {_shown(result)}"
        return
    yield f"`{formula(function)}` spills"
    yield ""
    for number, row in enumerate(result[:_ROWS]):
        cells = [_shown(cell) for cell in row[:_COLUMNS]] + ["..."] * (len(row) > _COLUMNS)
        yield f"| {' | '.join(cells)} |"
        if not number:
            yield "|---" * len(cells) + "|"
    if len(result) > _ROWS:
        yield ""
        yield f"and {len(result) - _ROWS} more rows."


def typed(value: Any) -> str:
    """An argument as a user types it.

    Parameters
    ----------
    value : float, str, None, or tuple of these or of tuples
        A tuple is written as an array constant: of one column, unless its items are rows.

    Returns
    -------
    str
    """
    if isinstance(value, tuple):
        rows = (row if isinstance(row, tuple) else (row,) for row in value)
        return "{" + ";".join(",".join(map(typed, row)) for row in rows) + "}"
    if isinstance(value, str):
        return f'"{value}"'
    return "" if value is None else f"{value:.15g}"


def shown(value: Any) -> str:
    """A value of a result as a text."""
    return str(value) if not isinstance(value, float) else f"{value:,.7g}"


def _shown(value: Any) -> str:
    return shown(value).replace("|", "\\|")
