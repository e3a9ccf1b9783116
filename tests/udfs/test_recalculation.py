"""`shorewise calc`: values beside the formulas of any workbook, and nothing else changed."""

import contextlib
import io
import sys
import time
import zipfile
from pathlib import Path

import pytest
import xlwings
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.table import Table

from shorewise import udfs
from shorewise.cli import main
from shorewise.udfs.recalc import grammar
from shorewise.udfs.recalculation import calc, calculated
from shorewise.workbook import WorkbookError

COST = udfs.SHORE_LOADED_COST(60_000)


def book(**cells):
    """The package of a workbook with cells on sheet S."""
    workbook = Workbook()
    workbook.active.title = "S"
    for address, content in cells.items():
        workbook.active[address] = content
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def with_part(data, name, change):
    """The package with one part changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for entry in old.namelist():
            part = old.read(entry)
            new.writestr(entry, change(part.decode()).encode() if entry == name else part)
    return buffer.getvalue()


def with_value(data, address, kind, value):
    """The package with a value beside a formula."""

    def change(xml):
        start, mark, rest = xml.partition(f'r="{address}"')
        return (
            start
            + mark
            + kind
            + rest.replace("<v />", f"<v>{value}</v>", 1).replace("<v></v>", f"<v>{value}</v>", 1)
        )

    return with_part(data, "xl/worksheets/sheet1.xml", change)


def dynamic(data):
    """The package whose arrays spill."""
    return with_part(
        data,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace('><f t="array"', ' cm="1"><f t="array"'),
    )


def shown(data, *addresses):
    sheet = load_workbook(io.BytesIO(data), data_only=True)["S"]
    return [sheet[address].value for address in addresses]


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
    assert shown(data, "A1", "A2", "B1") == ["Pay", 7, 7]


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


@pytest.mark.parametrize(("content", "why"), LEFT)
def test_a_cell_that_is_not_computed_keeps_its_value_and_so_does_all_that_reads_it(content, why):
    if isinstance(content, str):
        content = content.replace("{}", "D1")
    raw = book(A1=content, B1="=A1*2", C1="=IFERROR(B1,1)", D1="=SHORE_LOADED_COST(60000)", Z2=1)
    for address, value in (("A1", 21), ("B1", 40), ("C1", 41)):
        raw = with_value(raw, address, "", value)
    data, computed, left = calculated(raw)
    assert [one.cell for one in left] == ["'S'!A1", "'S'!B1", "'S'!C1"]
    assert left[0].why.startswith(why)
    assert computed == 1
    assert shown(data, "A1", "B1", "C1", "D1") == [21, 40, 41, COST]


def test_a_formula_that_is_longer_than_any_of_excel_is_left():
    raw = with_part(
        book(A1="=SHORE_LOADED_COST(60000)"),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace("60000", "1+" * 40_000 + "1"),
    )
    _, computed, left = calculated(raw)
    assert (computed, left) == (0, [("'S'!A1", "has 80,020 characters; Excel takes 8,192")])


def test_text_that_looks_like_a_function_is_no_function():
    data, _, left = calculated(book(A1='="FOO(1) of [1]Sheet1!A1"&SHORE_VERSION()'))
    assert left == []
    assert shown(data, "A1") == ["FOO(1) of [1]Sheet1!A1" + udfs.SHORE_VERSION()]


def test_more_than_formualizer_spills_is_said_and_keeps_its_values():
    call = ArrayFormula("B1:B2", "=SHORE_HEADLINE_SAVING(A1:A10001,100)")
    raw = with_value(dynamic(book(A1=50, B1=call, B2=3, C1="=B2")), "B1", "", 8)
    data, _, left = calculated(with_value(raw, "C1", "", 4))
    assert [one.cell for one in left] == ["'S'!B1", "'S'!C1"]
    assert "10,000 cells" in left[0].why
    assert shown(data, "B1", "B2", "C1") == [8, 3, 4]


def test_all_but_values_stays_as_it_is(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(book(A1="=SHORE_LOADED_COST(60000)", B1="text"))
    calc(path, tmp_path / "b.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "b.xlsx") as new:
        assert [(e.filename, e.date_time) for e in old.infolist()] == [
            (e.filename, e.date_time) for e in new.infolist()
        ]
        changed = [n for n in old.namelist() if old.read(n) != new.read(n)]
        assert changed == ["xl/worksheets/sheet1.xml"]
        before, after = (a.read(changed[0]).decode() for a in (old, new))
    assert after == before.replace("<v></v>", "<v />").replace("<v />", f"<v>{COST!r}</v>")


def test_macros_stay_as_they_are(tmp_path):
    path = tmp_path / "macros.xlsm"
    workbook = load_workbook(
        Path(xlwings.__file__).with_name("quickstart_standalone.xlsm"), keep_vba=True
    )
    workbook.worksheets[0].title = "S"
    workbook["S"]["A1"] = "=SHORE_LOADED_COST(60000)"
    workbook.save(path)
    workbook.vba_archive.close()
    done = calc(path, tmp_path / "b.xlsm")
    assert done.left == []
    assert shown(done.path.read_bytes(), "A1") == [COST]
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(done.path) as new:
        changed = [n for n in old.namelist() if old.read(n) != new.read(n)]
        assert "xl/vbaProject.bin" in old.namelist()
        assert changed == ["xl/worksheets/sheet1.xml"]


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
    found = {one.cell: one.why for one in left}
    assert found[f"'S'!{address}"].startswith(why)
    assert shown(data, address) == [21]


@pytest.mark.parametrize(
    "text",
    ["a" * 50_000, "'" * 49_999, "A1:" * 5_000, "((" * 8_000, '"' * 16_001, "[" * 16_000,
     "A!" * 8_000, "a.b!c:" * 2_500, "1" * 16_000, "$A" * 8_000, "{" * 16_000, "#" * 16_000],
)  # fmt: skip
def test_formulas_made_to_take_long_do_not(text):
    start = time.process_time()
    for read in (grammar.scan, grammar.parse):
        with contextlib.suppress(grammar.FormulaError):
            read(text)
    assert time.process_time() - start < 2


def test_names_of_sheets_are_not_taken_for_calls():
    workbook = Workbook()
    workbook.active["A1"] = "='It''s FOO(old)'!A1+1+0*SHORE_LOADED_COST(1)"
    workbook.create_sheet("It's FOO(old)")["A1"] = 2
    buffer = io.BytesIO()
    workbook.save(buffer)
    data, _, left = calculated(buffer.getvalue())
    assert left == []
    assert load_workbook(io.BytesIO(data), data_only=True).active["A1"].value == 3


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
    found = {one.cell: one.why for one in left}
    assert found["'S'!C5"].startswith("calls SUBTOTAL where rows are hidden")
    assert shown(data, "D3") == [COSTS[1]]


def run(*arguments):
    return CliRunner().invoke(main, ["calc", *map(str, arguments)])


@pytest.fixture
def path(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(book(A1="=SHORE_LOADED_COST(60000)"))
    return tmp_path / "a.xlsx"


def test_the_command_writes_another_workbook_or_the_same(path, tmp_path):
    done = run(path, "-o", tmp_path / "b.xlsx")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == f"wrote {tmp_path / 'b.xlsx'}: 1 formula cells computed\n"
    assert run(path, "--force").exit_code == 0
    assert shown(path.read_bytes(), "A1") == [COST]
    assert path.read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_the_command_lists_what_it_left_with_exit_code_1(path):
    path.write_bytes(book(A1="=FOO(SHORE_VERSION())"))
    done = run(path, "--force")
    assert done.exit_code == 1
    assert done.stdout == (
        "'S'!A1: not computed: calls FOO, which formualizer does not know; keeps its value\n"
    )


def test_a_workbook_that_calls_none_of_the_functions_is_left_alone(path, tmp_path):
    path.write_bytes(book(A1="=1+1", A2="SHORE_VERSION"))
    before = path.read_bytes()
    done = run(path, "-o", tmp_path / "b.xlsx")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == (
        f"{path}: calls no function of Shorewise; nothing to compute, nothing written\n"
    )
    assert [*tmp_path.iterdir()] == [path]
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "exists already; --force replaces it"),
        (["-o", "b.xlsm"], "the name must end in .xlsx"),
        (["-o", "none/b.xlsx"], "cannot be written"),
    ],
)
def test_what_may_not_be_written_is_one_line(path, arguments, message, monkeypatch):
    monkeypatch.chdir(path.parent)
    before = path.read_bytes()
    done = run("a.xlsx", *arguments)
    assert done.exit_code == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert path.read_bytes() == before
    assert [*path.parent.iterdir()] == [path]


OURS = book(A1="=SHORE_VERSION()")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not an Excel workbook"),
        (b"PK\x03\x04", "not an Excel workbook"),
        (
            with_part(OURS, "xl/worksheets/sheet1.xml", lambda xml: xml[:-9]),
            "sheet1.xml is damaged",
        ),
        (
            with_part(book(A1="=1"), "xl/worksheets/sheet1.xml", lambda xml: "<!DOCTYPE a>" + xml),
            "a DTD",
        ),
        (
            with_part(OURS, "xl/_rels/workbook.xml.rels", lambda _: "<a/>"),
            "has no sheet",
        ),
    ],
)
def test_what_is_no_workbook_is_one_line(path, data, message):
    path.write_bytes(data)
    done = run(path, "--force")
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert path.read_bytes() == data


def test_without_formualizer_it_says_what_to_install(path, monkeypatch):
    monkeypatch.setitem(sys.modules, "formualizer", None)
    with pytest.raises(WorkbookError, match=r"pip install 'shorewise\[calc\]'"):
        calc(path, force=True)
