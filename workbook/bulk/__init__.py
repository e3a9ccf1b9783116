"""Reports in bulk: a table of scenarios in, a workbook each and their results out."""

from .row_sources import length_of
from .runner import Summary, bulk, problems_of
from .workbook_iterator import workbooks

__all__ = ["Summary", "bulk", "length_of", "problems_of", "workbooks"]
