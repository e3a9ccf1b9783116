"""Reports in bulk: a table of scenarios in; results, problems and workbooks out."""

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
from .workbook.errors import WorkbookError
from .workbook_files import theme_of

if TYPE_CHECKING:
    from .workbook.rendering.theme import Theme

Table: TypeAlias = pd.DataFrame | str | os.PathLike[str]

_TEXTS = ("scenario", "name", "plan")


class BulkReport:
    """What a run of :func:`shorewise.bulk` made.

    Parameters
    ----------
    place : str or None
        Where it is; None where nothing was kept.
    summary : Summary
        Counts: ``scenarios``, ``problems`` (cells that were not allowed), ``partitions``, and of
        these ``skipped``, which were there already.
    """

    def __init__(self, place: str | None, summary: engine.Summary, found: "_Files") -> None:
        self.place, self.summary = place, summary
        self._files = found

    @cached_property
    def results(self) -> pd.DataFrame:
        """Measures by ``scenario`` and ``plan``.

        Column ``name`` has the scenario's title; the others are those of :func:`shorewise.results`
        but ``margin`` and ``total_cost``, and with draws percentiles and probabilities. Read from
        the place when first asked for.
        """
        data = self._files.read(RESULTS)
        heads = pd.read_csv(io.BytesIO(data), nrows=0).columns
        frame = pd.read_csv(
            io.BytesIO(data),
            dtype=dict.fromkeys((*_TEXTS, *CODED), str),
            keep_default_na=False,
            na_values={head: [""] for head in heads.difference(_TEXTS)},
        )
        for text in _TEXTS:
            frame[text] = frame[text].map(original)
        frame["verdict"] = frame["verdict"].astype(object)
        frame["recommended"] = frame["recommended"] == "yes"
        figures = heads.difference([*_TEXTS, *CODED])
        return frame.astype(dict.fromkeys(figures, float)).set_index(["scenario", "plan"])

    @cached_property
    def problems(self) -> pd.DataFrame:
        """Cells that were not allowed, whose rows were left out.

        Columns ``row``, ``scenario``, ``column``, ``value`` and ``allowed``.
        """
        data = io.BytesIO(self._files.read(ERRORS))
        texts = dict.fromkeys(Problem._fields[1:], str)
        frame = pd.read_csv(data, dtype=texts | {"row": int}, keep_default_na=False)
        return frame.assign(**{name: frame[name].map(original) for name in texts})

    @cached_property
    def workbooks(self) -> "pd.Series[str]":
        """Where the workbook of each scenario is, by ``scenario``; empty where none were made."""
        files = {PurePosixPath(name).stem: name for name in self._files.workbooks()}
        ids = self.results.index.unique("scenario")
        paths = {one: files[file_name(one)] for one in ids if file_name(one) in files}
        index = pd.Index(list(paths), name="scenario", dtype=object)
        return pd.Series(list(paths.values()), index, dtype=object, name="workbook")

    def __repr__(self) -> str:
        made, wrong = self.summary.scenarios, self.summary.problems
        return f"<BulkReport of {made:,} scenarios, {wrong:,} cells not allowed: {self.place}>"


class _Files:
    """Files of a finished run, in a folder, a zip or any place that fsspec knows."""

    def __init__(self, place: str) -> None:
        self.place = place

    def read(self, name: str) -> bytes:
        if "://" in self.place:
            import fsspec

            with fsspec.open(f"{self.place}/{name}", "rb") as file:
                return file.read()
        if self._is_zip:
            with zipfile.ZipFile(self.place) as archive:
                return archive.read(name)
        return (Path(self.place) / name).read_bytes()

    def workbooks(self) -> list[str]:
        """Paths of the workbooks; of those in a zip their names in it."""
        pattern = f"part-*/{BOOKS}/*.xlsx"
        if "://" in self.place:
            import fsspec

            files, root = fsspec.core.url_to_fs(self.place)
            found = files.glob(f"{root}/{pattern}")
            return [f"{self.place.rstrip('/')}{name.removeprefix(root)}" for name in found]
        if self._is_zip:
            with zipfile.ZipFile(self.place) as archive:
                return [name for name in archive.namelist() if PurePosixPath(name).match(pattern)]
        return [str(path) for path in Path(self.place).glob(pattern)]

    @property
    def _is_zip(self) -> bool:
        return self.place.lower().endswith(".zip") and not Path(self.place).is_dir()


class _Kept(_Files):
    """Tables of a run in memory: its files are gone."""

    def __init__(self, found: _Files) -> None:
        self.data = {name: found.read(name) for name in (RESULTS, ERRORS)}

    def read(self, name: str) -> bytes:
        return self.data[name]

    def workbooks(self) -> list[str]:
        return []


def bulk(
    table: Table,
    base: ScenarioLike | None = None,
    place: str | os.PathLike[str] | None = None,
    *,
    workbooks: bool | None = None,
    draws: int = 0,
    theme: "Theme | str | os.PathLike[str] | None" = None,
    compact: bool = False,
    query: str | None = None,
    limit: int | None = None,
    only: Collection[str] = (),
    strict: bool = False,
    processes: int = 1,
    scheduler: str | None = None,
    progress: Callable[[dict[str, int]], None] | None = None,
    on_note: Callable[[str], None] | None = None,
) -> BulkReport:
    """Evaluate each row of a table of scenarios, and write a workbook of each.

    Parameters
    ----------
    table : DataFrame, path or URL
        A column for each input that differs, named like ``discount_rate`` or
        ``site.Krakow.salary.QA``; an empty cell leaves the base's value. Column ``scenario`` has
        the ids, ``name`` the titles. Also a .csv, .parquet or .xlsx file, or a database's URL:
        docs/bulk.md.
    base : Scenario, mapping or path, optional
        What the columns do not say; the embedded default.
    place : path or URL, optional
        A folder, a .zip, or a URL that fsspec knows, for results and workbooks; finished parts of
        an earlier run are verified and kept. Without it nothing is kept but the frames.
    workbooks : bool, optional
        Whether workbooks are written; by default where a place is given.
    draws : int
        Simulate each scenario with so many draws, for more columns of results; 0 for none.
    theme : Theme or path, optional
        Of the workbooks.
    compact : bool
        Smaller workbooks that take longer.
    query : str, optional
        For a database a query or the name of a table; for a workbook a table or sheet.
    limit : int, optional
        Rows to take at most.
    only : collection of str, optional
        Ids of the scenarios to take.
    strict : bool
        Raise at the first cell that is not allowed, before anything is written; else its row is
        left out and listed in ``problems``.
    processes : int
        How many work at once. More than 1 start new interpreters, so a script needs
        ``if __name__ == "__main__":`` around the call.
    scheduler : str, optional
        Address of a Dask scheduler, whose workers do the work instead.
    progress : callable, optional
        Called with the counts of each part that is finished: ``rows``, ``scenarios``, ``problems``.
    on_note : callable, optional
        Called with how a text file was read, where it is not plain CSV.

    Returns
    -------
    BulkReport
        Frames ``results`` and ``problems``, series ``workbooks`` (a path for each scenario).

    Raises
    ------
    WorkbookError
        A table, column or place that cannot be used; with ``strict`` the first cell not allowed.
    DomainError
        Another argument that is not allowed.
    """
    if workbooks and place is None:
        raise DomainError("workbooks is True, but place is None; name a folder for the workbooks")
    options: dict[str, Any] = {
        "draws": draws,
        "theme": theme_of(theme),
        "compact": compact,
        "query": query,
        "limit": limit,
        "only": only,
        "strict": strict,
        "processes": processes,
        "scheduler": scheduler,
        "progress": progress,
        "on_note": on_note,
    }
    case, rows = _base(base), _plain(table)
    if place is not None:
        made = workbooks is not False
        summary = engine.bulk(rows, str(place), case, workbooks=made, **options)
        return BulkReport(str(place), summary, _Files(str(place)))
    with tempfile.TemporaryDirectory(prefix="shorewise-") as folder:
        summary = engine.bulk(rows, folder, case, workbooks=False, **options)
        return BulkReport(None, summary, _Kept(_Files(folder)))


def workbooks(
    table: Table,
    base: ScenarioLike | None = None,
    *,
    theme: "Theme | str | os.PathLike[str] | None" = None,
    compact: bool = False,
    query: str | None = None,
    limit: int | None = None,
    only: Collection[str] = (),
    on_problem: Callable[[Problem], None] | None = None,
    on_note: Callable[[str], None] | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Id and finished workbook of each row of a table, one by one, in memory that does not grow.

    Parameters
    ----------
    table, base, theme, compact, query, limit, only, on_note
        As for :func:`bulk`.
    on_problem : callable, optional
        Called with each cell that is not allowed; its row is left out.

    Raises
    ------
    WorkbookError
        A table or column that cannot be used; without ``on_problem`` the first cell not allowed.
    """
    yield from engine.workbooks(
        _plain(table),
        _base(base),
        theme=theme_of(theme),
        compact=compact,
        query=query,
        limit=limit,
        only=only,
        on_problem=on_problem,
        on_note=on_note,
    )


def _base(base: ScenarioLike | None) -> EngineScenario | None:
    return None if base is None else scenario_of(base)


def _plain(table: Table) -> pd.DataFrame | str:
    """A path as text; a frame with its ids in a column, where they are its index."""
    if isinstance(table, (str, os.PathLike)):
        return os.fspath(table)
    if not isinstance(table, pd.DataFrame):
        raise WorkbookError(
            f"table is a {type(table).__name__}; it must be a DataFrame, a path or a database's URL"
        )
    return table.reset_index() if table.index.name == "scenario" else table
