"""Tables in text files, with detection of separator and encoding."""

import contextlib
import csv
import gzip
import io
import itertools
import re
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from typing import IO, Any, NamedTuple

from ...engine.errors import DomainError
from ...engine.reading.text_encoding import encoding_of
from ...engine.reading.text_tables import SEPARATORS, Known, known_heads, separator_of
from ..errors import WorkbookError
from .table_options import TableOptions

_SAMPLE_ROWS = 1_000  # for the detection of the separator
_SAMPLE_CHARACTERS = 1 << 20  # or fewer rows, if these are longer
_SAMPLE_BYTES = 4 << 20  # for the detection of the encoding
_BUFFER = 1 << 16
_SEP = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)  # an optional first line, which Excel reads


class TextFormat(NamedTuple):
    """How a text file is read.

    Attributes
    ----------
    separator : str
        Between cells.
    encoding : str
        As messages call it; "" for UTF-8.
    """

    separator: str
    encoding: str


@contextlib.contextmanager
def opened_text(
    path: str, default: str, options: TableOptions, known: Known | None = None
) -> Iterator[tuple[TextFormat, Iterator[tuple[str, ...]]]]:
    """Context manager that opens a text file; gives its format and all rows, including blank ones.

    Parameters
    ----------
    path : str
        A file, optionally compressed (.gz, .zst), or "-" for standard input.
    default : str
        The separator if several fit.
    options : TableOptions
        What is not to be detected.
    known : callable, optional
        Whether a text is the name of a column; by default any text may be one.

    Raises
    ------
    ValueError
        The text is not in its encoding, or has an unclosed quote.
    """
    with _opened(path) as binary:
        first = binary.read(_SAMPLE_BYTES)
        count = partial(known_heads, known=known) if known else None
        found = encoding_of(first, options.encoding, count)
        joined = io.BufferedReader(_Joined(first, binary), _BUFFER)
        text = io.TextIOWrapper(joined, encoding=found.codec, newline="")
        try:
            separator, rows = _rows(text, default, options.separator, known)
            yield TextFormat(separator, found.label), rows
        except UnicodeDecodeError as error:
            what = f"it is not {found.label.removeprefix('encoding ') or 'UTF-8'} ({error.reason})"
            raise DomainError(
                f"{what}; save it as CSV UTF-8, or set encoding", parameters=["encoding"]
            ) from None
        finally:
            text.detach()  # the file is closed by its opener


class _Joined(io.RawIOBase):
    """The first bytes of a stream, and then the stream itself."""

    def __init__(self, first: bytes, rest: IO[bytes]):
        self._first, self._rest = memoryview(first), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        taken: Any = self._first[: len(buffer)] or self._rest.read(len(buffer))
        self._first = self._first[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)


def _rows(
    text: io.TextIOWrapper, default: str, separator: str | None, known: Known | None
) -> tuple[str, Iterator[tuple[str, ...]]]:
    sample = _sample(text)
    declared = _SEP.fullmatch(sample[0]) if sample else None
    if declared:
        del sample[0]
        if separator is None and declared[1] in SEPARATORS:
            separator = declared[1]
    if separator is None:
        separator = separator_of(sample, default, known)
    return separator, _split(itertools.chain(sample, text), separator, bool(declared))


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


def _split(lines: Iterable[str], separator: str, above: int) -> Iterator[tuple[str, ...]]:
    """Cells of each row; the first row is below ``above`` lines."""
    reader = csv.reader(lines, delimiter=separator, strict=True)
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
