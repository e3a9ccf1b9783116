"""Tables of a package, and references to them as plain cells."""

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.table import Table as ExcelTable

from shorewise.workbook import WorkbookError
from shorewise.workbook.lint import lint
from shorewise.workbook.lint.areas import Area
from shorewise.workbook.lint.facts import read_facts
from shorewise.workbook.ooxml.cell_references import address
from shorewise.workbook.ooxml.structured_references import (
    Table,
    names_with_cell_references,
    tables,
    with_cell_references,
)
from tests.support.effort import loops_taken

# Heads in row 2, data in rows 3 to 5, totals in row 6.
PAY = Table("Pay", "S", (2, 1, 6, 4), ("salary", "net salary", "rate", "Größe"), 1, 1)
ODD = Table(
    "Odd.1", "Bob's pay", (1, 2, 3, 8),
    ("a[b]", "it's", "#1", "x, y: z", "two\nlines", "@home", "ends "), 1, 0,
)  # fmt: skip
BARE = Table("Bare", "S", (8, 6, 9, 7), ("a", "b"), 0, 0)
KNOWN = {table.name.casefold(): table for table in (PAY, ODD, BARE)}


# Expected cells are read off the tables above by Microsoft's "Using structured references with
# Excel tables" and [MS-OE376] 3.2.3.1.1; the formulas stand in S!I4.
@pytest.mark.parametrize(
    ("formula", "cells"),
    [
        ("SUM(Pay[salary])", "SUM(A3:A5)"),
        ("SUM(Pay[SALARY])+pay[Rate]", "SUM(A3:A5)+C3:C5"),
        ("Pay[net salary]", "B3:B5"),
        ("Pay[[net salary]]", "B3:B5"),
        ("Pay[grösse]", "D3:D5"),
        ("Pay[[salary]:[rate]]", "A3:C5"),
        ("Pay[[rate]:[salary]]", "A3:C5"),
        ("Pay[]", "A3:D5"),
        ("ROWS(Pay)", "ROWS(A3:D5)"),
        ("Pay[#Data]", "A3:D5"),
        ("Pay[#All]", "A2:D6"),
        ("Pay[#Headers]", "A2:D2"),
        ("Pay[#Totals]", "A6:D6"),
        ("Pay[#This Row]", "A4:D4"),
        ("Pay[[#All],[salary]]", "A2:A6"),
        ("Pay[[#Data],[salary]]", "A3:A5"),
        ("Pay[[#Headers],[salary]]", "A2"),
        ("Pay[[#Totals],[salary]:[rate]]", "A6:C6"),
        ("Pay[[#Headers],[#Data],[rate]]", "C2:C5"),
        ("Pay[[#Data],[#Totals]]", "A3:D6"),
        ("SHORE_LOADED_COST(Pay[[#This Row],[salary]])", "SHORE_LOADED_COST(A4)"),
        ("Pay[[#This Row],[salary]:[rate]]", "A4:C4"),
        ("Pay[[#this row],salary]", "A4"),
        ("Pay[ [#This Row] , [net salary] ]", "B4"),
        ("Pay[@]", "A4:D4"),
        ("Pay[@salary]", "A4"),
        ("Pay[@[net salary]]*Pay[@rate]", "B4*C4"),
        ("Pay[@[salary]:[rate]]", "A4:C4"),
        ("SUM(Pay[[#Headers],[rate]]:Pay[[#This Row],[rate]])", "SUM(C2:C4)"),
        ("SUM(A1:Pay[@rate])", "SUM(A1:C4)"),
        ("Pay[rate],Pay[salary]", "C3:C5,A3:A5"),
        ("Bare[a]", "F8:F9"),
        ("Odd.1['#1]", "'Bob''s pay'!D2:D3"),
        ("Odd.1[a'[b']]", "'Bob''s pay'!B2:B3"),
        ("Odd.1[[#All],[a'[b']]:[it''s]]", "'Bob''s pay'!B1:C3"),
        ("Odd.1[it's]", "'Bob''s pay'!C2:C3"),
        ("Odd.1[[x, y: z]]", "'Bob''s pay'!E2:E3"),
        ("Odd.1[x, y: z]", "'Bob''s pay'!E2:E3"),
        ("Odd.1[two\nlines]", "'Bob''s pay'!F2:F3"),
        ("Odd.1['@home]", "'Bob''s pay'!G2:G3"),
        ("Odd.1[[ends ]]", "'Bob''s pay'!H2:H3"),
        # What is no reference to a table stays.
        ('"Pay[salary]"&"a""Pay"&Pay[@rate]', '"Pay[salary]"&"a""Pay"&C4'),
        ("Pay!A1+'Pay'!A1+S!Pay", "Pay!A1+'Pay'!A1+S!Pay"),
        ("SUM(Pay:Rest!A1,Rest:Pay!A1)", "SUM(Pay:Rest!A1,Rest:Pay!A1)"),
        ("PAY(1)+Payment+_Pay+Pay.1+Pay?", "PAY(1)+Payment+_Pay+Pay.1+Pay?"),
        ("SUM(PAY:PAY,$PAY:Pay,Pay:$A)", "SUM(PAY:PAY,$PAY:Pay,Pay:$A)"),  # columns: before XFD
        ("[1]Sheet1!A1+'[1]It''s'!A1+[1]!Pay", "[1]Sheet1!A1+'[1]It''s'!A1+[1]!Pay"),
        ("[1]!SHORE_LOADED_COST(Pay[@rate])", "[1]!SHORE_LOADED_COST(C4)"),
        ("[1]!Pay[salary]+S!Pay[salary]", "[1]!Pay[salary]+S!Pay[salary]"),
    ],
)
def test_structured_references_become_plain_references(formula, cells):
    assert with_cell_references(formula, KNOWN, "S", (4, 9)) == cells


def test_the_table_name_may_be_omitted_within_the_table():
    formula = "[@salary]*[[#This Row],[rate]]+SUM([net salary])"
    assert with_cell_references(formula, KNOWN, "S", (3, 4)) == "A3*C3+SUM(B3:B5)"


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("None[salary]", "reads table None, which is not there"),
        ("[@salary]", "reads a table, but stands in none"),
        ("Pay[wage]", "reads wage, no column of table Pay"),
        ("Pay[[#All],[wage]]", "reads wage, no column of table Pay"),
        ("Bare[#Headers]", "reads a row that table Bare does not have: [#Headers]"),
        ("Odd.1[[#Totals],[it''s]]", "reads a row that table Odd.1 does not have"),
        ("Odd.1[@'#1]", "reads its row of table Odd.1, but stands in none"),
        ("Bare[@a]", "reads its row of table Bare, but stands in none"),
        ("Pay[[#All],[#Totals]]", "reads Pay[[#All],[#Totals]], which is not understood"),
        ("Pay[[#This Row],[#Data],[rate]]", "reads Pay[[#This Row],[#Data],[rate]], which is not"),
        ("Pay[[salary],[rate]]", "which is not understood"),
        ("Pay[[salary]:[rate]:[rate]]", "which is not understood"),
        ("Pay[[salary],[#All]]", "which is not understood"),
        ("Pay[#Rows]", "which is not understood"),
        ("Pay[[rate],]", "which is not understood"),
        ("Pay[salary]:Odd.1[it's]", "from sheet to sheet"),
    ],
)
def test_meaningless_references_are_refused(formula, why):
    with pytest.raises(WorkbookError) as refused:
        with_cell_references(formula, KNOWN, "S", (4, 9))
    assert why in str(refused.value)


@pytest.mark.parametrize("row", [2, 6, 7])
def test_header_totals_and_rows_below_are_not_table_rows(row):
    with pytest.raises(WorkbookError, match="reads its row of table Pay, but stands in none"):
        with_cell_references("Pay[@rate]", KNOWN, "S", (row, 1))


@pytest.mark.parametrize(
    "text", ["[" * 9999, "Pay[" + "'" * 9999, "a" * 9999, "Pay[a" * 3333, "['" * 99_999]
)
def test_adversarial_formulas_are_translated_quickly(text):
    assert loops_taken(lambda: with_cell_references(text, KNOWN, "S", (4, 9))) < 40


@pytest.mark.parametrize("text", ["<definedName ", '<definedName "', "<definedName a='>"])
def test_adversarial_comments_are_translated_quickly(text):
    comment = f"<!--{text * 20_000}-->".encode()
    assert loops_taken(lambda: names_with_cell_references(comment, KNOWN)) < 40


def test_defined_names_become_plain_unless_their_reference_is_meaningless():
    xml = (
        '<definedNames><definedName name="a" comment="x>y">SUM(Odd.1[it\'\'s])&gt;1</definedName>'
        '<definedName name="b">Pay[@rate]</definedName></definedNames>'
    )
    expected = xml.replace("Odd.1[it''s]", "'Bob''s pay'!$C$2:$C$3")
    assert names_with_cell_references(xml.encode(), KNOWN).decode() == expected


LINK = '<r><Relationship Type="http://a/table" Target="../tables/t.xml" Id="1"/></r>'


def parts(table):
    return {"xl/worksheets/_rels/s.xml.rels": LINK.encode(), "xl/tables/t.xml": table.encode()}


def test_tables_are_read_as_excel_writes_them():
    xml = (
        '<table xmlns="http://a" name="x" displayName="Pay" ref="B2:C5" totalsRowCount="1">'
        '<autoFilter ref="B2:C4"/><tableColumns count="2"><tableColumn id="1" name="b">'
        "<calculatedColumnFormula>Pay[b]</calculatedColumnFormula></tableColumn>"
        '<tableColumn id="2" name="two_x000a_lines"/></tableColumns></table>'
    )
    read = tables(parts(xml), {"S": "xl/worksheets/s.xml", "T": "xl/worksheets/t.xml"})
    assert read == {"pay": Table("Pay", "S", (2, 2, 5, 3), ("b", "two\nlines"), 1, 1)}


@pytest.mark.parametrize(
    "table",
    [
        "<table",
        "<table/>",
        '<table ref="A1:B2" name="a"><tableColumn name="a"/></table>',
        '<table ref="A1" name="a" headerRowCount="x"><tableColumn name="a"/></table>',
    ],
)
def test_a_damaged_table_is_refused(table):
    with pytest.raises(WorkbookError, match="a table of sheet S is damaged"):
        tables(parts(table), {"S": "xl/worksheets/s.xml"})


# Rows 2 to 5 of columns B to E of sheet S; heads in row 2, totals in row 6. The rules, with their
# examples, are Microsoft's "Using structured references with Excel tables": an apostrophe comes
# before [, ], # and ' in a column's name, @ is [#This Row], and a colon joins columns.
SPECIAL = Table("T", "S", (2, 2, 6, 6), ("a#b", "a b", "it's", "[x]", "last"), 1, 1)
READ = {
    "T[a'#b]": (3, 2, 5, 2),
    "T[[a'#b]]": (3, 2, 5, 2),
    "T[a b]": (3, 3, 5, 3),
    "T[it''s]": (3, 4, 5, 4),
    "T['[x']]": (3, 5, 5, 5),
    "T[[#This Row],[a'#b]]": (4, 2, 4, 2),
    "T[[#This Row],['[x']]]": (4, 5, 4, 5),
    "T[@[a b]]": (4, 3, 4, 3),
    "T[@last]": (4, 6, 4, 6),
    "T[@[a'#b]:[it''s]]": (4, 2, 4, 4),
    "[@last]": (4, 6, 4, 6),
    "[@[a b]]": (4, 3, 4, 3),
    "T[#Headers]": (2, 2, 2, 6),
    "T[#All]": (2, 2, 6, 6),
    "T[#Totals]": (6, 2, 6, 6),
    "T[#Data]": (3, 2, 5, 6),
    "T": (3, 2, 5, 6),
    "T[[#Headers],[last]]": (2, 6, 2, 6),
    "T[[a'#b]:[it''s]]": (3, 2, 5, 4),
    "T[[it''s]:[a'#b]]": (3, 2, 5, 4),
    "T[[#All],[a b]:['[x']]]": (2, 3, 6, 5),
    "T[[#Headers],[last]]:T[[#This Row],[last]]": (2, 6, 4, 6),
}


@pytest.mark.parametrize(("text", "area"), READ.items())
def test_recalculation_reads_the_columns_that_microsoft_says(text, area):
    assert with_cell_references(text, {"t": SPECIAL}, "S", (4, 3)) == address(area)


@pytest.mark.parametrize(("text", "area"), READ.items())
def test_lint_reads_the_columns_that_microsoft_says(text, area, tmp_path):
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "S"
    for column, name in enumerate(SPECIAL.columns, 2):
        sheet.cell(2, column, name)
    table = ExcelTable(displayName="T", ref="B2:F6", totalsRowCount=1)
    table._initialise_columns()
    for column, name in zip(table.tableColumns, SPECIAL.columns, strict=True):
        column.name = name
    sheet.add_table(table)
    sheet["C4"] = f"=SUM({text})"
    workbook.save(tmp_path / "a.xlsx")
    facts = read_facts(tmp_path / "a.xlsx")
    (grid,) = facts.grids
    [(operand, areas)] = facts.references(grid, (4, 3))
    assert (operand.text, areas) == (text, (Area(0, *area),))


def test_lint_finds_no_circle_where_a_column_beside_is_read(tmp_path):
    workbook = Workbook()
    sheet = workbook.active
    sheet.append(["a#b", "share"])
    sheet.append([4, "=T[[#This Row],[a'#b]]/2"])
    table = ExcelTable(displayName="T", ref="A1:B2")
    sheet.add_table(table)
    workbook.save(tmp_path / "a.xlsx")
    assert [one for one in lint(tmp_path / "a.xlsx") if one.rule == "SW23"] == []
