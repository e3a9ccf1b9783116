"""The check lists every cell that is not as the engine has it, and no other."""

import io
import re
import subprocess
import sys
import zipfile

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from shorewise.engine import Scenario
from shorewise.engine.catalogue import PREFIX
from shorewise.workbook import check, describe, workbook_bytes
from shorewise.workbook.check import same
from shorewise.workbook.render import package
from shorewise.workbook.sheet import DataTable, Formula
from shorewise.workbook.sheets.audit import stamps_of
from shorewise.workbook.stamp import stamp, values
from tests.scenarios import random_scenario

DATA = Scenario.default().to_dict() | {"horizon_months": 6}
DATA |= {key: DATA[key][:2] for key in ("sites", "plans")}
BOOK = describe(Scenario.from_dict(DATA, "small"))
TITLES = [sheet.title for sheet in BOOK.sheets]
NUMBERS = [place for place, f in BOOK.formulas().items() if type(f.value) is float and f.value > 1]
SHEETS = sorted({sheet for sheet, _ in NUMBERS})
TARGET = next(place for place in NUMBERS if place[0] == "Costs")


@pytest.fixture(scope="module")
def real():
    return workbook_bytes(BOOK)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "checked.xlsx"


def first(sheet):
    return next(place for place in NUMBERS if place[0] == sheet)


def with_cell(data, place, pattern, replacement):
    """The same workbook with a piece of a cell's XML replaced."""
    part, address = f"xl/worksheets/sheet{TITLES.index(place[0]) + 1}.xml", place[1]
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == part:
                cell = re.search(rf'<c r="{address}".*?</c>'.encode(), content)[0]
                changed, count = re.subn(pattern, replacement, cell, count=1)
                assert (count, changed != cell) == (1, True)
                content = content.replace(cell, changed)
            new.writestr(name, content)
    return buffer.getvalue()


def saved(data, change):
    """Bytes of the workbook after a change, as openpyxl saves it: without values."""
    workbook, buffer = load_workbook(io.BytesIO(data)), io.BytesIO()
    change(workbook)
    workbook.save(buffer)
    return buffer.getvalue()


def listed(path, data):
    path.write_bytes(data)
    return [(found.cell, found.what) for found in check(path)]


def valued(data, book=BOOK, **others):
    """The workbook with the engine's values beside its formulas, and 2 beside that in Z90."""
    ours = {s.title: {"Z90": 2, **values(s.cells), **table(s)} for s in book.sheets}
    return stamp(data, ours | others)


def table(sheet):
    """Values that data tables fill in, by address: a spreadsheet computes them too."""
    return {
        f"{get_column_letter(column)}{row}": cell.content
        for (row, column), cell in sheet.cells.items()
        if sheet.title == "Sensitivity" and isinstance(cell.content, float)
    }


def test_fresh_book_has_no_differences(real, path):
    assert listed(path, real) == []


@pytest.mark.parametrize("seed", [2, 3])
def test_fresh_book_of_any_shape_has_no_differences(seed, path):
    assert listed(path, workbook_bytes(describe(random_scenario(seed)))) == []


@pytest.mark.parametrize(
    ("pattern", "replacement", "what"),
    [
        pytest.param(rb"<v>[^<]*</v>", b"<v>1.25</v>", "value", id="value"),
        pytest.param(rb"</f>", b"+0</f>", "formula", id="formula"),
        pytest.param(rb"<f[ >].*</f>", b"", "formula", id="formula-replaced-by-its-value"),
    ],
)
def test_changed_cells_are_listed_and_no_others(real, path, pattern, replacement, what):
    changed = [first(sheet) for sheet in SHEETS]
    for place in changed:
        real = with_cell(real, place, pattern, replacement)
    assert sorted(listed(path, real)) == [("!".join(place), what) for place in changed]


@pytest.mark.parametrize(
    ("attribute", "value"),
    [("", ""), (' t="str"', "text"), (' t="b"', "1"), (' t="e"', "#DIV/0!")],
    ids=["blank", "text", "boolean", "error"],
)
def test_value_of_another_type_is_listed(real, path, attribute, value):
    change = rf"{attribute}><f>\1</f><v>{value}</v>".encode()
    data = with_cell(real, TARGET, rb"><f>(.*)</f><v>[^<]*</v>", change)
    assert listed(path, data) == [("!".join(TARGET), "value")]


def test_difference_names_what_was_found_and_what_the_engine_has(real, path):
    path.write_bytes(with_cell(real, TARGET, rb"<v>[^<]*</v>", b"<v>1.25</v>"))
    expected = str(BOOK.formulas()[TARGET].value)
    assert [(found.found, found.expected) for found in check(path)] == [("1.25", expected)]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("=1+1", id="plain"),
        pytest.param(ArrayFormula("Z90:Z91", "=SUM(1,2)"), id="array"),
        pytest.param(DataTableFormula("Z90:Z91", r1="C6", dt2D=False), id="data-table"),
    ],
)
def test_extra_formula_is_listed(real, path, content):
    def change(workbook):
        workbook["Costs"]["Z90"] = content

    assert listed(path, valued(saved(real, change))) == [("Costs!Z90", "formula")]


def test_formula_on_an_extra_sheet_is_listed(real, path):
    def change(workbook):
        workbook.create_sheet("Mine")["B2"] = "=1+1"

    assert listed(path, valued(saved(real, change), Mine={"B2": 2})) == [("Mine!B2", "formula")]


def test_text_beside_the_tables_is_no_difference(real, path):
    def change(workbook):
        workbook["Costs"]["Z90"] = "a note"

    assert listed(path, valued(saved(real, change))) == []


def test_note_in_the_last_cell_of_a_sheet_does_not_stall_the_check(real, path):
    def change(workbook):
        workbook["Costs"]["XFD1048576"] = "a note"

    path.write_bytes(saved(real, change))
    limit = "import resource as r; r.setrlimit(r.RLIMIT_AS, (4 << 30, 4 << 30)); "
    run = "import sys; from shorewise.workbook import check; check(sys.argv[1])"
    command = [sys.executable, "-c", limit + run, str(path)]
    assert subprocess.run(command, capture_output=True, timeout=4, check=False).returncode == 0


@pytest.mark.parametrize("style", ["fixed", "reference"])
def test_changed_fixed_number_is_listed_alone(real, path, style):
    sheet, (row, column) = next(
        (sheet.title, place)
        for sheet in BOOK.sheets
        for place, cell in sheet.cells.items()
        if cell.style == style and type(cell.content) in (int, float) and sheet.title == "Sites"
    )

    def change(workbook):
        workbook[sheet].cell(row, column).value = 77

    cell = load_workbook(io.BytesIO(real))[sheet].cell(row, column).coordinate
    assert listed(path, valued(saved(real, change))) == [(f"{sheet}!{cell}", "value")]


@pytest.mark.parametrize("title", ["About", "Summary", "Costs", "Timeline", "Checks"])
def test_deleted_sheet_is_listed(real, path, title):
    found = listed(path, saved(real, lambda workbook: workbook.remove(workbook[title])))
    assert (title, "value") in found


def test_book_saved_without_values_lists_every_formula(real, path):
    found = listed(path, saved(real, lambda _: None))
    live = [
        f"{sheet.title}!{get_column_letter(column)}{row}"
        for sheet in BOOK.sheets
        for (row, column), cell in sheet.cells.items()
        if isinstance(cell.content, (Formula, DataTable))
    ]
    assert found == [(place, "value") for place in live]


def test_changed_input_makes_stale_values_differ(real, path):
    cell = BOOK.names["discount_rate"].partition("!")[2].replace("$", "")
    assert listed(path, with_cell(real, ("Inputs", cell), rb"<v>[^<]*</v>", b"<v>0.3</v>"))


def test_changed_input_with_values_to_match_has_no_differences(real, path):
    def change(workbook):
        sheet, _, cell = BOOK.names["discount_rate"].partition("!")
        workbook[sheet][cell.replace("$", "")] = 0.3

    stamps = stamps_of(load_workbook(io.BytesIO(real))["Audit"])
    after = describe(Scenario.from_dict(DATA | {"discount_rate": 0.3}, "changed"), stamps)
    assert listed(path, valued(saved(real, change), after)) == []


@pytest.mark.parametrize("gap", [b"<v/>", b"<v />", b"<v></v>"], ids=["short", "space", "lxml"])
def test_every_formula_has_a_value_whichever_library_wrote_the_xml(path, gap):
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package(BOOK))) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb"<v ?/>|<v></v>", gap, old.read(name)))
    assert listed(path, valued(buffer.getvalue())) == []


@pytest.mark.parametrize(
    ("found", "expected", "alike"),
    [
        pytest.param(1.0, 1.0 + 1e-12, True, id="within-tolerance"),
        pytest.param(1e12, 1e12 + 1, True, id="relative"),
        pytest.param(1.0, 1.0 + 1e-7, False, id="beyond-tolerance"),
        pytest.param(1, 1.0, True, id="whole-number"),
        pytest.param(True, 1, False, id="truth-is-no-number"),
        pytest.param("1", 1, False, id="text-is-no-number"),
        pytest.param(None, 0.0, False, id="blank-is-not-zero"),
        pytest.param(float("nan"), float("nan"), False, id="nan-is-no-value"),
        pytest.param("a", "a", True, id="same-text"),
        pytest.param("a", "A", False, id="case"),
    ],
)
def test_same(found, expected, alike):
    assert same(found, expected) is alike


def test_a_check_that_fails_is_false_beside_its_formula(tmp_path):
    path = tmp_path / "strict.xlsx"
    data = Scenario.default().to_dict() | {"check_tolerance": 0}
    book = describe(Scenario.from_dict(data, "strict"))
    path.write_bytes(workbook_bytes(book))
    stamped = load_workbook(path, data_only=True)["Checks"]
    found = [stamped[cell].value for sheet, cell in book.formulas() if sheet == "Checks"]
    assert False in found
    assert all(isinstance(value, (bool, str, float)) for value in found)
    assert check(path) == []


def test_a_changed_label_is_listed(tmp_path):
    path = tmp_path / "changed.xlsx"
    path.write_bytes(workbook_bytes(describe(Scenario.default())))
    workbook = load_workbook(path)
    workbook["Summary"]["B7"] = "EUR/year"
    workbook.save(path)
    assert "Summary!B7" in {difference.cell for difference in check(path)}


def with_functions(workbook):
    """The names of the workbook's functions."""
    return [name for name in workbook.defined_names if name.startswith(PREFIX)]


def test_a_changed_function_is_listed(real, path):
    def change(workbook):
        defined = workbook.defined_names["SHORE_LOADED_COST"]
        defined.attr_text = defined.attr_text.replace("7800", "7801")

    assert ("SHORE_LOADED_COST", "formula") in listed(path, valued(saved(real, change)))


def test_a_function_that_is_gone_is_listed(real, path):
    def change(workbook):
        del workbook.defined_names["SHORE_NET_SAVING"]

    assert listed(path, valued(saved(real, change))) == [("SHORE_NET_SAVING", "formula")]


def test_a_function_written_as_another_program_writes_it_is_the_same(real, path):
    def change(workbook):
        for name in with_functions(workbook):
            defined = workbook.defined_names[name]
            defined.attr_text = defined.attr_text.lower().replace("1.2999999999999998", "1.3")

    assert listed(path, valued(saved(real, change))) == []


CALL = next(place for place, f in BOOK.formulas().items() if f.text.startswith(PREFIX))


@pytest.mark.parametrize(
    ("place", "value", "expected"),
    [
        pytest.param(CALL, b"#NAME?", [], id="call-where-lambda-is-unknown"),
        pytest.param(CALL, b"#N/A", ["value"], id="call-with-another-error"),
        pytest.param(TARGET, b"#NAME?", ["value"], id="unknown-name-elsewhere"),
    ],
)
def test_error_is_a_difference_unless_it_is_a_call_s_unknown_name(
    real, path, place, value, expected
):
    cell = rb'\1 t="e">\2<v>' + value + b"</v>"
    data = with_cell(real, place, rb"(<c [^>]*)>(<f.*</f>)<v>[^<]*</v>", cell)
    assert listed(path, data) == [("!".join(place), what) for what in expected]
