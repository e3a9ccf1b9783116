"""Rows and columns inserted in the XML of any workbook: all that refers to the sheet follows."""

import re

import pytest

from shorewise.workbook import WorkbookError
from shorewise.workbook.template.insertion import Insertion, inserted
from shorewise.workbook.template.moved_references import Book, Place, copied
from shorewise.workbook.template.shifts import shift
from tests.support.hostile_packages import (
    BOOK,
    RELATIONS,
    SHEET,
    listed,
    package,
    relations,
    sheet,
)
from tests.support.zip_parts import parts

ROWS = Insertion("Board", "row", 12, 3)
COLUMNS = Insertion("Board", "column", 4, 2)
BOARD = Book(
    ["Board", "It's data", "Last"],
    {"board": shift([ROWS, COLUMNS]), "it's data": shift([Insertion("", "row", 5, 1)])},
)
TWO = b'<sheet name="Board" sheetId="1" r:id="r0"/><sheet name="Other" sheetId="2" r:id="r3"/>'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("B12+B13+$E$13*D4", "B12+B16+$G$16*D4", id="cells"),
        pytest.param("SUM(B2:B12)-SUM(B2:B11)", "SUM(B2:B15)-SUM(B2:B11)", id="ends-at-the-row"),
        pytest.param("SUM(B12:B12)+SUM(B13:B12)", "SUM(B12:B15)+SUM(B16:B12)", id="one-row"),
        pytest.param("sum( $E$12 )+MAX(B12)", "sum( $G$12:$G$15 )+MAX(B12:B15)", id="one-cell"),
        pytest.param("SUM(B12,1)+ABS(B12)+XSUM(B12)", "SUM(B12,1)+ABS(B12)+XSUM(B12)", id="cell"),
        pytest.param("SUM(C1:D$3,$A:$D,12:12)", "SUM(C1:F$3,$A:$F,12:15)", id="columns"),
        pytest.param("SUM(1:1048576,A1:XFD1048570)", "SUM(1:1048576,A1:XFD1048573)", id="whole"),
        pytest.param("SUM(B20:a1)+e20", "SUM(B23:a1)+G23", id="backwards"),
        pytest.param('"B20"&A1&"say ""B20"""', '"B20"&A1&"say ""B20"""', id="texts"),
        pytest.param("LOG10(B20)+TAX20A+XFE20", "LOG10(B23)+TAX20A+XFE20", id="names"),
        pytest.param(
            "Pay[[#This Row],[B20]]+Pay[E1]", "Pay[[#This Row],[B20]]+Pay[E1]", id="table"
        ),
        pytest.param(
            "[1]Board!B20+'[2]Board'!B20", "[1]Board!B20+'[2]Board'!B20", id="other-books"
        ),
        pytest.param(
            "Last!B20+board!B20+'BOARD'!B20", "Last!B20+board!B23+'BOARD'!B23", id="sheets"
        ),
        pytest.param(
            "SUM('it''S data'!B2:B5)+'It''s data'!E6",
            "SUM('it''S data'!B2:B6)+'It''s data'!E7",
            id="quoted",
        ),
        pytest.param("SUM(Board:Last!B2:B4)", "SUM(Board:Last!B2:B4)", id="through-sheets-above"),
        pytest.param(
            "SUM(B5:INDEX(B1:B30,9),B1:OFFSET(B1,1,1):B12)",
            "SUM(B5:INDEX(B1:B33,9),B1:OFFSET(B1,1,1):B15)",
            id="joined",
        ),
        pytest.param(
            "SUM(Board!B2:Board!B12)+Board!#REF!",
            "SUM(Board!B2:Board!B15)+Board!#REF!",
            id="joined-with-sheets",
        ),
        pytest.param("20:20 B13:C13  e1", "23:23 B16:C16  G1", id="spaces"),
        pytest.param(
            "_xlfn.ANCHORARRAY(B20)+B20#+@B20", "_xlfn.ANCHORARRAY(B23)+B23#+@B23", id="spilled"
        ),
    ],
)
def test_references_of_formulas_follow(before, after):
    assert BOARD.formula(before, Place("board", (40, 9, 40, 9))) == after


def test_a_range_in_its_own_row_does_not_grow_and_a_fixed_one_does():
    """The repeated row adds up itself, or all rows so far; shares are of the whole list."""
    here = Place("board", (12, 9, 12, 9))
    given = "SUM(B12:F12)+SUM(B$12:B12)+B12/SUM(B$12:B$12)+SUM('it''s data'!B2:B5)"
    moved = "SUM(B12:H12)+SUM(B$12:B12)+B12/SUM(B$12:B$15)+SUM('it''s data'!B2:B6)"
    assert BOARD.formula(given, here) == moved
    assert BOARD.formula("SUM(Board!B2:B12)", Place("last", (12, 1, 12, 1))) == "SUM(Board!B2:B15)"


def test_relative_references_of_names_stay():
    given = "Board!A1048576+Board!$B20+Board!B$20+SUM(Board!$B$2:$B$12)"
    moved = "Board!A1048576+Board!$B20+Board!B$23+SUM(Board!$B$2:$B$15)"
    assert BOARD.formula(given, Place("", is_name=True)) == moved


def test_rules_of_many_rows_stay_relative_to_their_own():
    many = Place("board", (12, 2, 20, 2))
    assert BOARD.formula("B12<>B13", many) == "B12<>B13"  # the row below
    assert BOARD.formula("B12>$D$30", many) == "B12>$D$33"
    below = Place("board", (13, 2, 20, 2))
    assert BOARD.formula("B13<>B12", below) == "B16<>B15"  # as in all rows but the first
    assert BOARD.formula("B13>C$2", below) == "B16>C$2"


def test_a_reference_through_sheets_that_move_apart_is_refused():
    with pytest.raises(WorkbookError, match="reads Board:Last!B20 of several sheets"):
        BOARD.formula("SUM(Board:Last!B20)", Place("last"))
    both = Book(["A", "B", "C"], {one: shift([Insertion("", "row", 2, 1)]) for one in "abc"})
    assert both.formula("SUM('A:C'!B20)", Place("")) == "SUM('A:C'!B21)"


def test_references_off_the_sheet_are_refused():
    with pytest.raises(WorkbookError, match="row or column 1,048,575, which would move off"):
        BOARD.formula("B1048575", Place("board"))


@pytest.mark.parametrize(
    ("formula", "down", "right", "expected"),
    [
        ("A1+$A1+A$1+$A$1+Other!b2:C$3", 2, 1, "B3+$A3+B$1+$A$1+Other!C4:D$3"),
        ("SUM(A:A,1:1,$B:C)&\"A1\"", 3, 2, "SUM(C:C,4:4,$B:E)&\"A1\""),
        ("A1*Pay[[#This Row],[A1]]", -1, 0, "#REF!*Pay[[#This Row],[A1]]"),
        ("XFD1+Other!A1:A1048576", 1, 1, "#REF!+#REF!"),
    ],
)  # fmt: skip
def test_a_formula_is_copied(formula, down, right, expected):
    assert copied(formula, down, right) == expected


def after(rows=b"", beside=b"", before=b"", insertions=(ROWS,), **others):
    """Parts of a workbook of one sheet, Board, that have changed."""
    given = {SHEET: sheet(rows, beside, before)} | {
        BOOK: listed(sheets=b'<sheet name="Board" sheetId="1" r:id="r0"/>')
    }
    found = parts(package(**(given | others)))
    return inserted(found, insertions)


def rows_after(rows, insertions=(ROWS,)):
    changed = after(rows, insertions=insertions)
    xml = changed.get(SHEET, sheet(rows))
    return xml.partition(b"<sheetData>")[2].partition(b"</sheetData>")[0].decode()


def test_new_rows_have_the_format_of_the_repeated_row_and_nothing_else():
    assert rows_after(
        b'<row r="11"><c r="A11"><v>1</v></c></row>'
        b"<row r='12' spans='1:3' s=\"4\" customFormat=\"1\" ht='30'>"
        b'<c r="A12" s="7" t="s"><v>0</v></c><c r=\'C12\'><f>A12*2</f><v>1</v></c></row>'
        b'<row r="13"/><row r="20"><c r="A20" s="7"/></row>',
        [Insertion("BOARD", "row", 12, 2)],
    ) == (
        '<row r="11"><c r="A11"><v>1</v></c></row>'
        "<row r='12' spans='1:3' s=\"4\" customFormat=\"1\" ht='30'>"
        '<c r="A12" s="7" t="s"><v>0</v></c><c r=\'C12\'><f>A12*2</f><v>1</v></c></row>'
        '<row r="13" s="4" customFormat="1" ht=\'30\'><c r="A13" s="7"/><c r="C13"/></row>'
        '<row r="14" s="4" customFormat="1" ht=\'30\'><c r="A14" s="7"/><c r="C14"/></row>'
        '<row r="15"/><row r="22"><c r="A22" s="7"/></row>'
    )


def test_new_columns_have_the_format_of_the_repeated_column():
    changed = after(
        b'<row r="12" spans="1:5"><c r="A12" s="1"/><c r="D12" s="3"><v>1</v></c><c r="E12"/>'
        b"</row>",
        before=b'<cols><col min="1" max="4" width="9"/><col min="5" max="16384" width="4"/></cols>',
        insertions=[ROWS._replace(count=1), COLUMNS],
    )
    xml = changed[SHEET].decode()
    assert '<cols><col min="1" max="6" width="9"/><col min="7" max="16384" width="4"/>' in xml
    assert xml.partition("<sheetData>")[2].partition("</sheetData>")[0] == (
        '<row r="12" spans="1:7"><c r="A12" s="1"/><c r="D12" s="3"><v>1</v></c>'
        '<c r="E12" s="3"/><c r="F12" s="3"/><c r="G12"/></row>'
        '<row r="13"><c r="A13" s="1"/><c r="D13" s="3"/><c r="E13" s="3"/><c r="F13" s="3"/>'
        '<c r="G13"/></row>'
    )


def test_several_insertions_are_in_positions_of_the_original():
    rows = b"".join(b'<row r="%d"/>' % n for n in (1, 2, 3, 4))
    found = rows_after(rows, [Insertion("Board", "row", n, 1) for n in (3, 1, 3)])
    assert found == "".join(f'<row r="{n}"/>' for n in range(1, 8))


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param(
            b'<row r="20"><c r="A20"><f t="shared" ref="A20:A21" si="0">B20</f></c></row>'
            b'<row r="21"><c r="A21"><f t="shared" si="0"/></c></row>',
            '<row r="23"><c r="A23"><f t="shared" ref="A23:A24" si="0">B23</f></c></row>'
            '<row r="24"><c r="A24"><f t="shared" si="0"/></c></row>',
            id="moved-together",
        ),
        pytest.param(
            b'<row r="12"><c r="A12"><f t="shared" ca="1" ref="A12:A13" si="0">B11&lt;9</f></c>'
            b'</row><row r="13"><c r="A13"><f t="shared" si="0"/><v>1</v></c></row>',
            '<row r="12"><c r="A12"><f ca="1">B11&lt;9</f></c></row>'
            '<row r="13"><c r="A13"/></row><row r="14"><c r="A14"/></row><row r="15"><c r="A15"/>'
            '</row><row r="16"><c r="A16"><f>B12&lt;9</f><v>1</v></c></row>',
            id="now-different",
        ),
        pytest.param(
            b'<row r="14"><c r="A14" cm="1"><f t="array" ref="A14:A20">B1:B12</f></c></row>',
            '<row r="17"><c r="A17" cm="1"><f t="array" ref="A17:A23">B1:B15</f></c></row>',
            id="array",
        ),
        pytest.param(
            b'<row r="10"><c r="A10" cm="1"><f t="array" ref="A10:A13">B1:B4</f></c></row>',
            '<row r="10"><c r="A10" cm="1"><f t="array" ref="A10:A16">B1:B4</f></c></row>',
            id="spilled-through",
        ),
        pytest.param(
            b'<row r="20"><c r="B20"><f t="dataTable" ref="B20:C22" dt2D="1" r1="B2" r2="B13"/>'
            b"</c></row>",
            '<row r="23"><c r="B23"><f t="dataTable" ref="B23:C25" dt2D="1" r1="B2" r2="B16"/>'
            "</c></row>",
            id="data-table",
        ),
    ],
)  # fmt: skip
def test_formulas_of_every_kind_move(before, expected):
    assert rows_after(before) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ('<mergeCell ref="A12:C12"/>', '<mergeCell ref="A12:C12"/>'),
        ('<mergeCell ref="A10:A13"/>', '<mergeCell ref="A10:A16"/>'),
        ('<hyperlink ref="A13" location="\'Board\'!A20"/>',
         '<hyperlink ref="A16" location="\'Board\'!A23"/>'),
        ("<autoFilter ref='A1:C12'><sortState ref=\"A2:C12\"/></autoFilter>",
         "<autoFilter ref='A1:C15'><sortState ref=\"A2:C15\"/></autoFilter>"),
        ('<conditionalFormatting sqref="A12:C12 E13 F12"><cfRule>'
         "<formula>$A12&gt;$A$12</formula>"
         '<colorScale><cfvo type="num" val="$B$13"/></colorScale></cfRule>'
         "</conditionalFormatting>",
         '<conditionalFormatting sqref="A12:C15 E16 F12:F15"><cfRule>'
         "<formula>$A12&gt;$A$12</formula>"
         '<colorScale><cfvo type="num" val="$B$16"/></colorScale></cfRule>'
         "</conditionalFormatting>"),
        ('<dataValidation sqref="B12"><formula1>$A$5:$A$12</formula1></dataValidation>',
         '<dataValidation sqref="B12:B15"><formula1>$A$5:$A$15</formula1></dataValidation>'),
        ('<rowBreaks><brk id="11" max="16383"/><brk id="12" max="16383"/></rowBreaks>',
         '<rowBreaks><brk id="11" max="16383"/><brk id="15" max="16383"/></rowBreaks>'),
        ('<protectedRange sqref="B12:B13"/>', '<protectedRange sqref="B12:B16"/>'),
        ('<scenarios sqref="B13"><scenario><inputCells r="B13"/></scenario></scenarios>',
         '<scenarios sqref="B16"><scenario><inputCells r="B16"/></scenario></scenarios>'),
        ('<dataRefs><dataRef ref="A1:A12" sheet="BOARD"/><dataRef ref="A1:A12" sheet="x"/>'
         "</dataRefs>",
         '<dataRefs><dataRef ref="A1:A15" sheet="BOARD"/><dataRef ref="A1:A12" sheet="x"/>'
         "</dataRefs>"),
        ('<customSheetView topLeftCell="A14"><selection activeCell="B13" sqref="B13:C13"/>'
         "</customSheetView>",
         '<customSheetView topLeftCell="A17"><selection activeCell="B16" sqref="B16:C16"/>'
         "</customSheetView>"),
        ('<sheetView><pane ySplit="12" topLeftCell="A13" state="frozen"/></sheetView>',
         '<sheetView><pane ySplit="12" topLeftCell="A13" state="frozen"/></sheetView>'),
        ('<sheetView><pane ySplit="14" topLeftCell="A15" state="frozen"/></sheetView>',
         '<sheetView><pane ySplit="17" topLeftCell="A18" state="frozen"/></sheetView>'),
        ('<x14:sparkline><xm:f>Board!B12:F12</xm:f><xm:sqref>G12</xm:sqref></x14:sparkline>',) * 2,
        ('<x14:sparkline><xm:f>Board!B2:B12</xm:f><xm:sqref>G13</xm:sqref></x14:sparkline>',
         '<x14:sparkline><xm:f>Board!B2:B15</xm:f><xm:sqref>G16</xm:sqref></x14:sparkline>'),
        ('<x14:conditionalFormatting><xm:f>B12&lt;Board!$C$13</xm:f><xm:sqref>B12</xm:sqref>'
         "</x14:conditionalFormatting>",
         '<x14:conditionalFormatting><xm:f>B12&lt;Board!$C$16</xm:f><xm:sqref>B12:B15</xm:sqref>'
         "</x14:conditionalFormatting>"),
        ('<controlPr linkedCell="B13" listFillRange="C1:C12"/>',
         '<controlPr linkedCell="B16" listFillRange="C1:C15"/>'),
        ('<anchor moveWithCells="1"><from><col>1</col><row>12</row></from><to><col>2</col>'
         "<row>20</row></to></anchor>",
         '<anchor moveWithCells="1"><from><col>1</col><row>15</row></from><to><col>2</col>'
         "<row>23</row></to></anchor>"),
    ],
)  # fmt: skip
def test_what_stands_beside_the_cells_follows(before, expected):
    """Elements of a sheet, each alone; addresses in comments of the XML are none."""
    space = ' xmlns:x14="x14" xmlns:xm="xm"'
    root = f"<!-- A13 --><a{space}>{{}}</a>"
    changed = after(beside=root.format(before).encode())
    xml = changed.get(SHEET, sheet(beside=root.format(before).encode()))
    assert root.format(expected).encode() in xml


def test_filters_move_with_their_columns():
    inside = (
        b'<autoFilter ref="B1:F9"><filterColumn colId="1"/><filterColumn colId="3"/></autoFilter>'
    )
    xml = after(beside=inside, insertions=[COLUMNS])[SHEET]
    assert b'ref="B1:H9"><filterColumn colId="1"/><filterColumn colId="5"/>' in xml


# A part beside the sheet: the relationship's kind, the part, and how it is after the insertion.
BESIDE = {
    "notes": ("comments", '<comments><comment ref="B13"/></comments>',
              '<comments><comment ref="B16"/></comments>'),
    "table": ("table", '<table ref="A11:C12"><autoFilter ref="A11:C12"/></table>',
              '<table ref="A11:C15"><autoFilter ref="A11:C15"/></table>'),
    "table-with-totals": (
        "table", '<table totalsRowCount="1" ref="A11:C13"><autoFilter ref="A11:C12"/><tableColumn>'
        "<calculatedColumnFormula>B12*$C$20</calculatedColumnFormula></tableColumn></table>",
        '<table totalsRowCount="1" ref="A11:C16"><autoFilter ref="A11:C15"/><tableColumn>'
        "<calculatedColumnFormula>B12*$C$23</calculatedColumnFormula></tableColumn></table>"),
    "below-the-totals": (
        "table", '<table totalsRowCount="1" ref="A10:C12"><autoFilter ref="A10:C11"/></table>',
        '<table totalsRowCount="1" ref="A10:C12"><autoFilter ref="A10:C11"/></table>'),
    "objects": (
        "drawing",
        "<d><twoCellAnchor><from><row>2</row></from><to><row>13</row><rowOff>5</rowOff></to>"
        '<sp textlink="$B$13"/></twoCellAnchor><twoCellAnchor editAs="oneCell"><from><row>2</row>'
        '</from><to><row>13</row></to></twoCellAnchor><twoCellAnchor editAs="absolute"><from>'
        "<row>20</row></from><to><row>23</row></to></twoCellAnchor><oneCellAnchor><from><row>12</row>"
        "</from></oneCellAnchor><twoCellAnchor><from><row>2</row></from><to><row>12</row><rowOff>0"
        "</rowOff></to></twoCellAnchor></d>",
        "<d><twoCellAnchor><from><row>2</row></from><to><row>16</row><rowOff>5</rowOff></to>"
        '<sp textlink="$B$16"/></twoCellAnchor><twoCellAnchor editAs="oneCell"><from><row>2</row>'
        '</from><to><row>13</row></to></twoCellAnchor><twoCellAnchor editAs="absolute"><from>'
        "<row>20</row></from><to><row>23</row></to></twoCellAnchor><oneCellAnchor><from><row>15</row>"
        "</from></oneCellAnchor><twoCellAnchor><from><row>2</row></from><to><row>12</row><rowOff>0"
        "</rowOff></to></twoCellAnchor></d>"),
    "series": (
        "chart", "<c><title><tx><f>Board!$A$12</f></tx></title><ser><tx><f>Board!$B$1</f></tx><cat>"
        "<f>Board!$A$12</f></cat><val><f>Board!$B$12</f></val></ser></c>",
        "<c><title><tx><f>Board!$A$12</f></tx></title><ser><tx><f>Board!$B$1</f></tx><cat>"
        "<f>Board!$A$12:$A$15</f></cat><val><f>Board!$B$12:$B$15</f></val></ser></c>"),
    "series-along-rows": (
        "chart", "<c><ser><cat><f>Board!$B$11:$F$11</f></cat><val><f>Board!$B$12:$F$12</f></val>"
        "</ser><ser><val><f>Board!$B$2:$B$12</f></val></ser></c>",
        "<c><ser><cat><f>Board!$B$11:$F$11</f></cat><val><f>Board!$B$12:$F$12</f></val>"
        "</ser><ser><val><f>Board!$B$2:$B$15</f></val></ser></c>"),
    "chartex": (
        "chartEx", "<x:c xmlns:x='x'><x:data><x:strDim><x:f dir='row'>Board!$A$2:$A$12</x:f>"
        "</x:strDim></x:data></x:c>",
        "<x:c xmlns:x='x'><x:data><x:strDim><x:f dir='row'>Board!$A$2:$A$15</x:f>"
        "</x:strDim></x:data></x:c>"),
    "control": ("ctrlProp", '<c fmlaLink="$B$13" fmlaRange="Board!$B$2:$B$12"/>',
                '<c fmlaLink="$B$16" fmlaRange="Board!$B$2:$B$15"/>'),
    "pivot-cache": ("pivotCacheDefinition", '<p><worksheetSource ref="A1:C12" sheet="board"/></p>',
                    '<p><worksheetSource ref="A1:C15" sheet="board"/></p>'),
    "pivot-table": (
        "pivotTable", '<p><location ref="A13:C20"/><filter><autoFilter ref="A1"/></filter></p>',
        '<p><location ref="A16:C23"/><filter><autoFilter ref="A1"/></filter></p>'),
    "vml": (
        "vmlDrawing",
        '<xml><br><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:Anchor>\n2, 15, '
        "11, 2, 4, 15, 16, 4</x:Anchor><x:Row>12</x:Row><x:Column>1</x:Column></x:ClientData>"
        '<x:ClientData ObjectType="Drop"><x:Anchor>2,0,5,0,4,0,12,9</x:Anchor><x:FmlaLink>$B$13'
        "</x:FmlaLink><x:FmlaRange>$B$1:$B$12</x:FmlaRange></x:ClientData></xml>",
        '<xml><br><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:Anchor>\n2, 15, '
        "14, 2, 4, 15, 19, 4</x:Anchor><x:Row>15</x:Row><x:Column>1</x:Column></x:ClientData>"
        '<x:ClientData ObjectType="Drop"><x:Anchor>2,0,5,0,4,0,15,9</x:Anchor><x:FmlaLink>$B$16'
        "</x:FmlaLink><x:FmlaRange>$B$1:$B$15</x:FmlaRange></x:ClientData></xml>"),
}  # fmt: skip


@pytest.mark.parametrize("name", BESIDE)
def test_parts_beside_the_sheet_follow(name):
    kind, before, expected = BESIDE[name]
    part = "xl/other/one.xml"
    links = relations((kind.encode(), b"../other/one.xml"))
    changed = after(**{RELATIONS: links, part: before.encode()})
    assert changed.get(part, before.encode()).decode() == expected
    assert RELATIONS not in changed


def test_names_links_and_other_sheets_follow_and_the_chain_goes():
    book = listed(
        b"<definedNames><definedName name='n'>SUM(Board!$A$2:$A$12)</definedName><definedName "
        b'name="_xlnm.Print_Titles" localSheetId="1">Other!$1:$3</definedName></definedNames>',
        TWO,
    )
    space = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = relations(
        (b"worksheet", b"worksheets/sheet1.xml"),
        (b"calcChain", b"calcChain.xml"),
        (b"styles", b"styles.xml"),
        (b"worksheet", b"worksheets/sheet2.xml"),
    )
    other = sheet(
        b'<row><c><f t="shared" si="0" ref="A1:A2">Board!A$13</f></c></row><row><c><f t="shared" '
        b'si="0"/></c></row><row><c><f>B20</f></c></row>'
    )
    target = b'<a><Relationship Type="%s/hyperlink" TargetMode="External" Target="#Board!A%d"/></a>'
    others = {
        BOOK: book,
        "xl/_rels/workbook.xml.rels": links,
        "xl/worksheets/sheet2.xml": other,
        "xl/worksheets/_rels/sheet2.xml.rels": target % (space, 13),
        "xl/calcChain.xml": b"<calcChain/>",
    }
    changed = after(**others)
    assert changed["xl/calcChain.xml"] is None
    assert changed["xl/_rels/workbook.xml.rels"] == re.sub(
        b'<Relationship [^>]*calcChain.xml"/>', b"", links
    )
    assert changed[BOOK] == book.replace(b"$A$12", b"$A$15")
    assert changed["xl/worksheets/sheet2.xml"] == other.replace(b"A$13", b"A$16")
    assert changed["xl/worksheets/_rels/sheet2.xml.rels"] == target % (space, 16)


def test_prefixes_strict_namespaces_and_utf_16_are_read():
    row = '<x:row r="13"><x:c r="A13"><x:f>B13</x:f></x:c></x:row>'
    xml = (
        '<?xml version="1.0" encoding="UTF-16"?><x:worksheet xmlns:x="http://purl.oclc.org/ooxml/'
        f'spreadsheetml/main"><x:sheetData><x:row r="12"><x:c r="A12" s="2"/></x:row>{row}'
        "</x:sheetData></x:worksheet>"
    )
    changed = after(**{SHEET: xml.encode("utf-16")}, insertions=[ROWS._replace(count=1)])
    new = '<x:row r="13"><x:c r="A13" s="2"/></x:row>' + row.replace("13", "14")
    assert changed[SHEET].decode() == xml.partition("?>")[2].replace(row, new)


ARRAY = b'<row r="11"><c r="A11"><f t="array" ref="A11:B13">B1:C3</f></c></row>'
DATA_TABLE = b'<row r="13"><c r="B13"><f t="dataTable" ref="B13:B20" r1="B2"/></c></row>'


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({"rows": ARRAY}, "^sheet Board has an array formula in A11:B13", id="array"),
        pytest.param({"rows": DATA_TABLE}, "has a data table in B13:B20, within", id="data-table"),
        pytest.param(
            {"rows": b'<row r="1048575"><c r="A1048575"><v>1</v></c></row>'},
            "something in row 1,048,575, which would move off the sheet; insert fewer",
            id="off-the-sheet",
        ),
        pytest.param(
            {"rows": b'<row r="2"><c r="B2"><f>A1048576</f></c></row>'},
            "sheet Board has a formula in B2 that refers to row or column 1,048,576",
            id="formula",
        ),
        pytest.param({"rows": b"<row/>"}, "row without its number", id="no-number"),
        pytest.param({"rows": b'<row r="1"><c/></row>'}, "without an address", id="no-address"),
        pytest.param(
            {"insertions": [ROWS._replace(sheet="Bord")]},
            "no sheet 'Bord' of cells; it has Board",
            id="no-sheet",
        ),
        pytest.param(
            {"insertions": [ROWS._replace(count=1 << 20)]}, "a sheet has 1,048,576", id="many"
        ),
        pytest.param({"insertions": [ROWS._replace(after=0)]}, "after a row from 1", id="row-0"),
    ],
)
def test_what_cannot_follow_is_refused(given, message):
    with pytest.raises(WorkbookError, match=message):
        after(**given)


@pytest.mark.parametrize(
    ("kind", "part", "message"),
    [
        ("pivotTable", '<p><location ref="A10:C13"/></p>', "is a pivot table in A10:C13"),
        ("table", '<table ref="A1:F9" name="Pay"/>', "is table Pay, A1:F9, within which columns"),
        ("table", "<table><", "other/one.xml is damaged"),
        ("revisionLog", "<r/>", "other/one.xml is of kind revisionLog, which may refer to cells"),
    ],
)
def test_parts_that_cannot_follow_are_refused(kind, part, message):
    links = relations((kind.encode(), b"../other/one.xml"))
    with pytest.raises(WorkbookError, match=message):
        after(insertions=[ROWS, COLUMNS], **{RELATIONS: links, "xl/other/one.xml": part.encode()})
