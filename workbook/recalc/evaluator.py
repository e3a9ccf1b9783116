"""formualizer as a calculator: one formula at a time, over values that are set beforehand."""

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ...engine.errors import install
from ..errors import WorkbookError
from ..layout.sheet import Plain
from ..ooxml.cell_references import Area, Position, holds, number_of_cells, positions_in
from ..ooxml.cell_values import ErrorValue
from . import arithmetic, trust
from .arithmetic import UnsureError
from .registry import CellFunction, Registry
from .source_workbook import Cell, SourceWorkbook
from .translate import SHIM_PREFIX, Translated

# Excel's errors by formualizer's names; it has others for what it could not compute.
ERRORS = {
    "Null": "#NULL!",
    "Div": "#DIV/0!",
    "Value": "#VALUE!",
    "Ref": "#REF!",
    "Num": "#NUM!",
    "Na": "#N/A",
    "Calc": "#CALC!",
}
_KINDS = {text: kind for kind, text in ERRORS.items()}
SPILL_MAX = 10_000  # cells of an array; formualizer spills no more
_SCRATCH = "Z"
_TEXT_MAX = 32_767
_MANY = 1_000  # cells of an area, from which on whole columns are set, once
_NOISE = 2.0**-44  # of the largest number that is added up
_NOISE_MAX = 1e6  # a sum above it is never noise


def register(engine: Any, functions: Registry) -> None:
    """Register functions with a workbook of formualizer."""
    for name, function in functions.items():
        engine.register_function(name, _for_engine(function), max_args=len(function.broadcasts))


def _for_engine(function: CellFunction) -> Callable[..., Any]:
    def called(*cells: Any) -> Any:
        result = function.call(*(_each(cell, _given) for cell in cells))
        return _each(result, _returned)

    return called


def _each(value: Any, converted: Callable[[Any], Any]) -> Any:
    if isinstance(value, list):
        return [[converted(cell) for cell in row] for row in value]
    return converted(value)


def _given(cell: Any) -> Any:
    return ErrorValue(ERRORS.get(cell["kind"], "#NAME?")) if isinstance(cell, dict) else cell


def _returned(cell: Any) -> Any:
    if isinstance(cell, ErrorValue):
        return {"type": "Error", "kind": _KINDS.get(cell, "Name" if cell == "#NAME?" else "Value")}
    return cell


def _shims() -> dict[str, Callable[..., Any]]:
    """Functions of ours that formualizer calls, by name without the prefix."""
    return {
        "CHAIN": arithmetic.chain,
        "MINUS": arithmetic.negative, "PERCENT": arithmetic.hundredth,
        "NUMBER": arithmetic.number, "TEXT": arithmetic.text, "TRUTH": arithmetic.truth,
        "DAY": arithmetic.date, "YEAR": arithmetic.year, "INDEX": arithmetic.index,
        "KEY": arithmetic.short, "CRITERION": arithmetic.criterion, "SINGLE": arithmetic.single,
        "ROUND": arithmetic.rounded, "CUT": arithmetic.cut, "RAISE": arithmetic.raised,
        "WHOLE": arithmetic.whole, "REMAINDER": arithmetic.remainder,
        "FORMAT": arithmetic.formatted, "RATE": arithmetic.rate, "FLAG": arithmetic.flag,
        "SOME": arithmetic.some_text, "FEW": arithmetic.few,
        "SUMMAND": arithmetic.summand, "POWER": arithmetic.operator("^"),
    }  # fmt: skip


class Calculator:
    """A calculator for the formulas of a workbook, by formualizer.

    Parameters
    ----------
    book : SourceWorkbook
    pending : set of Cell
        Cells that are still to be computed; their saved values are not read.
    functions : Registry
        The functions to register with formualizer.

    Raises
    ------
    WorkbookError
        formualizer is not installed.
    """

    def __init__(self, book: SourceWorkbook, pending: set[Cell], functions: Registry):
        try:
            import formualizer
        except ImportError:
            raise WorkbookError(f"computing a workbook needs: {install('calc')}") from None
        self._book, self._pending = book, pending
        self._sheets = {title: f"S{number}" for number, title in enumerate(book.titles, 1)}
        self._engine = formualizer.Workbook()
        for name in (*self._sheets.values(), _SCRATCH):
            self._engine.add_sheet(name)
        self._engine.set_temporal_egress("serial")
        self._engine.set_changelog_enabled(False)  # which would keep every formula
        register(self._engine, functions)
        for name, shim in _shims().items():
            self._register(SHIM_PREFIX + name, shim)
        self._result: list[Any] = []
        self._register(f"{SHIM_PREFIX}OUT", self._result.append)
        self._unsure = ""
        self._put: set[Cell] = set()
        self._columns: set[tuple[str, int]] = set()
        # Cells whose values cannot be set, and why.
        self._unread: dict[str, dict[Position, str]] = {title: {} for title in book.titles}
        self._errors: dict[str, dict[Position, str]] = {title: {} for title in book.titles}
        self._largest: dict[tuple[str, int], float] = {}  # number of a column

    def _register(self, name: str, function: Callable[..., Any]) -> None:
        def called(*cells: Any) -> Any:
            try:
                return function(*cells)
            except UnsureError as error:
                self._unsure = self._unsure or str(error)
            except (ArithmeticError, ValueError, TypeError) as error:
                self._unsure = self._unsure or f"cannot be computed: {error}"
            return arithmetic.error("Value")

        self._engine.register_function(name, called)

    def knows(self, name: str) -> bool:
        """Whether formualizer has a function of that name."""
        self._engine.set_formula(_SCRATCH, 2, 1, f"={name}()")
        found = self._engine.evaluate_cell(_SCRATCH, 2, 1)
        return not (isinstance(found, dict) and found["kind"] == "Name")

    def put(self, cell: Cell, value: Any) -> None:
        """Set the value of a cell, as formualizer has values."""
        sheet, position = self._sheets[cell.title], cell.position
        self._put.add(cell)
        self._errors[cell.title].pop(position, None)
        if isinstance(value, dict):
            self._errors[cell.title][position] = value["kind"]
            self._engine.set_formula(sheet, *position, f"={ERRORS.get(value['kind'], '#VALUE!')}")
        else:
            self._engine.set_value(sheet, *position, value)
            if isinstance(value, (int, float)):
                column = (cell.title, position[1])
                self._largest[column] = max(self._largest.get(column, 0), abs(value))

    def computed(self, formula: Translated) -> Any:
        """The value of a formula, or rows of values, as formualizer has them.

        Raises
        ------
        UnsureError
            What Excel would show is not known for sure.
        """
        for title, area in formula.reads:
            self._read(title, area)
        strict = not trust.NO_ERRORS.isdisjoint(formula.features)
        self._refuse_errors(formula.reads, strict)
        value = self._evaluate(formula.text)
        for one in (cell for row in value for cell in row) if isinstance(value, list) else (value,):
            self._refuse_result(one, formula, strict)
        return value

    def _refuse_errors(self, reads: Iterable[tuple[str, Area]], strict: bool) -> None:
        """Refuse to read errors where it is not sure which of them Excel shows."""
        errors = {kind for title, area in reads for kind in _within(self._errors[title], area)}
        if errors and (strict or len(errors) > 1):
            raise UnsureError(f"reads {' and '.join(sorted(ERRORS[one] for one in errors))}")

    def _evaluate(self, text: str) -> Any:
        """The value that formualizer gives to a formula's text."""
        self._result.clear()
        self._unsure = ""
        try:
            self._engine.set_formula(_SCRATCH, 1, 1, f"={SHIM_PREFIX}OUT({text})")
            self._engine.evaluate_cell(_SCRATCH, 1, 1)
        except MemoryError:
            raise
        except Exception as error:  # formualizer's own are of many classes
            raise UnsureError(f"is not understood by formualizer: {str(error)[:120]}") from None
        if self._unsure:
            raise UnsureError(self._unsure)
        if not self._result:
            raise UnsureError("is not computed by formualizer")
        value = self._result[-1]
        if isinstance(value, list) and len(value) == 1 == len(value[0]):
            return value[0][0]
        return value

    def _refuse_result(self, value: Any, formula: Translated, strict: bool) -> None:
        """Refuse a value that a cell cannot hold, or that Excel may not show."""
        if isinstance(value, str) and len(value) > _TEXT_MAX:
            raise UnsureError("gives a text that is longer than a cell holds")
        if isinstance(value, dict) and value["kind"] not in ERRORS:
            raise UnsureError(f"gives formualizer's error {value['kind']}")
        if isinstance(value, dict) and (strict or (value["kind"] == "Ref" and formula.clipped)):
            raise UnsureError(f"gives {ERRORS[value['kind']]}, where Excel may give another value")
        if formula.adds and isinstance(value, float):
            self._refuse_noise(value, formula.reads)

    def _refuse_noise(self, value: float, reads: Iterable[tuple[str, Area]]) -> None:
        """Refuse a sum that is no more than what is left of numbers that cancel each other."""
        if not 0 < abs(value) < _NOISE_MAX:
            return
        for title, area in reads:
            columns = range(area[1], area[3] + 1)
            largest = max(self._largest.get((title, column), 0) for column in columns)
            if abs(value) >= _NOISE * largest:
                continue
            for position in self._book.cells_in(title, area):
                one = self._engine.get_value(self._sheets[title], *position)
                if isinstance(one, float) and abs(value) < _NOISE * abs(one):
                    raise UnsureError("adds up numbers that cancel each other to 13 digits or more")

    def _read(self, title: str, area: Area) -> None:
        """Set the saved values of an area, but not of cells that are still to be computed."""
        if number_of_cells(area) < _MANY:
            self._take(title, area)
        else:
            for column in range(area[1], area[3] + 1):
                if (title, column) not in self._columns:
                    self._columns.add((title, column))
                    self._take(title, (1, column, 1 << 20, column))
        for why in _within(self._unread[title], area):
            raise UnsureError(f"reads {why}")

    def _take(self, title: str, area: Area) -> None:
        book, missing = self._book, self._book.without_value(title)
        for position in book.cells_in(title, area):
            cell = Cell(title, position)
            if cell in self._put or cell in self._pending:
                continue
            self._put.add(cell)
            if position in missing:
                self._unread[title][position] = f"{cell}, which has no saved value"
                continue
            try:
                value = book.value(cell)
            except WorkbookError as error:
                self._unread[title][position] = f"{cell}, whose value is not understood ({error})"
                continue
            if isinstance(value, ErrorValue):
                if value in _KINDS:
                    self.put(cell, arithmetic.error(_KINDS[value]))
                else:
                    self._unread[title][position] = f"{cell}, which shows {value[:20]}"
            elif value is not None:
                self.put(cell, value)


def _within(marked: dict[Position, str], area: Area) -> Iterator[str]:
    """The notes on cells of an area."""
    if number_of_cells(area) < len(marked):
        yield from (marked[position] for position in positions_in(area) if position in marked)
    else:
        yield from (note for position, note in marked.items() if holds(area, position))


def written(value: Any) -> Plain:
    """A result as a cell holds it; 0 for that of a formula that refers to an empty cell."""
    if isinstance(value, dict):
        return ErrorValue(ERRORS.get(value["kind"], "#NAME?"))
    if isinstance(value, (bool, str)):
        return value
    number = float(value or 0.0)  # nor is there a negative 0
    return number if math.isfinite(number) else ErrorValue("#NUM!")


def agrees(value: Any, saved: Plain) -> bool:
    """Whether a result equals the value that the file has, to 15 digits."""
    found = written(value)
    if isinstance(saved, bool) or isinstance(found, bool):
        return found is saved
    if isinstance(found, (int, float)) and isinstance(saved, (int, float)):
        if found == saved or f"{found:.15g}" == f"{saved:.15g}":
            return True
        return abs(found - saved) <= 1e-14 * min(abs(found), abs(saved))
    return type(found) is type(saved) and found == saved
