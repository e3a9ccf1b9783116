"""How cells look: one named style a kind of content."""

from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side

INK, QUIET, BLUE, GREEN, RED = "1F2933", "5F6B7A", "0B3D91", "0B6E4F", "A61B1B"
INPUT_FILL, FIXED_FILL, HEAD_FILL, TOPIC_FILL = "FFF8DC", "EEF0F3", "17324D", "E3EAF2"
RESULT_FILL = "EAF4EE"
GOOD_FILL, BAD_FILL = "CFE8D5", "F6C9C6"
TABS = {"output": GREEN, "input": "C79A00", "calculation": INK, "check": RED}
SERIES = ("17324D", "C75B12", "2A7F9E", "7A9A01", "8C4A8C", "B8860B", "5F6B7A", "A61B1B")
_FACE = "Calibri"
_THIN = Side(style="thin", color="C9D1DA")
_PREFIX = "Shorewise "


def _style(name, *, colour=INK, bold=False, size=10, fill=None, edge=False, right=False, **kinds):
    border = Border(top=_THIN, bottom=_THIN, left=_THIN, right=_THIN) if edge else Border()
    return NamedStyle(
        name=_PREFIX + name,
        font=Font(
            name=_FACE, size=size, bold=bold, color=colour, italic=kinds.get("italic", False)
        ),
        fill=PatternFill("solid", fgColor=fill) if fill else PatternFill(),
        border=border,
        alignment=Alignment(
            horizontal="right" if right else kinds.get("horizontal"),
            vertical=kinds.get("vertical", "center"),
            wrap_text=kinds.get("wrap", False),
            indent=kinds.get("indent", 0),
        ),
        protection=Protection(locked=not kinds.get("open", False)),
    )


def named_styles() -> list[NamedStyle]:
    """Every style a sheet's cells may name."""
    return [
        _style("title", colour=HEAD_FILL, bold=True, size=16),
        _style("subtitle", colour=QUIET, size=11),
        _style("state", colour=QUIET, italic=True),
        _style("note", colour=QUIET, size=9, horizontal="left", indent=1),
        _style("text", wrap=True, vertical="top"),
        _style("label"),
        _style("strong label", bold=True),
        _style("unit", colour=QUIET, size=9),
        _style("unit wrapped", colour=QUIET, size=9, wrap=True, right=True),
        _style("topic", colour=HEAD_FILL, bold=True, size=11, fill=TOPIC_FILL),
        _style("head", colour="FFFFFF", bold=True, fill=HEAD_FILL, wrap=True),
        _style("number head", colour="FFFFFF", bold=True, fill=HEAD_FILL, wrap=True, right=True),
        _style("number", colour=QUIET, size=9, right=True),
        _style("repeated label", colour="9AA5B1"),
        _style("input", colour=BLUE, fill=INPUT_FILL, edge=True, right=True, open=True, wrap=True),
        _style("input text", colour=BLUE, fill=INPUT_FILL, edge=True, open=True, wrap=True),
        _style("legend input", colour=BLUE, fill=INPUT_FILL, edge=True, right=True),
        _style("fixed", colour=QUIET, fill=FIXED_FILL, edge=True, right=True),
        _style("reference", colour=QUIET, size=9, right=True),
        _style("opening", colour=QUIET, right=True),
        _style("calculation", right=True),
        _style("result", colour=GREEN, right=True),
        _style("strong result", colour=GREEN, bold=True, fill=RESULT_FILL, right=True),
    ]


def style_name(kind: str) -> str:
    """Name of a style in the workbook, as Excel's style gallery shows it."""
    return _PREFIX + kind
