"""Ledgers in files: rows of a table or of a TOML file, or a workbook's sheet Actuals."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ...engine.actuals import Actuals
from ...engine.errors import ScenarioError
from ...engine.ledger import Row, read_accounts, read_ledger
from ...engine.reading.consistency import listed
from ...engine.reading.toml_text import read_toml
from ...engine.scenario import Scenario
from ..actuals_sheet import has_actuals, sheet_actuals
from ..errors import WorkbookError
from ..ooxml.load import Loaded, load, opened, rows
from ..sheets.actuals import TITLE
from .row_sources import Source, frames, origin_of
from .table_frames import is_blank, take_notes
from .table_options import DETECTED, TableOptions

_ROWS = 10_000  # of a table in memory at a time
_TOML_MAX = 8 << 20
_CHOSEN = ("ledger", "quote")  # tables of which a sheet may be chosen


def read_actuals(
    scenario: Scenario,
    source: Source,
    *,
    plan: str | None = None,
    accounts: Source | None = None,
    query: str | None = None,
    options: TableOptions = DETECTED,
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
        Name of the sheet or table of a workbook; by default its only sheet with cells.
    options : TableOptions
        How the tables are read.

    Raises
    ------
    WorkbookError, ScenarioError
        A file that cannot be read, or a row that is not allowed.
    """
    origin = origin_of(source)
    is_toml = not isinstance(source, pd.DataFrame) and str(source).lower().endswith(".toml")
    is_sheet = query is None or query.casefold() == TITLE.casefold()
    if is_toml and query is not None:
        raise WorkbookError(f"{origin}: query is only allowed for a workbook", parameters=["query"])
    if is_toml and (options.of_text or options.decimal):
        option = options.of_text or "decimal"
        raise WorkbookError(f"{origin}: {option} is not for a TOML file", parameters=[option])
    if not isinstance(source, pd.DataFrame) and is_sheet and (book := _our_workbook(source)):
        if accounts is not None:
            raise WorkbookError(
                f"{origin}: sheet {TITLE} has groups, so that accounts have no effect; leave out "
                "accounts",
                parameters=["accounts"],
            )
        if option := options.of_text:
            raise WorkbookError(
                f"{origin}: {option} is only allowed for a text file", parameters=[option]
            )
        return sheet_actuals(scenario, book, source, plan)
    known = None
    if accounts is not None:
        known = read_accounts(table_rows(accounts, None, "accounts", options), origin_of(accounts))
    found = _toml_rows(source) if is_toml else table_rows(source, query, "ledger", options)
    return read_ledger(scenario, found, origin, plan=plan, accounts=known)


def table_rows(
    source: Source, query: str | None, what: str, options: TableOptions = DETECTED
) -> Iterator[Row]:
    """Rows of a table in a file.

    Parameters
    ----------
    source : DataFrame or path
        As for :func:`.row_sources.frames`.
    query : str or None
        Name of the sheet or table of a workbook; by default its only sheet with cells.
    what : str
        What the table is. Of several sheets of a "ledger" or a "quote" one may be chosen by
        ``query``.
    options : TableOptions
        How the table is read.

    Yields
    ------
    Row
        Where it stands, such as "line 12", and its cells by column.

    Raises
    ------
    WorkbookError
        The table cannot be read, or a cell of it.
    """
    if query is None:
        query = _only_sheet(source, what)
    name = origin_of(source).lower().removesuffix(".gz").removesuffix(".zst")
    word = "line" if name.endswith(("csv", "tsv", "txt")) or str(source) == "-" else "row"
    first = 1
    for frame in frames(source, _ROWS, query=query, options=options):
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
            found = ("" if is_blank(cell) else _dated(cell) for cell in cells)
            yield Row(f"{word} {number}", dict(zip(heads, found, strict=True)), notes.decimal)


def _our_workbook(source: str | Path) -> Loaded | None:
    """The workbook of ours that has the sheet Actuals; None for any other file."""
    if not str(source).lower().endswith((".xlsx", ".xlsm")) or not Path(source).is_file():
        return None
    with opened(source) as package:
        if TITLE not in [one.title for one in package.grids]:
            return None
        loaded = load(package, only=[TITLE])
    return loaded if has_actuals(loaded.values) else None


def refuse_without_actuals(book: str | Path) -> None:
    """Refuse a scenario file or workbook that has no actuals of its own.

    Raises
    ------
    WorkbookError
        No sheet Actuals of ours, or no [[actuals]] tables.
    """
    if str(book).lower().endswith((".xlsx", ".xlsm")):
        if _our_workbook(book) is None:
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


def _dated(cell: Any) -> Any:
    """A period within a month as its first day; any other cell as it is."""
    if isinstance(cell, pd.Period):
        first, last = cell.start_time, cell.end_time
        return first.date() if (first.year, first.month) == (last.year, last.month) else str(cell)
    return cell


def _only_sheet(source: Source, what: str) -> str | None:
    """Name of the only sheet with cells of a workbook; None for any other table.

    Raises
    ------
    WorkbookError
        Several sheets have cells, and nothing says which is meant.
    """
    if isinstance(source, pd.DataFrame) or not str(source).lower().endswith((".xlsx", ".xlsm")):
        return None
    if not Path(source).is_file():
        return None
    with opened(source) as package:
        filled = [
            one.title for one in package.grids if any(cells for _, cells in rows(package, one))
        ]
    if len(filled) > 1:
        how = "choose one with query" if what in _CHOSEN else "keep one, or save it as .csv"
        raise WorkbookError(
            f"{source}: it has {len(filled)} sheets, {listed(filled)}; {how}",
            parameters=["query"] if what in _CHOSEN else [],
        )
    return filled[0] if filled else None
