"""The check lists every cell that is not as the engine has it, and no other."""

import io
import re
import subprocess
import sys
import zipfile
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from shorewise.engine.calculators.catalogue import PREFIX
from shorewise.workbook import check, describe, workbook_bytes
from shorewise.workbook.layout.sheet import DataTable, Formula
from shorewise.workbook.ooxml.compilation import stamp
from shorewise.workbook.rendering.render import package
from shorewise.workbook.sheets.audit import stamps_of
from shorewise.workbook.stale_outputs import same
from tests.support.engine_differences import unrolled
from tests.support.sample_scenarios import random_scenario, small_scenario
from tests.support.written_workbooks import written

BOOK = describe(small_scenario())
TITLES = [sheet.title for sheet in BOOK.sheets]
# Cells of inputs that follow a country are the user's own, so that they are not checked.
INPUTS = {
    (sheet.title, f"{get_column_letter(column)}{row}")
    for sheet in BOOK.sheets
    for (row, column), cell in sheet.cells.items()
    if cell.style.startswith("input")
}
NUMBERS = [
    place
    for place, f in BOOK.formulas().items()
    if type(f.value) is float and f.value > 1 and place not in INPUTS
]
SHEETS = sorted({sheet for sheet, _ in NUMBERS})


@pytest.fixture(scope="module")
def real():
    return written(small_scenario())


@pytest.fixture
def path(tmp_path):
    return tmp_path / "checked.xlsx"


def of(sheet):
    """Formulas of a sheet whose values are numbers, by place."""
    return [place for place in NUMBERS if place[0] == sheet]


def with_cells(data, edits):
    """The same workbook with a piece of some cells' XML replaced: pattern, replacement by place."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        parts = {name: old.read(name) for name in old.namelist()}
        for (sheet, address), (pattern, replacement) in edits.items():
            part = f"xl/worksheets/sheet{TITLES.index(sheet) + 1}.xml"
            cell = re.search(rf'<c r="{address}".*?</c>'.encode(), parts[part])[0]
            changed, count = re.subn(pattern, replacement, cell, count=1)
            assert (count, changed != cell) == (1, True)
            parts[part] = parts[part].replace(cell, changed)
        for name, content in parts.items():
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
    """The workbook with the engine's values beside its formulas, and some beside other ones."""
    ours = {s.title: s.computed() | table(s) for s in book.sheets}
    return stamp(
        data, {title: ours.get(title, {}) | others.get(title, {}) for title in (ours | others)}
    )


def table(sheet):
    """Values that data tables fill in, by address: a spreadsheet computes them too."""
    return {
        f"{get_column_letter(column)}{row}": cell.content
        for (row, column), cell in sheet.cells.items()
        if sheet.title == "Sensitivity" and isinstance(cell.content, float)
    }


def test_a_new_workbook_has_no_differences(real, path):
    assert listed(path, real) == []


@pytest.mark.soak
def test_a_new_workbook_of_another_shape_has_no_differences(path):
    scenario = random_scenario(3)
    assert (len(scenario.sites), len(scenario.plans)) == (1, 4)
    assert listed(path, written(scenario)) == []


# What somebody does to a formula's cell, and what of it is listed.
CHANGES = [
    ((rb"<v>[^<]*</v>", b"<v>1.25</v>"), "value"),
    ((rb"</f>", b"+0</f>"), "formula"),
    ((rb"<f[ >].*</f>", b""), "formula"),
]


def test_changed_cells_of_every_sheet_are_listed_and_no_others(real, path):
    changes = {
        place: change for sheet in SHEETS for place, change in zip(of(sheet), CHANGES, strict=False)
    }
    assert len(changes) > 2 * len(SHEETS)
    data = with_cells(real, {place: edit for place, (edit, _) in changes.items()})
    found = listed(path, data)
    assert sorted(found) == sorted(("!".join(place), what) for place, (_, what) in changes.items())


@pytest.mark.soak
def test_a_value_of_another_type_is_listed_with_both_values(real, path):
    others = {
        "nothing": ("", ""),
        "text": (' t="str"', "text"),
        "True": (' t="b"', "1"),
        "#DIV/0!": (' t="e"', "#DIV/0!"),
        "1.25": ("", "1.25"),
    }
    edits = {
        place: (
            rb"><f>(.*)</f><v>[^<]*</v>",
            rf"{attribute}><f>\1</f><v>{value}</v>".encode(),
        )
        for place, (attribute, value) in zip(of("Costs"), others.values(), strict=False)
    }
    path.write_bytes(with_cells(real, edits))
    engine = BOOK.formulas()
    assert check(path) == [
        ("!".join(place), "value", found, str(engine[place].value))
        for place, found in zip(edits, others, strict=True)
    ]


def fixed_number(style):
    """Address of the first number of a style on sheet Inputs."""
    [sheet] = [sheet for sheet in BOOK.sheets if sheet.title == "Inputs"]
    return next(
        f"{get_column_letter(column)}{row}"
        for (row, column), cell in sheet.cells.items()
        if cell.style == style and type(cell.content) in (int, float)
    )


EXTRA = {
    "Z90": ArrayFormula("Z90:Z91", "=SUM(1,2)"),
    "Z92": DataTableFormula("Z92:Z93", r1="C6", dt2D=False),
    "Z94": "=1+1",
}


def test_additions_and_changes_are_listed_but_not_a_note_beside_the_tables(real, path):
    onshore = BOOK.names["management_rate"].partition("!")[2].partition(":")[0].replace("$", "")
    fixed = [onshore, fixed_number("reference")]

    def change(workbook):
        for cell, content in (EXTRA | {"Z96": "a note"}).items():
            workbook["Costs"][cell] = content
        workbook.create_sheet("Mine")["B2"] = "=1+1"
        for cell in fixed:
            workbook["Inputs"][cell] = 77
        workbook["Board"]["B7"] = "EUR/year"
        functions = workbook.defined_names
        del functions["SHORE_NET_SAVING"]
        one = functions["SHORE_LOADED_COST"]
        one.attr_text = one.attr_text.replace("*12,", "*11,")

    expected = {(f"Inputs!{cell}", "value") for cell in fixed}
    expected |= {(f"Costs!{cell}", "formula") for cell in EXTRA}
    expected |= {("Mine!B2", "formula"), ("Board!B7", "value")}
    expected |= {("SHORE_NET_SAVING", "formula"), ("SHORE_LOADED_COST", "formula")}
    data = valued(saved(real, change), Costs=dict.fromkeys(EXTRA, 2), Mine={"B2": 2})
    found = listed(path, data)
    assert len(found) == len(set(found))
    assert set(found) == expected


@pytest.mark.soak
def test_a_note_in_the_last_cell_of_a_sheet_does_not_delay_the_check(real, path):
    def change(workbook):
        workbook["Costs"]["XFD1048576"] = "a note"

    path.write_bytes(saved(real, change))
    # A visit of 17 thousand million cells would take hours; the check takes about a second.
    limit = "import resource as r; r.setrlimit(r.RLIMIT_CPU, (60, 60)); "
    limit += "r.setrlimit(r.RLIMIT_AS, (4 << 30, 4 << 30)); "
    run = "import sys; from shorewise.workbook import check; check(sys.argv[1])"
    command = [sys.executable, "-c", limit + run, str(path)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.soak
def test_deleted_sheets_and_every_formula_without_a_value_are_listed(real, path):
    deleted = ("About", "Board", "Costs", "Timeline", "Checks")

    def change(workbook):
        for title in deleted:
            workbook.remove(workbook[title])

    expected = []
    for sheet in BOOK.sheets:
        if sheet.title in deleted:
            expected.append(sheet.title)
        else:
            expected += [
                f"{sheet.title}!{get_column_letter(column)}{row}"
                for (row, column), cell in sheet.cells.items()
                if isinstance(cell.content, (Formula, DataTable))
                if not cell.style.startswith("input")
            ]
    assert listed(path, saved(real, change)) == [(place, "value") for place in expected]


def test_a_changed_input_makes_stale_values_differ(real, path):
    cell = BOOK.names["discount_rate"].partition("!")[2].replace("$", "")
    assert listed(path, with_cells(real, {("Inputs", cell): (rb"<v>[^<]*</v>", b"<v>0.3</v>")}))


@pytest.mark.soak
def test_a_recalculated_change_of_input_is_no_difference(real, path):
    def change(workbook):
        sheet, _, cell = BOOK.names["discount_rate"].partition("!")
        workbook[sheet][cell.replace("$", "")] = 0.3
        for name, defined in workbook.defined_names.items():
            if name.startswith(PREFIX):  # as another program writes it
                text = defined.attr_text.lower().replace("1.2999999999999998", "1.3")
                assert text != defined.attr_text
                defined.attr_text = text

    stamps = stamps_of(load_workbook(io.BytesIO(real))["Audit"])
    after = describe(small_scenario(discount_rate=0.3), stamps)
    assert listed(path, valued(saved(real, change), after)) == []


@pytest.mark.soak
def test_every_formula_has_a_value_with_or_without_lxml(path):
    raw = package(replace(BOOK, sheets=[unrolled(sheet) for sheet in BOOK.sheets]))
    stamped = set()
    for gap in (b"<v/>", b"<v />", b"<v></v>"):  # short, with a space, as lxml writes it
        buffer = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(buffer, "w") as new:
            for name in old.namelist():
                new.writestr(name, re.sub(rb"<v ?/>|<v></v>", gap, old.read(name)))
        stamped.add(valued(buffer.getvalue()))
    (data,) = stamped
    assert listed(path, data) == []


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
def test_values_are_equal_up_to_rounding(found, expected, alike):
    assert same(found, expected) is alike


@pytest.mark.soak
def test_a_failing_check_has_the_cached_value_false(tmp_path):
    path = tmp_path / "strict.xlsx"
    book = describe(small_scenario(check_tolerance=0))
    path.write_bytes(workbook_bytes(book))
    stamped = load_workbook(path, data_only=True)["Checks"]
    found = [stamped[cell].value for sheet, cell in book.formulas() if sheet == "Checks"]
    assert False in found
    assert all(isinstance(value, (bool, str, float)) for value in found)
    assert check(path) == []


def test_an_error_is_a_difference_except_for_an_unknown_function_name(real, path):
    first, second = [place for place, f in BOOK.formulas().items() if f.text.startswith(PREFIX)][:2]
    elsewhere = of("Costs")[0]
    errors = {first: b"#NAME?", second: b"#N/A", elsewhere: b"#NAME?"}
    edits = {
        place: (rb"(<c [^>]*)>(<f.*</f>)<v>[^<]*</v>", rb'\1 t="e">\2<v>' + error + b"</v>")
        for place, error in errors.items()
    }
    found = listed(path, with_cells(real, edits))
    assert set(found) == {("!".join(place), "value") for place in (second, elsewhere)}
    assert len(found) == 2
