"""A workbook gives back its scenario, also after its inputs changed; wrong inputs are named."""

import datetime
import io
import re

import numpy as np
import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.workbook.defined_name import DefinedName

from shorewise.engine import Scenario, ScenarioError, ShorewiseError
from shorewise.workbook import WorkbookError, describe, read, workbook_bytes
from tests.scenarios import random_scenario
from tests.workbook.test_rules import INPUT_SHEETS

SEEDS = [2, 4, 5]
BASE = Scenario.from_dict(Scenario.default().to_dict() | {"horizon_months": 6}, "six months")


@pytest.fixture(scope="module")
def real():
    """A workbook of the sheets that are read, without those that calculate."""
    workbook = load_workbook(io.BytesIO(workbook_bytes(describe(BASE))))
    for title in set(workbook.sheetnames) - {*INPUT_SHEETS, "Sensitivity"}:
        del workbook[title]
    return saved_bytes(workbook)


def saved_bytes(workbook):
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def saved(real, tmp_path):
    """The base workbook after a change, as openpyxl saves it."""

    def save(change):
        workbook = load_workbook(io.BytesIO(real))
        change(workbook)
        (tmp_path / "changed.xlsx").write_bytes(saved_bytes(workbook))
        return tmp_path / "changed.xlsx"

    return save


def block(workbook, name):
    """Sheet, first column and row, last column and row of a named input."""
    sheet, _, cells = workbook.defined_names[name].attr_text.partition("!")
    return sheet, *range_boundaries(cells)


def place(workbook, name, right=0, down=0):
    """The cell of a named input, and its address."""
    sheet, left, top, _, _ = block(workbook, name)
    cell = workbook[sheet].cell(top + down, left + right)
    return cell, f"{sheet}!{cell.coordinate}"


def put(name, value, right=0, down=0):
    def change(workbook):
        place(workbook, name, right, down)[0].value = value

    return change


def written(scenario, folder):
    path = folder / "written.xlsx"
    path.write_bytes(workbook_bytes(describe(scenario)))
    return path


@pytest.mark.parametrize("seed", SEEDS)
def test_texts_and_shape_come_back_as_written(seed, tmp_path):
    scenario = random_scenario(seed)
    assert read(written(scenario, tmp_path)) == scenario


@pytest.mark.parametrize("seed", SEEDS)
def test_every_number_comes_back_to_the_last_bit(seed, tmp_path):
    scenario = random_scenario(seed)
    found = read(written(scenario, tmp_path)).values
    wrong = {
        name for name, array in scenario.values.items() if not np.array_equal(found[name], array)
    }
    assert wrong == set()


def test_every_array_keeps_its_shape_and_type(tmp_path):
    values = random_scenario(4).values
    found = read(written(random_scenario(4), tmp_path)).values
    shapes = {name: (array.shape, array.dtype) for name, array in found.items()}
    assert shapes == {name: (array.shape, array.dtype) for name, array in values.items()}


def test_unusual_names_come_back(tmp_path):
    names = ["=1+1", "<a & 'b'> \"c\"", "Łódź 東京 🌍", "'quoted", "1e5", "TRUE", "#N/A", "a  b"]
    data = {"name": names[0], "roles": names, "sites": [{"name": name} for name in names]}
    data["plans"] = [{"name": name, "heads": {names[0]: {names[0]: 1}}} for name in names]
    scenario = Scenario.from_dict(data | {"horizon_months": 6}, "test")
    assert read(written(scenario, tmp_path)) == scenario


@pytest.mark.parametrize(
    ("name", "value", "right", "down"),
    [
        pytest.param("discount_rate", 0.125, 0, 0, id="scalar"),
        pytest.param("discount_rate", 0, 0, 0, id="lowest"),
        pytest.param("discount_rate", 1, 0, 0, id="highest"),
        pytest.param("management_basis", 1, 0, 0, id="whole"),
        pytest.param("salary", 71_234.5, 2, 0, id="by-site"),
        pytest.param("established", 1, 3, 0, id="whole-by-site"),
        pytest.param("ramp", 0.25, 1, 11, id="last-month-of-a-ramp"),
        pytest.param("heads", 3.5, 3, 2, id="heads"),
    ],
)
def test_changed_number_is_read_back_and_nothing_else_changes(saved, name, value, right, down):
    expected = {key: array.copy() for key, array in BASE.values.items()}
    if name == "ramp":
        expected[name][0, 0, right, 0, down] = value
    else:
        expected[name][0, down if name == "heads" else 0, right, 0, 0] = value
    found = read(saved(put(name, value, right, down))).values
    assert {key for key in expected if not np.array_equal(found[key], expected[key])} == set()


@pytest.mark.parametrize(
    ("name", "value", "attribute", "expected"),
    [
        ("scenario_name", "Other", "name", "Other"),
        ("scenario_name", "  Other ", "name", "Other"),
        ("start_month", datetime.datetime(2031, 11, 1), "start_month", "2031-11"),
        ("start_month", "2031-11", "start_month", "2031-11"),
        ("site_names", "Lodz", "sites", ("Lodz", "Mid", "Far", "Near")),
        ("site_names", " Lodz ", "sites", ("Lodz", "Mid", "Far", "Near")),
        ("plan_names", "Stay", "plans", ("Stay", "Mid", "Far", "Near")),
        ("role_names", "Analyst", "roles", ("Analyst",)),
        ("role_names", "Analyst ", "roles", ("Analyst",)),
    ],
)
def test_changed_text_or_date_is_read_back(saved, name, value, attribute, expected):
    assert getattr(read(saved(put(name, value))), attribute) == expected


@pytest.mark.parametrize(
    ("name", "value", "right", "down", "shown", "allowed"),
    [
        pytest.param("discount_rate", 1.01, 0, 0, "1.01", "between 0 and 1", id="too-high"),
        pytest.param("discount_rate", -0.01, 0, 0, "-0.01", "between 0 and 1", id="too-low"),
        pytest.param("discount_rate", None, 0, 0, "empty", "between 0 and 1", id="blank"),
        pytest.param("discount_rate", "ten", 0, 0, "'ten'", "between 0 and 1", id="text"),
        pytest.param("discount_rate", True, 0, 0, "True", "between 0 and 1", id="boolean"),
        pytest.param("discount_rate", "#DIV/0!", 0, 0, "#DIV/0!", "between 0 and 1", id="error"),
        pytest.param("discount_rate", "=1/8", 0, 0, "empty", "between 0 and 1", id="no-value"),
        pytest.param("management_basis", 0.5, 0, 0, "0.5", "a whole number", id="not-whole"),
        pytest.param("management_basis", 10**30, 0, 0, "1", "between 0 and 2", id="huge"),
        pytest.param("salary", 0, 2, 0, "0", "1 or more", id="site"),
        pytest.param("ramp", 1.5, 1, 3, "1.5", "between 0 and 1", id="month-of-a-ramp"),
        pytest.param("heads", -1, 2, 3, "-1", "between 0 and 100,000", id="heads"),
        pytest.param("heads", None, 2, 3, "empty", "between 0 and 100,000", id="no-heads"),
        pytest.param("site_names", "Onshore", 0, 1, "'Onshore'", "differ", id="duplicate-site"),
        pytest.param("plan_names", None, 0, 1, "empty", "1 to 60 characters", id="blank-plan"),
        pytest.param("plan_names", 5, 0, 1, "5", "a text", id="number-as-name"),
        pytest.param("role_names", "a" * 61, 0, 0, "'aaa", "1 to 60 characters", id="long-name"),
        pytest.param("horizon_months", 5, 0, 0, "5", "between 6 and 120", id="horizon"),
        pytest.param("currency", "usd", 0, 0, "'usd'", "three capital letters", id="currency"),
        pytest.param("start_month", "soon", 0, 0, "'soon'", "2027-01", id="start"),
        pytest.param("scenario_name", None, 0, 0, "empty", "1 to 60 characters", id="no-name"),
    ],
)  # fmt: skip
def test_wrong_input_is_named_with_file_cell_value_and_what_is_allowed(
    saved, real, name, value, right, down, shown, allowed
):
    path = saved(put(name, value, right, down))
    address = place(load_workbook(io.BytesIO(real)), name, right, down)[1]
    with pytest.raises(ScenarioError) as error:
        read(path)
    text = str(error.value)
    missing = [part for part in (str(path), f"{address}:", shown, allowed) if part not in text]
    assert missing == [], text


@pytest.mark.parametrize("name", ["salary", "scenario_name", "heads", "site_names", "ramp"])
def test_deleted_name_is_named(saved, name):
    path = saved(lambda workbook: workbook.defined_names.pop(name))
    with pytest.raises(WorkbookError, match=rf"^{re.escape(str(path))}: .*\b{name}\b"):
        read(path)


def test_renamed_name_is_named(saved):
    def rename(workbook):
        cells = workbook.defined_names.pop("salary").attr_text
        workbook.defined_names["pay"] = DefinedName("pay", attr_text=cells)

    with pytest.raises(WorkbookError, match=r"\bsalary\b"):
        read(saved(rename))


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        pytest.param("salary", "Costs!{first}:{last}", id="another-sheet"),
        pytest.param("salary", "{sheet}!{first}", id="too-narrow"),
        pytest.param("salary", "{sheet}!{first}:{below_last}", id="too-high"),
        pytest.param("salary", "{sheet}!{last}:{first}", id="right-to-left"),
        pytest.param("salary", "#REF!", id="deleted-cells"),
        pytest.param("salary", "60000", id="constant"),
        pytest.param("salary", "[1]{sheet}!{first}:{last}", id="another-workbook"),
        pytest.param("salary", "OFFSET({sheet}!{first},0,0,1,4)", id="formula"),
        pytest.param("salary", "{sheet}!{first}:{last},{sheet}!{first}", id="two-blocks"),
        pytest.param("heads", "{sheet}!{first}:{above_last}", id="heads-too-low"),
        pytest.param("heads", "{sheet}!{first}:{below_last}", id="heads-too-high"),
        pytest.param("discount_rate", "{sheet}!{below_last}:{first}", id="upside-down"),
        pytest.param("discount_rate", "{sheet}!{first}:{below_last}", id="two-cells"),
        pytest.param("discount_rate", "{sheet}!$C$0", id="row-0"),
        pytest.param("discount_rate", "{sheet}!$C$9999999", id="row-beyond-the-sheet"),
        pytest.param("discount_rate", "{sheet}!$ZZZ$1", id="column-beyond-the-sheet"),
        pytest.param("site_names", "{sheet}!{last}:{first}", id="names-upside-down"),
    ],
)
def test_name_that_means_other_cells_is_named(saved, name, cells):
    def point(workbook):
        sheet, left, top, right, bottom = block(workbook, name)
        places = {"first": (left, top), "last": (right, bottom)}
        places |= {"above_last": (right, bottom - 1), "below_last": (right, bottom + 1)}
        texts = {key: f"${get_column_letter(x)}${y}" for key, (x, y) in places.items()}
        text = cells.format(sheet=sheet, **texts)
        workbook.defined_names[name] = DefinedName(name, attr_text=text)

    path = saved(point)
    with pytest.raises(ShorewiseError, match=rf"^{re.escape(str(path))}: .*\b{name}\b"):
        read(path)


@pytest.mark.parametrize("title", ["Inputs", "Sites", "Team"])
def test_missing_input_sheet_is_refused(saved, title):
    path = saved(lambda workbook: workbook.remove(workbook[title]))
    with pytest.raises(WorkbookError, match=re.escape(str(path))):
        read(path)


def test_plan_without_heads_is_named_with_its_file(saved):
    path = saved(put("heads", 0, 1, 1))
    with pytest.raises(ScenarioError, match=rf"^{re.escape(str(path))}: .*'Mid'.*no heads"):
        read(path)


def test_an_unused_row_that_was_filled_in_is_read(saved):
    def change(workbook):
        put("extra_names", "Parking", down=0)(workbook)
        put("extra_amount", 900, right=1, down=0)(workbook)

    found = read(saved(change))
    assert found.list_names["extra"][0] == "Parking"
    assert found.values["extra_amount"][0, 0, :3, 0, 0].tolist() == [0, 900, 0]


def test_an_amount_in_a_row_without_a_name_is_not_lost(saved):
    found = read(saved(put("extra_amount", 900, right=1, down=2)))
    assert found.values["extra_amount"][0, 0, 1, :3, 0].tolist() == [0, 0, 900]


def test_a_wrong_answer_is_named_with_its_cell(saved):
    path = saved(put("question_answer", 2, down=3))
    with pytest.raises(ScenarioError, match=r"Checklists!C[0-9]+: answer is 2; it must be"):
        read(path)


def test_a_wrong_trait_is_named_with_its_cell(saved):
    path = saved(put("ambiguity", 11))
    with pytest.raises(ScenarioError, match=r"Roles!E7: ambiguity of .* is 11; it must be"):
        read(path)
