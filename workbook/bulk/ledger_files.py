"""Ledgers in files: rows of a table or of a TOML file, or a workbook's sheet Actuals."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from openpyxl import Workbook

from ...engine.actuals import Actuals
from ...engine.errors import ScenarioError
from ...engine.ledger import Row, name_in, read_ledger
from ...engine.reading.toml_text import read_toml
from ...engine.scenario import Scenario
from ..actuals_sheet import has_actuals, sheet_actuals
from ..errors import WorkbookError
from ..ooxml.load import load, opened
from ..sheets.actuals import TITLE
from .row_sources import Source, frames, origin_of
from .table_frames import is_blank, take_notes

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
        if twice := next((head for head in heads if heads.count(head) > 1), ""):
            raise WorkbookError(f"{origin_of(source)}: two columns are called {twice}; keep one")
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
        account, group = name_in(cells["account"]), str(cells["group"]).strip()
        if found.setdefault(account, group) != group:
            raise WorkbookError(
                f"{origin_of(source)}: {row.where}: account {account!r} has two groups, "
                f"{found[account]!r} and {group!r}; give it one"
            )
    return found
