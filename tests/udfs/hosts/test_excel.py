"""The workbook with macros and the wrappers, as far as they can be looked at without Excel."""

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xlwings
from openpyxl import load_workbook

from shorewise.udfs.functions import FUNCTIONS
from shorewise.udfs.hosts import excel_files
from shorewise.udfs.hosts.intellisense import intellisense
from shorewise.udfs.reference_page import formula
from tests.support import ooxml_validators
from tests.support.ooxml_validators import NO_AUDIT, NO_SDK
from tests.support.paths import SUPPORT

BOOK, WRAPPERS = "shore_functions.xlsm", "xlwings_udfs.bas"


@pytest.fixture(scope="module")
def files():
    return excel_files()


@pytest.fixture(scope="module")
def live(files):
    return load_workbook(io.BytesIO(files[BOOK]))


@pytest.fixture(scope="module")
def stamped(files):
    return load_workbook(io.BytesIO(files[BOOK]), data_only=True)["Functions"]


def formulas(sheet):
    """Text of every formula by its address, array formulas included."""
    cells = (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f")
    return {cell.coordinate: getattr(cell.value, "text", cell.value) for cell in cells}


def test_the_macros_of_xlwings_are_kept_byte_for_byte(files):
    theirs = Path(xlwings.__file__).with_name("quickstart_standalone.xlsm")
    found = []
    for package in (io.BytesIO(files[BOOK]), theirs):
        with zipfile.ZipFile(package) as archive:
            found.append(archive.read("xl/vbaProject.bin"))
    assert found[0] == found[1]


def test_the_settings_sheet_is_active_and_starts_in_its_first_cell(live):
    rows = live["xlwings.conf"].iter_rows(max_col=2, values_only=True)
    found = {name: value for name, value in rows if value is not None}
    assert found["UDF Modules"] == "shorewise.udfs"
    assert found["Interpreter_Win"] == "python"
    assert found["ADD_WORKBOOK_TO_PYTHONPATH"] is False
    assert live["xlwings.conf"]["A1"].value == "Interpreter_Win"
    assert None not in [live["xlwings.conf"].cell(row, 1).value for row in range(1, 11)]


def test_a_python_interpreter_can_be_named():
    book = load_workbook(io.BytesIO(excel_files(r"C:\own\python.exe")[BOOK]))
    assert book["xlwings.conf"]["B1"].value == r"C:\own\python.exe"


def test_every_function_is_called_with_its_example(live):
    called = [text for text in formulas(live["Functions"]).values() if text.startswith("=SHORE_")]
    assert sorted(called) == sorted(formula(one) for one in FUNCTIONS)


def test_every_call_has_a_cached_value(live, stamped):
    assert stamped["A3"].value == f"Agreeing: {len(FUNCTIONS)} of {len(FUNCTIONS)}"
    sheet, compared = live["Functions"], 0
    for row in range(6, sheet.max_row + 1):
        call = sheet.cell(row, 4)
        if call.data_type != "f":
            continue
        area = sheet[call.value.ref] if hasattr(call.value, "ref") else call
        height = len(area) if isinstance(area, tuple) else 1
        width = len(area[0]) if isinstance(area, tuple) else 1
        for down in range(height):
            for right in range(width):
                shown = stamped.cell(row + down, 4 + right).value
                assert shown == stamped.cell(row + down, 5 + width + right).value
                compared += 1
        assert stamped.cell(row, 2).value is True
    assert compared > 300


def test_formulas_shown_as_text_are_not_formulas(live):
    column = [cell for (cell,) in live["Functions"].iter_rows(min_col=3, max_col=3, min_row=6)]
    assert {cell.data_type for cell in column if cell.value is not None} == {"s"}


def test_the_vba_wrappers_are_those_that_xlwings_writes(files):
    run = subprocess.run(
        [sys.executable, str(SUPPORT / "com_wrappers.py")],
        env={name: value for name, value in os.environ.items() if name != "XLWINGS_ON_SERVER"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    ours = files[WRAPPERS].decode("ascii").replace("\r\n", "\n")
    _, _, wrappers = ours.partition("Adjust when using outside of Excel\n\n")
    assert lines(wrappers) == lines(run.stdout)


def lines(text):
    """Lines that say something, without their indent."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def test_the_vba_wrappers_have_windows_line_ends_and_no_line_too_long_for_the_editor(files):
    text = files[WRAPPERS]
    assert text.count(b"\n") == text.count(b"\r\n")
    assert max(map(len, text.split(b"\r\n"))) <= 1_023


def test_the_help_while_typing_names_every_function_with_its_arguments(files):
    # The structure that Excel-DNA's documentation shows: attributes, in one namespace.
    space = "{http://schemas.excel-dna.net/intellisense/1.0}"
    root = ElementTree.fromstring(files["shore_functions.intellisense.xml"])
    (info,) = root
    assert (root.tag, info.tag) == (f"{space}IntelliSense", f"{space}FunctionInfo")
    assert {one.tag for one in info} == {f"{space}Function"}
    assert {argument.tag for one in info for argument in one} == {f"{space}Argument"}
    assert [dict(one.attrib) for one in info] == [
        {"Name": one.name, "Description": one.does} for one in FUNCTIONS
    ]
    assert [[(a.get("Name"), a.get("Description")) for a in one] for one in info] == [
        [(f"[{p.name}]" if p.optional else p.name, p.help) for p in one.parameters]
        for one in FUNCTIONS
    ]


def test_the_help_while_typing_opens_the_page_of_functions_where_it_has_an_address(monkeypatch):
    monkeypatch.setenv("SHOREWISE_FUNCTIONS_PAGE", "https://example.com/a?b=1&c=2")
    topics = [one.get("HelpTopic") for one in ElementTree.fromstring(intellisense()).iter()]
    assert [one for one in topics if one] == [
        f"https://example.com/a?b=1&c=2#{one.name.lower()}" for one in FUNCTIONS
    ]


def test_the_workbook_has_the_help_while_typing_as_a_custom_xml_part(files):
    with zipfile.ZipFile(io.BytesIO(files[BOOK])) as archive:
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        custom = [one.get("Target") for one in relations if one.get("Type").endswith("/customXml")]
        assert custom == ["../customXml/item1.xml"]
        assert archive.read("customXml/item1.xml") == files["shore_functions.intellisense.xml"]
        properties = ElementTree.fromstring(archive.read("customXml/itemProps1.xml"))
        (schemas,) = properties
        uris = [value for one in schemas for value in one.attrib.values()]
    assert uris == ["http://schemas.excel-dna.net/intellisense/1.0"]


@pytest.mark.skipif(bool(NO_SDK), reason=NO_SDK)
def test_the_open_xml_sdk_finds_no_error(files, tmp_path):
    (tmp_path / BOOK).write_bytes(files[BOOK])
    assert ooxml_validators.by_open_xml_sdk(tmp_path / BOOK) == []


@pytest.mark.skipif(bool(NO_AUDIT), reason=NO_AUDIT)
def test_openxml_audit_finds_nothing_wrong(files, tmp_path):
    (tmp_path / BOOK).write_bytes(files[BOOK])
    assert ooxml_validators.by_openxml_audit(tmp_path / BOOK) == []
