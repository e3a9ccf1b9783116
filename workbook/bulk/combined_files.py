"""Files that combine all partitions of a run: results, errors, Parquet and portfolio."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

import pandas as pd

from ..rendering.theme import Theme
from .columns import Problem
from .csv_cells import original
from .destinations import ERRORS, RESULTS, Destination
from .partition import BOOKS, CODED, heads
from .portfolio import portfolio

PORTFOLIO, PARQUET = "portfolio.xlsx", "results.parquet"
# The results are last, so that their presence means that all files are complete.
COMBINED_FILES = (PARQUET, PORTFOLIO, ERRORS, RESULTS)
_TEXTS = ("scenario", "name", "plan", "currency")  # columns of the results that hold any text


class ParquetFile:
    """Results as Parquet, in a temporary file since they may not fit in memory.

    Parameters
    ----------
    file : binary file
    """

    def __init__(self, file: IO[bytes]):
        self._file = file
        self._writer: Any = None

    def add(self, frame: pd.DataFrame) -> None:
        """Append the results of a partition."""
        import pyarrow
        from pyarrow.parquet import ParquetWriter

        table = pyarrow.Table.from_pandas(frame, preserve_index=False)
        if self._writer is None:
            self._writer = ParquetWriter(self._file, table.schema, compression="zstd")
        self._writer.write_table(table)

    def pieces(self) -> Iterator[bytes]:
        """The content of the finished file."""
        if self._writer:
            self._writer.close()
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
    currency : str
        Currency of the base, and so of the portfolio.
    keep : tuple of str
        Names of the columns of the table that are copied to the results.
    """

    destination: Destination
    partitions: list[str]
    draws: int
    currency: str
    keep: tuple[str, ...] = ()

    def results(self, bom: bool) -> Iterator[bytes]:
        """The CSV file of results; ``bom`` starts it with a byte order mark."""
        return self._csv(RESULTS, heads(self.draws, self.keep), bom)

    def errors(self, bom: bool) -> Iterator[bytes]:
        """The CSV file of invalid cells; ``bom`` as for :meth:`results`."""
        return self._csv(ERRORS, list(Problem._fields), bom)

    def portfolio(
        self,
        theme: Theme | None,
        workbooks: bool,
        criterion: str,
        on_frame: Callable[[pd.DataFrame], None] | None = None,
    ) -> bytes:
        """The portfolio workbook, with links to the scenarios' workbooks where there are any.

        ``criterion`` says in words by what the best plan of each scenario is the best. ``on_frame``
        is called with the results of each partition.
        """

        def frames() -> Iterator[tuple[str, pd.DataFrame]]:
            for name, frame in self._frames():
                if on_frame:
                    on_frame(frame)
                yield f"{name}/{BOOKS}" if workbooks else "", frame

        return portfolio(frames(), theme, self.currency, criterion)

    def _csv(self, file: str, columns: list[str], bom: bool) -> Iterator[bytes]:
        yield (",".join(columns) + "\n").encode("utf-8-sig" if bom else "utf-8")
        for name in self.partitions:
            yield self.destination.read(f"{name}/{file}")

    def _frames(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Name and results of each partition that has any."""
        columns = heads(self.draws, self.keep)
        texts = (*_TEXTS, *self.keep)
        empty = {column: [""] for column in columns if column not in texts}
        for name in self.partitions:
            frame = pd.read_csv(
                io.BytesIO(self.destination.read(f"{name}/{RESULTS}")),
                names=columns,
                dtype=dict.fromkeys((*texts, *CODED), str),
                keep_default_na=False,
                na_values=empty,
            )
            for column in texts:
                if frame[column].str.startswith("'").any():
                    frame[column] = frame[column].map(original)
            if len(frame):
                numeric = {column: float for column in empty if column not in CODED}
                yield name, frame.astype(numeric)
