"""Every chart of every workbook says all that a reader would otherwise have to guess."""

import dataclasses
import io
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
    "rich",
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


def test_every_kind_of_workbook_with_charts_is_looked_at(charts):
    assert {name for name, _ in charts} == {"losing", "hybrid", "portfolio", "A", "B"}
    assert len(charts) == 2 * 8 + 1 + 2 * 6


def test_every_truth_value_of_every_chart_is_written(charts):
    for where, root in charts.items():
        for element in (e for e in root.iter() if e.tag.startswith(CHART)):
            wanted = TRUTH_VALUES.get(local(element), {})
            assert {name: said(element).get(name) for name in wanted} == wanted, where


def test_every_series_says_what_becomes_of_negative_values_and_of_corners(charts):
    for where, root in charts.items():
        for kind, wanted in OF_SERIES.items():
            for series in root.iterfind(f".//{CHART}{kind}/{CHART}ser"):
                assert {name: said(series).get(name) for name in wanted} == wanted, where


def test_no_element_of_a_chart_is_unknown_to_these_tests(charts):
    known = {*TRUTH_VALUES, *NO_TRUTH_VALUE}
    for values in (*TRUTH_VALUES.values(), *OF_SERIES.values()):
        known |= values.keys()
    for where, root in charts.items():
        found = {local(e) for e in root.iter() if e.tag.startswith(CHART)}
        assert found <= known, where


def test_axes_stand_where_they_are_drawn(charts):
    for where, root in charts.items():
        sideways = root.find(f".//{CHART}barDir[@val='bar']") is not None
        x, y = ("l", "b") if sideways else ("b", "l")
        axes = [e for e in root.iter() if local(e) in ("catAx", "valAx")]
        assert [said(axis)["axPos"] for axis in axes] == [x, y], where
        assert all(said(axis)["crosses"] in ("autoZero", "max") for axis in axes), where
        assert said(axes[1])["crossBetween"] in ("between", "midCat"), where


@pytest.mark.parametrize("kind", [AreaChart, BarChart, DoughnutChart, LineChart, PieChart])
def test_a_chart_of_a_new_kind_leaves_no_truth_value_open(kind):
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


def test_charts_of_a_theme_are_as_explicit_as_those_of_the_embedded_one():
    from shorewise.workbook import Theme, describe

    theme = dataclasses.replace(Theme.default(), font="Arial")
    with zipfile.ZipFile(io.BytesIO(workbook_bytes(describe(losing()), theme))) as archive:
        assert b'<invertIfNegative val="0" />' in archive.read("xl/charts/chart2.xml")
