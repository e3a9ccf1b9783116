"""Comparison workbooks: built from the engine's lines, read back, checked; any workbook linted."""

from .book import describe
from .check import Difference, check
from .errors import WorkbookError
from .lint import Finding, lint
from .read import read
from .sheet import Book, Formula, Sheet
from .stamp import stamp, workbook_bytes
from .theme import Theme
from .write import compare

__all__ = [
    "Book",
    "Difference",
    "Finding",
    "Formula",
    "Sheet",
    "Theme",
    "WorkbookError",
    "check",
    "compare",
    "describe",
    "lint",
    "read",
    "stamp",
    "workbook_bytes",
]
