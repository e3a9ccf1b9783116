"""Parts of a workbook other than cells: links, macros, charts, extension elements."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree.ElementTree import Element

from openpyxl.utils import get_column_letter

from ..ooxml.package import Package
from .rule import sheet_name

_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_X14 = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
_XM = "{http://schemas.microsoft.com/office/excel/2006/main}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_NEW_CHART = "{http://schemas.microsoft.com/office/drawing/2014/chartex}"
_RANGE = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}(?::[A-Z]{1,3}[1-9][0-9]{0,6})?")
_AXES = ("catAx", "valAx", "dateAx", "serAx")


class RangeRule(NamedTuple):
    """A data validation or conditional format: its ranges, formulas, and whether it stops input."""

    cells: str
    formulas: tuple[str, ...]
    stops: bool = False


class Chart(NamedTuple):
    """A chart: its sheet and top-left cell, its formulas, and the titles or texts it lacks."""

    sheet: str
    cell: str
    formulas: tuple[str, ...]
    lacks: tuple[str, ...]

    @property
    def address(self) -> str:
        """Sheet and top-left cell of the chart, as a formula would name them."""
        return f"{sheet_name(self.sheet)}!{self.cell}" if self.cell else sheet_name(self.sheet)


@dataclass
class Parts:
    """Parts of a workbook other than cells; validations and formats by title of the sheet."""

    links: list[str] = field(default_factory=list)
    macros: list[str] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    validations: dict[str, list[RangeRule]] = field(default_factory=dict)
    formats: dict[str, list[RangeRule]] = field(default_factory=dict)


def read_parts(package: Package, extensions: Mapping[str, Element]) -> Parts:
    """Read the parts of a package other than cells.

    Parameters
    ----------
    package : Package
    extensions : mapping of str to Element
        Extension element of each sheet, by title, from
        :func:`~shorewise.workbook.ooxml.load.load`.
    """
    parts = Parts()
    for name in ("", *sorted(package.parts)):
        parts.links += [
            one.target
            for one in package.relations(name).values()
            if one.outside and one.kind != "hyperlink"
        ]
    for name in sorted(package.parts):
        low = name.replace("\\", "/").lower()
        if low.endswith("vbaproject.bin") or low.startswith("xl/macrosheets/"):
            parts.macros.append(name)
        elif low == "xl/connections.xml":
            parts.links.append("data connections")
    for sheet in package.sheets:
        if sheet.part:
            parts.charts += _charts(package, sheet.part, sheet.title)
    for title, root in extensions.items():
        _read_extensions(root, title, parts)
    return parts


def _read_extensions(root: Element, title: str, parts: Parts) -> None:
    """Read validations and formats that refer to other sheets, which Excel stores as extensions."""
    for one in root.iter(f"{_X14}dataValidation"):
        kind, style = one.get("type", "none"), one.get("errorStyle", "stop")
        stops = kind != "none" and style == "stop" and one.get("showErrorMessage") in ("1", "true")
        found = RangeRule(_cells(one), _formulas(one), stops)
        parts.validations.setdefault(title, []).append(found)
    for one in root.iter(f"{_X14}conditionalFormatting"):
        found = RangeRule(_cells(one), _formulas(one))
        parts.formats.setdefault(title, []).append(found)


def _cells(element: Element) -> str:
    """Ranges of an extension element, without malformed ones."""
    return " ".join(filter(_RANGE.fullmatch, element.findtext(f"{_XM}sqref", "").split()))


def _formulas(element: Element) -> tuple[str, ...]:
    return tuple(formula.text for formula in element.iter(f"{_XM}f") if formula.text)


def _charts(package: Package, sheet: str, title: str) -> list[Chart]:
    found = []
    for drawing in package.related(sheet, "drawing"):
        relations = package.relations(drawing)
        for anchor in package.tree(drawing):
            for frame in anchor.iter(f"{_DRAWING}graphicFrame"):
                reference = next(
                    (e for e in frame.iter() if e.tag in (f"{_CHART}chart", f"{_NEW_CHART}chart")),
                    None,
                )
                if reference is None:
                    continue
                part = relations.get(reference.get(f"{_RELATED}id", ""))
                if part is None or part.outside or not part.target:
                    continue
                root = package.tree(part.target)
                lacks = [*_untitled(root), *([] if _is_described(frame) else ["alt text"])]
                formulas = (
                    e.text for e in root.iter() if e.tag in (f"{_CHART}f", f"{_NEW_CHART}f")
                )
                found.append(
                    Chart(title, _corner(anchor), tuple(f for f in formulas if f), tuple(lacks))
                )
    return found


def _is_described(frame: Element) -> bool:
    properties = frame.find(f".//{_DRAWING}cNvPr")
    return properties is not None and bool(properties.get("descr", "").strip())


def _corner(anchor: Element) -> str:
    """Top-left cell of a drawing; "" if it is not anchored to a cell."""
    try:
        row = int(anchor.findtext(f"{_DRAWING}from/{_DRAWING}row", ""))
        column = int(anchor.findtext(f"{_DRAWING}from/{_DRAWING}col", ""))
        return f"{get_column_letter(column + 1)}{row + 1}"
    except ValueError:
        return ""


def _untitled(root: Element) -> list[str]:
    """Missing titles of a chart, classic or chartex."""
    lacks = []
    for space in (_CHART, _NEW_CHART):
        for chart in root.iter(f"{space}chart"):
            title = chart.find(f"{space}title")
            if title is None or (space == _CHART and not _has_text(title, chart)):
                lacks.append("title")
    for n, axis in enumerate(_axes(root), 1):
        title = axis.find(f"{_CHART}title")
        if title is None:
            title = axis.find(f"{_NEW_CHART}title")
        if title is None or not _has_text(title, None):
            lacks.append(f"title of axis {n}")
    return lacks


def _axes(root: Element) -> list[Element]:
    """Visible axes; a radar chart counts as having none, since they cannot have titles."""
    if root.find(f".//{_CHART}radarChart") is not None:
        return []
    shown = []
    for axis in (e for name in _AXES for e in root.iter(f"{_CHART}{name}")):
        deleted = axis.find(f"{_CHART}delete")
        if deleted is None or deleted.get("val", "1") in ("0", "false"):
            shown.append(axis)
    new = root.iter(f"{_NEW_CHART}axis")
    return [*shown, *(axis for axis in new if axis.get("hidden", "0") not in ("1", "true"))]


def _has_text(title: Element, chart: Element | None) -> bool:
    """Whether a title has text, or shows the name of its chart's only series."""
    if "".join(title.itertext()).strip():
        return True
    if title.tag.startswith(_NEW_CHART):
        return True
    return chart is not None and len(list(chart.iter(f"{_CHART}ser"))) == 1
