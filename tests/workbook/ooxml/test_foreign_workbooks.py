"""Workbooks as other programs write them are opened; what is no workbook is called what it is."""

import io
import os
import struct
import warnings
import zipfile

import pytest
from click.testing import CliRunner
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

from shorewise.cli import main
from shorewise.workbook import WorkbookError
from shorewise.workbook.bulk.row_sources import frames
from shorewise.workbook.lint import lint
from shorewise.workbook.ooxml.load import load, opened
from tests.support.hostile_packages import (
    BOOK,
    MAIN,
    OFFICE,
    RELATIONS,
    SHEET,
    STYLES,
    TEXTS,
    package,
    relations,
    sheet,
    styles,
)

# A column of two numbers, their sum, and a text of the shared list.
ROWS = (
    b'<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" s="1"><v>10</v></c></row>'
    b'<row r="3"><c r="A3"><v>20</v></c></row>'
    b'<row r="4"><c r="A4"><f>SUM(A2:A3)</f><v>30</v></c></row>'
)
ONE_TEXT = b'<sst xmlns="%s"><si><t>team_size</t></si></sst>' % MAIN
USUAL = {SHEET: sheet(ROWS), TEXTS: ONE_TEXT}
STRICT = {
    MAIN: b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    OFFICE: b"http://purl.oclc.org/ooxml/officeDocument/relationships",
}


ELSEWHERE = relations((b"worksheet", b'http://example.com/sheet1.xml" TargetMode="External'))


def usual(**parts):
    return package(**(USUAL | parts))


def renamed(data, rename, change=lambda content: content):
    """The package with other names of parts, and other contents."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(rename(name), change(old.read(name)))
    return buffer.getvalue()


def strict(content):
    for known, other in STRICT.items():
        content = content.replace(known, other)
    return content


def moved(data):
    """The workbook's part and its sheet in other places, with absolute links."""
    names = {
        BOOK: "book/workbook2.xml",
        "xl/_rels/workbook.xml.rels": "book/_rels/workbook2.xml.rels",
        SHEET: "cells/s.bin",
    }
    return renamed(
        data,
        lambda name: names.get(name, name),
        lambda content: (
            content.replace(b'"xl/workbook.xml"', b'"/book/workbook2.xml"')
            .replace(b'"worksheets/sheet1.xml"', b'"/cells/s.bin"')
            .replace(b"/xl/workbook.xml", b"/book/workbook2.xml")
            .replace(b"/xl/worksheets/sheet1.xml", b"/cells/s.bin")
            .replace(b'"styles.xml"', b'"../xl/styles.xml"')
            .replace(b'"sharedStrings.xml"', b'"../XL/SharedStrings.XML"')
        ),
    )


def prefixed(content):
    if b"<worksheet" not in content:
        return content
    for tag in (b"worksheet", b"sheetData", b"row", b"c", b"v", b"f"):
        for end in (b">", b" "):
            content = content.replace(b"<" + tag + end, b"<x:" + tag + end)
        content = content.replace(b"</" + tag + b">", b"</x:" + tag + b">")
    return content.replace(b"xmlns=", b"xmlns:x=")


ODD_STYLES = (
    b'<fonts><font><family val="99"/><sz val="big"/><color rgb="red"/></font></fonts>'
    b'<fills><fill/><fill><patternFill patternType="odd"/></fill></fills>'
    b'<borders><border odd="1"><left style="odd"/></border></borders>'
    b'<cellXfs odd="1"><xf fontId="0" fillId="0"/><xf fillId="1" fontId="7" numFmtId="x" odd="1">'
    b'<alignment horizontal="odd" textRotation="999"/></xf></cellXfs>'
    b'<cellStyles><cellStyle name="a" xfId="99"/></cellStyles><dxfs><dxf><odd/></dxf></dxfs>'
)
CORE = (
    b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    b'core-properties" xmlns:dcterms="http://purl.org/dc/terms/"><dcterms:created>yesterday'
    b"</dcterms:created></cp:coreProperties>"
)
MISSING = relations(
    (b"drawing", b"../drawings/none.xml"),
    (b"comments", b"../none.xml"),
    (b"vmlDrawing", b"../none.vml"),
    (b"pivotTable", b"../none.xml"),
)
FOREIGN = {
    "strict": lambda: renamed(usual(), str, strict),
    "backslashes": lambda: renamed(usual(), lambda name: name.replace("/", "\\")),
    "other-case": lambda: renamed(usual(), str.upper),
    "elsewhere": lambda: moved(usual()),
    "prefixed": lambda: renamed(usual(), str, prefixed),
    "odd-styles": lambda: usual(**{STYLES: styles(ODD_STYLES)}),
    "no-styles-element": lambda: usual(**{STYLES: b'<styleSheet xmlns="%s"/>' % MAIN}),
    "core-date": lambda: usual(**{"docProps/core.xml": CORE}),
    "power-query": lambda: usual(
        **{"customXml/item1.xml": '<?xml version="1.0" encoding="utf-16"?><a/>'.encode("utf-16")}
    ),
    "sheet-in-utf-16": lambda: usual(**{SHEET: sheet(ROWS).decode().encode("utf-16")}),
    "merged-column": lambda: usual(
        **{SHEET: sheet(ROWS, b'<mergeCells><mergeCell ref="B1:B1048576"/></mergeCells>')}
    ),
    "missing-parts": lambda: usual(**{RELATIONS: MISSING}),
    "broken-drawing-nobody-refers-to": lambda: usual(**{"xl/drawings/drawing9.xml": b"<a"}),
    "mac": lambda: usual(**{"__MACOSX/xl/_rels/._workbook.xml.rels": b"\x00\x05\x16\x07"}),
    "rich-text": lambda: usual(
        **{
            TEXTS: b'<sst xmlns="%s"><si><r><rPr><sz val="odd"/></rPr><t>team_</t></r><r>'
            b"<t>size</t></r><rPh odd='1'><t>hint</t></rPh></si></sst>" % MAIN
        }
    ),
    "without-addresses": lambda: usual(**{
        SHEET: sheet(
            ROWS.replace(b' r="A1"', b"").replace(b' r="A3"', b"").replace(b' r="3"', b"")
        )
    }),
    "odd-attributes": lambda: usual(**{
        SHEET: sheet(
            ROWS.replace(b'<row r="2"', b'<row r="2" ht="auto" odd="1" customHeight="maybe"'),
            b'<dataValidations><dataValidation type="odd" sqref="A2 #REF!" odd="1"/>'
            b'</dataValidations><conditionalFormatting sqref="?"><cfRule type="odd" dxfId="9"/>'
            b'</conditionalFormatting><conditionalFormatting sqref="A2"><cfRule type="odd" '
            b'dxfId="9"/></conditionalFormatting><pageSetup orientation="odd"/><hyperlinks>'
            b'<hyperlink ref="?"/></hyperlinks><autoFilter ref="odd"/><tableParts><tablePart/>'
            b"</tableParts>",
            b'<sheetViews><sheetView zoomScale="odd"><pane state="odd" xSplit="a"/></sheetView>'
            b'</sheetViews><cols><col min="a" max="b"/><col min="3" max="2" hidden="1"/></cols>',
        )
    }),
    "odd-names": lambda: usual(**{
        BOOK: b'<workbook xmlns="%s" xmlns:r="%s"><bookViews><workbookView activeTab="99"/>'
        b'</bookViews><sheets><sheet name="A sheet with a name of more than 31 characters" '
        b'sheetId="x" r:id="r0" state="odd"/><sheet name="Gone" sheetId="2" r:id="none"/></sheets>'
        b'<definedNames><definedName name="_xlnm.Print_Titles" localSheetId="7">odd</definedName>'
        b'<definedName name="a" localSheetId="99">A1</definedName></definedNames></workbook>'
        % (MAIN, OFFICE),
    }),
}  # fmt: skip


ODD_FOR_CALC = {"without-addresses", "odd-names"}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_workbook_written_by_another_program_is_opened_by_every_command(tmp_path, name):
    path = tmp_path / f"{name}.xlsx"
    path.write_bytes(FOREIGN[name]())
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with opened(path) as package:
            loaded = load(package)
        live, cached = (book.worksheets[0] for book in loaded[:2])
        assert [live[f"A{row}"].value for row in (1, 2, 3, 4)] == [
            "team_size", 10, 20, "=SUM(A2:A3)",
        ]  # fmt: skip
        assert [cached[f"A{row}"].value for row in (1, 2, 3, 4)] == ["team_size", 10, 20, 30]
        (frame,) = frames(path, 10)
        assert frame["team_size"].tolist() == [10, 20, 30]
        assert lint(path) != []
        command = ["calc", str(path), "-o", str(tmp_path / "b.xlsx")]
        done = CliRunner().invoke(main, command)
        if name in ODD_FOR_CALC:  # which writes into a file: it may refuse one, in a line
            assert done.exit_code in (0, 2)
            assert done.output.count("\n") == 1
        else:
            assert done.exit_code == 0, done.output
    assert caught == []
    for command in ("read", "check"):
        done = CliRunner().invoke(main, [command, str(path)])
        assert done.exit_code == 2
        assert done.output == f"shorewise: {path}: not a workbook made by Shorewise\n"


def test_dates_of_strict_workbooks_are_read_as_dates(tmp_path):
    path = tmp_path / "a.xlsx"
    cells = b'<row r="1"><c r="A1" t="d"><v>2027-03-01T00:00:00</v></c></row>'
    path.write_bytes(renamed(usual(**{SHEET: sheet(cells)}), str, strict))
    with opened(path) as package:
        value = load(package).values.worksheets[0]["A1"].value
    assert f"{value:%Y-%m-%d}" == "2027-03-01"


def test_of_the_sheets_that_are_not_asked_for_only_the_titles_and_names_are_read(tmp_path):
    book = Workbook()
    book.active["A1"], book.create_sheet("Other")["A1"] = 1, 2
    book.defined_names["there"] = DefinedName("there", attr_text="Other!$A$1")
    book.save(tmp_path / "a.xlsx")
    with opened(tmp_path / "a.xlsx") as package:
        found = load(package, only=["Sheet"]).values
    assert found.sheetnames == ["Sheet", "Other"]
    assert [sheet["A1"].value for sheet in found] == [1, None]
    assert found.defined_names["there"].attr_text == "Other!$A$1"


def test_a_merged_whole_column_keeps_its_range_without_an_object_for_each_cell(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(FOREIGN["merged-column"]())
    with opened(path) as package:
        live = load(package).formulas.worksheets[0]
    assert [merged.coord for merged in live.merged_cells.ranges] == ["B1:B1048576"]
    assert len(live._cells) == 4


def ole(*streams):
    """The start of an OLE container with a directory of streams."""
    entries = b"".join(
        name.encode("utf-16-le").ljust(64, b"\x00") + struct.pack("<H", 2 * len(name) + 2)
        + bytes(62)
        for name in streams
    )  # fmt: skip
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + entries


def zipped(**parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


OTHER = {
    "encrypted": (ole("Root Entry", "EncryptionInfo", "EncryptedPackage"), "encrypted"),
    "xls": (ole("Root Entry", "Workbook"), r"old Excel workbook \(\.xls\)"),
    "xls-of-excel-4": (b"\x09\x04\x06\x00\x00\x00\x10\x00", r"old Excel workbook \(\.xls\)"),
    "doc": (ole("Root Entry", "WordDocument"), "Word document"),
    "xlsb": (zipped(**{"[Content_Types].xml": b"<a/>", "xl/workbook.bin": b""}), r"\(\.xlsb\)"),
    "docx": (zipped(**{"[Content_Types].xml": b"<a/>", "word/document.xml": b""}), "Word document"),
    "ods": (
        zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"),
        r"OpenDocument spreadsheet \(\.ods\)",
    ),
    "numbers": (zipped(**{"Index/Document.iwa": b""}), "Numbers document"),
    "csv": (b"scenario,salary\na,1\n", "a text, such as CSV"),
    "html": (b"\xef\xbb\xbf <!DOCTYPE HTML><table><tr><td>1</td></tr></table>", "a web page"),
    "xml-2003": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "Excel 2003 XML",
    ),
    "pdf": (b"%PDF-1.7", "a PDF"),
    "gzip": (b"\x1f\x8b\x08", "gzip"),
    "empty": (b"", "empty"),
    "bytes": (bytes(range(256)), "not an Excel workbook"),
}


@pytest.mark.parametrize(("data", "kind"), OTHER.values(), ids=OTHER)
def test_every_command_names_the_kind_of_a_file_that_is_not_a_workbook(tmp_path, data, kind):
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    for use in (lint, lambda path: list(frames(path, 10))):
        with pytest.raises(WorkbookError, match=kind) as caught:
            use(path)
        assert str(caught.value).startswith(f"{path}: not an Excel workbook")
        assert len(str(caught.value)) < 300
    for command in ("read", "check"):
        done = CliRunner().invoke(main, [command, str(path)])
        assert done.exit_code == 2
        assert done.output.startswith(f"shorewise: {path}: not a workbook made by Shorewise")


@pytest.mark.parametrize(
    ("make", "kind"), [(os.mkdir, "a folder, not a file"), (os.mkfifo, "a named pipe, not a file")]
)
def test_a_path_that_is_not_a_file_is_named_for_what_it_is(tmp_path, make, kind):
    path = tmp_path / "a.xlsx"
    make(path)
    with pytest.raises(WorkbookError, match=kind):
        lint(path)


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        ({BOOK: b"<workbook"}, "damaged"),
        ({SHEET: b"<worksheet"}, "damaged"),
        ({SHEET: sheet(ROWS.replace(b"<v>0</v>", b"<v>5</v>"))}, "text 5 of 1"),
        ({STYLES: b"<styleSheet"}, "damaged"),
        ({TEXTS: b"<sst"}, "damaged"),
        ({BOOK: b'<workbook xmlns="%s"/>' % MAIN}, "has no sheet"),
        ({"xl/_rels/workbook.xml.rels": ELSEWHERE}, "has no sheet"),
    ],
)
def test_a_damaged_workbook_is_refused_with_a_clear_message(tmp_path, parts, what):
    path = tmp_path / "a.xlsx"
    path.write_bytes(usual(**parts))
    for use in (lint, lambda path: list(frames(path, 10))):
        with pytest.raises(WorkbookError, match=what) as caught:
            use(path)
        assert str(caught.value).count(str(path)) == 1
        assert "openpyxl" not in str(caught.value)
