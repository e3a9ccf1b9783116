"""Functions for Excel cells, registered through xlwings: name ``shorewise.udfs`` in UDF Modules."""

from .functions import FUNCTIONS
from .register import registered

globals().update({one.name: registered(one, __name__) for one in FUNCTIONS})

__all__ = [one.name for one in FUNCTIONS]
