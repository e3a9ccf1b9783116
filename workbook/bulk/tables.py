"""Tables of scenarios from wherever they stand, a few rows at a time."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ..errors import WorkbookError
from ..guard import inspect_any

_TEXTS = {"dtype": str, "keep_default_na": False, "na_filter": False, "encoding": "utf-8-sig"}
_PASSWORD = re.compile(r"(://[^:/@]*:).*(@)")


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
    text, origin = str(source), origin_of(source)
    name = text.lower()
    if "://" in text:
        found = _database(text, query, size)
    elif text == "-":
        found = _csv(sys.stdin.buffer, ",", size)
    elif not Path(text).is_file():
        raise WorkbookError(f"{text}: no such file")
    elif name.endswith((".csv", ".csv.gz", ".csv.zst", ".tsv")):
        found = _csv(text, "\t" if name.endswith(".tsv") else ",", size)
    elif name.endswith(".parquet"):
        found = _parquet(text, size)
    elif name.endswith((".xlsx", ".xlsm")):
        found = _xlsx(text, size)
    else:
        raise WorkbookError(
            f"{text}: must end in .csv, .tsv, .parquet or .xlsx, or be a database URL"
        )
    return _checked(found, origin)


def origin_of(source) -> str:
    """What a table is called in messages: without the password of a database."""
    if isinstance(source, pd.DataFrame):
        return "table"
    return "standard input" if str(source) == "-" else _PASSWORD.sub(r"\1***\2", str(source))


def _checked(found: Iterator[pd.DataFrame], origin: str) -> Iterator[pd.DataFrame]:
    """The same frames; what goes wrong while reading is one clear error."""
    try:
        yield from found
    except WorkbookError:
        raise
    except Exception as error:  # each library has errors of its own
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise WorkbookError(f"{origin}: cannot be read: {reason}") from None


def _csv(file, mark: str, size: int) -> Iterator[pd.DataFrame]:
    with pd.read_csv(file, sep=mark, chunksize=size, **_TEXTS) as found:
        for frame in found:
            if not isinstance(frame.index, pd.RangeIndex):  # pandas took the first cells for names
                raise ValueError("its rows have more cells than its head")
            yield frame


def _xlsx(path: str, size: int) -> Iterator[pd.DataFrame]:
    inspect_any(path)
    yield from _slices(
        pd.read_excel(
            path, engine="openpyxl", dtype=object, keep_default_na=False, na_filter=False
        ),
        size,
    )


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
        raise WorkbookError(f"{origin_of(url)}: a database needs a query or the name of a table")
    file = sqlalchemy.make_url(url)
    if file.get_backend_name() == "sqlite" and not Path(file.database or "").is_file():
        raise WorkbookError(f"{file.database}: no such file")  # SQLite would make it
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    with engine.connect().execution_options(stream_results=True) as connection:
        if query.isidentifier():
            query = f"SELECT * FROM {engine.dialect.identifier_preparer.quote(query)}"
        chosen = sqlalchemy.text(query)
        yield from pd.read_sql_query(chosen, connection, chunksize=size)
