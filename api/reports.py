"""Bulk runs: results, problems and workbooks for a table of scenarios."""

import contextlib
import os
import tempfile
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from .bulk_results import BulkPart, BulkReport, KeptTables, ReportColumns, ReportFiles
from .engine.errors import DomainError
from .engine.scenario import Scenario as EngineScenario
from .scenarios import ScenarioLike, scenario_of
from .workbook import bulk as engine
from .workbook.bulk.columns import Problem
from .workbook.bulk.destinations import ERRORS, RESULTS
from .workbook.bulk.table_options import TableOptions
from .workbook.errors import WorkbookError
from .workbook.template.filling import TemplateFile
from .workbook_files import theme_of

if TYPE_CHECKING:
    from .workbook.rendering.theme import Theme

Table: TypeAlias = pd.DataFrame | str | os.PathLike[str]


def bulk(
    table: Table,
    base: ScenarioLike | None = None,
    destination: str | os.PathLike[str] | None = None,
    *,
    workbooks: bool | None = None,
    draws: int = 0,
    theme: "Theme | str | os.PathLike[str] | None" = None,
    language: str = "en",
    compact: bool = False,
    template: str | os.PathLike[str] | None = None,
    pdf: bool = False,
    query: str | None = None,
    separator: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    ignore: Collection[str] = (),
    keep: Collection[str] = (),
    limit: int | None = None,
    only: Collection[str] = (),
    strict: bool = False,
    processes: int = 1,
    scheduler: str | None = None,
    progress: Callable[[dict[str, int]], None] | None = None,
    on_note: Callable[[str], None] | None = None,
) -> BulkReport:
    """Evaluate every scenario in a table, and write a workbook for each if asked to.

    Parameters
    ----------
    table : DataFrame, path or URL
        One scenario per row. A DataFrame, a .csv, .tsv, .txt, .parquet or .xlsx file, also at an
        address that fsspec knows, or the URL of a database.
        Each column sets an input, such as ``discount_rate`` or ``site.Krakow.salary.QA``; an empty
        cell keeps the value of the base. Column ``scenario`` has the ids, ``name`` the titles. See
        docs/bulk.md.
    base : Scenario, mapping or path, optional
        Values of the inputs without a column; by default the embedded scenario.
    destination : path or URL, optional
        A folder, a .zip, or a URL that fsspec can open, for results and workbooks. Completed
        partitions of an earlier run are verified and kept. Without a destination no files are
        written.
    workbooks : bool, optional
        Whether to write workbooks; by default if there is a destination.
    draws : int
        Number of draws of a simulation of each scenario, which adds columns to the results; 0 for
        no simulation.
    theme : Theme or path, optional
        Theme of the workbooks, or the path of its TOML file.
    language : str
        Code of the language of the workbooks.
    compact : bool
        Whether to write smaller workbooks, which takes longer.
    template : path, optional
        A workbook of the user's own, which is filled for each scenario: see docs/template.md.
    pdf : bool
        Whether each workbook is printed to a PDF too, by LibreOffice.
    query : str, optional
        For a database: a query or the name of a table. For a workbook: the name of a table or a
        sheet.
    separator, encoding : str, optional
        Of a text file: what stands between cells, such as ";" or "tab", and its encoding, such as
        "cp1252"; by default detected.
    decimal : str, optional
        Decimal sign of numbers that are texts, "." or ","; by default detected.
    ignore : collection of str
        Columns that are not read.
    keep : collection of str
        Columns that are copied to the results; one that names no input sets nothing.
    limit : int, optional
        Maximum number of rows to read.
    only : collection of str, optional
        Ids of the scenarios to process.
    strict : bool
        Whether to raise at the first invalid cell, before anything is written. Otherwise its row is
        skipped and listed in ``problems``.
    processes : int
        Number of worker processes. More than 1 start new interpreters, so a script needs
        ``if __name__ == "__main__":`` around the call.
    scheduler : str, optional
        Address of a Dask scheduler, whose workers are used instead.
    progress : callable, optional
        Called with the counts of each completed partition: ``rows``, ``scenarios``, ``problems``.
    on_note : callable, optional
        Called with a description of how the table was read, if it is not plain.

    Returns
    -------
    BulkReport
        DataFrames ``results`` and ``problems``, and the Series ``workbooks`` with their paths.

    Raises
    ------
    WorkbookError
        A table, column or destination that cannot be used; if ``strict``, the first invalid cell.
    DomainError
        Another argument that is not allowed.
    """
    options = _engine_options(
        destination,
        workbooks=workbooks,
        draws=draws,
        theme=theme,
        language=language,
        compact=compact,
        template=template,
        pdf=pdf,
        query=query,
        separator=separator,
        decimal=decimal,
        encoding=encoding,
        ignore=ignore,
        keep=keep,
        limit=limit,
        only=only,
        strict=strict,
        processes=processes,
        scheduler=scheduler,
        progress=progress,
        on_note=on_note,
    )
    case, rows, columns = _base(base), _plain(table), _columns(table, options)
    if destination is not None:
        summary = engine.bulk(rows, str(destination), case, **options)
        return BulkReport(str(destination), summary, ReportFiles(str(destination)), columns)
    with tempfile.TemporaryDirectory(prefix="shorewise-") as folder:
        summary = engine.bulk(rows, folder, case, combined=(RESULTS, ERRORS), **options)
        return BulkReport(None, summary, KeptTables(ReportFiles(folder)), columns)


def bulk_parts(
    table: Table,
    base: ScenarioLike | None = None,
    destination: str | os.PathLike[str] | None = None,
    **options: Any,
) -> Iterator[BulkPart]:
    """Results and problems of a table of scenarios, some rows at a time, in constant memory.

    Parameters
    ----------
    table, base, destination
        As for :func:`bulk`.
    **options
        Further arguments of :func:`bulk`.

    Yields
    ------
    BulkPart
        Some rows, in the order of the table, as soon as they and those before them are complete.

    Raises
    ------
    WorkbookError, DomainError
        As for :func:`bulk`, when the first part is asked for.
    """
    chosen = _engine_options(destination, **options)
    case, rows, columns = _base(base), _plain(table), _columns(table, chosen)
    with contextlib.ExitStack() as stack:
        if destination is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="shorewise-"))
            found = engine.run(rows, folder, case, combined=(), **chosen)
        else:
            found = engine.run(rows, str(destination), case, **chosen)
        stack.enter_context(contextlib.closing(found))
        yield from map(columns.part, found)


def workbooks(
    table: Table,
    base: ScenarioLike | None = None,
    *,
    theme: "Theme | str | os.PathLike[str] | None" = None,
    language: str = "en",
    compact: bool = False,
    query: str | None = None,
    separator: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    ignore: Collection[str] = (),
    limit: int | None = None,
    only: Collection[str] = (),
    on_problem: Callable[[Problem], None] | None = None,
    on_note: Callable[[str], None] | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Workbooks of the scenarios in a table, one at a time, in constant memory.

    Parameters
    ----------
    table, base, theme, language, compact, query, limit, only, on_note
    separator, decimal, encoding, ignore
        As for :func:`bulk`.
    on_problem : callable, optional
        Called with each invalid cell, whose row is skipped.

    Yields
    ------
    id : str
        Id of the scenario.
    workbook : bytes
        Content of its .xlsx file.

    Raises
    ------
    WorkbookError
        A table or column that cannot be used; without ``on_problem`` the first invalid cell.
    """
    yield from engine.workbooks(
        _plain(table),
        _base(base),
        theme=theme_of(theme),
        language=language,
        compact=compact,
        query=query,
        options=TableOptions(separator, decimal, encoding, _names(ignore)),
        limit=limit,
        only=only,
        on_problem=on_problem,
        on_note=on_note,
    )


def _engine_options(
    destination: str | os.PathLike[str] | None,
    *,
    workbooks: bool | None = None,
    draws: int = 0,
    theme: "Theme | str | os.PathLike[str] | None" = None,
    separator: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    ignore: Collection[str] = (),
    keep: Collection[str] = (),
    template: str | os.PathLike[str] | None = None,
    **others: Any,
) -> dict[str, Any]:
    """Arguments of a run from those of :func:`bulk`."""
    if template is not None and (destination is None or workbooks is False):
        raise DomainError("template is given, but no workbooks are written; name a destination")
    if workbooks and destination is None:
        raise DomainError(
            "workbooks is True, but destination is None; name a folder for the workbooks"
        )
    read = TableOptions(separator, decimal, encoding, _names(ignore), _names(keep))
    made = destination is not None and workbooks is not False
    return {
        "workbooks": made,
        "draws": draws,
        "theme": theme_of(theme),
        "template": None if template is None else TemplateFile.read(os.fspath(template)),
        "options": read,
        **others,
    }


def _columns(table: Table, options: dict[str, Any]) -> ReportColumns:
    """The columns of results; kept ones of a DataFrame have its types."""
    keep = options["options"].keep
    dtypes = {}
    if isinstance(table, pd.DataFrame):
        given = {str(name).strip().casefold(): dtype for name, dtype in table.dtypes.items()}
        plain = {name: name.strip().casefold() for name in keep}
        dtypes = {name: given[one] for name, one in plain.items() if one in given}
    return ReportColumns(options["draws"], keep, dtypes)


def _base(base: ScenarioLike | None) -> EngineScenario | None:
    return None if base is None else scenario_of(base)


def _names(given: Collection[str]) -> tuple[str, ...]:
    """Names of columns; a text is one name."""
    return (given,) if isinstance(given, str) else tuple(given)


def _plain(table: Table) -> pd.DataFrame | str:
    """A path as text; a data frame with its ids in a column rather than in the index."""
    if isinstance(table, (str, os.PathLike)):
        return os.fspath(table)
    if not isinstance(table, pd.DataFrame):
        raise WorkbookError(
            f"table is a {type(table).__name__}; it must be a DataFrame, a path or a database's URL"
        )
    return table.reset_index() if table.index.name == "scenario" else table
