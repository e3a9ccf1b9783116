"""Pivot tables of a workbook: where they stand, and which cells they show.

What a pivot table shows is kept in cells without formulas, and only the program that made it
computes it anew. Where its source changes it is emptied, and made again on opening.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from ..ooxml.calculation import refreshed_on_opening
from ..ooxml.cell_references import Area, area_of, holds, parse_reference
from ..ooxml.package import Package
from ..ooxml.structured_references import tables
from ..ooxml.xml_bounds import local
from ..recalc.source_workbook import Cell

_ELSEWHERE = ("external", "scenario")


class Pivot(NamedTuple):
    """A pivot table.

    Attributes
    ----------
    title : str
        Its sheet.
    area : (int, int, int, int)
        Its cells.
    cache : str
        The part that names its source.
    sources : list of (str, area), optional
        The cells that it shows, each with its sheet in lower case; None where they are not known.
    """

    title: str
    area: Area
    cache: str
    sources: list[tuple[str, Area]] | None

    def shows(self, cells: Collection[Cell]) -> bool:
        """Whether it may show one of some cells."""
        if self.sources is None:
            return True
        return any(
            cell.title.casefold() == title and holds(area, cell.position)
            for title, area in self.sources
            for cell in cells
        )


def pivots_of(package: Package) -> list[Pivot]:
    """The pivot tables of a workbook."""
    found = []
    named: dict[str, tuple[str, Area]] | None = None
    for sheet in package.grids:
        for part in package.related(sheet.part, "pivotTable") if sheet.part else ():
            location = package.tree(part).find("{*}location")
            target = parse_reference("" if location is None else location.get("ref", ""))
            for cache in package.related(part, "pivotCacheDefinition"):
                if named is None:
                    named = _named(package)
                if target is not None:
                    sources = _sources(package, cache, named)
                    found.append(Pivot(sheet.title, target.area, cache, sources))
    return found


def refreshed(parts: Mapping[str, bytes], pivots: Collection[Pivot]) -> dict[str, bytes]:
    """The parts of pivot tables, changed so that Excel makes the tables anew."""
    return {one.cache: refreshed_on_opening(parts[one.cache]) for one in pivots}


def _named(package: Package) -> dict[str, tuple[str, Area]]:
    """Ranges of cells by the name of a table or a defined name, in lower case."""
    found = {}
    for one in package.book.findall("{*}definedNames/{*}definedName"):
        target = parse_reference((one.text or "").strip())
        if target is not None and target.sheet:
            found[one.get("name", "").casefold()] = (target.sheet.casefold(), target.area)
    sheets = {sheet.title: sheet.part for sheet in package.grids if sheet.part}
    for name, table in tables(package.parts, sheets).items():
        found[name.casefold()] = (table.title.casefold(), table.area)
    return found


def _sources(
    package: Package, cache: str, named: Mapping[str, tuple[str, Area]]
) -> list[tuple[str, Area]] | None:
    source = package.tree(cache).find("{*}cacheSource")
    if source is None:
        return None
    if source.get("type") in _ELSEWHERE:
        return []
    found = []
    for one in source.iter():
        if local(one.tag) not in ("worksheetSource", "rangeSet"):
            continue
        if any(local(key) == "id" for key in one.attrib):  # of another workbook
            continue
        title, name = one.get("sheet", "").casefold(), one.get("name", "").casefold()
        if one.get("ref") and title:
            found.append((title, area_of(one.get("ref", ""))))
        elif name in named:
            found.append(named[name])
        else:
            return None
    return found
