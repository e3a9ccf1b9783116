"""Saving of openpyxl workbooks in memory.

openpyxl itself writes each sheet to a temporary file first: where that fails, as on a full disk,
it leaves the file behind and prints a traceback when it is collected.
"""

import io
import zipfile
from typing import Any

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter


class _InMemory(ExcelWriter):
    """The writer of a package whose sheets are written to memory."""

    def write_worksheet(self, ws: Any) -> None:
        """Write a sheet."""
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        xml = io.BytesIO()
        writer = WorksheetWriter(ws, xml)
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], xml.getvalue())
        self.manifest.append(ws)


def saved(workbook: Workbook) -> bytes:
    """The package of a workbook, as ``Workbook.save`` writes it."""
    package = io.BytesIO()
    archive = zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED)
    _InMemory(workbook, archive).save()
    return package.getvalue()
