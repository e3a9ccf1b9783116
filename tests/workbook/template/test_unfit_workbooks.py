"""Workbooks that can be neither filled nor joined with the model, as commands refuse them."""

import io
import zipfile
from pathlib import Path

import pytest
import xlwings
from click.testing import CliRunner
from openpyxl import load_workbook

from shorewise.cli import main
from tests.support.boards import QUICKSTART, openpyxl_board, parts_of
from tests.support.zip_parts import changed, packed, parts

ADDIN = Path(xlwings.__file__).parent / "quickstart_addin.xlam"
STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def strict():
    return changed(openpyxl_board(), "xl/workbook.xml", lambda part: part.replace(MAIN, STRICT))


def signed():
    origin = (
        b'<Relationship Id="rId99" Target="_xmlsignatures/origin.sigs" Type="http://schemas.'
        b'openxmlformats.org/package/2006/relationships/digital-signature/origin"/></Relationships>'
    )
    found = parts(openpyxl_board())
    found["_rels/.rels"] = found["_rels/.rels"].replace(b"</Relationships>", origin)
    return packed(found | {"_xmlsignatures/origin.sigs": b""})


def encrypted():
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")


def with_password():
    data = bytearray(packed({"xl/workbook.xml": b"<a/>"}))
    for mark, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(mark) + flags] |= 1
    return bytes(data)


def ods():
    return packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"})


def xlsb():
    return packed({"[Content_Types].xml": b"<a/>", "xl/workbook.bin": b""})


CASES = {
    "strict.xlsx": (strict, "Strict Open XML workbook; open it in Excel and save it as", ""),
    "signed.xlsx": (signed, "is digitally signed", "remove it in Excel first"),
    "encrypted.xlsx": (encrypted, "encrypted with a password", "save it without one"),
    "password.xlsx": (with_password, "encrypted", "save the workbook without a password"),
    "table.ods": (ods, ".ods", ""),
    "ods.xlsx": (ods, "an OpenDocument spreadsheet (.ods)", "save it as .xlsx"),
    "xlsb.xlsx": (xlsb, "a binary Excel workbook (.xlsb)", "save it as .xlsx"),
    "addin.xlam": (ADDIN.read_bytes, "addin.xlam", ".xlsx"),
    "addin.xlsm": (ADDIN.read_bytes, "an add-in", ".xlsx"),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("command", ["template", "into"])
def test_one_line_says_what_is_wrong_and_what_to_do(command, name, tmp_path):
    make, what, remedy = CASES[name]
    path, target = tmp_path / name, tmp_path / f"out{Path(name).suffix}"
    path.write_bytes(make())
    first = ["template", str(path)] if command == "template" else ["compare", "--into", str(path)]
    done = CliRunner().invoke(main, [*first, "-o", str(target)])
    assert done.exit_code == 2, done.output
    assert done.stderr.count("\n") == 1
    assert name in done.stderr
    assert what in done.stderr
    assert remedy in done.stderr
    assert not target.exists()


def template_with_macros():
    """xlwings' project as a template of Excel (.xltm), with a mark."""
    found = parts_of(QUICKSTART)
    kinds = (b"ms-excel.sheet.macroEnabled", b"ms-excel.template.macroEnabled")
    types = found["[Content_Types].xml"].replace(*kinds)
    mark = (
        b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{{ plans.count }}</t></is></c>'
        b"</row></sheetData>"
    )
    sheet = found["xl/worksheets/sheet1.xml"].replace(b"<sheetData/>", mark)
    assert types != found["[Content_Types].xml"]
    return packed(found | {"[Content_Types].xml": types, "xl/worksheets/sheet1.xml": sheet})


def test_a_template_with_macros_becomes_a_workbook_with_them_and_takes_no_model(tmp_path):
    path, target = tmp_path / "board.xltm", tmp_path / "out.xlsm"
    path.write_bytes(template_with_macros())
    run = CliRunner()
    wrong = run.invoke(main, ["template", str(path), "-o", str(tmp_path / "out.xlsx")])
    assert (wrong.exit_code, "must end in .xlsm" in wrong.stderr) == (2, True)
    done = run.invoke(main, ["template", str(path), "-o", str(target)])
    assert done.exit_code == 0, done.output
    before, after = parts(path.read_bytes()), parts_of(target)
    changing = {"[Content_Types].xml", "xl/worksheets/sheet1.xml"}
    assert {name for name in before if before[name] != after[name]} == changing
    assert b"template" not in after["[Content_Types].xml"]
    assert load_workbook(io.BytesIO(target.read_bytes())).worksheets[0]["A1"].value == 4
    assert zipfile.is_zipfile(target)
    refused = run.invoke(main, ["compare", "--into", str(path), "-o", str(tmp_path / "o.xlsm")])
    assert refused.exit_code == 2
    assert "a template or an add-in, not a workbook; open it in Excel" in refused.stderr
