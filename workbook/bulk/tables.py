"""Tables of scenarios from wherever they stand, a few rows at a time."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ..errors import WorkbookError

_TEXTS = {"dtype": str, "keep_default_na": False, "na_filter": False, "encoding": "utf-8-sig"}


def frames(source, size: int, *, query: str | None = None) -> Iterator[pd.DataFrame]:
    """Rows of a table, ``size`` at a time.

    Parameters
    ----------
    source : DataFrame, path or URL
        .csv (also compressed), .tsv, .parquet, .xlsx (its first sheet), "-" for CSV on standard
        input, or a database URL of SQLAlchemy.
    size : int
    query : str, optional
        For a database: a query, or the name of a table.

    Raises
    ------
    WorkbookError
        A table that is not there or cannot be read.
    """
    if isinstance(source, pd.DataFrame):
        return _slices(source, size)
    text = str(source)
    try:
        if "://" in text:
            return _checked(_database(text, query, size), text)
        if text == "-":
            return _checked(
                pd.read_csv(sys.stdin.buffer, chunksize=size, **_TEXTS), "standard input"
            )
        if not Path(text).is_file():
            raise WorkbookError(f"{text}: no such file")
        name = text.lower()
        if name.endswith((".csv", ".csv.gz", ".csv.zst", ".tsv")):
            mark = "\t" if name.endswith(".tsv") else ","
            return _checked(pd.read_csv(text, sep=mark, chunksize=size, **_TEXTS), text)
        if name.endswith(".parquet"):
            return _checked(_parquet(text, size), text)
        if name.endswith((".xlsx", ".xlsm")):
            return _checked(_slices(pd.read_excel(text, dtype=object), size), text)
    except WorkbookError:
        raise
    except Exception as error:  # each library has errors of its own
        raise _unreadable(text, error) from None
    raise WorkbookError(f"{text}: must end in .csv, .tsv, .parquet or .xlsx, or be a database URL")


def _checked(found: Iterator[pd.DataFrame], origin: str) -> Iterator[pd.DataFrame]:
    """The same frames; what goes wrong while reading is one clear error."""
    try:
        yield from found
    except Exception as error:
        raise _unreadable(origin, error) from None


def _unreadable(origin: str, error: Exception) -> WorkbookError:
    reason = str(error).strip().partition("\n")[0]
    return WorkbookError(f"{origin}: cannot be read: {reason or type(error).__name__}")


def _slices(frame: pd.DataFrame, size: int) -> Iterator[pd.DataFrame]:
    for start in range(0, len(frame), size):
        yield frame.iloc[start : start + size]


def _parquet(path: str, size: int) -> Iterator[pd.DataFrame]:
    try:
        import pyarrow.parquet as parquet
    except ImportError:
        raise WorkbookError(f"{path}: Parquet needs: pip install shorewise[parquet]") from None
    waiting: list[pd.DataFrame] = []
    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(size):
            waiting.append(batch.to_pandas())
            if sum(map(len, waiting)) >= size:
                whole = pd.concat(waiting, ignore_index=True)
                yield whole.iloc[:size]
                waiting = [whole.iloc[size:]]
    rest = pd.concat(waiting, ignore_index=True) if waiting else pd.DataFrame()
    if len(rest):
        yield rest


def _database(url: str, query: str | None, size: int) -> Iterator[pd.DataFrame]:
    try:
        import sqlalchemy
    except ImportError:
        raise WorkbookError("a database needs: pip install shorewise[sql]") from None
    if not query:
        raise WorkbookError(f"{url}: a database needs a query or the name of a table")
    engine = sqlalchemy.create_engine(url)
    with engine.connect().execution_options(stream_results=True) as connection:
        if query.isidentifier():
            query = f"SELECT * FROM {engine.dialect.identifier_preparer.quote(query)}"
        chosen = sqlalchemy.text(query)
        yield from pd.read_sql_query(chosen, connection, chunksize=size)
