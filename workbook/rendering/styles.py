"""Named cell styles, one for each kind of content."""

from typing import Any

from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side

from ..errors import WorkbookError
from .theme import Theme

_PREFIX = "Shorewise "


def _style(
    theme: Theme,
    name: str,
    *,
    colour: str = "ink",
    bold: bool = False,
    size: float = 10,
    fill: str | None = None,
    **kinds: Any,
) -> NamedStyle:
    side = Side(style="thin", color=theme.line["input"])
    box = Border(top=side, bottom=side, left=side, right=side) if kinds.get("box") else Border()
    if kinds.get("line_below"):
        box = Border(bottom=Side(style="thin", color=theme.text["quiet"]))
    return NamedStyle(
        name=_PREFIX + name,
        font=Font(
            name=theme.font,
            size=size,
            bold=bold,
            color=theme.text[colour],
            italic=kinds.get("italic", False),
            underline="single" if kinds.get("underline") else None,
        ),
        fill=PatternFill("solid", fgColor=theme.fill[fill]) if fill else PatternFill(),
        border=box,
        alignment=Alignment(
            horizontal="right" if kinds.get("right") else kinds.get("horizontal"),
            vertical=kinds.get("vertical", "center"),
            wrap_text=kinds.get("wrap", False),
            indent=kinds.get("indent", 0),
        ),
        protection=Protection(locked=not kinds.get("open", False)),
    )


# By kind of content. Only inputs have a border, so that they are recognisable without colours.
_KINDS: dict[str, dict[str, Any]] = {
    "title": {"colour": "title", "bold": True, "size": 16},
    "subtitle": {"colour": "quiet", "size": 11},
    "state": {"colour": "quiet", "italic": True},
    "note": {"colour": "quiet", "size": 9, "horizontal": "left", "indent": 1},
    "text": {"wrap": True},
    "label": {},
    "link": {"colour": "result", "underline": True},
    "fact": {"horizontal": "left"},
    "aside": {"horizontal": "left", "indent": 1},
    "strong label": {"bold": True},
    "signature": {"line_below": True},
    "unit": {"colour": "quiet", "size": 9},
    "unit wrapped": {"colour": "quiet", "size": 9, "wrap": True, "right": True},
    "topic": {"colour": "title", "bold": True, "size": 11, "fill": "topic"},
    "topic note": {"colour": "quiet", "size": 9, "fill": "topic"},
    "head": {"colour": "head", "bold": True, "fill": "head", "wrap": True},
    "number head": {"colour": "head", "bold": True, "fill": "head", "wrap": True, "right": True},
    "number": {"colour": "quiet", "size": 9, "right": True},
    "repeated label": {"colour": "repeated"},
    "input": {"colour": "input", "fill": "input", "box": True, "open": True, "wrap": True}
    | {"right": True},
    "input text": {"colour": "input", "fill": "input", "box": True, "open": True, "wrap": True},
    "input choice": {"colour": "input", "fill": "input", "box": True, "open": True},
    "input line": {"colour": "input", "fill": "input", "box": True, "open": True},
    "legend input": {"colour": "input", "fill": "input", "box": True, "right": True},
    "fixed": {"colour": "quiet", "fill": "fixed", "right": True},
    "fixed line": {"colour": "quiet", "fill": "fixed"},
    "fixed choice": {"colour": "quiet", "fill": "fixed"},
    "fixed text": {"colour": "quiet", "fill": "fixed", "wrap": True, "vertical": "top"},
    "reference": {"colour": "quiet", "size": 9, "right": True, "indent": 1},
    "stamp": {"colour": "quiet", "fill": "fixed", "right": True},
    "opening": {"colour": "quiet", "right": True},
    "calculation": {"right": True},
    "result": {"colour": "result", "right": True},
    "strong result": {"colour": "result", "bold": True, "fill": "result", "right": True},
}


def named_styles(theme: Theme) -> list[NamedStyle]:
    """All named styles, in the colours and font of a theme."""
    return [_style(theme, name, **kinds) for name, kinds in _KINDS.items()]


def style_name(kind: str) -> str:
    """Name of a style in Excel's style gallery.

    Parameters
    ----------
    kind : str
        Kind of content.

    Returns
    -------
    str

    Raises
    ------
    WorkbookError
        There is no such kind; the message lists all kinds.
    """
    if kind not in _KINDS:
        raise WorkbookError(f"no style is called {kind!r}; there are {', '.join(_KINDS)}")
    return _PREFIX + kind
