"""Excel charts by openpyxl, with titles, units and cached values.

Series are distinguishable in greyscale: lines by dashes, parts of a stack by hatches, and in the
waterfall totals are dark, increases hatched and decreases light.

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
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.legend import LegendEntry
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
from openpyxl.xml.functions import Element, SubElement

from ..layout import references
from ..layout.references import Ref, placeholder
from ..layout.sheet import Chart, Series
from .theme import Theme

_PAPER = "FFFFFF"
_TITLE, _SMALL, _TIGHT = 1200, 900, 800  # hundredths of a point
_DASHES = ("solid", "dash", "sysDot", "dashDot", "lgDash", "sysDash")
_SLANTED, _UPWARDS = -2_700_000, -5_400_000  # 45 and 90 degrees, in 60,000ths of a degree
_WIDTH = 22_225  # of a line, in EMU: 1.75 points
_EDGES = "0.0%"  # format of the categories of a histogram
_MANY = 12  # categories, from which on their labels are slanted or left out
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


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
    upright = native.x_axis if native.x_axis.axPos == "l" else native.y_axis
    upright.title.tx.rich.bodyPr = RichTextProperties(rot=_UPWARDS, vert="horz")
    if chart.y_title_cell:
        native.y_axis.title.txPr = _text(_SMALL)
        native.y_axis.title.txPr.bodyPr = native.y_axis.title.tx.rich.bodyPr
        native.y_axis.title.tx = Text(strRef=StrRef(chart.y_title_cell, _texts([chart.y_title])))
    if chart.kind in ("histogram", "waterfall"):
        native.x_axis.txPr.bodyPr = RichTextProperties(rot=_SLANTED, vert="horz")
    if chart.kind == "tornado":  # a label for every bar
        native.x_axis.txPr = _text(_TIGHT)
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
    """The chart's XML with what openpyxl does not support.

    These are three boolean elements, and the transparent edge of bars without a fill: Gnumeric
    draws a black one where none is declared. The empty run of text that openpyxl puts into the
    properties of texts is left out.
    """
    space = type(native)._write(native)
    for edge in space.iterfind(f"chart/plotArea/barChart/ser/spPr/{_DRAWING}ln"):
        fill = edge.find(f"{_DRAWING}noFill")
        if fill is not None:
            fill.tag = f"{_DRAWING}solidFill"
            colour = SubElement(fill, f"{_DRAWING}srgbClr", val=_PAPER)
            SubElement(colour, f"{_DRAWING}alpha", val="0")
    for properties in space.iter("txPr"):
        for paragraph in properties.iter(f"{_DRAWING}p"):
            for run in paragraph.findall(f"{_DRAWING}r"):
                paragraph.remove(run)
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
        native.x_axis.crosses = "min"  # months below the plot, where tickLblPos is ignored too
    if native.x_axis.scaling.orientation == "maxMin":
        native.y_axis.crosses = "max"  # keeps the value axis at the bottom


def _line_chart(chart: Chart) -> LineChart:
    native = LineChart()
    native.legend.position = "b"
    if len(chart.categories) > _MANY:
        native.x_axis.tickLblSkip = native.x_axis.tickMarkSkip = len(chart.categories) // _MANY
    return native


def _probability(chart: Chart) -> LineChart:
    native = _line_chart(chart)
    native.y_axis.scaling.min, native.y_axis.scaling.max = 0, 1
    return native


def _curve(chart: Chart) -> ScatterChart:
    native = ScatterChart(scatterStyle="lineMarker")
    native.legend.position = "b"
    last = float(placeholder(chart.categories[-1]))
    axis = native.x_axis
    axis.majorGridlines, axis.number_format = None, "0"
    # Points beyond the last month are clipped, which hides plans without break-even.
    axis.scaling.min, axis.scaling.max = 0, last
    axis.majorUnit = 12 if last > 48 else 6 if last > 12 else 1
    return native


def _placed(x: float, y: float, w: float, h: float, **more: Any) -> Layout:
    """A place in a chart, as shares of its width and height."""
    return Layout(ManualLayout(xMode="edge", yMode="edge", x=x, y=y, w=w, h=h, **more))


def _columns(_chart: Chart) -> BarChart:
    native = BarChart(barDir="col", grouping="stacked", overlap=100)
    native.gapWidth = 60
    native.legend.position = "r"
    # Long names, as German ones are, would leave no room for the columns.
    native.layout = _placed(0.15, 0.14, 0.45, 0.6, layoutTarget="inner")
    native.legend.layout = _placed(0.63, 0.12, 0.36, 0.84)
    native.legend.txPr = _text(_TIGHT)
    native.y_axis.scaling.min = 0
    return native


def _histogram(chart: Chart) -> BarChart:
    native = BarChart(barDir="col")
    native.gapWidth = 5
    native.legend = None
    native.x_axis.number_format = _EDGES
    native.x_axis.numFmt.sourceLinked = False
    native.x_axis.tickLblSkip = max(1, len(chart.categories) // 8)
    return native


def _tornado(_chart: Chart) -> BarChart:
    native = BarChart(barDir="bar", overlap=100)
    native.gapWidth = 40
    native.legend.position = "b"
    native.x_axis.tickLblSkip = native.x_axis.tickMarkSkip = 1
    native.x_axis.scaling.orientation = "maxMin"  # the first row is at the top
    return native


def _waterfall(chart: Chart) -> BarChart:
    native = BarChart(barDir="col", grouping="stacked", overlap=100)
    native.gapWidth = 30
    native.x_axis.tickLblSkip = native.x_axis.tickMarkSkip = 1
    native.legend.position = "b"
    looks = [series.look for series in chart.series]
    unnamed = [n for n, look in enumerate(looks) if look == "hidden" or look in looks[:n]]
    native.legend.legendEntry = [LegendEntry(idx=n, delete=True) for n in unnamed]
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
        native.cat = _categories(chart)
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
        if chart.kind == "tornado" and number:
            native.spPr = _light_bar(colour)
    return native


def _categories(chart: Chart) -> AxDataSource:
    """Categories as texts, or as numbers that the axis shows in its own format."""
    if chart.kind == "histogram":
        numbers = _numbers(chart.categories)
        numbers.formatCode = _EDGES
        return AxDataSource(numRef=NumRef(chart.category_cells, numbers))
    return AxDataSource(strRef=StrRef(chart.category_cells, _texts(chart.categories)))


def _bar(colour: str, *, hatched: bool) -> GraphicalProperties:
    """Fill of a stacked part with an edge; alternate parts are hatched, for greyscale."""
    if not hatched:
        return GraphicalProperties(solidFill=colour, ln=_line(_PAPER, 6350))
    return GraphicalProperties(pattFill=_hatch("dkUpDiag", colour), ln=_line(colour, 6350))


def _hatch(pattern: str, colour: str) -> PatternFillProperties:
    return PatternFillProperties(
        prst=pattern, fgClr=ColorChoice(srgbClr=colour), bgClr=ColorChoice(srgbClr=_PAPER)
    )


def _light_bar(colour: str) -> GraphicalProperties:
    """A tint with an edge, so that labels stay legible and a thin bar is seen."""
    return GraphicalProperties(solidFill=tint(colour), ln=_line(colour, 9525))


def _bar_of_waterfall(look: str, theme: Theme) -> GraphicalProperties:
    """Fill of a bar: dark for totals, hatched for increases, a tint for decreases."""
    if look == "hidden":
        return GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))
    if look == "total":
        return GraphicalProperties(solidFill=theme.series[0], ln=_line(theme.series[0], 9525))
    if look == "loss":
        return _light_bar(theme.series[1])
    colour = theme.series[2]
    return GraphicalProperties(pattFill=_hatch("ltUpDiag", colour), ln=_line(colour, 9525))


def tint(colour: str) -> str:
    """A tint of a colour, two thirds of the way to white."""
    parts = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
    return "".join(f"{(part + 2 * 255) // 3:02X}" for part in parts)


def _labels(look: str, theme: Theme) -> DataLabelList:
    """Labels with the value of each bar that is high enough, with the sign of a step."""
    high, low = {"gain": ("+", "+"), "loss": ("-", "-")}.get(look, ("", "-"))
    labels = DataLabelList(numFmt=f'[>=0.03]{high}0%;[<=-0.03]{low}0%;""', showVal=True)
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


def _texts(values: Sequence[str | references.Text | float]) -> StrData:
    points = [StrVal(idx=i, v=placeholder(value)) for i, value in enumerate(values)]
    return StrData(ptCount=len(points), pt=points)


def _paragraph(size: int, *, bold: bool = False, colour: str | None = None) -> ParagraphProperties:
    return ParagraphProperties(defRPr=CharacterProperties(sz=size, b=bold, solidFill=colour))


def _text(size: int, **look: Any) -> RichText:
    return RichText(p=[Paragraph(pPr=_paragraph(size, **look), endParaRPr=None)])


def _line(colour: str, width: int, number: int = 0) -> LineProperties:
    # Lines also differ by dashes, so that they are distinguishable in greyscale.
    return LineProperties(solidFill=colour, w=width, prstDash=_DASHES[number % len(_DASHES)])
