"""Functions for Excel cells, registered through xlwings: name ``shorewise.udfs`` in UDF Modules."""

from .functions import SHORE_BREAK_EVEN, SHORE_LOADED_COST, SHORE_OVERHEAD

__all__ = ["SHORE_BREAK_EVEN", "SHORE_LOADED_COST", "SHORE_OVERHEAD"]
