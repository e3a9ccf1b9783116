"""Whether a workbook still is what the engine makes of its inputs, cell by cell."""

import math
import re
from pathlib import Path
from typing import NamedTuple, TypeGuard

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from ..engine.calculators.catalogue import PREFIX
from ..engine.errors import ShorewiseError
from ..engine.scenario import Scenario
from ..engine.uncertainty.simulation import simulate
from .description import describe
from .layout.sheet import Book, DataTable, Formula, Plain, serial
from .read_back import open_both, scenario_of
from .sheets.audit import Stamps, hash_in, stamps_of
from .sheets.uncertainty import Spread, read_spread, spread_of

RELATIVE, ABSOLUTE = 1e-9, 1e-9
_AGAIN_MAX = 200_000  # draws that are drawn again
_NO_LAMBDA = ("#NAME?", "#VALUE!")  # what a program that knows no LAMBDA saves beside a call
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e[+-]?\d+)?")


class Difference(NamedTuple):
    """A cell that is not as the engine has it; ``what`` is "value" or "formula"."""

    cell: str
    what: str
    found: str
    expected: str


def same(found: Plain, expected: Plain) -> bool:
    """Whether a value is the engine's: 1e-9 relative, text and truth exactly."""
    if _is_number(found) and _is_number(expected):
        return math.isclose(found, expected, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    return type(found) is type(expected) and found == expected


def check(path: str | Path) -> list[Difference]:
    """Recompute a workbook with the engine.

    Every formula, its cached value and every fixed number is compared with what the engine makes
    of the workbook's own inputs.

    Returns
    -------
    list of Difference
        Empty where all agree.

    Raises
    ------
    WorkbookError, ScenarioError
        As :func:`~shorewise.workbook.read_back.read`.
    """
    live, cached, _ = open_both(path)
    stamps = stamps_of(cached["Audit"]) if "Audit" in cached.sheetnames else None
    scenario = scenario_of(cached, path)
    book = describe(scenario, stamps, _spread(cached, scenario, stamps))
    differences = []
    known = set()
    for sheet in book.sheets:
        if sheet.title not in live.sheetnames:
            differences.append(Difference(sheet.title, "value", "no such sheet", "a sheet"))
            continue
        formulas, figures = live[sheet.title], cached[sheet.title]
        filled = {
            place
            for cell in sheet.cells.values()
            if isinstance(cell.content, DataTable)
            for place in cell.content.places()
        }
        for (row, column), cell in sheet.cells.items():
            place = f"{sheet.title}!{get_column_letter(column)}{row}"
            if cell.style.startswith("input"):
                known.add(place)
                continue
            content = cell.content
            if (row, column) in filled:  # by a data table: LibreOffice saves a formula in each cell
                known.add(place)
            if isinstance(content, DataTable):
                content = content.value
            value, expected = _plain(figures.cell(row, column).value), content
            if isinstance(expected, Formula):
                known.add(place)
                text = _formula(formulas.cell(row, column).value)
                if text != expected.text:
                    differences.append(
                        Difference(place, "formula", _shown(text or value), "=" + expected.text)
                    )
                    continue
                if text.startswith(PREFIX) and value in _NO_LAMBDA:
                    continue
                expected = expected.value
            if not same(value, _plain(expected)) and (value or expected != ""):
                differences.append(Difference(place, "value", _shown(value), _shown(expected)))
    differences += _changed_functions(live, book)
    for worksheet in live.worksheets:
        # Existing cells only: iter_rows() would walk the whole grid to a note in XFD1048576.
        for cell in worksheet._cells.values():
            place = f"{worksheet.title}!{cell.coordinate}"
            if cell.data_type == "f" and place not in known:
                text = _formula(cell.value)
                differences.append(Difference(place, "formula", f"={text}", "no formula"))
    return differences


def _spread(cached: Workbook, scenario: Scenario, stamps: Stamps | None) -> Spread | None:
    """What sheet Uncertainty keeps, drawn again where the inputs are those it was drawn from.

    With other inputs, or where nothing can be drawn, what stands there is taken as it is, but for
    the hash: that is Audit's.
    """
    if "Uncertainty" not in cached.sheetnames:
        return None
    kept = read_spread(cached["Uncertainty"], scenario)
    [draws], [seed], [method], [fingerprint] = kept["facts"]
    made = hash_in(stamps)
    if made in (None, scenario.fingerprint()):
        try:
            if draws > _AGAIN_MAX:
                return kept
            return spread_of(simulate(scenario, draws, seed, method))
        except (ShorewiseError, TypeError):
            pass
    return {**kept, "facts": [[draws], [seed], [method], [made or fingerprint]]}


def _changed_functions(live: Workbook, book: Book) -> list[Difference]:
    """Functions of the workbook that are gone or no longer what the engine's lines give."""
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


def _formula(content) -> str | None:
    """Formula text without its equals sign, None where there is no formula."""
    if isinstance(content, (ArrayFormula, DataTableFormula)):
        content = getattr(content, "text", None) or "="
    return content[1:] if isinstance(content, str) and content.startswith("=") else None


def _plain(value) -> Plain:
    """Dates as Excel's serial numbers, as formulas give them."""
    if hasattr(value, "toordinal"):
        return serial(value)
    return value


def _shown(value) -> str:
    return "nothing" if value is None else str(value)
