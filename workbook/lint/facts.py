"""A workbook prepared for the rules: parsed formulas, values, names, resolved references."""

import datetime
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from openpyxl.utils import range_boundaries
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from ..errors import WorkbookError
from ..ooxml.cell_references import Position, Reference, parse_reference
from ..ooxml.formula_tokens import Kind
from ..ooxml.load import load, opened
from ..ooxml.structured_references import Table, cells_of
from .areas import Area, Cell, Pool
from .formulas import Formula, Operand, is_external, parse_formula
from .parts import Parts, RangeRule, read_parts

_LINKS = frozenset({"ANCHORARRAY", "IF", "INDEX", "SINGLE"})  # return a cell's value unchanged
_TEXTS = frozenset({"CONCAT", "CONCATENATE", "LEFT", "MID", "RIGHT", "TEXT", "TEXTJOIN"})
_NO_CELL = (0, 0)  # position used for references that are not in a cell
_UNITS = ("unit", "units", "einheit", "einheiten")
_DEPTH_MAX = 20  # of names that refer to names
FORMULAS_MAX = 120_000  # about five seconds
SHEETS_MAX = 200_000  # covered by all 3-D references together


@dataclass
class Grid:
    """One worksheet.

    Attributes
    ----------
    formulas, constants : dict by row and column
        What was typed. Cells that an array formula or a data table fills are in neither; they are
        in ``filled``, which maps them to the cell of that formula.
    values : dict by row and column
        Displayed values: constants, and the cached values of formulas.
    uncached, errors, unlocked : set of row and column
        Formulas without a cached value; cells with an error value; cells that are not locked.
    """

    number: int
    title: str
    sheet: Any
    formulas: dict[Position, Formula] = field(default_factory=dict)
    constants: dict[Position, Any] = field(default_factory=dict)
    values: dict[Position, Any] = field(default_factory=dict)
    filled: dict[Position, Position] = field(default_factory=dict)
    uncached: set[Position] = field(default_factory=set)
    errors: set[Position] = field(default_factory=set)
    unlocked: set[Position] = field(default_factory=set)
    validations: list[RangeRule] = field(default_factory=list)
    formats: list[RangeRule] = field(default_factory=list)
    data_tables: list[Area] = field(default_factory=list)
    patterns: dict[Position, str] = field(default_factory=dict)

    @cached_property
    def rows(self) -> dict[int, list[int]]:
        """Non-empty columns by row, both in ascending order."""
        found: dict[int, list[int]] = {}
        for row, column in sorted({*self.values, *self.formulas}):
            found.setdefault(row, []).append(column)
        return found

    @cached_property
    def numbers(self) -> set[Position]:
        """Cells that hold a number or date, or an uncached formula that may return one."""
        shown = {position for position, value in self.values.items() if is_number(value)}
        return shown | {position for position in self.uncached if not self.is_text(position)}

    @cached_property
    def anchors(self) -> set[Position]:
        """Positions of formulas that fill other cells."""
        return set(self.filled.values())

    @cached_property
    def data_table_formulas(self) -> set[Position]:
        """Formulas above or to the left of a data table, whose results it tabulates."""
        pool = Pool((self.number, *position) for position in self.formulas)
        found = set()
        for n, top, left, bottom, right in self.data_tables:
            above = Area(n, top - 1, left - 1, top - 1, right)
            beside = Area(n, top, left - 1, bottom, left - 1)
            found |= {cell[1:] for area in (above, beside) for cell in pool.take(area)}
        return found

    @cached_property
    def computing(self) -> set[Position]:
        """Formulas that compute a number, i.e. neither links nor text."""
        return {
            position
            for position, formula in self.formulas.items()
            if not is_link(formula) and not self.is_text(position)
        }

    @cached_property
    def unit_headings(self) -> list[Position]:
        """Cells that read Unit or Units."""
        return sorted(
            position
            for position, value in self.constants.items()
            if isinstance(value, str) and value.strip().casefold() in _UNITS
        )

    def unit_column(self, row: int) -> int:
        """Column of units for a row, from the nearest heading above it; 0 if there is none."""
        above = bisect_left(self.unit_headings, (row, 0))
        return self.unit_headings[above - 1][1] if above else 0

    def is_empty(self, position: Position) -> bool:
        """Whether a cell has neither a value nor a formula."""
        return position not in self.values and position not in self.formulas

    def is_text(self, position: Position) -> bool:
        """Whether a cell holds text; without a cached value, judged by its formula."""
        if position not in self.uncached:
            return isinstance(self.values.get(position), str)
        formula = self.formulas[position]
        texts = any(operand.kind == Kind.TEXT for operand in formula.operands)
        joined = formula.operators == {"&"} or not _TEXTS.isdisjoint(formula.functions[:1])
        return texts or joined

    def pattern(self, position: Position) -> str:
        """The formula of a cell in R1C1 notation; "" if it has none."""
        if position not in self.patterns:
            formula = self.formulas.get(position)
            self.patterns[position] = formula.relative(*position) if formula else ""
        return self.patterns[position]


class Facts:
    """A workbook as the rules see it: its worksheets, names, tables and other parts."""

    def __init__(self, grids: list[Grid], parts: Parts, path: str | Path = ""):
        self.grids, self.parts, self.path = grids, parts, path
        self._reached = 0  # sheets covered by 3-D references so far
        self.names: dict[tuple[int, str], tuple[str, Formula]] = {}
        self.tables: dict[str, Table] = {}
        self._numbers = {grid.title.casefold(): grid.number for grid in grids}
        self._resolved: dict[tuple[int, str], tuple[Area, ...]] = {}
        self._references: dict[tuple[int, Position], list[tuple[Operand, tuple[Area, ...]]]] = {}

    def formulas(self) -> Iterator[tuple[Grid, Position, Formula]]:
        """Every formula of a cell, with its sheet and position."""
        for grid in self.grids:
            for position, formula in grid.formulas.items():
                yield grid, position, formula

    @cached_property
    def unreferenced(self) -> set[Cell]:
        """Cells with a constant to which no formula, chart, format or validation refers."""
        pool = Pool((grid.number, *position) for grid in self.grids for position in grid.constants)
        for area in self._used():
            for _ in pool.take(area):
                pass
        return set(pool.left())

    def _used(self) -> set[Area]:
        found: set[Area] = set()
        for grid, position, _ in self.formulas():
            for _, areas in self.references(grid, position):
                found.update(areas)
        for grid in self.grids:
            for one in (*grid.validations, *grid.formats):
                for text in one.formulas:
                    found.update(self.areas_outside_cells(text, grid.number))
        for chart in self.parts.charts:
            for text in chart.formulas:
                found.update(self.areas_outside_cells(text, 0))
        return found

    def references(self, grid: Grid, position: Position) -> list[tuple[Operand, tuple[Area, ...]]]:
        """References of a cell's formula, each with the areas that it denotes."""
        key = (grid.number, position)
        if key not in self._references:
            self._references[key] = [
                (operand, self.areas(operand.text, grid.number, position))
                for operand in grid.formulas[position].references
            ]
        return self._references[key]

    def areas_outside_cells(self, text: str, sheet: int) -> tuple[Area, ...]:
        """Areas to which a formula of a chart, format or validation refers."""
        operands = parse_formula(text if text.startswith("=") else f"={text}").references
        return tuple(area for each in operands for area in self.areas(each.text, sheet))

    def areas(
        self, text: str, sheet: int, position: Position = _NO_CELL, depth: int = 0
    ) -> tuple[Area, ...]:
        """Areas that a reference in a cell of a sheet denotes; empty if it cannot be resolved."""
        key = (sheet, text)
        if key in self._resolved:
            return self._resolved[key]
        found = parse_reference(text.removesuffix("#"))
        areas: tuple[Area, ...] = ()
        if depth > _DEPTH_MAX:
            return ()
        if is_external(text):
            pass
        elif found is not None:
            areas = self._plain(found, text, sheet)
        elif "[" in text:
            return self._of_table(text, sheet, position)
        else:
            self._resolved[key] = ()  # for a name that refers to itself
            areas = self._named(text, sheet, depth)
        self._resolved[key] = areas
        return areas

    def _plain(self, found: Reference, text: str, sheet: int) -> tuple[Area, ...]:
        """Cells of a reference in A1 notation, on each sheet that it names."""
        sheets = self._sheets(found.sheet) if found.sheet else [sheet]
        if len(sheets) > 1:
            self._reached += len(sheets)
            if self._reached > SHEETS_MAX:
                raise WorkbookError(
                    f"{self.path}: references over several sheets, such as {text[:60]}, reach "
                    f"more than {SHEETS_MAX:,} sheets in all; refer to one sheet of totals"
                )
        return tuple(Area(n, *found.area) for n in sheets)

    def _sheets(self, title: str) -> list[int]:
        """Numbers of the sheets in a reference's sheet part: one title, or First:Last."""
        if title.casefold() in self._numbers:
            return [self._numbers[title.casefold()]]
        ends = [self._numbers.get(part.casefold()) for part in title.split(":")]
        if len(ends) != 2 or ends[0] is None or ends[1] is None:
            return []
        return list(range(min(ends[0], ends[1]), max(ends[0], ends[1]) + 1))

    def _named(self, text: str, sheet: int, depth: int) -> tuple[Area, ...]:
        scope, mark, name = text.rpartition("!")
        scopes = self._sheets(scope.strip("'")) if mark else [sheet]
        for at in (*scopes, -1):
            if (at, name.casefold()) in self.names:
                formula = self.names[at, name.casefold()][1]
                found = (self.areas(o.text, sheet, depth=depth + 1) for o in formula.references)
                return tuple(dict.fromkeys(area for areas in found for area in areas))
        if name.casefold() in self.tables:
            return self._of_table(f"{name}[]", sheet, _NO_CELL)
        return ()

    def _of_table(self, text: str, sheet: int, position: Position) -> tuple[Area, ...]:
        """Cells of a reference to a table, such as Table1[[#This Row],[Amount]]."""
        try:
            title, area = cells_of(text, self.tables, self.grids[sheet].title, position)
        except WorkbookError:
            return ()
        return (Area(self._numbers[title.casefold()], *area),)


def is_number(value: Any) -> bool:
    """Whether a cell's value is a number or a date."""
    if isinstance(value, bool):
        return False
    return isinstance(value, (int, float)) or is_date(value)


def is_date(value: Any) -> bool:
    """Whether a cell's value is a date, a time or a span of time."""
    return isinstance(value, (datetime.date, datetime.time, datetime.timedelta))


def is_link(formula: Formula) -> bool:
    """Whether a formula only returns the value of another cell, or chooses one of two."""
    return (
        bool(formula.references)
        and not formula.operators
        and _LINKS.issuperset(formula.functions)
        and (len(formula.functions) <= 1 or formula.functions.count("IF") == 1)
    )


def read_facts(path: str | Path) -> Facts:
    """The facts of a workbook file.

    Raises
    ------
    WorkbookError
        Not a workbook, not safe to open, or damaged.
    """
    with opened(path) as package:
        live, cached, extensions = load(package)
        return _facts(live, cached, read_parts(package, extensions), path)


def _facts(live: Any, cached: Any, parts: Parts, path: str | Path) -> Facts:
    titles = [sheet.title for sheet in live.worksheets]
    formulas = sum(c.data_type == "f" for sheet in live.worksheets for c in sheet._cells.values())
    if formulas > FORMULAS_MAX:
        raise WorkbookError(
            f"{path}: {formulas:,} formulas; lint looks at up to {FORMULAS_MAX:,}. "
            "Save the sheets to look at as a workbook of their own"
        )
    grids = [_grid(n, title, live[title], cached[title]) for n, title in enumerate(titles)]
    facts = Facts(grids, parts, path)
    for scope, names in (
        (-1, live.defined_names),
        *((g.number, g.sheet.defined_names) for g in grids),
    ):
        for name, defined in names.items():
            if not name.startswith("_xlnm."):
                text = defined.attr_text or ""
                facts.names[scope, name.casefold()] = (name, parse_formula(f"={text}"))
    for grid in grids:
        grid.validations += [_validation(one) for one in grid.sheet.data_validations.dataValidation]
        grid.validations += parts.validations.get(grid.title, [])
        grid.formats += [
            RangeRule(str(one.sqref), tuple(f for rule in one.rules for f in rule.formula if f))
            for one in grid.sheet.conditional_formatting
        ]
        grid.formats += parts.formats.get(grid.title, [])
        for table in grid.sheet.tables.values():
            facts.tables[table.displayName.casefold()] = _table(grid.title, table)
    return facts


def _table(title: str, table: Any) -> Table:
    left, top, right, bottom = range_boundaries(table.ref)
    header_rows = 1 if table.headerRowCount is None else table.headerRowCount
    columns = tuple(unescape(one.name or "") for one in table.tableColumns)
    columns = (*columns, *("",) * (right - left + 1))[: right - left + 1]  # one name per column
    area = (top, left, bottom, right)
    return Table(table.displayName, title, area, columns, header_rows, table.totalsRowCount or 0)


def _validation(one: Any) -> RangeRule:
    stops = (
        one.type not in (None, "none")
        and bool(one.showErrorMessage)
        and one.errorStyle in (None, "stop")
    )
    return RangeRule(str(one.sqref), tuple(f for f in (one.formula1, one.formula2) if f), stops)


def _grid(number: int, title: str, sheet: Any, cached: Any) -> Grid:
    """A worksheet's cells, from openpyxl's sheets of its formulas and of its cached values."""
    grid = Grid(number, title, sheet)
    shown = cached._cells
    blocks: list[tuple[Position, Area]] = []  # of array formulas and data tables
    for position, cell in sheet._cells.items():  # existing cells only, not the whole used range
        if cell.value is None:
            continue
        if not cell.protection.locked:
            grid.unlocked.add(position)
        if cell.data_type == "f":
            _add_formula(grid, position, cell.value, shown.get(position))
            if isinstance(cell.value, (ArrayFormula, DataTableFormula)):
                left, top, right, bottom = range_boundaries(cell.value.ref)
                blocks.append((position, Area(number, top, left, bottom, right)))
                if isinstance(cell.value, DataTableFormula):
                    grid.data_tables.append(blocks[-1][1])
        else:
            grid.constants[position] = grid.values[position] = cell.value
            if cell.data_type == "e":
                grid.errors.add(position)
    _move_filled(grid, blocks)
    return grid


def _add_formula(grid: Grid, position: Position, value: Any, cached: Any) -> None:
    """Add a formula and its cached value; ``cached`` is openpyxl's cell, or None."""
    grid.formulas[position] = _formula(value)
    if cached is None or (cached.value is None and cached.data_type != "str"):
        grid.uncached.add(position)
        return
    grid.values[position] = "" if cached.value is None else cached.value
    if cached.data_type == "e":
        grid.errors.add(position)


def _move_filled(grid: Grid, blocks: list[tuple[Position, Area]]) -> None:
    """Move the cells that array formulas and data tables fill from constants to ``filled``."""
    pool = Pool((grid.number, *position) for position in grid.constants) if blocks else Pool(())
    for anchor, area in blocks:
        for _, row, column in pool.take(area):
            grid.filled[row, column] = anchor
    for there in grid.filled:
        del grid.constants[there]


def _formula(value: Any) -> Formula:
    if isinstance(value, DataTableFormula):
        inputs = [each for each in (value.r1, value.r2) if each]
        return Formula(
            "TABLE", operands=tuple(Operand(each, Kind.REFERENCE, "TABLE") for each in inputs)
        )
    if isinstance(value, ArrayFormula):
        value = value.text or "="
    return parse_formula(value)
