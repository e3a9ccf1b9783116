"""Files that combine all partitions of a run: results, errors, Parquet and portfolio."""

import io
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

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

    def parquet(self) -> Iterator[bytes]:
        """The results as Parquet, written to a temporary file since they may not fit in memory."""
        import pyarrow
        from pyarrow.parquet import ParquetWriter

        with tempfile.TemporaryFile() as file:
            writer = None
            for _, frame in self._frames():
                table = pyarrow.Table.from_pandas(frame, preserve_index=False)
                writer = writer or ParquetWriter(file, table.schema, compression="zstd")
                writer.write_table(table)
            if writer:
                writer.close()
            file.seek(0)
            while data := file.read(1 << 20):
                yield data

    def portfolio(self, theme: Theme | None, workbooks: bool, criterion: str) -> bytes:
        """The portfolio workbook, with links to the scenarios' workbooks where there are any.

        ``criterion`` says in words by what the best plan of each scenario is the best.
        """
        frames = ((f"{name}/{BOOKS}" if workbooks else "", frame) for name, frame in self._frames())
        return portfolio(frames, theme, self.currency, criterion)

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
