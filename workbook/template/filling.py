"""A template filled with the results of a scenario; everything else in it stays as it is."""

import hashlib
import io
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

from ...engine.errors import DomainError
from ...engine.scenario import Scenario
from ..errors import WorkbookError
from ..layout.sheet import Plain
from ..ooxml.calculation import computed_on_opening
from ..ooxml.cell_references import Position
from ..ooxml.cell_values import SheetXml
from ..ooxml.package import Package, to_transitional
from ..ooxml.safe_open import inspect_any
from ..ooxml.structured_references import tables
from ..ooxml.zip_writer import Codec, assembled, member, standard, zipped
from ..recalc import Recalculated, SkippedCell
from ..recalc.source_workbook import Cell
from .chart_caches import UnknownError, kept_cells, shows, with_values
from .contents import (
    Contents,
    MarkedCell,
    contents_of,
    drawn_parts,
    marked_runs,
    merged_areas,
    shared_texts,
    with_runs,
)
from .grid import Grid, reader
from .insertion import inserted
from .named_results import NamedResults, lines_of
from .pivots import refreshed
from .result_names import ResultName
from .stale_cells import stale_cells
from .unfit import TYPES, refuse_unfit

_TOGETHER = 64  # workbooks whose cells are written together
_LAYOUTS = 8  # of one template that are kept: one for each number of plans, sites, months, ...
_KINDS = (".xlsx", ".xlsm", ".xltx", ".xltm")
_LEFT = "depends on results"  # of a formula that nobody asked to compute
_MAIN = {  # the type of the workbook's part: of a template, and of a workbook
    b"spreadsheetml.template.main+xml": b"spreadsheetml.sheet.main+xml",
    b"ms-excel.template.macroEnabled.main+xml": b"ms-excel.sheet.macroEnabled.main+xml",
}

_Sizes = tuple[tuple[int, int], ...]
"""How often each marked cell is repeated: down and across."""
Compute = Callable[[bytes, Collection[Cell], Collection[Cell]], Recalculated]
"""Computes a package's formulas: of cells that changed, and not of those whose values only Excel
knows; see :func:`~shorewise.workbook.recalc.recalculate`."""


class Filled(NamedTuple):
    """A filled template.

    Attributes
    ----------
    data : bytes
        The package.
    computed : int
        Number of the user's formulas that depend on what was filled in and were computed.
    skipped : list of SkippedCell
        Those that were not, each with the reason: they have no saved value, and Excel computes them
        when it opens the workbook.
    """

    data: bytes
    computed: int
    skipped: list[SkippedCell]


@dataclass(frozen=True)
class TemplateFile:
    """A template as it was read from a file; any process can fill it.

    Attributes
    ----------
    path : str
        For messages.
    data : bytes
    """

    path: str
    data: bytes = field(repr=False)
    digest: str = field(default="", compare=False)

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """The template in an .xlsx, .xlsm, .xltx or .xltm file, whoever made it.

        Raises
        ------
        WorkbookError
            The file cannot be read, or is not safe to read.
        """
        if Path(path).suffix.lower() not in _KINDS:
            raise WorkbookError(f"{path}: a template's name must end in {', '.join(_KINDS)}")
        inspect_any(path)
        data = Path(path).read_bytes()
        return cls(str(path), data, hashlib.sha256(data).hexdigest())

    @property
    def suffix(self) -> str:
        """The ending of a filled workbook: ".xlsx", or ".xlsm" if the template has macros."""
        return ".xlsm" if self.path.lower().endswith("m") else ".xlsx"


class Template:
    """A workbook with marks, read once and filled as often as wanted.

    Parameters
    ----------
    file : TemplateFile
    codec : Codec, optional
        How parts are compressed.

    Attributes
    ----------
    suffix : str
        The ending of a filled workbook: ".xlsx", or ".xlsm" if the template has macros.
    contents : Contents
        What it asks for, and what is wrong with it.
    lines : list of str
        The lines and inputs from which its results are read.

    Raises
    ------
    WorkbookError
        The file is damaged, or takes no results: see :func:`.unfit.refuse_unfit`.
    """

    def __init__(self, file: TemplateFile, codec: Codec | None = None):
        self.path, self.suffix = file.path, file.suffix
        self._codec = codec or standard()
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            self.parts = {one.filename: archive.read(one) for one in entries}
        self.package = Package(self.parts)
        try:
            refuse_unfit(self.package)
        except WorkbookError as error:
            raise WorkbookError(f"{file.path}: {error}") from None
        self.contents: Contents = contents_of(self.package)
        self.lines = lines_of(name for _, name in self.contents.names)
        self._layouts: dict[_Sizes, _Layout] = {}

    def filled(self, scenario: Scenario, compute: Compute | None = None) -> Filled:
        """The template with the results of a scenario; see :meth:`filled_all`."""
        return next(self.filled_all(NamedResults.of(scenario), compute))

    def filled_all(self, results: NamedResults, compute: Compute | None = None) -> Iterator[Filled]:
        """The template with the results of one scenario after the other.

        Parameters
        ----------
        results : NamedResults
        compute : callable, optional
            Computes the user's formulas that depend on results; else they are left to Excel.

        Raises
        ------
        WorkbookError
            A mark that is not understood, or that names no result of these scenarios; the message
            names the sheet and the cell.
        """
        if self.contents.faults:
            first, *more = self.contents.faults
            others = f" (and {len(more)} more: check the template for all of them)"
            raise WorkbookError(f"{self.path}: {first}{others if more else ''}")
        columns = [_sizes(cell, results, self.path) for cell in self.contents.cells]
        sizes = [*zip(*columns, strict=True)] or [()] * results.count
        for start in range(0, results.count, _TOGETHER):
            together = range(start, min(start + _TOGETHER, results.count))
            made = {
                size: self._layout(size).filled(
                    results, [n for n in together if sizes[n] == size], compute
                )
                for size in {sizes[n]: None for n in together}
            }
            yield from (next(made[sizes[n]]) for n in together)

    def _layout(self, sizes: _Sizes) -> "_Layout":
        """The layout for some sizes; the last few are kept."""
        layout = self._layouts.get(sizes)
        if layout is None:
            while len(self._layouts) >= _LAYOUTS:
                del self._layouts[next(iter(self._layouts))]
            layout = self._layouts[sizes] = _Layout(self, sizes, self._codec)
        return layout


def _sizes(cell: MarkedCell, results: NamedResults, path: str) -> list[tuple[int, int]]:
    """How often a cell is repeated in each scenario: down and across."""
    try:
        for name in cell.text.names:
            results.read(name)
    except DomainError as error:
        raise WorkbookError(f"{path}: {cell.place}: {error}") from None
    mark = cell.repeated
    if mark is None:
        return [(1, 1)] * results.count
    is_deep = len(mark.name.repeated) > 1
    found = []
    for values in results.read(mark.name).values:
        first, second = len(values), 1
        if is_deep:
            second = len(values[0]) if values else 0
        found.append((second, first) if mark.across else (first, second))
    return found


def _as_workbook(types: bytes) -> bytes:
    """The list of content types, of a workbook where the template is one of Excel's."""
    for template, workbook in _MAIN.items():
        types = types.replace(template, workbook)
    return types


class _Layout:
    """A template with room for so many rows and columns, ready to be filled.

    Parameters
    ----------
    template : Template
    sizes : tuple of (int, int)
        How often each marked cell is repeated.
    codec : Codec
    """

    def __init__(self, template: Template, sizes: _Sizes, codec: Codec):
        package, self._codec = template.package, codec
        self._path = template.path
        self._shared = shared_texts(package)
        self._sheet_parts = {sheet.title: sheet.part for sheet in package.grids if sheet.part}
        self._grids = self._grids_of(template, sizes)
        insertions = [one for grid in self._grids.values() for one in grid.insertions]
        try:
            changed = inserted(template.parts, insertions) if insertions else {}
        except WorkbookError as error:
            raise WorkbookError(f"{self._path}: {error}") from None
        parts = {name: changed.get(name, data) for name, data in template.parts.items()}
        self._parts = {name: data for name, data in parts.items() if data is not None}
        for title, grid in self._grids.items():
            grid.place(self._sheet(title))
        self._runs = {part: marked_runs(self._parts[part]) for part in drawn_parts(package)}
        self._runs = {part: runs for part, runs in self._runs.items() if runs}
        self._find_stale()
        self._parts[TYPES] = _as_workbook(self._parts[TYPES])
        self._charts = {}
        new = {Cell(title, at) for title, stale in self._stale.items() for at in stale}
        new |= self._filled_cells
        for part in drawn_parts(package):
            kept = [one for one in kept_cells(self._parts[part]) if shows(one, new)]
            if kept:
                self._charts[part] = kept
        self._sheets: dict[str, SheetXml] = {}  # of which charts show constants
        self._left = [SkippedCell(str(cell), _LEFT) for cell in self._formulas]
        self._workbook = package.workbook
        opened = computed_on_opening(self._parts[self._workbook])
        self._on_opening = member(self._workbook, opened, codec)
        changing = {self._sheet_parts[title] for title in self._grids} | {
            *self._runs,
            *self._charts,
        }
        self._members = {
            name: member(name, data, codec)
            for name, data in self._parts.items()
            if name not in changing
        }

    def _grids_of(self, template: Template, sizes: _Sizes) -> dict[str, Grid]:
        known = tables(template.parts, self._sheet_parts)
        grids = {}
        for title in {cell.title: None for cell in template.contents.cells}:
            marked = [
                (cell, size)
                for cell, size in zip(template.contents.cells, sizes, strict=True)
                if cell.title == title
            ]
            xml = to_transitional(template.parts[self._sheet_parts[title]])
            here = [one for one in known.values() if one.title == title]
            grids[title] = Grid(title, SheetXml(xml, self._shared), marked, here, merged_areas(xml))
        return grids

    def _sheet(self, title: str) -> SheetXml:
        return SheetXml(to_transitional(self._parts[self._sheet_parts[title]]), self._shared)

    def _find_stale(self) -> None:
        """Find the formulas and pivot tables that depend on what is filled in; empty them."""
        self._filled_cells = {
            Cell(title, position)
            for title, grid in self._grids.items()
            for position in grid.filled_cells
        }
        found = stale_cells(Package(self._parts), self._filled_cells)
        new = {Cell(title, at) for title, grid in self._grids.items() for at in grid.formulas}
        old = self._filled_cells - new
        self._formulas = sorted(found.formulas - old | new)
        self._pivoted = found.shown
        self._parts |= refreshed(self._parts, found.pivots)
        self._stale: dict[str, set[Position]] = {}
        for cell in {*new, *found.filled, *found.shown} - old:
            self._stale.setdefault(cell.title, set()).add(cell.position)
        for title, positions in self._stale.items():
            if title not in self._grids:
                emptied = self._sheet(title).filled(dict.fromkeys(positions))
                self._parts[self._sheet_parts[title]] = emptied

    def filled(
        self, results: NamedResults, numbers: Sequence[int], compute: Compute | None
    ) -> Iterator[Filled]:
        """The package with the values of each of some scenarios."""
        known: dict[ResultName, Sequence[Any]] = {}

        def read_all(name: ResultName) -> Sequence[Any]:
            if name not in known:
                values = results.read(name).values
                known[name] = [values[n] for n in numbers]
            return known[name]

        columns: dict[str, dict[Position, Sequence[Plain]]] = {}
        sheets: dict[str, Iterator[bytes]] = {}
        for title, grid in self._grids.items():
            try:
                columns[title] = grid.columns(read_all, len(numbers))
            except WorkbookError as error:
                raise WorkbookError(f"{self._path}: {error}") from None
            stale = dict.fromkeys(self._stale.get(title, ()), [None] * len(numbers))
            sheets[self._sheet_parts[title]] = grid.xml(columns[title] | stale, read_all)
        for number in range(len(numbers)):
            changed = {part: next(pages) for part, pages in sheets.items()}
            for part, runs in self._runs.items():
                changed[part] = with_runs(self._parts[part], runs, reader(read_all, number))
            computed, skipped = self._compute(changed, compute)
            look_up = self._value_reader(columns, number, changed if computed else None)
            for part, kept in self._charts.items():
                xml = changed.get(part, self._parts[part])
                kept = kept_cells(xml) if part in changed else kept
                changed[part] = with_values(xml, kept, look_up)
            members = self._members | ({self._workbook: self._on_opening} if skipped else {})
            data = assembled(
                member(name, changed[name], self._codec) if name in changed else members[name]
                for name in self._parts
            )
            yield Filled(data, computed, skipped)

    def _compute(
        self, changed: dict[str, bytes], compute: Compute | None
    ) -> tuple[int, list[SkippedCell]]:
        """Compute the formulas of the changed parts, where they stand; how many, and which not."""
        if compute is None or not self._formulas:
            return 0, self._left
        data = zipped(self._parts | changed)
        try:
            found = compute(data, self._filled_cells, self._pivoted)
        except WorkbookError as error:  # no engine, or too large for its limits
            return 0, [SkippedCell(str(cell), str(error)) for cell in self._formulas]
        with zipfile.ZipFile(io.BytesIO(found.data or data)) as archive:
            for title in self._stale:
                part = self._sheet_parts[title]
                changed[part] = archive.read(part)
        return found.computed, found.skipped

    def _value_reader(
        self,
        columns: Mapping[str, Mapping[Position, Sequence[Plain]]],
        number: int,
        computed: Mapping[str, bytes] | None,
    ) -> Callable[[str, Position], Plain]:
        """What a cell shows, filled in, computed in the given parts, or as the template has it."""
        titles = {title.casefold(): title for title in self._sheet_parts}
        sheets = self._sheets if computed is None else {}

        def read(written: str, position: Position) -> Plain:
            title = titles.get(written.casefold())
            is_stale = position in self._stale.get(title or "", ())
            if title is None or (is_stale and computed is None):
                raise UnknownError
            if not is_stale and position in columns.get(title, ()):
                return columns[title][position][number]
            if title not in sheets:
                part = self._sheet_parts[title]
                xml = (computed or {}).get(part, self._parts[part])
                sheets[title] = SheetXml(to_transitional(xml), self._shared)
            value = sheets[title].value(position)
            if is_stale and value is None:
                raise UnknownError
            return value

        return read
