"""Excel charts by openpyxl, with titles, units and cached values.

Series are distinguishable in greyscale.

All boolean elements are written. For a missing one Excel assumes true, the default of the schema:
bars below zero would lose their colour, and legends would cover the plot.
"""

import functools
import inspect
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl.chart import BarChart, LineChart, ScatterChart
from openpyxl.chart.data_source import (
    AxDataSource,
    NumData,
    NumDataSource,
    NumRef,
    NumVal,
    StrData,
    StrRef,
    StrVal,
)
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series as NativeSeries
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.descriptors.nested import NestedBool
from openpyxl.descriptors.serialisable import Serialisable
from openpyxl.drawing.fill import ColorChoice, PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import (
    CharacterProperties,
    Paragraph,
    ParagraphProperties,
    RichTextProperties,
)
from openpyxl.xml.functions import Element

from ..layout import references
from ..layout.references import Ref, placeholder
from ..layout.sheet import Chart, Series
from .theme import Theme

_PAPER = "FFFFFF"
_TITLE, _SMALL = 1200, 900  # hundredths of a point
_DASHES = ("solid", "dash", "sysDot", "dashDot", "lgDash", "sysDash")
_SLANTED = -2_700_000  # 45 degrees, in 60,000ths of a degree
_WIDTH = 22_225  # of a line, in EMU: 1.75 points


def native_chart(chart: Chart, theme: Theme) -> Any:
    """The openpyxl chart for a chart as data."""
    native = _KINDS[chart.kind](chart)
    _place_axes(native)
    native.title = placeholder(chart.title)
    native.title.overlay = False
    if chart.title_cell:
        native.title.tx = Text(strRef=StrRef(chart.title_cell, _texts([chart.title])))
        native.title.txPr = _text(_TITLE, bold=True)
    else:
        native.title.tx.rich.p[0].pPr = _paragraph(_TITLE, bold=True)
    native.width, native.height = chart.width_cm, chart.height_cm
    for axis, title in ((native.x_axis, chart.x_title), (native.y_axis, chart.y_title)):
        axis.delete = False
        axis.title = placeholder(title)
        axis.title.overlay = False
        axis.title.tx.rich.p[0].pPr = _paragraph(_SMALL)
        axis.txPr = _text(_SMALL)
    if chart.kind == "histogram":  # upright text would break at the minus sign
        native.x_axis.txPr.bodyPr = RichTextProperties(rot=_SLANTED)
    native.y_axis.number_format = chart.number_format
    native.y_axis.numFmt.sourceLinked = False
    native.x_axis.tickLblPos = "low"
    native.y_axis.majorGridlines.spPr = GraphicalProperties(ln=_line(theme.line["grid"], 6350))
    for number, series in enumerate(chart.series):
        native.series.append(_series(chart, number, series, theme))
    return explicit(native)


def explicit(native: Any) -> Any:
    """The chart with all unset boolean elements written as false.

    Parameters
    ----------
    native : openpyxl chart
        Modified in place.

    Notes
    -----
    ECMA-376 part 1, 21.2: ``CT_Boolean`` is true by default. Excel and LibreOffice 25.2 also treat
    a missing element as true, unless the file states that Excel 2007 wrote it.
    """
    native.roundedCorners = False
    _set_booleans(native)
    native._write = functools.partial(_written, native)
    return native


def _set_booleans(part: Serialisable) -> None:
    if type(part).__module__.startswith(
        "openpyxl.chart"
    ):  # text and line properties are not part of the chart schema
        for name, _ in inspect.getmembers(type(part), lambda one: isinstance(one, NestedBool)):
            # In labels the element `delete` excludes all others, even if it is false.
            if getattr(part, name) is None and not (name == "delete" and hasattr(part, "showVal")):
                setattr(part, name, False)
    for name, value in vars(part).items():
        if not name.startswith("_"):  # the chart's list of charts contains the chart itself
            for one in value if isinstance(value, (list, tuple)) else (value,):
                if isinstance(one, Serialisable):
                    _set_booleans(one)


def _written(native: Any) -> Element:
    """The chart's XML with three boolean elements that openpyxl does not support."""
    space = type(native)._write(native)
    space.insert(0, Element("date1904", val="0"))
    chart = space.find("chart")
    parts = [part.tag for part in chart]
    chart.insert(parts.index("plotArea"), Element("autoTitleDeleted", val="0"))
    chart.append(Element("showDLblsOverMax", val="0"))
    return space


def _place_axes(native: Any) -> None:
    """Set the position and crossing of each axis, since programs differ in the defaults."""
    sideways = isinstance(native, BarChart) and native.barDir == "bar"
    native.x_axis.axPos, native.y_axis.axPos = ("l", "b") if sideways else ("b", "l")
    native.x_axis.crosses = native.y_axis.crosses = "autoZero"
    native.y_axis.crossBetween = "between"
    if isinstance(native, ScatterChart):
        native.x_axis.crossBetween = native.y_axis.crossBetween = "midCat"
    if native.x_axis.scaling.orientation == "maxMin":
        native.y_axis.crosses = "max"  # keeps the value axis at the bottom


def _line_chart(chart: Chart) -> LineChart:
    native = LineChart()
    native.legend.position = "b"
    if len(chart.categories) > 12:
        native.x_axis.tickLblSkip = native.x_axis.tickMarkSkip = len(chart.categories) // 12
    return native


def _probability(chart: Chart) -> LineChart:
    native = _line_chart(chart)
    native.y_axis.scaling.min, native.y_axis.scaling.max = 0, 1
    return native


def _curve(chart: Chart) -> ScatterChart:
    native = ScatterChart(scatterStyle="lineMarker")
    native.legend.position = "r"
    last = float(placeholder(chart.categories[-1]))
    axis = native.x_axis
    axis.majorGridlines, axis.number_format = None, "0"
    # Points beyond the last month are clipped, which hides plans without break-even.
    axis.scaling.min, axis.scaling.max = 0, last
    axis.majorUnit = 12 if last > 48 else 6 if last > 12 else 1
    return native


def _columns(_chart: Chart) -> BarChart:
    native = BarChart(barDir="col", grouping="stacked", overlap=100)
    native.gapWidth = 60
    native.legend.position = "r"
    native.y_axis.scaling.min = 0
    return native


def _histogram(chart: Chart) -> BarChart:
    native = BarChart(barDir="col")
    native.gapWidth = 5
    native.legend = None
    native.x_axis.tickLblSkip = max(1, len(chart.categories) // 8)
    return native


def _tornado(_chart: Chart) -> BarChart:
    native = BarChart(barDir="bar", overlap=100)
    native.gapWidth = 40
    native.legend.position = "b"
    native.x_axis.scaling.orientation = "maxMin"  # the first row is at the top
    return native


def _waterfall(_chart: Chart) -> BarChart:
    native = BarChart(barDir="col", grouping="stacked", overlap=100)
    native.gapWidth = 30
    native.legend = None
    return native


_KINDS = {
    "line": _line_chart,
    "probability": _probability,
    "curve": _curve,
    "stack": _columns,
    "histogram": _histogram,
    "tornado": _tornado,
    "waterfall": _waterfall,
}


def _series(chart: Chart, number: int, series: Series, theme: Theme) -> NativeSeries:
    label = SeriesLabel(strRef=StrRef(series.name_cell, _texts([series.name])))
    native = NativeSeries(idx=number, order=number, tx=label)
    numbers = _numbers(series.values)
    values = NumDataSource(numRef=NumRef(series.value_cells, numbers))
    if chart.kind == "curve":
        xs = series.xs or [float(placeholder(x)) for x in chart.categories]
        cells = series.x_cells or chart.category_cells
        native.xVal = AxDataSource(numRef=NumRef(cells, _numbers(xs)))
        native.yVal = values
    else:
        native.cat = AxDataSource(strRef=StrRef(chart.category_cells, _texts(chart.categories)))
        native.val = values
    colour = theme.series[number % len(theme.series)]
    if series.xs:
        native.spPr = GraphicalProperties(ln=LineProperties(noFill=True))
        native.marker = Marker("diamond", 10, GraphicalProperties(solidFill=theme.series[0]))
    elif chart.kind in ("line", "probability", "curve"):
        native.smooth = False
        native.spPr = GraphicalProperties(ln=_line(colour, _WIDTH, number))
        native.marker = Marker(symbol="none")
    elif series.look:
        native.spPr = _bar_of_waterfall(series.look, theme)
        if series.look != "hidden":
            native.dLbls = _labels(series.look, theme)
    else:
        native.spPr = _bar(colour, hatched=number % 2 == 1)
    return native


def _bar(colour: str, *, hatched: bool) -> GraphicalProperties:
    """Fill of a stacked part with a white edge; alternate parts are hatched, for greyscale."""
    edge = LineProperties(solidFill=_PAPER, w=6350)
    if not hatched:
        return GraphicalProperties(solidFill=colour, ln=edge)
    pattern = PatternFillProperties(
        prst="dkUpDiag", fgClr=ColorChoice(srgbClr=colour), bgClr=ColorChoice(srgbClr=_PAPER)
    )
    return GraphicalProperties(pattFill=pattern, ln=edge)


def _bar_of_waterfall(look: str, theme: Theme) -> GraphicalProperties:
    """Fill of a bar: dark for totals; light with an edge for steps, so that labels stay legible.

    Gains and losses differ in colour, and in the sign of their labels.
    """
    if look == "hidden":
        return GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))
    if look == "total":
        return GraphicalProperties(solidFill=theme.series[0])
    colour = theme.series[2 if look == "gain" else 1]
    return GraphicalProperties(solidFill=tint(colour), ln=_line(colour, 9525))


def tint(colour: str) -> str:
    """A tint of a colour, two thirds of the way to white."""
    parts = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
    return "".join(f"{(part + 2 * 255) // 3:02X}" for part in parts)


def _labels(look: str, theme: Theme) -> DataLabelList:
    """Labels with the value of each bar that is high enough, with the sign of a step."""
    high, low = {"gain": ("+", "+"), "loss": ("-", "-")}.get(look, ("", "-"))
    labels = DataLabelList(numFmt=f"[>=0.03]{high}0%;[<=-0.03]{low}0%;", showVal=True)
    labels.showLegendKey = labels.showCatName = labels.showSerName = labels.showPercent = False
    labels.dLblPos = "inEnd" if look == "total" else "ctr"
    labels.txPr = _text(_SMALL, colour=_PAPER if look == "total" else theme.text["ink"])
    return labels


def _numbers(values: Iterable[Any]) -> NumData:
    points = [NumVal(idx=i, v=_drawn(value)) for i, value in enumerate(values)]
    return NumData(formatCode="General", ptCount=len(points), pt=points)


def _drawn(value: float | Ref) -> float:
    """The value to draw: 0 for NaN."""
    drawn: float = placeholder(value)
    return drawn if drawn == drawn else 0


def _texts(values: Sequence[str | references.Text]) -> StrData:
    points = [StrVal(idx=i, v=placeholder(value)) for i, value in enumerate(values)]
    return StrData(ptCount=len(points), pt=points)


def _paragraph(size: int, *, bold: bool = False, colour: str | None = None) -> ParagraphProperties:
    return ParagraphProperties(defRPr=CharacterProperties(sz=size, b=bold, solidFill=colour))


def _text(size: int, **look: Any) -> RichText:
    return RichText(p=[Paragraph(pPr=_paragraph(size, **look), endParaRPr=None)])


def _line(colour: str, width: int, number: int = 0) -> LineProperties:
    # Lines also differ by dashes, so that they are distinguishable in greyscale.
    return LineProperties(solidFill=colour, w=width, prstDash=_DASHES[number % len(_DASHES)])
