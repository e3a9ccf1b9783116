"""The workbook of the differences between two scenarios: one sheet, whose totals are live."""

from collections.abc import Iterator
from pathlib import Path

from openpyxl.utils import get_column_letter

from ..engine.differences.comparison import (
    HORIZON,
    MEASURES,
    START,
    InputDifference,
    PlanChange,
    ScenarioComparison,
)
from ..engine.model import default_model
from .atomic_write import atomic_write, refuse_existing, refuse_kind
from .compilation import workbook_bytes
from .languages.language import ENGLISH, language_of
from .layout.context import number_format
from .layout.sheet import Book, Formula, Sheet, block
from .rendering.theme import Theme
from .translation import translated

_PLAN_ROW, _HEAD = 5, 6
_OF_A, _OF_B, _CHANGE, _FIRST = 7, 8, 9, 11  # rows of figures, and the first of the differences
_UNIT, _A, _B, _PLANS = 3, 4, 5, 6  # columns
_DECIMALS = 7  # to which effects sum to the change
_NONE, _NOT_SPLIT, _AS_HEADED = "none", "not split", "as headed"


def write(
    comparison: ScenarioComparison,
    path: str | Path,
    *,
    force: bool = False,
    theme: Theme | None = None,
    language: str = ENGLISH,
) -> Path:
    """Write the workbook of the differences between two scenarios.

    Parameters
    ----------
    comparison : ScenarioComparison
    path : path
        An existing file is replaced only with ``force``.
    theme : Theme, optional
        The embedded one by default.
    language : str
        Code of the language of its texts.

    Raises
    ------
    WorkbookError
        A file that is there already or cannot be written, or another ending than .xlsx.
    """
    refuse_existing(path, force=force)
    refuse_kind(path)
    book = Book("Differences between two scenarios", [differences_sheet(comparison)], {})
    keep = {
        comparison.a,
        comparison.b,
        *comparison.plans,
        *(one.address for one in comparison.inputs),
    }
    book = translated(book, language_of(language), keep)
    return atomic_write(path, workbook_bytes(book, theme), force=force)


def differences_sheet(found: ScenarioComparison) -> Sheet:
    """Figures of each plan in A and in B, and the effect of each difference, with live totals."""
    sheet = Sheet("Differences", "output", widths={1: 50, 2: 40, 3: 16, _A: 14, _B: 14})
    sheet.put(1, 1, "Differences between two scenarios", "title")
    sheet.put(2, 1, f"A: {found.a}; B: {found.b}", "subtitle")
    sheet.put(3, 1, found.method or "No number differs.", "note")
    heads = ("Difference", "What it is", "Unit", "A", "B")
    for column, title in enumerate(heads, 1):
        sheet.put(_HEAD, column, title, "head" if column < _A else "number head")
    for row, title in ((_OF_A, "A"), (_OF_B, "B"), (_CHANGE, "Change: B less A")):
        sheet.put(row, 1, title, "strong label" if row == _CHANGE else "label")
        sheet.put(row, _UNIT, _AS_HEADED, "unit")
    total = _differences(found, sheet)
    for number, (name, plan) in enumerate(found.plans.items()):
        first = _PLANS + number * len(MEASURES)
        sheet.topic(_PLAN_ROW, name, first + len(MEASURES) - 1, first)
        for column, key in enumerate(MEASURES, first):
            _figure(found, sheet, plan, key, column, total)
    if found.groups:
        last = max(_B, _PLANS - 1 + len(found.plans) * len(MEASURES))
        sheet.true_false = [block(total + 1, _PLANS, 1, max(1, last - _B))]
    for row, words in enumerate(_notes(found), total + 3):
        sheet.put(row, 1, words, "note")
    sheet.freeze, sheet.head_rows = f"B{_HEAD + 1}", _HEAD
    return sheet


def _differences(found: ScenarioComparison, sheet: Sheet) -> int:
    """Put labels and values of the differences; the row of the totals below them."""
    row = _FIRST
    for group in found.groups:
        members = found.members(group)
        if len(members) == 1:
            _values(sheet, row, members[0], "label")
        else:
            sheet.put(row, 1, group, "label")
            sheet.put(row, _UNIT, f"{len(members)} numbers", "unit")
        row += 1
        for one in members if len(members) > 1 else ():
            _values(sheet, row, one, "note")
            row += 1
    if found.groups:
        sheet.put(row, 1, "Sum of the effects", "strong label")
        sheet.put(row, _UNIT, _AS_HEADED, "unit")
        sheet.put(row + 1, 1, "The effects sum to the change", "label")
    return row


def _values(sheet: Sheet, row: int, one: InputDifference, style: str) -> None:
    shown = (
        "0" if one.input in (HORIZON, START) else number_format(default_model().inputs[one.input])
    )
    sheet.put(row, 1, one.address, style)
    sheet.put(row, 2, one.label, style)
    sheet.put(row, _UNIT, one.unit.replace("fraction", "%"), "unit")
    for column, value in ((_A, one.a), (_B, one.b)):
        sheet.put(row, column, value, "calculation", shown)


def _figure(
    found: ScenarioComparison, sheet: Sheet, plan: PlanChange, key: str, column: int, total: int
) -> None:
    """Put one figure of a plan: in A, in B, its change, and the effects that sum to it."""
    line = default_model().lines[MEASURES[key]]
    letter, shown = get_column_letter(column), number_format(line)
    unit = line.unit.replace("money", found.currency).replace("fraction", "%")
    sheet.widths[column] = 15
    sheet.put(_HEAD, column, f"{line.label}, {unit}", "number head")
    sheet.heights[_HEAD] = 3
    for row, figures in ((_OF_A, plan.a), (_OF_B, plan.b)):
        value = _NONE if figures[key] is None else figures[key]
        sheet.put(row, column, value, "calculation", shown)
    change = plan.change[key]
    moved = _NONE if change is None else Formula(f"{letter}{_OF_B}-{letter}{_OF_A}", change)
    sheet.put(_CHANGE, column, moved, "strong result", shown)
    if not found.groups:
        return
    row = _FIRST
    parts = [plan.parts[group][key] for group in found.groups]
    without = _NONE if change is None else _NOT_SPLIT
    for group, part in zip(found.groups, parts, strict=True):
        sheet.put(row, column, without if part is None else part, "calculation", shown)
        members = len(found.members(group))
        row += 1 if members == 1 else 1 + members
    if None in parts:
        sheet.put(total, column, without, "strong result")
        return
    cells = f"{letter}{_FIRST}:{letter}{total - 1}"
    summed = sum(part or 0 for part in parts)
    sheet.put(total, column, Formula(f"SUM({cells})", summed), "strong result", shown)
    text = f"ROUND({letter}{total}-{letter}{_CHANGE},{_DECIMALS})=0"
    value = round(summed - (change or 0), _DECIMALS) == 0
    sheet.put(total + 1, column, Formula(text, value), "result")


def _notes(found: ScenarioComparison) -> Iterator[str]:
    yield from found.no_answers
    yield from found.sentences
    for what, a, b in found.texts:
        yield f"{what}: {a or 'not stated'} in A, {b or 'not stated'} in B"
