"""Calls are marked as dynamic arrays, nothing else is, and every reader still reads the file."""

import io
import re
import zipfile
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from shorewise.engine.calculators.catalogue import PREFIX
from shorewise.workbook import describe, read, workbook_bytes
from shorewise.workbook.ooxml.dynamic_arrays import mark_calls
from shorewise.workbook.rendering.render import package
from tests.support.sample_scenarios import small_scenario

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DYNAMIC = "{http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray}"
SCENARIO = small_scenario()
BOOK = describe(SCENARIO)
DATA = workbook_bytes(BOOK)
CALLS = {cell: f for cell, f in BOOK.formulas().items() if f.text.startswith(PREFIX)}


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def marked():
    """Cells with the mark, by sheet and address."""
    for number, sheet in enumerate(BOOK.sheets, 1):
        root = ElementTree.fromstring(parts(DATA)[f"xl/worksheets/sheet{number}.xml"])
        yield from (
            ((sheet.title, cell.get("r")), cell)
            for cell in root.iter(f"{MAIN}c")
            if cell.get("cm") or cell.find(f"{MAIN}f[@t='array']") is not None
        )


def test_calls_and_no_other_cells_are_marked_as_dynamic_arrays():
    cells = {place: cell for place, cell in marked() if place[0] != "Sensitivity"}  # data tables
    assert cells.keys() == CALLS.keys()
    for (_, address), cell in cells.items():
        formula = cell.find(f"{MAIN}f")
        assert cell.get("cm") == "1"
        assert (formula.get("t"), formula.get("ref")) == ("array", address)


def test_the_mark_leads_to_dynamic_array_properties():
    metadata = ElementTree.fromstring(parts(DATA)["xl/metadata.xml"])
    record = metadata.find(f"{MAIN}cellMetadata/{MAIN}bk/{MAIN}rc")
    kinds = [kind.get("name") for kind in metadata.iter(f"{MAIN}metadataType")]
    future = metadata.find(f"{MAIN}futureMetadata")
    assert kinds[int(record.get("t")) - 1] == future.get("name") == "XLDAPR"
    [properties] = future.iter(f"{DYNAMIC}dynamicArrayProperties")
    assert properties.get("fDynamic") == "1"


@pytest.mark.parametrize(
    ("part", "attribute", "target"),
    [
        ("[Content_Types].xml", "PartName", "/xl/metadata.xml"),
        ("xl/_rels/workbook.xml.rels", "Target", "/xl/metadata.xml"),
    ],
)
def test_the_part_is_declared_once(part, attribute, target):
    entries = list(ElementTree.fromstring(parts(DATA)[part]))
    assert [e.get(attribute) for e in entries].count(target) == 1
    assert len({e.get("Id") for e in entries if e.get("Id")}) in (0, len(entries))


def test_a_package_without_calls_is_left_as_it_is():
    before = {
        name: re.sub(rb"<f>SHORE_", b"<f>OTHER_", content)
        for name, content in parts(package(BOOK)).items()
    }
    after = dict(before)
    mark_calls(after)
    assert after == before


def test_openpyxl_reads_the_calls_with_their_values():
    live = load_workbook(io.BytesIO(DATA))
    cached = load_workbook(io.BytesIO(DATA), data_only=True)
    for (sheet, address), formula in CALLS.items():
        content = live[sheet][address].value
        assert isinstance(content, ArrayFormula)
        assert content.text == "=" + formula.text
        assert cached[sheet][address].value == formula.value


def test_the_scenario_is_read_back_beside_the_functions(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(DATA)
    assert read(path) == SCENARIO


def test_each_function_says_what_it_does_where_excel_shows_names():
    names = load_workbook(io.BytesIO(DATA)).defined_names
    said = {name: defined.comment for name, defined in names.items() if name.startswith(PREFIX)}
    assert said == BOOK.comments
