"""Files that combine all partitions of a run: results, errors, dictionary and portfolio."""

import contextlib
import functools
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

import pandas as pd

from ..rendering.theme import Theme
from .csv_cells import csv_bytes
from .destinations import ERRORS, RESULTS, Destination, one_line_errors
from .partition import BOOKS
from .portfolio import portfolio
from .result_columns import ResultColumn, error_columns, result_columns
from .result_frames import as_texts, kept_kinds, results_frame
from .results_workbook import results_workbook

PORTFOLIO, PARQUET, DICTIONARY = "portfolio.xlsx", "results.parquet", "dictionary.csv"
WORKBOOK = "results.xlsx"
# The results are last, so that their presence means that all files are complete.
COMBINED_FILES = (DICTIONARY, WORKBOOK, PARQUET, PORTFOLIO, ERRORS, RESULTS)


class ParquetFile:
    """Results as Parquet, in a temporary file since they may not fit in memory.

    Parameters
    ----------
    file : binary file
    explained : callable
        Adds explanations to a schema.
    """

    def __init__(self, file: IO[bytes], explained: Callable[[Any], Any]):
        self._file, self._explained = file, explained
        self._writer: Any = None

    def add(self, frame: pd.DataFrame) -> None:
        """Append the results of a partition."""
        import pyarrow
        from pyarrow.parquet import ParquetWriter

        table = pyarrow.Table.from_pandas(frame, preserve_index=False)
        if self._writer is None:
            schema = self._explained(table.schema)
            self._writer = ParquetWriter(self._file, schema, compression="zstd")
        self._writer.write_table(table.cast(self._writer.schema))

    def close(self) -> None:
        """Finish the file, before the temporary file is closed."""
        if self._writer:
            self._writer.close()

    def pieces(self) -> Iterator[bytes]:
        """The content of the finished file."""
        self.close()
        self._file.seek(0)
        while data := self._file.read(1 << 20):
            yield data


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
        yield csv_bytes(self._dictionary())

    def from_frames(
        self, wanted: Collection[str], theme: Theme | None, suffix: str, criterion: str
    ) -> Iterator[tuple[str, Iterable[bytes]]]:
        """Names and content of the files that need the results as frames, which are read once.

        Parameters
        ----------
        wanted : collection of str
            Names of the files to make.
        theme : Theme or None
        suffix : str
            Ending of the workbooks, to which the portfolio has links; "" if there are none.
        criterion : str
            By what the best plan of each scenario is the best, in words.
        """
        few: list[pd.DataFrame] = []
        with contextlib.ExitStack() as stack:
            stack.enter_context(one_line_errors(tempfile.gettempdir(), "written"))
            parquet = None
            if PARQUET in wanted:
                file = stack.enter_context(tempfile.TemporaryFile())
                parquet = ParquetFile(file, self._explained)
                stack.callback(parquet.close)

            def frames() -> Iterator[tuple[str, pd.DataFrame]]:
                for name, frame in self._frames():
                    if parquet:
                        parquet.add(frame)
                    if WORKBOOK in wanted:
                        few.append(frame)
                    yield f"{name}/{BOOKS}/*{suffix}" if suffix else "", frame

            ranked = portfolio(frames(), theme, criterion)
            if parquet:
                yield PARQUET, parquet.pieces()
            if PORTFOLIO in wanted:
                yield PORTFOLIO, [ranked]
            if WORKBOOK in wanted:
                yield WORKBOOK, [results_workbook(pd.concat(few), self._dictionary(), theme)]

    def _dictionary(self) -> list[ResultColumn]:
        kinds = self._kinds
        return [
            one._replace(type=kinds.get(one.column, one.type))
            for one in (*result_columns(self.draws, self.keep), *error_columns(self.keep))
        ]

    def _explained(self, schema: Any) -> Any:
        """A schema of Parquet with the label, unit and meaning of each column."""
        about = {one.column: one for one in self._dictionary() if one.table == "results"}
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
        return kept_kinds((frame for _, frame in self._read(as_texts(self.keep))), self.keep)

    def _frames(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Name and results of each partition that has any."""
        return self._read(self._kinds)

    def _read(self, kinds: dict[str, str]) -> Iterator[tuple[str, pd.DataFrame]]:
        for name in self.partitions:
            data = self.destination.read(f"{name}/{RESULTS}")
            if data:
                yield name, results_frame(data, self.draws, self.keep, kinds=kinds)


def _line(heads: Sequence[str], bom: bool) -> bytes:
    return (b"\xef\xbb\xbf" if bom else b"") + csv_bytes([heads])
