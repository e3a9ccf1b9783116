"""A template filled with the results of a scenario; everything else in it stays as it is."""

import html
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from ...engine.errors import DomainError
from ...engine.scenario import Scenario
from ..errors import WorkbookError
from ..ooxml.cell_values import SheetXml
from ..ooxml.package import Package, to_transitional
from ..ooxml.safe_open import inspect_any
from ..ooxml.structured_references import tables
from ..ooxml.zip_writer import Codec, assembled, member, standard
from .contents import Contents, MarkedCell, contents_of, shared_texts
from .grid import Grid
from .insertion import Insertion, inserted
from .named_results import NamedResults
from .result_names import ResultName

_LAYOUTS = 8  # of one template that are kept: one for each number of plans, sites, months, ...
_KINDS = (".xlsx", ".xlsm", ".xltx", ".xltm")
_TYPES = "[Content_Types].xml"
_MAIN = {  # the type of the workbook's part: of a template, and of a workbook
    b"spreadsheetml.template.main+xml": b"spreadsheetml.sheet.main+xml",
    b"ms-excel.template.macroEnabled.main+xml": b"ms-excel.sheet.macroEnabled.main+xml",
}

Read = Callable[[ResultName], Any]


class Filled(NamedTuple):
    """A filled template.

    Attributes
    ----------
    data : bytes
        The package.
    stale : tuple of str
        Formula cells that depend on what was filled in: they have no saved value, and Excel
        computes them when it opens the workbook.
    """

    data: bytes
    stale: tuple[str, ...]


class Template:
    """A workbook with marks, read once and filled as often as wanted.

    Parameters
    ----------
    path : path
        An .xlsx, .xlsm, .xltx or .xltm file, whoever made it.
    codec : Codec, optional
        How parts are compressed.

    Attributes
    ----------
    suffix : str
        The ending of a filled workbook: ".xlsx", or ".xlsm" if the template has macros.
    contents : Contents
        What it asks for, and what is wrong with it.

    Raises
    ------
    WorkbookError
        The file cannot be read, or is not safe to read.
    """

    def __init__(self, path: str | Path, codec: Codec | None = None):
        self.path = Path(path)
        ending = self.path.suffix.lower()
        if ending not in _KINDS:
            raise WorkbookError(f"{path}: a template's name must end in {', '.join(_KINDS)}")
        inspect_any(path)
        self.suffix = ".xlsm" if ending.endswith("m") else ".xlsx"
        self._codec = codec or standard()
        with zipfile.ZipFile(path) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            self.parts = {one.filename: archive.read(one) for one in entries}
        self.package = Package(self.parts)
        self.contents: Contents = contents_of(self.package)
        self._layouts: dict[tuple[tuple[int, int], ...], _Layout] = {}

    def filled(self, scenario: Scenario) -> Filled:
        """The template with the results of a scenario.

        Raises
        ------
        WorkbookError
            A mark that is not understood, or that names no result of this scenario; the message
            names the sheet and the cell.
        """
        if self.contents.faults:
            first, *more = self.contents.faults
            others = f" ({len(more)} more: shorewise template --check)" if more else ""
            raise WorkbookError(f"{self.path}: {first}{others}")
        read = _reader(scenario)
        sizes = tuple(_size(cell, read, self.path) for cell in self.contents.cells)
        layout = self._layouts.get(sizes)
        if layout is None:
            while len(self._layouts) >= _LAYOUTS:
                del self._layouts[next(iter(self._layouts))]
            layout = self._layouts[sizes] = _Layout(self, sizes, self._codec)
        return layout.filled(read)


def _reader(scenario: Scenario) -> Read:
    """The values of names, each read once."""
    results, known = NamedResults(scenario), {}

    def read(name: ResultName) -> Any:
        if name not in known:
            known[name] = results.read(name).values
        return known[name]

    return read


def _size(cell: MarkedCell, read: Read, path: Path) -> tuple[int, int]:
    """How often a cell is repeated: down and across."""
    try:
        for name in cell.text.names:
            read(name)
    except DomainError as error:
        raise WorkbookError(f"{path}: {cell.place}: {error}") from None
    mark = cell.repeated
    if mark is None:
        return 1, 1
    values = read(mark.name)
    first, second = len(values), 1
    if len(mark.name.repeated) > 1:
        second = len(values[0]) if values else 0
    return (second, first) if mark.across else (first, second)


class _Layout:
    """A template with room for so many rows and columns, ready to be filled.

    Parameters
    ----------
    template : Template
    sizes : tuple of (int, int)
        How often each marked cell is repeated.
    codec : Codec
    """

    def __init__(self, template: Template, sizes: tuple[tuple[int, int], ...], codec: Codec):
        package, self._codec, contents = template.package, codec, template.contents
        sheet_parts = {sheet.title: sheet.part for sheet in package.grids if sheet.part}
        known = tables(template.parts, sheet_parts)
        shared = shared_texts(package)
        self._sheets = {}
        insertions: list[Insertion] = []
        for title in {cell.title: None for cell in contents.cells}:
            marked = [
                (cell, size)
                for cell, size in zip(contents.cells, sizes, strict=True)
                if cell.title == title
            ]
            here = [one for one in known.values() if one.title == title]
            sheet = SheetXml(to_transitional(template.parts[sheet_parts[title]]), shared)
            grid = self._sheets[title] = Grid(title, sheet, marked, here, str(template.path))
            insertions += grid.insertions
        parts = inserted(template.parts, insertions) if insertions else dict(template.parts)
        for title, grid in self._sheets.items():
            grid.place(SheetXml(to_transitional(parts[sheet_parts[title]]), shared))
        self._parts = parts
