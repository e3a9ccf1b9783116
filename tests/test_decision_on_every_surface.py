"""What is asked, what is recommended and what is assumed is the same on every surface."""

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import tomli_w
from click.testing import CliRunner
from openpyxl import load_workbook

import shorewise as sw
from shorewise import udfs
from shorewise.cli.commands import main
from shorewise.engine import Scenario
from shorewise.engine.placement import recommend
from shorewise.workbook import describe
from shorewise.workbook.bulk import bulk

ROOT = Path(__file__).parent.parent
NOT_TO_ADD = "do not add: every plan loses money"
WORDS = {
    "decision": ("replace", "instead", "add"),
    "sizing": ("heads", "output"),
    "criterion": ("npv", "risk_adjusted_cost", "peak_funding"),
}


def data(**changes):
    """An onshore team of eight beside one of the same size in Krakow, whose overlap is unsaid."""
    return {
        "name": "Eight",
        "roles": ["Dev"],
        "sites": [{"name": "Onshore"}, {"name": "Krakow", "salary": 60_000}],
        "plans": [
            {"name": "All onshore", "heads": {"Onshore": 8}},
            {"name": "Abroad", "heads": {"Krakow": 8}},
        ],
    } | changes


def losing():
    """Capacity that is sold at 1 an hour: far below any pay, so every plan loses money."""
    return data(decision="add", billing_rate=1)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "case.toml"
    path.write_text(tomli_w.dumps(losing()))
    return str(path)


def run(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


def test_no_placement_is_proposed_where_every_plan_loses_money():
    found = recommend(Scenario.from_dict(losing(), "losing"))
    assert found.placement == {}
    assert found.matches == ""
    assert {*found.figures.values()} == {None}
    [reason] = found.reasons
    assert reason.text.startswith(
        "Do not add: every plan loses money. Of 2 that the work allows, 0 break even by month 12 "
    )


def test_a_placement_that_stays_onshore_counts_no_placement_twice():
    # Leaders have no hours, so nothing abroad is manageable; all onshore always is.
    found = recommend(Scenario.from_dict(data(management_capacity=0), "no leaders"))
    assert found.placement == {"Dev": "Onshore"}
    assert re.search(
        r"Of 1 that the work allows, [01] break even .* and 0 need", found.reasons[0].text
    )


@pytest.mark.parametrize(
    "arguments",
    [["recommend"], ["simulate", "--draws", "64"], ["sensitivity"], ["compare", "-o", "book.xlsx"]],
    ids=lambda arguments: arguments[0],
)
def test_every_command_says_not_to_add_and_what_is_assumed(file, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    done = run(*arguments, file)
    assert done.exit_code == 0, done.output
    assert NOT_TO_ADD in done.stdout
    assert "Decision: add capacity. Heads sized to the same output." in done.stdout
    assert "note: 2 hours a day of overlap with Onshore are assumed for Krakow" in done.stderr


@pytest.mark.parametrize("arguments", [["compare", "-o", "b.xlsx"], ["recommend"], ["simulate"]])
def test_json_names_the_question_and_what_is_assumed(file, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    found = json.loads(run(*arguments, file, "--json").stdout)
    assert (found["decision"], found["sizing"]) == ("add", "output")
    assert "overlap" in found["assumptions"][0]
    assert found.get("recommended", []) == []
    assert found.get("best_plan") is None


def test_a_written_proposal_that_is_none_adds_no_plan(file, tmp_path):
    done = run("recommend", file, "--write", tmp_path / "with.toml")
    assert "without a further plan, as none is proposed" in done.stdout
    assert sw.read(tmp_path / "with.toml").plans == ("All onshore", "Abroad")


def test_python_has_no_row_for_a_proposal_that_is_none():
    found = sw.recommend(losing())
    assert [*found.frame.index] == ["All onshore", "Abroad"]
    with pytest.raises(sw.ScenarioError, match="no placement is proposed"):
        found.with_plan()


def test_the_function_in_cells_says_not_to_add():
    settings = [["decision", "add"], ["billing_rate", 1]]
    table = udfs.SHORE_RECOMMEND([["name", "salary"], ["Krakow", 60_000]], None, settings)
    rows = {row[0]: row[1] for row in table}
    assert rows["recommended"] == f"none; {NOT_TO_ADD}"
    assert rows["best of the plans"].endswith(f": {NOT_TO_ADD}.")
    assert rows["assumptions"].startswith("2 hours a day of overlap with Onshore are assumed")
    assert "Proposed" not in [cell for row in table for cell in row]


def test_compare_in_cells_shows_what_is_assumed_only_where_something_is():
    assumed = udfs.SHORE_COMPARE([["name", "salary"], ["Krakow", 60_000]])
    assert assumed[0][-1] == "assumptions"
    assert "overlap" in assumed[1][-1]
    said = udfs.SHORE_COMPARE([["name", "salary", "overlap_hours"], ["Krakow", 60_000, 3]])
    assert said[0][-1] != "assumptions"


def test_board_says_not_to_add():
    book = describe(Scenario.from_dict(losing(), "losing"))
    board = next(sheet for sheet in book.sheets if sheet.title == "Board")
    title = [
        getattr(c.content, "value", c.content) for (row, _), c in board.cells.items() if row == 1
    ]
    assert f"Recommended: {NOT_TO_ADD}" in title


def test_results_and_portfolio_of_bulk_name_the_question(tmp_path):
    table = pd.DataFrame({"scenario": ["a", "b"], "decision": ["Instead", "REPLACE"]})
    assert (
        bulk(table, tmp_path / "out", Scenario.from_dict(data(), "base"), workbooks=False).problems
        == 0
    )
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out" / "results.csv").read_text())))
    found = {(row["scenario"], row["decision"], row["sizing"], row["criterion"]) for row in rows}
    assert found == {("a", "instead", "output", "npv"), ("b", "replace", "output", "npv")}
    sheet = load_workbook(tmp_path / "out" / "portfolio.xlsx")["Scenarios"]
    assert [sheet.cell(5, column).value for column in (5, 6, 7)] == [
        "Decision",
        "Heads",
        "Criterion",
    ]
    assert {sheet.cell(row, 5).value for row in (6, 7)} == {"instead", "replace"}


@pytest.mark.parametrize(
    ("key", "word"), [(key, word) for key, words in WORDS.items() for word in words]
)
def test_a_word_in_any_letter_case_is_stored_as_the_one_there_is(key, word):
    given = {"billing_rate": 100}  # without a rate, capacity is not added
    plain = Scenario.from_dict(data(**given, **{key: word}), "plain")
    for written in (word.upper(), word.title(), f" {word} "):
        assert Scenario.from_dict(data(**given, **{key: written}), "plain") == plain
        assert (
            sw.Scenario.from_dict(data(**given)).with_inputs({key: written}).to_dict()[key] == word
        )
        cells = udfs.SHORE_COMPARE(
            [["salary"], [60_000]], None, [[key, written], *given.items()], [[key]]
        )
        assert cells[1][1] == word


def test_a_number_that_is_no_decision_is_refused_with_numbers_and_words():
    with pytest.raises(sw.ScenarioError) as caught:
        Scenario.from_dict(data(decision=7), "case")
    text = "decision is 7; it must be one of replace (0), instead (1), add (2)"
    assert text in str(caught.value)


@pytest.mark.parametrize("name", ["with.xlsx", "with", "with.toml.bak"])
def test_a_proposal_is_written_to_toml_only(file, tmp_path, name):
    done = run("recommend", file, "--write", tmp_path / name, "--force")
    assert done.exit_code == 2
    assert "it must be a .toml file" in done.output
    assert not (tmp_path / name).exists()


def test_a_proposal_is_written_even_if_nobody_reads_what_is_printed(tmp_path):
    path = tmp_path / "with.toml"
    command = [sys.executable, "-m", "shorewise", "recommend", "--write", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        process.stdout.close()
        process.wait()
    assert "Mid" in sw.read(path).sites


def test_the_first_function_of_the_readme_gives_what_it_says():
    readme = (ROOT / "README.md").read_text("utf-8")
    printed = re.search(r"=SHORE_LOADED_COST\(60000\) +([0-9,.]+) a year", readme)[1]
    assert f"{udfs.SHORE_LOADED_COST(60_000):,.2f}" == printed


def test_an_hour_in_a_cell_costs_what_it_costs_in_the_comparison():
    table = udfs.SHORE_COMPARE([["salary"], [60_000]], None, None, [["fully_loaded_hour"]])
    hour = udfs.SHORE_LOADED_RATE(60_000)
    assert hour == pytest.approx(table[2][1])
    # At a utilisation of 1 instead of 0.8 each hour bears four fifths of the cost.
    every = [None] * 8
    assert udfs.SHORE_LOADED_RATE(60_000, *every, 1) == pytest.approx(0.8 * hour)


def test_country_engagement_and_work_type_are_taken_in_any_letter_case():
    krakow = {"name": "Krakow", "location": "PL", "engagement": "staff_augmentation"}
    krakow |= {"attrition_rate": 0.1, "wage_inflation": 0.05}
    plain = data(sites=[{"name": "Onshore"}, krakow], work_type="testing")
    shouted = krakow | {"location": "pl", "engagement": "Staff_Augmentation"}
    other = plain | {"sites": [{"name": "Onshore"}, shouted], "work_type": "TESTING"}
    assert Scenario.from_dict(other, "plain") == Scenario.from_dict(plain, "plain")


def test_a_simulation_in_a_cell_says_which_plan_is_recommended_and_what_is_assumed():
    settings = [["decision", "add"], ["billing_rate", 1]]
    table = udfs.SHORE_SIMULATE([["name", "salary"], ["Krakow", 60_000]], None, settings, 64)
    rows = {row[0]: row[1] for row in table}
    assert rows["recommended"] == NOT_TO_ADD
    assert "overlap" in rows["assumptions"]
    assert {len(row) for row in table} == {3}
