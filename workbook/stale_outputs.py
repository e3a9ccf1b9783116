"""Stale outputs: cells of a workbook that differ from what the engine computes from its inputs."""

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.worksheet import Worksheet

from ..engine.actuals import reforecast
from ..engine.calculators.catalogue import PREFIX
from ..engine.errors import ShorewiseError
from ..engine.scenario import Scenario
from ..engine.uncertainty.simulation import simulate
from .actuals_sheet import has_actuals, sheet_actuals
from .description import describe
from .errors import WorkbookError
from .languages.language import language_in
from .layout.sheet import Book, Cell, DataTable, Formula, Plain, Sheet, serial
from .ooxml.load import Loaded
from .read_back import InputSheets, open_both
from .reforecast_book import describe_reforecast
from .sheets.audit import Stamps, hash_in, stamps_of
from .sheets.uncertainty import Spread, read_spread, spread_of

RELATIVE, ABSOLUTE = 1e-9, 1e-9
_DRAWS_MAX = 200_000  # of a simulation that is repeated
_NO_LAMBDA = ("#NAME?", "#VALUE!")  # what a program that knows no LAMBDA saves beside a call
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e[+-]?\d+)?")


class Difference(NamedTuple):
    """A cell, sheet or function of a workbook that is not what the engine makes of its inputs.

    Attributes
    ----------
    cell : str
        The cell with its sheet; else the sheet, or the function's name.
    what : str
        What differs: "value" or "formula".
    found, expected : str
        What the workbook has, and what the engine has.
    """

    cell: str
    what: str
    found: str
    expected: str


def same(found: Plain, expected: Plain) -> bool:
    """Whether a value is the engine's: numbers to 1e-9 relative, all others exactly."""
    if _is_number(found) and _is_number(expected):
        return math.isclose(found, expected, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    return type(found) is type(expected) and found == expected


def check(path: str | Path) -> list[Difference]:
    """Outputs of a workbook that differ from what the engine computes from its inputs.

    Every formula, its cached value and every number that is no input is compared, as are the
    functions that the workbook defines. Formulas in other cells are differences too.

    Parameters
    ----------
    path : path
        A comparison workbook made by Shorewise.

    Returns
    -------
    list of Difference
        Empty where all agree.

    Raises
    ------
    WorkbookError, ScenarioError
        As :func:`~shorewise.workbook.read_back.read`.
    """
    loaded = open_both(path)
    live, cached = loaded.formulas, loaded.values
    inputs = InputSheets(cached, path)
    scenario = inputs.as_entered()
    if scenario.sizes["wave"] > (waves := inputs.waves):
        raise WorkbookError(
            f"{path}: rows of one plan and site on sheet Roster have {scenario.sizes['wave']} "
            f"different months of start and end, and the workbook has {waves} of the waves that "
            "they take: make it again with shorewise rebuild"
        )
    book = described_again(loaded, scenario, path)
    differences: list[Difference] = []
    described: set[str] = set()  # cells that may hold a formula
    for sheet in book.sheets:
        if sheet.title not in live.sheetnames:
            differences.append(Difference(sheet.title, "value", "no such sheet", "a sheet"))
            continue
        described |= _formula_cells(sheet)
        differences += _changed_cells(sheet, live[sheet.title], cached[sheet.title])
    differences += _changed_functions(live, book)
    differences += _added_formulas(live, described)
    return differences


def described_again(loaded: Loaded, scenario: Scenario, path: str | Path) -> Book:
    """The book that an opened workbook of a scenario was written from, with its own stamps."""
    cached = loaded.values
    stamps = stamps_of(cached["Audit"]) if "Audit" in cached.sheetnames else None
    spread = _spread(cached, scenario, stamps)
    language = language_in(cached, path).code
    if has_actuals(cached):
        found = reforecast(scenario, sheet_actuals(scenario, loaded, path))
        return describe_reforecast(found, stamps, spread, language)
    return describe(scenario, stamps, spread, language=language)


def _formula_cells(sheet: Sheet) -> set[str]:
    """Addresses of the cells of a sheet that may hold a formula.

    Inputs, which are the user's own; formulas; and what data tables fill, where LibreOffice saves
    a formula in each cell.
    """
    filled = {
        position
        for cell in sheet.cells.values()
        if isinstance(cell.content, DataTable)
        for position in cell.content.places()
    }
    return {
        address_of(sheet.title, *position)
        for position, cell in sheet.cells.items()
        if is_input(cell) or position in filled or isinstance(cell.content, Formula)
    }


def _changed_cells(sheet: Sheet, formulas: Worksheet, values: Worksheet) -> Iterator[Difference]:
    """Cells of a sheet whose formula or value is not the engine's."""
    for (row, column), cell in sheet.all_cells():
        if is_input(cell):
            continue
        address = address_of(sheet.title, row, column)
        value = plain_value(values.cell(row, column).value)
        if isinstance(cell.content, Formula):
            text = formula_text(formulas.cell(row, column).value)
            found = _changed_formula(address, cell.content, text, value)
        elif isinstance(cell.content, DataTable):
            found = _changed_value(address, cell.content.value, value)
        else:
            found = _changed_value(address, cell.content, value)
        if found is not None:
            yield found


def _changed_formula(
    address: str, expected: Formula, text: str | None, value: Plain
) -> Difference | None:
    """How a formula's text differs from the engine's, else its value; None where neither does."""
    if text != expected.text:
        return Difference(address, "formula", shown_value(text or value), f"={expected.text}")
    if text.startswith(PREFIX) and value in _NO_LAMBDA:
        return None
    return _changed_value(address, expected.value, value)


def _changed_value(address: str, expected: Any, value: Plain) -> Difference | None:
    """How a value differs from the engine's; an empty cell stands for an empty text."""
    if same(value, plain_value(expected)) or (not value and expected == ""):
        return None
    return Difference(address, "value", shown_value(value), shown_value(expected))


def _added_formulas(live: Workbook, described: set[str]) -> Iterator[Difference]:
    """Formulas in cells where the engine has none."""
    for worksheet in live.worksheets:
        # Existing cells only: iter_rows() would walk the whole grid to a note in XFD1048576.
        for cell in worksheet._cells.values():
            address = f"{worksheet.title}!{cell.coordinate}"
            if cell.data_type == "f" and address not in described:
                yield Difference(address, "formula", f"={formula_text(cell.value)}", "no formula")


def is_input(cell: Cell) -> bool:
    """Whether a user enters what is in a described cell."""
    return cell.style.startswith("input")


def address_of(title: str, row: int, column: int) -> str:
    """The address of a cell with its sheet."""
    return f"{title}!{get_column_letter(column)}{row}"


def _spread(cached: Workbook, scenario: Scenario, stamps: Stamps | None) -> Spread | None:
    """The figures on sheet Uncertainty, simulated again where the inputs are still the same.

    With other inputs, or where nothing can be simulated, the sheet's own figures are taken, with
    the fingerprint that sheet Audit has.
    """
    if "Uncertainty" not in cached.sheetnames:
        return None
    kept = read_spread(cached["Uncertainty"], scenario)
    [draws], [seed], [method], [fingerprint] = kept["facts"]
    made = hash_in(stamps)
    if made in (None, scenario.fingerprint()):
        try:
            if draws > _DRAWS_MAX:
                return kept
            return spread_of(simulate(scenario, draws, seed, method))
        except (ShorewiseError, TypeError):
            pass
    return {**kept, "facts": [[draws], [seed], [method], [made or fingerprint]]}


def _changed_functions(live: Workbook, book: Book) -> list[Difference]:
    """Functions of the workbook that are missing, or not what the engine's lines give."""
    found = []
    for name, text in book.names.items():
        defined = live.defined_names.get(name)
        here = defined.attr_text or "" if defined is not None else ""
        if name.startswith(PREFIX) and _canonical(here) != _canonical(text):
            found.append(Difference(name, "formula", here or "nothing", text))
    return found


def _canonical(text: str) -> str:
    """A function's text without what programs change when they save: case, spaces, last digits."""
    return _NUMBER.sub(lambda number: f"{float(number[0]):.12g}", text.lower().replace(" ", ""))


def _is_number(value: Plain) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def formula_text(content: Any) -> str | None:
    """Formula text without its equals sign, None where there is no formula."""
    if isinstance(content, (ArrayFormula, DataTableFormula)):
        content = getattr(content, "text", None) or "="
    return content[1:] if isinstance(content, str) and content.startswith("=") else None


def plain_value(value: Any) -> Plain:
    """Dates as Excel's serial numbers, as formulas give them."""
    if hasattr(value, "toordinal"):
        return serial(value)
    return value


def shown_value(value: Any) -> str:
    """A cell's content in messages."""
    return "nothing" if value is None else str(value)
