"""Cells of every kind that depend on the functions are computed, arrays and shared formulas too."""

import io

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from shorewise import udfs
from tests.support.recalculation import COST, book, calculated, dynamic, shown, with_part


def test_cells_of_every_kind_are_computed_and_feed_each_other():
    data, computed, left = calculated(
        book(
            A1=60_000,
            A2="=SHORE_LOADED_COST(A1)",
            A3="=A2*2",
            A4='=SHORE_OVERHEAD(A1,"travell")',
            A5="=SHORE_LOADED_COST(1/0)",
            A6="=ISERROR(A5)",
            A7="=SHORE_BREAK_EVEN(1,10)",
            A8="=IF(A2>1,SHORE_VERSION(),0)",
            A9='=EXACT("a",SHORE_LOCATION("PL","currency"))',
        )
    )
    assert (computed, left) == (8, [])
    assert shown(data, *(f"A{row}" for row in range(2, 10))) == [
        COST, 2 * COST, udfs.SHORE_OVERHEAD(60_000, "travell"), "#DIV/0!", True, 10,
        udfs.SHORE_VERSION(), False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "call",
    [
        pytest.param("SHORE_LOADED_COST(60000,,0.1)", id="between-commas"),
        pytest.param("SHORE_LOADED_COST( 60000 , , 0.1 , )", id="spaces-and-at-the-end"),
        pytest.param("shore_loaded_cost(60000,,0.1)", id="small-letters"),
        pytest.param("[1]!SHORE_LOADED_COST(60000,,0.1)", id="of-an-add-in"),
        pytest.param("XW.SHORE_LOADED_COST(60000,,0.1)", id="of-a-namespace"),
        pytest.param("_xldudf_XW_SHORE_LOADED_COST(60000,,0.1)", id="of-a-namespace-as-stored"),
        pytest.param("SUM(SHORE_LOADED_COST({60000},IF(TRUE,),0.1),0)", id="inside-others"),
    ],
)
def test_calls_are_known_however_they_are_written(call):
    data, _, left = calculated(book(A1=f"={call}"))
    expected = udfs.SHORE_LOADED_COST(60_000, None, 0.1)
    if "IF(" in call:  # what IF gives is 0, not omitted
        expected = udfs.SHORE_LOADED_COST(60_000, 0, 0.1)
    assert left == []
    assert shown(data, "A1") == [pytest.approx(expected, rel=1e-12)]


def test_a_dynamic_array_spills_and_takes_back_what_it_filled_before():
    call = ArrayFormula("B1:D2", "=SHORE_HEADLINE_SAVING(A1:A3,100)")
    raw = dynamic(
        book(A1=50, A2=60, A3="x", B1=call, C1=1, D1=2, B2=3, C2=4, D2=5, E1="=SUM(B1:B2)")
    )
    data, _, left = calculated(raw)
    assert left == []
    assert shown(data, "B1", "B2", "B3", "C1", "D2", "E1") == [
        0.5, 0.4, "Shorewise: salary is the text 'x'; it must be a number", None, None, 0.9,
    ]  # fmt: skip
    assert load_workbook(io.BytesIO(data))["S"]["B1"].value.ref == "B1:B3"
    assert calculated(data)[0] == data


def test_an_array_of_fixed_size_keeps_it():
    call = ArrayFormula("B1:C3", "=SHORE_HEADLINE_SAVING(A1:A2,100)")
    one = ArrayFormula("E1:E2", "=SHORE_HEADLINE_SAVING(A1,100)")
    data, _, left = calculated(book(A1=50, A2=60, B1=call, E1=one))
    assert left == []
    # One column fills each column of the array: Excel, "Guidelines and examples of array formulas".
    assert shown(data, "B1", "B2", "B3", "C1", "E1", "E2") == [0.5, 0.4, "#N/A", 0.5, 0.5, 0.5]


def test_a_plain_formula_shows_the_first_value_and_spills_nothing():
    data, _, left = calculated(book(A1="=SHORE_BREAKDOWN(60000)", A2=7, B1='=IF(A1>"",A2,0)'))
    assert left == []
    assert shown(data, "A1", "A2", "B1") == ["Gross pay per head", 7, 7]


def test_shared_formulas_are_computed():
    raw = with_part(
        book(A1=50, A2=60, B1="=SHORE_HEADLINE_SAVING(A1,)", B2="=0"),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace("<f>SHORE", '<f t="shared" ref="B1:B2" si="0">SHORE').replace(
            "<f>0</f>", '<f t="shared" si="0"/>'
        ),
    )
    data, computed, _ = calculated(raw)
    message = "Shorewise: onshore_salary is empty; it must be 1 or more, up to 1e+12"
    assert computed == 2
    assert shown(data, "B1", "B2") == [message, message]


def test_text_that_looks_like_a_function_is_no_function():
    data, _, left = calculated(book(A1='="FOO(1) of [1]Sheet1!A1"&SHORE_VERSION()'))
    assert left == []
    assert shown(data, "A1") == ["FOO(1) of [1]Sheet1!A1" + udfs.SHORE_VERSION()]


def test_names_of_sheets_are_not_taken_for_calls():
    workbook = Workbook()
    workbook.active["A1"] = "='It''s FOO(old)'!A1+1+0*SHORE_LOADED_COST(1)"
    workbook.create_sheet("It's FOO(old)")["A1"] = 2
    buffer = io.BytesIO()
    workbook.save(buffer)
    data, _, left = calculated(buffer.getvalue())
    assert left == []
    assert load_workbook(io.BytesIO(data), data_only=True).active["A1"].value == 3
