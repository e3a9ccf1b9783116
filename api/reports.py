"""Bulk reports: results, problems and workbooks for a table of scenarios."""

import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from .engine.errors import DomainError
from .engine.scenario import Scenario as EngineScenario
from .scenarios import ScenarioLike, scenario_of
from .workbook import bulk as engine
from .workbook.bulk.columns import Problem, file_name
from .workbook.bulk.csv_cells import original
from .workbook.bulk.destinations import ERRORS, RESULTS
from .workbook.bulk.partition import BOOKS, CODED
from .workbook.bulk.table_options import TableOptions
from .workbook.errors import WorkbookError
from .workbook_files import theme_of

if TYPE_CHECKING:
    from .workbook.rendering.theme import Theme

Table: TypeAlias = pd.DataFrame | str | os.PathLike[str]

_TEXTS = ("scenario", "name", "currency", "plan")


class BulkReport:
    """Results, problems and workbooks of a bulk run, as returned by :func:`shorewise.bulk`.

    Parameters
    ----------
    destination : str or None
        Path or URL of the files; None if none were written.
    summary : Summary
        Counts: ``scenarios``, ``problems`` (invalid cells), ``partitions``, and the ``skipped``
        ones among them, which an earlier run had completed.
    """

    def __init__(self, destination: str | None, summary: engine.Summary, found: "_Files") -> None:
        self.destination, self.summary = destination, summary
        self._files = found

    @cached_property
    def results(self) -> pd.DataFrame:
        """Measures, indexed by ``scenario`` and ``plan``.

        Column ``name`` is the title of the scenario; kept columns of the table follow. The others
        are those of :func:`shorewise.results` without ``margin`` and ``total_cost``; with draws
        also percentiles and probabilities. Read from the destination on first use.
        """
        data = self._files.read(RESULTS)
        heads = pd.read_csv(io.BytesIO(data), nrows=0).columns
        kept = heads[2 : heads.get_loc("plan")]  # columns of the table behind the title
        texts = [*_TEXTS, *kept]
        frame = pd.read_csv(
            io.BytesIO(data),
            dtype=dict.fromkeys((*texts, *CODED), str),
            keep_default_na=False,
            na_values={head: [""] for head in heads.difference(texts)},
        )
        for text in texts:
            frame[text] = frame[text].map(original)
        frame["verdict"] = frame["verdict"].astype(object)
        frame["recommended"] = frame["recommended"] == "yes"
        figures = heads.difference([*texts, *CODED])
        return frame.astype(dict.fromkeys(figures, float)).set_index(["scenario", "plan"])

    @cached_property
    def problems(self) -> pd.DataFrame:
        """Invalid cells, whose rows were skipped.

        Columns ``row``, ``scenario``, ``column``, ``value`` and ``allowed``.
        """
        data = io.BytesIO(self._files.read(ERRORS))
        texts = dict.fromkeys(Problem._fields[1:], str)
        frame = pd.read_csv(data, dtype=texts | {"row": int}, keep_default_na=False)
        return frame.assign(**{name: frame[name].map(original) for name in texts})

    @cached_property
    def workbooks(self) -> "pd.Series[str]":
        """Path of each workbook, indexed by ``scenario``; empty if no workbooks were written."""
        files = {PurePosixPath(name).stem: name for name in self._files.workbooks()}
        ids = self.results.index.unique("scenario")
        paths = {one: files[file_name(one)] for one in ids if file_name(one) in files}
        index = pd.Index(list(paths), name="scenario", dtype=object)
        return pd.Series(list(paths.values()), index, dtype=object, name="workbook")

    def __repr__(self) -> str:
        made, wrong = self.summary.scenarios, self.summary.problems
        return f"<BulkReport of {made:,} scenarios, {wrong:,} invalid cells: {self.destination}>"


class _Files:
    """Files of a finished run, in a folder, a zip or at a URL that fsspec can open."""

    def __init__(self, destination: str) -> None:
        self.destination = destination

    def read(self, name: str) -> bytes:
        if "://" in self.destination:
            import fsspec

            with fsspec.open(f"{self.destination}/{name}", "rb") as file:
                return file.read()
        if self._is_zip:
            with zipfile.ZipFile(self.destination) as archive:
                return archive.read(name)
        return (Path(self.destination) / name).read_bytes()

    def workbooks(self) -> list[str]:
        """Paths of the workbooks; in a zip their names within it."""
        pattern = f"part-*/{BOOKS}/*.xlsx"
        if "://" in self.destination:
            import fsspec

            files, root = fsspec.core.url_to_fs(self.destination)
            found = files.glob(f"{root}/{pattern}")
            return [f"{self.destination.rstrip('/')}{name.removeprefix(root)}" for name in found]
        if self._is_zip:
            with zipfile.ZipFile(self.destination) as archive:
                return [name for name in archive.namelist() if PurePosixPath(name).match(pattern)]
        return [str(path) for path in Path(self.destination).glob(pattern)]

    @property
    def _is_zip(self) -> bool:
        return self.destination.lower().endswith(".zip") and not Path(self.destination).is_dir()


class _Kept(_Files):
    """Tables of a run that wrote no files, kept in memory."""

    def __init__(self, found: _Files) -> None:
        self.data = {name: found.read(name) for name in (RESULTS, ERRORS)}

    def read(self, name: str) -> bytes:
        return self.data[name]

    def workbooks(self) -> list[str]:
        return []


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
        One scenario per row. A DataFrame, a .csv, .tsv, .txt, .parquet or .xlsx file, or the URL of
        a database.
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
    if workbooks and destination is None:
        raise DomainError(
            "workbooks is True, but destination is None; name a folder for the workbooks"
        )
    options: dict[str, Any] = {
        "draws": draws,
        "theme": theme_of(theme),
        "language": language,
        "compact": compact,
        "query": query,
        "options": TableOptions(separator, decimal, encoding, _names(ignore), _names(keep)),
        "limit": limit,
        "only": only,
        "strict": strict,
        "processes": processes,
        "scheduler": scheduler,
        "progress": progress,
        "on_note": on_note,
    }
    case, rows = _base(base), _plain(table)
    if destination is not None:
        made = workbooks is not False
        summary = engine.bulk(rows, str(destination), case, workbooks=made, **options)
        return BulkReport(str(destination), summary, _Files(str(destination)))
    with tempfile.TemporaryDirectory(prefix="shorewise-") as folder:
        summary = engine.bulk(rows, folder, case, workbooks=False, **options)
        return BulkReport(None, summary, _Kept(_Files(folder)))


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
