"""Errors of reading and writing workbooks."""

from ..engine.errors import ShorewiseError


class WorkbookError(ShorewiseError):
    """A workbook that cannot be read or written: the text names the file and why."""
