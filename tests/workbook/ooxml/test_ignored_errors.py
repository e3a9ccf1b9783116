"""No cell of a workbook gets a green triangle in Excel for being as it should be."""

import functools
import io
import re
import zipfile
from xml.etree import ElementTree

import pandas as pd
import pytest
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from shorewise.engine import Scenario
from shorewise.udfs.functions_workbook import functions_book
from shorewise.udfs.hosts import excel_files
from shorewise.workbook import workbook_bytes
from shorewise.workbook.bulk import bulk
from tests.support.sample_scenarios import small_data, small_scenario
from tests.support.written_workbooks import written

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RANGE = re.compile(r"(?<![!\w$])\$?[A-Z]{1,3}\$?\d+:\$?[A-Z]{1,3}\$?\d+")


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory):
    data = small_data()
    data["plans"][1]["name"] = "2027"
    base = Scenario.from_dict(data, "base")
    folder = tmp_path_factory.mktemp("run") / "out"
    table = pd.DataFrame({"scenario": ["1", "2", "3"], "plan.2027.heads.Mid": [1, 30, 4]})
    bulk(table, folder, base)
    return {
        "default": written(Scenario.default()),
        "plan called 2027": written(base),
        "functions": workbook_bytes(functions_book()),
        "macros": excel_files()["shore_functions.xlsm"],
        "portfolio": (folder / "portfolio.xlsx").read_bytes(),
        "bulk": next(folder.rglob("2.xlsx")).read_bytes(),
    }


@functools.cache
def sheets(data):
    """Each sheet, and the positions of its cells by the kind of error that is ignored there."""
    found = []
    book = load_workbook(io.BytesIO(data))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for number, sheet in enumerate(book.worksheets, 1):
            root = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
            ignored = {"formulaRange": set(), "numberStoredAsText": set()}
            for error in root.iter(f"{MAIN}ignoredError"):
                for kind, cells in ignored.items():
                    if error.get(kind) == "1":
                        cells |= set(places(error.get("sqref")))
            found.append((sheet, ignored))
    return found


def places(areas):
    for area in areas.split():
        left, top, right, bottom = range_boundaries(area)
        for row in range(top, bottom + 1):
            yield from ((row, column) for column in range(left, right + 1))


def text_of(cell):
    """A formula's text; "" of a data table."""
    text = getattr(cell.value, "text", cell.value)
    return text if isinstance(text, str) else ""


def is_number(text):
    """Whether Excel would take a text for a number, if it were typed."""
    try:
        float(text.strip().rstrip("%").replace(",", ""))
    except ValueError:
        return False
    return True


def leaves_out(sheet, area):
    """Whether a number or formula stands right beside a range."""
    left, top, right, bottom = range_boundaries(area.replace("$", ""))
    for row in range(max(top - 1, 1), bottom + 2):
        for column in range(max(left - 1, 1), right + 2):
            inside = top <= row <= bottom and left <= column <= right
            corner = not (top <= row <= bottom) and not (left <= column <= right)
            cell = sheet.cell(row, column)
            number = cell.data_type in ("n", "f") and cell.value is not None
            if number and not inside and not corner:
                return True
    return False


@pytest.mark.soak
def test_warnings_about_formulas_that_omit_adjacent_cells_are_ignored(workbooks):
    counted = {}
    for name, data in workbooks.items():
        for sheet, ignored in sheets(data):
            found = {
                (cell.row, cell.column)
                for row in sheet.iter_rows()
                for cell in row
                if cell.data_type == "f" and text_of(cell)
                if any(leaves_out(sheet, area) for area in RANGE.findall(text_of(cell)))
            }
            assert found <= ignored["formulaRange"], (name, sheet.title)
            counted[name, sheet.title] = len(found)
    assert counted["default", "Timeline"] >= 972  # as counted in Excel's rule from outside


@pytest.mark.soak
def test_warnings_about_numbers_stored_as_text_are_ignored(workbooks):
    for name, data in workbooks.items():
        for sheet, ignored in sheets(data):
            found = {
                (cell.row, cell.column)
                for row in sheet.iter_rows()
                for cell in row
                if cell.data_type == "s" and is_number(cell.value)
            }
            assert found <= ignored["numberStoredAsText"], (name, sheet.title)


def test_numbers_of_the_product_are_written_as_numbers():
    about = load_workbook(io.BytesIO(written(small_scenario())))["About"]
    labels = [cell.value for cell in about["A"]]
    first = labels.index("How to read it") + 1
    assert labels[first : first + 8] == list(range(1, 9))
    book = load_workbook(io.BytesIO(workbook_bytes(functions_book())))
    cells = [cell for row in book["Reference"].iter_rows() for cell in row]
    assert not [c.coordinate for c in cells if c.data_type == "s" and is_number(c.value)]
    assert sum(c.data_type == "n" and c.value is not None for c in cells) >= 181


@pytest.mark.soak
def test_ignored_errors_are_in_the_position_that_the_file_format_requires(workbooks):
    before = {"drawing", "legacyDrawing", "tableParts", "extLst"}
    for data in workbooks.values():
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for part in archive.namelist():
                if part.startswith("xl/worksheets/sheet"):
                    root = ElementTree.fromstring(archive.read(part))
                    names = [child.tag.removeprefix(MAIN) for child in root]
                    assert names.count("ignoredErrors") <= 1
                    if "ignoredErrors" in names:
                        after = names[names.index("ignoredErrors") + 1 :]
                        assert set(after) <= before


def test_no_range_of_any_sheet_contains_a_dollar_sign(workbooks):
    for name, data in workbooks.items():
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for part in archive.namelist():
                if part.startswith("xl/worksheets/sheet"):
                    ranges = re.findall(rb'\b(?:sq)?ref="([^"]*)"', archive.read(part))
                    assert ranges, (name, part)
                    assert not [area for area in ranges if b"$" in area], (name, part)


def test_the_core_properties_name_only_the_product(workbooks):
    for name, data in workbooks.items():
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            root = ElementTree.fromstring(archive.read("docProps/core.xml"))
        found = {child.tag.rpartition("}")[2]: child.text for child in root}
        assert found.pop("title"), name
        assert found == {
            "creator": "Shorewise",
            "created": "2000-01-01T00:00:00Z",
            "modified": "2000-01-01T00:00:00Z",
        }, name


def test_a_workbook_asks_to_be_recalculated_only_if_a_value_is_missing(workbooks):
    for name, data in workbooks.items():
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            root = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        found = dict(root.find(f"{MAIN}calcPr").items())
        assert int(found.pop("calcId")) >= 191029, name
        assert found == ({"fullCalcOnLoad": "1"} if name == "functions" else {}), name
