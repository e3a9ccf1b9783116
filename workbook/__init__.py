"""Comparison workbooks: built from the engine's lines, read back, checked; any workbook linted."""

from .comparison import compare
from .description import describe
from .errors import WorkbookError
from .layout.sheet import Book, Formula, Sheet
from .lint import Finding, lint
from .ooxml.stamping import stamp, workbook_bytes
from .read_back import read
from .rendering.theme import Theme
from .stale_outputs import Difference, check

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
