"""Texts as cells of CSV files that Excel shows and never runs.

Excel computes a cell of a CSV file that starts like a formula, whatever quotes are around it. Such
a text gets an apostrophe in front, as OWASP advises ("CSV Injection"); numbers stay numbers.
"""

import csv
import io
import re
from collections.abc import Iterable
from typing import Any

# Apostrophes that are there already count as ours, so that each text comes back as it was.
_RUNS = re.compile(r"[\s']*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\s']*[\t\r]", re.DOTALL)
_NUMBER = re.compile(r"-(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def safe(cell: Any) -> Any:
    """A cell's value; a text that Excel would run has an apostrophe in front."""
    if isinstance(cell, str) and _RUNS.match(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def original(text: str) -> str:
    """The text that :func:`safe` was given."""
    return text[1:] if text.startswith("'") and _RUNS.match(text) else text


def csv_bytes(rows: Iterable[Iterable[Any]]) -> bytes:
    """Rows as UTF-8, texts made safe; lone surrogates, which UTF-8 cannot hold, as escapes."""
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(map(safe, row) for row in rows)
    return lines.getvalue().encode(errors="backslashreplace")
