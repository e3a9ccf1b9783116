"""Colours of cells as displayed: RGB, theme colours with tints, and indexed colours."""

import colorsys
import re
from typing import Any

from defusedxml.ElementTree import fromstring
from openpyxl.styles.colors import COLOR_INDEX

Rgb = tuple[float, float, float]
WHITE, BLACK = (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
# The order in which cells number a theme's colours; the theme part lists dark before light.
_THEME = (
    "lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6",
    "hlink", "folHlink",
)  # fmt: skip
_SYSTEM = {64: BLACK, 65: WHITE}  # system text and window background
_LUMINANCE_RATIO_MIN = 1.1  # contrast below which text cannot be read


def theme_colours(theme: bytes | None) -> list[Rgb]:
    """Colours of a theme part, in the order in which cells number them; empty without a theme."""
    if not theme:
        return []
    scheme = fromstring(theme).find(f".//{_DRAWING}clrScheme")
    found = []
    for name in _THEME if scheme is not None else ():
        entry = scheme.find(f"{_DRAWING}{name}")
        colour = entry[0] if entry is not None and len(entry) else None
        text = "" if colour is None else colour.get("lastClr") or colour.get("val") or ""
        found.append(_rgb(text) or BLACK)
    return found


def shown(colour: Any, theme: list[Rgb], usual: Rgb | None) -> Rgb | None:
    """An openpyxl colour as RGB; ``usual`` if it is automatic, None if it is unknown."""
    if colour is None or colour.type == "auto":
        return usual
    if colour.type == "rgb":
        return _rgb(colour.rgb)
    if colour.type == "theme":
        found = theme[colour.theme] if colour.theme < len(theme) else None
    elif colour.indexed in _SYSTEM:
        found = _SYSTEM[colour.indexed]
    else:
        found = _rgb(COLOR_INDEX[colour.indexed]) if colour.indexed < len(COLOR_INDEX) else None
    return _tinted(found, colour.tint or 0.0) if found else None


def _rgb(text: Any) -> Rgb | None:
    if not isinstance(text, str) or not re.fullmatch(r"(?:[0-9A-Fa-f]{2})?[0-9A-Fa-f]{6}", text):
        return None
    red, green, blue = (int(text[-6:][n : n + 2], 16) / 255 for n in (0, 2, 4))
    return red, green, blue


def _tinted(colour: Rgb, tint: float) -> Rgb:
    """A colour lightened or darkened; ECMA-376, 18.8.19."""
    hue, light, saturation = colorsys.rgb_to_hls(*colour)
    light = light * (1 + tint) if tint < 0 else light + (1 - light) * tint
    return colorsys.hls_to_rgb(hue, min(max(light, 0.0), 1.0), saturation)


def is_alike(one: Rgb, other: Rgb) -> bool:
    """Whether text in one colour cannot be read on a background of the other (WCAG 2.1)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    near = max(abs(a - b) for a, b in zip(one, other, strict=True)) < 0.1
    return near and (light + 0.05) / (dark + 0.05) < _LUMINANCE_RATIO_MIN


def _luminance(colour: Rgb) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
