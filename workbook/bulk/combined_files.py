"""Files that combine all partitions of a run: results, errors, dictionary and portfolio."""

import contextlib
import functools
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import IO, Any

import pandas as pd

from ..rendering.theme import Theme
from .csv_cells import csv_bytes
from .destinations import ERRORS, RESULTS, Destination, one_line_errors
from .partition import BOOKS
from .portfolio import BestPlans, portfolio
from .result_columns import ResultColumn, error_columns, result_columns
from .result_frames import as_texts, kept_kinds, results_frame
from .results_workbook import ROWS_MAX, results_workbook

PORTFOLIO, PARQUET, DICTIONARY = "portfolio.xlsx", "results.parquet", "dictionary.csv"
WORKBOOK = "results.xlsx"
# The results are last, so that their presence means that all files are complete.
COMBINED_FILES = (DICTIONARY, WORKBOOK, PARQUET, PORTFOLIO, ERRORS, RESULTS)


@dataclass(frozen=True)
class CombinedFiles:
    """Content of the combined files of a run, generated from one partition at a time.

    Parameters
    ----------
    destination : Destination
    partitions : list of str
        Names of the partitions, in the order of the table.
    draws : int
        Draws of each scenario, which decide the columns of the results.
    keep : tuple of str
        Names of the columns of the table that are copied to the results.
    """

    destination: Destination
    partitions: list[str]
    draws: int
    keep: tuple[str, ...] = ()

    def results(self, bom: bool) -> Iterator[bytes]:
        """The CSV file of results; ``bom`` starts it with a byte order mark."""
        return self._csv(RESULTS, [*result_columns(self.draws, self.keep)], bom)

    def errors(self, bom: bool) -> Iterator[bytes]:
        """The CSV file of invalid cells; ``bom`` as for :meth:`results`."""
        return self._csv(ERRORS, [*error_columns(self.keep)], bom)

    def dictionary(self, bom: bool) -> Iterator[bytes]:
        """The CSV file that explains every column of results and errors."""
        yield _line(ResultColumn._fields, bom)
        yield csv_bytes(self.dictionary_rows())

    def dictionary_rows(self) -> list[ResultColumn]:
        """The explanation of every column of results and errors."""
        kinds = self._kinds
        return [
            one._replace(type=kinds.get(one.column, one.type))
            for one in (*result_columns(self.draws, self.keep), *error_columns(self.keep))
        ]

    def explained(self, schema: Any) -> Any:
        """A schema of Parquet with the label, unit and meaning of each column."""
        about = {one.column: one for one in self.dictionary_rows() if one.table == "results"}
        for n, field in enumerate(schema):
            one = about[field.name]
            said = {"label": one.label, "unit": one.unit, "meaning": one.meaning}
            schema = schema.set(n, field.with_metadata(said))
        return schema

    def _csv(self, file: str, columns: Sequence[ResultColumn], bom: bool) -> Iterator[bytes]:
        yield _line([one.column for one in columns], bom)
        for name in self.partitions:
            yield self.destination.read(f"{name}/{file}")

    @functools.cached_property
    def _kinds(self) -> dict[str, str]:
        """Types of the kept columns."""
        if not self.keep:
            return {}
        frames = (self._read(name, as_texts(self.keep)) for name in self.partitions)
        return kept_kinds((one for one in frames if one is not None), self.keep)

    def frame(self, name: str) -> pd.DataFrame | None:
        """The results of a partition; None if it has none."""
        return self._read(name, self._kinds)

    def _read(self, name: str, kinds: dict[str, str]) -> pd.DataFrame | None:
        data = self.destination.read(f"{name}/{RESULTS}")
        return results_frame(data, self.draws, self.keep, kinds=kinds) if data else None


class FramedFiles(contextlib.ExitStack):
    """Files that need the results as frames, which are read once.

    A partition is read as soon as it and those before it are complete, while others are computed.

    Parameters
    ----------
    wanted : collection of str
        Names of the combined files to make.
    """

    def __init__(self, wanted: Collection[str]):
        super().__init__()
        self._made = {*wanted} & {PARQUET, PORTFOLIO, WORKBOOK}
        if not find_spec("pyarrow"):
            self._made.discard(PARQUET)
        self._best = BestPlans()
        self._few: list[pd.DataFrame] = []  # for the workbook of results
        self._rows = 0
        self._file: IO[bytes] | None = None  # of Parquet; temporary, for it may not fit in memory
        self._writer: Any = None
        self._added: set[str] = set()

    def add(self, combined: CombinedFiles, name: str, suffix: str) -> None:
        """Add the results of a partition, unless it was added before.

        Parameters
        ----------
        combined : CombinedFiles
        name : str
            Name of the partition.
        suffix : str
            Ending of the workbooks, to which the portfolio has links; "" if there are none.
        """
        if not self._made or name in self._added:
            return
        self._added.add(name)
        frame = combined.frame(name)
        if frame is None:
            return
        self._rows += len(frame)
        self._best.add(f"{name}/{BOOKS}/*{suffix}" if suffix else "", frame)
        if PARQUET in self._made:
            with _temporary_file_errors():
                self._add_to_parquet(combined, frame)
        if WORKBOOK in self._made:
            self._few = [*self._few, frame] if self._rows <= ROWS_MAX else []

    def _add_to_parquet(self, combined: CombinedFiles, frame: pd.DataFrame) -> None:
        import pyarrow
        from pyarrow.parquet import ParquetWriter

        table = pyarrow.Table.from_pandas(frame, preserve_index=False)
        if self._writer is None:
            schema = combined.explained(table.schema)
            # Figures hardly repeat, so that a dictionary of them takes room and time.
            repeated = [one.name for one in schema if not pyarrow.types.is_floating(one.type)]
            file = tempfile.TemporaryFile()  # noqa: SIM115
            self._file = self.enter_context(file)
            writer = ParquetWriter(file, schema, compression="zstd", use_dictionary=repeated)
            self._writer = self.enter_context(writer)
        self._writer.write_table(table.cast(self._writer.schema))

    def finished(
        self,
        combined: CombinedFiles,
        theme: Theme | None,
        criterion: str,
        on_note: Callable[[str], None] | None,
    ) -> Iterator[tuple[str, Iterable[bytes]]]:
        """Names and content of the files, once all partitions were added.

        Parameters
        ----------
        combined : CombinedFiles
        theme : Theme or None
        criterion : str
            By what the best plan of each scenario is the best, in words.
        on_note : callable or None
            Called with a description of what is not written.
        """
        if not self._rows:
            return
        if self._writer:
            yield PARQUET, self._parquet()
        if PORTFOLIO in self._made:
            yield PORTFOLIO, [portfolio(self._best, theme, criterion)]
        if self._few:
            results = pd.concat(self._few)
            yield WORKBOOK, [results_workbook(results, combined.dictionary_rows(), theme)]
        elif WORKBOOK in self._made and on_note:
            on_note(f"more than {ROWS_MAX:,} rows of results: {WORKBOOK} is not written")

    def _parquet(self) -> Iterator[bytes]:
        assert self._file
        with _temporary_file_errors():
            self._writer.close()
            self._file.seek(0)
        while data := self._file.read(1 << 20):
            yield data


def _temporary_file_errors() -> contextlib.AbstractContextManager[None]:
    return one_line_errors(tempfile.gettempdir(), "written")


def _line(heads: Sequence[str], bom: bool) -> bytes:
    return (b"\xef\xbb\xbf" if bom else b"") + csv_bytes([heads])
