"""The context from which sheets are described: shape of the scenario, layout and formulas."""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from openpyxl.utils import get_column_letter

from ...engine.address import take
from ...engine.axes import array_index, shape_of
from ...engine.declaration import FIRST_DAY, LAST_DAY, Input
from ...engine.lines import WORDS, Line
from ...engine.model import Model, default_model
from ...engine.scenario import Scenario
from ..languages.language import ENGLISH, Language, language_of
from ..trace.cells import Cells, Reference
from ..trace.formula import Place, Target, Writer
from ..trace.numpy_functions import RUNNING
from .derived import (
    AFTER_CASE,
    ALL_PASS,
    CASE_WORDS,
    NO_SUCH_PLAN,
    ONE_FAILS,
    SHOWN_BECAUSE,
    SHOWN_OF,
    is_presented,
    line_of,
)
from .figures import made
from .law_rows import BLANK
from .number_formats import MONEY, MONEY_HOUR, PERCENT
from .positions import (
    CASE_CELL,
    HEAD_ROW,
    NUMBER_ROW,
    STATE_CELL,
    Grid,
    Layout,
    audited_figures,
    position_in,
)
from .references import Ref, Text
from .roster_figures import roster_rows
from .scenario_texts import (
    CURRENCY,
    NAME,
    bindings,
    lines,
    shown,
    unit_pieces,
    used_plan,
    used_text,
)
from .sheet import Formula, Mark, Sheet, block

_LETTERS = ["", *(get_column_letter(column) for column in range(1, 200))]
_FIELDS = (
    12  # fields in the formulas of a row refer to columns up to the first along its column axis
)


BANNER = Text(("", "case", AFTER_CASE, "name", ""))  # the case in force, and the scenario
SHOWN_CURRENCY = "shown_currency"  # the cell with the currency of sheets for readers
_CONSTANT = ("figure", "component")  # axes whose names are the same in every workbook
_UNNAMED = {"rule": "charge", "wave": "wave"}  # axes whose positions have no names of their own


@dataclass
class Context:
    """The shape of a scenario and the layout of the model for it.

    Sheets refer to figures with :meth:`refs` and to names with :meth:`names`. The only property of
    a name on which they depend is the number of lines that it takes, which ``wraps`` records.

    Attributes
    ----------
    values : dict of str to array, shape (1, plan, site, role, month)
        Inputs, lines and derived figures. Sheets use their shapes and types; they read the figures
        only to show ``stamps`` or a simulation of this scenario.
    texts : mapping of str to str
        Names and other texts of the scenario by key.
    stamps : mapping of int to float or str
        Figures as of the day the workbook was written, by row of sheet Audit.
    state : str
        Whether the workbook has been edited since.
    wraps : dict of (Text, int) to int
        Number of lines of a text, by text and column width in characters.
    language : Language
        Of the finished book. Sheets are described in English: see :mod:`..translation`.
    """

    scenario: Scenario
    values: dict[str, np.ndarray]
    model: Model
    layout: Layout
    texts: Mapping[str, str]
    stamps: Mapping[int, float | str] = field(default_factory=dict)
    state: str = ""
    wraps: dict[tuple[Text, int], int] = field(default_factory=dict)
    language: Language = field(default_factory=lambda: language_of(ENGLISH))
    _refs: dict[str, np.ndarray] = field(default_factory=dict)
    _traced: dict[str, Cells] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        scenario: Scenario,
        stamps: Mapping[int, float | str] | None = None,
        language: Language | None = None,
    ) -> "Context":
        """Context of a scenario, evaluated, with the layout of the default model."""
        model = default_model()
        language = language or language_of(ENGLISH)
        made = _made(model, scenario, stamps) if stamps else None
        values, texts = bindings(scenario, made, language.say)
        sizes = scenario.sizes | ({"roster": rows} if (rows := roster_rows(scenario)) else {})
        layout = _layout(model, tuple(sizes.items()))
        return cls(scenario, values, model, layout, texts, stamps or {}, language=language)

    def table(self, name: str) -> list[list]:
        """References to the rows of a derived table."""
        first = self.refs(name)[0]
        return first.reshape(first.shape[:2]).tolist()

    def take(self, name: str, **at: int) -> list:
        """References to an input or line at positions by axis, as :func:`engine.take`."""
        return take({name: self.refs(name)}, name, **at).tolist()

    def refs(self, name: str) -> np.ndarray:
        """References to all figures of an input, line or derived array, in the same shape."""
        if name not in self._refs:
            array, line = self.values[name], self.model.lines.get(line_of(name))
            missing = line.missing if line and line.nan_where else ""
            found = np.empty(array.size, object)
            for position in range(array.size):
                found[position] = Ref(name, position, array.dtype.kind, missing)
            self._refs[name] = found.reshape(array.shape)
        return self._refs[name]

    @cached_property
    def references(self) -> dict[str, Reference]:
        """Symbolic references to every input and line, and to the month, by name."""
        sizes = self.scenario.sizes
        return {
            name: Reference(name, axes, shape_of(axes, sizes), self.values[name].dtype)
            for name, axes in self.model.axes.items()
        }

    def traced(self, line: Line) -> Cells:
        """The cells that the line's function returns for references."""
        if line.name not in self._traced:
            names = self.model.parameters[line.name]
            self._traced[line.name] = line.function(*(self.references[name] for name in names))
        return self._traced[line.name]

    def is_running_total(self, line: Line) -> bool:
        """Whether the line starts from an opening balance."""
        return self.traced(line).function in RUNNING

    def unit(self, unit: str) -> Text | str:
        """A unit for display, with the scenario's currency for money."""
        first, *after = unit.replace("fraction", "%").split("money")
        if not after:
            return first
        return Text((first, *(piece for rest in after for piece in ("currency", rest))))

    def shown_unit(self, line: Line) -> Formula | Text | str:
        """The unit of a line on a sheet for readers."""
        if not is_presented(line):
            return self.unit(line.unit)
        pieces = unit_pieces(line.unit)
        parts = (SHOWN_CURRENCY if piece == CURRENCY else f'"{piece}"' for piece in pieces)
        return Formula("&".join(parts), Text(("", "shown currency", "".join(pieces[1:]))))

    def rows(self, line: Line) -> Iterator[tuple[int, dict[str, int], list[Formula]]]:
        """Rows of a line's block: row number, position along the row axes, and formulas."""
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
        """Formulas of one row with references to their values; their text is cached by shape."""
        written, key = self.layout.written, (place.sheet, row, line.name)
        if key not in written:
            writer = Writer(self.layout.places, NUMBER_ROW, Target(place, row, at), line.missing)
            written[key] = writer.formula(cells(line))
        text, refs = written[key], self.refs(line.name)
        formulas = []
        for item in range(place.columns):
            here = at if place.column_axis is None else {**at, place.column_axis: item}
            letters = _LETTERS[item : item + _FIELDS]
            formulas.append(Formula(text.format(*letters), refs[array_index(here)]))
        return formulas

    def view(self, line: Line, grid: Grid, row: int) -> list[Formula]:
        """One row of links to a line on another sheet, along the columns of this sheet's grid."""
        columns = self.scenario.sizes[str(grid.column_axis)]
        place = Place(grid.title, row, (), grid.column_axis, grid.first_column, columns)
        return self._row(lambda line: self.references[line.name], place, row, {}, line)

    def names(self, axis: str) -> tuple[str | Text, ...]:
        """Names of the positions along an axis: plans, sites, roles or rows of a list."""
        return shown(self.scenario, axis)

    def name_of(self, axis: str, position: int) -> Formula | str:
        """The name of one position along an axis, linked to the cell where it is entered."""
        if axis in _UNNAMED:
            return f"{_UNNAMED[axis]} {position + 1}"
        if axis in _CONSTANT:
            return str(self.names(axis)[position])
        place = self.layout.places[f"{axis}_names"]
        cell = block(place.row + position, place.column)
        return Formula(f"{place.sheet}!{cell}", self.names(axis)[position])

    def in_use(self, plan: int, number: str = "") -> str:
        """The cell that is 1 where a plan is in use, else 0.

        ``number`` is the cell with the number of the plan, where a row has one formula.
        """
        place = self.layout.places["plan_in_use"]
        if number and place.rows > 1:
            return f"INDEX({place.sheet}!{block(place.row, place.column, place.rows)},{number})"
        return f"{place.sheet}!{block(place.row + plan, place.column)}"

    def plan_title(self, plan: int, number: str = "") -> Formula:
        """The name of a plan where results stand; blank where the plan is not in use."""
        place = self.layout.places["plan_names"]
        name = f"{place.sheet}!{block(place.row + plan, place.column)}"
        if number and place.rows > 1:
            name = f"INDEX(plan_names,{number})"
        text = f'IF({self.in_use(plan, number)},{name},"{BLANK}")'
        return Formula(text, Text.of(used_plan(plan)))

    def beside_plan(self, plan: int, pieces: Sequence[str]) -> Formula:
        """A label or unit beside figures of a plan; blank where the plan is not in use."""
        names = self.layout.places["plan_names"]
        name = f"{names.sheet}!{block(names.row + plan, names.column)}"
        own = {NAME: name, CURRENCY: SHOWN_CURRENCY}
        parts = (own.get(piece, f'"{piece}"') for piece in pieces)
        text = f'IF({self.in_use(plan)},{"&".join(parts)},"{BLANK}")'
        return Formula(text, Text.of(used_text(plan, pieces)))

    def of_used_plan(
        self, formula: Formula, plan: int, number: str = "", also: str = ""
    ) -> Formula:
        """A figure of a plan where people read it; blank where the plan is not in use.

        Amounts of money are in the presentation currency. ``also`` is a cell that must be 1 too.
        """
        line = self.model.lines[line_of(formula.value.array)]
        cell = f"{formula.text}*presentation_rate" if is_presented(line) else formula.text
        used = "*".join(filter(None, (self.in_use(plan, number), also)))
        text = f'IF({used},{cell},"{BLANK}")'
        return Formula(text, shown_figure(formula.value))

    def cell_of(self, name: str) -> str:
        """The cell of an input or line of one figure, with its sheet."""
        place = self.layout.places[name]
        return f"{place.sheet}!{block(place.row, place.column)}"

    def chosen_plan(self, before: str = "") -> Formula:
        """A text and the name of the plan shown; valid for any number that is chosen."""
        shown = self.cell_of("shown_plan")
        text = f'IFERROR(INDEX(plan_names,{shown}),"{NO_SUCH_PLAN}")'
        if len(self.scenario.plans) == 1:  # the name of a single plan is a cell, not a range
            text = f'IF({shown}=1,plan_names,"{NO_SUCH_PLAN}")'
        return Formula(f'"{before}"&{text}' if before else text, Text.of("chosen", before))

    def why_chosen(self) -> Formula:
        """Why this plan is shown, in words."""
        words = ",".join(f'"{one}"' for one in SHOWN_BECAUSE)
        text = f"CHOOSE({self.cell_of('shown_because')}+1,{words})"
        return Formula(text, Text.of("because"))

    def lines_of(self, text: Text | str, width: int) -> int:
        """Number of lines that a text takes in a column of a width in characters."""
        if isinstance(text, str):
            return lines(self.language.say(text), width)
        text = Text(self.language.pieces(text.pieces))
        if set(text.pieces[1::2]) == {"currency"}:  # all have three letters
            return lines(text.filled(self.texts), width)
        return self.wraps.setdefault((text, width), lines(text.filled(self.texts), width))

    def heading(
        self, sheet: Sheet, title: str, note: Formula | Text | str, note_column: int = 2
    ) -> None:
        """Put the heading of a sheet: title, case in force, scenario and state of the checks."""
        checks = self.layout.places["all_checks"]
        cell = f"{checks.sheet}!{block(checks.row, checks.column)}"
        text = f'IF({cell},"{ALL_PASS}","{ONE_FAILS}")&"; "&{STATE_CELL}'
        sheet.put(1, 1, title, "title")
        sheet.put(2, 1, Formula(CASE_CELL, BANNER), "subtitle")
        base = CASE_WORDS[0]
        other = f'LEFT($A$2,LEN("{base}"))<>"{base}"'
        sheet.marks.append(Mark(block(2, 1, 1, 2), other, "case", "ink"))
        sheet.put(3, 1, Formula(text, Text.of("checks", after=f"; {self.state}")), "state")
        sheet.put(3, note_column, note, "note")

    def column_heads(
        self, sheet: Sheet, grid: Grid, heads: int = HEAD_ROW, numbers: int = NUMBER_ROW
    ) -> None:
        """Put the names of the columns along the column axis, and right above them their numbers.

        Numbers that stand further above are there already.
        """
        axis = str(grid.column_axis)
        names = self.names(axis)
        for item, name in enumerate(names):
            column = grid.first_column + item
            if numbers == heads - 1:
                sheet.put(numbers, column, item + 1, "number")
            link = f"INDEX({axis}_names,{_LETTERS[column]}${numbers})"
            # A single name is a cell, not a range: IronCalc does not support INDEX of one cell.
            content = Formula(link, name) if len(names) > 1 else self.name_of(axis, 0)
            if axis == "plan" and sheet.colour == "output":
                content = self.plan_title(item, f"{_LETTERS[column]}${numbers}")
            sheet.put(heads, column, content, "number head")
            width = sheet.widths[column] - 2  # long names wrap
            wrapped = self.lines_of(name, width)
            sheet.heights[heads] = max(wrapped, sheet.heights.get(heads, 1))


def shown_figure(figure: Ref) -> Ref:
    """The figure of a plan where people read it."""
    missing = figure.missing or BLANK
    return figure._replace(array=f"{SHOWN_OF}{figure.array}", kind="f", missing=missing)


def _made(model: Model, scenario: Scenario, stamps: Mapping[int, float | str]) -> dict:
    """Sums of graded figures on the day the workbook was made, by site and figure."""
    first = audited_figures(model, len(scenario.plans))
    return made(stamps, first, len(scenario.sites))


@functools.lru_cache(8)
def _layout(model: Model, sizes: tuple[tuple[str, int], ...]) -> Layout:
    return Layout.of(model, dict(sizes))


def number_format(entry: Input | Line) -> str:
    """Excel number format for a unit."""
    if isinstance(entry, Input) and entry.whole:
        return "0"
    if entry.unit in WORDS:
        *first, last = (f'"{word}"' for word in WORDS[entry.unit])
        if len(first) == 1:
            return f"[=1]{last};{first[0]}"
        return ";".join([*(f"[={n}]{word}" for n, word in enumerate(first)), last])
    if isinstance(entry, Input) and entry.is_month:
        return f'[<={FIRST_DAY}]"none";[>={LAST_DAY}]"none";mmm yyyy'
    what, _, per = entry.unit.partition("/")
    if what == "date":
        return "mmm yyyy"
    if what in ("money", "presentation currency"):
        return MONEY_HOUR if per == "hour" else MONEY
    if what == "local":
        return "#,##0.0000" if per == "money" else '[>=1E+17]"none";#,##0'
    if what.startswith("fraction"):
        return PERCENT
    if what == "hours" and per in ("", "year", "head"):
        return "#,##0" if per else "#,##0.0"
    if what == "level":
        return "0.00##"
    formats = {
        "months": "0.0",
        "weeks": "0.0#",
        "weeks of pay": "0.0#",
        "factor": "0.0000",
        "heads": "0.0#",
        "index": "0.00",
    }
    counted = isinstance(entry, Input) or what in ("month", "flag", "answers", "check")
    return formats.get(what, "General" if counted else "0.0#")
