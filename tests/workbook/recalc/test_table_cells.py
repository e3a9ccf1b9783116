"""Tables of Excel: their cells are computed, and cells that refer to their columns."""

import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from shorewise import udfs
from tests.support.recalculation import calculated, dynamic, shown, with_part, with_value

SALARIES, HEADS = (50_000, 60_000, 90_000), (3, 2, 1)


COSTS = [udfs.SHORE_LOADED_COST(salary) for salary in SALARIES]


def tabled(**cells):
    """The package of a workbook with a table on each of two sheets, and other cells on sheet S."""
    workbook = Workbook()
    sheet, other = workbook.active, workbook.create_sheet("Bob's rates")
    sheet.title = "S"
    sheet.append(("salary", "head count", "all", "cost"))
    for salary, heads in zip(SALARIES, HEADS, strict=True):
        every = "=Pay[[#This Row],[cost]]*Pay[[#This Row],[head count]]"
        sheet.append((salary, heads, every, "=SHORE_LOADED_COST(Pay[[#This Row],[salary]])"))
    sheet.append((None, "=SUBTOTAL(109,Pay[head count])", "=SUBTOTAL(109,Pay[all])"))
    other["B2"], other["B3"], other["C2"] = 0.5, 0.25, "=SUM(Pay[head count])*Rates[@share]"
    for one, table, names in (
        (sheet, Table(displayName="Pay", ref="A1:D5", totalsRowCount=1), sheet[1]),
        (other, Table(displayName="Rates", ref="B2:C3", headerRowCount=0), ["share", "heads"]),
    ):
        table._initialise_columns()
        table.autoFilter = None
        for column, name in zip(table.tableColumns, names, strict=True):
            column.name = getattr(name, "value", name)
        one.add_table(table)
    workbook.defined_names["costs"] = DefinedName("costs", attr_text="Pay[cost]")
    for address, content in cells.items():
        sheet[address] = content
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def test_tables_are_computed_in_whatever_order_their_columns_need_and_keep_their_formulas():
    raw = with_value(tabled(), "B5", "", 6)
    data, computed, left = calculated(raw)
    assert computed == 7
    # Neither depends on a function of ours: one has a value, the other has none.
    assert [one.cell for one in left] == ["'Bob''s rates'!C2"]
    assert shown(data, "D2", "D3", "D4") == COSTS
    assert shown(data, "C2", "C3", "C4") == [3 * COSTS[0], 2 * COSTS[1], COSTS[2]]
    assert shown(data, "B5", "C5") == [6, pytest.approx(3 * COSTS[0] + 2 * COSTS[1] + COSTS[2])]
    before, after = (load_workbook(io.BytesIO(each)).worksheets for each in (raw, data))
    for old, new in zip(before, after, strict=True):
        assert [*new.values] == [*old.values]
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(io.BytesIO(data)) as new:
        changed = [name for name in old.namelist() if old.read(name) != new.read(name)]
    assert changed == ["xl/worksheets/sheet1.xml"]


# In row 3: 60,000, two heads.
@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=Pay[[#Totals],[head count]]+1", 7),
        ("=SUM(Pay[[salary]:[head count]])", 200_006),
        ("=SUM(Pay[@[salary]:[head count]])", 60_002),
        ("=ROWS(Pay[#All])*10+ROWS(Pay)", 53),
        ('=INDEX(Pay[#Headers],2)&" Pay[salary]"', "head count Pay[salary]"),
        ("=SUM(Pay[[#Headers],[salary]]:Pay[[#This Row],[salary]])", 110_000),
        ("=MAX(Rates[share])", 0.5),
        ("=MAX(costs)", COSTS[2]),
        ("=SHORE_LOADED_COST(Pay[salary])", COSTS[0]),
        ("=SHORE_LOADED_COST(Pay[@salary],,0.1)", udfs.SHORE_LOADED_COST(60_000, None, 0.1)),
        ("=MAX(SHORE_LOADED_COST(Pay[salary]))", COSTS[2]),
    ],
)
def test_cells_beside_a_table_read_it(formula, value):
    if "SHORE" not in formula and "costs" not in formula:
        formula += "+0*D2" if not isinstance(value, str) else '&IF(D2>0,"")'
    data, _, left = calculated(tabled(F3=formula))
    assert "'S'!F3" not in [one.cell for one in left]
    assert shown(data, "F3") == [value]


def test_an_array_beside_a_table_spills():
    call = ArrayFormula("F2:F2", "=SHORE_LOADED_COST(Pay[salary])")
    plain = ArrayFormula("G2:G3", "=Pay[salary]*Pay[head count]+0*D2")
    data, _, left = calculated(dynamic(tabled(F2=call, G2=plain)))
    assert not {"'S'!F2", "'S'!G2"} & {one.cell for one in left}
    assert shown(data, "F2", "F3", "F4", "F5") == [*COSTS, None]
    assert shown(data, "G2", "G3", "G4", "G5") == [150_000, 120_000, 90_000, None]


@pytest.mark.parametrize(
    ("address", "formula", "why"),
    [
        ("F1", "=Pay[@salary]+D2", "reads its row of table Pay, but stands in none"),
        ("F3", "=Pay[wage]+D2", "reads wage, no column of table Pay"),
        ("F3", "=Pay[salary]*D2", "takes one cell of a range (implicit intersection)"),
        ("F3", '=SUM(INDIRECT("Pay["&A1&"]"))', "calls INDIRECT, whose reach is not known"),
    ],
)
def test_what_a_table_does_not_have_is_left(address, formula, why):
    raw = with_value(tabled(**{address: formula}), address, "", 21)
    data, _, left = calculated(raw)
    found = {one.cell: one.reason for one in left}
    assert found[f"'S'!{address}"].startswith(why)
    assert shown(data, address) == [21]


def test_shared_formulas_read_their_own_row_of_a_table():
    raw = with_part(
        tabled(F2="=Pay[@cost]+A2", F3="=0"),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace("<f>Pay[@", '<f t="shared" ref="F2:F3" si="0">Pay[@').replace(
            "<f>0</f>", '<f t="shared" si="0"/>'
        ),
    )
    data, _, _ = calculated(raw)
    assert shown(data, "F2", "F3") == [COSTS[0] + SALARIES[0], COSTS[1] + SALARIES[1]]


def test_totals_of_rows_that_are_not_hidden_are_left():
    raw = with_part(
        tabled(), "xl/worksheets/sheet1.xml", lambda xml: xml.replace('r="3"', 'r="3" hidden="1"')
    )
    data, _, left = calculated(raw)
    found = {one.cell: one.reason for one in left}
    assert found["'S'!C5"].startswith("calls SUBTOTAL where rows are hidden")
    assert shown(data, "D3") == [COSTS[1]]
