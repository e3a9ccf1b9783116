"""Values beside formulas in any sheet's XML: what is not a value stays, byte for byte."""

import pytest

from shorewise.workbook import WorkbookError
from shorewise.workbook.ooxml.cell_values import ErrorValue, SheetXml
from shorewise.workbook.ooxml.package import Package

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheet(rows, before="", tag="worksheet"):
    return (
        f"<?xml version='1.0'?><{tag} {MAIN}>{before}<sheetData>{rows}</sheetData></{tag}>".encode()
    )


def filled(rows, values, areas=None, before=""):
    """The rows with other values."""
    xml = SheetXml(sheet(rows, before)).filled(values, areas or {}).decode()
    return xml.partition("<sheetData>")[2].partition("</sheetData>")[0]


@pytest.mark.parametrize(
    ("hidden", "hides"), [("", False), (' hidden="1"', True), (" hidden='0'", False)]
)
def test_hidden_rows_are_recognised(hidden, hides):
    assert SheetXml(sheet(f'<row r="1"/><row r="2"{hidden}/><row r="3"/>')).hides_rows is hides


FORMULA = '<row r="2"><c r="B2" s="7"><f>1+1</f><v>9</v></c></row>'


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        pytest.param(2.5, '<c r="B2" s="7"><f>1+1</f><v>2.5</v></c>', id="number"),
        pytest.param(True, '<c r="B2" s="7" t="b"><f>1+1</f><v>1</v></c>', id="truth"),
        pytest.param("a<b", '<c r="B2" s="7" t="str"><f>1+1</f><v>a&lt;b</v></c>', id="text"),
        pytest.param(
            " a",
            '<c r="B2" s="7" t="str"><f>1+1</f><v xml:space="preserve"> a</v></c>',
            id="spaces",
        ),
        pytest.param("\a", '<c r="B2" s="7" t="str"><f>1+1</f><v>_x0007_</v></c>', id="no-xml"),
        pytest.param(
            ErrorValue("#N/A"), '<c r="B2" s="7" t="e"><f>1+1</f><v>#N/A</v></c>', id="error"
        ),
        pytest.param(
            ErrorValue("#CALC!"), '<c r="B2" s="7" t="e"><f>1+1</f><v>#VALUE!</v></c>', id="new"
        ),
        pytest.param(None, '<c r="B2" s="7"><f>1+1</f></c>', id="nothing"),
    ],
)
def test_a_value_replaces_the_old_one(value, cell):
    assert filled(FORMULA, {(2, 2): value}) == f'<row r="2">{cell}</row>'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('<c r="A1"><f>1</f></c>', '<c r="A1"><f>1</f><v>5</v></c>', id="no-value"),
        pytest.param(
            "<c\n t='str' r='A1' >\n <f>1</f>\n <v>x</v>\n</c>",
            "<c\n r='A1'><f>1</f><v>5</v></c>",
            id="other-quotes",
        ),
        pytest.param(
            '<c r="A1" t="e" vm="3"><f>1</f><v>#VALUE!</v></c>',
            '<c r="A1"><f>1</f><v>5</v></c>',
            id="error-of-its-own",
        ),
        pytest.param(
            '<c r="A1"><f t="shared" si="0"/><v/></c>',
            '<c r="A1"><f t="shared" si="0"/><v>5</v></c>',
            id="empty-elements",
        ),
        pytest.param(
            '<c r="A1"><f>"/>"&amp;A2>3</f><v>/></v><extLst><ext uri="a>b"/></extLst></c>',
            '<c r="A1"><f>"/>"&amp;A2>3</f><v>5</v><extLst><ext uri="a>b"/></extLst></c>',
            id="brackets-and-more",
        ),
    ],
)
def test_cells_are_found_however_they_are_written(old, new):
    row = '<row r="1" spans="1:1" ht="20">{}<c r="B1" t="inlineStr"><is><t>x</t></is></c></row>'
    assert filled(row.format(old), {(1, 1): 5}) == row.format(new)


def test_elements_may_have_a_namespace_prefix():
    xml = (
        f"<x:worksheet {MAIN.replace('xmlns', 'xmlns:x')}><x:sheetData><x:row r='1'>"
        "<x:c r='A1'><x:f>1</x:f></x:c></x:row></x:sheetData></x:worksheet>"
    ).encode()
    found = SheetXml(xml).filled({(1, 1): 5, (1, 2): "a", (3, 1): True}, {})
    assert (
        b"<x:c r='A1'><x:f>1</x:f><x:v>5</x:v></x:c>"
        b'<x:c r="B1" t="str"><x:v>a</x:v></x:c></x:row>'
        b'<x:row r="3"><x:c r="A3" t="b"><x:v>1</x:v></x:c></x:row></x:sheetData>'
    ) in found


def test_an_array_spills_into_cells_and_rows_that_did_not_exist():
    rows = (
        '<row r="2" spans="2:4"><c r="B2" cm="1"><f t="array" ref="B2:B3">F()</f><v>1</v></c>'
        '<c r="D2" s="1"/></row><row r="3"><c r="B3" s="4"><v>2</v></c></row>'
        '<row r="5"/><row r="9"/>'
    )
    values = {(2, 2): 1, (2, 3): 2, (3, 2): None, (4, 2): 3, (5, 2): "x", (5, 1): 4, (2, 5): 6}
    xml = SheetXml(sheet(rows, '<dimension ref="B2:D9"/>')).filled(values, {(2, 2): (2, 2, 5, 3)})
    assert b'<dimension ref="A2:E9"/>' in xml
    assert xml.decode().partition("<sheetData>")[2].partition("</sheetData>")[0] == (
        '<row r="2"><c r="B2" cm="1"><f t="array" ref="B2:C5">F()</f><v>1</v></c>'
        '<c r="C2"><v>2</v></c><c r="D2" s="1"/><c r="E2"><v>6</v></c></row>'
        '<row r="3"><c r="B3" s="4"/></row><row r="4"><c r="B4"><v>3</v></c></row>'
        '<row r="5"><c r="A5"><v>4</v></c><c r="B5" t="str"><v>x</v></c></row><row r="9"/>'
    )


def test_formulas_are_read_with_their_type_range_and_text():
    found = SheetXml(
        sheet(
            '<row r="1"><c r="A1"><f>A2&amp;"&#233;"</f></c><c r="B1"><f t="shared" si="0"/></c>'
            '<c r="C1" cm="1"><f t="array" ref="C1:D4">F()</f></c>'
            '<c r="E1"><f t="array" ref="E1:E2">G()</f></c>'
            '<c r="F1"><f t="dataTable" ref="F1:F3" r1="A1"/><v>1</v></c>'
            '<c r="G1"><v>1</v></c><c r="H1"><f t="shared" ref="B1:H1" si="0">H()</f></c></row>'
        )
    ).formulas
    assert {address: tuple(one) for address, one in found.items()} == {
        (1, 1): ("", (1, 1, 1, 1), 'A2&"é"', ""),
        (1, 2): ("", (1, 2, 1, 2), "", "H()"),
        (1, 3): ("dynamic", (1, 3, 4, 4), "F()", ""),
        (1, 5): ("array", (1, 5, 2, 5), "G()", ""),
        (1, 6): ("table", (1, 6, 3, 6), "", ""),
        (1, 8): ("", (1, 8, 1, 8), "H()", ""),
    }


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A1"><f>1</f><v>2.5</v></c>', 2.5),
        ('<c r="A1" t="n"><f>1</f><v/></c>', None),
        ('<c r="A1" t="b"><f>1</f><v>0</v></c>', False),
        ('<c r="A1" t="str"><f>1</f><v>a&amp;b</v></c>', "a&b"),
        ('<c r="A1" t="e"><f>1</f><v>#N/A</v></c>', ErrorValue("#N/A")),
    ],
)
def test_the_value_beside_a_formula_is_read(cell, value):
    found = SheetXml(sheet(f'<row r="1">{cell}</row>')).value((1, 1))
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("<row><c r='A1'/></row>", "a row or cell without its address"),
        ("<row r='1'><c/></row>", "a row or cell without its address"),
        ("<row r='1'><c r='A1'></row>", "a sheet is damaged: mismatched tag"),
        ("<row r='1'><c r='1A'><f>1</f></c></row>", "a sheet is damaged"),
        ("<row r='1'><c r='A1'><f t='array'>1</f></c></row>", "an array formula without its area"),
        ("<row r='1'><c r='A1'><f><![CDATA[1]]></f></c></row>", "CDATA"),
    ],
)
def test_damaged_xml_is_refused(rows, message):
    with pytest.raises(WorkbookError, match=message):
        SheetXml(sheet(rows))


@pytest.mark.parametrize(
    "target", ["worksheets/sheet7.xml", "/xl/worksheets/sheet7.xml", "../xl/worksheets/sheet7.xml"]
)
def test_sheets_are_found_by_their_relationships(target):
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{kind}"><sheets>'
        '<sheet name="A&amp;B" r:id="x"/><sheet name="Chart" r:id="y"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="x" Target="{target}" '
        f'Type="{kind}/worksheet"/><Relationship Id="y" Target="c.xml" Type="{kind}/chartsheet"/>'
        "</Relationships>",
        "xl/worksheets/sheet7.xml": "",
    }
    package = Package({name: text.encode() for name, text in parts.items()})
    assert [(one.title, one.part) for one in package.grids] == [("A&B", "xl/worksheets/sheet7.xml")]


@pytest.mark.parametrize("missing", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_a_package_without_its_relationships_is_refused(missing):
    parts = {"xl/workbook.xml": b"<a/>", "xl/_rels/workbook.xml.rels": b"<a/>"}
    del parts[missing]
    with pytest.raises(WorkbookError, match=r"not an Excel workbook|has no sheet"):
        _ = Package(parts).grids


def test_a_text_in_a_cell_is_read_with_its_runs_but_without_its_phonetic_hints():
    text = (
        "<x:is><x:r><x:rPr/><x:t>a_x0041_</x:t></x:r><x:r><x:t> &lt;b</x:t></x:r>"
        "<x:rPh><x:t>no</x:t></x:rPh></x:is>"
    )
    xml = (
        '<x:worksheet xmlns:x="http://a"><x:sheetData><x:row r="1">'
        f'<x:c r="A1" t="inlineStr">{text}</x:c></x:row></x:sheetData></x:worksheet>'
    )
    assert SheetXml(xml.encode()).value((1, 1)) == "aA <b"
