"""Charts as two LibreOffices and Gnumeric draw them: bars and lines stand where the numbers are.

A picture is measured, not compared pixel by pixel: where a colour begins and ends, set against the
numbers it stands for, must lie on one straight scale. Bars on the wrong side of zero, bars that are
gone and exchanged axes do not.
"""

import os
import shutil
import subprocess

import numpy as np
import pytest

from shorewise.engine import Scenario
from shorewise.workbook import Theme, describe, workbook_bytes
from shorewise.workbook.layout.sheet import Book, Sheet
from shorewise.workbook.rendering.native_charts import tint
from tests.support.sample_scenarios import small_data
from tests.support.spreadsheet_engines import all_converted

INSTALLED, CURRENT = "soffice", os.environ.get("SHOREWISE_SOFFICE_CURRENT", "")
REQUIRED = bool(os.environ.get("SHOREWISE_TEST_ALL"))
ENGINES = [
    pytest.param(
        INSTALLED,
        id="installed",
        marks=pytest.mark.skipif(
            not shutil.which(INSTALLED) and not REQUIRED,
            reason="LibreOffice is not installed; .ci/run installs it",
        ),
    ),
    pytest.param(
        CURRENT,
        id="current",
        marks=pytest.mark.skipif(
            not CURRENT and not REQUIRED,
            reason="SHOREWISE_SOFFICE_CURRENT is not set to what .ci/libreoffice-current prints",
        ),
    ),
]
GNUMERIC = pytest.param(
    "ssconvert",
    id="gnumeric",
    marks=pytest.mark.skipif(
        not shutil.which("ssconvert") and not REQUIRED,
        reason="Gnumeric is not installed; .ci/run installs it",
    ),
)
RESOLUTION = 100  # dots per inch
SLACK = 4  # pixels: edges are smoothed, and lines have a width
DARK, _ORANGE, *_ = Theme.default().series
LOSS = tint(_ORANGE)
_PICTURES = {}  # what each engine drew, once for all tests


def losing():
    """A plan that loses: its salary is 400,000."""
    data = small_data()
    data["sites"][1]["salary"] = 400_000.0
    return Scenario.from_dict(data, "losing")


SCENARIOS = {"default": Scenario.default, "losing": losing}
KINDS = ("curve", "waterfall", "stack", "line", "tornado")
BARS = ("waterfall", "tornado")  # with areas in the light tint


def with_pictures(scenario):
    """A book with a sheet for each kind of chart, then the cells that they draw, as values."""
    book = describe(scenario)
    charts = {chart.kind: chart for sheet in book.sheets for chart in sheet.charts}
    charts = {kind: charts[kind]._replace(anchor="A1") for kind in KINDS}
    pages = [Sheet(f"Page {n}", "output", charts=[c]) for n, c in enumerate(charts.values(), 1)]
    read = {sheet for chart in charts.values() for sheet in sheets_of(chart)}
    cells = [Sheet(s.title, s.colour, plain(s.cells)) for s in book.sheets if s.title in read]
    return Book(book.title, [*pages, *cells], {}), charts


def sheets_of(chart):
    """Titles of the sheets whose cells a chart draws."""
    addresses = [chart.category_cells, chart.title_cell]
    for series in chart.series:
        addresses += [series.name_cell, series.value_cells, series.x_cells]
    return {address.split("!")[0] for address in addresses if address}


def plain(cells):
    """The cells with values in place of formulas and data tables."""
    return {
        where: cell._replace(content=getattr(cell.content, "value", cell.content), link="")
        for where, cell in cells.items()
    }


def drawn(soffice, folder):
    """Each chart and its picture, an array of pixels, by scenario and kind."""
    if soffice not in _PICTURES:
        books = {name: with_pictures(make()) for name, make in SCENARIOS.items()}
        for name, (book, _) in books.items():
            (folder / f"{name}.xlsx").write_bytes(workbook_bytes(book))
        pages = f'pdf:calc_pdf_Export:{{"PageRange":{{"type":"string","value":"1-{len(KINDS)}"}}}}'
        paths = [folder / f"{name}.xlsx" for name in books]
        made = by_gnumeric(paths) if soffice == "ssconvert" else None
        made = made or all_converted(paths, pages, soffice=soffice)
        _PICTURES[soffice] = {
            (name, kind): (charts[kind], pixels(path, page))
            for (name, (_, charts)), path in zip(books.items(), made, strict=True)
            for page, kind in enumerate(KINDS, 1)
        }
    return _PICTURES[soffice]


def by_gnumeric(paths):
    """Workbooks as Gnumeric prints them."""
    made = [path.with_suffix(".pdf") for path in paths]
    for path, pdf in zip(paths, made, strict=True):
        command = ["ssconvert", str(path), str(pdf)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
    return made


def pixels(pdf, page):
    """A page as an array, shape (row, column, 3)."""
    command = ["pdftoppm", "-r", str(RESOLUTION), "-f", str(page), "-l", str(page), "-singlefile"]
    image = subprocess.run([*command, str(pdf)], check=True, capture_output=True).stdout
    kind, width, height, _, data = image.split(maxsplit=4) if image[2:3] == b"\n" else [b""] * 5
    assert kind == b"P6"
    return np.frombuffer(data, np.uint8).reshape(int(height), int(width), 3)


def near(picture, colour, tolerance=12):
    """Where a picture has a colour, give or take; the ink of texts is further away than that."""
    wanted = [int(colour[i : i + 2], 16) for i in (0, 2, 4)]
    return (np.abs(picture.astype(int) - wanted) <= tolerance).all(axis=2)


def bounds(flags):
    """First and last position that is set, the latter exclusive."""
    found = np.flatnonzero(flags)
    return (found[0], found[-1] + 1) if found.size else None


def runs(flags):
    """Bounds of each run of what is set."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def orange(picture):
    """Where a picture has the theme's second colour, also blended with white as in hatches."""
    red, green, blue = np.moveaxis(picture.astype(int), 2, 0)
    share = (red - green) / np.maximum(red - blue, 1)  # 0.6 in C75B12 and all its blends
    return (red - blue > 40) & (share > 0.45) & (share < 0.8)


def blue(picture):
    """Where a picture has the theme's third colour, also blended with white as in hatches."""
    red, green, blue = np.moveaxis(picture.astype(int), 2, 0)
    share = (blue - green) / np.maximum(blue - red, 1)  # 0.27 in 2A7F9E and all its blends
    return (blue - red > 30) & (share > 0.15) & (share < 0.4)


def assert_one_scale(numbers, positions, *, upwards=False):
    """Positions in a picture are a straight line of the numbers they stand for."""
    slope, start = np.polyfit(numbers, positions, 1)
    assert (slope < 0) == upwards  # rows are counted from the top
    np.testing.assert_allclose(start + slope * np.array(numbers), positions, atol=SLACK)
    assert abs(slope) * np.ptp(numbers) > 60  # pixels: a scale, and not a heap of points


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("soffice", ENGINES)
@pytest.mark.parametrize("name", SCENARIOS)
def test_every_bar_of_the_waterfall_is_drawn_at_its_value(name, soffice, tmp_path):
    chart, picture = drawn(soffice, tmp_path)[name, "waterfall"]
    base, total, *sides = (np.array(series.values) for series in chart.series)
    gained, gained_below, lost, lost_below = sides
    above, below = gained + lost, gained_below + lost_below
    picture = without_legend(picture)
    first, *_, last = columns = [run for run in runs(near(picture, DARK).any(0)) if wide(run)]
    assert len(columns) == 3  # the headline saving, that of steady state, and that after risk
    gains, losses = blue(picture), near(picture, LOSS)
    pitch = (np.mean(last) - np.mean(first)) / (len(base) - 1)
    numbers, positions = [], []
    for column, saving in zip(columns, total[np.flatnonzero(total)], strict=True):
        top, bottom = bounds(near(picture, DARK)[:, slice(*column)].any(1))
        numbers += [0.0, saving]
        positions += [bottom, top] if saving > 0 else [top, bottom]
    for n, (start, up, down) in enumerate(zip(base, above, below, strict=True)):
        if abs(up + down) < 0.05 * np.abs(base + above + below + total).max():
            continue  # too thin to be measured
        assert up * down == 0, "a bar that crosses zero has two parts"
        middle = np.mean(first) + n * pitch
        drawn_as = gains if gained[n] + abs(gained_below[n]) else losses
        steps = [run for run in runs(drawn_as.any(0)) if wide(run)]
        [column] = [run for run in steps if run[0] < middle < run[1]]
        top, bottom = bounds(drawn_as[:, slice(*column)].any(1))
        numbers += [max(start, start + up + down), min(start, start + up + down)]
        positions += [top, bottom]
    assert len(numbers) >= 6 + 2 * 4
    assert_one_scale(numbers, positions, upwards=True)


def wide(run):
    """Whether a run is a bar, and no edge of a line or letter."""
    return run[1] - run[0] > 10


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("soffice", ENGINES)
@pytest.mark.parametrize("name", SCENARIOS)
def test_every_bar_of_the_tornado_is_on_the_correct_side_of_zero(name, soffice, tmp_path):
    chart, picture = drawn(soffice, tmp_path)[name, "tornado"]
    low, high = (series.values[:5] for series in chart.series)
    assert min(map(abs, (*low, *high))) > 0.02 * max(map(abs, (*low, *high)))
    assert min((*low, *high)) < 0 < max((*low, *high))
    numbers, positions = [], []
    for band, *ends in zip(runs(near(picture, DARK).any(1)), low, high, strict=False):
        for mask, end in zip((near(picture, DARK), orange(picture)), ends, strict=True):
            numbers += [min(0, end), max(0, end)]
            positions += bounds(mask[slice(*band)].any(0))
    assert len(numbers) == 4 * 5
    assert_one_scale(numbers, positions)


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("soffice", ENGINES)
@pytest.mark.parametrize("name", SCENARIOS)
def test_the_cost_columns_start_at_zero(name, soffice, tmp_path):
    chart, picture = drawn(soffice, tmp_path)[name, "stack"]
    costs = chart.series[0].values
    columns = [run for run in runs(near(picture, DARK).any(0)) if wide(run)]
    assert len(columns) == len(costs)
    numbers, positions = [], []
    for cost, column in zip(costs, columns, strict=True):
        top, bottom = bounds(near(picture, DARK)[:, slice(*column)].any(1))
        numbers += [cost, 0.0]
        positions += [top, bottom]
    assert_one_scale(numbers, positions, upwards=True)


@pytest.mark.soak(keep=2)
@pytest.mark.parametrize("soffice", [*ENGINES, GNUMERIC])
@pytest.mark.parametrize("kind", ["curve", "line"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_months_run_to_the_right_and_figures_upwards(name, kind, soffice, tmp_path):
    chart, picture = drawn(soffice, tmp_path)[name, kind]
    mask = above_the_legend(orange(picture))
    left, right = bounds(mask.any(0))
    months, values = np.arange(len(chart.categories)), chart.series[1].values
    columns = np.flatnonzero(mask.any(0))
    at = (columns + 0.5 - left) / (right - left) * months[-1]
    rows = [np.flatnonzero(mask[:, column]).mean() for column in columns]
    # Ends of a line are rounded, and Gnumeric's first dash of a steep one is cut off.
    ends = 0.1 if (soffice, kind) == ("ssconvert", "curve") else 0.05
    inner = (at > ends * months[-1]) & (at < (1 - ends) * months[-1])
    assert inner.sum() > 100
    assert_one_scale(np.interp(at[inner], months, values), np.array(rows)[inner], upwards=True)


def above_the_legend(mask):
    """What stands first from the top, up to the gap before the legend."""
    found = np.flatnonzero(mask.any(1))
    gap = np.flatnonzero(np.diff(found) > 15)
    kept = mask.copy()
    kept[found[gap[0]] + 1 if gap.size else None :] = False
    return kept


def without_legend(picture):
    """A waterfall down to the end of its totals, below which no step reaches."""
    return picture[: bounds(above_the_legend(near(picture, DARK)).any(1))[1]]


@pytest.mark.skipif(
    not (CURRENT and shutil.which(INSTALLED)) and not REQUIRED,
    reason="both LibreOffices are needed: see .ci/libreoffice-current",
)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "stack"])  # all in its legend
@pytest.mark.parametrize("name", SCENARIOS)
def test_both_libreoffices_draw_a_chart_alike(name, kind, tmp_path):
    one, other = (drawn(soffice, tmp_path)[name, kind][1] for soffice in (INSTALLED, CURRENT))
    assert one.shape == other.shape
    colours = [lambda p: near(p, DARK), orange]
    least = [1, 1, 6]  # pixels: of a bar as thin as its edges, one of them shows no tint
    if kind in BARS:  # of a line, only the smoothed edges have the light tint, here and there
        colours.append(lambda p: near(p, LOSS))
    for colour, pixels_needed in zip(colours, least, strict=False):
        masks = colour(one), colour(other)
        assert masks[0].sum() == pytest.approx(masks[1].sum(), rel=0.2, abs=100)
        for axis in (0, 1):
            edges = [bounds(mask.sum(axis) >= pixels_needed) or (0, 0) for mask in masks]
            # Pixels, of 1,170 by 827: letters, and so legends and plots, differ a little in width.
            np.testing.assert_allclose(*edges, atol=30)
