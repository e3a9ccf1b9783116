"""What `shorewise calc` changes in a workbook, and what it never does."""

import pytest
from openpyxl.worksheet.formula import ArrayFormula

from shorewise import udfs
from shorewise.udfs.recalculation import registry
from shorewise.workbook import WorkbookError
from shorewise.workbook.recalc import recalculate
from shorewise.workbook.recalc.sandbox import recalculate_in_sandbox
from tests.support.recalculation import COST, OURS, calculated, package, parts, shown

# Formulas that formualizer 0.13 gets wrong or that Excel shows to 15 digits, and Excel's values.
SEEN = {
    "B1": ("=IF(A1+A2=A3,1,2)", 1), "B2": ("=(0.1+0.2)-0.3", 0),
    "B3": ("=IRR(A5:D5)", 0.130662386291807),
    "B4": ('=SUMPRODUCT((LEFT(A7:A10,1)="N")*A11:A14)', 40), "B5": ("=FLOOR(-2.5,-2)", -2),
    "B6": ('=VALUE("(5)")', -5), "B7": ('=IF("TRUE",1,2)', 1), "B8": ("=0.07*100", 7),
}  # fmt: skip
DATA = {
    "A1": 0.1, "A2": 0.2, "A3": 0.3, "A5": -100, "C5": 60, "D5": 60, "A7": "North", "A8": "South",
    "A9": "north", "A10": "East", "A11": 10, "A12": 20, "A13": 30, "A14": 40,
}  # fmt: skip


def test_cells_that_depend_on_none_of_the_functions_stay_byte_for_byte():
    cells = DATA | {address: text for address, (text, _) in SEEN.items()}
    saved = {address: value for address, (_, value) in SEEN.items()}
    raw = package(cells | {"F1": OURS}, saved, others={"T": {"A1": "=S!A1*2"}})
    data, computed, left = calculated(raw)
    assert computed == 1
    assert [one.cell for one in left] == ["'T'!A1"]  # has no value, and gets none
    before, after = parts(raw), parts(data)
    changed = [name for name in before if before[name] != after[name]]
    assert changed == ["xl/worksheets/sheet1.xml"]
    written = f"<v>{COST!r}</v>".encode()
    assert after[changed[0]].count(written) == 1
    assert after[changed[0]].replace(written, b"<v />") == before[changed[0]].replace(
        b"<v></v>", b"<v />"
    )


@pytest.mark.parametrize("address", SEEN)
def test_what_depends_on_a_function_is_right_or_left(address):
    text, right = SEEN[address]
    for array in (False, True):
        formula = f"{text}+0*F1"
        raw = package(DATA | {"H1": ArrayFormula("H1", formula) if array else formula, "F1": OURS})
        data, _, left = calculated(raw)
        if not left:
            assert shown(data, "H1") == [pytest.approx(right, rel=1e-14, abs=1e-300)]


# By Excel's documented rules: 15 digits in texts and comparisons, 0 for noise at the end.
@pytest.mark.parametrize(
    ("formula", "right"),
    [
        ('=IF(A1+A2+0*F1=A3,"balanced","OUT OF BALANCE")', "balanced"),
        ("=A3-A2-A1+0*F1", None),
        ("=0*F1+0.3-0.2-0.1", 0),
        ('="Saving "&A1+A2+0*F1', "Saving 0.3"),
        ('=0.07*100+0*F1&"%"', "7%"),
        ("=ROUND(2.675+0*F1,2)", 2.68),
        ("=-2^2+0*F1", 4),
        ("=2^3^2+0*F1", 64),
        ("=POWER(A12,2)+0*F1", 400),
        ("=50%+0*F1", 0.5),
        ('=TEXT(1234.567+0*F1,"#,##0.00")', "1,234.57"),
        ('=SUMIF(A7:A10,"north",A11:A14)+0*F1', 40),
        ('=SUMPRODUCT((A7:A10="North")*A11:A14)+0*F1', 40),
        ('=VLOOKUP("south",A7:B10,1,FALSE)&IF(F1>0,"")', "South"),
        ("=INDEX(A11:A14,MATCH(20,A11:A14,0))+0*F1", 20),
        ("=SUM(A:A)+0*F1-SUM(A1:A14)", 0),
        ("=ROWS(A:A)+0*F1", 1_048_576),
        ("=COLUMN()+ROW()+0*F1", 9),
        ("=cost*rate", 2 * COST),
        ("=twice", 2 * COST),
        ("=left_neighbour*2", 2 * COST),
    ],
)  # fmt: skip
def test_what_is_computed_is_what_excel_shows(formula, right):
    names = {"cost": "S!$F$1", "rate": "2", "twice": "S!$F$1*2", "left_neighbour": "S!XFD1"}
    cells = DATA | {"H1": formula, "F1": OURS, "G1": "=F1"}
    data, _, left = calculated(package(cells, names=names))
    if right is None:  # noise that is not the last step: Excel's digits are not known
        assert [one.cell for one in left] == ["'S'!H1"]
    else:
        assert left == []
        assert shown(data, "H1") == [right]


# What Excel takes in full, counts otherwise or sorts otherwise, and its values; None: not known.
@pytest.mark.parametrize(
    ("formula", "right"),
    [
        ("=SUM({1,2,3}*F1)", 6 * COST),
        ("=SUM({1,2,3}*F1)/F1", 6),
        ("=MAX(-{1,2,3}*F1)+F1", 0),
        ("={1,2,3}*F1", COST),
        ("=SUM(ABS({1,-2}*F1))", 3 * COST),
        ("=MAX(IF({1,0},0,F1))", COST),
        ("=AND({1,0}*F1>0)", False),
        ('=LEN("\U0001f600"&F1)-LEN(F1)', 2),
        ('=LEFT("\U0001f600a",2*(F1>0))', "\U0001f600"),
        ('=IF("\u00e9"<"z",2,3)+0*F1', 2),
        ("=MOD(1E+20,F1)", None),
        ("=MOD(134217728*F1,F1)", None),
        ("=(-8*F1/F1)^(1/3)", -2),
        ("=123456789012345678+0*F1", 123456789012345000),
        ("=1E-320*F1", 0),
        ("=F1^-300", None),
    ],
)  # fmt: skip
def test_what_excel_takes_in_another_way_is_right_or_left(formula, right):
    data, _, left = calculated(package({"F1": OURS, "H1": formula}))
    if left:
        assert [one.cell for one in left] == ["'S'!H1"]
    else:
        assert shown(data, "H1") == [right]


def test_sheets_may_have_any_title():
    for title in ("sheet1", "Sheet1", "S1", "It's (1)", "Z", "A1"):
        data, _, left = calculated(
            package({"A1": 10, "A2": OURS, "A3": "=SUM(A1:A2)"}, title=title)
        )
        assert left == []
        assert shown(data, "A3") == [10 + COST]


def test_one_value_fills_an_array_of_fixed_size():
    cells = {"A1": OURS, "A2": ArrayFormula("A2:C2", "=A1"), "A3": "=SUM(A2:C2)"}
    data, _, left = calculated(package(cells))
    assert left == []
    assert shown(data, "A2", "B2", "C2", "A3") == [COST, COST, COST, pytest.approx(3 * COST)]


def test_sums_that_reach_further_than_they_are_written_depend_on_what_they_reach():
    # SUMIF(A1:A3,..,B1) adds B1:B3 (Microsoft: sum_range has the size of range).
    cells = {"A1": 1, "A2": 1, "A3": 1, "B3": OURS, "D1": "=SUMIF(A1:A3,1,B1)"}
    data, _, left = calculated(package(cells, {"D1": 5}))
    assert [one.cell for one in left] == ["'S'!D1"]
    assert shown(data, "D1") == [5]


@pytest.mark.parametrize(
    ("formula", "names"),
    [
        ("=INDIRECT(B1)", {}),
        ('=INDIRECT("A"&9)', {}),
        ('=INDIRECT("F1")', {}),
        ("=OFFSET(A1,0,5)", {}),
        ("=SUM(A1:INDEX(A1:F1,6))", {}),
        ("=SUM(S:T!F1)", {}),
        ("=SUM(F:F)", {}),
        ("=SUM(1:1)", {}),
        ("=result", {"result": "S!$F$1"}),
        ("=result", {"result": "OFFSET(S!$A$1,0,5)"}),
        ("=SUM(start:finish)", {"start": "S!$E$1", "finish": "S!$F$3"}),
        ("=other", {"other": "result", "result": "S!$F$1"}),
        ("=@F1", {}),
        ("=T!A1", {}),
    ],
)
def test_whatever_may_read_a_call_is_computed_or_left_but_never_taken_for_independent(
    formula, names
):
    cells = {"F1": OURS, "H5": formula}
    raw = package(cells, {"H5": -1}, names=names, others={"T": {"A1": "=S!F1"}})
    data, _, left = calculated(raw)
    if "'S'!H5" in [one.cell for one in left]:
        assert shown(data, "H5") == [-1]
    else:
        assert shown(data, "H5") == [pytest.approx(COST)]


def test_an_offset_on_a_sheet_without_calls_is_independent():
    cells = {"F1": OURS}
    raw = package(cells, others={"T": {"A1": 5, "B1": "=OFFSET(A1,0,0)"}})
    _, _, left = calculated(raw)
    assert left[0].reason.startswith("has no saved value and depends on no function")


def test_the_files_own_values_speak_against_a_function():
    cells = {"A1": 1, "A2": 2, "A3": "=SUM(A1:A2)", "B1": OURS, "B2": "=SUM(B1,1)", "B3": "=B1+1"}
    data, computed, left = calculated(package(cells, {"A3": 4, "B2": 7}))
    assert computed == 2
    assert left == [
        ("'S'!B2", "uses SUM, by which 'S'!A3 is 3, where the file has 4"),
    ]
    assert shown(data, "A3", "B2", "B3") == [4, 7, COST + 1]


@pytest.mark.parametrize("proofs", [2, 3])
def test_a_function_that_is_not_tested_needs_three_proofs(proofs):
    # GCD(12,18) is 6; GCD of 60 and a whole part of the cost divides both.
    cells = {"A1": 12, "A2": 18, "F1": "=SHORE_BREAK_EVEN(1,10)", "F2": "=GCD(A1,F1)"}
    cells |= {f"B{row}": "=GCD(A1,A2)" for row in range(1, proofs + 1)}
    raw = package(cells, {f"B{row}": 6 for row in range(1, proofs + 1)})
    data, _, left = calculated(raw)
    if proofs < 3:
        assert left[0].reason.startswith("calls GCD, which is not tested")
    else:
        assert left == []
        assert shown(data, "F2") == [2]


def test_it_says_what_no_saved_value_could_prove():
    found = recalculate(package({"A1": 1, "A2": OURS, "A3": "=SUM(A1:A2)"}), registry())
    assert found.proof == (
        "proof: 0 formulas that depend on no function of Shorewise were tried; no saved value of "
        "the file could prove SUM"
    )


def test_an_error_saved_beside_a_formula_that_reads_nothing_is_not_taken_for_its_value():
    # Writers that do not compute, ours among them, put #N/A.
    def change(_, part):
        return (
            part.replace("<f>1/0</f><v></v>", "<f>1/0</f><v>#N/A</v>")
            .replace('<c r="A1">', '<c r="A1" t="e">')
            .replace("<f>1/0</f><v />", "<f>1/0</f><v>#N/A</v>")
        )

    data, _, left = calculated(
        package({"A1": "=1/0", "A2": "=SHORE_LOADED_COST(A1)"}, change=change)
    )
    assert left == []
    assert shown(data, "A1", "A2") == ["#N/A", "#DIV/0!"]


def test_precision_as_displayed_is_refused():
    def change(_, part):
        return part.replace("<calcPr ", '<calcPr fullPrecision="0" ')

    with pytest.raises(WorkbookError, match="count as they are displayed"):
        calculated(package({"A1": OURS, "B1": "=A1/3"}, change=change))


def test_values_that_are_the_same_stay_as_they_are_written():
    saved = {"A1": f"{udfs.SHORE_LOADED_COST(50_000)!r}E0"}  # no other number, another notation
    raw = package({"A1": "=SHORE_LOADED_COST(50000)"}, change=lambda _, part: part.replace(
        "<v></v>", f"<v>{saved['A1']}</v>").replace("<v />", f"<v>{saved['A1']}</v>"))  # fmt: skip
    assert parts(calculated(raw)[0]) == parts(raw)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_calls_are_seen_in_a_sheet_that_is_stored_in_utf_16(encoding):
    def change(entry, part):
        mark = "" if encoding == "utf-16" else "\ufeff"
        return (mark + part).encode(encoding) if entry == "xl/worksheets/sheet1.xml" else part

    found = recalculate_in_sandbox(package({"A1": OURS}, change=change), registry)
    assert (found.computed, found.skipped) == (1, [])


def test_a_cell_beyond_the_last_column_is_refused_in_words_of_ours():
    def change(entry, part):
        return part.replace('r="A1"', 'r="ZZZZ1"') if "sheet1" in entry else part

    with pytest.raises(WorkbookError, match="'ZZZZ1' is no address of a cell"):
        recalculate(package({"A1": OURS}, change=change), registry())
