"""What lies past the horizon is refused, or said, in the same words on every surface."""

import json

import pandas as pd
import pytest
import tomli_w
from click.testing import CliRunner
from openpyxl import load_workbook

import shorewise as sw
from shorewise import udfs
from shorewise.cli.commands import main
from shorewise.engine import Scenario, ScenarioError, take
from shorewise.workbook import compare
from shorewise.workbook import read as read_workbook
from shorewise.workbook.bulk import bulk

LATE = "heads that start after the horizon of 12 months do not count: Abroad at Krakow in month 20"
LEFT = (
    "heads that leave after the horizon of 12 months stay to the end, without severance: "
    "Abroad at Krakow in month 30"
)


def data(*waves, **changes):
    """Eight heads onshore beside eight in Krakow, in waves, over twelve months."""
    plan = {"name": "Abroad", "heads": {"Krakow": 8}}
    return {
        "name": "Eight",
        "horizon_months": 12,
        "sites": [{"name": "Onshore"}, {"name": "Krakow", "salary": 60_000, "overlap_hours": 6}],
        "plans": [
            {"name": "All onshore", "heads": {"Onshore": 8}},
            plan | ({"waves": [*waves]} if waves else {}),
        ],
    } | changes


def scenario(*waves, **changes):
    return Scenario.from_dict(data(*waves, **changes), "horizon.toml")


HALF_LATE = ({"share": 0.5, "end": 30}, {"share": 0.5, "month": 20})


def written(path, plain):
    path.write_text(tomli_w.dumps(plain))
    return path


def test_a_wave_that_starts_or_ends_past_the_horizon_is_said():
    assert scenario(*HALF_LATE).assumed == (LATE, LEFT)
    assert scenario({"share": 0.5, "end": 12}, {"share": 0.5, "month": 12}).assumed == ()


def test_a_wave_past_the_months_that_count_is_said():
    said = scenario({"share": 0.5}, {"share": 0.5, "month": 7}, months_counted=6).assumed
    assert said == (
        "heads that start after the 6 months that count do not count: Abroad at Krakow in month 7",
    )


def test_of_many_waves_past_the_horizon_three_are_named():
    late = [{"share": 0.2, "month": month} for month in (20, 21, 22, 23)]
    [said] = scenario({"share": 0.2}, *late).assumed
    assert said.endswith("in month 20, Abroad at Krakow in month 21, "
                         "Abroad at Krakow in month 22 and 1 more")  # fmt: skip


def test_waves_past_the_horizon_are_notes_of_the_command_line_and_of_json(tmp_path):
    path = written(tmp_path / "case.toml", data(*HALF_LATE))
    done = CliRunner().invoke(main, ["compare", str(path), "--json"])
    assert json.loads(done.stdout)["assumptions"] == [LATE, LEFT]
    assert f"note: {LATE}\nnote: {LEFT}\n" in done.stderr


@pytest.mark.soak
def test_a_workbook_says_what_is_past_the_horizon_and_is_read_back_without_saying_it_twice(
    tmp_path,
):
    plain = data(*HALF_LATE)
    plain["plans"][1]["name"] = "Abroad; later"  # the workbook puts a semicolon between sentences
    case = Scenario.from_dict(plain, "case")
    path = compare(case, tmp_path / "book.xlsx")
    book = load_workbook(path)
    sheet, cell = book.defined_names["assumed"].attr_text.replace("$", "").split("!")
    assert book[sheet][cell].value == "; ".join(case.assumed)
    assert read_workbook(path).assumed == case.assumed


LATE_PLAN = "the first heads of the plan start in month 13, after the 12 months that count"


def test_a_plan_that_starts_after_the_horizon_is_refused():
    with pytest.raises(ScenarioError, match=rf"plans\[1\] 'Abroad': {LATE_PLAN}, .*horizon_months"):
        scenario({"share": 0.5, "month": 14}, {"share": 0.5, "month": 13})
    counted = "in month 7, after the 6 months that count, .* or more months_counted"
    with pytest.raises(ScenarioError, match=counted):
        scenario({"share": 1, "month": 7}, months_counted=6)


def test_a_plan_that_starts_at_one_site_within_the_horizon_is_not_refused():
    plain = data({"site": "Krakow", "share": 1, "month": 20})
    plain["plans"][1]["heads"] = {"Onshore": 2, "Krakow": 6}
    assert Scenario.from_dict(plain, "case").assumed == (LATE,)


def test_a_workbook_that_starts_after_the_horizon_fails_a_check_and_is_refused_with_its_cell(
    tmp_path,
):
    path = compare(scenario({"share": 1, "month": 11}), tmp_path / "late.xlsx")
    book = load_workbook(path)
    sheet, cells = book.defined_names["wave_month"].attr_text.replace("$", "").split("!")
    cell = book[sheet][cells.split(":")[1]]  # of the last plan at the last site
    assert cell.value == 11
    cell.value = 13
    book.save(path)
    with pytest.raises(ScenarioError, match=rf"late\.xlsx: Inputs!{cell.coordinate}: {LATE_PLAN}"):
        read_workbook(path)
    values = dict(scenario({"share": 1, "month": 11}).values)
    values["wave_month"] = values["wave_month"] + 2
    found = sw.engine.default_model().evaluate(values, 12)
    assert take(found, "check_started").tolist() == [True, False]


@pytest.mark.soak
def test_more_months_than_the_horizon_has_are_refused_in_a_workbook_with_their_cell(tmp_path):
    path = compare(scenario(), tmp_path / "months.xlsx")
    book = load_workbook(path)
    sheet, cell = book.defined_names["months_counted"].attr_text.replace("$", "").split("!")
    book[sheet][cell].value = 13
    book.save(path)
    rules = book[sheet].data_validations.dataValidation
    [highest] = [rule.formula2 for rule in rules if str(rule.sqref) == cell]
    assert highest == "12"
    bound = rf"{sheet}!{cell}: months_counted is 13; it must be within the horizon of 12 months"
    with pytest.raises(ScenarioError, match=bound):
        read_workbook(path)


def test_bulk_refuses_what_a_file_refuses(tmp_path):
    table = pd.DataFrame(
        {
            "months_counted": [12, 13, 0, 6, 13],
            "horizon_months": [12, 12, 12, 12, 24],
            "plan.Abroad.waves.Krakow.1.month": [1, 1, 13, 7, 13],
        }
    )
    bulk(table, tmp_path / "out", scenario(), workbooks=False)
    wrong = pd.read_csv(tmp_path / "out" / "errors.csv")
    assert wrong["row"].tolist() == [2, 3, 4]
    assert wrong["column"].tolist() == ["months_counted", "waves", "waves"]
    assert wrong["allowed"][0] == (
        "within the horizon of 12 months: set at most 12, 0 to count all, or a longer "
        "horizon_months"
    )
    assert wrong["allowed"][1].startswith("some in every plan that start within the months that")
    results = pd.read_csv(tmp_path / "out" / "results.csv")
    assert results["scenario"].unique().tolist() == [1, 5]


def test_a_changed_scenario_refuses_more_months_than_its_horizon_has():
    case = sw.Scenario.from_dict(data())
    with pytest.raises(sw.ScenarioError, match="months_counted is 13; it must be within"):
        case.with_inputs({"months_counted": 13})
    assert case.with_inputs({"months_counted": 12}).horizon_months == 12


def test_a_cell_refuses_more_months_than_the_horizon_has():
    sites = [["name", "salary"], ["Krakow", 60_000]]
    settings = [["horizon_months", 12], ["months_counted", 13]]
    found = udfs.SHORE_COMPARE(sites, None, settings, [["npv"]])
    assert found.startswith(
        "Shorewise: settings, row 2, column 2 (months_counted) is 13; it must be within the horizon"
    )
