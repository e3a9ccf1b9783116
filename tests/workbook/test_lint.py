"""The linter: every rule finds what breaks it, where it is, and nothing else."""

import io
import re
import time
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from shorewise.workbook import WorkbookError
from shorewise.workbook.lint import lint, rules
from tests.workbook import lint_cell_cases, lint_formula_cases, lint_sheet_cases
from tests.workbook.lint_model import BREAKS, KEEPS, OPEN, Model, rows
from tests.workbook.test_rules import CASES, made

ROOT = Path(__file__).parents[2]
TABLES = (lint_cell_cases, lint_formula_cases, lint_sheet_cases)  # they fill BREAKS and KEEPS
SECONDS_MAX = 40.0  # for 100,000 cells, on a slow and busy machine


def found(data, tmp_path, name="any.xlsx", **options):
    path = tmp_path / name
    path.write_bytes(data)
    return lint(path, **options)


def test_a_model_that_keeps_every_rule_has_no_findings(tmp_path):
    assert found(Model().bytes(), tmp_path) == []


@pytest.mark.parametrize("case", BREAKS)
def test_rule_finds_what_breaks_it_where_it_is_and_nothing_else(case, tmp_path):
    rule, places, change = BREAKS[case]
    change(model := Model())
    shown = {(one.rule, one.place) for one in found(model.bytes(), tmp_path)}
    assert shown == {(rule, place) for place in places}


@pytest.mark.parametrize("case", KEEPS)
def test_what_only_looks_like_breaking_a_rule_is_no_finding(case, tmp_path):
    KEEPS[case][1](model := Model())
    assert found(model.bytes(), tmp_path) == []


def test_every_rule_has_a_case_that_breaks_it_and_one_that_keeps_it():
    numbers = [rule.id for rule in rules()]
    assert numbers == [f"SW{n:02}" for n in range(1, 28)]
    assert {rule for rule, *_ in BREAKS.values()} == set(numbers)
    assert {rule for rule, _ in KEEPS.values()} == set(numbers)


@pytest.mark.parametrize("case", CASES)
def test_our_own_workbooks_have_no_findings(case, tmp_path):
    assert found(made(case).data, tmp_path) == []


def test_cells_with_the_same_finding_are_one_block(tmp_path):
    model = Model()
    model.line(7, "={}5*1.5")
    model.line(8, "={}5*1.5")
    assert [one.place for one in found(model.bytes(), tmp_path)] == ["Model!C7:E8"]


def test_sheet_with_an_awkward_name_is_quoted(tmp_path):
    model = Model()
    model.sheet("Bob's sheet", (1,), ("=A4*3",))
    assert [one.place for one in found(model.bytes(), tmp_path)] == ["'Bob''s sheet'!A5"]


def test_rule_can_be_left_out(tmp_path):
    model = Model()
    model.line(7, "=IF({0}5>3,IF({0}6>0,1,0),0)")
    both = found(model.bytes(), tmp_path)
    assert [one.rule for one in both] == ["SW03", "SW05"]
    assert found(model.bytes(), tmp_path, ignore=["SW03"]) == both[1:]


def test_rule_to_leave_out_must_exist(tmp_path):
    with pytest.raises(WorkbookError, match="no rule is called 'SW0'"):
        found(Model().bytes(), tmp_path, ignore=["SW0"])


def test_length_of_a_readable_formula_is_an_option(tmp_path):
    places = [one.place for one in found(Model().bytes(), tmp_path, longest=20)]
    assert places == ["Model!A2", "Model!C5:E5"]


@pytest.mark.parametrize("name", ["any.xlsm", "any.xltx", "no_extension"])
def test_name_of_the_file_does_not_matter(name, tmp_path):
    assert found(Model().bytes(), tmp_path, name) == []


def saved(book):
    book.save(buffer := io.BytesIO())
    return buffer.getvalue()


def test_empty_workbook_has_no_findings(tmp_path):
    assert found(saved(Workbook()), tmp_path) == []


def test_chart_sheet_is_looked_at_like_a_chart(tmp_path):
    model = Model()
    model.chart(titled=False, sheet=model.book.create_chartsheet("Graph"))
    (one,) = found(model.bytes(), tmp_path)
    assert (one.rule, one.place) == ("SW21", "Graph")
    assert one.what == "chart without title, title of axis 1, title of axis 2, alt text"


def test_cells_of_an_array_formula_are_formulas(tmp_path):
    model = Model()
    model.line(7, "={}5")
    model.model["C7"] = ArrayFormula("C7:E7", "=C5:E5*Inputs!C5")
    model.model["D7"] = model.model["E7"] = 3
    model.line(8, "={}7*2")
    assert found(model.bytes(), tmp_path) == []


def test_circle_through_a_cell_that_an_array_formula_fills_is_found(tmp_path):
    model = Model()
    rows(model.model, ("All", "USD", ArrayFormula("C7:D7", "=C8:D8*2"), 5), 7)
    rows(model.model, ("Next", "USD", "=D7+1"), 8)
    assert {(one.rule, one.place) for one in found(model.bytes(), tmp_path)} == {
        ("SW23", "Model!D7")
    }


def test_data_table_uses_its_input_cell_and_is_no_circle(tmp_path):
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
def test_formula_that_cannot_be_read_is_left_alone(formula, tmp_path):
    model = Model()
    model.checks["C9"] = formula
    model.checks["C9"].data_type = "f"
    assert {one.rule for one in found(model.bytes(), tmp_path)} <= {"SW02"}


def test_names_that_mean_each_other_end(tmp_path):
    model = Model()
    for n in range(30):
        model.name(f"name_{n}", "+".join([f"name_{(n + 1) % 30}"] * 9) + "+Model!$C$5")
    rows(model.checks, ("All", "check", "=name_0>0"), 9)
    assert found(model.bytes(), tmp_path) == []


def test_three_dimensional_reference_uses_each_sheet(tmp_path):
    model = Model()
    for title in ("Jan", "Feb", "Mar"):
        sheet = model.sheet(title, ("Price", 3))
        sheet["B4"].protection = OPEN
        model.validate(sheet, "B4")
    rows(model.checks, ("Sum", "check", "=SUM(Jan:Mar!B4)>0"), 9)
    assert found(model.bytes(), tmp_path) == []


def test_long_chain_of_formulas_is_walked_without_recursion(tmp_path):
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
def test_damaged_file_is_refused_in_one_line(build, tmp_path):
    with pytest.raises(WorkbookError) as caught:
        found(build(Model().bytes()), tmp_path)
    assert str(caught.value).startswith(str(tmp_path / "any.xlsx"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("build", ODD.values(), ids=ODD)
def test_an_odd_file_is_looked_at_like_any_other(build, tmp_path):
    assert {one.rule for one in found(build(Model().bytes()), tmp_path)} <= {"SW24"}


def test_hundred_thousand_cells_take_reasonable_time(tmp_path):
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
    start = time.process_time()
    assert found(data, tmp_path) == []
    assert time.process_time() - start < SECONDS_MAX


def test_growing_ranges_and_rows_of_one_formula_each_take_no_quadratic_time(tmp_path):
    model = Model()
    sheet = model.sheet("Long", (1, 1))
    sheet.freeze_panes = "A4"
    for row in range(5, 5_000):
        rows(sheet, (row, f"=SUM(A$4:A{row})", f"=SUM(B$4:B{row})/2"), row)
    data = model.bytes()
    start = time.process_time()
    assert found(data, tmp_path) == []
    assert time.process_time() - start < SECONDS_MAX


def test_document_lists_the_rules_as_they_are():
    text = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| SW.*$", text, re.MULTILINE)
    assert listed == [f"| {r.id} | {r.title} | {r.cure} | {r.source} |" for r in rules()]
