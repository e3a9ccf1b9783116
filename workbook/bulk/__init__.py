"""Reports in bulk: a table of scenarios in, a workbook each and their results out."""

from .each import workbooks
from .run import Summary, bulk, problems_of

__all__ = ["Summary", "bulk", "problems_of", "workbooks"]
