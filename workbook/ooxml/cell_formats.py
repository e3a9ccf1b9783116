"""Cell formats in any workbook: number formats, protection, fonts and fills."""

import re
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.colors import Color
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.fills import fills
from openpyxl.styles.numbers import (
    BUILTIN_FORMATS,
    BUILTIN_FORMATS_MAX_SIZE,
    BUILTIN_FORMATS_REVERSE,
    NumberFormat,
    is_date_format,
    is_timedelta_format,
)
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900
from openpyxl.utils.indexed_list import IndexedList

from ..errors import WorkbookError
from .package import Package
from .sheet_data import Styles

_RGB = re.compile("[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?")
_NUMBER = re.compile(r"-?[0-9]{1,6}(?:\.[0-9]{1,20})?")
# Upper bounds of the number of formats and of the length of a format code in Excel.
_FORMATS_MAX, _CODE_MAX = 1 << 16, 255
_TRUE = ("1", "true")
_CHANGED = ("font", "fill", "numFmt")


class Formats:
    """The cell formats of a workbook, by index.

    Attributes
    ----------
    arrays : list of StyleArray
        At least one.
    unlocked : set of int
        Indices of formats without cell protection.
    styles : Styles
    """

    def __init__(self, root: Element | None, epoch: Any):
        self._numbers: IndexedList = IndexedList()
        self._fonts: IndexedList = IndexedList([Font()])
        self._fills: IndexedList = IndexedList([PatternFill()])
        self._locks: IndexedList = IndexedList([Protection()])
        self.arrays: list[StyleArray] = []
        self.unlocked: set[int] = set()
        dates: set[int] = set()
        spans: set[int] = set()
        codes = {
            _integer(one, "numFmtId"): one.get("formatCode", "")
            for one in _all(root, "numFmts", "numFmt")
        }
        fonts, filled = _all(root, "fonts", "font"), _all(root, "fills", "fill")
        made: dict[tuple[str, int], int] = {}
        xfs = _all(root, "cellXfs", "xf")
        if len(xfs) > _FORMATS_MAX:
            raise WorkbookError(f"has more than {_FORMATS_MAX:,} cell formats; Excel allows fewer")
        for number, xf in enumerate(xfs):
            code = codes.get(_integer(xf, "numFmtId"))
            if code is None:
                code = BUILTIN_FORMATS.get(_integer(xf, "numFmtId"), "General")
            if len(code) <= _CODE_MAX:
                if is_date_format(code):
                    dates.add(number)
                if is_timedelta_format(code):
                    spans.add(number)
            array = StyleArray()
            if code in BUILTIN_FORMATS_REVERSE:
                array.numFmtId = BUILTIN_FORMATS_REVERSE[code]
            else:
                array.numFmtId = self._numbers.add(code) + BUILTIN_FORMATS_MAX_SIZE
            array.fontId = _once(made, fonts, xf, "fontId", self._fonts, _font)
            array.fillId = _once(made, filled, xf, "fillId", self._fills, _fill)
            for one in xf.findall("{*}protection"):
                locked, hidden = one.get("locked", "1") in _TRUE, one.get("hidden") in _TRUE
                array.protectionId = self._locks.add(Protection(locked=locked, hidden=hidden))
                if not locked:
                    self.unlocked.add(number)
            self.arrays.append(array)
        self.arrays = self.arrays or [StyleArray()]
        self._dxfs = _all(root, "dxfs", "dxf")
        self._conditional: dict[int, DifferentialStyle] = {}
        self.styles = Styles(dates, spans, epoch)

    def conditional(self, number: int) -> DifferentialStyle | None:
        """The number format, font and fill that a conditional format sets."""
        if not 0 <= number < len(self._dxfs):
            return None
        if number not in self._conditional:
            font, fill, code = (self._dxfs[number].find(f"{{*}}{n}") for n in _CHANGED)
            self._conditional[number] = DifferentialStyle(
                font=None if font is None else _font(font),
                fill=None if fill is None else _fill(fill),
                numFmt=None
                if code is None
                else NumberFormat(_integer(code, "numFmtId"), code.get("formatCode", "")),
            )
        return self._conditional[number]

    def put_into(self, book: Any) -> None:
        """Set these formats in an openpyxl workbook, for use by its cells."""
        book._number_formats, book._protections = self._numbers, self._locks
        book._fonts, book._fills = self._fonts, self._fills
        book._cell_styles = IndexedList(self.arrays)
        book.epoch = self.styles.epoch


def read_formats(package: Package) -> Formats:
    """The cell formats of a workbook, with the epoch of its dates.

    Raises
    ------
    WorkbookError
        The styles part is damaged or has too many formats.
    """
    part = package.one("styles")
    settings = package.book.find("{*}workbookPr")
    from_1904 = settings is not None and settings.get("date1904") in _TRUE
    epoch = CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900
    return Formats(package.tree(part) if part else None, epoch)


def _once(
    made: dict[tuple[str, int], int],
    elements: list[Element],
    xf: Element,
    name: str,
    found: IndexedList,
    make: Callable[[Element], Any],
) -> int:
    """The index of a font, fill or other part of a format, which is created on first use."""
    number = _integer(xf, name)
    if number >= len(elements):
        return 0
    if (name, number) not in made:
        made[name, number] = found.add(make(elements[number]))
    return made[name, number]


def _font(element: Element) -> Font:
    size = element.find("{*}sz")
    text = size.get("val", "") if size is not None else ""
    return Font(
        b=_flag(element, "b"),
        i=_flag(element, "i"),
        sz=float(text) if _NUMBER.fullmatch(text) else None,
        color=_color(element.find("{*}color")),
    )


def _fill(element: Element) -> PatternFill:
    pattern = element.find("{*}patternFill")
    if pattern is None:
        return PatternFill()
    kind = pattern.get("patternType")
    colors = {
        side: color
        for side in ("fgColor", "bgColor")
        if (color := _color(pattern.find(f"{{*}}{side}"))) is not None
    }
    return PatternFill(patternType=kind if kind in fills else None, **colors)


def _color(element: Element | None) -> Color | None:
    if element is None:
        return None
    text = element.get("tint", "0")
    tint = float(text) if _NUMBER.fullmatch(text) and abs(float(text)) <= 1 else 0.0
    rgb, indexed, theme = (element.get(name, "") for name in ("rgb", "indexed", "theme"))
    if _RGB.fullmatch(rgb):
        return Color(rgb=rgb, tint=tint)
    if theme.isdecimal() and len(theme) < 4:
        return Color(theme=int(theme), tint=tint)
    if indexed.isdecimal() and len(indexed) < 4:
        return Color(indexed=int(indexed), tint=tint)
    return None


def _flag(element: Element, name: str) -> bool:
    found = element.find(f"{{*}}{name}")
    return found is not None and found.get("val", "1") in _TRUE


def _all(root: Element | None, above: str, name: str) -> list[Element]:
    return [] if root is None else root.findall(f"{{*}}{above}/{{*}}{name}")


def _integer(element: Element, name: str) -> int:
    text = element.get(name, "0")
    return int(text) if text.isdecimal() and len(text) < 9 else 0
