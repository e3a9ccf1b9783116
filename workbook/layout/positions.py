"""The layout of a workbook: the cells of every input and line for the shape of a scenario.

Inputs are in the sections of sheet Inputs, but for the statutory charges on Rules, the answers on
Checklists and the grades on Assumptions. Lines that vary by month are on Timeline; others are on
the sheet of their topic if it has one, otherwise on Timeline if they depend on the month, otherwise
on Costs. On each sheet one axis runs along the columns, and
other axes are stacked as rows. Values that do not vary along the columns have a column of their
own before them.
"""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ...engine.axes import CHECKLISTS, FIXED_SIZES
from ...engine.country_figures import OF_BOTH, OF_CHARGE, OF_COUNTRY
from ...engine.declaration import Input, Scope
from ...engine.lines import Line
from ...engine.lists import LISTS, List
from ...engine.model import Model
from ...engine.roster import DECIDED
from ..trace.formula import Place
from .choices import SHOWN_PLAN, code_name, is_chosen, words_of
from .input_sections import LIST_SHEETS, Kind, Section, sections

NUMBER_ROW, HEAD_ROW, FIRST_ROW = 4, 5, 6


@dataclass(frozen=True)
class Grid:
    """The use of a sheet's columns and rows.

    Parameters
    ----------
    title : str
    column_axis : str or None
        Axis along the columns, if any.
    row_axes : tuple of str
        Axes that may be stacked as rows, each with a label column from the second column on.
    first_column : int
        First column of the column axis.
    total_column : int
        Column of values that do not vary along the column axis.
    """

    title: str
    column_axis: str | None
    row_axes: tuple[str, ...]
    first_column: int
    total_column: int = 0

    @property
    def unit_column(self) -> int:
        """Column of the units, after the label columns."""
        return 2 + len(self.row_axes)

    def label_column(self, axis: str) -> int:
        """Column with the names along a row axis; for a list, the last label column."""
        return 2 + self.row_axes.index(axis if axis in self.row_axes else self.row_axes[-1])


# Sections of sheet Inputs have the same columns: two labels beside the first, the unit, values.
BY_SITE = Grid("Inputs", "site", ("plan", "role"), 5)
BY_ROLE = Grid("Inputs", "role", ("plan", "role"), 5)
RULES = Grid("Rules", "site", ("rule", "allowed"), 5)
VALUE_COLUMN = BY_SITE.first_column  # of an input of the whole scenario
STATUTORY = Grid("Statutory", "site", ("role", "rule"), 6, 5)
LIVE = Grid("Live", "site", ("role", "rule"), 6, 5)
STAFFING = Grid("Staffing", "site", ("plan", "role"), 6, 5)
COSTS = Grid("Costs", "site", ("plan", "role"), 6, 5)
RISK = Grid("Risk", "site", ("plan", "role"), 6, 5)
EVIDENCE = Grid("Evidence", None, ("plan", "site", "role"), 6, 6)
BOOK = Grid("Assumptions", None, ("figure", "site"), 6, 6)
FIT = Grid("Fit", "site", ("plan", "role"), 6, 5)
WATERFALL = Grid("Waterfall", "plan", (), 4, 3)
RETURNS = Grid("Returns", "plan", (), 4, 3)
QUOTE = Grid("Quote", "plan", (), 4, 3)
TIMELINE = Grid("Timeline", "month", ("plan", "site", "wave"), 8, 6)
CHANGES = Grid("Changes", "change", ("plan", "site", "role"), 7, 6)
YEARS = Grid("Statement", "year", ("plan",), 5)
TAX = Grid("Tax", "year", ("plan", "site"), 6)
QUARTERS = Grid("Quarters", "quarter", ("plan",), 5)
CHECKS = Grid("Checks", None, ("plan",), 4, 4)
BOARD = Grid("Board", "plan", (), 3)
COST_PER_HEAD = Grid("Cost per head", "plan", (), 3)
CASH = Grid("Cash and P&L", "plan", (), 3)
RESULTS = Grid("Results", "plan", (), 6)
# Results on sheet Audit, from its row of that number on, one row for each plan.
AUDITED_RESULTS, AUDIT_FIRST = ("plan_fully_loaded_cost", "total_value", "total_cost", "npv"), 10
AUDIT_EDITED = 21  # column of the grade of a figure that was edited
AUDIT_ROW, AUDIT_COLUMN = 6, 10  # of the cell that tells whether all inputs are valid
# Cells that tell whether the workbook was edited, and with the hash of its assumptions.
STATE_CELL, HASH_CELL = "Audit!$L$6", "Audit!$K$7"
CASE_ROW, CASE_COLUMN = 2, 5  # of sheet Live: the banner, which names the case in force
CASE_CELL = "Live!$E$2"
CALCULATIONS = (
    LIVE, STATUTORY, COSTS, WATERFALL, TIMELINE, CHANGES, YEARS, QUARTERS, TAX, RETURNS, QUOTE,
    RISK, FIT, EVIDENCE, CHECKS,
)  # fmt: skip
_PERIODS = {"year": YEARS, "quarter": QUARTERS}
START_ROW, START_COLUMN = 2, 3  # of sheet Statement: month of the year in which month 1 falls
_CALCULATION = {grid.title: grid for grid in CALCULATIONS}
# Inputs that data tables change are on the sheet of the tables, as Excel requires.
SENSITIVITY_CELLS = {
    "sensitivity_case": 7,
    "salary_times": 8,
    "management_times": 9,
    "table_case": 10,
}
# Inputs beside the rows of a list: their numbers, and facts after the fields.
_GIVEN = {
    "vendor": ("vendor",),
    "question": ("question_checklist",),
    "driver": ("driver", "driver_relative", "driver_lowest", "driver_highest"),
}
OWN_ROWS = 5  # below the own figures of sites: what hours of a country follow from, in words too
_COLUMNS = {
    Kind.SITES: "site", Kind.TEAM: "site", Kind.OWN: "site", Kind.LIST: "site", Kind.ROLES: "role",
}  # fmt: skip
# Columns of sheet Assumptions: the inputs of a figure at a site, and the words about it.
BOOK_COLUMNS = {
    "figure_basis": 6, "figure_owner": 7, "figure_evidence": 8, "figure_stated": 9,
    "figure_expires": 10, "figure_status": 11,
}  # fmt: skip
# Columns of sheet Roster: fields of a row, and what is said of it; its first row; and columns of
# sheet Staffing: figures of the same rows.
ROSTER_COLUMNS = {
    "plan": 2, "site": 3, "role": 4, "heads": 5, "start": 6, "end": 7, "pay": 8, "currency": 9,
    "state": 10,
}  # fmt: skip
ROSTER_FIRST = 8
STAFFING_COLUMNS = {"count": 5, "last": 6, "key": 7, "rate": 8}
PLAN_CHOICES = f"choices:{SHOWN_PLAN}"  # name of the place of the words for the plan shown
NUMBERS_AFTER = 2  # columns from the name of a plan, site or role on sheet Inputs to its number
NAME_COLUMN, FIELD_COLUMN = 2, 3  # of sheet Checklists, after the column of row numbers


@dataclass(frozen=True)
class PlacedSection:
    """A section of sheet Inputs and its rows.

    Attributes
    ----------
    row, heads, first, end : int
        The heading, the heads of its columns, the first row below them, the row after the last.
    numbers : int
        Row of the numbers of its columns, 0 for none.
    """

    section: Section
    row: int
    heads: int
    first: int
    end: int
    numbers: int = 0


_BY_SITE, _BY_ROLE, _BY_WAVE = ("plan", "site"), ("plan", "site", "role"), ("plan", "site", "wave")
# Blocks of sheet Staffing by topic: checks, heads, pay, waves.
_STAFFING: tuple[dict[str, tuple[str, ...]], ...] = (
    dict.fromkeys(("wrong", "first_wrong", "without_wave", "apart", "complete", "waved"), ()),
    {"listed": ("plan",), "at_site": _BY_SITE, "heads": _BY_ROLE},
    dict.fromkeys(("payroll", "paid", "salary"), ("site", "role")),
    {"wave_top": ("site",)} | dict.fromkeys(("wave_key", "wave_heads", *DECIDED[2:]), _BY_WAVE),
    {"site_starts": _BY_SITE, "starts": _BY_ROLE, "gap": _BY_ROLE},
)
_OF_ROLES = (
    "apart",
    "site_starts",
    "starts",
    "gap",
)  # with one role, none can start apart from others


@dataclass
class Layout:
    """The layout of all inputs and lines for one shape.

    Attributes
    ----------
    places : dict of str to Place
        Cells of every input, line and built-in parameter, and of the names of plans, sites, roles,
        rules and rows of lists, such as "plan_names".
    lines : dict of str to list
        Lines on each calculation sheet in order, by sheet title.
    sections : list of PlacedSection
        Sections of sheet Inputs in order.
    general : dict of str to Place
        Cells of sheet Inputs that are no inputs of the model, by their defined names.
    written : dict
        Cached formulas by sheet, row and line, which are the same for all scenarios of the shape.
    """

    sizes: Mapping[str, int]
    places: dict[str, Place] = field(default_factory=dict)
    lines: dict[str, list[Line]] = field(default_factory=dict)
    sections: list[PlacedSection] = field(default_factory=list)
    general: dict[str, Place] = field(default_factory=dict)
    written: dict[tuple[str, int, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, model: Model, sizes: Mapping[str, int]) -> "Layout":
        """The layout of a model.

        Parameters
        ----------
        sizes : mapping
            Number of plans, sites, roles and months.

        Returns
        -------
        Layout
        """
        layout = cls(sizes={**sizes, **FIXED_SIZES})
        inputs, inputs_by_name = model.inputs.values(), model.inputs
        months = layout._place(TIMELINE, NUMBER_ROW, ("month",))
        layout.places["month"] = replace(months, name="month_numbers")
        for axis, grid in _PERIODS.items():
            layout.places[axis] = layout._place(grid, NUMBER_ROW, (axis,))
        start = Place(TIMELINE.title, HEAD_ROW, column=TIMELINE.first_column)
        layout.places["start_month"] = start  # a first day, whatever day is entered
        start = Place(YEARS.title, START_ROW, column=START_COLUMN)
        layout.places["start_calendar_month"] = start
        layout.places["change"] = layout._place(CHANGES, NUMBER_ROW, ("change",))
        layout.places["plan"] = layout._place(RETURNS, NUMBER_ROW, ("plan",))
        layout.places["inputs_in_range"] = Place("Audit", AUDIT_ROW, column=AUDIT_COLUMN)
        for name, row in SENSITIVITY_CELLS.items():
            layout.places[name] = Place("Sensitivity", row, column=3, name=name)
        layout._inputs(model)
        layout.places["months_in_quarter"] = layout.general["months_in_quarter"]
        layout.places["rule_names"] = layout._place(RULES, FIRST_ROW, ("site", "rule"))
        below = FIRST_ROW + layout.places["rule_names"].rows
        layout._stack(RULES, [i for i in inputs if i.scope is Scope.CHARGE], below)
        row = layout._below(RULES) + 2
        layout.places[own("rule_names")] = own_names = layout._place(RULES, row, ("site", "rule"))
        charges = [inputs_by_name[name] for name in OF_CHARGE]
        layout._own_figures(RULES, charges, row + own_names.rows)
        layout._checklists(model)
        figures = tuple((axis, layout.sizes[axis]) for axis in BOOK.row_axes)
        for name, column in BOOK_COLUMNS.items():
            layout.places[name] = Place(BOOK.title, FIRST_ROW, figures, column=column)
        row = audited_figures(model, layout.sizes["plan"])
        layout.places["figure_edited"] = Place("Audit", row, figures, column=AUDIT_EDITED)
        layout.lines = dict(_lines_by_sheet(model))
        below = layout._choices(model, FIRST_ROW + 1)
        for grid in CALCULATIONS:
            layout._stack(grid, layout.lines[grid.title], below if grid is LIVE else FIRST_ROW)
        row = layout._below(LIVE) + 2
        for name in ("country_row", "law_first", "law_last"):
            layout.places[name] = layout._place(LIVE, row, ("site",))
            row += 1
        layout.places["usd_rate"] = Place(LIVE.title, row, column=LIVE.total_column)
        for name in ("no_presentation_currency", "shown_currency", "case_name"):
            row += 1
            layout.places[name] = Place(LIVE.title, row, column=LIVE.total_column, name=name)
        layout.places["law_row"] = layout._place(LIVE, row + 1, ("site", "rule"))
        row = layout._below(LIVE) + 2
        for axis in ("site", "role"):
            layout.places[f"{axis}_named"] = layout._place(LIVE, row, (axis,))
            row += layout.places[f"{axis}_named"].rows
        row = layout._below(RETURNS) + 2
        layout.places["plan_named"] = layout._place(RETURNS, row, ("plan",))
        if "roster" in sizes:
            layout._roster()
        return layout

    def _inputs(self, model: Model) -> None:
        """Lay out the sections of sheet Inputs below each other."""
        row = HEAD_ROW
        for section in sections(model, SENSITIVITY_CELLS):
            if self.sections and self.sections[-1].section.is_open:
                row += 1 if section.is_open else 2  # with a line that says how to open a group
            heads = row + 1
            axis = _COLUMNS.get(section.kind, "")
            numbers = heads if axis and axis not in self.places else 0
            if numbers:
                grid = BY_ROLE if axis == "role" else BY_SITE
                self.places[axis] = self._place(grid, numbers, (axis,))
                heads += 1
            first = heads if section.kind is Kind.LINK else heads + 1
            end = self._section(section, first, model)
            self.sections.append(PlacedSection(section, row, heads, first, end, numbers))
            row = end

    def _section(self, section: Section, row: int, model: Model) -> int:
        """Lay out the rows of a section of sheet Inputs; the row after the last."""
        if section.kind is Kind.NAMES:
            return self._names(section.axis, row)
        if section.kind is Kind.LIST:
            [one] = (one for one in LISTS if one.axis == section.axis)
            numbers = Place("Inputs", row, ((one.axis, one.size),), column=2)
            self._list(model, one, replace(numbers, column=1), numbers, VALUE_COLUMN)
            return row + one.size
        if section.kind is Kind.OWN:
            figures = [model.inputs[name] for name in (*OF_COUNTRY, *OF_BOTH)]
            return self._own_figures(BY_SITE, figures, row) + OWN_ROWS
        for name in section.general:
            self.general[name] = Place("Inputs", row, column=VALUE_COLUMN, name=name)
            row += 1
        for entry in section.inputs:
            if section.kind is Kind.SETTINGS:
                place = Place("Inputs", row, column=VALUE_COLUMN, name=entry.name)
            else:
                grid = BY_ROLE if section.kind is Kind.ROLES else BY_SITE
                place = self._place(grid, row, entry.axes)
            self.places[entry.name] = place
            row += place.rows
        return row

    def _names(self, axis: str, row: int) -> int:
        """Lay out the names of plans, sites or roles, and the countries of sites."""
        names = ((axis, self.sizes[axis]),)
        self.places[f"{axis}_names"] = place = Place("Inputs", row, names)
        if axis == "site":
            self.places["country_codes_of_sites"] = replace(place, column=VALUE_COLUMN)
        return row + place.rows

    def _choices(self, model: Model, row: int) -> int:
        """Lay out the numbers of the words that are chosen; the row of what follows."""
        for entry in filter(is_chosen, model.inputs.values()):
            place = self.places[entry.name]
            name = entry.name if entry.scope is Scope.SCENARIO else ""
            self.places[words_of(entry.name)] = replace(place, name=name)
            if entry.scope is Scope.SITE:
                code = self._place(LIVE, row, ("site",))
            else:
                is_by_role = entry.scope is Scope.ROLE  # along the columns of sheet Inputs
                stacked = (("role", self.sizes["role"]),) if is_by_role else place.row_axes
                code = Place(LIVE.title, row, stacked, column=LIVE.total_column)
            self.places[entry.name] = replace(code, name=code_name(name) if name else "")
            row += code.rows
        choices = (("plan", self.sizes["plan"] + 1),)
        self.places[PLAN_CHOICES] = Place(LIVE.title, row, choices, column=LIVE.total_column)
        return row + self.sizes["plan"] + 2

    def entered(self, name: str) -> Place:
        """The cells in which an input is entered, which may hold words or be superseded."""
        otherwise = self.places.get(superseded(name), self.places[name])
        return self.places.get(words_of(name), otherwise)

    def _roster(self) -> None:
        """Lay out sheet Staffing: what sheet Roster decides, where all formulas take it from."""
        first = (("roster", self.sizes["roster"]),)
        for name, column in ROSTER_COLUMNS.items():
            self.places[f"roster:{name}"] = Place("Roster", ROSTER_FIRST, first, column=column)
        row = FIRST_ROW
        for name in ("first_day", "before", "last_day", "earliest", "span", "below"):
            row += 1
            self.places[f"roster:{name}"] = self._place(STAFFING, row, ())
        for topic in _STAFFING:
            row += 2
            for name, axes in topic.items():
                if name in _OF_ROLES and self.sizes["role"] == 1:
                    continue
                place = self._place(STAFFING, row, axes)
                if name in DECIDED:
                    self.places[superseded(name)] = self.places[name]
                self.places[name if name in DECIDED else f"roster:{name}"] = place
                row += place.rows
        for name, column in STAFFING_COLUMNS.items():
            self.places[f"roster:{name}"] = Place(STAFFING.title, row + 2, first, column=column)

    def _checklists(self, model: Model) -> None:
        """Lay out sheet Checklists: the lists of questions, and the questions."""
        checklists = Place("Checklists", FIRST_ROW + 2, (("checklist", CHECKLISTS),), column=1)
        self.places["checklist"] = checklists
        self.places["checklist_names"] = replace(checklists, column=NAME_COLUMN)
        row = FIRST_ROW + CHECKLISTS + 5
        for entry in LISTS:
            if entry.axis in LIST_SHEETS:
                numbers = Place("Checklists", row, ((entry.axis, entry.size),), column=1)
                names = replace(numbers, column=NAME_COLUMN)
                self._list(model, entry, names, numbers, FIELD_COLUMN)
                row += entry.size + 1

    def _list(self, model: Model, entry: List, names: Place, numbers: Place, column: int) -> None:
        """Lay out a list as a table: names, numbers, fields by site, then fields for all sites."""
        self.places[f"{entry.axis}_names"] = names
        of_rows = fields(model, entry)
        for one in of_rows:
            if one.varies_by("site"):
                self.places[one.name] = self._place(BY_SITE, numbers.row, one.axes)
                column = BY_SITE.first_column + self.sizes["site"]
        given, *facts = _GIVEN.get(entry.axis, (None,))
        for name in (*(one.name for one in of_rows if not one.varies_by("site")), *facts):
            self.places[name] = replace(numbers, column=column)
            column += 1
        if given:
            self.places[given] = numbers

    def _stack(self, grid: Grid, entries: Iterable[Input | Line], row: int) -> None:
        topic = None
        for entry in entries:
            if entry.topic != topic:
                row += 1 if topic is None else 2
                topic = entry.topic
            axes = entry.axes if isinstance(entry, Input) else entry.over
            self.places[entry.name] = place = self._place(grid, row, axes)
            row += place.rows

    def _own_figures(self, grid: Grid, entries: Iterable[Input], row: int) -> int:
        """Lay out what inputs are where the site's country says nothing; the row after them."""
        for entry in entries:
            self.places[own(entry.name)] = place = self._place(grid, row, entry.axes)
            row += place.rows
        return row

    def _below(self, grid: Grid) -> int:
        """First free row of a sheet."""
        return max(one.row + one.rows for one in self.places.values() if one.sheet == grid.title)

    def _place(self, grid: Grid, row: int, axes: tuple[str, ...]) -> Place:
        stacked = tuple((axis, self.sizes[axis]) for axis in axes if axis != grid.column_axis)
        if axes == BOOK.row_axes[::-1]:  # as the book has them: the sites of a figure together
            stacked = stacked[::-1]
        if grid.column_axis not in axes:
            return Place(grid.title, row, stacked, None, grid.total_column)
        columns = self.sizes[grid.column_axis]
        return Place(grid.title, row, stacked, grid.column_axis, grid.first_column, columns)


def audited_figures(model: Model, plans: int) -> int:
    """First row of the sums of graded figures on sheet Audit, below results and inputs."""
    inputs = len(model.inputs) - len(SENSITIVITY_CELLS)
    return AUDIT_FIRST + len(AUDITED_RESULTS) * plans + 2 + inputs + 2


def superseded(name: str) -> str:
    """Name of the place in which an input is entered that sheet Roster may decide."""
    return f"entered:{name}"


def own(name: str) -> str:
    """Name of the place of a site's own figure, used where its country has none."""
    return f"own:{name}"


def fields(model: Model, entry: List) -> list[Input]:
    """Inputs that are fields of the rows of a list."""
    return [one for one in model.inputs.values() if one.list_axis == entry.axis]


@functools.lru_cache(maxsize=4)
def _lines_by_sheet(model: Model) -> dict[str, list[Line]]:
    """Lines of each calculation sheet, below all that they depend on, topics kept together."""
    monthly = _monthly(model)
    found: dict[str, list[Line]] = {}
    for line in model.lines.values():
        found.setdefault(_grid_of(line, monthly).title, []).append(line)
    return {title: _by_topic(lines, model) for title, lines in found.items()}


def _by_topic(lines: list[Line], model: Model) -> list[Line]:
    """Lines of one sheet as declared, each topic for as long as it needs no line of another."""
    known = {line.name: line for line in lines}
    left = {name: known[name] for name in model.parameters if name in known}
    ordered: list[Line] = []
    while left:
        ready = [
            line for line in left.values() if left.keys().isdisjoint(model.parameters[line.name])
        ]
        topic = ordered[-1].topic if ordered else ""
        ordered.append(next((line for line in ready if line.topic == topic), ready[0]))
        del left[ordered[-1].name]
    return ordered


def _grid_of(line: Line, monthly: set[str]) -> Grid:
    """The grid of the sheet that contains a line."""
    for axis, grid in _PERIODS.items():
        if axis in line.over:
            return TAX if line.topic == TAX.title else grid
    if "month" not in line.over and line.sheet:
        return _CALCULATION[line.sheet]
    return TIMELINE if line.name in monthly else COSTS


def _monthly(model: Model) -> set[str]:
    """Lines that vary by month or depend on a line that does."""
    monthly = {"month"}
    for line in model.lines.values():
        if "month" in line.over or monthly.intersection(model.parameters[line.name]):
            monthly.add(line.name)
    return monthly


def position_in(place: Place, offset: int) -> dict[str, int]:
    """Position along each row axis of a row in a block.

    Parameters
    ----------
    place : Place
    offset : int
        Rows below the first row of the block.

    Returns
    -------
    dict of str to int
    """
    at = {}
    for axis, size in reversed(place.row_axes):
        offset, at[axis] = divmod(offset, size)
    return at
