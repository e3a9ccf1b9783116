"""Charts as two LibreOffices draw them: each bar and line stands where the engine's numbers are.

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
from shorewise.workbook.charts import _tint
from shorewise.workbook.sheet import Sheet
from tests.parity.oracles import all_converted
from tests.scenarios import small_data

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
            reason="SHOREWISE_SOFFICE_CURRENT is not set: the path that .ci/libreoffice-current prints",
        ),
    ),
]
RESOLUTION = 100  # dots per inch
SLACK = 2.5  # pixels: edges are smoothed, and lines have a width
DARK, LIGHT = Theme.default().series[0], _tint(Theme.default().series[1])
_PICTURES = {}  # what each engine drew, once for all tests


def losing():
    """A plan that loses: its salary is 400,000."""
    data = small_data()
    data["sites"][1]["salary"] = 400_000.0
    return Scenario.from_dict(data, "losing")


SCENARIOS = {"default": Scenario.default, "losing": losing}
KINDS = ("curve", "waterfall", "stack", "line", "tornado")


def with_pictures(scenario):
    """The scenario's book with one sheet before the others for each kind of chart, and the charts."""
    book = describe(scenario)
    charts = {chart.kind: chart for sheet in book.sheets for chart in sheet.charts}
    charts = {kind: charts[kind]._replace(anchor="A1") for kind in KINDS}
    for sheet in book.sheets:
        sheet.charts.clear()
    pages = [Sheet(f"Page {n}", "output", charts=[c]) for n, c in enumerate(charts.values(), 1)]
    book.sheets[:0] = pages
    return book, charts


def drawn(soffice, folder):
    """Each chart and its picture, an array of pixels, by scenario and kind."""
    if soffice not in _PICTURES:
        books = {name: with_pictures(make()) for name, make in SCENARIOS.items()}
        for name, (book, _) in books.items():
            (folder / f"{name}.xlsx").write_bytes(workbook_bytes(book))
        pages = f'pdf:calc_pdf_Export:{{"PageRange":{{"type":"string","value":"1-{len(KINDS)}"}}}}'
        paths = [folder / f"{name}.xlsx" for name in books]
        made = all_converted(paths, pages, soffice=soffice)
        _PICTURES[soffice] = {
            (name, kind): (charts[kind], pixels(path, page))
            for (name, (_, charts)), path in zip(books.items(), made, strict=True)
            for page, kind in enumerate(KINDS, 1)
        }
    return _PICTURES[soffice]


def pixels(pdf, page):
    """A page as an array, shape (row, column, 3)."""
    command = ["pdftoppm", "-r", str(RESOLUTION), "-f", str(page), "-l", str(page), "-singlefile"]
    image = subprocess.run([*command, str(pdf)], check=True, capture_output=True).stdout
    kind, width, height, _, data = image.split(maxsplit=4) if image[2:3] == b"\n" else [b""] * 5
    assert kind == b"P6"
    return np.frombuffer(data, np.uint8).reshape(int(height), int(width), 3)


def near(picture, colour, tolerance=40):
    """Where a picture has a colour, give or take."""
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
