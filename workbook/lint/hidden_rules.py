"""The rule about invisible contents: hidden sheets, rows and columns, formats, colours."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import Any

from openpyxl.utils import get_column_letter

from ..ooxml.cell_references import Position
from .colours import BLACK, WHITE, Rgb, is_alike, shown, theme_colours
from .facts import Facts, Grid, is_number
from .rule import Options, Violation, in_cell, outside_cells, rule, sheet_name

# Sections of a number format that display nothing.
_BLANK = re.compile(r'(?:\[[^\]]*\]|"\s*"|_.|\*\s|\\\s|\s)*')
_TINY = 2.0  # points; smaller fonts are illegible
_SECTION = re.compile(r'((?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\\[])*)(?:;|$)')


@rule(
    "SW17",
    "Hidden formulas or numbers",
    "unhide them; to prevent changes to a sheet, protect it instead",
    "SMART",
    "medium",
)
def hidden_contents(facts: Facts, _: Options) -> Iterator[Violation]:
    """Formulas or numbers that are not visible.

    Sheets, rows and columns that are hidden or nearly of zero size; number formats that display
    nothing, such as ``;;;``; and fonts that are tiny or have the colour of the cell's
    background. Hidden zeros are allowed, and so are hidden sheets whose names stand in cells of a
    visible sheet, and closed groups of rows below a heading: there a reader learns of them. Sheets
    that only a macro can show are not.
    """
    named = _named_in_cells(facts)
    for grid in facts.grids:
        cells = {p for p, value in grid.values.items() if is_number(value)} | grid.formulas.keys()
        name = sheet_name(grid.title)
        if grid.sheet.sheet_state != "visible":
            listed = grid.sheet.sheet_state == "hidden" and grid.title.casefold() in named
            if cells and not listed:
                yield outside_cells(name, "hidden sheet contains formulas or numbers")
            continue
        dimensions = grid.sheet.row_dimensions
        grouped = _headed_groups(grid)
        rows = {
            row
            for row in {row for row, _ in cells}
            if row in dimensions and dimensions[row].hidden and row not in grouped
        }
        for first, last in _spans(rows):
            yield outside_cells(f"{name}!{first}:{last}", "hidden row contains formulas or numbers")
        widths = grid.sheet.column_dimensions.values()
        shut = [(d.min, d.max) for d in widths if d.hidden]
        columns = {
            column
            for column in {column for _, column in cells}
            if any(low <= column <= high for low, high in shut)
        }
        for first, last in _spans(columns):
            where = f"{name}!{get_column_letter(first)}:{get_column_letter(last)}"
            yield outside_cells(where, "hidden column contains formulas or numbers")
        yield from _invisible(grid, cells)
        yield from _conditional(grid)


def has_closed_groups(grid: Grid) -> bool:
    """Whether a sheet has rows that a click on a + beside a heading shows."""
    return bool(_headed_groups(grid))


def _headed_groups(grid: Grid) -> set[int]:
    """Rows of closed groups right below a visible row with a text, which has their +."""
    found: set[int] = set()
    outline = grid.sheet.sheet_properties.outlinePr
    if outline is None or outline.summaryBelow is not False:
        return found
    dimensions = grid.sheet.row_dimensions
    for row, dimension in sorted(dimensions.items()):
        if not (dimension.hidden and dimension.outlineLevel):
            continue
        above = row - 1
        is_headed = not (above in dimensions and dimensions[above].hidden) and any(
            isinstance(grid.constants.get((above, column)), str) for column in (1, 2)
        )
        if above in found or is_headed:
            found.add(row)
    return found


def _named_in_cells(facts: Facts) -> set[str]:
    """Texts of whole cells on visible sheets, in lower case."""
    return {
        value.strip().casefold()
        for grid in facts.grids
        if grid.sheet.sheet_state == "visible"
        for value in grid.constants.values()
        if isinstance(value, str)
    }


def _spans(numbers: set[int]) -> Iterator[tuple[int, int]]:
    """First and last number of each run of consecutive numbers."""
    for _, group in groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0]):
        found = [number for _, number in group]
        yield found[0], found[-1]


def _invisible(grid: Grid, cells: set[Position]) -> Iterator[Violation]:
    """Cells whose number format, font size or colours hide their contents."""
    theme = theme_colours(getattr(grid.sheet.parent, "loaded_theme", None))
    known: dict[tuple[int, int], bool] = {}
    for position in cells:
        cell = grid.sheet._cells.get(position)
        if cell is None or not cell.has_style:
            continue
        value = grid.values.get(position)
        if hides(cell.number_format, value if position in grid.values else None):
            yield in_cell(
                grid, position, f"number format {cell.number_format} hides the contents of the cell"
            )
            continue
        if (cell.font.sz or _TINY) < _TINY:
            yield in_cell(grid, position, "font is too small to read")
            continue
        key = (cell._style.fontId, cell._style.fillId)
        if key not in known:
            background = _background(cell.fill, theme)
            font = shown(cell.font.color, theme, BLACK)
            known[key] = bool(background and font and is_alike(font, background))
        if known[key]:
            yield in_cell(grid, position, "font has the same colour as the background")


def _background(fill: Any, theme: list[Rgb]) -> Rgb | None:
    """Background colour of a cell; None for patterns and gradients."""
    if fill is None or getattr(fill, "fill_type", None) is None:
        return WHITE
    return shown(fill.fgColor, theme, WHITE) if fill.fill_type == "solid" else None


@lru_cache(maxsize=1 << 10)
def _sections(pattern: str) -> tuple[str, ...]:
    found, position = [], 0
    while position <= len(pattern):
        match = _SECTION.match(pattern, position)
        if match is None:
            return (pattern,)
        found.append(match[1])
        if match.end() == len(pattern) and not match[0].endswith(";"):
            break
        position = match.end()
        if position == len(pattern):
            found.append("")
            break
    return tuple(found)


def hides(pattern: str, value: Any) -> bool:
    """Whether a number format displays nothing for a value, or for any number if it is unknown."""
    if ";" not in pattern and "[" not in pattern:
        return False
    sections = _sections(pattern)
    empty = [_shows_nothing(section) for section in sections]
    if isinstance(value, str):
        return bool(value) and len(sections) > 3 and empty[3]
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return all(empty[:2]) and len(sections) > 1
    if len(sections) == 1:
        return bool(pattern.strip()) and empty[0]
    if value < 0:
        return empty[1]
    return value > 0 and empty[0]


def _shows_nothing(section: str) -> bool:
    return "[white]" in section.casefold() or _BLANK.fullmatch(section) is not None


def _conditional(grid: Grid) -> Iterator[Violation]:
    """Conditional formats that hide the contents of cells."""
    theme = theme_colours(getattr(grid.sheet.parent, "loaded_theme", None))
    for one in grid.sheet.conditional_formatting:
        for each in one.rules:
            style = each.dxf
            if style is None:
                continue
            pattern = style.numFmt.formatCode if style.numFmt is not None else ""
            font = shown(style.font.color, theme, None) if style.font is not None else None
            fill = None
            if style.fill is not None and getattr(style.fill, "bgColor", None) is not None:
                fill = shown(style.fill.bgColor, theme, None)
            if (pattern and hides(pattern, None)) or (font and fill and is_alike(font, fill)):
                where = f"{sheet_name(grid.title)}!{one.sqref}"
                yield outside_cells(where, "conditional format hides the contents of cells")
