"""Sheet Uncertainty: what was drawn, fixed, beside what is live."""

import re

import pytest
from openpyxl import load_workbook

from shorewise.engine import DomainError, Scenario
from shorewise.engine.uncertainty.simulation import MEASURES, PERCENTILES, simulate
from shorewise.workbook import check, compare, describe, read
from shorewise.workbook.lint import lint
from shorewise.workbook.sheets.uncertainty import read_spread, spread_of
from tests.support.engine_differences import differing_in
from tests.support.ooxml_validators import NO_AUDIT, NO_SDK, by_open_xml_sdk, by_openxml_audit
from tests.support.sample_scenarios import random_data, small_scenario
from tests.support.spreadsheet_engines import by_formualizer, by_ironcalc

SIMULATION = simulate(small_scenario(), 256)


def book_of(scenario, draws=64):
    return describe(scenario, spread=spread_of(simulate(scenario, draws)))


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    target = tmp_path_factory.mktemp("uncertainty") / "book.xlsx"
    return compare(SIMULATION.scenario, target, simulation=SIMULATION)


@pytest.fixture
def edited(path, tmp_path):
    """Saves the workbook after a change, and gives where."""

    def save(change):
        workbook = load_workbook(path)
        change(workbook)
        workbook.save(tmp_path / "edited.xlsx")
        return tmp_path / "edited.xlsx"

    return save


def rows_of(sheet):
    return {row[0]: row[2:4] for row in sheet.iter_rows(values_only=True) if row[0]}


def test_the_sheet_shows_the_simulation(path):
    rows = rows_of(load_workbook(path, data_only=True)["Uncertainty"])
    assert rows["Draws"][0] == 256
    assert rows["Hash of the assumptions"][0] == SIMULATION.scenario.fingerprint()
    for percent in PERCENTILES:
        found = SIMULATION.percentile("npv", percent)
        assert rows[f"Net present value, P{percent}"] == pytest.approx(tuple(found))
    assert rows["Break-even, P50"][0] == "none"
    never = rows["Never breaks even within the horizon"]
    assert never == pytest.approx(tuple(SIMULATION.never()))
    in_time = rows["Breaks even by the latest month accepted"]
    assert in_time == pytest.approx(tuple(SIMULATION.break_even_by(6)))
    assert rows["Inputs and results of the workbook"][0] == "as generated"
    assert rows["The same"] == ("yes", "yes")


def test_the_histogram_counts_every_draw(path):
    sheet = load_workbook(path, data_only=True)["Uncertainty"]
    spread = read_spread(sheet, SIMULATION.scenario)
    for shares in zip(*spread["shares"], strict=True):
        assert sum(shares) == pytest.approx(1)
    assert len(spread["percentiles"]) == len(MEASURES) * (len(PERCENTILES) + 1)


def test_the_baseline_alone_has_nothing_to_be_simulated():
    data = small_scenario().to_dict()
    data |= {"plans": data["plans"][:1], "sites": data["sites"][:1]}
    with pytest.raises(DomainError, match="no driver varies"):
        book_of(Scenario.from_dict(data, "one plan"))


def test_the_formulas_agree_with_the_engine(tmp_path):
    data = small_scenario().to_dict() | {"break_even_limit": 120, "sensitivity_plan": 2}
    book = book_of(Scenario.from_dict(data, "late"))
    book.sheets = [sheet for sheet in book.sheets if sheet.title != "Functions"]
    assert differing_in(book, tmp_path, by_ironcalc, by_formualizer) == []


@pytest.mark.soak
def test_a_random_scenario_with_valid_ranges_can_be_simulated(tmp_path):
    data = random_data(4) | {"cases": [], "correlations": [], "case_number": 1}
    book = book_of(Scenario.from_dict(data, "random"))
    assert differing_in(book, tmp_path, by_formualizer) == []


@pytest.mark.soak
def test_changed_inputs_show_live_beside_the_simulated_figures(edited):
    def dearer(workbook):
        sheet, cells = workbook.defined_names["salary"].attr_text.split("!")
        workbook[sheet][cells.replace("$", "")][0][1].value = 65_000

    changed = edited(dearer)
    cells = {
        label: [("Uncertainty", f"{letter}{row}") for letter in "CD"]
        for label, row in (
            (row[0].value, row[0].row) for row in load_workbook(changed)["Uncertainty"].iter_rows()
        )
        if label in ("The same", "Inputs and results of the workbook")
    }
    wanted = [cell for row in cells.values() for cell in row]
    found = by_formualizer(str(changed), wanted)
    assert "no" in [found[cell] for cell in cells["The same"]]
    state = found[cells["Inputs and results of the workbook"][0]]
    assert state == "edited since it was made"


@pytest.mark.soak
def test_the_check_repeats_the_simulation_and_lists_differences(path, edited):
    assert check(path) == []

    def better(workbook):
        for row in workbook["Uncertainty"].iter_rows():
            if row[0].value == "Net present value, P5":
                row[3].value += 100_000

    wrong = [one.cell for one in check(edited(better)) if one.what == "value"]
    assert [cell for cell in wrong if re.match(r"Uncertainty!D\d+$", cell)]


def test_no_heading_of_the_information_table_is_truncated(path):
    sheet = load_workbook(path)["Uncertainty"]
    heads = next(row for row in sheet.iter_rows() if row[0].value == "Driver")
    widths = [sheet.column_dimensions[cell.column_letter].width for cell in heads]
    said = [str(cell.value or "") for cell in heads]
    assert [text for text, width in zip(said, widths, strict=True) if len(text) > width] == []
    assert said[4] == "At its ends"


@pytest.mark.soak
def test_many_plan_names_leave_room_for_the_curves():
    data = small_scenario().to_dict()
    site, heads = data["sites"][1]["name"], data["plans"][1]["heads"]
    book = book_of(Scenario.from_dict(data, "few"))
    plans = [{"name": f"Plan {n} in {site}", "heads": heads} for n in range(15)]
    many = book_of(Scenario.from_dict(data | {"plans": [data["plans"][0], *plans]}, "many"))
    heights = [
        next(sheet for sheet in one.sheets if sheet.title == "Uncertainty").charts[1].height_cm
        for one in (book, many)
    ]
    assert heights[1] >= heights[0] + 15 / 2 * 0.4  # a line of 4 mm for two names


@pytest.mark.soak
def test_the_tornado_prints_on_one_page(path):
    setup = load_workbook(path)["Sensitivity"].page_setup
    assert (setup.fitToWidth, setup.fitToHeight) == (1, 1)


def test_the_sheet_says_if_the_highest_salary_is_exact(path):
    told = [row for row in load_workbook(path)["Lines"].iter_rows(values_only=True)
            if str(row[0]).startswith("Highest salary")]  # fmt: skip
    assert len(told) == 2
    assert all("exact while no charge meets a floor or a cap" in row[4] for row in told)


def test_inputs_are_read_back_as_without_the_sheet(path):
    assert read(path).to_dict() == SIMULATION.scenario.to_dict()


@pytest.mark.soak
def test_the_linter_finds_nothing(path):
    assert lint(path) == []


@pytest.mark.soak
@pytest.mark.skipif(bool(NO_SDK), reason=NO_SDK)
def test_the_open_xml_sdk_finds_no_error(path):
    assert by_open_xml_sdk(path) == []


@pytest.mark.soak
@pytest.mark.skipif(bool(NO_AUDIT), reason=NO_AUDIT)
def test_openxml_audit_finds_nothing_wrong(path):
    assert by_openxml_audit(path) == []


@pytest.mark.soak
@pytest.mark.parametrize("what", ["worth-knowing", "nothing-delivered"])
def test_figures_of_unusual_simulations_are_written_and_pass_the_check(what, tmp_path):
    data = small_scenario().to_dict()
    if what == "worth-knowing":  # pay decides between staying and going
        data |= {"horizon_months": 24, "cases": [{"name": "salary", "low": 0.8, "high": 2.2}]}
    else:
        data["sites"][1]["lead_time_months"] = 12
    simulation = simulate(Scenario.from_dict(data, what), 1_024)
    worth = max(simulation.evppi().values())
    assert (worth > 0) == (what == "worth-knowing")
    book = compare(simulation.scenario, tmp_path / "book.xlsx", simulation=simulation)
    assert check(book) == []


@pytest.mark.soak
@pytest.mark.parametrize(("label", "value"), [("Draws", "many"), ("Seed", None), ("Method", 7)])
def test_invalid_facts_of_the_simulation_are_listed_or_ignored(label, value, edited):
    def spoil(workbook):
        for row in workbook["Uncertainty"].iter_rows():
            if row[0].value == label:
                row[2].value = value
            if row[0].value == "Hash of the assumptions":
                row[2].value = "0123456789abcdef"
            if row[0].value == "Column 1 of the histogram, from":
                row[1].value = None

    listed = {one.cell for one in check(edited(spoil)) if one.cell.startswith("Uncertainty!")}
    assert len(listed) >= 2
