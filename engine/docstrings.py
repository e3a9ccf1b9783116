"""Docstrings of the model's lines in numpydoc's sections, assembled from the declarations.

The source of a line says in its docstring what no declaration can: in its first sentence what the
line is, then reasons, and after ``Source:`` where it comes from. Its parameters with their shapes
and units, what it returns, its formula, and where no answer exists are declared elsewhere already;
:func:`document` puts all of it into the docstring that ``help`` shows.
"""

import ast
import inspect
import linecache
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from .declaration import Input
from .lists import BUILTINS, Builtin

if TYPE_CHECKING:
    from .lines import Line
    from .model import Model


class Description(NamedTuple):
    """What a function says of itself.

    Attributes
    ----------
    summary : str
        First sentence, with its full stop.
    reasons : str
        Further sentences; "" if there are none.
    source : str
        Where it comes from, without a full stop; "" if it follows from the model alone.
    """

    summary: str
    reasons: str
    source: str


def description_of(function: Callable, docstring: str | None) -> Description:
    """What a function says of itself, by its docstring as it stands in the source.

    Parameters
    ----------
    function : callable
    docstring : str or None
        None where Python stripped it, as ``-OO`` does: it is then read from the source, which
        Python keeps beside what it runs.
    """
    text = docstring or _stripped(function.__module__).get(function.__name__, "")
    summary = text.partition("\n")[0].partition(" Source: ")[0].strip()
    said, _, source = " ".join(text.split()).partition("Source: ")
    return Description(summary, said[len(summary) :].strip(), source.rstrip("."))


@cache
def _stripped(module: str) -> dict[str, str]:
    """Docstrings of a module's functions by name, where Python strips them."""
    if sys.flags.optimize < 2 or module not in sys.modules:
        return {}
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (OSError, TypeError, SyntaxError):
        return {}
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    found = {n.name: ast.get_docstring(n) for n in functions}
    return {name: text for name, text in found.items() if text}


def document(model: "Model") -> None:
    """Give the function of every line of a model its docstring in numpydoc's sections."""
    declared: dict[str, Builtin | Input | Line] = {**BUILTINS, **model.inputs, **model.lines}
    fixed = _without_scenario(model)
    described = {
        name: (
            f"array, shape {_shape(axes if name in fixed else ('scenario', *axes))}",
            f"    {_label(declared[name])}. Unit: {declared[name].unit}.",
        )
        for name, axes in model.axes.items()
    }
    entered = {line.name: line.live_of for line in model.lines.values() if line.live_of}
    for line in model.lines.values():
        asked = [entered.get(name, name) for name in model.parameters[line.name]]
        line.function.__doc__ = _assembled(line, described, asked)


def _label(declared: "Builtin | Input | Line") -> str:
    """A label; that of a list's field with the list's heading, under which it stands on a sheet."""
    if isinstance(declared, Input) and declared.list_axis:
        return f"{declared.label} ({declared.topic.lower()})"
    return declared.label


def _shape(axes: tuple[str, ...]) -> str:
    return f"({axes[0]},)" if len(axes) == 1 else f"({', '.join(axes)})"


def _without_scenario(model: "Model") -> set[str]:
    """Names of arrays that are the same for every scenario: positions, and lines of these alone."""
    found = set(BUILTINS)
    for name, asked in model.parameters.items():
        if found.issuperset(asked):
            found.add(name)
    return found


def _assembled(line: "Line", described: dict[str, tuple[str, str]], asked: Iterable[str]) -> str:
    said = line.description
    shape, what = described[line.name]
    parts = [
        said.summary,
        *(("", said.reasons.replace(". ", ".\n")) if said.reasons else ()),
        *("", "Parameters", "----------"),
        *(f"{name} : {described[name][0]}\n{described[name][1]}" for name in asked),
        *("", "Returns", "-------", shape, what),
        *((f"    NaN where {line.nan_where}.",) if line.nan_where else ()),
        *("", "Notes", "-----", "Formula::", ""),
        *(f"    {text}" for text in formula_of(line)),
        *(("", f"Kind of cost: {line.cost.in_words}.") if line.cost else ()),
        *("", f"Source: {said.source or 'the model, docs/method.md'}."),
    ]
    return "\n".join(parts)


def formula_of(line: "Line") -> list[str]:
    """The formula of a line as its source states it, with that of every helper it calls.

    Returns
    -------
    list of str
        Python statements, one line of text each; empty where there is no source to read.
    """
    if line.formula:
        return [f"return {line.formula}"]
    function = line.function
    found = [*_body(function)]
    for name in function.__code__.co_names:
        helper = function.__globals__.get(name) if name.startswith("_") else None
        if inspect.isfunction(helper):
            arguments = ", ".join(inspect.signature(helper).parameters)
            found += [f"def {name}({arguments}):", *(f"    {text}" for text in _body(helper))]
    return found


def _body(function: Callable) -> Iterator[str]:
    """Source of a function after its docstring, line by line, without its indentation."""
    code = function.__code__
    numbers = [at for *_, at in code.co_lines() if at and at > code.co_firstlineno]
    body = linecache.getlines(code.co_filename)[min(numbers, default=1) - 1 :]
    indentation = len(body[0]) - len(body[0].lstrip()) if body else 0
    for text in body:
        if text[:indentation].strip():
            return  # the next statement of the module
        if text.strip():
            yield text[indentation:].rstrip()
