"""Results of bulk runs as data frames, read from the files of a run."""

import contextlib
import zipfile
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import pandas as pd

from .workbook import bulk as engine
from .workbook.bulk.columns import file_name
from .workbook.bulk.destinations import ERRORS, RESULTS, destination_of
from .workbook.bulk.partition import BOOKS
from .workbook.bulk.result_columns import error_columns, result_columns
from .workbook.bulk.result_frames import Part, as_texts, errors_frame, results_frame


class BulkPart(NamedTuple):
    """Results and problems of some consecutive rows of a table.

    Attributes
    ----------
    results, problems : DataFrame
        As in :class:`BulkReport`; columns kept from a file are texts.
    rows, scenarios : int
        Number of rows of the table, and of scenarios with results.
    """

    results: pd.DataFrame
    problems: pd.DataFrame
    rows: int
    scenarios: int


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

    def __init__(
        self,
        destination: str | None,
        summary: engine.Summary,
        found: "ReportFiles",
        columns: "ReportColumns",
    ) -> None:
        self.destination, self.summary = destination, summary
        self._files, self._columns = found, columns

    @cached_property
    def results(self) -> pd.DataFrame:
        """Measures in the order of the table, indexed by ``scenario`` and ``plan``.

        ``row`` is the row of the table, ``name`` the title of the scenario; kept columns of the
        table follow. The others are those of :func:`shorewise.results` without ``margin`` and
        ``total_cost``; with draws also percentiles and probabilities. Read from the destination on
        first use.
        """
        return self._columns.results(self._files.read(RESULTS))

    @cached_property
    def problems(self) -> pd.DataFrame:
        """Invalid cells, whose rows were skipped, in the order of the table.

        Columns ``row``, ``scenario``, ``column``, ``value``, ``allowed``, and kept columns.
        """
        return self._columns.problems(self._files.read(ERRORS))

    @cached_property
    def dictionary(self) -> pd.DataFrame:
        """Label, unit, type and meaning of each column, indexed by ``table`` and ``column``.

        The tables are "results" and "errors", which are the problems. A unit "currency" stands for
        that of the row.
        """
        draws, keep = self._columns.draws, self._columns.keep
        rows = [*result_columns(draws, keep), *error_columns(keep)]
        return pd.DataFrame(rows).set_index(["table", "column"])

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


class ReportColumns(NamedTuple):
    """What decides the columns of results, and the types of kept ones.

    Attributes
    ----------
    draws : int
    keep : tuple of str
    dtypes : dict of str to dtype
        Of kept columns of a DataFrame, by name.
    """

    draws: int
    keep: tuple[str, ...]
    dtypes: dict[str, Any]

    def results(self, data: bytes) -> pd.DataFrame:
        """Results as a frame, from CSV."""
        frame = results_frame(data, self.draws, self.keep, kinds=self._kinds())
        return self.indexed(frame)

    def problems(self, data: bytes) -> pd.DataFrame:
        """Problems as a frame, from CSV."""
        return self._as_given(errors_frame(data, self.keep, kinds=self._kinds()))

    def part(self, part: Part) -> BulkPart:
        """A partition as frames."""
        rows, scenarios, _ = part.counts.values()
        problems = self._as_given(part.errors())
        return BulkPart(self.indexed(part.results()), problems, rows, scenarios)

    def indexed(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Results indexed by scenario and plan."""
        frame = frame.assign(verdict=frame["verdict"].astype(object))
        return self._as_given(frame).set_index(["scenario", "plan"])

    def _kinds(self) -> dict[str, str]:
        return as_texts([*self.dtypes])

    def _as_given(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with the types that kept columns have in the table, where they can be."""
        for name, dtype in self.dtypes.items():
            cells = frame[name].where(frame[name] != "", None)
            if pd.api.types.is_bool_dtype(dtype):
                cells = cells.map({"True": True, "False": False})
            with contextlib.suppress(ValueError, TypeError):
                if not pd.api.types.is_string_dtype(dtype):
                    frame = frame.assign(**{name: cells.astype(dtype)})
        return frame


class ReportFiles:
    """Files of a finished run, in a folder, a zip or at a URL that fsspec can open."""

    def __init__(self, destination: str) -> None:
        self.destination = destination

    def read(self, name: str) -> bytes:
        """The content of a file of the run."""
        if self._is_zip:
            with zipfile.ZipFile(self.destination) as archive:
                return archive.read(name)
        return destination_of(self.destination).read(name)

    def workbooks(self) -> list[str]:
        """Paths of the workbooks; in a zip their names within it."""
        pattern = f"part-*/{BOOKS}/*.xls[xm]"
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
        return (
            "://" not in self.destination
            and self.destination.lower().endswith(".zip")
            and not Path(self.destination).is_dir()
        )


class KeptTables(ReportFiles):
    """Tables of a run that wrote no files, kept in memory."""

    def __init__(self, found: ReportFiles) -> None:
        self.data = {name: found.read(name) for name in (RESULTS, ERRORS)}

    def read(self, name: str) -> bytes:
        """The content of a table."""
        return self.data[name]

    def workbooks(self) -> list[str]:
        """No paths."""
        return []
