"""Rules about sheets and the file: protection, inputs, checks, panes, charts, merged cells."""

from collections.abc import Iterable, Iterator

from openpyxl.utils import get_column_letter, range_boundaries

from ..ooxml.cell_references import Position
from .areas import Area, Pool
from .facts import Facts, Grid, is_link, is_number
from .formula_rules import is_check
from .hidden_rules import has_closed_groups
from .parts import RangeRule
from .rule import Options, Violation, in_cell, outside_cells, rule, sheet_name

_SCREEN_ROWS, _SCREEN_COLUMNS = 40, 20  # about what a screen shows


def _areas(grid: Grid, applied: Iterable[RangeRule]) -> Iterator[Area]:
    """Areas of validations or conditional formats."""
    for one in applied:
        for cells in one.cells.replace("$", "").split():
            left, top, right, bottom = range_boundaries(cells)
            yield Area(grid.number, top or 1, left or 1, bottom or 1 << 20, right or 1 << 14)


@rule(
    "SW06",
    "Cell with an error value",
    "correct the cause; where a case has no answer, return a text that says so",
    "ICAEW 18",
    "high",
)
def error_values(facts: Facts, _: Options) -> Iterator[Violation]:
    """Cells with an error value, cached or typed."""
    for grid in facts.grids:
        for position in sorted(grid.errors):
            yield in_cell(grid, position, f"shows {grid.values[position]}")


@rule(
    "SW07",
    "Formula without a saved value",
    "open the file in Excel or LibreOffice, recalculate and save it",
    "practice",
)
def missing_values(facts: Facts, _: Options) -> Iterator[Violation]:
    """Formulas without a cached value, which previews and some programs show as empty."""
    for grid in facts.grids:
        for position in sorted(grid.uncached):
            yield in_cell(grid, position, "formula without a saved value")


@rule(
    "SW09",
    "Macros",
    "replace what the macros compute by formulas, and save the workbook as .xlsx",
    "practice",
)
def macros(facts: Facts, _: Options) -> Iterator[Violation]:
    """VBA projects and Excel 4 macro sheets."""
    for name in facts.parts.macros:
        yield outside_cells("workbook", f"macros in {name}")


@rule(
    "SW11",
    "Inputs and calculations on one sheet",
    "move the inputs to a sheet of their own and link to them",
    "FAST 1; ICAEW 10",
)
def mixed_sheets(facts: Facts, _: Options) -> Iterator[Violation]:
    """Sheets with both unlocked constants and locked formulas that compute a number."""
    for grid in facts.grids:
        inputs = sorted(grid.unlocked & grid.constants.keys())
        computing = grid.computing - grid.unlocked
        if inputs and computing:
            pair = [f"{get_column_letter(c)}{r}" for r, c in (inputs[0], min(computing))]
            yield outside_cells(
                sheet_name(grid.title), f"input {pair[0]} and calculation {pair[1]} on one sheet"
            )


_IS_FORMULA = "ISFORMULA("  # in a conditional format: it shows a formula that was typed over


@rule(
    "SW15",
    "Not protected",
    "protect the sheet, with or without a password, and unlock input cells only",
    "ICAEW 20",
)
def protection(facts: Facts, _: Options) -> Iterator[Violation]:
    """Sheets without protection, and formulas in open cells that may be typed over unseen.

    A sheet with closed groups of rows may be without: Excel opens no group on a protected sheet.
    """
    for grid in facts.grids:
        if grid.rows and not grid.sheet.protection.sheet and not has_closed_groups(grid):
            yield outside_cells(sheet_name(grid.title), "sheet is not protected")
        pool = Pool((grid.number, *one) for one in grid.unlocked & grid.formulas.keys())
        shown = (one for one in grid.formats if any(_IS_FORMULA in text for text in one.formulas))
        for area in _areas(grid, shown):
            for _taken in pool.take(area):
                pass
        for _sheet, *position in pool.left():
            yield in_cell(grid, (position[0], position[1]), "formula in an open cell")


@rule(
    "SW16",
    "Input without validation",
    "add data validation for the allowed range, with an error alert of style Stop",
    "ICAEW 19",
)
def validation(facts: Facts, _: Options) -> Iterator[Violation]:
    """Unlocked cells without validation: numbers, and texts to which a formula refers."""
    for grid in facts.grids:
        cells = ((grid.number, *position) for position in grid.unlocked & grid.constants.keys())
        pool = Pool(
            cell
            for cell in cells
            if not isinstance(grid.constants[cell[1:]], str) or cell not in facts.unreferenced
        )
        for area in _areas(grid, (one for one in grid.validations if one.stops)):
            for _taken in pool.take(area):
                pass
        for _sheet, *position in pool.left():
            yield in_cell(
                grid,
                (position[0], position[1]),
                "unlocked cell without a validation that stops wrong input",
            )


@rule(
    "SW19",
    "Result of the checks is not shown",
    "collect all checks on a sheet Checks, and show its result at the top of every sheet",
    "FAST 2.03-05; ICAEW 19",
)
def master_check(facts: Facts, _: Options) -> Iterator[Violation]:
    """Models without a sheet of checks, and sheets that do not show the result of the checks."""
    if not any(grid.computing for grid in facts.grids):
        return
    checks = {grid.number for grid in facts.grids if is_check(grid.title)}
    if not checks:
        yield outside_cells("workbook", "no sheet of checks")
        return
    for grid in facts.grids:
        shown = (_shows(facts, grid, position, checks) for position in grid.formulas)
        # A list of locked constants has no result that a check could be of.
        live = grid.formulas or grid.unlocked & grid.constants.keys()
        if live and grid.number not in checks and not any(shown):
            yield outside_cells(sheet_name(grid.title), "does not show the result of the checks")


def _shows(facts: Facts, grid: Grid, position: Position, checks: set[int], far: int = 3) -> bool:
    """Whether a formula refers to a sheet of checks, directly or through links."""
    for _, areas in facts.references(grid, position):
        for area in areas:
            there, target = facts.grids[area.sheet], (area.top, area.left)
            if area.sheet in checks:
                return True
            follows = far and area.is_single and is_link(grid.formulas[position])
            if (
                follows
                and target in there.formulas
                and _shows(facts, there, target, checks, far - 1)
            ):
                return True
    return False


@rule(
    "SW20",
    "Large sheet without frozen panes",
    "freeze panes below the headings and to the right of the labels",
    "FAST 2.01-02",
)
def frozen_panes(facts: Facts, _: Options) -> Iterator[Violation]:
    """Tables larger than a screen, whose headings scroll out of sight."""
    for grid in facts.grids:
        panes = (view.pane for view in grid.sheet.views.sheetView)
        if any(pane is not None and pane.state in ("frozen", "frozenSplit") for pane in panes):
            continue
        table = [
            (row, column)
            for row, columns in grid.rows.items()
            if len(found := [c for c in columns if (row, c) in grid.numbers]) > 1
            for column in found
        ]
        rows, columns = ({position[n] for position in table} for n in (0, 1))
        if table and (max(rows) > _SCREEN_ROWS or max(columns) > _SCREEN_COLUMNS):
            yield outside_cells(
                sheet_name(grid.title), "larger than a screen, without frozen panes"
            )


@rule(
    "SW21",
    "Chart without titles or description",
    "add a chart title, axis titles with units, and a description (alt text)",
    "practice",
)
def charts(facts: Facts, _: Options) -> Iterator[Violation]:
    """Charts without a title, axis titles or alt text."""
    for chart in facts.parts.charts:
        if chart.lacks:
            yield outside_cells(chart.address, f"chart without {', '.join(chart.lacks)}")


@rule(
    "SW22",
    "Merged cells among calculations",
    "unmerge them; centre a heading across the selection instead",
    "FAST 2.01-01",
)
def merged_cells(facts: Facts, _: Options) -> Iterator[Violation]:
    """Merged cells within the range that a sheet's calculations span."""
    for grid in facts.grids:
        if not grid.computing:
            continue
        rows, columns = ({position[n] for position in grid.computing} for n in (0, 1))
        for merged in grid.sheet.merged_cells.ranges:
            if (
                merged.min_row <= max(rows)
                and merged.max_row >= min(rows)
                and merged.min_col <= max(columns)
                and merged.max_col >= min(columns)
            ):
                where = f"{sheet_name(grid.title)}!{merged.coord}"
                yield outside_cells(where, "merged cells among calculations")


@rule(
    "SW26",
    "Unused input",
    "delete it, or use it in the calculation",
    "practice",
    "medium",
)
def unused_inputs(facts: Facts, _: Options) -> Iterator[Violation]:
    """Numbers to which nothing refers: unlocked, or named on a sheet without unlocked cells."""
    for grid in facts.grids:
        wanted = {p for p in grid.unlocked if is_number(grid.constants.get(p))}
        if not grid.sheet.protection.sheet and not grid.unlocked:
            wanted |= {p for p in _named(facts, grid) if is_number(grid.constants.get(p))}
        for position in wanted:
            if (grid.number, *position) in facts.unreferenced:
                yield in_cell(grid, position, "number to which nothing refers")


def _named(facts: Facts, grid: Grid) -> Iterator[Position]:
    """Single cells that have a defined name."""
    for scope, name in facts.names:
        for area in facts.areas(name, max(scope, 0)):
            if area.sheet == grid.number and area.is_single:
                yield area.top, area.left
