"""Comparison workbooks: built from the engine's lines, read back, checked."""

from .book import describe
from .check import Difference, check
from .errors import WorkbookError
from .read import read
from .stamp import workbook_bytes
from .theme import Theme
from .write import compare

__all__ = [
    "Difference",
    "Theme",
    "WorkbookError",
    "check",
    "compare",
    "describe",
    "read",
    "workbook_bytes",
]
