"""Themes of workbooks: font, paper, colours and logo, read from a TOML file.

The embedded theme.toml has all keys; a theme file overrides some of them.
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
from .logo import ALT_TEXT_MAX, Logo, read_logo

_FILE_MAX = 100_000  # bytes
_FONT = re.compile(r"[^\W_](?:[\w .'&-]{0,29}[\w.])?")  # Excel allows 31 characters
_COLOUR = re.compile(r"[0-9A-Fa-f]{6}")
_SERIES_MIN, _SERIES_MAX = 9, 12  # stacked columns have up to 9 parts
_PAPER = "FFFFFF"  # cells without a fill
PAPERS = {"A4": 9, "Letter": 1}  # paper sizes, with their numbers in Excel
TEXT_MIN, GRAPHIC_MIN = 4.5, 3.0  # contrast ratios: WCAG 2.2, success criteria 1.4.3 and 1.4.11
VERDICTS = ("trap", "marginal", "advantage")  # fills of the verdicts on plans
# Fills behind each text colour; "" is the paper.
_FILLS_BEHIND = {
    "ink": ("", "good", "bad", "own", "case", *VERDICTS),
    "quiet": ("", "fixed"),
    "repeated": ("",),
    "title": ("", "topic"),
    "head": ("head",),
    "input": ("input", "own"),
    "result": ("", "result"),
}


@dataclass(frozen=True)
class Theme:
    """Font, paper, colours and logo of a workbook.

    Parameters
    ----------
    font : str
    paper : str
        "A4" or "Letter".
    text, fill, line, tab : dict of str to str
        Colours by use, as six hexadecimal digits; the keys are those in theme.toml.
    series : tuple of str
        Colours of chart series.
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
        return cls(**_Reader("theme.toml", Path()).fields(_embedded()))

    @classmethod
    def from_toml(cls, path: str | Path) -> "Theme":
        """The theme in a TOML file, with the embedded theme for keys that it does not set.

        Parameters
        ----------
        path : path

        Returns
        -------
        Theme

        Raises
        ------
        WorkbookError
            The file cannot be read, a key or value is not allowed, or colours have too little
            contrast; the message names the file, the key, the value and what is allowed.
        """
        data = read_toml(path, _FILE_MAX, "theme", WorkbookError)
        return cls(**_Reader(str(path), Path(path).parent).fields(data))


class _Reader:
    """Validation of a theme's plain data, which raises the first error."""

    def __init__(self, origin: str, folder: Path):
        self.origin, self.folder = origin, folder

    def error(self, key: str, value: Any, allowed: str) -> WorkbookError:
        """The error for a value that is not allowed."""
        given = shown(value) if value else f"{value!r}"
        return WorkbookError(f"{self.origin}: {key} is {given}; it must be {allowed}")

    def fields(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a :class:`Theme`."""
        embedded = _embedded()
        self.check_keys(data, (*embedded, "logo", "logo_text"), "")
        merged = {**embedded, **data}
        fields: dict[str, Any] = {"font": merged["font"], "paper": merged["paper"]}
        if not isinstance(merged["font"], str) or not _FONT.fullmatch(merged["font"]):
            raise self.error("font", merged["font"], "the name of a font, up to 31 characters")
        if merged["paper"] not in PAPERS:
            raise self.error("paper", merged["paper"], " or ".join(PAPERS))
        for table, colours in embedded.items():
            if isinstance(colours, Mapping):
                given = merged[table]
                if not isinstance(given, Mapping):
                    raise self.error(table, given, f"a table [{table}] of colours")
                self.check_keys(given, colours, f"{table}.")
                fields[table] = {
                    name: self.colour(f"{table}.{name}", given.get(name, colour))
                    for name, colour in colours.items()
                }
        series = merged["series"]
        if not isinstance(series, list) or not _SERIES_MIN <= len(series) <= _SERIES_MAX:
            raise self.error("series", series, f"a list of {_SERIES_MIN} to {_SERIES_MAX} colours")
        fields["series"] = tuple(self.colour(f"series[{n}]", c) for n, c in enumerate(series))
        self.check_contrasts(fields)
        return fields | {"logo": self.logo(data)}

    def check_keys(self, data: Mapping[str, Any], names: Collection[str], table: str) -> None:
        """Raise an error if a key is unknown."""
        for key in data:
            if key not in names:
                hint = nearest(key, names) or f"; allowed are {listed(names)}"
                raise WorkbookError(f"{self.origin}: unknown key {shown(table + key)}{hint}")

    def colour(self, key: str, value: Any) -> str:
        """A colour as six upper-case hexadecimal digits."""
        if not isinstance(value, str) or not _COLOUR.fullmatch(value):
            raise self.error(key, value, "six hexadecimal digits, like '17324D'")
        return value.upper()

    def check_contrasts(self, fields: Mapping[str, Any]) -> None:
        """Raise an error if a colour has too little contrast with a fill behind it."""
        fills = {"": _PAPER, **fields["fill"]}
        for name, behind in _FILLS_BEHIND.items():
            for fill in behind:
                self.check_contrast(f"text.{name}", fields["text"][name], fill, fills, TEXT_MIN)
        for fill in ("", "input"):
            self.check_contrast("line.input", fields["line"]["input"], fill, fills, GRAPHIC_MIN)
        for number, colour in enumerate(fields["series"]):
            self.check_contrast(f"series[{number}]", colour, "", fills, GRAPHIC_MIN)

    def check_contrast(
        self, key: str, colour: str, fill: str, fills: Mapping[str, str], least: float
    ) -> None:
        """Raise an error if a colour has too little contrast with the fill behind it."""
        ratio = contrast(colour, fills[fill])
        if ratio < least:
            under = f"fill.{fill} {fills[fill]!r}" if fill else f"paper {_PAPER!r}"
            raise WorkbookError(
                f"{self.origin}: {key} is {colour!r} on {under}: a contrast of {ratio:.2f} to 1; "
                f"it must be {least} or more"
            )

    def logo(self, data: Mapping[str, Any]) -> Logo | None:
        """The logo, or None."""
        text = data.get("logo_text", "Logo")
        if (
            not isinstance(text, str)
            or not 1 <= len(text) <= ALT_TEXT_MAX
            or not text.isprintable()
        ):
            raise self.error("logo_text", text, f"a text of 1 to {ALT_TEXT_MAX} characters")
        if "logo" not in data:
            return None
        name = data["logo"]
        if not isinstance(name, str) or not name or "\0" in name or Path(name).is_absolute():
            raise self.error("logo", name, "a path relative to the theme file")
        try:
            return read_logo(self.folder / name, text)
        except WorkbookError as error:
            raise WorkbookError(f"{self.origin}: logo: {error}") from None


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours according to WCAG, from 1 to 21."""
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
