"""Recalculation of any workbook, as far as its cells depend on functions that a caller registers.

A service of the workbook room: :mod:`shorewise.udfs.recalculation` brings the functions.
"""

from .recalculated_file import RecalculatedFile, recalculate_file
from .recalculation import Recalculated, SkippedCell, recalculate
from .registry import CellFunction, Registry

__all__ = [
    "CellFunction",
    "Recalculated",
    "RecalculatedFile",
    "Registry",
    "SkippedCell",
    "recalculate",
    "recalculate_file",
]
