"""What every sheet is described from: a scenario, its values, and the traced formulas."""

import functools
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from openpyxl.utils import get_column_letter

from ...engine.axes import array_index, shape_of
from ...engine.declaration import Input
from ...engine.lines import WORDS, Line
from ...engine.lists import CHECKLIST_NAMES, UNUSED
from ...engine.model import Model, default_model
from ...engine.scenario import Scenario
from ..rendering.number_formats import MONEY, MONEY_HOUR, PERCENT
from ..trace.cells import Cells, Reference
from ..trace.formula import Place, Target, Writer
from ..trace.numpy_functions import RUNNING
from .derived import ALL_PASS, NO_SUCH_PLAN, ONE_FAILS, derived, texts
from .positions import HEAD_ROW, NUMBER_ROW, STATE_CELL, Grid, Layout, position_in
from .sheet import Formula, Sheet, block

_LETTERS = ["", *(get_column_letter(column) for column in range(1, 200))]
_FIELDS = 12  # a row's fields name columns up to the first of its column axis


@dataclass
class Context:
    """A scenario with its values, and the model laid out for its shape."""

    scenario: Scenario
    values: dict[str, np.ndarray]
    model: Model
    layout: Layout
    texts: Mapping[str, str]
    stamps: Mapping[int, float | str] = field(default_factory=dict)
    state: str = ""  # whether anything was edited since the workbook was made
    _traced: dict[str, Cells] = field(default_factory=dict)

    @classmethod
    def of(cls, scenario: Scenario, stamps: Mapping[int, float | str] | None = None) -> "Context":
        """A scenario evaluated, and the reference model laid out for it."""
        model = default_model()
        values = scenario.evaluate()
        values |= derived(values, model, scenario.horizon_months)
        said = texts(values, model, scenario.plans) | {"hash": scenario.fingerprint()}
        layout = _layout(model, tuple(scenario.sizes.items()))
        return cls(scenario, values, model, layout, said, stamps or {})

    @cached_property
    def references(self) -> dict[str, Reference]:
        """A reference to every input and line, and to the month."""
        sizes = self.scenario.sizes
        return {
            name: Reference(name, axes, shape_of(axes, sizes), self._dtype(name))
            for name, axes in self.model.axes.items()
        }

    def _dtype(self, name: str) -> np.dtype:
        return self.values[name].dtype

    def traced(self, line: Line) -> Cells:
        """The line's own function, called with references."""
        if line.name not in self._traced:
            names = self.model.parameters[line.name]
            self._traced[line.name] = line.function(*(self.references[name] for name in names))
        return self._traced[line.name]

    def is_running_total(self, line: Line) -> bool:
        """Whether the line starts from an opening balance."""
        return self.traced(line).function in RUNNING

    def unit(self, unit: str) -> str:
        """A unit as readers see it."""
        return unit.replace("money", self.scenario.currency).replace("fraction", "%")

    def rows(self, line: Line) -> Iterator[tuple[int, dict[str, int], list[Formula]]]:
        """Row, position along the row axes, and formulas, of each row of a line's block."""
        place = self.layout.places[line.name]
        for offset in range(place.rows):
            at = position_in(place, offset)
            yield (
                place.row + offset,
                at,
                self._row(self.traced, place, place.row + offset, at, line),
            )

    def _row(
        self,
        cells: Callable[[Line], Cells],
        place: Place,
        row: int,
        at: dict[str, int],
        line: Line,
    ) -> list[Formula]:
        """Formulas of one row, with the line's values; written once for each shape."""
        written, key = self.layout.written, (place.sheet, row, line.name)
        if key not in written:
            writer = Writer(self.layout.places, NUMBER_ROW, Target(place, row, at), line.missing)
            written[key] = writer.formula(cells(line))
        text, array = written[key], self.values[line.name]
        plain: list[Any] = []
        for item in range(place.columns):
            here = at if place.column_axis is None else {**at, place.column_axis: item}
            plain.append(array[array_index(here)].item())
        return [
            Formula(
                text.format(*_LETTERS[item : item + _FIELDS]),
                value if isinstance(value, bool) else line.missing if value != value else value + 0,
            )
            for item, value in enumerate(plain)
        ]

    def view(self, line: Line, grid: Grid, row: int) -> list[Formula]:
        """One row of links to a line that stands on another sheet, along that sheet's columns."""
        columns = self.scenario.sizes[str(grid.column_axis)]
        place = Place(grid.title, row, (), grid.column_axis, grid.first_column, columns)
        return self._row(lambda line: self.references[line.name], place, row, {}, line)

    def names(self, axis: str) -> tuple[str, ...]:
        """Names of the plans, sites or roles, or of a list's rows."""
        return shown_names(self.scenario, axis)

    def name_of(self, axis: str, position: int) -> Formula | str:
        """The name of a plan, site, role or row of a list, linked to where it is entered."""
        if axis == "rule":
            return f"charge {position + 1}"
        place = self.layout.places[f"{axis}_names"]
        cell = block(place.row + position, place.column)
        return Formula(f"{place.sheet}!{cell}", self.names(axis)[position])

    def chosen_plan(self, before: str = "") -> Formula:
        """The name of the plan that Inputs choose, after a text; whatever number stands there."""
        text = f'IFERROR(INDEX(plan_names,sensitivity_plan),"{NO_SUCH_PLAN}")'
        if len(self.scenario.plans) == 1:  # one name is a cell, not a list
            text = f'IF(sensitivity_plan=1,plan_names,"{NO_SUCH_PLAN}")'
        return Formula(f'"{before}"&{text}' if before else text, before + self.texts["chosen"])

    def lines_of(self, name: str, width: int) -> int:
        """How many lines a name takes in a column of so many characters."""
        return lines(name, width)

    def heading(self, sheet: Sheet, title: str, note: str, note_column: int = 2) -> None:
        """Title, scenario and state of the checks, at the top of every sheet."""
        checks = self.layout.places["all_checks"]
        cell = f"{checks.sheet}!{block(checks.row, checks.column)}"
        text = f'IF({cell},"{ALL_PASS}","{ONE_FAILS}")&"; "&{STATE_CELL}'
        sheet.put(1, 1, title, "title")
        sheet.put(2, 1, Formula("scenario_name", self.scenario.name), "subtitle")
        sheet.put(3, 1, Formula(text, f"{self.texts['checks']}; {self.state}"), "state")
        sheet.put(3, note_column, note, "note")

    def column_heads(self, sheet: Sheet, grid: Grid) -> None:
        """Numbers and names along the column axis."""
        axis = str(grid.column_axis)
        names = self.names(axis)
        for item, name in enumerate(names):
            column = grid.first_column + item
            sheet.put(NUMBER_ROW, column, item + 1, "number")
            link = f"INDEX({axis}_names,{_LETTERS[column]}${NUMBER_ROW})"
            # One name is a cell, not a list: IronCalc knows no INDEX of a single cell.
            content = Formula(link, name) if len(names) > 1 else self.name_of(axis, 0)
            sheet.put(HEAD_ROW, column, content, "number head")
            width = sheet.widths[column] - 2  # long names wrap
            wrapped = self.lines_of(name, width)
            sheet.heights[HEAD_ROW] = max(wrapped, sheet.heights.get(HEAD_ROW, 1))


@functools.lru_cache(8)
def _layout(model: Model, sizes: tuple[tuple[str, int], ...]) -> Layout:
    return Layout.of(model, dict(sizes))


@functools.lru_cache(1 << 14)
def lines(name: str, width: int) -> int:
    """How many lines a name takes in a column of so many characters."""
    return len(textwrap.wrap(name, width))


def shown_names(scenario: Scenario, axis: str) -> tuple[str, ...]:
    """Names as a workbook shows them: of plans, sites or roles, or of a list's rows."""
    lists = scenario.list_names | {"checklist": CHECKLIST_NAMES}
    named = {"plan": scenario.plans, "site": scenario.sites, "role": scenario.roles}
    if axis in named:
        return named[axis]
    return tuple(name or f"{UNUSED}{n}" for n, name in enumerate(lists[axis], 1))


def number_format(entry: Input | Line) -> str:
    """Excel number format for a unit."""
    if isinstance(entry, Input) and entry.whole:
        return "0"
    if entry.unit in WORDS:
        *first, last = (f'"{word}"' for word in WORDS[entry.unit])
        if len(first) == 1:
            return f"[=1]{last};{first[0]}"
        return ";".join([*(f"[={n}]{word}" for n, word in enumerate(first)), last])
    what, _, per = entry.unit.partition("/")
    if what == "money":
        return MONEY_HOUR if per == "hour" else MONEY
    if what == "local":
        return "#,##0.0000" if per == "money" else '[>=1E+17]"none";#,##0'
    if what.startswith("fraction"):
        return PERCENT
    if what == "hours" and per in ("", "year", "head"):
        return "#,##0" if per else "#,##0.0"
    if what == "level":
        return "0.00##"
    formats = {"months": "0.0", "factor": "0.0000", "heads": "0.0#", "index": "0.00"}
    counted = isinstance(entry, Input) or what in ("month", "flag", "answers", "check")
    return formats.get(what, "General" if counted else "0.0#")
