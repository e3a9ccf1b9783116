"""The recalculation of a workbook: what depends on registered functions, proved, then computed.

1. The cells that call the functions, and all that may depend on them, are found (dependents.py);
   so are those that read new values of other cells.
2. Each of their formulas is translated, or refused for a known difference (translate.py, trust.py).
3. Formulas of the file that depend on none of the functions must give their saved values; the
   functions of one that does not are refused (proof.py).
4. The others are computed in order, each formula on its own, over saved and computed values.
"""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from ...engine.calculators.catalogue import PREFIX
from ..errors import WorkbookError
from ..layout.sheet import Plain
from ..ooxml.cell_references import Area, Position, holds, number_of_cells, positions_in
from ..ooxml.cell_values import ErrorValue
from . import trust
from .arithmetic import UnsureError, at
from .dependents import array_areas, dependents, reaches_of, readers_of, reading
from .evaluator import SPILL_MAX, Calculator, written
from .proof import Proof, prove
from .reach import Reach, ordered
from .registry import Registry
from .source_workbook import Cell, SourceWorkbook
from .translate import Translated, registered_name, translated

_SPILLS = "spills into other values or over 10,000 cells, or depends on what does"
_ROUNDS = 5  # of arrays that grow into cells that others read
_REASON_MAX = 240  # characters


class SkippedCell(NamedTuple):
    """A cell that was not computed and keeps its value.

    Attributes
    ----------
    cell : str
        Its address, with its sheet.
    reason : str
    """

    cell: str
    reason: str


class Recalculated(NamedTuple):
    """A recalculated workbook.

    Attributes
    ----------
    data : bytes, optional
        The package; None if no cell calls a registered function.
    computed : int
        Number of formula cells with a computed value.
    skipped : list of SkippedCell
    proof : str
        What the file's own values prove, in a sentence; "" where nothing needed a proof.
    """

    data: bytes | None
    computed: int
    skipped: list[SkippedCell]
    proof: str


class _GrownError(Exception):
    """An array fills more cells than before, and formulas read them."""


def recalculate(
    data: bytes,
    functions: Registry,
    model: Collection[str] = (),
    changed: Collection[Cell] = (),
    unknown: Collection[Cell] = (),
) -> Recalculated:
    """A workbook's package with the cells that depend on registered functions computed.

    With ``model`` or ``changed``, cells that are not computed lose their values, which are of
    before.

    Parameters
    ----------
    data : bytes
        A package that :func:`~shorewise.workbook.ooxml.safe_open.inspect_any` accepts.
    functions : Registry
        The functions that cells may call beside formualizer's own.
    model : collection of str
        Titles of sheets whose values are right as they stand: what reads them is computed too.
    changed : collection of Cell
        Cells with new values, and new formulas: what depends on them is computed, and nothing else.
    unknown : collection of Cell
        Cells whose values only Excel knows: what reads them is not computed.

    Returns
    -------
    Recalculated

    Raises
    ------
    WorkbookError
        The package is damaged, counts dates or digits in a way that formualizer does not know, or
        formualizer is not installed.
    """
    book = SourceWorkbook(data, model)
    reaches = reaches_of(book)
    first = {*changed, *unknown}
    if not changed:
        first |= _first(book, reaches, functions, model)
    if not first:
        return Recalculated(None, 0, [], "")
    if book.from_1904:
        raise WorkbookError("its dates count from 1904, formualizer's from 1900")
    if book.as_displayed:
        raise WorkbookError(
            "its numbers count as they are displayed (precision as displayed), which formualizer "
            "does not know; switch that off in Excel's options, or compute it in Excel"
        )
    areas = array_areas(book)
    for area in areas.values():
        if number_of_cells(area) <= SPILL_MAX:
            book.fills(area)
    for _ in range(_ROUNDS):
        try:
            return _Run(book, functions, reaches, first, areas, unknown).result(
                keep=not (model or changed)
            )
        except _GrownError:
            continue
    raise WorkbookError("its arrays grow into each other without end")


def _first(
    book: SourceWorkbook,
    reaches: dict[Cell, Reach],
    functions: Registry,
    model: Collection[str],
) -> set[Cell]:
    """The formulas that call a registered function, or read a sheet of a model."""
    calling = {cell for cell, one in reaches.items() if _calls(book, cell, one, functions)}
    return calling | reading(reaches, model)


def _calls(book: SourceWorkbook, cell: Cell, found: Reach, functions: Registry) -> bool:
    """Whether a formula calls a registered function, also where it is not understood."""
    if found.anything and not found.calls:
        formula = book.formulas[cell]
        return PREFIX in (formula.text or formula.repeats).upper()
    return any(registered_name(call, functions) for call in found.calls)


class _Run:
    """One round of the computation, with the areas of arrays as they are known so far.

    Parameters
    ----------
    book, functions
    reaches : dict of Cell to Reach
        What each formula of the workbook may read.
    first : set of Cell
        Cells whose values are new: formulas that call a registered function, for one.
    areas : dict of Cell to area
        What arrays fill. Those that grow are changed here, for the next round.
    unknown : collection of Cell
        Cells whose values are not known.
    """

    def __init__(
        self,
        book: SourceWorkbook,
        functions: Registry,
        reaches: dict[Cell, Reach],
        first: set[Cell],
        areas: dict[Cell, Area],
        unknown: Collection[Cell],
    ):
        self.book, self.functions, self.reaches, self.areas = book, functions, reaches, areas
        self.failed: dict[Cell, str] = {}
        self.unknown = unknown
        self.dependent = dependents(reaches, areas, first)
        self.cells = self.dependent | self._helpers()
        readers = readers_of(reaches, self.cells)
        self.order, self.circular, self.following = ordered(readers, self.cells, areas)
        self.values: dict[Cell, Any] = {}  # of every cell that a formula fills
        self.spilled: dict[Cell, Area] = {}  # what arrays that spill fill now
        self.grown: list[Cell] = []  # arrays that fill more than before
        self.owner: dict[Cell, Cell] = {}  # the formula that fills a cell
        self.formulas: dict[Cell, Translated] = {}

    def _helpers(self) -> set[Cell]:
        """Independent formulas without a saved value that dependent ones read.

        An error saved beside a formula that reads nothing, such as 1/0, is no value either: writers
        put #N/A where they do not compute.
        """
        missing = {title: set(self.book.without_value(title)) for title in self.book.titles}
        for cell, found in self.reaches.items():
            if not (found.areas or found.anything):
                is_error = isinstance(self.book.saved(cell), ErrorValue)
                if is_error and self.book.formulas[cell].kind != "table":
                    missing[cell.title].add(cell.position)
        for cell in self.dependent:
            missing[cell.title].discard(cell.position)
        helpers: set[Cell] = set()
        waiting = [*self.dependent]
        while waiting:
            for title, area in self.reaches[waiting.pop()].areas:
                inside = _within(missing[title], area)
                missing[title].difference_update(inside)
                helpers.update(Cell(title, position) for position in inside)
                waiting += [Cell(title, position) for position in inside]
        return helpers

    def result(self, *, keep: bool) -> Recalculated:
        """The workbook with what can be computed for sure, and the cells that cannot.

        With ``keep``, those have the values that they had.

        Raises
        ------
        _GrownError
            Arrays filled cells that formulas read: another round is needed.
        """
        readers = readers_of(self.reaches, self.cells)
        for one in self.unknown:
            for reader in readers.of(one.title, (*one.position, *one.position)):
                self._fail(reader, f"reads {one}, of a pivot table, which Excel makes anew")
        for cell in (*sorted(self.circular), *self.order):
            if cell not in self.failed:
                self._translate(cell)
        pending = {one for cell in self.cells for one in self._filled_cells(cell)}
        engine = Calculator(self.book, pending, self.functions)
        proof = self._prove(engine)
        for cell in self.order:
            if cell not in self.failed:
                try:
                    self._fill(engine, cell, engine.computed(self.formulas[cell]))
                except UnsureError as error:
                    self._fail(cell, str(error))
        if self.grown:
            readers = readers_of(self.reaches, self.reaches)
            if any(next(readers.of(one.title, self.areas[one]), None) for one in self.grown):
                raise _GrownError
        skipped = self._skipped()
        values, areas = self._changes()
        if not keep:
            values |= {
                one: None
                for cell in self.dependent & self.failed.keys()
                for one in self._filled_cells(cell)
                if self.book.saved(one) is not None
            }
        data = self.book.filled(values, areas)
        return Recalculated(data, len(self.dependent - self.failed.keys()), skipped, proof)

    def _fail(self, cell: Cell, reason: str) -> None:
        """Skip a formula, and every formula that reads it."""
        waiting = [(cell, reason)]
        while waiting:
            one, why = waiting.pop()
            if one not in self.failed:
                self.failed[one] = why
                why = f"reads {one}, which is not computed"
                waiting += [(reader, why) for reader in self.following[one]]

    def _translate(self, cell: Cell) -> None:
        anything = self.reaches[cell].anything
        try:
            self.formulas[cell] = translated(self.book, cell, self.functions)
        except (UnsureError, WorkbookError) as error:
            self._fail(cell, str(error))
            return
        if anything:
            self._fail(cell, anything)
        elif cell in self.circular:
            self._fail(cell, "depends on itself, or on a cell that does")
        elif number_of_cells(self.areas.get(cell, (1, 1, 1, 1))) > SPILL_MAX:
            self._fail(cell, _SPILLS)

    def _filled_cells(self, cell: Cell) -> Iterable[Cell]:
        """The cells that a formula fills; of an array that is too large, its own cell alone."""
        area = self.areas.get(cell)
        if area is None or number_of_cells(area) > SPILL_MAX:
            return (cell,)
        filled = (Cell(cell.title, position) for position in positions_in(area))
        return (cell, *(one for one in filled if one not in self.book.formulas))

    def _prove(self, engine: Calculator) -> str:
        """Skip the formulas that the file's own values contradict, or do not prove; in words."""
        used = [one for cell, one in self.formulas.items() if cell not in self.failed]
        needed = frozenset().union(*(one.features for one in used))
        unproved = frozenset().union(*(one.unproved for one in used))
        if not needed:
            return ""
        proof = prove(self.book, engine, self.functions, self.reaches, self.cells, needed)
        for cell in self.order:
            if cell not in self.failed:
                reason = _reason(self.formulas[cell], proof, engine)
                if reason:
                    self._fail(cell, reason)
        return proof.summary(needed, unproved)

    def _fill(self, engine: Calculator, cell: Cell, value: Any) -> None:
        """Put a result into the cells of its formula."""
        grid = value if isinstance(value, list) else [[value]]
        area = self.book.formulas[cell].area
        if self.book.formulas[cell].kind == "dynamic":
            top, left = cell.position
            area = (top, left, top + len(grid) - 1, left + len(grid[0]) - 1)
            self._make_room(cell, area)
            self.spilled[cell] = area
        for one in self._filled_cells(cell):
            self.values[one] = None
        for row, column in positions_in(area):
            one = Cell(cell.title, (row, column))
            found = at(grid, row - cell.position[0], column - cell.position[1])
            self.values[one] = found
            self.owner[one] = cell
            engine.put(one, 0.0 if found is None else found)

    def _make_room(self, cell: Cell, area: Area) -> None:
        """Refuse an array that would spill into other values; note what it fills beyond before."""
        before = self.areas.get(cell, (*cell.position, *cell.position))
        if number_of_cells(area) > SPILL_MAX:
            raise UnsureError(_SPILLS)
        filled = [Cell(cell.title, position) for position in positions_in(area)]
        if any(self.owner.get(one, cell) != cell for one in filled):
            raise UnsureError(_SPILLS)
        new = [one for one in filled if not holds(before, one.position)]
        for one in new:
            if one in self.values or one in self.book.formulas or self.book.saved(one) is not None:
                raise UnsureError(_SPILLS)
        if new:
            first = (min(before[0], area[0]), min(before[1], area[1]))
            union = (*first, max(before[2], area[2]), max(before[3], area[3]))
            self.areas[cell] = union
            self.book.fills(union)
            self.grown.append(cell)

    def _skipped(self) -> list[SkippedCell]:
        """All cells that were not computed, in the order of sheets and rows."""
        titles = {title: number for number, title in enumerate(self.book.titles)}
        reasons = {cell: why for cell, why in self.failed.items() if cell in self.dependent}
        for title in self.book.titles:
            for position in self.book.without_value(title):
                cell = Cell(title, position)
                if cell not in self.dependent:
                    reasons[cell] = (
                        "has no saved value and depends on no function of Shorewise; open and save "
                        "the file in a spreadsheet program"
                    )
        order = sorted(reasons, key=lambda cell: (titles[cell.title], cell.position))
        return [SkippedCell(str(cell), reasons[cell][:_REASON_MAX]) for cell in order]

    def _changes(self) -> tuple[dict[Cell, Plain], dict[Cell, Area]]:
        """The values, and the areas of arrays, that differ from those in the file."""
        areas = {
            cell: area
            for cell, area in self.spilled.items()
            if cell in self.dependent and area != self.book.formulas[cell].area
        }
        values: dict[Cell, Plain] = {}
        for formula in self.dependent - self.failed.keys():
            cells = {*self._filled_cells(formula)}
            if formula in self.spilled:
                spilled = positions_in(self.spilled[formula])
                cells |= {Cell(formula.title, position) for position in spilled}
            for cell in cells:
                found = self.values[cell]
                value = None if found is None and cell != formula else written(found)
                saved = self.book.saved(cell)
                if formula in areas or type(value) is not type(saved) or value != saved:
                    values[cell] = value
        return values, areas


def _reason(formula: Translated, proof: Proof, engine: Calculator) -> str:
    """Why the file's own values do not let a formula be computed; "" if they do."""
    for feature in sorted(formula.features):
        name = feature.partition("(")[0]
        if feature in proof.contradicted:
            return f"uses {name}, {proof.contradicted[feature]}"
        if feature in formula.unproved and proof.passed.get(feature, 0) < trust.PASSES:
            if not engine.knows(name):
                return f"calls {name}, which formualizer does not know"
            return (
                f"calls {name}, which is not tested, and which fewer than {trust.PASSES} "
                "saved values of the file prove"
            )
    return ""


def _within(positions: set[Position], area: Area) -> list[Position]:
    """Those of some positions that are in an area."""
    if number_of_cells(area) < len(positions):
        return [position for position in positions_in(area) if position in positions]
    return [position for position in positions if holds(area, position)]
