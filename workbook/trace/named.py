"""Formulas of lines in the names of inputs and other lines, for readers of no particular sheet."""

import numpy as np

from ...engine.axes import shape_of
from ...engine.calculators.one_site import SIZES, default_values
from ...engine.lines import Line
from ...engine.model import default_model
from .cells import Cells, Reference
from .formula import Place, Target, Writer

_FIRST = {"plan": "baseline_", "site": "onshore_"}


class _Namer(Writer):
    """Writes a name where a sheet has an address."""

    def _address(self, reference: Reference, _reduced: tuple[str, ...]) -> str:
        line = default_model().lines.get(reference.name)
        name = (line.live_of if line else "") or reference.name
        first = [word for axis, word in _FIRST.items() if reference.picked.get(axis) == 0]
        last = ["last_"] if "month" in reference.picked else []
        return "".join((*first, *last, name))

    def _check_orientation(self, _leaves, _reduced) -> None:
        """Names stand nowhere, so they run along nothing."""

    def _picks(self, _leaf: Reference, _reduced: tuple[str, ...]) -> bool:
        """Names stand in no row that a number could pick."""
        return False

    def _running_total(self, cells: Cells) -> str:
        return f"running total of {self._text(cells.args[0], ()).text}"


def formula_in_names(line: Line) -> str:
    """The formula of a line, without its equals sign, with names in the place of addresses.

    ``onshore_``, ``baseline_`` and ``last_`` before a name stand for the onshore site's, the
    baseline's and the last month's. Sums run over what the line does not vary by.
    """
    model = default_model()
    names = model.parameters[line.name]
    lines = model.evaluate(default_values(), 1, names)
    references = (
        Reference(name, axes, shape_of(axes, SIZES), np.asarray(lines[name]).dtype)
        for name in names
        for axes in [model.axes[name]]
    )
    traced = line.function(*references)
    if not isinstance(traced, Cells):
        return str(traced)
    return _Namer({}, 0, Target(Place("", 1), 1, {}), line.missing).formula(traced)
