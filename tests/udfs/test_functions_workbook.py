"""The workbook of all functions: computed by `shorewise calc`, it shows the documented examples."""

import io
import re

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from shorewise.cli import main
from shorewise.udfs.calling import call
from shorewise.udfs.functions import FUNCTIONS
from shorewise.udfs.functions_workbook import functions_book
from shorewise.udfs.reference_page import formula
from shorewise.workbook import workbook_bytes
from shorewise.workbook.lint import lint
from tests.support.function_calls import same
from tests.support.paths import FUNCTIONS_PAGE
from tests.support.recalculation import calculated

DOCUMENT = FUNCTIONS_PAGE.read_text()


@pytest.fixture(scope="module")
def raw():
    return workbook_bytes(functions_book())


@pytest.fixture(scope="module")
def computed(raw):
    """Results by function, as rows of the cells that they fill."""
    data, count, left = calculated(raw)
    assert (count, left) == (len(FUNCTIONS), [])
    calls = load_workbook(io.BytesIO(data))["Examples"]
    values = load_workbook(io.BytesIO(data), data_only=True)["Examples"]
    found = {}
    for row in calls.iter_rows(min_col=3, max_col=3):
        if row[0].data_type == "f":
            area = values[row[0].value.ref]
            area = area if isinstance(area, tuple) else ((area,),)
            name = row[0].value.text.removeprefix("=").partition("(")[0]
            # openpyxl reads an empty text as None.
            found[name] = [
                ["" if cell.value is None else cell.value for cell in line] for line in area
            ]
    return found


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_every_cell_of_an_example_matches_the_documents(function, computed):
    expected = call(function, *function.example)
    rows = expected if isinstance(expected, list) else [[expected]]
    assert same(computed[function.name], rows, 0)
    if not isinstance(expected, list):
        shown = re.search(rf"`{re.escape(formula(function))}` gives (.*)", DOCUMENT)
        text = shown[1].replace("\\|", "|")
        found = computed[function.name][0][0]
        assert text == (found if isinstance(found, str) else f"{found:,.7g}")


def test_no_call_has_a_value_before_it_is_computed(raw):
    values = load_workbook(io.BytesIO(raw), data_only=True)["Examples"]
    calls = load_workbook(io.BytesIO(raw))["Examples"]
    found = [
        values.cell(row, 3).value
        for row in range(1, calls.max_row + 1)
        if calls.cell(row, 3).data_type == "f"
    ]
    assert found == ["#N/A"] * len(FUNCTIONS)


def test_the_reference_sheet_names_every_function_and_argument(raw):
    sheet = load_workbook(io.BytesIO(raw))["Reference"]
    rows = [row for row in sheet.iter_rows(min_row=5, values_only=True) if row[0]]
    assert [row[:2] for row in rows] == [
        (one.name, name)
        for one in FUNCTIONS
        for name in (None, *(parameter.name for parameter in one.parameters))
    ]
    by_name = {row[:2]: row for row in rows}
    assert by_name["SHORE_LOADED_COST", "salary"][2:] == (
        "Salary", "money/year", "1 or more, up to 1e+12", "required", 60000,
    )  # fmt: skip
    assert by_name["SHORE_OVERHEAD", None][6] == '=SHORE_OVERHEAD(60000,"security")'


def test_no_text_of_the_reference_sheet_is_truncated(raw):
    sheet = load_workbook(io.BytesIO(raw))["Reference"]
    cut = []
    for row in sheet.iter_rows(min_row=5):
        height = sheet.row_dimensions[row[0].row].height or 15
        for cell in row:
            width = sheet.column_dimensions[cell.column_letter].width
            if cell.value and len(str(cell.value)) > 1.2 * width * (height // 12):
                cut.append(cell.coordinate)
    assert cut == []


def test_the_workbook_follows_all_lint_rules_except_that_it_has_no_checks(raw, tmp_path):
    (tmp_path / "functions.xlsx").write_bytes(calculated(raw)[0])
    assert {found.rule for found in lint(tmp_path / "functions.xlsx")} == {"SW19"}


def test_the_command_writes_the_workbook_and_replaces_no_file_without_force(raw, tmp_path):
    path = tmp_path / "functions.xlsx"
    first = CliRunner().invoke(main, ["functions", "--workbook", str(path)])
    again = CliRunner().invoke(main, ["functions", "--workbook", str(path)])
    assert (first.exit_code, first.output) == (0, f"wrote {path}\n")
    assert path.read_bytes() == raw
    assert (again.exit_code, again.output.count("\n")) == (2, 1)
