"""The recalculation of a workbook: what depends on the functions, proved and then computed.

1. The cells that call the functions, and all that may depend on them (reach.py).
2. Each of their formulas translated, or refused by a known difference (translate.py, trust.py).
3. Formulas of the file that depend on none of ours must give their saved values; the functions of
   one that does not are refused.
4. What is left is computed in order, each formula on its own, over saved and computed values.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from ...engine.calculators.catalogue import PREFIX
from ..errors import WorkbookError
from ..layout.sheet import Plain
from ..ooxml.cell_references import Area, Position
from ..ooxml.cell_values import ErrorValue
from . import trust
from .arithmetic import UnsureError, at
from .evaluator import Engine, agrees, written
from .reach import Reach, Readers, closure, ordered, reach
from .registry import Registry
from .source_workbook import Book, Cell
from .translate import Translated, registered_name, translated

_SPILL_MAX = 10_000
_SPILLS = "spills into other values or over 10,000 cells, or depends on what does"
_PROOFS_MAX, _PROOF_CELLS_MAX = 20_000, 4_000_000  # formulas of the file that are tried, and cells
_ROUNDS = 5  # of arrays that grow into cells that others read


class Left(NamedTuple):
    """A cell that was not computed and keeps its value: where, and why."""

    cell: str
    why: str


class Recalculated(NamedTuple):
    """A workbook with new values.

    Attributes
    ----------
    data : bytes, optional
        The package; None if no cell calls one of the functions.
    computed : int
        Cells with formulas that were computed.
    left : list of Left
    proof : str
        What the file's own values prove, in a sentence; "" where nothing needed a proof.
    """

    data: bytes | None
    computed: int
    left: list[Left]
    proof: str


class _GrownError(Exception):
    """An array that fills more than before, and others read it there."""


def recalculate(data: bytes, functions: Registry) -> Recalculated:
    """A workbook's package with the cells that depend on the functions computed.

    Parameters
    ----------
    data : bytes
        A package that :func:`~shorewise.workbook.ooxml.safe_open.inspect_any` accepts.
    functions : Registry
        The functions that cells may call beside formualizer's own.

    Raises
    ------
    WorkbookError
        Damaged, counted in a way that formualizer does not know, or formualizer is not installed.
    """
    book = Book(data)
    reaches = {cell: reach(book, cell) for cell in book.formulas}
    ours = {cell for cell, one in reaches.items() if _is_ours(book, cell, one, functions)}
    if not ours:
        return Recalculated(None, 0, [], "")
    if book.from_1904:
        raise WorkbookError("its dates count from 1904, formualizer's from 1900")
    if book.as_displayed:
        raise WorkbookError(
            "its numbers count as they are displayed (precision as displayed), which formualizer "
            "does not know; switch that off in Excel's options, or compute it in Excel"
        )
    areas = {cell: one.area for cell, one in book.formulas.items() if one.area[:2] != one.area[2:]}
    for area in areas.values():
        if _size(area) <= _SPILL_MAX:
            book.fills(area)
    for _ in range(_ROUNDS):
        try:
            return _Run(book, functions, reaches, ours, areas).result()
        except _GrownError:
            continue
    raise WorkbookError("its arrays grow into each other without end")


def _is_ours(book: Book, cell: Cell, found: Reach, functions: Registry) -> bool:
    """Whether a formula calls a registered function, also where it is not understood."""
    if found.anything and not found.calls:
        formula = book.formulas[cell]
        return PREFIX in (formula.text or formula.repeats).upper()
    return any(registered_name(call, functions) for call in found.calls)


class _Run:
    """One round: with the areas of arrays as they are known so far."""

    def __init__(
        self,
        book: Book,
        functions: Registry,
        reaches: dict[Cell, Reach],
        ours: set[Cell],
        areas: dict[Cell, Area],
    ):
        self.book, self.functions, self.reaches, self.areas = book, functions, reaches, areas
        self.failed: dict[Cell, str] = {}
        anywhere = {cell for cell, one in reaches.items() if one.anything}
        found = closure(self._readers(reaches), ours | anywhere, areas)
        self.dependent = ours | anywhere | found.keys()
        self.helpers = self._helpers()
        self.cells = self.dependent | self.helpers
        readers = self._readers(self.cells)
        self.order, self.circle, self.following = ordered(readers, self.cells, areas)
        self.values: dict[Cell, Any] = {}  # of all cells that are filled
        self.filled: dict[Cell, Area] = {}  # by arrays that spill
        self.grown: list[Cell] = []  # arrays that fill more than before
        self.owner: dict[Cell, Cell] = {}  # of cells that these fill
        self.formulas: dict[Cell, Translated] = {}

    def _readers(self, cells: Iterable[Cell]) -> Readers:
        readers = Readers()
        for cell in cells:
            for title, area in dict.fromkeys(self.reaches[cell].areas):
                readers.add(title, area, cell)
        return readers

    def _helpers(self) -> set[Cell]:
        """Formulas without a saved value that dependent ones read, themselves independent.

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
                if _size(area) < len(missing[title]):
                    inside = [position for position in _inside(area) if position in missing[title]]
                else:
                    inside = [position for position in missing[title] if _holds(area, position)]
                missing[title].difference_update(inside)
                helpers.update(Cell(title, position) for position in inside)
                waiting += [Cell(title, position) for position in inside]
        return helpers

    def result(self) -> Recalculated:
        """Values of all that can be computed for sure, the others by name."""
        for cell in (*sorted(self.circle), *self.order):
            if cell not in self.failed:
                self._translate(cell)
        engine = Engine(
            self.book,
            {one for cell in self.cells for one in self._filled_cells(cell)},
            self.functions,
        )
        proof = self._prove(engine)
        for cell in self.order:
            if cell not in self.failed:
                try:
                    value = engine.computed(self.formulas[cell])
                    self._fill(engine, cell, value)
                except UnsureError as error:
                    self._fail(cell, str(error))
        if self.grown:
            readers = self._readers(self.reaches)
            if any(next(readers.of(one.title, self.areas[one]), None) for one in self.grown):
                raise _GrownError
        left = self._left()
        values, areas = self._changes()
        data = self.book.filled(values, areas)
        computed = len(self.dependent - self.failed.keys())
        return Recalculated(data, computed, left, proof)

    def _fail(self, cell: Cell, why: str) -> None:
        """Leave a formula, and all that reads it."""
        waiting = [(cell, why)]
        while waiting:
            one, reason = waiting.pop()
            if one not in self.failed:
                self.failed[one] = reason
                waiting += [(next_, f"reads {one}, which is not computed")
                            for next_ in self.following[one]]  # fmt: skip

    def _translate(self, cell: Cell) -> None:
        anything = self.reaches[cell].anything
        try:
            self.formulas[cell] = translated(self.book, cell, self.functions)
        except (UnsureError, WorkbookError) as error:
            self._fail(cell, str(error))
            return
        if anything:
            self._fail(cell, anything)
        elif cell in self.circle:
            self._fail(cell, "depends on itself, or on a cell that does")
        elif _size(self.areas.get(cell, (1, 1, 1, 1))) > _SPILL_MAX:
            self._fail(cell, _SPILLS)

    def _filled_cells(self, cell: Cell) -> Iterable[Cell]:
        """The cells that a formula fills, as far as they can be told one by one."""
        area = self.areas.get(cell)
        if area is None or _size(area) > _SPILL_MAX:
            return (cell,)
        return (cell, *(Cell(cell.title, position) for position in _inside(area)
                        if Cell(cell.title, position) not in self.book.formulas))  # fmt: skip

    def _prove(self, engine: Engine) -> str:
        """Refuse what the file's own values contradict, or do not prove where they must."""
        used = [one for cell, one in self.formulas.items() if cell not in self.failed]
        needed = frozenset().union(*(one.features for one in used))
        unproved = frozenset().union(*(one.unproved for one in used))
        if not needed:
            return ""
        passed, wrong, tried = self._tried(engine, needed)
        self._judge(engine, passed, wrong, unproved)
        unseen = sorted(one for one in needed - passed.keys() - wrong.keys() - unproved)
        text = f"proof: {tried:,} formulas that depend on no function of Shorewise were tried"
        if unseen:
            text += (
                f"; no saved value of the file could prove {', '.join(unseen[:8])}"
                f"{' and others' if len(unseen) > 8 else ''}"
            )
        return text

    def _judge(
        self, engine: Engine, passed: dict[str, int], wrong: dict[str, str], unproved: frozenset
    ) -> None:
        for cell in self.order:
            if cell in self.failed:
                continue
            for feature in sorted(self.formulas[cell].features):
                name = feature.partition("(")[0]
                if feature in wrong:
                    self._fail(cell, f"uses {name}, {wrong[feature]}")
                elif feature in unproved and passed.get(feature, 0) < trust.PASSES:
                    known = engine.knows(name)
                    self._fail(
                        cell,
                        f"calls {name}, which is not tested, and which fewer than {trust.PASSES} "
                        "saved values of the file prove"
                        if known
                        else f"calls {name}, which formualizer does not know",
                    )
                else:
                    continue
                break

    def _tried(
        self, engine: Engine, needed: frozenset[str]
    ) -> tuple[dict[str, int], dict[str, str], int]:
        """How often each function or operator agreed, where one did not, and how many were tried.

        A formula that disagrees speaks against all its functions, or, without any, its operators.
        """
        names = {one.partition("(")[0] for one in needed if not one.startswith("operator")}
        signs = {one.partition(" ")[2] for one in needed if one.startswith("operator")}
        found = [cell for cell in self.book.formulas
                 if cell not in self.cells and self._may_prove(cell, names, signs)]  # fmt: skip
        found = found[:: max(1, -(-len(found) // _PROOFS_MAX))]
        passed: dict[str, int] = {}
        wrong: dict[str, str] = {}
        tried = cells = 0
        for cell in found:
            try:
                formula = translated(self.book, cell, self.functions)
                cells += sum(_size(area) for _, area in formula.reads)
                if not formula.features & needed or cells > _PROOF_CELLS_MAX:
                    continue
                value = engine.computed(formula)
            except (UnsureError, WorkbookError):
                continue
            tried += 1
            why = self._disagrees(cell, value)
            functions = {one for one in formula.features if not one.startswith("operator")}
            if not why:
                for one in formula.features:
                    passed[one] = passed.get(one, 0) + 1
            for one in (functions or formula.features) if why else ():
                wrong.setdefault(one, why)
        return passed, wrong, tried

    def _may_prove(self, cell: Cell, names: set[str], signs: set[str]) -> bool:
        if cell.position in self.book.without_value(cell.title):
            return False
        if not self.reaches[cell].calls.isdisjoint(names):
            return True
        formula = self.book.formulas[cell]
        text = formula.text or formula.repeats
        return not self.reaches[cell].calls and any(sign in text for sign in signs)

    def _disagrees(self, cell: Cell, value: Any) -> str:
        """What the file has instead of a value that was computed; "" if both are the same."""
        formula = self.book.formulas[cell]
        for position in _inside(formula.area) if _size(formula.area) <= _SPILL_MAX else ():
            row, column = position[0] - cell.position[0], position[1] - cell.position[1]
            one = at(value, row, column) if isinstance(value, list) else value
            saved = self.book.saved(Cell(cell.title, position))
            if not agrees(one, saved):
                return (
                    f"by which {Cell(cell.title, position)} is {_shown(written(one))}, where the "
                    f"file has {_shown(saved)}"
                )
        return ""

    def _fill(self, engine: Engine, cell: Cell, value: Any) -> None:
        """Put a result into the cells of its formula."""
        kind = self.book.formulas[cell].kind
        grid = value if isinstance(value, list) else [[value]]
        if kind == "dynamic":
            top, left = cell.position
            area = (top, left, top + len(grid) - 1, left + len(grid[0]) - 1)
            self._check_room(cell, area)
            self.filled[cell] = area
        else:
            area = self.book.formulas[cell].area
        for one in self._filled_cells(cell):
            self.values[one] = None
        for row, column in _inside(area):
            one = Cell(cell.title, (row, column))
            found = at(grid, row - cell.position[0], column - cell.position[1])
            self.values[one] = found
            self.owner[one] = cell
            engine.put(one, 0.0 if found is None else found)

    def _check_room(self, cell: Cell, area: Area) -> None:
        """Refuse an array without room; note what it fills more than before."""
        before = self.areas.get(cell, (*cell.position, *cell.position))
        if _size(area) > _SPILL_MAX:
            raise UnsureError(_SPILLS)
        if any(
            self.owner.get(Cell(cell.title, position), cell) != cell for position in _inside(area)
        ):
            raise UnsureError(_SPILLS)
        new = [position for position in _inside(area) if not _holds(before, position)]
        for position in new:
            one = Cell(cell.title, position)
            if one in self.values or one in self.book.formulas or self.book.saved(one) is not None:
                raise UnsureError(_SPILLS)
        if new:
            union = (
                min(before[0], area[0]), min(before[1], area[1]),
                max(before[2], area[2]), max(before[3], area[3]),
            )  # fmt: skip
            self.areas[cell] = union
            self.book.fills(union)
            self.grown.append(Cell(cell.title, cell.position))

    def _left(self) -> list[Left]:
        """All cells that were not computed, by sheet and position."""
        titles = {title: number for number, title in enumerate(self.book.titles)}
        whys = {cell: why for cell, why in self.failed.items() if cell in self.dependent}
        for title in self.book.titles:
            for position in self.book.without_value(title):
                cell = Cell(title, position)
                if cell not in self.dependent:
                    whys[cell] = (
                        "has no saved value and depends on no function of Shorewise; open and save "
                        "the file in a spreadsheet program"
                    )
        order = sorted(whys, key=lambda cell: (titles[cell.title], cell.position))
        return [Left(str(cell), whys[cell][:240]) for cell in order]

    def _changes(self) -> tuple[dict[Cell, Plain], dict[Cell, Area]]:
        """The values to write, and the areas of arrays, where they are not as they were."""
        areas = {
            cell: area
            for cell, area in self.filled.items()
            if cell in self.dependent and area != self.book.formulas[cell].area
        }
        values: dict[Cell, Plain] = {}
        for formula in self.dependent - self.failed.keys():
            cells = {*self._filled_cells(formula)}
            if formula in self.filled:
                cells |= {
                    Cell(formula.title, position) for position in _inside(self.filled[formula])
                }
            for cell in cells:
                found = self.values[cell]
                value = None if found is None and cell != formula else written(found)
                saved = self.book.saved(cell)
                if formula in areas or type(value) is not type(saved) or value != saved:
                    values[cell] = value
        return values, areas


def _inside(area: Area) -> Iterable[Position]:
    top, left, bottom, right = area
    return ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))


def _holds(area: Area, position: Position) -> bool:
    return area[0] <= position[0] <= area[2] and area[1] <= position[1] <= area[3]


def _size(area: Area) -> int:
    return (area[2] - area[0] + 1) * (area[3] - area[1] + 1)


def _shown(value: Plain) -> str:
    return f"{value:.15g}" if isinstance(value, float) else repr(value)[:30]
