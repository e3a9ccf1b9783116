"""Reports in bulk: a table of scenarios in, a workbook each and their results out."""

from .each import workbooks
from .run import Summary, bulk, problems_of
from .tables import length_of

__all__ = ["Summary", "bulk", "length_of", "problems_of", "workbooks"]
