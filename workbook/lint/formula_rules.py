"""Rules about single formulas: length, nested IFs, constants, functions, references."""

from collections import Counter
from collections.abc import Iterable, Iterator

from ..ooxml.cell_references import parse_reference
from ..ooxml.formula_tokens import Kind
from .areas import Area, Cell
from .cell_rules import reads_as_number
from .cycles import cycles, is_address
from .facts import Facts, Grid
from .formulas import Formula, is_external
from .rule import Options, Violation, cell_name, in_cell, outside_cells, rule, sheet_name

# 1% turns shares into per cent; the last four are units of time.
CONSTANTS = {0, 0.01, 1, 2, 7, 12, 24, 52}
_VOLATILE = (
    "OFFSET", "INDIRECT", "NOW", "TODAY", "RAND", "RANDBETWEEN", "RANDARRAY", "CELL", "INFO",
)  # fmt: skip
_OUTSIDE = ("WEBSERVICE", "RTD", "STOCKHISTORY")
_ASK_FOR_EMPTY = {"COUNTA", "COUNTBLANK", "ISBLANK", "LEN"}
# Arguments (from 0) that select an option of a function, and are not assumptions.
_CODES = {
    "AGGREGATE": (0, 1), "CHAR": (0,), "DAYS360": (2,), "LEFT": (1,), "MATCH": (2,), "MID": (1, 2),
    "NETWORKDAYS.INTL": (2,), "RANK": (2,), "RANK.EQ": (2,), "RIGHT": (1,), "ROUND": (1,),
    "ROUNDDOWN": (1,), "ROUNDUP": (1,), "SUBTOTAL": (0,), "TRUNC": (1,), "UNICHAR": (0,),
    "WEEKDAY": (1,), "WEEKNUM": (1,), "WORKDAY.INTL": (2,), "XLOOKUP": (4, 5), "XMATCH": (2, 3),
    "YEARFRAC": (2,),
}  # fmt: skip
_SHOWN_MAX = 6  # cells of a circular reference


def _named(facts: Facts) -> Iterator[tuple[str, Formula]]:
    """Formulas of defined names, each with the address that a finding shows."""
    for name, formula in facts.names.values():
        yield f"name {name}", formula


@rule(
    "SW02",
    "Formula too long to read",
    "split it over rows, each with a label and a unit",
    "FAST 3.03-01; ICAEW 13",
)
def long_formulas(facts: Facts, options: Options) -> Iterator[Violation]:
    """Formulas longer than the limit, on sheets with at least as many formulas as typed numbers.

    Those that show a text, such as a sentence, are left out.
    """
    for grid in facts.grids:
        typed = sum(position in grid.numbers for position in grid.constants)
        if not grid.computing or len(grid.formulas) < typed:
            continue
        for position, formula in grid.formulas.items():
            if len(formula.text) > options.longest and not grid.is_text(position):
                yield in_cell(grid, position, f"formula of {len(formula.text)} characters")


@rule(
    "SW03",
    "IF inside IF",
    "put each condition in a row of its own, as a flag that is 1 or 0",
    "FAST 3.03-05 to 3.03-07",
)
def nested_ifs(facts: Facts, _: Options) -> Iterator[Violation]:
    """Formulas with an IF among the arguments of another."""
    for grid, position, formula in facts.formulas():
        if formula.nested_if:
            yield in_cell(grid, position, "IF inside IF")


@rule(
    "SW04",
    "Volatile or indirect function",
    "refer to the cells directly; use INDEX to choose one of several; type in dates",
    "FAST 4.01-03",
)
def volatile_functions(facts: Facts, _: Options) -> Iterator[Violation]:
    """Functions that change without a changed input, or refer to cells by a computed address."""
    for grid, position, formula in facts.formulas():
        for name in sorted(set(formula.functions).intersection(_VOLATILE)):
            yield in_cell(grid, position, f"{name}()")
    for where, formula in _named(facts):
        for name in sorted(set(formula.functions).intersection(_VOLATILE)):
            yield outside_cells(where, f"{name}()")


@rule(
    "SW05",
    "Constant inside a formula",
    "move the number to an input cell with a label, a unit and a source",
    "ICAEW 14",
    "medium",
)
def constants(facts: Facts, _: Options) -> Iterator[Violation]:
    """Numbers in formulas, except 0, 1, 2, 1% and the calendar's 7, 12, 24 and 52."""
    for grid, position, formula in facts.formulas():
        found = []
        for operand in formula.operands:
            if operand.kind != Kind.NUMBER or operand.argument in _CODES.get(operand.function, ()):
                continue
            value = float(operand.text) / (100 if operand.percent else 1)
            if value not in CONSTANTS:
                found.append(operand.text + "%" * operand.percent)
        if found:
            yield in_cell(grid, position, f"constant {', '.join(dict.fromkeys(found))}")


@rule(
    "SW08",
    "External data source",
    "copy the figures to an input sheet, with their source and date, and remove the link",
    "FAST; ICAEW 15",
    "medium",
)
def external_sources(facts: Facts, _: Options) -> Iterator[Violation]:
    """Links to other workbooks, data connections, and functions that fetch data."""
    for target in dict.fromkeys(facts.parts.links):
        yield outside_cells("workbook", f"link to {target[:100]}")
    for grid, position, formula in facts.formulas():
        if any(is_external(operand.text) for operand in formula.references):
            yield in_cell(grid, position, "refers to another workbook")
        for name in sorted(set(formula.functions).intersection(_OUTSIDE)):
            yield in_cell(grid, position, f"{name}()")
    for where, formula in _named(facts):
        if any(is_external(operand.text) for operand in formula.references):
            yield outside_cells(where, "refers to another workbook")


@rule(
    "SW18",
    "NPV() outside a sheet of checks",
    "multiply by a row of discount factors; use NPV() on a sheet Checks only, to compare",
    "FAST 4.01-02",
)
def npv_functions(facts: Facts, _: Options) -> Iterator[Violation]:
    """NPV and XNPV, whose timing is easily misread, on sheets other than those of checks."""
    for grid, position, formula in facts.formulas():
        if not is_check(grid.title):
            for name in sorted({"NPV", "XNPV"}.intersection(formula.functions)):
                yield in_cell(grid, position, f"{name}()")


@rule(
    "SW23",
    "Circular reference",
    "break the loop: use an opening balance, the previous month's figure, or an algebraic solution",
    "practice",
    "high",
)
def circular_references(facts: Facts, _: Options) -> Iterator[Violation]:
    """Formulas that depend on their own result, directly or through other cells.

    Cycles that share a cell are reported as one finding, by the shortest of them.
    """
    for cells, size in shortest_cycles(cycles(facts)):
        first = cells.index(min(cells))
        cells = cells[first:] + cells[:first]
        grid, position = facts.grids[cells[0][0]], cells[0][1:]
        names = [cell_name(facts.grids[n].title, (row, column)) for n, row, column in cells]
        if len(names) > _SHOWN_MAX:
            names = [*names[: _SHOWN_MAX - 1], f"{len(names) - _SHOWN_MAX + 1} more"]
        what = "refers to itself"
        if len(cells) > 1:
            what = f"depends on its own result: {' -> '.join([*names, names[0]])}"
        if size > len(cells):
            what += f"; {size} cells in all"
        # Formulas that refer to themselves alike are one finding; longer cycles never are.
        yield in_cell(
            grid, position, what, cause="" if size > 1 else f"itself {grid.pattern(position)}"
        )


def shortest_cycles(ways: Iterable[list[Cell]]) -> list[tuple[list[Cell], int]]:
    """The shortest cycle of each group that shares cells, and the number of cells in the group."""
    leader: dict[Cell, Cell] = {}

    def lead(cell: Cell) -> Cell:
        while leader.setdefault(cell, cell) != cell:
            leader[cell] = cell = leader[leader[cell]]
        return cell

    shortest: dict[Cell, list[Cell]] = {}
    for cells in ways:
        leaders = {lead(cells[0])}
        for cell in reversed(cells):  # cells before one of the same group belong to it
            if lead(cell) == lead(cells[0]):
                break
            leaders.add(lead(cell))
        joined = [shortest.pop(one) for one in leaders if one in shortest]
        for one in leaders:
            leader[one] = lead(cells[0])
        shortest[lead(cells[0])] = min([*joined, cells], key=len)
    sizes = Counter(lead(cell) for cell in list(leader))
    return [(cells, sizes[one]) for one, cells in shortest.items()]


@rule(
    "SW24",
    "Reference to an empty cell, or arithmetic on text",
    "fill the cell, or refer to the intended one",
    "practice",
    "medium",
)
def empty_and_text(facts: Facts, _: Options) -> Iterator[Violation]:
    """References to single empty cells, and arithmetic on cells that hold text.

    Unlocked cells can be left empty, and formulas that test for an empty cell expect one.
    """
    for grid, position, formula in facts.formulas():
        asks = '""' in {operand.text for operand in formula.operands}
        if asks or _ASK_FOR_EMPTY.intersection(formula.functions):
            continue
        for operand, areas in facts.references(grid, position):
            one = parse_reference(operand.text)
            if is_address(operand) or one is None or not one.is_one_cell or len(areas) != 1:
                continue
            target = facts.grids[areas[0].sheet]
            there = (areas[0].top, areas[0].left)
            cause = one.in_r1c1(*position)
            name = cell_name(target.title, there)
            if _is_empty(target, areas[0]):
                yield in_cell(
                    grid, position, f"refers to the empty cell {name}", cause=f"empty {cause}"
                )
            elif operand.arithmetic and target.is_text(there) and there not in target.errors:
                if reads_as_number(str(target.constants.get(there, ""))):
                    continue  # SW10 reports the text itself
                yield in_cell(
                    grid, position, f"arithmetic on {name}, which holds text", cause=f"text {cause}"
                )


def _is_empty(grid: Grid, area: Area) -> bool:
    position = (area.top, area.left)
    if not grid.is_empty(position):
        return False
    cell = grid.sheet._cells.get(position)
    return cell is None or bool(cell.protection.locked)


@rule(
    "SW25",
    "Whole columns or rows in a formula",
    "refer to the rows that hold data, or make them a table",
    "practice",
)
def whole_columns(facts: Facts, _: Options) -> Iterator[Violation]:
    """References such as A:A, which include whatever is typed there later."""
    for grid, position, formula in facts.formulas():
        if shown := _whole(formula):
            yield in_cell(grid, position, shown)
    for where, formula in _named(facts):
        if shown := _whole(formula):
            yield outside_cells(where, shown)


def _whole(formula: Formula) -> str:
    found = ((operand.text, parse_reference(operand.text)) for operand in formula.references)
    return ", ".join(dict.fromkeys(text for text, one in found if one is not None and one.is_whole))


@rule(
    "SW27",
    "Broken reference (#REF!)",
    "point it to the intended cells, or delete it",
    "practice",
    "high",
)
def lost_references(facts: Facts, _: Options) -> Iterator[Violation]:
    """Formulas, defined names, conditional formats, validations and charts that contain #REF!."""
    for grid, position, formula in facts.formulas():
        if _is_lost(formula):
            yield in_cell(grid, position, "formula contains #REF!")
    for where, formula in _named(facts):
        if _is_lost(formula):
            yield outside_cells(where, "refers to #REF!", "medium")
    for grid in facts.grids:
        for kind, applied in (("format", grid.formats), ("validation", grid.validations)):
            for one in applied:
                if any("#REF!" in text for text in one.formulas):
                    where = f"{sheet_name(grid.title)}!{one.cells}"
                    yield outside_cells(where, f"{kind} refers to #REF!")
    for chart in facts.parts.charts:
        if any("#REF!" in text for text in chart.formulas):
            yield outside_cells(chart.address, "chart refers to #REF!")


def _is_lost(formula: Formula) -> bool:
    return any(o.text.endswith("#REF!") for o in formula.operands if o.kind != Kind.TEXT)


def is_check(title: str) -> bool:
    """Whether a sheet's title starts with Check."""
    return title.strip().casefold().startswith("check")
