"""Ledgers in files: rows of a table or of a TOML file, or a workbook's sheet Actuals."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from ..engine.actuals import SETTINGS, Actuals
from ..engine.cost_kinds import GROUPS
from ..engine.declaration import Input
from ..engine.errors import ScenarioError
from ..engine.reading.consistency import shown
from ..engine.reading.ledger import Row, read_ledger, said
from ..engine.reading.numerals import instead
from ..engine.reading.toml_text import read_toml
from ..engine.scenario import Scenario
from .bulk.row_sources import Source, frames, origin_of
from .bulk.table_frames import is_blank, take_notes
from .errors import WorkbookError
from .ooxml.load import load, opened
from .read_back import InputSheets
from .sheets.actuals import INPUTS, TITLE

_ROWS = 10_000  # of a table in memory at a time
_TOML_MAX = 8 << 20


def read_actuals(
    scenario: Scenario,
    source: Source,
    *,
    plan: str | None = None,
    accounts: Source | None = None,
    query: str | None = None,
) -> Actuals:
    """Actuals of one plan from a file.

    Parameters
    ----------
    scenario : Scenario
    source : DataFrame or path
        A table (.csv, .tsv, .parquet, .xlsx; "-" for CSV on standard input), a TOML file with
        ``[[actuals]]`` tables, or a workbook with our sheet Actuals.
    plan : str, optional
        Name of the plan; by default the one that the rows name, or the first after the baseline.
    accounts : DataFrame or path, optional
        A table of accounts and their groups, with the columns ``account`` and ``group``.
    query : str, optional
        Name of the sheet or table of a workbook; by default its first sheet.

    Raises
    ------
    WorkbookError, ScenarioError
        A file that cannot be read, or a row that is not allowed.
    """
    origin = origin_of(source)
    known = _accounts(accounts) if accounts is not None else None
    if isinstance(source, (str, Path)):
        if str(source).lower().endswith(".toml"):
            rows = _toml_rows(source)
            return read_ledger(scenario, rows, origin, plan=plan, accounts=known)
        if query is None and (sheet := _our_sheet(source)) is not None:
            return sheet_actuals(scenario, sheet, source, plan)
    rows = _table_rows(source, query)
    return read_ledger(scenario, rows, origin, plan=plan, accounts=known)


def _our_sheet(source: str | Path) -> Workbook | None:
    """The sheet Actuals of a workbook of ours; None for any other file."""
    if not str(source).lower().endswith((".xlsx", ".xlsm")) or not Path(source).is_file():
        return None
    with opened(source) as package:
        if TITLE not in [one.title for one in package.grids]:
            return None
        values = load(package, formulas=False).values
    return values if has_actuals(values) else None


def refuse_without_actuals(book: str | Path) -> None:
    """Refuse a scenario file or workbook that has no actuals of its own.

    Raises
    ------
    WorkbookError
        No sheet Actuals of ours, or no [[actuals]] tables.
    """
    if str(book).lower().endswith((".xlsx", ".xlsm")):
        if _our_sheet(book) is None:
            raise WorkbookError(f"{book}: it has no sheet Actuals of ours; name a ledger")
    elif not read_toml(book, _TOML_MAX, "scenario", ScenarioError).get("actuals"):
        raise WorkbookError(f"{book}: it has no [[actuals]] tables; name a ledger")


def has_actuals(workbook: Workbook) -> bool:
    """Whether an opened workbook has the sheet Actuals of ours."""
    return TITLE in workbook.sheetnames and "last_actual_month" in workbook.defined_names


def _toml_rows(source: str | Path) -> Iterator[Row]:
    data = read_toml(source, _TOML_MAX, "ledger", ScenarioError)
    tables = data.get("actuals", [])
    if not isinstance(tables, list) or not all(isinstance(one, Mapping) for one in tables):
        raise ScenarioError(f"{source}: actuals must be [[actuals]] tables")
    if not tables:
        raise ScenarioError(f"{source}: it has no [[actuals]] tables")
    for number, table in enumerate(tables):
        yield Row(f"actuals[{number}]", table)


def _table_rows(source: Source, query: str | None) -> Iterator[Row]:
    word = (
        "line" if origin_of(source).lower().removesuffix(".gz").endswith(("csv", "tsv")) else "row"
    )
    first = 1
    for frame in frames(source, _ROWS, query=query):
        notes = take_notes(frame, first)
        first += len(frame)
        if notes.faults:
            fault = notes.faults[0]
            where = f"{origin_of(source)}: {word} {notes.numbers[fault.position]}"
            what = f": {fault.column} is {fault.value!r}; it must be" if fault.column else ":"
            raise WorkbookError(f"{where}{what} {fault.allowed}")
        heads = [str(name) for name in frame.columns]
        for number, cells in zip(notes.numbers, frame.itertuples(index=False), strict=True):
            found = ("" if is_blank(cell) else cell for cell in cells)
            yield Row(f"{word} {number}", dict(zip(heads, found, strict=True)))


def _accounts(source: Source) -> dict[str, str]:
    """Group of each account."""
    found: dict[str, str] = {}
    for row in _table_rows(source, None):
        cells = {str(name).strip().casefold(): value for name, value in row.cells.items()}
        if not {"account", "group"} <= cells.keys():
            raise WorkbookError(f"{origin_of(source)}: it must have the columns account and group")
        account, group = str(cells["account"]).strip(), str(cells["group"]).strip()
        if found.setdefault(account, group) != group:
            raise WorkbookError(
                f"{origin_of(source)}: {row.where}: account {account!r} has two groups, "
                f"{found[account]!r} and {group!r}; give it one"
            )
    return found


def sheet_actuals(
    scenario: Scenario, workbook: Workbook, path: str | Path, plan: str | None = None
) -> Actuals:
    """Actuals on the sheet Actuals of an opened workbook.

    Parameters
    ----------
    scenario : Scenario
    workbook : Workbook
        With values.
    path : path
        Its file, for error messages.
    plan : str, optional
        Name of the plan that must run there.

    Raises
    ------
    WorkbookError, ScenarioError
        A name that is gone, or a value that is not allowed.
    """
    values = _SheetInputs(workbook, path, scenario.horizon_months).values()
    settings = {entry.name: int(values[entry.name].item()) for entry in SETTINGS}
    number, last = settings["running_plan"], settings["last_actual_month"]
    if number > len(scenario.plans):
        raise ScenarioError(
            f"{path}: {TITLE}: the number of the plan is {number}; it must be between 1 and "
            f"{len(scenario.plans)}"
        )
    running = scenario.plans[number - 1]
    if plan not in (None, running):
        raise ScenarioError(
            f"{path}: {TITLE} holds plan {running!r}, not {plan!r}; change the number of the plan "
            "there",
            parameters=["plan"],
        )
    given = {name: bool(settings[f"{name}_given"]) for name in ("heads", "output", "rates")}
    return Actuals(
        running,
        last,
        values["entered_cost"][:, :last],
        values["cost_at_planned_rate"][:, :last] if given["rates"] else None,
        values["entered_heads"][0, :last] if given["heads"] else None,
        values["entered_output"][0, :last] if given["output"] else None,
        values["booked"][:, 0] == 1,
        settings["level_months"],
        values["goes_on"][:, 0] == 1,
        tuple(said(**given)),
    )


class _SheetInputs(InputSheets):
    """Blocks of sheet Actuals."""

    def __init__(self, workbook: Workbook, path: str | Path, months: int):
        super().__init__(workbook, path)
        self.months = months

    def values(self) -> dict[str, np.ndarray]:
        """Every input of the sheet, rows of columns; an empty cell is 0."""
        return {entry.name: self._values(entry) for entry in INPUTS}

    def _values(self, entry: Input) -> np.ndarray:
        rows = len(GROUPS) if "group" in entry.axes else 1
        columns = self.months if "month" in entry.axes else 1
        found = np.zeros((rows, columns))
        for row, cells in enumerate(self.block(entry.name, rows, columns)):
            for column, value in enumerate(cells):
                found[row, column] = self._number(entry, row, column, value)
        return found

    def _number(self, entry: Input, row: int, column: int, value: Any) -> float:
        """A number within the input's range."""
        if value == "":
            value = 0
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        wrong = not is_number or not entry.lowest <= value <= entry.highest
        if wrong or (entry.whole and value != int(value)):
            _, (left, top, _, _) = self.reference(entry.name)
            cell = f"{TITLE}!{get_column_letter(left + column)}{top + row}"
            allowed = f"between {entry.lowest:,.10g} and {entry.highest:,.10g}"
            whole = "a whole number" if entry.whole else "a number"
            raise ScenarioError(
                f"{self.path}: {cell}: {entry.label} is {shown(value)}; it must be {whole} "
                f"{allowed}{instead(value, entry.lowest, entry.highest, entry.whole)}"
            )
        return float(value)
