"""A workbook gives back its scenario, also after its inputs changed; wrong inputs are named."""

import datetime
import re

import numpy as np
import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.workbook.defined_name import DefinedName

from shorewise.engine import Scenario, ScenarioError, ShorewiseError, take
from shorewise.workbook import WorkbookError, read
from tests.support.sample_scenarios import random_scenario
from tests.support.written_workbooks import input_sheets
from tests.support.written_workbooks import written as package_of

SEEDS = [2, 4, 10]
BASES = "one of Share of direct cost; Share of onshore cost; Hours of management"
BASE = Scenario.from_dict(Scenario.default().to_dict() | {"horizon_months": 6}, "six months")


@pytest.fixture(scope="module")
def real():
    """A workbook of the sheets that are read, without those that calculate."""
    return input_sheets(BASE)


@pytest.fixture
def saved(real, tmp_path):
    """The base workbook after a change, as openpyxl saves it; the change is undone afterwards."""
    sheets, names = list(real), dict(real.defined_names)
    cells = [(c, c._value, c.data_type) for sheet in sheets for row in sheet for c in row]

    def save(change):
        change(real)
        real.save(tmp_path / "changed.xlsx")
        return tmp_path / "changed.xlsx"

    yield save
    real._sheets = sheets
    real.defined_names.clear()
    real.defined_names.update(names)
    for cell, value, kind in cells:
        cell._value, cell.data_type = value, kind


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


def puts(changes):
    def change(workbook):
        for one in changes:
            put(*one)(workbook)

    return change


def different(arrays, others):
    """Names of the arrays that differ."""
    return {name for name, array in arrays.items() if not np.array_equal(others[name], array)}


def written(scenario, folder):
    path = folder / "written.xlsx"
    path.write_bytes(package_of(scenario))
    return path


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    """Random scenarios and what their workbooks give back, by seed."""
    folder, scenarios = tmp_path_factory.mktemp("random"), map(random_scenario, SEEDS)
    return {
        seed: (one, read(written(one, folder))) for seed, one in zip(SEEDS, scenarios, strict=True)
    }


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("seed", SEEDS)
def test_texts_and_shape_are_read_back(again, seed):
    scenario, found = again[seed]
    assert found == scenario


@pytest.mark.parametrize("seed", SEEDS)
def test_every_number_is_read_back_exactly(again, seed):
    scenario, found = again[seed]
    assert different(scenario.values, found.values) == set()


@pytest.mark.parametrize("seed", SEEDS)
def test_every_array_is_read_back_with_its_shape_and_type(again, seed):
    before, after = (
        {name: (array.shape, array.dtype) for name, array in scenario.values.items()}
        for scenario in again[seed]
    )
    assert after == before


@pytest.mark.soak
def test_unusual_names_are_read_back(tmp_path):
    names = ["=1+1", "<a & 'b'> \"c\"", "Łódź 東京 🌍", "'quoted", "1e5", "TRUE", "#N/A", "a  b"]
    data = {"name": names[0], "roles": names, "sites": [{"name": name} for name in names]}
    data["plans"] = [{"name": name, "heads": {names[0]: {names[0]: 1}}} for name in names]
    scenario = Scenario.from_dict(data | {"horizon_months": 6}, "test")
    assert read(written(scenario, tmp_path)) == scenario


CHANGES = {
    "lowest": [("discount_rate", 0, 0, 0)],
    "highest": [("discount_rate", 1, 0, 0)],
    "many-at-once": [
        ("discount_rate", 0.125, 0, 0),
        ("management_basis", 1, 0, 0),  # a whole number
        ("salary", 71_234.5, 2, 0),  # by site
        ("established", 1, 3, 0),  # whole, by site
        ("ramp", 0.25, 1, 11),  # the last month of a ramp
        ("heads", 3.5, 3, 2),
    ],
}


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_changed_numbers_are_read_back_and_nothing_else_changes(saved, changes):
    expected = {key: array.copy() for key, array in BASE.values.items()}
    for name, value, right, down in changes:
        if name == "ramp":
            expected[name][0, 0, right, 0, down] = value
        else:
            expected[name][0, down if name == "heads" else 0, right, 0, 0] = value
    assert different(expected, BASE.values) == {name for name, *_ in changes}
    found = read(saved(puts(changes)))
    assert different(expected, found.values) == set()


def test_a_currency_that_would_only_relabel_amounts_is_refused(saved):
    with pytest.raises(WorkbookError, match="currency is 'INR', and the amounts are in USD: noth"):
        read(saved(put("currency", "INR", 0, 0)))


@pytest.mark.soak(keep=2)
@pytest.mark.parametrize("space", ["", " "])
@pytest.mark.parametrize("start", [datetime.datetime(2031, 11, 1), "2031-11"], ids=["date", "text"])
def test_changed_texts_and_dates_are_read_back(saved, space, start):
    names = {"scenario_name": "Other", "site_names": "Lodz", "plan_names": "Stay"}
    names |= {"role_names": "Analyst"}
    changes = {name: f"{space}{text}{space}" for name, text in names.items()}
    found = read(saved(puts((changes | {"start_month": start}).items())))
    assert (found.name, found.start_month) == ("Other", "2031-11")
    assert found.sites == ("Lodz", "Mid", "Far", "Near")
    assert found.plans == ("Stay", "Mid", "Far", "Near")
    assert found.roles == ("Analyst",)


@pytest.mark.soak(keep=4)
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
        pytest.param("break_even_limit", 0.5, 0, 0, "0.5", "a whole number", id="not-whole"),
        pytest.param("break_even_limit", 10**30, 0, 0, "1", "between 1 and 120", id="huge"),
        pytest.param("management_basis", 0.5, 0, 0, "0.5", BASES, id="no-number-of-a-choice"),
        pytest.param("management_basis", 3, 0, 0, "3", BASES, id="more-than-the-choices"),
        pytest.param("management_basis", None, 0, 0, "empty", BASES, id="no-choice"),
        pytest.param("case_number", True, 0, 0, "True", "Base; Optimistic", id="true-as-a-choice"),
        pytest.param("salary", 0, 2, 0, "0", "1 or more", id="site"),
        pytest.param("ramp", 1.5, 1, 3, "1.5", "between 0 and 1", id="month-of-a-ramp"),
        pytest.param("heads", -1, 2, 3, "-1", "between 0 and 100,000", id="heads"),
        pytest.param("heads", None, 2, 3, "empty", "between 0 and 100,000", id="no-heads"),
        pytest.param("site_names", "Onshore", 0, 1, "'Onshore'", "differ", id="duplicate-site"),
        pytest.param("plan_names", None, 0, 1, "empty", "type a name", id="blank-plan"),
        pytest.param("plan_names", 5, 0, 1, "5", "a text", id="number-as-name"),
        pytest.param("role_names", "a" * 61, 0, 0, "'aaa", "1 to 60 characters", id="long-name"),
        pytest.param("horizon_months", 5, 0, 0, "5", "between 6 and 120", id="horizon"),
        pytest.param("currency", "usd", 0, 0, "'usd'", "three capital letters", id="currency"),
        pytest.param("start_month", "soon", 0, 0, "'soon'", "2027-01", id="start"),
        pytest.param("start_month", 2027, 0, 0, "'1905-07'", "2000-01 to 2099-12: to Excel a year "
                     "typed alone is a day of 1905", id="start-is-a-year"),
        pytest.param("start_month", 6, 0, 0, "'1900-01'", "2000-01 to 2099-12", id="start-is-6"),
        pytest.param("prepared_on", 2026, 0, 0, "1905-07-18", "2000 to 2099: to Excel a year typed",
                     id="prepared-in-a-year"),
        pytest.param("scenario_name", None, 0, 0, "empty", "1 to 60 characters", id="no-name"),
    ],
)  # fmt: skip
def test_an_invalid_input_is_named_with_file_cell_value_and_what_is_allowed(
    saved, real, name, value, right, down, shown, allowed
):
    path = saved(put(name, value, right, down))
    address = place(real, name, right, down)[1]
    with pytest.raises(ScenarioError) as error:
        read(path)
    text = str(error.value)
    missing = [part for part in (str(path), f"{address}:", shown, allowed) if part not in text]
    assert missing == [], text


@pytest.mark.parametrize("name", ["salary", "scenario_name", "heads", "site_names", "ramp"])
def test_a_deleted_defined_name_is_reported(saved, name):
    path = saved(lambda workbook: workbook.defined_names.pop(name))
    with pytest.raises(WorkbookError, match=rf"^{re.escape(str(path))}: .*\b{name}\b"):
        read(path)


def test_a_renamed_defined_name_is_reported(saved):
    def rename(workbook):
        cells = workbook.defined_names.pop("salary").attr_text
        workbook.defined_names["pay"] = DefinedName("pay", attr_text=cells)

    with pytest.raises(WorkbookError, match=r"\bsalary\b"):
        read(saved(rename))


@pytest.mark.soak(keep=5)
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
def test_a_defined_name_moved_to_other_cells_is_reported(saved, name, cells):
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


@pytest.mark.parametrize("title", ["Inputs", "Rules", "Checklists"])
def test_a_missing_input_sheet_is_refused(saved, title):
    path = saved(lambda workbook: workbook.remove(workbook[title]))
    with pytest.raises(WorkbookError, match=re.escape(str(path))):
        read(path)


def test_a_plan_without_heads_is_named_with_its_file(saved):
    path = saved(put("heads", 0, 1, 1))
    with pytest.raises(ScenarioError, match=rf"^{re.escape(str(path))}: .*'Mid'.*no heads"):
        read(path)


def test_a_filled_in_spare_row_is_read(saved):
    found = read(saved(puts([("extra_names", "Parking"), ("extra_amount", 900, 1)])))
    assert found.list_names["extra"][0] == "Parking"
    assert take(found.values, "extra_amount", site=slice(None, 3), extra=0).tolist() == [0, 900, 0]


def test_an_amount_in_a_row_without_a_name_is_not_lost(saved):
    found = read(saved(put("extra_amount", 900, right=1, down=2)))
    assert take(found.values, "extra_amount", site=1, extra=slice(None, 3)).tolist() == [0, 0, 900]


def test_an_invalid_answer_is_named_with_its_cell(saved):
    path = saved(put("question_answer", 2, down=3))
    with pytest.raises(ScenarioError, match=r"Checklists!C[0-9]+: answer is 2; it must be"):
        read(path)


def test_an_invalid_trait_is_named_with_its_cell(saved):
    path = saved(put("ambiguity", 11))
    with pytest.raises(ScenarioError, match=r"Inputs!E[0-9]+: ambiguity of .* is 11; it must be"):
        read(path)


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize(
    ("word", "cure"),
    [("add", ": choose Add capacity"), ("Instead", ": choose Hire abroad instead"), ("sell", "")],
)
def test_a_word_that_formulas_do_not_know_is_refused_with_its_cell_and_the_list(saved, word, cure):
    path = saved(put("decision", word))
    _, address = place(load_workbook(path), "decision")
    with pytest.raises(ScenarioError) as caught:
        read(path)
    assert str(caught.value) == (
        f"{path}: {address}: decision is {word!r}; it must be one of "
        f"Replace the onshore team; Hire abroad instead; Add capacity{cure}"
    )


@pytest.mark.parametrize("chosen", ["Hire abroad instead", " hire ABROAD instead ", 1])
def test_a_choice_is_read_as_a_word_of_the_list_and_as_a_number(saved, chosen):
    assert read(saved(put("decision", chosen))).values["decision"].item() == 1


def test_the_case_is_read_as_a_word_though_its_numbers_start_from_1(saved):
    assert read(saved(put("case_number", "Pessimistic"))).values["case_number"].item() == 3


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize(
    ("name", "right", "down", "word", "number"),
    [
        ("established", 1, 0, "Yes", 1),
        ("onshore_only", 0, 0, " yes", 1),
        ("extra_basis", 0, 1, "Per month", 2),
        ("driver_distribution", 0, 3, "uniform", 3),
        ("question_answer", 0, 5, "Yes", 1),
        ("figure_status", 0, 2, "Disputed", 3),
        ("sensitivity_plan", 0, 0, "far", 3),
        ("sensitivity_plan", 0, 0, "recommended", 0),
    ],
)
def test_a_word_is_read_as_its_number_and_nothing_else_changes(
    saved, name, right, down, word, number
):
    found = read(saved(put(name, word, right, down))).values
    assert number in found[name]
    assert np.count_nonzero(found[name] != BASE.values[name]) == (number > 0)
    assert different(found, BASE.values) <= {name}


def test_a_plan_shown_that_is_none_is_refused_with_its_cell(saved):
    path = saved(put("sensitivity_plan", "Moon"))
    _, address = place(load_workbook(path), "sensitivity_plan")
    with pytest.raises(ScenarioError) as caught:
        read(path)
    assert str(caught.value) == (
        f"{path}: {address}: sensitivity_plan is 'Moon'; it must be one of "
        "Recommended; All onshore; Mid; Far; Near"
    )


def test_a_word_pasted_where_formulas_need_a_number_is_refused_with_its_cell(saved):
    path = saved(put("statutory_grade", "own", right=1))
    _, address = place(load_workbook(path), "statutory_grade", right=1)
    with pytest.raises(ScenarioError) as caught:
        read(path)
    assert str(caught.value) == (
        f"{path}: {address}: statutory_grade is 'own', a text; the workbook's formulas need a "
        "number: 0 official, 1 secondary, 2 own, 3 assumption: write 2"
    )
