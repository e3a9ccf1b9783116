"""Templates that others made, filled: xlwings' own projects, and what LibreOffice saved."""

import sys

import pytest
from openpyxl import load_workbook

from shorewise import fill_template
from shorewise.engine import Scenario, take
from tests.support.boards import marked_boards, parts_of
from tests.support.ooxml_validators import NO_AUDIT, NO_SDK, by_open_xml_sdk, by_openxml_audit
from tests.support.spreadsheet_engines import all_converted

pytestmark = pytest.mark.filterwarnings("ignore:.*not supported and will be removed")
CASE = Scenario.default()
VALUES = CASE.evaluate()
NPV = take(VALUES, "npv").tolist()
BEST = NPV[CASE.plans.index("Mid")]
# The parts that hold marks, depend on them, or move with their rows.
PAGE = {"sheet1", "sheet3", "chart1", "comments1", "drawing1", "vmlDrawing1", "workbook"}
CHANGING = {
    "quickstart": {"sheet1"},
    "quickstart_standalone": {"sheet1"},
    "macros": {"sheet1"},
    "drawn": PAGE,
    "template": PAGE | {"[Content_Types]"},
    "pivot": {"sheet1", "sheet2", "pivotCacheDefinition1"},
    "own": {"sheet2"},
}


@pytest.fixture(scope="module")
def boards(tmp_path_factory):
    return marked_boards(tmp_path_factory.mktemp("marked"))


@pytest.fixture(scope="module")
def done(boards, tmp_path_factory):
    """Each template, filled."""
    folder = tmp_path_factory.mktemp("filled")
    return {
        name: fill_template(CASE, path, folder / f"{name}{path.suffix.replace('xltx', 'xlsx')}")
        for name, path in boards.items()
    }


@pytest.fixture(scope="module")
def shown(done):
    """Each as LibreOffice computes it anew."""
    paths = [one.paths[0] for one in done.values()]
    return dict(zip(done, all_converted(paths, "xlsx"), strict=True))


@pytest.mark.soak(keep=2)
@pytest.mark.parametrize("name", CHANGING)
def test_all_parts_but_those_of_marks_stay_byte_for_byte(boards, done, name):
    before, after = parts_of(boards[name]), parts_of(done[name].paths[0])
    changed = {part for part in before if after.get(part) != before[part]}
    assert {part.rpartition("/")[2].rpartition(".")[0] for part in changed} == CHANGING[name]
    assert [*before] == [*after]
    if name in ("quickstart", "quickstart_standalone", "macros"):
        assert len(before["xl/vbaProject.bin"]) > 1_000


@pytest.mark.soak
@pytest.mark.skipif(bool(NO_SDK or NO_AUDIT), reason=NO_SDK or NO_AUDIT)
@pytest.mark.parametrize("name", CHANGING)
def test_validators_find_nothing_that_they_did_not_find_before(boards, done, name):
    for validator in (by_open_xml_sdk, by_openxml_audit):
        assert {*validator(done[name].paths[0])} <= {*validator(boards[name])}


@pytest.mark.parametrize("name", CHANGING)
def test_every_value_that_is_saved_is_that_of_a_new_calculation(done, shown, name):
    """What needs no calculation shows no number of before: it is computed, or empty."""
    ours = load_workbook(done[name].paths[0], data_only=True)
    theirs = load_workbook(shown[name], data_only=True)
    compared = 0
    for sheet in ours:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            found = theirs[sheet.title][cell.coordinate].value
            if isinstance(cell.value, float):
                assert cell.value == pytest.approx(found, rel=1e-12)
                compared += 1
            elif cell.value is not None:
                assert cell.value == found
    assert compared
    assert done[name].skipped == []


def test_values_formulas_charts_and_rules_are_those_of_the_engine(boards, done):
    for name in ("quickstart", "quickstart_standalone", "macros"):
        sheet = load_workbook(done[name].paths[0], data_only=True).worksheets[0]
        assert (sheet["B2"].value, sheet["C2"].value) == (BEST, pytest.approx(BEST / 1000))
        assert done[name].computed == 1
    for name in ("drawn", "template"):
        book = load_workbook(done[name].paths[0], data_only=True)
        board = book["Board"]
        assert [board.cell(row, 1).value for row in range(4, 9)] == [*CASE.plans, "Total"]
        assert [board.cell(row, 2).value for row in range(4, 8)] == NPV
        assert board["B8"].value == pytest.approx(sum(NPV))
        assert board["C11"].value == pytest.approx(BEST / sum(NPV))
        assert board["B11"].comment.text == "why"
        assert book["Links"]["A1"].value == pytest.approx(2 * BEST)
        assert done[name].computed == 3
        before = load_workbook(boards[name])["Board"]  # LibreOffice 7.4 loses its frozen rows
        assert board.print_title_rows == before.print_title_rows == "$1:$3"
        assert board.freeze_panes == before.freeze_panes
        assert [str(one.sqref) for one in board.conditional_formatting] == ["B4:B7"]
        chart = parts_of(done[name].paths[0])["xl/charts/chart1.xml"].decode()
        assert "$B$4:$B$7" in chart
        assert chart.count(f">{NPV[1]!r}<") == 1


def test_a_pivot_table_of_results_is_empty_until_it_is_made_anew_and_others_stay(done, shown):
    pivot = load_workbook(done["pivot"].paths[0])["Pivot"]
    assert pivot["C1"].value == BEST
    cells = [cell.value for row in pivot["A2:B20"] for cell in row]
    assert [*filter(None, cells)] == []
    made = load_workbook(shown["pivot"])["Pivot"]
    found = {row[0].value: row[1].value for row in made["A3:B12"]}
    assert found["Mid"] == pytest.approx(NPV[1])
    assert found["Near"] == pytest.approx(NPV[3] + 4)
    own = load_workbook(done["own"].paths[0])["Pivot"]
    assert {row[0].value: row[1].value for row in own["A3:B12"]}["Mid"] == 7


def test_without_an_engine_formulas_of_results_are_empty_and_listed(boards, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "formualizer", None)
    found = fill_template(CASE, boards["drawn"], tmp_path / "out.xlsx")
    cells = ["'Board'!B8", "'Board'!C11", "'Links'!A1"]
    assert [one.cell for one in found.skipped] == cells
    assert all("pip install 'shorewise[calc]'" in one.reason for one in found.skipped)
    book = load_workbook(found.paths[0], data_only=True)
    empty = [book["Board"]["B8"].value, book["Board"]["C11"].value, book["Links"]["A1"].value]
    assert empty == [None] * 3
    assert book["Links"]["A2"].value == 151
    assert b'fullCalcOnLoad="1"' in parts_of(found.paths[0])["xl/workbook.xml"]
