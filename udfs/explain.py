"""Explanations of lines and inputs of the model: meaning, unit, formula or range, source."""

from typing import Any

from ..engine.declaration import Input
from ..engine.errors import DomainError
from ..engine.lines import Line
from ..engine.model import default_model, nearest


def explain(name: str) -> list[list[Any]]:
    """Explanation of an input or a line of the model.

    Parameters
    ----------
    name : str
        Name of the input or line.

    Returns
    -------
    list of lists
        Rows of two cells: a heading and its text.

    Raises
    ------
    DomainError
        The model has no input or line of that name.
    """
    model = default_model()
    if name in model.inputs:
        return _input(model.inputs[name])
    if name in model.lines:
        return _line(model.lines[name])
    hint = nearest(name, [*model.lines, *model.inputs])
    raise DomainError(f"name is {name[:40]!r}{hint or '; it must be a line or an input'}")


def _input(entry: Input) -> list[list[Any]]:
    return [
        ["Input", entry.label],
        ["Unit", entry.unit],
        ["Varies by", _axes(entry.axes)],
        ["Allowed", entry.allowed],
        ["Default", entry.first],
        ["Source", entry.note],
        ["Used by", _users(entry.name)],
    ]


def _line(entry: Line) -> list[list[Any]]:
    from ..workbook.trace.named import formula_in_names  # not needed for inputs

    return [
        ["Line", entry.label],
        ["Unit", entry.unit],
        ["Varies by", _axes(entry.over)],
        ["Meaning", entry.meaning],
        ["Formula", formula_in_names(entry)],
        *([["Kind of cost", entry.cost.in_words]] if entry.cost else []),
        ["Source", entry.description.source or "the model: docs/method.md"],
        ["Used by", _users(entry.name)],
    ]


def _axes(axes: tuple[str, ...]) -> str:
    return ", ".join(axes) or "nothing"


def _users(name: str) -> str:
    """The lines that use a line or an input."""
    model = default_model()
    return ", ".join(line for line, names in model.parameters.items() if name in names) or "results"
