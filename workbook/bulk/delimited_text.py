"""Tables in text files, with detection of delimiter and decimal mark."""

import contextlib
import csv
import gzip
import io
import itertools
import re
import sys
from collections.abc import Iterable, Iterator
from typing import IO, Any, NamedTuple

from ..errors import WorkbookError
from .table_frames import FaultyCell

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_SAMPLE_ROWS = 1_000  # for the detection of delimiter and decimal mark
_SAMPLE_CHARACTERS = 1 << 20  # or fewer rows, if these are longer
_SEP = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)  # an optional first line, which Excel reads
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?")
# A number whose decimal mark could be a thousands separator.
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_MANY_MARKS = re.compile(r"[+-]?\d{1,3}(?:[.,' ]\d{3})*[.,]\d+")


class Dialect(NamedTuple):
    """Delimiter and decimal mark of a text file; "" if no number has a decimal mark."""

    delimiter: str
    decimal: str

    @property
    def note(self) -> str:
        """Description of the dialect for users; "" for plain CSV."""
        if self.delimiter == "," and self.decimal == ".":
            return ""
        decimals = {",": " and decimal commas", ".": " and decimal points", "": ""}
        return f"read with {_DELIMITERS[self.delimiter]} between cells{decimals[self.decimal]}"


@contextlib.contextmanager
def opened_text(path: str, default: str) -> Iterator[tuple[Dialect, Iterator[tuple[str, ...]]]]:
    """Context manager that opens a text file; gives its dialect and all rows, including blank ones.

    Parameters
    ----------
    path : str
        A file, optionally compressed (.gz, .zst), or "-" for standard input.
    default : str
        The delimiter if several fit.

    Raises
    ------
    ValueError
        The text is not UTF-8, or has an unclosed quote.
    """
    with _opened(path) as binary:
        text = io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")
        try:
            yield _rows(text, default)
        except UnicodeDecodeError as error:
            raise ValueError(f"it is not UTF-8 ({error.reason}); save it as CSV UTF-8") from None
        finally:
            text.detach()  # the file is closed by its opener


def _rows(text: io.TextIOWrapper, default: str) -> tuple[Dialect, Iterator[tuple[str, ...]]]:
    sample = _sample(text)
    declared = _SEP.fullmatch(sample[0]) if sample else None
    if declared:
        del sample[0]
    if declared and declared[1] in _DELIMITERS:
        delimiter = declared[1]
    else:
        delimiter = _delimiter(sample, default)
    dialect = Dialect(delimiter, "." if delimiter == "," else _decimal_mark(sample, delimiter))
    return dialect, _split(itertools.chain(sample, text), delimiter, bool(declared))


def _sample(text: Iterable[str]) -> list[str]:
    """The first lines of a text."""
    sample: list[str] = []
    left = _SAMPLE_CHARACTERS
    for line in itertools.islice(text, _SAMPLE_ROWS):
        sample.append(line)
        left -= len(line)
        if left < 0:
            break
    return sample


def _split(lines: Iterable[str], delimiter: str, above: int) -> Iterator[tuple[str, ...]]:
    """Cells of each row; the first row is below ``above`` lines."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        yield from map(tuple, reader)
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num + above}: {error}") from None


@contextlib.contextmanager
def _opened(path: str) -> Iterator[IO[bytes]]:
    if path == "-":
        yield sys.stdin.buffer
        return
    if path.lower().endswith(".zst"):
        try:
            import zstandard  # type: ignore[import-not-found, unused-ignore]
        except ImportError:
            raise WorkbookError(f"{path}: .zst needs: pip install zstandard") from None
        opener: Any = zstandard.open
    else:
        opener = gzip.open if path.lower().endswith(".gz") else open
    with opener(path, "rb") as file:
        yield file


def _parsed(sample: list[str], delimiter: str) -> list[list[str]]:
    """The non-blank rows of a sample; the last may be incomplete."""
    with contextlib.suppress(csv.Error):
        return [row for row in csv.reader(sample, delimiter=delimiter) if any(map(str.strip, row))]
    return []


def _delimiter(sample: list[str], default: str) -> str:
    """The delimiter with which most rows have as many cells as the head, then the most cells."""

    def fit(delimiter: str) -> tuple[int, int]:
        rows = _parsed(sample, delimiter)
        width = len(rows[0]) if rows else 0
        return (sum(len(row) == width for row in rows), width) if width > 1 else (0, 0)

    return max((default, *_DELIMITERS), key=fit)  # the first of several that fit equally


def _decimal_mark(sample: list[str], delimiter: str) -> str:
    """The decimal mark of a file not delimited by commas; "" if no number has one."""
    cells = (cell.strip() for row in _parsed(sample, delimiter)[1:] for cell in row)
    certain = (one for one in cells if _NUMBER.fullmatch(one) and not _AMBIGUOUS.fullmatch(one))
    marks = {mark for one in certain for mark in ".," if mark in one}
    if len(marks) > 1:
        raise ValueError("its numbers have both decimal commas and decimal points; use only one")
    return marks.pop() if marks else ""


def with_points(row: tuple, decimal: str) -> tuple:
    """A row with decimal points in its numbers; ambiguous numbers become faulty cells.

    Parameters
    ----------
    row : tuple of str
        Cells of inputs.
    decimal : str
        The decimal mark of the file: ",", or "" if it is unknown.

    Returns
    -------
    tuple of str or FaultyCell
    """
    return tuple(_with_point(cell, decimal) if _has_mark(cell) else cell for cell in row)


def _has_mark(cell: str) -> bool:
    return "," in cell or "." in cell


def _with_point(cell: str, decimal: str) -> str | FaultyCell:
    text = cell.strip()
    if not _NUMBER.fullmatch(text) and not _MANY_MARKS.fullmatch(text):
        return cell
    plain = _NUMBER.fullmatch(text) is not None
    if decimal == "," and plain and "." not in text:
        return text.replace(",", ".")
    if decimal == "," or not plain:
        return FaultyCell(
            cell, "a number without thousands separators, with at most a decimal comma"
        )
    if _AMBIGUOUS.fullmatch(text):
        digits = re.sub(r"[.,]", "", text)
        return FaultyCell(cell, f"an unambiguous number, such as {digits}")
    return text.replace(",", ".")
