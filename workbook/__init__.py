"""Comparison workbooks: built from the engine's lines, read back, checked.

The linter for any workbook is the package ``shorewise.workbook.lint``.
"""

from .comparison import compare
from .description import describe
from .errors import WorkbookError
from .layout.context import Context, number_format
from .layout.positions import HEAD_ROW, SUMMARY
from .layout.sheet import Book, Formula, Sheet
from .ooxml.stamping import stamp, workbook_bytes
from .read_back import read
from .rendering.theme import Theme
from .stale_outputs import Difference, check

__all__ = [
    "HEAD_ROW",
    "SUMMARY",
    "Book",
    "Context",
    "Difference",
    "Formula",
    "Sheet",
    "Theme",
    "WorkbookError",
    "check",
    "compare",
    "describe",
    "number_format",
    "read",
    "stamp",
    "workbook_bytes",
]
