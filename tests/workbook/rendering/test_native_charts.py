"""Every chart of every workbook says all that a reader would otherwise have to guess."""

import dataclasses
import io
import re
import zipfile
from xml.etree import ElementTree

import pandas as pd
import pytest
from openpyxl.chart import AreaChart, BarChart, DoughnutChart, LineChart, PieChart, Reference

from shorewise.engine import Scenario
from shorewise.engine.uncertainty.simulation import simulate
from shorewise.workbook import compare, workbook_bytes
from shorewise.workbook.bulk import bulk
from shorewise.workbook.rendering.native_charts import explicit
from tests.support.paths import HYBRID
from tests.support.sample_scenarios import small_data

DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"

# ECMA-376 part 1, 21.2.2 and its schema dml-chart.xsd: children of type CT_Boolean, whose default
# is true, of all that a chart of ours may hold; and what is meant.
TRUTH_VALUES = {
    "chartSpace": {"date1904": "0", "roundedCorners": "0"},
    "chart": {"autoTitleDeleted": "0", "plotVisOnly": "1", "showDLblsOverMax": "0"},
    "title": {"overlay": "0"},
    "legend": {"overlay": "0"},
    "barChart": {"varyColors": "0"},
    "lineChart": {"varyColors": "0", "marker": "0", "smooth": "0"},
    "scatterChart": {"varyColors": "0"},
    "catAx": {"delete": "0", "auto": "0", "noMultiLvlLbl": "0"},
    "valAx": {"delete": "0"},
    "dLbls": {
        "showLegendKey": "0",
        "showVal": "1",
        "showCatName": "0",
        "showSerName": "0",
        "showPercent": "0",
        "showBubbleSize": "0",
        "showLeaderLines": "0",
    },
}
OF_SERIES = {
    "barChart": {"invertIfNegative": "0"},
    "lineChart": {"smooth": "0"},
    "scatterChart": {"smooth": "0"},
}
# fmt: off
NO_TRUTH_VALUE = {
    "plotArea", "scatterStyle", "ser", "idx", "order", "tx", "strRef", "f", "strCache",
    "ptCount", "pt", "v", "spPr", "marker", "symbol", "size", "xVal", "yVal", "cat", "val",
    "numRef", "numCache", "formatCode", "axId", "scaling", "orientation", "max", "min", "axPos",
    "numFmt", "majorTickMark", "minorTickMark", "tickLblPos", "txPr", "crossAx", "crosses",
    "crossBetween", "majorUnit", "majorGridlines", "legendPos", "dispBlanksAs", "barDir",
    "grouping", "gapWidth", "overlap", "lblOffset", "tickLblSkip", "tickMarkSkip", "dLblPos",
    "rich", "legendEntry", "layout", "manualLayout", "layoutTarget", "xMode", "yMode", "wMode",
    "hMode", "x", "y", "w", "h",
}
# fmt: on


def losing():
    """A plan that loses: its salary is 400,000."""
    data = small_data()
    data["sites"][1]["salary"] = 400_000.0
    return Scenario.from_dict(data, "losing")


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory):
    """Bytes of a workbook of each kind that has charts."""
    folder = tmp_path_factory.mktemp("workbooks")
    found = {}
    for name, scenario in {"losing": losing(), "hybrid": Scenario.from_toml(HYBRID)}.items():
        path = compare(scenario, folder / f"{name}.xlsx", simulation=simulate(scenario, 256))
        found[name] = path.read_bytes()
    table = pd.DataFrame({"scenario": ["A", "B"], "plan.Mid.heads.Mid": [1, 30]})
    base = Scenario.from_dict(Scenario.default().to_dict() | {"horizon_months": 6}, "base")
    bulk(table, folder / "run", base)
    for path in (folder / "run").rglob("*.xlsx"):
        found[path.stem] = path.read_bytes()
    return found


@pytest.fixture(scope="module")
def charts(workbooks):
    """Root of every chart, by workbook and part."""
    found = {}
    for name, data in workbooks.items():
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for part in archive.namelist():
                if part.startswith("xl/charts/chart"):
                    found[name, part] = ElementTree.fromstring(archive.read(part))
    return found


def local(element):
    return element.tag.rpartition("}")[2]


def said(element):
    return {local(child): child.get("val") for child in element}


@pytest.mark.soak
def test_every_kind_of_workbook_with_charts_is_checked(charts):
    assert {name for name, _ in charts} == {"losing", "hybrid", "portfolio", "A", "B"}
    assert len(charts) == 2 * 8 + 1 + 2 * 6


@pytest.mark.soak
def test_every_boolean_option_of_every_chart_is_written_explicitly(charts):
    for where, root in charts.items():
        for element in (e for e in root.iter() if e.tag.startswith(CHART)):
            wanted = TRUTH_VALUES.get(local(element), {})
            assert {name: said(element).get(name) for name in wanted} == wanted, where


@pytest.mark.soak
def test_every_series_states_the_fill_of_negative_values_and_rounded_corners(charts):
    for where, root in charts.items():
        for kind, wanted in OF_SERIES.items():
            for series in root.iterfind(f".//{CHART}{kind}/{CHART}ser"):
                assert {name: said(series).get(name) for name in wanted} == wanted, where


def test_these_tests_know_every_element_of_every_chart(charts):
    known = {*TRUTH_VALUES, *NO_TRUTH_VALUE}
    for values in (*TRUTH_VALUES.values(), *OF_SERIES.values()):
        known |= values.keys()
    for where, root in charts.items():
        found = {local(e) for e in root.iter() if e.tag.startswith(CHART)}
        assert found <= known, where


def axes_of(root):
    return [e for e in root.iter() if local(e) in ("catAx", "valAx")]


def only(root, path):
    [found] = root.findall(re.sub(r"\bc:", CHART, path))
    return found


def test_axes_are_declared_where_they_are_drawn(charts):
    for where, root in charts.items():
        sideways = root.find(f".//{CHART}barDir[@val='bar']") is not None
        x, y = ("l", "b") if sideways else ("b", "l")
        axes = axes_of(root)
        assert [said(axis)["axPos"] for axis in axes] == [x, y], where
        assert all(said(axis)["delete"] == "0" for axis in axes), where
        assert said(axes[1])["crossBetween"] in ("between", "midCat"), where


def test_each_axis_crosses_the_other_and_belongs_to_the_plot(charts):
    for where, root in charts.items():
        x, y = map(said, axes_of(root))
        assert (x["crossAx"], y["crossAx"]) == (y["axId"], x["axId"]), where
        [plot] = [e for e in only(root, ".//c:plotArea") if local(e).endswith("Chart")]
        ids = [e.get("val") for e in plot.iterfind(f"{CHART}axId")]
        assert ids == [x["axId"], y["axId"]], where


def test_axes_cross_where_labels_stand_beside_the_plot(charts):
    # ECMA-376 part 1, 21.2.2.33: where this axis crosses the other. Bars start at the crossing of
    # their category axis, which must therefore be 0. Reversed categories end below: at their last.
    for where, root in charts.items():
        x, y = axes_of(root)
        reverse = x.find(f"{CHART}scaling/{CHART}orientation").get("val") == "maxMin"
        scatter = root.find(f".//{CHART}scatterChart") is not None
        assert said(x)["crosses"] == ("min" if scatter else "autoZero"), where
        assert said(y)["crosses"] == ("max" if reverse else "autoZero"), where
        assert said(x)["tickLblPos"] == "low", where


def test_a_curve_runs_over_numbers_of_months(charts):
    curves = {where: r for where, r in charts.items() if r.find(f".//{CHART}scatterChart")}
    assert {name for name, _ in curves} == {"losing", "hybrid", "A", "B"}
    for where, root in curves.items():
        for series in root.iter(f"{CHART}ser"):
            xs, ys = (
                [
                    float(v.text)
                    for v in only(series, f"c:{part}/c:numRef/c:numCache").iter(f"{CHART}v")
                ]
                for part in ("xVal", "yVal")
            )
            assert len(xs) == len(ys), where
        first = root.find(f".//{CHART}ser")
        months = [
            float(v.text) for v in only(first, "c:xVal/c:numRef/c:numCache").iter(f"{CHART}v")
        ]
        assert months == list(range(len(months))), where
        scaling = axes_of(root)[0].find(f"{CHART}scaling")
        assert (said(scaling)["min"], said(scaling)["max"]) == ("0", str(len(months) - 1)), where


def fill_of(series):
    """Kind of fill, its pattern and colours of a series, and the colour of its edge."""
    [properties] = series.findall(f"{CHART}spPr")
    fill, edge = properties[0], properties.find(f"{DRAWING}ln")
    colours = tuple(e.get("val") for e in fill.iter(f"{DRAWING}srgbClr"))
    [line] = [e.get("val") for e in edge.iter(f"{DRAWING}srgbClr")]
    return local(fill), fill.get("prst"), colours, line


def of_title(charts, words):
    return {
        where: root
        for where, root in charts.items()
        if words in "".join(only(root, "./c:chart/c:title").itertext())
    }


def test_parts_of_a_waterfall_differ_in_colour_and_in_pattern(charts):
    waterfalls = of_title(charts, "From headline")
    assert len(waterfalls) == 2 * 4
    for where, root in waterfalls.items():
        base, total, *sides = [fill_of(series) for series in root.iter(f"{CHART}ser")]
        assert base[0] == "noFill", where
        increases, decreases = {*sides[:2]}, {*sides[2:]}
        assert len(increases) == len(decreases) == 1, where
        kinds = [total[:2], *(fill[:2] for fill in (*increases, *decreases))]
        assert kinds == [("solidFill", None), ("pattFill", "ltUpDiag"), ("solidFill", None)]
        colours = [total[2][0], *(fill[3] for fill in (*increases, *decreases))]
        assert len({*colours}) == 3, where
        # In black and white: totals are dark, decreases light with an edge.
        ink, light = (grey(fill[2][0]) for fill in (total, *decreases))
        assert light - ink > 128, where


def grey(colour):
    red, green, blue = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_the_invisible_base_of_a_waterfall_has_a_transparent_edge(charts):
    # Gnumeric draws a black edge where a line has no fill.
    for root in of_title(charts, "From headline").values():
        edge = root.find(f".//{CHART}ser/{CHART}spPr/{DRAWING}ln")
        assert only(edge, f".//{DRAWING}alpha").get("val") == "0"


def test_the_legend_of_a_waterfall_names_totals_increases_and_decreases_once(charts):
    for where, root in of_title(charts, "From headline").items():
        names = [
            only(series, "c:tx/c:strRef/c:strCache/c:pt/c:v").text
            for series in root.iter(f"{CHART}ser")
        ]
        hidden = {
            int(only(entry, "c:idx").get("val"))
            for entry in root.iter(f"{CHART}legendEntry")
            if said(entry)["delete"] == "1"
        }
        shown = [name for n, name in enumerate(names) if n not in hidden]
        assert shown == ["Saving", "Increase", "Decrease"], where


def test_every_bar_of_waterfall_and_tornado_has_a_label(charts):
    found = of_title(charts, "From headline") | of_title(charts, "What moves")
    assert len(found) == 2 * 4 + 4
    for where, root in found.items():
        assert said(axes_of(root)[0])["tickLblSkip"] == "1", where


def test_labels_of_bars_stand_where_stacked_bars_may_have_them(charts):
    # 21.2.3.10 and its note: stacked bars take ctr, inBase and inEnd; Excel repairs other files.
    for where, root in charts.items():
        for labels in root.iter(f"{CHART}dLbls"):
            assert said(labels)["dLblPos"] in ("ctr", "inBase", "inEnd"), where


def test_properties_of_text_hold_no_text(charts):
    for where, root in charts.items():
        for properties in root.iter(f"{CHART}txPr"):
            assert properties.find(f".//{DRAWING}r") is None, where


def test_an_axis_of_numbers_states_its_number_format(charts):
    for where, root in charts.items():
        for axis in (e for e in axes_of(root) if local(e) == "valAx"):
            number_format = only(axis, "c:numFmt")
            assert number_format.get("sourceLinked") == "0", where
            assert number_format.get("formatCode") not in ("", "General"), where


def test_titles_of_upright_axes_are_turned(charts):
    for where, root in charts.items():
        for axis in axes_of(root):
            is_linked = axis.findall(re.sub(r"\bc:", CHART, "c:title/c:tx/c:strRef")) != []
            place = "c:txPr" if is_linked else "c:tx/c:rich"
            turned = only(axis, f"c:title/{place}/{DRAWING}bodyPr").get("rot")
            assert turned == ("-5400000" if said(axis)["axPos"] == "l" else None), where


@pytest.mark.parametrize("kind", [AreaChart, BarChart, DoughnutChart, LineChart, PieChart])
def test_a_chart_of_a_new_type_has_all_boolean_options_explicit(kind):
    from openpyxl import Workbook

    sheet = Workbook().active
    for row in ((1, 2), (3, -4)):
        sheet.append(row)
    chart = kind()
    chart.add_data(Reference(sheet, min_col=1, max_col=2, min_row=1, max_row=2))
    tree = explicit(chart)._write()
    group = next(e for e in tree.iter() if e.tag == kind.tagname)
    assert group.find("varyColors").get("val") in "01"
    assert tree.find("roundedCorners").get("val") == "0"
    assert tree.find("chart")[0].tag == "autoTitleDeleted"
    if kind is BarChart:
        assert {s.find("invertIfNegative").get("val") for s in tree.iter("ser")} == {"0"}


def test_charts_of_a_custom_theme_are_as_explicit_as_those_of_the_default_theme():
    from shorewise.workbook import Theme, describe

    theme = dataclasses.replace(Theme.default(), font="Arial")
    with zipfile.ZipFile(io.BytesIO(workbook_bytes(describe(losing()), theme))) as archive:
        assert b'<invertIfNegative val="0" />' in archive.read("xl/charts/chart2.xml")
