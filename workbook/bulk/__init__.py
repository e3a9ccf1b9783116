"""Bulk reports: a workbook for each scenario in a table, and a table of results."""

from .row_sources import length_of
from .runner import Summary, bulk, problems_of, run
from .workbook_iterator import workbooks

__all__ = ["Summary", "bulk", "length_of", "problems_of", "run", "workbooks"]
