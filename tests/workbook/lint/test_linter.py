"""The linter: every rule finds what breaks it, where it is, and nothing else."""

import io
import re
import zipfile

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from shorewise.engine import take
from shorewise.workbook import WorkbookError
from shorewise.workbook.lint import facts, formula_rules, lint, rules
from tests.support import lint_cell_cases, lint_formula_cases, lint_sheet_cases
from tests.support.effort import loops_taken
from tests.support.generated_workbooks import CASES, made
from tests.support.lint_model import BREAKS, KEEPS, OPEN, Model, rows
from tests.support.paths import ROOT
from tests.support.soak import SOAK

TABLES = (lint_cell_cases, lint_formula_cases, lint_sheet_cases)  # they fill BREAKS and KEEPS
LOOPS_MAX = 800.0  # for 100,000 cells


def kept(data, tmp_path):
    (tmp_path / "any.xlsx").write_bytes(data)
    return tmp_path / "any.xlsx"


def found(data, tmp_path, name="any.xlsx", **options):
    path = tmp_path / name
    path.write_bytes(data)
    return lint(path, **options)


def test_a_model_that_follows_every_rule_has_no_findings(tmp_path):
    assert found(Model().bytes(), tmp_path) == []


@pytest.mark.parametrize("case", BREAKS)
def test_a_rule_finds_a_violation_at_its_cell_and_nothing_else(case, tmp_path):
    rule, places, change = BREAKS[case]
    change(model := Model())
    shown = {(one.rule, one.place) for one in found(model.bytes(), tmp_path)}
    assert shown == {(rule, place) for place in places}


@pytest.mark.parametrize("case", KEEPS)
def test_a_harmless_look_alike_of_a_violation_is_not_found(case, tmp_path):
    KEEPS[case][1](model := Model())
    assert found(model.bytes(), tmp_path) == []


def test_every_rule_has_a_case_that_breaks_it_and_one_that_follows_it():
    numbers = [rule.id for rule in rules()]
    assert numbers == [f"SW{n:02}" for n in range(1, 29)]
    assert {rule for rule, *_ in BREAKS.values()} == set(numbers)
    assert {rule for rule, _ in KEEPS.values()} == set(numbers)


@pytest.mark.soak
@pytest.mark.parametrize("case", CASES)
def test_generated_workbooks_have_no_findings(case, tmp_path):
    scenario, findings = made(case).scenario, found(made(case).data, tmp_path)
    chosen = int(take(scenario.values, "sensitivity_plan").item())
    if chosen > len(scenario.plans):  # its number stands where the name of a plan is expected
        wrong = f"'{chosen}' is stored as text, not as a number"
        findings = [one for one in findings if one.what != wrong]
    assert findings == []


def test_cells_with_the_same_finding_are_reported_as_one_range(tmp_path):
    model = Model()
    model.line(7, "={}5*1.5")
    model.line(8, "={}5*1.5")
    assert [one.place for one in found(model.bytes(), tmp_path)] == ["Model!C7:E8"]


def test_the_name_of_a_sheet_is_quoted_if_needed(tmp_path):
    model = Model()
    model.sheet("Bob's sheet", (1,), ("=A4*3",))
    assert [one.place for one in found(model.bytes(), tmp_path)] == ["'Bob''s sheet'!A5"]


def test_a_rule_can_be_ignored(tmp_path):
    model = Model()
    model.line(7, "=IF({0}5>3,IF({0}6>0,1,0),0)")
    both = found(model.bytes(), tmp_path)
    assert [one.rule for one in both] == ["SW05", "SW03"]
    assert found(model.bytes(), tmp_path, ignore=["SW05"]) == both[1:]


def test_a_rule_to_ignore_must_exist(tmp_path):
    with pytest.raises(WorkbookError, match="no rule is called 'SW0'"):
        found(Model().bytes(), tmp_path, ignore=["SW0"])


def test_the_maximum_length_of_a_formula_is_an_option(tmp_path):
    places = [one.place for one in found(Model().bytes(), tmp_path, longest=20)]
    assert places == ["Model!C5:E5"]  # A2 shows a sentence


@pytest.mark.parametrize("name", ["any.xlsm", "any.xltx", "no_extension"])
def test_the_name_of_the_file_does_not_matter(name, tmp_path):
    assert found(Model().bytes(), tmp_path, name) == []


def saved(book):
    book.save(buffer := io.BytesIO())
    return buffer.getvalue()


def test_an_empty_workbook_has_no_findings(tmp_path):
    assert found(saved(Workbook()), tmp_path) == []


def test_a_chart_sheet_is_checked_like_a_chart(tmp_path):
    model = Model()
    model.chart(titled=False, sheet=model.book.create_chartsheet("Graph"))
    (one,) = found(model.bytes(), tmp_path)
    assert (one.rule, one.place) == ("SW21", "Graph")
    assert one.what == "chart without title, title of axis 1, title of axis 2, alt text"


def test_cells_of_an_array_formula_count_as_formulas(tmp_path):
    model = Model()
    model.line(7, "={}5")
    model.model["C7"] = ArrayFormula("C7:E7", "=C5:E5*Inputs!C5")
    model.model["D7"] = model.model["E7"] = 3
    model.line(8, "={}7*2")
    assert found(model.bytes(), tmp_path) == []


def test_a_circular_reference_through_an_array_formula_is_found(tmp_path):
    model = Model()
    rows(model.model, ("All", "USD", ArrayFormula("C7:D7", "=C8:D8*2"), 5), 7)
    rows(model.model, ("Next", "USD", "=D7+1"), 8)
    assert {(one.rule, one.place) for one in found(model.bytes(), tmp_path)} == {
        ("SW23", "Model!D7")
    }


def test_a_data_table_uses_its_input_cell_and_is_not_circular(tmp_path):
    model = Model()
    model.input(7, 3, used=False)
    table = model.sheet("Case", ("Price", None), (1, 1), (2, 2))
    table["B4"] = "=Model!C5"
    table["B5"] = DataTableFormula("B5:B6", r1="Inputs!C7")
    assert found(model.bytes(), tmp_path) == []


@pytest.mark.parametrize(
    "formula",
    ["=A1#", "=cmd|'/c calc'!A0", "=)(", "={1,2", '="', "=", "=[", "=" + "(" * 9_000, "=#NONE!"],
    ids=range(9),
)
def test_a_formula_that_cannot_be_parsed_is_ignored(formula, tmp_path):
    model = Model()
    model.checks["C9"] = formula
    model.checks["C9"].data_type = "f"
    assert {one.rule for one in found(model.bytes(), tmp_path)} <= {"SW02"}


def test_defined_names_that_refer_to_each_other_do_not_loop_forever(tmp_path):
    model = Model()
    for n in range(30):
        model.name(f"name_{n}", "+".join([f"name_{(n + 1) % 30}"] * 9) + "+Model!$C$5")
    rows(model.checks, ("All", "check", "=name_0>0"), 9)
    assert found(model.bytes(), tmp_path) == []


def test_a_three_dimensional_reference_uses_every_sheet(tmp_path):
    model = Model()
    for title in ("Jan", "Feb", "Mar"):
        sheet = model.sheet(title, ("Price", 3))
        sheet["B4"].protection = OPEN
        model.validate(sheet, "B4")
    rows(model.checks, ("Sum", "check", "=SUM(Jan:Mar!B4)>0"), 9)
    assert found(model.bytes(), tmp_path) == []


def test_a_long_chain_of_formulas_is_followed_without_recursion(tmp_path):
    model = Model()
    sheet = model.sheet("Chain", (1,))
    for row in range(5, 5_000):
        sheet.cell(row, 1, f"=A{row - 1}+1")
    assert found(model.bytes(), tmp_path) == []
    sheet["A4"] = "=A4999+1"
    (one,) = found(model.bytes(), tmp_path)
    assert (one.rule, one.place) == ("SW23", "Chain!A4")
    assert len(one.what) < 200


def damaged(build):
    return build(Model().bytes())


def without(part):
    def build(data):
        target = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
            for name in old.namelist():
                if name != part:
                    new.writestr(name, old.read(name))
        return target.getvalue()

    return build


def with_part(part, content):
    def build(data):
        with zipfile.ZipFile(buffer := io.BytesIO(without(part)(data)), "a") as archive:
            archive.writestr(part, content)
        return buffer.getvalue()

    return build


SHEET = "xl/worksheets/sheet2.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DAMAGES = {
    "empty": lambda _: b"",
    "text": lambda _: b"not a workbook",
    "cut": lambda data: data[: len(data) // 2],
    "no-types": without("[Content_Types].xml"),
    "no-workbook": without("xl/workbook.xml"),
    "not-xml": with_part(SHEET, "<worksheet"),
    "dtd": with_part(SHEET, "<!DOCTYPE a><worksheet/>"),
}
# What LibreOffice 7.4 opens all the same.
ODD = {
    "no-styles": without("xl/styles.xml"),
    "bad-row": with_part(
        SHEET, f'<worksheet xmlns="{MAIN}"><sheetData><row r="x"/></sheetData></worksheet>'
    ),
    "whole-sheet-merged": with_part(
        SHEET,
        f'<worksheet xmlns="{MAIN}"><sheetData/><mergeCells><mergeCell ref="A1:XFD1048576"/>'
        "</mergeCells></worksheet>",
    ),
}


@pytest.mark.parametrize("build", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_refused_in_one_line(build, tmp_path):
    with pytest.raises(WorkbookError) as caught:
        found(build(Model().bytes()), tmp_path)
    assert str(caught.value).startswith(str(tmp_path / "any.xlsx"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("build", ODD.values(), ids=ODD)
def test_an_unusual_file_is_checked_like_any_other(build, tmp_path):
    assert {one.rule for one in found(build(Model().bytes()), tmp_path)} <= {"SW24"}


@pytest.mark.skipif(not SOAK, reason="make soak runs it: the next one shows that time is linear")
def test_a_hundred_thousand_cells_take_a_reasonable_time(tmp_path):
    model = Model()
    sheet = model.sheet("Big", ("Line", "Unit", *range(100)))
    sheet.freeze_panes = "C5"
    for row in range(5, 1_005):
        rows(sheet, (f"Line {row}", "USD", *["=Inputs!$C$5*2"] * 100), row)
    for column in range(3, 103):
        sheet.cell(
            1_005,
            column,
            f"=SUM({sheet.cell(5, column).coordinate}:{sheet.cell(1_004, column).coordinate})",
        )
    rows(sheet, ("Total", "USD"), 1_005)
    data = model.bytes()
    findings = []
    assert loops_taken(lambda: findings.extend(found(data, tmp_path))) < LOOPS_MAX
    assert findings == []


def test_growing_ranges_and_many_different_rows_take_linear_time(tmp_path):
    model = Model()
    sheet = model.sheet("Long", (1, 1))
    sheet.freeze_panes = "A4"
    for row in range(5, 5_000):
        rows(sheet, (row, f"=SUM(A$4:A{row})", f"=SUM(B$4:B{row})/2"), row)
    data = model.bytes()
    findings = []
    assert loops_taken(lambda: findings.extend(found(data, tmp_path))) < LOOPS_MAX
    assert findings == []


CASES_OF_OTHERS = {
    # What stands in the files, made for this purpose, says what is right.
    "text_some": (
        [("Region", "Amount")]
        + [(f"r{n}", str(1000 + n) if n in (2, 5, 6) else 1000 + n) for n in range(2, 9)]
        + [("r9", "1,009"), ("r10", 1010), ("r11", 1011), ("Total", "=SUM(B2:B11)")],
        {"SW10": {"B2", "B5:B6", "B9"}},
    ),
    "column_of_texts_that_a_sum_adds": (
        [("Item", "Cost", "Note")]
        + [(f"i{n}", str(100 + n), "paid") for n in range(2, 7)]
        + [(), ("All", "=SUM(B2:B6)")],
        {"SW10": {"B2:B6"}},
    ),
    "amounts_with_separators": (
        [("Item", "Cost")] + [(f"i{n}", t) for n, t in enumerate(("1,200.50", "(300)", "$ 45"))],
        {"SW10": {"B2:B4"}},
    ),
    "codes_years_and_zeros_are_texts": (
        [("Code", "2024", "2025"), ("1001", 5, 6), ("1002", 7, 8), ("007", 9, 10)],
        {},
    ),
    "column_override": (
        [("Month", "Rate", "Hours", "Cost")]
        + [(f"m{n}", 50 + n, 160 + n, f"=B{n}*C{n}") for n in range(2, 9)]
        + [("m9", 59, 169, 9999)]
        + [(f"m{n}", 50 + n, 160 + n, f"=B{n}*C{n}") for n in range(10, 17)]
        + [("m17", 67, 177, "=B16*C17"), ("m18", 68, 178)]
        + [(f"m{n}", 50 + n, 160 + n, f"=B{n}*C{n}") for n in range(19, 21)]
        + [("Total", None, None, "=SUM(D2:D19)")],
        {"SW12": {"D9"}, "SW01": {"D17", "D18"}, "SW28": {"D21"}},
    ),
    "last_month_before_a_total": (
        [("Line", "Q1", "Q2", "Q3", "Q4", "Year")]
        + [("Sales", "=B9*2", "=C9*2", "=D9*2", 500, "=SUM(B2:E2)")]
        + [()] * 6
        + [("Units", 1, 2, 3, 4, "=SUM(B9:E9)")],
        {"SW12": {"E2"}},
    ),
    "inputs_between_formulas_and_actual_months": (
        [
            ("Line", "Jan", "Feb", "Mar", "Apr", "May"),
            ("Sales", 5, 6, "=C2*1", "=D2*1", "=E2*1"),
            ("Cost", 3, 4, "=C3*1", "=D3*1", "=E3*1"),
            ("Result", *(f"={c}2-{c}3" for c in "BCDEF")),
        ],
        {},
    ),
    "total_that_takes_a_line_in_by_itself": (
        [("Item", "Cost")]
        + [(f"i{n}", n * 7) for n in range(2, 6)]
        + [("Discount", 9), ("Total", "=SUM(B2:B5)-B6")],
        {},
    ),
    "total_that_starts_too_late": (
        [("Item", "Cost")] + [(f"i{n}", n * 7) for n in range(2, 8)] + [("Total", "=SUM(B3:B7)")],
        {"SW28": {"B8"}},
    ),
}
JUDGED = ("SW01", "SW10", "SW12", "SW28")


@pytest.mark.parametrize("case", CASES_OF_OTHERS)
def test_every_mistake_in_a_table_is_found_at_its_cell(case, tmp_path):
    contents, expected = CASES_OF_OTHERS[case]
    book = Workbook()
    rows_of(book.active, contents)
    shown = {}
    for one in found(saved(book), tmp_path):
        if one.rule in JUDGED and one.severity != "low":
            shown.setdefault(one.rule, set()).add(one.place.removeprefix("Sheet!"))
    assert shown == expected


def rows_of(sheet, contents):
    for row, content in enumerate(contents, 1):
        rows(sheet, content, row)


def test_a_number_typed_over_a_formula_is_the_most_severe_finding(tmp_path):
    book = Workbook()
    rows_of(book.active, CASES_OF_OTHERS["column_override"][0])
    book.create_sheet("First", 0)["A1"] = "=1/0+#REF!"
    first, *others = found(saved(book), tmp_path)
    assert (first.rule, first.place, first.severity) == ("SW12", "Sheet!D9", "high")
    assert "9,999" in first.what
    order = [("high", "medium", "low").index(one.severity) for one in others]
    assert order == sorted(order)


def test_one_circular_reference_is_one_finding_however_many_paths_it_has(tmp_path):
    book = Workbook()
    for row in range(1, 6):
        others = "+".join(f"A{n}" for n in range(1, 6) if n != row)
        book.active.cell(row, 1, f"={others}")
    (one,) = (one for one in found(saved(book), tmp_path) if one.rule == "SW23")
    assert "5 cells in all" in one.what


def test_a_row_of_references_to_empty_cells_is_one_finding(tmp_path):
    book = Workbook()
    rows_of(book.active, [(), tuple(f"={c}1+1" for c in "ABCDEFGH")])
    (one,) = (one for one in found(saved(book), tmp_path) if one.rule == "SW24")
    assert (one.place, one.cells) == ("Sheet!A2:H2", 8)


def test_a_name_for_a_whole_row_refers_to_the_cell_in_the_same_column(tmp_path):
    model = Model()
    model.name("Sales", "Model!$5:$5")
    model.name("Growth", "Model!$7:$7")
    model.line(7, "={0}5/2")
    model.model["D7"], model.model["E7"] = "=Sales*2", "=Sales*2"
    model.model["C7"] = "=Sales*2"
    rows(model.model, ("Later", "USD", *["=IF(Growth>1,Sales,Growth)"] * 3), 8)
    model.name("Later", "Model!$8:$8")
    rows(model.model, ("Last", "USD", "=Inputs!C5*2", "=C8+Sales", "=D8+Sales"), 10)
    assert "SW23" not in {one.rule for one in found(model.bytes(), tmp_path)}


def test_a_long_text_in_many_cells_is_checked_quickly(tmp_path):
    whole = facts.read_facts(kept(saved(Workbook()), tmp_path))
    (grid,) = whole.grids
    for row in range(1, 3_001):
        for column in range(1, 11):
            grid.constants[row, column] = grid.values[row, column] = "x" * 9_000
    (texts,) = (rule for rule in rules() if rule.id == "SW10")
    findings = []
    # Some 400 where each letter of each cell is looked at.
    assert loops_taken(lambda: findings.extend(texts.check(whole, None))) < 60
    assert findings == []


def test_a_circular_reference_of_many_paths_is_found_once_and_quickly():
    ways = ([(0, row, 1) for row in range(1, last + 1)] for last in range(1, 5_001))
    cycles = []
    # Some 80 where each cell of each way is looked at.
    assert loops_taken(lambda: cycles.extend(formula_rules.shortest_cycles(ways))) < 40
    assert cycles == [([(0, 1, 1)], 5_000)]


def test_references_over_too_many_sheets_are_refused_with_a_message(tmp_path, monkeypatch):
    monkeypatch.setattr(facts, "SHEETS_MAX", 10)
    book = Workbook()
    for n in range(6):
        book.create_sheet(f"S{n}")
    for row in range(1, 4):
        book.active.cell(row, 1, f"=SUM(S0:S5!A{row})")
    with pytest.raises(WorkbookError, match="reach more than 10 sheets"):
        found(saved(book), tmp_path)


def test_too_many_formulas_are_refused_with_a_message(tmp_path, monkeypatch):
    monkeypatch.setattr(facts, "FORMULAS_MAX", 3)
    book = Workbook()
    rows_of(book.active, [("=1", "=2", "=3", "=4")])
    with pytest.raises(WorkbookError, match="4 formulas; lint looks at up to 3"):
        found(saved(book), tmp_path)


def test_the_documentation_lists_the_rules_as_they_are():
    text = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| SW.*$", text, re.MULTILINE)
    assert listed == [
        f"| {r.id} | {r.title} | {r.severity} | {r.cure} | {r.source} |" for r in rules()
    ]


def test_a_constant_in_scientific_notation_is_one_constant(tmp_path):
    model = Model()
    model.checks["C9"] = "=Model!$C$5*12E+5"
    found_here = [one.what for one in found(model.bytes(), tmp_path) if one.rule == "SW05"]
    assert found_here == ["constant 12E+5"]
