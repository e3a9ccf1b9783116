"""Cells that cannot be computed for sure keep their values, with the reason."""

import pytest
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from shorewise.workbook import WorkbookError
from tests.support.recalculation import (
    COST,
    book,
    calculated,
    dynamic,
    shown,
    with_part,
    with_value,
)

LEFT = [
    pytest.param("=FOO({})", "calls FOO, which formualizer does not know", id="unknown"),
    pytest.param("=IFERROR(FOO({}),0)", "calls FOO, which formualizer does not know", id="hidden"),
    pytest.param("=[1]Sheet1!A1+{}", "reads another workbook", id="outside"),
    pytest.param("='[1]My sheet'!A1+{}", "reads another workbook", id="outside-quoted"),
    pytest.param("=no_such_name+{}", "uses the name no_such_name", id="name"),
    pytest.param(
        "=IFERROR(SUM(Pay[salary]),{})", "reads table Pay, which is not there", id="table"
    ),
    pytest.param("=S!Pay[pay]+{}", "reads a table by its name", id="table-of-a-sheet"),
    pytest.param("='[1]It''s'!A1+{}", "reads another workbook", id="outside-apostrophe"),
    pytest.param("=[1]!Sales+{}", "reads another workbook", id="outside-name"),
    pytest.param("=A1+{}", "depends on itself", id="circle"),
    pytest.param("=RAND()+{}", "calls RAND, whose value changes", id="random"),
    pytest.param("=Z1:Z9*{}", "takes one cell of a range", id="implicit-intersection"),
    pytest.param('=TEXT({},"0.00E+00")', "calls TEXT", id="format"),
    pytest.param("=IRR(Z1:Z9,{})", "calls IRR", id="irr"),
    pytest.param("=SUM(Z1:INDEX(Z:Z,{}))", "puts a range together", id="joined"),
    pytest.param("=SUM(S:T!A5)+{}", "reads sheet S:T, which is not there", id="3-d"),
    pytest.param("=SUM((Z1,Z2))+{}", "reads several ranges as one", id="union"),
    pytest.param("=SUM(Z1:Z2 Z2:Z3)+{}", "reads where two ranges meet", id="intersection"),
    pytest.param("=SUM(Z1#)+{}", "reads what an array fills", id="spilled"),
    pytest.param('="2027-01-31"+{}', "takes the text '2027-01-31' for a number", id="text-date"),
    pytest.param("=SUMPRODUCT(LEN(Z1:Z4))+{}", "takes one cell of a range", id="array"),
    pytest.param("=SHORE_LOADED_COST(" + "(" * 8_000, "is nested too deeply", id="brackets"),
    pytest.param("={}" + "&REPT(9,9999)" * 4, "joins texts to one that is longer", id="long-text"),
    pytest.param(
        DataTableFormula(ref="A1:A1", dt2D=False, dtr=False, r1="D1"),
        "is a data table",
        id="what-if",
    ),
]


@pytest.mark.parametrize(("content", "why"), LEFT)
def test_a_cell_that_is_not_computed_keeps_its_value_and_so_does_all_that_reads_it(content, why):
    if isinstance(content, str):
        content = content.replace("{}", "D1")
    raw = book(A1=content, B1="=A1*2", C1="=IFERROR(B1,1)", D1="=SHORE_LOADED_COST(60000)", Z2=1)
    for address, value in (("A1", 21), ("B1", 40), ("C1", 41)):
        raw = with_value(raw, address, "", value)
    data, computed, left = calculated(raw)
    assert [one.cell for one in left] == ["'S'!A1", "'S'!B1", "'S'!C1"]
    assert left[0].reason.startswith(why)
    assert computed == 1
    assert shown(data, "A1", "B1", "C1", "D1") == [21, 40, 41, COST]


def test_cells_that_share_a_formula_are_left_together():
    raw = book(A1="=IFERROR(FOO(D1),0)", A2="=IFERROR(FOO(D2),0)", D1="=SHORE_VERSION()", D2="=D1")

    def share(xml):
        xml = xml.replace("<f>IFERROR(FOO(D1)", '<f t="shared" ref="A1:A2" si="0">IFERROR(FOO(D1)')
        return xml.replace("<f>IFERROR(FOO(D2),0)</f>", '<f t="shared" si="0"/>')

    raw = with_part(raw, "xl/worksheets/sheet1.xml", share)
    raw = with_value(with_value(raw, "A1", "", 21), "A2", "", 22)
    data, computed, left = calculated(raw)
    assert (computed, [one.cell for one in left]) == (2, ["'S'!A1", "'S'!A2"])
    assert shown(data, "A1", "A2") == [21, 22]


def test_dates_that_count_from_1904_are_refused():
    raw = with_part(
        book(A1="=YEAR(44927)+SHORE_LOADED_COST(60000)"),
        "xl/workbook.xml",
        lambda xml: xml.replace("<workbookPr", '<workbookPr date1904="1"', 1),
    )
    with pytest.raises(WorkbookError, match="dates count from 1904"):
        calculated(raw)


def test_a_formula_that_is_longer_than_any_of_excel_is_left():
    raw = with_part(
        book(A1="=SHORE_LOADED_COST(60000)"),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace("60000", "1+" * 40_000 + "1"),
    )
    _, computed, left = calculated(raw)
    assert (computed, left) == (0, [("'S'!A1", "has 80,020 characters; Excel takes 8,192")])


def test_more_than_formualizer_spills_is_said_and_keeps_its_values():
    call = ArrayFormula("B1:B2", "=SHORE_HEADLINE_SAVING(A1:A10001,100)")
    raw = with_value(dynamic(book(A1=50, A10001=50, B1=call, B2=3, C1="=B2")), "B1", "", 8)
    data, _, left = calculated(with_value(raw, "C1", "", 4))
    assert [one.cell for one in left] == ["'S'!B1", "'S'!C1"]
    assert "10,000 cells" in left[0].reason
    assert shown(data, "B1", "B2", "C1") == [8, 3, 4]
