"""Sources of a table's rows: files, databases and data frames, read in chunks."""

import contextlib
import itertools
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd
from openpyxl.utils import get_column_letter

from ...engine.errors import install
from ...engine.reading.consistency import listed
from ...engine.reading.text_tables import HEAD_ROWS, SEPARATORS
from ..errors import WorkbookError
from ..ooxml.cell_references import Area
from ..ooxml.file_kinds import kind_of_node
from ..ooxml.load import Hidden, opened
from ..ooxml.load import rows as sheet_rows
from ..ooxml.package import Package, SheetPart
from ..ooxml.sheet_data import LAST_COLUMN, LAST_ROW
from ..ooxml.structured_references import tables
from .column_names import ColumnNames
from .delimited_text import TextFormat, opened_text
from .remote_tables import local_copy
from .sheet_cells import cells_of
from .table_frames import ID, Detected, framed, without_blanks
from .table_options import DETECTED, TableOptions

Source: TypeAlias = pd.DataFrame | str | Path
"""A table: a data frame, the path or URL of a file, the URL of a database, or "-" for stdin."""

_DELIMITED = tuple(
    f".{kind}{packed}" for kind in ("csv", "tsv", "txt") for packed in ("", ".gz", ".zst")
)
_FILES = (*_DELIMITED, ".parquet", ".xlsx", ".xlsm")
_NAMED = 5  # rows in a note
_UNSET = "a row that sets no input is a scenario with the values of the base"
_DECIMALS = {".": "points", ",": "commas"}
_NO_COLUMN = r"^__index_level_\d+__$"  # pandas' row labels in a Parquet file
_EXCEL_ROWS = 1 << 20
_PASSWORD = re.compile(r"(://[^:/@]*:).*(@)")


def frames(
    source: Source,
    size: int,
    *,
    query: str | None = None,
    options: TableOptions = DETECTED,
    names: ColumnNames | None = None,
    on_note: Callable[[str], None] | None = None,
    origin: str = "",
) -> Iterator[pd.DataFrame]:
    """Rows of a table as data frames of ``size`` rows, without blank rows.

    Parameters
    ----------
    source : DataFrame, path or URL
        A .csv, .tsv or .txt file (optionally compressed), a .parquet or .xlsx file, or the URL of
        one that fsspec can open; "-" for CSV on standard input; or a database URL for SQLAlchemy.
    size : int
        Number of rows per frame.
    query : str, optional
        For a database: a query or the name of a table. For a workbook: the name of a table or
        sheet; by default the first sheet.
    options : TableOptions
        How the table is read.
    names : ColumnNames, optional
        Names that heads may have; by default every head is its column's name.
    on_note : callable, optional
        Called with a description of how the table was read, if it is not plain.
    origin : str
        Name of the table in messages; by default :func:`origin_of`.

    Yields
    ------
    DataFrame

    Raises
    ------
    WorkbookError
        The table does not exist or cannot be read.
    """
    origin = origin or origin_of(source)
    text = "" if isinstance(source, pd.DataFrame) else str(source)
    name = text.lower()
    if is_remote_file(text):
        return _copied(text, size, query, options, names, on_note)
    is_workbook = name.endswith((".xlsx", ".xlsm"))
    if query and "://" not in text and not is_workbook:
        raise WorkbookError(
            f"{origin}: query is only allowed for a database or a workbook", parameters=["query"]
        )
    is_text = text == "-" or ("://" not in text and name.endswith(_DELIMITED))
    if options.of_text and not is_text:
        raise WorkbookError(
            f"{origin}: {options.of_text} is only allowed for a text file",
            parameters=[options.of_text],
        )

    def typed(found: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        on_detected, on_unset = partial(_say, on_note, None), partial(_say_rows, on_note, _UNSET)
        return without_blanks(found, names, options.decimal, on_detected, on_unset)

    if isinstance(source, pd.DataFrame):
        return _checked(typed(_slices(source, size)), origin)
    if "://" in text:
        found = typed(_database(text, query, size))
    elif text == "-":
        found = _csv(text, ",", size, options, names, on_note)
    elif Path(text).is_dir():
        raise WorkbookError(f"{text}: is a folder; name a table in it")
    elif not Path(text).exists():
        raise WorkbookError(f"{text}: no such file")
    elif not Path(text).is_file():
        raise WorkbookError(f"{text}: is {kind_of_node(Path(text).stat().st_mode)}")
    elif name.endswith(_DELIMITED):
        default = "\t" if ".tsv" in Path(name).name else ","
        found = _csv(text, default, size, options, names, on_note)
    elif name.endswith(".parquet"):
        found = typed(_parquet(text, size))
    elif is_workbook:
        found = _xlsx(text, query, size, options, names, on_note)
    else:
        raise WorkbookError(
            f"{text}: must end in .csv, .tsv, .txt, .parquet or .xlsx, or be a database URL"
        )
    return _checked(found, origin)


def length_of(source: Source) -> int | None:
    """Approximate number of rows of a table; None if it cannot be told without reading the table.

    For a .csv file it is the number of lines, which is too high if texts have several lines.
    """
    if isinstance(source, pd.DataFrame):
        return len(source)
    name = str(source).lower()
    if "://" in name:
        return None
    try:
        if name.endswith((".csv", ".tsv", ".txt")):
            with open(source, "rb") as file:
                pieces = iter(lambda: file.read(1 << 20), b"")
                return max(sum(piece.count(b"\n") for piece in pieces) - 1, 0)
        if name.endswith(".parquet"):
            from pyarrow.parquet import read_metadata

            return read_metadata(source).num_rows
    except (OSError, ValueError, ImportError):
        pass  # reading the table raises the error
    return None


def is_remote_file(source: str) -> bool:
    """Whether a source is the URL of a file, not of a database."""
    return "://" in source and source.lower().endswith(_FILES)


def origin_of(source: Source) -> str:
    """The name of a table in messages, without the password of a database URL."""
    if isinstance(source, pd.DataFrame):
        return "table"
    return "standard input" if str(source) == "-" else _PASSWORD.sub(r"\1***\2", str(source))


def _checked(found: Iterator[pd.DataFrame], origin: str) -> Iterator[pd.DataFrame]:
    """The frames, with errors while reading converted to a WorkbookError of one line."""
    try:
        yield from found
    except WorkbookError:
        raise
    except Exception as error:  # libraries raise errors of various types
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        parameters = getattr(error, "parameters", ())
        raise WorkbookError(f"{origin}: cannot be read: {reason}", parameters=parameters) from None


def _copied(url: str, size: int, *how: Any) -> Iterator[pd.DataFrame]:
    """Frames of a file at a URL; ``how`` are the options of :func:`frames`."""
    query, options, names, on_note = how
    origin = origin_of(url)
    with local_copy(url, origin) as path:
        yield from frames(
            path, size, query=query, options=options, names=names, on_note=on_note, origin=origin
        )


def _csv(
    path: str,
    default: str,
    size: int,
    options: TableOptions,
    names: ColumnNames | None,
    on_note: Callable[[str], None] | None,
) -> Iterator[pd.DataFrame]:
    with opened_text(path, default, options, names.known if names else None) as (text_format, rows):
        yield from framed(
            rows,
            size,
            delimited=True,
            names=names,
            decimal=options.decimal,
            on_detected=partial(_say, on_note, text_format),
            on_unset=partial(_say_rows, on_note, _UNSET),
        )


def _say(
    on_note: Callable[[str], None] | None, text_format: TextFormat | None, found: Detected
) -> None:
    """Report how a table is read, if it is not plain: UTF-8 with commas and decimal points."""
    how = []
    if text_format:
        is_plain = text_format.separator == "," and found.decimal != ","
        cells = SEPARATORS.get(text_format.separator, repr(text_format.separator))
        how += [] if is_plain else [f"{cells} between cells"]
        how += [text_format.encoding] if text_format.encoding else []
    if found.decimal and (how or found.decimal == ","):
        how.append(f"decimal {_DECIMALS[found.decimal]}")
    said = [f"read with {' and '.join(how)}"] if how else []
    if found.above:
        said.append(f"skipped what is above its head in row {found.above + 1}")
    if found.renamed:
        said.append(f"took {listed(found.renamed)}")
    if said and on_note:
        on_note("; ".join(said))


def _xlsx(
    path: str,
    named: str | None,
    size: int,
    options: TableOptions,
    names: ColumnNames | None,
    on_note: Callable[[str], None] | None,
) -> Iterator[pd.DataFrame]:
    with opened(path) as package, contextlib.ExitStack() as files:
        if named is None and names:
            named = _first_with_columns(package, names)
            if on_note and named and len(package.grids) > 1:
                on_note(f"read sheet {named}, the first with names of columns")
        sheet, area = _area(package, named)
        hidden = Hidden(set(), set())
        within = files.enter_context(contextlib.closing(_within(sheet, area, package, hidden)))
        yield from framed(
            _filled(within),
            size,
            first=area[0],
            names=names,
            decimal=options.decimal,
            on_detected=partial(_say, on_note, None),
            on_unset=partial(_say_rows, on_note, _UNSET),
        )
        if rows := sorted(number for number in hidden.rows if area[0] <= number <= area[2]):
            _say_rows(on_note, "hidden rows are read like the others", rows)
        if columns := [*map(get_column_letter, sorted(hidden.columns))]:
            _say_rows(on_note, "hidden columns are read like the others", columns, "column")


def _say_rows(
    on_note: Callable[[str], None] | None, what: str, names: Sequence[object], word: str = "row"
) -> None:
    """Report something about rows or columns, of which the first are named."""
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    if on_note:
        on_note(f"{what}: {word} {', '.join(map(str, names[:_NAMED]))}{more}")


def _first_with_columns(package: Package, names: ColumnNames) -> str | None:
    """Title of the first sheet that starts with names of columns; None if none does.

    Hidden sheets are read only if no other is there.
    """
    seen = [sheet for sheet in package.grids if sheet.state not in ("hidden", "veryHidden")]
    for sheet in seen or package.grids:
        with contextlib.closing(sheet_rows(package, sheet)) as rows:
            filled = itertools.islice((cells for _, cells in rows if cells), HEAD_ROWS)
            if any(names.known(str(cell).strip()) for row in filled for cell in row.values()):
                return sheet.title
    return seen[0].title if seen else None


def _area(package: Package, named: str | None) -> tuple[SheetPart, Area]:
    """The sheet of a table, and its area on the sheet."""
    sheets = {one.title: one for one in package.grids}
    for title, sheet in sheets.items():
        if named is None or title.casefold() == named.casefold():
            return sheet, (1, 1, LAST_ROW, LAST_COLUMN)
    known = tables(package.parts, {title: one.part for title, one in sheets.items()})
    table = known.get((named or "").casefold())
    if table is None:
        raise ValueError(f"no table or sheet is called {named!r}; there are {listed(sheets)}")
    top, left, bottom, right = table.area
    return sheets[table.title], (top, left, bottom - table.totals_rows, right)


def _within(
    sheet: SheetPart, area: Area, package: Package, hidden: Hidden
) -> Generator[tuple, None, None]:
    """Rows of an area of a sheet; rows that the file omits are returned as empty rows.

    Hidden columns are those with cells of the area, once all rows have been read.
    """
    top, left, bottom, right = area
    expected, used = top, set[int]()
    with contextlib.closing(cells_of(package, sheet, hidden)) as found:
        for number, cells in found:
            if not top <= number <= bottom:
                continue
            yield from itertools.repeat((), number - expected)
            expected = number + 1
            filled = (n for n in cells if left <= n <= right and str(cells[n]).strip())
            last = max(filled, default=0)
            row = [""] * (last - left + 1 if last else 0)
            for n, cell in cells.items():
                if left <= n <= last:
                    row[n - left] = cell
            used.update(cells)
            yield tuple(row)
    hidden.columns.intersection_update(used, range(left, right + 1))


def _filled(rows: Iterator[tuple]) -> Iterator[tuple]:
    """Rows up to the last non-blank one."""
    empty = 0
    for row in rows:
        if any(cell is not None and cell != "" for cell in reversed(row)):
            yield from itertools.repeat((), empty)
            yield row
            empty = 0
        else:
            empty += 1
            if empty > _EXCEL_ROWS:
                raise ValueError("it has more rows than a sheet can have")


def _slices(frame: pd.DataFrame, size: int) -> Iterator[pd.DataFrame]:
    if ID in frame.index.names and ID not in frame.columns:
        frame = frame.reset_index(ID)
    for start in range(0, len(frame), size):
        yield frame.iloc[start : start + size]


def _parquet(path: str, size: int) -> Iterator[pd.DataFrame]:
    try:
        import pyarrow.parquet as parquet
    except ImportError:
        raise WorkbookError(f"{path}: Parquet needs: {install('parquet')}") from None
    waiting: list[pd.DataFrame] = []
    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(size):
            batch.validate(full=True)  # texts may contain invalid bytes
            # Index columns of pandas are kept as columns. Whole numbers stay integers, since floats
            # would lose digits.
            frame = batch.to_pandas(ignore_metadata=True, integer_object_nulls=True)
            waiting.append(frame.drop(columns=frame.filter(regex=_NO_COLUMN).columns))
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
        raise WorkbookError(f"a database needs: {install('sql')}") from None
    if not query:
        raise WorkbookError(f"{origin_of(url)}: a database needs a query or the name of a table")
    file = sqlalchemy.make_url(url)
    if file.get_backend_name() == "sqlite" and not Path(file.database or "").is_file():
        raise WorkbookError(f"{file.database}: no such file")  # SQLite would create it
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    with engine.connect().execution_options(stream_results=True) as connection:
        if query.isidentifier():
            query = f"SELECT * FROM {engine.dialect.identifier_preparer.quote(query)}"
        # Values as the database returns them: pandas would convert decimals, and whole numbers
        # beside NULL, to floats. A colon does not start a parameter.
        found = connection.execute(sqlalchemy.text(query.replace(":", r"\:")))
        heads = list(found.keys())
        for rows in found.partitions(size):
            yield pd.DataFrame(map(tuple, rows), columns=heads, dtype=object)
