"""Protection of CSV files against formula injection.

Excel evaluates a cell of a CSV file that starts like a formula, even in quotes. Such texts are
prefixed with an apostrophe, as OWASP recommends ("CSV Injection"); numbers are unchanged.
"""

import csv
import io
import re
from collections.abc import Iterable
from typing import Any

# Leading apostrophes are skipped, so that `original` also restores texts that start with one.
_LIKE_A_FORMULA = re.compile(r"[\s']*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\s']*[\t\r]", re.DOTALL)
_PLAIN = re.compile(r"[\w.][\w .:/-]*|")  # neither to be quoted nor like a formula
_QUOTED = re.compile('[,"\r\n]')
_NUMBER = re.compile(r"-(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def safe(cell: Any) -> Any:
    """The cell, prefixed with an apostrophe if Excel would evaluate it."""
    if isinstance(cell, str) and _LIKE_A_FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def original(text: str) -> str:
    """The text from which :func:`safe` made ``text``."""
    return text[1:] if text.startswith("'") and _LIKE_A_FORMULA.match(text) else text


def csv_bytes(rows: Iterable[Iterable[Any]]) -> bytes:
    """Rows as CSV in UTF-8, with safe texts and with lone surrogates escaped."""
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(map(safe, row) for row in rows)
    return lines.getvalue().encode(errors="backslashreplace")


def text_cells(texts: Iterable[str]) -> list[str]:
    """Texts as cells of a CSV file: safe, and in quotes where needed."""
    return [text if _PLAIN.fullmatch(text) else _cell(text) for text in texts]


def csv_lines(columns: Iterable[Iterable[str]]) -> list[str]:
    """Columns of finished cells as lines of CSV."""
    return [*map(",".join, zip(*columns, strict=True))]


def csv_of_lines(lines: Iterable[str]) -> bytes:
    """Lines of CSV in UTF-8, with lone surrogates escaped."""
    return "\n".join([*lines, ""]).encode(errors="backslashreplace")


def _cell(text: str) -> str:
    text = safe(text)
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text
