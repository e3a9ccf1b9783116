"""Cells of CSV files that Excel never takes for formulas.

Excel computes a cell of a CSV file that starts like a formula, even in quotes. Such a text gets an
apostrophe in front, as OWASP advises ("CSV Injection"); numbers stay numbers.
"""

import csv
import io
import re
from collections.abc import Iterable
from typing import Any

# Leading apostrophes are skipped, so that `original` restores texts that had one before.
_LIKE_A_FORMULA = re.compile(r"[\s']*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\s']*[\t\r]", re.DOTALL)
_NUMBER = re.compile(r"-(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def safe(cell: Any) -> Any:
    """The same cell; a text that Excel would compute has an apostrophe in front."""
    if isinstance(cell, str) and _LIKE_A_FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def original(text: str) -> str:
    """The text that :func:`safe` was given."""
    return text[1:] if text.startswith("'") and _LIKE_A_FORMULA.match(text) else text


def csv_bytes(rows: Iterable[Iterable[Any]]) -> bytes:
    """Rows as CSV in UTF-8, with safe texts; lone surrogates, which it cannot hold, as escapes."""
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(map(safe, row) for row in rows)
    return lines.getvalue().encode(errors="backslashreplace")
