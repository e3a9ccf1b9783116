"""What a file's own saved values prove about the functions and operators that it uses.

Formulas that depend on none of the registered functions are computed as well. Where one gives its
saved value, to 15 digits, that speaks for all its functions and operators; where it does not, that
speaks against all its functions, or, without any, against its operators.
"""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from ..errors import WorkbookError
from ..layout.sheet import Plain
from ..ooxml.cell_references import number_of_cells, positions_in
from .arithmetic import UnsureError, at
from .evaluator import SPILL_MAX, Calculator, agrees, written
from .reach import Reach
from .registry import Registry
from .source_workbook import Cell, SourceWorkbook
from .translate import translated

_FORMULAS_MAX, _CELLS_MAX = 20_000, 4_000_000  # formulas that are tried, and cells that they read


class Proof(NamedTuple):
    """What the formulas that were tried say of each feature, a function or an operator.

    Attributes
    ----------
    passed : dict of str to int
        How many formulas with the feature gave their saved values.
    contradicted : dict of str to str
        Where a formula with the feature did not give its saved value, in words.
    tried : int
        The number of formulas that were computed.
    """

    passed: dict[str, int]
    contradicted: dict[str, str]
    tried: int

    def summary(self, needed: frozenset[str], unproved: frozenset[str]) -> str:
        """What was tried, in a sentence, and which of the needed features nothing could prove."""
        unseen = sorted(needed - self.passed.keys() - self.contradicted.keys() - unproved)
        text = f"proof: {self.tried:,} formulas that depend on no function of Shorewise were tried"
        if unseen:
            text += (
                f"; no saved value of the file could prove {', '.join(unseen[:8])}"
                f"{' and others' if len(unseen) > 8 else ''}"
            )
        return text


def prove(
    book: SourceWorkbook,
    engine: Calculator,
    functions: Registry,
    reaches: Mapping[Cell, Reach],
    computed: Collection[Cell],
    needed: frozenset[str],
) -> Proof:
    """Compute formulas of a file that have saved values, and compare.

    Parameters
    ----------
    book, engine, functions
    reaches : dict of Cell to Reach
        What each formula of the file reads and calls.
    computed : collection of Cell
        The formulas that are to be computed, and so prove nothing.
    needed : frozenset of str
        The features that these use.
    """
    proof = Proof({}, {}, 0)
    cells = tried = 0
    for cell in _candidates(book, reaches, computed, needed):
        try:
            formula = translated(book, cell, functions)
            cells += sum(number_of_cells(area) for _, area in formula.reads)
            if not formula.features & needed or cells > _CELLS_MAX:
                continue
            value = engine.computed(formula)
        except (UnsureError, WorkbookError):
            continue
        tried += 1
        if why := _disagreement(book, cell, value):
            called = {one for one in formula.features if not one.startswith("operator")}
            for feature in called or formula.features:
                proof.contradicted.setdefault(feature, why)
        else:
            for feature in formula.features:
                proof.passed[feature] = proof.passed.get(feature, 0) + 1
    return proof._replace(tried=tried)


def _candidates(
    book: SourceWorkbook,
    reaches: Mapping[Cell, Reach],
    computed: Collection[Cell],
    needed: frozenset[str],
) -> list[Cell]:
    """Formulas with saved values that may use what is needed, evenly spread over the file."""
    names = {one.partition("(")[0] for one in needed if not one.startswith("operator")}
    signs = {one.partition(" ")[2] for one in needed if one.startswith("operator")}

    def may_prove(cell: Cell) -> bool:
        if cell in computed or cell.position in book.without_value(cell.title):
            return False
        if not reaches[cell].calls.isdisjoint(names):
            return True
        formula = book.formulas[cell]
        text = formula.text or formula.repeats
        return not reaches[cell].calls and any(sign in text for sign in signs)

    found = list(filter(may_prove, book.formulas))
    return found[:: max(1, -(-len(found) // _FORMULAS_MAX))]


def _disagreement(book: SourceWorkbook, cell: Cell, value: Any) -> str:
    """How the file's values differ from a computed result; "" if they are the same."""
    area = book.formulas[cell].area
    for position in positions_in(area) if number_of_cells(area) <= SPILL_MAX else ():
        row, column = position[0] - cell.position[0], position[1] - cell.position[1]
        one = at(value, row, column) if isinstance(value, list) else value
        saved = book.saved(Cell(cell.title, position))
        if not agrees(one, saved):
            return (
                f"by which {Cell(cell.title, position)} is {_shown(written(one))}, where the "
                f"file has {_shown(saved)}"
            )
    return ""


def _shown(value: Plain) -> str:
    return f"{value:.15g}" if isinstance(value, float) else repr(value)[:30]
