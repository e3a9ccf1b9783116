"""Comparison workbooks: built from the engine's lines, read back, checked.

The linter for any workbook is the package ``shorewise.workbook.lint``. Names are imported when
they are first used: a workbook of a known shape is written without openpyxl, which takes longer
to import than the workbook to write.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .comparison import compare
    from .compilation import workbook_bytes
    from .description import describe
    from .errors import WorkbookError
    from .layout.context import Context, number_format
    from .layout.positions import BOARD, HEAD_ROW
    from .layout.sheet import Book, Formula, Sheet
    from .ooxml.compilation import stamp
    from .read_back import read
    from .rendering.theme import Theme
    from .stale_outputs import Difference, check

__all__ = [
    "BOARD",
    "HEAD_ROW",
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
_MODULES = {
    "comparison": ("compare",),
    "compilation": ("workbook_bytes",),
    "description": ("describe",),
    "errors": ("WorkbookError",),
    "layout.context": ("Context", "number_format"),
    "layout.positions": ("BOARD", "HEAD_ROW"),
    "layout.sheet": ("Book", "Formula", "Sheet"),
    "ooxml.compilation": ("stamp",),
    "read_back": ("read",),
    "rendering.theme": ("Theme",),
    "stale_outputs": ("Difference", "check"),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f".{_MODULE_OF[name]}", __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
