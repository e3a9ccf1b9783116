"""Sheet Audit: what was edited since the workbook was made, and what is beyond its range."""

import datetime

import pytest
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from shorewise.engine import Scenario
from shorewise.workbook import check, describe, read, workbook_bytes
from tests.parity.oracles import by_formualizer, by_ironcalc, without_tables

SCENARIO = Scenario.default()
NAMES = describe(SCENARIO).names
KEPT, EDITED = "All checks pass; as generated", "All checks pass; edited since it was made"


def cell(name, row=0, column=0):
    """Sheet and address of an input."""
    sheet, _, cells = NAMES[name].partition("!")
    left, top, _, _ = range_boundaries(cells.replace("$", ""))
    return sheet, (top + row, left + column)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("audit") / "made.xlsx"
    path.write_bytes(workbook_bytes(without_tables(describe(SCENARIO))))
    return path


def edited(path, tmp_path, edits):
    """The workbook after somebody typed over some inputs."""
    workbook, target = load_workbook(path), tmp_path / "edited.xlsx"
    for (sheet, place), value in edits.items():
        workbook[sheet].cell(*place).value = value
    workbook.save(target)
    return target


def rows(path, tmp_path, edits, column):
    """What a column of Audit says beside each label, recalculated."""
    target = edited(path, tmp_path, edits)
    sheet = load_workbook(target)["Audit"]
    labels = {row: sheet.cell(row, 1).value for row in range(6, sheet.max_row + 1)}
    there = [row for row in labels if sheet[f"{column}{row}"].value is not None]
    # IronCalc takes a blank cell with a format for 0.
    found = by_formualizer(str(target), [("Audit", f"{column}{row}") for row in there])
    return {(row, labels[row]): found["Audit", f"{column}{row}"] for row in there}


@pytest.mark.parametrize("oracle", [by_ironcalc, by_formualizer])
@pytest.mark.parametrize(
    ("edits", "state"),
    [
        pytest.param({}, KEPT, id="none"),
        pytest.param({cell("discount_rate"): 0.2}, EDITED, id="a-number"),
        pytest.param({cell("case_number"): 3}, EDITED, id="the-case"),
        pytest.param(
            {cell("salary", 0, 1): 40_000, cell("salary", 0, 2): 60_000}, EDITED, id="swapped"
        ),
        pytest.param({cell("discount_rate"): 0.1}, KEPT, id="the-same"),
    ],
)
def test_every_sheet_says_whether_anything_was_edited(path, tmp_path, oracle, edits, state):
    target = edited(path, tmp_path, edits)
    wanted = [(title, "A3") for title in load_workbook(target).sheetnames]
    assert set(oracle(str(target), wanted).values()) == {state}


def test_the_row_of_an_edited_input_says_so_and_no_other(path, tmp_path):
    said = rows(path, tmp_path, {cell("coordination_hours", 0, 1): 0.75}, "M")
    (label,) = [label for (_, label), same in said.items() if same is False]
    assert label == "Coordination per head"


@pytest.mark.parametrize("value", [1.5, "ten per cent", None])
def test_an_input_pasted_beyond_its_range_fails_the_checks(path, tmp_path, value):
    edits = {cell("discount_rate"): value}
    said = rows(path, tmp_path, edits, "J")
    assert [label for (_, label), fine in said.items() if not fine] == [
        "The whole workbook",
        "Discount rate",
    ]
    target = edited(path, tmp_path, edits)
    (state,) = by_formualizer(str(target), [("Summary", "A3")]).values()
    assert str(state).startswith("A check fails") or value == "ten per cent"  # errors everywhere


def test_about_shows_the_hash_who_and_when(tmp_path):
    data = SCENARIO.to_dict() | {"prepared_by": "Ann Example", "prepared_on": "2026-11-23"}
    scenario = Scenario.from_dict(data, "test")
    target = tmp_path / "said.xlsx"
    target.write_bytes(workbook_bytes(describe(scenario)))
    about = load_workbook(target, data_only=True)["About"]
    facts = {row[0].value: row[1].value for row in about.iter_rows(min_row=50)}
    assert facts["Prepared by"] == "Ann Example"
    assert facts["Prepared on"] == datetime.datetime(2026, 11, 23)
    assert facts["Assumptions"] == scenario.fingerprint()
    assert facts["Since then"] == "as generated"
    assert read(target).to_dict() == scenario.to_dict()


def test_check_of_an_edited_workbook_keeps_the_day_it_was_made(tmp_path):
    book = describe(SCENARIO)
    after = Scenario.from_dict(SCENARIO.to_dict() | {"discount_rate": 0.2}, "edited")
    stamps = {
        row: entry.content
        for sheet in book.sheets
        if sheet.title == "Audit"
        for (row, _), entry in sheet.cells.items()
        if entry.style == "stamp"
    }
    target = tmp_path / "edited.xlsx"
    target.write_bytes(workbook_bytes(describe(after, stamps)))
    assert check(target) == []
    assert load_workbook(target, data_only=True)["Summary"]["A3"].value == EDITED


def test_fingerprint_is_of_the_assumptions_alone():
    said = {"name": "Another", "prepared_by": "Ann", "prepared_on": "2026-01-01"}
    data = SCENARIO.to_dict()
    assert Scenario.from_dict(data | said, "test").fingerprint() == SCENARIO.fingerprint()
    for change in ({"discount_rate": 0.11}, {"currency": "EUR"}, {"horizon_months": 35}):
        assert Scenario.from_dict(data | change, "test").fingerprint() != SCENARIO.fingerprint()
