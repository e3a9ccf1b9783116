"""Tables in text files: delimiter and decimal mark as they are, every row as it stands."""

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
_SAMPLE = 1_000  # rows, or so many characters, from which the delimiter and decimal mark are told
_SAMPLE_TEXT = 1 << 20
_SEP = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)  # a first line for Excel
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?")
# A number whose mark may also part its thousands.
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_MANY_MARKS = re.compile(r"[+-]?\d{1,3}(?:[.,' ]\d{3})*[.,]\d+")


class Dialect(NamedTuple):
    """How a text file is written: its delimiter, and the mark before decimals, "" if unknown."""

    delimiter: str
    decimal: str

    @property
    def note(self) -> str:
        """What a user should know about how the file was read, "" where it is plain CSV."""
        if self.delimiter == "," and self.decimal == ".":
            return ""
        decimals = {",": " and decimal commas", ".": " and decimal points", "": ""}
        return f"read with {_DELIMITERS[self.delimiter]} between cells{decimals[self.decimal]}"


@contextlib.contextmanager
def opened_text(path: str, usual: str) -> Iterator[tuple[Dialect, Iterator[tuple[str, ...]]]]:
    """A text file that is open: its dialect, and its rows, blank ones too.

    A text that is not UTF-8, or quotes that do not close, are a ValueError that says so.

    Parameters
    ----------
    path : str
        A file, also compressed (.gz, .zst), or "-" for standard input.
    usual : str
        The delimiter where the file leaves it open.
    """
    with _opened(path) as binary:
        text = io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")
        try:
            yield _rows(text, usual)
        except UnicodeDecodeError as error:
            raise ValueError(f"it is not UTF-8 ({error.reason}); save it as CSV UTF-8") from None
        finally:
            text.detach()  # closing it is not ours


def _rows(text: io.TextIOWrapper, usual: str) -> tuple[Dialect, Iterator[tuple[str, ...]]]:
    sample: list[str] = []
    left = _SAMPLE_TEXT
    for line in itertools.islice(text, _SAMPLE):
        sample.append(line)
        left -= len(line)
        if left < 0:
            break
    said = _SEP.fullmatch(sample[0]) if sample else None
    if said:
        del sample[0]
    delimiter = said[1] if said and said[1] in _DELIMITERS else _delimiter(sample, usual)
    dialect = Dialect(delimiter, "." if delimiter == "," else _decimal(sample, delimiter))
    return dialect, _split(itertools.chain(sample, text), delimiter, bool(said))


def _split(lines: Iterable[str], delimiter: str, above: int) -> Iterator[tuple[str, ...]]:
    """Cells of each row; ``above`` lines stand before the first."""
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
    """Rows of a sample that hold anything, the last of which may be cut."""
    with contextlib.suppress(csv.Error):
        return [row for row in csv.reader(sample, delimiter=delimiter) if any(map(str.strip, row))]
    return []


def _delimiter(sample: list[str], usual: str) -> str:
    """The delimiter by which most rows have as many cells as the head, and the most cells."""

    def fit(delimiter: str) -> tuple[int, int]:
        rows = _parsed(sample, delimiter)
        width = len(rows[0]) if rows else 0
        return (sum(len(row) == width for row in rows), width) if width > 1 else (0, 0)

    return max((usual, *_DELIMITERS), key=fit)  # of equals the first


def _decimal(sample: list[str], delimiter: str) -> str:
    """The mark before decimals in a file that is not delimited by commas, "" if none is certain."""
    cells = (cell.strip() for row in _parsed(sample, delimiter)[1:] for cell in row)
    certain = (one for one in cells if _NUMBER.fullmatch(one) and not _AMBIGUOUS.fullmatch(one))
    marks = {mark for one in certain for mark in ".," if mark in one}
    if len(marks) > 1:
        raise ValueError("its numbers have decimal commas and decimal points; use one of them")
    return marks.pop() if marks else ""


def with_points(row: tuple, decimal: str) -> tuple:
    """A row whose numbers have decimal points; a number that could be two is a fault.

    Parameters
    ----------
    row : tuple of str
        Cells that stand for numbers.
    decimal : str
        The file's mark before decimals: "," or, where it is not known, "".
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
        return FaultyCell(cell, "a number with a decimal comma at most, without thousands marks")
    if _AMBIGUOUS.fullmatch(text):
        digits = re.sub(r"[.,]", "", text)
        return FaultyCell(cell, f"a number that can be read in one way only, such as {digits}")
    return text.replace(",", ".")
