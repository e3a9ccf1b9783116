"""Formulas of lines in terms of the names of inputs and other lines, for documentation."""

from typing import Any

import numpy as np

from ...engine.axes import along, shape_of
from ...engine.calculators.one_site import SIZES, default_values
from ...engine.lines import Line
from ...engine.model import default_model
from .cells import Reference as Traced
from .expression import Expression, Reduction, Reference, RunningTotal, replaced, text
from .lowering import lowered
from .reduction import over_range

_FIRST = {"plan": "baseline_", "site": "onshore_"}


def formula_in_names(line: Line) -> str:
    """Formula of a line without its equals sign, with names instead of addresses.

    The prefixes ``onshore_``, ``baseline_`` and ``last_`` stand for the onshore site, the baseline
    plan and the last month. Sums run over the axes over which the line does not vary.

    Parameters
    ----------
    line : Line

    Returns
    -------
    str
    """
    model = default_model()
    names = model.parameters[line.name]
    lines = model.evaluate(default_values(), 1, names)
    references = (
        Traced(name, axes, shape_of(axes, SIZES), np.asarray(lines[name]).dtype)
        for name in names
        for axes in [model.axes[name]]
    )
    traced = line.function(*references)
    if traced.function is along:
        parts = (_in_names(part, line.missing) for part in traced.args[1:])
        return "; ".join(dict.fromkeys(parts))
    return _in_names(traced, line.missing)


def _in_names(cells: Any, missing: str) -> str:
    """The formula of cells in the names of inputs and lines."""
    expression = lowered(cells, missing)
    before = ""
    if isinstance(expression, RunningTotal):
        before, expression = "running total of ", expression.parts[0]
    return before + text(replaced(expression, _over_range), _name)


def _over_range(expression: Expression) -> Expression:
    return over_range(expression) if isinstance(expression, Reduction) else expression


def _name(reference: Reference) -> str:
    line, picked = default_model().lines.get(reference.name), dict(reference.picked)
    name = (line.live_of if line else "") or reference.name
    first = [word for axis, word in _FIRST.items() if picked.get(axis) == 0]
    last = ["last_"] if "month" in picked else []
    return "".join((*first, *last, name))
