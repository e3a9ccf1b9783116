"""Calls are marked as dynamic arrays, nothing else is, and every reader still reads the file."""

import functools
import io
import zipfile
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from shorewise.engine.calculators.catalogue import PREFIX
from shorewise.workbook import Book, Formula, Sheet, describe, read, workbook_bytes
from tests.support.sample_scenarios import small_scenario

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DYNAMIC = "{http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray}"
SCENARIO = small_scenario()


@functools.cache
def book():
    """The described book."""
    return describe(SCENARIO)


@functools.cache
def data():
    """Its package."""
    return workbook_bytes(book())


def called():
    """Formulas that call a function of the workbook, by cell."""
    return {cell: f for cell, f in book().formulas().items() if f.text.startswith(PREFIX)}


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def marked():
    """Cells with the mark, by sheet and address."""
    for number, sheet in enumerate(book().sheets, 1):
        root = ElementTree.fromstring(parts(data())[f"xl/worksheets/sheet{number}.xml"])
        yield from (
            ((sheet.title, cell.get("r")), cell)
            for cell in root.iter(f"{MAIN}c")
            if cell.get("cm") or cell.find(f"{MAIN}f[@t='array']") is not None
        )


def test_only_calls_are_marked_as_dynamic_arrays():
    cells = {place: cell for place, cell in marked() if place[0] != "Sensitivity"}  # data tables
    assert cells.keys() == called().keys()
    for (_, address), cell in cells.items():
        formula = cell.find(f"{MAIN}f")
        assert cell.get("cm") == "1"
        assert (formula.get("t"), formula.get("ref")) == ("array", address)


def test_the_mark_refers_to_dynamic_array_properties():
    metadata = ElementTree.fromstring(parts(data())["xl/metadata.xml"])
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
def test_the_metadata_part_is_declared_once(part, attribute, target):
    entries = list(ElementTree.fromstring(parts(data())[part]))
    assert [e.get(attribute) for e in entries].count(target) == 1
    assert len({e.get("Id") for e in entries if e.get("Id")}) in (0, len(entries))


def test_a_package_without_calls_is_not_changed():
    sheet = Sheet("Any", "output")
    sheet.put(1, 1, Formula("OTHER_CALL(1)", 1), "result")
    found = parts(workbook_bytes(Book("any", [sheet], {})))
    assert "xl/metadata.xml" not in found
    assert b"<f>OTHER_CALL(1)</f>" in found["xl/worksheets/sheet1.xml"]


def test_openpyxl_reads_the_calls_with_their_values():
    live = load_workbook(io.BytesIO(data()))
    cached = load_workbook(io.BytesIO(data()), data_only=True)
    for (sheet, address), formula in called().items():
        content = live[sheet][address].value
        assert isinstance(content, ArrayFormula)
        assert content.text == "=" + formula.text
        assert cached[sheet][address].value == formula.value


def test_the_scenario_can_be_read_back_from_a_workbook_with_functions(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(data())
    assert read(path) == SCENARIO


def test_each_function_has_a_comment_in_the_name_manager():
    names = load_workbook(io.BytesIO(data())).defined_names
    said = {name: defined.comment for name, defined in names.items() if name.startswith(PREFIX)}
    assert said == book().comments
