"""How a workbook looks: font, colours and logo, from a small TOML file.

The embedded theme.toml holds every key; a file of one's own sets some of them.
"""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from ...engine.model import nearest
from ...engine.reading.consistency import listed, shown
from ...engine.reading.toml_text import read_toml
from ..errors import WorkbookError
from .logo import TEXT_MAX, Logo, read_logo

_FILE_MAX = 100_000
_FONT = re.compile(r"[^\W_](?:[\w .'&-]{0,29}[\w.])?")  # Excel's names of fonts have 31 characters
_COLOUR = re.compile(r"[0-9A-Fa-f]{6}")
_SERIES_MIN, _SERIES_MAX = 9, 12  # a column of a chart has up to 9 parts
_PAPER = "FFFFFF"  # cells without a fill
PAPERS = {"A4": 9, "Letter": 1}  # Excel's numbers of them
TEXT_MIN, GRAPHIC_MIN = 4.5, 3.0  # WCAG 2.2, success criteria 1.4.3 and 1.4.11
# Text on the fills it stands on; "" is paper.
_TEXTS = {
    "ink": ("", "good", "bad"),
    "quiet": ("", "fixed"),
    "repeated": ("",),
    "title": ("", "topic"),
    "head": ("head",),
    "input": ("input",),
    "result": ("", "result"),
}


@dataclass(frozen=True)
class Theme:
    """Font, colours and logo of a workbook.

    Parameters
    ----------
    font : str
    paper : str
        A4 or Letter.
    text, fill, line, tab : dict of str to str
        Colours by what they are for: the keys of workbook/theme.toml.
    series : tuple of str
        Colours of lines and columns in charts.
    logo : Logo or None
    """

    font: str
    paper: str
    text: Mapping[str, str]
    fill: Mapping[str, str]
    line: Mapping[str, str]
    tab: Mapping[str, str]
    series: tuple[str, ...]
    logo: Logo | None = None

    @classmethod
    @cache
    def default(cls) -> "Theme":
        """The embedded theme."""
        return cls(**_Reader("theme.toml", Path()).parts(_embedded()))

    @classmethod
    def from_toml(cls, path: str | Path) -> "Theme":
        """Read a theme file; what it does not set is as in the embedded theme.

        Raises
        ------
        WorkbookError
            A file that cannot be read, a key or value that is not allowed, or colours that cannot
            be told apart: the text names the file, the key, the value and what is allowed.
        """
        data = read_toml(path, _FILE_MAX, "theme", WorkbookError)
        return cls(**_Reader(str(path), Path(path).parent).parts(data))


class _Reader:
    """Checks plain data of a theme; the first thing wrong is raised."""

    def __init__(self, origin: str, folder: Path):
        self.origin, self.folder = origin, folder

    def fail(self, key: str, value: Any, allowed: str) -> WorkbookError:
        given = shown(value) if value else f"{value!r}"
        return WorkbookError(f"{self.origin}: {key} is {given}; it must be {allowed}")

    def parts(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Fields of a theme."""
        embedded = _embedded()
        self.known(data, (*embedded, "logo", "logo_text"), "")
        merged = {**embedded, **data}
        parts: dict[str, Any] = {"font": merged["font"], "paper": merged["paper"]}
        if not isinstance(merged["font"], str) or not _FONT.fullmatch(merged["font"]):
            raise self.fail("font", merged["font"], "the name of a font, up to 31 characters")
        if merged["paper"] not in PAPERS:
            raise self.fail("paper", merged["paper"], " or ".join(PAPERS))
        for table, colours in embedded.items():
            if isinstance(colours, Mapping):
                given = merged[table]
                if not isinstance(given, Mapping):
                    raise self.fail(table, given, f"a table [{table}] of colours")
                self.known(given, colours, f"{table}.")
                parts[table] = {
                    name: self.colour(f"{table}.{name}", given.get(name, colour))
                    for name, colour in colours.items()
                }
        series = merged["series"]
        if not isinstance(series, list) or not _SERIES_MIN <= len(series) <= _SERIES_MAX:
            raise self.fail("series", series, f"a list of {_SERIES_MIN} to {_SERIES_MAX} colours")
        parts["series"] = tuple(self.colour(f"series[{n}]", c) for n, c in enumerate(series))
        self.contrasts(parts)
        return parts | {"logo": self.logo(data)}

    def known(self, data: Mapping[str, Any], names: Collection[str], table: str) -> None:
        """Refuse keys that mean nothing."""
        for key in data:
            if key not in names:
                hint = nearest(key, names) or f"; allowed are {listed(names)}"
                raise WorkbookError(f"{self.origin}: unknown key {shown(table + key)}{hint}")

    def colour(self, key: str, value: Any) -> str:
        """A colour, as Excel writes it."""
        if not isinstance(value, str) or not _COLOUR.fullmatch(value):
            raise self.fail(key, value, "six hexadecimal digits, like '17324D'")
        return value.upper()

    def contrasts(self, parts: Mapping[str, Any]) -> None:
        """Refuse text that cannot be read on its fill, and boxes and lines that cannot be seen."""
        fill = parts["fill"]
        for name, places in _TEXTS.items():
            for place in places:
                self.contrast(f"text.{name}", parts["text"][name], fill, place, TEXT_MIN)
        for place in ("", "input"):
            self.contrast("line.input", parts["line"]["input"], fill, place, GRAPHIC_MIN)
        for number, colour in enumerate(parts["series"]):
            self.contrast(f"series[{number}]", colour, fill, "", GRAPHIC_MIN)

    def contrast(
        self, key: str, colour: str, fill: Mapping[str, str], place: str, least: float
    ) -> None:
        """Refuse a colour too near that of the fill under it."""
        ratio = contrast(colour, fill[place] if place else _PAPER)
        if ratio < least:
            under = f"fill.{place} {fill[place]!r}" if place else f"paper {_PAPER!r}"
            raise WorkbookError(
                f"{self.origin}: {key} is {colour!r} on {under}: a contrast of {ratio:.2f} to 1; "
                f"it must be {least} or more"
            )

    def logo(self, data: Mapping[str, Any]) -> Logo | None:
        """The logo, if there is one."""
        text = data.get("logo_text", "Logo")
        if not isinstance(text, str) or not 1 <= len(text) <= TEXT_MAX or not text.isprintable():
            raise self.fail("logo_text", text, f"a text of 1 to {TEXT_MAX} characters")
        if "logo" not in data:
            return None
        name = data["logo"]
        if not isinstance(name, str) or not name or "\0" in name or Path(name).is_absolute():
            raise self.fail("logo", name, "a path relative to the theme file")
        try:
            return read_logo(self.folder / name, text)
        except WorkbookError as error:
            raise WorkbookError(f"{self.origin}: logo: {error}") from None


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21, as WCAG defines it."""
    dark, light = sorted(map(_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


@cache
def _embedded() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("theme.toml").read_text("utf-8"))
