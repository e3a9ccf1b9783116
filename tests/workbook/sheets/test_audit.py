"""Sheet Audit: what was edited since the workbook was made, and what is beyond its range."""

import datetime
import functools
import io

import pytest
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from shorewise.engine import Scenario
from shorewise.workbook import check, describe, read, workbook_bytes
from tests.support.sample_scenarios import small_data
from tests.support.soak import SOAK
from tests.support.spreadsheet_engines import by_formualizer, by_ironcalc, without_tables
from tests.support.written_workbooks import written

DATA = small_data() | {key: Scenario.default().to_dict()[key][:3] for key in ("sites", "plans")}
SCENARIO = Scenario.from_dict(DATA, "three sites")


@functools.cache
def names():
    """Cells of each input, by its name."""
    return describe(SCENARIO).names


KEPT, EDITED = "All checks pass; as generated", "All checks pass; edited since it was made"


def cell(name, row=0, column=0):
    """Sheet and address of an input."""
    sheet, _, cells = names()[name].partition("!")
    left, top, _, _ = range_boundaries(cells.replace("$", ""))
    return sheet, (top + row, left + column)


@pytest.fixture(scope="module")
def made():
    """The workbook as it was made."""
    return load_workbook(io.BytesIO(workbook_bytes(without_tables(describe(SCENARIO)))))


@pytest.fixture
def edited(made, tmp_path):
    """The workbook after somebody typed over some inputs; they are put back afterwards."""
    before = {}

    def save(edits):
        for (sheet, place), value in edits.items():
            cell = made[sheet].cell(*place)
            before[cell] = cell.value
            cell.value = value
        made.save(tmp_path / "edited.xlsx")
        return tmp_path / "edited.xlsx"

    yield save
    for cell, value in before.items():
        cell.value = value


def said(made, column):
    """Cells of a column of Audit that say something of an input, with its label."""
    sheet = made["Audit"]
    # IronCalc takes a blank cell with a format for 0.
    return {
        ("Audit", f"{column}{row}"): sheet.cell(row, 1).value
        for row in range(6, sheet.max_row + 1)
        if sheet[f"{column}{row}"].value is not None
    }


@pytest.mark.soak(keep=1)
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
def test_every_sheet_says_whether_anything_was_edited(made, edited, edits, state):
    target = str(edited(edits))
    wanted = [(title, "A3") for title in made.sheetnames if title not in ("Countries", "Law")]
    for oracle in (by_ironcalc, by_formualizer):
        assert set(oracle(target, wanted).values()) == {state}, oracle


@pytest.mark.soak
@pytest.mark.parametrize("tolerance", [0, 1e-15, *[1e-300, 1e-17] * SOAK])
def test_rounding_never_counts_as_an_edit(tolerance, tmp_path):
    scenario = Scenario.from_dict(DATA | {"check_tolerance": tolerance}, "exact")
    path = tmp_path / "made.xlsx"
    path.write_bytes(workbook_bytes(without_tables(describe(scenario))))
    for oracle in (by_ironcalc, by_formualizer):
        (state,) = oracle(str(path), [("Audit", "L6")]).values()
        assert state == "as generated", oracle


@pytest.mark.soak
def test_a_present_value_near_zero_is_compared_relative_to_the_cost_of_its_plan(tmp_path):
    # 1e-9 of value and cost, of some millions: less than a cent.
    book = describe(SCENARIO)
    (audit,) = [sheet for sheet in book.sheets if sheet.title == "Audit"]
    rows = {row: cell.content for (row, column), cell in audit.cells.items() if column == 1}
    row = next(row for row, label in rows.items() if label == "Net present value")
    live = load_workbook(io.BytesIO(workbook_bytes(without_tables(book))))
    kept = live["Audit"].cell(row + 1, 11)
    for share, expected in ((1.2e-9, True), (1e-5, False)):
        before = kept.value
        kept.value = before * (1 + share)
        live.save(tmp_path / "moved.xlsx")
        kept.value = before
        cell = ("Audit", f"M{row + 1}")
        assert by_ironcalc(str(tmp_path / "moved.xlsx"), [cell])[cell] is expected


@pytest.mark.soak
def test_a_changed_cap_is_an_edit_among_many_rules_without_a_cap(made, edited):
    sheet, (top, left) = cell("own_statutory_cap")
    places = [(top + row, left + column) for row in range(8) for column in range(3)]
    caps = {place: made[sheet].cell(*place).value for place in places}
    assert sum(cap == 10**18 for cap in caps.values()) > 20  # none
    (place, cap), *_ = [item for item in caps.items() if item[1] < 10**17]
    target = str(edited({(sheet, place): cap + 1}))
    assert by_ironcalc(target, [("Audit", "L6")]) == {("Audit", "L6"): "edited since it was made"}
    (place, _), *_ = [item for item in caps.items() if item[1] == 10**18]
    target = str(edited({(sheet, place): 70_000}))
    assert by_ironcalc(target, [("Audit", "L6")]) == {("Audit", "L6"): "edited since it was made"}


def test_only_the_row_of_an_edited_input_says_so(made, edited):
    labels = said(made, "M")
    target = edited({cell("coordination_hours", 0, 1): 0.75})
    found = by_formualizer(str(target), labels)
    (label,) = [labels[cell] for cell, same in found.items() if same is False]
    assert label == "Coordination per head"


@pytest.mark.parametrize("value", [1.5, "ten per cent", None])
def test_an_input_pasted_outside_its_range_fails_the_checks(made, edited, value):
    labels, state = said(made, "J"), ("Board", "A3")
    found = by_formualizer(str(edited({cell("discount_rate"): value})), [*labels, state])
    assert [label for cell, label in labels.items() if not found[cell]] == [
        "The whole workbook",
        "Discount rate",
    ]
    # A text makes errors everywhere.
    assert str(found[state]).startswith("A check fails") or value == "ten per cent"


@pytest.mark.soak
def test_the_about_sheet_shows_hash_author_and_date(tmp_path):
    data = SCENARIO.to_dict() | {"prepared_by": "Ann Example", "prepared_on": "2026-11-23"}
    scenario = Scenario.from_dict(data, "test")
    target = tmp_path / "said.xlsx"
    target.write_bytes(written(scenario))
    about = load_workbook(target, data_only=True)["About"]
    facts = {row[0].value: row[1].value for row in about.iter_rows(min_row=50)}
    assert facts["Prepared by"] == "Ann Example"
    assert facts["Prepared on"] == datetime.datetime(2026, 11, 23)
    assert facts["Hash of assumptions"] == scenario.fingerprint()
    assert facts["Inputs and results"] == "as generated"
    assert read(target).to_dict() == scenario.to_dict()


@pytest.mark.soak
def test_check_accepts_the_creation_date_of_an_edited_workbook(tmp_path):
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
    assert load_workbook(target, data_only=True)["Board"]["A3"].value == EDITED


def test_the_hash_depends_on_the_assumptions_only():
    said = {"name": "Another", "prepared_by": "Ann", "prepared_on": "2026-01-01"}
    data = SCENARIO.to_dict()
    assert Scenario.from_dict(data | said, "test").fingerprint() == SCENARIO.fingerprint()
    for change in ({"discount_rate": 0.11}, {"currency": "EUR"}, {"horizon_months": 35}):
        assert Scenario.from_dict(data | change, "test").fingerprint() != SCENARIO.fingerprint()
